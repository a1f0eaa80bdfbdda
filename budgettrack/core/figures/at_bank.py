"""Says in which currency the money of a grant lies at the bank, and how much of each currency the
group must have there by its books.

One rule: money lies in the currencies in which it was received. A payment leaves the account of its
own currency if the grant has money in this currency. Otherwise it leaves the account that has the
grant's money. Example: a purchase in euros for a grant that was received in pounds is paid in
pounds. A row that was imported from a statement has the currency of that statement, and left its
account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.ours import ours
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import HOST_FEE, RETURNED, Expense, Income, Plan


def received(income: Income) -> tuple[int, str]:
    """Returns the amount of income that arrived, in minor units, and its currency."""
    if income.received_amount is not None:
        return income.received_amount, income.received_currency or income.currency
    return income.amount, income.currency


@dataclass(frozen=True, slots=True)
class AccountCurrencies:
    """The currencies in which the money of each grant was received. `by_grant`: the key '' stands
    for money that belongs to no grant. `imported`: the IDs of the expenses that were imported from
    a statement."""

    plan: Plan
    by_grant: Mapping[str, frozenset[str]]
    imported: Set[str]

    def of_grant(self, grant: str) -> frozenset[str]:
        """Returns the currencies of a grant's money. Before the first receipt it is the currency
        of the grant."""
        return self.by_grant.get(grant) or frozenset({self.plan.currency_of(grant)})

    def of_expense(self, expense: Expense) -> str:
        """Returns the currency of the account that a payment leaves."""
        grant, _ = self.plan.place_of(expense)
        lies_in = self.of_grant(grant)
        if expense.currency in lies_in or expense.id in self.imported:
            return expense.currency
        return next(iter(lies_in)) if len(lies_in) == 1 else self.plan.currency_of(grant)


def account_currencies(plan: Plan, imported: Set[str] = frozenset()) -> AccountCurrencies:
    """Returns in which currencies the money of each grant was received."""
    by_grant: dict[str, set[str]] = defaultdict(set)
    for income in plan.income.values():
        if income.state == "received" and income.kind != RETURNED:
            by_grant[_grant_of(plan, income)].add(received(income)[1])
    lies_in = {grant: frozenset(currencies) for grant, currencies in by_grant.items()}
    return AccountCurrencies(plan, lies_in, imported)


def held_at_bank(
    plan: Plan,
    totals: Sequence[Total],
    end: Month,
    with_expenses: Callable[[], Plan],
    imported: Set[str] = frozenset(),
    held_for_others: Set[str] = frozenset(),
) -> dict[str, int]:
    """Returns the amount that must be on all accounts of each currency together at the end of a
    month, in minor units of the currency.

    `with_expenses` returns the plan with its expenses. It is called only if a grant has money in
    another currency than its own; sums are enough for all other grants. Grants that are not ours
    are left out, and so are those in `held_for_others`. A payment that must be converted counts at
    the rate of its month. Without a rate it is in no figure, and a finding names it.

    Money that was handed on to groups has left the account. A fee that we keep for it has not, and
    it does not arrive either if it is noted as income."""
    lies_in = account_currencies(plan)
    odd = {grant for grant in lies_in.by_grant if _is_odd(plan, grant, lies_in.of_grant(grant))}
    if imported:
        odd |= _paid_in_another(with_expenses(), imported)
    sums: dict[str, int] = defaultdict(int)
    elsewhere: dict[str, GrantPosition] = {}
    for position in grant_positions(plan, totals, end):
        if position.money != "ours" or position.grant in held_for_others:
            continue
        if position.grant in odd:
            elsewhere[position.grant] = position
        else:
            sums[position.currency] += position.balance
    if elsewhere:
        _add_rows(account_currencies(with_expenses(), imported), elsewhere, end, sums)
    _take_off_handed_on(lies_in, end, sums)
    return dict(sums)


class MovedAtBank(Struct, frozen=True):
    """An instalment to or from a group, as our account has it. `units`: below zero if the money
    left our account. `leaves`: the currency of our account if the amount in it is not known, or ''.
    """

    instalment: str
    grant: str
    day: date
    units: int
    currency: str
    leaves: str = ""


def handed_on_at_bank(lies_in: AccountCurrencies) -> Iterator[MovedAtBank]:
    """Yields the instalments that were paid to groups or came back from them. If our account has
    another currency than the instalment, the amount in it is *Cost*, if that was typed."""
    plan = lies_in.plan
    for instalment in plan.instalments.values():
        if instalment.paid_on is None or not instalment.paid:
            continue
        given = plan.given[instalment.given]
        own = lies_in.of_grant(given.grant) if given.grant else {given.currency}
        account = next(iter(own)) if len(own) == 1 else plan.currency_of(given.grant)
        units, currency, leaves = instalment.paid, given.currency, ""
        if currency not in own:
            leaves = account
            if instalment.cost is not None and account == plan.currency_of(given.grant):
                units, currency, leaves = instalment.cost, account, ""
        units = units if instalment.is_back else -units
        day = instalment.paid_on
        yield MovedAtBank(instalment.id, given.grant, day, units, currency, leaves)


def _take_off_handed_on(lies_in: AccountCurrencies, end: Month, sums: dict[str, int]) -> None:
    """Takes off what left the account to groups, and what is noted as our fee and never came."""
    plan = lies_in.plan
    for moved in handed_on_at_bank(lies_in):
        month = month_of(moved.day)
        if month > end or not ours(plan, moved.grant):
            continue
        currency = moved.leaves or moved.currency
        conversion = at_month(plan, moved.currency, currency, month)
        if conversion is not None:
            sums[currency] += conversion.units(moved.units)
    for income in plan.income.values():
        is_noted = income.kind == HOST_FEE and income.state == "received"
        if is_noted and month_of(income.date) <= end and ours(plan, income.grant):
            units, currency = received(income)
            sums[currency] -= units


def _is_odd(plan: Plan, grant: str, currencies: frozenset[str]) -> bool:
    return currencies != {plan.currency_of(grant)}


def _paid_in_another(plan: Plan, imported: Set[str]) -> set[str]:
    """Returns the grants that have imported payments in another currency than their own."""
    rows = [plan.expenses[id_] for id_ in imported if id_ in plan.expenses]
    of_grant = [(plan.place_of(row)[0], row.currency) for row in rows]
    return {grant for grant, currency in of_grant if currency != plan.currency_of(grant)}


def _add_rows(
    lies_in: AccountCurrencies,
    grants: Mapping[str, GrantPosition],
    end: Month,
    sums: dict[str, int],
) -> None:
    """Adds, row by row, the money of grants that was received in another currency than theirs."""
    plan = lies_in.plan
    for income in plan.income.values():
        came = income.state == "received" and month_of(income.date) <= end
        if came and _grant_of(plan, income) in grants:
            units, currency = received(income)
            sums[currency] += -units if income.kind == RETURNED else units
    for expense in plan.expenses.values():
        if expense.is_paid and month_of(expense.day) <= end and plan.place_of(expense)[0] in grants:
            currency = lies_in.of_expense(expense)
            conversion = at_month(plan, expense.currency, currency, month_of(expense.day))
            if conversion is not None:
                sums[currency] -= expense.signed(conversion.units(expense.amount))
    for grant, position in grants.items():
        own = lies_in.of_grant(grant)
        currency = next(iter(own)) if len(own) == 1 else position.currency
        fee = at_month(plan, position.currency, currency, end)
        if position.host_fee and fee is not None:
            sums[currency] -= fee.units(position.host_fee)


def _grant_of(plan: Plan, income: Income) -> str:
    return income.grant if income.grant in plan.grants else ""
