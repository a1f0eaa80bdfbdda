"""Places where a workbook may stand, each with a person who edits in it: the same tests run on all
of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import openpyxl
import xlsxwriter
from openpyxl.utils import coordinate_to_tuple

from budgettrack.config.load import Config, load
from budgettrack.workbook import Workbook
from budgettrack.workbook.google.cells import serial
from budgettrack.workbook.google.credentials import WRITING, credentials_of
from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell, Sheet

Typed = str | float | bool | date | datetime | None
REST = '[register]\nurl = "sqlite:///register.sqlite"\n[sync]\nrows = 1000\n'


class Place(Protocol):
    """A workbook and the person at it."""

    config: Config

    def make(
        self, tabs: Mapping[str, Sequence[Sequence[Typed]]], percents: Sequence[str] = ()
    ) -> None:
        """Make the workbook; text that starts with `=` is a formula. `percents` are cells such as
        `Budget!B2`."""
        ...

    def type(self, tab: str, cell: str, value: Typed) -> None:
        """Somebody types into a cell."""
        ...

    def stands(self, tab: str, cell: str) -> Typed:
        """What stands in a cell: the formula where there is one; a date as a date where it is shown
        as one."""
        ...

    def workbook(self) -> Workbook:
        """The program's side."""
        ...


class XlsxPlace:
    """A local file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "plan.xlsx"
        (folder / "budgettrack.toml").write_text('[workbook]\nxlsx = "plan.xlsx"\n' + REST, "utf-8")
        self.config = load(folder / "budgettrack.toml")

    def make(
        self, tabs: Mapping[str, Sequence[Sequence[Typed]]], percents: Sequence[str] = ()
    ) -> None:
        with xlsxwriter.Workbook(str(self.path)) as book:
            day, share = (
                book.add_format({"num_format": "yyyy-mm-dd"}),
                book.add_format({"num_format": "0%"}),
            )
            for tab, rows in tabs.items():
                sheet = book.add_worksheet(tab)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        if isinstance(value, date):
                            sheet.write_datetime(r, c, value, day)
                        elif isinstance(value, str) and value.startswith("="):
                            sheet.write_formula(r, c, value, None, 2 * float(str(row[c - 1])))
                        elif value is not None:
                            look = (
                                share
                                if f"{tab}!{openpyxl.utils.get_column_letter(c + 1)}{r + 1}"
                                in percents
                                else None
                            )
                            sheet.write(r, c, value, look)

    def type(self, tab: str, cell: str, value: Typed) -> None:
        book = openpyxl.load_workbook(self.path)
        book[tab][cell] = value
        book.save(self.path)

    def stands(self, tab: str, cell: str) -> Typed:
        value = openpyxl.load_workbook(self.path)[tab][cell].value
        return value.date() if isinstance(value, datetime) else value

    def workbook(self) -> Workbook:
        return ExcelWorkbook(self.path)


class GooglePlace:
    """A spreadsheet on the stand-in for Google, over real HTTP."""

    def __init__(self, folder: Path, server: Server, key: str | None = None) -> None:
        self.server = server
        self.file = server.spreadsheet()
        self.key = folder / "key.json"
        self.key.write_text(key or server.service_account(), "utf-8")
        self.key.chmod(0o600)
        head = (
            f'[workbook]\ngoogle = "{self.file.id}"\naddress = "{server.url}"\ncredentials ='
            ' "key.json"\n'
        )
        (folder / "budgettrack.toml").write_text(head + REST, "utf-8")
        self.config = load(folder / "budgettrack.toml")

    def make(
        self, tabs: Mapping[str, Sequence[Sequence[Typed]]], percents: Sequence[str] = ()
    ) -> None:
        with self.server.person(self.file) as book:
            book.sheets.clear()
            for number, (tab, rows) in enumerate(tabs.items()):
                sheet = Sheet(number, tab, 100, 20)
                book.sheets.append(sheet)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        sheet.put(r, c, self.cell(value, Cell()))
            for place in percents:
                tab, _, cell = place.partition("!")
                at = self._at(cell)
                found = book.titled(tab)
                assert found is not None
                form = {"numberFormat": {"type": "PERCENT", "pattern": "0%"}}
                found.put(*at, Cell(found.cell(*at).value, format=form))

    @staticmethod
    def cell(value: Typed, old: Cell) -> Cell:
        if isinstance(value, date):
            return Cell(
                serial(value), format={"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
            )
        if isinstance(value, str) and value.startswith("="):
            return Cell(formula=value, format=old.format)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Cell(float(value), format=old.format)
        return Cell(value, format=old.format)

    @staticmethod
    def _at(cell: str) -> tuple[int, int]:
        row, column = coordinate_to_tuple(cell)
        return row - 1, column - 1

    def type(self, tab: str, cell: str, value: Typed) -> None:
        with self.server.person(self.file) as book:
            sheet = book.titled(tab)
            assert sheet is not None
            sheet.put(*self._at(cell), self.cell(value, sheet.cell(*self._at(cell))))

    def stands(self, tab: str, cell: str) -> Typed:
        from budgettrack.workbook.google.cells import EPOCH

        assert self.file.book is not None
        sheet = self.file.book.settled().titled(tab)
        assert sheet is not None
        found = sheet.cell(*self._at(cell))
        if found.formula:
            return found.formula
        if (
            isinstance(found.value, float)
            and found.format.get("numberFormat", {}).get("type") == "DATE"
        ):
            return date.fromordinal(EPOCH.toordinal() + int(found.value))
        return found.value

    def workbook(self, answer: float = 30.0) -> GoogleWorkbook:
        """The online workbook, over a connection that waits `answer` seconds for an answer.

        On a busy machine a short wait would end requests that only took long."""
        credentials = credentials_of(self.key, WRITING)
        url, timeout = self.server.url, (10.0, answer)
        return GoogleWorkbook(self.file.id, Connection(credentials, url, url, timeout, pause=0.001))
