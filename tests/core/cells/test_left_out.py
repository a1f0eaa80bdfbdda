"""Rows that `where` leaves out, although they may belong to the table."""

from __future__ import annotations

import pytest

from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

HEADINGS = {"date": "Date", "description": "What", "amount": "Amount"}
OUT = {"expenses": Shape("L", headings=HEADINGS, where={"Way": "Out"})}
LEDGER = (
    "Date | What | Amount | Way\n2026-01-05 | Rent | 900 | Out\n2026-01-06 | Tea | 5 | out\n"
    "2026-01-07 | Gift | 50 | In\n"
)


def told(rows: str, shapes: dict[str, Shape] = OUT) -> list[str]:
    """The cells that are told of, in a cash book that ends with some rows."""
    read = sheet(grid(LEDGER + rows, "L"), shapes=shapes)
    return [place for place, text in found(read) if text.startswith("left-out-by-where")]


@pytest.mark.parametrize("word", ["", "Uot", "Outt", "Ou", "Oud"])
def test_a_blank_or_mistyped_word_is_told(word: str) -> None:
    assert told(f"2026-01-08 | Bus | 7 | {word}") == ["'L'!D5"]


@pytest.mark.parametrize(
    ("wanted", "word", "is_told"),
    [
        ("Yes", "y", True),
        ("Yes", "Yes, 12 March", True),
        ("Yes", "Yesterday", False),
        ("Yes", "No", False),
        ("Dr", "D", True),
        ("D", "Debit", True),
        ("D", "Dr", True),
        ("Dr", "Cr", False),
        ("Dr", "C", False),
        ("2026", "20", False),
        ("2026", "2026-27", False),
    ],
)
def test_a_shorter_or_a_longer_word_is_told(wanted: str, word: str, is_told: bool) -> None:
    shape = {"expenses": Shape("L", headings=HEADINGS, where={"Way": wanted})}
    ledger = LEDGER.replace("Out", wanted).replace("out", wanted).replace("In", "Other")
    read = sheet(grid(f"{ledger}2026-01-08 | Bus | 7 | {word}\n", "L"), shapes=shape)
    told = [place for place, text in found(read) if text.startswith("left-out-by-where")]
    assert told == (["'L'!D5"] if is_told else [])


@pytest.mark.parametrize(
    ("others", "word", "is_told"),
    [
        (("In",), "in", False),
        (("In",), "Loan", True),
        (("In",), "", True),
        (("In", "Loan"), "loan", False),
        (("In", ""), "", False),
        ((), "In", True),
    ],
)
def test_if_the_config_has_the_other_words_every_unknown_word_is_told(
    others: tuple[str, ...], word: str, is_told: bool
) -> None:
    known = {
        "expenses": Shape("L", headings=HEADINGS, where={"Way": "Out"}, where_not={"Way": others})
    }
    cells = told(f"2026-01-08 | Bus | 7 | {word}", known)
    assert ("'L'!D5" in cells) == is_told
    assert ("'L'!D4" in cells) == ("In" not in others)


def test_a_row_that_two_tables_leave_out_is_told_once() -> None:
    income = {"date": "Date", "reference": "What", "amount": "Amount"}
    both = {
        **OUT,
        "income": Shape("L", headings=income, where={"Way": "In"}, where_not={"Way": ("Out",)}),
    }
    assert told("2026-01-08 | Bus | 7 | ", both) == ["'L'!D5"]


@pytest.mark.parametrize(
    "row",
    [
        "2026-01-08 | Gift | 7 | In",
        "2026-01-08 | Bus | 7 | Loan",
        "2026-01-08 | A note | | ",
        "2026-01-08 | Bus | lots | ",
        "| Total | 955 | ",
    ],
)
def test_another_word_a_row_without_an_amount_and_a_total_are_not_told(row: str) -> None:
    assert told(row) == []


def test_where_blank_is_as_usual_as_a_word_it_means_something() -> None:
    assert told("\n".join(f"2026-01-08 | Bus | {number} | " for number in range(1, 4))) == []


def test_a_column_of_ticks_has_blank_cells() -> None:
    ticks = "Date | What | Amount | Way\n2026-01-05 | Rent | 900 | Out\n2026-01-06 | Tea | 5 | "
    read = sheet(grid(ticks, "L"), shapes=OUT)
    assert found(read) == []


def test_a_code_is_no_slip_for_another_code() -> None:
    of_year = {"expenses": Shape("L", headings=HEADINGS, where={"Way": "2026"})}
    years = LEDGER.replace("Out", "2026").replace("out", "2026").replace("In", "2025")
    read = sheet(grid(years, "L"), shapes=of_year)
    assert not [text for _, text in found(read) if text.startswith("left-out")]


def test_each_condition_must_be_possible() -> None:
    two = {"expenses": Shape("L", headings=HEADINGS, where={"Way": "Out", "What": "Tea"})}
    assert told("2026-01-08 | Tea | 7 | ", two) == ["'L'!D5"]
    assert told("2026-01-08 | Rent | 7 | ", two) == []


def test_a_table_without_amounts_is_not_looked_at() -> None:
    plan = {"work_plan": Shape("L", headings={"activity": "What"}, where={"Way": "Out"})}
    assert told("2026-01-08 | Bus | 7 | ", plan) == []
