"""Forms the batches of a page. A draft (a planned batch) is a sum that may become a batch.

A batch is formed only under three conditions. It reveals nobody's amount (see `safety`). Its sum
and its difference with any other batch that has a contributor in common reveal nobody's amount,
or are zero. No combination of batches reveals the amount of a contributor (see `combinations`).
If a batch would reveal an amount, its labels are removed one by one: first the activity, then
the grant, then the category. An amount that would be revealed even without labels waits for a
later page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial

from msgspec import Struct

from budgettrack.core.base.months import Month, after
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.changed import Changeable
from budgettrack.core.sealing.combinations import Equation, NumberedSum, Unknown, Unknowns
from budgettrack.core.sealing.known_sums import KnownSums, by_person
from budgettrack.core.sealing.public import What
from budgettrack.core.sealing.safety import (
    FEWEST,
    Amounts,
    Readers,
    Seen,
    amounts_of,
    by_line,
    combined,
    is_safe_or_nothing,
    together,
    unsafe_part,
)

_Level = Callable[[Labels], Labels]

_GIVEN_UP: tuple[tuple[_Level, int], ...] = (
    (lambda labels: labels, 0),
    (lambda labels: Labels(labels.grant, labels.category), 1),
    (lambda labels: Labels(None, labels.category), 1),
    (lambda labels: Labels(labels.grant), 12),
    (lambda labels: Labels(), 18),  # noqa: ARG005 - all labels are given up
)
"""The labels that a batch keeps at each level, from all labels to none, and the number of months
that money waits before it goes to that level.

The months were tried on the sample: waiting a month keeps more labels, and without a long wait
before the last two levels a fifth of the money would lose its category."""

_ACROSS_GRANTS = 2
"""The level at which money of several grants is added up. Money waits one month longer for this
level if more money of its own grant may still come."""


_MANY = 50
"""If a sum has more contributors than this, only a few of the contributors whose amounts it would
reveal are taken out."""

_MOST_TAKEN_OUT = 8
"""At most this many contributors are taken out of a sum with many. If more had to be taken out, the
whole sum waits: of hundreds of contributors few would be left, and the time would grow with the
square of their number."""

_MOST_TRIALS = 24
"""If each trial takes long, at most this many contributors are tried. A trial leaves out one
contributor, to see whether the rest is safe."""


class Draft(Struct, frozen=True):
    """A sum that is a batch already, or may become one.

    `numbered`: the sum with the numbers of its amounts. `size`: the sum of the absolute values of
    all amounts."""

    what: What
    correction: bool
    labels: Labels
    parts: tuple[Contribution, ...]
    numbered: NumberedSum
    amounts: Amounts
    lines: Amounts
    size: int

    @property
    def row(self) -> Equation:
        """The row of the matrix for this sum."""
        return self.numbered.row


class Drafts:
    """The batches of a page, together with those of earlier pages.

    `sums`: other sums that readers know, such as an award. `copies`: sums that stood on pages of
    an older version of the program; together with each of these sums, a new batch must reveal
    nobody's amount. `people`: the persons whom a line pays, by line, if it pays several."""

    def __init__(
        self,
        before: Sequence[Batch],
        now: Sequence[Contribution],
        page: Month,
        seen: Seen,
        sums: Iterable[Sequence[Contribution]] = (),
        copies: Iterable[Batch] = (),
        people: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.drafts: list[Draft] = []
        self._page, self._seen = page, Readers(seen)
        self._unknowns = Unknowns()
        self._under: defaultdict[tuple[What, Labels], set[str]] = defaultdict(set)
        for part in now:
            self._under[part.what, part.labels].add(part.contributor)
        old = [self._draft(copy.what, copy.correction, copy.parts) for copy in copies]
        self._before = [self._draft(batch.what, batch.correction, batch.parts) for batch in before]
        self._months = self._months_of_amounts(now)
        sums = list(sums)
        told = [self._unknowns.numbered(sum_) for sum_ in sums]
        self.known_sums: list[NumberedSum] = [
            *told,
            *(draft.numbered for draft in (*self._before, *old)),
        ]
        """The sums that readers know before this page."""
        rows = [draft.row for draft in self._before]
        self._known = KnownSums([*rows, *(sum_.row for sum_ in told)], self._seen)
        self._paid_by, self._amounts_by_person = people or {}, Unknowns()
        self._plans = [part for part in now if part.what == "budget"]
        self._told_before = [*sums, *(batch.parts for batch in before)]
        self._before += old
        self._sharing: dict[str, list[int]] = {}
        for index, draft in enumerate(self._before):
            for key in draft.amounts.keys() | draft.lines.keys():
                self._sharing.setdefault(key, []).append(index)

    def form(self, pool: Sequence[Contribution], *, correction: bool) -> None:
        """Forms batches from contributions about the same subject. The contributions that stay
        in `pool` wait for a later page."""
        for number, (level, patience) in enumerate(_GIVEN_UP):
            groups = _groups(pool, level)
            pool = []
            for group in groups:
                ripe = [self._has_waited(part, patience, number) for part in group]
                is_ripe = any(ripe)
                # Some money can never be a batch under its own labels.
                # Such money does not wait, because waiting would not help.
                joins = [
                    is_ripe and (waited or not self._can_stand_alone(part))
                    for part, waited in zip(group, ripe, strict=True)
                ]
                pool += [part for part, joined in zip(group, joins, strict=True) if not joined]
                parts = [part for part, joined in zip(group, joins, strict=True) if joined]
                if parts:
                    pool += self._keep_most(parts, level, correction=correction)

    def _has_waited(self, part: Contribution, patience: int, number: int) -> bool:
        """Whether a contribution has waited long enough for this level, at which it loses some of
        its labels."""
        if number == _ACROSS_GRANTS and self._can_stand_alone(part):
            patience += 1
        # A budget has no month, so it cannot wait.
        # So the money of a budget may at once lose all labels except the category.
        return after(part.month or after(self._page, -12), patience) <= self._page

    def _can_stand_alone(self, part: Contribution) -> bool:
        """Whether enough contributors are known for a batch that has all the labels of this
        contribution."""
        return len(self._under[part.what, part.labels]) >= FEWEST

    def less(self, draft: Draft, who: str, beside: Iterable[Draft]) -> Draft | None:
        """Returns a draft (a planned batch) without one contributor. Returns None if that draft may
        not be published together with `beside`, or if nothing is left in it."""
        less = self._without(draft, who)
        self.drafts = [other for other in beside if other is not draft]
        return less if less.parts and self._in_the_way(less) is None else None

    @cached_property
    def _known_by_person(self) -> KnownSums:
        """Returns the known sums, with each budget split among the persons whom its line pays.
        Everybody knows the plans first, so their amounts get the first numbers."""
        self._row_by_person(self._plans)
        return KnownSums(map(self._row_by_person, self._told_before), self._seen)

    @property
    def sealed(self) -> Sequence[Draft]:
        """The batches of earlier pages, in their order."""
        return self._before

    def all_stand(self) -> bool:
        """Whether the batches of earlier pages, alone and in pairs, reveal nobody's amount. Readers
        may have learnt more after these were sealed."""
        return all(
            unsafe_part(draft.amounts, self._seen) is None
            and all(self._may_stand_beside(draft, other) for other in self._before[:place])
            and self._leaves_nobody_alone(draft)
            for place, draft in enumerate(self._before)
        )

    def _draft(self, what: What, correction: bool, parts: Iterable[Contribution]) -> Draft:
        parts = tuple(parts)
        return Draft(
            what,
            correction,
            _in_common(parts),
            parts,
            self._unknowns.numbered(parts),
            amounts_of(parts),
            by_line(parts),
            sum(abs(part.units) for part in parts),
        )

    def _with(self, draft: Draft, parts: Iterable[Contribution]) -> Draft:
        return self._draft(draft.what, draft.correction, parts)

    def _without(self, draft: Draft, who: str) -> Draft:
        """Returns a draft (a planned batch) without one contributor. If it is not known which
        person of a line was paid what, all persons of the line are left out together."""
        leave = _leave_with(who, draft.amounts)
        return self._with(draft, (part for part in draft.parts if part.contributor not in leave))

    def _keep_most(
        self, parts: Sequence[Contribution], level: _Level, *, correction: bool
    ) -> Sequence[Contribution]:
        """Keeps as much of a sum as can be published without revealing anybody's amount.

        Returns the contributions that are left over. A contributor whose amount the sum would
        reveal is taken out, and this is repeated. So one large payment does not delay all
        others."""
        if correction:
            # A change may be an amount that has no number yet. Numbers are given in this order.
            self._unknowns.numbered(parts)
        safe, left = self._safe_alone(parts)
        kept = self._draft(parts[0].what, correction, safe)
        while (who := self._in_the_way(kept)) is not None:
            kept = self._without(kept, who) if left else self._with(kept, ())
            left -= 1
        if kept.parts:
            self.drafts.append(kept)
            sealed = {(part.table, part.id) for part in kept.parts}
            return [part for part in parts if (part.table, part.id) not in sealed]
        return [] if self._borrow(parts, level, correction=correction) else parts

    def _safe_alone(self, parts: Sequence[Contribution]) -> tuple[Sequence[Contribution], int]:
        """Returns the contributions of a sum that reveals nobody's amount when it stands alone, and
        how many contributors may still be taken out. Most money that waits ends here, so this looks
        at nothing but the amounts."""
        amounts = amounts_of(parts)
        left = _MOST_TAKEN_OUT if len(amounts) > _MANY else len(amounts)
        while parts and (unsafe := unsafe_part(amounts, self._seen)) is not None:
            leave = _leave_with(_largest(unsafe), amounts) if left else amounts.keys()
            parts = [part for part in parts if part.contributor not in leave]
            amounts = {who: units for who, units in amounts.items() if who not in leave}
            left -= 1
        return parts, left

    def _borrow(self, parts: Sequence[Contribution], level: _Level, *, correction: bool) -> bool:
        """Adds to a sum another batch with the same labels, so that both together reveal nobody's
        amount: the smallest that is enough. Returns False if no batch is enough.

        The added batch loses its more exact labels. So it may not be larger than the sum, or at
        most one and a half times as large if it keeps its category (decision 0064)."""
        what, first = parts[0].what, parts[0]
        labels, size = level(first.labels), sum(abs(part.units) for part in parts)
        most = size if labels.category is None else size * 3 // 2
        siblings = [
            other
            for other in self.drafts
            if (other.what, other.correction) == (what, correction)
            and level(other.parts[0].labels) == labels
            and other.size <= most
            and (other.parts[0].units < 0) == (first.units < 0)
        ]
        drafts = self.drafts
        for sibling in sorted(siblings, key=lambda other: other.size):
            both = (*parts, *sibling.parts)
            if unsafe_part(amounts_of(both), self._seen) is None:
                self.drafts = [other for other in drafts if other is not sibling]
                draft = self._draft(what, correction, both)
                if self._in_the_way(draft) is None:
                    self.drafts.append(draft)
                    return True
        self.drafts = drafts
        return False

    def _in_the_way(self, draft: Draft) -> str | None:
        """Returns a contributor whose amount a draft (a planned batch) would reveal. Returns None
        if the draft may be published, or if it is empty."""
        if not draft.parts:
            return None
        unsafe = unsafe_part(draft.amounts, self._seen)
        if unsafe is not None:
            return _largest(unsafe)
        mostly = self._mostly_one(draft)
        if mostly is not None:
            return mostly
        for other in self._others(draft):
            if not self._may_stand_beside(draft, other):
                return self._whose_leaving_helps(draft, self._stands_beside_without(draft, other))
        for helps in (self._leaves_nobody_alone, self._adds_no_combination):
            if not helps(draft):
                helps_without = self._without_whom(draft, helps)
                return self._whose_leaving_helps(draft, helps_without, most=_MOST_TRIALS)
        return None

    def _others(self, draft: Draft) -> Iterable[Draft]:
        """Returns the batches that may share a contributor with a draft (a planned batch)."""
        shared = {
            index
            for key in draft.amounts.keys() | draft.lines.keys()
            for index in self._sharing.get(key, ())
        }
        return [*(self._before[index] for index in sorted(shared)), *self.drafts]

    def _whose_leaving_helps(
        self, draft: Draft, helps: Callable[[str], bool], *, most: int | None = None
    ) -> str:
        """Returns the contributor who must be left out so that a draft (a planned batch) passes a
        test. If several would help, it is the one with the least money. If no single one helps, it
        is the one with the most money.

        `helps`: a function that says whether the draft passes without a contributor. `most`: the
        number of contributors that are tried if a trial takes long."""
        amounts = draft.amounts
        sums = Changeable(amounts, self._seen)
        for who in sorted(amounts, key=lambda who: (abs(amounts[who]), who))[:most]:
            if sums.is_safe_with(dict.fromkeys(_leave_with(who, amounts), 0)) and helps(who):
                return who
        return _largest(amounts)

    def _without_whom(self, draft: Draft, test: Callable[[Draft], bool]) -> Callable[[str], bool]:
        """Returns a function that says whether a draft (a planned batch) passes a test without a
        given contributor."""
        return lambda who: test(self._without(draft, who))

    def _stands_beside_without(self, draft: Draft, other: Draft) -> Callable[[str], bool]:
        """Returns a function that says whether a draft (a planned batch) may be published beside
        another batch without a given contributor. The function is called for hundreds of
        contributors, so the sum and the difference are computed only once."""
        if (draft.what == "budget") != (other.what == "budget"):
            return self._without_whom(draft, partial(self._may_stand_beside, other=other))
        amounts, others = draft.amounts, other.amounts
        shared = amounts.keys() & others.keys() - {""}
        signed = [
            (sign, Changeable(combined(amounts, others, sign), self._seen)) for sign in (1, -1)
        ]

        def stands_without(who: str) -> bool:
            leave = _leave_with(who, amounts)
            return shared.issubset(leave) or all(
                sums.is_safe_or_nothing_with({who: sign * others.get(who, 0) for who in leave})
                for sign, sums in signed
            )

        return stands_without

    def _mostly_one(self, draft: Draft) -> str | None:
        """Returns the contributor who has more than half of a sum and is paid about the same amount
        in several months.

        Returns None if there is none. A reader sees such an amount in several sums, each time
        with other money, and could guess the amount."""
        for who, amount in draft.row:
            paid_in = self._months.get((who, amount), ())
            if 2 * abs(draft.amounts[who]) > draft.size and len(paid_in) > 1:
                return who
        return None

    def _may_stand_beside(self, draft: Draft, other: Draft) -> bool:
        """Whether the sum of a draft (a planned batch) and another batch, and also their
        difference, reveals nobody's amount or is zero."""
        if (draft.what == "budget") != (other.what == "budget"):
            return self._may_stand_beside_plan(draft.lines, other.lines)
        amounts, others = draft.amounts, other.amounts
        if amounts.keys().isdisjoint(others.keys() - {""}):
            return True
        return all(
            is_safe_or_nothing(combined(amounts, others, sign), self._seen) for sign in (1, -1)
        )

    def _leaves_nobody_alone(self, draft: Draft) -> bool:
        """Whether a sum still reveals nobody's amount, or is zero, after all batches with the same
        amounts are subtracted. This is asked of the draft (a planned batch), and of each earlier
        batch that has all amounts of the draft.

        Example: six people are paid in two batches, and all of them again in a third, with one
        person more."""
        others = [other for other in self._others(draft) if other.what == draft.what]
        wholes = [draft, *(other for other in others if _lies_in(draft.row, other.row.keys()))]
        for whole in wholes:
            left, unknowns = whole.amounts, set(whole.row)
            for part in (*others, draft):
                if part is not whole and _lies_in(part.row, unknowns):
                    left = combined(left, part.amounts, -1)
                    unknowns -= part.row.keys()
                    if not is_safe_or_nothing(left, self._seen):
                        return False
        return True

    def _may_stand_beside_plan(self, lines: Amounts, planned: Amounts) -> bool:
        """Whether payments may be published beside the budgets, although readers can subtract one
        from the other.

        If the payments of a line are within ten per cent of its budget, the line is left out of the
        subtraction, as if both were equal. Returns True if no line is so near to its budget, if
        nothing is left, or if what is left reveals nobody's amount."""
        alike = {
            line
            for line in lines.keys() & planned.keys()
            if 10 * abs(lines[line] - planned[line]) <= max(abs(lines[line]), abs(planned[line]))
        }
        left = combined(lines, planned, -1)
        return not alike or is_safe_or_nothing(
            {line: units for line, units in left.items() if line not in alike}, self._seen
        )

    def _adds_no_combination(self, draft: Draft) -> bool:
        """Whether no combination with other batches reveals the amount of a contributor.

        Readers may assume that a person's pay is this person's part of a budget. So the question is
        asked a second time, with each budget split among the persons whom its line pays."""
        if not self._known.allow(draft.row, [other.row for other in self.drafts]):
            return False
        return not self._paid_by or self._known_by_person.allow(
            self._row_by_person(draft.parts),
            [self._row_by_person(other.parts) for other in self.drafts],
        )

    def _row_by_person(self, parts: Sequence[Contribution]) -> Equation:
        return self._amounts_by_person.row(by_person(parts, self._paid_by))

    def _months_of_amounts(
        self, now: Iterable[Contribution]
    ) -> Mapping[Unknown, Collection[Month]]:
        """Returns the months in which each amount of a contributor was paid."""
        months: dict[Unknown, set[Month]] = {}
        for part in now:
            if part.units:
                months.setdefault(self._unknowns.of(part), set()).add(part.month)
        return months


def _groups(pool: Iterable[Contribution], level: _Level) -> Iterable[list[Contribution]]:
    """Returns the contributions in groups that have the same labels at a level."""
    groups: dict[Labels, list[Contribution]] = {}
    under: dict[Labels, Labels] = {}
    for part in pool:
        if part.labels not in under:
            under[part.labels] = level(part.labels)
        groups.setdefault(under[part.labels], []).append(part)
    return groups.values()


def _lies_in(part: Equation, whole: Collection[Unknown]) -> bool:
    """Whether all amounts of a sum are also in another sum, except those of at most two
    contributors."""
    outside = {who for who, amount in part if (who, amount) not in whole}
    return len(outside) < FEWEST and any(unknown in whole for unknown in part)


def _in_common(parts: Sequence[Contribution]) -> Labels:
    """Returns the labels that all parts have in common."""
    grants = {part.labels.grant for part in parts}
    categories = {part.labels.category for part in parts}
    activities = {part.labels.activity for part in parts}
    return Labels(
        grants.pop() if len(grants) == 1 else None,
        categories.pop() if len(categories) == 1 else None,
        activities.pop() if len(activities) == 1 else None,
    )


def _leave_with(who: str, amounts: Amounts) -> Collection[str]:
    """Returns a contributor and all others who must be left out of a sum together with this one."""
    whole = together(who)
    if whole == who:
        return (who,)
    return {other for other in amounts if together(other) == whole}


def _largest(amounts: Amounts) -> str:
    """Returns the contributor with the largest amount."""
    return max(amounts, key=lambda who: (abs(amounts[who]), who))
