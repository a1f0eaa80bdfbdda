"""Decides which grants count as our money. Every sum over grants uses this rule.

The money of a grant is "ours" from the day on which the grant is awarded. Before that day it
"may come". The money of a grant that was refused is "declined". Totals contain only money that
is ours; the other two kinds are shown separately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from budgettrack.core.records.model import Grant, Plan

Money = Literal["ours", "may come", "declined"]

_APART: Mapping[str, Money] = {
    "prospect": "may come",
    "applied": "may come",
    "declined": "declined",
}
"""The states of a grant whose money is not ours. In every other state, the money is ours."""


def money_of(grant: Grant | None) -> Money:
    """Returns "ours", "may come" or "declined", by the state of the grant.

    Money without a grant is ours."""
    return "ours" if grant is None else _APART.get(grant.state, "ours")


def is_ours(grant: Grant | None) -> bool:
    """Whether a grant's money counts in totals. Money without a grant counts."""
    return money_of(grant) == "ours"


def ours(plan: Plan, grant: str) -> bool:
    """Whether the money of the grant with this ID counts in totals. An unknown grant counts."""
    return is_ours(plan.grants.get(grant))
