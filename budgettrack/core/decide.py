"""What one sync would do, as a value: decided from what was read, before anything is done.

The preview (`sync --dry-run`), the cells that are written, the versions that the register keeps and
the tests all come from this one object."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from budgettrack.core import tabs
from budgettrack.core.base import months
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, CellEdit, Edits, Frame, Grid, a1
from budgettrack.core.base.months import Month
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.checks.checks import checks
from budgettrack.core.checks.reports import ProfileOf, report_checks
from budgettrack.core.figures.allocation import receipt_checks
from budgettrack.core.figures.deadlines import derived, merge_derived
from budgettrack.core.figures.positions import Total, totals
from budgettrack.core.figures.revisions import approvals, revision_checks
from budgettrack.core.merge import guards
from budgettrack.core.merge.identity import Identified, identify
from budgettrack.core.merge.merge import Change, Conflict, Merge, SheetSide, Side, applied, merge
from budgettrack.core.records.model import Fields, Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME, DEADLINES, TABLES, Shape, Table, normal
from budgettrack.core.views.funder import Reported


@dataclass(frozen=True, slots=True)
class Settings:
    """What a decision depends on besides the two sides: from the config, and the day. `keep`
    settles conflicts by their keys, as somebody asked at the prompt."""

    base: str
    locale: str
    today: date
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    winner: Side | None = None
    limits: guards.Limits = field(default_factory=guards.Limits)
    allow: Set[str] = frozenset()
    profile_of: ProfileOf = lambda _: None
    keep: Mapping[str, Side] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What the register holds, as the decision needs it (see `register.store`)."""

    records: Records
    agreed: Records
    removed: Mapping[str, Set[str]]
    reported: Mapping[str, Mapping[Month, int]] = field(default_factory=dict)
    first_seen: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)
    finals: Mapping[str, Sequence[Reported]] = field(default_factory=dict)
    unsent: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All that one sync does. `refused` are the guards' reasons; where there are any, nothing may
    be done.

    `written` are the register's new versions as (table, ID, fields or None, by); `agreed` likewise.
    """

    to_sheet: tuple[Change, ...]
    to_register: tuple[Change, ...]
    given: tuple[tuple[str, int, str], ...]
    renames: tuple[tuple[str, str, str], ...]
    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    refused: tuple[str, ...]
    edits: Edits
    written: tuple[tuple[str, str, Fields | None, str], ...]
    agreed: tuple[tuple[str, str, Fields | None], ...]
    totals: tuple[Total, ...]
    plan: Plan
    first_meeting: bool


@dataclass(slots=True)
class _Table:
    """One table's way through the decision."""

    table: Table
    read: TableRows | None
    known: Identified | None
    register: dict[str, Fields]
    agreed: dict[str, Fields]
    merged: Merge = field(default_factory=Merge)
    after: dict[str, Fields] = field(default_factory=dict)


def decide(book: Book, held: RegisterState, settings: Settings) -> ChangeSet:
    """Everything that workbook and register must do to agree, and what stands against it."""
    sheet = read_rows(book, settings.shapes, settings.locale)
    found = [*sheet.findings, *tabs.set_down(book)]
    tables = {
        table.name: _identified(table, sheet.tables.get(table.name), held) for table in TABLES
    }
    renames = _follow_renames(tables)
    keep = {**tabs.kept(book), **settings.keep}
    for each in tables.values():
        if each.table is not DEADLINES:
            _merge(each, keep, settings)
    promised, _ = plan_of({"grants": tables["grants"].after}, base=settings.base)
    rhythm = merge_derived(
        derived(promised),
        tables["deadlines"].register,
        frozenset(held.removed.get("deadlines", ())),
    )
    by_rhythm = {id_ for id_, _ in rhythm}
    for id_, fields in rhythm:
        if fields is None:
            tables["deadlines"].register.pop(id_, None)
        else:
            tables["deadlines"].register[id_] = fields
    _merge(tables["deadlines"], keep, settings)

    approved = approvals(tables["budget"].after, tables["grants"].after)
    for id_, amount in approved.items():
        tables["budget"].after[id_] = {**tables["budget"].after[id_], "approved": amount}
    after = {name: each.after for name, each in tables.items()}
    plan, problems = plan_of(
        after, base=settings.base, start=settings.start, end=settings.end, reported=held.reported
    )
    sums, rate_problems = totals(plan)
    conflicts = tuple(conflict for each in tables.values() for conflict in each.merged.conflicts)
    for each in tables.values():
        found += each.known.findings if each.known else ()
    found += problems
    found += rate_problems
    found += checks(plan, sums, today=settings.today, records=after)
    found += report_checks(plan, sums, settings.profile_of, held.finals)
    found += revision_checks(plan, settings.profile_of)
    found += receipt_checks(plan)
    found += held.unsent
    refused = [] if not any(held.agreed.values()) else list(_guards(tables, held, settings))
    places = _Places(tables, book)
    told = [(finding, "") for finding in found]
    told += [(tabs.conflict_finding(conflict), conflict.seal) for conflict in conflicts]
    located = [(places.locate(finding), key) for finding, key in told]
    located.sort(key=lambda pair: places.order(pair[0]))
    findings = _dated([finding for finding, _ in located], held, settings.today)
    keys = {index: key for index, (_, key) in enumerate(located) if key}
    return ChangeSet(
        to_sheet=tuple(change for each in tables.values() for change in each.merged.to_sheet),
        to_register=tuple(change for each in tables.values() for change in each.merged.to_register),
        given=tuple(
            (name, *one) for name, each in tables.items() if each.known for one in each.known.given
        ),
        renames=renames,
        conflicts=conflicts,
        findings=tuple(findings),
        refused=tuple(refused),
        edits=_edits(tables, places, book, plan, sums, findings, keys, settings),
        written=tuple(_versions(held.records, after, {("deadlines", id_) for id_ in by_rhythm})),
        agreed=tuple(_agreed(tables, held, renames)),
        totals=tuple(sums),
        plan=plan,
        first_meeting=not any(held.agreed.values()),
    )


def _identified(table: Table, read: TableRows | None, held: RegisterState) -> _Table:
    records, agreed = dict(held.records.get(table.name, {})), dict(held.agreed.get(table.name, {}))
    known = None
    if read is not None:
        known = identify(read, agreed, {*records, *held.removed.get(table.name, ())})
    return _Table(table, read, known, records, agreed)


def _follow_renames(tables: Mapping[str, _Table]) -> tuple[tuple[str, str, str], ...]:
    """Carry every rename through the register's side: the record itself, and what refers to it."""
    done: list[tuple[str, str, str]] = []
    for name, each in tables.items():
        for old, new in each.known.renames.items() if each.known else ():
            done.append((name, old, new))
            for side in (each.register, each.agreed):
                if old in side:
                    _rekey(side, old, new)
    for name, old, new in done:
        for each in tables.values():
            fields = [column.name for column in each.table.columns if column.refers == name]
            for id_, record in each.register.items() if fields else ():
                moved = {field: new for field in fields if record.get(field) == old}
                if moved:
                    each.register[id_] = {**record, **moved}
    return tuple(done)


def _rekey(side: dict[str, Fields], old: str, new: str) -> None:
    items = [(new if id_ == old else id_, fields) for id_, fields in side.items()]
    side.clear()
    side.update(items)


def _merge(each: _Table, keep: Mapping[str, Side], settings: Settings) -> None:
    """Merge one table; in a table that is only read the sheet is right, and nothing is asked of
    it."""
    each.after = dict(each.register)
    if each.read is None or each.known is None:
        return
    shape = settings.shapes.get(each.table.name)
    fields = (
        frozenset(each.read.columns)
        | frozenset(shape.constant if shape else ())
        | _given(each.table, shape)
    )
    owned = {column.name for column in each.table.columns if column.owner != "shared"}
    ids = {row.number: id_ for id_, row in each.known.rows.items()}
    side = SheetSide(
        records={id_: row.fields for id_, row in each.known.rows.items()},
        known=frozenset(fields - {"id"} - owned),
        unreadable={
            (id_, name)
            for id_, row in each.known.rows.items()
            if row.unreadable
            for name in row.unreadable
        },
        hidden=each.known.hidden,
        formulas={(ids[row], name) for row, name in each.read.formulas if row in ids},
        protected={(ids[row], name) for row, name in each.read.protected if row in ids},
    )
    winner: Side | None = settings.winner if each.read.writable else "sheet"
    each.merged = merge(each.table, each.agreed, each.register, side, keep=keep, winner=winner)
    if not each.read.writable:
        for change in each.merged.to_sheet:
            each.merged.agreed.pop(change.id, None)
        each.merged.to_sheet.clear()
    each.after = _after(each)


def _given(table: Table, shape: Shape | None) -> frozenset[str]:
    """Fields that a mapped table gives although no column holds them: a refund's state."""
    return (
        frozenset({"state"})
        if shape and table.name == "expenses" and "amount" in shape.headings
        else frozenset()
    )


def _after(each: _Table) -> dict[str, Fields]:
    """The register's records as they will be, in the workbook's order, so that every sync tells
    them alike."""
    after = applied(each.register, each.merged.to_register)
    rows = each.known.rows if each.known else {}
    ordered = {id_: after[id_] for id_ in rows if id_ in after}
    return ordered | {id_: fields for id_, fields in after.items() if id_ not in ordered}


def _guards(tables: Mapping[str, _Table], held: RegisterState, settings: Settings) -> Iterator[str]:
    for name, each in tables.items():
        agreed = held.agreed.get(name, {})
        changes = each.merged.to_register
        if "missing" not in settings.allow:
            shape = settings.shapes.get(name)
            missing = each.read.missing if each.read else frozenset()
            missing = missing & shape.headings.keys() if shape else missing
            yield from guards.missing(each.table, agreed, each.read is not None, missing)
        if each.known is None:
            continue
        if "removals" not in settings.allow:
            rows = each.known.rows
            yield from guards.removals(each.table, agreed, rows, changes, settings.limits)  # type: ignore[arg-type]
        if "changes" not in settings.allow:
            yield from guards.alterations(each.table, agreed, changes, settings.limits)


def _versions(
    before: Records, after: Records, ours: Set[tuple[str, str]]
) -> Iterator[tuple[str, str, Fields | None, str]]:
    """What the register writes: every record that is not what it was."""
    for name in BY_NAME:
        old, new = before.get(name, {}), after.get(name, {})
        for id_, fields in new.items():
            if old.get(id_) != fields:
                alone = (name, id_) in ours or _only_approved(old.get(id_), fields)
                yield name, id_, fields, "register" if alone else "sheet"
        for id_ in old:
            if id_ not in new:
                yield name, id_, None, "register" if (name, id_) in ours else "sheet"


def _only_approved(old: Fields | None, new: Fields) -> bool:
    """Whether nothing changed but the approved sum, which the tool freezes."""
    return old is not None and {**old, "approved": ""} == {**new, "approved": ""}


def _agreed(
    tables: Mapping[str, _Table], held: RegisterState, renames: Sequence[tuple[str, str, str]]
) -> Iterator[tuple[str, str, Fields | None]]:
    moved = {(name, old): new for name, old, new in renames}
    for name, each in tables.items():
        for (table, old), new in moved.items():
            if table == name:
                yield name, old, None
                if new not in each.merged.agreed:
                    yield name, new, each.agreed.get(new, {})
        for id_, fields in each.merged.agreed.items():
            if fields is not None or id_ in held.agreed.get(name, {}):
                yield name, id_, fields


def _dated(findings: Sequence[Finding], held: RegisterState, today: date) -> list[Finding]:
    return [
        dataclasses.replace(
            finding, first_seen=held.first_seen.get(finding.identity, today.isoformat())
        )
        for finding in findings
    ]


class _Places:
    """Where each record and field stands in the sheet, also the rows that this sync adds."""

    def __init__(self, tables: Mapping[str, _Table], book: Book) -> None:
        self._tables = tables
        self._tabs = {grid.tab: index for index, grid in enumerate(book.grids)}
        self._grids = {grid.tab: grid for grid in book.grids}
        self._rows: dict[str, dict[str, int]] = {}
        for name, each in tables.items():
            rows = {id_: row.number for id_, row in each.known.rows.items()} if each.known else {}
            if each.read is not None:
                free = _free_rows(self._grids[each.read.tab], each.read.next_row)
                rows |= {
                    change.id: next(free) for change in each.merged.to_sheet if change.kind == "add"
                }
            self._rows[name] = rows

    def row(self, table: str, record: str) -> int | None:
        return self._rows.get(table, {}).get(record)

    def locate(self, finding: Finding) -> Finding:
        """The finding with its cell, as far as its record and field stand in the sheet."""
        if finding.tab or finding.table not in self._tables:
            return finding
        read = self._tables[finding.table].read
        if read is None:
            return finding
        row = self.row(finding.table, finding.id)
        column = read.columns.get(finding.field) if finding.field else None
        values = (
            finding.values
            if "id" in read.columns
            else tuple(map(self._seen(finding.table, read), finding.values))
        )
        return dataclasses.replace(finding, tab=read.tab, row=row, column=column, values=values)

    def _seen(self, table: str, read: TableRows) -> Callable[[tuple[str, str]], tuple[str, str]]:
        """In a tab without IDs another row is told by its place, since nobody can see the ID that
        it has here."""

        def seen(value: tuple[str, str]) -> tuple[str, str]:
            row = self.row(table, value[1]) if value[0] == "other" else None
            return value if row is None else (value[0], a1(read.tab, row))

        return seen

    def order(self, finding: Finding) -> tuple[int, int, int]:
        """Workbook order; what stands in no tab comes first."""
        at = self._tabs.get(finding.tab, -1)
        return (
            at,
            -1 if finding.row is None else finding.row,
            -1 if finding.column is None else finding.column,
        )


def _free_rows(grid: Grid, start: int) -> Iterator[int]:
    """Blank rows from `start` on, and below everything once a filled one stands in the way."""
    number = start
    while True:
        if number < len(grid.rows) and any(value not in (None, "") for value in grid.rows[number]):
            number = len(grid.rows)
        yield number
        number += 1


def _edits(
    tables: Mapping[str, _Table],
    places: _Places,
    book: Book,
    plan: Plan,
    sums: Sequence[Total],
    findings: Sequence[Finding],
    keys: Mapping[int, str],
    settings: Settings,
) -> Edits:
    cells: list[CellEdit] = []
    frames: dict[str, Frame] = {}
    grids = {grid.tab: grid for grid in book.grids}
    writable = False
    for name, each in tables.items():
        if each.read is None or each.known is None or not each.read.writable:
            continue
        writable = True
        grid = grids[each.read.tab]
        id_column = each.read.columns.get("id")
        frames[grid.tab] = Frame(
            each.read.heading_row, id_column, tuple(sorted(each.read.columns.values()))
        )
        for number, id_ in each.known.given:
            if id_column is not None:
                cells.append(
                    CellEdit(grid.tab, number, id_column, id_, grid.at(number, id_column), "id")
                )
        for change in each.merged.to_sheet:
            row = places.row(name, change.id)
            if row is not None:
                cells += _change_cells(each, settings.shapes.get(name), grid, row, change)
        cells += _approved_cells(each, grid)
    if not writable:
        return Edits()
    month = months.after(months.month_of(settings.today), -1)
    wanted = (
        tabs.summary(plan, sums, month),
        tabs.checks(findings, keys),
    )
    stale = tuple(page for page in wanted if not tabs.shows(tabs.tab_named(book, page.tab), page))
    return Edits(tuple(cells), stale, None, frames)


def _approved_cells(each: _Table, grid: Grid) -> Iterator[CellEdit]:
    """What was approved, where it stands otherwise or not yet; nothing is taken out of a line that
    was not approved."""
    assert each.read is not None
    assert each.known is not None
    column = each.read.columns.get("approved")
    if column is None:
        return
    for id_, row in each.known.rows.items():
        wanted = each.after.get(id_, {}).get("approved", "")
        at = (row.number, column)
        if (
            wanted
            and row.fields.get("approved", "") != wanted
            and at not in grid.protected
            and at not in grid.formulas
        ):
            yield CellEdit(grid.tab, *at, typed("money", wanted), grid.at(*at), "money")


def _change_cells(
    each: _Table, shape: Shape | None, grid: Grid, row: int, change: Change
) -> Iterator[CellEdit]:
    assert each.read is not None
    fields = list(change.fields)
    record = each.after.get(change.id, {})
    # In a mapped table without a state, the sign of the amount says that it is a refund.
    by_sign = (
        shape is not None and each.table.name == "expenses" and "state" not in each.read.columns
    )
    refund = by_sign and record.get("state") == "refunded"
    if by_sign and change.kind == "alter" and any(name == "state" for name, _, _ in fields):
        fields = [
            *(field for field in fields if field[0] != "amount"),
            ("amount", "", record.get("amount", "")),
        ]
    if shape is not None and change.kind == "add":
        yield from _belonging(each.read, shape, grid, row)
    if not each.table.key and "id" in each.read.columns and change.kind != "alter":
        fields.insert(0, ("id", "", change.id) if change.kind == "add" else ("id", change.id, ""))
    for name, _, text in fields:
        column = each.read.columns.get(name)
        if column is not None:
            kind = "id" if name == "id" else each.table.column(name).kind
            value = typed(
                kind, text, turned=(name in each.read.turned) != (refund and name == "amount")
            )
            yield CellEdit(grid.tab, row, column, value, grid.at(row, column), kind)


def _belonging(read: TableRows, shape: Shape, grid: Grid, row: int) -> Iterator[CellEdit]:
    """What a new row of a mapped table must say to be among the rows that are meant."""
    headings = {
        normal(value): column
        for column, value in enumerate(grid.rows[read.heading_row])
        if isinstance(value, str)
    }
    for heading, text in shape.where.items():
        column = headings.get(normal(heading))
        if column is not None:
            yield CellEdit(grid.tab, row, column, text, grid.at(row, column))


def typed(kind: str, text: str, *, turned: bool = False) -> str | Decimal | date | None:
    """Canonical text as the value that is written into a cell of that kind."""
    if not text:
        return None
    if kind == "date":
        return date.fromisoformat(text)
    if kind in ("money", "number", "percent"):
        return -Decimal(text) if turned else Decimal(text)
    return text
