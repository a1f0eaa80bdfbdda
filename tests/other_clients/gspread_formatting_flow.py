"""What people do with gspread-formatting."""

from __future__ import annotations

import gspread
import gspread_formatting as look
import pandas
from gspread_formatting.dataframe import BasicFormatter, format_with_dataframe

from tests.other_clients.elsewhere import (
    SPREADSHEET,
    credentials,
    is_equal,
    step,
    tell,
    turn_requests,
)

turn_requests()
book = gspread.Client(auth=credentials()).open_by_key(SPREADSHEET)
sheet = book.sheet1
sheet.update([["Name", "Amount"], ["a", 1], ["b", 2]], "A1")

with step("format cells"):
    bold = look.cellFormat(
        backgroundColor=look.color(1, 0.9, 0.9),
        textFormat=look.textFormat(bold=True, foregroundColor=look.color(1, 0, 1)),
        horizontalAlignment="CENTER",
        borders=look.borders(bottom=look.border("SOLID")),
    )
    look.format_cell_range(sheet, "A1:B1", bold)
    held = look.get_user_entered_format(sheet, "A1")
    is_equal((held.textFormat.bold, held.horizontalAlignment), (True, "CENTER"))
    is_equal(look.get_effective_format(sheet, "A1").textFormat.bold, True)
with step("the format of the spreadsheet"):
    is_equal(look.get_default_format(book).textFormat.fontSize, 10)
with step("several ranges, numbers"):
    amount = look.cellFormat(numberFormat=look.numberFormat("NUMBER", "0.00"))
    look.format_cell_ranges(
        sheet, [("B2:B3", amount), ("A:A", look.cellFormat(wrapStrategy="WRAP"))]
    )
    is_equal(sheet.acell("B2").value, "1.00")
    is_equal(look.get_user_entered_format(sheet, "B2").numberFormat.pattern, "0.00")
with step("heights and widths"):
    look.set_row_height(sheet, "1", 40)
    look.set_column_widths(sheet, [("A", 200), ("B:C", 80)])
with step("frozen rows, right to left"):
    look.set_frozen(sheet, rows=1)
    is_equal(look.get_frozen_row_count(sheet), 1)
    look.set_right_to_left(sheet, True)
    is_equal(look.get_right_to_left(sheet), True)
    look.set_right_to_left(sheet, False)
with step("dropdowns"):
    rule = look.DataValidationRule(
        look.BooleanCondition("ONE_OF_LIST", ["x", "y"]), showCustomUi=True
    )
    look.set_data_validation_for_cell_range(sheet, "C2:C3", rule)
    is_equal(look.get_data_validation_rule(sheet, "C2").condition.type, "ONE_OF_LIST")
    look.set_data_validation_for_cell_range(sheet, "C2:C3", None)
    is_equal(look.get_data_validation_rule(sheet, "C2"), None)
with step("rules of conditional formats"):
    rules = look.get_conditional_format_rules(sheet)
    rules.append(
        look.ConditionalFormatRule(
            ranges=[look.GridRange.from_a1_range("B2:B3", sheet)],
            booleanRule=look.BooleanRule(
                condition=look.BooleanCondition("NUMBER_GREATER", ["1"]),
                format=look.cellFormat(textFormat=look.textFormat(bold=True)),
            ),
        )
    )
    rules.save()
    again = look.get_conditional_format_rules(sheet)
    is_equal(len(again), 1)
    again.clear()
    again.save()
    is_equal(len(look.get_conditional_format_rules(sheet)), 0)
with step("formats within a text"):
    runs = [
        look.TextFormatRun(startIndex=0, format=look.textFormat(bold=True)),
        look.TextFormatRun(startIndex=2, format=look.textFormat(italic=True)),
    ]
    look.set_text_format_runs(sheet, "A1", runs)
    is_equal([run.startIndex for run in look.get_text_format_runs(sheet, "A1")], [0, 2])
with step("all in one request"):
    with look.batch_updater(book) as batch:
        batch.format_cell_range(sheet, "A2:B2", look.cellFormat(verticalAlignment="TOP"))
        batch.set_row_height(sheet, "2", 30)
    is_equal(look.get_user_entered_format(sheet, "A2").verticalAlignment, "TOP")
with step("the look of a frame"):
    frame = pandas.DataFrame({"Name": ["a"], "Amount": [1.5]})
    format_with_dataframe(sheet, frame, BasicFormatter.with_defaults(freeze_headers=True))
tell()
