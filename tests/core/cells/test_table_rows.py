"""What the types of a table as read say of themselves: findings about a place, cells that nobody
filled in, columns that every sheet has."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, NoValue, Value
from budgettrack.core.cells.table_rows import FilledRow, Place, TotalLabel, is_asked, is_idle
from budgettrack.core.records.tables import BY_NAME

EXPENSES = BY_NAME["expenses"]


def test_a_finding_names_tab_row_and_column_of_the_table() -> None:
    made = Place(EXPENSES, "Spending").finding(
        "duplicate-id", 7, 2, record="E-3", field="id", values={"id": "E-3", "new": "E-9"}
    )

    assert made == Finding(
        code="duplicate-id", table="expenses", id="E-3", field="id",
        values=(("id", "E-3"), ("new", "E-9")), tab="Spending", row=7, column=2,
    )  # fmt: skip


def test_a_finding_may_be_about_the_tab_alone_and_take_its_values_from_another() -> None:
    made = Place(EXPENSES, "Spending").finding("missing-tab", values=(("tab", "Spending"),))

    assert (made.row, made.column, made.id, made.field) == (None, None, "", "")
    assert made.values == (("tab", "Spending"),)


@pytest.mark.parametrize("value", [None, "", "  ", False])
def test_nobody_typed_a_blank_cell_or_an_empty_tick_box(value: Value) -> None:
    assert is_idle(Grid("Expenses", [[value]]), 0, 0)


@pytest.mark.parametrize("value", ["x", 0, 0.0, True, NoValue()])
def test_somebody_typed_what_is_not_blank_also_a_zero(value: Value) -> None:
    assert not is_idle(Grid("Expenses", [[value]]), 0, 0)


@pytest.mark.parametrize(
    ("value", "idle"), [(0, True), (0.0, True), ("", True), (5, False), ("text", False)]
)
def test_a_formula_that_gives_nothing_is_idle(value: Value, idle: bool) -> None:
    assert is_idle(Grid("Expenses", [[value]], formulas={(0, 0): "=A1*B1"}), 0, 0) is idle


def test_a_cell_outside_the_grid_is_idle() -> None:
    assert is_idle(Grid("Expenses", [["x"]]), 3, 3)


def test_people_are_asked_for_columns_that_are_theirs_and_in_every_sheet() -> None:
    asked = {column.name for column in EXPENSES.columns if is_asked(column)}

    # Nobody types what the register adds, and a column that is optional need not be there.
    assert {"id", "date", "amount", "budget_line"} <= asked
    assert "payee" not in asked
    assert not any(
        is_asked(column) for column in BY_NAME["deadlines"].columns if column.name == "derived"
    )
    assert {column.owner for column in EXPENSES.columns if is_asked(column)} == {"shared"}


def test_a_filled_row_names_its_plain_cells_and_its_odd_ones() -> None:
    label = TotalLabel("Total", whole=True, sure=True, sub=False)
    row = FilledRow(4, {"amount": "12", "date": "2026-01-05"}, {"description": label})

    assert row.names == ("amount", "date", "description")
