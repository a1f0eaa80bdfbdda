"""Calculates the position of every line over any period: budget, spent, committed, available and
variance (design §9).

All money is in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, get_args

from budgettrack.core.base import money
from budgettrack.core.base import months as periods
from budgettrack.core.base.months import Month
from budgettrack.core.figures.limits import is_beyond_agreed
from budgettrack.core.figures.ours import Money, is_ours, money_of
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Grant, Plan

By = Literal["line", "category", "activity", "grant"]

State = Literal[
    "not started",
    "within plan",
    "under plan",
    "over plan",
    "over committed",
    "over budget",
    "unbudgeted",
    "may come",
    "declined",
]
"""The state of a line, from good to bad.

*Over committed*: spending and orders are above the line's amount. *Over budget*: spending alone is
above it. "may come" and "declined" are for lines of grants that are not ours; they are in no total.
"""

STATES: tuple[State, ...] = get_args(State)

_MONEY: Mapping[State, Money] = {"may come": "may come", "declined": "declined"}


@dataclass(frozen=True, slots=True)
class Position:
    """The position of one line, or of a group of lines, from the month `start` to the month `end`.

    `start`: the first month that is summed; a query from this month gives the same figures. It is
    '' if a budget without dates is included, because such a budget counts from the beginning.
    `amount`: the amount of the whole line.
    `budget`, `spent`, `variance`: of the period.
    `committed`, `available`: from the line's beginning to the end of the period.
    `count`: the number of expenses behind `spent`.
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
    state: State
    count: int

    @property
    def money(self) -> Money:
        """Whether the money is ours (it counts in totals), may come or was declined."""
        return _MONEY.get(self.state, "ours")

    @property
    def to_date(self) -> int:
        """The spending from the beginning up to the end of the period."""
        return self.amount - self.available - self.committed


@dataclass(frozen=True, slots=True)
class Forecast:
    """The spending that a line will have at its end: as planned, and at the pace of its last three
    full months."""

    as_planned: int
    at_this_pace: int


@dataclass(slots=True)
class _Sums:
    """The figures of one place while they are summed. `first` is the first month that has a
    figure."""

    budget: int = 0
    spent: int = 0
    committed: int = 0
    to_date: int = 0
    count: int = 0
    first: Month = ""

    @property
    def is_empty(self) -> bool:
        figures = self.budget, self.spent, self.committed, self.to_date, self.count
        return not any(figures)

    def plan_for(self, month: Month, units: int) -> None:
        self.budget += units
        self.first = min(self.first or month, month)

    def spend(self, total: Total) -> None:
        self.spent += total.spent
        self.count += total.count
        self.first = min(self.first or total.paid, total.paid)


_Place = tuple[str, str]
"""(grant, line). The line is '' for spending without a line."""


def positions(
    plan: Plan,
    totals: Sequence[Total],
    *,
    start: Month | None = None,
    end: Month,
    grant: str | None = None,
    by: By = "line",
) -> list[Position]:
    """Returns the position of every line, category, activity or grant from `start` to `end`.

    Without `start`, the position is to date: it has all figures up to `end`, also spending before
    the grant began.

    The order is that of the workbook. A grant's unbudgeted spending comes after its lines; money
    without a grant comes last. A group by grant has one grant and one currency. A group by category
    or activity may have lines of several grants with the same currency. Spending without a line,
    and lines of grants that are not ours, are separate groups."""
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
        money_is = money_of(plan.grants.get(position.grant))
        groups[label, position.currency, budgeted, money_is].append(position)
    return [_grouped(plan, by, members) for members in groups.values()]


def _gathered(
    plan: Plan, totals: Iterable[Total], start: Month | None, end: Month, grant: str | None
) -> dict[_Place, _Sums]:
    """Returns the figures of every place. Spending without a line is left out if it is all zero."""
    sums = _places(plan)
    for line in plan.lines.values():
        held = sums[line.grant, line.id]
        for month, units in phasing(line).items():
            if month <= end and (start is None or month >= start):
                held.plan_for(month, units)
    for total in totals:
        held = sums.setdefault((total.grant, total.line), _Sums())
        if total.paid and total.paid <= end:
            held.to_date += total.spent
            if start is None or total.paid >= start:
                held.spend(total)
        elif total.ordered <= end:
            held.committed += total.committed
    return {
        place: held
        for place, held in sums.items()
        if grant in (None, place[0]) and (place[1] or not held.is_empty)
    }


def _places(plan: Plan) -> dict[_Place, _Sums]:
    """Returns every place that money can be in, in the order in which it is shown."""
    lines: dict[str, list[str]] = {known: [] for known in plan.grants}
    for line in plan.lines.values():
        lines.setdefault(line.grant, []).append(line.id)
    sums: dict[_Place, _Sums] = {}
    for known, those in lines.items():
        for line_id in (*those, *([""] if known in plan.grants else [])):
            sums[known, line_id] = _Sums()
    sums.setdefault(("", ""), _Sums())
    return sums


def _position(plan: Plan, place: _Place, sums: _Sums, start: Month | None, end: Month) -> Position:
    grant, line = plan.grants.get(place[0]), plan.lines.get(place[1])
    amount = line.amount if line else 0
    variance = sums.budget - sums.spent
    return Position(
        grant=place[0],
        line=place[1],
        category=line.category if line else "",
        activity=line.activity if line else "",
        currency=line.currency if line else plan.currency_of(place[0]),
        start=start or _first(grant, sums.first, end),
        end=end,
        amount=amount,
        budget=sums.budget,
        spent=sums.spent,
        committed=sums.committed,
        available=amount - sums.to_date - sums.committed,
        variance=variance,
        variance_percent=money.percent(variance, sums.budget),
        state=_state(grant, amount if line else None, sums),
        count=sums.count,
    )


def _first(grant: Grant | None, summed: Month, end: Month) -> Month:
    """Returns the first month of a position to date: the grant's first month, or an earlier month
    with money.

    Returns '' if a budget without dates is included."""
    if summed == ANY_TIME:
        return ""
    begins = periods.month_of(grant.start) if grant and grant.start else ""
    return min([month for month in (begins, summed) if month] + [end])


def _state(grant: Grant | None, amount: int | None, sums: _Sums) -> State:
    """Returns the state of a line. `amount` is None for spending without a line."""
    whose = money_of(grant)
    if whose != "ours":
        return whose
    if amount is None:
        return "unbudgeted"
    if sums.to_date > amount:
        return "over budget"
    if sums.to_date + sums.committed > amount:
        return "over committed"
    if not sums.budget and not sums.spent:
        return "not started"
    if is_beyond_agreed(grant, sums.budget, sums.spent):
        return "over plan" if sums.spent > sums.budget else "under plan"
    return "within plan"


def _grouped(plan: Plan, by: By, members: Sequence[Position]) -> Position:
    """Adds positions up in one. All are in one currency, and all are ours or none is."""
    first = members[0]
    one_grant = {each.grant for each in members} == {first.grant}
    sums = _Sums(
        budget=sum(each.budget for each in members),
        spent=sum(each.spent for each in members),
        committed=sum(each.committed for each in members),
        to_date=sum(each.to_date for each in members),
        count=sum(each.count for each in members),
    )
    amount = sum(each.amount for each in members)
    variance = sums.budget - sums.spent
    grant = plan.grants.get(first.grant)
    if not one_grant and is_ours(grant):
        grant = None  # Grants may have different limits: the usual limit judges the group.
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
        state=_state(grant, amount if budgeted else None, sums),
        count=sums.count,
    )


def each_month(
    plan: Plan, totals: Sequence[Total], *, start: Month, end: Month, grant: str | None = None
) -> list[Position]:
    """Returns one position for each line and month with a budget or spending, by line and then by
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
    """Forecasts a line's spending at its last month, from the position at the end of `end`.

    Raises KeyError if the line is not known."""
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
