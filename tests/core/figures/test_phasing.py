"""A budget over time: by calendar month and, at its two ends, by days; never more than half a unit
off, whatever day is asked for. The oracle counts days in Fractions and shares no code."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.figures.phasing import ANY_TIME, budget_to, phasing
from budgettrack.core.records.model import BudgetLine

HALF = Fraction(1, 2)


def line(amount: int, start: date | None, end: date | None, **more: object) -> BudgetLine:
    return BudgetLine("B", "G", "", "Rent", "", "EUR", amount, start, end, **more)  # type: ignore[arg-type]


def months_long(start: date, end: date) -> Fraction:
    """How many months there are from one day to another, each day counted by its own month."""
    days = (start + timedelta(number) for number in range((end - start).days + 1))
    return sum((Fraction(1, monthrange(day.year, day.month)[1]) for day in days), Fraction(0))


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
AMOUNTS = st.integers(-(10**7), 10**7)


@given(AMOUNTS, DAYS, st.integers(0, 900), DAYS)
def test_up_to_any_day_it_is_at_most_half_a_unit_off_its_exact_share(
    amount: int, start: date, length: int, day: date
) -> None:
    end = start + timedelta(length)
    gone = months_long(start, min(day, end)) if day >= start else Fraction(0)
    exact = amount * gone / months_long(start, end)

    assert abs(budget_to(line(amount, start, end), day) - exact) <= HALF


@given(AMOUNTS, DAYS, st.integers(0, 900), DAYS)
def test_months_sum_to_the_amount_and_to_what_is_planned_by_their_last_day(
    amount: int, start: date, length: int, day: date
) -> None:
    budget = line(amount, start, start + timedelta(length))
    by_month = phasing(budget)
    last = day.replace(day=monthrange(day.year, day.month)[1])

    assert sum(by_month.values()) == amount
    assert budget_to(budget, last) == sum(
        units for month, units in by_month.items() if month <= f"{last:%Y-%m}"
    )


def test_half_of_a_year_is_half_of_the_money() -> None:
    year = phasing(line(490000, date(2026, 1, 1), date(2026, 12, 31)))

    assert sum(units for month, units in year.items() if month <= "2026-06") == 245000
    assert set(year.values()) == {40833, 40834}


def test_full_months_count_alike_however_many_days_they_have() -> None:
    quarter = phasing(line(30000, date(2026, 1, 1), date(2026, 3, 31)))

    assert quarter == {"2026-01": 10000, "2026-02": 10000, "2026-03": 10000}


def test_from_the_fifteenth_to_the_fourteenth_the_ends_count_by_their_days() -> None:
    # 17 of January's 31 days, five months, 14 of July's 31: six months in all
    plan = phasing(line(600000, date(2026, 1, 15), date(2026, 7, 14)))

    assert plan["2026-01"] == round(Fraction(600000 * 17, 6 * 31))
    assert plan["2026-03"] == 100000
    assert plan["2026-07"] == 600000 - sum(list(plan.values())[:-1])
    assert abs(plan["2026-07"] - Fraction(600000 * 14, 6 * 31)) <= 1


def test_a_line_within_one_month_is_spread_over_its_own_days() -> None:
    budget = line(1000, date(2026, 3, 11), date(2026, 3, 20))

    assert phasing(budget) == {"2026-03": 1000}
    assert [budget_to(budget, date(2026, 3, day)) for day in (10, 11, 15, 20, 31)] == [
        0, 100, 500, 1000, 1000,
    ]  # fmt: skip


def test_a_month_of_its_own_column_counts_by_all_of_its_days() -> None:
    budget = line(310, date(2026, 1, 20), date(2026, 2, 10), months={"2026-01": 310})

    assert budget_to(budget, date(2026, 1, 10)) == 100


def test_a_budget_without_a_date_counts_from_the_beginning() -> None:
    assert phasing(line(500, None, None)) == {ANY_TIME: 500}
    assert budget_to(line(500, None, None), date(2020, 1, 1)) == 500


@given(AMOUNTS, DAYS, st.integers(0, 900), DAYS)
def test_reporting_a_month_moves_no_cent_of_any_month(
    amount: int, start: date, length: int, until: date
) -> None:
    budget = line(amount, start, start + timedelta(length))
    plain = phasing(budget)
    reported = {month: units for month, units in plain.items() if month <= f"{until:%Y-%m}"}
    kept = line(amount, budget.start, budget.end, reported=reported or {f"{until:%Y-%m}": 0})

    assert phasing(kept) == plain


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        # What is left, 800.00, goes to the days after the last month reported.
        (date(2026, 1, 1), date(2026, 4, 30), {"2026-03": 40000, "2026-04": 40000}),
        (date(2026, 1, 1), date(2026, 4, 15), {"2026-03": 53333, "2026-04": 26667}),
        (date(2026, 3, 16), date(2026, 4, 30), {"2026-03": 27234, "2026-04": 52766}),
        # No day is left: all of it is planned for the next month.
        (date(2026, 1, 1), date(2026, 2, 20), {"2026-03": 80000}),
    ],
)
def test_months_already_reported_keep_their_figures(
    start: date, end: date, left: dict[str, int]
) -> None:
    kept = {"2026-01": 10000, "2026-02": 10000}

    assert phasing(line(100000, start, end, reported=kept)) == kept | left


def test_a_day_in_a_month_after_the_reported_ones_is_exact_too() -> None:
    budget = line(
        100000, date(2026, 1, 1), date(2026, 4, 15), reported={"2026-01": 10000, "2026-02": 10000}
    )

    # 800.00 over a month and a half; 10 of March's 31 days are gone
    exact = 20000 + 80000 * Fraction(10, 31) / Fraction(3, 2)
    assert abs(budget_to(budget, date(2026, 3, 10)) - exact) <= HALF
    assert budget_to(budget, date(2026, 2, 14)) == 15000


@pytest.mark.parametrize(("amount", "to_date"), [(149_565, 39_293), (-149_565, -39_293)])
def test_of_a_half_the_odd_unit_goes_to_the_earlier_months(amount: int, to_date: int) -> None:
    """31 of 118 parts of 1,495.65 are 392.925, exactly."""
    rent = line(amount, date(2025, 11, 21), date(2026, 12, 11))

    assert budget_to(rent, date(2026, 2, 28)) == to_date


def test_who_changes_the_months_that_were_returned_changes_no_other_answer() -> None:
    year = line(120_00, date(2026, 1, 1), date(2026, 12, 31))
    phasing(year)["2026-01"] = 0

    assert phasing(year)["2026-01"] == 10_00
