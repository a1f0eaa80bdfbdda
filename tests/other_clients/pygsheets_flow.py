"""What people do with pygsheets."""

from __future__ import annotations

import pandas
import pygsheets

from tests.other_clients.elsewhere import (
    SPREADSHEET,
    credentials,
    is_equal,
    step,
    tell,
    turn_httplib2,
)

turn_httplib2()
client = pygsheets.authorize(custom_credentials=credentials())
book = client.open_by_key(SPREADSHEET)
sheet = book.sheet1

with step("open by title, list"):
    is_equal(client.open(book.title).id, SPREADSHEET)
    is_equal(client.spreadsheet_ids(), [SPREADSHEET])
with step("write and read values"):
    sheet.update_values("A1", [["Name", "Amount"], ["a", 1.5], ["b", 2]])
    read = sheet.get_all_values(include_tailing_empty=False, include_tailing_empty_rows=False)
    is_equal(read, [["Name", "Amount"], ["a", "1.5"], ["b", "2"]])
    is_equal(sheet.get_all_records(), [{"Name": "a", "Amount": 1.5}, {"Name": "b", "Amount": 2}])
    is_equal(sheet.get_value("B2"), "1.5")
    is_equal(sheet.get_row(2, include_tailing_empty=False), ["a", "1.5"])
    is_equal(sheet.get_col(1, include_tailing_empty=False), ["Name", "a", "b"])
with step("cells as objects"):
    cell = sheet.cell("B2")
    cell.value = 3.5
    cell.set_text_format("bold", True)
    cell.color = (1.0, 0.9, 0.9)
    cell.note = "a note"
    is_equal((sheet.cell("B2").value, sheet.cell("B2").note), ("3.5", "a note"))
    cell.formula = "=1+1"
    is_equal(sheet.cell("B2").value, "2")
    sheet.update_value("B2", 1.5)
with step("several ranges at once"):
    sheet.update_values_batch(["D1:D2", "E1:E1"], [[[7], [8]], [[9]]])
    is_equal(sheet.get_values_batch(["D1:D2", "E1:E1"]), [[["7"], ["8"]], [["9"]]])
    sheet.clear("D1", "E2")
with step("append, insert and delete"):
    sheet.append_table([["c", 3]])
    sheet.insert_rows(1, number=1, values=["z", 0])
    sheet.insert_cols(5, number=1)
    sheet.delete_cols(6)
    is_equal(sheet.get_col(1, include_tailing_empty=False), ["Name", "z", "a", "b", "c"])
    sheet.delete_rows(2)
with step("find and replace"):
    is_equal([found.label for found in sheet.find("b", matchEntireCell=True)], ["A3"])
    sheet.replace("c", "d", matchEntireCell=True)
    is_equal(sheet.get_value("A4"), "d")
with step("sort"):
    sheet.sort_range("A2", "B4", basecolumnindex=0, sortorder="DESCENDING")
    is_equal(sheet.get_value("A2"), "d")
with step("size, freeze"):
    sheet.resize(60, 12)
    sheet.add_rows(5)
    is_equal((sheet.rows, sheet.cols), (65, 12))
    sheet.frozen_rows = 1
    sheet.adjust_row_height(1, 1, 30)
with step("widths"):
    sheet.adjust_column_width(1, 2, 120)
with step("hidden rows"):
    sheet.hide_dimensions(3, 4)
    sheet.show_dimensions(3, 4)
with step("ranges of cells"):
    top = sheet.get_values("A1", "B1", returnas="range")
    model = pygsheets.Cell("A1")
    model.set_text_format("bold", True)
    top.apply_format(model)
    sheet.merge_cells("F1", "G2")
with step("named and protected ranges"):
    # Its answer as an object is not to be had: pygsheets 2.0.6 looks for the range at the wrong place.
    sheet.create_named_range("top", "A1", "B2", returnas="json")
    (named,) = sheet.get_named_ranges()
    is_equal(named.name, "top")
    named.protected = True
    is_equal(len(sheet.get_protected_ranges()), 1)
    named.protected = False
    sheet.delete_named_range("top")
with step("dropdowns, filters, conditional formats"):
    sheet.set_data_validation("C2", "C4", condition_type="ONE_OF_LIST", condition_values=["x"])
    sheet.set_basic_filter("A1", "B4")
    sheet.clear_basic_filter()
    bold = {"textFormat": {"bold": True}}
    sheet.add_conditional_formatting("B2", "B4", "NUMBER_GREATER", bold, ["1"])
with step("charts"):
    sheet.add_chart(("A1", "A4"), [("B1", "B4")], "Amounts")
    is_equal([chart.title for chart in sheet.get_charts()], ["Amounts"])
    sheet.get_charts()[0].delete()
with step("hidden marks"):
    sheet.create_developer_metadata("key", "value")
    is_equal([held.value for held in sheet.get_developer_metadata("key")], ["value"])
    book.create_developer_metadata("of all", "value")
    is_equal([held.value for held in book.get_developer_metadata("of all")], ["value"])
with step("frames"):
    frame = pandas.DataFrame({"Name": ["a", "b"], "Amount": [1.5, 2.0]})
    sheet.set_dataframe(frame, "J1")
    is_equal(sheet.get_as_df(start="J1", end="K3")["Amount"].sum(), 3.5)
with step("tabs"):
    made = book.add_worksheet("More", rows=10, cols=5)
    made.title, made.index, made.hidden = "Others", 0, True
    twin = book.add_worksheet("Twice", src_worksheet=sheet)
    is_equal(sorted(each.title for each in book.worksheets()), ["Others", "Sheet1", "Twice"])
    book.del_worksheet(made)
    book.del_worksheet(twin)
with step("changes kept and sent together"):
    sheet.unlink()
    sheet.title = "Renamed"
    sheet.link()
    sheet.title = "Sheet1"
    client.set_batch_mode(True)
    sheet.merge_cells("F5", "G6")
    client.run_batch()
    client.set_batch_mode(False)
with step("title, locale"):
    book.title, book.locale = "Renamed", "fr_FR"
    book.fetch_properties()
    is_equal((book.title, book.locale), ("Renamed", "fr_FR"))
with step("share"):
    book.share("partner@example.org", role="reader", sendNotificationEmail=False)
    is_equal("partner@example.org" in {each.get("emailAddress") for each in book.permissions}, True)
    book.remove_permission("partner@example.org")
with step("make and delete a spreadsheet"):
    made_here = client.create("Made here")
    made_here.delete()
with step("export as CSV"):
    sheet.export(pygsheets.ExportType.CSV, path="/tmp/", filename="budgettrack-flow")
tell()
