"""Checks the narratives (what a group writes about a period): whether they are written before
the report is due, and whether the grant has a report for that period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from budgettrack.core.base.findings import Finding, finding, quoted
from budgettrack.core.base.personal_details import personal
from budgettrack.core.checks.looking import SOON
from budgettrack.core.figures.narratives import (
    is_about,
    narrative_periods,
    period_named,
    texts_of,
)
from budgettrack.core.figures.profile import Profile
from budgettrack.core.records.model import NARRATIVE_TEXTS, Plan
from budgettrack.core.records.tables import NARRATIVES


def narrative_checks(
    plan: Plan, profile_of: Callable[[str], Profile | None], today: date, *, asked: bool
) -> Iterator[Finding]:
    """Finds four things: a report that is late or due within 30 days while a text of its narrative
    is blank; a narrative about a period for which its grant has no report; a text that an earlier
    row has for the same period; and a narrative that seems to say who somebody is.

    The texts are asked for if the workbook has the tab Narrative (`asked`), or if the grant's
    profile wants them. A group that reports without them deletes the tab."""
    for narrative in plan.narratives.values():
        grant = plan.grants[narrative.grant]
        if not is_about(narrative, grant):
            known = ", ".join(period.name for period in narrative_periods(grant))
            yield finding(
                "narrative-of-no-period",
                "narratives",
                narrative.id,
                "period",
                value=quoted(narrative.period),
                periods=known or "none: the grant has no dates",
            )
        for name, text in narrative.texts.items():
            if what := personal(text):
                yield finding(
                    "personal-detail-in-narrative", "narratives", narrative.id, name, what=what
                )
    yield from _texts_written_twice(plan)
    yield from _missing(plan, profile_of, today, asked=asked)


def _texts_written_twice(plan: Plan) -> Iterator[Finding]:
    """The summary shows the text of the first row (`texts_of`), so nobody would read the later."""
    first: dict[tuple[str, str, str], str] = {}
    for narrative in plan.narratives.values():
        period = period_named(plan.grants[narrative.grant], narrative.period)
        for name, text in narrative.texts.items():
            if period is None or not text:
                continue
            other = first.setdefault((narrative.grant, period.name, name), narrative.id)
            if other != narrative.id:
                yield finding("narrative-text-twice", "narratives", narrative.id, name, other=other)


def _missing(
    plan: Plan, profile_of: Callable[[str], Profile | None], today: date, *, asked: bool
) -> Iterator[Finding]:
    soon = today + timedelta(days=SOON)
    for grant in plan.grants.values():
        profile = profile_of(grant.profile) if grant.profile else None
        if not grant.is_running or not (asked or (profile and profile.narrative)):
            continue
        for period in narrative_periods(grant):
            deadline = plan.deadlines.get(f"report:{grant.id}:{period.name}")
            if deadline is None or deadline.done_on or deadline.due > soon:
                continue
            there = texts_of(plan, grant.id, period.name)
            blank = [
                NARRATIVES.column(name).heading for name in NARRATIVE_TEXTS if name not in there
            ]
            if blank:
                yield finding(
                    "narrative-missing",
                    "deadlines",
                    deadline.id,
                    "due",
                    period=period.name,
                    grant=grant.id,
                    due=deadline.due.isoformat(),
                    headings=", ".join(blank),
                )
