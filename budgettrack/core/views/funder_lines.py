"""The exact figures behind a funder's summary: the payments, and the sums of every line.

Figures are rounded later, in `funder_groups`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import decimal, digits
from budgettrack.core.base.months import Month, after, days_before, first_day, last_day, month_of
from budgettrack.core.figures.conversion import (
    Conversion,
    budget_conversion,
    funders_rule,
    ignores_budget_rate,
    unconverted,
)
from budgettrack.core.figures.limits import GrantLimit, grant_limits
from budgettrack.core.figures.phasing import budget_to
from budgettrack.core.figures.positions import forecast
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.core.figures.sums import Sums
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Expense, Grant, Plan
from budgettrack.core.views.funder_types import FunderExpense, FunderLine, Reconciled
from budgettrack.core.views.missing import lacking


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment on a line.

    `day`: the last day of the month if only the month is known.
    `units`: the amount in the summary's currency, or None if no rate is known.
    `own`: the amount in the currency of the payment.
    """

    line: str
    day: date
    units: int | None
    own: int
    currency: str
    expense: Expense | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything from which the figures of one summary are calculated.

    `budget`: converts the grant's budget. If no rate is known, the budget stays in the grant's
    currency, because a summary full of zeros would look right.
    `without_rate`: in that case, the currency that was wanted.
    `by_expense`: the register's monthly sums are not exact enough, so single expenses are summed.
    `unit`: amounts are shown as multiples of this number of minor units.
    """

    plan: Plan
    totals: Sequence[Total]
    grant: Grant
    profile: Profile
    period: Period
    until: date
    budget: Conversion
    without_rate: str
    limits: Sequence[GrantLimit]
    unit: int
    by_expense: bool
    payments: Sequence[Payment]

    @property
    def currency(self) -> str:
        return self.budget.to

    @property
    def year(self) -> date:
        """The first day of the funder's financial year that contains the day `until`."""
        month = month_of(self.until)
        return first_day(after(month, -((int(month[5:]) - self.profile.year_starts) % 12)))


def needs_expenses(profile: Profile, grant: Grant, own: Period | None) -> bool:
    """Whether a summary needs single expenses because the register's monthly sums are not exact
    enough."""
    if own is not None:
        return True
    differs = profile.currency != grant.currency or profile.rate != "month"
    return profile.needs_expenses and (differs or profile.detail == "expenses")


def basis_of(
    plan: Plan,
    totals: Sequence[Total],
    grant: Grant,
    profile: Profile,
    period: Period,
    until: date,
    own: Period | None,
) -> Basis:
    """Collects all that the figures are calculated from.

    `own` are the days that the user asked for, or None."""
    budget = budget_conversion(plan, grant, profile)
    wanted, without_rate = profile.currency or grant.currency, ""
    if budget is None:
        budget, without_rate = unconverted(grant.currency), wanted
    unit = 1
    if profile.round_to is not None:
        unit = max(1, int(profile.round_to.scaleb(digits(budget.to))))
    by_expense = needs_expenses(profile, grant, own)
    if by_expense:
        payments = _payments(plan, grant, profile, budget.to, until, own)
    else:
        payments = _monthly_payments(totals, grant)
    return Basis(
        plan=plan,
        totals=[total for total in totals if total.grant == grant.id],
        grant=grant,
        profile=profile,
        period=period,
        until=until,
        budget=budget,
        without_rate=without_rate,
        limits=grant_limits(plan, grant, profile, budget.to),
        unit=unit,
        by_expense=by_expense,
        payments=tuple(payments),
    )


def _monthly_payments(totals: Iterable[Total], grant: Grant) -> Iterator[Payment]:
    for total in totals:
        if total.grant == grant.id and total.paid:
            day = last_day(total.paid)
            yield Payment(total.line, day, total.spent, total.spent, total.currency)


def _payments(
    plan: Plan, grant: Grant, profile: Profile, to: str, until: date, own: Period | None
) -> Iterator[Payment]:
    rule = funders_rule(plan, grant, profile, to, until, own)
    for expense in plan.expenses.values():
        is_paid = expense.state != "committed" or expense.paid_on is not None
        if expense.grant != grant.id or not is_paid:
            continue
        sign = -1 if expense.state == "refunded" else 1
        units = rule.units(expense)
        yield Payment(
            expense.line if expense.line in plan.lines else "",
            expense.day,
            None if units is None else sign * units,
            sign * expense.amount,
            expense.currency,
            expense,
        )


def exact_lines(basis: Basis) -> list[FunderLine]:
    """Returns the lines of the grant with their sums. The last line is spending without a budget
    line, if any."""
    start, end, year = basis.period[0], basis.until, basis.year
    period, to_date = _spent(basis, start, end), _spent(basis, None, end)
    this_year = _spent(basis, year, end)
    committed = _committed(basis, month_of(end))
    by_line: dict[str, list[Total]] = defaultdict(list)
    for total in basis.totals:
        by_line[total.line].append(total)
    convert = basis.budget.units
    found = []
    for line in basis.plan.lines.values():
        if line.grant != basis.grant.id:
            continue
        ahead = forecast(basis.plan, by_line[line.id], line.id, month_of(end)).as_planned
        budget = convert(budget_to(line, end))
        sums = Sums(
            whole=convert(line.amount),
            approved=None if line.approved is None else convert(line.approved),
            period_budget=budget - convert(budget_to(line, days_before(start, 1))),
            period_spent=period.get(line.id, 0),
            year_budget=budget - convert(budget_to(line, days_before(year, 1))),
            year_spent=this_year.get(line.id, 0),
            budget=budget,
            spent=to_date.get(line.id, 0),
            committed=committed.get(line.id, 0),
            forecast=convert(ahead),
        )
        texts = line.category, line.activity, line.description
        found.append(FunderLine(line.id, *texts, sums, line.explanation, line.timing))
    loose = Sums(
        period_spent=period.get("", 0),
        year_spent=this_year.get("", 0),
        spent=to_date.get("", 0),
        committed=committed.get("", 0),
        forecast=to_date.get("", 0) + committed.get("", 0),
    )
    if loose != Sums():
        found.append(FunderLine("", "", "", "", loose))
    return found


def _spent(basis: Basis, start: date | None, end: date) -> dict[str, int]:
    """Returns the spending by line from `start` to `end`. If `start` is None, it counts from the
    beginning."""
    found: dict[str, int] = {}
    for payment in basis.payments:
        is_within = payment.day <= end and (start is None or payment.day >= start)
        if payment.units is not None and is_within:
            found[payment.line] = found.get(payment.line, 0) + payment.units
    return found


def _committed(basis: Basis, month: Month) -> dict[str, int]:
    """Returns the sum by line that is ordered but not paid at the end of a month, at the budget's
    rate."""
    found: dict[str, int] = {}
    for total in basis.totals:
        if total.ordered <= month and (not total.paid or total.paid > month):
            found[total.line] = found.get(total.line, 0) + total.committed
    return {line: basis.budget.units(units) for line, units in found.items()}


def without_rates(basis: Basis) -> Iterator[Finding]:
    """Lists amounts and limits without an exchange rate, and a budget rate that is not used."""
    if basis.without_rate:
        yield lacking("draft-no-rate", f"{basis.grant.currency} → {basis.without_rate}")
    if ignores_budget_rate(basis.plan, basis.grant, basis.profile):
        yield lacking("draft-budget-rate-not-used", basis.grant.id)
    unconverted: dict[str, int] = {}
    for payment in basis.payments:
        if payment.units is None and payment.day <= basis.until:
            unconverted[payment.currency] = unconverted.get(payment.currency, 0) + payment.own
    for code, units in unconverted.items():
        yield lacking("draft-not-converted", amount=f"{decimal(units, code)} {code}")
    for code in dict.fromkeys(each.limit.currency for each in basis.limits if each.lacks_rate):
        yield lacking("draft-no-rate", f"{code} → {basis.currency}")


def expenses(basis: Basis) -> tuple[FunderExpense, ...]:
    """Returns the expenses of the period, by day."""
    start, end = basis.period[0], basis.until
    found = [
        FunderExpense(
            payment.expense.id,
            payment.day,
            payment.line,
            payment.own,
            payment.currency,
            payment.expense.state,
            payment.units,
        )
        for payment in basis.payments
        if payment.expense is not None and start <= payment.day <= end
    ]
    return tuple(sorted(found, key=lambda expense: (expense.day, expense.id)))


def reconciled(basis: Basis, shown: int) -> Reconciled:
    """Reconciles the summary's spending, as shown, with the figure of the command `variance`."""
    month = month_of(basis.until)
    own = sum(total.spent for total in basis.totals if total.paid and total.paid <= month)
    planned = basis.budget.units(own)
    outside = exact = 0
    for payment in basis.payments:
        if payment.day <= basis.until:
            exact += payment.units or 0
        elif basis.by_expense and month_of(payment.day) == month:
            outside += payment.units or 0
    return Reconciled(own, planned, -outside, exact + outside - planned, shown - exact, shown)
