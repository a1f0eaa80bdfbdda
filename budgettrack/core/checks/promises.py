"""Checks obligations: reports that are due, and agreements and grants that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import ENDING, SOON, Looking
from budgettrack.core.figures.deadlines import OWING, is_derived_words


def reports_due(look: Looking) -> Iterator[Finding]:
    """A deadline that is not done is late or due within 30 days. Text that a person typed is not
    quoted."""
    for each in look.plan.deadlines.values():
        if each.done_on is None and each.due <= look.today + timedelta(days=SOON):
            code = "report-overdue" if each.due < look.today else "report-due"
            what = each.what if is_derived_words(each.what) else "This"
            yield finding(code, "deadlines", each.id, "due", what=what, due=each.due.isoformat())


def endings(look: Looking) -> Iterator[Finding]:
    """A grant ends within 60 days, or an agreement must be reviewed or a resource ends within 30
    days.

    An agreement or a resource whose date is past is a finding too."""
    for grant in look.plan.grants.values():
        if grant.state in OWING and grant.end and 0 <= (grant.end - look.today).days <= ENDING:
            yield finding("grant-ends", "grants", grant.id, "end", end=grant.end.isoformat())
    soon = look.today + timedelta(days=SOON)
    for resource in look.plan.resources.values():
        if resource.state not in ("agreed", "in use"):
            continue
        if resource.review_on and resource.review_on <= soon:
            yield finding(
                "agreement-review",
                "resources",
                resource.id,
                "review_on",
                date=resource.review_on.isoformat(),
            )
        if resource.until and resource.until <= soon:
            yield finding(
                "resource-lapses",
                "resources",
                resource.id,
                "until",
                until=resource.until.isoformat(),
            )
