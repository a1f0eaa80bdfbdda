"""Checks the dates of money that may come: applications, decisions, next steps, instalments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.records.model import RETURNED

PREPARED = 10
"""An application must have a budget line this many days before it is due."""


def money_to_come(look: Looking) -> Iterator[Finding]:
    """Finds an application or a next step that is late or due within 30 days, and a decision that
    is late. Also finds an application that is due within 10 days and has no budget line."""
    budgeted = {line.grant for line in look.plan.lines.values()}
    for grant in look.plan.grants.values():
        apply, decision = grant.open_application, grant.open_decision
        if apply and apply <= look.soon:
            code = "application-late" if apply < look.today else "application-due"
            yield _told(code, grant.id, "apply_by", apply)
        if apply and grant.id not in budgeted and _is_near(look, apply):
            yield _told("application-without-budget", grant.id, "apply_by", apply)
        if decision and decision < look.today:
            yield _told("decision-late", grant.id, "decision_on", decision)
        step = grant.next_step_due if grant.state not in ("closed", "declined") else None
        if step and step <= look.soon:
            yield _told("next-step-due", grant.id, "next_step_due", step)


def _is_near(look: Looking, day: date) -> bool:
    return look.today <= day <= look.today + timedelta(days=PREPARED)


def _told(code: str, grant: str, field: str, day: date) -> Finding:
    return finding(code, "grants", grant, field, date=day.isoformat())


def instalments_late(look: Looking) -> Iterator[Finding]:
    """Finds money that was expected on an earlier day and has not arrived, or has not gone back to
    its funder."""
    for income in look.plan.income.values():
        if income.is_expected and income.date < look.today:
            yield finding(
                "return-late" if income.kind == RETURNED else "instalment-late",
                "income",
                income.id,
                "date",
                amount=money.with_currency(income.amount, income.currency),
                date=income.date.isoformat(),
            )
