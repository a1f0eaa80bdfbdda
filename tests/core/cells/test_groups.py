"""Which rows belong to a table, and the groups in which its lines stand."""

from __future__ import annotations

from budgettrack.core.records.tables import BUDGET, Shape
from tests.world.drawn_tabs import found, grid, ids, sheet

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
