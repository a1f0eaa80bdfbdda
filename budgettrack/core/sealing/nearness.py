"""Holds back drafts beside which a reader would know an amount within ten per cent.

`combinations` finds sums that give an amount exactly, `safety` and `differences` judge sums of two
figures. But three figures or more may leave an amount nearly no room: a plan less two sums of pay,
say, and what is between them is small. So the whole is asked: may the amount of one or two
contributors be a tenth larger, if no figure changes, and no amount falls below zero? If nothing
shows that it may, a draft waits.

Each figure is an equation: how often it has each unknown (see `combinations`). What readers cannot
see is a *change* of all unknowns that leaves every figure as it is. A change that raises what is
judged is looked for by least squares. If the first one makes an amount fall below zero, it is
brought back above zero and made to fit the figures again, in turns (the method of alternating
projections: Bauschke and Borwein, SIAM Review 38, 1996). If none is found, the amount counts
as known: money may wait once too often, and is never told once too often."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.combinations import Equation, Unknown, Unknowns
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.safety import Seen

_Matrix = npt.NDArray[np.float64]

RAISED = 0.11
"""How much larger an amount must be able to be, as a share of it: the law's tenth, and a little."""

_TURNS = 300
"""How often a change is brought back above zero. More clears no further pair of random groups."""

_EXACT = 1e-9
"""Below it, no change is left: the amount is known exactly. That is judged by `combinations`."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A sum that readers know: its equation, and the contributions in it."""

    row: Equation
    parts: Sequence[Contribution]


@dataclass(frozen=True, slots=True)
class _Connected:
    """Sums that were known before and have contributors in common, and all these contributors."""

    known: Sequence[_Told]
    people: frozenset[str]


class Nearness:
    """What readers know nearly from the sums of earlier pages, and from drafts of a new page.

    `known`: the sums that readers know before the drafts.
    `unknowns`: numbers the amounts, as for the drafts.
    `seen`: for each funder, the contributors who are visible in any of its grants."""

    def __init__(
        self, known: Iterable[Sequence[Contribution]], unknowns: Unknowns, seen: Seen
    ) -> None:
        self._unknowns, self._seen = unknowns, seen
        self._known = [self._told(parts) for parts in known]
        self._judged: Sequence[Draft] = ()
        # By reader. Who has room beside some drafts has it beside fewer.
        self._cleared: dict[frozenset[str], set[tuple[str, ...]]] = {}

    def without_near(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Returns the drafts that may be sealed, so that no amount of one or two contributors is
        known within ten per cent.

        For each that would be, the smallest draft waits without which it is not, or else the
        largest that has money of one of them. What was known before is known, whatever waits: an
        award tells nearly the plan of a line that has nearly all of it. Such a contributor is not
        judged again beside each other one."""
        left = list(drafts)
        if any(draft not in self._judged for draft in drafts):
            self._cleared.clear()
        self._judged = left
        for connected in self._connected(drafts):
            for visible in [(), *self._seen]:
                if not visible or not connected.people.isdisjoint(visible):
                    left = self._without_near(connected, left, visible)
        return left

    def _connected(self, drafts: Sequence[Draft]) -> Iterator[_Connected]:
        """Yields sums that have contributors in common, directly or by others, if one of them is a
        draft. What belongs to nobody has no contributor, but an amount of its own."""
        sums = [*self._known, *map(_of_draft, drafts)]
        by_key: dict[object, list[int]] = {}
        for number, sum_ in enumerate(sums):
            for unknown in sum_.row:
                by_key.setdefault(unknown[0] or unknown, []).append(number)
        done: set[int] = set()
        for first in range(len(self._known), len(sums)):
            if first in done:
                continue
            found, open_, keys = {first}, [first], set[object]()
            while open_:
                new = {unknown[0] or unknown for unknown in sums[open_.pop()].row} - keys
                keys |= new
                more = {number for key in new for number in by_key[key]} - found
                found |= more
                open_ += more
            done |= found
            known = [sums[number] for number in sorted(found) if number < len(self._known)]
            people = frozenset(key for key in keys if isinstance(key, str))
            yield _Connected(known, people)

    def _without_near(
        self, connected: _Connected, drafts: Sequence[Draft], visible: Collection[str]
    ) -> list[Draft]:
        """Returns the drafts that may be sealed for one reader."""
        others = [draft for draft in drafts if connected.people.isdisjoint(draft.amounts)]
        left = [draft for draft in drafts if draft not in others]
        too_late: list[set[str]] = []
        while (waits := self._first_to_wait(connected, left, visible, too_late)) is not None:
            left = [draft for draft in left if draft is not waits]
        return [draft for draft in drafts if draft in others or draft in left]

    def _first_to_wait(
        self,
        connected: _Connected,
        drafts: Sequence[Draft],
        visible: Collection[str],
        too_late: list[set[str]],
    ) -> Draft | None:
        """Returns a draft that must wait, or None. `too_late`: who was known before; more are
        added. They are not judged, nor others together with them."""
        room = self._room(connected, drafts, visible)
        if room is None or not drafts:
            return None
        cleared = self._cleared.setdefault(frozenset(visible), set())
        for who in room.in_doubt():
            if who in cleared or any(known <= set(who) for known in too_late):
                continue
            if not room.knows(who):
                cleared.add(who)
            elif self._is_known(connected, (), visible, who):
                too_late.append(set(who))
            else:
                return self._who_waits(connected, drafts, visible, who)
        return None

    def _who_waits(
        self,
        connected: _Connected,
        drafts: Sequence[Draft],
        visible: Collection[str],
        who: tuple[str, ...],
    ) -> Draft:
        """Returns the draft that waits so that an amount is not known: the smallest that helps, or
        else the largest."""
        by_size = sorted(drafts, key=lambda draft: draft.size)
        for draft in by_size:
            others = [other for other in drafts if other is not draft]
            if not self._is_known(connected, others, visible, who):
                return draft
        theirs = [draft for draft in by_size if not draft.amounts.keys().isdisjoint(who)]
        return (theirs or by_size)[-1]

    def _is_known(
        self,
        connected: _Connected,
        drafts: Sequence[Draft],
        visible: Collection[str],
        who: tuple[str, ...],
    ) -> bool:
        room = self._room(connected, drafts, visible)
        return room is not None and room.knows(who)

    def _room(
        self, connected: _Connected, drafts: Sequence[Draft], visible: Collection[str]
    ) -> Room | None:
        """Returns what sums leave open to a reader who sees some contributors' money. Returns None
        if nothing is left that this reader does not see."""
        told = [*connected.known, *map(_of_draft, drafts)]
        rows = [
            {unknown: times for unknown, times in sum_.row.items() if unknown[0] not in visible}
            for sum_ in told
        ]
        rows = [row for row in rows if row]
        return Room(rows, self._sizes(told)) if rows else None

    def _sizes(self, told: Iterable[_Told]) -> Mapping[Unknown, float]:
        """Returns the mean of the amounts that are one unknown, in minor units."""
        sums: dict[Unknown, list[int]] = {}
        for sum_ in told:
            for part in sum_.parts:
                for unknown in self._unknowns.row((part,)):
                    sums.setdefault(unknown, []).append(abs(part.units))
        return {unknown: sum(units) / len(units) for unknown, units in sums.items()}

    def _told(self, parts: Sequence[Contribution]) -> _Told:
        return _Told(self._unknowns.row(parts), parts)


class Room:
    """How much room figures leave to the amounts of contributors.

    Changes are shares of an unknown's size: -1 makes it zero. `owners`: the places of each
    contributor's unknowns. What belongs to nobody is no contributor's."""

    def __init__(self, rows: Sequence[Equation], sizes: Mapping[Unknown, float]) -> None:
        unknowns = list(dict.fromkeys(unknown for row in rows for unknown in row))
        places = {unknown: place for place, unknown in enumerate(unknowns)}
        self._who = [who for who, _ in unknowns]
        self._sizes = np.array([sizes[unknown] for unknown in unknowns])
        self._times = np.zeros((len(rows), len(unknowns)))
        for number, row in enumerate(rows):
            self._times[number, [places[unknown] for unknown in row]] = list(row.values())
        self._shown = _shown(self._times * self._sizes)
        self.owners: dict[str, list[int]] = {}
        for (who, _), place in places.items():
            if who:
                self.owners.setdefault(who, []).append(place)

    def in_doubt(self) -> Iterable[tuple[str, ...]]:
        """Yields each contributor, and each two of them, unless it is plain that there is room."""
        doubtful = [who for who, places in self.owners.items() if not self._plainly_open(places)]
        plain = [who for who in self.owners if who not in set(doubtful)]
        yield from ((who,) for who in doubtful)
        yield from self._pairs_in_doubt(doubtful)
        given_back = np.array([self._beside.get(place, 0.0) for place in range(len(self._who))])
        of_plain = [place for who in plain for place in self.owners[who]]
        for who in doubtful:
            if not self._open_beside(self.owners[who], of_plain, given_back[of_plain]):
                yield from ((who, other) for other in plain)

    def _pairs_in_doubt(self, doubtful: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yields each two of some contributors, unless it is plain that there is room.

        Of two who have one amount each, the change that raises the first and leaves the second is
        a sum of the changes that raise each alone. So there is a bound on how far it falls, and it
        is found for all of them at once."""
        single = [who for who in doubtful if len(self.owners[who]) == 1]
        places = [self.owners[who][0] for who in single]
        only = np.zeros((len(self._sizes), len(single)))
        only[places, range(len(single))] = 1.0
        open_ = self._not_shown(only)
        with np.errstate(divide="ignore", invalid="ignore"):
            alone = open_ / open_[places, range(len(single))]
            falls, most = -alone.min(axis=0), np.abs(alone).max(axis=0)
            moves = np.abs(alone[places])  # how far each column moves the amount of each row
            fall = (falls[None, :] + moves * most[:, None]) / (1 - moves * moves.T)
            # A tenth of two amounts is a fifth of the larger at most.
            is_plain = (2 * RAISED * fall <= 1) & (moves * moves.T < 1)
        number = {who: place for place, who in enumerate(single)}
        plain = is_plain & is_plain.T
        for one, other in combinations(doubtful, 2):
            both_single = one in number and other in number
            if not (both_single and plain[number[one], number[other]]):
                yield one, other

    def _open_beside(
        self, ours: Sequence[int], of_plain: Sequence[int], given_back: _Matrix
    ) -> bool:
        """Whether a contributor's amounts may each rise by a fifth beside any of those who are
        plainly open, whose own money stays. What a change takes from them, or adds to them, is made
        good with half of the money that stands beside theirs (`given_back`); the change takes no
        more than the other half."""
        changes = self._changes(ours)
        if changes is None:
            return False
        changes *= 2 * RAISED
        moved = np.abs(changes[of_plain]) * self._sizes[of_plain, None]
        return bool(changes.min() >= -0.5 and np.all(moved <= given_back[:, None] / 2))

    def _plainly_open(self, places: Sequence[int]) -> bool:
        """Whether each amount stands in the same figures as so much money of others that it may
        take a fifth of itself from them, whomever one looks at beside. (A tenth of two amounts is
        a fifth of the larger at most.)"""
        return all(
            self._beside.get(place, 0.0) >= 2 * RAISED * self._sizes[place] for place in places
        )

    @cached_property
    def _beside(self) -> Mapping[int, float]:
        """Returns for each unknown the money of others in the same figures, without the largest of
        them."""
        alike: dict[bytes, list[int]] = {}
        for place, column in enumerate(self._times.T):
            alike.setdefault(column.tobytes(), []).append(place)
        beside: dict[int, float] = {}
        for places in alike.values():
            money: dict[str, float] = {}
            for place in places:
                money[self._who[place]] = money.get(self._who[place], 0.0) + self._sizes[place]
            total, (second, largest) = sum(money.values()), sorted([0.0, *money.values()])[-2:]
            for place in places:
                own = money[self._who[place]]
                beside[place] = total - own - (second if own == largest else largest)
        return beside

    def knows(self, who: Sequence[str]) -> bool:
        """Whether an amount of a contributor, or of one of two if the other knows her own, or of
        the two together, is known within ten per cent. Returns False if it is known exactly."""
        groups = [self.owners[one] for one in who if one in self.owners]
        ours = [place for group in groups for place in group]
        if len(groups) < len(who):
            return False
        columns = self._changes(ours)
        if columns is None:
            return False
        falls = -columns.min(axis=0)

        def may_rise(number: int, share: float) -> bool:
            if share * falls[number] <= 1:
                return True
            aim = np.zeros(len(ours))
            aim[number] = share
            return self._has_room(lambda change: self._fit(change, ours, columns, aim))

        if not all(may_rise(number, RAISED) for number in range(len(ours))):
            return True
        if len(groups) < 2:
            return False
        sizes = self._sizes[ours]
        for one in range(len(groups[0])):
            for other in range(len(groups[0]), len(ours)):
                share = RAISED * (sizes[one] + sizes[other])
                larger, smaller = (one, other) if sizes[one] >= sizes[other] else (other, one)
                if not (
                    may_rise(larger, share / sizes[larger])
                    or may_rise(smaller, share / sizes[smaller])
                    or self._may_rise_together(ours[one], ours[other])
                ):
                    return True
        return False

    def _changes(self, ours: Sequence[int]) -> _Matrix | None:
        """Returns for each of our unknowns the smallest change that raises it by its whole size,
        leaves the others of ours, and is seen in no figure. Returns None if one is known
        exactly."""
        only = np.zeros((len(self._sizes), len(ours)))
        only[ours, range(len(ours))] = 1.0
        open_ = self._not_shown(only)
        values, vectors = np.linalg.eigh(open_[ours])
        if values[0] < _EXACT:
            return None
        return np.asarray(open_ @ (vectors / values) @ vectors.T)

    def _fit(self, change: _Matrix, ours: Sequence[int], columns: _Matrix, aim: _Matrix) -> _Matrix:
        """Returns the nearest change that no figure shows and that changes ours as aimed."""
        inside = self._not_shown(change)
        return np.asarray(inside + columns @ (aim - inside[ours]))

    def _may_rise_together(self, one: int, other: int) -> bool:
        """Whether the sum of two unknowns may be larger by a tenth, if both change."""
        weights = np.zeros(len(self._sizes))
        weights[[one, other]] = self._sizes[[one, other]]
        weights /= weights.sum()
        seen = self._not_shown(weights)

        def fit(change: _Matrix) -> _Matrix:
            inside = self._not_shown(change)
            return np.asarray(inside + seen * ((RAISED - weights @ inside) / (weights @ seen)))

        return self._has_room(fit)

    def _has_room(self, fit: Callable[[_Matrix], _Matrix]) -> bool:
        """Whether a change that fits is found in which no amount falls below zero. `fit`: makes the
        nearest change that raises what is asked for and that no figure shows."""
        change = fit(np.zeros(len(self._sizes)))
        for _ in range(_TURNS):
            if change.min() >= -1 - _EXACT:
                return True
            change = fit(np.maximum(change, -0.98))  # a little inside, so that it ends
        return False

    def _not_shown(self, change: _Matrix) -> _Matrix:
        """Returns the part of a change that no figure shows."""
        return np.asarray(change - self._shown.T @ (self._shown @ change))


def _of_draft(draft: Draft) -> _Told:
    return _Told(draft.row, draft.parts)


def _shown(money: _Matrix) -> _Matrix:
    """Returns a basis of the changes that figures show, as rows at right angles. `money`: a row for
    each figure, with the money of each unknown in it."""
    money = money / np.linalg.norm(money, axis=1)[:, None]
    _, values, right = np.linalg.svd(money, full_matrices=False)
    return np.asarray(right[values > _EXACT * values[0]])
