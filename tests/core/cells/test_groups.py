"""Which rows belong to a table, and the groups in which its lines stand."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.groups import evidence_of, full_evidence
from budgettrack.core.cells.rows import decide_tab
from budgettrack.core.records.tables import BUDGET, EXPENSES, INCOME, Shape, Table
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


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            EXPENSES,
            "ID|Date|Budget line|Amount|Description\n"
            "E-1|2026-01-05|B-1|4|tea\nE-2|2026-01-06|B-1|5|tea\nE-3||B-1|6|Report\n"
            "E-4||B-1|7|Report\nE-5|2026-01-07|B-1|22 =SUM(D2:D5)|tea\n"
            "|2026-01-08|B-1|9|Total\nE-6|2026-01-09|B-1|9|Total\nE-7|soon|B-1|9|tea\n"
            "E-8|2026-01-09|B-1|1|tea",
        ),
        (BUDGET, "ID|Grant|Category|Amount\nB-1|G-1|Tea|4\nB-2|G-1|Tea|5\n"
                 "ID|Grant|Category|Amount\nB-3|G-1|Tea|6"),
        (INCOME, "ID|Date|Grant|Amount|Reference\nI-1|2026-01-05|G-1|4|Report\n"
                 "I-2|2026-01-06|G-1|5|Report"),
    ],
)  # fmt: skip
def test_a_usual_row_is_known_by_the_same_facts_as_by_every_rule(table: Table, rows: str) -> None:
    """Most rows are plainly records, which is found in a short way. It must find the same."""
    tab, _ = decide_tab(table, grid(rows, table.tab), None, "en")

    assert tab is not None
    every = list(full_evidence(tab.reader, tab.filled, tab.filled))
    assert list(evidence_of(tab.reader, tab.filled)) == every
