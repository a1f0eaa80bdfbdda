"""Lists what is missing before a funder's summary may be sent.

The treasurer reads the list at the top of the draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import month_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.records.model import Grant
from budgettrack.core.records.tables import CHECKS, NARRATIVES
from budgettrack.core.views.audience import REACHED, UNDER_WAY
from budgettrack.core.views.funder_types import FunderLine, Group, JudgedRow
from budgettrack.core.views.public_types import Progress

_WHERE: Mapping[str, Sequence[tuple[str, str]]] = {
    "draft-unexplained": (("heading", "Explanation"),),
    "draft-no-rate": (("tab", "Rates"),),
    "draft-budget-rate-not-used": (("heading", "Budget rate"), ("tab", "Grants")),
    "draft-award-missing": (("tab", "Grants"),),
    "draft-dates-missing": (("tab", "Grants"),),
    "draft-not-reported": (("tab", "Work-plan"),),
    "draft-late-without-note": (("tab", "Work-plan"),),
    "draft-narrative-missing": (("tab", NARRATIVES.tab),),
    "draft-narrative-personal": (("tab", NARRATIVES.tab),),
    "draft-rows-left-out": (("tab", CHECKS),),
    "draft-profile-unknown": (("heading", "Profile"), ("tab", "Grants")),
    "draft-month-not-closed": (("tab", "Months"),),
    "draft-group-silent": (("tab", "Agreements"),),
    "draft-given-without-line": (("heading", "Budget line"), ("tab", "Given")),
}
"""The tab and the heading that each finding is about, in English. A reader sees their names in
the language of the workbook."""


def lacking(code: str, about: str = "", /, **values: str) -> Finding:
    """Returns a finding that says what the draft of a summary still lacks. `about` is the ID or
    name of the line, activity or group."""
    named = (("about", about),) if about else ()
    place = about or "the summary"
    where = _WHERE.get(code, ())
    return Finding(code, "", about, "", (*named, *values.items(), *where), where=place)


def missing_explanations(
    profile: Profile, groups: Sequence[Group], judged: Sequence[JudgedRow]
) -> Iterator[Finding]:
    """Yields findings about rows beyond a limit without an explanation, and about lines in none
    of the funder's categories."""
    for group in groups:
        yield from _missing_of(group, profile)
    lines = _by_id(groups)
    for row in judged:
        # For an activity, one line with an explanation is enough.
        if not any(lines[id_].explanation for id_ in row.lines if id_ in lines):
            yield lacking("draft-unexplained", row.name)


def _missing_of(group: Group, profile: Profile) -> Iterator[Finding]:
    if group.kind == "unmapped":
        for line in group.lines:
            yield lacking("draft-unmapped", line.id)
    if group.limits and not any(line.explanation for line in group.lines):
        yield lacking("draft-unexplained", group.name)
    for line in group.lines:
        yield from _missing_of_line(line, group, profile)


def _missing_of_line(line: FunderLine, group: Group, profile: Profile) -> Iterator[Finding]:
    if line.limits and not line.explanation:
        yield lacking("draft-unexplained", line.id)
    if profile.timing and _is_explained(line, group) and not line.timing:
        yield lacking("draft-unclassified", line.id)


def _is_explained(line: FunderLine, group: Group) -> bool:
    """Whether the difference of a line is explained and classified, either in the line itself or in
    another line of its group."""
    return bool(line.limits) or bool(group.limits and line.explanation)


def _by_id(groups: Iterable[Group]) -> Mapping[str, FunderLine]:
    return {line.id: line for group in groups if group.kind != "sum" for line in group.lines}


def missing_facts(
    grant: Grant,
    groups: Sequence[Group],
    progress: Sequence[Progress],
    until: date,
    currency: str,
) -> Iterator[Finding]:
    """Yields findings about facts that are missing in the grant, its budget and its work-plan.

    `currency` is the currency of the summary."""
    for units in _unbudgeted(groups):
        yield lacking("draft-unbudgeted", amount=f"{decimal(units, currency)} {currency}")
    if grant.amount is None:
        yield lacking("draft-award-missing")
    if grant.start is None or grant.end is None:
        yield lacking("draft-dates-missing")
    yield from _missing_progress(progress, until)


def _missing_progress(progress: Sequence[Progress], until: date) -> Iterator[Finding]:
    """Yields findings about work under way without a percentage, then about late work without a
    reason."""
    for activity in progress:
        if activity.done is None and activity.status in UNDER_WAY:
            yield lacking("draft-not-reported", activity.id)
    for activity in progress:
        if _is_late(activity, until) and not activity.note:
            yield lacking("draft-late-without-note", activity.id)


def _unbudgeted(groups: Iterable[Group]) -> Iterator[int]:
    """Yields the spending without a budget line, in minor units."""
    for group in groups:
        for line in group.lines:
            if not line.id and line.sums.spent:
                yield line.sums.spent


def _is_late(activity: Progress, until: date) -> bool:
    if activity.end is None or activity.status in REACHED:
        return False
    return activity.end < month_of(until)
