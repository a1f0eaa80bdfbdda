"""The content of a host's weekly mail: everything about its groups and its own money that somebody
should do, the most harmful first.

It has only the findings of the host's own sheet. So it contains nothing of a group's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS, harm_of, rank
from budgettrack.core.records.model import Fields

TO_TIDY = "order"
"""Findings with this kind of harm are only counted in the mail, not listed."""


class GroupsView(Struct, frozen=True):
    """The content of a host's mail. `groups`: the number of groups that are neither paused nor
    gone. `in_need`: the number of groups that somebody must look at. `by_harm`: the findings by
    kind of harm, the worst first. `to_tidy`: the number of findings that are not listed, because
    they do no harm."""

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
