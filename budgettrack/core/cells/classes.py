"""Finds the classes of a chart of accounts: rows in which a person typed the sum of the rows below,
without a formula.

A French budget has `60 - Achats | 1500` (purchases) above `Fournitures | 500` and `Services |
1000`. If all three rows were counted, the plan would be twice as large. One figure that is the sum
of its neighbours proves nothing. The proof is the grand total of the sheet: it is exact only if the
classes are not counted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.cells.fates import Evidence, Fate

_LEAST = 2


def with_classes(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns the fate of each row. If there are classes, they are subtotals of the rows below
    them."""
    last = next(
        (place for place in reversed(range(len(rows))) if _is_total(rows, decided, place)), 0
    )
    total = rows[last].amount if rows else None
    lines = [
        place
        for place in range(last)
        if decided[place].kind == "record" and rows[place].amount is not None
    ]
    classes = _classes(rows, lines)
    counted = [rows[place].amount or Decimal(0) for place in lines if place not in classes]
    if not total or sum(counted, Decimal(0)) != total:
        return [*decided]
    if len(classes) < _LEAST or all(first == end for first, end in classes.values()):
        return [*decided]
    fates = [*decided]
    for place, fate in enumerate(decided):
        if place in classes:
            members = (_numbers(rows, classes[place]),)
            fates[place] = replace(fate, kind="sub", members=members, doubt="", summed=None)
        elif place < last and fate.doubt == "may-be-total":
            fates[place] = replace(fate, doubt="")
    return fates


def _is_total(rows: Sequence[Evidence], decided: Sequence[Fate], place: int) -> bool:
    return decided[place].kind == "total" and bool(rows[place].amount)


def _classes(rows: Sequence[Evidence], lines: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Returns a mapping. Its keys are the positions of the classes, its values the first and the
    last position of their lines.

    A class may have no lines of its own, such as `70 - Ventes` (sales) in a sheet with only one
    figure for income."""
    classes: dict[int, tuple[int, int]] = {}
    number = 0
    while number < len(lines):
        head, first = lines[number], number + 1
        rest = rows[head].amount or Decimal(0)
        number = first
        while number < len(lines) and rest > 0:
            rest -= rows[lines[number]].amount or Decimal(0)
            number += 1
        if rest or number == first:
            number = first
        else:
            classes[head] = lines[first], lines[number - 1]
    return classes


def _numbers(rows: Sequence[Evidence], places: tuple[int, int]) -> tuple[int, int]:
    return rows[places[0]].number, rows[places[1]].number
