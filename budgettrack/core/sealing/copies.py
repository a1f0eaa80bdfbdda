"""Lists figures on the pages of an older version of the program, which had no batches: it
published the total of each line since the beginning. Readers may have kept copies of these
pages. So what is published now must reveal nobody's amount, even to a reader who compares it
with the copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.records.model import BudgetLine
from budgettrack.core.sealing.batches import Contribution

OldRow = tuple[str, str]
"""A table of an old page, and one of its rows."""


class OldPage(Struct, frozen=True):
    """The rows that an old page changed or added. Each row has all amounts from which its figure
    was made. The figure is a total since the beginning."""

    month: Month
    rows: Mapping[OldRow, Sequence[Contribution]]


class Growth(Struct, frozen=True):
    """The amounts that were added to a row of the old pages from one page to the next. A reader who
    kept both pages knows their sum."""

    row: OldRow
    month: Month
    parts: tuple[Contribution, ...]


def growths(pages: Iterable[OldPage]) -> Iterator[Growth]:
    """Yields the amounts that were added to each row from page to page. If the same amounts were
    added to rows of several tables, they are yielded once."""
    shown: dict[OldRow, Mapping[str, Contribution]] = {}
    known: set[frozenset[tuple[str, int]]] = set()
    for page in pages:
        for row, parts in page.rows.items():
            now = {part.id: part for part in parts}
            grown = tuple(_changes(shown.get(row, {}), now))
            shown[row] = now
            amounts = frozenset((part.id, part.units) for part in grown)
            if grown and amounts not in known:
                known.add(amounts)
                yield Growth(row, page.month, grown)


def _changes(
    before: Mapping[str, Contribution], now: Mapping[str, Contribution]
) -> Iterator[Contribution]:
    for id_, part in now.items():
        then = before.get(id_)
        if then is None:
            yield part
        elif then.own != part.own:
            yield replace(part, own=part.own - then.own, units=part.units - then.units)
    for id_ in before.keys() - now.keys():
        gone = before[id_]
        yield replace(gone, own=-gone.own, units=-gone.units)


def spread_alike(lines: Iterable[BudgetLine]) -> bool:
    """Whether the budgets of all lines are spread over the same months in the same proportion.

    Old pages showed the part of each budget up to a month. If all lines are spread alike, a
    reader can calculate the sum of the whole budgets from these parts. Otherwise the sum of the
    whole budgets would be new, and together with old pages it could reveal the budget of a
    single line."""
    spreads = {
        tuple((month, round(1000 * units / (line.amount or 1))) for month, units in by_month)
        for line in lines
        if (by_month := sorted(phasing(line).items()))
    }
    return len(spreads) < 2
