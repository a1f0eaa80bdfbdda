"""Finds rows of the workbook that contradict a withdrawal: a grant, a story or a name was taken out
of everything public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import Plan, Records
from budgettrack.core.sealing.withdrawn import PLACES, Withdrawal, folded


def withdrawn_checks(
    plan: Plan, records: Records, withdrawals: Sequence[Withdrawal]
) -> Iterator[Finding]:
    """Finds a withdrawn grant or story that is marked *Publish*. Also finds a withdrawn name that
    was changed: its new name must be withdrawn, too. For a new name there is one finding, at its
    first row."""
    grants = {folded(each.name): each for each in withdrawals if each.kind == "grant"}
    for id_, grant in plan.grants.items():
        gone = grants.get(folded(id_))
        if grant.publish and gone is not None:
            since = f"{gone.since:%Y-%m-%d}"
            yield finding("grant-withdrawn", "grants", id_, "publish", grant=id_, since=since)
    stories = {folded(each.name): each for each in withdrawals if each.kind == "story"}
    for id_, story in plan.stories.items():
        gone = stories.get(folded(id_))
        if story.publish and gone is not None:
            since = f"{gone.since:%Y-%m-%d}"
            yield finding("story-withdrawn", "stories", id_, "publish", story=id_, since=since)
    for withdrawal in withdrawals:
        if withdrawal.before:
            yield from _new_name(withdrawal, records)


def _new_name(withdrawal: Withdrawal, records: Records) -> Iterator[Finding]:
    table, field = PLACES[withdrawal.kind]
    for id_, fields in records.get(table, {}).items():
        name = id_ if field == "id" else fields.get(field, "")
        if folded(name) == folded(withdrawal.name):
            yield finding("new-name-withdrawn", table, id_, field, kind=withdrawal.kind)
            return
