"""The cash month by month to the end of the grants: what is held, expected and planned."""

from __future__ import annotations

from budgettrack.core.figures.cash_flow import (
    MonthOfCash,
    cash_flow,
    first_below_zero,
    not_expected,
)
from budgettrack.core.figures.positions import forecast
from budgettrack.core.records.model import Fields, Plan
from tests.world.money_plans import GRANT, LINE, made, spent, summed


def income(on: str, amount: str, **fields: str) -> Fields:
    kind = {"grant": "G-1", "kind": "instalment", "state": "expected"}
    return {"date": on, "amount": amount, **kind, **fields}


def flow(plan: Plan, end: str = "2026-09", grant: str = "G-1") -> list[MonthOfCash]:
    return [month for month in cash_flow(plan, summed(plan), end) if month.grant == grant]


def test_each_month_opens_with_what_the_month_before_left() -> None:
    plan = made(
        income={"I-1": income("2026-01-10", "1000", state="received"), "I-2": income("2026-11-03", "50")},
        expenses={"E-1": spent("2026-05-05", "800")},
    )  # fmt: skip

    assert flow(plan) == [
        MonthOfCash("G-1", "EUR", "2026-10", 20000, 0, 10000),
        MonthOfCash("G-1", "EUR", "2026-11", 10000, 5000, 10000),
        MonthOfCash("G-1", "EUR", "2026-12", 5000, 0, 10000),
    ]
    assert flow(plan)[-1].balance == -5000
    assert first_below_zero(flow(plan), "G-1") == flow(plan)[-1]
    assert first_below_zero(flow(plan), "G-2") is None


def test_what_is_planned_is_the_forecast_less_what_is_spent() -> None:
    plan = made(
        budget={"B-1": LINE, "B-2": {**LINE, "amount": "30", "start": "2026-01-01", "end": "2026-03-31"}},
        expenses={
            "E-1": spent("2026-05-05", "800"),
            "E-2": spent("2026-08-05", "77", state="committed", budget_line="B-2"),
            "E-3": spent("2026-08-05", "5", state="committed"),
        },
    )  # fmt: skip
    sums, end = summed(plan), "2026-09"
    expected = sum(forecast(plan, sums, line, end).as_planned for line in plan.lines) - 80000

    months = flow(plan, end)
    assert sum(month.planned for month in months) == expected
    assert months[0].planned == 10000 + 7700, "what is ordered comes first"


def test_income_that_is_late_counts_in_the_first_month_and_what_goes_back_is_below_zero() -> None:
    plan = made(
        income={
            "I-1": income("2026-03-01", "40"),
            "I-2": income("2026-12-01", "15", kind="returned to funder"),
        }
    )

    assert [month.expected for month in flow(plan)] == [4000, 0, -1500]


def test_the_hosts_fee_goes_with_the_money() -> None:
    fee = {"host_fee": "10", "held_by": "Host"}
    came = {"I-1": income("2026-10-01", "500")}
    of_income = made(grants={"G-1": {**GRANT, **fee, "host_fee_on": "income"}}, income=came)
    of_spending = made(grants={"G-1": {**GRANT, **fee, "host_fee_on": "spending"}}, income=came)

    assert [month.planned for month in flow(of_income)] == [15000, 10000, 10000]
    assert [month.planned for month in flow(of_spending)] == [11000, 11000, 11000]


def test_money_of_no_grant_is_last_and_what_may_come_is_not_there() -> None:
    asked = {**GRANT, "state": "applied"}
    plan = made(
        grants={"G-1": GRANT, "G-2": asked},
        budget={"B-1": LINE, "B-2": {**LINE, "grant": "G-2"}},
        income={"I-1": {"date": "2026-02-01", "amount": "9", "kind": "donation", "state": "received"}},
    )  # fmt: skip
    months = cash_flow(plan, summed(plan), "2026-10")

    assert [month.grant for month in months] == ["G-1", "G-1", "", ""]
    assert [month.balance for month in months if not month.grant] == [900, 900]


def test_a_grant_that_holds_and_plans_nothing_is_left_out() -> None:
    assert cash_flow(made(budget={}), [], "2026-10") == []
    ended = made()
    assert flow(ended, "2026-12") == []


def test_what_is_still_to_come_without_a_row_is_in_no_month() -> None:
    plan = made(
        income={
            "I-1": income("2026-01-10", "700", state="received"),
            "I-2": income("2026-11-03", "200"),
        }
    )

    assert not_expected(plan, summed(plan), "2026-09") == {"G-1": 30000}
    whole = made(income={"I-1": income("2026-01-10", "1200", state="received")})
    assert not_expected(whole, summed(whole), "2026-09") == {}
