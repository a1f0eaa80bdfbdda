"""What an indicator has achieved: by month, or by a running number and the register's history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from budgettrack.core.figures.achieved import (
    Achieved,
    achieved,
    closed_numbers,
    fallen,
    number_to,
)
from budgettrack.core.records.model import Activity, Indicator, Plan
from budgettrack.core.records.plan import plan as plan_of

BY_MONTH = Indicator("N-1", "A-1", "Kits", months={"2026-01": Decimal(40), "2026-03": Decimal(12)})
RUNNING = Indicator(
    "N-2",
    "A-1",
    "People trained",
    achieved=Decimal(97),
    closed={"2026-01": Decimal(40), "2026-03": Decimal(80)},
)


def _plan(start: date | None) -> Plan:
    plan, _ = plan_of({"work_plan": {"A-1": {"activity": "Train"}}}, base="EUR")
    activity: Activity = replace(plan.activities["A-1"], start=start)
    return replace(plan, activities={"A-1": activity})


@pytest.mark.parametrize(
    ("month", "number"),
    [("2025-12", None), ("2026-01", 40), ("2026-02", 40), ("2026-03", 52), ("2026-09", 52)],
)
def test_numbers_by_month_are_added_up_to_the_month(month: str, number: int | None) -> None:
    assert number_to(BY_MONTH, month) == number


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("2025-12", None),  # a later month is closed, and none before: nobody knows
        ("2026-01", 40),
        ("2026-02", 40),  # February was never closed: as it stood in January
        ("2026-03", 80),
        ("2026-04", 97),  # open still: the number of today
    ],
)
def test_a_running_number_counts_as_it_stood_when_the_month_was_closed(
    month: str, number: int | None
) -> None:
    assert number_to(RUNNING, month) == number


def test_the_start_of_a_period_is_never_told_by_the_number_of_today() -> None:
    assert number_to(RUNNING, "2026-04", now=False) == 80
    assert number_to(replace(RUNNING, closed={}), "2026-04", now=False) is None


@pytest.mark.parametrize(
    ("indicator", "first", "last", "start", "expected"),
    [
        (BY_MONTH, "2026-01", "2026-03", None, (52, 52)),
        (BY_MONTH, "2026-02", "2026-03", None, (52, 12)),
        (BY_MONTH, "2025-10", "2025-12", None, (None, None)),
        (RUNNING, "2026-02", "2026-03", date(2025, 7, 1), (80, 40)),
        (RUNNING, "2026-04", "2026-06", date(2025, 7, 1), (97, 17)),
        # Nothing was counted before the activity began.
        (RUNNING, "2026-01", "2026-03", date(2026, 1, 1), (80, 80)),
        (RUNNING, "2026-01", "2026-03", None, (80, 80)),
        # It began before, and no month before was closed: nobody knows.
        (RUNNING, "2026-01", "2026-03", date(2025, 12, 31), (80, None)),
    ],
)
def test_a_period_is_the_number_to_its_end_less_that_before_it(
    indicator: Indicator,
    first: str,
    last: str,
    start: date | None,
    expected: tuple[int | None, int | None],
) -> None:
    assert achieved(_plan(start), indicator, first, last) == Achieved(*map(_exact, expected))


def _exact(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def test_a_running_number_fell_if_it_is_below_that_of_a_closed_month() -> None:
    assert fallen(RUNNING) is None
    assert fallen(replace(RUNNING, achieved=Decimal(80))) is None
    assert fallen(replace(RUNNING, achieved=Decimal(79))) == ("2026-03", Decimal(80), Decimal(79))
    assert fallen(replace(RUNNING, achieved=None)) is None


def test_a_month_that_was_lowered_after_its_closing_fell_and_a_later_one_does_not_hide_it() -> None:
    closed = {"2026-01": Decimal(40), "2026-02": Decimal(40)}

    assert fallen(replace(BY_MONTH, closed=closed)) is None
    lowered = replace(
        BY_MONTH, closed=closed, months={"2026-01": Decimal(4), "2026-03": Decimal(90)}
    )
    assert fallen(lowered) == ("2026-01", Decimal(40), Decimal(4))


def test_the_number_of_a_closed_month_is_that_of_the_run_that_closed_it() -> None:
    numbers = closed_numbers(
        {
            "N-1": [(2, {"achieved": "10"}), (4, {"achieved": "14"}), (6, {"achieved": "9"})],
            "N-2": [(1, {"2026-01": "3"}), (5, {"2026-01": "3", "2026-02": "4"})],
            "N-3": [(1, {"achieved": "5"}), (3, None)],
            "N-4": [(9, {"achieved": "1"})],
            "N-5": [(1, {"indicator": "Visits"})],
        },
        {
            "2026-01": [(1, {"month": "2026-01"}), (4, {"closed": "2026-02-03"})],
            # Closed, opened again, and closed a second time.
            "2026-02": [
                (4, {"closed": "2026-03-02"}),
                (5, {}),
                (6, {"closed": "2026-03-09"}),
                (7, {"closed": "2026-03-10"}),
            ],
            "2026-03": [(4, {"closed": "2026-04-01"}), (8, None)],
        },
    )

    assert numbers == {
        "N-1": {"2026-01": Decimal(14), "2026-02": Decimal(9)},
        "N-2": {"2026-01": Decimal(3), "2026-02": Decimal(7)},
    }


SHARE = Indicator(
    "N-3",
    "A-1",
    "Satisfied",
    "%",
    months={"2026-01": Decimal(85), "2026-03": Decimal(70), "2026-05": Decimal(90)},
)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-10", "2025-12", (None, None)),
        ("2026-01", "2026-01", (85, 85)),
        ("2026-01", "2026-03", (70, 70)),
        ("2026-04", "2026-04", (70, None)),
        ("2026-01", "2026-12", (90, 90)),
        ("2026-06", "2026-06", (90, None)),
    ],
)
def test_a_percentage_is_never_added_and_its_newest_month_counts(
    first: str, last: str, expected: tuple[int | None, int | None]
) -> None:
    assert achieved(_plan(None), SHARE, first, last) == Achieved(*map(_exact, expected))


def test_a_running_percentage_is_the_number_to_date_and_of_no_period() -> None:
    running = replace(RUNNING, unit="%")
    both = replace(SHARE, achieved=Decimal(82))
    plan = _plan(date(2026, 1, 1))

    assert achieved(plan, running, "2026-02", "2026-03") == Achieved(Decimal(80), None)
    assert achieved(plan, both, "2026-04", "2026-05") == Achieved(Decimal(82), Decimal(90))
    # As it stood when the month was closed; before that, the months say it.
    closed = replace(both, closed={"2026-03": Decimal(75)})
    assert achieved(plan, closed, "2026-03", "2026-03") == Achieved(Decimal(75), Decimal(70))
    assert achieved(plan, closed, "2026-01", "2026-01") == Achieved(Decimal(85), Decimal(85))


def test_a_percentage_fell_only_if_a_closed_month_was_changed() -> None:
    closed = {"2026-01": Decimal(85), "2026-03": Decimal(70)}
    corrected = {**SHARE.months, "2026-03": Decimal(60)}

    assert fallen(replace(SHARE, closed=closed)) is None
    found = fallen(replace(SHARE, closed=closed, months=corrected))
    assert found == ("2026-03", Decimal(70), Decimal(60))
    assert fallen(replace(SHARE, months={}, achieved=Decimal(60), closed=closed)) is None
    assert fallen(replace(SHARE, achieved=Decimal(60), closed=closed)) is None


def test_the_percentage_of_a_closed_month_is_not_a_sum_either() -> None:
    fields = {"unit": "%", "2026-01": "85", "2026-02": "70"}
    closed = closed_numbers({"N-3": [(1, fields)]}, {"2026-02": [(2, {"closed": "2026-03-02"})]})

    assert closed == {"N-3": {"2026-02": Decimal(70)}}
