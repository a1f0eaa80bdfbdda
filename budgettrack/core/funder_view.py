"""The view of one grant's funder: that grant alone, in the columns for the public and for funders; no payee, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgettrack.core.audience import UNDER_WAY, Progress, given, worth
from budgettrack.core.audience import progress as told_progress
from budgettrack.core.deadlines import reporting_periods
from budgettrack.core.model import Grant, Plan
from budgettrack.core.periods import Month, after, last_day, month_of
from budgettrack.core.positions import GrantPosition, Total, beyond, grant_positions, limit, positions

DUE_AHEAD = 6
"""Months that a funder summary's "what is due next" looks ahead."""


@dataclass(frozen=True, slots=True)
class FunderLine:
    """A budget line in its grant's currency: the period so far, and to date. `id` is empty for spending on no line.

    `beyond` says that the variance to date is beyond the limit.
    """

    id: str
    category: str
    activity: str
    description: str
    amount: int
    period_budget: int
    period_spent: int
    budget: int
    spent: int
    committed: int
    available: int
    explanation: str
    beyond: bool

    @property
    def period_variance(self) -> int:
        return self.period_budget - self.period_spent

    @property
    def variance(self) -> int:
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Match:
    """A resource given as match for the grant; values in minor units of `currency`, up to the end of the month."""

    id: str
    kind: str
    from_whom: str
    description: str
    quantity: Decimal | None
    unit: str
    value: int | None
    currency: str
    basis: str


@dataclass(frozen=True, slots=True)
class Due:
    """A date on which something is owed for the grant."""

    what: str
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class ToTell:
    """What the funder must still be told: its kind, and what it is about.

    Kinds: unexplained, unbudgeted, award missing, dates missing, not reported (an activity without % done), left out,
    provisional.
    """

    kind: str
    about: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class FunderView:
    """What one grant's funder may read: that grant alone. Amounts are in minor units of `grant.currency`.

    `period` are the first and last month of the reporting period that `month` lies in; figures go to the end of `month`.
    """

    organisation: str
    contact: str
    language: str
    month: Month
    period: tuple[Month, Month]
    grant: FunderGrant
    limit: Decimal
    lines: Sequence[FunderLine]
    cash: GrantPosition
    progress: Sequence[Progress]
    match: Sequence[Match]
    due: Sequence[Due]
    tell: Sequence[ToTell]
    provisional: bool
    left_out: int


@dataclass(frozen=True, slots=True)
class FunderGrant:
    """A grant in its columns for the public and for funders that the summary shows."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: date | None
    end: date | None
    held_by: str
    host_fee: Decimal | None
    host_fee_on: str
    paid: str
    agreement_reference: str


def reporting_period(grant: Grant, month: Month) -> tuple[Month, Month]:
    """The first and last month of the grant's reporting period in which `month` ends.

    Figures go by months: where periods change within a month, that month is counted in the later one. Without a rhythm
    it is the whole grant; without dates, or outside them, the month itself.
    """
    day = last_day(month)
    for period in reporting_periods(grant):
        final = grant.end is not None and period.end >= grant.end
        if period.start <= day and (day <= period.end or (final and month <= month_of(period.end))):
            closing = month_of(period.end)
            whole = final or period.end == last_day(closing)
            return month_of(period.start), closing if whole else after(closing, -1)
    if grant.start and grant.end and not grant.report_every and grant.start <= day and month <= month_of(grant.end):
        return month_of(grant.start), month_of(grant.end)
    return month, month


def funder_view(
    plan: Plan,
    totals: Sequence[Total],
    grant_id: str,
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    language: str = "en",
    left_out: int = 0,
) -> FunderView:
    """What the funder of `grant_id` may read about `month`.

    Raises `KeyError` for an unknown grant.
    """
    grant = plan.grants[grant_id]
    period = reporting_period(grant, month)
    now = {each.line: each for each in positions(plan, totals, start=period[0], end=month, grant=grant_id)}
    lines = []
    for each in positions(plan, totals, end=month, grant=grant_id):
        line, part = plan.lines.get(each.line), now.get(each.line)
        lines.append(
            FunderLine(
                each.line if line else "",
                line.category if line else "",
                line.activity if line else "",
                line.description if line else "",
                each.amount,
                part.budget if part else 0,
                part.spent if part else 0,
                each.budget,
                each.spent,
                each.committed,
                each.available,
                line.explanation if line else "",
                beyond(grant, each.budget, each.spent),
            )
        )
    paid_for = dict.fromkeys(line.activity for line in lines if line.activity in plan.activities)
    progress = tuple(told_progress(plan.activities[each]) for each in paid_for)
    provisional = month not in plan.closed
    return FunderView(
        organisation=organisation,
        contact=contact,
        language=language,
        month=month,
        period=period,
        grant=FunderGrant(
            grant.id,
            grant.funder,
            grant.title,
            grant.state,
            grant.currency,
            grant.amount,
            grant.start,
            grant.end,
            grant.held_by,
            grant.host_fee,
            grant.host_fee_on,
            grant.paid,
            grant.agreement_reference,
        ),
        limit=limit(grant),
        lines=tuple(lines),
        cash=next(each for each in grant_positions(plan, totals, month) if each.grant == grant_id),
        progress=progress,
        match=_match(plan, grant_id, month),
        due=_due(plan, grant_id, month),
        tell=_to_tell(grant, lines, progress, left_out, provisional),
        provisional=provisional,
        left_out=left_out,
    )


def _match(plan: Plan, grant_id: str, month: Month) -> tuple[Match, ...]:
    return tuple(
        Match(
            each.id,
            each.kind,
            each.from_whom,
            each.description,
            each.quantity,
            each.unit,
            worth(each, last_day(month)),
            each.currency,
            each.valued_by,
        )
        for each in plan.resources.values()
        if each.match_for == grant_id and given(each, month)
    )


def _due(plan: Plan, grant_id: str, month: Month) -> tuple[Due, ...]:
    """What is owed and not done, by date: what is late, and what falls due within `DUE_AHEAD` months."""
    end = last_day(month)
    soon = last_day(after(month, DUE_AHEAD))
    found = [
        Due(each.what, each.due, each.due <= end)
        for each in plan.deadlines.values()
        if each.grant == grant_id and each.due <= soon and (each.done_on is None or each.done_on > end)
    ]
    return tuple(sorted(found, key=lambda due: due.due))


def _to_tell(
    grant: Grant, lines: Sequence[FunderLine], progress: Sequence[Progress], left_out: int, provisional: bool
) -> tuple[ToTell, ...]:
    found = [ToTell("unexplained", line.id) for line in lines if line.id and line.beyond and not line.explanation]
    found += [ToTell("unbudgeted", number=line.spent) for line in lines if not line.id and line.spent]
    if grant.amount is None:
        found.append(ToTell("award missing"))
    if grant.start is None or grant.end is None:
        found.append(ToTell("dates missing"))
    found += [ToTell("not reported", each.id) for each in progress if each.done is None and each.status in UNDER_WAY]
    if left_out:
        found.append(ToTell("left out", number=left_out))
    if provisional:
        found.append(ToTell("provisional"))
    return tuple(found)
