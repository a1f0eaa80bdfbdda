"""The funding grid: what nobody or more than one grant pays is seen."""

from __future__ import annotations

from budgettrack.core.base import money
from budgettrack.core.figures.funding_grid import grid
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan


def records(**tables: dict[str, Fields]) -> dict[str, dict[str, Fields]]:
    grants: dict[str, Fields] = {
        "G-1": {"funder": "F", "currency": "EUR", "state": "active"},
        "G-2": {"funder": "T", "currency": "GBP", "state": "active", "budget_rate": "0.8"},
        "G-3": {"funder": "H", "currency": "EUR", "state": "applied"},
        "G-4": {"funder": "X", "currency": "USD", "state": "active"},
    }
    return {"grants": grants, **tables}


def test_a_closed_grant_counts_and_what_it_paid_is_no_gap() -> None:
    grants: dict[str, Fields] = {
        "G-1": {"funder": "F", "currency": "EUR", "state": "closed"},
        "G-2": {"funder": "F", "currency": "EUR", "state": "active"},
        "G-3": {"funder": "F", "currency": "EUR", "state": "awarded"},
    }
    budget: dict[str, Fields] = {
        "B-1": {"grant": "G-1", "category": "Rent", "amount": "200"},
        "B-2": {"grant": "G-1", "category": "Food", "amount": "20"},
        "B-3": {"grant": "G-2", "category": "Food", "amount": "5"},
        "B-4": {"grant": "G-3", "category": "Pens", "amount": "7"},
    }
    found, _ = plan({"grants": grants, "budget": budget}, base="EUR")

    order, rows = grid(found)

    assert order == ["G-2", "G-3", "G-1"]
    assert [(row.category, row.total, row.state) for row in rows] == [
        ("Food", 2500, ""),
        ("Pens", 700, "gap"),
        ("Rent", 20000, ""),
    ]


def test_the_grid_shows_sources_gaps_and_double_funding() -> None:
    work: dict[str, Fields] = {f"A-{n}": {"activity": f"Work {n}"} for n in range(1, 6)}
    budget: dict[str, Fields] = {
        "B-1": {"grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "100"},
        "B-2": {"grant": "G-2", "activity": "A-1", "category": "Rent", "amount": "80"},
        "B-3": {"grant": "G-3", "activity": "A-2", "category": "Rent", "amount": "50"},
        "B-4": {"grant": "G-1", "activity": "A-3", "category": "Pens", "amount": "5"},
        "B-5": {"grant": "G-4", "activity": "A-5", "category": "Pens", "amount": "5"},
    }
    found, _ = plan(records(work_plan=work, budget=budget), base="EUR")
    grants, rows = grid(found)
    assert grants == ["G-1", "G-2", "G-4", "G-3"], "those that have begun, then those hoped for"
    assert [(row.activity, row.category, row.by_grant, row.state, row.unknown) for row in rows] == [
        ("A-1", "Rent", {"G-1": 10000, "G-2": 10000}, "double", []),
        ("A-2", "Rent", {"G-3": 5000}, "gap", []),
        ("A-3", "Pens", {"G-1": 500}, "", []),
        ("A-4", "", {}, "gap", []),
        ("A-5", "Pens", {}, "", ["B-5"]),
    ]
    assert money.decimal(rows[0].total, "EUR") == "200.00"


def test_the_rows_have_the_order_of_the_work_plan() -> None:
    work: dict[str, Fields] = {f"A-{n}": {"activity": "Walk"} for n in (1, 2, 11)}
    budget: dict[str, Fields] = {
        "B-1": {"grant": "G-1", "category": "Rent", "amount": "2"},
        "B-2": {"grant": "G-1", "category": "Food", "amount": "2", "activity": "A-11"},
    }
    found, _ = plan(records(work_plan=work, budget=budget), base="EUR")

    _, rows = grid(found)

    assert [row.activity for row in rows] == ["A-1", "A-2", "A-11", ""]
