"""Finds columns for money in and money out of several places: `Bank In | Bank Out | Cash In | Cash
Out`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from budgettrack.core.cells.locales import customs_of
from budgettrack.core.records.tables import normal, one_spelling
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.synonyms import COLUMNS, CREDITS, DEBITS
from budgettrack.setup.adopt.vocabulary import meanings_of, rank_of_version, says_other_time

_OTHER_THAN_PLACES = ("planned", "actual", "total", "ignored", "year", "month")
"""If the rest of a heading means this, it is no place: `Income budget | Expenses budget`."""

ColumnPair = tuple[SeenColumn, SeenColumn]


def pairs_of_places(seen: SeenBook, block: SheetBlock) -> list[ColumnPair]:
    """Returns the columns of money in and money out for each place where money is kept, from left
    to right. The headings of a pair differ only in their word for in and out. Empty if there are
    fewer than two places.

    A pair whose amounts are the sums of the other pairs is left out."""
    found: dict[str, dict[str, SeenColumn]] = {}
    for column in block.columns:
        if column.holds not in ("figures", "nothing"):
            continue
        way, place = _way_and_place(column.heading)
        if not way or not place or way in found.get(place, {}):
            continue
        if not _is_other(seen, place):
            found.setdefault(place, {})[way] = column
    pairs = [(ways["in"], ways["out"]) for ways in found.values() if len(ways) == 2]
    pairs = [pair for pair in pairs if not _sums_others(seen, block, pair, pairs)]
    return pairs if len(pairs) > 1 else []


def _way_and_place(heading: str) -> tuple[str, str]:
    """Returns `in` or `out`, and the rest of the heading. Returns '' twice if it has no such word.
    The shortest word is used, because `Cash in` is known as a whole, too."""
    words = _words_in(heading)
    for length in range(1, len(words)):
        for part, rest in (
            (words[:length], words[length:]),
            (words[-length:], words[:-length]),
        ):
            way = _ways().get(" ".join(part), "")
            if way:
                return way, " ".join(rest)
    return "", ""


def _words_in(text: str) -> list[str]:
    return one_spelling(normal(text)).translate(_BREAKS).split()


_BREAKS = str.maketrans("()[],:/-–", "         ")


@lru_cache(maxsize=1)
def _ways() -> dict[str, str]:
    """Returns the words for money in and money out. Words that have both meanings, and debit and
    credit, are left out: which of them is in depends on the balance."""
    sides = {*_words_in(DEBITS), *_words_in(CREDITS)}
    ways: dict[str, str] = {}
    for way in ("in", "out"):
        for listed in COLUMNS[way].values():
            for word in listed.split(","):
                text = " ".join(_words_in(word))
                ways[text] = "" if text in sides or ways.get(text, way) != way else way
    return ways


def _is_other(seen: SeenBook, place: str) -> bool:
    """Whether the rest of a heading names no place, but a version of the amounts, another time or
    a currency."""
    meanings = meanings_of(place)
    return (
        any(map(str.isdigit, place))
        or not set(meanings).isdisjoint(_OTHER_THAN_PLACES)
        or says_other_time(place)
        or rank_of_version(place) != 1
        or bool(customs_of(seen.locale).meaning(place))
    )


def _sums_others(
    seen: SeenBook, block: SheetBlock, pair: ColumnPair, pairs: list[ColumnPair]
) -> bool:
    """Whether the amounts of a pair are in every row the sums of those of all other pairs."""
    others = [other for other in pairs if other is not pair]
    rows = [
        (
            seen.figure(block, number, pair[way]) or Decimal(0),
            [*_figures(seen, block, number, others, way)],
        )
        for number in block.rows
        for way in (0, 1)
    ]
    return any(whole for whole, _ in rows) and all(whole == sum(parts) for whole, parts in rows)


def _figures(
    seen: SeenBook, block: SheetBlock, number: int, pairs: list[ColumnPair], way: int
) -> Iterator[Decimal]:
    for pair in pairs:
        yield seen.figure(block, number, pair[way]) or Decimal(0)
