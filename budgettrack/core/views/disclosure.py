"""Decides which published sums may change, so that no reader can work out a single payment.

Each monthly page shows figures to date. A reader can subtract the figures of one page from the
figures of a later page. So the rule counts the expenses *behind the change* of a figure since the
figure was last shown: expenses that were added to the figure, were taken out of it, or now count
with another amount in it.

- The page as a whole changes only when no expense, or at least `fewest` expenses, lie behind the
  change of its total. Until then the page shows the old figures.
- A row changes only when no expense, or at least `fewest` expenses, lie behind its own change.
  Otherwise the row keeps its old figure and says up to which month the figure goes. Its change is
  added to one line, *held*, which names all rows that wait.
- If 1 to `fewest - 1` expenses lie behind the held line, the row with the fewest expenses behind
  its change waits too. Among equal rows it is the first.

So the rows and the held line always sum to the page's total. No figure, and no difference between
two pages, has 1 to `fewest - 1` expenses behind it. A limit of this rule: a reader who already
knows which rows were paid from in which month can combine several pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """Money in minor units of one currency. `count` is the number of expenses behind `spent`."""

    budget: int = 0
    spent: int = 0
    count: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.budget + other.budget, self.spent + other.spent, self.count + other.count)


NOTHING = Sum()


def added(sums: Iterable[Sum]) -> Sum:
    """Adds up sums."""
    budget = spent = count = 0
    for each in sums:
        budget, spent, count = budget + each.budget, spent + each.spent, count + each.count
    return Sum(budget, spent, count)


def enough(number: int, fewest: int) -> bool:
    """Whether the public may see a change that has this number of expenses behind it."""
    return number == 0 or number >= fewest


def moving(
    behind: Mapping[str, int], whole: int, together: Callable[[Collection[str]], int], fewest: int
) -> frozenset[str] | None:
    """Returns the rows that may change. Returns None if the page as a whole must wait.

    `behind` has the number of expenses behind each row's change; `whole` is the number behind the
    change of the total. `together` returns the number behind the change of the sum of several rows.
    An expense that went from one row to another counts in each row, but not in the sum of both."""
    if not enough(whole, fewest):
        return None
    waiting = {key for key, number in behind.items() if not enough(number, fewest)}
    rest = sorted(
        (key for key, number in behind.items() if number >= fewest), key=lambda key: behind[key]
    )
    while waiting and rest and not enough(together(waiting), fewest):
        waiting.add(rest.pop(0))
    return frozenset(behind) - waiting
