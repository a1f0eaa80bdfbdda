"""Checks fees that a host keeps and that people typed a second time, as a row of *Expenses* or
*Income*."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import digits, share_of, with_currency
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.handed_on import sub_grants
from budgettrack.core.figures.conversion import income_in
from budgettrack.core.figures.totals import spent_by
from budgettrack.core.records.model import HOST_FEE, OPENING, RETURNED, Expense, Grant, Plan

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
    same grant already: the fee of one payment up to 62 days before, or of all payments together,
    or the fee on the spending of a month, a quarter, or to date.

    If a grant has more rows of this amount than fees, they are no fees: a rent may be as high. A
    round amount is no fee either if the row says what else it is."""
    yield from _on_spending(look.plan)
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
            if fee is not None and not _is_explained(look.plan, expense):
                yield _typed_twice(expense, fee.heading)


def _typed_twice(expense: Expense, heading: str) -> Finding:
    amount = with_currency(expense.amount, expense.currency)
    values = {"fee": amount, "heading": heading}
    return finding("fee-as-expense", "expenses", expense.id, "amount", **values)


_FEE = re.compile(
    r"\bfees?\b|overhead|admin|indirect|commission|\bfrais\b|gestion|gestión|gastos|comisi|"
    r"комис|коміс|админ|адмін|накладн|رسوم|إداري|اداری|کارمزد|بالاسری",
    re.IGNORECASE,
)
"""How a fee of a host is called, in the languages of the program."""


def _is_explained(plan: Plan, expense: Expense) -> bool:
    """Whether a round amount is something else than a fee, by what the row or its budget line say.

    An amount that is not round is a fee, whatever the row says: no other amount happens to be
    exactly as high."""
    if expense.amount % (5 * 10 ** digits(expense.currency)):
        return False
    grant, line = plan.grants.get(plan.place_of(expense)[0]), plan.lines.get(expense.line)
    # Where a grant has one line only, nobody chose it.
    is_chosen = line and sum(other.grant == line.grant for other in plan.lines.values()) > 1
    of_line = (line.category, line.description) if line and is_chosen else ()
    says = " ".join((expense.description, *of_line)).casefold()
    hosts = [agreement.other_party for agreement in plan.agreements.values()]
    hosts += [grant.held_by, grant.funder] if grant else []
    is_fee = _FEE.search(says) or any(host and host.casefold() in says for host in hosts)
    return bool(says.strip()) and not is_fee


def _is_near(fee: _Fee, day: date) -> bool:
    return fee.since is None or timedelta(0) <= day - fee.since <= SOON_AFTER


def _of_our_host(plan: Plan) -> Iterator[_Fee]:
    """Yields the fees that our host takes off the income of grants by *Host fee %*."""
    for grant in plan.grants.values():
        if grant.host_fee and grant.host_fee_on != "spending":
            yield from _on_income(plan, grant)


class _Spending:
    """What was spent by month. A sum of any months is read off without adding them again."""

    def __init__(self, rows: Iterable[_Spent]) -> None:
        by_month: dict[Month, int] = defaultdict(int)
        for row in rows:
            by_month[row.month] += row.units
        self.months = sorted(by_month)
        self._to_date = [0, *accumulate(by_month[month] for month in self.months)]

    def between(self, first: Month, last: Month) -> int:
        """Returns what was spent from a month to another one, both included."""
        start, end = bisect_left(self.months, first), bisect_right(self.months, last)
        return self._to_date[end] - self._to_date[start]


class _Spent(Struct, frozen=True):
    """An expense of a grant: when it counts, and its amount in the currency of the grant."""

    expense: Expense
    month: Month
    units: int

    @property
    def called(self) -> str:
        return self.expense.description.casefold().strip()


def _on_spending(plan: Plan) -> Iterator[Finding]:
    """Finds the expenses that are exactly the fee on other spending of their grant."""
    charged = {
        grant.id
        for grant in plan.grants.values()
        if grant.host_fee and grant.host_fee_on == "spending"
    }
    if not charged:
        return
    spent: dict[str, list[_Spent]] = defaultdict(list)
    for expense in plan.expenses.values():
        grant, counts = plan.place_of(expense)[0], spent_by(plan, expense)
        if grant in charged and counts is not None:
            spent[grant].append(_Spent(expense, *counts))
    for id_, rows in spent.items():
        for expense in _fees_among(plan.grants[id_], rows):
            if not _is_explained(plan, expense):
                yield _typed_twice(expense, "Host fee %")


def _fees_among(grant: Grant, rows: Sequence[_Spent]) -> Iterator[Expense]:
    """Yields the expenses of a grant that are exactly the fee on the others: on those of a month or
    of a quarter, or on all to date, up to the month of the row or the month before.

    A row that is a fee itself is not in the spending that bears the fee: neither this one, nor the
    others that are called the same or stand on the same line."""
    whole = _Spending(rows)
    alike: dict[tuple[str, str], list[_Spent]] = defaultdict(list)
    for row in rows:
        for key in (("called", row.called), ("line", row.expense.line)):
            alike[key].append(row)
    of = {key: _Spending(same) for key, same in alike.items() if key[1]}
    times = Counter(row.units for row in rows)
    for row in rows:
        keys = ("called", row.called), ("line", row.expense.line)
        without = [_Spending([row]), *(of[key] for key in keys if key in of)]
        spans = list(_spans(row.month, whole.months[0]))
        for less in without:
            fees = {share_of(_left(whole, less, *span), _percent(grant)) for span in spans}
            if row.units <= 0 or row.units not in fees:
                continue
            # What is paid more often than there are fees of this amount is a rent.
            monthly = [_left(whole, less, month, month) for month in whole.months]
            many = sum(share_of(units, _percent(grant)) == row.units for units in monthly)
            if times[row.units] <= max(many, 1):
                yield row.expense
                break


def _left(whole: _Spending, less: _Spending, first: Month, last: Month) -> int:
    return whole.between(first, last) - less.between(first, last)


def _spans(month: Month, first: Month) -> Iterator[tuple[Month, Month]]:
    for last in (month, after(month, -1)):
        yield last, last
        yield after(last, -2), last
        yield first, last


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
    *Kind* does not say so. The same fee would count as kept and as received from outside.

    A fee that groups reckon is known to date. So rows of the same kind that make it up together
    are found, too: the finding is about the last of them."""
    if not look.plan.given and not look.told:
        return
    kept = {(fee.units, look.plan.currency_of(fee.grant)): fee for fee in _that_we_keep(look)}
    told = _fees_told(look)
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for row in sorted(look.plan.income.values(), key=lambda one: (one.date, one.id)):
        if row.is_expected or row.kind in (HOST_FEE, RETURNED, OPENING):
            continue
        key = row.amount, row.currency
        alike = row.grant, row.kind, row.currency
        sums[alike] += row.amount
        is_told = key in told or (sums[alike], row.currency) in told
        fee = kept.get(key)
        is_kept = fee is not None and _is_near(fee, row.date)
        if row.amount and (is_kept or is_told):
            amount = with_currency(row.amount, row.currency)
            yield finding("fee-as-income", "income", row.id, "kind", fee=amount)


def _fees_told(look: Looking) -> set[tuple[int, str]]:
    """Returns the fees to date in the books of groups, of each of them and of all together."""
    told: set[tuple[int, str]] = set()
    sums: dict[str, int] = defaultdict(int)
    for award in look.counted.awards:
        fees = [award.fee] if award.holder else [part.fee for part in award.parts if part.counts]
        told |= {(fee, award.currency) for fee in fees}
        sums[award.currency] += sum(fees)
    return told | {(units, currency) for currency, units in sums.items()}


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
