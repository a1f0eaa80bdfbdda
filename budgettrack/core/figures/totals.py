"""Sums expenses by budget line, and by the months in which they were ordered and paid.

The register keeps these sums, and other figures are calculated from them. So a command takes the
same time with a thousand expenses as with a million. All money is in minor units."""

from __future__ import annotations

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.conversion import at_month, lacking
from budgettrack.core.records.model import Expense, Plan


class Total(Struct, frozen=True):
    """The sum of the expenses of one line that were ordered in one month and paid in one month.

    `line`: the budget line, or '' for the unbudgeted spending of `grant`. `grant`: if `line` and
    `grant` are both '', the money belongs to no grant. `currency`: the grant's currency or the
    base currency. `paid`: the month in which they were paid, or '' if they are not paid yet.
    `spent`: converted at the rate of the month of payment; refunds are negative. `committed`:
    the sum ordered, at the rate of the month of the order."""

    line: str
    grant: str
    currency: str
    ordered: Month
    paid: Month
    spent: int
    committed: int
    count: int

    def is_open(self, month: Month) -> bool:
        """Whether the sum is ordered by the end of a month but not paid by then."""
        return self.ordered <= month and (not self.paid or self.paid > month)


_Lacking = dict[tuple[str, Month], str]
"""For each currency and month without a rate, the first expense that needs the rate."""


class _PlaceSums(Struct):
    """The sums of one line, or of spending without a line. They grow while the expenses are
    read."""

    spent: int = 0
    committed: int = 0
    count: int = 0


def totals(plan: Plan) -> tuple[list[Total], list[Finding]]:
    """Returns the sums of all expenses, and a finding `no-rate` for each currency and month that
    has no rate.

    If only the month of the order has no rate, the payment still counts."""
    sums: dict[tuple[str, str, str, Month, Month], _PlaceSums] = {}
    without: _Lacking = {}
    for expense in plan.expenses.values():
        grant, line = plan.place_of(expense)
        currency = plan.lines[line].currency if line else plan.currency_of(grant)
        ordered, paid = month_of(expense.date), _month_paid(expense)
        if expense.currency == currency:
            spent: int | None = expense.amount if paid else 0
        else:
            spent = _converted(plan, expense, currency, paid, without) if paid else 0
        committed = _committed(plan, expense, currency, paid, spent, without)
        # An expense without a rate is in no figure. A finding names it.
        if not committed and (spent is None or not paid):
            continue
        held = sums.setdefault((line, grant, currency, ordered, paid), _PlaceSums())
        if spent is not None:
            held.spent += expense.signed(spent)
            held.count += 1
        held.committed += committed
    findings = [
        finding("no-rate", "expenses", expense, "date", currency=currency, month=month)
        for (currency, month), expense in without.items()
    ]
    made = [Total(*key, held.spent, held.committed, held.count) for key, held in sums.items()]
    return made, findings


def spent_by(plan: Plan, expense: Expense) -> tuple[Month, int] | None:
    """Returns the month in which an expense was paid, and its amount in minor units of its grant's
    currency. A refund is negative.

    Returns None if it is not paid yet, or if no rate is known."""
    line = plan.lines.get(expense.line)
    currency = line.currency if line else plan.currency_of(expense.grant)
    paid = _month_paid(expense)
    units = _converted(plan, expense, currency, paid, {}) if paid else None
    if units is None:
        return None
    return paid, -units if expense.state == "refunded" else units


def _month_paid(expense: Expense) -> Month:
    """Returns the month in which an expense was paid. Returns '' if it is only ordered."""
    return month_of(expense.day) if expense.is_paid else ""


def _committed(
    plan: Plan, expense: Expense, currency: str, paid: Month, spent: int | None, without: _Lacking
) -> int:
    """Returns the sum that was ordered, at the rate of the month of the order.

    It is 0 for a refund, and also if a rate is missing."""
    if expense.is_refund:
        return 0
    ordered = month_of(expense.date)
    if paid == ordered:
        # Ordered and paid in the same month: the missing rate must not be reported twice.
        return spent or 0
    return _converted(plan, expense, currency, ordered, without) or 0


def _converted(
    plan: Plan, expense: Expense, to: str, month: Month, without: _Lacking
) -> int | None:
    """Converts an expense at the rates of a month.

    If a rate is missing, adds the expense to `without` and returns None."""
    if expense.currency == to:
        return expense.amount
    conversion = at_month(plan, expense.currency, to, month)
    if conversion is None:
        for code in lacking(plan, (expense.currency, to), month):
            without.setdefault((code, month), expense.id)
        return None
    return conversion.units(expense.amount)
