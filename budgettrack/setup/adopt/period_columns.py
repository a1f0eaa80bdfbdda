"""Finds columns with planned or actual amounts by month or quarter: `Budget Q1 | Actual Q1`, or
the months in one row and `Budget | Actual` in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.grids import Grid
from budgettrack.core.base.months import last_day, months_of_period
from budgettrack.core.cells.month_headings import period_places, periods_of_texts
from budgettrack.setup.adopt.columns import actual_of, amount_of, is_amount
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import without_role

_BRACKETS = re.compile(r"[()\[\]]")
_BETWEEN = " .:,;/-–—_"


class PeriodColumns(Struct, frozen=True):
    """The columns of a block (one table of people) with planned or actual amounts of a period
    (`2026-01`, `2026-01/2026-03`), in the order of the periods."""

    planned: Mapping[str, SeenColumn] = field(default_factory=dict)
    actual: Mapping[str, SeenColumn] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[SeenColumn, ...]:
        return (*self.planned.values(), *self.actual.values())

    @property
    def months(self) -> set[str]:
        """The months that the columns of periods cover, all together."""
        names = (*self.planned, *self.actual)
        return {month for name in names for month in months_of_period(name)}


class _Part(Struct, frozen=True):
    """The meaning of a column's heading: the period, and whether the amounts are planned or actual.
    `role` is `planned`, `actual` or ''."""

    role: str
    period: str


def last_day_of(period: str, today: date) -> date:
    """Returns the last day of a period, or today if the period has not ended."""
    return min(last_day(months_of_period(period)[-1]), today)


def period_columns(
    seen: SeenBook, block: SheetBlock, days: tuple[date | None, date | None] = (None, None)
) -> PeriodColumns:
    """Returns the columns with planned or actual amounts by period, if some of these columns have
    actual amounts. (If all months are planned, their headings need no word for it.)

    `days`: the first and the last day of the plan. They give a year to months without one. Returns
    nothing if neither the planned nor the actual amounts have two periods or more."""
    grid = seen.grid(block)
    parts = {
        column.index: part
        for column in block.columns
        if column.holds in ("figures", "nothing") and (part := _part(grid, block, column))
    }
    of_index = {column.index: column for column in block.columns}
    by_role: dict[str, dict[str, SeenColumn]] = {"planned": {}, "actual": {}}
    for role, columns in by_role.items():
        # Planned and actual columns are read one after the other.
        # Months without a year begin again in the second group.
        texts = {index: part.period for index, part in parts.items() if part.role == role}
        periods = periods_of_texts(grid, block.heading_row, texts, seen.locale, days)
        for index, period in sorted(periods.items(), key=lambda item: (item[1], item[0])):
            columns.setdefault(period, of_index[index])
    # In `Actual 2024 | Actual 2025 | Budget 2026`, the earlier years are there only for comparison.
    actual = {
        name: column
        for name, column in by_role["actual"].items()
        if len(months_of_period(name)) < 12 or name in by_role["planned"]
    }
    found = PeriodColumns(by_role["planned"], actual)
    are_several = len(found.actual) > 1 or (found.actual and len(found.planned) > 1)
    return found if are_several else PeriodColumns()


def planned_beside(seen: SeenBook, block: SheetBlock, found: PeriodColumns) -> SeenColumn | None:
    """Returns the column with the whole budget beside the columns of periods. A total of spending
    is no budget. Returns None if there is none."""
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
    """Returns the column of total spending, if the columns of periods do not contain all spending.

    Returns None if they contain all of it, or if there is no such column."""
    total = actual_of(without_periods(block, found))
    return None if total is None or _is_sum(seen, block, total, found) else total


def is_spent_by(
    seen: SeenBook,
    block: SheetBlock,
    months: Mapping[str, SeenColumn],
    planned: SeenColumn,
    actual: SeenColumn,
) -> bool:
    """Whether columns of months are spending, if no heading says planned or actual. They are if, in
    each row, their sum is the spending and not the plan."""
    found = PeriodColumns(actual=months)
    return (
        bool(months)
        and _is_sum(seen, block, actual, found)
        and not _is_sum(seen, block, planned, found)
    )


def total_of_periods(
    seen: SeenBook, block: SheetBlock, months: Mapping[str, SeenColumn]
) -> SeenColumn | None:
    """Returns the column of amounts that is, in each row, the sum of the columns of periods. Beside
    it may be the same total in another currency. Returns None if there is none."""
    found = PeriodColumns(actual=months)
    return next(
        (
            column
            for column in block.columns
            if months
            and is_amount(column)
            and column.means("total", "amount")
            and _is_sum(seen, block, column, found)
            and any(seen.figure(block, row, column) for row in block.rows)
        ),
        None,
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
    """Returns the columns that have only a month or a longer period as their heading."""
    of_index = {column.index: column for column in block.columns if column.is_period}
    known = period_places(seen.grid(block), block.heading_row, set(), seen.locale, days)
    return {
        name: of_index[indexes[0]]
        for name, indexes in sorted(known.places.items())
        if indexes[0] in of_index
    }


def without_periods(block: SheetBlock, found: PeriodColumns) -> SheetBlock:
    """Returns a block without its columns of months and longer periods."""
    taken = {column.index for column in found.columns}
    return replace(
        block, columns=tuple(column for column in block.columns if column.index not in taken)
    )


def _part(grid: Grid, block: SheetBlock, column: SeenColumn) -> _Part | None:
    """Returns the role and the period of a column, from its heading and from the text above it.

    Returns None if one of them is missing, or is said twice."""
    own = _said(column.heading)
    above = [_said(text) for text in texts_above(grid, block, column)]
    roles = [part.role for part in (own, *above) if part.role]
    periods = [part.period for part in (own, *above) if part.period]
    if len(roles) != 1 or len(periods) != 1:
        return None
    return _Part(roles[0], periods[0])


def _said(text: str) -> _Part:
    """Returns the role (planned or actual) that a text says, and its other words."""
    role, rest = without_role(_BRACKETS.sub(" ", text))
    return _Part(role, rest.strip(_BETWEEN))


def is_below_actual(grid: Grid, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether the text above a heading says that the amounts are spent."""
    return any(_said(text).role == "actual" for text in texts_above(grid, block, column))


def texts_above(grid: Grid, block: SheetBlock, column: SeenColumn) -> Iterator[str]:
    """Yields the text in the row above the heading. A merged cell has its text only in its first
    column. A title above columns of texts is left out, because it is no heading of figures."""
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
