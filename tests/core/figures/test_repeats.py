"""Dates that come again: what people type, iCalendar's rules, and the deadline that follows."""

from __future__ import annotations

from datetime import date
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.figures.repeats import (
    Series,
    dates,
    ends,
    following,
    last_day_of,
    rule_of,
    series,
)
from budgettrack.core.records.model import Fields

FIRST = date(2026, 1, 31)


def of(text: str, first: date = FIRST, until: date | None = None, most: int = 4) -> list[str]:
    rule = rule_of(text, first)
    assert rule is not None, text
    return [day.isoformat() for day in islice(dates(rule, first, until), most)]


@pytest.mark.parametrize(
    ("typed", "fall"),
    [
        ("week", ["2026-01-31", "2026-02-07", "2026-02-14", "2026-02-21"]),
        ("month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("Quarter", ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
        ("half-year", ["2026-01-31", "2026-07-31", "2027-01-31", "2027-07-31"]),
        ("year", ["2026-01-31", "2027-01-31", "2028-01-31", "2029-01-31"]),
        ("second Tuesday", ["2026-02-10", "2026-03-10", "2026-04-14", "2026-05-12"]),
        ("last Friday of the month", ["2026-02-27", "2026-03-27", "2026-04-24", "2026-05-29"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", ["2026-03-02", "2026-05-04", "2026-07-06", "2026-09-07"]),
        ("rrule:freq=weekly;count=2", ["2026-01-31", "2026-02-07"]),
        ("FREQ=YEARLY;UNTIL=20270131T000000Z", ["2026-01-31", "2027-01-31"]),
    ],
)  # fmt: skip
def test_what_people_type_falls_where_they_mean(typed: str, fall: list[str]) -> None:
    assert of(typed) == fall


@pytest.mark.parametrize(
    "typed",
    ["mois", "mes", "месяц", "місяць", "شهر", "ماه"],
)
def test_a_month_is_one_in_every_language(typed: str) -> None:
    assert rule_of(typed, FIRST) == rule_of("month", FIRST)


@pytest.mark.parametrize("typed", ["semaine", "semana", "неделя", "тиждень", "أسبوع", "هفته"])
def test_so_is_a_week(typed: str) -> None:
    assert rule_of(typed, FIRST) == "FREQ=WEEKLY"


@pytest.mark.parametrize(
    ("typed", "like"),
    [
        ("Monthly", "month"),
        ("every month", "month"),
        ("tous les mois", "month"),
        ("cada mes", "month"),
        ("ежемесячно", "month"),
        ("щомісяця", "month"),
        ("كل شهر", "month"),
        ("ماهانه", "month"),
        ("quarterly", "quarter"),
        ("trimestriel", "quarter"),
        ("раз в полгода", "half-year"),
        ("every year", "year"),
        ("annuel", "year"),
        ("سنويا", "year"),
        ("toutes les semaines", "week"),
    ],
)
def test_other_words_for_how_often_are_known(typed: str, like: str) -> None:
    assert rule_of(typed, FIRST) == rule_of(like, FIRST)


@pytest.mark.parametrize(
    "typed",
    ["deuxième mardi", "segundo martes", "второй вторник", "другий вівторок", "2 Tuesday",
     "the 2nd Tuesday of each month", "le 2ème mardi du mois", "2-й вторник каждого месяца",
     "2º martes de cada mes", "الثلاثاء الثاني", "ثاني ثلاثاء من كل شهر", "دومین سه‌شنبه هر ماه"],
)  # fmt: skip
def test_so_is_the_second_tuesday(typed: str) -> None:
    assert rule_of(typed, FIRST) == "FREQ=MONTHLY;BYDAY=2TU"


@pytest.mark.parametrize(
    "typed",
    ["", "now and then", "FREQ=NONSENSE", "FREQ=DAILY", "FREQ=MINUTELY", "FREQ=WEEKLY;INTERVAL=0",
     "second", "sixth Tuesday", "second Tuesday of March", "every second Tuesday", "Tuesday",
     "first Monday after Easter", "biweekly", "last day", "FREQ=MONTHLY;BYDAY=XX", "FREQ=WEEKLY;X=1", "FREQ=" + "A" * 300],
)  # fmt: skip
def test_what_nobody_can_read_is_no_rule(typed: str) -> None:
    assert rule_of(typed, FIRST) is None


def test_what_several_rules_would_be_is_none() -> None:
    assert rule_of("FREQ=WEEKLY\nFREQ=MONTHLY", FIRST) is None


@pytest.mark.parametrize("typed", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO"])
def test_a_rule_that_never_falls_is_known_without_waiting(typed: str) -> None:
    assert of(typed) == []


def test_the_29th_of_february_falls_in_leap_years_alone() -> None:
    assert of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29") == ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]  # fmt: skip


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(2, 60))
def test_a_month_falls_once_in_each_month_on_its_day_or_the_last(first: date, count: int) -> None:
    rule = rule_of("month", first)
    assert rule is not None
    fall = list(islice(dates(rule, first, None), count))

    assert fall[0] == first
    for before, after in pairwise(fall):
        assert after.year * 12 + after.month == before.year * 12 + before.month + 1
        assert after.day == first.day or (
            after.day < first.day and (after.toordinal() + 1 == _next(after))
        )


def _next(day: date) -> int:
    """The first day of the next month, as a number."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()


def test_it_ends_with_its_cell_or_its_own_end() -> None:
    assert of("month", until=date(2026, 3, 30)) == ["2026-01-31", "2026-02-28"]
    assert (ends("FREQ=WEEKLY"), ends("FREQ=WEEKLY;COUNT=2"), ends("FREQ=WEEKLY;UNTIL=20270101")) == (False, True, True)  # fmt: skip
    assert last_day_of("FREQ=WEEKLY;UNTIL=20270101", date(2028, 1, 1)) == date(2027, 1, 1)
    assert last_day_of("FREQ=WEEKLY;UNTIL=20279901", date(2028, 1, 1)) == date(2028, 1, 1)
    assert last_day_of("FREQ=WEEKLY", None) is None


MEETING: Fields = {
    "what": "Members' meeting",
    "due": "2026-01-13",
    "lead_role": "Chair",
    "repeats": "second Tuesday",
    "repeats_until": "2026-04-30",
}


def test_ticking_off_makes_the_next_one() -> None:
    done = {**MEETING, "done_on": "2026-01-13"}

    assert following({"D-1": MEETING}, set()) == {}
    assert following({"D-1": done}, set()) == {"D-1:2026-02-10": {**MEETING, "due": "2026-02-10"}}


def test_what_was_done_late_is_not_owed_for_the_time_between() -> None:
    assert [*following({"D-1": {**MEETING, "done_on": "2026-03-20"}}, set())] == ["D-1:2026-04-14"]


def test_the_series_goes_on_from_its_newest_and_ends() -> None:
    rows = {
        "D-1": {**MEETING, "done_on": "2026-01-13"},
        "D-1:2026-02-10": {**MEETING, "due": "2026-02-12", "done_on": "2026-02-11"},
    }

    assert [*following(rows, set())] == ["D-1:2026-03-10"]
    assert following(rows, {"D-1:2026-03-10"}) == {}
    last = {**MEETING, "due": "2026-04-14", "done_on": "2026-04-14"}
    assert following({**rows, "D-1:2026-04-14": last}, set()) == {}


def test_what_is_derived_or_cannot_be_read_has_no_next_one() -> None:
    done = {**MEETING, "done_on": "2026-01-13"}

    assert following({"report:G-1:2026-Q1": {**done, "derived": "2026-01-13"}}, set()) == {}
    assert following({"D-1": {**done, "repeats": "now and then"}}, set()) == {}
    assert (
        following({"D-1": {name: done[name] for name in ("what", "due", "done_on")}}, set()) == {}
    )


def test_the_calendar_has_one_rule_with_its_last_day() -> None:
    (chain,) = series({"D-1": MEETING, "D-2": {"what": "Once", "due": "2026-02-01"}})

    assert chain.calendar_rule == "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260414"
    row = {**MEETING, "repeats": "month", "repeats_until": ""}
    assert Series("D-1", (("D-1", row),)).calendar_rule == "FREQ=MONTHLY"
    assert Series("D-1", (("D-1", {**row, "repeats": "?"}),)).calendar_rule == ""
