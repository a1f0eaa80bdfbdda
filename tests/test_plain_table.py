"""Tables on the terminal: as tabulate lays them out, and straight where signs are two columns wide."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabulate import tabulate

from budgettrack.cli.plain_table import columns, plain_table

TEXT = st.text(st.sampled_from("aé 1.-,€"), max_size=9).map(str.strip)
CELL = st.one_of(
    TEXT,
    st.lists(TEXT.filter(bool), min_size=2, max_size=3).map("\n".join),
    TEXT.filter(bool).map(lambda text: click.style(text, fg="red")),
)


@given(data=st.data(), right=st.lists(st.booleans(), min_size=1, max_size=4))
def test_a_table_is_as_tabulate_lays_it_out(data: st.DataObject, right: list[bool]) -> None:
    row = st.lists(CELL, min_size=len(right), max_size=len(right))
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    for cells in rows:
        cells[0] = f"x{cells[0]}"  # tabulate leaves out a line in which all is blank
    headings = data.draw(st.lists(TEXT, min_size=len(right), max_size=len(right)))

    other = tabulate(
        rows,
        headings,
        "simple",
        colalign=["right" if each else "left" for each in right],
        disable_numparse=True,
    )
    assert plain_table(headings, rows, right) == "\n".join(map(str.rstrip, other.split("\n")))


def test_a_column_after_wide_signs_and_marks_is_straight() -> None:
    table = plain_table(
        ["Name", "Sum"],
        [["東京", "1"], ["e\u0301t\u0301", "22"], ["می\u200cخواهم", "3"]],
        [False, True],
    )

    assert [columns(line) for line in table.splitlines()] == [columns(table.split("\n")[1])] * 5


@pytest.mark.parametrize(
    ("text", "wide"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("東", 2), ("😀", 2), ("\x1b[31mx\x1b[0m", 1)],
)
def test_the_columns_of_a_text(text: str, wide: int) -> None:
    assert columns(text) == wide
