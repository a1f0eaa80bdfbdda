"""The words that everything else is built of, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from budgettrack.core.base.cycles import Cycle, missed_too_long_ago
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import CellEdit, Edits, Grid
from budgettrack.core.base.ids import known_id, nearest
from budgettrack.core.base.money import decimal, digits, is_currency, minor, with_currency
from budgettrack.core.base.personal_details import personal

# ---- cells


def test_what_lies_beyond_the_edge_of_a_grid_is_nothing() -> None:
    grid = Grid("Budget", [["ID", "Amount"], ["B-1"]])

    assert [grid.at(0, 1), grid.at(1, 0)] == ["Amount", "B-1"]
    assert [grid.at(0, 2), grid.at(1, 1), grid.at(2, 0)] == [None, None, None]


def test_edits_are_any_of_cells_tabs_and_a_mark() -> None:
    cell = CellEdit("Budget", 1, 1, "x", None, "text")

    assert not Edits()
    assert Edits((cell,))
    assert Edits(mark="m")


# ---- IDs as they are typed


def test_an_id_is_known_in_any_case_and_by_a_beginning_that_is_its_own() -> None:
    known = ["B-1", "B-12", "G-7"]

    assert known_id(" b-1 ", known, "line") == "B-1"
    assert known_id("b-12", known, "line") == "B-12"
    assert known_id("g", known, "line") == "G-7"
    with pytest.raises(UsageError, match=r"b can be B-1, B-12\. Type more of it\."):
        known_id("b", known, "line")


@pytest.mark.parametrize("text", ["", "  "])
def test_a_blank_is_the_beginning_of_none(text: str) -> None:
    with pytest.raises(UsageError, match="There is no line"):
        known_id(text, ["G-7"], "line")


@pytest.mark.parametrize(("count", "more"), [(8, False), (9, True)])
def test_of_many_that_could_be_meant_eight_are_named(count: int, more: bool) -> None:
    with pytest.raises(UsageError) as error:
        known_id("b", [f"B-{n}" for n in range(count)], "line")

    assert ("or more" in str(error.value)) == more
    assert str(error.value).count("B-") == 8


@pytest.mark.parametrize(("count", "more"), [(12, False), (13, True)])
def test_of_many_that_there_are_twelve_are_named(count: int, more: bool) -> None:
    said = nearest("something else", [f"B-{n}" for n in range(count)])

    assert (" and more" in said) == more
    assert said.count("B-") == 12


def test_where_there_is_none_that_is_said() -> None:
    assert nearest("x", []) == "There is none yet."
    assert nearest("harbuor", ["Harbour", "Tide"]) == "Did you mean Harbour?"


# ---- money


@pytest.mark.parametrize(("code", "known"), [("EUR", True), ("eur", False), ("XX", False)])
def test_a_currency_is_three_capitals(code: str, known: bool) -> None:
    assert is_currency(code) == known


def test_decimals_of_a_currency_are_known_in_any_case() -> None:
    assert [digits(code) for code in ("EUR", "eur", "JPY", "TND")] == [2, 2, 0, 3]
    with pytest.raises(KeyError):
        digits("EURO")


@pytest.mark.parametrize(
    ("units", "currency", "text"),
    [
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (-100, "EUR", "-1.00"),
        (1, "TND", "0.001"),
        (-7, "JPY", "-7"),
    ],
)
def test_minor_units_as_plain_decimals(units: int, currency: str, text: str) -> None:
    assert decimal(units, currency) == text
    assert minor(text, currency) == units
    assert with_currency(units, currency) == f"{text} {currency}"


# ---- personal details


@pytest.mark.parametrize(
    ("start", "fewest"), [("+351", 9), ("00351", 11), ("01", 9), ("(01", 9)], ids=str
)
def test_a_telephone_number_has_enough_digits(start: str, fewest: int) -> None:
    have = sum(letter.isdigit() for letter in start)
    close = ")" if start.startswith("(") else ""
    number = f"{start}{close}" + " 12345678901234"[: 1 + fewest - have]
    assert personal(f"ask {number} there") == "a telephone number"
    assert personal(f"ask {number[:-1]} there") == ""


@pytest.mark.parametrize(("digits_after", "found"), [(7, True), (6, False)])
def test_a_number_after_a_word_such_as_call(digits_after: int, found: bool) -> None:
    number = "91234567890"[:digits_after]

    assert bool(personal(f"call the room on {number} today")) == found


def test_a_code_in_parts_is_no_telephone_number() -> None:
    assert personal("receipt 0101-2203-1199") == ""
    assert personal("ask 0101 2203 1199") == "a telephone number"


# ---- what was missed


def test_a_group_that_has_only_had_weeks_has_missed_no_months() -> None:
    """`2026-W05` stands before every month of 2027, and is none."""
    at = datetime(2026, 2, 1, tzinfo=UTC)
    week = Cycle(1, "2026-W05", 1, "", False, at, at)

    assert missed_too_long_ago([week], date(2027, 6, 1), day=1, catch_up=3) == []


def test_a_month_that_a_person_asked_for_begins_nothing() -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    asked = Cycle(1, "2026-01", 1, "", True, at, at)

    assert missed_too_long_ago([asked], date(2027, 6, 1), day=1, catch_up=3) == []
