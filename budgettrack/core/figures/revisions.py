"""Budget revisions: what was approved when a grant became active, what each line has now, and what
moved.

The sums are frozen once, in the column Approved; Amount goes on as the revised budget. A line that
is added later was approved with nothing: all of it is moved there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.figures.limits import GrantLimit, grant_limits, judged_row, names_of
from budgettrack.core.figures.profile import Profile
from budgettrack.core.records.model import Fields, Plan

FROZEN = frozenset({"active", "closing", "closed"})
"""States of a grant in which its budget was approved."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One budget line of an approved grant; amounts in minor units of `currency`."""

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
    """What is approved from now on: the amount of each line of a grant that has become active, by
    line, as text.

    A grant's first approval freezes all of its lines; a line that has none later was added since,
    and has 0."""
    lines: dict[str, list[str]] = {}
    for id_, fields in budget.items():
        grant = fields.get("grant", "")
        if grants.get(grant, {}).get("state") in FROZEN:
            lines.setdefault(grant, []).append(id_)
    found: dict[str, str] = {}
    for those in lines.values():
        first = not any("approved" in budget[id_] for id_ in those)
        for id_ in those:
            if "approved" not in budget[id_] and "amount" in budget[id_]:
                found[id_] = budget[id_]["amount"] if first else "0"
    return found


def revisions(plan: Plan, grant: str | None = None) -> list[Revision]:
    """Every line with an approved sum, in the workbook's order."""
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
    """What moved without a reason, and what moved further than the funder's rules let it."""
    by_grant: dict[str, list[Revision]] = {}
    for each in revisions(plan):
        if each.moved:
            by_grant.setdefault(each.grant, []).append(each)
            if not each.reason:
                yield finding(
                    "revision-without-reason",
                    "budget",
                    each.line,
                    "revision",
                    approved=money.with_currency(each.approved, each.currency),
                    revised=money.with_currency(each.revised, each.currency),
                )
    for id_, moved in by_grant.items():
        grant = plan.grants.get(id_)
        profile = profile_of(grant.profile) if grant and grant.profile else None
        if grant is None or profile is None:
            continue
        for limit in grant_limits(plan, grant, profile, grant.currency):
            # Without a rate for the limit's sum the summary asks for it, and judges.
            if limit.limit.measure == "budget change" and not limit.lacks_rate:
                yield from _beyond(plan, moved, limit, profile)


def _beyond(
    plan: Plan, moved: Sequence[Revision], limit: GrantLimit, profile: Profile
) -> Iterator[Finding]:
    """What is beyond one limit: each moved line, or each row of them that its scope names, told at
    its first moved line."""
    rows: dict[str, list[Revision]] = {}
    for revision in revisions(plan, moved[0].grant):
        line = plan.lines[revision.line]
        rows.setdefault(judged_row(limit.limit.scope, profile, line), []).append(revision)
    told = {revision.line for revision in moved}
    for row in rows.values():
        first = next((revision for revision in row if revision.line in told), None)
        approved = sum(revision.approved for revision in row)
        revised = sum(revision.revised for revision in row)
        if first is None:
            continue
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


def share(each: Revision) -> Decimal | None:
    """What moved, as a percentage of what was approved; None where nothing was."""
    text = money.percent(each.moved, each.approved)
    return None if text is None else Decimal(text)
