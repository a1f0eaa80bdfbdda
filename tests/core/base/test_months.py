"""Months and the days in them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base import months
from budgettrack.core.base.errors import UsageError

MONTHS = st.dates(date(1950, 1, 1), date(2150, 12, 31)).map(months.month_of)


@pytest.mark.parametrize("text", ["2026-01", "1900-12", "2199-12"])
def test_a_month_is_a_year_and_a_month(text: str) -> None:
    assert months.is_month(text)


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "1899-12", "2200-01", "2026-1", "26-01", "2026/01", "٢٠٢٦-٠١", ""],
)
def test_what_is_no_month(text: str) -> None:
    assert not months.is_month(text)


def test_months_go_over_the_year() -> None:
    assert months.after("2026-12") == "2027-01"
    assert months.after("2026-01", -1) == "2025-12"
    assert months.after("2026-03", 24) == "2028-03"
    assert months.months("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months.months("2026-02", "2026-01") == []


@given(MONTHS, st.integers(-500, 500))
def test_after_and_count_agree(month: str, number: int) -> None:
    later = months.after(month, number)

    assert months.count(month, later) == number + 1
    assert (later > month) == (number > 0)
    assert months.after(later, -number) == month


def test_first_and_last_days() -> None:
    assert months.first_day("2028-02") == date(2028, 2, 1)
    assert months.last_day("2028-02") == date(2028, 2, 29)
    assert months.last_day("2026-02") == date(2026, 2, 28)


def test_the_same_day_of_a_shorter_month_is_its_last() -> None:
    assert months.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months.add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months.add_months(date(2026, 11, 15), 3) == date(2027, 2, 15)


@pytest.mark.parametrize(
    ("on", "gone"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 1),
        (date(2026, 1, 10), 10),
        (date(2026, 3, 1), 31),
    ],
)
def test_time_elapsed_counts_both_ends(on: date, gone: int) -> None:
    assert months.elapsed(date(2026, 1, 1), date(2026, 1, 31), on) == (gone, 31)


def test_a_text_that_is_no_month_is_refused_in_words() -> None:
    months.require_month(None)
    months.require_month("2026-12")

    with pytest.raises(UsageError, match="There is no month"):
        months.require_month("2026-13")
