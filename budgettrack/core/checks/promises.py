"""Checks obligations: reports that are due, and agreements and grants that end."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import ENDING, Looking
from budgettrack.core.figures.deadlines import is_derived_words
from budgettrack.core.records.model import Resource


def reports_due(look: Looking) -> Iterator[Finding]:
    """Finds a deadline that is not done and is late or due within 30 days. A text that a person
    typed is not quoted.

    A date of a grant is told as a report, since money waits for it. Every other date of the group,
    such as a members' meeting, is not. A report that a group must send us is found only after it
    is late, because others write it."""
    for deadline in look.plan.deadlines.values():
        if deadline.done_on is None and deadline.due <= look.soon:
            late = deadline.due < look.today
            due = deadline.due.isoformat()
            if not (deadline.grant or deadline.id.startswith("report:")):
                code = "deadline-overdue" if late else "deadline-due"
                yield finding(code, "deadlines", deadline.id, "due", what="This", due=due)
                continue
            code = "report-overdue" if late else "report-due"
            what = deadline.what if is_derived_words(deadline.what) else "This"
            if deadline.id.partition(":")[2].partition(":")[0] in look.plan.given:
                if not late:
                    continue
                code = "group-report-overdue"
            yield finding(code, "deadlines", deadline.id, "due", what=what, due=due)


def endings(look: Looking) -> Iterator[Finding]:
    """Finds a grant that ends within 60 days. Also finds a resource that must be reviewed or ends
    within 30 days, or whose day of review or end is past. If a resource has an agreement, the check
    of agreements reports it."""
    for grant in look.plan.grants.values():
        if look.ends_within(grant, ENDING):
            yield finding("grant-ends", "grants", grant.id, "end", end=f"{grant.end}")
    for resource in look.plan.resources.values():
        if resource.is_agreed:
            yield from _resource_endings(look, resource)


def _resource_endings(look: Looking, resource: Resource) -> Iterator[Finding]:
    review, until = resource.review_on, resource.until
    agreed = any(each.resource == resource.id for each in look.plan.agreements.values())
    if review and review <= look.soon and not agreed:
        code = look.review_code(review)
        yield finding(code, "resources", resource.id, "review_on", date=f"{review}")
    if until and until <= look.soon:
        yield finding("resource-lapses", "resources", resource.id, "until", until=f"{until}")
