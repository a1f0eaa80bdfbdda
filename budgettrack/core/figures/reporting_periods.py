"""Finds the days that a funder's summary covers: the grant's reporting period, or the profile's
own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from budgettrack.core.base.months import Month, after, first_day, last_day, month_of
from budgettrack.core.figures.deadlines import reporting_periods
from budgettrack.core.records.model import Grant

if TYPE_CHECKING:  # msgspec, by which profiles are read, would slow every question
    from budgettrack.core.figures.profile import Profile

Period = tuple[date, date]
"""The first and the last day."""

_SPANS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def reporting_period(grant: Grant, month: Month) -> tuple[Month, Month]:
    """Returns the first and last month of the grant's reporting period that contains the end of
    `month`.

    A month that contains the end of a period belongs to the later period. Without a rhythm, the
    period is the whole grant. Without dates, or outside them, it is `month` alone."""
    day = last_day(month)
    for period in reporting_periods(grant):
        final = grant.end is not None and period.end >= grant.end
        if period.start <= day and (day <= period.end or (final and month <= month_of(period.end))):
            closing = month_of(period.end)
            whole = final or period.end == last_day(closing)
            return month_of(period.start), closing if whole else after(closing, -1)
    if (
        grant.start
        and grant.end
        and not grant.report_every
        and grant.start <= day
        and month <= month_of(grant.end)
    ):
        return month_of(grant.start), month_of(grant.end)
    return month, month


def period_of(profile: Profile, grant: Grant, month: Month) -> Period:
    """Returns the first and last day of the profile's period that contains `month`."""
    if profile.period == "grant":
        first, last = reporting_period(grant, month)
        return first_day(first), last_day(last)
    if profile.period == "to date":
        return min(grant.start or first_day(month), first_day(month)), last_day(month)
    length = _SPANS[profile.period]
    since = (int(month[5:]) - profile.year_starts) % 12
    first = after(month, -(since % length))
    return first_day(first), last_day(after(first, length - 1))
