"""Phases a budget line: spreads its budget over months, and says how much of it falls before any
day.

If no month column is filled, every full calendar month of the line has the same weight, and a part
of a month counts by its days. Example: a line from 15 January to 14 July has six months: 17/31 of a
month, five full months, and 14/31 of a month. The amount is split by these weights. The budget up
to a day is at most half a minor unit away from its exact share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

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
"""The month of a budget that has no dates. Such a budget counts from the beginning."""

DaySpan = tuple[date, date]
"""A first and a last day, both included."""


def phasing(line: BudgetLine) -> dict[Month, int]:
    """Returns the budget of a line by month, in minor units.

    If any month column is filled, the month columns are the budget. Their sum may differ from
    the amount of the line. Otherwise the amount is split by the rule above. Months that were
    already reported keep their figures, and later months share the rest."""
    if line.months:
        return dict(line.months)
    sharing = _sharing(line)
    if sharing is None:
        return {ANY_TIME: line.amount}
    kept, span = sharing
    shared = _spread(line.amount - sum(kept.values()), *span)
    if not kept:
        return dict(shared)
    return {month: units for month, units in {**kept, **shared}.items() if units or month in shared}


def budget_to(line: BudgetLine, day: date) -> int:
    """Returns the budget of a line up to the end of a day, in minor units. An unfinished month
    counts by its days."""
    by_month = phasing(line)
    running = month_of(day)
    is_whole = day == last_day(running)
    # A budget without dates has a month that is earlier than any other, so it always counts.
    whole = sum(
        units
        for month, units in by_month.items()
        if month < running or (is_whole and month == running)
    )
    if is_whole or running not in by_month:
        return whole
    sharing = None if line.months else _sharing(line)
    if sharing is None or running in sharing[0]:
        return whole + share(by_month[running], day.day, last_day(running).day)
    kept, span = sharing
    before = sum(kept.values())
    length_to_day = _length(span[0], min(day, span[1]))
    return before + share(line.amount - before, length_to_day, _length(*span))


def _sharing(line: BudgetLine) -> tuple[dict[Month, int], DaySpan] | None:
    """Returns two things: the months that keep their reported figures, and the days over which the
    rest of the amount is spread (first and last day). Returns None if the line has no dates."""
    span = _dates(line)
    if span is None:
        return None
    kept = _kept(line, span)
    return kept, _left(kept, span) if kept else span


def _dates(line: BudgetLine) -> DaySpan | None:
    """Returns the first and last day of a line. Returns None if it has no dates, or if its end is
    before its start."""
    start, end = line.start or line.end, line.end or line.start
    return None if start is None or end is None or end < start else (start, end)


def _kept(line: BudgetLine, span: DaySpan) -> dict[Month, int]:
    """Returns the figures of reported months, if they differ from what the dates of the line would
    give now.

    Returns {} if they do not differ: then nothing has changed, and the whole amount is split again.
    So making the report of a month does not change later months, not even by a cent."""
    kept = {month: units for month, units in line.reported.items() if month != ANY_TIME}
    if not kept:
        return {}
    plain = _spread(line.amount, *span)
    reported = {month for month in plain if month <= max(kept)} | kept.keys()
    # A reported month outside the dates of the line is compared with 0.
    # A month without a reported figure counts as changed.
    same = all(kept.get(month) == plain.get(month, 0) for month in reported)
    return {} if same else kept


@lru_cache(maxsize=2048)
def _spread(units: int, first: date, last: date) -> Mapping[Month, int]:
    """Returns an amount in minor units by month, from the first day to the last. One command asks
    for the budget of the same line several times."""
    every = months(month_of(first), month_of(last))
    return MappingProxyType(
        dict(zip(every, allocate(units, _weights(every, (first, last))), strict=True))
    )


def _left(kept: dict[Month, int], span: DaySpan) -> DaySpan:
    """Returns the days over which the rest is spread: those after the last reported month.

    If no day is left, it is the month after the last reported month."""
    begin = first_day(after(max(kept)))
    if begin > span[1]:
        return begin, last_day(month_of(begin))
    return max(begin, span[0]), span[1]


def _weights(every: list[Month], span: DaySpan) -> list[int]:
    """Returns the weights of the months of a span, as whole numbers."""
    first, last = last_day(every[0]).day, last_day(every[-1]).day
    weights = [first * last] * len(every)
    if len(every) == 1:
        return weights
    weights[0] = (first - span[0].day + 1) * last
    weights[-1] = span[1].day * first
    return weights


def _length(start: date, end: date) -> Fraction:
    """Returns the number of months from one day to another, both included. A part of a month
    counts as a fraction, by its days."""
    if end < start:
        return Fraction(0)
    whole = months(month_of(start), month_of(end))
    first, last = last_day(whole[0]).day, last_day(whole[-1]).day
    if len(whole) == 1:
        return Fraction((end - start).days + 1, first)
    return Fraction(first - start.day + 1, first) + len(whole) - 2 + Fraction(end.day, last)
