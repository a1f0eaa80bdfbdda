"""Finds the amounts that certainly stay unknown, because there is enough other money in the same
figures.

Two amounts are *alike* if every figure contains both equally often. In that case readers see only
their sum: one of the two may be larger and the other smaller. If a figure has much money of several
others, nothing has to be solved for an amount (see `nearness`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from budgettrack.core.sealing.combinations import Equation, Unknown


class Alike:
    """The amounts of figures, in sets of amounts that are alike.

    What a funder sees is taken out of some of the sets. All other sets stay as they are, so they
    are judged once for all readers. `raised`: a share. An amount counts as unknown if it could be
    larger by this share of itself."""

    def __init__(
        self, rows: Sequence[Equation], sizes: Mapping[Unknown, float], raised: float
    ) -> None:
        self._raised = raised
        figures: dict[Unknown, list[tuple[int, int]]] = {}
        for number, row in enumerate(rows):
            for unknown, times in row.items():
                figures.setdefault(unknown, []).append((number, times))
        sets: dict[tuple[tuple[int, int], ...], list[tuple[str, float]]] = {}
        self._sets_of: dict[str, set[int]] = {}
        for unknown, where in figures.items():
            sets.setdefault(tuple(where), []).append((unknown[0], sizes[unknown]))
        self._sets = list(sets.values())
        for number, amounts in enumerate(self._sets):
            for who, _ in amounts:
                self._sets_of.setdefault(who, set()).add(number)
        self._doubtful = {
            number for number, amounts in enumerate(self._sets) if self._has_doubt(amounts)
        }

    def leave_a_doubt(self, visible: Collection[str]) -> bool:
        """Whether any amount that a reader does not see may be known, judged only by the money
        beside it. `visible`: the contributors whom this reader sees."""
        less = {number for who in visible for number in self._sets_of.get(who, ())}
        return not self._doubtful <= less or any(
            self._has_doubt([one for one in self._sets[number] if one[0] not in visible])
            for number in less
        )

    def _has_doubt(self, amounts: Sequence[tuple[str, float]]) -> bool:
        """Whether a set has an amount of a contributor that is not certainly unknown. Money that
        belongs to nobody is not judged."""
        return any(
            beside < self._raised * size
            for (who, size), beside in zip(amounts, money_beside(amounts), strict=True)
            if who
        )


def money_beside(amounts: Sequence[tuple[str, float]]) -> Iterator[float]:
    """Yields, for each of some alike amounts, the money of the other contributors together, without
    the largest of them. `amounts`: the contributor and the size of each."""
    money: dict[str, float] = {}
    for who, size in amounts:
        money[who] = money.get(who, 0.0) + size
    total, (second, largest) = sum(money.values()), sorted([0.0, 0.0, *money.values()])[-2:]
    for who, _ in amounts:
        own = money[who]
        yield total - own - (second if own == largest else largest)
