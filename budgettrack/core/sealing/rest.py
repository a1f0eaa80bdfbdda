"""Keeps the rest of each award safe.

A reader may subtract all batches of a grant from its award. What is left is a sum too: payments
that wait, and plans that are not published. At the end of the grant it is known exactly. If a line
pays one person, this rest would be one person's pay. So other lines are *held back* beside it, with
their plans and their payments, until the rest is safe: the smallest lines that are enough.

As long as a grant is open, the rest is never nothing: the last payment of all may be one that
cannot be told, and would be all that is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.records.model import BudgetLine, Plan
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.public import What
from budgettrack.core.sealing.safety import (
    FEWEST,
    Seen,
    is_safe,
    is_safe_or_nothing,
    line_key,
    persons,
)

_WITH_A_REST: tuple[What, ...] = ("spent", "budget")
"""What an award is used for."""


class Rest:
    """Decides what must be kept out of the batches of a page."""

    def __init__(
        self,
        plan: Plan,
        now: Sequence[Contribution],
        before: Sequence[Batch],
        page: Month,
        seen: Seen,
    ) -> None:
        self._plan, self._before, self._page, self._seen = plan, before, page, seen
        self._now: dict[tuple[What, str], list[Contribution]] = {}
        for part in now:
            self._now.setdefault((part.what, part.labels.grant or ""), []).append(part)
        self._budgets = {part.line: part.units for part in now if part.what == "budget"}
        self._spent: dict[str, int] = {}
        for part in now:
            if part.what == "spent":
                self._spent[part.line] = self._spent.get(part.line, 0) + part.units
        self.held = frozenset(line for grant in plan.grants for line in self._held_lines(grant))
        """The budget lines that are held back."""
        self.kept = frozenset(id_ for grant in plan.grants for id_ in self._kept(grant))
        """The payments that are kept for the last payment of an open grant."""

    def without_unsafe_rest(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Returns the drafts that may be sealed, so that the rest of every grant is safe.

        The smallest that helps is taken out first."""
        left = list(drafts)
        for what in _WITH_A_REST:
            for grant in self._plan.grants:
                while not self._is_safe(what, grant, left):
                    own = [
                        draft
                        for draft in left
                        if draft.what == what
                        and any(part.labels.grant == grant for part in draft.parts)
                    ]
                    if not own:
                        break
                    least = self._least(what, grant, own, left)
                    left = [draft for draft in left if draft is not least]
        return left

    def _least(
        self, what: What, grant: str, own: Sequence[Draft], drafts: Sequence[Draft]
    ) -> Draft:
        """Returns the smallest draft without which the rest is safe, or else the largest."""
        by_size = sorted(own, key=lambda draft: draft.size)
        for draft in by_size:
            if self._is_safe(what, grant, [other for other in drafts if other is not draft]):
                return draft
        return by_size[-1]

    def _held_lines(self, grant: str) -> list[str]:
        """Returns the lines of a grant that are held back beside those that pay one or two."""
        lines = [line for line in self._plan.lines.values() if line.grant == grant]
        rest: dict[str, int] = {}
        amounts: dict[str, int] = {}
        waiting: dict[str, int] = {}
        for part, units in self._waiting("spent", grant, ()):
            waiting[part.line] = waiting.get(part.line, 0) + units
        for line in lines:
            amounts[line.id] = waiting.get(line.id, 0) + self._to_come(line)
            if _pays_few(line):
                for who, units in self._by_person(line, amounts[line.id]):
                    rest[who] = rest.get(who, 0) + units
        held: list[str] = []
        for line in sorted(lines, key=lambda line: (amounts[line.id], line.id)):
            if is_safe_or_nothing(rest, self._seen):
                break
            if not _pays_few(line):
                rest[line_key(line.id)] = amounts[line.id]
                held.append(line.id)
        return held

    def _kept(self, grant: str) -> Iterator[str]:
        """Yields the oldest payments of an open grant that wait, until the rest is safe. They stay
        the same from page to page, so newer payments are told in time."""
        if not self._keeps_some(grant):
            return
        waiting = sorted(
            self._waiting("spent", grant, ()), key=lambda each: (each[0].month, each[0].id)
        )
        rest = dict[str, int]()
        for who, units in self._foreseen(grant):
            rest[who] = rest.get(who, 0) + units
        for part, units in waiting:
            if part.line in self.held:
                rest[line_key(part.line)] = rest.get(line_key(part.line), 0) + units
        for part, units in waiting:
            if is_safe(rest, self._seen):
                return
            if part.line not in self.held:
                rest[part.contributor] = rest.get(part.contributor, 0) + units
                yield part.id

    def _is_safe(self, what: What, grant: str, drafts: Sequence[Draft]) -> bool:
        """Whether the award of a grant, less all its batches, may be known, now and at its end."""
        rest: dict[str, int] = {}
        for part, units in self._waiting(what, grant, drafts):
            who = line_key(part.line) if part.line in self.held else part.contributor
            rest[who] = rest.get(who, 0) + units
        if what == "spent":
            for who, units in self._foreseen(grant):
                rest[who] = rest.get(who, 0) + units
            if self._keeps_some(grant):
                return is_safe(rest, self._seen)
        return is_safe_or_nothing(rest, self._seen)

    def _waiting(
        self, what: What, grant: str, drafts: Sequence[Draft]
    ) -> Iterator[tuple[Contribution, int]]:
        """Yields the contributions of a grant that are in no batch of this grant alone, with the
        amount that is left of each, without its sign."""
        told: dict[str, int] = {}
        batches: list[Batch | Draft] = [*self._before, *drafts]
        for batch in batches:
            if batch.what == what and all(part.labels.grant == grant for part in batch.parts):
                for part in batch.parts:
                    told[part.id] = told.get(part.id, 0) + part.units
        for part in self._now.get((what, grant), ()):
            units = abs(part.units - told.get(part.id, 0))
            if units:
                yield part, units

    def _foreseen(self, grant: str) -> Iterator[tuple[str, int]]:
        """Yields what lines may still pay that are not published: (contributor, amount)."""
        for line in self._plan.lines.values():
            if line.grant == grant and line.id in self.held:
                yield line_key(line.id), self._to_come(line)
            elif line.grant == grant and _pays_few(line):
                yield from self._by_person(line, self._to_come(line))

    def _to_come(self, line: BudgetLine) -> int:
        """Returns the part of a line's budget that may still be paid. 0 if the line is over."""
        end = line.end or self._plan.grants[line.grant].end
        if not self._is_open(line.grant) or (end is not None and month_of(end) <= self._page):
            return 0
        return max(0, self._budgets.get(line.id, 0) - self._spent.get(line.id, 0))

    def _keeps_some(self, grant: str) -> bool:
        """Whether something is kept: the last payment of an open grant may have to wait alone."""
        return self._is_open(grant) and ("spent", grant) in self._now

    def _is_open(self, grant: str) -> bool:
        """Whether money of a grant may still be spent."""
        return self._plan.grants[grant].state not in {"closing", "closed"}

    def _by_person(self, line: BudgetLine, units: int) -> Iterator[tuple[str, int]]:
        """Yields an equal part of an amount for each person whom a line pays."""
        paid = self._now.get(("spent", line.grant), ())
        names = sorted({part.contributor for part in paid if part.line == line.id})
        names = names or persons(line)
        for name in names:
            yield name, units // len(names)


def _pays_few(line: BudgetLine) -> bool:
    """Whether a line pays people, but so few that they cannot stand alone. If nobody answered, the
    line pays one person."""
    return 0 < len(persons(line)) < FEWEST
