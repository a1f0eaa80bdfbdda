"""Marks amounts, so that a sum says which amounts it was made of.

An amount of the test group is `cents * SCALE + mark`, in minor units. The mark of a contribution is
a power of three, so that the marks of a sum are its digits in base three, each -1, 0 or 1: minus,
not in it, or in it. Eighteen contributions fit in the fifteen digits that a cell holds. A group with
more of them is made several times over, as *worlds* that are alike but for their marks: in each,
eighteen other contributions are marked. The cents, which the marks do not touch, prove the reading:
they must be the sum of the cents of the contributions that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SCALE = 10**9
DIGITS = 18
"""Contributions that are marked in one world. 3 ** 18 is below half of SCALE."""
MOST_CENTS = 999_999


@dataclass(slots=True)
class Marks:
    """The contributions of a group in the order of their marks, with the cents of each.

    A change of an amount is a contribution of its own. Its cents are below zero if the amount falls.
    """

    cents: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, cents: int) -> None:
        """Gives the next mark to a contribution. Raises ValueError if the name has one already."""
        if name in self.cents:
            raise ValueError(f"{name} has a mark already")
        self.cents[name] = cents

    @property
    def worlds(self) -> int:
        """How many worlds are needed."""
        return -(-len(self.cents) // DIGITS) or 1

    def amount(self, world: int, parts: Mapping[str, int]) -> int:
        """Returns the sum of these contributions in a world, in minor units."""
        return sum(times * self._marked(world, name) for name, times in parts.items())

    def _marked(self, world: int, name: str) -> int:
        where, digit = divmod(list(self.cents).index(name), DIGITS)
        return self.cents[name] * SCALE + (3**digit if where == world else 0)

    def read(self, amounts: Sequence[int]) -> dict[str, int] | None:
        """Returns how often each contribution is in a figure that has these amounts in the worlds.

        Returns None if the figure is no sum of whole contributions."""
        names = list(self.cents)
        parts: dict[str, int] = {}
        cents = [_nearest(amount) for amount in amounts]
        for world, amount in enumerate(amounts):
            rest = amount - cents[world] * SCALE
            for digit in range(DIGITS):
                last = (rest + 1) % 3 - 1
                rest = (rest - last) // 3
                place = world * DIGITS + digit
                if last and place >= len(names):
                    return None
                if last:
                    parts[names[place]] = last
            if rest:
                return None
        proof = sum(times * self.cents[name] for name, times in parts.items())
        return parts if set(cents) == {proof} else None


def _nearest(amount: int) -> int:
    """The cents of an amount without its marks."""
    return (amount + SCALE // 2) // SCALE
