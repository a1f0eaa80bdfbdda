"""What a sync writes into the cells of a table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from budgettrack.core.base.grids import Grid
from budgettrack.core.decide import RegisterState, Settings
from budgettrack.core.decide.cells import frame_of, table_cells, typed
from budgettrack.core.decide.merge import merge_tables
from budgettrack.core.decide.places import places_of
from budgettrack.core.decide.read import read_sides
from budgettrack.core.records.model import Records
from budgettrack.core.records.tables import Shape
from tests.world.tabs_of_ours import book, tab, written

TODAY = date(2026, 11, 2)
SPENT = {"date": "2026-03-01", "budget_line": "B-1", "amount": "5", "state": "paid"}


def cells(
    grid: Grid, table: str, held: Records, agreed: Records | None = None, shape: Shape | None = None
) -> dict[str, str | Decimal | date | None]:
    """The cells of one tab that a sync with this register writes."""
    state = RegisterState(held, agreed or {}, {})
    settings = Settings("EUR", "en", TODAY, shapes={table: shape} if shape else {})
    there = book(grid)
    tables = merge_tables(read_sides(there, state, settings), state, settings).tables
    merged = tables[table]
    assert merged.sides.sheet is not None
    places = places_of(tables, there)
    return written(tuple(table_cells(merged, merged.sides.sheet, grid, places, shape)))


@pytest.mark.parametrize(
    ("kind", "text", "turned", "value"),
    [
        ("date", "2026-03-01", False, date(2026, 3, 1)),
        ("money", "5.50", False, Decimal("5.50")),
        ("money", "5.50", True, Decimal("-5.50")),
        ("number", "3", False, Decimal(3)),
        ("percent", "12.5", False, Decimal("12.5")),
        ("text", "5", False, "5"),
        ("id", "007", True, "007"),
        ("money", "", True, None),
        ("date", "", False, None),
    ],
)
def test_a_value_is_written_as_its_column_holds_it(
    kind: str, text: str, turned: bool, value: object
) -> None:
    assert typed(kind, text, turned=turned) == value
    assert type(typed(kind, text, turned=turned)) is type(value)


def test_a_new_record_is_written_with_its_id_into_the_columns_that_are_there() -> None:
    grid = tab("Expenses", "ID | Amount | Date | State\nE-1 | 5 | 2026-03-01 | paid")
    known = {"expenses": {"E-1": {"amount": "5", "date": "2026-03-01", "state": "paid"}}}
    held = {"expenses": {**known["expenses"], "E-2": SPENT}}

    assert cells(grid, "expenses", held, known) == {
        "Expenses!A3": "E-2",
        "Expenses!B3": Decimal(5),
        "Expenses!C3": date(2026, 3, 1),
        "Expenses!D3": "paid",
    }


def test_a_row_without_an_id_gets_one_and_nothing_else() -> None:
    grid = tab("Expenses", "ID | Amount | Date | State\n | 5 | 2026-03-01 | paid")

    assert cells(grid, "expenses", {}) == {"Expenses!A2": "E-1"}


def test_a_record_that_the_register_removed_is_blanked() -> None:
    grid = tab("Expenses", "ID | Amount | Date\nE-1 | 5 | 2026-03-01\nE-2 | 6 | 2026-03-02")
    known = {
        "expenses": {
            "E-1": {"amount": "5", "date": "2026-03-01"},
            "E-2": {"amount": "6", "date": "2026-03-02"},
        }
    }
    held = {"expenses": {"E-1": known["expenses"]["E-1"]}}

    assert cells(grid, "expenses", held, known) == {
        "Expenses!A3": None, "Expenses!B3": None, "Expenses!C3": None,
    }  # fmt: skip


def test_a_new_row_of_a_mapped_table_is_marked_as_the_config_asks_and_a_refund_has_its_sign() -> (
    None
):
    shape = Shape(
        "Costs",
        headings={"id": "Code", "date": "Day", "amount": "Sum"},
        where={"Kind": "cost"},
        write=True,
    )
    grid = tab("Costs", "Code | Day | Sum | Kind\nE-1 | 2026-03-01 | 5 | cost")
    known = {"expenses": {"E-1": {"amount": "5", "date": "2026-03-01"}}}
    refund = {"amount": "7", "date": "2026-03-02", "state": "refunded"}

    assert cells(grid, "expenses", {"expenses": {**known["expenses"], "E-2": refund}}, known, shape) == {
        "Costs!A3": "E-2", "Costs!B3": date(2026, 3, 2), "Costs!C3": Decimal(-7), "Costs!D3": "cost",
    }  # fmt: skip


def test_the_frame_of_a_tab_is_its_heading_row_its_ids_and_its_columns() -> None:
    grid = tab("Expenses", "Our own\nAmount | ID | Weather | Date\n5 | E-1 | rain | 2026-03-01")
    settings = Settings("EUR", "en", TODAY)
    sheet = read_sides(book(grid), RegisterState({}, {}, {}), settings).tables["expenses"].sheet

    assert sheet is not None
    frame = frame_of(sheet.read, grid)
    assert (frame.heading_row, frame.id_column, frame.columns) == (1, 1, (0, 1, 3))


FORMER = "ID | Grant | Category | Amount | Pays people"


def test_a_column_of_an_older_workbook_gets_its_new_heading_and_answers() -> None:
    grid = tab(
        "Budget",
        f"{FORMER}\nB-1 | G-1 | Pay | 5 | yes\nB-2 | G-1 | Tea | 6 | no\nB-3 | G-1 | Ink | 7 |",
    )
    known = {
        "budget": {
            "B-1": {"grant": "G-1", "category": "Pay", "amount": "5"},
            "B-2": {"grant": "G-1", "category": "Tea", "amount": "6", "people_paid": "0"},
            "B-3": {"grant": "G-1", "category": "Ink", "amount": "7"},
        }
    }

    assert cells(grid, "budget", known, known) == {
        "Budget!E1": "People paid", "Budget!E2": None, "Budget!E3": Decimal(0),
    }  # fmt: skip


def test_an_answer_that_the_register_changes_is_written_once() -> None:
    grid = tab("Budget", f"{FORMER}\nB-1 | G-1 | Pay | 5 | no")
    line = {"grant": "G-1", "category": "Pay", "amount": "5"}
    agreed = {"budget": {"B-1": {**line, "people_paid": "0"}}}
    held = {"budget": {"B-1": {**line, "people_paid": "4"}}}

    assert cells(grid, "budget", held, agreed) == {
        "Budget!E1": "People paid", "Budget!E2": Decimal(4),
    }  # fmt: skip


@pytest.mark.parametrize("fixed", ["protected", "formulas"])
def test_a_heading_that_may_not_be_written_keeps_its_old_name(fixed: str) -> None:
    grid = tab("Budget", f"{FORMER}\nB-1 | G-1 | Pay | 5 | no")
    at = (0, 4)
    grid = replace(grid, **{fixed: {at} if fixed == "protected" else {at: "=A1"}})
    known = {
        "budget": {"B-1": {"grant": "G-1", "category": "Pay", "amount": "5", "people_paid": "0"}}
    }

    assert cells(grid, "budget", known, known) == {}


def test_an_answer_that_may_not_be_written_stays_under_the_new_heading() -> None:
    grid = tab("Budget", f"{FORMER}\nB-1 | G-1 | Pay | 5 | no", formulas={(1, 4): "=A1"})
    known = {
        "budget": {"B-1": {"grant": "G-1", "category": "Pay", "amount": "5", "people_paid": "0"}}
    }

    assert cells(grid, "budget", known, known) == {"Budget!E1": "People paid"}


def test_a_heading_of_another_kind_is_no_older_column() -> None:
    grid = tab("Budget", "ID | Grant | Category | Amount | People paid\nB-1 | G-1 | Pay | 5 | 4")
    line = {"grant": "G-1", "category": "Pay", "amount": "5", "people_paid": "4"}

    assert cells(grid, "budget", {"budget": {"B-1": line}}, {"budget": {"B-1": line}}) == {}
