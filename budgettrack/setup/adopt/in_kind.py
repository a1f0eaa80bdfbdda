"""Finds contributions in kind: the work of volunteers, a room that costs nothing. They have amounts
in many plans, but they are no money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.cells.total_labels import total_label
from budgettrack.setup.adopt.candidate import TableCandidate
from budgettrack.setup.adopt.columns import is_amount, row_total_of
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import says_in_kind

InKindFate = Literal["left out", "counted"]


class FoundInKind(Struct, frozen=True):
    """Contributions in kind. `place`: the number of the tab, from 0. `cell`: a cell, or the letter
    of a column. `fate`: whether they are left out or counted."""

    place: int
    cell: str
    fate: InKindFate


def without_in_kind(seen: SeenBook, block: SheetBlock) -> SheetBlock:
    """Returns a block that ends before its contributions in kind, if they stand below a total. In a
    French plan these are the classes 86 and 87."""
    number = _first_row(seen, block)
    if number is None or not _is_apart(seen, block, number):
        return block
    text = _texts(seen, block, number)[0]
    rows = range(block.rows.start, number)
    above = {other.casefold() for row in rows for other in _texts(seen, block, row)}
    if text.casefold() in above:
        return block
    return replace(block, last_row=number - 1, ends_with=text)


def _first_row(seen: SeenBook, block: SheetBlock) -> int | None:
    return next(
        (number for number in block.rows if any(map(says_in_kind, _texts(seen, block, number)))),
        None,
    )


def _is_apart(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    """Whether the rows from this one on are only contributions in kind and totals, and a total of
    the money stands above them."""
    above = range(block.rows.start, number)
    if not any(_is_total(seen, block, row) and _has_figures(seen, block, row) for row in above):
        return False
    if not _has_figures(seen, block, number):
        return True
    below = range(number + 1, block.last_row + 1)
    return all(
        _is_total(seen, block, row) or any(map(says_in_kind, _texts(seen, block, row)))
        for row in below
        if _has_figures(seen, block, row)
    )


def _is_total(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    return any(total_label(text) is not None for text in _texts(seen, block, number))


def _has_figures(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    return any(
        seen.figure(block, number, column) is not None
        for column in block.columns
        if column.holds == "figures" and not column.means("id")
    )


def _texts(seen: SeenBook, block: SheetBlock, number: int) -> Sequence[str]:
    """Returns the texts of a row that are no figures, within the columns of a block."""
    cells = [
        (column, seen.grid(block).at(number, column.index))
        for column in block.columns
        if seen.figure(block, number, column) is None
    ]
    return [cell.strip() for _, cell in cells if isinstance(cell, str) and cell.strip()]


def money_beside_in_kind(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the only column of money if a total includes it and columns in kind: *Cash* of
    `Cash | In-kind | Total`. Returns None if there is none, or more than one: no mapping can add
    them. Returns None, too, if a row has a figure in kind and none of money: without an amount it
    would be read as a heading, or as a row whose amount is missing."""
    total = row_total_of(seen, block)
    amounts = [column for column in block.columns if is_amount(column) and column is not total]
    money = [column for column in amounts if not says_in_kind(column.heading)]
    if total is None or not len(money) == 1 < len(amounts):
        return None
    is_complete = all(
        seen.figure(block, number, money[0]) is not None
        or all(seen.figure(block, number, column) is None for column in amounts)
        for number in block.rows
    )
    return money[0] if is_complete else None


def in_kind(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[FoundInKind]:
    """Yields the contributions in kind in the blocks that are read."""
    for candidate in candidates:
        block = candidate.block
        same = (block.place, block.heading_row, block.columns[0].index)
        whole = next(
            (
                other
                for other in seen.blocks
                if (other.place, other.heading_row, other.columns[0].index) == same
            ),
            block,
        )
        number = _first_row(seen, whole)
        if number is not None and number > block.last_row:
            yield _of_row(seen, whole, number, "left out")
        yield from _counted(seen, block)
        total, money = row_total_of(seen, block), money_beside_in_kind(seen, block)
        fate: InKindFate = "left out" if money in candidate.columns else "counted"
        if total is not None and not {total, money}.isdisjoint(candidate.columns):
            for column in filter(is_amount, block.columns):
                if says_in_kind(column.heading) and column is not total:
                    yield FoundInKind(block.place, letters(column.index), fate)


def _counted(seen: SeenBook, block: SheetBlock) -> Iterator[FoundInKind]:
    """Yields the first row of a block that is a contribution in kind with an amount."""
    for number in block.rows:
        is_kind = any(map(says_in_kind, _texts(seen, block, number)))
        is_line = _has_figures(seen, block, number) and not _is_total(seen, block, number)
        if is_kind and is_line:
            yield _of_row(seen, block, number, "counted")
            return


def _of_row(seen: SeenBook, block: SheetBlock, number: int, fate: InKindFate) -> FoundInKind:
    column = next(
        column
        for column in block.columns
        if isinstance(text := seen.grid(block).at(number, column.index), str) and says_in_kind(text)
    )
    return FoundInKind(block.place, f"{letters(column.index)}{number + 1}", fate)
