"""Budget revisions: the approved sum of each line, its revised sum, and the difference.

When a grant becomes active, the sum of each line is recorded once, in the column Approved. From
then on, Amount is the revised budget. A line that is added later has an approved sum of 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.figures.limits import GrantLimit, grant_limits, judged_row, names_of
from budgettrack.core.records.model import Fields, Grant, Plan
from budgettrack.core.records.references import References

if TYPE_CHECKING:
    from budgettrack.core.figures.profile import Profile

FROZEN = frozenset({"active", "closing", "closed"})
"""The states of a grant whose budget has been approved."""


class Revision(Struct, frozen=True):
    """The revision of one budget line: its approved and its revised sum, and the reason.

    Amounts are in minor units of `currency`."""

    line: str
    grant: str
    category: str
    currency: str
    approved: int
    revised: int
    reason: str

    @property
    def moved(self) -> int:
        return self.revised - self.approved


def approvals(budget: Mapping[str, Fields], grants: Mapping[str, Fields]) -> dict[str, str]:
    """Returns the approved sums that must be recorded now, by line, as text. They are for the lines
    of grants that have become active.

    All lines of a grant are approved at once. A line without an approved sum was added later: its
    approved sum is 0."""
    references = References({"grants": grants})
    by_grant: dict[str, list[str]] = {}
    for id_, fields in budget.items():
        grant = references.find("grants", fields.get("grant", ""))
        if grants.get(grant, {}).get("state") in FROZEN:
            by_grant.setdefault(grant, []).append(id_)
    approved: dict[str, str] = {}
    for line_ids in by_grant.values():
        first = not any("approved" in budget[id_] for id_ in line_ids)
        for id_ in line_ids:
            # A line that was added after the approval has an approved sum of 0.
            if "approved" not in budget[id_] and "amount" in budget[id_]:
                approved[id_] = budget[id_]["amount"] if first else "0"
    return approved


def revisions(plan: Plan, grant: str | None = None) -> list[Revision]:
    """Returns every line with an approved sum, in the order of the workbook."""
    return [
        Revision(
            line.id,
            line.grant,
            line.category,
            line.currency,
            line.approved,
            line.amount,
            line.revision,
        )
        for line in plan.lines.values()
        if line.approved is not None and grant in (None, line.grant)
    ]


def revision_checks(plan: Plan, profile_of: Callable[[str], Profile | None]) -> Iterator[Finding]:
    """Yields findings about revisions: each revision needs a reason and must stay within the
    funder's limits."""
    by_grant: dict[str, list[Revision]] = {}
    for revision in revisions(plan):
        if revision.moved:
            by_grant.setdefault(revision.grant, []).append(revision)
            if not revision.reason:
                yield _without_reason(revision)
    for id_, moved in by_grant.items():
        grant = plan.grants.get(id_)
        profile = profile_of(grant.profile) if grant and grant.profile else None
        if grant is not None and profile is not None:
            yield from _beyond_limits(plan, grant, profile, moved)


def _without_reason(revision: Revision) -> Finding:
    return finding(
        "revision-without-reason",
        "budget",
        revision.line,
        "revision",
        approved=money.with_currency(revision.approved, revision.currency),
        revised=money.with_currency(revision.revised, revision.currency),
    )


def _beyond_limits(
    plan: Plan, grant: Grant, profile: Profile, moved: Sequence[Revision]
) -> Iterator[Finding]:
    """Yields the findings for all limits of a grant that compare the revised budget with the
    approved one."""
    for limit in grant_limits(plan, grant, profile, grant.currency):
        # If no rate is known for the sum of a limit, the limit cannot be checked here.
        # The funder's summary asks for the rate and checks the limit.
        if limit.limit.measure == "budget change" and not limit.lacks_rate:
            yield from _beyond(plan, moved, limit, profile)


def _beyond(
    plan: Plan, moved: Sequence[Revision], limit: GrantLimit, profile: Profile
) -> Iterator[Finding]:
    """Yields the findings for one limit: one for each row of its scope that is beyond the limit.

    The finding is about the first line of that row whose budget was changed."""
    rows: dict[str, list[Revision]] = {}
    for revision in revisions(plan, moved[0].grant):
        line = plan.lines[revision.line]
        rows.setdefault(judged_row(limit.limit.scope, profile, line), []).append(revision)
    for row in rows.values():
        changed = [revision for revision in row if revision.moved]
        if not changed:
            continue
        first = changed[0]
        approved = sum(revision.approved for revision in row)
        revised = sum(revision.revised for revision in row)
        names = names_of(profile, plan.lines[first.line], limit.limit.scope)
        if limit.is_beyond((approved, revised), names):
            yield finding(
                "revision-beyond-limit",
                "budget",
                first.line,
                "amount",
                moved=money.with_currency(revised - approved, first.currency),
                percent=money.percent(revised - approved, approved) or "100",
                profile=profile.id,
            )
