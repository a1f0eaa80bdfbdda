"""A finding has a place, a code, a severity, a problem and a remedy, and quotes nobody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding, finding, finding_at, is_known, quoted
from budgettrack.core.base.sheet_words import SheetWords

NO_RATE = finding("no-rate", "income", "I-3", "date", currency="USD", month="2026-02")
PROBLEM = "There is no rate for USD in 2026-02."
REMEDY = (
    "Add a row to Rates with 2026-02, USD and the rate; until then, amounts that need it are left"
    " out of the figures."
)


def test_a_finding_is_shown_as_place_severity_code_problem_and_remedy() -> None:
    located = replace(NO_RATE, tab="Income", row=13, column=5)

    assert str(located) == f"'Income'!F14  error  no-rate  {PROBLEM} {REMEDY}"
    assert located.sentence == f"'Income'!F14: {PROBLEM} {REMEDY}"


def test_an_unknown_code_is_refused_at_once() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        finding("no-such-code")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"tab": "Income", "row": 13, "column": 5, "where": "Rates"}, "'Income'!F14"),
        ({"where": "[mail] of the config"}, "[mail] of the config"),
        ({}, "I-3"),
        ({"id": ""}, "income"),
    ],
)
def test_the_place_is_the_cell_or_else_the_words_the_id_or_the_table(
    fields: dict[str, str | int], place: str
) -> None:
    assert replace(NO_RATE, **fields).place == place


def test_a_finding_without_a_cell_names_its_place_in_words() -> None:
    found = finding_at("Rates", "no-rate", "date", currency="USD", month="2026-02")

    assert found == Finding(
        "no-rate", field="date", where="Rates", values=(("currency", "USD"), ("month", "2026-02"))
    )
    assert found.sentence == f"Rates: {PROBLEM} {REMEDY}"


def test_amounts_are_grouped_as_the_locale_does() -> None:
    overspent = finding(
        "line-overspent", "budget", "B-2", spent="1200.50 EUR", over="0.50 EUR", sum="1200.00 EUR"
    )

    assert "1,200.50 EUR" in overspent.line("en")
    assert "1.200,50 EUR" in overspent.line("de")
    assert overspent.line("en").startswith("B-2: ")
    assert overspent.line("en").endswith(overspent.remedy)


def test_the_name_of_a_cell_does_not_turn_an_arabic_sentence_round() -> None:
    overspent = finding(
        "line-overspent", "budget", "B-2", spent="1200.50 EUR", over="0.50 EUR", sum="1200.00 EUR"
    )

    assert overspent.line("ar", SheetWords("ar", right_to_left=True)).startswith(
        "\u2068B-2\u2069: "
    )


def test_a_finding_is_the_same_one_when_its_row_moves_and_another_in_another_field() -> None:
    moved = replace(NO_RATE, tab="Income", row=20, column=5, values=(), first_seen="2026-01-01")

    assert NO_RATE.identity == moved.identity == ("no-rate", "income", "I-3", "date")
    assert replace(NO_RATE, field="amount").identity != NO_RATE.identity
    assert finding_at("Rates", "no-rate").identity != finding_at("Income", "no-rate").identity


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1.2OO", '"1.2OO"'),
        (" 12  EUR ", '"12 EUR"'),
        ("12 euro", "This text"),
        ("seven", "This text"),
        ("1" * 24, f'"{"1" * 24}"'),
        ("1" * 25, "This text"),
        ("", "This text"),
    ],
)
def test_only_a_short_number_with_a_few_letters_is_quoted(typed: str, shown: str) -> None:
    assert quoted(typed) == shown


def test_a_finding_of_another_version_is_known_if_its_values_fill_the_texts() -> None:
    assert is_known("duplicate-key", ("id", "row"))
    assert is_known("duplicate-key", ("id", "row", "more"))
    assert not is_known("duplicate-key", ("id",))
    assert not is_known("no-such-code", ("id", "row"))
