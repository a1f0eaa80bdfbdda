"""Cells as they are read, and places as people see them."""

from __future__ import annotations

import pytest

from budgettrack.core.base.grids import CellEdit, Edits, Grid, a1, letters


def test_beyond_the_edge_of_a_tab_there_is_nothing() -> None:
    grid = Grid("Budget", [["ID", "Amount"], ["B-1"]])

    assert grid.at(1, 0) == "B-1"
    assert grid.at(1, 1) is None
    assert grid.at(2, 0) is None


@pytest.mark.parametrize(
    ("column", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_has_letters(column: int, text: str) -> None:
    assert letters(column) == text


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        (11, 5, "'Group''s budget'!F12"),
        (11, None, "'Group''s budget'!12"),
        (None, 5, "'Group''s budget'!F"),
        (None, None, "'Group''s budget'"),
    ],
)
def test_a_place_is_written_as_people_see_it(
    row: int | None, column: int | None, place: str
) -> None:
    assert a1("Group's budget", row, column) == place


def test_edits_without_anything_to_write_are_none() -> None:
    assert not Edits()
    assert Edits(mark="m")
    assert Edits(cells=(CellEdit("Budget", 1, 1, "x"),))
