"""Freezes the budgets of months that were reported: they are stored, so that a later change of
the plan does not change them."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.months import Month
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.records.model import Plan
from budgettrack.group import OpenedGroup
from budgettrack.register import published


def freeze(group: OpenedGroup, month: Month) -> None:
    """Stores every line's budget for the months up to `month` that are not frozen yet.

    If the dates of a line change later, these months keep the budget that was reported.
    """
    plan, frozen = group.standing.plan, group.standing.reported
    new = {
        line: missing
        for line, by_month in phased(plan, month).items()
        if (missing := {m: units for m, units in by_month.items() if m not in frozen.get(line, {})})
    }
    if new:
        currencies = {line.id: line.currency for line in plan.lines.values()}
        published.freeze(group.register, new, currencies, group.now())
        group.froze(new)


def phased(plan: Plan, month: Month) -> Mapping[str, Mapping[Month, int]]:
    """Returns the budget of every line by month, up to `month`. A line is left out if people typed
    its amounts by month.

    If a line has no budget up to `month`, it gets the amount zero in `month`, and this zero is
    stored, too."""
    return {
        line.id: ({m: units for m, units in phasing(line).items() if m <= month} or {month: 0})
        for line in plan.lines.values()
        if not line.months
    }
