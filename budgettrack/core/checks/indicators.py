"""Checks the indicators: their unit, and the numbers that were achieved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.months import month_of
from budgettrack.core.base.shares import is_share
from budgettrack.core.checks.looking import Looking
from budgettrack.core.figures.achieved import fallen, number_to
from budgettrack.core.records.model import Activity, Indicator
from budgettrack.core.records.tables import MOVED_TO_INDICATORS

FAR_ABOVE = 100
"""If an achieved number is more than this many times its target, it probably has a digit too
many."""


def indicators(look: Looking) -> Iterator[Finding]:
    """Finds four kinds of indicators: without a unit; with numbers by month that do not sum to the
    running number; with a number above a hundred times the target; and with a number that fell
    without an explanation."""
    for indicator in look.plan.indicators.values():
        if not indicator.unit:
            yield finding("indicator-without-unit", "indicators", indicator.id, "unit")
        yield from _numbers(indicator)
        yield from _fall(indicator)


def in_work_plan(look: Looking) -> Iterator[Finding]:
    """Finds rows of the work-plan that still have the indicator column of older workbooks, which
    is not counted any more."""
    for id_, fields in look.records.get("work_plan", {}).items():
        left = [name for name in MOVED_TO_INDICATORS if fields.get(name)]
        if left:
            yield finding("indicator-in-work-plan", "work_plan", id_, left[0])


def _numbers(indicator: Indicator) -> Iterator[Finding]:
    field, number = _newest(indicator)
    if number is None:
        return
    if indicator.achieved is not None and number != indicator.achieved:
        yield finding(
            "achieved-does-not-add-up",
            "indicators",
            indicator.id,
            "achieved",
            achieved=plain(indicator.achieved),
            sum=plain(number),
        )
    target = indicator.target
    if target is not None and _is_far_above(number, target):
        yield finding(
            "achieved-far-above-target",
            "indicators",
            indicator.id,
            field,
            achieved=plain(number),
            target=plain(target),
        )


def _fall(indicator: Indicator) -> Iterator[Finding]:
    fell = fallen(indicator)
    if fell and not indicator.explanation:
        month, then, today = fell
        if indicator.target is not None and _is_far_above(then, indicator.target):
            # If the number fell because somebody corrected a mistake, no explanation is needed.
            return
        field = _newest(indicator)[0]
        values = {"month": month, "then": plain(then), "now": plain(today)}
        yield finding("achieved-fell", "indicators", indicator.id, field, **values)


def _is_far_above(number: Decimal, target: Decimal) -> bool:
    return target > 0 and number > FAR_ABOVE * target


def milestones(look: Looking, activity: Activity) -> Iterator[Finding]:
    """Finds an activity that is over and has an indicator below its target."""
    for indicator in look.plan.indicators.values():
        number = number_to(indicator, month_of(look.today)) or Decimal(0)
        target = indicator.target
        if indicator.activity == activity.id and target is not None and number < target:
            yield finding(
                "milestone-not-reached",
                "indicators",
                indicator.id,
                _newest(indicator)[0],
                end=f"{activity.end}",
                achieved=plain(number),
                target=plain(target),
            )


def _newest(indicator: Indicator) -> tuple[str, Decimal | None]:
    """Returns the field in which the newest number was typed, and the number reached up to now.
    The number is None if nobody typed one."""
    as_typed = is_share(indicator.unit) and indicator.achieved is not None
    if not indicator.months or as_typed:
        return "achieved", indicator.achieved
    last = max(indicator.months)
    return last, number_to(indicator, last)


def plain(number: Decimal) -> str:
    """Returns a number without trailing zeros."""
    return f"{number.normalize():f}"
