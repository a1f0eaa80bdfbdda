"""Decides whether a sum still reveals nobody's amount if some of its amounts change.

While a batch is formed, the program tries to leave out each contributor, and there may be hundreds.
To be fast, it finds the largest amounts and the total once for each reader. After that, each trial
looks only at the changes. The answers are the same as those of the module `safety`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from budgettrack.core.sealing.safety import (
    FEWEST,
    TENTH,
    Amounts,
    Seen,
    is_safe,
    is_safe_or_nothing,
    readings,
    uncertain,
)

_MOST_CHANGES = 6
"""Up to this number of changes are looked at one by one. If there are more, the whole sum is judged
again."""


class _Reading(Struct, frozen=True):
    """A sum as one reader knows it.

    `taken_out`: the contributors whose amounts the reader knows and can subtract. `largest`:
    (size, contributor) of the largest amounts that are left, more of them than can change.
    `total`: the sum of the sizes that are left, without the unknown contributor. `count`: how
    many contributors are left. `unknown`: the size of the amount whose contributor is not known."""

    taken_out: Collection[str]
    largest: list[tuple[int, str]]
    total: int
    count: int
    unknown: int


class Changeable:
    """A sum that can be judged again and again with other amounts for some contributors."""

    def __init__(self, amounts: Amounts, seen: Seen) -> None:
        self._amounts, self._seen = amounts, seen
        ranked = sorted(
            ((abs(units), who) for who, units in amounts.items() if who and units), reverse=True
        )
        total, count = sum(size for size, _ in ranked), len(ranked)
        self._readings = []
        for taken_out in ((), *readings(amounts, seen)):
            sizes = [abs(amounts[who]) for who in amounts.keys() & set(taken_out) if who]
            self._readings.append(
                _Reading(
                    taken_out,
                    _first(ranked, taken_out),
                    total - sum(sizes),
                    count - sum(map(bool, sizes)),
                    0 if "" in taken_out else abs(amounts.get("", 0)),
                )
            )
        self._public = self._readings[0]

    def is_safe_with(self, changes: Amounts) -> bool:
        """Whether the sum reveals nobody's amount if these contributors have these other
        amounts."""
        if self._is_whole_question(changes):
            return is_safe({**self._amounts, **changes}, self._seen)
        return self._stands_with(self._public, changes, nothing=False) and self._all_stand(changes)

    def is_safe_or_nothing_with(self, changes: Amounts) -> bool:
        """Whether the sum reveals nobody's amount after these changes. Returns True if nothing is
        left in the sum: then it reveals nothing."""
        if self._is_whole_question(changes):
            return is_safe_or_nothing({**self._amounts, **changes}, self._seen)
        return self._all_stand(changes)

    def _all_stand(self, changes: Amounts) -> bool:
        for place, reading in enumerate(self._readings):
            if not self._stands_with(reading, changes, nothing=True):
                # The reader for whom this trial failed is tried first in the next trial.
                self._readings.insert(0, self._readings.pop(place))
                return False
        return True

    @staticmethod
    def _is_whole_question(changes: Amounts) -> bool:
        """Whether the whole sum must be judged again. This is so if there are too many changes, or
        if after them a reader may be able to subtract the amounts of other contributors."""
        return len(changes) > _MOST_CHANGES or any(map(uncertain, changes))

    def _stands_with(self, reading: _Reading, changes: Amounts, *, nothing: bool) -> bool:
        """Whether the sum follows the rule of the module `safety`. If nothing is left in the sum,
        returns `nothing`."""
        total, count, sizes = reading.total, reading.count, []
        for who, units in changes.items():
            if who not in reading.taken_out:
                before = abs(self._amounts.get(who, 0))
                total += abs(units) - before
                count += bool(units) - bool(before)
                sizes.append(abs(units))
        if nothing and not count and not reading.unknown:
            return True
        if count < FEWEST:
            return False
        sizes += _two_of(reading.largest, changes)
        sizes.sort()
        two = sizes[-1] + sizes[-2]
        return TENTH * (total - two) >= two + reading.unknown


def _first(ranked: list[tuple[int, str]], taken_out: Collection[str]) -> list[tuple[int, str]]:
    """Returns the largest amounts that are left. They are two more than the largest possible number
    of changes. So after any changes, at least two of them remain."""
    first: list[tuple[int, str]] = []
    for size, who in ranked:
        if who not in taken_out:
            first.append((size, who))
            if len(first) == _MOST_CHANGES + 2:
                break
    return first


def _two_of(largest: list[tuple[int, str]], changes: Mapping[str, int]) -> Iterator[int]:
    """Yields the two largest sizes that do not change."""
    left = 2
    for size, who in largest:
        if who not in changes:
            yield size
            left -= 1
            if not left:
                return
