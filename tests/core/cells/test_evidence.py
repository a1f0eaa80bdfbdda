"""What the cells of a row say about its fate."""

from __future__ import annotations

from budgettrack.core.cells.evidence import labels_beside
from budgettrack.core.cells.headings import mapped_headings
from budgettrack.core.records.tables import BUDGET, EXPENSES, INCOME, Shape
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


CASH_BOOK = {
    "expenses": Shape("S", headings={"date": "Date", "description": "Text", "amount": "Out"}),
    "income": Shape("S", headings={"date": "Date", "reference": "Text", "amount": "In"}),
}


def test_in_a_cash_book_each_row_belongs_to_the_table_of_its_amount() -> None:
    read = sheet(
        grid(
            "Date|Text|In|Out\n2026-01-05|dues|100|\n2026-01-06|stamps||4\n"
            "2026-01-07|swap|5|6\nTotal||105|10",
            "S",
        ),
        shapes=CASH_BOOK,
    )

    assert [row.fields["amount"] for row in read.tables["income"].rows] == ["100", "5"]
    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["4", "6"]
    assert found(read) == []


def test_a_table_ends_where_another_begins_below_it() -> None:
    shapes = {
        "expenses": Shape("S", 1, headings={"description": "What", "amount": "Spent"}),
        "income": Shape("S", 5, headings={"reference": "From", "amount": "Got"}),
    }
    read = sheet(
        grid("What|Spent\nTea|3\nTotal|3\nMoney in|\nFrom|Got\nFund|50\nTotal|50", "S"),
        shapes=shapes,
    )

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["3"]
    assert [row.fields["amount"] for row in read.tables["income"].rows] == ["50"]


def test_repeated_headings_are_no_row() -> None:
    read = sheet(grid("ID|Date|Amount\nE-1|2026-01-05|5\nID|Date|Amount\nE-2|2026-01-06|6"))

    assert ids(read.tables["expenses"]) == ["E-1", "E-2"]
    assert found(read) == []


PLAN = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Amount"})}


def test_the_heading_of_a_group_is_the_category_of_its_lines() -> None:
    read = sheet(
        grid(
            "Item|Amount\nA. Staff|\nCoordinator|100\nNurse|200\nSubtotal|300\nRent|40\n"
            "B. Travel|\nBus|50\nTotal|390",
            "Plan",
        ),
        shapes=PLAN,
    )

    categories = {
        row.fields["description"]: row.fields.get("category", "")
        for row in read.tables["budget"].rows
    }
    assert categories == {
        "Coordinator": "A. Staff", "Nurse": "A. Staff", "Rent": "", "Bus": "B. Travel",
    }  # fmt: skip
    assert read.tables["budget"].laid_out == {"category"}
    assert found(read) == []


def test_a_total_above_its_rows_is_their_category() -> None:
    read = sheet(
        grid("Item|Amount\nStaff|300 =SUM(B3:B4)\nCoordinator|100\nNurse|200", "Plan"), shapes=PLAN
    )

    assert [row.fields.get("category") for row in read.tables["budget"].rows] == ["Staff", "Staff"]
    assert found(read) == []


def test_in_a_tab_of_ours_a_category_alone_is_the_heading_of_its_rows() -> None:
    budget = "ID|Grant|Category|Description|Amount\n"
    read = sheet(grid(f"{budget}||Staff||\nB-1|G-1|Staff|x|100", BUDGET.tab))
    alone = sheet(grid(f"{budget}||Travel||\nB-1|G-1|Staff|x|100", BUDGET.tab))

    assert ids(read.tables["budget"]) == ["B-1"]
    assert ids(alone.tables["budget"]) == ["", "B-1"]  # somebody begins to type a line


def test_income_has_totals_too() -> None:
    read = sheet(grid("ID|Date|Amount\nI-1|2026-01-05|5\nI-2|2026-01-06|6\nTotal||12", INCOME.tab))

    assert [place for place, _ in found(read, "total-does-not-match")] == ["'Income'!C4"]
