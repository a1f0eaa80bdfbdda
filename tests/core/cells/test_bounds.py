"""The bounds of each column, and the finding for a figure that is out of them."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.bounds import out_of_bounds
from budgettrack.core.cells.meanings import meaning_of
from budgettrack.core.records.tables import BY_NAME, TABLES, Shape

BOUNDS = {
    "work_plan": {"target": "any", "achieved": "any", "done": "0 to 100"},
    "indicators": {"baseline": "any", "target": "any", "achieved": "any"},
    "budget": {
        "quantity": "not below zero",
        "unit_cost": "not below zero",
        "amount": "not below zero",
        "approved": "any",
        "remaining": "any",
        "people_paid": "whole, not below zero",
    },
    "expenses": {"amount": "not below zero", "receipt_total": "not below zero"},
    "income": {"amount": "not below zero", "received_amount": "not below zero"},
    "grants": {
        "amount": "not below zero",
        "host_fee": "0 to 100",
        "budget_rate": "above zero",
        "report_within": "not below zero",
        "variance_limit": "not below zero",
        "odds": "0 to 100",
    },
    "resources": {"quantity": "not below zero", "value": "not below zero"},
    "agreements": {"notice_days": "whole, not below zero"},
    "lots": {"quantity": "not below zero", "value": "not below zero"},
    "handed_out": {"quantity": "not below zero"},
    "rates": {"rate": "above zero"},
}


def test_every_column_of_figures_has_its_bounds() -> None:
    declared = {
        table.name: {
            column.name: column.bounds
            for column in table.columns
            if column.kind in ("money", "number", "count", "percent")
        }
        for table in TABLES
    }

    assert {name: columns for name, columns in declared.items() if columns} == BOUNDS


@pytest.mark.parametrize(
    ("table", "field", "within", "beyond", "code"),
    [
        ("grants", "amount", "0", "-0.01", "amount-negative"),
        ("budget", "2026-03", "0", "-0.01", "amount-negative"),
        ("indicators", "2026-03", "0", "-1", "number-negative"),
        ("budget", "quantity", "0", "-0.5", "number-negative"),
        ("budget", "people_paid", "0", "-1", "number-negative"),
        ("budget", "people_paid", "3", "2.5", "number-not-whole"),
        ("grants", "report_within", "0", "-1", "number-negative"),
        ("grants", "variance_limit", "250", "-1", "number-negative"),
        ("grants", "budget_rate", "0.0001", "0", "rate-not-above-zero"),
        ("rates", "rate", "0.0001", "-3", "rate-not-above-zero"),
        ("grants", "host_fee", "0", "-1", "number-negative"),
        ("grants", "odds", "100", "100.01", "percent-above-100"),
        ("work_plan", "done", "100", "101", "percent-above-100"),
    ],
)
def test_one_step_beyond_its_bounds_a_figure_is_a_finding(
    table: str, field: str, within: str, beyond: str, code: str
) -> None:
    column = BY_NAME[table].column(field)

    finding = out_of_bounds(column, beyond)

    assert out_of_bounds(column, within) is None
    assert finding is not None
    assert finding.code == code


@pytest.mark.parametrize(("table", "field"), [("work_plan", "target"), ("budget", "remaining")])
def test_a_column_without_bounds_takes_any_figure(table: str, field: str) -> None:
    assert out_of_bounds(BY_NAME[table].column(field), "-12.5") is None


def test_a_blank_cell_and_a_text_have_no_bounds() -> None:
    assert out_of_bounds(BY_NAME["grants"].column("amount"), "") is None
    assert out_of_bounds(BY_NAME["grants"].column("title"), "-5") is None


def test_a_mapped_table_keeps_a_negative_quantity_but_no_rate_below_zero() -> None:
    budget, rates = BY_NAME["budget"], BY_NAME["rates"]
    quantity = meaning_of(budget, budget.column("quantity"), Shape("Plan"), "en")
    rate = meaning_of(rates, rates.column("rate"), Shape("Courses"), "en")

    assert quantity(-2) == "-2"
    assert getattr(rate(-2), "code", "") == "rate-not-above-zero"
