"""Finds tables of which little says whether their money came in or went out: `Date | Item | Amount`
in a tab called `Sales` or `Loans`. A person should look at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from budgettrack.setup.adopt.candidate import TableCandidate
from budgettrack.setup.adopt.columns import is_amount
from budgettrack.setup.adopt.debits import view_by_texts
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import says, says_neither, section_of

DoubtfulDirection = Literal["spending", "income", "neither", "planned"]
"""`spending`, `income`: what a table is taken for, although little says it. `neither`: its title is
about loans, debts or things. `planned`: its title says that it is a plan."""


def doubtful_directions(
    seen: SeenBook, candidates: Sequence[TableCandidate]
) -> Iterator[tuple[int, DoubtfulDirection]]:
    """Yields the numbers of the tabs with such tables, each with what is doubtful."""
    for candidate in candidates:
        same = {other.table for other in candidates if other.block == candidate.block}
        is_counted = candidate.shape.constant.get("state", "paid") in ("paid", "received")
        if says_neither(title_of(seen, candidate.block)):
            yield candidate.block.place, "neither"
        elif candidate.table != "budget" and is_counted:
            doubt = _doubt(seen, candidate, is_alone=len(same) == 1)
            if doubt is not None:
                yield candidate.block.place, doubt


def title_of(seen: SeenBook, block: SheetBlock) -> str:
    return f"{block.title} {seen.grid(block).tab}"


def _doubt(
    seen: SeenBook, candidate: TableCandidate, *, is_alone: bool
) -> DoubtfulDirection | None:
    """Returns what is doubtful about a table. Returns None if nothing is. `is_alone`: whether no
    other table is read from the same block."""
    block = candidate.block
    title = title_of(seen, block)
    if says(title, "planned") and not says(title, "actual") and candidate.is_dated:
        return "planned"
    if not is_alone or candidate.shape.where or candidate.shape.amounts:
        return None
    headings = " ".join(column.heading for column in block.columns)
    if candidate.table == "income":
        return None if _is_income(candidate, title, headings) else "income"
    return None if _is_spending(seen, candidate, title, headings) else "spending"


def _is_income(candidate: TableCandidate, title: str, headings: str) -> bool:
    """Whether a title, a heading or a column of donors says that the money came in."""
    amounts = [column for column in candidate.columns if is_amount(column)]
    return (
        says(title, "received")
        or section_of(candidate.block.title) == "income"
        or says(headings, "income")
        or any(column.means("in") for column in amounts)
        or any(column.means("grant") for column in candidate.block.columns)
    )


def _is_spending(seen: SeenBook, candidate: TableCandidate, title: str, headings: str) -> bool:
    """Whether a title, a heading, another column or the texts say that the money went out."""
    block = candidate.block
    amounts = [column for column in candidate.columns if is_amount(column)]
    return (
        says(f"{title} {headings}", "expense")
        or says(title, "spent")
        or any(column.means("out", "actual") for column in amounts)
        or any(column.means("payee", "receipt", "line", "unit_cost") for column in block.columns)
        or any(_by_texts(seen, block, column.index) for column in amounts)
    )


def _by_texts(seen: SeenBook, block: SheetBlock, index: int) -> bool:
    (amount,) = (column for column in block.columns if column.index == index)
    moves = {row: figure for row in block.rows if (figure := seen.figure(block, row, amount))}
    return view_by_texts(seen, block, moves) == "out"
