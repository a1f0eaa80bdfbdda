"""Budgets of months that were reported are kept as they were."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.months import Month
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.records.model import Plan
from budgettrack.group import OpenedGroup
from budgettrack.register import published


def freeze(group: OpenedGroup, month: Month) -> None:
    """Keep every line's budget of the months now reported: a later change of dates does not rephase
    them."""
    plan, there = group.standing.plan, group.standing.reported
    new = {
        line: wanted
        for line, by_month in phased(plan, month).items()
        if (wanted := {m: units for m, units in by_month.items() if m not in there.get(line, {})})
    }
    if new:
        currencies = {line.id: line.currency for line in plan.lines.values()}
        published.freeze(group.register, new, currencies, group.now())
        group.froze(new)


def phased(plan: Plan, month: Month) -> Mapping[str, Mapping[Month, int]]:
    """Every line's budget of the months up to the one reported.

    A line without any budget by then is held to that too: nothing in the month reported.
    """
    return {
        line.id: (
            {each: units for each, units in phasing(line).items() if each <= month} or {month: 0}
        )
        for line in plan.lines.values()
        if not line.months
    }
