"""Rows of an outline that are the sum of the rows below them."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.outlines import code_of, outlined
from budgettrack.core.cells.table_rows import FilledRow


def row(number: int, text: str, amount: str = "") -> FilledRow:
    fields = {"description": text} | ({"amount": amount} if amount else {})
    return FilledRow(number, fields, {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 Staff", ("1",)),
        ("1.2 Cook", ("1", "2")),
        ("A. Staff", ("A",)),
        ("a1) Cook", ("A", "1")),
        ("1-2-3 Tea", ("1", "2", "3")),
        ("Staff", ()),
        ("2026 budget", ()),
        ("1st visit", ()),
    ],
)
def test_a_code_is_the_beginning_of_a_text(text: str, code: tuple[str, ...]) -> None:
    assert code_of(row(1, text)) == code


def test_a_row_is_a_total_if_codes_and_figures_say_so() -> None:
    rows = [
        row(1, "1 Staff", "30"),
        row(2, "1.1 Cook", "10"),
        row(3, "1.2 Driver", "20"),
        row(4, "2 Travel", "7"),
        row(5, "3 Tea"),
        row(6, "3.1 Cups", "2"),
        row(7, "Plain", "2"),
    ]

    assert {number: found.parts for number, found in outlined(rows).items()} == {1: ((2, 3),)}


def test_a_row_whose_figure_is_another_is_no_total() -> None:
    assert outlined([row(1, "1 Staff", "31"), row(2, "1.1 Cook", "10")]) == {}
    assert outlined([row(1, "1 Staff", "0"), row(2, "1.1 Cook", "0")]) == {}


def test_steps_between_are_not_summed_twice() -> None:
    rows = [row(1, "A", "30"), row(2, "A.1", "30"), row(3, "A.1.1", "10"), row(4, "A.1.2", "20")]

    assert {number: found.parts for number, found in outlined(rows).items()} == {
        1: ((2, 4),),
        2: ((3, 4),),
    }
