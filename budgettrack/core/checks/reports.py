"""Checks the plan against its reports: the profiles that the reports use, and figures that were
reported earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding, quoted
from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.views.funder import (
    is_told_by_another,
    months_before,
    newest,
    spent_by_line,
)
from budgettrack.core.views.funder_types import Reported

ProfileOf = Callable[[str], Profile | None]


def report_checks(
    plan: Plan,
    totals: Sequence[Total],
    profile_of: ProfileOf,
    finals: Mapping[str, Sequence[Reported]],
) -> list[Finding]:
    """Returns the findings about profiles and about figures that were reported earlier, by
    record and field."""
    return [*_profiles(plan, profile_of), *_changed(plan, totals, finals)]


def _profiles(plan: Plan, profile_of: ProfileOf) -> Iterator[Finding]:
    """Finds an active or closing grant that names an unknown profile, and a line that is in no
    category of its profile."""
    for grant in plan.grants.values():
        if not grant.profile or not grant.is_running:
            continue
        profile = profile_of(grant.profile)
        if profile is None:
            yield finding(
                "profile-unknown", "grants", grant.id, "profile", value=quoted(grant.profile)
            )
            continue
        for line in plan.lines.values() if profile.category else ():
            if line.grant == grant.id and profile.category_of(line) is None:
                yield finding("not-mapped", "budget", line.id, "category", profile=profile.id)


def _changed(
    plan: Plan, totals: Sequence[Total], finals: Mapping[str, Sequence[Reported]]
) -> Iterator[Finding]:
    """Finds a period whose spending has changed since its final report, and spending before such
    a period that has changed.

    Only the newest final report of each period counts."""
    for id_, those in finals.items():
        latest = newest(those) if id_ in plan.grants else []
        for summary in latest:
            months = month_of(summary.first), month_of(summary.last)
            yield from _differences(plan, totals, id_, months, summary.lines)
            if summary.earlier_lines is not None and not is_told_by_another(summary, latest):
                months = months_before(summary.first, summary.since)
                yield from _differences(plan, totals, id_, months, summary.earlier_lines)


def _differences(
    plan: Plan,
    totals: Sequence[Total],
    grant: str,
    months: tuple[Month, Month],
    reported: Mapping[str, int],
) -> Iterator[Finding]:
    """Yields a finding for each line whose spending in these months is not what was reported.
    The first month is '' if all months up to the last one are meant."""
    first, last = months
    now = spent_by_line(totals, grant, first, last)
    paid = [total.paid for total in totals if total.grant == grant and total.paid]
    period = f"{first or min([*paid, last])} to {last}"
    currency = plan.grants[grant].currency
    for line in dict.fromkeys((*reported, *now)):
        was, spent = reported.get(line, 0), now.get(line, 0)
        if was != spent:
            table, record, field = (
                ("budget", line, "amount") if line in plan.lines else ("grants", grant, "id")
            )
            yield finding(
                "reported-changed",
                table,
                record,
                field,
                period=period,
                was=money.with_currency(was, currency),
                now=money.with_currency(spent, currency),
            )
