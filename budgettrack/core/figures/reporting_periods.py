"""Finds the days that a summary for a funder covers: the reporting period of the grant, or the
period that the profile names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from budgettrack.core.base.months import Month, after, first_day, last_day, month_of
from budgettrack.core.figures.deadlines import ReportingPeriod, reporting_periods
from budgettrack.core.records.model import Grant

if TYPE_CHECKING:  # msgspec, which reads profiles, loads slowly, and most commands do not need it.
    from budgettrack.core.figures.profile import Profile

Period = tuple[date, date]
"""The first and the last day of a period."""

_SPANS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def reporting_period(grant: Grant, month: Month) -> tuple[Month, Month]:
    """Returns the first and last month of the grant's reporting period that contains the end of
    `month`.

    If a period ends within a month, the month belongs to the later period. If the grant has no
    reporting rhythm, the period is the whole grant. If the grant has no dates, or the month lies
    outside them, the period is `month` alone."""
    day = last_day(month)
    for period in reporting_periods(grant):
        is_final = grant.end is not None and period.end >= grant.end
        # After the last period there is no other one. So the rest of its last month belongs to it.
        until = last_day(month_of(period.end)) if is_final else period.end
        if period.start <= day <= until:
            return month_of(period.start), _closing(period, is_final=is_final)
    return _whole_grant(grant, month) or (month, month)


def _closing(period: ReportingPeriod, *, is_final: bool) -> Month:
    """Returns the last month that belongs to a period. If the period ends within a month, that
    month belongs to the next period."""
    closing = month_of(period.end)
    is_whole = is_final or period.end == last_day(closing)
    return closing if is_whole else after(closing, -1)


def _whole_grant(grant: Grant, month: Month) -> tuple[Month, Month] | None:
    """Returns the first and last month of a grant that has no reporting rhythm. Returns None if
    `month` lies outside the grant's dates."""
    if grant.report_every or grant.start is None or grant.end is None:
        return None
    if grant.start > last_day(month) or month > month_of(grant.end):
        return None
    return month_of(grant.start), month_of(grant.end)


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
