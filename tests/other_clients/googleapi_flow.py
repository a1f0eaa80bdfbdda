"""What people do with google-api-python-client, as Google's own guides show it."""

from __future__ import annotations

import io
from typing import Any

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload, MediaIoBaseDownload

from tests.other_clients.elsewhere import (
    SPREADSHEET,
    credentials,
    is_equal,
    step,
    tell,
    turn_httplib2,
)

turn_httplib2()
sheets: Any = build("sheets", "v4", credentials=credentials()).spreadsheets()
values = sheets.values()
drive: Any = build("drive", "v3", credentials=credentials())
here = {"spreadsheetId": SPREADSHEET}

with step("write, append and read values"):
    rows = [["Name", "Amount"], ["a", 1.5], ["b", 2]]
    made = values.update(
        **here, range="Sheet1!A1", valueInputOption="USER_ENTERED", body={"values": rows}
    ).execute()
    is_equal((made["updatedRange"], made["updatedCells"]), ("Sheet1!A1:B3", 6))
    added = values.append(
        **here, range="Sheet1!A1:B1", valueInputOption="RAW", body={"values": [["c", 3]]}
    ).execute()
    is_equal(added["updates"]["updatedRange"], "Sheet1!A4:B4")
    read = values.get(**here, range="Sheet1!A2:B", majorDimension="COLUMNS").execute()
    is_equal(read["values"], [["a", "b", "c"], ["1.5", "2", "3"]])
with step("several ranges at once"):
    data = [{"range": "Sheet1!D1", "values": [[1]]}, {"range": "Sheet1!E1", "values": [["=D1*2"]]}]
    values.batchUpdate(**here, body={"valueInputOption": "USER_ENTERED", "data": data}).execute()
    got = values.batchGet(
        **here, ranges=["Sheet1!D1", "Sheet1!E1"], valueRenderOption="UNFORMATTED_VALUE"
    ).execute()
    is_equal([each["values"] for each in got["valueRanges"]], [[[1]], [[2]]])
    values.batchClear(**here, body={"ranges": ["Sheet1!D1:E1"]}).execute()
with step("values by data filters"):
    wanted = {"dataFilters": [{"gridRange": {"sheetId": 0, "endRowIndex": 1}}]}
    found = values.batchGetByDataFilter(**here, body=wanted).execute()
    is_equal(found["valueRanges"][0]["valueRange"]["values"], [["Name", "Amount"]])
    whole = sheets.getByDataFilter(**here, body=wanted | {"includeGridData": True}).execute()
    is_equal(len(whole["sheets"][0]["data"][0]["rowData"]), 1)
with step("grid data with a mask"):
    fields = "sheets.data.rowData.values(effectiveValue,userEnteredFormat.textFormat.bold)"
    grid = sheets.get(**here, ranges=["Sheet1!A1:B2"], fields=fields).execute()
    is_equal(
        grid["sheets"][0]["data"][0]["rowData"][0]["values"][0],
        {"effectiveValue": {"stringValue": "Name"}},
    )
with step("a batch of many kinds"):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "endColumnIndex": 2}
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    frozen = {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}
    swap = {"find": "a", "replacement": "A", "allSheets": True}
    batch = [
        {"updateSpreadsheetProperties": {"properties": {"title": "Plan B"}, "fields": "title"}},
        {"repeatCell": {"range": area, "cell": bold, "fields": "userEnteredFormat.textFormat"}},
        {
            "updateSheetProperties": {
                "properties": frozen,
                "fields": "gridProperties.frozenRowCount",
            }
        },
        {"findReplace": swap | {"matchEntireCell": True, "matchCase": True}},
        {"addSheet": {"properties": {"title": "More"}}},
        {"updateBorders": {"range": area, "bottom": {"style": "SOLID"}}},
        {"autoResizeDimensions": {"dimensions": {"sheetId": 0, "dimension": "COLUMNS"}}},
    ]
    replies = sheets.batchUpdate(**here, body={"requests": batch}).execute()["replies"]
    is_equal(replies[3]["findReplace"]["valuesChanged"], 1)
    gone = {"deleteSheet": {"sheetId": replies[4]["addSheet"]["properties"]["sheetId"]}}
    sheets.batchUpdate(**here, body={"requests": [gone]}).execute()
with step("conditional formats and filter views, as in the guides"):
    rule = {
        "ranges": [area],
        "booleanRule": {
            "condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "a"}]},
            "format": {"textFormat": {"bold": True}},
        },
    }
    view = {"title": "Sorted", "range": area, "sortSpecs": [{"dimensionIndex": 0}]}
    batch = [
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"addFilterView": {"filter": view}},
    ]
    answer = sheets.batchUpdate(**here, body={"requests": batch}).execute()
    number = answer["replies"][1]["addFilterView"]["filter"]["filterViewId"]
    batch = [
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}},
        {"deleteFilterView": {"filterId": number}},
    ]
    sheets.batchUpdate(**here, body={"requests": batch}).execute()
with step("a pivot table"):
    pivot = {
        "source": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "endColumnIndex": 2},
        "rows": [{"sourceColumnOffset": 0, "showTotals": True, "sortOrder": "ASCENDING"}],
        "values": [{"summarizeFunction": "SUM", "sourceColumnOffset": 1}],
    }
    put = {
        "rows": [{"values": [{"pivotTable": pivot}]}],
        "start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 8},
        "fields": "pivotTable",
    }
    sheets.batchUpdate(**here, body={"requests": [{"updateCells": put}]}).execute()
    fields = "sheets.data.rowData.values.pivotTable.rows"
    read = sheets.get(**here, ranges=["Sheet1!I1"], fields=fields).execute()
    told = read["sheets"][0]["data"][0]["rowData"][0]["values"][0]["pivotTable"]["rows"]
    is_equal(told[0]["sortOrder"], "ASCENDING")
with step("what a pivot table shows"):
    at = values.get(**here, range="Sheet1!I1:J1").execute()
    is_equal(at.get("values"), [["Name", "SUM of Amount"]])
with step("hidden marks"):
    mark = {
        "metadataKey": "key",
        "metadataValue": "v",
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    answer = sheets.batchUpdate(
        **here, body={"requests": [{"createDeveloperMetadata": {"developerMetadata": mark}}]}
    ).execute()
    number = answer["replies"][0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"]
    one = sheets.developerMetadata().get(**here, metadataId=number).execute()
    is_equal(one["metadataValue"], "v")
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "key"}}]}
    several = sheets.developerMetadata().search(**here, body=lookup).execute()
    is_equal(len(several["matchedDeveloperMetadata"]), 1)
with step("copy a tab elsewhere"):
    other = sheets.create(body={"properties": {"title": "Other"}}).execute()["spreadsheetId"]
    to = {"destinationSpreadsheetId": other}
    told = sheets.sheets().copyTo(**here, sheetId=0, body=to).execute()
    is_equal(told["title"], "Copy of Sheet1")
    drive.files().delete(fileId=other).execute()
with step("refusals are told"):
    try:
        values.get(**here, range="None!A1").execute()
    except HttpError as error:
        is_equal((error.status_code, error.reason), (400, "Unable to parse range: None!A1"))
with step("files"):
    found = (
        drive.files()
        .list(
            q="mimeType='application/vnd.google-apps.spreadsheet'",
            fields="nextPageToken, files(id, name)",
        )
        .execute()
    )
    is_equal([each["id"] for each in found["files"]], [SPREADSHEET])
    told = drive.files().get(fileId=SPREADSHEET, fields="id,name,modifiedTime,owners").execute()
    is_equal(told["name"], "Plan B")
    copy = drive.files().copy(fileId=SPREADSHEET, body={"name": "Copy"}).execute()
    drive.files().update(fileId=copy["id"], body={"trashed": True}).execute()
    drive.files().delete(fileId=copy["id"]).execute()
with step("share"):
    reader = {"type": "user", "role": "reader", "emailAddress": "partner@example.org"}
    given = drive.permissions().create(fileId=SPREADSHEET, body=reader, fields="id").execute()
    drive.permissions().update(
        fileId=SPREADSHEET, permissionId=given["id"], body={"role": "writer"}
    ).execute()
    drive.permissions().delete(fileId=SPREADSHEET, permissionId=given["id"]).execute()
with step("several requests in one"):
    seen: list[Any] = []
    together = drive.new_batch_http_request(callback=lambda *answered: seen.append(answered[2]))
    for role in ("reader", "writer"):
        one_more = {"type": "user", "role": role, "emailAddress": f"{role}@example.org"}
        together.add(drive.permissions().create(fileId=SPREADSHEET, body=one_more))
    together.execute()
    is_equal(seen, [None, None])
with step("export as CSV"):
    request = drive.files().export_media(fileId=SPREADSHEET, mimeType="text/csv")
    into = io.BytesIO()
    loading, done = MediaIoBaseDownload(into, request), False
    while not done:
        _, done = loading.next_chunk()
    is_equal(into.getvalue().splitlines()[0][:11], b"Name,Amount")
with step("upload a CSV file as a spreadsheet"):
    body = {"name": "Loaded", "mimeType": "application/vnd.google-apps.spreadsheet"}
    media = MediaInMemoryUpload(b"a,b\n1,2\n", mimetype="text/csv")
    loaded = drive.files().create(body=body, media_body=media, fields="id").execute()["id"]
    read = values.get(spreadsheetId=loaded, range="A1:B2").execute()
    is_equal(read["values"], [["a", "b"], ["1", "2"]])
    drive.files().delete(fileId=loaded).execute()
tell()
