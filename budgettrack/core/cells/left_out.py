"""Finds rows that the setting `where` leaves out of a table, although they may belong to it.

Example: a cash book says Out in the rows of expenses. If somebody leaves this cell blank, or types
Uot, the row is missing in every figure, and nobody notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set

from msgspec import Struct

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.meanings import Meanings
from budgettrack.core.cells.reader import TabReader
from budgettrack.core.cells.table_rows import Place, TotalLabel


class _Words(Struct, frozen=True):
    """The words in a column that `where` names, each with the number of its rows. '' is a blank
    cell. `others`: the words of rows that are known to be something else, if the config has
    them."""

    wanted: str
    counts: Mapping[str, int]
    others: Set[str] | None

    def may_be_meant(self, word: str) -> bool:
        """Whether a cell with another word may be a mistake for the wanted word.

        If the config has all other words, every unknown word may be one. Otherwise a blank cell may
        be a mistake only if blank cells are rare. If the column has only one word, like a column of
        ticks, a blank cell has a meaning of its own."""
        if self.others is not None:
            return word not in self.others
        number, usual = self.counts[word], self.counts[self.wanted]
        if word:
            is_meant = _is_shorter_or_longer(word, self.wanted) or _is_slip(word, self.wanted)
            return number < usual and is_meant
        words = [other for other in self.counts if other]
        filled = sum(self.counts[other] for other in words)
        return number < filled and (len(words) > 1 or (number == 1 and filled > 2))


def left_out(place: Place, reader: TabReader) -> Iterator[Finding]:
    """Yields a finding for each row with an amount that `where` leaves out because a cell is blank,
    mistyped or not known."""
    rows = [*_rows_with_amounts(reader)] if reader.only else []
    columns = [
        _Words(
            wanted,
            Counter(_word(reader, number, index, meanings) for number in rows),
            reader.others.get(index),
        )
        for index, wanted, meanings in reader.only
    ]
    for number in rows:
        others = [
            (index, words, word)
            for (index, wanted, meanings), words in zip(reader.only, columns, strict=True)
            if (word := _word(reader, number, index, meanings)) != wanted
        ]
        if others and all(words.may_be_meant(word) for _, words, word in others):
            index, words, _ = others[0]
            yield place.finding(
                "left-out-by-where", number, index, field="amount", values={"word": words.wanted}
            )


def _rows_with_amounts(reader: TabReader) -> Iterator[int]:
    """Yields the rows with an amount that are not totals. It makes no difference whether `where`
    selects them."""
    if "amount" not in reader.columns:
        return
    for number in range(reader.headings.row + 1, len(reader.grid.rows)):
        cells = {
            name: meanings[reader.grid.at(number, reader.headings.columns[name])]
            for name, meanings in reader.meanings.items()
        }
        is_total = number in reader.sums or number in reader.labels
        is_total = is_total or any(isinstance(cell, TotalLabel) for cell in cells.values())
        if cells["amount"] and not isinstance(cells["amount"], Finding) and not is_total:
            yield number


def _word(reader: TabReader, number: int, column: int, meanings: Meanings) -> str:
    value = reader.grid.at(number, column)
    return "" if value is None else str(meanings[value])


def _is_shorter_or_longer(typed: str, wanted: str) -> bool:
    """Whether a word is the beginning of the wanted one, such as Y of Yes, or the wanted one with
    more behind it, such as "Yes, 12 March". D may also be written Dr or Debit, so behind a wanted
    word of one or two letters there may be letters.

    Codes are never the beginning of other codes: 20 is not short for 2026."""
    if any(sign.isdigit() for sign in wanted):
        return False
    more = typed[len(wanted) :] if typed.startswith(wanted) else ""
    return wanted.startswith(typed) or bool(more and (len(wanted) <= 2 or not more[0].isalpha()))


def _is_slip(typed: str, wanted: str) -> bool:
    """Whether a word differs from the wanted one by one letter, or by two letters that changed
    places. Words of one or two letters never count as mistyped: Cr is no slip for Dr.

    Words with digits never count as mistyped, because they are codes and years: 2025 is not a
    slip for 2026."""
    if len(wanted) <= 2 or any(sign.isdigit() for sign in typed + wanted):
        return False
    start = 0
    while start < min(len(typed), len(wanted)) and typed[start] == wanted[start]:
        start += 1
    one, other = typed[start:], wanted[start:]
    return (
        one[1:] == other
        or one == other[1:]
        or one[1:] == other[1:]
        or (one[:2] == other[:2][::-1] and one[2:] == other[2:])
    )
