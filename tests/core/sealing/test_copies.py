"""What copies of old pages tell, each figure less the same figure a page before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.copies import Growth, OldPage, OldRow, growths, spread_alike
from tests.world.contributions import line, paid

FOOD: OldRow = ("category", "=Food")
G1: OldRow = ("grant", "=G-1")
A, B, C = (paid(who, 300, id_=who) for who in "abc")


def page(month: str, **rows: Sequence[Contribution]) -> OldPage:
    return OldPage(month, {{"food": FOOD, "grant": G1}[row]: parts for row, parts in rows.items()})


def told(*pages: OldPage) -> list[tuple[str, str, dict[str, int]]]:
    return [
        (growth.row[0], growth.month, {part.id: part.units for part in growth.parts})
        for growth in growths(pages)
    ]


def test_a_figure_less_that_of_the_page_before() -> None:
    assert told(page("2026-01", food=[A, B]), page("2026-03", food=[A, B, C])) == [
        ("category", "2026-01", {"a": 300, "b": 300}),
        ("category", "2026-03", {"c": 300}),
    ]


def test_what_changed_and_what_left_is_a_part_of_it() -> None:
    more = replace(A, own=350, units=350)
    assert told(page("2026-01", food=[A, B]), page("2026-02", food=[more])) == [
        ("category", "2026-01", {"a": 300, "b": 300}),
        ("category", "2026-02", {"a": 50, "b": -300}),
    ]


def test_the_same_amounts_in_another_table_are_told_once() -> None:
    assert told(page("2026-01", food=[A, B], grant=[A, B])) == [
        ("category", "2026-01", {"a": 300, "b": 300})
    ]


def test_a_figure_that_did_not_move_tells_nothing() -> None:
    assert list(growths([page("2026-01", food=[A]), page("2026-02", food=[A])])) == [
        Growth(FOOD, "2026-01", (A,))
    ]


HALF = {"start": date(2026, 1, 1), "end": date(2026, 6, 30)}
WHOLE = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (WHOLE, WHOLE, True),
        (WHOLE, HALF, False),
        (WHOLE, {}, False),
        ({"months": {"2026-01": 30, "2026-02": 70}}, {"months": {"2026-01": 60, "2026-02": 140}}, True),
        ({"months": {"2026-01": 30, "2026-02": 70}}, {"months": {"2026-01": 70, "2026-02": 30}}, False),
    ],
)  # fmt: skip
def test_budgets_are_spread_alike_over_the_same_months(
    first: dict[str, Any], second: dict[str, Any], alike: bool
) -> None:
    amounts = (100, 200) if "months" in first else (120_000, 77_000)
    lines = [
        line(f"B-{n}", amount=amount, **more)
        for n, (amount, more) in enumerate(zip(amounts, (first, second), strict=True))
    ]
    assert spread_alike(lines) is alike
