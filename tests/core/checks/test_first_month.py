"""A month far before all others is told with the cell in which it was typed."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.checks.first_month import first_month_checks
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Income, Plan, Records
from tests.world.published_months import bare, typed

TODAY = date(2026, 6, 9)
USUAL = ("E-1", date(2026, 2, 2), "B-1.1", 100)


def look(plan: Plan, confirmed: str | None = None, records: Records | None = None) -> list[object]:
    found = first_month_checks(plan, totals(plan)[0], records or {}, TODAY, confirmed)
    return [(each.code, each.table, each.id, each.field, dict(each.values)) for each in found]


def told(table: str, id_: str, field: str, month: str = "2016-03") -> list[object]:
    return [("first-month-waits", table, id_, field, {"month": month})]


def test_an_expense_of_2016_is_told_until_it_is_confirmed() -> None:
    plan = typed(bare(), [USUAL, ("E-2", date(2016, 3, 2), "B-1.1", 100)])

    assert look(plan) == told("expenses", "E-2", "paid_on")
    assert look(plan, confirmed="2016-03") == []


def test_a_payment_of_2016_is_told_although_its_order_has_a_usual_date() -> None:
    plan = typed(bare(), [USUAL])
    paid = replace(plan.expenses["E-1"], id="E-2", paid_on=date(2016, 3, 2))
    plan = replace(plan, expenses={**plan.expenses, "E-2": paid})

    assert look(plan) == told("expenses", "E-2", "paid_on")


def test_the_usual_dates_are_silent() -> None:
    assert look(typed(bare(), [USUAL])) == []
    assert look(typed(bare(), [USUAL, ("E-2", date(2025, 1, 2), "B-1.1", 100)])) == []


def test_a_receipt_of_2016_is_told() -> None:
    slip = Income("I-1", date(2016, 3, 2), "G-1", "", "received", 100, "EUR")
    plan = replace(typed(bare(), [USUAL]), income={"I-1": slip})

    assert look(plan) == told("income", "I-1", "date")


@pytest.mark.parametrize(
    ("records", "cell"),
    [
        ({"budget": {"B-1.1": {"start": "2016-03-01"}}}, ("budget", "B-1.1", "start")),
        ({"work_plan": {"A-1": {"start": "2016-03-01"}}}, ("work_plan", "A-1", "start")),
        ({"grants": {"G-1": {"start": "2016-03-01"}}}, ("grants", "G-1", "start")),
        ({}, ("budget", "B-1.1", "id")),
    ],
)
def test_a_line_is_told_where_its_start_was_typed(
    records: Records, cell: tuple[str, str, str]
) -> None:
    plan = typed(bare(), [USUAL])
    line = replace(plan.lines["B-1.1"], activity="A-1", grant="G-1", start=date(2016, 3, 1))
    plan = replace(plan, lines={**plan.lines, "B-1.1": line})

    assert look(plan, records=records) == told(*cell)


def test_a_month_column_of_2016_is_told_at_its_line() -> None:
    plan = typed(bare(), [USUAL])
    line = replace(plan.lines["B-1.1"], months={"2016-03": 5, "2026-01": 5})
    plan = replace(plan, lines={**plan.lines, "B-1.1": line})

    assert look(plan) == told("budget", "B-1.1", "id")
