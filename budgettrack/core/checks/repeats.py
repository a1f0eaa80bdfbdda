"""Checks deadlines that come again: a rule that cannot be read, that has no end, or that gives
no date."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.figures.repeats import dates, ends, series


def repeats(look: Looking) -> Iterator[Finding]:
    """Finds a deadline whose rule for repeating cannot be read, has no end, or gives no date. If a
    series of deadlines has one rule, the finding is about the newest of them."""
    for row in series(look.records.get("deadlines", {})):
        id_, fields = row.newest
        rule = row.rule
        if rule is None:
            yield finding("repeat-not-readable", "deadlines", id_, "repeats")
            continue
        if next(dates(rule, row.first, row.until), None) is None:
            yield finding("repeat-never-falls", "deadlines", id_, "repeats")
        elif row.until is None and not ends(rule) and not fields.get("done_on"):
            yield finding("repeat-without-end", "deadlines", id_, "repeats")
