"""What the Sheets API answers, as the cells that the core reads: from the bytes of an answer, without
a server."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from budgettrack.core.base.grids import CellError, Grid, NoValue, Value
from budgettrack.workbook.google import cells
from budgettrack.workbook.google.cells import Entered


def cell(value: object = None, *, formula: str = "", kind: str = "") -> dict[str, Any]:
    """A cell as the API writes it; what is not there is left out."""
    made: dict[str, Any] = {}
    if value is not None:
        key = "stringValue" if isinstance(value, str) else "numberValue"
        key = "boolValue" if isinstance(value, bool) else key
        made["effectiveValue"] = value if isinstance(value, dict) else {key: value}
    if formula:
        made["userEnteredValue"] = {"formulaValue": formula}
    if kind:
        made["effectiveFormat"] = {"numberFormat": {"type": kind}}
    return made


def answer(*rows: list[dict[str, Any]], at: tuple[int, int] = (0, 0), **more: Any) -> bytes:
    """An answer with one tab, whose block of cells begins at a row and column."""
    block: dict[str, Any] = {"rowData": [{"values": row} for row in rows]}
    if at != (0, 0):
        block |= {"startRow": at[0], "startColumn": at[1]}
    sheet = {"properties": {"sheetId": 7, "title": "Budget"}, "data": [block], **more}
    return json.dumps({"spreadsheetId": "x", "sheets": [sheet]}).encode()


def grid(*rows: list[dict[str, Any]], at: tuple[int, int] = (0, 0), **more: Any) -> Grid:
    (tab,) = cells.spreadsheet(answer(*rows, at=at, **more)).sheets
    return cells.grid(tab)


def values(read: Grid) -> list[list[Value]]:
    return [list(row) for row in read.rows]


def test_blank_rows_above_and_columns_left_of_a_block_keep_their_place() -> None:
    read = grid([cell("ID"), cell(5.0)], at=(2, 1))

    assert values(read) == [[], [], [None, "ID", 5.0]]
    (tab,) = cells.spreadsheet(answer([cell("ID"), cell(5.0)], at=(2, 1))).sheets
    assert tab.content(2, 1) == Entered(stringValue="ID")
    assert [tab.content(*place) for place in ((2, 0), (1, 1), (3, 1), (2, 3))] == [None] * 4
    assert list(tab.contents()) == [
        (2, [None, Entered(stringValue="ID"), Entered(numberValue=5.0)])
    ]


def test_blank_rows_below_are_left_out_and_blank_cells_between_stay() -> None:
    read = grid([cell("ID"), cell(), cell("Note")], [cell()], [cell("")])

    assert values(read) == [["ID", None, "Note"]]


@pytest.mark.parametrize(
    ("number", "kind", "value"),
    [
        (46027.0, "DATE", date(2026, 1, 5)),
        (46027.5, "DATE", datetime(2026, 1, 5, 12)),
        (46027.25, "DATE_TIME", datetime(2026, 1, 5, 6)),
        (0.75, "TIME", time(18)),
        (0.0, "TIME", time(0)),
        (1.0, "TIME", timedelta(days=1)),
        (-0.5, "TIME", timedelta(days=-0.5)),
        (46027.0, "NUMBER", 46027.0),
        (46027.0, "PERCENT", 46027.0),
        (1e12, "DATE", 1e12),
    ],
)
def test_a_number_is_what_its_format_says(number: float, kind: str, value: Value) -> None:
    read = grid([cell(number, kind=kind)])

    assert read.at(0, 0) == value
    assert read.percents == ({(0, 0)} if kind == "PERCENT" else set())


def test_truth_errors_and_formulas_are_known() -> None:
    failed = {"errorValue": {"type": "DIVIDE_BY_ZERO"}}
    other = {"errorValue": {"type": "SOMETHING_NEW"}}
    read = grid(
        [cell(True), cell(failed, formula="=1/0"), cell(other, formula="=X()")],
        [cell("", formula='=""'), cell(3.0, formula="=1+2")],
    )

    assert values(read) == [
        [True, CellError("#DIV/0!"), CellError("#ERROR!")],
        [None, 3.0],
    ]
    assert read.formulas == {(0, 1): "=1/0", (0, 2): "=X()", (1, 0): '=""', (1, 1): "=1+2"}


def spread(formula: str, *below: list[dict[str, Any]]) -> set[tuple[int, int]]:
    """The cells that count as filled by a formula at B1."""
    return set(grid([cell("ID"), cell(1.0, formula=formula), cell(2.0)], *below).formulas)


ROWS = (
    [cell("B-1"), cell(3.0), cell(4.0), cell(5.0)],
    [cell("B-2"), cell(6.0)],
    [cell("B-3"), cell(), cell(8.0)],
    [cell("B-4"), cell(9.0)],
)


@pytest.mark.parametrize(
    "formula",
    ["=ARRAYFORMULA(A1:A3)", "=unique (X!A:A)", "={1,2;3,4}", "=IF(TRUE,SORT(A1:A3))", "= {1}"],
)
def test_an_array_formula_fills_what_stands_below_and_right_up_to_a_blank(formula: str) -> None:
    assert spread(formula, *ROWS) == {(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)}


@pytest.mark.parametrize("formula", ["=A1+1", "=SUM({1,2})", "=SORTED", "=MYFILTER(A1)"])
def test_any_other_formula_fills_its_own_cell(formula: str) -> None:
    assert spread(formula, *ROWS) == {(0, 1)}


def test_an_array_formula_ends_at_another_formula_and_may_be_blank() -> None:
    ends = [cell("B-1"), cell(3.0, formula="=1+2"), cell(4.0)]
    assert spread("=UNIQUE(A:A)", ends) == {(0, 1), (0, 2), (1, 1)}
    assert set(grid([cell("ID"), cell(formula="=UNIQUE(A:A)"), cell(2.0)]).formulas) == {(0, 1)}
    assert set(grid([cell("ID"), cell(formula="=UNIQUE(A:A)")], [cell("B-1")]).formulas) == {(0, 1)}


def area(**ends: int) -> dict[str, int]:
    return {"sheetId": 7, **ends}


def locked(*protections: dict[str, Any]) -> set[tuple[int, int]]:
    """The locked cells of a tab of two rows and three columns."""
    row = [cell("a"), cell("b"), cell("c")]
    return set(grid(row, row, protectedRanges=list(protections)).protected)


COLUMN = area(startColumnIndex=1, endColumnIndex=2)


def test_a_protection_locks_its_cells_as_far_as_cells_are_filled() -> None:
    assert locked({"range": COLUMN}) == {(0, 1), (1, 1)}
    assert locked({"range": area(startRowIndex=1)}) == {(1, 0), (1, 1), (1, 2)}
    assert len(locked({"range": area()})) == 6
    assert locked({"range": area(endRowIndex=90, endColumnIndex=1)}) == {(0, 0), (1, 0)}


def test_a_protection_that_only_warns_or_lets_us_write_locks_nothing() -> None:
    assert locked({"range": COLUMN, "warningOnly": True}) == set()
    assert locked({"range": COLUMN, "requestingUserCanEdit": True}) == set()


def test_unprotected_ranges_of_a_protection_are_free() -> None:
    free = [area(startColumnIndex=1, endColumnIndex=3)]

    assert locked({"range": area(), "unprotectedRanges": free}) == {(0, 0), (1, 0)}
    # What another protection locks stays locked.
    both = ({"range": area(), "unprotectedRanges": free}, {"range": COLUMN})
    assert locked(*both) == {(0, 0), (1, 0), (0, 1), (1, 1)}


def test_merged_areas_have_their_corners() -> None:
    merges = [area(startRowIndex=1, endRowIndex=3, startColumnIndex=0, endColumnIndex=2)]

    assert grid([cell("a")], merges=merges).merged == ((1, 0, 2, 1),)


def test_an_answer_that_is_no_spreadsheet_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError, match="not a spreadsheet"):
        cells.spreadsheet(b"{}")


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (None, None),
        ("", None),
        (NoValue(), None),
        ("=1+1", Entered(stringValue="=1+1")),
        (True, Entered(boolValue=True)),
        (5, Entered(numberValue=5.0)),
        (Decimal("5.25"), Entered(numberValue=5.25)),
        (CellError("#REF!"), Entered(errorValue=cells.ErrorValue("REF"))),
        (CellError("#SPILL!"), Entered(errorValue=cells.ErrorValue("ERROR"))),
        (date(2026, 1, 5), Entered(numberValue=46027.0)),
        (datetime(2026, 1, 5, 6), Entered(numberValue=46027.25)),
        (time(6, 30), Entered(numberValue=6.5 / 24)),
        (time(0, 0, 36), Entered(numberValue=36 / 86400)),
        (timedelta(hours=36), Entered(numberValue=1.5)),
    ],
)
def test_a_value_is_entered_as_what_it_is(value: Value | Decimal, content: Entered | None) -> None:
    assert cells.same(cells.entered(value), content)
    assert cells.entered(value) is None or content is not None


def test_a_cell_is_held_against_its_formula_where_it_has_one() -> None:
    read = grid([cell(3.0, formula="=1+2"), cell(3.0)])

    assert cells.read_as(read, 0, 0) == Entered(formulaValue="=1+2")
    assert cells.read_as(read, 0, 1) == Entered(numberValue=3.0)
    assert cells.read_as(read, 5, 5) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Entered(numberValue=46027.1), Entered(numberValue=46027.1 + 1e-10), True),
        (Entered(numberValue=1.0), Entered(numberValue=1.0 + 1e-9), False),
        (Entered(numberValue=0.0), Entered(numberValue=1e-11), True),
        (Entered(stringValue=""), None, True),
        (None, Entered(stringValue="x"), False),
        (Entered(stringValue="x"), None, False),
        (Entered(stringValue="1"), Entered(numberValue=1.0), False),
        (Entered(boolValue=True), Entered(boolValue=True), True),
    ],
)
def test_contents_are_the_same_but_for_the_rounding_of_days(
    one: Entered | None, other: Entered | None, alike: bool
) -> None:
    assert cells.same(one, other) is alike


def test_the_texts_of_a_heading_row_leave_out_blanks_and_numbers() -> None:
    row = {0: Entered(stringValue="ID"), 1: None, 2: Entered(numberValue=1.0), 3: Entered(stringValue="")}  # fmt: skip

    assert cells.row_texts(row) == {0: "ID"}


@pytest.mark.parametrize("hidden", [True, False])
def test_a_hidden_tab_is_known(hidden: bool) -> None:
    read = grid(properties={"sheetId": 7, "title": "Old", "hidden": hidden})
    assert read.is_hidden is hidden


def test_python_looks_for_garbage_again_after_a_reading_even_if_it_failed() -> None:
    """It looks for none meanwhile: a large sheet would make it look dozens of times."""
    with pytest.raises(msgspec.ValidationError):
        cells.spreadsheet(b"{}")

    assert gc.isenabled()


@pytest.mark.slow
def test_the_online_sheet_loads_what_few_runs_need_only_if_they_need_it() -> None:
    """Together they take longer than the reading of a small sheet."""
    late = ("tenacity", "google.auth.aws", "google.auth.pluggable", "budgettrack.workbook.layout")
    code = f"""import sys, budgettrack.workbook.google.workbook
print([name for name in {late} if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
