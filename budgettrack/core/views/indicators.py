"""The numbers of indicators, as a funder and the public see them.

The funder of an activity sees the exact numbers. The public does not see a number of people that
differs by one or two from a number on an earlier page: it would show that a certain person came or
left. So the number on the page changes only if the difference is three or more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.base.months import Month, after
from budgettrack.core.base.shares import is_share
from budgettrack.core.figures.achieved import Achieved, achieved, number_to
from budgettrack.core.records.model import Indicator, Plan
from budgettrack.core.views.public_types import IndicatorFigures

FEWEST = 3
"""A public number of people, and a difference of two such numbers, must be at least this. Zero
people are shown as 0."""

Told = Mapping[Month, Sequence[IndicatorFigures]]
"""The indicators on each page that was published, by its month."""
NOTHING_TOLD: Told = {}


def funder_indicators(
    plan: Plan, activities: Collection[str], first: Month, last: Month
) -> tuple[IndicatorFigures, ...]:
    """Returns the indicators of activities, for the months from `first` to `last`."""
    figures = []
    for indicator in plan.indicators.values():
        if indicator.activity in activities:
            numbers = achieved(plan, indicator, first, last)
            exact = _figures(indicator, numbers.in_period, numbers.to_date)
            figures.append(replace(exact, source=indicator.source))
    return tuple(figures)


def public_indicators(plan: Plan, month: Month, told: Told) -> tuple[IndicatorFigures, ...]:
    """Returns the indicators for the page of `month`. `told`: the indicators on earlier pages,
    and on this page if it is made again."""
    newest = _newest(told, month)
    before = _newest(told, after(month, -1))
    return tuple(
        _public(plan, indicator, month, _same(indicator, newest), _same(indicator, before))
        for indicator in plan.indicators.values()
    )


def _newest(told: Told, month: Month) -> Sequence[IndicatorFigures]:
    """Returns the indicators of the newest page up to `month` that has any."""
    pages = [page for page, figures in told.items() if page <= month and figures]
    return told[max(pages)] if pages else ()


def _same(indicator: Indicator, told: Sequence[IndicatorFigures]) -> IndicatorFigures | None:
    """Returns what a page showed of an indicator. Returns None if the page did not show it. The
    indicator is recognised by its ID. If its row was typed again, it is recognised by its words."""
    by_id = [each for each in told if each.id == indicator.id]
    names = (indicator.activity, indicator.indicator)
    by_words = [each for each in told if (each.activity, each.indicator) == names]
    return next(iter([*by_id, *by_words]), None)


def _public(
    plan: Plan,
    indicator: Indicator,
    month: Month,
    newest: IndicatorFigures | None,
    page_before: IndicatorFigures | None,
) -> IndicatorFigures:
    numbers = achieved(plan, indicator, month, month)
    was = page_before.to_date if page_before else None
    before = number_to(indicator, after(month, -1), now=False)
    if before is None:
        before = _number_before(indicator, numbers)
    before = was if before is None else before
    to_date, baseline = numbers.to_date, indicator.baseline
    shown: tuple[Decimal, ...] = ()
    if indicator.counts_people:
        shown = _shown(newest)
        before, shown = _released(before, shown, was)
        to_date, shown = _released(to_date, shown, newest.to_date if newest else before)
        known = (newest.baseline,) if newest and newest.baseline is not None else ()
        baseline, _ = _released(baseline, known, next(iter(known), None))
    in_month = None if to_date is None or before is None else to_date - before
    if is_share(indicator.unit):
        # A number of people that is not shown to date is not shown for the month either.
        may_show = not indicator.counts_people or numbers.in_period == to_date
        in_month = numbers.in_period if may_show else None
    figures = _figures(indicator, in_month, to_date)
    corrected = None if was == before else was
    return replace(figures, baseline=baseline, shown=shown, before=before, was=corrected)


def _number_before(indicator: Indicator, numbers: Achieved) -> Decimal | None:
    """Returns the number before the period. Returns None if it does not follow from the numbers of
    the period: a share is not added up, and a number may be missing."""
    if is_share(indicator.unit) or numbers.to_date is None or numbers.in_period is None:
        return None
    return numbers.to_date - numbers.in_period


def _shown(newest: IndicatorFigures | None) -> tuple[Decimal, ...]:
    """Returns the numbers that pages have shown until now. The newest is the last."""
    if newest is None or newest.to_date is None:
        return ()
    return tuple(newest.shown) or (newest.to_date,)


def _released(
    number: Decimal | None, shown: tuple[Decimal, ...], last: Decimal | None
) -> tuple[Decimal | None, tuple[Decimal, ...]]:
    """Returns two things: the number of people to show, and all numbers that pages have shown, this
    one included.

    `number` is not shown if it differs by one or two from zero or from a number that was shown
    before. In that case the `last` number is shown again, or None if none was shown before."""
    if number is None:
        return None, shown
    if any(0 < abs(number - other) < FEWEST for other in (Decimal(0), *shown)):
        return last, shown
    return number, tuple(dict.fromkeys((*shown, number)))


def _figures(
    indicator: Indicator, in_period: Decimal | None, to_date: Decimal | None
) -> IndicatorFigures:
    return IndicatorFigures(
        indicator.id,
        indicator.activity,
        indicator.indicator,
        indicator.unit,
        indicator.baseline,
        indicator.target,
        in_period,
        to_date,
        indicator.counts_people,
    )
