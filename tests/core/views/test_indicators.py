"""The numbers of indicators for funders, and what the public may know of numbers of people."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from budgettrack.core.records.model import Indicator, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.indicators import Told, funder_indicators, public_indicators
from budgettrack.core.views.public_types import IndicatorFigures

ROWS = {
    "work_plan": {
        "A-1": {"activity": "Train", "start": "2026-01-01"},
        "A-2": {"activity": "Print", "start": "2025-11-01"},
    },
    "indicators": {
        "N-1": {
            "activity": "A-1",
            "indicator": "People trained",
            "unit": "people",
            "target": "160",
            "source": "Attendance lists",
            "2026-01": "40",
            "2026-02": "12",
        },
        "N-2": {
            "activity": "A-2",
            "indicator": "Maps printed",
            "unit": "maps",
            "counts_people": "no",
            "baseline": "1",
            "achieved": "2",
        },
    },
}


def _plan(*indicators: Indicator) -> Plan:
    plan, _ = plan_of(ROWS, base="EUR")
    by_id = {each.id: each for each in indicators}
    return replace(plan, indicators={**plan.indicators, **by_id})


def _people(number: object, **more: Any) -> Indicator:
    """A running number of people, of an activity that began in January."""
    achieved = None if number is None else Decimal(str(number))
    made = Indicator("N-9", "A-1", "People reached", "people", achieved=achieved)
    return replace(made, **more)


def _whole(*numbers: Decimal | None) -> list[int | None]:
    return [None if number is None else int(number) for number in numbers]


def _shown(indicator: Indicator, month: str, told: Told) -> IndicatorFigures:
    return public_indicators(_plan(indicator), month, told)[-1]


def test_a_funder_sees_the_numbers_of_its_activities_and_where_they_can_be_looked_up() -> None:
    assert funder_indicators(_plan(), {"A-1"}, "2026-02", "2026-03") == (
        IndicatorFigures(
            "N-1",
            "A-1",
            "People trained",
            "people",
            None,
            Decimal(160),
            Decimal(12),
            Decimal(52),
            source="Attendance lists",
        ),
    )
    assert [each.to_date for each in funder_indicators(_plan(), {"A-2"}, "2026-01", "2026-01")] == [
        2
    ]


def test_the_public_sees_what_is_no_number_of_people_as_it_is() -> None:
    maps = public_indicators(_plan(), "2026-01", {})[1]

    assert _whole(maps.baseline, maps.to_date, maps.in_period) == [1, 2, None]
    assert maps.source == ""


def test_numbers_by_month_tell_the_month_and_what_was_corrected_before_it() -> None:
    january = public_indicators(_plan(), "2026-01", {})
    assert _whole(january[0].in_period, january[0].to_date, january[0].was) == [40, 40, None]

    trained = _plan().indicators["N-1"]
    lowered = replace(trained, months={"2026-01": Decimal(34), "2026-02": Decimal(12)})
    page = public_indicators(_plan(lowered), "2026-02", {"2026-01": january})[0]
    assert _whole(page.in_period, page.to_date, page.before, page.was) == [12, 46, 34, 40]


def test_a_first_page_of_a_running_number_that_began_before_tells_no_month() -> None:
    page = _shown(_people(50, activity="A-2"), "2026-01", {})

    assert _whole(page.in_period, page.to_date) == [None, 50]


def test_one_or_two_people_are_not_shown_and_nobody_is() -> None:
    assert [_shown(_people(number), "2026-01", {}).to_date for number in (0, 1, 2, 3)] == [
        0,
        0,
        0,
        3,
    ]
    assert _shown(_people(None), "2026-01", {}).to_date is None
    # It began before, so that not even the month's number is known: nothing was shown yet.
    assert _shown(_people(2, activity="A-2"), "2026-01", {}).to_date is None


def test_a_baseline_of_one_or_two_people_is_not_shown_and_a_small_step_of_it_is_not_either() -> (
    None
):
    pages = [
        _shown(_people(9, baseline=Decimal(number)), "2026-01", {}).baseline for number in (2, 3)
    ]
    assert pages == [None, 3]

    first = _shown(_people(9, baseline=Decimal(10)), "2026-01", {})
    second = _shown(_people(9, baseline=Decimal(11)), "2026-02", {"2026-01": (first,)})
    assert second.baseline == 10


def test_a_number_waits_until_three_more_stand_behind_it() -> None:
    told: dict[str, Sequence[IndicatorFigures]] = {}
    shown = []
    for month, number in (("2026-01", 10), ("2026-02", 12), ("2026-03", 13), ("2026-04", 12)):
        page = _shown(_people(number), month, told)
        told[month] = (page,)
        shown.append(_whole(page.to_date, page.in_period))

    assert shown == [[10, 10], [10, 0], [13, 3], [13, 0]]


def test_a_page_that_is_made_again_is_the_same_and_forgets_nothing_that_it_showed() -> None:
    first = _shown(_people(10), "2026-01", {})
    assert _shown(_people(10), "2026-01", {"2026-01": (first,)}) == first

    second = _shown(_people(13), "2026-01", {"2026-01": (first,)})
    assert second.to_date == 13
    # 10 stood on this page once: 11 would tell of one person.
    third = _shown(_people(11), "2026-01", {"2026-01": (second,)})
    assert third.to_date == 13


def test_a_row_that_was_typed_anew_is_known_by_its_words() -> None:
    first = replace(_shown(_people(10), "2026-01", {}), id="N-3")

    assert _shown(_people(11), "2026-02", {"2026-01": (first,)}).to_date == 10


def test_what_was_shown_exactly_before_counts_once_it_is_said_to_be_people() -> None:
    first = _shown(_people(10, counts_people=False), "2026-01", {})
    assert first.shown == ()

    assert _shown(_people(11), "2026-02", {"2026-01": (first,)}).to_date == 10
    never = replace(first, to_date=None)
    assert _shown(_people(11), "2026-02", {"2026-01": (never,)}).to_date == 11


numbers = some.integers(0, 12)


@given(
    some.lists(
        some.tuples(some.booleans(), some.lists(numbers, min_size=1, max_size=6)), max_size=8
    )
)
def test_no_two_numbers_of_people_that_were_ever_shown_differ_by_one_or_two(
    steps: list[tuple[bool, list[int]]],
) -> None:
    """Each step makes a page: of the next month, or the newest one again. Numbers by month move
    freely, earlier ones too."""
    told: dict[str, Sequence[IndicatorFigures]] = {}
    number, ever = 1, {Decimal(0)}
    for again, typed in steps:
        number += not again
        months = {f"2026-{at:02d}": Decimal(each) for at, each in enumerate(typed, 1)}
        page = _shown(_people(None, months=months), f"2026-{number:02d}", told)
        told[f"2026-{number:02d}"] = (page,)
        ever |= {each for each in (page.before, page.to_date, page.was) if each is not None}

    assert all(one == other or abs(one - other) >= 3 for one, other in combinations(ever, 2))


def test_an_indicator_is_named_with_its_unit_unless_its_words_have_it() -> None:
    trained, maps = public_indicators(_plan(), "2026-01", {})

    assert replace(trained, unit="%").name == "People trained (%)"
    assert replace(trained, unit="").name == trained.name == "People trained"
    assert maps.name == "Maps printed"


def _share(**more: Any) -> Indicator:
    months = {"2026-01": Decimal(85), "2026-02": Decimal(70), "2026-03": Decimal(90)}
    made = Indicator("N-9", "A-1", "Satisfied", "%", months=months, counts_people=False)
    return replace(made, **more)


def test_a_page_shows_a_percentage_of_the_month_and_never_a_sum_or_a_difference() -> None:
    told: dict[str, list[IndicatorFigures]] = {}
    for month, number in (("2026-01", 85), ("2026-02", 70), ("2026-03", 90)):
        page = _shown(_share(), month, told)
        told[month] = [page]
        assert _whole(page.in_period, page.to_date, page.was) == [number, number, None]
    page = _shown(_share(), "2026-04", told)
    assert _whole(page.in_period, page.to_date, page.before) == [None, 90, 90]


def test_a_first_page_does_not_know_what_a_percentage_was_before() -> None:
    page = _shown(_share(months={"2026-02": Decimal(70)}), "2026-02", {})

    assert _whole(page.in_period, page.to_date, page.before) == [70, 70, None]


def test_a_page_corrects_a_percentage_that_an_earlier_page_had_added_up() -> None:
    added = IndicatorFigures("N-9", "A-1", "Satisfied", "%", None, None, Decimal(70), Decimal(155))
    page = _shown(_share(), "2026-03", {"2026-02": [added]})

    assert _whole(page.in_period, page.to_date, page.before, page.was) == [90, 90, 70, 155]


def test_a_percentage_that_waits_to_date_waits_in_the_month_too() -> None:
    people = _share(counts_people=True, months={"2026-01": Decimal(85), "2026-02": Decimal(86)})
    january = _shown(people, "2026-01", {})
    february = _shown(people, "2026-02", {"2026-01": [january]})

    assert _whole(january.in_period, january.to_date) == [85, 85]
    assert _whole(february.in_period, february.to_date) == [None, 85]
