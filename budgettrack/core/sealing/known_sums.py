"""Checks a new sum together with all sums that readers know. The readers are the public and each
funder. A funder can also subtract what it sees in its own grants.

The module `combinations` solves the equations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.combinations import (
    Equation,
    entangled,
    gave_away,
    gives_away,
    is_too_much,
)
from budgettrack.core.sealing.safety import FEWEST, SEVERAL


class KnownSums:
    """The sums that readers know, as rows of the matrix that `combinations` solves.

    `seen`: for each funder, the contributors who are visible in any of its grants."""

    def __init__(self, rows: Iterable[Equation], seen: Sequence[Collection[str]]) -> None:
        self._rows, self._seen = list(rows), seen
        self._full: dict[tuple[int, ...], bool] = {}
        self._numbered = {unknown for row in self._rows for unknown in row}
        self._hidden: dict[int, list[Equation]] = {}
        self._people = frozenset(who for who, _ in self._numbered)

    def allow(self, new: Equation, beside: Sequence[Equation]) -> bool:
        """Whether a new sum may be published: no combination of it with known sums, and with
        other new sums (`beside`), reveals the amount of a contributor."""
        drafted = {unknown for other in beside for unknown in other}
        only_here = {who for who, _ in new.keys() - drafted - self._numbered if who}
        # New amounts are in no other sum.
        # So every combination that contains a new sum also contains its new amounts.
        if len(only_here) < FEWEST and (
            self._is_full((), self._rows) or gives_away([*self._rows, *beside, new])
        ):
            return False
        return not any(
            len(only_here.difference(visible)) < FEWEST
            and self._gives_a_funder_away(place, new, beside)
            for place, visible in enumerate(self._seen)
        )

    def _gives_a_funder_away(self, place: int, new: Equation, beside: Sequence[Equation]) -> bool:
        """Whether a combination with a new sum reveals somebody's amount to one funder.

        If this funder could calculate a sum before, the sum is not counted: it is too late to hide
        it. But if there are too many equations to solve, nothing is proved, and the sum counts."""
        visible = self._seen[place]
        if self._people.union(who for row in (new, *beside) for who, _ in row).isdisjoint(visible):
            return False  # This funder knows no more than everybody.
        if place not in self._hidden:
            # If the funder sees all amounts of a sum except one or two, it already knows these.
            hidden = (_hidden(row, visible) for row in self._rows)
            self._hidden[place] = [row for row in hidden if len({who for who, _ in row}) >= FEWEST]
        if self._is_full((place,), self._hidden[place]):
            return True
        rows = [*self._hidden[place], *(_hidden(other, visible) for other in beside)]
        return gives_away([*rows, _hidden(new, visible)]) and not gave_away(rows)

    def _is_full(self, reader: tuple[int, ...], known: Sequence[Equation]) -> bool:
        """Whether the known rows are too many to be solved. `reader`: the position of a funder in
        the list, or () for the public. The answer is remembered, because it stays true when rows
        are added."""
        if reader not in self._full:
            self._full[reader] = is_too_much(entangled(known))
        return self._full[reader]


def paid_people(plan: Plan, contributions: Iterable[Contribution]) -> Mapping[str, Sequence[str]]:
    """Returns the persons whom a line pays, by line, for lines that pay several persons or may do
    so. A line that has paid only one contributor so far is included if its budget may belong to
    others, too."""
    payees: dict[str, set[str]] = {}
    in_doubt: set[str] = set()
    for part in contributions:
        line = plan.lines.get(part.line)
        if part.what == "spent" and part.contributor and line is not None:
            payees.setdefault(line.id, set()).add(part.contributor)
        elif part.what == "budget" and part.contributor.startswith(SEVERAL):
            in_doubt.add(part.line)
    return {
        line: sorted(names)
        for line, names in payees.items()
        if (line in in_doubt if len(names) == 1 else plan.lines[line].people_paid != 0)
    }


def by_person(
    parts: Iterable[Contribution], people: Mapping[str, Sequence[str]]
) -> Iterator[Contribution]:
    """Yields the contributions. The budget of a line is split into equal parts, one for each person
    whom the line pays."""
    for part in parts:
        names = people.get(part.line, ()) if part.what == "budget" else ()
        for name in names:
            yield replace(part, contributor=name, units=part.units // len(names))
        if not names:
            yield part


def _hidden(row: Equation, visible: Collection[str]) -> Equation:
    """Returns a row of the matrix without the amounts of the contributors whom a funder can see
    in its grants."""
    return {unknown: times for unknown, times in row.items() if unknown[0] not in visible}
