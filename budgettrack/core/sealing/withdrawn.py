"""What the group took back from everything public, after it was published or before.

A grant is not among it: its column *Publish* says whether it may be named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

WithdrawnKind = Literal["activity", "category", "organisation"]
KINDS: tuple[WithdrawnKind, ...] = get_args(WithdrawnKind)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One activity, category or organisation that is in nothing public any more.

    `name`: the ID of an activity, or the name of a category or an organisation.
    `by`: who withdrew it: a role.
    """

    kind: WithdrawnKind
    name: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Everything that is withdrawn. Names are folded: case and spaces do not matter.

    `organisations`: as they were typed, because texts are searched for them.
    """

    activities: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()

    def activity(self, id_: str | None) -> bool:
        """Whether the activity with this ID is withdrawn."""
        return folded(id_ or "") in self.activities

    def category(self, name: str | None) -> bool:
        """Whether the category with this name is withdrawn."""
        return folded(name or "") in self.categories


NOTHING_WITHDRAWN = Withdrawn()


def withdrawn_of(withdrawals: Iterable[Withdrawal]) -> Withdrawn:
    """Returns the names of all withdrawals, by kind."""
    names: dict[WithdrawnKind, set[str]] = {kind: set() for kind in KINDS}
    for withdrawal in withdrawals:
        names[withdrawal.kind].add(withdrawal.name)
    return Withdrawn(
        frozenset(map(folded, names["activity"])),
        frozenset(map(folded, names["category"])),
        frozenset(names["organisation"]),
    )


def folded(name: str) -> str:
    """Returns a name for comparison."""
    return " ".join(name.split()).casefold()
