"""Counts all awards of a host and its groups, so that no amount is counted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.counting.law import Award, Books, SubGrant, Trouble, fold
from budgettrack.core.counting.terms import Terms

GroupReference = tuple[str, str]
"""The code of a group, and the agreement reference of one of its grants."""


class RollUp(Struct, frozen=True):
    """The result. `awards`: first our own, then those of the groups. `troubles`: the differences
    between two sides. `silent`: the groups that got money and have sent no statement."""

    awards: tuple[Award, ...]
    troubles: tuple[Trouble, ...]
    silent: tuple[str, ...] = ()

    @property
    def by_currency(self) -> dict[str, Terms]:
        """The sum of all awards of each currency."""
        sums: dict[str, Terms] = {}
        for award in self.awards:
            sums[award.currency] = sums.get(award.currency, Terms()).plus(award.terms)
        return sums

    @property
    def fees_kept(self) -> dict[str, int]:
        """The fees that we keep for handing money on and for holding it, by currency."""
        kept: dict[str, int] = {}
        for award in self.awards:
            units = award.fee if award.holder else sum(part.fee for part in award.parts)
            if units:
                kept[award.currency] = kept.get(award.currency, 0) + units
        return kept


def roll_up(
    own: Sequence[Books], given: Sequence[SubGrant], told: Mapping[str, Sequence[Books]]
) -> RollUp:
    """Counts the money of a host and its groups once.

    `own`: our grants, as if nothing were handed on. `given`: the money that we hand on. `told`: for
    the code of each group, the grants in its statement. These are the grants that we gave to the
    group or hold for it."""
    sides = _Sides(told)
    of_grant: dict[str, list[tuple[SubGrant, Books | None]]] = defaultdict(list)
    for sub_grant in sorted(given, key=lambda one: (one.to, one.id)):
        of_grant[sub_grant.grant].append((sub_grant, sides.taken_by(sub_grant)))
    awards: list[Award] = []
    for grant in _with_unknown(own, of_grant):
        group = sides.held.get(grant.reference) if grant.reference else None
        if group is not None and grant.grant not in of_grant:
            # The host only holds the money of this award.
            # So an award that is only held counts only in the group's books.
            sides.troubles.append(
                Trouble(
                    "held-twice", group, "", grant.reference, grant.currency, grant.terms.came_in,
                    grant=grant.grant,
                )
            )  # fmt: skip
            continue
        award, found = fold(grant, of_grant.get(grant.grant, ()))
        sides.troubles += found
        sides.give_back(award)
        awards.append(award)
    awards += sides.alone()
    silent = {one.to for one in given if one.paid} - set(told)
    return RollUp(tuple(awards), tuple(sides.troubles), tuple(sorted(silent)))


def _with_unknown(
    own: Sequence[Books], of_grant: Mapping[str, Sequence[tuple[SubGrant, Books | None]]]
) -> list[Books]:
    """Returns our grants. If money was handed on from a grant that we do not have, an empty grant
    is added for it. So this money is shown, too."""
    known = {grant.grant for grant in own}
    unknown = [
        Books(id_, "", of_grant[id_][0][0].currency, Terms())
        for id_ in sorted(of_grant)
        if id_ not in known
    ]
    return [*own, *unknown]


@dataclass
class _Sides:
    """The statements of the groups. It also knows which grants in them are already counted in one
    of our awards."""

    told: Mapping[str, Sequence[Books]]
    troubles: list[Trouble] = field(default_factory=list)
    counted: dict[GroupReference, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key: dict[GroupReference, Books] = {}
        self.held: dict[str, str] = {}
        for group in sorted(self.told):
            for books in self.told[group]:
                if books.is_held and books.reference:
                    self.held.setdefault(books.reference, group)
                elif books.reference:
                    self.by_key.setdefault((group, books.reference), books)

    def taken_by(self, sub_grant: SubGrant) -> Books | None:
        """Returns the grant in the group's statement that is the same as one of our sub-grants.
        Returns None if there is none, or if this grant was already found for another sub-grant."""
        key = sub_grant.to, sub_grant.reference
        if key in self.counted:
            self.troubles.append(
                Trouble("reference-twice", sub_grant.to, sub_grant.id, sub_grant.reference,
                        sub_grant.currency)
            )  # fmt: skip
            return None
        books = self.by_key.get(key)
        if books is not None:
            self.counted[key] = sub_grant.id
        return books

    def give_back(self, award: Award) -> None:
        """Notes the grants of groups that could not be counted in an award. They become awards of
        their own."""
        apart = {part.sub_grant for part in award.parts if not part.counts}
        for key in [key for key, sub_grant in self.counted.items() if sub_grant in apart]:
            self.counted[key] = ""

    def alone(self) -> list[Award]:
        """Returns the grants of the groups that are in none of our awards: grants that we hold for
        a group, and grants that we do not know."""
        done = {id(self.by_key[key]) for key, sub_grant in self.counted.items() if sub_grant}
        awards = []
        for group in sorted(self.told):
            for books in self.told[group]:
                if id(books) not in done:
                    awards.append(self._award(group, books))
        return awards

    def _award(self, group: str, books: Books) -> Award:
        terms = books.terms
        if not books.is_held:
            from_inside = sum(moved.units for moved in books.receipts)
            terms = replace(
                terms,
                received=terms.received - from_inside,
                unmatched=terms.unmatched + from_inside,
            )
            key = group, books.reference
            # If a sub-grant of ours was compared with these books, the difference is told already.
            if key not in self.counted or self.by_key[key] is not books:
                self.troubles.append(
                    Trouble("reference-unknown", group, "", books.reference, books.currency,
                            theirs=from_inside, grant=books.grant)
                )  # fmt: skip
        return Award(
            group,
            books.grant,
            books.reference,
            books.currency,
            terms,
            books.by_category,
            fee=books.fee,
        )
