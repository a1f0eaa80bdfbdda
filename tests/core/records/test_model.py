"""The typed records: what follows from their own fields."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from tests.world.report_plans import harbour


def test_an_expense_counts_on_the_day_it_was_paid_or_else_on_its_date() -> None:
    expense = next(iter(harbour().expenses.values()))
    on, paid = date(2026, 3, 12), date(2026, 4, 1)

    assert replace(expense, date=on, paid_on=paid).day == paid
    assert replace(expense, date=on, paid_on=None).day == on


@pytest.mark.parametrize(
    ("grant", "currency"), [("G-1", "EUR"), ("G-2", "GBP"), ("", "USD"), ("G-9", "USD")]
)
def test_money_without_a_grant_is_in_the_base_currency(grant: str, currency: str) -> None:
    assert replace(harbour(), base="USD").currency_of(grant) == currency


def test_a_record_is_never_changed_in_place() -> None:
    plan = harbour()

    with pytest.raises(AttributeError, match="immutable"):
        plan.grants["G-1"].state = "closed"  # type: ignore[misc]
