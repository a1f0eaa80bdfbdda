"""Decides with which month the public pages begin. A mistyped year must not create empty pages.

If somebody types 2016 for 2026, there would be 120 empty pages. So a month that is far before all
others is ignored until somebody corrects its year, or until a person confirms the month in the
config."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.core.views.public_types import PublicFacts

FAR = 12
"""A month is ignored if it lies more than this number of months before the next one."""


def begun(plan: Plan, totals: Iterable[Total]) -> set[Month]:
    """Returns the months with which the public pages could begin: the months of payments and
    receipts, and the first month of each budget line.

    A mistyped year, such as 2016 for 2026, is noticed because no month follows it for a long time.
    A line from 2016 to 2026 would fill this gap with its months. So only the first month of a line
    is taken."""
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

    `begins`: the possible months (see `begun`). `until`: the month of the newest page.
    `confirmed`: the month that a person wrote into the config, or None."""
    known = sorted({month for month in begins if month <= until} | {until})
    if confirmed is not None:
        return min(max(confirmed, known[0]), until)
    for earlier, later in reversed(list(pairwise(known))):
        if after(earlier, FAR) < later:
            return later
    return known[0]


def first_needed_month(
    pages: Iterable[PublicFacts], batches: Iterable[PublicBatch]
) -> Month | None:
    """Returns the month of the first page that has content of its own or a figure.

    The pages before it were made later and show nothing. Returns None if no page has content."""
    known = {batch.page for batch in batches}
    says = [
        page.month
        for page in pages
        if not page.later or page.month in known or any(each.instalments for each in page.grants)
    ]
    return min(says, default=None)
