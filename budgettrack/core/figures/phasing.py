"""When a budget line's money is meant to be spent: its budget by month, and up to any day.

The rule, where no month column is filled: every calendar month that the line covers whole counts
alike, and a month that it covers in part counts by its days. So a line from 15 January to 14 July
has six months: 17/31, five whole ones, and 14/31. The amount is shared by these weights, and what
is planned up to a day is never more than half a minor unit off its exact share."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from budgettrack.core.base.money import allocate, share
from budgettrack.core.base.months import (
    Month,
    after,
    first_day,
    last_day,
    month_of,
    months,
)
from budgettrack.core.records.model import BudgetLine

ANY_TIME: Month = "1900-01"
"""The month of a budget without any dates: it counts from the beginning."""

DaySpan = tuple[date, date]
"""A first and a last day."""


def phasing(line: BudgetLine) -> dict[Month, int]:
    """A line's budget by month; the parts sum to its amount unless its own month columns do not.

    Its month columns if any is filled. Else the amount by the rule above; months already reported
    keep the figures they had, and the months after them share what is left."""
    if line.months:
        return dict(line.months)
    span = _dates(line)
    if span is None:
        return {ANY_TIME: line.amount}
    kept = _kept(line, span)
    if kept:
        span = _left(kept, span)
    free = months(month_of(span[0]), month_of(span[1]))
    parts = allocate(line.amount - sum(kept.values()), _weights(free, span))
    shared = dict(zip(free, parts, strict=True))
    return {month: units for month, units in (kept | shared).items() if units or month in shared}


def budget_to(line: BudgetLine, day: date) -> int:
    """A line's budget up to the end of a day, in minor units; a month that is not over counts by
    its days."""
    by_month = phasing(line)
    whole = sum(
        units
        for month, units in by_month.items()
        if month == ANY_TIME or (month < month_of(day) or last_day(month) <= day)
    )
    running = month_of(day)
    if day == last_day(running) or running not in by_month:
        return whole
    span = _dates(line)
    kept = {} if line.months or span is None else _kept(line, span)
    if line.months or span is None or running in kept:
        return whole + share(by_month[running], day.day, last_day(running).day)
    if kept:
        span = _left(kept, span)
    left = line.amount - sum(kept.values())
    return sum(kept.values()) + share(left, _length(span[0], min(day, span[1])), _length(*span))


def _dates(line: BudgetLine) -> DaySpan | None:
    """The first and last day of a line; None if it has no dates, or dates that end before they
    begin."""
    start, end = line.start or line.end, line.end or line.start
    return None if start is None or end is None or end < start else (start, end)


def _kept(line: BudgetLine, span: DaySpan) -> dict[Month, int]:
    """The figures of months already reported that the line's dates would not give by themselves.

    Empty if they are what its dates give: then nothing moved, and the whole amount is shared
    afresh, so that reporting a month never moves a cent of the months to come."""
    kept = {month: units for month, units in line.reported.items() if month != ANY_TIME}
    if not kept:
        return {}
    every = months(month_of(span[0]), month_of(span[1]))
    plain = dict(zip(every, allocate(line.amount, _weights(every, span)), strict=True))
    until = max(kept)
    same = all(plain.get(month, 0) == units for month, units in kept.items()) and all(
        month in kept for month in every if month <= until
    )
    return {} if same else kept


def _left(kept: dict[Month, int], span: DaySpan) -> DaySpan:
    """The days that are left for what is left: those after the last month reported, or the month
    after it if none is left."""
    begin = first_day(after(max(kept)))
    if begin > span[1]:
        return begin, last_day(month_of(begin))
    return max(begin, span[0]), span[1]


def _weights(those: list[Month], span: DaySpan) -> list[int]:
    """The weights of the months that a span touches, as whole numbers in the ratio of the rule."""
    first, last = last_day(those[0]).day, last_day(those[-1]).day
    weights = [first * last] * len(those)
    if len(those) == 1:
        return weights
    weights[0] = (first - span[0].day + 1) * last
    weights[-1] = span[1].day * first
    return weights


def _length(start: date, end: date) -> Fraction:
    """How many months there are from one day to another, both included; a part of a month by its
    days."""
    if end < start:
        return Fraction(0)
    whole = months(month_of(start), month_of(end))
    first, last = last_day(whole[0]).day, last_day(whole[-1]).day
    if len(whole) == 1:
        return Fraction((end - start).days + 1, first)
    return Fraction(first - start.day + 1, first) + len(whole) - 2 + Fraction(end.day, last)
