"""The requests of a write to an online sheet, as values: what is copied, written and in what
pieces."""

from __future__ import annotations

import pytest

from budgettrack.core.base.grids import PageCell, ToolTab
from budgettrack.workbook.google import tabs, write
from budgettrack.workbook.google.cells import Entered, Spreadsheet, blank_tab
from budgettrack.workbook.google.verify import content_at, same_rows
from budgettrack.workbook.google.write import (
    Put,
    RowWrite,
    TabWrite,
    hidden_tabs,
    new_id,
)


def text(value: str) -> Entered:
    return Entered(stringValue=value)


@pytest.mark.parametrize(
    ("numbers", "gap", "runs"),
    [
        ([], 0, []),
        ([3], 0, [(3, 4)]),
        ([1, 2, 3], 0, [(1, 4)]),
        ([1, 3], 0, [(1, 2), (3, 4)]),
        ([1, 3], 1, [(1, 4)]),
        ([1, 10], 8, [(1, 11)]),
        ([1, 11], 8, [(1, 2), (11, 12)]),
        ([0, 1, 5], 2, [(0, 2), (5, 6)]),
    ],
)
def test_numbers_in_order_are_ranges_over_small_gaps(
    numbers: list[int], gap: int, runs: list[tuple[int, int]]
) -> None:
    assert list(write.runs(numbers, gap)) == runs


def tab(*rows: RowWrite) -> TabWrite:
    return TabWrite(7, 8, 0, {}, None, [0, 1, 2], list(rows))


def rectangles(*rows: RowWrite) -> list[tuple[int, int, int, int]]:
    """(first row, its end, first column, its end) of each piece that is written."""
    made = []
    for request in write._updates(tab(*rows)):
        area = request["updateCells"]["range"]
        made.append(
            (
                area["startRowIndex"],
                area["endRowIndex"],
                area["startColumnIndex"],
                area["endColumnIndex"],
            )
        )
    return sorted(made)


def put(column: int, as_date: bool = False) -> Put:
    return Put(column, None, text("x"), as_date)


def test_cells_side_by_side_in_rows_one_below_the_other_are_one_piece() -> None:
    rows = [RowWrite(row, None, [put(0), put(1)]) for row in (4, 5, 6)]

    assert rectangles(*rows) == [(4, 7, 0, 2)]


def test_a_row_or_a_column_between_makes_two() -> None:
    assert rectangles(RowWrite(4, None, [put(0)]), RowWrite(6, None, [put(0)])) == [
        (4, 5, 0, 1),
        (6, 7, 0, 1),
    ]
    assert rectangles(RowWrite(4, None, [put(0), put(2)])) == [(4, 5, 0, 1), (4, 5, 2, 3)]


def test_a_day_is_written_apart_with_its_format() -> None:
    assert rectangles(RowWrite(4, None, [put(0), put(1, as_date=True), put(2)])) == [
        (4, 5, 0, 1),
        (4, 5, 1, 2),
        (4, 5, 2, 3),
    ]


def test_rows_are_written_in_their_order_whatever_order_they_come_in() -> None:
    rows = [RowWrite(row, None, [put(0)]) for row in (6, 4, 5)]

    assert rectangles(*rows) == [(4, 7, 0, 1)]


def test_the_tabs_of_the_proof_are_known_by_their_marks_and_never_by_their_names() -> None:
    marked = [blank_tab(7, "renamed", "journal"), blank_tab(8, "~budgettrack 3", "before")]
    theirs = [blank_tab(9, "~budgettrack"), blank_tab(10, "~budgettrack 4"), blank_tab(3, "Budget")]
    copied = blank_tab(11, "Copy of renamed")
    copied.developerMetadata = marked[0].developerMetadata

    assert hidden_tabs(Spreadsheet(sheets=[*theirs, copied, *marked])) == marked
    assert hidden_tabs(Spreadsheet(sheets=theirs)) == []


def test_a_new_number_is_taken_from_then_on() -> None:
    taken = {1, 2}

    number = new_id(taken)

    assert number not in (1, 2)
    assert number in taken
    assert 0 < number < 2**31


def test_rows_are_the_same_only_with_all_that_stands_right_and_below() -> None:
    one = [[text("a"), text("b")], [text("c")]]

    assert same_rows(one, [[text("a"), text("b"), None], [text("c")], []])
    assert not same_rows(one, [[text("a"), text("b"), text("note")], [text("c")]])
    assert not same_rows(one, [[text("a")], [text("c")]])
    assert not same_rows(one, [*one, [text("note")]])
    assert not same_rows([*one, [text("note")]], one)
    assert [content_at(one[0], 1), content_at(one[0], 2)] == [text("b"), None]


@pytest.mark.parametrize(
    ("rows", "columns", "grown"),
    [([3], [1], (4, 2)), ([0], [0], (2, 2)), ([1], [1], (2, 2)), ([2, 5], [0, 4], (6, 5))],
)
def test_after_a_write_a_tab_is_as_large_as_what_was_written(
    rows: list[int], columns: list[int], grown: tuple[int, int]
) -> None:
    """And it stays as large as it was; a tab that is gone is no matter."""
    state = Spreadsheet(sheets=[blank_tab(7, "Budget"), blank_tab(9, "~budgettrack", "journal")])
    size = state.sheets[0].properties.gridProperties
    size.rowCount, size.columnCount = 2, 2
    written = [RowWrite(row, None, [put(0)]) for row in rows]
    made = write.Write(
        1,
        [TabWrite(sheet, 20 + sheet, 0, {}, None, columns, written) for sheet in (7, 8)],
    )

    after = write.after(made, state)

    assert [tab.title for tab in after.sheets] == [
        "Budget", "~budgettrack", "~budgettrack 7", "~budgettrack 8",
    ]  # fmt: skip
    now = after.sheets[0].properties.gridProperties
    assert (now.rowCount, now.columnCount) == grown


def test_a_page_s_cells_have_the_size_and_weight_of_their_look_and_no_more() -> None:
    looks = ("title", "heading", "text")
    page = ToolTab("Checks", (tuple(PageCell("x", look) for look in looks),))

    (request, *_) = [
        each for each in tabs.put_page(page, 7, (50, 10), lambda _: None) if "updateCells" in each
    ]

    formats = [
        cell["userEnteredFormat"].get("textFormat", {})
        for cell in request["updateCells"]["rows"][0]["values"]
    ]
    title, heading, plain = formats
    assert title["fontSize"] > 10
    assert title["bold"]
    assert heading["bold"]
    assert "fontSize" not in heading
    assert "fontSize" not in plain
    assert "bold" not in plain
