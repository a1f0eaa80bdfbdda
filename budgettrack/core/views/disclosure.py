"""Which published sums may move, so that no payment can be read out of them; knows nothing of
plans.

A page a month shows figures to date, so what a reader can compute is not only each figure but its
difference from any page before it. The rule therefore looks at how many expenses lie *behind the
change* since a figure was last shown: those that are new in it, those that left it, and those that
count otherwise in it.

- The page as a whole moves only when no, or at least `fewest`, expenses lie behind the change of
  its total; until then it stays where it was.
- A row moves with it only when no, or at least `fewest`, expenses lie behind its own change. Else
  it stays where it was (it says until when it goes), and its change joins its neighbours' in one
  line, *held*, labelled with all their names.
- Where 1 to `fewest - 1` expenses would lie behind the held line, the row with the fewest behind
  its change (among equals the first) is held as well.

So rows and held line always sum to the page's total, and neither a figure nor its difference from
any earlier page has 1 to `fewest - 1` expenses behind it. What this does not stop: somebody who
knows from elsewhere which rows were paid from in which month can combine several pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """Money in minor units of one currency, and how many expenses lie behind `spent`."""

    budget: int = 0
    spent: int = 0
    count: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.budget + other.budget, self.spent + other.spent, self.count + other.count)


NOTHING = Sum()


def added(sums: Iterable[Sum]) -> Sum:
    """The sum of sums."""
    budget = spent = count = 0
    for each in sums:
        budget, spent, count = budget + each.budget, spent + each.spent, count + each.count
    return Sum(budget, spent, count)


def enough(number: int, fewest: int) -> bool:
    """Whether a change with so many expenses behind it may be seen."""
    return number == 0 or number >= fewest


def moving(
    behind: Mapping[str, int], whole: int, together: Callable[[Collection[str]], int], fewest: int
) -> frozenset[str] | None:
    """The rows that may move; None where the page as a whole must wait.

    `behind` tells how many expenses lie behind each row's change, `whole` behind the total's, and
    `together` behind the change of some rows' sum (an expense that went from one to another counts
    in both, and not in their sum)."""
    if not enough(whole, fewest):
        return None
    waiting = {key for key, number in behind.items() if not enough(number, fewest)}
    rest = sorted(
        (key for key, number in behind.items() if number >= fewest), key=lambda key: behind[key]
    )
    while waiting and rest and not enough(together(waiting), fewest):
        waiting.add(rest.pop(0))
    return frozenset(behind) - waiting
