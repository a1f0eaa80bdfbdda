"""Finds opening balances that no table reads, because they stand only in the column of the
balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from budgettrack.core.base.addresses import letters
from budgettrack.core.cells.total_labels import total_label
from budgettrack.setup.adopt.candidate import TableCandidate
from budgettrack.setup.adopt.columns import is_amount
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook


class OpeningBalance(Struct, frozen=True):
    """The money that a group had when its cash book began.

    `place`: the number of its tab in the workbook, from 0.
    `cell`: the address within the tab, such as F2.
    """

    place: int
    cell: str
    amount: Decimal


def opening_balances(
    seen: SeenBook, candidates: Sequence[TableCandidate]
) -> Iterator[OpeningBalance]:
    """Yields the opening balances of the cash books that are read."""
    blocks: list[SheetBlock] = []
    for candidate in candidates:
        if candidate.table != "budget" and candidate.block not in blocks:
            blocks.append(candidate.block)
    for block in blocks:
        taken = {
            column.index
            for candidate in candidates
            if candidate.block == block
            for column in candidate.columns
            if is_amount(column)
        }
        yield from _before_first_row(seen, block, taken)


def _before_first_row(
    seen: SeenBook, block: SheetBlock, taken: set[int]
) -> Iterator[OpeningBalance]:
    """Yields the balance in a row above the first row with an amount. It is not yielded if its row
    has an amount in a column that is read: then every sync has a finding about the row."""
    for number in block.rows:
        figures = {
            column.index: figure
            for column in block.columns
            if column.holds == "figures"
            and (figure := seen.figure(block, number, column)) is not None
        }
        if any(figures.get(index) for index in taken):
            return
        is_carried = any(
            isinstance(cell, str) and (label := total_label(cell)) is not None and label.carried
            for cell in seen.grid(block).rows[number]
        )
        balances = [(index, figure) for index, figure in figures.items() if index not in taken]
        if is_carried and balances:
            index, amount = balances[-1]
            yield OpeningBalance(block.place, f"{letters(index)}{number + 1}", amount)
            return
