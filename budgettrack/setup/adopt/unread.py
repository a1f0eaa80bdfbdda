"""Finds the columns of amounts that no table reads. A person who adopts a workbook would not notice
such a column, because only the columns that are read are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from decimal import Decimal

from msgspec import Struct

from budgettrack.core.base.addresses import letters
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.candidate import TableCandidate
from budgettrack.setup.adopt.columns import is_amount, is_of_other_time
from budgettrack.setup.adopt.currency import rows_of_one_currency
from budgettrack.setup.adopt.paid import paid_rows
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock, figure_of
from budgettrack.setup.adopt.seen_book import SeenBook


class UnreadColumn(Struct, frozen=True):
    """A column of amounts that no table reads, in a tab that is read.

    `place`: the number of its tab in the workbook, from 0. `total`: the sum of its figures,
    without rows that are named as totals. `currency`: if other rows of the column are read, the
    currency of the rows that are not; otherwise ''."""

    place: int
    column: str
    total: Decimal
    whose: str = ""


def unread_columns(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[UnreadColumn]:
    """Yields the columns of amounts that no table reads, in the blocks that are read."""
    blocks: list[SheetBlock] = []
    for candidate in candidates:
        if candidate.block not in blocks:
            blocks.append(candidate.block)
    for block in blocks:
        of_block = (candidate for candidate in candidates if candidate.block == block)
        taken = {column.index for candidate in of_block for column in candidate.columns}
        yield from _untaken(seen, block, taken)
    for candidate in candidates:
        yield from _left_out(seen, candidate)


def _untaken(seen: SeenBook, block: SheetBlock, taken: Set[int]) -> Iterator[UnreadColumn]:
    sums = {_sum(seen, block, column) for column in block.columns if column.index in taken}
    for column in block.columns:
        if column.index not in taken and (is_amount(column) or is_of_other_time(column)):
            total = _sum(seen, block, column)
            # Spending since the beginning is left out if another column has the same sum.
            if total and (is_amount(column) or total not in sums):
                yield UnreadColumn(block.place, letters(column.index), total)


def _left_out(seen: SeenBook, candidate: TableCandidate) -> Iterator[UnreadColumn]:
    """Yields amounts that are left out: amounts of a budget in another currency than that of
    most lines, and amounts of spending that is not paid according to the sheet."""
    block, where = candidate.block, candidate.shape.where
    in_currency = candidate.table == "budget" and where == rows_of_one_currency(seen, block)
    is_paid = candidate.table == "expenses" and where == paid_rows(seen, block)
    if not where or not (in_currency or is_paid):
        return
    ((heading, text),) = where.items()
    (said,) = (column for column in block.columns if column.heading == heading)
    totals: dict[str, Decimal] = {}
    for row in block.rows:
        mark = seen.grid(block).at(row, said.index)
        if isinstance(mark, str) and normal(mark) not in ("", normal(text)):
            for column in candidate.columns:
                figure = seen.figure(block, row, column) if is_amount(column) else None
                totals[mark.strip()] = totals.get(mark.strip(), Decimal(0)) + (figure or 0)
    for mark, total in totals.items():
        whose = f"in {mark}" if in_currency else f"of rows with {mark}"
        yield UnreadColumn(block.place, letters(said.index), total, whose)


def _sum(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> Decimal:
    grid = seen.grid(block)
    figures = (
        figure_of(grid.at(number, column.index), seen.locale)
        for number in block.rows
        if not any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
    )
    return sum((figure for figure in figures if figure is not None), Decimal(0))
