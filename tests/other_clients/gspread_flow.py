"""What people do with gspread."""

from __future__ import annotations

import contextlib

import gspread
from gspread.utils import (
    ExportFormat,
    MergeType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)

from tests.other_clients.elsewhere import (
    SPREADSHEET,
    credentials,
    is_equal,
    step,
    tell,
    turn_requests,
)

turn_requests()
client = gspread.Client(auth=credentials())
book = client.open_by_key(SPREADSHEET)
sheet = book.sheet1

with step("open by title and address, list"):
    is_equal(client.open(book.title).id, SPREADSHEET)
    is_equal(client.open_by_url(book.url).id, SPREADSHEET)
    is_equal([each["id"] for each in client.list_spreadsheet_files()], [SPREADSHEET])
with step("write and read values"):
    sheet.update([["Name", "Amount"], ["a", 1.5], ["b", 2]], "A1")
    is_equal(sheet.get_all_values(), [["Name", "Amount"], ["a", "1.5"], ["b", "2"]])
    is_equal(sheet.get_all_records(), [{"Name": "a", "Amount": 1.5}, {"Name": "b", "Amount": 2}])
    is_equal(sheet.acell("B2", value_render_option=ValueRenderOption.unformatted).value, 1.5)
    is_equal((sheet.row_values(2), sheet.col_values(1)), (["a", "1.5"], ["Name", "a", "b"]))
with step("one cell, a formula"):
    sheet.update_acell("C1", "=SUM(B2:B3)")
    is_equal(sheet.acell("C1").value, "3.5")
    is_equal(sheet.acell("C1", value_render_option=ValueRenderOption.formula).value, "=SUM(B2:B3)")
    sheet.update_cell(1, 3, "")
with step("cells as objects"):
    cells = sheet.range("D1:E2")
    for number, cell in enumerate(cells):
        cell.value = str(number)
    sheet.update_cells(cells, ValueInputOption.user_entered)
    is_equal(sheet.get("D1:E2"), [["0", "1"], ["2", "3"]])
with step("several ranges at once"):
    sheet.batch_update([{"range": "D1:D2", "values": [[7], [8]]}, {"range": "E1", "values": [[9]]}])
    is_equal(sheet.batch_get(["D1:D2", "E1"]), [[["7"], ["8"]], [["9"]]])
    sheet.batch_clear(["D1:E2"])
    is_equal(sheet.get("D1:E2"), [[]])
with step("append, insert and delete rows and columns"):
    sheet.append_row(["c", 3])
    sheet.append_rows([["d", 4], ["e", 5]], table_range="A1:B1")
    sheet.insert_row(["z", 0], 2)
    sheet.insert_rows([["x", 8], ["y", 9]], 3)
    sheet.delete_rows(3, 4)
    sheet.insert_cols([["left"]], 1)
    sheet.delete_columns(1)
    is_equal(sheet.col_values(1), ["Name", "z", "a", "b", "c", "d", "e"])
with step("find"):
    is_equal([found.address for found in sheet.findall("c")], ["A5"])
    is_equal(sheet.find("none of this"), None)
    is_equal(len(sheet.findall("a")), 1)
with step("sort"):
    sheet.sort((1, "des"), range="A2:B7")
    is_equal(sheet.col_values(1)[1], "z")
with step("formats"):
    sheet.format("A1:B1", {"textFormat": {"bold": True}, "horizontalAlignment": "CENTER"})
    sheet.batch_format(
        [{"range": "B2:B9", "format": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}}]
    )
    is_equal(sheet.acell("B2").value, "0.00")
with step("merge"):
    sheet.merge_cells("F1:G2", MergeType.merge_all)
    sheet.unmerge_cells("F1:G2")
    sheet.batch_merge([{"range": "F1:G1"}, {"range": "F2:G2", "mergeType": MergeType.merge_rows}])
    sheet.unmerge_cells("F1:G2")
with step("size, freeze, colour, order, hide"):
    sheet.resize(50, 12)
    sheet.add_rows(5)
    sheet.add_cols(1)
    is_equal((sheet.row_count, sheet.col_count), (55, 13))
    sheet.freeze(rows=1, cols=1)
    sheet.update_tab_color("#ff0000")
    is_equal(sheet.get_tab_color(), "#FF0000")
    sheet.clear_tab_color()
    sheet.hide_gridlines()
    sheet.show_gridlines()
    sheet.columns_auto_resize(0, 2)
    sheet.rows_auto_resize(0, 2)
with step("hidden and grouped rows and columns"):
    sheet.hide_rows(1, 3)
    sheet.unhide_rows(1, 3)
    sheet.hide_columns(4, 5)
    sheet.unhide_columns(4, 5)
    sheet.add_dimension_group_rows(1, 3)
    is_equal(len(sheet.list_dimension_group_rows()), 1)
    sheet.delete_dimension_group_rows(1, 3)
    sheet.add_dimension_group_columns(1, 3)
    is_equal(len(sheet.list_dimension_group_columns()), 1)
    sheet.delete_dimension_group_columns(1, 3)
with step("filter"):
    sheet.set_basic_filter("A1:B7")
    sheet.clear_basic_filter()
    sheet.set_basic_filter()
    sheet.clear_basic_filter()
with step("notes"):
    sheet.insert_notes({"A1": "one", "B2": "two"})
    is_equal(sheet.get_note("A1"), "one")
    is_equal([list(filter(None, row)) for row in sheet.get_notes()][:2], [["one"], ["two"]])
    sheet.clear_notes(["A1", "B2"])
    is_equal(sheet.get_note("A1"), "")
with step("dropdowns"):
    sheet.add_validation(
        "C2:C5", ValidationConditionType.one_of_list, ["x", "y"], showCustomUi=True
    )
with step("named ranges"):
    named = sheet.define_named_range("A1:B2", "top")
    is_equal([cell.value for cell in book.named_range("top")], ["Name", "Amount", "z", "0.00"])
    is_equal([each["name"] for each in book.list_named_ranges()], ["top"])
    sheet.delete_named_range(named["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"])
with step("protected ranges"):
    sheet.add_protected_range("A1:B1", ["coordinator@example.org"], description="headings")
    (held,) = book.list_protected_ranges(sheet.id)
    sheet.delete_protected_range(held["protectedRangeId"])
with step("copy and cut ranges"):
    sheet.copy_range("A1:B2", "H1:I2")
    sheet.cut_range("H1:I2", "J1")
    is_equal(sheet.get("J1:K2"), [["Name", "Amount"], ["z", "0.00"]])
with step("grow to the table around a cell"):
    is_equal(len(sheet.expand("A1")), 7)
with step("tabs"):
    made = book.add_worksheet("More", 10, 5)
    made.update_title("Others")
    copy = sheet.duplicate(new_sheet_name="Twice")
    made.update_index(0)
    book.reorder_worksheets([sheet, copy, made])
    is_equal([each.title for each in book.worksheets()], ["Sheet1", "Twice", "Others"])
    made.hide()
    is_equal([each.title for each in book.worksheets(exclude_hidden=True)], ["Sheet1", "Twice"])
    made.show()
    sheet.copy_to(SPREADSHEET)
    for title in ("Copy of Sheet1", "Twice", "Others"):
        book.del_worksheet(book.worksheet(title))
with step("whole values of the spreadsheet"):
    book.values_append("Sheet1!A1", {"valueInputOption": "RAW"}, {"values": [["f", 6]]})
    book.values_update("Sheet1!L1", {"valueInputOption": "RAW"}, {"values": [["l"]]})
    is_equal(book.values_get("Sheet1!L1")["values"], [["l"]])
    book.values_batch_clear(body={"ranges": ["Sheet1!L1"]})
with step("title, locale, time zone"):
    book.update_title("Renamed")
    book.update_locale("fr")
    book.update_timezone("Europe/Lisbon")
    again = client.open_by_key(SPREADSHEET)
    is_equal((again.title, again.locale, again.timezone), ("Renamed", "fr", "Europe/Lisbon"))
    book.update_locale("en_US")
with step("share"):
    book.share("partner@example.org", perm_type="user", role="reader", notify=False)
    emails = {each.get("emailAddress") for each in book.list_permissions()}
    is_equal("partner@example.org" in emails, True)
    book.remove_permissions("partner@example.org")
    is_equal(len(book.list_permissions()), 2)
with step("when it was changed"):
    is_equal(bool(book.get_lastUpdateTime() and book.creationTime), True)
with step("make, copy, fill from CSV and delete a spreadsheet"):
    new = client.create("Made here")
    client.import_csv(new.id, b"a,b\n1,2\n")
    is_equal(client.open_by_key(new.id).sheet1.get_all_values(), [["a", "b"], ["1", "2"]])
    copied = client.copy(new.id, "A copy", copy_permissions=True)
    client.del_spreadsheet(copied.id)
    client.del_spreadsheet(new.id)
with step("export as CSV"):
    is_equal(client.export(SPREADSHEET, ExportFormat.CSV).splitlines()[0][:11], b"Name,Amount")
with step("export as PDF"):
    client.export(SPREADSHEET, ExportFormat.PDF)
with step("what does not exist"):
    with contextlib.suppress(gspread.SpreadsheetNotFound):
        client.open_by_key("1" * 44)
    with contextlib.suppress(gspread.WorksheetNotFound):
        book.worksheet("None")
with step("clear"):
    sheet.clear()
    is_equal(sheet.get_all_values(), [[]])
tell()
