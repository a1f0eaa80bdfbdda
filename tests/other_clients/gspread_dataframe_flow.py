"""What people do with gspread-dataframe."""

from __future__ import annotations

import gspread
import pandas
from gspread_dataframe import get_as_dataframe, set_with_dataframe

from tests.other_clients.elsewhere import (
    SPREADSHEET,
    credentials,
    is_equal,
    step,
    tell,
    turn_requests,
)

turn_requests()
sheet = gspread.Client(auth=credentials()).open_by_key(SPREADSHEET).sheet1
frame = pandas.DataFrame({"Name": ["a", "b"], "Amount": [1.5, 2.0], "Text": ["007", "=1+1"]})

with step("write a frame and read it"):
    set_with_dataframe(sheet, frame, resize=True)
    read = get_as_dataframe(sheet, dtype={"Text": str})
    is_equal(list(read.columns), ["Name", "Amount", "Text"])
    is_equal((read["Amount"].sum(), list(read["Name"])), (3.5, ["a", "b"]))
    is_equal((sheet.row_count, sheet.col_count), (3, 3))
with step("formulas are read as formulas"):
    is_equal(get_as_dataframe(sheet, evaluate_formulas=False)["Text"][1], "=1+1")
    is_equal(get_as_dataframe(sheet, evaluate_formulas=True)["Text"][1], 2)
with step("with the index, below, without headings"):
    sheet.resize(40, 10)
    set_with_dataframe(sheet, frame, row=10, col=2, include_index=True, include_column_header=False)
    is_equal(sheet.get("B10:D11"), [["0", "a", "1.5"], ["1", "b", "2"]])
with step("headings of several levels"):
    deep = pandas.DataFrame(
        [[1, 2]], columns=pandas.MultiIndex.from_tuples([("x", "p"), ("x", "q")])
    )
    set_with_dataframe(sheet, deep, row=20)
    is_equal(sheet.get("A20:B22"), [["x", "x"], ["p", "q"], ["1", "2"]])
with step("some rows and columns alone"):
    part = get_as_dataframe(sheet, nrows=1, usecols=[0, 1])
    is_equal((len(part), list(part.columns)), (1, ["Name", "Amount"]))
with step("an empty sheet"):
    sheet.clear()
    is_equal(get_as_dataframe(sheet).dropna(how="all").empty, True)
tell()
