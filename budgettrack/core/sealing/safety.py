"""Decides whether the public may know a sum, from the contributors whose amounts are in it.

The rule is the dominance rule of national statistics offices. A sum needs at least three
contributors, and what is left without the two largest must be at least a tenth of these two
together. So the second largest contributor cannot estimate the largest one within ten per cent.

A funder sees each row of its own grants. So the rule must also be true after all contributors whom
one funder can see are taken out of the sum, unless nothing is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from budgettrack.core.records.model import BudgetLine
from budgettrack.core.sealing.batches import Contribution

SEVERAL = "several: "
"""The prefix of a contributor that stands for several payees, because a line has more names of
payees than people."""

_PERSON = " person "
"""This text stands between the ID of a line and the number of a person whom the line pays."""

FEWEST = 3
"""How many contributors a sum must have at least."""

TENTH = 10
"""A sum may be published if the amounts without the two largest are at least one tenth of the
two largest together."""

Amounts = Mapping[str, int]
"""The amount of each contributor in a sum, in minor units. It may be negative in a difference.

The contributor '' stands for everybody who is not known."""

Seen = Collection[Collection[str]]
"""For each funder, the contributors who are visible in any of its grants."""


class Readers(tuple[Collection[str], ...]):
    """For each funder, the contributors who are visible in any of its grants. Most funders can see
    no contributor of a sum, so those who see one are found by the contributor."""

    def seeing(self, people: Iterable[str], but: int | None = None) -> list[Collection[str]]:
        """Returns what each funder sees who sees any of these contributors, in the order of the
        funders. `but`: the place of a funder who is left out."""
        places = {place for who in people for place in self._places.get(who, ())}
        return [self[place] for place in sorted(places) if place != but]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = {}
        for place, visible in enumerate(self):
            for who in visible:
                places.setdefault(who, []).append(place)
        return places


def amounts_of(parts: Iterable[Contribution]) -> dict[str, int]:
    """Returns the amount of each contributor."""
    amounts: dict[str, int] = {}
    for part in parts:
        amounts[part.contributor] = amounts.get(part.contributor, 0) + part.units
    return amounts


def by_line(parts: Iterable[Contribution]) -> dict[str, int]:
    """Returns the amount of each budget line. Budgets and payments are compared by line, because
    a budget does not say who will be paid."""
    amounts: dict[str, int] = {}
    for part in parts:
        key = line_key(part.line) if part.line else part.contributor
        amounts[key] = amounts.get(key, 0) + part.units
    return amounts


def line_key(line: str) -> str:
    """Returns a contributor that means a whole budget line."""
    return f"line {line}"


def persons(line: BudgetLine) -> list[str]:
    """Returns contributors for the persons whom a line pays. They are needed if the payees do not
    show which person was paid. If nobody filled in *People paid*, the line pays one person."""
    people = 1 if line.people_paid is None else line.people_paid
    return [f"{line_key(line.id)}{_PERSON}{rank}" for rank in range(people)]


def together(who: str) -> str:
    """Returns the line of a person, if the payees do not show which person of the line was paid.
    For any other contributor, returns the contributor itself."""
    return who.partition(_PERSON)[0]


def planned_for(line: BudgetLine, units: int) -> dict[str, int]:
    """Returns the money that a line will still pay, by contributor. A line that pays people pays
    each of them an equal part. Any other money has no known contributor: it may go to several."""
    names = persons(line) or [f"{line_key(line.id)} {number}" for number in range(FEWEST)]
    return {name: units // len(names) for name in names}


def combined(amounts: Amounts, others: Amounts, sign: int) -> dict[str, int]:
    """Returns the sum (`sign` 1) or the difference (`sign` -1) of two sums, by contributor.

    Amounts whose contributor is not known never cancel out, because they may belong to different
    people."""
    result = dict(amounts)
    for contributor, units in others.items():
        result[contributor] = result.get(contributor, 0) + sign * units
    if "" in result:
        result[""] = abs(amounts.get("", 0)) + abs(others.get("", 0))
    return {contributor: units for contributor, units in result.items() if units}


def is_safe(amounts: Amounts, seen: Seen = ()) -> bool:
    """Whether everybody may know a sum, and every funder too."""
    return unsafe_part(amounts, seen) is None


def unsafe_part(amounts: Amounts, seen: Seen = ()) -> Amounts | None:
    """Returns the amounts that break the rule: those of the whole sum, or those that a funder
    cannot see in its grants. Returns None if the sum keeps the rule."""
    ranked = sorted(
        ((abs(units), who) for who, units in amounts.items() if who and units), reverse=True
    )
    total, unknown = sum(size for size, _ in ranked), abs(amounts.get("", 0))
    if not _stands(ranked, (), len(ranked), total, unknown):
        return amounts
    people = frozenset(amounts)
    for taken_out in readings(amounts, _seeing(seen, people)):
        known = people.intersection(taken_out)
        if not known:
            continue
        sizes = [abs(amounts[who]) for who in known if who and amounts[who]]
        left, blur = len(ranked) - len(sizes), 0 if "" in known else unknown
        if (left or blur) and not _stands(ranked, known, left, total - sum(sizes), blur):
            return {who: amounts[who] for who in amounts if who not in known}
    return None


def _seeing(seen: Seen, people: frozenset[str]) -> Iterable[Collection[str]]:
    """Returns what those funders see who see any of these contributors."""
    if isinstance(seen, Readers):
        return seen.seeing(people)
    return (visible for visible in seen if not people.isdisjoint(visible))


def readings(amounts: Amounts, seen: Iterable[Collection[str]]) -> Iterator[Collection[str]]:
    """Yields, for each funder, the contributors whom the funder may be able to take out of a sum.

    A contributor may stand for several payees, or for somebody who is not known. In that case a
    funder may know all of this contributor's money, a part, or none. The worst case is taken: the
    funder knows the largest amounts."""
    unsure = sorted(filter(uncertain, amounts), key=lambda who: -abs(amounts[who]))
    for visible in seen:
        yield visible
        of_funder = [who for who in unsure if who in visible]
        for known in range(1, min(2, len(of_funder)) + 1):
            yield set(visible).difference(of_funder[:known])


def uncertain(who: str) -> bool:
    """Whether a contributor may be several persons, of whom a funder may know some."""
    return not who or who.startswith(SEVERAL)


def is_safe_or_nothing(amounts: Amounts, seen: Seen = ()) -> bool:
    """Whether everybody may know a sum. Returns True if the sum has nothing in it."""
    return not any(amounts.values()) or is_safe(amounts, seen)


def _stands(
    ranked: Sequence[tuple[int, str]], known: Collection[str], count: int, total: int, unknown: int
) -> bool:
    """Whether the rule is true for what is left of a sum, for a reader who knows some contributors.

    All money of unknown contributors may belong to the largest one: that is the worst case. There
    may be hundreds of readers, so the sum is not added up again for each. `ranked`: pairs of a size
    and a contributor for all known amounts, the largest first. `known`: the contributors whom the
    reader knows. `count`, `total`: how many known amounts are left, and their sum. `unknown`: the
    size of the amount whose contributor is not known."""
    if count < FEWEST:
        return False
    left = (size for size, who in ranked if who not in known)
    two = next(left) + next(left)
    return TENTH * (total - two) >= two + unknown
