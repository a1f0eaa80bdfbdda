"""States the fate of every row of a workbook that is not blank, also of the rows that are not read.

The reader of tables knows the rows of one table (see `fates`). Here they come together by tab: a
row may stand in several tables, and a row in none of them is ignored for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

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
"""Of a row in several tables, the first of these is its fate."""

IgnoredWhy = Literal[
    "", "above", "other-columns", "where", "rows", "prepared", "elsewhere", "ours", "unmapped"
]
"""Why a row is ignored or not read: it stands above the headings, has nothing in the columns that
are read, has not the value or the row number that the config requires, has only formulas and boxes
that nobody has filled in, stands in a tab of the tool, or in a tab that nobody maps."""


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A row that is not blank, and its fate.

    `tables`: the tables in which it has this fate.
    `totals`: the tie-outs of its figures, if it is a total.
    `members`: the first and last rows of the parts that its formula sums.
    `codes`: the findings about it.
    """

    number: int
    fate: StatedFate
    reason: IgnoredWhy = ""
    tables: tuple[str, ...] = ()
    totals: tuple[TieOut, ...] = ()
    members: tuple[tuple[int, int], ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedTab:
    """A tab with the fates of its rows. `tables` are the tables that are read from it, '' `reason`
    if there are any."""

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
    """Returns every tab with the fate of each row that is not blank, and the findings.

    `own` are the tabs that the tool writes. `wanted` are the tables that the workbook may have."""
    sheet = read_rows(book, shapes, locale, base=base, wanted=wanted)
    differing = {
        (finding.table, finding.tab, finding.row, finding.column)
        for finding in sheet.findings
        if finding.code == "total-does-not-match"
    }
    tables: dict[str, list[_TableInTab]] = {}
    for tab in tabs_of_tables(book, shapes, locale, wanted):
        if not isinstance(tab, Finding):
            table, parts = tab
            for grid, shape in parts:
                beside = [*neighbours_of(grid, shape, shapes, book, locale)]
                decided, _ = decide_tab(table, grid, shape, locale, beside)
                read, _, _ = read_table(table, grid, shape, locale, neighbours=beside)
                if decided is not None and read is not None:
                    totals = [
                        _judged(total, table.name, grid.tab, differing)
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
    """Returns a total as accepted, if it differs and no finding says so."""
    is_found = (table, tab, total.row, total.column) in differing
    is_accepted = total.verdict == "differs" and not is_found
    return replace(total, verdict="accepted") if is_accepted else total


@dataclass(frozen=True, slots=True)
class _TableInTab:
    """One table in a tab, or one block of it: the fates of its filled rows, and its totals."""

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
        # An error says that the row, or a cell of it, is not in the figures.
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
    """Chooses the fate of a row from its fates in the tables of its tab."""
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
    """Yields the rows of a tab with their fates in one table."""
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
            reason: IgnoredWhy = "elsewhere" if kind == "ignored" else ""
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
    """Returns the fate of a row that is no filled row of the table."""
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
