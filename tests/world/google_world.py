"""People and the program at one online sheet, at random: who typed what is known, so that a loss is
seen.

Every row that people make carries a mark of its own in a column that the program does not know, by
which it is followed through sorts, insertions and moves. What may stand in a cell is known from who
typed last: a person's value stands until the register changes the same field later."""

from __future__ import annotations

import base64
import random
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from budgettrack.config.load import Config, load
from budgettrack.core.base.errors import TrackError
from budgettrack.core.records.tables import BY_NAME, CHECKS, KEPT_EDITS
from budgettrack.register import queries
from budgettrack.register.store import Commit, Held, RecordVersion, open_register
from budgettrack.sync import SyncOutcome, preview
from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook
from tests.sheets_api import filters
from tests.sheets_api.changes import sort_area
from tests.sheets_api.drive import File
from tests.sheets_api.ranges import Area
from tests.sheets_api.server import Server, Trouble
from tests.sheets_api.spreadsheet import (
    ALTERED_AFTER,
    HIDDEN_DATA_MISSING,
    Cell,
    Sheet,
    Spreadsheet,
)
from tests.sheets_api.values import put, typed
from tests.world.opened import opened, synced


def texts_of(hidden: Sheet) -> str:
    """All that stands in a hidden tab, and also what the journal of a write has packed."""
    cells = [str(cell.value) for row in hidden.rows for cell in row.values()]
    try:
        packed = zlib.decompress(base64.b64decode("".join(cells), validate=True)).decode()
    except (ValueError, zlib.error):
        packed = ""
    return "\n".join((*cells, packed))


TODAY = date(2026, 6, 15)
AT = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
ALL = frozenset({"missing", "removals", "changes"})
MARK = "Our mark"
TYPED = ("description", "amount", "receipt", "date")
"""The fields that people and the register change here: a text, a sum, a text, a date."""
CONFIG = """
[organisation]
currency = "EUR"
time_zone = "Europe/Lisbon"
[workbook]
google = "{id}"
address = "{address}"
credentials = "key.json"
[register]
url = "sqlite:///register.sqlite"
[sync]
rows = 1000000
"""


@dataclass
class World:
    """One sheet, one register, and people who never rest. `trouble` is the share of requests that
    go wrong."""

    folder: Path
    server: Server
    random: random.Random
    trouble: float = 0.0
    restless: float = 0.5
    counts: Counter[str] = field(default_factory=Counter)
    allowed: dict[tuple[str, str], set[object]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    by_register: dict[tuple[str, str], set[object]] = field(default_factory=dict)
    unplaced: dict[tuple[str, str], set[object]] = field(default_factory=dict)
    """What the register changed in records whose row had no ID or another one just then."""
    number: int = 0
    awake: bool = False
    renamed: str = ""
    faults: frozenset[str] = frozenset()
    """What the service does where nobody knows it. With faults, people also filter and hide rows."""

    def __post_init__(self) -> None:
        self.file: File = self.server.spreadsheet()
        assert self.file.book is not None
        self.file.book.faults = self.faults
        key = self.folder / "key.json"
        key.write_text(self.server.service_account(), "utf-8")
        key.chmod(0o600)
        text = CONFIG.format(id=self.file.id, address=self.server.url)
        (self.folder / "budgettrack.toml").write_text(text, "utf-8")
        self.config: Config = load(self.folder / "budgettrack.toml")
        with self.server.person(self.file) as book:
            self._fill(book)
        from budgettrack.workbook.google.credentials import WRITING, credentials_of

        connection = Connection(
            credentials_of(key, WRITING), self.server.url, pause=0.001, timeout=(10.0, 1.5)
        )
        self.workbook = GoogleWorkbook(self.file.id, connection)
        self.server.before = self._before
        self.server.meanwhile = self._meanwhile
        self.sync()

    def _fill(self, book: Spreadsheet) -> None:
        book.sheets.clear()
        rows: dict[str, list[dict[str, object]]] = {
            "grants": [
                {
                    "id": "G-1",
                    "funder": "Fund",
                    "title": "Work",
                    "state": "active",
                    "currency": "EUR",
                }
            ],
            "budget": [
                {
                    "id": f"B-{n}",
                    "grant": "G-1",
                    "category": "Costs",
                    "description": f"Line {n}",
                    "amount": 1000 * n,
                }
                for n in (1, 2)
            ],
            "expenses": [],
        }
        for index, (name, given) in enumerate(rows.items()):
            table = BY_NAME[name]
            sheet = Sheet(index, table.tab, 60, 30)
            book.sheets.append(sheet)
            columns = [column for column in table.in_sheet if not column.optional]
            headings = [column.heading for column in columns] + (
                ["Payee", MARK] if name == "expenses" else []
            )
            put(book, sheet, 0, 0, [headings], "RAW")
            for row, fields in enumerate(given, 1):
                put(book, sheet, row, 0, [[fields.get(column.name) for column in columns]], "RAW")
        for _ in range(8):
            self.type_a_row(book)

    # ---- the sheet as people see it

    def expenses(self, book: Spreadsheet) -> Sheet:
        return next(each for each in book.sheets if each.title in ("Expenses", self.renamed))

    def columns(self, sheet: Sheet) -> dict[str, int]:
        names = {column.heading: column.name for column in BY_NAME["expenses"].in_sheet} | {
            MARK: MARK,
            "Payee": "payee",
        }
        top = self.heading_row(sheet)
        return {
            names[str(cell.value)]: column
            for column, cell in sheet.rows[top].items()
            if str(cell.value) in names
        }

    @staticmethod
    def heading_row(sheet: Sheet) -> int:
        return next(
            number
            for number, row in enumerate(sheet.rows)
            if any(cell.value == MARK for cell in row.values())
        )

    def marked(self, sheet: Sheet) -> list[int]:
        column = self.columns(sheet)[MARK]
        top = self.heading_row(sheet)
        return [
            n
            for n, row in enumerate(sheet.rows)
            if n > top and row.get(column, Cell()).value is not None
        ]

    def next(self) -> int:
        self.number += 1
        return self.number

    def fresh(self, name: str) -> str:
        number = self.next()
        if name == "amount":
            return f"{number}.25"
        if name == "date":
            return f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}"
        return f"typed {number}"

    # ---- what people do

    def type_a_value(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        rows = self.marked(sheet)
        if rows:
            row, name = self.random.choice(rows), self.random.choice(TYPED)
            columns = self.columns(sheet)
            if name in columns:
                mark = str(sheet.cell(row, columns[MARK]).value)
                self._type(book, sheet, row, columns[name], self.fresh(name), mark, name)

    def _type(
        self,
        book: Spreadsheet,
        sheet: Sheet,
        row: int,
        column: int,
        text: str,
        mark: str,
        name: str,
    ) -> None:
        cell = typed(sheet.cell(row, column), text, "USER_ENTERED", book.locale)
        sheet.put(row, column, cell)
        self.allowed[mark, name] = {cell.value}

    def type_a_row(self, book: Spreadsheet, at: int | None = None) -> None:
        sheet = self.expenses(book)
        columns = self.columns(sheet)
        filled = [
            n for n, row in enumerate(sheet.rows) if any(cell.filled for cell in row.values())
        ]
        row = max(filled) + 1 if at is None else at
        if row >= sheet.n_rows:
            book.insert(sheet, "ROWS", sheet.n_rows - 1, 5, before=True)
        mark = f"mark {self.next()}"
        sheet.put(row, columns[MARK], Cell(mark))
        sheet.put(row, columns["payee"], Cell(f"somebody {self.next()}"))
        for name in TYPED:
            if name in columns:
                self._type(book, sheet, row, columns[name], self.fresh(name), mark, name)
        for name, value in (("budget_line", "B-1"), ("state", "paid"), ("currency", "EUR")):
            sheet.put(row, columns[name], Cell(value))
        # The heading of the IDs may be overwritten just then, until the repair.
        if self.random.random() < 0.2 and "id" in columns:
            own = f"X-{self.next()}"
            sheet.put(row, columns["id"], Cell(own))
            self.ids[mark] = own

    def insert_a_row(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        top = self.heading_row(sheet)
        at = self.random.randint(top + 1, max(top + 1, len(sheet.rows) - 1))
        book.insert(sheet, "ROWS", at, 1, before=True)
        if self.random.random() < 0.7:
            self.type_a_row(book, at)

    def insert_a_row_above_all(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        if self.heading_row(sheet) < 3:
            book.insert(sheet, "ROWS", 0, 1, before=False)
        else:
            book.delete(sheet, "ROWS", 0, 1)

    def insert_a_column(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        blank = [
            c
            for c in range(sheet.n_columns)
            if all(not row.get(c, Cell()).filled for row in sheet.rows)
        ]
        if sheet.n_columns < 34:
            book.insert(sheet, "COLUMNS", self.random.randint(0, 8), 1, before=False)
        else:
            book.delete(sheet, "COLUMNS", blank[0], 1)

    def move_a_column(self, book: Spreadsheet) -> None:
        from tests.sheets_api.changes import KINDS

        sheet = self.expenses(book)
        start = self.random.randint(0, 8)
        source = {
            "sheetId": sheet.id,
            "dimension": "COLUMNS",
            "startIndex": start,
            "endIndex": start + 1,
        }
        target = self.random.choice([n for n in range(10) if not start <= n <= start + 1])
        KINDS["moveDimension"](book, {"source": source, "destinationIndex": target})

    def delete_a_row(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        rows = self.marked(sheet)
        if len(rows) > 5:
            row = self.random.choice(rows)
            self.deleted.add(str(sheet.cell(row, self.columns(sheet)[MARK]).value))
            book.delete(sheet, "ROWS", row, 1)

    def sort(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        columns = self.columns(sheet)
        by = columns[
            self.random.choice(
                [name for name in ("amount", "date", "description", MARK) if name in columns]
            )
        ]
        order = self.random.choice(["ASCENDING", "DESCENDING"])
        area = Area(sheet, self.heading_row(sheet) + 1, 0, sheet.n_rows, sheet.n_columns)
        sort_area(book, area, [{"dimensionIndex": by, "sortOrder": order}])

    def rename_the_tab(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        if sheet.title == "Expenses":
            self.renamed = f"Spending {self.next()}"
            sheet.title = self.renamed
        else:
            sheet.title = "Expenses"

    def filter(self, book: Spreadsheet) -> None:
        """Somebody filters the expenses, by texts that are shown or by sums."""
        sheet = self.expenses(book)
        columns = self.columns(sheet)
        name = self.random.choice([name for name in ("amount", "description") if name in columns])
        if name == "amount":
            limit = str(self.random.randint(1, max(2, self.number)))
            kind = self.random.choice(["NUMBER_GREATER", "NUMBER_LESS"])
        else:
            limit, kind = str(self.random.randint(0, 9)), "TEXT_NOT_CONTAINS"
        condition = {"type": kind, "values": [{"userEnteredValue": limit}]}
        sheet.basic_filter = {
            "range": {"sheetId": sheet.id, "startRowIndex": self.heading_row(sheet)},
            "criteria": {str(columns[name]): {"condition": condition}},
        }
        filters.apply(book.settled(), sheet)

    def clear_the_filter(self, book: Spreadsheet) -> None:
        for sheet in book.sheets:
            sheet.basic_filter = None
            filters.apply(book, sheet)

    def hide_a_row(self, book: Spreadsheet) -> None:
        sheet = self.expenses(book)
        row = self.random.randint(self.heading_row(sheet) + 1, sheet.n_rows - 1)
        sheet.row_meta[row] = {**sheet.row_meta.get(row, {}), "hiddenByUser": True}

    def show_all_rows(self, book: Spreadsheet) -> None:
        for sheet in book.sheets:
            sheet.row_meta.clear()
            filters.apply(book, sheet)

    def filter_the_checks(self, book: Spreadsheet) -> None:
        sheet = book.titled(CHECKS)
        if sheet is not None:
            sheet.basic_filter = {
                "range": {"sheetId": sheet.id, "startRowIndex": 3},
                "criteria": {"0": {"condition": {"type": "NOT_BLANK"}}},
            }
            filters.apply(book.settled(), sheet)

    def choose(self, book: Spreadsheet) -> None:
        """Somebody settles a conflict, by the Keep cell."""
        sheet = book.titled(CHECKS)
        if sheet is None:
            return
        for number, row in enumerate(sheet.rows):
            key = row.get(7, Cell()).value
            if number > 3 and key and not row.get(6, Cell()).filled:
                side = self.random.choice(["sheet", "register"])
                sheet.put(number, 6, Cell(side))
                id_, dot, name = (
                    str(key).partition(" #")[0].removeprefix("expenses/").rpartition(".")
                )
                if side == "register" and not dot:
                    # A row that was removed here and changed there comes back, without what only
                    # people know of it.
                    self.by_hand.add(name)
                mark = self.by_id().get(id_, "")
                if side == "register" and mark:
                    self.allowed.setdefault((mark, name), set()).update(
                        self.by_register.get((id_, name), set())
                    )
                return

    def clear_what_was_kept(self, book: Spreadsheet) -> None:
        """Somebody looks at what could not be put back, and is done with it."""
        sheet = book.titled(KEPT_EDITS)
        if sheet is not None and len(book.sheets) > 1:
            self.counts["kept edits settled"] += max(0, len(sheet.rows) - 1)
            book.sheets.remove(sheet)

    DEEDS = (
        (12, "type_a_value"),
        (3, "type_a_row"),
        (3, "insert_a_row"),
        (1, "insert_a_row_above_all"),
        (1, "insert_a_column"),
        (1, "move_a_column"),
        (1, "delete_a_row"),
        (3, "sort"),
        (1, "rename_the_tab"),
        (2, "choose"),
    )

    FILTERS = (
        (8, "filter"),
        (1, "filter_the_checks"),
        (2, "hide_a_row"),
        (6, "clear_the_filter"),
        (1, "show_all_rows"),
    )

    def act(self) -> None:
        """One person does one thing."""
        with self.server.person(self.file) as book:
            self._act(book)

    def _act(self, book: Spreadsheet) -> None:
        deeds = (*self.DEEDS, *self.FILTERS) if self.faults else self.DEEDS
        name = self.random.choices([name for _, name in deeds], [weight for weight, _ in deeds])[0]
        deed: Callable[[Spreadsheet], None] = getattr(self, name)
        deed(book)
        self.counts[name] += 1

    def _meanwhile(self, book: Spreadsheet) -> None:
        """Somebody's edit that Google orders after a batch and before its answer."""
        if self.awake and self.random.random() < self.restless:
            self._act(book)
            book.met[ALTERED_AFTER] += 1
            self.counts["interleavings"] += 1
            self.counts["before an answer"] += 1

    def _before(self, method: str, path: str) -> None:
        if not self.awake or path == "/token":
            return
        if self.random.random() < self.restless:
            self.act()
            self.counts["interleavings"] += 1
            self.counts["before a write" if method == "POST" else "before a read"] += 1

    # ---- the register's side

    def held(self) -> Held:
        with open_register(self.config.register) as register:
            return register.ask(queries.load)

    def commit(self, *written: RecordVersion) -> None:
        with open_register(self.config.register) as register, register.writing() as writing:
            writing.commit(Commit(kind="by hand", at=AT, written=list(written)))

    def change_the_register(self) -> None:
        records = self.held().records.get("expenses", {})
        number = self.next()
        if self.random.random() < 0.15 or not records:
            id_ = f"H-{number}"
            fields = {
                "date": "2026-03-01",
                "budget_line": "B-2",
                "description": f"by hand {number}",
                "amount": "7.5",
            }
            self.commit(
                RecordVersion(
                    "expenses", id_, {**fields, "currency": "EUR", "state": "paid"}, "register"
                )
            )
            self.by_hand.add(id_)
            self.counts["added in the register"] += 1
            return
        id_ = self.random.choice(sorted(records))
        name = self.random.choice(("description", "amount", "receipt"))
        text = f"{number}.75" if name == "amount" else f"by hand {number}"
        self.commit(RecordVersion("expenses", id_, {**records[id_], name: text}, "register"))
        mark = self.by_id().get(id_) or self.mark_described(records[id_].get("description"))
        value: object = float(text) if name == "amount" else text
        if mark:
            self.allowed.setdefault((mark, name), set()).add(value)
        else:
            self.unplaced.setdefault((id_, name), set()).add(value)
        self.by_register.setdefault((id_, name), set()).add(value)
        self.counts["changed in the register"] += 1

    def mark_described(self, description: str | None) -> str | None:
        """The mark of the row with this description. It tells whose record it is while the row has
        another ID, because a write in the wrong place waits to be repaired."""
        assert self.file.book is not None
        sheet = self.expenses(self.file.book)
        columns = self.columns(sheet)
        marks = [
            str(row[columns[MARK]].value)
            for row in sheet.rows
            if description
            and MARK in columns
            and row.get(columns[MARK], Cell()).value
            and row.get(columns.get("description", -1), Cell()).value == description
        ]
        return marks[0] if len(marks) == 1 else None

    def by_id(self) -> dict[str, str]:
        """The marks of the rows that have an ID by now."""
        assert self.file.book is not None
        sheet = self.expenses(self.file.book)
        columns = self.columns(sheet)
        pairs = [
            (row.get(columns["id"], Cell()).value, row.get(columns[MARK], Cell()).value)
            for row in sheet.rows
            # A write in the wrong place may have overwritten the heading, until it is repaired.
            if "id" in columns
        ]
        return {str(id_): str(mark) for id_, mark in pairs if id_ and mark} | {
            i: m for m, i in self.ids.items()
        }

    # ---- syncs

    def sync(self) -> SyncOutcome | None:
        """One sync; None where it gave up, which must leave everything in its place."""
        self.counts["syncs"] += 1
        try:
            return synced(self.config, TODAY, AT, allow=ALL, workbook=self.workbook)
        except TrackError as error:
            self.counts["gave up: " + str(error)[:60]] += 1
            return None

    def fault(self) -> None:
        """Something goes wrong with one of the next requests."""
        if self.random.random() >= self.trouble:
            return
        after = self.random.random() < 0.5
        status = self.random.choice([500, 502, 503])
        kind = self.random.choice(["status", "html", "cut", "stall", "quota"])
        writes = self.random.choice([True, False, None])
        trouble = {
            "status": Trouble(status=status, after=after, writes=writes),
            "html": Trouble(status=status, html=True, after=after, writes=writes),
            "cut": Trouble(cut=True, after=after, writes=writes),
            "stall": Trouble(stall=2.0, after=after, writes=writes),
            "quota": Trouble(status=429, writes=writes),
        }[kind]
        if kind == "stall" and self.random.random() < 0.93:
            return
        self.server.troubles.append(trouble)
        self.counts[f"fault: {kind}{' after' if after else ''}"] += 1

    def round(self) -> None:
        """Some edits, perhaps a fault, one sync with people at work in it."""
        if self.random.random() < 0.3:
            self.change_the_register()
        if self.random.random() < 0.3:
            self.act()
        self.fault()
        self.awake = True
        try:
            self.sync()
        finally:
            self.awake = False
            self.server.troubles.clear()
        self.check_hidden_tabs()

    def check_hidden_tabs(self) -> None:
        """No name stands in the hidden tabs of the last write. The next write takes them away."""
        assert self.file.book is not None
        for hidden in self.file.book.sheets:
            if hidden.properties.get("hidden"):
                assert "somebody" not in texts_of(hidden), "a payee stands in a hidden tab"
                self.counts["hidden tabs without a name"] += 1

    def come_to_rest(self) -> None:
        """People pause: two syncs bring all to agreement, and everything is where it must be."""
        with self.server.person(self.file) as book:
            sheet = self.expenses(book)
            sheet.title = "Expenses"
            if HIDDEN_DATA_MISSING in self.faults:
                # Nothing is read of such a sheet until its rows are shown: the sync says so.
                self.clear_the_filter(book)
                self.show_all_rows(book)
            self.kept = self._kept(book)
            self.clear_what_was_kept(book)
        # Nothing stalls now, so a slow answer is that of a busy machine.
        client = self.workbook.connection._http()
        client.set_timeout((10.0, 60.0))
        assert self.sync() is not None, self.counts
        self.sync()
        client.set_timeout(self.workbook.connection.timeout)
        # What an unfinished repair could not put back is set down by the reading that finishes it.
        assert self.file.book is not None
        self.kept |= self._kept(self.file.book)
        self.check()

    def _kept(self, book: Spreadsheet) -> set[object]:
        sheet = book.titled(KEPT_EDITS)
        return {row[2].value for row in sheet.rows[1:] if 2 in row} if sheet else set()

    def check(self) -> None:
        assert self.file.book is not None
        sheet = self.expenses(self.file.book)
        columns = self.columns(sheet)
        seen: Counter[str] = Counter()
        ids: Counter[str] = Counter()
        standing = {str(row.get(columns["id"], Cell()).value) for row in sheet.rows}
        for number, row in enumerate(sheet.rows):
            if number <= self.heading_row(sheet):
                continue
            mark, id_ = row.get(columns[MARK], Cell()).value, row.get(columns["id"], Cell()).value
            filled = [
                name for name in ("description", "amount") if row.get(columns[name], Cell()).filled
            ]
            assert not filled or id_, f"row {number + 1} has no ID at rest: {row}"
            if id_:
                ids[str(id_)] += 1
            if mark is None:
                assert not (filled or id_) or str(id_) in self.by_hand, (
                    f"a row that nobody made: {row}"
                )
                continue
            seen[str(mark)] += 1
            if filled and id_:
                own = self.ids.setdefault(str(mark), str(id_))
                if own != id_ and own in self.kept and own not in standing:
                    self.counts["set down instead"] += 1
                    self.ids[str(mark)] = own = str(id_)
                assert own == id_, f"{mark} had another ID: {own}, {id_}"
            for name in TYPED:
                value = row.get(columns[name], Cell()).value
                # Where nothing was typed (its heading was away just then), the cell is blank.
                wanted = self.allowed.get((str(mark), name), {None})
                wanted = wanted | self.unplaced.get((str(id_), name), set())
                if value not in wanted and wanted & self.kept:
                    # It could not be put back, and is set down for people instead, with a finding.
                    self.counts["set down instead"] += 1
                    self.allowed[str(mark), name] = {value}
                    continue
                assert value in wanted, (
                    f"{mark}, {name}: {value!r} stands there, not one of {wanted} (kept {self.kept})"
                )
        assert not [id_ for id_, count in ids.items() if count > 1], f"twice: {ids}"
        missing = {mark for mark, _ in self.allowed} - set(seen) - self.deleted
        assert not missing, f"rows are gone: {missing}"
        back = set(seen) & self.deleted
        assert not back, f"deleted rows came back: {back}"
        self.check_hidden_tabs()
        with opened(self.config, AT, TODAY, workbook=self.workbook) as group:
            outcome = preview(group, allow=ALL)
        assert not outcome.changes.to_register, outcome.changes.to_register
        assert not outcome.changes.to_sheet, outcome.changes.to_sheet
        assert not outcome.changes.edits, outcome.changes.edits
        self.counts["times at rest"] += 1
