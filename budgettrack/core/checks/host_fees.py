"""Checks fees that a host keeps and that people typed a second time, as a row of *Expenses* or
*Income*."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import share_of, with_currency
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.handed_on import sub_grants
from budgettrack.core.figures.cash import HOST_FEE, OPENING, RETURNED
from budgettrack.core.figures.conversion import income_in
from budgettrack.core.figures.totals import spent_by
from budgettrack.core.records.model import Expense, Grant, Plan

SOON_AFTER = timedelta(days=62)
"""A row is taken for a fee only if it is not later than this after the payment."""


class _Fee(Struct, frozen=True):
    """A fee that a percentage takes off already. `since`: the day of the payment of which it is a
    part; None for the fee of several payments together. `heading`: the cell with the percentage."""

    grant: str
    units: int
    since: date | None
    heading: str


def fees_typed_twice(look: Looking) -> Iterator[Finding]:
    """Finds a row of *Expenses* with exactly the amount of a fee that a percentage takes off the
    same grant already: the fee of one payment up to 62 days before, or of all payments together.

    If a grant has more rows of this amount than fees, they are no fees: a rent may be as high."""
    fees = [*_of_our_host(look.plan), *_that_we_keep(look)]
    if not fees:
        return
    wanted = Counter((fee.grant, fee.units) for fee in fees if fee.since is not None)
    wanted |= Counter({(fee.grant, fee.units): 1 for fee in fees})
    rows: dict[tuple[str, int], list[Expense]] = defaultdict(list)
    for expense in look.plan.expenses.values():
        grant, _ = look.plan.place_of(expense)
        key = grant, expense.amount
        if key in wanted and expense.currency == look.plan.currency_of(grant):
            rows[key].append(expense)
    for (grant, units), alike in rows.items():
        if len(alike) > wanted[grant, units] or any(one.is_refund for one in alike):
            continue
        of_grant = [fee for fee in fees if (fee.grant, fee.units) == (grant, units)]
        for expense in alike:
            fee = next((fee for fee in of_grant if _is_near(fee, expense.date)), None)
            if fee is not None:
                amount = with_currency(units, expense.currency)
                values = {"fee": amount, "heading": fee.heading}
                yield finding("fee-as-expense", "expenses", expense.id, "amount", **values)


def _is_near(fee: _Fee, day: date) -> bool:
    return fee.since is None or timedelta(0) <= day - fee.since <= SOON_AFTER


def _of_our_host(plan: Plan) -> Iterator[_Fee]:
    """Yields the fees that our host takes off by *Host fee %*."""
    spent: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    if any(grant.host_fee for grant in plan.grants.values()):
        for expense in plan.expenses.values():
            when_and_units = spent_by(plan, expense)
            if when_and_units is not None:
                spent[plan.place_of(expense)[0]][when_and_units[0]] += when_and_units[1]
    for grant in plan.grants.values():
        if not grant.host_fee:
            continue
        if grant.host_fee_on == "spending":
            yield from _on_spending(grant, spent[grant.id])
        else:
            yield from _on_income(plan, grant)


def _on_spending(grant: Grant, by_month: Mapping[Month, int]) -> Iterator[_Fee]:
    """Yields the fee on the spending of each month. It is paid in the next one."""
    for month, units in by_month.items():
        if fee := share_of(units, _percent(grant)):
            first = date.fromisoformat(f"{after(month, 1)}-01")
            yield _Fee(grant.id, fee, first, "Host fee %")


def _percent(grant: Grant) -> Decimal:
    return grant.host_fee or Decimal(0)


def _on_income(plan: Plan, grant: Grant) -> Iterator[_Fee]:
    whole, payments = 0, 0
    for row in plan.income.values():
        if row.grant != grant.id or row.is_expected or row.kind in (OPENING, RETURNED):
            continue
        units = income_in(plan, row, grant.currency) or 0
        whole, payments = whole + units, payments + 1
        if fee := share_of(units, _percent(grant)):
            yield _Fee(grant.id, fee, row.date, "Host fee %")
    if payments > 1 and (fee := share_of(whole, _percent(grant))):
        yield _Fee(grant.id, fee, None, "Host fee %")


def _that_we_keep(look: Looking) -> Iterator[_Fee]:
    """Yields the fees that we keep of our grants by *Fee %* in the tab *Given*."""
    for one in sub_grants(look.plan, month_of(look.today)):
        percent = look.plan.given[one.id].fee
        if not percent:
            continue
        for moved in one.paid:
            if fee := share_of(moved.value, percent):
                yield _Fee(one.grant, fee, date.fromisoformat(moved.day), "Fee %")
        if one.fee and len(one.paid) > 1:
            yield _Fee(one.grant, one.fee, None, "Fee %")


def fees_as_income(look: Looking) -> Iterator[Finding]:
    """Finds a row of *Income* with exactly the amount of a fee that we keep as a host, if its
    *Kind* does not say so. The same fee would count as kept and as received from outside."""
    if not look.plan.given and not look.told:
        return
    kept = {(fee.units, look.plan.currency_of(fee.grant)): fee for fee in _that_we_keep(look)}
    held = {(award.fee, award.currency) for award in look.counted.awards if award.holder}
    for row in look.plan.income.values():
        if row.is_expected or row.kind in (HOST_FEE, RETURNED, OPENING):
            continue
        key = row.amount, row.currency
        fee = kept.get(key)
        is_kept = fee is not None and _is_near(fee, row.date)
        if row.amount and (is_kept or key in held):
            amount = with_currency(row.amount, row.currency)
            yield finding("fee-as-income", "income", row.id, "kind", fee=amount)


def fees_beyond_kept(look: Looking) -> Iterator[Finding]:
    """Finds income of the kind *host fee* that is more than all fees that we keep. The finding is
    about the last row of it. Nothing is compared if we keep fees in another currency, because the
    rate is not known. Nor is it if we have groups that tell nothing. Who has no groups keeps no
    fee."""
    if look.records.get("groups") and not look.plan.given and not look.told:
        return
    typed: dict[str, int] = {}
    last: dict[str, str] = {}
    for row in look.plan.income.values():
        if row.kind != HOST_FEE or row.is_expected or month_of(row.date) > look.month:
            continue
        currency = look.plan.currency_of(row.grant)
        typed[currency] = typed.get(currency, 0) + (income_in(look.plan, row, currency) or 0)
        last[currency] = row.id
    kept = look.counted.fees_kept if typed else {}
    for currency, units in typed.items():
        if units > kept.get(currency, 0) and not set(kept) - {currency}:
            yield finding(
                "fee-beyond-kept",
                "income",
                last[currency],
                "amount",
                typed=with_currency(units, currency),
                kept=with_currency(kept.get(currency, 0), currency),
            )
