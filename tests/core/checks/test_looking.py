"""What every check looks at: the last full month, and all that is known so far."""

from __future__ import annotations

from datetime import date

import pytest

from budgettrack.core.checks.looking import Looking
from budgettrack.core.figures.positions import Position
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import HEALTHY


def looking(today: date, *days: str) -> Looking:
    """The healthy plan with an expense of 1.00 EUR on each of `days` besides."""
    expenses = {
        f"E-9{number}": {"date": day, "budget_line": "B-1", "amount": "1", "state": "paid"}
        for number, day in enumerate(days)
    }
    records = {**HEALTHY, "expenses": {**HEALTHY["expenses"], **expenses}}
    plan, _ = plan_of(records, base="EUR")
    return Looking(plan, totals(plan)[0], today, records)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 4, 1), "2026-03"),
        (date(2026, 4, 30), "2026-03"),
        (date(2026, 1, 1), "2025-12"),
    ],
)
def test_the_month_in_hand_is_not_complete(today: date, month: str) -> None:
    assert looking(today).month == month


def test_figures_to_date_end_with_the_last_full_month_and_so_far_with_the_last_entry() -> None:
    look = looking(date(2026, 4, 10), "2026-03-31", "2026-04-10", "2026-09-01")

    def spent(positions: list[Position]) -> int:
        return next(each.spent for each in positions if each.line == "B-1")

    assert spent(look.to_date) == 300_00 + 100
    assert spent(look.so_far) == 300_00 + 300
    assert {each.end for each in look.so_far} == {"2026-09"}


def test_without_any_entry_so_far_is_the_present_month() -> None:
    look = looking(date(2026, 4, 10))
    bare = Looking(look.plan, [], look.today, look.records)

    assert {each.end for each in bare.so_far} == {"2026-04"}


def test_cash_is_counted_to_the_present_month() -> None:
    (cash,) = looking(date(2026, 7, 5)).cash

    assert (cash.grant, cash.received, cash.spent) == ("G-1", 2000_00, 1500_00)
