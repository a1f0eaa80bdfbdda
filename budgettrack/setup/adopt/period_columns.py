"""Finds columns that are planned or actual by month or quarter: `Budget Q1 | Actual Q1`, or the
months in one row and `Budget | Actual` in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from budgettrack.core.base.grids import Grid
from budgettrack.core.base.months import last_day, months_of_period
from budgettrack.core.cells.month_headings import period_places, periods_of_texts
from budgettrack.setup.adopt.columns import actual_of, amount_of
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import without_role

_BRACKETS = re.compile(r"[()\[\]]")
_BETWEEN = " .:,;/-–—_"


@dataclass(frozen=True, slots=True)
class PeriodColumns:
    """The columns of a block that are planned or actual in a period (`2026-01`, `2026-01/2026-03`),
    in the order of the periods."""

    planned: Mapping[str, SeenColumn] = field(default_factory=dict)
    actual: Mapping[str, SeenColumn] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[SeenColumn, ...]:
        return (*self.planned.values(), *self.actual.values())

    @property
    def months(self) -> set[str]:
        """The months of all periods."""
        names = (*self.planned, *self.actual)
        return {month for name in names for month in months_of_period(name)}


@dataclass(frozen=True, slots=True)
class _Part:
    """The meaning of a column's heading. `role`: `planned`, `actual` or ''."""

    role: str
    period: str


def last_day_of(period: str, today: date) -> date:
    """Returns the last day of a period, or today while it lasts."""
    return min(last_day(months_of_period(period)[-1]), today)


def period_columns(
    seen: SeenBook, block: SheetBlock, days: tuple[date | None, date | None] = (None, None)
) -> PeriodColumns:
    """Returns the columns that are planned or actual by period, if some of them are actual: months
    that are only planned need no word.

    `days`: the first and the last day of the plan, which give bare months their year. Empty unless
    a role has two periods."""
    grid = seen.grid(block)
    parts = {
        column.index: part
        for column in block.columns
        if column.holds in ("figures", "nothing") and (part := _part(grid, block, column))
    }
    of_index = {column.index: column for column in block.columns}
    by_role: dict[str, dict[str, SeenColumn]] = {"planned": {}, "actual": {}}
    for role, columns in by_role.items():
        # Each role by itself: after the planned months the year of bare months begins again.
        texts = {index: part.period for index, part in parts.items() if part.role == role}
        periods = periods_of_texts(grid, block.heading_row, texts, seen.locale, days)
        for index, period in sorted(periods.items(), key=lambda item: (item[1], item[0])):
            columns.setdefault(period, of_index[index])
    # `Actual 2024 | Actual 2025 | Budget 2026`: the years before are there to compare with.
    actual = {
        name: column
        for name, column in by_role["actual"].items()
        if len(months_of_period(name)) < 12 or name in by_role["planned"]
    }
    found = PeriodColumns(by_role["planned"], actual)
    are_several = len(found.actual) > 1 or (found.actual and len(found.planned) > 1)
    return found if are_several else PeriodColumns()


def planned_beside(seen: SeenBook, block: SheetBlock, found: PeriodColumns) -> SeenColumn | None:
    """Returns the column of the whole budget beside these columns. A total of spending is not a
    budget. Returns None if there is none."""
    rest = without_periods(block, found)
    totals = [
        column
        for column in rest.columns
        if column.holds == "figures"
        and column.says_total
        and _said(column.heading).role == "planned"
    ]
    planned = amount_of(rest, ("planned",)) or next(iter(totals), None)
    if planned is not None or found.planned:
        return planned
    total = amount_of(rest, ("total", "amount"))
    return None if total is None or _is_sum(seen, block, total, found) else total


def spent_in_all(seen: SeenBook, block: SheetBlock, found: PeriodColumns) -> SeenColumn | None:
    """Returns the column of total spending, if the columns of periods do not have all spending.

    Returns None if they have all of it, or if there is no column of total spending."""
    total = actual_of(without_periods(block, found))
    return None if total is None or _is_sum(seen, block, total, found) else total


def is_spent_by(
    seen: SeenBook,
    block: SheetBlock,
    months: Mapping[str, SeenColumn],
    planned: SeenColumn,
    actual: SeenColumn,
) -> bool:
    """Whether months without a word are those of what was spent: in each row they sum to that, and
    not to the plan."""
    found = PeriodColumns(actual=months)
    return (
        bool(months)
        and _is_sum(seen, block, actual, found)
        and not _is_sum(seen, block, planned, found)
    )


def _is_sum(seen: SeenBook, block: SheetBlock, total: SeenColumn, found: PeriodColumns) -> bool:
    """Whether a column has the total spending of all periods."""
    return all(
        seen.figure(block, row, total)
        in (None, sum(seen.figure(block, row, column) or 0 for column in found.actual.values()))
        for row in block.rows
    )


def bare_periods(
    seen: SeenBook, block: SheetBlock, days: tuple[date | None, date | None]
) -> Mapping[str, SeenColumn]:
    """Returns the columns whose headings are a month or a longer period and nothing else."""
    of_index = {column.index: column for column in block.columns if column.is_period}
    known = period_places(seen.grid(block), block.heading_row, set(), seen.locale, days)
    return {
        name: of_index[indexes[0]]
        for name, indexes in sorted(known.places.items())
        if indexes[0] in of_index
    }


def without_periods(block: SheetBlock, found: PeriodColumns) -> SheetBlock:
    """Returns a block without these columns."""
    taken = {column.index for column in found.columns}
    return replace(
        block, columns=tuple(column for column in block.columns if column.index not in taken)
    )


def _part(grid: Grid, block: SheetBlock, column: SeenColumn) -> _Part | None:
    """Returns role and period of a column, from its heading and what stands above it.

    Returns None if it lacks one of them, or if one is said twice."""
    own = _said(column.heading)
    above = [_said(text) for text in texts_above(grid, block, column)]
    roles = [part.role for part in (own, *above) if part.role]
    periods = [part.period for part in (own, *above) if part.period]
    if len(roles) != 1 or len(periods) != 1:
        return None
    return _Part(roles[0], periods[0])


def _said(text: str) -> _Part:
    """Returns the role that a text says, and the words beside it."""
    role, rest = without_role(_BRACKETS.sub(" ", text))
    return _Part(role, rest.strip(_BETWEEN))


def is_below_actual(grid: Grid, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether what stands above a heading says that its amounts are spent."""
    return any(_said(text).role == "actual" for text in texts_above(grid, block, column))


def texts_above(grid: Grid, block: SheetBlock, column: SeenColumn) -> Iterator[str]:
    """Yields the text in the row above the heading. A merged cell has it in its first column only;
    a title above the texts of a table is above no figures."""
    row = block.heading_row - 1
    if row < 0:
        return
    figures = {other.index for other in block.columns if other.holds in ("figures", "nothing")}
    for index in range(column.index, -1, -1):
        cell = grid.at(row, index)
        if index not in figures:
            return
        if isinstance(cell, date):
            cell = f"{cell:%Y-%m}"
        if cell is not None and str(cell).strip():
            yield str(cell)
            return
