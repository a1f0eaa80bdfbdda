"""What other clients of Google Sheets send, and the stand-in answers as the real service does."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sheets_api.discovery import request_kinds
from tests.sheets_api.drive import File
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell
from tests.world.drawn_requests import drawn_request

pytestmark = pytest.mark.google_http
HEADERS = {"Authorization": "Bearer any"}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(any_token=True) as running:
        yield running


@pytest.fixture
def file(server: Server) -> File:
    made = server.spreadsheet(owner="service-account@example.iam.gserviceaccount.com")
    with server.person(made) as book:
        for row in range(3):
            book.sheets[0].put(row, 0, Cell(float(row)))
    return made


def asked(server: Server, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = requests.request(method, server.url + path, json=body, headers=HEADERS, timeout=10)
    return answer.status_code, answer.json() if answer.content else None


def batch(server: Server, file: File, *made: Any) -> tuple[int, Any]:
    path = f"/v4/spreadsheets/{file.id}:batchUpdate"
    return asked(server, "POST", path, {"requests": [*made]})


def test_a_slash_at_the_end_is_passed_over(server: Server, file: File) -> None:
    status, answer = asked(server, "GET", f"/v4/spreadsheets/{file.id}/")

    assert (status, answer["spreadsheetId"]) == (200, file.id)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            [{"deleteSheet": {"sheetId": 0}}],
            "Invalid JSON payload received. Unknown name \"\" at 'requests[0]': Cannot find field.",
        ),
        (
            {"paintSheet": {}},
            "Invalid JSON payload received. Unknown name \"paintSheet\" at 'requests[0]': Cannot"
            " find field.",
        ),
        ({"copyPaste": {}}, "Invalid requests[0].copyPaste: source is required."),
        (
            {"copyPaste": []},
            "Invalid JSON payload received. Unknown name \"copy_paste\" at 'requests[0]': Proto"
            " field is not repeating, cannot start list.",
        ),
        (
            {"copyPaste": "A1"},
            "Invalid value at 'requests[0].copy_paste'"
            ' (type.googleapis.com/google.apps.sheets.v4.CopyPasteRequest), "A1"',
        ),
        (
            {"copyPaste": {"source": {"sheet": 0}}},
            'Invalid JSON payload received. Unknown name "sheet" at'
            " 'requests[0].copy_paste.source': Cannot find field.",
        ),
        (
            {"deleteSheet": {"sheetId": "first"}},
            "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"first\"",
        ),
        (
            {"updateSheetProperties": {"properties": {"hidden": "yes"}}},
            "Invalid value at 'requests[0].update_sheet_properties.properties.hidden' (TYPE_BOOL),"
            ' "yes"',
        ),
    ],
)
def test_requests_of_a_wrong_form_are_refused(
    server: Server, file: File, made: Any, said: str
) -> None:
    status, answer = batch(server, file, made)

    assert (status, answer["error"]["message"]) == (400, said)


@pytest.mark.parametrize("kind", sorted(request_kinds()))
def test_no_kind_of_request_breaks_on_another_form(server: Server, file: File, kind: str) -> None:
    """Each is told by its name; a request that stands alone where a list belongs will do."""
    snake = re.sub("[A-Z]", lambda match: "_" + match[0].lower(), kind)
    for body, said in (
        ([], f"Unknown name \"{snake}\" at 'requests[0]': Proto field is not repeating"),
        (5, f"Invalid value at 'requests[0].{snake}' (type.googleapis.com/google.apps.sheets.v4."),
        ({"zzz": 1}, f"Unknown name \"zzz\" at 'requests[0].{snake}': Cannot find field."),
        (None, "Invalid requests[0]: No request set."),
    ):
        status, answer = batch(server, file, {kind: body})
        assert (status, said in answer["error"]["message"]) == (400, True), answer
    path = f"/v4/spreadsheets/{file.id}:batchUpdate"
    listed, _ = asked(server, "POST", path, {"requests": [{kind: {}}]})
    alone, _ = asked(server, "POST", path, {"requests": {kind: {}}})
    assert listed == alone
    assert listed in (200, 400, 403)


def test_no_request_of_the_right_form_breaks(server: Server, file: File) -> None:
    """Bodies drawn from the service's own description. Nothing of this is right or wrong but that
    it is answered."""
    for number in range(int(os.environ.get("DRAWN", "300"))):
        made = drawn_request(random.Random(number))
        status, answer = batch(server, file, made)
        assert status in (200, 400, 403), (number, made, answer)


@pytest.mark.parametrize("body", [[], ["a"], "a", 5])
def test_a_body_that_is_no_message_is_refused(server: Server, file: File, body: Any) -> None:
    status, answer = asked(server, "POST", f"/v4/spreadsheets/{file.id}:batchUpdate", body)

    assert status == 400
    assert 'Unknown name "": Root element must be a message.' in answer["error"]["message"]


def test_numbers_and_truth_values_may_be_texts(server: Server, file: File) -> None:
    properties = {"sheetId": "0", "hidden": "false", "gridProperties": {"rowCount": "50"}}
    fields = "hidden,gridProperties.rowCount"

    status, _ = batch(
        server, file, {"updateSheetProperties": {"properties": properties, "fields": fields}}
    )

    assert status == 200
    assert file.book is not None
    assert file.book.sheets[0].n_rows == 50


@pytest.mark.parametrize(
    "verb", [":getByDataFilter", "/values:batchGetByDataFilter", "/developerMetadata:search"]
)
def test_a_data_filter_of_a_wrong_form_is_refused(server: Server, file: File, verb: str) -> None:
    body = {"dataFilters": [{"metadataKey": "key"}]}

    status, answer = asked(server, "POST", f"/v4/spreadsheets/{file.id}{verb}", body)

    assert status == 400
    assert "Unknown name \"metadataKey\" at 'data_filters[0]'" in answer["error"]["message"]


def test_half_a_colour_is_127_of_255(server: Server, file: File) -> None:
    colour = {"sheetId": 0, "tabColor": {"red": 0.5}}
    batch(
        server,
        file,
        {"updateSheetProperties": {"properties": colour, "fields": "tabColor"}},
    )

    _, answer = asked(server, "GET", f"/v4/spreadsheets/{file.id}")
    assert answer["sheets"][0]["properties"]["tabColor"]["red"] == pytest.approx(127 / 255)


def test_values_are_read_written_and_cleared_by_data_filters(server: Server, file: File) -> None:
    values = f"/v4/spreadsheets/{file.id}/values"
    grid = {"gridRange": {"startRowIndex": 0, "endRowIndex": 2, "endColumnIndex": 1}}
    written = {"dataFilter": {"a1Range": "Sheet1!A2"}, "values": [[7]]}

    _, wrote = asked(
        server,
        "POST",
        values + ":batchUpdateByDataFilter",
        {"valueInputOption": "RAW", "data": [written]},
    )
    _, read = asked(server, "POST", values + ":batchGetByDataFilter", {"dataFilters": [grid]})
    asked(server, "POST", values + ":batchClearByDataFilter", {"dataFilters": [grid]})
    _, cleared = asked(server, "GET", values + "/Sheet1")

    assert (wrote["totalUpdatedCells"], wrote["responses"][0]["dataFilter"]) == (
        1,
        {"a1Range": "Sheet1!A2"},
    )
    assert read["valueRanges"][0]["valueRange"]["values"] == [["0"], ["7"]]
    assert cleared["values"] == [[], [], ["2"]]


def test_grid_data_comes_by_data_filter_where_the_body_asks_for_it(
    server: Server, file: File
) -> None:
    body = {"dataFilters": [{"a1Range": "Sheet1!A1:A2"}], "includeGridData": True}
    _, answer = asked(server, "POST", f"/v4/spreadsheets/{file.id}:getByDataFilter", body)

    assert len(answer["sheets"][0]["data"][0]["rowData"]) == 2


def test_rows_and_columns_that_several_ranges_touch_count_once(server: Server, file: File) -> None:
    data = [{"range": f"Sheet1!A{row}:B{row}", "values": [[1, 2]]} for row in (1, 2)]
    body = {"valueInputOption": "RAW", "data": data}
    _, answer = asked(server, "POST", f"/v4/spreadsheets/{file.id}/values:batchUpdate", body)

    totals = ("totalUpdatedRows", "totalUpdatedColumns", "totalUpdatedCells")
    assert [answer[name] for name in totals] == [2, 2, 4]


def test_the_owner_cannot_be_removed(server: Server, file: File) -> None:
    owner = file.permissions[0]["id"]
    status, answer = asked(server, "DELETE", f"/drive/v3/files/{file.id}/permissions/{owner}")

    assert (status, answer["error"]["errors"][0]["reason"]) == (403, "cannotRemoveOwner")


def test_drive_tells_who_asks_and_how_often_a_sheet_was_written(server: Server, file: File) -> None:
    batch(server, file, {"addSheet": {"properties": {"title": "More"}}})

    _, about = asked(server, "GET", "/drive/v3/about?fields=user(emailAddress)")
    _, revisions = asked(server, "GET", f"/drive/v3/files/{file.id}/revisions")
    without, _ = asked(server, "GET", "/drive/v3/about")

    assert about == {"user": {"emailAddress": "service-account@example.iam.gserviceaccount.com"}}
    assert [each["id"] for each in revisions["revisions"]] == ["1", "2"]
    assert without == 400


def told(server: Server, file: File, fields: str) -> Any:
    """The properties of the first tab, as the service tells them."""
    _, answer = asked(server, "GET", f"/v4/spreadsheets/{file.id}?fields=sheets({fields})")
    return answer["sheets"][0]


def test_a_slash_before_the_verb_is_passed_over(server: Server, file: File) -> None:
    """google-spreadsheet of npm joins addresses so."""
    path = f"/v4/spreadsheets/{file.id}/:batchUpdate"
    status, _ = asked(server, "POST", path, {"requests": [{"addSheet": {}}]})
    copied, _ = asked(server, "GET", f"/drive/v3/files/{file.id}/")

    assert (status, copied) == (200, 200)


def test_a_filter_over_a_whole_tab_has_its_bounds_and_no_empty_parts(
    server: Server, file: File
) -> None:
    bounds = {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26}
    batch(server, file, {"setBasicFilter": {"filter": {"range": {"sheetId": 0}, "sortSpecs": []}}})
    _, answer = batch(server, file, {"addFilterView": {"filter": {"sortSpecs": [], "title": "V"}}})

    assert told(server, file, "basicFilter") == {"basicFilter": {"range": bounds}}
    view = answer["replies"][0]["addFilterView"]["filter"]
    assert (view["range"], view.keys()) == (
        bounds | {"sheetId": 0},
        {"title", "range", "filterViewId"},
    )


def test_where_the_button_of_a_group_stands_is_told(server: Server, file: File) -> None:
    after = {"rowGroupControlAfter": True, "columnGroupControlAfter": True}
    properties = {"sheetId": 0, "gridProperties": after}
    change = {
        "properties": properties,
        "fields": "gridProperties(rowGroupControlAfter,columnGroupControlAfter)",
    }
    batch(server, file, {"updateSheetProperties": change})

    fields = "properties.gridProperties"
    grid = told(server, file, fields)["properties"]["gridProperties"]
    assert grid == {"rowCount": 1000, "columnCount": 26, **after}


def test_who_may_edit_a_protected_range_depends_on_who_asks(server: Server, file: File) -> None:
    """The account that protects it becomes an editor of it; another one may not edit it."""
    other = "other@example.org"
    batch(server, file, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}})
    mine = told(server, file, "protectedRanges.requestingUserCanEdit")
    with server.person(file) as book:
        book.sheets[0].protected[0]["editors"] = {"users": [other]}
        file.permissions[0] = {**file.permissions[0], "role": "writer"}
    status, answer = batch(
        server, file, {"updateCells": {"range": {"sheetId": 0}, "rows": [], "fields": "*"}}
    )

    assert mine == {"protectedRanges": [{"requestingUserCanEdit": True}]}
    assert told(server, file, "protectedRanges.requestingUserCanEdit") == {
        "protectedRanges": [{"requestingUserCanEdit": False}]
    }
    assert (status, "protected cell" in answer["error"]["message"]) == (400, True)


def test_a_protected_range_can_be_that_of_a_name(server: Server, file: File) -> None:
    grid = {"sheetId": 0, "endRowIndex": 2}
    named = {"namedRange": {"namedRangeId": "7", "name": "top", "range": grid}}
    status, answer = batch(
        server,
        file,
        {"addNamedRange": named},
        {"addProtectedRange": {"protectedRange": {"namedRangeId": "7"}}},
    )

    held = answer["replies"][1]["addProtectedRange"]["protectedRange"]
    assert (status, held["namedRangeId"], held["range"]) == (200, "7", {"endRowIndex": 2})


def test_formats_within_a_text_and_pivot_tables_are_kept(server: Server, file: File) -> None:
    """A new value ends the formats within the text that stood there."""
    runs = [{"format": {"bold": True}}, {"startIndex": 2}]
    pivot = {"rows": [{"sourceColumnOffset": 0}]}
    cell = {
        "userEnteredValue": {"stringValue": "text"},
        "textFormatRuns": runs,
        "pivotTable": pivot,
    }
    one = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1}
    put = {"range": one, "rows": [{"values": [cell]}]}
    batch(server, file, {"updateCells": put | {"fields": "*"}})
    fields = "data.rowData.values(textFormatRuns,pivotTable)"
    kept = told(server, file, fields)["data"][0]["rowData"][0]["values"]
    batch(server, file, {"updateCells": put | {"fields": "userEnteredValue"}})

    assert kept == [{"textFormatRuns": runs, "pivotTable": pivot}]
    assert told(server, file, fields)["data"][0]["rowData"][0]["values"] == [{}]


def test_developer_metadata_is_found_by_its_place_and_comes_with_what_found_it(
    server: Server, file: File
) -> None:
    def made(key: str, place: Any) -> Any:
        held = {"metadataKey": key, "location": place, "visibility": "DOCUMENT"}
        return {"createDeveloperMetadata": {"developerMetadata": held}}

    row = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    _, answer = batch(
        server,
        file,
        made("all", {"spreadsheet": True}),
        made("tab", {"sheetId": 0}),
        made("row", {"dimensionRange": row}),
    )
    number = answer["replies"][1]["createDeveloperMetadata"]["developerMetadata"]["metadataId"]

    def found(**lookup: Any) -> list[str]:
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        path = f"/v4/spreadsheets/{file.id}/developerMetadata:search"
        _, told = asked(server, "POST", path, body)
        each = told.get("matchedDeveloperMetadata", [])
        assert all(one["dataFilters"] == body["dataFilters"] for one in each)
        return [one["developerMetadata"]["metadataKey"] for one in each]

    exact = {"locationMatchingStrategy": "EXACT_LOCATION"}
    assert found(metadataLocation={"spreadsheet": True}) == ["all", "tab", "row"]
    assert found(metadataLocation={"spreadsheet": True}, **exact) == ["all"]
    assert found(metadataLocation={"sheetId": 0}) == ["tab", "row"]
    assert found(metadataLocation={"sheetId": 0}, **exact) == ["tab"]
    assert found(metadataId=number) == ["tab"]
    assert found(locationType="ROW") == ["row"]
    _, by_number = asked(server, "GET", f"/v4/spreadsheets/{file.id}/developerMetadata/{number}")
    assert by_number["metadataKey"] == "tab"


def test_whoever_may_write_may_share_but_not_give_the_sheet_away(
    server: Server, file: File
) -> None:
    file.permissions[0] = {**file.permissions[0], "role": "writer"}
    permissions = f"/drive/v3/files/{file.id}/permissions"
    partner = {"type": "user", "emailAddress": "partner@example.org"}

    shared, _ = asked(server, "POST", permissions, partner | {"role": "reader"})
    given, answer = asked(server, "POST", permissions, partner | {"role": "owner"})

    assert (shared, given) == (200, 403)
    assert answer["error"]["errors"][0]["reason"] == "insufficientFilePermissions"


def test_a_tab_is_downloaded_as_from_its_page(server: Server, file: File) -> None:
    batch(server, file, {"addSheet": {"properties": {"sheetId": 5, "title": "More"}}})
    with server.person(file) as book:
        book.sheets[1].put(0, 0, Cell("a,b"))
    path = f"{server.url}/spreadsheets/d/{file.id}/export?format=csv&gid="

    texts = [requests.get(path + tab, headers=HEADERS, timeout=10).text for tab in ("0", "5")]

    assert texts == ["0\r\n1\r\n2", '"a,b"']
