"""Checks rows of expenses that contradict themselves or each other about what was paid or came
back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.checks.money import named_ids
from budgettrack.core.checks.work import far_from_grants
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
    payments = _payments(look.plan)
    for (payment, currency), rows in refunds.items():
        parts = payments.get(payment, ())
        paid = [part.amount for part in parts if part.currency == currency]
        if parts and not paid:
            continue
        came_back, went_out = sum(row.amount for row in rows), sum(paid)
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


def _payments(plan: Plan) -> Mapping[str, Sequence[Expense]]:
    """Returns the rows of each payment that are paid, by the ID of the payment."""
    payments: dict[str, list[Expense]] = defaultdict(list)
    for expense in plan.expenses.values():
        if expense.is_paid and not expense.is_refund:
            payments[plan.payment_of(expense.id)].append(expense)
    return payments


def refunds_of_other_lines(look: Looking) -> Iterator[Finding]:
    """Finds a refund that is taken off another budget line or grant than its payment was paid
    from.

    A refund of a receipt that is split may be taken off the line of any of its rows. Another line
    of the same grant is told too: the grant as a whole is right then, but both lines are wrong."""
    for refund, parts in _refunds_with_payments(look.plan):
        places = dict.fromkeys(look.plan.place_of(part) for part in parts)
        here = look.plan.place_of(refund)
        if here not in places:
            yield finding(
                "refund-of-another-line",
                "expenses",
                refund.id,
                "budget_line",
                here=_named_place(*here),
                expense=_refunded_row(look.plan, refund),
                there=named_ids(_named_place(*place) for place in places),
            )


def _named_place(grant: str, line: str) -> str:
    """Returns a line with its grant, such as `B-1 (G-1)`, or the one of them that is known. Returns
    '-' if neither is."""
    return f"{line} ({grant})" if line and grant else line or grant or "-"


def refunds_before_payments(look: Looking) -> Iterator[Finding]:
    """Finds a refund that came back before the first row of its payment was paid.

    Nothing is found while the payment is still to come, or the refund is far from all grants: these
    have findings of their own."""
    far = far_from_grants(look.plan)
    for refund, parts in _refunds_with_payments(look.plan):
        paid = min(part.day for part in parts)
        if refund.day < paid <= look.today and not far(refund.day):
            yield finding(
                "refund-before-payment",
                "expenses",
                refund.id,
                "paid_on" if refund.paid_on else "date",
                date=refund.day.isoformat(),
                expense=_refunded_row(look.plan, refund),
                paid=paid.isoformat(),
            )


def _refunds_with_payments(plan: Plan) -> Iterator[tuple[Expense, Sequence[Expense]]]:
    """Yields each refund of a payment, with the rows of this payment that are paid. A refund of
    which nothing was paid is left out."""
    refunds = _refunds(plan)
    payments = _payments(plan) if refunds else {}
    for (payment, _), rows in refunds.items():
        if parts := payments.get(payment):
            yield from ((row, parts) for row in rows)


def refunds_of_themselves(look: Looking) -> Iterator[Finding]:
    """Finds a row that is the refund of itself."""
    for expense in look.plan.expenses.values():
        if expense.refund_of == expense.id:
            yield finding("refund-of-itself", "expenses", expense.id, "refund_of")


def parts_of_themselves(look: Looking) -> Iterator[Finding]:
    """Finds a row that is a part of the receipt in itself."""
    for expense in look.plan.expenses.values():
        if expense.split_of == expense.id:
            yield finding("split-of-itself", "expenses", expense.id, "split_of")


def expenses_in_circles(look: Looking) -> Iterator[Finding]:
    """Finds rows that name each other in *Split of* or *Refund of*, so that none of them is the
    payment. The finding is about the first of them. A row that names itself has its own finding."""
    seen: set[str] = set()
    for expense in look.plan.expenses.values():
        if expense.id in seen or not (expense.split_of or expense.refund_of):
            continue
        circle = _circle(look.plan, expense.id)
        if len(circle) > 1 and expense.id in circle:
            seen.update(circle)
            field = "split_of" if expense.split_of else "refund_of"
            rows = named_ids(circle)
            yield finding("expenses-in-circle", "expenses", expense.id, field, rows=rows)


def _circle(plan: Plan, id_: str) -> Sequence[str]:
    """Returns the rows to which *Split of* and *Refund of* lead from a row again and again. Returns
    none if they lead to a payment."""
    passed: dict[str, None] = {}
    while id_ not in passed:
        passed[id_] = None
        expense = plan.expenses.get(id_)
        if expense is None:
            return ()
        id_ = expense.split_of or expense.refund_of
    rows = list(passed)
    return rows[rows.index(id_) :]


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
