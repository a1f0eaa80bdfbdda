"""What the cells of a row say about its fate."""

from __future__ import annotations

from budgettrack.core.cells.evidence import labels_beside
from budgettrack.core.cells.headings import mapped_headings
from budgettrack.core.records.tables import EXPENSES, INCOME, Shape
from tests.world.drawn_tabs import found, grid, ids, sheet


def beside(table: str, *foreign: int) -> dict[int, str]:
    drawn = grid(table, "S")
    headings, _ = mapped_headings(EXPENSES, drawn, Shape("S", headings={"amount": "Sum"}), "en")
    assert headings is not None
    return {row: label.text for row, label in labels_beside(drawn, headings, foreign).items()}


def test_a_label_beside_our_columns_counts_up_to_a_blank_column() -> None:
    assert beside("Who|Sum||From|Got\nA|1||B|2\nTotal|1||Total|2") == {2: "Total"}
    assert beside("Who|Sum||From|Got\nA|1||B|2\nC|1||Total|2") == {}
    assert beside("|Sum\n|1\nTotal|1") == {2: "Total"}  # a first column without a heading


def test_a_label_in_a_column_of_another_table_says_nothing() -> None:
    assert beside("Who|Sum|From|Got\nA|1|Total|2") == {1: "Total"}
    assert beside("Who|Sum|From|Got\nA|1|Total|2", 2, 3) == {}


def test_repeated_headings_are_no_row() -> None:
    read = sheet(grid("ID|Date|Amount\nE-1|2026-01-05|5\nID|Date|Amount\nE-2|2026-01-06|6"))

    assert ids(read.tables["expenses"]) == ["E-1", "E-2"]
    assert found(read) == []


def test_income_has_totals_too() -> None:
    read = sheet(grid("ID|Date|Amount\nI-1|2026-01-05|5\nI-2|2026-01-06|6\nTotal||12", INCOME.tab))

    assert [place for place, _ in found(read, "total-does-not-match")] == ["'Income'!C4"]
