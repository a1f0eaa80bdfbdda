"""The filled rows of a tab, with the meanings of their cells."""

from __future__ import annotations

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.headings import own_headings
from budgettrack.core.cells.reader import TabReader, filled_rows, tab_reader
from budgettrack.core.cells.table_rows import FilledRow, Neighbour
from budgettrack.core.records.tables import EXPENSES
from tests.world.drawn_tabs import grid


def reader(drawn: Grid, *neighbours: Neighbour) -> TabReader:
    headings, _ = own_headings(EXPENSES, drawn, "en")
    assert headings is not None
    return tab_reader(EXPENSES, drawn, headings, None, "en", neighbours)


def filled(table: str, **more: object) -> list[FilledRow]:
    return [*filled_rows(reader(grid(table, "Expenses", **more)))]


def test_blank_rows_and_rows_of_empty_tick_boxes_are_not_filled() -> None:
    rows = filled("ID|Date|Amount|State\n|||\nE-1|2026-01-05|5|paid\n|||FALSE\n||0 =D9|")

    assert [row.number for row in rows] == [2]
    assert rows[0].fields == {"id": "E-1", "date": "2026-01-05", "amount": "5", "state": "paid"}


def test_a_merged_cell_says_what_it_says_for_all_its_rows_but_a_figure_counts_once() -> None:
    merged = ((1, 2, 2, 2), (1, 3, 2, 3))
    rows = filled(
        "ID|Date|Budget line|Amount\nE-1|2026-01-05|B-1|5\nE-2|2026-01-06||", merged=merged
    )

    assert [row.odd.get("budget_line") or row.fields.get("budget_line") for row in rows] == [
        "B-1", "B-1",
    ]  # fmt: skip
    assert "amount" not in rows[1].names


def test_a_cell_with_the_format_of_a_percentage_is_read_as_one() -> None:
    (row,) = filled("ID|Date|Amount\nE-1|2026-01-05|0.5", percents=frozenset({(1, 2)}))

    amount = row.odd["amount"]
    assert isinstance(amount, Finding)
    assert dict(amount.values)["value"] == '"50%"'


def test_a_cell_can_be_read_as_its_column_says() -> None:
    tab = reader(grid("ID|Date|Amount\nE-1|2026-01-05|5"))

    assert tab.plainly("date", 1) == "2026-01-05"


def test_labels_in_the_columns_of_a_neighbour_are_left_out() -> None:
    drawn = grid("ID|Date|Amount|From\nE-1|2026-01-05|5|Total")
    beside = Neighbour(0, frozenset({3}), frozenset())

    assert list(reader(drawn).labels) == [1]
    assert list(reader(drawn, beside).labels) == []


def test_labels_beside_lines_that_two_tables_share_are_those_of_both() -> None:
    drawn = grid("ID|Date|Description|Amount|Category\nE-1|2026-01-05|Tea|5|\n||||Total")
    of_lines = Neighbour(0, frozenset({2, 4}), frozenset())
    below = Neighbour(1, frozenset({2, 4}), frozenset())

    assert list(reader(drawn, of_lines).labels) == [2]
    assert list(reader(drawn, below).labels) == []
