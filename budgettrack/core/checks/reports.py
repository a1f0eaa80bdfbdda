"""Checks the plan against its reports: the profiles by which they are made, and figures that
were reported earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding, quoted
from budgettrack.core.base.months import month_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.views.funder import spent_by_line
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
    """Finds a period whose spending has changed since its final report.

    Only the newest final report of each period counts."""
    for id_, those in finals.items():
        grant = plan.grants.get(id_)
        latest = {(summary.first, summary.last): summary for summary in those}
        for summary in latest.values() if grant else ():
            assert grant is not None
            first, last = month_of(summary.first), month_of(summary.last)
            now = spent_by_line(totals, id_, first, last)
            for line in dict.fromkeys((*summary.lines, *now)):
                was, spent = summary.lines.get(line, 0), now.get(line, 0)
                if was != spent:
                    table, record, field = (
                        ("budget", line, "amount") if line in plan.lines else ("grants", id_, "id")
                    )
                    yield finding(
                        "reported-changed",
                        table,
                        record,
                        field,
                        period=f"{first} to {last}",
                        was=money.with_currency(was, grant.currency),
                        now=money.with_currency(spent, grant.currency),
                    )
