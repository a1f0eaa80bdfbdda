"""People edit, insert, delete, sort, rename and break rows; the register changes; any step may
crash; nothing is lost.

The machine compares, around every sync, the raw cells of the workbook and the register's records: a
cell may change only where the register moved and nobody typed there since both agreed, and a record
only likewise. And it does every sync twice, in a copy of the group also from nothing, where nothing
is remembered of a sync at rest: register, tabs and findings are the same after both."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from budgettrack.config.load import Config, load
from budgettrack.core.base.grids import Value
from budgettrack.core.base.holds import Hold
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.tables import BY_NAME, TABLES, Table
from budgettrack.register import queries
from budgettrack.register.store import Commit, Held, RecordVersion, open_register
from budgettrack.sync import SyncOutcome
from tests.world.fakes import Crash, MemoryWorkbook
from tests.world.opened import synced
from tests.world.twins import synced_as_from_nothing

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 15)
AT = datetime(2026, 3, 15, tzinfo=UTC)
PLAYED = ("budget", "expenses")
TYPED = ("amount", "description", "start", "end", "paid_on", "receipt")
"""Few fields of few rows, so that people and register often meet in one cell."""
ALL = frozenset({"missing", "removals", "changes"})
BY_TAB = {table.tab: table for table in TABLES}


def typed_fields(table: Table, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that people type. Approved is the tool's own: it says nothing about the record."""
    return {name: text for name, text in fields.items() if table.column(name).owner == "shared"}


GARBAGE: tuple[Value, ...] = ("1.2OO", "12/03/2026", "#REF!", "not a thing at all")


def empty_tabs() -> dict[str, list[list[Value]]]:
    return {table.tab: [[column.heading for column in table.in_sheet]] for table in TABLES}


class Machine(RuleBasedStateMachine):
    """`self.book` is what people see; the register is a real SQLite file."""

    settling = False
    today = TODAY

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "budgettrack.toml").write_text('[workbook]\nxlsx = "plan.xlsx"\n')
        self.config: Config = load(self.folder / "budgettrack.toml")
        self.book = MemoryWorkbook(empty_tabs())
        self.numbers = itertools.count(100)
        self.renamed: dict[tuple[str, int], str] = {}
        rows = self.book.tabs
        rows["Grants"].append(
            self.row("grants", id="G-1", funder="Fund", currency="EUR", state="active")
        )
        rows["Work-plan"] += [
            self.row("work_plan", id=f"A-{n}", activity=f"Do {n}") for n in range(1, 4)
        ]
        rows["Budget"] += [
            self.row(
                "budget",
                id=f"B-{n}",
                grant="G-1",
                category="Rent",
                amount=100.0 * n,
                description=f"Line {n}",
            )
            for n in range(1, 4)
        ]
        rows["Expenses"] += [
            self.row(
                "expenses",
                id=f"E-{n}",
                date=date(2026, 1, n),
                budget_line="B-1",
                amount=5.5 + n,
                state="paid",
            )
            for n in range(1, 6)
        ]
        self.sync_now()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.come_to_rest()
            shutil.rmtree(self.folder)

    # what people do

    @staticmethod
    def row(table: str, **values: Value) -> list[Value]:
        return [values.get(column.name) for column in _table(table).in_sheet]

    def fresh(self, kind: str) -> Value:
        number = next(self.numbers)
        if kind in ("money", "number", "count"):
            return float(number) + 0.25
        if kind == "date":
            return date(2026, 1 + number % 12, 1 + number % 28)
        return f"typed {number}"

    def place(self, data: st.DataObject) -> tuple[Table, list[list[Value]], int]:
        table = _table(data.draw(st.sampled_from(PLAYED)))
        rows = self.book.tabs[table.tab]
        return table, rows, data.draw(st.integers(1, max(1, len(rows) - 1)))

    @rule(data=st.data())
    def type_a_value(self, data: st.DataObject) -> None:
        table, rows, number = self.place(data)
        columns = [index for index, column in enumerate(table.in_sheet) if column.name in TYPED]
        if number < len(rows):
            index = data.draw(st.sampled_from(columns))
            blank = data.draw(st.integers(0, 6)) == 0
            _put(rows[number], index, None if blank else self.fresh(table.in_sheet[index].kind))
            self.book.touch()

    @rule(data=st.data(), garbage=st.sampled_from(GARBAGE))
    def type_what_cannot_be_read(self, data: st.DataObject, garbage: Value) -> None:
        table, rows, number = self.place(data)
        columns = [
            i
            for i, c in enumerate(table.in_sheet)
            if c.name in TYPED and c.kind in ("money", "date")
        ]
        if number < len(rows):
            _put(rows[number], data.draw(st.sampled_from(columns)), garbage)
            self.book.touch()

    @rule(data=st.data(), with_id=st.booleans())
    def insert_a_row(self, data: st.DataObject, with_id: bool) -> None:
        table, rows, number = self.place(data)
        new: list[Value] = [None] * len(table.in_sheet)
        for index, column in enumerate(table.in_sheet):
            if column.required and column.kind in ("text", "money", "date"):
                new[index] = self.fresh(column.kind)
        new[0] = f"X-{next(self.numbers)}" if with_id else None
        rows.insert(number, new)
        self.book.touch()

    @rule(data=st.data())
    def insert_a_blank_row(self, data: st.DataObject) -> None:
        _, rows, number = self.place(data)
        rows.insert(number, [])
        self.book.touch()

    @rule(data=st.data())
    def delete_a_row(self, data: st.DataObject) -> None:
        _, rows, number = self.place(data)
        if number < len(rows):
            del rows[number]
            self.book.touch()

    @rule(data=st.data())
    def copy_a_row(self, data: st.DataObject) -> None:
        _, rows, number = self.place(data)
        if number < len(rows):
            rows.insert(data.draw(st.integers(1, len(rows))), list(rows[number]))
            self.book.touch()

    @rule(data=st.data(), clear=st.booleans())
    def type_over_an_id(self, data: st.DataObject, clear: bool) -> None:
        _, rows, number = self.place(data)
        if number < len(rows) and rows[number]:
            rows[number][0] = None if clear else f"N-{next(self.numbers)}"
            self.book.touch()

    @rule(data=st.data(), backwards=st.booleans())
    def sort_a_tab(self, data: st.DataObject, backwards: bool) -> None:
        table, rows, _ = self.place(data)
        column = data.draw(st.integers(0, len(table.in_sheet) - 1))
        rows[1:] = sorted(
            rows[1:],
            key=lambda row: str(row[column]) if column < len(row) else "",
            reverse=backwards,
        )
        self.book.touch()

    @rule(data=st.data())
    def rename_a_heading(self, data: st.DataObject) -> None:
        table, rows, _ = self.place(data)
        index = data.draw(
            st.sampled_from([i for i, c in enumerate(table.in_sheet) if c.name in TYPED])
        )
        self.renamed.setdefault((table.tab, index), str(rows[0][index]))
        rows[0][index] = f"Something else {next(self.numbers)}"
        self.book.touch()

    @precondition(lambda self: bool(self.renamed))
    @rule()
    def give_headings_back(self) -> None:
        for (tab, index), heading in self.renamed.items():
            self.book.tabs[tab][0][index] = heading
        self.renamed.clear()
        self.book.touch()

    @rule(data=st.data(), tab=st.sampled_from(["Checks", "Summary", "Of people"]))
    def type_into_another_tab(self, data: st.DataObject, tab: str) -> None:
        rows = self.book.tabs.setdefault(tab, [["A list"]])
        _put(rows[data.draw(st.integers(0, len(rows) - 1))], 1, self.fresh("text"))
        self.book.touch()

    @rule()
    def a_day_goes_by(self) -> None:
        self.today += timedelta(days=1)

    # what happens in the register

    @rule()
    def hold_what_is_sent(self) -> None:
        with open_register(self.config.register) as register:
            register.hold(Hold("older-register", AT))

    @rule(data=st.data())
    def change_the_register(self, data: st.DataObject) -> None:
        table = _table(data.draw(st.sampled_from(PLAYED)))
        held = self.held()
        ids = sorted(held.records.get(table.name, {}))
        deed = data.draw(st.sampled_from(["alter", "alter", "add", "remove"]))
        number = next(self.numbers)
        if deed == "add" or not ids:
            fields = {
                c.name: f"{number}.5" if c.kind == "money" else f"by hand {number}"
                for c in table.columns[:5]
            }
            fields = {
                n: t
                for n, t in fields.items()
                if table.column(n).kind in ("text", "money") and n != "id"
            }
            self.commit(RecordVersion(table.name, f"H-{number}", fields, "register"))
            return
        id_ = data.draw(st.sampled_from(ids))
        if deed == "remove":
            self.commit(RecordVersion(table.name, id_, None, "register"))
            return
        names = [
            c.name
            for c in table.columns
            if c.owner == "shared" and c.kind in ("text", "money") and not c.optional
        ]
        name = data.draw(st.sampled_from(names))
        text = f"{number}.75" if table.column(name).kind == "money" else f"by hand {number}"
        self.commit(
            RecordVersion(
                table.name, id_, {**held.records[table.name][id_], name: text}, "register"
            )
        )

    @staticmethod
    def by_hand(table: Table, name: str, number: int) -> str:
        kind = table.column(name).kind
        if kind == "date":
            return f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}"
        return f"{number}.75" if kind == "money" else f"by hand {number}"

    @rule(data=st.data(), removed=st.sampled_from(["", "", "", "here", "there"]))
    def both_change_one_row(self, data: st.DataObject, removed: str) -> None:
        table, rows, number = self.place(data)
        id_ = str(_at(rows, number, 0) or "")
        held = self.held()
        if id_ not in held.records.get(table.name, {}):
            return
        index, column = data.draw(
            st.sampled_from([(i, c) for i, c in enumerate(table.in_sheet) if c.name in TYPED])
        )
        if removed == "here":
            del rows[number]
        else:
            _put(rows[number], index, self.fresh(column.kind))
        self.book.touch()
        text = self.by_hand(table, column.name, next(self.numbers))
        fields = (
            None if removed == "there" else {**held.records[table.name][id_], column.name: text}
        )
        self.commit(RecordVersion(table.name, id_, fields, "register"))

    def held(self) -> Held:
        with open_register(self.config.register) as register:
            return register.ask(queries.load)

    def commit(self, *written: RecordVersion) -> None:
        with open_register(self.config.register) as register, register.writing() as writing:
            writing.commit(Commit(kind="by hand", at=AT, written=written))

    # syncs, some of which die

    @rule()
    def sync_cleanly(self) -> None:
        self.sync_now()

    @rule()
    def sync_until_at_rest(self) -> None:
        """The last of four syncs reads no row, unless there is something to tell."""
        outcomes = [self.sync_now() for _ in range(4)]
        last = outcomes[-1]
        assert last.changes.plan is None or last.told or last.changes.conflicts

    @rule(when=st.sampled_from(["before", "after"]))
    def sync_and_crash(self, when: str) -> None:
        def die(moment: str) -> None:
            if moment == when:
                raise Crash

        before, held = self.cells(), self.held()
        self.book.on_write = die
        try:
            synced(self.config, self.today, AT, allow=ALL, workbook=self.book)
        except Crash:
            assert self.held() == held
        finally:
            self.book.on_write = lambda when: None  # noqa: ARG005
        if when == "before":
            return
        self.nothing_typed_is_gone(before, held)

    def sync_now(self) -> SyncOutcome:
        before, held = self.cells(), self.held()
        sync = synced_as_from_nothing if self.book.mark else synced
        outcome = sync(self.config, self.today, AT, allow=ALL, workbook=self.book)
        self.nothing_typed_is_gone(before, held)
        if not self.settling:
            self.nothing_done_by_hand_is_gone(held)
        return outcome

    def cells(self) -> dict[str, list[list[Value]]]:
        return {
            tab: [list(row) for row in rows]
            for tab, rows in self.book.tabs.items()
            if tab in BY_TAB
        }

    def nothing_done_by_hand_is_gone(self, held: Held) -> None:
        """Every field that the register changed since both agreed still stands there; a removed row
        stays removed."""
        after = self.held()
        for name, records in held.records.items():
            for id_, fields in records.items():
                agreed = held.agreed.get(name, {}).get(id_, {})
                moved = {
                    field
                    for field in {*fields, *agreed}
                    if fields.get(field, "") != agreed.get(field, "")
                    # Approved is the tool's own: it is never agreed, and nobody's edit.
                    if BY_NAME[name].column(field).owner == "shared"
                }
                now = after.records[name].get(id_)
                if now is None:
                    own = {
                        field: text
                        for field, text in fields.items()
                        if not BY_NAME[name].column(field).refers
                    }
                    renamed = [
                        other
                        for other in after.records[name].values()
                        if own.items() <= other.items()
                    ]
                    assert not moved or renamed, f"{name} {id_}: changed by hand, and gone"
                    continue
                for field in moved - {"budget_line", "grant", "activity"}:
                    assert now.get(field, "") == fields.get(field, ""), (
                        f"{name} {id_} {field}: changed by hand"
                    )

    def nothing_typed_is_gone(self, before: dict[str, list[list[Value]]], held: Held) -> None:
        """Every cell that a sync changed held just what both sides had agreed on, or was blank."""
        parsed = read_rows(MemoryWorkbook(before).read(), {}, "en")
        for tab, rows in before.items():
            name = BY_TAB[tab].name
            read = parsed.tables.get(name)
            for number, column in itertools.product(range(len(rows)), range(20)):
                was, now = _at(rows, number, column), _at(self.book.tabs[tab], number, column)
                if was == now or was in (None, ""):
                    continue
                assert read is not None, f"a tab that cannot be read was written: {tab}"
                row = next((row for row in read.rows if row.number == number), None)
                assert row is not None, f"{tab} {number}: {was} became {now}, and it is no record"
                field = next(field for field, at in read.columns.items() if at == column)
                if field == "id":
                    copies = [other for other in read.rows if other.id == row.id]
                    gone = row.id not in held.records.get(name, {})
                    assert len(copies) > 1 or (now is None and gone), (
                        f"{tab} {number}: the ID {was} became {now}"
                    )
                    continue
                assert field not in row.unreadable, f"{tab} {number}: unreadable {was} became {now}"
                table = BY_TAB[tab]
                if table.column(field).owner == "tool":
                    continue  # nobody typed it
                known = held.agreed.get(name, {})
                agreed = (
                    known.get(row.id) or known.get(str(_at(self.book.tabs[tab], number, 0))) or {}
                )
                if typed_fields(table, row.fields) in [
                    typed_fields(table, fields) for fields in known.values()
                ]:
                    continue  # an ID typed over or cleared on an otherwise unchanged row
                refers = table.column(field).refers
                assert refers or agreed.get(field, "") == row.fields.get(field, ""), (
                    f"{tab} {number} {field}: {was} was typed and became {now}"
                )

    @invariant()
    def a_row_that_people_see_is_no_tombstone(self) -> None:
        if hasattr(self, "book"):
            assert self.book.tabs["Budget"][0]

    def come_to_rest(self) -> None:
        """Headings mended and conflicts settled for the sheet: both sides say the same, and a sync
        has nothing to do."""
        if self.renamed:
            self.give_headings_back()
        self.sync_now()
        self.settling = True
        for _ in range(3):
            checks = self.book.tabs["Checks"]
            for row in checks:
                if len(row) > 8 and row[8] and row[8] != "Key":
                    row[6] = "sheet"
            self.book.touch()
            outcome = self.sync_now()
            if not outcome.changes.conflicts:
                break
        assert not outcome.changes.conflicts, outcome.changes.conflicts
        last = self.sync_now().changes
        assert (last.to_sheet, last.to_register, last.given, last.written, last.agreed) == (
            (),
            (),
            (),
            (),
            (),
        )
        assert not last.edits, last.edits
        held, seen = self.held(), read_rows(self.book.read(), {}, "en")
        for name in PLAYED:
            there, here = (
                held.records.get(name, {}),
                {row.id: row for row in seen.tables[name].rows},
            )
            assert set(there) == set(here)
            for id_, shown in here.items():
                for field in {*there[id_], *shown.fields} - shown.unreadable:
                    group = _table(name).column(field).together
                    if group and any(
                        _table(name).column(other).together == group for other in shown.unreadable
                    ):
                        continue
                    assert there[id_].get(field, "") == shown.fields.get(field, ""), (
                        name,
                        id_,
                        field,
                    )


def _table(name: str) -> Table:
    return next(table for table in TABLES if table.name == name)


def _put(row: list[Value], index: int, value: Value) -> None:
    row.extend([None] * (index + 1 - len(row)))
    row[index] = value


def _at(rows: list[list[Value]], number: int, column: int) -> Value:
    if number >= len(rows) or column >= len(rows[number]):
        return None
    return rows[number][column]


TestSync = Machine.TestCase
# Without shrinking: a failure is told at once, in the steps in which it was found.
TestSync.settings = settings(
    settings.default,
    max_examples=max(25, settings.default.max_examples - 35) if settings.default else 25,
    stateful_step_count=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
