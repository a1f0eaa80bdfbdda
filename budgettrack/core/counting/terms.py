"""The terms of the law of counting once. They say where the money of one grant is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Terms:
    """Where the money of a grant is, in minor units of one currency.

    `received`: what came from outside, also interest and gifts on this grant.
    `returned`: what went back to the giver. `fees`: what hosts kept of it.
    `held_here`, `held_below`: held by the organisation itself, and by those to whom it handed on.
    `on_the_way`: paid, and not yet in the books of the other side.
    `exchange`: lost by changing money, below zero if gained.
    `differs`: what one side of a payment says more than the other. It must be cleared up.
    `unmatched`: money that somebody says to have got from inside, and nobody says to have paid.
    """

    received: int = 0
    returned: int = 0
    spent: int = 0
    fees: int = 0
    held_here: int = 0
    held_below: int = 0
    on_the_way: int = 0
    exchange: int = 0
    differs: int = 0
    unmatched: int = 0

    @property
    def came_in(self) -> int:
        return self.received + self.unmatched

    @property
    def gap(self) -> int:
        """What is missing for the law. It is 0 wherever the books of each one balance."""
        return self.came_in - sum(int(getattr(self, name)) for name in OUT)

    def plus(self, other: Terms) -> Terms:
        """Returns the sum of both, term by term."""
        return Terms(*(getattr(self, name) + getattr(other, name) for name in names()))


OUT = (
    "returned", "spent", "fees", "held_here", "held_below", "on_the_way", "exchange", "differs",
)  # fmt: skip
"""The terms that together are what came in."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Returns the names of all terms, in order."""
    return tuple(field.name for field in fields(Terms))
