"""Budgets of months that were reported are kept as they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from budgettrack.core.base.months import Month
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.records.model import Plan
from budgettrack.register import published
from budgettrack.register.store import Register


def freeze(register: Register, plan: Plan, month: Month, at: datetime) -> None:
    """Keep every line's budget of the months now reported: a later change of dates does not rephase
    them."""
    currencies = {line.id: line.currency for line in plan.lines.values()}
    published.freeze(register, phased(plan, month), currencies, at)


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
