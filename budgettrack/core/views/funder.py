"""The funder's view of one grant: everything that the funder may read about it, and no other grant.
A payee is never shown.

The profile says how the funder wants the report (`core/figures/profile.py`). If a period begins
or ends within a month, its figures are counted by day, and the budget of the month is divided by
days. Every expense is converted once, from its own currency, by the rule of the profile. Amounts
without a rate are named beside the figures. A line that is in none of the funder's categories
has a row of its own, so that the total by the funder's categories equals our total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import msgspec
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after, days_before, last_day, month_of, months
from budgettrack.core.base.personal_details import personal
from budgettrack.core.counting.together import HandedOn, Together
from budgettrack.core.figures.cash import grant_positions
from budgettrack.core.figures.deadlines import is_owed_by_a_group
from budgettrack.core.figures.narratives import narrative_period, texts_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.reporting_periods import Period, period_of
from budgettrack.core.figures.sums import Sums, added
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import NARRATIVE_TEXTS, Grant, Plan
from budgettrack.core.records.tables import NARRATIVES
from budgettrack.core.views.audience import (
    HELD_BACK,
    given,
    progress_told,
    told_reviews,
    worth,
)
from budgettrack.core.views.funder_groups import grouped, judged_rows, rounded_lines
from budgettrack.core.views.funder_lines import (
    Basis,
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
    FunderLine,
    FunderView,
    Group,
    Match,
    Reported,
)
from budgettrack.core.views.group_shares import called, missing_of_groups
from budgettrack.core.views.indicators import funder_indicators
from budgettrack.core.views.missing import lacking, missing_explanations, missing_facts
from budgettrack.core.views.public_types import Progress

BEGINNING = date(1900, 1, 1)
"""A day before all spending. Spreadsheets know no earlier day."""

DUE_AHEAD = 6
"""A funder's summary lists due dates for this number of months after the period."""


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
    handed_on: HandedOn | None = None,
    names: Mapping[str, str] | None = None,
) -> FunderView:
    """Returns the funder's view of a grant for the period of `month`, or for the days of `own`.

    If `needs_expenses` is true, `plan` must contain the expenses. `reported` has the earlier final
    summaries. `handed_on`: the money of the grant that is handed on to groups; the summary then has
    the figures of these groups, each amount counted once. `names`: the names of the groups that
    agreed to be named, by code. Raises KeyError if the grant is not known."""
    grant = plan.grants[grant_id]
    wanted_currency = profile.currency
    if handed_on is not None:
        profile = msgspec.structs.replace(profile, currency="")
    period = own or period_of(profile, grant, month)
    until = own[1] if own else min(period[1], last_day(month))
    basis = basis_of(plan, totals, grant, profile, period, until, own, handed_on)
    exact = exact_lines(basis)
    groups = grouped(basis, exact)
    judged = judged_rows(basis, exact)
    total = added(group.sums for group in groups if group.kind != "sum")
    progress = _progress(plan, groups)
    narrative, wanting = _narrative(plan, grant, profile, until)
    together = None
    if handed_on is not None:
        together = _together(handed_on, basis, exact, names or {})
        if wanted_currency not in ("", grant.currency):
            told = [*told, lacking("draft-award-currency", wanted_currency)]
    tell = (
        *told,
        *(missing_of_groups(plan, grant_id, together, month_of(until)) if together else ()),
        *wanting,
        *without_rates(basis),
        *([] if profile.on else [lacking("draft-profile-not-verified", profile.id)]),
        *missing_explanations(profile, groups, judged),
        *missing_facts(grant, groups, progress, until, basis.currency),
        *_missing_in_workbook(plan, period, left_out),
    )
    (cash,) = (cash for cash in grant_positions(plan, totals, month) if cash.grant == grant_id)
    by_days = own is not None
    since = _since(reported, period[0])
    days = _days_before(period[0], since)
    before = basis_of(
        plan, totals, grant, profile, days, days[1], days if by_days else None, handed_on
    )
    adjustments = _adjustments(
        plan, totals, grant, profile, reported, month, by_days=by_days, handed_on=handed_on
    )
    return FunderView(
        organisation=organisation,
        contact=contact,
        language=profile.language or language,
        month=month,
        period=period,
        until=until,
        currency=basis.currency,
        unit=basis.unit,
        grant=_shown(grant),
        profile=profile,
        limits=tuple(limit.limit for limit in basis.limits),
        groups=tuple(groups),
        total=total,
        judged=judged,
        expenses=expenses(basis) if profile.detail == "expenses" else (),
        cash=cash,
        reconciled=reconciled(basis, total.spent),
        adjustments=tuple(adjustments),
        since=since,
        earlier=_spent_rows(rounded_lines(before, exact_lines(before))),
        progress=progress,
        match=_match(plan, grant_id, until),
        match_wanted=_match_wanted(profile, total),
        due=_due(plan, grant_id, until),
        tell=tell,
        left_out=left_out,
        reviews=_reviews(plan, month_of(period[0]), month_of(until)),
        narrative=narrative,
        indicators=funder_indicators(
            plan, {each.id for each in progress}, month_of(period[0]), month_of(until)
        ),
        together=together,
    )


def _together(
    handed_on: HandedOn, basis: Basis, exact: Sequence[FunderLine], names: Mapping[str, str]
) -> Together:
    """Returns where the money is. A group that did not agree to be named gets a number."""
    every = added(line.sums for line in exact)
    groups = added(basis.by_groups.values())
    own = Sums(
        period_spent=every.period_spent - groups.period_spent,
        year_spent=every.year_spent - groups.year_spent,
        spent=every.spent - groups.spent,
        committed=every.committed - groups.committed,
    )
    together = handed_on.together(basis.span, own)
    return replace(together, names=called([share.group for share in together.groups], names))


def _reviews(plan: Plan, first: Month, last: Month) -> tuple[str, ...]:
    """Returns what the group wrote about the months of the period, oldest first."""
    told = told_reviews(plan)
    return tuple(told[month] for month in months(first, last) if month in told)


def _narrative(
    plan: Plan, grant: Grant, profile: Profile, until: date
) -> tuple[dict[str, str], list[Finding]]:
    """Returns what the group wrote about the period, and findings about texts that must be written
    or corrected.

    A text that seems to contain a personal detail is replaced."""
    period = narrative_period(grant, until)
    texts = texts_of(plan, grant.id, period.name) if period else {}
    headings = {name: NARRATIVES.column(name).heading for name in NARRATIVE_TEXTS}
    wanting = [
        lacking("draft-narrative-missing", headings[name])
        for name in NARRATIVE_TEXTS
        if profile.narrative and name not in texts
    ]
    odd = [name for name, text in texts.items() if personal(text)]
    wanting += [lacking("draft-narrative-personal", headings[name]) for name in odd]
    return {name: HELD_BACK if name in odd else text for name, text in texts.items()}, wanting


def _progress(plan: Plan, groups: Iterable[Group]) -> tuple[Progress, ...]:
    """Returns the progress of the activities that the grant pays for, in the order of the
    work-plan. A text with a personal detail is withheld, as in public."""
    paid_for = {line.activity for group in groups for line in group.lines}
    return tuple(progress_told(each) for id_, each in plan.activities.items() if id_ in paid_for)


def _match_wanted(profile: Profile, total: Sums) -> int | None:
    """Returns the match (contributions beside the grant) that the funder wants for the spending,
    in minor units. Returns None if it wants none."""
    if profile.match_percent is None:
        return None
    share = Decimal(total.spent) * profile.match_percent / 100
    return int(share.quantize(Decimal(1), ROUND_HALF_EVEN))


def _missing_in_workbook(plan: Plan, period: Period, left_out: int) -> Iterator[Finding]:
    """Yields findings about rows that could not be read, and about months of the period that are
    not closed."""
    if left_out:
        yield lacking("draft-rows-left-out", number=str(left_out))
    for month in months(month_of(period[0]), month_of(period[1])):
        if month not in plan.closed:
            yield lacking("draft-month-not-closed", month=month)


def _shown(grant: Grant) -> FunderGrant:
    return FunderGrant(
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
    )


def figures_reported(view: FunderView, totals: Sequence[Total], on: date) -> Reported:
    """Returns the figures of a final summary that are stored, so that later summaries can be
    compared with them: the spending in the period by row, and the spending by line as the register
    sums it."""
    rows = {
        line.id or "": (line.id or line.description, line.sums.period_spent) for line in view.lines
    }
    spans = month_of(view.period[0]), month_of(view.until)
    return Reported(
        view.period[0],
        view.until,
        on,
        rows,
        spent_by_line(totals, view.grant.id, *spans),
        view.since,
        view.earlier,
        spent_by_line(totals, view.grant.id, *months_before(view.period[0], view.since)),
    )


def months_before(first: date, since: date | None) -> tuple[Month, Month]:
    """Returns the first and the last month before the day `first`. If the day `since` is given, the
    months begin with it; otherwise the first month is ''. If there is no whole month between the
    two days, the first month is after the last."""
    begins = month_of(since) if since else ""
    if since is not None and since.day > 1:
        begins = after(begins)
    return begins, after(month_of(first), -1)


def newest(reported: Iterable[Reported]) -> list[Reported]:
    """Returns the final summaries of a grant, by their order. If two of them are for the same days,
    only the later one is returned."""
    return list({(summary.first, summary.last): summary for summary in reported}.values())


def is_told_by_another(summary: Reported, others: Iterable[Reported]) -> bool:
    """Whether another final summary about earlier days was made after this one. Changes before this
    summary are then told by the other one."""
    return any(
        other.last < summary.first and (summary.since is None or other.last >= summary.since)
        for other in others
    )


def _since(reported: Iterable[Reported], first: date) -> date | None:
    """Returns the day after the last final summary before the day `first`. Returns None if there
    is no such summary."""
    lasts = [summary.last for summary in reported if summary.last < first]
    return max(lasts) + timedelta(days=1) if lasts else None


def spent_by_line(totals: Iterable[Total], grant: str, first: Month, last: Month) -> dict[str, int]:
    """Returns the spending of a grant by line in the months from `first` to `last`, as the register
    sums it.

    The key '' is spending without a line. Amounts are in minor units of the grant's currency."""
    spent: dict[str, int] = {}
    for total in totals:
        if total.grant == grant and total.paid and first <= total.paid <= last:
            spent[total.line] = spent.get(total.line, 0) + total.spent
    return {line: units for line, units in spent.items() if units}


def _adjustments(
    plan: Plan,
    totals: Sequence[Total],
    grant: Grant,
    profile: Profile,
    reported: Sequence[Reported],
    month: Month,
    *,
    by_days: bool,
    handed_on: HandedOn | None,
) -> Iterable[Adjustment]:
    """Yields the figures of earlier summaries that have changed. If two summaries are for the same
    days, the later one counts."""
    latest = newest(summary for summary in reported if summary.last <= last_day(month))

    def rows(days: Period) -> Mapping[str, tuple[str, int]]:
        own = days if by_days else None
        basis = basis_of(plan, totals, grant, profile, days, days[1], own, handed_on)
        return _spent_rows(rounded_lines(basis, exact_lines(basis)))

    for summary in latest:
        yield from _changed(
            summary, summary.first, summary.rows, rows((summary.first, summary.last))
        )
        if summary.earlier_lines is not None and not is_told_by_another(summary, latest):
            days = _days_before(summary.first, summary.since)
            yield from _changed(summary, days[0], summary.earlier, rows(days))


def _changed(
    summary: Reported,
    first: date,
    reported: Mapping[str, tuple[str, int]],
    now: Mapping[str, tuple[str, int]],
) -> Iterator[Adjustment]:
    """Yields the rows of an earlier summary whose spending differs from today's spending on the
    same lines. `first`: the first day of this spending."""
    last = summary.last if first == summary.first else days_before(summary.first, 1)
    for id_ in dict.fromkeys((*reported, *now)):
        name, was = reported.get(id_, ("", 0))
        _, spent = now.get(id_, ("", 0))
        if was != spent:
            begins = None if first == BEGINNING else first
            yield Adjustment(begins, last, summary.on, id_ or name, was, spent)


def _spent_rows(lines: Iterable[FunderLine]) -> dict[str, tuple[str, int]]:
    """Returns the name and the spending of each line with spending in the period."""
    return {
        line.id: (line.id or line.description, line.sums.period_spent)
        for line in lines
        if line.sums.period_spent
    }


def _days_before(first: date, since: date | None) -> Period:
    """Returns the days before the day `first`, from the day `since` or from the beginning."""
    return since or BEGINNING, days_before(first, 1)


def _match(plan: Plan, grant_id: str, until: date) -> tuple[Match, ...]:
    return tuple(
        Match(
            resource.id,
            resource.kind,
            resource.from_whom,
            resource.description,
            resource.quantity,
            resource.unit,
            worth(resource, until),
            resource.currency,
            resource.valued_by,
        )
        for resource in plan.resources.values()
        if resource.match_for == grant_id and given(resource, month_of(until))
    )


def _due(plan: Plan, grant_id: str, until: date) -> tuple[Due, ...]:
    """Returns the grant's deadlines that are not done, by date: late ones, and those due within
    `DUE_AHEAD` months.

    Reports that groups owe to a host are left out: a funder may not know the groups."""
    soon = last_day(after(month_of(until), DUE_AHEAD))
    due = []
    for deadline in plan.deadlines.values():
        is_done = deadline.done_on is not None and deadline.done_on <= until
        if deadline.grant != grant_id or is_owed_by_a_group(plan, deadline.id):
            continue
        if deadline.due <= soon and not is_done:
            due.append(Due(deadline.what, deadline.due, deadline.due <= until))
    return tuple(sorted(due, key=lambda item: item.due))
