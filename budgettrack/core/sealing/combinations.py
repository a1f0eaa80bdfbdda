"""Checks whether several published sums together reveal an amount that no single sum reveals.

A reader who knows that a payment comes again each month (a rent, a stipend) can add and subtract
whole batches until other money cancels out. The sums are written as a table of numbers (a matrix):
each sum is a row, and each column is an *unknown*, which is a contributor and an amount. Amounts of
one contributor that differ by less than ten per cent are one unknown. The rule: no combination of
rows may have unknowns of fewer than three contributors.

Most rows cannot take part in such a combination, because they have unknowns of three
contributors that no other row has. They are taken out first, again and again. The few rows that
remain are solved exactly by elimination. The arithmetic is modulo a large prime; a wrong answer
is as likely as guessing a 61-bit number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.safety import FEWEST

Unknown = tuple[str, int]
"""A contributor, and a number that tells apart the different amounts of this contributor."""

Equation = Mapping[Unknown, int]
"""How often each unknown is in a sum."""

_PRIME = 2**61 - 1

_STEP = 1.2
"""The ends of a step, into which amounts are sorted to find similar ones fast: the upper end as a
multiple of the lower end. Of two amounts that differ by a tenth of the larger, the larger is 10/9
of the smaller, so they are in one step or in neighbouring steps."""

_LOG_STEP = math.log(_STEP)

_LARGEST = 60
"""How many rows are solved at most. If more remain, they are not solved, and the newest batch
has to wait."""

_MOST_CELLS = 20_000
"""The size of the largest matrix that is solved: rows times unknowns."""


class NumberedSum(Struct, frozen=True):
    """A sum with the numbers that its amounts had when it was read.

    `amounts`: the unknown and the size of each part that is not zero, in minor units."""

    row: Equation
    amounts: Sequence[tuple[Unknown, int]]


class Unknowns:
    """Gives numbers to the amounts of each contributor.

    Amounts that differ by a tenth of the larger at most get one number. In a chain such as 30, 33,
    36 the order decides which amounts get the same number. So the amounts must be given in the
    order of publication. A sum keeps the numbers with which it was read (`NumberedSum`). A later
    amount never changes the number of an amount in an earlier sum. The auditor of the tests cuts
    such chains in the same way."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._count: Counter[str] = Counter()
        self._unknowns: dict[str, dict[int, Unknown]] = {}
        self._sizes: dict[tuple[str, int], list[int]] = {}

    def row(self, parts: Iterable[Contribution]) -> Equation:
        """Returns the row of the matrix for a sum."""
        return self.numbered(parts).row

    def numbered(self, parts: Iterable[Contribution]) -> NumberedSum:
        """Returns a sum with the numbers of its amounts."""
        row: dict[Unknown, int] = {}
        amounts = []
        for part in parts:
            if part.units:
                unknown = self.of(part)
                row[unknown] = row.get(unknown, 0) + (1 if part.units > 0 else -1)
                amounts.append((unknown, abs(part.units)))
        return NumberedSum({unknown: times for unknown, times in row.items() if times}, amounts)

    def of(self, part: Contribution) -> Unknown:
        """Returns the unknown of an amount that is not zero."""
        who, size = part.contributor, abs(part.units)
        known = self._unknowns.get(who)
        if known is None:
            known = self._unknowns[who] = {}
        unknown = known.get(size)
        if unknown is None:
            step = int(math.log(size) / _LOG_STEP)
            unknown = known[size] = who, self._number(who, size, step)
            self._sizes.setdefault((who, step), []).append(size)
        return unknown

    def _number(self, who: str, size: int, step: int) -> int:
        nearest: tuple[int, int] | None = None
        for near in (step - 1, step, step + 1):
            for other, number in self._numbers.get((who, near), ()):
                away = abs(size - other)
                if 10 * away <= max(size, other) and (nearest is None or (away, number) < nearest):
                    nearest = away, number
        if nearest is not None:
            return nearest[1]
        number = self._count[who]
        self._count[who] += 1
        self._numbers.setdefault((who, step), []).append((size, number))
        # An amount in one of these steps may be nearer to this one than to its own group.
        for near in (step - 1, step, step + 1):
            for other in self._sizes.pop((who, near), ()):
                del self._unknowns[who][other]
        return number


def gives_away(rows: Sequence[Equation]) -> bool:
    """Whether a combination of rows has unknowns of fewer than three contributors.

    The answer is also yes if too many rows remain to be solved."""
    left = entangled(rows)
    return is_too_much(left) or _has_small_combination(left)


def gave_away(rows: Sequence[Equation]) -> bool:
    """Whether it is proved that a combination of rows has unknowns of fewer than three
    contributors.

    The answer is no if too many rows remain to be solved."""
    left = entangled(rows)
    return not is_too_much(left) and _has_small_combination(left)


def is_too_much(left: Sequence[Equation]) -> bool:
    """Whether the remaining rows are too many to be solved. If they are, they are too many
    together with further rows, too."""
    if len(left) > _LARGEST:
        return True
    return len(left) * len({unknown for row in left for unknown in row}) > _MOST_CELLS


def entangled(rows: Sequence[Equation]) -> list[Equation]:
    """Returns the rows that may take part in a combination with unknowns of fewer than three
    contributors. All other rows are taken out."""
    left = {number: row for number, row in enumerate(rows) if row}
    times = Counter(unknown for row in rows for unknown in row)
    found = True
    while found:
        found = False
        for number, row in list(left.items()):
            own = {who for who, amount in row if who and times[who, amount] == 1}
            if len(own) >= FEWEST:
                times.subtract(row.keys())
                del left[number]
                found = True
    return list(left.values())


def _has_small_combination(rows: Sequence[Equation]) -> bool:
    """Whether a combination of rows has unknowns of fewer than three contributors.

    The rows are reduced first. A reduced row has a pivot: an unknown that no other reduced row
    has. A combination contains the pivot of each reduced row that is in it. So a combination of
    two contributors consists of rows whose pivots belong to these two, and such rows are few."""
    reduced = _reduced(rows)
    by_pivot: dict[str, list[Equation]] = {}
    for (who, _), row in reduced.items():
        if len({other for other, _ in row if other}) < FEWEST:
            return True
        by_pivot.setdefault(who, []).append(row)
    for who, own in by_pivot.items():
        others = {other for row in own for other, _ in row} if len(own) > 1 else set()
        for other in others | {later for later in by_pivot if later > who}:
            both = [*own, *by_pivot.get(other, ())] if other != who else own
            if _is_dependent(both, {who, other, ""}):
                return True
    return False


def _reduced(rows: Sequence[Equation]) -> dict[Unknown, dict[Unknown, int]]:
    """Returns the reduced rows by their pivots. An amount whose contributor is not known is a
    pivot only if the row has nothing else."""
    reduced: dict[Unknown, dict[Unknown, int]] = {}
    for row in rows:
        left = dict(row)
        for pivot in row.keys() & reduced.keys():
            _subtract(left, reduced[pivot], left[pivot])
        if not left:
            continue
        pivot = max(left)
        inverse = pow(left[pivot], -1, _PRIME)
        left = {unknown: value * inverse % _PRIME for unknown, value in left.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, left, other[pivot])
        reduced[pivot] = left
    return reduced


def _subtract(row: dict[Unknown, int], other: Equation, times: int) -> None:
    """Subtracts a multiple of one row from another."""
    for unknown, value in other.items():
        left = (row.get(unknown, 0) - times * value) % _PRIME
        if left:
            row[unknown] = left
        else:
            del row[unknown]


def _is_dependent(rows: Sequence[Equation], contributors: Collection[str]) -> bool:
    """Whether a combination of rows has unknowns of these contributors only."""
    known: dict[int, list[int]] = {}
    columns = {unknown for row in rows for unknown in row if unknown[0] not in contributors}
    for unknown in columns:
        column = [row.get(unknown, 0) for row in rows]
        for place, other in known.items():
            times = column[place]
            column = [(a - times * b) % _PRIME for a, b in zip(column, other, strict=True)]
        first = next((place for place, value in enumerate(column) if value), None)
        if first is not None:
            inverse = pow(column[first], -1, _PRIME)
            known[first] = [value * inverse % _PRIME for value in column]
            if len(known) == len(rows):
                return False
    return True
