"""The exact figures from which a funder's summary is made: the payments, and the sums of every
line.

`funder_groups` rounds the figures later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import decimal, digits
from budgettrack.core.base.months import Month, after, days_before, first_day, last_day, month_of
from budgettrack.core.counting.together import AwardMonths, HandedOn
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
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Plan
from budgettrack.core.views.funder_types import FunderExpense, FunderLine, Reconciled
from budgettrack.core.views.missing import lacking


class Payment(Struct, frozen=True):
    """One payment on a line.

    `day`: the last day of the month, if only the month is known. `units`: the amount in the
    summary's currency, or None if no rate is known. `own`: the amount in the currency of the
    payment."""

    line: str
    day: date
    units: int | None
    own: int
    currency: str
    expense: Expense | None = None


class Basis(Struct, frozen=True):
    """Everything from which the figures of one summary are calculated.

    `budget`: the conversion of the grant's budget. If no rate is known, the budget stays in the
    grant's currency, because a summary full of zeros would look right. `without_rate`: in that
    case, the currency that was wanted. `by_expense`: whether single expenses are summed, because
    the monthly sums of the register are not exact enough. `unit`: amounts are shown as multiples
    of this number of minor units. `by_groups`: what groups spent of money that was handed on, by
    budget line."""

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
    by_groups: Mapping[str, Sums] = field(default_factory=dict)

    @property
    def span(self) -> AwardMonths:
        """The first month of the period, the first month of the year, and the last month."""
        return month_of(self.period[0]), month_of(self.year), month_of(self.until)

    @property
    def currency(self) -> str:
        return self.budget.to

    @property
    def year(self) -> date:
        """The first day of the funder's financial year that contains the day `until`."""
        month = month_of(self.until)
        return first_day(after(month, -((int(month[5:]) - self.profile.year_starts) % 12)))


def needs_expenses(profile: Profile, grant: Grant, own: Period | None) -> bool:
    """Whether a summary needs single expenses, because the monthly sums of the register are not
    exact enough."""
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
    handed_on: HandedOn | None = None,
) -> Basis:
    """Collects the input of the figures. `own`: the days that the user asked for, or None.
    `handed_on`: the money of the grant that is handed on to groups, or None."""
    budget = budget_conversion(plan, grant, profile)
    wanted, without_rate = profile.currency or grant.currency, ""
    if budget is None:
        # If no rate is known, the budget stays in the grant's currency, which everybody notices.
        # If zeros were shown instead, nobody would notice that they are wrong.
        budget, without_rate = unconverted(grant.currency), wanted
    unit = 1
    if profile.round_to is not None:
        unit = max(1, int(profile.round_to.scaleb(digits(budget.to))))
    by_expense = needs_expenses(profile, grant, own)
    if by_expense:
        payments = _payments(plan, grant, profile, budget.to, until, own)
    else:
        payments = _monthly_payments(totals, grant)
    basis = Basis(
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
    return replace(basis, by_groups=handed_on.by_line(basis.span)) if handed_on else basis


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
        if expense.grant != grant.id or not expense.is_paid:
            continue
        units = rule.units(expense)
        yield Payment(
            expense.line if expense.line in plan.lines else "",
            expense.day,
            None if units is None else expense.signed(units),
            expense.signed(expense.amount),
            expense.currency,
            expense,
        )


def exact_lines(basis: Basis) -> list[FunderLine]:
    """Returns the lines of the grant with their sums. If there is spending without a budget
    line, it is the last line."""
    spending = _Spending(
        period=_spent(basis, basis.period[0]),
        year=_spent(basis, basis.year),
        to_date=_spent(basis, date.min),
        committed=_committed(basis, month_of(basis.until)),
    )
    by_line: dict[str, list[Total]] = defaultdict(list)
    for total in basis.totals:
        by_line[total.line].append(total)
    lines = []
    for line in basis.plan.lines.values():
        if line.grant == basis.grant.id:
            sums = _line_sums(basis, line, by_line[line.id], spending)
            sums = _with_groups(sums, basis.by_groups.get(line.id, Sums()))
            texts = line.category, line.activity, line.description
            lines.append(FunderLine(line.id, *texts, sums, line.explanation, line.timing))
    loose = spending.of("") + basis.by_groups.get("", Sums())
    loose = replace(loose, forecast=loose.spent + loose.committed)
    if loose != Sums():
        lines.append(FunderLine("", "", "", "", loose))
    return lines


def _with_groups(sums: Sums, groups: Sums) -> Sums:
    """Returns the sums of a line, with what groups spent and ordered from it. The money still to
    come is what is planned or what is ordered, whichever is greater."""
    to_come = max(sums.forecast - sums.spent, sums.committed + groups.committed)
    together = sums + groups
    return replace(together, forecast=together.spent + to_come)


class _Spending(Struct, frozen=True):
    """The spending by line: in the period, in the year, and since the beginning. Also the
    amounts that are ordered and not paid."""

    period: Mapping[str, int]
    year: Mapping[str, int]
    to_date: Mapping[str, int]
    committed: Mapping[str, int]

    def of(self, line: str) -> Sums:
        """Returns the spending of one line as `Sums`. The line '' is spending without a line."""
        return Sums(
            period_spent=self.period.get(line, 0),
            year_spent=self.year.get(line, 0),
            spent=self.to_date.get(line, 0),
            committed=self.committed.get(line, 0),
        )


def _line_sums(
    basis: Basis, line: BudgetLine, totals: Sequence[Total], spending: _Spending
) -> Sums:
    """Returns all sums of a budget line."""
    convert, end = basis.budget.units, basis.until
    budget = convert(budget_to(line, end))
    before_period = convert(budget_to(line, days_before(basis.period[0], 1)))
    before_year = convert(budget_to(line, days_before(basis.year, 1)))
    ahead = forecast(basis.plan, totals, line.id, month_of(end)).as_planned
    return replace(
        spending.of(line.id),
        whole=convert(line.amount),
        approved=None if line.approved is None else convert(line.approved),
        period_budget=budget - before_period,
        year_budget=budget - before_year,
        budget=budget,
        forecast=convert(ahead),
    )


def _spent(basis: Basis, start: date) -> dict[str, int]:
    """Returns the spending by line from the day `start` to the last day that the summary covers."""
    spent: dict[str, int] = defaultdict(int)
    for payment in basis.payments:
        if payment.units is not None and start <= payment.day <= basis.until:
            spent[payment.line] += payment.units
    return spent


def _committed(basis: Basis, month: Month) -> dict[str, int]:
    """Returns, by line, the sum that is ordered and not paid at the end of a month, at the rate
    of the budget."""
    committed: dict[str, int] = defaultdict(int)
    for total in basis.totals:
        if total.is_open(month):
            committed[total.line] += total.committed
    return {line: basis.budget.units(units) for line, units in committed.items()}


def without_rates(basis: Basis) -> Iterator[Finding]:
    """Yields findings about amounts and limits without an exchange rate, and about a budget rate
    that is not used."""
    if basis.without_rate:
        yield lacking("draft-no-rate", f"{basis.grant.currency} → {basis.without_rate}")
    if ignores_budget_rate(basis.plan, basis.grant, basis.profile):
        yield lacking("draft-budget-rate-not-used", basis.grant.id)
    unconverted: dict[str, int] = defaultdict(int)
    for payment in basis.payments:
        if payment.units is None and payment.day <= basis.until:
            unconverted[payment.currency] += payment.own
    for code, units in unconverted.items():
        yield lacking("draft-not-converted", amount=f"{decimal(units, code)} {code}")
    for code in dict.fromkeys(limit.limit.currency for limit in basis.limits if limit.lacks_rate):
        yield lacking("draft-no-rate", f"{code} → {basis.currency}")


def expenses(basis: Basis) -> tuple[FunderExpense, ...]:
    """Returns the expenses of the period, by day."""
    start, end = basis.period[0], basis.until
    of_period = [
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
    return tuple(sorted(of_period, key=lambda expense: (expense.day, expense.id)))


def reconciled(basis: Basis, shown: int) -> Reconciled:
    """Returns the steps that lead from the figure of the command `variance` to the spending that
    the summary shows."""
    month = month_of(basis.until)
    own = sum(total.spent for total in basis.totals if total.paid and total.paid <= month)
    planned = basis.budget.units(own)
    outside = exact = 0
    for payment in basis.payments:
        if payment.day <= basis.until:
            exact += payment.units or 0
        elif basis.by_expense and month_of(payment.day) == month:
            outside += payment.units or 0
    groups = sum(sums.spent for sums in basis.by_groups.values())
    rounding = shown - exact - groups
    return Reconciled(own, planned, -outside, exact + outside - planned, rounding, shown, groups)
