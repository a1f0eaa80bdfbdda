"""Sums the batches of the newest page for open data: money by grant and page, spending by year and
category, and budgets by period. A batch is a set of amounts that were published together as one
sum.

Every figure is a sum of whole batches, as on the pages, or is calculated from such sums and from
dates that are public. So the files reveal no more than the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from budgettrack.core.base.money import allocate
from budgettrack.core.base.months import Month, after, first_day, last_day, months
from budgettrack.core.sealing.public import WITHHELD, PublicBatch, What
from budgettrack.core.views.public_types import PublicGrant, PublicView

DatedView = tuple[PublicView, date]
"""A published page and the day on which it was first published."""

PublicLabel = str | None
"""The grant or the category of a batch, as in a `PublicBatch`. '' is money without a grant or
category, None is money of several, and `WITHHELD` is money of a grant or category that may not
be named."""

LONGEST = 12
"""How many months a period has at most (IATI rule 7.5.3)."""


class Flow(Struct, frozen=True):
    """The money of a grant that one page shows for the first time, in minor units of the base
    currency.

    `day`: the last day of the page's month, or the day of publication if that was earlier.
    `correction`: whether the money changes amounts on earlier pages."""

    grant: PublicLabel
    page: Month
    day: date
    correction: bool
    units: int


def flows(pages: Sequence[DatedView], what: What) -> list[Flow]:
    """Returns the money about one subject (`what`) by grant and page, in the order of the pages.
    Sums of zero are left out.

    All amounts together are the figure on the newest page."""
    newest, newest_on = pages[-1]
    published = {view.month: on for view, on in pages}
    sums: dict[tuple[Month, bool, PublicLabel], int] = {}
    for batch in newest.batches:
        if batch.what == what:
            key = batch.page, batch.correction, batch.grant
            sums[key] = sums.get(key, 0) + batch.units
    return [
        Flow(grant, page, _day(page, published.get(page, newest_on)), correction, units)
        for (page, correction, grant), units in sorted(sums.items(), key=lambda item: item[0][:2])
        if units
    ]


def _day(page: Month, published: date) -> date:
    return min(last_day(page), published)


class YearOfSpending(Struct):
    """The spending of one calendar year by category, in minor units of the base currency. An
    amount belongs to the year of the page that first shows it."""

    first: Month
    last: Month
    lines: dict[PublicLabel, int] = field(default_factory=dict)


def by_year(batches: Iterable[PublicBatch]) -> list[YearOfSpending]:
    """Returns the spending by calendar year and category.

    A correction belongs to the year of the page that makes it. `last` is the last month with a
    page that shows spending."""
    years: dict[str, YearOfSpending] = {}
    for batch in sorted(batches, key=lambda batch: batch.page):
        if batch.what != "spent":
            continue
        year = batch.page[:4]
        spending = years.setdefault(year, YearOfSpending(f"{year}-01", batch.page))
        spending.last = batch.page
        place = WITHHELD if batch.grant == WITHHELD else batch.category
        spending.lines[place] = spending.lines.get(place, 0) + batch.units
    return list(years.values())


class Budget(Struct, frozen=True):
    """The budget of a grant for at most twelve months, in minor units of the base currency: as
    it was first published, and with corrections."""

    first: Month
    last: Month
    original: int
    revised: int


def budgets(grant: PublicGrant, batches: Iterable[PublicBatch]) -> list[Budget]:
    """Returns the budget of a grant in periods of at most twelve months, beginning with its
    first month. Returns [] if no budget is public, or if the dates of the grant are missing or
    its end is before its start."""
    original, revised = _planned(grant, batches)
    if not (original or revised):
        return []
    span = _span(grant)
    parts = [span[begin : begin + LONGEST] for begin in range(0, len(span), LONGEST)]
    first = dict(zip(span, _evenly(original, len(span)), strict=True))
    now = dict(zip(span, _evenly(revised, len(span)), strict=True))
    return [
        Budget(
            part[0],
            part[-1],
            sum(first[month] for month in part),
            sum(now[month] for month in part),
        )
        for part in parts
    ]


def budgets_by_year(
    grants: Iterable[PublicGrant], batches: Sequence[PublicBatch]
) -> Mapping[str, int]:
    """Returns the budgets of the grants by calendar year, with corrections."""
    years: dict[str, int] = {}
    for grant in grants:
        _, revised = _planned(grant, batches)
        span = _span(grant)
        for month, units in zip(span, _evenly(revised, len(span)), strict=True):
            years[month[:4]] = years.get(month[:4], 0) + units
    return {year: units for year, units in sorted(years.items()) if units}


def _planned(grant: PublicGrant, batches: Iterable[PublicBatch]) -> tuple[int, int]:
    """Returns the budget of a grant for its whole time: as it was first published, and with
    corrections."""
    those = [batch for batch in batches if batch.what == "budget" and batch.grant == grant.id]
    original = sum(batch.units for batch in those if not batch.correction)
    return original, sum(batch.units for batch in those)


def _span(grant: PublicGrant) -> list[Month]:
    """Returns the months of a grant. Returns the months of one year if the grant has no end, and
    no months if it has no start."""
    if grant.start is None:
        return []
    end = grant.end or after(grant.start, LONGEST - 1)
    return months(grant.start, end) if grant.start <= end else []


def _evenly(units: int, months_: int) -> list[int]:
    # The pages have one budget for the whole time, but IATI wants periods of a year.
    # An even split over the years uses only the published budget and public dates.
    # The true budgets by month could reveal single lines.
    return allocate(units, [1] * months_) if months_ else []


def within(day: date, grant: PublicGrant) -> bool:
    """Whether a day is on or after the start of a grant. True if the grant has no start."""
    return grant.start is None or first_day(grant.start) <= day
