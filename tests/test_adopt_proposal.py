"""What `adopt` proposes for tabs that are drawn here: dates, tabs with the same headings, questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from budgettrack.core.base.grids import Book
from budgettrack.core.records.tables import BUDGET, EXPENSES, Table
from budgettrack.setup.adopt.block_dates import dates_of, days_of_tab
from budgettrack.setup.adopt.proposal import WorkbookProposal, propose
from budgettrack.setup.adopt.questions import MOST_QUESTIONS, Question, first_asked
from budgettrack.setup.adopt.seen_book import seen_book
from budgettrack.setup.adopt.synonyms import WORDS
from budgettrack.setup.adopt.vocabulary import says
from tests.world.drawn_tabs import grid

TODAY = date(2026, 3, 1)


def drawn(tabs: Mapping[str, str]) -> Book:
    return Book(tuple(grid(table, tab) for tab, table in tabs.items()), locale="en_GB")


def proposed(tabs: Mapping[str, str], /, **answers: str) -> WorkbookProposal:
    return propose(drawn(tabs), TODAY, answers)


def asked(proposal: WorkbookProposal) -> list[str]:
    return [question.name for question in proposal.questions]


# Dates


@pytest.mark.parametrize(
    ("table", "form", "year", "parts"),
    [
        ("Date|Item|Amount\n2026-01-05|Bus|5\n2026-02-05|Bus|5", "", None, {}),
        ("Date|Item|Amount\n50126|Bus|5\n310126|Bus|5", "DDMMYY", None, {}),
        ("Date|Item|Amount\n20260105|Bus|5\n20260131|Bus|5", "YYYYMMDD", None, {}),
        ("Date|Item|Amount\n5/1|Bus|5\n31/1|Bus|5", "", 2025, {}),
        ("Month|Item|Amount\nMarch|Bus|5\nApril|Bus|5", "", 2025, {"month": "Month"}),
        (
            "Year|Month|Item|Amount\n2026|3|Bus|5\n2026|4|Bus|5",
            "",
            None,
            {"year": "Year", "month": "Month"},
        ),
    ],
)
def test_dates_are_seen_in_the_form_in_which_they_are_typed(
    table: str, form: str, year: int | None, parts: dict[str, str]
) -> None:
    seen = seen_book(drawn({"Spent": table}), "", "")
    dates = dates_of(seen, seen.blocks[0], 2025)

    assert dates is not None
    assert (dates.form, dates.year, dates.parts) == (form, year, parts)


@pytest.mark.parametrize("number", ["991399", "990130", "011399"])
def test_numbers_that_are_no_dates_are_none(number: str) -> None:
    table = f"Date|Item|Amount\n{number}|Bus|5\n10130|Bus|5"
    seen = seen_book(drawn({"Spent": table}), "", "")

    assert dates_of(seen, seen.blocks[0], 2025) is None


def test_the_days_of_a_tab_are_those_of_its_month() -> None:
    assert days_of_tab("Feb_2024", 2026, "en_GB") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of_tab("Février", 2026, "en_GB") == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of_tab("Fund A", 2026, "en_GB") is None


# Tabs with the same headings


def test_a_budget_in_tabs_of_months_with_their_year_has_the_days_of_each_month() -> None:
    table = "Item|Planned\nPens|10\nCups|20"
    budget = proposed({"Jan 2026": table, "Feb 2026": table.replace("10", "11")}).shapes["budget"]

    assert [(block.constant["start"], block.constant["end"]) for block in budget.blocks] == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
    ]


def test_a_budget_in_tabs_of_years_has_the_days_of_each_year() -> None:
    table = "Item|Planned\nPens|10\nCups|20"
    budget = proposed({"Plan 2025": table, "Plan 2026": table.replace("10", "11")}).shapes["budget"]

    assert [(block.constant["start"], block.constant["end"]) for block in budget.blocks] == [
        ("2025-01-01", "2025-12-31"),
        ("2026-01-01", "2026-12-31"),
    ]


def test_tabs_whose_dates_are_typed_in_other_forms_are_read_each_in_its_own() -> None:
    tabs = {
        "Jan": "Date|Item|Amount\n2026-01-05|Bus|5\n2026-01-06|Bus|6",
        "Feb": "Date|Item|Amount\n5/2|Bus|5\n6/2|Bus|7",
    }
    expenses = proposed(tabs).shapes["expenses"]

    assert [(block.tab, block.year) for block in expenses.blocks] == [("Jan", None), ("Feb", 2026)]


def test_tabs_of_grants_say_the_grant_if_somebody_says_so() -> None:
    table = "Item|Planned\nPens|10\nCups|20"
    tabs = {"Fund A": table, "Fund B": table.replace("10", "11")}

    assert proposed(tabs).shapes["budget"].from_tab == ""
    budget = proposed(tabs, tabs="grant").shapes["budget"]
    assert (budget.from_tab, budget.constant) == ("grant", {})


# Which way money goes


@pytest.mark.parametrize(("amount", "turned"), [("-30", ("amount",)), ("30", ())])
def test_what_went_out_may_be_typed_below_zero(amount: str, turned: tuple[str, ...]) -> None:
    table = f"Date|What|Type|Amount\n2026-01-05|Dues|Income|50\n2026-01-06|Rent|Expense|{amount}"
    shapes = proposed({"Money": table}).shapes

    assert (shapes["expenses"].where, shapes["expenses"].turned) == ({"Type": "Expense"}, turned)
    assert (shapes["income"].where, shapes["income"].turned) == ({"Type": "Income"}, ())


# Questions


def test_a_workbook_of_ours_is_asked_nothing_that_changes_nothing() -> None:
    def empty(table: Table) -> str:
        return "|".join(column.heading for column in table.in_sheet)

    own = proposed(
        {table.tab: empty(table) for table in (BUDGET, EXPENSES)}
        | {"Xaviera": "Item|Amount\nPens|1"}
    )

    assert own.is_own
    assert asked(own) == []


SPENDING = sorted(
    word
    for words in WORDS["expense"].values()
    for word in words.split(", ")
    if not says(word, "cost") and not says(word, "actual")
)


@pytest.mark.parametrize("word", SPENDING)
def test_a_tab_named_after_expenses_in_any_language_is_planned_only_if_somebody_says_so(
    word: str,
) -> None:
    by_month = proposed({f"{word.capitalize()} 2026": "Item|Jan|Feb\nPens|1|2"})
    in_all = proposed({word: "Item|Amount\nPens|1"})

    for proposal in (by_month, in_all):
        (question,) = (one for one in proposal.questions if one.name == "kind")
        assert (question.default, question.is_open({})) == ("", True)


@pytest.mark.parametrize("tab", ["Budget of expenses", "Costs", "Income and expenses", "Things"])
def test_a_tab_with_other_words_has_a_default(tab: str) -> None:
    proposal = proposed({tab: "Item|Amount\nPens|1"})

    assert not any(question.is_open({}) for question in proposal.questions)


def test_a_question_without_a_default_is_not_left_out() -> None:
    many = [Question(f"q{n}", "", {}, "x") for n in range(8)]
    first = first_asked([*many, Question("q2", "open", {}, ""), Question("q9", "", {}, "")])

    assert [question.name for question in first] == ["q2", "q9", "q0", "q1", "q3", "q4"]
    assert first[0].words == "open"


def test_a_question_is_asked_once_and_not_more_than_people_will_answer() -> None:
    many = [Question(f"q{n}", f"as {at}", {}, "") for at, n in enumerate((1, 2, 1, 3, 4, 5, 6, 7))]
    first = first_asked(many)

    assert [question.name for question in first] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert first[0].words == "as 0"
    assert MOST_QUESTIONS == 6


def test_the_currency_of_a_heading_that_names_two_is_the_first() -> None:
    table = "Item|Amount (USD, then EUR)\nPens|10\nCups|20"

    assert proposed({"Plan": table}).currency == "USD"
