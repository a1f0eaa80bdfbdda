"""Calculates the position of every line over any period: its budget, and what is spent, committed,
available and left over (the variance).

All money is in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base import money
from budgettrack.core.base import months as periods
from budgettrack.core.base.months import Month
from budgettrack.core.figures.limits import is_beyond_agreed
from budgettrack.core.figures.ours import Money, is_ours, money_of
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import BudgetLine, Grant, Plan

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

*Over committed*: spending and orders together are above the amount of the line. *Over budget*:
spending alone is above it. "may come" and "declined" are the states of lines of grants that are
not ours; such lines are in no total."""

STATES: tuple[State, ...] = get_args(State)

_MONEY: Mapping[State, Money] = {"may come": "may come", "declined": "declined"}


class Position(Struct, frozen=True):
    """The position of one line, or of a group of lines, from the month `start` to the month `end`.

    `start`: the first month that is summed, or '' if a budget without dates is included, because
    such a budget has no first month. `amount`: the amount of the whole line. `budget`, `spent`,
    `variance`: in the period. `committed`, `available`: from the line's beginning to the end of the
    period. `count`: how many expenses are in `spent`."""

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
        """The kind of the money: "ours" (it counts in totals), "may come" or "declined"."""
        return _MONEY.get(self.state, "ours")

    @property
    def to_date(self) -> int:
        """The spending from the line's beginning to the end of the period."""
        return self.amount - self.available - self.committed


class Forecast(Struct, frozen=True):
    """A forecast of a line's spending at its end. It has two figures: as planned, and if spending
    goes on as in the last three full months."""

    as_planned: int
    at_this_pace: int


_Place = tuple[str, str]
"""The place to which money belongs: a grant and a line. The line is '' for spending without a
line."""


class PositionSums(Struct):
    """The figures of one or several lines while they are summed. `first` is the first month that
    has a figure.

    `amount` is the amount of the whole lines, not of a period."""

    budget: int = 0
    spent: int = 0
    committed: int = 0
    to_date: int = 0
    count: int = 0
    first: Month = ""
    amount: int = 0

    @property
    def is_empty(self) -> bool:
        figures = self.budget, self.spent, self.committed, self.to_date, self.count
        return not any(figures)

    @property
    def available(self) -> int:
        return self.amount - self.to_date - self.committed

    @property
    def variance(self) -> int:
        return self.budget - self.spent

    def plan_for(self, month: Month, units: int) -> None:
        self.budget += units
        self.first = min(self.first or month, month)

    def spend(self, total: Total) -> None:
        self.spent += total.spent
        self.count += total.count
        self.first = min(self.first or total.paid, total.paid)

    def add(self, position: Position) -> None:
        self.amount += position.amount
        self.budget += position.budget
        self.spent += position.spent
        self.committed += position.committed
        self.to_date += position.to_date
        self.count += position.count


def summed(members: Iterable[Position]) -> PositionSums:
    """Returns the sums of several positions, which must be in one currency."""
    sums = PositionSums()
    for position in members:
        sums.add(position)
    return sums


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

    Without `start`, a position has all figures up to the month `end`, also spending before the
    grant began. The order is that of the workbook: a grant's unbudgeted spending comes after its
    lines, and money without a grant comes last. A group by grant has one grant and one currency. A
    group by category or activity may have lines of several grants with the same currency. Spending
    without a line, and lines of grants that are not ours, are groups of their own."""
    gathered = _gathered(plan, totals, start, end, grant)
    lines = [_position(plan, place, sums, start, end) for place, sums in gathered.items()]
    if by == "line":
        return lines
    groups: dict[tuple[str, ...], list[Position]] = defaultdict(list)
    for position in lines:
        groups[_group_of(plan, position, by)].append(position)
    return [_grouped(plan, by, members) for members in groups.values()]


def _group_of(plan: Plan, position: Position, by: By) -> tuple[str, ...]:
    """Returns the key of the group to which a position belongs."""
    labels = {
        "category": position.category,
        "activity": position.activity,
        "grant": position.grant,
    }
    # Lines without a category, and spending without a line, are two different groups.
    budgeted = "" if by == "grant" or position.line else "unbudgeted"
    whose = money_of(plan.grants.get(position.grant))
    return labels[by], position.currency, budgeted, whose


def _gathered(
    plan: Plan, totals: Iterable[Total], start: Month | None, end: Month, grant: str | None
) -> dict[_Place, PositionSums]:
    """Returns the figures of every line and of all spending without a line. Spending without a
    line is left out if it is all zero."""
    # '' sorts before every month. So if no start is given, all months up to the end are summed.
    since = start or ""
    sums = _places(plan)
    for line in plan.lines.values():
        held = sums[line.grant, line.id]
        held.amount = line.amount
        for month, units in phasing(line).items():
            if since <= month <= end:
                held.plan_for(month, units)
    for total in totals:
        _add_total(sums.setdefault((total.grant, total.line), PositionSums()), total, since, end)
    return {
        place: held
        for place, held in sums.items()
        if grant in (None, place[0]) and (place[1] or not held.is_empty)
    }


def _add_total(held: PositionSums, total: Total, since: Month, end: Month) -> None:
    """Adds the expenses of one total, as they stand at the end of the month `end`."""
    if total.paid and total.paid <= end:
        held.to_date += total.spent
        if total.paid >= since:
            held.spend(total)
    elif total.ordered <= end:
        # The expense was ordered up to this month. It is paid later, or not yet.
        held.committed += total.committed


def _places(plan: Plan) -> dict[_Place, PositionSums]:
    """Returns every pair of a grant and a line to which money can belong, in the order in which
    they are shown."""
    lines: dict[str, list[str]] = {grant: [] for grant in plan.grants}
    for line in plan.lines.values():
        lines.setdefault(line.grant, []).append(line.id)
    for grant in plan.grants:
        # Spending without a line comes after the lines of its grant.
        lines[grant].append("")
    places = [(grant, line) for grant, line_ids in lines.items() for line in line_ids]
    return {place: PositionSums() for place in (*places, ("", ""))}


def _position(
    plan: Plan, place: _Place, sums: PositionSums, start: Month | None, end: Month
) -> Position:
    grant, line = plan.grants.get(place[0]), plan.lines.get(place[1])
    return Position(
        grant=place[0],
        line=place[1],
        category=line.category if line else "",
        activity=line.activity if line else "",
        currency=line.currency if line else plan.currency_of(place[0]),
        start=start or _first(grant, sums.first, end),
        end=end,
        amount=sums.amount,
        budget=sums.budget,
        spent=sums.spent,
        committed=sums.committed,
        available=sums.available,
        variance=sums.variance,
        variance_percent=money.percent(sums.variance, sums.budget),
        state=_state(grant, sums, is_budgeted=line is not None),
        count=sums.count,
    )


def _first(grant: Grant | None, summed: Month, end: Month) -> Month:
    """Returns the first month of a position without `start`: the first month of the grant, or an
    earlier month that has money.

    Returns '' if a budget without dates is included."""
    if summed == ANY_TIME:
        return ""
    begins = periods.month_of(grant.start) if grant and grant.start else ""
    return min([month for month in (begins, summed) if month] + [end])


def _state(grant: Grant | None, sums: PositionSums, *, is_budgeted: bool) -> State:
    """Returns the state of a line, or of spending without a line."""
    whose = money_of(grant)
    if whose != "ours":
        return whose
    if not is_budgeted:
        return "unbudgeted"
    # Spending above the whole amount is worse than orders above it. So spending is tested first.
    if sums.to_date > sums.amount:
        return "over budget"
    if sums.available < 0:
        return "over committed"
    if not sums.budget and not sums.spent:
        return "not started"
    if is_beyond_agreed(grant, sums.budget, sums.spent):
        return "over plan" if sums.spent > sums.budget else "under plan"
    return "within plan"


def _grouped(plan: Plan, by: By, members: Sequence[Position]) -> Position:
    """Adds several positions up to one. All of them are in one currency, and either all are ours
    or none is."""
    first = members[0]
    one_grant = {position.grant for position in members} == {first.grant}
    sums = summed(members)
    grant = plan.grants.get(first.grant)
    if not one_grant and is_ours(grant):
        # The grants of the group may have different limits. So the usual limit is used.
        grant = None
    return replace(
        first,
        grant=first.grant if one_grant else "",
        line="",
        category=first.category if by == "category" else "",
        activity=first.activity if by == "activity" else "",
        start=min(position.start for position in members),
        amount=sums.amount,
        budget=sums.budget,
        spent=sums.spent,
        committed=sums.committed,
        available=sums.available,
        variance=sums.variance,
        variance_percent=money.percent(sums.variance, sums.budget),
        state=_state(grant, sums, is_budgeted=any(position.line for position in members)),
        count=sums.count,
    )


def each_month(
    plan: Plan, totals: Sequence[Total], *, start: Month, end: Month, grant: str | None = None
) -> list[Position]:
    """Returns one position for each line and month that has a budget or spending, sorted by line
    and then by month."""
    by_place: dict[_Place, list[Total]] = defaultdict(list)
    for total in totals:
        by_place[total.grant, total.line].append(total)
    by_month: list[Position] = []
    for place in _gathered(plan, totals, None, end, grant):
        for month, sums in _month_sums(plan.lines.get(place[1]), by_place[place], end):
            if month >= start and (sums.budget or sums.spent or sums.count):
                by_month.append(_position(plan, place, sums, month, month))
    return by_month


def _month_sums(
    line: BudgetLine | None, totals: Sequence[Total], end: Month
) -> Iterator[tuple[Month, PositionSums]]:
    """Yields the figures of every month of a line, or of spending without a line, up to `end`."""
    planned = phasing(line) if line else {}
    paid: dict[Month, list[Total]] = defaultdict(list)
    for total in totals:
        paid[total.paid].append(total)
    open_ = [total for total in totals if total.paid != total.ordered]
    to_date = 0
    for month in sorted({*planned, *paid} - {""}):
        if month > end:
            return
        spent = sum(total.spent for total in paid[month])
        to_date += spent
        yield (
            month,
            PositionSums(
                budget=planned.get(month, 0),
                spent=spent,
                committed=_committed(open_, month),
                to_date=to_date,
                count=sum(total.count for total in paid[month]),
                amount=line.amount if line else 0,
            ),
        )


def _committed(totals: Iterable[Total], month: Month) -> int:
    """Returns the sum of what is ordered by the end of a month and not paid by then."""
    return sum(total.committed for total in totals if total.is_open(month))


def forecast(plan: Plan, totals: Sequence[Total], line: str, end: Month) -> Forecast:
    """Returns the forecast of a line's spending at its last month. It is made from the position of
    the line at the end of the month `end`. Raises KeyError if the line is not known."""
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


def forecast_without_line(totals: Iterable[Total], grant: str, end: Month) -> Forecast:
    """Returns the forecast of a grant's spending without a line, at the end of the month `end`. No
    plan says that more such spending will come. So it is the sum of what is spent and ordered."""
    sums = PositionSums()
    for total in totals:
        if total.grant == grant and not total.line:
            _add_total(sums, total, "", end)
    return Forecast(sums.spent + sums.committed, sums.spent)


def forecast_of_grant(plan: Plan, totals: Sequence[Total], grant: str, end: Month) -> Forecast:
    """Returns the forecast of a grant's spending at its end: the sum of its lines and of its
    spending without a line."""
    of_lines = [
        forecast(plan, totals, line.id, end) for line in plan.lines.values() if line.grant == grant
    ]
    parts = (*of_lines, forecast_without_line(totals, grant, end))
    return Forecast(
        sum(part.as_planned for part in parts), sum(part.at_this_pace for part in parts)
    )
