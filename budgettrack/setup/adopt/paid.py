"""Finds which rows of spending are paid, and the words that do not say it clearly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import folded, normal
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.synonyms import ANSWERS, PAID
from budgettrack.setup.adopt.vocabulary import way_of
from budgettrack.setup.adopt.ways import SpentRows


def paid_rows(seen: SeenBook, block: SheetBlock) -> SpentRows:
    """Returns the condition for the rows that are paid, if a column such as `Paid?` says yes or no
    in each row. Otherwise all rows fit.

    A blank cell is known for a no only if no row has a word for it, as in a column of ticks."""
    column = _column_of(seen, block, "paid") or next(iter(block.having("state")), None)
    if column is None or not column.heading or column.holds != "texts":
        return SpentRows()
    typed = {folded(word): word for _, word in _words(seen, block, column)}
    yes = [word for word in typed.values() if _answer(word) == "yes"]
    if not typed or not all(_answer(word) for word in typed.values()) or len(yes) > 1:
        return SpentRows()
    no = tuple(word for word in typed.values() if _answer(word) == "no")
    if not no and _has_blank(seen, block, column):
        no = ("",)
    paid = {column.heading: yes[0] if yes else "yes"}
    return SpentRows(paid, others={column.heading: no})


def _has_blank(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether a column is blank in a row that has a figure and is no total."""
    grid = seen.grid(block)
    figures = [other for other in block.columns if other.holds == "figures"]
    return any(
        grid.at(number, column.index) in (None, "")
        and not any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
        and any(seen.figure(block, number, other) is not None for other in figures)
        for number in block.rows
    )


def doubtful_words(seen: SeenBook, block: SheetBlock, where: Mapping[str, str]) -> Iterator[str]:
    """Yields the cells with a word that leaves open whether a row is paid, or whether its
    money came in or went out. `where`: the condition for the rows of the block that are spending.

    A column with only one word for a side is understood. Nothing is yielded for it."""
    paid, unpaid = _column_of(seen, block, "paid"), _column_of(seen, block, "unpaid")
    if paid is not None and paid.heading not in where:
        words = [*_words(seen, block, paid)]
        usual = next((folded(word) for _, word in words if _answer(word) == "yes"), "")
        for number, word in words:
            if folded(word) != usual and _answer(word) != "no":
                yield f"{letters(paid.index)}{number + 1}"
    if unpaid is not None and unpaid.heading not in where:
        for number, _ in _words(seen, block, unpaid):
            yield f"{letters(unpaid.index)}{number + 1}"
    for column in block.having("direction"):
        if column.holds == "texts" and column.heading not in where:
            yield from _of_direction(seen, block, column)


def _of_direction(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> Iterator[str]:
    """Yields the cells of a column such as `Dr/Cr` with a word that is not the usual one for money
    in or money out. Yields nothing if no word is for money in: then the column is of kinds."""
    words = [*_words(seen, block, column)]
    usual: dict[str, str] = {}
    for _, word in words:
        usual.setdefault(way_of(word, may_be_letter=True), normal(word))
    if "in" in usual:
        for number, word in words:
            way = way_of(word, may_be_letter=True)
            if not way or normal(word) != usual[way]:
                yield f"{letters(column.index)}{number + 1}"


def _column_of(seen: SeenBook, block: SheetBlock, kind: str) -> SeenColumn | None:
    """Returns the column with texts whose heading says `paid` or `unpaid`. Returns None if there
    is none.

    Without its accent, the French `Payée` is the English `Payee`. It is a column of names unless
    all its words are answers. No word of a column that may name people is ever shown."""
    known = {folded(word) for word in PAID[kind].split(",")}
    return next(
        (
            column
            for column in block.columns
            if column.holds == "texts"
            and folded(column.heading) in known
            and (
                not column.means("payee", "person")
                or all(_answer(word) for _, word in _words(seen, block, column))
            )
        ),
        None,
    )


def _answer(word: str) -> str:
    """Returns `yes` or `no`, or '' for a word that is neither. `Paid` is a yes, and `Unpaid` is a
    no."""
    for answer, said in (("yes", "paid"), ("no", "unpaid")):
        more = (*ANSWERS[answer].split(","), *PAID[said].split(","))
        known = (*in_every_language("choice", answer), *more)
        if folded(word) in map(folded, known):
            return answer
    return ""


def words_in(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> list[str]:
    """Returns the words in a column of a block, without those in the rows of totals."""
    return [word for _, word in _words(seen, block, column)]


def _words(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> Iterator[tuple[int, str]]:
    """Yields the number and the word of each row that has one, as it is typed. A tick box has the
    word TRUE or FALSE. Totals are left out."""
    grid = seen.grid(block)
    for number in block.rows:
        value = grid.at(number, column.index)
        text = str(value).upper() if isinstance(value, bool) else value
        is_total = any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
        if isinstance(text, str) and text.strip() and not is_total:
            yield number, " ".join(text.split())
