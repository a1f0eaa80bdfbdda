"""The funder's view of one grant: this grant only, in the columns for the public and for funders. A
payee is never shown.

The profile says how the funder wants the report (`core/figures/profile.py`). If a period begins or
ends within a month, its figures are counted by day, and the month's budget is divided by days.
Every expense is converted once, from its own currency, by the profile's rule. Amounts without a
rate are named beside the figures. A line that maps to none of the funder's categories has a row of
its own, so that the mapped total equals the unmapped total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after, last_day, month_of, months
from budgettrack.core.figures.cash import grant_positions
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.reporting_periods import Period, period_of
from budgettrack.core.figures.sums import added
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Grant, Plan
from budgettrack.core.views.audience import given, worth
from budgettrack.core.views.audience import progress as told_progress
from budgettrack.core.views.funder_groups import grouped, judged_rows, rounded_lines
from budgettrack.core.views.funder_lines import (
    basis_of,
    exact_lines,
    expenses,
    reconciled,
    without_rates,
)
from budgettrack.core.views.funder_types import (
    Adjustment,
    Due,
    FunderGrant,
    FunderView,
    Match,
    Reported,
)
from budgettrack.core.views.missing import lacking, missing_explanations, missing_facts

DUE_AHEAD = 6
"""The number of months after the period for which a funder summary lists due dates."""


def funder_view(
    plan: Plan,
    totals: Sequence[Total],
    grant_id: str,
    profile: Profile,
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    language: str = "en",
    left_out: int = 0,
    own: Period | None = None,
    reported: Sequence[Reported] = (),
    told: Sequence[Finding] = (),
) -> FunderView:
    """Returns the funder's view of a grant for the period of `month`, or for the days of `own`.

    If `needs_expenses` is true, `plan` must contain its expenses. `reported` are the earlier final
    summaries. Raises KeyError if the grant is not known."""
    grant = plan.grants[grant_id]
    period = own or period_of(profile, grant, month)
    until = own[1] if own else min(period[1], last_day(month))
    basis = basis_of(plan, totals, grant, profile, period, until, own)
    exact = exact_lines(basis)
    groups = grouped(basis, exact)
    judged = judged_rows(basis, exact)
    total = added(group.sums for group in groups if group.kind != "sum")
    lines = [line for group in groups if group.kind != "sum" for line in group.lines]
    paid_for = dict.fromkeys(line.activity for line in lines if line.activity in plan.activities)
    progress = tuple(told_progress(plan.activities[id_]) for id_ in paid_for)
    wanted = None
    if profile.match_percent is not None:
        share = Decimal(total.spent) * profile.match_percent / 100
        wanted = int(share.quantize(Decimal(1), ROUND_HALF_EVEN))
    period_months = months(month_of(period[0]), month_of(period[1]))
    tell = [
        *told,
        *without_rates(basis),
        *([] if profile.on else [lacking("draft-profile-not-verified", profile.id)]),
        *missing_explanations(profile, groups, judged),
        *missing_facts(grant, groups, progress, until, basis.currency),
        *([lacking("draft-rows-left-out", number=str(left_out))] if left_out else []),
        *(
            lacking("draft-month-not-closed", month=each)
            for each in period_months
            if each not in plan.closed
        ),
    ]
    return FunderView(
        organisation=organisation,
        contact=contact,
        language=profile.language or language,
        month=month,
        period=period,
        until=until,
        currency=basis.currency,
        unit=basis.unit,
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
        profile=profile,
        limits=tuple(each.limit for each in basis.limits),
        groups=tuple(groups),
        total=total,
        judged=judged,
        expenses=expenses(basis) if profile.detail == "expenses" else (),
        cash=next(each for each in grant_positions(plan, totals, month) if each.grant == grant_id),
        reconciled=reconciled(basis, total.spent),
        adjustments=tuple(
            _adjustments(plan, totals, grant, profile, reported, month, by_days=own is not None)
        ),
        progress=progress,
        match=_match(plan, grant_id, until),
        match_wanted=wanted,
        due=_due(plan, grant_id, until),
        tell=tuple(tell),
        left_out=left_out,
    )


def figures_reported(view: FunderView, totals: Sequence[Total], on: date) -> Reported:
    """Returns the figures of a final summary that later summaries are compared with.

    They are the spending in the period by row, and the spending by line as the register sums it."""
    rows = {
        line.id or "": (line.id or line.description, line.sums.period_spent) for line in view.lines
    }
    spans = month_of(view.period[0]), month_of(view.until)
    return Reported(
        view.period[0], view.until, on, rows, spent_by_line(totals, view.grant.id, *spans)
    )


def spent_by_line(totals: Iterable[Total], grant: str, first: Month, last: Month) -> dict[str, int]:
    """Returns a grant's spending by line in the months from `first` to `last`, as the register sums
    it.

    The key '' is spending without a line. Amounts are minor units of the grant's currency."""
    found: dict[str, int] = {}
    for each in totals:
        if each.grant == grant and each.paid and first <= each.paid <= last:
            found[each.line] = found.get(each.line, 0) + each.spent
    return {line: units for line, units in found.items() if units}


def _adjustments(
    plan: Plan,
    totals: Sequence[Total],
    grant: Grant,
    profile: Profile,
    reported: Sequence[Reported],
    month: Month,
    *,
    by_days: bool,
) -> Iterable[Adjustment]:
    latest = {(each.first, each.last): each for each in reported if each.last <= last_day(month)}
    for each in latest.values():
        days = (each.first, each.last)
        basis = basis_of(plan, totals, grant, profile, days, each.last, days if by_days else None)
        now = {line.id: line for line in rounded_lines(basis, exact_lines(basis))}
        for id_ in dict.fromkeys((*each.rows, *now)):
            name, was = each.rows.get(id_, ("", 0))
            spent = now[id_].sums.period_spent if id_ in now else 0
            if was != spent:
                yield Adjustment(each.first, each.last, each.on, id_ or name, was, spent)


def _match(plan: Plan, grant_id: str, until: date) -> tuple[Match, ...]:
    return tuple(
        Match(
            each.id,
            each.kind,
            each.from_whom,
            each.description,
            each.quantity,
            each.unit,
            worth(each, until),
            each.currency,
            each.valued_by,
        )
        for each in plan.resources.values()
        if each.match_for == grant_id and given(each, month_of(until))
    )


def _due(plan: Plan, grant_id: str, until: date) -> tuple[Due, ...]:
    """Returns the grant's deadlines that are not done, by date: late ones, and those due within
    `DUE_AHEAD` months."""
    soon = last_day(after(month_of(until), DUE_AHEAD))
    found = [
        Due(each.what, each.due, each.due <= until)
        for each in plan.deadlines.values()
        if each.grant == grant_id
        and each.due <= soon
        and (each.done_on is None or each.done_on > until)
    ]
    return tuple(sorted(found, key=lambda due: due.due))
