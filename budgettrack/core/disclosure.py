"""Which published sums may be shown, so that no payment can be read out of them; knows nothing of plans.

A page a month shows figures to date, so what a reader can compute is not only each figure but its difference from the
month before. The rule therefore looks at what is *new* since a figure was last shown:

- The page as a whole moves to a month only when nothing, or at least `fewest` expenses, are new in all; until then it
  stays where it was.
- A row moves to that month only when nothing, or at least `fewest` expenses, are new in it. Else it stays where it was
  (it says until when it goes), and what is new in it joins its neighbours' in one line, *held*, labelled with all their
  names.
- Where fewer than `fewest` expenses would lie in the held line, the row with the fewest new expenses (among equals the
  first) is held as well.

So rows and held line always sum to the page's total, and neither a figure nor its difference from any earlier page has
1 to `fewest - 1` expenses behind it. The decision uses the months up to the page's alone: an older page, made
again from the same rows, is the same. What it does not stop: somebody who knows from elsewhere which rows were paid
from in which month can combine several pages; and a row changed in an old month changes old figures, which is the
business of published corrections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from budgettrack.core.periods import Month


@dataclass(frozen=True, slots=True)
class Sum:
    """Money in minor units of one currency, and how many expenses lie behind `spent`."""

    budget: int = 0
    spent: int = 0
    count: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.budget + other.budget, self.spent + other.spent, self.count + other.count)


NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: each key's sum and the month up to which it goes; `held` is the rest, of `waiting` keys.

    `through` is the month that the page has reached; None where not even the total may be shown.
    """

    through: Month | None
    rows: Mapping[str, tuple[Month | None, Sum]]
    waiting: tuple[str, ...]
    held: Sum

    @property
    def total(self) -> Sum:
        return added(sum_ for _, sum_ in self.rows.values()) + self.held


def added(sums: Iterable[Sum]) -> Sum:
    """The sum of sums."""
    total = NOTHING
    for each in sums:
        total += each
    return total


def shown(cells: Mapping[tuple[str, Month], Sum], keys: Sequence[str], months: Sequence[Month], fewest: int) -> Shown:
    """What of `cells`, by key and month, may be shown at the end of the last of `months` (every month, in order)."""
    done = dict.fromkeys(keys, NOTHING)
    upto: dict[str, Month | None] = dict.fromkeys(keys)
    pending = dict.fromkeys(keys, NOTHING)
    fresh = dict.fromkeys(keys, NOTHING)
    waiting: frozenset[str] = frozenset()
    through: Month | None = None
    for month in months:
        for key in keys:
            fresh[key] += cells.get((key, month), NOTHING)
        if 0 < sum(each.count for each in fresh.values()) < fewest:
            continue
        for key in keys:
            pending[key] += fresh[key]
        fresh = dict.fromkeys(keys, NOTHING)
        waiting = _waiting({key: pending[key].count for key in keys}, fewest)
        for key in keys:
            if key not in waiting:
                done[key] += pending[key]
                pending[key] = NOTHING
                upto[key] = month
        through = month
    return Shown(
        through,
        {key: (upto[key], done[key]) for key in keys},
        tuple(key for key in keys if key in waiting),
        added(pending[key] for key in keys if key in waiting),
    )


def _waiting(counts: Mapping[str, int], fewest: int) -> frozenset[str]:
    """The keys whose new expenses must wait, by the number of them."""
    waiting = {key for key, count in counts.items() if 0 < count < fewest}
    held = sum(counts[key] for key in waiting)
    rest = sorted((key for key, count in counts.items() if count >= fewest), key=lambda key: counts[key])
    while 0 < held < fewest and rest:
        waiting.add(rest.pop(0))
        held = sum(counts[key] for key in waiting)
    return frozenset(waiting)
