"""Finds the budget line of ours that pays for money which is handed on."""

from __future__ import annotations

from budgettrack.core.records.model import GivenGrant, Plan


def paying_line(plan: Plan, given: GivenGrant) -> str:
    """Returns the budget line that pays for a row of *Given*: the line that it names, or else the
    only line of the grant. Returns '' if there is none."""
    named = plan.lines.get(given.line)
    if named is not None and named.grant == given.grant:
        return named.id
    lines = [line.id for line in plan.lines.values() if line.grant == given.grant]
    return lines[0] if len(lines) == 1 and not given.line else ""
