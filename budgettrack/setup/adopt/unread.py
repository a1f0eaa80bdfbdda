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
    is_paid = candidate.table == "expenses" and where == paid_rows(seen, block).where
    if not where or not (in_currency or is_paid):
        return
    ((heading, text),) = where.items()
    (said,) = (column for column in block.columns if column.heading == heading)
    amounts = [*filter(is_amount, candidate.columns)]
    totals: dict[str, Decimal] = {}
    for mark, row in _other_marks(seen, block, said, text):
        figures = (seen.figure(block, row, column) or Decimal(0) for column in amounts)
        totals[mark] = totals.get(mark, Decimal(0)) + sum(figures, Decimal(0))
    for mark, total in totals.items():
        if total:
            whose = f"in {mark}" if in_currency else f"of rows with {mark}"
            whose = whose if mark else "of rows with a blank cell"
            yield UnreadColumn(block.place, letters(said.index), total, whose)


def _other_marks(
    seen: SeenBook, block: SheetBlock, said: SeenColumn, text: str
) -> Iterator[tuple[str, int]]:
    """Yields the word in a column and the number of its row, for the rows that have another word
    than `text`. A blank cell has the word ''. Totals are left out, and so are ticks."""
    grid = seen.grid(block)
    for row in block.rows:
        mark = grid.at(row, said.index)
        shown = mark.strip() if isinstance(mark, str) else ""
        is_total = any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[row])
        if normal(shown) != normal(text) and not isinstance(mark, bool) and not is_total:
            yield shown, row


def _sum(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> Decimal:
    grid = seen.grid(block)
    figures = (
        figure_of(grid.at(number, column.index), seen.locale)
        for number in block.rows
        if not any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
    )
    return sum((figure for figure in figures if figure is not None), Decimal(0))
