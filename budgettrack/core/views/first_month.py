"""The first month of the public pages: no slip in a year makes pages that nobody meant.

A year typed as 2016 for 2026 would make 120 empty pages. So a month that is far before all others
waits until the year is corrected, or until a person writes the month into the config."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.views.published import Publication, told

FAR = 12
"""A month that lies more than this number of months before the next one waits."""


def begun(plan: Plan, totals: Iterable[Total]) -> set[Month]:
    """Returns the months in which money of the public pages begins: payments, receipts, and the
    first month of each budget line.

    The later months of a line do not count: a line from 2016 to 2026 would fill the gap that shows
    the slip."""
    return {month for month in _begun(plan, totals) if month and month != ANY_TIME}


def _begun(plan: Plan, totals: Iterable[Total]) -> Iterator[Month]:
    for total in totals:
        if is_ours(plan.grants.get(total.grant)):
            yield total.paid
    for receipt in plan.income.values():
        if receipt.state == "received" and is_ours(plan.grants.get(receipt.grant)):
            yield month_of(receipt.date)
    for line in plan.lines.values():
        if is_ours(plan.grants.get(line.grant)):
            yield min(phasing(line))


def first_public_month(
    begins: Collection[Month], until: Month, confirmed: Month | None = None
) -> Month:
    """Returns the month of the first public page.

    `begins`: see `begun`.
    `until`: the month of the newest page.
    `confirmed`: the month that a person wrote into the config; None if nobody did."""
    known = sorted({month for month in begins if month <= until} | {until})
    if confirmed is not None:
        return min(max(confirmed, known[0]), until)
    for earlier, later in reversed(list(pairwise(known))):
        if after(earlier, FAR) < later:
            return later
    return known[0]


def first_needed_month(publications: Iterable[Publication]) -> Month | None:
    """Returns the first month with a published figure that still stands.

    A page before it shows nothing but zeros since a slip was corrected. Returns None if no figure
    stands."""
    standing = [
        month
        for (_, _, month), amount in told(publications).items()
        if month != ANY_TIME and (amount.budget or amount.spent)
    ]
    return min(standing, default=None)
