"""Calculates the planned cash of each grant, month by month, to the end of the grants. It shows
when the money runs out.

It starts with the money held now, adds the expected income, and subtracts the money that is still
to be spent. For each line, this is the sum of its orders or the budget of its remaining months,
whichever is greater, as in the forecast of `positions.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from budgettrack.core.base import months as periods
from budgettrack.core.base.money import share_of
from budgettrack.core.base.months import Month
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.conversion import income_in
from budgettrack.core.figures.ours import ours
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import RETURNED, Plan


class MonthOfCash(Struct, frozen=True):
    """The planned cash of one grant in one coming month, in minor units of its currency.

    `grant`: '' is money that belongs to no grant. `opening`: the money held at the beginning of
    the month. `expected`: the income that is expected in the month. The first month also has
    what was expected earlier and has not come. `planned`: what is still to be spent, with the
    host's fee."""

    grant: str
    currency: str
    month: Month
    opening: int
    expected: int
    planned: int

    @property
    def balance(self) -> int:
        """The money that is held at the end of the month."""
        return self.opening + self.expected - self.planned


def cash_flow(plan: Plan, totals: Sequence[Total], end: Month) -> list[MonthOfCash]:
    """Returns the months after `end` for every grant that is ours. The last month is the one in
    which the last grant ends, expects income or has a budget.

    They are sorted by grant, in the order of the workbook, then by month. Money without a grant
    comes last. A grant that holds no money and plans none is left out."""
    held = [cash for cash in grant_positions(plan, totals, end) if ours(plan, cash.grant)]
    incomes = {cash.grant: _incomes(plan, cash, end) for cash in held}
    spending = _spending(plan, totals, end)
    grants = [plan.grants[cash.grant] for cash in held if cash.grant]
    ends = [periods.month_of(grant.end) for grant in grants if grant.end]
    moves = [*incomes.values(), *spending.values()]
    last = max((*ends, *(month for by_month in moves for month in by_month)), default=end)
    flow: list[MonthOfCash] = []
    for cash in held:
        income, to_spend = incomes[cash.grant], spending.get(cash.grant, {})
        if cash.balance or income or to_spend:
            flow += _months(plan, cash, income, to_spend, periods.months(periods.after(end), last))
    return flow


def first_below_zero(flow: Sequence[MonthOfCash], grant: str) -> MonthOfCash | None:
    """Returns the first month at whose end the balance of a grant is below zero. Returns None if
    there is none."""
    of_grant = (month for month in flow if month.grant == grant)
    return next((month for month in of_grant if month.balance < 0), None)


def not_expected(plan: Plan, totals: Sequence[Total], end: Month) -> dict[str, int]:
    """Returns, for each grant, the part of the award that is still to be received but that no row
    of Income expects. So this money is in no month. Grants without such money are left out."""
    left = {}
    for cash in grant_positions(plan, totals, end):
        missing = cash.still_to_receive - sum(_incomes(plan, cash, end).values())
        if ours(plan, cash.grant) and missing > 0:
            left[cash.grant] = missing
    return left


def _incomes(plan: Plan, cash: GrantPosition, end: Month) -> Mapping[Month, int]:
    """Returns the expected income of a grant by month. Money that must be given back is
    negative."""
    by_month: dict[Month, int] = defaultdict(int)
    for row in plan.income.values():
        of = row.grant if row.grant in plan.grants else ""
        if row.state == "expected" and of == cash.grant:
            units = income_in(plan, row, cash.currency) or 0
            month = max(periods.month_of(row.date), periods.after(end))
            by_month[month] += -units if row.kind == RETURNED else units
    return by_month


def _spending(plan: Plan, totals: Sequence[Total], end: Month) -> dict[str, dict[Month, int]]:
    """Returns the money still to be spent, by grant and month."""
    by_grant: dict[str, dict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for position in positions(plan, totals, end=end):
        line = plan.lines.get(position.line)
        by_month = phasing(line) if line else {}
        ahead = {month: units for month, units in by_month.items() if month > end and units}
        to_spend = by_grant[position.grant]
        for month, units in ahead.items():
            to_spend[month] += units
        more = position.committed - sum(ahead.values())
        if more > 0:
            to_spend[periods.after(end)] += more
    return {grant: by_month for grant, by_month in by_grant.items() if by_month}


def _months(
    plan: Plan,
    cash: GrantPosition,
    income: Mapping[Month, int],
    to_spend: Mapping[Month, int],
    ahead: Sequence[Month],
) -> Iterator[MonthOfCash]:
    grant = plan.grants.get(cash.grant)
    opening = cash.balance
    for month in ahead:
        expected, planned = income.get(month, 0), to_spend.get(month, 0)
        fee = 0
        if grant is not None and grant.host_fee:
            base = planned if grant.host_fee_on == "spending" else max(expected, 0)
            fee = share_of(base, grant.host_fee)
        made = MonthOfCash(cash.grant, cash.currency, month, opening, expected, planned + fee)
        opening = made.balance
        yield made
