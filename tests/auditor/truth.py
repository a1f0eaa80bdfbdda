"""What is true of a test group: who stands behind each contribution, and what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

NOBODY = ""
"""Who stands behind an amount that readers do not know, and that is no contributor's: the part of
an award that is not planned yet."""


@dataclass(frozen=True, slots=True)
class Stake:
    """The share of one contributor in a contribution."""

    who: str
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What lay open in one month: the same folder in each world.

    `secret`: words that may be in no file of this month, such as the name of a withdrawn grant.
    `old`: whether an older program published it. Others kept a copy.
    """

    month: str
    folders: Sequence[Path]
    secret: frozenset[str] = frozenset()
    old: bool = False


@dataclass(slots=True)
class Truth:
    """Who stands behind each contribution, and what readers know beside the public files.

    `stakes`: the contributors of each contribution.
    `known`: sums that everybody knows without a public figure, by what they are: the budgets of a
    grant are its award, the payments of a closed grant are what was received for it.
    `moved`: the contributors of a payment that went to another line, each with the place among the
    months shown from which on. They stand behind it if nobody saw it before.
    `funders`: by funder, the contributions that this funder sees in its grants, each with the place
    among the months shown from which on.
    `rates`: units of other currencies for one of the base currency.
    `secret`: grants whose award is nobody's business: one or two people stand behind it.
    `numbers`: small numbers that are public for themselves, such as a target.
    """

    stakes: dict[str, tuple[Stake, ...]] = field(default_factory=dict)
    moved: dict[str, list[tuple[int, tuple[Stake, ...]]]] = field(default_factory=dict)
    known: dict[str, Mapping[str, int]] = field(default_factory=dict)
    funders: dict[str, dict[str, int]] = field(default_factory=dict)
    rates: dict[str, int] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
