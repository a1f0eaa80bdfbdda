"""What other clients of Google Sheets send, and the stand-in answers as the real service does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sheets_api.drive import File
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell

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
    ],
)
def test_requests_of_a_wrong_form_are_refused(
    server: Server, file: File, made: Any, said: str
) -> None:
    status, answer = batch(server, file, made)

    assert (status, answer["error"]["message"]) == (400, said)


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
