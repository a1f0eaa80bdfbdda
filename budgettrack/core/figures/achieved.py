"""Calculates what an indicator has achieved: since the beginning, and in a period.

People type a number for each month, or one running number. A number for a month belongs to that
month. A running number has no month, so the register remembers its value at the time when a month
was closed.

A percentage is never added up: see `core/base/shares.py`. A running percentage is the number to
date as it is typed, also beside months; which period it belongs to is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from budgettrack.core.base.months import Month, after, first_day
from budgettrack.core.base.shares import is_share
from budgettrack.core.records.model import Fields, Indicator, Plan
from budgettrack.core.records.plan import numbers_by_month

Closed = Mapping[str, Mapping[Month, Decimal]]
"""The number that an indicator had reached when a month was closed, by indicator and month."""


class Achieved(Struct, frozen=True):
    """The numbers that an indicator has reached: `to_date` since the beginning, and `in_period`
    in the period. None if a number is not known."""

    to_date: Decimal | None
    in_period: Decimal | None


def achieved(plan: Plan, indicator: Indicator, first: Month, last: Month) -> Achieved:
    """Returns the numbers that were achieved up to the end of the month `last`, and in the
    months from `first` to `last`."""
    to_date = number_to(indicator, last)
    if is_share(indicator.unit):
        return Achieved(to_date, _newest(indicator, last, first))
    if to_date is None:
        return Achieved(None, None)
    before = number_to(indicator, after(first, -1), now=False)
    if before is None and _begins(plan, indicator, first):
        before = Decimal(0)
    return Achieved(to_date, None if before is None else to_date - before)


def _begins(plan: Plan, indicator: Indicator, first: Month) -> bool:
    """Whether nothing was counted before the month `first`. This is so if every number is typed by
    month, or if the activity began in that month or later."""
    start = plan.activities[indicator.activity].start
    return bool(indicator.months) or start is None or start >= first_day(first)


def number_to(indicator: Indicator, month: Month, *, now: bool = True) -> Decimal | None:
    """Returns the number achieved by the end of `month`. Returns None if it is not known.

    For a running number, it is the value that was remembered when the month was closed. If the
    month was not closed, it is today's number, provided that `now` is true and no later month was
    closed. Otherwise it is the number of the last month that was closed before."""
    if is_share(indicator.unit):
        running = None if indicator.achieved is None else _running(indicator, month, now)
        return _newest(indicator, month) if running is None else running
    if indicator.months:
        typed = [number for when, number in indicator.months.items() if when <= month]
        return sum(typed, Decimal(0)) if typed else None
    return _running(indicator, month, now)


def _newest(indicator: Indicator, last: Month, first: Month = "") -> Decimal | None:
    """Returns the number of the newest month with a number, from `first` to `last`. Returns None
    if no month has one."""
    typed = [when for when in indicator.months if first <= when <= last]
    return indicator.months[max(typed)] if typed else None


def _running(indicator: Indicator, month: Month, now: bool) -> Decimal | None:
    later = any(when > month for when in indicator.closed)
    if month not in indicator.closed and now and not later:
        return indicator.achieved
    earlier = [when for when in indicator.closed if when <= month]
    return indicator.closed[max(earlier)] if earlier else None


def fallen(indicator: Indicator) -> tuple[Month, Decimal, Decimal] | None:
    """Returns a month, the running number when this month was closed, and the number today, if the
    number has fallen since then. Otherwise returns None.

    A running percentage may fall: it is measured anew. A percentage by month has fallen if the
    number of a closed month was changed to a lower one."""
    if is_share(indicator.unit) and not indicator.months:
        return None
    for month, then in sorted(indicator.closed.items(), key=lambda item: (-item[1], item[0])):
        today = number_to(indicator, month) if indicator.months else indicator.achieved
        if today is not None and today < then:
            return month, then, today
    return None


def closed_numbers(
    indicators: Mapping[str, Sequence[tuple[int, Fields | None]]],
    months: Mapping[Month, Sequence[tuple[int, Fields | None]]],
) -> Closed:
    """Returns the numbers that indicators had reached when months were closed.

    The versions of a record are its fields, each with the number of the run that wrote them, the
    oldest first. A month that was opened again counts from the last time it was closed."""
    closings = {month: run for month, versions in months.items() if (run := _closing(versions))}
    numbers: dict[str, dict[Month, Decimal]] = {}
    for id_, versions in indicators.items():
        for month, run in closings.items():
            then = [fields for at, fields in versions if at <= run]
            number = number_typed(then[-1], month) if then and then[-1] else None
            if number is not None:
                numbers.setdefault(id_, {})[month] = number
    return numbers


def _closing(versions: Iterable[tuple[int, Fields | None]]) -> int:
    """Returns the number of the run in which a month was closed. Returns 0 if the month is open."""
    closed_in = 0
    for run, fields in versions:
        if not (fields or {}).get("closed"):
            closed_in = 0
        elif not closed_in:
            closed_in = run
    return closed_in


def number_typed(fields: Fields, month: Month) -> Decimal | None:
    """Returns the number achieved by the end of `month`, as it is typed in the fields of an
    indicator. Returns None if no number is typed."""
    by_month = numbers_by_month(fields)
    running = fields.get("achieved")
    number = Decimal(running) if running else None
    unit = fields.get("unit", "")
    return number_to(Indicator("", "", "", unit, achieved=number, months=by_month), month)
