"""The terms of the law of counting once (see `law`): where the money of one grant is."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct


class Terms(Struct, frozen=True):
    """Where the money of a grant is, in minor units of one currency.

    `received`: what came from outside, also interest and gifts. `returned`: what went back to the
    giver. `fees`: what hosts kept. `held_here`: held by the organisation itself. `held_below`: held
    by those to whom the organisation handed money on. `on_the_way`: paid, but not yet in the books
    of the receiver. `exchange`: the loss from changing currencies; a gain is negative. `differs`:
    the difference if the two sides of a payment say different amounts; people must find the reason.
    `unmatched`: money that one organisation here says it got from another one here, but that no
    other one says it paid."""

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
        """The difference between the two sides of the law. It is 0 if the books of every
        organisation balance."""
        return self.came_in - sum(int(getattr(self, name)) for name in OUT)

    def plus(self, other: Terms) -> Terms:
        """Returns the sum of two sets of terms, term by term."""
        return Terms(*(getattr(self, name) + getattr(other, name) for name in names()))


OUT = (
    "returned", "spent", "fees", "held_here", "held_below", "on_the_way", "exchange", "differs",
)  # fmt: skip
"""The terms that sum to the money received."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Returns the names of all terms, in order."""
    return Terms.__struct_fields__
