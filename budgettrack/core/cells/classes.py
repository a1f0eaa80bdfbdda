"""Finds classes of a chart of accounts: rows with the typed sum of the rows below them, which the
grand total proves.

A French budget has `60 - Achats | 1500` above `Fournitures | 500` and `Services | 1000`, and no
formula. If all rows counted, the plan would be doubled. That a figure is the sum of its neighbours
is no proof; that the total of the sheet is then exact, and otherwise half, is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from budgettrack.core.cells.fates import Evidence, Fate

_LEAST = 2


def with_classes(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns the fates, with the classes as subtotals of the rows below them, if there are any."""
    last = next(
        (place for place in reversed(range(len(rows))) if _is_total(rows, decided, place)), 0
    )
    total = rows[last].amount if rows else None
    lines = [
        place
        for place in range(last)
        if decided[place].kind == "record" and rows[place].amount is not None
    ]
    whole = sum((rows[place].amount or Decimal(0) for place in lines), Decimal(0))
    if not total or whole != 2 * total:
        return [*decided]
    classes = _classes(rows, lines)
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
    """Returns the places of the classes, each with the first and the last place of its lines.

    Empty unless every line belongs to one."""
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
            return {}
        classes[head] = lines[first], lines[number - 1]
    return classes


def _numbers(rows: Sequence[Evidence], places: tuple[int, int]) -> tuple[int, int]:
    return rows[places[0]].number, rows[places[1]].number
