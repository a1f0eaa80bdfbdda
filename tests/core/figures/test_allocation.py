"""Shared costs and the funding grid: no cent is lost, and what nobody or more than one pays is
seen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.errors import UsageError
from budgettrack.core.figures.allocation import parts, receipt_checks
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan


@given(
    units=st.integers(1, 10**12),
    weights=st.lists(st.decimals(Decimal("0.01"), 1000, places=2), min_size=2, max_size=8),
)
def test_a_key_divides_without_losing_a_unit(units: int, weights: list[Decimal]) -> None:
    found = parts("/".join(map(str, weights)), units, "EUR")
    assert sum(found) == units
    assert len(found) == len(weights)
    whole = sum(weights)
    assert all(
        abs(got - units * weight / whole) < len(weights)
        for got, weight in zip(found, weights, strict=True)
    )


@pytest.mark.parametrize(
    ("key", "units", "currency", "found"),
    [
        ("60/40", 10001, "EUR", [6001, 4000]),
        ("1/1/1", 100, "EUR", [33, 34, 33]),
        ("60%/40%", 5, "JPY", [3, 2]),
        ("33.3/66.7", 1000, "EUR", [333, 667]),
        ("120.50+79.50", 20000, "EUR", [12050, 7950]),
    ],
)
def test_keys(key: str, units: int, currency: str, found: list[int]) -> None:
    assert parts(key, units, currency) == found


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "sixty/forty",
            '"sixty/forty" is not a share key. Type weights as 60/40, or amounts as 120.50+79.50',
        ),
        ("60", '"60" does not have two parts above 0.'),
        ("60/0", '"60/0" does not have two parts above 0.'),
        ("60+39.99", "60+39.99 sums to 99.99; the receipt is 100.00 EUR. Correct the amounts."),
        (
            "60.005+39.995",
            "60.005+39.995 sums to 100.000; the receipt is 100.00 EUR. Correct the amounts.",
        ),
    ],
)
def test_a_key_that_does_not_fit_is_told(key: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parts(key, 10000, "EUR")
    assert str(error.value).startswith(said)


def records(**tables: dict[str, Fields]) -> dict[str, dict[str, Fields]]:
    grants: dict[str, Fields] = {
        "G-1": {"funder": "F", "currency": "EUR", "state": "active"},
        "G-2": {"funder": "T", "currency": "GBP", "state": "active", "budget_rate": "0.8"},
        "G-3": {"funder": "H", "currency": "EUR", "state": "applied"},
        "G-4": {"funder": "X", "currency": "USD", "state": "active"},
    }
    return {"grants": grants, **tables}


def test_a_receipt_is_held_against_its_rows() -> None:
    def codes(total: str, second: str, state: str = "paid") -> list[str]:
        rows: dict[str, Fields] = {
            "E-1": {
                "date": "2026-01-01",
                "amount": "60",
                "currency": "EUR",
                "receipt_total": total,
            },
            "E-2": {
                "date": "2026-01-01",
                "amount": second,
                "currency": "EUR",
                "split_of": "E-1",
                "state": state,
            },
            "E-3": {"date": "2026-01-01", "amount": "5", "currency": "EUR"},
        }
        found, problems = plan(records(expenses=rows), base="EUR")
        assert problems == []
        return [f"{each.id}: {each.problem}" for each in receipt_checks(found)]

    assert codes("100", "40") == []
    assert codes("100", "39.99") == [
        "E-1: The rows of this receipt sum to 99.99 EUR, but its total is 100.00 EUR."
    ]
    assert codes("20", "40", "refunded") == [], "what came back counts against it"


def test_a_part_in_another_currency_or_of_no_known_row_is_no_part_of_the_receipt() -> None:
    row: Fields = {"date": "2026-01-01", "amount": "60", "currency": "EUR"}
    rows: dict[str, Fields] = {
        "E-1": {**row, "receipt_total": "60"},
        "E-2": {**row, "split_of": "E-1", "currency": "GBP"},
        "E-3": {**row, "split_of": "E-9"},
    }
    found, _ = plan(records(expenses=rows), base="EUR")

    assert list(receipt_checks(found)) == []


def test_each_receipt_is_compared_with_its_own_parts() -> None:
    row = {"date": "2026-03-01", "amount": "60", "currency": "EUR", "state": "paid"}
    expenses: dict[str, Fields] = {
        "E-1": {**row, "receipt_total": "100"},
        "E-2": {**row, "amount": "40", "split_of": "E-1"},
        "E-3": {**row, "receipt_total": "90"},
        "E-4": {**row, "amount": "31", "split_of": "E-3"},
        "E-5": row,
    }
    made, _ = plan({"expenses": expenses}, base="EUR")

    found = [(finding.id, dict(finding.values)) for finding in receipt_checks(made)]
    assert found == [("E-3", {"sum": "91.00 EUR", "total": "90.00 EUR"})]
