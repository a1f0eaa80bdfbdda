"""Checks of what is owed: reports that are due, agreements and grants that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import ENDING, SOON, Looking
from budgettrack.core.figures.deadlines import OWING, is_derived_words


def reports_due(look: Looking) -> Iterator[Finding]:
    """A deadline that is not done and due within 30 days, or past. Words that people typed are not
    quoted."""
    for each in look.plan.deadlines.values():
        if each.done_on is None and each.due <= look.today + timedelta(days=SOON):
            code = "report-overdue" if each.due < look.today else "report-due"
            what = each.what if is_derived_words(each.what) else "This"
            yield finding(code, "deadlines", each.id, "due", what=what, due=each.due.isoformat())


def endings(look: Looking) -> Iterator[Finding]:
    """A grant that ends within 60 days; agreements to review and resources that lapse within 30
    days or did."""
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
