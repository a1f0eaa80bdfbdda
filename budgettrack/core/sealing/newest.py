"""Knows what is the same for all pages that are made in one run: the contributions up to the newest
of these pages, who stands behind each, and what each funder sees.

A run may make the pages of many months. To read all payments again for each of them would take a
time that grows with the months times the payments. So what follows from the newest page is found
once, and a batch (a sum that is published) is compared with it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec.structs import replace

from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.former import NOWHERE, Former
from budgettrack.core.sealing.safety import SEVERAL, persons

_Found = TypeVar("_Found")


class Newest:
    """What readers know who have the newest page.

    `parts`: all contributions up to this page, one for each record. `reads_payees`: whether the
    payee of any payment is known."""

    def __init__(
        self,
        plan: Plan,
        parts: Sequence[Contribution],
        former: Former = NOWHERE,
        *,
        reads_payees: bool = False,
    ) -> None:
        self.parts = parts
        self._reads_payees = reads_payees
        self._of_record = {(part.table, part.id): part for part in parts}
        self._known = _ByBatch(self._as_known)
        self._funders = Funders(plan, parts, former)

    def funders(self, batches: Iterable[Batch]) -> dict[str, frozenset[str]]:
        """Returns the contributors that each funder sees (see `Funders`)."""
        return self._funders.beside(batches)

    def with_contributors(self, parts: Sequence[Contribution]) -> Sequence[Contribution]:
        """Returns contributions of an earlier page with the contributors that are known now."""
        return parts if parts is self.parts else [self._with_contributor(part) for part in parts]

    def known(self, batches: Iterable[Batch]) -> list[Batch]:
        """Returns the batches with the contributors that are known now. For example, people may
        have typed only later how many persons a line pays.

        If a payment was moved to another line after it was published, it still belongs to those
        whom the first line paid, unless its payee is known: readers saw it beside other pay of
        that line."""
        return [self._known.of(batch) for batch in batches]

    def _with_contributor(self, part: Contribution) -> Contribution:
        now = self._of_record.get((part.table, part.id), part)
        if now.contributor == part.contributor:
            return part
        return replace(part, contributor=now.contributor)

    def _as_known(self, batch: Batch) -> Batch:
        return replace(batch, parts=tuple(map(self._as_it_is_known, batch.parts)))

    def _as_it_is_known(self, part: Contribution) -> Contribution:
        now = self._of_record.get((part.table, part.id), part)
        moved = now.line != part.line and not self._reads_payees
        return part if moved else self._with_contributor(part)


class Funders:
    """Knows the contributors that each funder can see in its grants, persons and lines, now and
    when a batch was published.

    If a payment or its line was moved to another grant, both funders see who was paid: the funder
    of the other grant sees it now, and the funder of the first grant saw it before (`former`).
    `now`: the contributions of now, one for each record."""

    def __init__(self, plan: Plan, now: Iterable[Contribution], former: Former = NOWHERE) -> None:
        self._plan, self._former = plan, former
        self._of_record = {(part.table, part.id): part for part in now}
        self._told_otherwise = _ByBatch(self._otherwise)
        self._seen_now = _SeenByFunders()
        done = set()
        for part in self._of_record.values():
            says = part.what, part.line, part.contributor, part.labels.grant
            if says not in done or self._has_moved(part):
                self._add(part, self._seen_now)
                done.add(says)

    def beside(self, batches: Iterable[Batch]) -> dict[str, frozenset[str]]:
        """Returns the contributors that each funder sees, by the funder's name in small letters."""
        seen = self._seen_now.copy()
        for batch in batches:
            for part in self._told_otherwise.of(batch):
                self._add(part, seen)
        for part in seen.doubtful:
            # A budget may belong to all persons whom its line pays.
            # If a funder knows one of these persons, the funder may know the budget.
            for known in seen.visible.values():
                if not known.isdisjoint(seen.payees.get(part.line, ())):
                    known.add(part.contributor)
        return {funder: frozenset(known) for funder, known in seen.visible.items()}

    def _has_moved(self, part: Contribution) -> bool:
        return bool(self._former.lines_of(part)) or (part.table, part.id) in self._former.grants

    def _otherwise(self, batch: Batch) -> list[Contribution]:
        """Returns the parts of a batch that tell funders more than the same records tell now."""

        def tells_more(part: Contribution) -> bool:
            now = self._of_record.get((part.table, part.id))
            return (
                now is None
                or now.contributor != part.contributor
                or now.labels.grant != part.labels.grant
                or now.line != part.line
                or _is_doubtful(part)
            )

        return [part for part in batch.parts if tells_more(part)]

    def _add(self, part: Contribution, seen: _SeenByFunders) -> None:
        now = self._of_record.get((part.table, part.id))
        stood = self._former.grants_of(now, self._plan) if now else set()
        if part.what == "spent":
            seen.payees.setdefault(part.line, set()).add(part.contributor)
        if _is_doubtful(part):
            seen.doubtful.append(part)
        for grant in {part.labels.grant or "", *stood} & self._plan.grants.keys():
            known = seen.visible.setdefault(self._plan.grants[grant].funder.casefold(), set())
            known |= self._seen_in(grant, part)

    def _seen_in(self, grant: str, part: Contribution) -> set[str]:
        """Returns the contributors whom the funder of a grant knows because a contribution stands
        in the grant, or once stood in it."""
        known = {part.contributor}
        # If the payment was moved from another line, that line may have paid people.
        if part.what == "budget" or grant != part.labels.grant:
            for line in {part.line, *self._former.lines_of(part)} & self._plan.lines.keys():
                known |= set(persons(self._plan.lines[line]))
        return known


class _SeenByFunders:
    """What funders see: the contributors by funder, the payees by line, and the budgets that may
    belong to several payees."""

    def __init__(self) -> None:
        self.visible: dict[str, set[str]] = {}
        self.payees: dict[str, set[str]] = {}
        self.doubtful: list[Contribution] = []

    def copy(self) -> _SeenByFunders:
        other = _SeenByFunders()
        other.visible = {funder: set(known) for funder, known in self.visible.items()}
        other.payees = {line: set(known) for line, known in self.payees.items()}
        other.doubtful = list(self.doubtful)
        return other


def _is_doubtful(part: Contribution) -> bool:
    return part.what == "budget" and part.contributor.startswith(SEVERAL)


class _ByBatch(Generic[_Found]):
    """Remembers what was found for each batch, because a batch never changes."""

    def __init__(self, find: Callable[[Batch], _Found]) -> None:
        self._find = find
        # A batch is known by its place in memory, so it is kept as long as what was found.
        self._found: dict[int, tuple[Batch, _Found]] = {}

    def of(self, batch: Batch) -> _Found:
        if id(batch) not in self._found:
            self._found[id(batch)] = batch, self._find(batch)
        return self._found[id(batch)][1]
