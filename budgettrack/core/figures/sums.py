"""The figures of one row of a funder's summary. Limits are checked on these figures."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Sums(Struct, frozen=True):
    """The figures of one row of a summary, in minor units of the summary's currency.

    They go up to the last day that the summary covers. The figures whose names begin with `year`
    are of the financial year so far. `approved` is None if no approved sum is known."""

    whole: int = 0
    approved: int | None = None
    period_budget: int = 0
    period_spent: int = 0
    year_budget: int = 0
    year_spent: int = 0
    budget: int = 0
    spent: int = 0
    committed: int = 0
    forecast: int = 0

    def __add__(self, other: Sums) -> Sums:
        pairs = {name: getattr(self, name) + getattr(other, name) for name in SUMMED}
        known = [sums.approved for sums in (self, other) if sums.approved is not None]
        return Sums(approved=sum(known) if known else None, **pairs)

    @property
    def period_variance(self) -> int:
        return self.period_budget - self.period_spent

    @property
    def variance(self) -> int:
        return self.budget - self.spent

    @property
    def available(self) -> int:
        return self.whole - self.spent - self.committed


SUMMED = (
    "whole", "period_budget", "period_spent", "year_budget", "year_spent", "budget", "spent",
    "committed", "forecast",
)  # fmt: skip
"""The figures that are summed over rows. `approved` is summed separately, because it may be
None."""


def added(sums: Iterable[Sums]) -> Sums:
    """Returns the figures of several rows, added up."""
    total = Sums()
    for row in sums:
        total = total + row
    return total
