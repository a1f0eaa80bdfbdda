"""Checks that no difference of multiples of two published figures reveals anybody's amount.

Example: on all pages two people got about the same amount five times, three of these on one page.
Two others got theirs four times, three of these on that page. Then five times the sum of that page,
less three times the total, is three times what the others get, and the amounts of the first two
cancel out.

So two figures are compared in those ratios in which their largest common amounts cancel out.
What is left is judged twice: by the true amounts, and as a reader sees it who takes amounts of
one contributor that differ by less than ten per cent as equal (see `combinations`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct, field

from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.combinations import Equation, Unknown, Unknowns
from budgettrack.core.sealing.safety import (
    FEWEST,
    TENTH,
    Seen,
    amounts_of,
    is_safe_or_nothing,
    readings,
)

_Key = TypeVar("_Key")

_RATIOS = 3
"""How many of the largest common amounts are tried: each gives a ratio. If everything but the
money of two people cancels out, then one of the three largest amounts that two figures have in
common cancels out too."""


class _Left(Struct):
    """The difference of multiples of two figures, by contributor. `amounts`: the true amounts.
    `guessed`: the amounts that a reader gets who treats nearly equal amounts as equal. `blur`: the
    possible error of this guess, because the amounts of the contributor are only nearly equal."""

    amounts: dict[str, int] = field(default_factory=dict)
    guessed: dict[str, int] = field(default_factory=dict)
    blur: dict[str, int] = field(default_factory=dict)

    def without(self, visible: Collection[str]) -> _Left:
        """Returns what is left for a reader who knows the amounts of these contributors."""
        return _Left(
            {who: units for who, units in self.amounts.items() if who not in visible},
            {who: units for who, units in self.guessed.items() if who not in visible},
            self.blur,
        )

    def gives_nobody_away(self) -> bool:
        """Whether a reader can neither calculate nor guess the two largest amounts. If money of
        other people is subtracted from these two, a reader does not know how much, and so learns
        nothing about them."""
        ways = {units > 0 for who, units in self.guessed.items() if who}
        return len(ways) > 1 or (self._rises_are_safe() and self._errs_enough())

    def _rises_are_safe(self) -> bool:
        """Whether the true amounts follow the rule of the module `safety`.

        If one of the two largest amounts is subtracted from the other, a reader knows neither of
        them. But a small subtracted amount, less than a tenth, hides nothing."""
        two = _two_largest(self.amounts)
        ways, sizes = {units > 0 for _, units in two}, [abs(units) for _, units in two]
        is_hidden = len(ways) > 1 and TENTH * min(sizes) >= max(sizes)
        return is_hidden or is_safe_or_nothing(self.amounts)

    def _errs_enough(self) -> bool:
        """Whether a guess of the two largest amounts is wrong by a tenth or more. The error is
        the money of all others (true or guessed, whichever is smaller), and the blur of the two
        amounts."""
        if is_safe_or_nothing(self.guessed):
            return True
        two = dict(_two_largest(self.guessed))
        if len(self.guessed.keys() - {""}) < FEWEST:
            return False
        others = min(_sum_without(two, self.amounts), _sum_without(two, self.guessed))
        errs = others + sum(self.blur[who] for who in two)
        return TENTH * errs >= abs(sum(two.values())) + abs(self.guessed.get("", 0))


class Multiples:
    """The batches of figures, and who is paid in each. A figure is a number in which the bit of
    each of its batches is set, in the order of `batches`."""

    def __init__(self, batches: Sequence[Batch], seen: Seen) -> None:
        self._seen = seen
        unknowns = Unknowns()
        self._rows: dict[int, Equation] = {}
        self._amounts: dict[int, Mapping[str, int]] = {}
        amounts: dict[Unknown, list[int]] = {}
        for place, batch in enumerate(batches):
            self._rows[1 << place] = unknowns.row(batch.parts)
            self._amounts[1 << place] = amounts_of(batch.parts)
            for part in batch.parts:
                for unknown in unknowns.row((part,)):
                    amounts.setdefault(unknown, []).append(abs(part.units))
        self._sizes = {unknown: sum(units) // len(units) for unknown, units in amounts.items()}
        self._spread = {unknown: max(units) - min(units) for unknown, units in amounts.items()}

    def give_nobody_away(self, one: int, other: int) -> bool:
        """Whether no multiples of two figures reveal anybody's amount."""
        return all(
            left.without(visible).gives_nobody_away()
            for left in self._in_ratios(one, other)
            for visible in ((), *readings(left.amounts, self._seen))
        )

    def _in_ratios(self, one: int, other: int) -> Iterator[_Left]:
        """Yields the difference of two figures in each ratio in which a large common amount cancels
        out. Differences of the whole figures are left to `differences` and `drafts`."""
        row, others = self._row(one), self._row(other)
        common = [who for who in row.keys() & others.keys() if who[0]]
        common.sort(key=lambda who: (-abs(row[who]) * self._sizes[who], who))
        for ratio in dict.fromkeys(Fraction(others[who], row[who]) for who in common[:_RATIOS]):
            if ratio > 0 and ratio != 1:
                yield self._left(one, ratio.numerator, other, ratio.denominator)

    def _left(self, one: int, times: int, other: int, less: int) -> _Left:
        """Returns a difference: `times` times the figure `one`, minus `less` times the figure
        `other`."""
        left = _Left()
        row, others = self._row(one), self._row(other)
        for unknown in row.keys() | others.keys():
            who, _ = unknown
            number = times * row.get(unknown, 0) - less * others.get(unknown, 0)
            # Amounts of unknown contributors never cancel out.
            units = (number if who else abs(number)) * self._sizes[unknown]
            if units:
                left.guessed[who] = left.guessed.get(who, 0) + units
                blur = abs(number) * self._spread[unknown]
                left.blur[who] = left.blur.get(who, 0) + blur
        left.guessed = {who: units for who, units in left.guessed.items() if units}
        amounts, taken = self._amounts_of(one), self._amounts_of(other)
        for who in amounts.keys() | taken.keys():
            plus, minus = times * amounts.get(who, 0), less * taken.get(who, 0)
            units = plus - minus if who else abs(plus) + abs(minus)
            if units:
                left.amounts[who] = units
        return left

    def _row(self, figure: int) -> Equation:
        """Returns how often each unknown (a contributor and an amount) is in a figure."""
        if figure not in self._rows:
            self._rows[figure] = _sum(self._rows[bit] for bit in _bits(figure))
        return self._rows[figure]

    def _amounts_of(self, figure: int) -> Mapping[str, int]:
        """Returns the amount of each contributor in a figure."""
        if figure not in self._amounts:
            self._amounts[figure] = _sum(self._amounts[bit] for bit in _bits(figure))
        return self._amounts[figure]


def _sum(addends: Iterable[Mapping[_Key, int]]) -> Mapping[_Key, int]:
    """Returns the sum of each key. A key whose sum is zero is left out."""
    total: Counter[_Key] = Counter()
    for addend in addends:
        total.update(addend)
    return {key: number for key, number in total.items() if number}


def _bits(figure: int) -> Iterator[int]:
    """Yields each batch of a figure, as a number with only the bit of this batch."""
    while figure:
        bit = figure & -figure
        yield bit
        figure ^= bit


def _sum_without(two: Collection[str], amounts: Mapping[str, int]) -> int:
    """Returns the sum of the amounts of all known contributors except two."""
    return abs(sum(units for who, units in amounts.items() if who and who not in two))


def _two_largest(amounts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Returns the two known contributors with the largest amounts."""
    known = [(who, units) for who, units in amounts.items() if who and units]
    return sorted(known, key=lambda one: (-abs(one[1]), one[0]))[: FEWEST - 1]
