"""People edit, the prompt changes records, and either side is put back from an older copy, at
random: no later edit is ever lost.

The oracle knows nothing of the merge. Every value that is typed is unique and has a number, so that
the newest of a cell is known. Whatever a sync does, the newest value that stood in the workbook or
in the register before it stands in one of them after it; and a row that was deleted after the last
edit in it is not on both sides again."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from budgettrack.core.base.grids import Value
from budgettrack.core.records.tables import EXPENSES, TABLES
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion, open_register
from tests.sheets_api.server import Server
from tests.world.fakes import Crash
from tests.world.opened import synced
from tests.world.restored import EditedSheet, PutBack, SheetInMemory, SheetOnline, Tabs

pytestmark = pytest.mark.slow

TODAY, AT = date(2026, 3, 15), datetime(2026, 3, 15, tzinfo=UTC)
ALL = frozenset({"missing", "removals", "changes"})
HEADINGS = [column.name for column in EXPENSES.in_sheet]
ROW = HEADINGS.index("receipt")
"""The column whose text never changes: by it the oracle follows a row."""
TEXT = HEADINGS.index("description")
COUNTS: Counter[str] = Counter()

Cells = dict[str, list[int]]
"""The numbers of the values that stand in each row, by the text of its receipt. A row that was
copied before it had an ID, and was changed before it got one, may be there twice."""


@dataclass
class WorkbookCopy:
    """A workbook as it was, with the rows that had been deleted from it by then, and those that a
    sync had brought to both sides."""

    put_back: PutBack
    deleted: dict[str, int]
    settled: set[str]


class Restores(RuleBasedStateMachine):
    sheet: EditedSheet

    def made(self, tabs: Tabs) -> EditedSheet:
        """A workbook with these tabs."""
        return SheetInMemory(self.folder, tabs)

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / "register.sqlite"
        tabs: Tabs = {
            table.tab: [[column.heading for column in table.in_sheet]] for table in TABLES
        }
        self.sheet = self.made(tabs)
        self.config = self.sheet.config
        self.number = 0
        self.deleted: dict[str, int] = {}
        self.settled: set[str] = set()
        self.unclear: set[str] = set()
        self.known_deleted: dict[str, int] = {}
        for _ in range(4):
            self.add_a_row()
        self.sync()
        self.workbooks = [self.workbook_now()]
        self.registers = [self.register_now()]

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.sync()
            shutil.rmtree(self.folder)

    # what stands

    def in_sheet(self) -> Cells:
        cells: Cells = {}
        for row in self.sheet.rows:
            if len(row) > max(ROW, TEXT) and row[ROW]:
                cells.setdefault(str(row[ROW]), []).append(_number(row[TEXT]))
        return cells

    def in_register(self) -> Cells:
        cells: Cells = {}
        with open_register(self.config.register) as register:
            for fields in register.ask(queries.load).records["expenses"].values():
                number = _number(fields.get("description"))
                cells.setdefault(fields.get("receipt", ""), []).append(number)
        return cells

    def fresh(self) -> str:
        self.number += 1
        COUNTS["edits"] += 1
        return f"edit {self.number}"

    # what people do

    @rule()
    def add_a_row(self) -> None:
        row: list[Value] = [None] * len(HEADINGS)
        text = self.fresh()
        row[HEADINGS.index("date")] = date(2026, 1, 1 + self.number % 28)
        row[HEADINGS.index("amount")] = float(self.number)
        row[TEXT], row[ROW] = text, f"row {self.number}"
        self.sheet.append(row)

    @precondition(lambda self: self.sheet.rows)
    @rule(data=st.data())
    def type_into_the_sheet(self, data: st.DataObject) -> None:
        rows = self.sheet.rows
        at = data.draw(st.integers(0, len(rows) - 1))
        if len(rows[at]) > max(ROW, TEXT) and rows[at][ROW]:
            self.sheet.type(at, TEXT, self.fresh())

    @precondition(lambda self: len(self.sheet.rows) > 3)
    @rule(data=st.data())
    def delete_a_row(self, data: st.DataObject) -> None:
        rows = self.sheet.rows
        at = data.draw(st.integers(0, len(rows) - 1))
        row = rows[at]
        self.sheet.delete(at)
        receipt = str(row[ROW]) if len(row) > ROW else ""
        # Of a row that no sync of this copy had, nobody can tell whether it was deleted from the
        # copy or typed after it was made.
        if receipt in self.in_sheet():
            # One of two rows that are the same to the oracle: it cannot tell which is left.
            self.unclear.add(receipt)
        elif receipt in self.settled:
            self.number += 1
            self.deleted[receipt] = self.number
            COUNTS["deletions"] += 1

    @rule(data=st.data())
    def change_at_the_prompt(self, data: st.DataObject) -> None:
        with open_register(self.config.register) as register:
            records = register.ask(queries.load).records["expenses"]
            if not records:
                return
            id_ = data.draw(st.sampled_from(sorted(records)))
            fields = {**records[id_], "description": self.fresh()}
            with register.writing() as writing:
                written = [RecordVersion("expenses", id_, fields, "register")]
                writing.commit(Commit("by hand", AT, written))

    # copies

    def workbook_now(self) -> WorkbookCopy:
        return WorkbookCopy(self.sheet.keep(), dict(self.deleted), set(self.settled))

    def register_now(self) -> tuple[bytes, dict[str, int]]:
        return self.file.read_bytes(), dict(self.known_deleted)

    @rule()
    def keep_a_copy_of_the_workbook(self) -> None:
        self.workbooks.append(self.workbook_now())

    @rule()
    def keep_a_copy_of_the_register(self) -> None:
        self.registers.append(self.register_now())

    @rule(data=st.data())
    def put_the_workbook_back(self, data: st.DataObject) -> None:
        kept = self.workbooks[data.draw(st.integers(0, len(self.workbooks) - 1))]
        kept.put_back()
        self.deleted, self.settled = dict(kept.deleted), set(kept.settled)
        COUNTS["workbooks put back"] += 1

    @rule(data=st.data())
    def put_the_register_back(self, data: st.DataObject) -> None:
        # Drawn by its number: a failing example is printed, and must be short enough to be read.
        kept = data.draw(st.integers(0, len(self.registers) - 1))
        content, self.known_deleted = self.registers[kept]
        self.known_deleted = dict(self.known_deleted)
        self.file.write_bytes(content)
        COUNTS["registers put back"] += 1

    # syncs

    @rule(when=st.sampled_from(["before", "after"]))
    def sync_and_crash(self, when: str) -> None:
        self.sheet.dies = when
        try:
            self.sync()
        except Crash:
            COUNTS["crashes"] += 1
        finally:
            self.sheet.dies = ""

    @rule()
    def sync(self) -> None:
        COUNTS["syncs"] += 1
        here, there = self.in_sheet(), self.in_register() if self.file.exists() else {}
        before = _both(here, there)
        twice = {receipt for side in (here, there) for receipt in side if len(side[receipt]) > 1}
        gone = {**self.known_deleted}
        for receipt, number in self.deleted.items():
            gone[receipt] = max(number, gone.get(receipt, 0))
        # A register that was put back from before a row was typed cannot know that it is gone.
        told = dict(self.known_deleted)
        try:
            synced(self.config, TODAY, AT, allow=ALL, workbook=self.sheet.workbook())
            told |= {row: number for row, number in gone.items() if row in there}
        finally:
            sheet, register = self.in_sheet(), self.in_register()
            after = _both(sheet, register)
            # A deletion in conflict with a change stands on one side, and only that side knows of
            # it. A sync that dies may have carried it into the workbook, but not into the register.
            self.deleted = {row: number for row, number in gone.items() if row not in sheet}
            self.known_deleted = {r: number for r, number in told.items() if r not in register}
            for receipt, numbers in before.items():
                if receipt in self.unclear:
                    continue
                newest = max(numbers)
                if gone.get(receipt, 0) > newest:
                    assert receipt in twice or receipt not in sheet or receipt not in register, (
                        f"{receipt} was deleted and came back"
                    )
                else:
                    assert newest in after.get(receipt, ()), f"{receipt}: edit {newest} is lost"
        self.settled = set(sheet) & set(register)


def _number(text: object) -> int:
    return int(str(text).rpartition(" ")[2])


def _both(*sides: Cells) -> Cells:
    cells: Cells = {}
    for side in sides:
        for receipt, numbers in side.items():
            cells[receipt] = cells.get(receipt, []) + numbers
    return cells


@pytest.fixture(autouse=True, scope="module")
def counts() -> Iterator[None]:
    """The long run prints what it did."""
    yield
    if os.environ.get("RESTORES"):
        told = ", ".join(f"{what} {count}" for what, count in sorted(COUNTS.items()))
        assert sys.__stderr__
        sys.__stderr__.write(f"restores: {told}\n")


class RestoresOnline(Restores):
    """The same, of a sheet online."""

    def made(self, tabs: Tabs) -> EditedSheet:
        self.server = Server().__enter__()
        return SheetOnline(self.folder, tabs, self.server)

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            if hasattr(self, "server"):
                self.server.stop()


def bounded(examples: str, usual: int) -> settings:
    """As many examples as the environment variable says: then others in every run."""
    return settings(
        settings.default,
        derandomize=examples not in os.environ,
        max_examples=int(os.environ.get(examples, usual)),
        stateful_step_count=30,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


TestRestores = Restores.TestCase
TestRestores.settings = bounded("RESTORES", 15)


TestRestoresOnline = pytest.mark.google_http(RestoresOnline.TestCase)
TestRestoresOnline.settings = bounded("RESTORES_ONLINE", 3)
