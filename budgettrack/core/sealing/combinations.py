"""Checks whether several published sums together reveal what no single sum reveals.

A reader who knows that a payment is repeated each month (a rent, a stipend) can add and subtract
whole batches until other money cancels out. Each sum is a row of a matrix. The columns are the
*unknowns*: a contributor and an amount. Amounts of one contributor that agree within ten per cent
are one unknown. The rule: no combination of rows has unknowns of fewer than three contributors.

Most rows cannot take part in such a combination: they have unknowns of three contributors that no
other row has. They are taken out first, again and again. What is left is small, and is solved
exactly by elimination. The arithmetic is modulo a large prime, where a wrong answer is as likely as
guessing a 61-bit number."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.safety import FEWEST

Unknown = tuple[str, int]
"""A contributor, and the number of the amount among this contributor's amounts."""

Equation = Mapping[Unknown, int]
"""How often each unknown is in a sum."""

_PRIME = 2**61 - 1

_LARGEST = 60
"""The most rows that are solved. More rows are not tried: their newest batch has to wait."""


class Unknowns:
    """Numbers the amounts of each contributor.

    Amounts that agree within ten per cent have one number. In a chain such as 30, 33, 36 the order
    decides which amounts agree. If the amounts are given in the order of publication, a later
    amount never changes the number of an earlier one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._count: Counter[str] = Counter()
        self._unknowns: dict[str, dict[int, Unknown]] = {}

    def row(self, parts: Iterable[Contribution]) -> Equation:
        """Returns the row of a sum."""
        row: Counter[Unknown] = Counter()
        for part in parts:
            if part.units:
                row[self._unknown(part)] += 1 if part.units > 0 else -1
        return {unknown: times for unknown, times in row.items() if times}

    def _unknown(self, part: Contribution) -> Unknown:
        who, size = part.contributor, abs(part.units)
        unknown = self._unknowns.get(who, {}).get(size)
        if unknown is None:
            unknown = who, self._number(who, size)
            self._unknowns.setdefault(who, {})[size] = unknown
        return unknown

    def _number(self, who: str, size: int) -> int:
        # Sizes in one step or in neighbouring steps may agree within ten per cent.
        step = int(math.log(size) / math.log(1.1))
        alike = [
            (abs(size - other), number)
            for near in (step - 1, step, step + 1)
            for other, number in self._numbers.get((who, near), ())
            if 10 * abs(size - other) <= max(size, other)
        ]
        if alike:
            return min(alike)[1]
        number = self._count[who]
        self._count[who] += 1
        self._numbers.setdefault((who, step), []).append((size, number))
        # Other amounts may be nearer to this one than to theirs.
        self._unknowns.pop(who, None)
        return number


def gives_away(rows: Sequence[Equation]) -> bool:
    """Whether a combination of rows has unknowns of fewer than three contributors."""
    left = _entangled(rows)
    if not left:
        return False
    return len(left) > _LARGEST or _has_small_combination(left)


def _entangled(rows: Sequence[Equation]) -> list[Equation]:
    """Returns the rows that are left after all rows are taken out that cannot take part."""
    left = dict(enumerate(rows))
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

    There is such a combination exactly if the columns of all other contributors have a smaller rank
    than all columns. One set of columns with the full rank settles this for everybody who is not
    in it."""
    columns: dict[str, set[tuple[int, ...]]] = {}
    for unknown in {unknown for row in rows for unknown in row}:
        column = tuple(row.get(unknown, 0) for row in rows)
        columns.setdefault(unknown[0], set()).add(column)
    times = Counter[str]()
    rank = len(_independent(columns, sorted(columns), len(rows)))
    full: list[set[str]] = []
    known = sorted(columns.keys() - {""})
    for few in itertools.combinations(known, min(FEWEST - 1, len(known))):
        if not all(whose & set(few) for whose in full):
            continue
        # Contributors in few of the earlier sets come first, so that the sets differ.
        others = sorted(columns.keys() - {*few, ""}, key=lambda who: (times[who], who))
        whose = _independent(columns, others, rank)
        if len(whose) < rank:
            return True
        full.append(set(whose))
        times.update(full[-1])
    return False


def _independent(
    columns: Mapping[str, Iterable[tuple[int, ...]]], contributors: Iterable[str], most: int
) -> list[str]:
    """Returns the contributor of each column in a largest independent set, at most so many."""
    pivots: dict[int, Sequence[int]] = {}
    whose: list[str] = []
    for who in contributors:
        for vector in columns[who]:
            if len(whose) == most:
                return whose
            left: Sequence[int] = vector
            for pivot, known in pivots.items():
                if left[pivot]:
                    left = _less(left, left[pivot], known)
            first = next((index for index, value in enumerate(left) if value), None)
            if first is not None:
                inverse = pow(left[first], -1, _PRIME)
                pivots[first] = [value * inverse % _PRIME for value in left]
                whose.append(who)
    return whose


def _less(row: Sequence[int], times: int, other: Sequence[int]) -> list[int]:
    """Returns a row less a multiple of another."""
    return [
        (value - times * subtracted) % _PRIME for value, subtracted in zip(row, other, strict=True)
    ]
