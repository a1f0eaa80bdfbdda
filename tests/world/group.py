"""A group's folder, with a workbook on disk and the command line."""

from __future__ import annotations

import json
import operator
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME, Table
from budgettrack.register import queries
from budgettrack.register.store import Commit, Held, RecordVersion, open_register
from budgettrack.workbook.layout import order_with
from budgettrack.workbook.xlsx.layout import new_workbook

ON = ("--on", "2026-11-02")
CONFIG = '[workbook]\nxlsx = "plan.xlsx"\n'


Rows = dict[str, list[Fields]]
"""The rows of each table of a workbook."""
Commands = tuple[tuple[str, ...], ...]
"""Commands, each as the words that are typed after `budgettrack`."""

ROWS: Rows = {
    "grants": [
        {
            "id": "G-1",
            "funder": "Fund",
            "title": "Start",
            "state": "active",
            "currency": "EUR",
            "amount": "1000",
        }
        | {"start": "2026-01-01", "end": "2026-12-31"}
    ],
    "work_plan": [
        {
            "id": "A-1",
            "activity": "Meet",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "status": "under way",
        }
    ],
    "budget": [
        {"id": f"B-{n}", "grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "100"}
        for n in range(1, 11)
    ],
    "expenses": [
        {
            "id": f"E-{n}",
            "date": f"2026-0{1 + n % 9}-1{n % 9}",
            "budget_line": f"B-{1 + n % 10}",
            "amount": f"{n}.50",
        }
        | {"state": "paid", "receipt": f"R-{n}"}
        for n in range(1, 31)
    ],
}


_WRITTEN: dict[str, tuple[list[Table], bytes]] = {}
"""The workbooks that this process has written, by their rows, with the tables of that moment: a
test may put others in their place."""


def write_workbook(
    path: Path, rows: Mapping[str, Sequence[Fields]], order: Sequence[str] | None = None
) -> None:
    """Write a new workbook with these rows, and these tabs in their order. It is laid out once: all
    others with the same rows and tabs are copies, which differ in nothing."""
    key, tables = repr((rows, order)), list(BY_NAME.values())
    known, content = _WRITTEN.get(key, ([], b""))
    if len(known) == len(tables) and all(map(operator.is_, known, tables)):
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)
    else:
        # A tab that nobody gets by itself is there where it has rows.
        asked = {BY_NAME[name].asked for name in rows}
        new_workbook(path, rows=rows, order=order or order_with(asked))
        _WRITTEN[key] = tables, path.read_bytes()


TEST_POSTGRES = "BUDGETTRACK_TEST_POSTGRES"
"""The server of the tests, which no group uses unless its config says so."""
_AFTER: dict[str, tuple[list[Table], dict[str, tuple[int, bytes]]]] = {}
"""The files of groups that this process has made, after their first commands: (mode, content) by
name. Tables as in `_WRITTEN`."""


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in folder.iterdir()
    }


class Group:
    """A group's folder with a workbook on disk, and its command line."""

    def __init__(
        self, folder: Path, rows: Rows | None = None, config: str = CONFIG, before: Commands = ()
    ) -> None:
        self.folder = folder
        self.path = folder / "plan.xlsx"
        self.config = folder / "budgettrack.toml"
        rows = ROWS if rows is None else rows
        # Of what lies elsewhere, which a config names with a slash and the environment by
        # variables of ours, there is no copy.
        named = {name for name in os.environ if name.startswith("BUDGETTRACK_")} - {TEST_POSTGRES}
        alone = before and not named and "/" not in config and not any(folder.iterdir())
        key, tables = repr((rows, config, before)), list(BY_NAME.values())
        known, files = _AFTER.get(key, ([], {}))
        if alone and len(known) == len(tables) and all(map(operator.is_, known, tables)):
            for name, (mode, content) in files.items():
                (folder / name).touch(mode)
                (folder / name).write_bytes(content)
            return
        self.config.write_text(config)
        write_workbook(self.path, rows)
        for words in before:
            result = self.run(*words)
            assert result.exit_code in (0, 3), result.output
        if alone and all(path.is_file() for path in folder.iterdir()):
            _AFTER[key] = tables, _files(folder)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.config), *words])

    def sync(self, *words: str) -> Result:
        result = self.run("sync", *ON, *words)
        assert result.exit_code in (0, 3), result.output
        return result

    def edit(self, change: Callable[[openpyxl.Workbook], None]) -> None:
        """Change the file with another program."""
        book = openpyxl.load_workbook(self.path)
        change(book)
        book.save(self.path)

    def set(self, tab: str, cell: str, value: str | float | date) -> None:
        self.edit(lambda book: book[tab].__setitem__(cell, value))

    def cell(self, tab: str, cell: str) -> object:
        return openpyxl.load_workbook(self.path, data_only=True)[tab][cell].value

    def held(self) -> Held:
        with open_register(f"sqlite:///{self.folder / 'register.sqlite'}") as register:
            return register.ask(queries.load)

    def by_hand(self, *written: RecordVersion) -> None:
        with (
            open_register(f"sqlite:///{self.folder / 'register.sqlite'}") as register,
            register.writing() as writing,
        ):
            writing.commit(Commit("by hand", datetime(2026, 11, 2, tzinfo=UTC), written))

    def codes(self) -> list[tuple[str, str]]:
        rows = json.loads(self.run("checks", "--json").stdout)
        return [(row["place"], row["code"]) for row in rows]


def column(tab: str, heading: str, path: Path) -> str:
    sheet = openpyxl.load_workbook(path)[tab]
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)
