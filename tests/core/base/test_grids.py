"""Cells as they are read and written."""

from __future__ import annotations

from budgettrack.core.base.grids import CellEdit, Edits, Grid


def test_beyond_the_edge_of_a_tab_there_is_nothing() -> None:
    grid = Grid("Budget", [["ID", "Amount"], ["B-1"]])

    assert grid.at(1, 0) == "B-1"
    assert grid.at(1, 1) is None
    assert grid.at(2, 0) is None


def test_edits_without_anything_to_write_are_none() -> None:
    assert not Edits()
    assert Edits(mark="m")
    assert Edits(cells=(CellEdit("Budget", 1, 1, "x"),))
