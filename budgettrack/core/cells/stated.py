"""Says of every row of a workbook what it is (its fate), also of rows that are not read. Blank rows
are left out.

The reader of tables decides the fates of the rows of one table (see `fates`). This module joins
them by tab: a row may belong to several tables, or be ignored for a stated reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import takewhile
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.cells.fates import Fate
from budgettrack.core.cells.headings import tabs_of_tables
from budgettrack.core.cells.reader import TabReader
from budgettrack.core.cells.rows import (
    decide_tab,
    neighbours_of,
    read_rows,
    read_table,
    tied_totals,
)
from budgettrack.core.cells.table_rows import Sheet
from budgettrack.core.cells.totals import TieOut
from budgettrack.core.records.tables import TABLES, Shape, Table

StatedFate = Literal[
    "finding", "record", "total", "carried note", "group heading", "heading", "ignored", "not read"
]
_RANK: tuple[StatedFate, ...] = (
    "finding",
    "record",
    "total",
    "carried note",
    "group heading",
    "heading",
    "ignored",
    "not read",
)
"""The order of the fates. If a row belongs to several tables, it gets the fate that comes first
here."""

IgnoredWhy = Literal[
    "",
    "above",
    "other-columns",
    "where",
    "rows",
    "prepared",
    "elsewhere",
    "moved",
    "ours",
    "unmapped",
]
"""The reasons why a row is ignored. In the order of the list: the row is above the headings; its
cells are blank in all columns that are read; it has not the value or the row number that the
config requires; it has only formulas and empty tick boxes; its figures belong to another table; the
group only moved this money (see `own_transfers`); this program writes the tab; or the config does
not name the tab."""


class StatedRow(Struct, frozen=True):
    """A row that is not blank, and what it is.

    `tables`: the tables in which it has this fate. `totals`: if it is a total, the comparison of
    its figures with the sums of the rows. `members`: the first and last rows of the parts that
    its formula sums. `codes`: the codes of the findings about it."""

    number: int
    fate: StatedFate
    reason: IgnoredWhy = ""
    tables: tuple[str, ...] = ()
    totals: tuple[TieOut, ...] = ()
    members: tuple[tuple[int, int], ...] = ()
    codes: tuple[str, ...] = ()


class StatedTab(Struct, frozen=True):
    """A tab with the fate of each of its rows. `tables` has the tables that are read from the tab.
    If no table is read, `reason` says why; otherwise it is ''."""

    tab: str
    tables: tuple[str, ...]
    reason: IgnoredWhy
    rows: tuple[StatedRow, ...]


def stated_tabs(
    book: Book,
    shapes: Mapping[str, Shape],
    locale: str,
    base: str,
    own: Set[str] = frozenset(),
    wanted: Sequence[Table] = TABLES,
) -> tuple[list[StatedTab], tuple[Finding, ...]]:
    """Returns two things: all tabs, with the fate of each row that is not blank, and the findings.

    `own` has the tabs that the program writes. `wanted` has the tables that the workbook may have.
    """
    sheet = read_rows(book, shapes, locale, base=base, wanted=wanted)
    differing = {
        (finding.table, finding.tab, finding.row, finding.column)
        for finding in sheet.findings
        if finding.code == "total-does-not-match"
    }
    uncounted = _uncounted(sheet)
    tables: dict[str, list[_TableInTab]] = {}
    for tab in tabs_of_tables(book, shapes, locale, wanted):
        if not isinstance(tab, Finding):
            table, parts = tab
            for grid, shape in parts:
                beside = [*neighbours_of(grid, shape, shapes, book, locale)]
                decided, _ = decide_tab(table, grid, shape, locale, beside)
                read, _, _ = read_table(table, grid, shape, locale, neighbours=beside)
                if decided is not None and read is not None:
                    left = uncounted.get((table.name, grid.tab), set())
                    totals = [
                        _with_left_out(
                            _judged(total, table.name, grid.tab, differing), decided.fates, left
                        )
                        for total in tied_totals(decided, read.rows)
                    ]
                    in_tab = _TableInTab(table.name, decided.reader, decided.fates, totals)
                    tables.setdefault(grid.tab, []).append(in_tab)
    found: dict[str, list[Finding]] = {}
    for finding in sheet.findings:
        found.setdefault(finding.tab, []).append(finding)
    return [
        _tab(grid, tables.get(grid.tab, ()), found.get(grid.tab, ()), own) for grid in book.grids
    ], sheet.findings


def _judged(
    total: TieOut, table: str, tab: str, differing: Set[tuple[str, str, int | None, int | None]]
) -> TieOut:
    """Returns a total that differs from its rows. If there is no finding about it, its verdict is
    "accepted"."""
    is_found = (table, tab, total.row, total.column) in differing
    is_accepted = total.verdict == "differs" and not is_found
    return replace(total, verdict="accepted") if is_accepted else total


def _uncounted(sheet: Sheet) -> dict[tuple[str, str], set[tuple[int, str]]]:
    """Returns the rows and fields that are filled and not counted, by table and tab: what cannot be
    read, an amount in another currency than that of its row, and everything in a row without a
    field that it needs, such as the date of a payment."""
    cells: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for table in sheet.tables.values():
        required = {column.name for column in table.table.columns if column.required} - {"id"}
        needed = required & table.columns.keys()
        for record in table.rows:
            tab, number = table.at(record.number)
            is_whole = needed <= record.fields.keys()
            for field in record.unreadable | (set() if is_whole else record.fields.keys()):
                cells.setdefault((table.table.name, tab), set()).add((number, field))
    return cells


def _with_left_out(
    total: TieOut, decided: Sequence[Fate], uncounted: Set[tuple[int, str]]
) -> TieOut:
    """Returns a total that agrees with its rows. If one of these rows is not counted, the agreement
    proves nothing, and the verdict is "left-out"."""
    left = {number for number, field in uncounted if field == total.field}
    if total.verdict != "ties" or not left or total.first is None or total.last is None:
        return total
    first, last = total.first, total.last
    # A row on the other side of the total belongs to another total.
    end = decided[-1].number + 1
    rows = range(total.row) if last < total.row else range(total.row + 1, end)
    numbers = [fate.number for fate in decided if fate.number in rows]
    above = [number for number in reversed(numbers) if number < first]
    below = [number for number in numbers if number > last]
    beside = [number for side in (above, below) for number in takewhile(left.__contains__, side)]
    is_among = any(first <= number <= last for number in left)
    return replace(total, verdict="left-out") if beside or is_among else total


class _TableInTab(Struct, frozen=True):
    """One table in a tab, or one block of it: what its filled rows are, and its totals."""

    name: str
    reader: TabReader
    fates: Sequence[Fate]
    totals: Sequence[TieOut]


def _tab(
    grid: Grid, tables: Sequence[_TableInTab], findings: Iterable[Finding], own: Set[str]
) -> StatedTab:
    numbers = [number for number, cells in enumerate(grid.rows) if any(map(_is_filled, cells))]
    if not tables:
        reason: IgnoredWhy = "ours" if grid.tab in own else "unmapped"
        unread = [StatedRow(number, "not read", reason) for number in numbers]
        return StatedTab(grid.tab, (), reason, tuple(unread))
    codes: dict[int | None, list[str]] = {}
    wrong: set[tuple[str, int | None]] = set()
    for finding in findings:
        codes.setdefault(finding.row, []).append(finding.code)
        # Only errors are counted: an error keeps the row, or one of its cells, out of the figures.
        if finding.severity == "error":
            wrong.add((finding.table, finding.row))
    by_table = [[*_rows_of(table, numbers, wrong)] for table in tables]
    rows = [
        _together(in_tables, codes.get(number, ()))
        for number, in_tables in zip(numbers, zip(*by_table, strict=True), strict=True)
    ]
    names = dict.fromkeys(table.name for table in tables)
    return StatedTab(grid.tab, tuple(names), "", tuple(rows))


def _is_filled(value: Value) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _together(in_tables: Sequence[StatedRow], codes: Iterable[str]) -> StatedRow:
    """Chooses one fate for a row. The row has a fate in each table of its tab, and the first one in
    the order of fates counts."""
    fate = min((row.fate for row in in_tables), key=_RANK.index)
    same = [row for row in in_tables if row.fate == fate]
    return replace(
        same[0],
        tables=tuple(dict.fromkeys(name for row in same for name in row.tables)),
        totals=tuple(total for row in same for total in row.totals),
        codes=tuple(dict.fromkeys(codes)),
    )


# One table


def _rows_of(
    table: _TableInTab, numbers: Iterable[int], wrong: Set[tuple[str, int | None]]
) -> Iterator[StatedRow]:
    """Yields the rows of a tab, with the fate that each has in one table."""
    tied: dict[int, list[TieOut]] = {}
    for total in table.totals:
        tied.setdefault(total.row, []).append(total)
    fates = {fate.number: fate for fate in table.fates}
    for number in numbers:
        fate = fates.get(number)
        if fate is None:
            yield _unread(table, number)
        else:
            kind = _stated(fate, is_wrong=(table.name, number) in wrong)
            reason: IgnoredWhy = ""
            if kind == "ignored":
                reason = "moved" if table.reader.is_moved_away(number) else "elsewhere"
            totals = tuple(tied.get(number, ()))
            yield StatedRow(number, kind, reason, (table.name,), totals, fate.members)


def _stated(fate: Fate, *, is_wrong: bool) -> StatedFate:
    match fate.kind:
        case "record":
            return "finding" if is_wrong else "record"
        case "below":
            return "finding"
        case "sub" | "total":
            return "total"
        case "section":
            return "group heading"
        case "elsewhere":
            return "ignored"
        case "carried":
            return "carried note"
        case "heading":
            return "heading"


def _unread(table: _TableInTab, number: int) -> StatedRow:
    """Returns why a row is not read. The row is not among the filled rows of the table."""
    reader = table.reader
    if number == reader.headings.row:
        return StatedRow(number, "heading", tables=(table.name,))
    if number < reader.headings.row:
        return StatedRow(number, "ignored", "above")
    cells = reader.grid.rows[number]
    if not any(map(_is_filled, cells)):
        return StatedRow(number, "ignored", "rows")
    if not reader.is_meant(number):
        return StatedRow(number, "ignored", "where")
    is_ours = any(
        index < len(cells) and _is_filled(cells[index])
        for index in reader.headings.columns.values()
    )
    return StatedRow(number, "ignored", "prepared" if is_ours else "other-columns")
