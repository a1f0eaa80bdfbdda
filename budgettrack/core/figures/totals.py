"""Sums expenses by month and place.

The register keeps these sums, and other figures are calculated from them, so that a query takes the
same time with a thousand expenses or a million. All money is in minor units."""

from __future__ import annotations

from dataclasses import dataclass

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.conversion import at_month, lacking
from budgettrack.core.records.model import Expense, Plan


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a place's expenses that were ordered in one month and paid in one month.

    `line`: the budget line, or '' for the unbudgeted spending of `grant`.
    `grant`: if `line` and `grant` are '', the total is unrestricted spending.
    `currency`: the grant's currency or the base currency.
    `paid`: the month paid, or '' if the expenses are not paid yet.
    `spent`: converted at the rate of the month paid. Refunds are below zero.
    `committed`: the sum ordered, at the rate of the month ordered.
    """

    line: str
    grant: str
    currency: str
    ordered: Month
    paid: Month
    spent: int
    committed: int
    count: int


_Lacking = dict[tuple[str, Month], str]
"""The first expense that lacks a rate, by currency and month."""


def totals(plan: Plan) -> tuple[list[Total], list[Finding]]:
    """Returns the sums of all expenses, and a `no-rate` finding for each currency and month without
    a rate.

    If only the month of the order has no rate, the payment still counts."""
    sums: dict[tuple[str, str, str, Month, Month], list[int]] = {}
    without: _Lacking = {}
    for expense in plan.expenses.values():
        line = plan.lines.get(expense.line)
        grant = line.grant if line else expense.grant
        currency = line.currency if line else plan.currency_of(grant)
        ordered = month_of(expense.date)
        paid = _month_paid(expense)
        spent = _converted(plan, expense, currency, paid, without) if paid else 0
        committed = _committed(plan, expense, currency, paid, spent, without)
        if not committed and (spent is None or not paid):
            continue
        key = (line.id if line else "", grant, currency, ordered, paid)
        held = sums.get(key)
        if held is None:
            held = sums[key] = [0, 0, 0]
        if spent is not None:
            held[0] += -spent if expense.state == "refunded" else spent
            held[2] += 1
        held[1] += committed or 0
    findings = [
        finding("no-rate", "expenses", expense, "date", currency=currency, month=month)
        for (currency, month), expense in without.items()
    ]
    return [Total(*key, *held) for key, held in sums.items()], findings


def _month_paid(expense: Expense) -> Month:
    """Returns the month in which an expense was paid. Returns '' if it is only ordered."""
    is_paid = expense.state != "committed" or expense.paid_on is not None
    return month_of(expense.day) if is_paid else ""


def _committed(
    plan: Plan, expense: Expense, currency: str, paid: Month, spent: int | None, without: _Lacking
) -> int | None:
    """Returns the sum ordered, at the rate of the month of the order. It is 0 for a refund.

    Returns None if a rate is missing."""
    if expense.state == "refunded":
        return 0
    ordered = month_of(expense.date)
    # Ordered and paid in the same month: do not report the missing rate twice.
    return spent if paid == ordered else _converted(plan, expense, currency, ordered, without)


def _converted(
    plan: Plan, expense: Expense, to: str, month: Month, without: _Lacking
) -> int | None:
    """Converts an expense at the rates of a month.

    Returns None, and notes the expense in `without`, if a rate is missing."""
    if expense.currency == to:
        return expense.amount
    conversion = at_month(plan, expense.currency, to, month)
    if conversion is None:
        for code in lacking(plan, (expense.currency, to), month):
            without.setdefault((code, month), expense.id)
        return None
    return conversion.units(expense.amount)
