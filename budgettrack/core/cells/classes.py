"""Finds the classes of a chart of accounts: rows in which a person typed the sum of the rows below,
without a formula.

A French budget has `60 - Achats | 1500` above `Fournitures | 500` and `Services | 1000`. If all
three rows were counted, the plan would be doubled. That one figure is the sum of its neighbours
proves nothing. The grand total of the sheet proves it: it is exact only if the classes are not
counted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.cells.fates import Evidence, Fate

_LEAST = 2


def with_classes(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns what each row is (its fate). If there are classes, they become subtotals of the
    rows below them."""
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
    """Returns the positions of the classes, each with the first and the last position of its lines.

    A class may have no lines of its own: `70 - Ventes` in an income of one figure."""
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
