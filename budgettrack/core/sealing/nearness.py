"""Makes some drafts (planned batches) wait, so that no reader can calculate an amount within ten
per cent.

The module `combinations` finds sums that give an amount exactly; `safety` and `differences` judge
one or two figures. But three or more figures together may show nearly what an amount is. Example: a
budget less two sums of pay leaves little. So this module asks about all figures together: could the
amount of one or two contributors be a tenth larger, although no figure changes and no amount falls
below zero? If this cannot be shown, a draft waits.

Each figure is an equation, which says how often the figure contains each unknown (see
`combinations`). A *change* gives other values to the unknowns and leaves every figure as it is,
so readers cannot see it. The method of least squares finds a change that raises the judged
amount. If another amount falls below zero in this change, that amount is set to zero and the
change is fitted to the figures again, in turns (the method of alternating projections: Bauschke
and Borwein, SIAM Review 38, 1996). If no change is found, the amount counts as known. So in
doubt money waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from operator import is_

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from budgettrack.core.sealing.alike import Alike, money_beside
from budgettrack.core.sealing.combinations import Equation, NumberedSum, Unknown
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.safety import Seen

_Matrix = npt.NDArray[np.float64]

RAISED = 0.11
"""A share. An amount counts as unknown only if it could be larger by this share of itself: the
tenth of the rule, and a little more."""

_TURNS = 300
"""How often the search for safe batches may be repeated. In tests with random groups, more
repetitions made no further pair of contributors safe."""

_EXACT = 1e-9
"""A change smaller than this counts as none: the amount is known exactly. Such amounts are left
to `combinations`."""


_ForAll = tuple[Mapping[Unknown, float], Alike]
"""The sizes of all unknowns, and which of their amounts are alike."""


class _Connected(Struct, frozen=True):
    """Sums that readers knew before and that have contributors in common, together with all
    contributors of these sums."""

    known: Sequence[NumberedSum]
    people: frozenset[str]


class Nearness:
    """Judges what readers know within ten per cent, from the sums of earlier pages and from the
    drafts (planned batches) of a new page.

    `known`: the sums that readers know before the drafts. Their amounts and those of the drafts
    have numbers from the same `Unknowns`. `seen`: for each funder, the contributors who are
    visible in any of its grants."""

    def __init__(self, known: Iterable[NumberedSum], seen: Seen) -> None:
        self._known, self._seen = list(known), seen
        self._judged: Sequence[Draft] = ()
        self._last: tuple[tuple[object, ...], _ForAll] | None = None
        # Holds for each reader the contributors whose amounts were found to have room.
        # An entry is one contributor, or two together.
        # An amount that has room while some drafts are sealed also has room while fewer are.
        # So an amount that had enough room once is not judged again.
        self._cleared: dict[frozenset[str], set[tuple[str, ...]]] = {}

    def without_near(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Returns the drafts (planned batches) that may be published, so that no amount of one or
        two contributors is known within ten per cent.

        For each amount that would be known, one draft waits: the smallest that is enough, or
        else the largest with money of one of these contributors. An amount that readers knew
        before stays known, whichever draft waits: for example, an award nearly shows the budget
        of a line that gets nearly all of the award. So such a contributor is not judged again
        together with others."""
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
        """Yields sets of sums that are connected by contributors in common, if a draft (a planned
        batch) is in the set. Money that belongs to nobody connects two sums only if both contain
        the same unknown.
        """
        sums = [*self._known, *(draft.numbered for draft in drafts)]
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
        """Returns the drafts (planned batches) without those from which this reader could guess the
        amount of one contributor within a tenth."""
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
        """Returns a draft (a planned batch) that must wait. Returns None if all may be published.
        `too_late`: the contributors whose amounts were known before; the function adds those that
        it finds. Neither these contributors nor pairs with one of them are judged."""
        if not drafts or not self._alike(connected, drafts).leave_a_doubt(visible):
            return None
        room = self._room(connected, drafts, visible)
        return self._first_in_doubt(room, connected, drafts, visible, too_late) if room else None

    def _first_in_doubt(
        self,
        room: RoomLeft,
        connected: _Connected,
        drafts: Sequence[Draft],
        visible: Collection[str],
        too_late: list[set[str]],
    ) -> Draft | None:
        """Returns the draft that must wait because of a contributor for whom there is too little
        room. Returns None if there is room enough for all."""
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
        """Returns the draft (a planned batch) that waits, so that an amount of these contributors
        is not known: the smallest draft that is enough, or else the largest."""
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
    ) -> RoomLeft | None:
        """Returns how much room the sums leave to amounts, for a reader who sees the money of
        some contributors. Returns None if this reader sees all of the money."""
        told = [*connected.known, *(draft.numbered for draft in drafts)]
        rows = [
            {unknown: times for unknown, times in sum_.row.items() if unknown[0] not in visible}
            for sum_ in told
        ]
        rows = [row for row in rows if row]
        return RoomLeft(rows, self._sizes(connected, drafts)) if rows else None

    def _alike(self, connected: _Connected, drafts: Sequence[Draft]) -> Alike:
        """Returns the sets of alike amounts in these sums. They are the same for all readers."""
        return self._for_all(connected, drafts)[1]

    def _sizes(self, connected: _Connected, drafts: Sequence[Draft]) -> Mapping[Unknown, float]:
        """Returns for each unknown the mean of its amounts, in minor units."""
        return self._for_all(connected, drafts)[0]

    def _for_all(self, connected: _Connected, drafts: Sequence[Draft]) -> _ForAll:
        """Returns what is the same for all readers. Readers are judged one after the other, so the
        last result is remembered."""
        of = (connected, *drafts)
        if self._last is not None:
            last, result = self._last
            if len(last) == len(of) and all(map(is_, last, of)):
                return result
        sums: dict[Unknown, list[int]] = {}
        told = [*connected.known, *(draft.numbered for draft in drafts)]
        for sum_ in told:
            for unknown, size in sum_.amounts:
                sums.setdefault(unknown, []).append(size)
        sizes = {unknown: sum(units) / len(units) for unknown, units in sums.items()}
        rows = [sum_.row for sum_ in told]
        result = sizes, Alike(rows, sizes, 2 * RAISED)
        self._last = of, result
        return result


class RoomLeft:
    """How much room the figures leave to the amounts of contributors.

    A change is a share of the size of an unknown: -1 makes the unknown zero. `owners`: the
    places of the unknowns of each contributor. Money that belongs to nobody has no owner."""

    def __init__(self, rows: Sequence[Equation], sizes: Mapping[Unknown, float]) -> None:
        unknowns = list(dict.fromkeys(unknown for row in rows for unknown in row))
        places = {unknown: place for place, unknown in enumerate(unknowns)}
        self._who = [who for who, _ in unknowns]
        self._sizes = np.array([sizes[unknown] for unknown in unknowns])
        self._times = np.zeros((len(rows), len(unknowns)))
        for number, row in enumerate(rows):
            self._times[number, [places[unknown] for unknown in row]] = list(row.values())
        self.owners: dict[str, list[int]] = {}
        for (who, _), place in places.items():
            if who:
                self.owners.setdefault(who, []).append(place)

    @cached_property
    def _shown(self) -> _Matrix:
        """Returns a basis of the changes that figures show. It takes long, and is not needed if
        nobody is in doubt."""
        return _shown(self._times * self._sizes)

    def in_doubt(self) -> Iterable[tuple[str, ...]]:
        """Yields each contributor, and each pair of contributors, whose amounts may be known.
        Those with obvious room are left out, to save time."""
        doubtful = [who for who, places in self.owners.items() if not self._plainly_open(places)]
        if not doubtful:
            return
        in_doubt = set(doubtful)
        plain = [who for who in self.owners if who not in in_doubt]
        yield from ((who,) for who in doubtful)
        yield from self._pairs_in_doubt(doubtful)
        given_back = np.array([self._beside.get(place, 0.0) for place in range(len(self._who))])
        of_plain = [place for who in plain for place in self.owners[who]]
        for who in doubtful:
            if not self._open_beside(self.owners[who], of_plain, given_back[of_plain]):
                yield from ((who, other) for other in plain)

    def _pairs_in_doubt(self, doubtful: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yields each pair of these contributors, unless the pair obviously has room.

        If both have one amount each, the change that raises the first and leaves the second is a
        sum of the two changes that raise each alone. So a bound on how far any amount falls is
        calculated for all pairs at once."""
        single = [who for who in doubtful if len(self.owners[who]) == 1]
        places = [self.owners[who][0] for who in single]
        only = np.zeros((len(self._sizes), len(single)))
        only[places, range(len(single))] = 1.0
        open_ = self._not_shown(only)
        with np.errstate(divide="ignore", invalid="ignore"):
            alone = open_ / open_[places, range(len(single))]
            falls, most = -alone.min(axis=0), np.abs(alone).max(axis=0)
            # By how much the change in each column changes the amount in each row.
            moves = np.abs(alone[places])
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
        """Whether each amount of a contributor may be larger by a fifth without changing any figure
        that readers know, even if the money of any one other contributor stays as it is
        (`of_plain`: the others, whose amounts obviously may change). What a change adds or takes is
        balanced with half of the money in the same figures (`given_back`). The change takes no more
        than the other half."""
        changes = self._changes(ours)
        if changes is None:
            return False
        changes *= 2 * RAISED
        moved = np.abs(changes[of_plain]) * self._sizes[of_plain, None]
        # Several amounts of one contributor may be balanced with the same money: they are summed.
        numbers = {who: number for number, who in enumerate(self.owners)}
        whose = [numbers[self._who[place]] for place in of_plain]
        of_each = np.zeros((len(numbers), len(ours)))
        np.add.at(of_each, whose, moved)
        return bool(changes.min() >= -0.5 and np.all(of_each[whose] <= given_back[:, None] / 2))

    def _plainly_open(self, places: Sequence[int]) -> bool:
        """Whether the others in the same figures have so much money that each amount could be
        larger by a fifth at their expense. This must hold even without the money of any one
        other contributor. (A tenth of two amounts together is at most a fifth of the larger.)"""
        return all(
            self._beside.get(place, 0.0) >= 2 * RAISED * self._sizes[place] for place in places
        )

    @cached_property
    def _beside(self) -> Mapping[int, float]:
        """Returns for each unknown the money of other contributors in the same figures, without
        the largest other contributor."""
        alike: dict[bytes, list[int]] = {}
        for place, column in enumerate(self._times.T):
            alike.setdefault(column.tobytes(), []).append(place)
        beside: dict[int, float] = {}
        for places in alike.values():
            amounts = [(self._who[place], float(self._sizes[place])) for place in places]
            beside |= zip(places, money_beside(amounts), strict=True)
        return beside

    def knows(self, who: Sequence[str]) -> bool:
        """Whether an amount of one or two contributors (`who`) is known within ten per cent.
        Returns False if an amount is known exactly.

        For two contributors, the answer is also yes in two more cases: one of them, who knows her
        own amount, can calculate the other's; or the sum of both is known."""
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
        """Returns the smallest change for each unknown in `ours`. The change doubles this unknown,
        leaves the others in `ours` as they are, and changes no figure. Returns None if an unknown
        is known exactly."""
        only = np.zeros((len(self._sizes), len(ours)))
        only[ours, range(len(ours))] = 1.0
        open_ = self._not_shown(only)
        values, vectors = np.linalg.eigh(open_[ours])
        if values[0] < _EXACT:
            return None
        return np.asarray(open_ @ (vectors / values) @ vectors.T)

    def _fit(self, change: _Matrix, ours: Sequence[int], columns: _Matrix, aim: _Matrix) -> _Matrix:
        """Returns the nearest change that no figure shows and that changes the unknowns `ours`
        by `aim`."""
        inside = self._not_shown(change)
        return np.asarray(inside + columns @ (aim - inside[ours]))

    def _may_rise_together(self, one: int, other: int) -> bool:
        """Whether the sum of two unknowns may be larger by a tenth if both unknowns change."""
        weights = np.zeros(len(self._sizes))
        weights[[one, other]] = self._sizes[[one, other]]
        weights /= weights.sum()
        seen = self._not_shown(weights)

        def fit(change: _Matrix) -> _Matrix:
            inside = self._not_shown(change)
            return np.asarray(inside + seen * ((RAISED - weights @ inside) / (weights @ seen)))

        return self._has_room(fit)

    def _has_room(self, fit: Callable[[_Matrix], _Matrix]) -> bool:
        """Whether a change is found that no figure shows and in which no amount falls below
        zero. `fit`: a function that returns the nearest change with the wanted rise that no
        figure shows."""
        change = fit(np.zeros(len(self._sizes)))
        for _ in range(_TURNS):
            if change.min() >= -1 - _EXACT:
                return True
            # Amounts are set to a little above zero, so that the repetition ends.
            change = fit(np.maximum(change, -0.98))
        return False

    def _not_shown(self, change: _Matrix) -> _Matrix:
        """Returns the part of a change that no figure shows."""
        return np.asarray(change - self._shown.T @ (self._shown @ change))


def _shown(money: _Matrix) -> _Matrix:
    """Returns an orthonormal basis of all changes that figures show: each row of the result is
    one change. `money`: a row for each figure, with the money of each unknown in it."""
    money = money / np.linalg.norm(money, axis=1)[:, None]
    _, values, right = np.linalg.svd(money, full_matrices=False)
    return np.asarray(right[values > _EXACT * values[0]])
