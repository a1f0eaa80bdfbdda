"""The days that a summary covers: the grant's reporting period, or the profile's own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.months import after, first_day, last_day, months
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.reporting_periods import period_of, reporting_period
from tests.world.report_plans import harbour

GRANT = harbour().grants["G-1"]
"""From July 2025 to December 2026."""


@pytest.mark.parametrize(
    ("every", "starting", "month", "period"),
    [
        ("quarter", "grant start", "2026-03", ("2026-01", "2026-03")),
        ("quarter", "calendar", "2025-08", ("2025-07", "2025-09")),
        ("half-year", "grant start", "2026-03", ("2026-01", "2026-06")),
        ("year", "calendar", "2025-09", ("2025-07", "2025-12")),
        ("year", "grant start", "2026-08", ("2026-07", "2026-12")),
        ("month", "", "2026-03", ("2026-03", "2026-03")),
        ("", "", "2026-03", ("2025-07", "2026-12")),
        ("", "", "2025-06", ("2025-06", "2025-06")),
        ("", "", "2027-01", ("2027-01", "2027-01")),
        ("quarter", "", "2027-02", ("2027-02", "2027-02")),
        ("end", "", "2026-03", ("2025-07", "2026-12")),
    ],
)
def test_the_reporting_period_is_within_the_grant(
    every: str, starting: str, month: str, period: tuple[str, str]
) -> None:
    grant = replace(harbour().grants["G-1"], report_every=every, periods_from=starting)

    assert reporting_period(grant, month) == period


def test_a_month_in_which_the_period_changes_belongs_to_the_later_one() -> None:
    grant = replace(
        harbour().grants["G-1"], start=date(2025, 10, 15), end=date(2026, 10, 10), report_every="quarter",
        periods_from="grant start",
    )  # fmt: skip

    assert reporting_period(grant, "2025-12") == ("2025-10", "2025-12")
    assert reporting_period(grant, "2026-01") == ("2026-01", "2026-03")
    assert reporting_period(grant, "2026-10") == ("2026-07", "2026-10")


@pytest.mark.parametrize(
    ("span", "starts", "month", "first", "last"),
    [
        ("month", 1, "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("quarter", 1, "2026-02", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", 4, "2026-03", date(2026, 1, 1), date(2026, 3, 31)),
        ("half-year", 4, "2026-03", date(2025, 10, 1), date(2026, 3, 31)),
        ("year", 4, "2026-03", date(2025, 4, 1), date(2026, 3, 31)),
        ("year", 4, "2026-04", date(2026, 4, 1), date(2027, 3, 31)),
        ("grant", 1, "2026-02", date(2026, 1, 1), date(2026, 3, 31)),
        ("to date", 1, "2026-02", date(2025, 7, 1), date(2026, 2, 28)),
        ("to date", 1, "2025-05", date(2025, 5, 1), date(2025, 5, 31)),
    ],
)
def test_a_profile_has_its_own_periods_or_the_grants(
    span: str, starts: int, month: str, first: date, last: date
) -> None:
    profile = Profile(title="t", source="s", period=span, year_starts=starts)  # type: ignore[arg-type]

    assert period_of(profile, replace(GRANT, report_every="quarter"), month) == (first, last)


def test_a_grant_without_a_start_is_summed_from_the_month_itself() -> None:
    profile = Profile(title="t", source="s", period="to date")

    assert period_of(profile, replace(GRANT, start=None), "2026-02")[0] == date(2026, 2, 1)


@given(
    st.sampled_from(["month", "quarter", "half-year", "year"]),
    st.integers(1, 12),
    st.integers(-40, 40),
)
def test_the_periods_of_a_profile_follow_each_other_without_gap_or_overlap(
    span: str, starts: int, number: int
) -> None:
    profile = Profile(title="t", source="s", period=span, year_starts=starts)  # type: ignore[arg-type]
    month = after("2026-01", number)

    first, last = period_of(profile, GRANT, month)
    covered = months(f"{first:%Y-%m}", f"{last:%Y-%m}")
    assert month in covered
    assert (first, last) == (first_day(covered[0]), last_day(covered[-1]))
    assert {period_of(profile, GRANT, each) for each in covered} == {(first, last)}
    assert period_of(profile, GRANT, after(covered[-1], 1))[0] == first_day(after(covered[-1], 1))
    assert (int(covered[0][5:]) - starts) % len(covered) == 0
