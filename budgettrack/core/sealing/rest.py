"""Makes sure that the rest of each award reveals nobody's amount.

A reader can subtract all batches of a grant from its award, or from what was received. The result
is the *rest*. It is a sum, too: payments and budgets that are in no batch, and money that is not
spent yet. That money may go to one person, in any state of the grant, because a last payment may be
made when the grant is closed.

So some payments of each grant are *kept*: they stay in no batch, so that the rest reveals nobody's
amount, even after one more payment of all the money that a line has left. Kept payments are
released when the award is spent.

Budgets are *held back* in the same way. If a line pays one person, its budget is in no batch, and
the award less all other budgets would be this person's pay. So other lines are held back with it,
with their budgets and payments: the smallest lines that are enough.

An award and its instalments are published only if neither the whole award nor its rest reveals
anybody's amount."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct, field

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.conversion import to_base
from budgettrack.core.records.model import BudgetLine, Grant, Plan
from budgettrack.core.sealing.award import to_spend
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.former import NOWHERE, Former
from budgettrack.core.sealing.public import What
from budgettrack.core.sealing.safety import (
    FEWEST,
    Amounts,
    Readers,
    is_safe_or_nothing,
    line_key,
    planned_for,
)
from budgettrack.core.sealing.waiting import in_no_batch

_WITH_A_REST: tuple[What, ...] = ("spent", "budget")
"""The subjects (see `What`) of sums that are part of an award."""

LARGER = 3
"""An unplanned payment is assumed to be at most this many times the largest payment so far. With a
larger number, a tenth of every award would stay out of the batches."""

_Key = tuple[What, str]
"""The subject of a sum, and its grant."""


class _Left(Struct, frozen=True):
    """The rest of an award, by contributor. A second form counts a line that is held back as one
    contributor."""

    by_contributor: dict[str, int] = field(default_factory=dict)
    by_line: dict[str, int] = field(default_factory=dict)

    def add(self, other: _Left) -> None:
        for amounts, more in (
            (self.by_contributor, other.by_contributor),
            (self.by_line, other.by_line),
        ):
            for who, units in more.items():
                amounts[who] = amounts.get(who, 0) + units


class _LeftByDraft(Struct, frozen=True):
    """The rest of an award, depending on which drafts (planned batches) are published. Each draft
    is known by its position.

    The sums are calculated once, because many choices of drafts are tried. `always`: what is in the
    rest in every case. `waiting`: what is in the rest as long as the draft is not published.
    `added`: what is in the rest if the draft is published. `elsewhere`: what is in the rest for a
    reader who does not know the awards of other grants."""

    always: _Left
    always_elsewhere: _Left
    waiting: dict[int, _Left] = field(default_factory=dict)
    added: dict[int, _Left] = field(default_factory=dict)
    elsewhere: dict[int, _Left] = field(default_factory=dict)

    def beside(self, sealed: Collection[int]) -> tuple[_Left, _Left]:
        """Returns the rest if some drafts (planned batches) are published. There are two results:
        for a reader who knows the awards of all grants, and for a reader who knows only the award
        of this grant."""
        known, unknown = _Left(), _Left()
        known.add(self.always)
        for place, left in self.waiting.items():
            if place not in sealed:
                known.add(left)
        for place, left in self.added.items():
            if place in sealed:
                known.add(left)
        unknown.add(known)
        unknown.add(self.always_elsewhere)
        for place, left in self.elsewhere.items():
            if place in sealed:
                unknown.add(left)
        return known, unknown


class Rest:
    """Decides which amounts must stay out of the batches of a page, and whether an award may be
    published.

    `now`: all contributions up to the page. `before`: the batches that are published, with the
    contributors that are known now. `funders`: the contributors whom each funder sees. `former`:
    the grants in which a line stood before."""

    def __init__(
        self,
        plan: Plan,
        now: Sequence[Contribution],
        before: Sequence[Batch],
        page: Month,
        funders: Mapping[str, frozenset[str]],
        former: Former = NOWHERE,
    ) -> None:
        self._plan, self._page, self._former = plan, page, former
        self._readers = Readers(funders.values())
        self._reader = {funder: place for place, funder in enumerate(funders)}
        self._lines: dict[str, list[BudgetLine]] = {}
        for line in plan.lines.values():
            self._lines.setdefault(line.grant, []).append(line)
        self._grant_now = {(part.table, part.id): part.labels.grant or "" for part in now}
        self._plans = [part for part in now if part.what == "budget"]
        self._budgets = {part.line: part.units for part in self._plans}
        self._plans_of: dict[str | None, list[Contribution]] = {}
        for part in self._plans:
            self._plans_of.setdefault(part.labels.grant, []).append(part)
        self._spent: dict[str, int] = {}
        self._payments: dict[str, list[Contribution]] = {}
        self._paid: dict[str, set[str]] = {}
        for part in (part for part in now if part.what == "spent"):
            self._spent[part.line] = self._spent.get(part.line, 0) + part.units
            self._payments.setdefault(part.labels.grant or "", []).append(part)
            self._paid.setdefault(part.line, set()).add(part.contributor)
        self._waiting: dict[_Key, list[Contribution]] = {}
        for part, _ in in_no_batch(now, before):
            self._waiting.setdefault((part.what, part.labels.grant or ""), []).append(part)
        self._elsewhere: dict[_Key, list[Contribution]] = {}
        self._told: set[_Key] = set()
        for batch in before:
            self._note(batch)
        self._award = {id_: self._in_award(id_) for id_ in plan.grants}
        self._award_plans = {
            id_: frozenset(part.line for part in parts) for id_, parts in self._award.items()
        }
        self._note_plans()
        self._unspent = {id_: self._not_spent(grant) for id_, grant in plan.grants.items()}
        self.held = frozenset(line for grant in plan.grants for line in self._held_lines(grant))
        """The budget lines that are held back: neither their budgets nor their payments are in a
        batch."""
        self.kept = frozenset(id_ for grant in plan.grants for id_ in self._kept(grant))
        """The IDs of the payments that are kept out of the batches until the award is spent."""

    def _note_plans(self) -> None:
        """Records which budgets are published, and which wait although their line went to another
        grant."""
        waiting = {part.id for parts in self._waiting.values() for part in parts}
        self._gone_and_waiting = {
            id_: [part for part in parts if part.labels.grant != id_ and part.id in waiting]
            for id_, parts in self._award.items()
        }
        self._sealed_plans: dict[str, list[Contribution]] = {}
        for part in self._plans:
            if part.id not in waiting:
                self._sealed_plans.setdefault(part.labels.grant or "", []).append(part)

    def without_unsafe_rest(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Returns the drafts (planned batches) that may be published, so that the rest of every
        award reveals nobody's amount. If a draft must be left out, the smallest that is enough is
        left out first."""
        sealed = set(range(len(drafts)))
        by_size = sorted(sealed, key=lambda place: drafts[place].size)
        grants = [{part.labels.grant for part in draft.parts} for draft in drafts]
        theirs = {
            (draft.what, grant)
            for draft, of_draft in zip(drafts, grants, strict=True)
            for grant in of_draft
        }
        for (what, grant), left in self._left_beside(drafts, theirs):
            own = [p for p in by_size if drafts[p].what == what and grant in grants[p]]
            while not self._is_safe(grant, left, sealed) and not sealed.isdisjoint(own):
                sealed.remove(self._least(grant, left, [p for p in own if p in sealed], sealed))
        return [draft for place, draft in enumerate(drafts) if place in sealed]

    def known_sums(self) -> list[list[Contribution]]:
        """Returns the budgets of each grant whose sum is the award. Readers know this sum."""
        return [
            plans for id_, plans in self._award.items() if plans and self._unspent[id_] is not None
        ]

    def _in_award(self, grant: str) -> list[Contribution]:
        """Returns the budgets whose sum is the award: those of all lines of a grant, or of all
        but one or two that were added later, or of all and one or two lines that went to another
        grant. Returns [] if no budgets sum to the award."""
        plans = self._plans_of.get(grant, [])
        more = sum(part.own for part in plans) - (self._plan.grants[grant].amount or 0)
        if not more:
            return plans
        if more < 0:
            gone = _one_or_two(self._gone(grant), -more)
            return [*plans, *gone] if gone else []
        added = _one_or_two(plans, more)
        return [part for part in plans if part not in added] if added else []

    def _gone(self, grant: str) -> list[Contribution]:
        """Returns the budgets of lines that went from a grant to another one of its currency."""
        if not self._former.grants:
            return []
        currency = self._plan.currency_of(grant)
        return [
            part
            for part in self._plans
            if part.labels.grant != grant
            and grant in self._former.grants_of(part, self._plan)
            and self._plan.currency_of(part.labels.grant or "") == currency
        ]

    def unsafe(self) -> frozenset[str]:
        """Returns the grants for which a reader could learn somebody's amount by subtracting all
        published batches from the award."""
        return frozenset(
            grant
            for (_, grant), left in self._left_beside((), self._told)
            if not self._is_safe(grant, left, ())
        )

    def untold(self) -> frozenset[str]:
        """Returns the grants whose award and instalments may not be published."""
        unsafe = self.unsafe()
        return frozenset(
            grant
            for grant in self._plan.grants
            if grant in unsafe or not self._is_safe_for_others(self._whole(grant), grant)
        )

    def _whole(self, grant: str) -> dict[str, int]:
        """Returns the contributors of an award: those who were paid, and those who will be paid.

        Money that a line will still pay, but not to people, has no known contributor: it may go to
        several."""
        whole: dict[str, int] = {}
        for payment in self._payments.get(grant, ()):
            whole[payment.contributor] = whole.get(payment.contributor, 0) + payment.units
        for line in self._lines.get(grant, ()):
            for who, units in self._by_person(line, self._to_come(line)):
                whole[who] = whole.get(who, 0) + units
        return whole

    def _least(self, grant: str, left: _LeftByDraft, own: Sequence[int], sealed: set[int]) -> int:
        """Returns the position of the draft (a planned batch) that is left out, so that the rest of
        the award reveals nobody's amount. It is the smallest draft that is enough. If no single
        draft is enough, it is the largest. `own`: the drafts of the grant, by size."""
        return next((p for p in own if self._is_safe(grant, left, sealed - {p})), own[-1])

    def _held_lines(self, grant: str) -> list[str]:
        """Returns the lines of a grant that are held back to protect lines that pay one or two
        people."""
        if self._unspent[grant] is None:
            return []
        lines = self._lines.get(grant, ())
        rest: dict[str, int] = {}
        amounts: dict[str, int] = {}
        waiting: dict[str, int] = {}
        for part in self._waiting.get(("spent", grant), ()):
            waiting[part.line] = waiting.get(part.line, 0) + abs(part.units)
        for line in lines:
            amounts[line.id] = waiting.get(line.id, 0) + self._to_come(line)
            if _pays_few(line):
                for who, units in self._by_person(line, amounts[line.id]):
                    rest[who] = rest.get(who, 0) + units
        held: list[str] = []
        for line in sorted(lines, key=lambda line: (amounts[line.id], line.id)):
            if self._is_safe_for_others(rest, grant):
                break
            if not _pays_few(line):
                rest[line_key(line.id)] = amounts[line.id]
                held.append(line.id)
        return held

    def _kept(self, grant: str) -> Iterator[str]:
        """Yields payments of a grant that are kept out of all batches, so that the rest of the
        award reveals nobody's amount.

        The oldest waiting payments are taken, as many as are needed. They are the same from page to
        page, so newer payments do not have to wait."""
        if self._unspent[grant] is None:
            return
        rest = self._foreseen("spent", grant)
        oldest = []
        for part in self._waiting.get(("spent", grant), ()):
            line = self._plan.lines.get(part.line)
            if part.line in self.held or (line is not None and _pays_few(line)):
                self._add(rest, part)
            elif line is None or _people(line) <= 0:
                # If a line pays several people, payments to several of them are kept together.
                oldest.append(part)
        for part in sorted(oldest, key=lambda part: (part.month, part.id)):
            if self._may_be_left(rest, grant):
                return
            self._add(rest, part)
            yield part.id

    def _is_safe(self, grant: str, left: _LeftByDraft, sealed: Collection[int]) -> bool:
        """Whether everybody may know the rest of an award, now and at the end of the grant.

        Batches with money of several grants count as part of the rest, unless a reader knows the
        awards of all these grants and can subtract these batches, too."""
        return all(self._may_be_left(rest, grant) for rest in left.beside(sealed))

    def _left_beside(
        self, drafts: Sequence[Draft], asked: Collection[tuple[What, str | None]]
    ) -> Iterator[tuple[_Key, _LeftByDraft]]:
        """Yields the rest of each award that is known, for spending and for budgets. `asked`: the
        subjects and grants of which the rest is needed."""
        places = {
            (part.table, part.id): place
            for place, draft in enumerate(drafts)
            for part in draft.parts
        }
        elsewhere: dict[_Key, list[tuple[int, Contribution]]] = {}
        for place, draft in enumerate(drafts):
            for grant, part in self._elsewhere_in(draft):
                elsewhere.setdefault((draft.what, grant), []).append((place, part))
        for what in _WITH_A_REST:
            for grant in self._plan.grants:
                if (what, grant) in asked and self._unspent[grant] is not None:
                    left = self._left_of(what, grant, places)
                    for place, part in elsewhere.get((what, grant), ()):
                        self._add(left.elsewhere.setdefault(place, _Left()), part)
                    yield (what, grant), left

    def _left_of(
        self, what: What, grant: str, places: Mapping[tuple[str, str], int]
    ) -> _LeftByDraft:
        """Returns the rest of an award. `places`: for each record, the position of its draft (a
        planned batch)."""
        left = _LeftByDraft(self._foreseen(what, grant), _Left())
        in_award = self._award_plans[grant]
        gone = self._gone_and_waiting[grant] if what == "budget" else []
        for part in (*self._waiting.get((what, grant), ()), *gone):
            place, added = places.get((part.table, part.id)), self._is_added(part, in_award)
            if place is not None:
                by_draft = left.added if added else left.waiting
                self._add(by_draft.setdefault(place, _Left()), part)
            elif not added:
                self._add(left.always, part)
        if what == "budget":
            # If a budget was added later and is already published, it is not part of the award.
            for part in self._sealed_plans.get(grant, ()):
                if self._is_added(part, in_award):
                    self._add(left.always, part)
        for part in self._elsewhere.get((what, grant), ()):
            self._add(left.always_elsewhere, part)
        return left

    @staticmethod
    def _is_added(part: Contribution, in_award: Collection[str]) -> bool:
        """Whether the budget of a line was added later to the budgets that sum to the award."""
        return part.what == "budget" and bool(in_award) and part.line not in in_award

    def _foreseen(self, what: What, grant: str) -> _Left:
        """Returns the money of an award that is still to be spent, by contributor. Everybody
        expects one more payment, which may be large. A funder who sees other grants expects the
        payments that the lines will still make."""
        rest = _Left()
        if what == "spent":
            rest.by_contributor[""] = self._unspent[grant] or 0
            for line in self._lines.get(grant, ()):
                if line.id in self.held:
                    rest.by_line[line_key(line.id)] = self._to_come(line)
                elif _pays_few(line):
                    for who, units in self._by_person(line, self._to_come(line)):
                        rest.by_line[who] = rest.by_line.get(who, 0) + units
        return rest

    def _add(self, rest: _Left, part: Contribution) -> None:
        units, who = abs(part.units), part.contributor
        rest.by_contributor[who] = rest.by_contributor.get(who, 0) + units
        who = line_key(part.line) if part.line in self.held else who
        rest.by_line[who] = rest.by_line.get(who, 0) + units

    def _may_be_left(self, rest: _Left, grant: str) -> bool:
        """Whether the public may know a rest. Funders of other grants see more, so the answer must
        be yes for each of them, too."""
        return is_safe_or_nothing(rest.by_contributor) and self._is_safe_for_others(
            rest.by_line, grant
        )

    def _note(self, batch: Batch) -> None:
        """Records two things about a published batch: the awards from which a reader can subtract
        it, and its other money."""
        for part in batch.parts:
            self._told.add((batch.what, self._grant_of(part)))
        for grant, part in self._elsewhere_in(batch):
            self._elsewhere.setdefault((batch.what, grant), []).append(part)

    def _elsewhere_in(self, batch: Batch | Draft) -> Iterator[tuple[str, Contribution]]:
        """Yields the amounts of a batch that a reader cannot subtract from an award, each with
        its grant. The batch has money of several grants, or of a grant to which the line
        belonged before."""
        grants = {part.labels.grant or "" for part in batch.parts}
        for part in batch.parts:
            grant = self._grant_of(part)
            if grants != {grant}:
                for whose in {grant, *grants} if len(grants) == 1 else {grant}:
                    yield whose, part

    def _grant_of(self, part: Contribution) -> str:
        """Returns the present grant of a record, or else the grant that it had before."""
        return self._grant_now.get((part.table, part.id), part.labels.grant or "")

    def _is_safe_for_others(self, amounts: Amounts, grant: str) -> bool:
        """Whether everybody may know a sum, or nothing is in it. The funder of this grant is not
        asked: it sees the whole grant anyway."""
        own = self._reader.get(self._plan.grants[grant].funder.casefold())
        return is_safe_or_nothing(amounts, self._readers.seeing(amounts, own))

    def _not_spent(self, grant: Grant) -> int | None:
        """Returns the largest amount that one future payment may have, in minor units of the base
        currency.

        It is the largest of three: all that one line has left, all that no line has, and `LARGER`
        times the largest payment so far. But it is never more than the rest of the award. Returns
        None if no award, no instalment or no rate is known."""
        conversion, known = to_base(self._plan, grant), to_spend(self._plan, grant, self._page)
        if conversion is None or known is None:
            return None
        paid = self._payments.get(grant.id, ())
        left = max(0, conversion.units(known - sum(part.own for part in paid)))
        lines = self._lines.get(grant.id, ())
        planned = sum(map(self._to_come, lines))
        # A line that pays one or two persons is left out, because they are contributors themselves.
        of_lines = [self._to_come(line) for line in lines if not _pays_few(line)]
        largest = LARGER * max((abs(part.units) for part in paid), default=0)
        return min(left, max(largest, left - planned, *of_lines, 0))

    def _to_come(self, line: BudgetLine) -> int:
        """Returns the part of a line's budget that may still be paid. It is 0 if the line has
        ended."""
        grant = self._plan.grants[line.grant]
        end = line.end or grant.end
        over = end is not None and month_of(end) <= self._page
        if over or grant.state in {"closing", "closed"}:
            return 0
        return max(0, self._budgets.get(line.id, 0) - self._spent.get(line.id, 0))

    def _by_person(self, line: BudgetLine, units: int) -> Iterator[tuple[str, int]]:
        """Yields an equal part of an amount for each person whom a line pays. If the payees of
        the line are known, the parts go to them."""
        names = sorted(self._paid.get(line.id, ())) if line.people_paid != 0 else []
        if not names:
            yield from planned_for(line, units).items()
        for name in names:
            yield name, units // len(names)


def _one_or_two(parts: Sequence[Contribution], units: int) -> list[Contribution]:
    """Returns one or two of these amounts that sum to `units`, in minor units of their own
    currency. Returns [] if there are none."""
    by_amount = {part.own: part for part in parts}
    if units in by_amount:
        return [by_amount[units]]
    for first in parts:
        second = by_amount.get(units - first.own, first)
        if second is not first:
            return [first, second]
    return []


def _pays_few(line: BudgetLine) -> bool:
    """Whether a line pays people, but too few to be published alone. If nobody said how many,
    the line counts as paying one person."""
    return 0 < _people(line) < FEWEST


def _people(line: BudgetLine) -> int:
    """Returns how many persons a line pays."""
    return 1 if line.people_paid is None else line.people_paid
