"""Makes sure that the difference of two published figures reveals nobody's amount.

A figure is a sum of batches: the sum that a page shows for the first time, or the total of a
category, an activity or a grant since the beginning. The difference of two batches reveals nobody's
amount (see `drafts`). But a reader can subtract whole figures, and regular pay cancels out in a
difference. Example: four people got 20.00 more in March and April than in January and February, and
two of them got all of it.

If two sums reveal nobody's amount, their sum reveals nobody's amount either. So two figures are
compared only if each has a batch that the other does not have. Multiples of figures are compared
too (see `multiples`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.multiples import Multiples
from budgettrack.core.sealing.public import WITHHELD, PublicBatch
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.sealing.safety import (
    Amounts,
    Seen,
    amounts_of,
    combined,
    is_safe_or_nothing,
)

_Sum = int
"""The batches of a sum, as bits of a number. Each batch has one bit, in the order of sealing."""

_Name = Literal["apart", "in ratios"]
"""The name of a test of two sums. `apart`: their difference must reveal nobody's amount. `in
ratios`: differences of their multiples must not either."""

_Test = Callable[[_Sum, _Sum], bool]
_Less = Callable[[Draft, str, Sequence[Draft]], Draft | None]

_MOST_TRIALS = 24
"""At most this many contributors are left out on trial."""


class Figures:
    """The figures that were published before, and those of a new page.

    `plan`, `headings`: the grants and categories as they are called now. `less`: a function that
    returns a draft (a planned batch) without one contributor, or None if the draft may not be
    published in this way (see `Drafts.less`)."""

    def __init__(
        self,
        before: Sequence[Batch],
        plan: Plan,
        page: Month,
        seen: Seen,
        less: _Less = lambda *_: None,
        headings: Mapping[str, str] | None = None,
    ) -> None:
        self._before, self._page, self._seen, self._less = before, page, seen, less
        self._plan, self._headings = plan, headings or {}

    def are_safe(self) -> bool:
        """Whether no two figures that were published before reveal anybody's amount. Readers may
        have learnt more since then."""
        return self._unsafe_pair([], every=True) is None

    def without_unsafe_differences(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Returns the drafts (planned batches) that may be published, so that no two figures reveal
        anybody's amount.

        If two figures would reveal an amount, the money of one contributor in a draft waits: the
        smallest amount that is enough. If no single contributor is enough, a whole draft waits: the
        smallest that is enough, or else the largest."""
        left = list(drafts)
        while (pair := self._unsafe_pair(left)) is not None:
            places = sorted(
                (place for place in range(len(left)) if pair.batches >> self._place(place) & 1),
                key=lambda place: left[place].size,
            )
            fewer = self._with_one_less(left, places, pair)
            if fewer is None:
                helps = (place for place in places if pair.is_safe_without(1 << self._place(place)))
                fewer = list(left)
                del fewer[next(helps, places[-1])]
            left = fewer
        return left

    def _with_one_less(
        self, drafts: list[Draft], places: Sequence[int], pair: _Pair
    ) -> list[Draft] | None:
        """Returns the drafts (planned batches) with one contributor left out of one of them, so
        that the difference of the two sums in `pair` reveals nobody's amount.

        Returns None if no contributor with a small amount can be left out so."""
        amounts = sorted(
            (abs(units), place, who)
            for place in places
            for who, units in drafts[place].amounts.items()
        )
        for _, place, who in amounts[:_MOST_TRIALS]:
            less = self._less(drafts[place], who, drafts)
            if less is not None:
                fewer = [*drafts[:place], less, *drafts[place + 1 :]]
                if self._tests(self._batches(fewer))[pair.test](pair.one, pair.other):
                    return fewer
        return None

    def _place(self, draft: int) -> int:
        return len(self._before) + draft

    def _batches(self, drafts: Sequence[Draft]) -> list[Batch]:
        """Returns all batches, as they are if these drafts (planned batches) are published."""
        new = [
            Batch(0, self._page, draft.what, draft.correction, draft.labels, draft.parts)
            for draft in drafts
        ]
        return [*self._before, *new]

    def _tests(self, batches: Sequence[Batch]) -> Mapping[_Name, _Test]:
        """Returns the tests that any two sums of these batches must pass."""
        known = _Known(batches)
        return {
            "apart": lambda plus, minus: self._is_safe(known, plus, minus),
            "in ratios": Multiples(batches, self._seen).give_nobody_away,
        }

    def _is_safe(self, known: _Known, plus: _Sum, minus: _Sum) -> bool:
        """Whether a difference reveals nobody's amount. Amounts that are in both sums have
        cancelled out.

        If only amounts that a funder can see cancel out, the funder learns no more from the
        difference than from the two sums."""
        if not known.people(plus) & known.people(minus):
            return True
        amounts, others = known.amounts(plus), known.amounts(minus)
        shared = amounts.keys() & others.keys()
        seen = [visible for visible in self._seen if shared.difference(visible)]
        return is_safe_or_nothing(combined(amounts, others, -1), seen)

    def _as_named(self, batches: Sequence[Batch]) -> list[Sequence[PublicBatch]]:
        """Returns the batches under all names that readers know or may know later: with today's
        names, with the names that they were published with, and with the names that they would have
        if each grant were published."""
        grants = {id_: replace(grant, publish=True) for id_, grant in self._plan.grants.items()}
        published = replace(self._plan, grants=grants)
        named = [
            public_batches(batches, plan, headings=self._headings)
            for plan in (self._plan, published)
        ]
        sealed = zip(named[1], batches, strict=True)
        named.append([_as_sealed(now, batch.labels) for now, batch in sealed])
        return [names for place, names in enumerate(named) if names not in named[:place]]

    def _unsafe_pair(self, drafts: Sequence[Draft], *, every: bool = False) -> _Pair | None:
        """Returns two sums that together reveal somebody's amount, if these drafts (planned
        batches) are published. Returns None if there are none. Pairs that were published before
        are left out, unless `every` pair is asked for."""
        batches = self._batches(drafts)
        bits = (1 << len(batches)) - (1 if every else 1 << len(self._before))
        tests = self._tests(batches)
        judged: set[tuple[_Name, _Sum, _Sum]] = set()
        for sums in _sums(self._as_named(batches)):
            for one in sums:
                for other in sums if one & bits else ():
                    for test, left, right in _asked(one, other, bits):
                        if (test, left, right) in judged:
                            continue
                        judged |= {(test, left, right), (test, right, left)}
                        if not tests[test](left, right):
                            return _Pair(test, left, right, tests[test])
        return None


def _asked(one: _Sum, other: _Sum, bits: _Sum) -> Iterator[tuple[_Name, _Sum, _Sum]]:
    """Yields the tests that two figures need, each with the two sums to compare. `bits`: the
    batches of the new page."""
    plus, minus = one & ~other, other & ~one
    if plus and minus and (plus | minus) & bits:
        yield "apart", plus, minus
    if one != other:
        yield "in ratios", one, other


class _Pair(Struct, frozen=True):
    """Two sums that together reveal somebody's amount, and the test that they fail."""

    test: _Name
    one: _Sum
    other: _Sum
    is_safe: _Test

    @property
    def batches(self) -> _Sum:
        return self.one | self.other

    def is_safe_without(self, batch: _Sum) -> bool:
        return self.is_safe(self.one & ~batch, self.other & ~batch)


class _Known:
    """Knows which contributors are in which sums of batches."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self._amounts: dict[_Sum, Amounts] = {
            1 << place: amounts_of(batch.parts) for place, batch in enumerate(batches)
        }
        numbers: dict[str, int] = {}
        self._people: dict[_Sum, int] = {}
        for bit, amounts in self._amounts.items():
            people = 0
            for who in amounts:
                people |= 1 << numbers.setdefault(who, len(numbers))
            self._people[bit] = people

    def people(self, batches: _Sum) -> int:
        """Returns the contributors of some batches as bits of a number, one bit for each."""
        people = self._people.get(batches)
        if people is None:
            people = 0
            for bit in _bits(batches):
                people |= self._people[bit]
            self._people[batches] = people
        return people

    def amounts(self, batches: _Sum) -> Amounts:
        """Returns the amount of each contributor."""
        known = self._amounts.get(batches)
        if known is None:
            amounts: dict[str, int] = {}
            for bit in _bits(batches):
                for who, units in self._amounts[bit].items():
                    amounts[who] = amounts.get(who, 0) + units
            known = self._amounts[batches] = amounts
        return known


def _bits(batches: _Sum) -> Iterator[_Sum]:
    """Yields each batch of a sum, as a number with only the bit of this batch."""
    while batches:
        bit = batches & -batches
        yield bit
        batches ^= bit


def _as_sealed(now: PublicBatch, labels: Labels) -> PublicBatch:
    """Returns a batch with the labels that it was published with."""
    return replace(now, grant=labels.grant, category=labels.category, activity=labels.activity)


def _sums(named: Sequence[Sequence[PublicBatch]]) -> Iterable[Sequence[_Sum]]:
    """Returns the figures of all pages, each once. Figures about the same thing stand together.

    `named` has all batches several times, each time under other names."""
    sums: dict[str, dict[_Sum, None]] = {}
    for batches in named:
        for page in sorted({batch.page for batch in batches}):
            figures: dict[tuple[object, ...], _Sum] = {}
            for place, batch in enumerate(batches):
                if batch.page <= page:
                    for figure in _figures_with(batch, new=batch.page == page):
                        figures[figure] = figures.get(figure, 0) | 1 << place
            for (what, *_), figure_sum in figures.items():
                sums.setdefault(str(what), {})[figure_sum] = None
    return [list(those) for those in sums.values()]


def _figures_with(batch: PublicBatch, *, new: bool) -> Iterator[tuple[object, ...]]:
    """Returns keys for the figures of a page that contain a batch. `new`: whether the batch is new
    on this page."""
    yield (batch.what,)
    for label in ("grant", "category", "activity"):
        name = WITHHELD if batch.grant == WITHHELD else getattr(batch, label)
        yield batch.what, label, name
    if new:
        yield batch.what, "new"
        yield batch.what, "new", "grant", batch.grant
        if not batch.correction:
            yield batch.what, "new without corrections"
