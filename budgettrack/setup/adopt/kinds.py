"""Finds out from titles and headings whether a block (one table of people) is planned or actual,
and whether it is income."""

from __future__ import annotations

import re
from itertools import pairwise

from budgettrack.setup.adopt.columns import amount_of, last_figures
from budgettrack.setup.adopt.questions import Question, kind_question
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import says, says_signed


def words_of_title(seen: SeenBook, block: SheetBlock) -> str:
    """Returns the title of a block and the name of its tab. If neither says whether it is
    planned or actual, returns the titles of the other blocks in the tab and the name of the
    file."""
    words = f"{block.title} {_title_above(seen, block)} {seen.grid(block).tab}"
    if says(words, "planned") or says(words, "actual"):
        return words
    beside = " ".join(other.title for other in seen.blocks if other.place == block.place)
    of_titles = _saying(beside, "planned") or _saying(beside, "actual")
    name = re.sub(r"[\W_]+", " ", seen.file_name)
    return f"{words} {of_titles} {name if says(name, 'planned') else ''}"


def _title_above(seen: SeenBook, block: SheetBlock) -> str:
    """Returns the words for a plan in the title above a section, such as `Cash flow forecast` above
    `PAYMENTS`. The title of a section is only its own heading."""
    if not block.begins_with:
        return ""
    whole = (
        other.title
        for other in seen.blocks
        if other.place == block.place
        and other.heading_row == block.heading_row
        and other.columns[0].index == block.columns[0].index
    )
    return _saying(" ".join(whole), "planned")


def _saying(text: str, kind: str) -> str:
    """Returns those words of a text, and pairs of words, that belong to this kind, such as words
    for planned amounts."""
    words = re.findall(r"\w+", text)
    alone = [word for word in words if says(word, kind)]
    pairs = [pair for pair in map(" ".join, pairwise(words)) if says(pair, kind)]
    return " ".join(alone or pairs)


def is_only(text: str, kind: str, other: str) -> bool:
    """Whether a text has a word of the one kind and none of the other."""
    return says(text, kind) and not says(text, other)


def is_income(block: SheetBlock, words: str) -> bool:
    """Whether a block without dates is income. `words` has the words of its title."""
    # A column such as `Funding source` says who pays for a line. Plans have such a column, too.
    headings = " ".join(
        column.heading
        for column in block.columns
        if column.holds == "texts" and column.meanings[:1] != ("grant",)
    )
    return (
        is_only(block.title, "income", "expense")
        or is_only(headings, "income", "expense")
        or (is_only(words, "income", "expense") and not says(headings, "expense"))
    )


def kind_of(
    block: SheetBlock,
    words: str,
    planned: SeenColumn | None,
    actual: SeenColumn | None,
    *,
    of_month: str = "",
) -> str:
    """Returns `planned` or `actual` for a block without dates. Returns '' if a person must say it.

    `planned` and `actual` are its columns of planned and of actual amounts; `words` has the
    words of its title. `of_month`: the name of its tab, if the name has a month that has begun,
    such as `Jan 2026`."""
    if planned is not None:
        return "planned"
    if is_only(words, "actual", "planned"):
        return "actual"
    # `Expenses January 2026` is spending, even if the name of the file is `budget`.
    is_book = says(of_month, "expense") or says(of_month, "income")
    if is_book and not block.has_periods and not says(of_month, "planned"):
        return "actual"
    if block.has_periods:
        # Only people of the group know whether `Expenses 2026` with months is a plan or spending.
        is_spending = says(words, "spent") or says(words, "expense")
        return "" if is_spending and not says(words, "planned") else "planned"
    if says(words, "planned"):
        return "planned"
    has_other = amount_of(block, ("total", "amount")) is not None
    return "actual" if actual is not None and not has_other else ""


def _says_money_moved(column: SeenColumn) -> bool:
    heading = column.heading
    return says(heading, "expense") or says(heading, "income")


def question_of_kind(seen: SeenBook, block: SheetBlock, *, has_begun: bool = False) -> Question:
    """Returns the question whether a block is planned or actual. `has_begun`: whether the name of
    its tab has a month that has begun. Then a heading such as `Expense` may mean what was spent."""
    amount = amount_of(block, ("total", "amount")) or last_figures(block)
    tab = seen.grid(block).tab
    title = f"{tab} {block.title}" if block.is_single else tab
    spending = [word for word in _saying(title, "expense").split() if not says(word, "cost")]
    if has_begun:
        spending += [column.heading for column in block.columns if _says_money_moved(column)]
    is_plan = says(title, "planned") or says(title, "income")
    says_expense = (bool(spending) or says(title, "spent")) and not is_plan
    # People sign for what they got, and a receipt is for a payment.
    # So a column for signatures or receipts is a sign of spending.
    is_signed = not is_plan and any(says_signed(column.heading) for column in block.columns)
    has_receipts = not is_plan and bool(block.having("receipt"))
    return kind_question(
        seen.example(block, amount),
        says_expense=says_expense,
        is_list_of_payments=is_signed or has_receipts,
    )
