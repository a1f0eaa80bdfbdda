"""Columns of months and quarters in a budget that people made."""

from __future__ import annotations

from datetime import date

import pytest

from budgettrack.core.base.months import is_period, months_of_period
from budgettrack.core.cells.month_headings import (
    Days,
    month_places,
    named_month,
    named_period,
    period,
    period_places,
    periods_of_texts,
)
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
JULY = (date(2026, 7, 1), date(2027, 6, 30))


def periods(
    headings: str, days: Days = YEAR, above: str = "", tab: str = "Plan", locale: str = "en"
) -> tuple[list[str], list[int]]:
    """The periods of a row of headings, and the columns without a year."""
    drawn = grid(f"{above}\n{headings}" if above else headings, tab)
    known = period_places(drawn, 1 if above else 0, {0}, locale, days)
    return list(known.places), list(known.without_year)


def test_months_with_their_year_are_known_in_any_tab() -> None:
    assert month_places(["Line", "2026-01", "Feb 2026", "March", 3], {0}, "en") == {
        "2026-01": [1],
        "2026-02": [2],
    }


@pytest.mark.parametrize(
    "headings", ["2026|2027", "Year 1 (2026)|Year 2 (2027)", "Año 2026|Año 2027"]
)
def test_years_with_a_word_for_them_are_periods(headings: str) -> None:
    assert periods(f"Item|{headings}") == (["2026-01/2026-12", "2027-01/2027-12"], [])


@pytest.mark.parametrize(
    ("headings", "locale"),
    [
        ("Jan|Feb|Mar", "en"),
        ("Janv.|Fév|Mars", "fr"),
        ("Janvier|Février|Mars", "en"),  # a French sheet under an English locale
        ("Enero|Febrero|Marzo", "es"),
        ("Jänner|Feb|März", "de_AT"),
        ("Январь|Февраль|Март", "ru"),
        ("يناير|فبراير|مارس", "ar_EG"),
    ],
)
def test_bare_names_of_months_take_the_year_of_the_plan(headings: str, locale: str) -> None:
    assert periods(f"Item|{headings}", locale=locale) == (["2026-01", "2026-02", "2026-03"], [])


@pytest.mark.parametrize(
    "headings",
    ["Q1|Q2", "T1|T2", "Q1 2026|Q2 2026", "2026 Q1|2026 Q2", "1er trimestre|2e trimestre", "Trim. I|Trim. II",
     "Quartal 1|Quartal 2", "1. Quartal|2. Quartal", "I квартал|II квартал", "1st quarter|2nd quarter"],
)  # fmt: skip
def test_quarters_are_three_months(headings: str) -> None:
    assert periods(f"Item|{headings}") == (["2026-01/2026-03", "2026-04/2026-06"], [])


def test_a_plan_from_july_to_june_wraps_around_the_year() -> None:
    assert periods("Item|Jul|Dec|Jan|Jun", JULY)[0] == ["2026-07", "2026-12", "2027-01", "2027-06"]
    assert periods("Item|Q1|Q4", JULY)[0] == ["2026-07/2026-09", "2027-04/2027-06"]


def test_the_year_in_the_title_or_above_the_heading_counts_first() -> None:
    none = (None, None)

    assert periods("Item|Jan|Feb", none, above="Budget 2025")[0] == ["2025-01", "2025-02"]
    assert periods("Item|Jan|Feb", none, tab="Plan 2025")[0] == ["2025-01", "2025-02"]
    assert periods("Item|Jan|Dec|Jan|Dec", none, above="|2025||2026|")[0] == [
        "2025-01", "2025-12", "2026-01", "2026-12",
    ]  # fmt: skip


def test_without_a_year_no_column_is_read_and_each_is_told() -> None:
    assert periods("Item|Jan|Feb", (None, None)) == ([], [1, 2])
    shape = Shape("Plan", headings={"description": "Item", "amount": "Total"})
    read = sheet(grid("Item|Jan|Feb|Total\nRent|1|2|3", "Plan"), shapes={"budget": shape})

    assert found(read) == [
        (
            "'Plan'!B1",
            "heading-without-year: The heading Jan does not say its year, so its column is not"
            " read. Type the year in it, such as Jan 2026, or in the title of the tab.",
        ),
        (
            "'Plan'!C1",
            "heading-without-year: The heading Feb does not say its year, so its column is not"
            " read. Type the year in it, such as Jan 2026, or in the title of the tab.",
        ),
    ]


def test_one_heading_that_could_be_a_month_is_not_taken_for_one() -> None:
    assert periods("Item|March|Note") == ([], [])


def test_a_month_that_the_plan_has_twice_has_no_year() -> None:
    assert periods("Item|Jan|Feb", (date(2026, 1, 1), date(2027, 12, 31))) == ([], [1, 2])


def test_quarters_beside_their_months_are_sums_and_not_read() -> None:
    assert periods("Item|Jan|Feb|Mar|Q1|Q2")[0] == [
        "2026-01", "2026-02", "2026-03", "2026-04/2026-06",
    ]  # fmt: skip


def test_periods_have_names() -> None:
    assert period("2026-03", 1) == "2026-03"
    assert period("2026-11", 3) == "2026-11/2027-01"
    assert months_of_period("2026-11/2027-01") == ["2026-11", "2026-12", "2027-01"]
    names = ("2026-03", "2026-01/2026-03", "2026-03/2026-01", "x")
    assert [name for name in names if is_period(name)] == ["2026-03", "2026-01/2026-03"]


BUDGET = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Total"}, days=YEAR)}


def test_a_line_with_months_only_has_their_sum_as_its_amount() -> None:
    read = sheet(grid("Item|Q1|Q2|Total\nRent|10|20|\nTotal|10|20|30", "Plan"), shapes=BUDGET)

    (line,) = read.tables["budget"].rows
    assert dict(line.fields) == {
        "description": "Rent",
        "amount": "30",
        "2026-01/2026-03": "10",
        "2026-04/2026-06": "20",
    }
    assert found(read) == []


def test_an_unreadable_month_leaves_the_amount_open() -> None:
    read = sheet(grid("Item|Q1|Q2|Total\nRent|10|2O|", "Plan"), shapes=BUDGET)

    (line,) = read.tables["budget"].rows
    assert "amount" not in line.fields
    assert {(place, text.split(":")[0]) for place, text in found(read)} == {
        ("'Plan'!C2", "amount-not-a-number"),
        ("'Plan'!D2", "missing-value"),
    }


def test_a_quarter_of_which_some_months_have_columns_is_told() -> None:
    read = sheet(grid("Item|Jan|Feb|Q1|Total\nRent|10|20|30|30", "Plan"), shapes=BUDGET)

    assert [place for place, _ in found(read, "duplicate-heading")] == ["'Plan'!D1"]


def test_a_month_with_two_columns_is_told_and_neither_is_read() -> None:
    read = sheet(grid("Item|Jan 2026|Jan|Feb|Total\nRent|1|2|3|3", "Plan"), shapes=BUDGET)

    assert [place for place, _ in found(read, "duplicate-heading")] == ["'Plan'!C1"]
    assert "2026-01" not in read.tables["budget"].columns


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Janv. 2026|Févr. 2026", ["2026-01", "2026-02"]),
        ("Январь 2026|Февраль 2026", ["2026-01", "2026-02"]),
        ("يناير 2026|فبراير 2026", ["2026-01", "2026-02"]),
        ("H1 2026|H2 2026", ["2026-01/2026-06", "2026-07/2026-12"]),
        ("2026|2027", ["2026-01/2026-12", "2027-01/2027-12"]),
        ("Q1 2026 (Jan-Mar)|Q2 2026", ["2026-01/2026-03", "2026-04/2026-06"]),
        ("Jan 2026|Mar 2026 (est.)", ["2026-01", "2026-03"]),
        ("Jan 2026|Feb 2026|Mar 2026|Q1 2026|H1 2026", ["2026-01", "2026-02", "2026-03", "2026-01/2026-06"]),
    ],
)  # fmt: skip
def test_months_and_longer_periods_with_their_year(headings: str, expected: list[str]) -> None:
    assert periods(f"Item|{headings}", (None, None)) == (expected, [])


@pytest.mark.parametrize("above", ["Budget FY 2026-27", "Budget 2026/27", "Plan 2026-2027"])
def test_months_of_a_title_go_on_into_the_next_year(above: str) -> None:
    assert periods("Item|Nov|Dec|Jan|Feb", (None, None), above=above)[0] == [
        "2026-11", "2026-12", "2027-01", "2027-02",
    ]  # fmt: skip


def test_months_with_quarters_between_them_are_of_one_year() -> None:
    months_ = "Item|Jan|Feb|Mar|Q1|Apr|May|Jun|Q2"

    assert periods(months_, (None, None), above="Budget 2026")[0] == [
        f"2026-0{number}" for number in range(1, 7)
    ]


def test_the_days_of_the_plan_count_before_a_year_in_the_title() -> None:
    prepared = "Budget (prepared 12 Nov 2025)"

    assert periods("Item|Jan|Feb", YEAR, above=prepared)[0] == ["2026-01", "2026-02"]
    assert periods("Item|Jan|Feb", JULY, above="Budget 2026/27")[0] == ["2027-01", "2027-02"]


def test_a_heading_of_our_own_layout_that_is_no_month_is_told_if_figures_stand_below() -> None:
    headings = "ID|Category|2026-01|2026-13|Jan|Q1 2026|Notes 2026|May"
    read = sheet(grid(f"{headings}\nB-1|Rent|1|2|3|4|5|soon", "Budget"))

    assert [place for place, _ in found(read, "heading-not-a-month")] == [
        "'Budget'!D1",
        "'Budget'!E1",
        "'Budget'!F1",
    ]
    assert found(read, "heading-not-a-month")[0][1] == (
        "heading-not-a-month: The heading 2026-13 looks like a month or a longer period, but is not"
        " read as a month. The figures below it count nowhere. Type it as Jan 2026 or 2026-01. If"
        " it is a column of your own, add a word to its heading."
    )


def test_what_looks_like_a_period_and_is_none_is_told() -> None:
    shape = Shape("Plan", headings={"description": "Item"})
    read = sheet(
        grid("Item|Jan 2026|Jan actual|Y1 Q1|Qty\nRent|1|2|3|4", "Plan"), shapes={"budget": shape}
    )

    assert [place for place, _ in found(read, "period-not-read")] == ["'Plan'!C1", "'Plan'!D1"]
    assert found(read, "period-not-read")[0][1] == (
        "period-not-read: The heading Jan actual looks like a month or a longer period, but cannot"
        " be read as one. Its column is not read. Type it as Jan 2026, Q1 2026, H1 2026 or 2026, or"
        " map it."
    )


def test_beside_an_amount_other_periods_may_be_anything() -> None:
    shape = Shape("Plan", headings={"description": "Item", "amount": "Total"})
    read = sheet(grid("Item|Total|Spent in 2025\nRent|1|2", "Plan"), shapes={"budget": shape})

    assert found(read) == []


def test_a_budget_without_an_amount_is_told() -> None:
    shape = Shape("Plan", headings={"description": "Item"})
    read = sheet(grid("Item|Cost\nRent|1", "Plan"), shapes={"budget": shape})

    assert [text.split(":")[0] for _, text in found(read, "missing-heading")] == ["missing-heading"]


def test_a_line_without_any_month_lacks_its_amount() -> None:
    shape = Shape("Plan", headings={"description": "Item", "grant": "Fund"})
    read = sheet(
        grid("Item|Fund|Jan 2026|Feb 2026\nRent|F|1|\nTea|F||", "Plan"), shapes={"budget": shape}
    )

    assert [(place, text.split(":")[0]) for place, text in found(read)] == [
        ("'Plan'!3", "missing-value")
    ]


def test_a_year_may_be_a_number_and_other_numbers_or_blanks_are_no_period() -> None:
    assert periods("Item|2026||2027|3.5", (None, None)) == (
        ["2026-01/2026-12", "2027-01/2027-12"],
        [],
    )


@pytest.mark.parametrize(
    ("tab", "named"),
    [
        ("Jan 2026", (1, 2026)),
        ("2026_février", (2, 2026)),
        ("März", (3, None)),
        ("April (draft)", (4, None)),
        ("2026", None),
        ("Q1 2026", None),
        ("Budget Jan 2026", None),
    ],
)
def test_a_tab_is_named_after_a_month(tab: str, named: tuple[int, int | None] | None) -> None:
    assert named_month(tab, "en_GB") == named


def test_texts_beside_other_words_name_periods_too() -> None:
    drawn = grid("Item|Budget Q1|Actual Q1|Budget Jan 2027|Budget x", "Plan 2026")
    texts = {1: "q1", 2: "q1", 3: "jan 2027", 4: "x"}

    assert periods_of_texts(drawn, 0, texts, "en", (None, None)) == {
        1: "2026-01/2026-03",
        2: "2026-01/2026-03",
        3: "2027-01",
    }
    without = grid("Item|Budget Q1", "Plan")
    assert periods_of_texts(without, 0, {1: "q1"}, "en", (None, None)) == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Q2", (4, 3, None)),
        ("T3 2026", (7, 3, 2026)),
        ("IV квартал", (10, 3, None)),
        ("March 2026", (3, 1, 2026)),
        ("2. Halbjahr 2026", (7, 6, 2026)),
        ("2026", (1, 12, 2026)),
        ("Rent", None),
    ],
)
def test_a_text_may_name_a_period(text: str, named: tuple[int, int, int | None] | None) -> None:
    assert named_period(text, "en") == named
