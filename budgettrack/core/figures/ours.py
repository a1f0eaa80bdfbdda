"""What counts as our money: one predicate for every sum over grants.

A grant counts from the day it is awarded. What was only asked for *may come*, and what was declined
never will: both stand apart, and are in no total anywhere."""

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
"""The states of a grant whose money is not ours; that of every other state is."""


def money_of(grant: Grant | None) -> Money:
    """Whose a grant's money is; money of no grant is ours."""
    return "ours" if grant is None else _APART.get(grant.state, "ours")


def is_ours(grant: Grant | None) -> bool:
    """Whether a grant's money counts in totals; money of no grant does."""
    return money_of(grant) == "ours"


def ours(plan: Plan, grant: str) -> bool:
    """Whether the money of the grant with this ID counts in totals; that of an unknown one does."""
    return is_ours(plan.grants.get(grant))
