"""Workbooks of one table that people edit row by row, copy and put back: in memory, and online."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, cast

from budgettrack.config.load import Config, load
from budgettrack.core.base.grids import Book, Edits, Value
from budgettrack.workbook import Workbook
from budgettrack.workbook.google.workbook import GoogleWorkbook
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Sheet, Spreadsheet
from tests.world.fakes import Crash, MemoryWorkbook
from tests.world.places import GooglePlace, Typed

Tabs = dict[str, list[list[Value]]]
PutBack = Callable[[], None]


class EditedSheet(Protocol):
    """A workbook, and the people who edit the rows of its tab *Expenses*.

    `dies`: the moment of a write at which the program dies, `before` or `after`; '' is none."""

    config: Config
    dies: str

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        """The rows below the headings."""
        ...

    def append(self, row: Sequence[Value]) -> None: ...

    def type(self, at: int, column: int, text: str) -> None:
        """Somebody types into a cell. The first row below the headings is 0."""
        ...

    def delete(self, at: int) -> None: ...

    def keep(self) -> PutBack:
        """Somebody keeps a copy. Returns what puts it back."""
        ...

    def workbook(self) -> Workbook:
        """The program's side."""
        ...


class SheetInMemory:
    """Lists in memory: thousands of steps take seconds."""

    def __init__(self, folder: Path, tabs: Tabs) -> None:
        (folder / "budgettrack.toml").write_text('[workbook]\nxlsx = "plan.xlsx"\n')
        self.config, self.dies = load(folder / "budgettrack.toml"), ""
        self._book = MemoryWorkbook(tabs)
        self._book.on_write = self._die

    def _die(self, moment: str) -> None:
        if moment == self.dies:
            raise Crash

    @property
    def rows(self) -> list[list[Value]]:
        return self._book.tabs["Expenses"][1:]

    def append(self, row: Sequence[Value]) -> None:
        self._book.tabs["Expenses"].append(list(row))
        self._book.touch()

    def type(self, at: int, column: int, text: str) -> None:
        self._book.tabs["Expenses"][at + 1][column] = text
        self._book.touch()

    def delete(self, at: int) -> None:
        del self._book.tabs["Expenses"][at + 1]
        self._book.touch()

    def keep(self) -> PutBack:
        book = self._book
        kept = copy.deepcopy((book.tabs, book.mark, book.marks))

        def put_back() -> None:
            book.tabs, book.mark, book.marks = copy.deepcopy(kept)
            book.touch()

        return put_back

    def workbook(self) -> Workbook:
        return self._book


class SheetOnline:
    """A spreadsheet on the stand-in for Google, over real HTTP."""

    def __init__(self, folder: Path, tabs: Tabs, server: Server) -> None:
        self._place = GooglePlace(folder, server)
        self._place.make(cast("dict[str, list[list[Typed]]]", tabs))
        self.config, self.dies = self._place.config, ""

    @property
    def _book(self) -> Spreadsheet:
        book = self._place.file.book
        assert book is not None
        return book

    @property
    def _sheet(self) -> Sheet:
        sheet = self._book.titled("Expenses")
        assert sheet is not None
        return sheet

    @property
    def rows(self) -> list[list[Value]]:
        sheet = self._sheet
        width = 1 + max(column for row in sheet.rows for column in row)
        rows: list[list[Value]] = [
            [sheet.cell(number, column).value for column in range(width)]
            for number in range(1, len(sheet.rows))
        ]
        return rows

    def append(self, row: Sequence[Value]) -> None:
        with self._place.server.person(self._place.file):
            at = len(self._sheet.rows)
            for column, value in enumerate(row):
                if value is not None:
                    assert isinstance(value, str | float | date)
                    cell = self._place.cell(value, self._sheet.cell(at, column))
                    self._sheet.put(at, column, cell)

    def type(self, at: int, column: int, text: str) -> None:
        with self._place.server.person(self._place.file):
            cell = self._place.cell(text, self._sheet.cell(at + 1, column))
            self._sheet.put(at + 1, column, cell)

    def delete(self, at: int) -> None:
        with self._place.server.person(self._place.file) as book:
            book.delete(self._sheet, "ROWS", at + 1, 1)

    def keep(self) -> PutBack:
        kept = self._book.copied()

        def put_back() -> None:
            with self._place.server.person(self._place.file):
                self._place.file.book = kept.copied()

        return put_back

    def workbook(self) -> Workbook:
        return _Dying(self._place.workbook(), self.dies)


class _Dying:
    """An online workbook whose program dies before or after it writes."""

    def __init__(self, workbook: GoogleWorkbook, dies: str) -> None:
        self._workbook, self._dies = workbook, dies

    def read(self) -> Book:
        return self._workbook.read()

    def may_write(self) -> None:
        self._workbook.may_write()

    def stamp(self) -> None:
        pass

    def tidy(self) -> None:
        self._workbook.tidy()

    def forget(self) -> None:
        self._workbook.forget()

    def write(self, book: Book, edits: Edits) -> Book | None:
        if self._dies == "before":
            raise Crash
        now = self._workbook.write(book, edits)
        if self._dies == "after":
            raise Crash
        return now
