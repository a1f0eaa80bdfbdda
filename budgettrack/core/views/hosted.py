"""The content of a host's weekly mail: everything about its groups and its own money that somebody
should do, the most harmful first.

It has the findings of the host's own sheet, and so nothing of a group's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS, harm_of, rank
from budgettrack.core.records.model import Fields

TO_TIDY = "order"
"""The kind of harm that a mail only counts."""


class GroupsView(Struct, frozen=True):
    """The content of a host's mail. `groups`: how many groups are neither paused nor gone.
    `in_need`: how many of all groups need somebody. `by_harm`: the findings by kind of harm, the
    worst first. `to_tidy`: how many findings are not listed, because they do no harm."""

    organisation: str
    on: date
    groups: int
    in_need: int
    by_harm: Mapping[str, Sequence[Finding]]
    to_tidy: int


def groups_view(
    findings: Sequence[Finding], groups: Mapping[str, Fields], organisation: str, today: date
) -> GroupsView:
    """Returns the content of a host's mail. `groups`: the rows of the tab *Groups*."""
    ordered = sorted(findings, key=rank)
    by_harm = {
        harm: [finding for finding in ordered if harm_of(finding.code) == harm]
        for harm in HARMS
        if harm != TO_TIDY
    }
    return GroupsView(
        organisation,
        today,
        sum(of.get("state") not in ("paused", "left") for of in groups.values()),
        sum(bool(of.get("what_to_do")) for of in groups.values()),
        {harm: found for harm, found in by_harm.items() if found},
        sum(harm_of(finding.code) == TO_TIDY for finding in findings),
    )
