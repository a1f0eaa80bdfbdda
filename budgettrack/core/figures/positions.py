"""Sums and positions: budget, spent, committed, available and variance of every line, over any
period (design §9).

`totals` is the only function here that looks at single expenses. Everything else is answered from
its sums, which the register keeps, so that a question costs the same at a thousand expenses and at
a million. All money is in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from budgettrack.core.base import money
from budgettrack.core.base import months as periods
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.months import Month
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Income, Plan

ANY_TIME: Month = "1900-01"
"""The month of a budget without any dates: it counts from the beginning."""

USUAL_LIMIT = Decimal(10)
"""Percent of variance that needs no explanation where the grant says nothing (Humentum's good
practice)."""

RETURNED, OPENING = "returned to funder", "opening balance"

OF_THE_AWARD = frozenset({"instalment", OPENING})
"""Income that is part of a grant's award; gifts and interest come on top of it."""

By = Literal["line", "category", "activity", "grant"]


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one place's expenses that were ordered in one month and paid in one month.

    The place is a line, or '' for the unbudgeted spending of `grant`, or of nobody where that is ''
    too (unrestricted); `currency` is the place's: the grant's, else the base. `paid` is '' for what
    is not paid. `spent` is converted at the paid month's rate, refunds below zero; `committed` is
    what was promised, at the ordered month's rate."""

    line: str
    grant: str
    currency: str
    ordered: Month
    paid: Month
    spent: int
    committed: int
    count: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where one line (or group of lines) stands over a period; `start` and `end` are its months.

    `amount` is the whole line. `budget`, `spent` and `variance` are of the period, `committed` and
    `available` of the whole life up to its end. `count` is how many expenses stand behind `spent`.
    """

    grant: str
    line: str
    category: str
    activity: str
    currency: str
    start: Month
    end: Month
    amount: int
    budget: int
    spent: int
    committed: int
    available: int
    variance: int
    variance_percent: str | None
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a line will have spent at its end: as planned, and at the pace of its last three full
    months."""

    as_planned: int
    at_this_pace: int


@dataclass(frozen=True, slots=True)
class GrantPosition:
    """A grant's money to the end of a month, in its currency; the grant '' is money that belongs to
    none.

    `lines` is the sum of its lines, `still_to_receive` the award less the instalments and the
    opening balance; `balance` is what is held: received less returned, spent and the host's fee.
    """

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


@dataclass(frozen=True, slots=True)
class Overall:
    """All grants in the base currency, each at its own budget rate (else at each month's rate).

    `exchange_difference` is what spending really cost at the months' rates, less what it is at the
    budget rates."""

    currency: str
    award: int
    budget: int
    spent: int
    committed: int
    received: int
    balance: int
    exchange_difference: int
    without_rate: tuple[str, ...]


def totals(plan: Plan) -> tuple[list[Total], list[Finding]]:
    """The sums of all expenses, and a `no-rate` finding for each currency and month that lacks one.

    Only what needs the missing rate is left out: where it is the month of the order, the payment
    still counts."""
    sums: dict[tuple[str, str, str, Month, Month], list[int]] = {}
    lacking: dict[tuple[str, Month], str] = {}
    for expense in plan.expenses.values():
        line = plan.lines.get(expense.line)
        grant = line.grant if line else expense.grant
        currency = line.currency if line else _currency(plan, grant)
        ordered = periods.month_of(expense.date)
        paid = (
            ""
            if expense.state == "committed" and not expense.paid_on
            else periods.month_of(expense.day)
        )
        spent = _converted(plan, expense, currency, paid, lacking) if paid else 0
        committed: int | None = 0
        if expense.state != "refunded":
            committed = (
                spent if paid == ordered else _converted(plan, expense, currency, ordered, lacking)
            )
        if not committed and (spent is None or not paid):
            continue
        key = (line.id if line else "", grant, currency, ordered, paid)
        held = sums.get(key)
        if held is None:
            held = sums[key] = [0, 0, 0]
        if spent is not None:
            held[0] += -spent if expense.state == "refunded" else spent
            held[2] += 1
        held[1] += committed or 0
    findings = [
        finding("no-rate", "expenses", expense, "date", currency=currency, month=month)
        for (currency, month), expense in lacking.items()
    ]
    return [Total(*key, *held) for key, held in sums.items()], findings


def _converted(
    plan: Plan, expense: Expense, to: str, month: Month, lacking: dict[tuple[str, Month], str]
) -> int | None:
    if expense.currency == to:
        return expense.amount
    return _at_rate(plan, expense.amount, expense.currency, to, month, lacking, expense.id)


def _at_rate(
    plan: Plan,
    units: int,
    currency: str,
    to: str,
    month: Month,
    lacking: dict[tuple[str, Month], str],
    of: str,
) -> int | None:
    """`units` converted once at a month's rates; None, and noted in `lacking`, where a rate is not
    there."""
    own, other = plan.rate(currency, month), plan.rate(to, month)
    for code, rate in ((currency, own), (to, other)):
        if rate is None:
            lacking.setdefault((code, month), of)
    if own is None or other is None:
        return None
    return money.convert(units, currency, to, (own, other))


def _currency(plan: Plan, grant: str) -> str:
    known = plan.grants.get(grant)
    return known.currency if known else plan.base


def phasing(line: BudgetLine) -> dict[Month, int]:
    """A line's budget by month; the parts always sum to its amount unless its own month columns do
    not.

    Its month columns if any is filled. Else the amount, evenly over the months that its dates
    touch, odd units to the earliest; months already reported keep the figures they had, and the
    months after them share what is left."""
    if line.months:
        return dict(line.months)
    start, end = line.start or line.end, line.end or line.start
    if start is None or end is None or end < start:
        return {ANY_TIME: line.amount}
    months = periods.months(periods.month_of(start), periods.month_of(end))
    kept = {month: units for month, units in line.reported.items() if month != ANY_TIME}
    if kept:
        last = max(kept)
        months = [month for month in months if month > last] or [periods.after(last)]
    left = line.amount - sum(kept.values())
    shared = dict(zip(months, money.split(left, len(months)), strict=True))
    return {month: units for month, units in (kept | shared).items() if units or month in shared}


@dataclass(slots=True)
class _Sums:
    """One place's figures while they are gathered."""

    budget: int = 0
    spent: int = 0
    committed: int = 0
    to_date: int = 0
    count: int = 0
    first: Month = ""


_Place = tuple[str, str]
"""(grant, line); the line is '' for spending on none."""


def positions(
    plan: Plan,
    totals: Sequence[Total],
    *,
    start: Month | None = None,
    end: Month,
    grant: str | None = None,
    by: By = "line",
) -> list[Position]:
    """The position of every line, category, activity or grant from `start` (else from its own
    beginning) to `end`.

    In workbook order; each grant's unbudgeted spending after its lines, money of no grant last.
    Groups are within one grant and currency for `line` and `grant`; by category and activity, lines
    of different grants with the same currency are one, and spending on no line stays apart."""
    gathered = _gathered(plan, totals, start, end, grant)
    lines = [_position(plan, place, sums, start, end) for place, sums in gathered.items()]
    if by == "line":
        return lines
    groups: dict[tuple[str, ...], list[Position]] = defaultdict(list)
    for position in lines:
        label = {
            "category": position.category,
            "activity": position.activity,
            "grant": position.grant,
        }[by]
        budgeted = "" if by == "grant" or position.line else "unbudgeted"
        groups[label, position.currency, budgeted].append(position)
    return [_grouped(plan, by, members) for members in groups.values()]


def _gathered(
    plan: Plan, totals: Iterable[Total], start: Month | None, end: Month, grant: str | None
) -> dict[_Place, _Sums]:
    sums: dict[_Place, _Sums] = {}
    for known in plan.grants:
        for line in plan.lines.values():
            if line.grant == known:
                sums[known, line.id] = _Sums()
        sums[known, ""] = _Sums()
    for line in plan.lines.values():
        sums.setdefault((line.grant, line.id), _Sums())
    sums.setdefault(("", ""), _Sums())
    for line in plan.lines.values():
        held = sums[line.grant, line.id]
        for month, units in phasing(line).items():
            if month <= end and (start is None or month >= start):
                held.budget += units
                held.first = min(held.first or month, month)
    for total in totals:
        held = sums.setdefault((total.grant, total.line), _Sums())
        if total.paid and total.paid <= end:
            held.to_date += total.spent
            if start is None or total.paid >= start:
                held.spent += total.spent
                held.count += total.count
                held.first = min(held.first or total.paid, total.paid)
        elif total.ordered <= end:
            held.committed += total.committed
    return {
        place: held
        for place, held in sums.items()
        if (grant is None or place[0] == grant)
        and (place[1] or held.budget or held.spent or held.committed or held.to_date or held.count)
    }


def _position(plan: Plan, place: _Place, sums: _Sums, start: Month | None, end: Month) -> Position:
    grant, line = plan.grants.get(place[0]), plan.lines.get(place[1])
    amount = line.amount if line else 0
    variance = sums.budget - sums.spent
    first = start or (periods.month_of(grant.start) if grant and grant.start else sums.first or end)
    if first == ANY_TIME:
        first = end
    return Position(
        grant=place[0],
        line=place[1],
        category=line.category if line else "",
        activity=line.activity if line else "",
        currency=line.currency if line else _currency(plan, place[0]),
        start=first,
        end=end,
        amount=amount,
        budget=sums.budget,
        spent=sums.spent,
        committed=sums.committed,
        available=amount - sums.to_date - sums.committed,
        variance=variance,
        variance_percent=money.percent(variance, sums.budget),
        state=_state(grant, line is not None, amount, sums),
        count=sums.count,
    )


def limit(grant: Grant | None) -> Decimal:
    """The grant's variance limit in percent, else the usual one."""
    return USUAL_LIMIT if grant is None or grant.variance_limit is None else grant.variance_limit


def beyond(grant: Grant | None, budget: int, spent: int) -> bool:
    """Whether spending differs from the budget by more than the grant's limit (exactly at it is
    within)."""
    return abs(budget - spent) * 100 > limit(grant) * abs(budget)


def _state(grant: Grant | None, budgeted: bool, amount: int, sums: _Sums) -> str:
    if not budgeted:
        return "unbudgeted"
    if sums.to_date > amount:
        return "over budget"
    if not sums.budget and not sums.spent:
        return "not started"
    if beyond(grant, sums.budget, sums.spent):
        return "over plan" if sums.spent > sums.budget else "under plan"
    return "within plan"


def _grouped(plan: Plan, by: By, members: Sequence[Position]) -> Position:
    first = members[0]
    one_grant = {each.grant for each in members} == {first.grant}
    sums = _Sums(
        budget=sum(each.budget for each in members),
        spent=sum(each.spent for each in members),
        committed=sum(each.committed for each in members),
        to_date=sum(each.amount - each.available - each.committed for each in members),
        count=sum(each.count for each in members),
    )
    amount = sum(each.amount for each in members)
    variance = sums.budget - sums.spent
    grant = plan.grants.get(first.grant) if one_grant else None
    budgeted = any(each.line for each in members)
    return replace(
        first,
        grant=first.grant if one_grant else "",
        line="",
        category=first.category if by == "category" else "",
        activity=first.activity if by == "activity" else "",
        start=min(each.start for each in members),
        amount=amount,
        budget=sums.budget,
        spent=sums.spent,
        committed=sums.committed,
        available=sum(each.available for each in members),
        variance=variance,
        variance_percent=money.percent(variance, sums.budget),
        state=_state(grant, budgeted, amount, sums),
        count=sums.count,
    )


def each_month(
    plan: Plan, totals: Sequence[Total], *, start: Month, end: Month, grant: str | None = None
) -> list[Position]:
    """One position for each line and month that has a budget or spending, by line and then
    month."""
    budget: dict[_Place, dict[Month, int]] = {}
    spent: dict[_Place, dict[Month, list[int]]] = {}
    open_: dict[_Place, list[Total]] = defaultdict(list)
    for line in plan.lines.values():
        budget[line.grant, line.id] = phasing(line)
    for total in totals:
        place = (total.grant, total.line)
        if total.paid:
            held = spent.setdefault(place, {}).setdefault(total.paid, [0, 0])
            held[0] += total.spent
            held[1] += total.count
        if total.paid != total.ordered:
            open_[place].append(total)
    found: list[Position] = []
    for place in _gathered(plan, totals, None, end, grant):
        planned, paid = budget.get(place, {}), spent.get(place, {})
        to_date = 0
        for month in sorted({*planned, *paid}):
            units, count = paid.get(month, (0, 0))
            to_date += units
            if not start <= month <= end or not (planned.get(month) or units or count):
                continue
            sums = _Sums(
                planned.get(month, 0), units, _committed(open_[place], month), to_date, count
            )
            found.append(_position(plan, place, sums, month, month))
    return found


def _committed(totals: Iterable[Total], month: Month) -> int:
    return sum(t.committed for t in totals if t.ordered <= month and (not t.paid or t.paid > month))


def forecast(plan: Plan, totals: Sequence[Total], line: str, end: Month) -> Forecast:
    """What a line will have spent at its last month, seen from the end of the month `end`; raises
    `KeyError`."""
    known = plan.lines[line]
    by_month = phasing(known)
    left = {month: units for month, units in by_month.items() if month > end}
    paid: dict[Month, int] = defaultdict(int)
    committed = 0
    for total in totals:
        if total.line == line:
            if total.paid and total.paid <= end:
                paid[total.paid] += total.spent
            elif total.ordered <= end:
                committed += total.committed
    spent = sum(paid.values())
    months_left = periods.count(periods.after(end), max(by_month)) if left else 0
    recent = sum(paid[periods.after(end, -back)] for back in range(3))
    pace = (Decimal(recent) * months_left / 3).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return Forecast(spent + max(committed, sum(left.values())), spent + int(pace))


def grant_positions(plan: Plan, totals: Sequence[Total], end: Month) -> list[GrantPosition]:
    """Each grant's money to the end of a month, and that of no grant where there is some."""
    by_grant: dict[str, list[Position]] = defaultdict(list)
    for position in positions(plan, totals, end=end):
        by_grant[position.grant].append(position)
    income: dict[str, list[Income]] = defaultdict(list)
    for row in plan.income.values():
        income[row.grant if row.grant in plan.grants else ""].append(row)
    found = [
        _grant_position(plan, grant, by_grant[grant], income[grant], end) for grant in plan.grants
    ]
    if by_grant[""] or income[""]:
        found.append(_grant_position(plan, "", by_grant[""], income[""], end))
    return found


def _grant_position(
    plan: Plan, id_: str, lines: Sequence[Position], income: Sequence[Income], end: Month
) -> GrantPosition:
    grant = plan.grants.get(id_)
    currency = _currency(plan, id_)
    expected = received = returned = awarded = brought = 0
    for row in income:
        units = in_currency(plan, row, currency)
        if units is None:
            continue
        if row.state == "expected":
            expected += units if row.kind != RETURNED else 0
        elif periods.month_of(row.date) <= end:
            if row.kind == RETURNED:
                returned += units
            else:
                received += units
                awarded += units if row.kind in OF_THE_AWARD else 0
                brought += units if row.kind == OPENING else 0
    spent, award = sum(each.spent for each in lines), (grant.amount or 0) if grant else 0
    fee = _host_fee(grant, received - brought - returned, spent)
    gone, whole = 0, 0
    if grant and grant.start and grant.end and grant.end >= grant.start:
        gone, whole = periods.elapsed(grant.start, grant.end, periods.last_day(end))
    return GrantPosition(
        grant=id_,
        currency=currency,
        award=award,
        lines=sum(each.amount for each in lines),
        budget=sum(each.budget for each in lines),
        expected=expected,
        received=received,
        returned=returned,
        spent=spent,
        unbudgeted=sum(each.spent for each in lines if not each.line),
        committed=sum(each.committed for each in lines),
        host_fee=fee,
        balance=received - returned - spent - fee,
        still_to_receive=max(0, award - awarded) if award else expected,
        variance=sum(each.variance for each in lines),
        elapsed_days=gone,
        whole_days=whole,
    )


def in_currency(plan: Plan, income: Income, currency: str) -> int | None:
    """An income row in `currency`: as it arrived, else as agreed, if either is in it, else at its
    month's rate.

    What is only expected is converted at the last rate there is by its month. None where there is
    no rate."""
    if income.received_amount is not None and income.received_currency == currency:
        return income.received_amount
    if income.currency == currency:
        return income.amount
    month = periods.month_of(income.date)
    if income.state == "expected":
        # Months to come have no rates yet: what is expected stands at the last ones there are.
        known = {
            code: [when for when, each in plan.rates if each == code]
            for code in (income.currency, currency)
        }
        for code, months in known.items():
            if code != plan.base:
                month = min(month, max((when for when in months if when <= month), default=month))
    return _at_rate(plan, income.amount, income.currency, currency, month, {}, income.id)


def _host_fee(grant: Grant | None, received: int, spent: int) -> int:
    """The host's share of what was received (the usual basis) or spent; an opening balance had its
    fee before."""
    if grant is None or not grant.host_fee:
        return 0
    base = spent if grant.host_fee_on == "spending" else received
    return int(
        (Decimal(base) * grant.host_fee / 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    )


def overall(plan: Plan, totals: Sequence[Total], end: Month) -> Overall:
    """All grants together in the base currency; a grant whose rate is not known is named and left
    out."""
    award = budget = spent = committed = received = balance = difference = 0
    without: list[str] = []
    for each in grant_positions(plan, totals, end):
        grant = plan.grants.get(each.grant)
        rate = (grant.budget_rate if grant else None) or plan.rate(each.currency, end)
        if rate is None:
            without.append(each.grant)
            continue
        figures = (each.award, each.budget, each.spent, each.committed, each.received, each.balance)
        based = [
            money.convert(units, each.currency, plan.base, (rate, Decimal(1))) for units in figures
        ]
        award, budget, spent = award + based[0], budget + based[1], spent + based[2]
        committed, received, balance = committed + based[3], received + based[4], balance + based[5]
        real = list(_really(plan, totals, each.grant, end))
        if None not in real:
            difference += sum(units for units in real if units is not None) - based[2]
    return Overall(
        plan.base, award, budget, spent, committed, received, balance, difference, tuple(without)
    )


def _really(plan: Plan, totals: Sequence[Total], grant: str, end: Month) -> Iterator[int | None]:
    """A grant's spending month by month at those months' rates, in the base currency."""
    by_month: dict[tuple[str, Month], int] = defaultdict(int)
    for total in totals:
        if total.grant == grant and total.paid and total.paid <= end:
            by_month[total.currency, total.paid] += total.spent
    for (currency, month), units in by_month.items():
        yield (
            units
            if currency == plan.base
            else _at_rate(plan, units, currency, plan.base, month, {}, "")
        )
