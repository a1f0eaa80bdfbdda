"""The exact figures behind a funder's summary. The expected figures are worked out by hand from the
plan in `tests/world/funded_year.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.funder_lines import (
    exact_lines,
    expenses,
    needs_expenses,
    reconciled,
    without_rates,
)
from budgettrack.core.views.funder_types import Reconciled
from tests.world.funded_year import basis, limit, profile, year

APRIL: tuple[date, date] = (date(2026, 4, 5), date(2026, 4, 15))


def test_a_line_has_its_budget_its_spending_and_its_orders() -> None:
    lines = {line.id: line.sums for line in exact_lines(basis())}

    assert lines["B-1"] == Sums(
        whole=120000, period_budget=30000, period_spent=20000, year_budget=60000, year_spent=29000,
        budget=60000, spent=29000, committed=0, forecast=29000 + 60000,
    )  # fmt: skip
    # 80 were paid and 5 came back. 30 are ordered, and less than the 300 planned for the rest.
    assert lines["B-2"] == Sums(
        whole=60000, period_budget=15000, period_spent=7500, year_budget=30000, year_spent=7500,
        budget=30000, spent=7500, committed=3000, forecast=7500 + 30000,
    )  # fmt: skip
    assert (lines["B-3"].budget, lines["B-3"].spent, lines["B-3"].forecast) == (30000, 0, 30000)


def test_spending_without_a_line_comes_last_and_only_if_there_is_any() -> None:
    *_, last = exact_lines(basis())
    silent = year(expenses={"E-6": {"budget_line": "B-3"}})

    assert (last.id, last.sums) == (
        "", Sums(period_spent=1200, year_spent=1200, spent=1200, forecast=1200),
    )  # fmt: skip
    assert [line.id for line in exact_lines(basis(silent))] == ["B-1", "B-2", "B-3"]


def test_an_order_of_june_that_is_paid_in_july_is_committed_in_june() -> None:
    plan = year(expenses={"E-5": {"paid_on": "2026-07-02"}})

    sums = {line.id: line.sums for line in exact_lines(basis(plan))}["B-2"]

    assert (sums.spent, sums.committed) == (7500, 3000)


def test_the_funders_year_may_begin_in_april() -> None:
    lines = {line.id: line.sums for line in exact_lines(basis(wanted=profile(year_starts=4)))}

    assert (lines["B-1"].year_budget, lines["B-1"].year_spent) == (30000, 20000)


def test_days_of_ones_own_count_budget_and_spending_by_day() -> None:
    lines = {line.id: line.sums for line in exact_lines(basis(own=APRIL))}

    # 3 months and 15 of 30 days are 350.00 of 1,200.00; 3 months and 4 days are 313.33.
    assert (lines["B-1"].budget, lines["B-1"].period_budget) == (35000, 35000 - 31333)
    assert (lines["B-1"].period_spent, lines["B-1"].spent) == (16000, 25000)


def test_the_first_and_the_last_day_belong_to_the_period() -> None:
    payments = date(2026, 4, 10), date(2026, 4, 28)

    lines = {line.id: line.sums for line in exact_lines(basis(own=payments))}

    assert lines["B-1"].period_spent == 16000 + 4000


def test_an_approved_sum_stands_beside_the_revised_one() -> None:
    plan = year(budget={"B-1": {"approved": "1000"}})

    lines = {line.id: line.sums for line in exact_lines(basis(plan))}

    assert (lines["B-1"].approved, lines["B-2"].approved) == (100000, None)


@pytest.mark.parametrize(
    ("values", "own", "needed"),
    [
        ({}, None, False),
        ({}, APRIL, True),
        ({"currency": "EUR"}, None, False),
        ({"currency": "GBP"}, None, True),
        ({"detail": "expenses"}, None, True),
        ({"detail": "expenses", "currency": "EUR"}, None, True),
        ({"rate": "period"}, None, True),
    ],
)
def test_single_expenses_are_read_where_months_are_not_exact_enough(
    values: dict[str, Any], own: tuple[date, date] | None, needed: bool
) -> None:
    assert needs_expenses(profile(**values), year().grants["G-1"], own) is needed


def test_the_expenses_of_the_period_are_listed_by_day() -> None:
    listed = expenses(basis(wanted=profile(currency="EUR", detail="expenses")))

    assert [(each.id, each.amount, each.units) for each in listed] == [
        ("E-2", 16000, 16000), ("E-8", 4000, 4000), ("E-3", 8000, 8000), ("E-4", -500, -500),
        ("E-6", 1200, 1200),
    ]  # fmt: skip


def test_the_summary_is_reconciled_with_the_figure_of_variance() -> None:
    # variance counts all of April: 90, 160 and the 40 of the 28th, which the days do not have.
    assert reconciled(basis(own=APRIL), 25000) == Reconciled(
        own=29000, planned=29000, outside=-4000, exchange=0, rounding=0, spent=25000
    )
    assert reconciled(basis(), 38000) == Reconciled(
        own=37700, planned=37700, outside=0, exchange=0, rounding=300, spent=38000
    )


def test_what_has_no_rate_is_named_once() -> None:
    pounds = year(
        grants={"G-1": {"currency": "GBP"}},
        expenses={"E-2": {"currency": "USD"}, "E-8": {"currency": "USD"}},
    )
    wanted = profile(currency="EUR", limit=(limit(amount=5, currency="CHF"),) * 2)

    told = [
        (each.code, each.id, dict(each.values)) for each in without_rates(basis(pounds, wanted))
    ]

    assert told == [
        ("draft-no-rate", "GBP → EUR", {"about": "GBP → EUR", "tab": "Rates"}),
        ("draft-not-converted", "", {"amount": "200.00 USD"}),
        ("draft-no-rate", "CHF → GBP", {"about": "CHF → GBP", "tab": "Rates"}),
    ]


def test_with_all_rates_nothing_is_named() -> None:
    assert list(without_rates(basis())) == []
