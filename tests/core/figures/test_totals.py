"""Sums of expenses: each converted once, none dropped, whatever their order."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding
from budgettrack.core.figures.totals import Total, totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from tests.world.money_plans import (
    ALL_RATES,
    GRANT,
    LINE,
    RATES,
    Tables,
    at,
    made,
    plans,
    spent,
    summed,
)


def test_each_expense_is_converted_once_at_its_months_rate_half_to_even() -> None:
    plan = made(
        rates=RATES,
        expenses={
            "E-1": spent("2026-01-05", "10", currency="USD"),  # 8.00
            "E-2": spent("2026-02-05", "0.01", currency="USD"),  # half a cent: 0.00
            "E-3": spent("2026-02-06", "0.03", currency="USD"),  # a cent and a half: 0.02
            "E-4": spent("2026-02-07", "0.03", currency="USD", state="refunded"),
        },
    )

    assert [at(plan, "2026-01").spent, at(plan, "2026-02").spent] == [800, 800]


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_what_is_only_ordered_is_not_spent(currency: str) -> None:
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "10", currency=currency, state="committed")},
    )

    (total,), found = totals(plan)
    assert found == []
    assert (total.paid, total.spent, total.committed > 0) == ("", 0, True)


def test_a_payment_counts_where_only_the_rate_of_its_order_is_missing() -> None:
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2025-12-05", "10", currency="USD", paid_on="2026-01-05")},
    )

    sums, found = totals(plan)

    assert [(each.ordered, each.paid, each.spent, each.committed, each.count) for each in sums] == [
        ("2025-12", "2026-01", 800, 0, 1)
    ]
    assert [each.problem for each in found] == ["There is no rate for USD in 2025-12."]


def test_a_grant_of_another_currency_takes_expenses_of_a_third() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}},
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "8", currency="GBP")},
    )

    assert (at(plan, "2026-01").spent, at(plan, "2026-01").currency) == (1250, "USD")


def test_an_expense_without_a_currency_is_in_its_grants() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}}, expenses={"E-1": spent("2026-01-05", "8")}
    )

    assert at(plan, "2026-01").spent == 800


def test_a_commitment_is_held_at_the_rate_of_its_order_and_paid_at_the_rate_of_its_payment() -> (
    None
):
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "10", currency="USD", paid_on="2026-02-05")},
    )

    assert (at(plan, "2026-01").committed, at(plan, "2026-02").spent) == (800, 500)


def test_without_a_rate_the_amount_is_left_out_and_found_once_for_each_currency_and_month() -> None:
    expenses = {f"E-{number}": spent("2026-03-05", "10", currency="USD") for number in range(3)}
    expenses["E-9"] = spent("2026-03-05", "10")
    plan = made(rates=RATES, expenses=expenses)

    sums, found = totals(plan)

    assert found == [
        Finding("no-rate", "expenses", "E-0", "date", (("currency", "USD"), ("month", "2026-03")))
    ]
    assert found[0].problem == "There is no rate for USD in 2026-03."
    assert sum(total.spent for total in sums) == 1000


@pytest.mark.slow
@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_expenses_does_not_matter(plan: Plan, chance: random.Random) -> None:
    def key(total: Total) -> tuple[str, ...]:
        return total.line, total.grant, total.currency, total.ordered, total.paid

    ids = list(plan.expenses)
    chance.shuffle(ids)
    expenses: Mapping[str, Fields] = {
        id_: {
            "date": plan.expenses[id_].date.isoformat(),
            "amount": money.decimal(plan.expenses[id_].amount, plan.expenses[id_].currency),
            "currency": plan.expenses[id_].currency,
            "state": plan.expenses[id_].state,
            "budget_line": plan.expenses[id_].line,
            "grant": plan.expenses[id_].grant,
            "paid_on": (plan.expenses[id_].paid_on or "") and plan.expenses[id_].day.isoformat(),
        }
        for id_ in ids
    }
    records: Tables = {
        "grants": {id_: GRANT | {"currency": grant.currency} for id_, grant in plan.grants.items()},
        "budget": {
            id_: LINE | {"grant": line.grant, "amount": "1"} for id_, line in plan.lines.items()
        },
        "expenses": {
            id_: {name: text for name, text in fields.items() if text}
            for id_, fields in expenses.items()
        },
        "rates": ALL_RATES,
    }
    shuffled, found = plan_of(records, base="EUR")

    assert found == []
    assert sorted(summed(shuffled), key=key) == sorted(summed(plan), key=key)


@pytest.mark.slow
def test_the_work_of_summing_grows_as_the_expenses_do() -> None:
    assert calls_to_sum(20_000) < 10.1 * calls_to_sum(2_000)


def calls_to_sum(expenses: int) -> int:
    """How many functions are called to sum so many expenses."""
    plan = made(
        budget={f"B-{number}": LINE for number in range(200)},
        expenses={
            f"E-{number}": spent(
                f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
                f"{number % 900}.50",
                budget_line=f"B-{number % 200}",
            )
            for number in range(expenses)
        },
    )
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        sums, _ = totals(plan)
    finally:
        sys.setprofile(None)

    assert sum(total.count for total in sums) == expenses
    return calls


def test_a_payment_without_a_rate_leaves_its_order_as_a_commitment() -> None:
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "10", currency="USD", paid_on="2026-05-05")},
    )

    sums, found = totals(plan)

    assert [(each.paid, each.spent, each.committed, each.count) for each in sums] == [
        ("2026-05", 0, 800, 0)
    ]
    assert [each.problem for each in found] == ["There is no rate for USD in 2026-05."]
