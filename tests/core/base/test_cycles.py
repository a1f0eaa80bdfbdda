"""What is owed, from what was begun and ended: never missed, never twice, whatever the calendar
does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.cycles import (
    Cycle,
    days_late,
    due,
    is_week,
    last_owed,
    missed_too_long_ago,
    months_owed,
    newest,
    week_of,
    week_owed,
)
from budgettrack.core.base.months import after, month_of

AT = datetime(2026, 1, 1, tzinfo=UTC)


def cycle(
    period: str, *, ended: bool = True, round_: int = 1, asked: bool = False, n: int = 1
) -> Cycle:
    return Cycle(n, period, round_, "", asked, AT, AT if ended else None)


def owed(today: date, *cycles: Cycle, day: int = 1, catch_up: int = 3) -> list[str]:
    return months_owed(cycles, today, day=day, catch_up=catch_up)


def test_a_new_group_owes_the_last_full_month_alone() -> None:
    assert owed(date(2026, 11, 1)) == ["2026-10"]
    assert owed(date(2026, 11, 30)) == ["2026-10"]
    assert owed(date(2027, 1, 1)) == ["2026-12"]


def test_a_month_is_owed_from_its_day_on() -> None:
    assert owed(date(2026, 11, 4), day=5) == ["2026-09"]
    assert owed(date(2026, 11, 5), day=5) == ["2026-10"]
    assert due("2026-02", 28) == date(2026, 3, 28)
    assert last_owed(date(2026, 3, 1), 1) == "2026-02"


def test_a_finished_month_is_owed_no_more_and_one_begun_is_gone_on_with() -> None:
    assert owed(date(2026, 11, 20), cycle("2026-10")) == []
    assert owed(date(2026, 11, 20), cycle("2026-10", ended=False)) == ["2026-10"]


def test_missed_months_are_caught_up_oldest_first_up_to_the_limit() -> None:
    assert owed(date(2026, 11, 1), cycle("2026-08")) == ["2026-09", "2026-10"]
    assert owed(date(2026, 11, 1), cycle("2026-03")) == ["2026-08", "2026-09", "2026-10"]
    assert owed(date(2026, 11, 1), cycle("2026-03"), catch_up=1) == ["2026-10"]
    assert missed_too_long_ago([cycle("2026-03")], date(2026, 11, 1), day=1, catch_up=3) == [
        "2026-04",
        "2026-05",
        "2026-06",
        "2026-07",
    ]
    assert missed_too_long_ago([], date(2026, 11, 1), day=1, catch_up=3) == []


def test_what_was_begun_is_brought_to_its_end_however_old() -> None:
    waiting = cycle("2026-01", ended=False)
    assert owed(date(2026, 11, 1), waiting, cycle("2026-09")) == ["2026-01", "2026-08", "2026-10"]


def test_a_month_that_a_person_named_does_not_make_the_months_after_it_missed() -> None:
    assert owed(date(2026, 11, 1), cycle("2024-01", asked=True)) == ["2026-10"]
    assert owed(date(2026, 11, 1), cycle("2026-10", asked=True)) == []


def test_a_clock_set_back_owes_nothing_that_was_done() -> None:
    done = [cycle("2026-09"), cycle("2026-10")]
    assert owed(date(2026, 10, 31), *done) == []
    assert owed(date(2026, 9, 30), *done) == []
    assert owed(date(2026, 9, 15), cycle("2026-10", ended=False)) == []


def test_the_last_round_counts() -> None:
    assert newest([cycle("2026-10"), cycle("2026-10", round_=2, ended=False)])["2026-10"].round == 2
    assert owed(date(2026, 11, 9), cycle("2026-10"), cycle("2026-10", round_=2, ended=False)) == [
        "2026-10"
    ]


def test_a_week_is_owed_once_and_never_before_one_that_was() -> None:
    assert week_owed([], date(2026, 11, 21)) == "2026-W47"
    assert week_owed([cycle("2026-W47")], date(2026, 11, 22)) is None
    assert week_owed([cycle("2026-W47", ended=False)], date(2026, 11, 22)) == "2026-W47"
    assert week_owed([cycle("2026-W47")], date(2026, 11, 23)) == "2026-W48"
    assert week_owed([cycle("2026-W48")], date(2026, 11, 20)) is None
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_owed([cycle("2026-W53")], date(2027, 1, 4)) == "2027-W01"
    assert is_week("2026-W53")
    assert not is_week("2026-10")
    assert owed(date(2026, 11, 21), cycle("2026-W47")) == ["2026-10"]


@pytest.mark.parametrize(
    ("on", "late"), [(date(2026, 11, 1), 0), (date(2026, 11, 8), 0), (date(2026, 11, 9), 8)]
)
def test_late_is_said_after_the_days_of_grace(on: date, late: int) -> None:
    assert days_late("2026-10", on, 1, 7) == late


@given(
    start=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    steps=st.lists(st.integers(-3, 40), min_size=1, max_size=40),
    day=st.integers(1, 28),
    catch_up=st.integers(1, 6),
)
def test_whatever_days_it_wakes_on_each_month_is_run_once_and_in_order(
    start: date, steps: list[int], day: int, catch_up: int
) -> None:
    """Sleep, skipped days and a clock that goes back: no month twice; none missed that `catch_up`
    reaches."""
    done: list[Cycle] = []
    today, furthest = start, start
    for step in steps:
        today += timedelta(days=step)
        run = owed(today, *done, day=day, catch_up=catch_up)
        assert run == sorted(run)
        done += [cycle(each, n=len(done) + 1) for each in run]
        if today >= furthest and step <= 28 * catch_up:
            furthest = today
            known = [each.period for each in done]
            assert last_owed(today, day) in known
    periods = [each.period for each in done]
    assert len(periods) == len(set(periods))
    first = min(periods)
    reach = first
    while reach <= max(periods):
        left = missed_too_long_ago(done, max(furthest, today), day=day, catch_up=catch_up)
        assert reach in periods or reach in left or reach < after(month_of(furthest), -catch_up - 1)
        reach = after(reach)


def test_the_newest_round_of_a_period_is_the_one_with_the_highest_number() -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    rounds = [Cycle(number, "2026-01", number, "", False, at, at) for number in (2, 3, 1)]
    other = Cycle(9, "2026-02", 1, "", False, at, at)

    assert newest([*rounds, other]) == {"2026-01": rounds[1], "2026-02": other}
