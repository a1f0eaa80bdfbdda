"""Calculates the money of each grant at the end of a month, and of all grants together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base import months as periods
from budgettrack.core.base.money import share_of
from budgettrack.core.base.months import Month
from budgettrack.core.figures.conversion import Conversion, at_month, income_in, to_base
from budgettrack.core.figures.ours import Money, money_of
from budgettrack.core.figures.positions import Position, positions, summed
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import HOST_FEE, OPENING, RETURNED, Grant, Income, Plan

OF_THE_AWARD = frozenset({"instalment", OPENING})
"""The kinds of income that are part of a grant's award. Gifts and interest are extra."""


class GrantPosition(Struct, frozen=True):
    """The money of one grant at the end of a month, in minor units of its currency.

    `grant`: '' is money that belongs to no grant. `lines`: the sum of the budget lines.
    `still_to_receive`: the award less the instalments and the opening balance; 0 if the grant is
    not ours. `balance`: the money that the group holds: received less returned, less spent, less
    the host's fee. `money`: whether the grant counts in totals ("ours"). `may_come`: the sum
    that was applied for."""

    grant: str
    currency: str
    award: int
    lines: int
    budget: int
    expected: int
    received: int
    returned: int
    spent: int
    unbudgeted: int
    committed: int
    host_fee: int
    balance: int
    still_to_receive: int
    variance: int
    elapsed_days: int = 0
    whole_days: int = 0
    money: Money = "ours"
    may_come: int = 0


class Overall(Struct, frozen=True):
    """All grants that are ours, in minor units of the base currency. Each grant is converted at its
    planning rate, one rate for its whole life.

    `budget`, `spent`, `committed`: converted line by line. `exchange_difference`: the spending
    at the rates of the months, less the spending at the planning rates. `without_rate`: the
    grants that are left out because no rate is known. `may_come`: the sum that was applied for;
    it is in no other figure. `may_come_without_rate`: the grants that are left out of `may_come`
    because no rate is known."""

    currency: str
    award: int
    budget: int
    spent: int
    committed: int
    received: int
    balance: int
    exchange_difference: int
    without_rate: tuple[str, ...]
    may_come: int = 0
    may_come_without_rate: tuple[str, ...] = ()


def grant_positions(plan: Plan, totals: Sequence[Total], end: Month) -> list[GrantPosition]:
    """Returns the money of each grant at the end of a month, and the money that belongs to no
    grant, if there is any."""
    by_grant = _by_grant(plan, totals, end)
    income: dict[str, list[Income]] = defaultdict(list)
    for row in plan.income.values():
        income[row.grant if row.grant in plan.grants else ""].append(row)
    without_grant = [""] if by_grant[""] or income[""] else []
    return [
        _grant_position(plan, grant, by_grant[grant], income[grant], end)
        for grant in (*plan.grants, *without_grant)
    ]


def _by_grant(plan: Plan, totals: Sequence[Total], end: Month) -> dict[str, list[Position]]:
    """Returns the positions of the lines of each grant at the end of a month."""
    by_grant: dict[str, list[Position]] = defaultdict(list)
    for position in positions(plan, totals, end=end):
        by_grant[position.grant].append(position)
    return by_grant


def _grant_position(
    plan: Plan, id_: str, lines: Sequence[Position], income: Sequence[Income], end: Month
) -> GrantPosition:
    grant = plan.grants.get(id_)
    currency = plan.currency_of(id_)
    receipts = _income_sums(plan, income, currency, end)
    received, returned = receipts.received, receipts.returned
    sums = summed(lines)
    award = (grant and grant.amount) or 0
    money = money_of(grant)
    # If nobody typed the award of a grant, its expected instalments are the money still to receive.
    to_come = max(0, award - receipts.of_the_award(award)) if award else receipts.expected
    fee = _host_fee(grant, received - receipts.brought - returned, sums.spent)
    gone, whole = _elapsed(grant, end)
    return GrantPosition(
        grant=id_,
        currency=currency,
        award=award,
        lines=sums.amount,
        budget=sums.budget,
        expected=receipts.expected,
        received=received,
        returned=returned,
        spent=sums.spent,
        unbudgeted=sum(position.spent for position in lines if not position.line),
        committed=sums.committed,
        host_fee=fee,
        balance=received - returned - sums.spent - fee,
        still_to_receive=to_come if money == "ours" else 0,
        variance=sums.variance,
        elapsed_days=gone,
        whole_days=whole,
        money=money,
        may_come=to_come if money == "may come" else 0,
    )


class _IncomeSums(Struct):
    """The income of one grant in minor units: expected, received, and given back.

    `awarded`: the part of `received` that belongs to the award. `brought`: the opening balance.
    `fees`: the fees that we, a host, keep. `all_fees`: with those that are expected or come later.
    `has_no_instalment`: whether no row is an instalment or an opening balance, come or expected."""

    expected: int = 0
    received: int = 0
    returned: int = 0
    awarded: int = 0
    brought: int = 0
    fees: int = 0
    all_fees: int = 0
    has_no_instalment: bool = True

    def of_the_award(self, award: int) -> int:
        """Returns what came of the award. If there are no instalments and the fees reach the award,
        it is an award of fees. A fee beside an award whose instalments nobody typed yet is none of
        it."""
        is_of_fees = self.has_no_instalment and self.all_fees >= award
        return self.fees if is_of_fees else self.awarded


def _income_sums(plan: Plan, income: Sequence[Income], currency: str, end: Month) -> _IncomeSums:
    sums = _IncomeSums()
    for receipt in income:
        units = income_in(plan, receipt, currency) or 0
        sums.has_no_instalment = sums.has_no_instalment and receipt.kind not in OF_THE_AWARD
        sums.all_fees += units if receipt.kind == HOST_FEE else 0
        if receipt.state == "expected":
            sums.expected += 0 if receipt.kind == RETURNED else units
        elif periods.month_of(receipt.date) > end:
            continue
        elif receipt.kind == RETURNED:
            sums.returned += units
        else:
            sums.received += units
            sums.awarded += units if receipt.kind in OF_THE_AWARD else 0
            sums.brought += units if receipt.kind == OPENING else 0
            sums.fees += units if receipt.kind == HOST_FEE else 0
    return sums


def _elapsed(grant: Grant | None, end: Month) -> tuple[int, int]:
    """Returns how many days of a grant have passed at the end of a month, and how many days it has.

    Both are 0 if its dates are not known, or if its end is before its start."""
    if grant is None or grant.start is None or grant.end is None or grant.end < grant.start:
        return 0, 0
    return periods.elapsed(grant.start, grant.end, periods.last_day(end))


def _host_fee(grant: Grant | None, received: int, spent: int) -> int:
    """Returns the host's fee in minor units: a percentage of the money received (as usual) or of
    the money spent.

    An opening balance is not in `received`: its fee was paid before."""
    if grant is None or not grant.host_fee:
        return 0
    base = spent if grant.host_fee_on == "spending" else received
    return share_of(base, grant.host_fee)


def overall(plan: Plan, totals: Sequence[Total], end: Month) -> Overall:
    """Returns all grants together in the base currency.

    A grant without a rate is left out and named. Money that may come is a figure of its own."""
    by_grant = _by_grant(plan, totals, end)
    together = Overall(plan.base, 0, 0, 0, 0, 0, 0, 0, ())
    for cash in grant_positions(plan, totals, end):
        conversion = to_base(plan, plan.grants.get(cash.grant))
        together = _with(plan, totals, together, cash, by_grant[cash.grant], conversion, end)
    return together


def _with(
    plan: Plan,
    totals: Sequence[Total],
    sums: Overall,
    cash: GrantPosition,
    lines: Sequence[Position],
    conversion: Conversion | None,
    end: Month,
) -> Overall:
    """Adds one grant to the sums of all grants."""
    if cash.money == "declined":
        return sums
    if conversion is None and cash.money == "may come":
        without = (*sums.may_come_without_rate, cash.grant)
        return replace(sums, may_come_without_rate=without)
    if conversion is None:
        return replace(sums, without_rate=(*sums.without_rate, cash.grant))
    if cash.money == "may come":
        return replace(sums, may_come=sums.may_come + conversion.units(cash.may_come))
    spent = sum(conversion.units(line.spent) for line in lines)
    really = _really(plan, totals, cash.grant, end)
    # The difference between real and planned rates is what the real rates cost.
    # Example: 100 GBP at 0.80 are 125.00 EUR, and at the planned 0.85 they are 117.65 EUR.
    # In this example, the difference is 7.35 EUR.
    exchange = 0 if really is None else really - spent
    return replace(
        sums,
        award=sums.award + conversion.units(cash.award),
        budget=sums.budget + sum(conversion.units(line.budget) for line in lines),
        spent=sums.spent + spent,
        committed=sums.committed + sum(conversion.units(line.committed) for line in lines),
        received=sums.received + conversion.units(cash.received),
        balance=sums.balance + conversion.units(cash.balance),
        exchange_difference=sums.exchange_difference + exchange,
    )


def _really(plan: Plan, totals: Sequence[Total], grant: str, end: Month) -> int | None:
    """Returns the spending of a grant in the base currency, each month at the rate of that month.

    Returns None if the rate of a month is missing."""
    by_month: dict[tuple[str, Month], int] = defaultdict(int)
    for total in totals:
        if total.grant == grant and total.paid and total.paid <= end:
            by_month[total.currency, total.paid] += total.spent
    units = 0
    for (currency, month), spent in by_month.items():
        conversion = at_month(plan, currency, plan.base, month)
        if conversion is None:
            return None
        units += conversion.units(spent)
    return units
