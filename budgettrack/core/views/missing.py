"""Lists information that is missing before a funder's summary may be sent.

The treasurer reads the list at the top of the draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import month_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.records.model import Grant
from budgettrack.core.views.audience import REACHED, UNDER_WAY, Progress
from budgettrack.core.views.funder_types import FunderLine, Group, JudgedRow


def lacking(code: str, about: str = "", /, **values: str) -> Finding:
    """A finding about a draft. `about` is the ID or name of the line, activity or group."""
    named = (("about", about),) if about else ()
    place = about or "the summary"
    return Finding(code, "", about, "", (*named, *values.items()), where=place)


def missing_explanations(
    profile: Profile, groups: Sequence[Group], judged: Sequence[JudgedRow]
) -> Iterator[Finding]:
    """Lists rows beyond a limit without an explanation, and lines without a funder's category."""
    for group in groups:
        if group.kind == "unmapped":
            for line in group.lines:
                yield lacking("draft-unmapped", line.id)
        if group.limits and not any(line.explanation for line in group.lines):
            yield lacking("draft-unexplained", group.name)
        for line in group.lines:
            if line.limits and not line.explanation:
                yield lacking("draft-unexplained", line.id)
            is_beyond = bool(line.limits) or bool(group.limits and line.explanation)
            if profile.timing and is_beyond and not line.timing:
                yield lacking("draft-unclassified", line.id)
    lines = _by_id(groups)
    for row in judged:
        if not any(lines[each].explanation for each in row.lines if each in lines):
            yield lacking("draft-unexplained", row.name)


def _by_id(groups: Iterable[Group]) -> Mapping[str, FunderLine]:
    return {line.id: line for group in groups if group.kind != "sum" for line in group.lines}


def missing_facts(
    grant: Grant,
    groups: Sequence[Group],
    progress: Sequence[Progress],
    until: date,
    currency: str,
) -> Iterator[Finding]:
    """Lists facts that are missing in the grant, its budget and its work-plan.

    `currency` is the currency of the summary."""
    for group in groups:
        for line in group.lines:
            if not line.id and line.sums.spent:
                yield lacking(
                    "draft-unbudgeted", amount=f"{decimal(line.sums.spent, currency)} {currency}"
                )
    if grant.amount is None:
        yield lacking("draft-award-missing")
    if grant.start is None or grant.end is None:
        yield lacking("draft-dates-missing")
    for each in progress:
        if each.done is None and each.status in UNDER_WAY:
            yield lacking("draft-not-reported", each.id)
    for each in progress:
        is_late = each.end is not None and each.end < month_of(until)
        if is_late and each.status not in REACHED and not each.note:
            yield lacking("draft-late-without-note", each.id)
