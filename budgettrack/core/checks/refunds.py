"""Checks rows of expenses whose cells contradict each other about what was paid or came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.checks.money import named_ids
from budgettrack.core.records.model import Expense, Plan


def refunds_above_payments(look: Looking) -> Iterator[Finding]:
    """Finds refunds of one payment that sum to more than was paid. The finding is about the last
    of them.

    A receipt that is split into several rows is one payment. A refund in a currency in which
    nothing of its payment was paid is not compared, because the rates of two days differ. Nothing
    was paid of a row that is only ordered."""
    refunds = _refunds(look.plan)
    if not refunds:
        return
    paid = _paid(look.plan)
    for (payment, currency), rows in refunds.items():
        by_currency = paid.get(payment, {})
        if by_currency and currency not in by_currency:
            continue
        came_back, went_out = sum(row.amount for row in rows), by_currency.get(currency, 0)
        if came_back > went_out:
            yield finding(
                "refund-above-expense",
                "expenses",
                rows[-1].id,
                "amount",
                expense=_refunded_row(look.plan, rows[-1]),
                refunds=named_ids(row.id for row in rows),
                sum=money.with_currency(came_back, currency),
                paid=money.with_currency(went_out, currency),
                over=money.with_currency(came_back - went_out, currency),
            )


def _refunds(plan: Plan) -> Mapping[tuple[str, str], list[Expense]]:
    """Returns the refunds of each payment, by the ID of the payment and their currency.

    A refund of its own row is left out: it has a finding of its own."""
    refunds: dict[tuple[str, str], list[Expense]] = defaultdict(list)
    for expense in plan.expenses.values():
        named = _refunded_row(plan, expense) if expense.is_refund else ""
        if named and named != expense.id:
            refunds[plan.payment_of(named), expense.currency].append(expense)
    return refunds


def _refunded_row(plan: Plan, refund: Expense) -> str:
    """Returns the ID of the row that a refund names. Returns '' if it names none.

    If a refund is split into several rows, its first row may name it for all of them."""
    first = plan.expenses.get(refund.split_of)
    return refund.refund_of or (first.refund_of if first and first.is_refund else "")


def _paid(plan: Plan) -> Mapping[str, Mapping[str, int]]:
    """Returns what was paid of each payment, in minor units by currency."""
    paid: dict[str, dict[str, int]] = {}
    for expense in plan.expenses.values():
        if expense.is_paid and not expense.is_refund:
            by_currency = paid.setdefault(plan.payment_of(expense.id), defaultdict(int))
            by_currency[expense.currency] += expense.amount
    return paid


def refunds_of_themselves(look: Looking) -> Iterator[Finding]:
    """Finds a row that is the refund of itself."""
    for expense in look.plan.expenses.values():
        if expense.refund_of == expense.id:
            yield finding("refund-of-itself", "expenses", expense.id, "refund_of")


def states_contradicting(look: Looking) -> Iterator[Finding]:
    """Finds a row with *Refund of* that is not refunded, and an ordered row with a day in *Paid
    on*.

    If this day is after today, the row has the finding `paid-in-future`."""
    for expense in look.plan.expenses.values():
        counted = "paid" if expense.is_paid else "committed"
        if expense.refund_of not in ("", expense.id) and not expense.is_refund:
            heading, state = "Refund of", "refunded"
        elif expense.state == "committed" and expense.is_paid and expense.day <= look.today:
            heading, state = "Paid on", "paid"
        else:
            continue
        yield finding(
            "state-contradicts",
            "expenses",
            expense.id,
            "state",
            heading=heading,
            state=state,
            counted=counted,
        )
