"""The stand-in's charts, slicers, banding, filter views, comments, Tables, tidied cells and changes of
files, each answer held against Google's description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sheets_api.changes import KINDS
from tests.sheets_api.discovery import faults, request_kinds
from tests.sheets_api.drive import File
from tests.sheets_api.server import Call, Server
from tests.sheets_api.spreadsheet import Cell, Sheet

pytestmark = pytest.mark.google_http

Body = dict[str, Any]


@pytest.fixture
def server() -> Iterator[Server]:
    def valid(call: Call) -> None:
        found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
        assert not found, found

    with Server(any_token=True) as running:
        running.check = valid
        yield running


@pytest.fixture
def file(server: Server) -> File:
    return server.spreadsheet()


def first(file: File) -> Sheet:
    assert file.book is not None
    return file.book.sheets[0]


def asked(server: Server, method: str, path: str, **more: Any) -> Body:
    headers = {"Authorization": "Bearer any"}
    answer = requests.request(method, server.url + path, headers=headers, timeout=30, **more)
    return dict(answer.json())


def sent(server: Server, file: File, *made: Body) -> Body:
    path = f"/v4/spreadsheets/{file.id}:batchUpdate"
    return asked(server, "POST", path, json={"requests": list(made)})


def replies(server: Server, file: File, *made: Body) -> list[Body]:
    answer = sent(server, file, *made)
    assert "error" not in answer, answer
    return list(answer["replies"])


def area(top: int, bottom: int, left: int, right: int) -> Body:
    return {
        "sheetId": 0,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def fill(file: File, *rows: list[Any]) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            formula = value if isinstance(value, str) and value.startswith("=") else None
            first(file).put(r, c, Cell(None if formula else value, formula))


def column(file: File, number: int, rows: int) -> list[Any]:
    assert file.book is not None
    file.book.settled()
    return [first(file).cell(row, number).value for row in range(rows)]


def test_every_kind_of_request_is_known() -> None:
    assert KINDS.keys() == request_kinds()
    assert len(KINDS) > 70


def test_no_tables_of_other_services_are_here(server: Server, file: File) -> None:
    """The service wants the scope of BigQuery to add one, and knows none afterwards."""

    def refused(kind: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"{server.url}/v4/spreadsheets/{file.id}:batchUpdate"
        made = {"requests": [{kind: body}]}
        error: dict[str, Any] = requests.post(
            path, json=made, headers={"Authorization": "Bearer any"}, timeout=10
        ).json()
        return dict(error["error"])

    added = refused("addDataSource", {"dataSource": {"spec": {}}})
    assert (added["code"], added["details"][0]["reason"]) == (
        403,
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    )
    for kind, body in (
        ("updateDataSource", {"dataSource": {"dataSourceId": "7"}}),
        ("deleteDataSource", {"dataSourceId": "7"}),
        ("refreshDataSource", {"dataSourceId": "7"}),
        ("cancelDataSourceRefresh", {"dataSourceId": "7"}),
    ):
        error = refused(kind, body)
        assert (error["code"], error["message"]) == (
            400,
            f"Invalid requests[0].{kind}: No data source with id: 7",
        )


def test_a_chart_is_added_moved_and_deleted(server: Server, file: File) -> None:
    position = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 2}}}
    chart = {"spec": {"title": "Spent"}, "position": position}
    (made,) = replies(server, file, {"addChart": {"chart": chart}})
    id_ = made["addChart"]["chart"]["chartId"]
    moved = {"overlayPosition": {"offsetXPixels": 5}}
    where = {"objectId": id_, "newPosition": moved, "fields": "overlayPosition.offsetXPixels"}
    border = {"objectId": id_, "border": {"colorStyle": {"rgbColor": {"red": 1}}}, "fields": "*"}

    told = replies(
        server,
        file,
        {"updateChartSpec": {"chartId": id_, "spec": {"title": "Left"}}},
        {"updateEmbeddedObjectPosition": where},
        {"updateEmbeddedObjectBorder": border},
    )

    assert told[1]["updateEmbeddedObjectPosition"]["position"]["overlayPosition"] == {
        "anchorCell": {"sheetId": 0, "rowIndex": 2},
        "offsetXPixels": 5,
    }
    (shown,) = asked(server, "GET", f"/v4/spreadsheets/{file.id}")["sheets"][0]["charts"]
    assert shown["spec"] == {"title": "Left"}
    replies(server, file, {"deleteEmbeddedObject": {"objectId": id_}})
    assert first(file).charts == []
    assert "error" in sent(server, file, {"deleteEmbeddedObject": {"objectId": id_}})


def test_a_slicer_is_added_and_changed(server: Server, file: File) -> None:
    slicer = {"spec": {"dataRange": area(0, 5, 0, 2), "title": "State"}}
    (made,) = replies(server, file, {"addSlicer": {"slicer": slicer}})
    id_ = made["addSlicer"]["slicer"]["slicerId"]
    spec = {"slicerId": id_, "spec": {"title": "Who"}, "fields": "title"}

    replies(server, file, {"updateSlicerSpec": spec})

    (held,) = first(file).slicers
    assert held["spec"] == {"dataRange": area(0, 5, 0, 2), "title": "Who"}


def test_banding_and_filter_views_are_changed_doubled_and_deleted(
    server: Server, file: File
) -> None:
    made = replies(
        server,
        file,
        {"addBanding": {"bandedRange": {"range": area(0, 4, 0, 2)}}},
        {"addFilterView": {"filter": {"title": "Paid", "range": area(0, 4, 0, 2)}}},
    )
    band = made[0]["addBanding"]["bandedRange"]["bandedRangeId"]
    view = made[1]["addFilterView"]["filter"]["filterViewId"]
    changed = {"bandedRangeId": band, "range": area(0, 9, 0, 2)}

    told = replies(
        server,
        file,
        {"updateBanding": {"bandedRange": changed, "fields": "range"}},
        {
            "updateFilterView": {
                "filter": {"filterViewId": view, "title": "Open"},
                "fields": "title",
            }
        },
        {"duplicateFilterView": {"filterId": view}},
    )

    assert first(file).banded[0]["range"]["endRowIndex"] == 9
    assert told[2]["duplicateFilterView"]["filter"]["title"] == "Copy of Open"
    assert len(first(file).filter_views) == 2
    replies(server, file, {"deleteBanding": {"bandedRangeId": band}})
    assert first(file).banded == []


def test_comments_are_written_answered_and_deleted(server: Server, file: File) -> None:
    comment = {"content": "Why?", "coordinate": {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}}
    (made,) = replies(server, file, {"insertComment": comment})
    thread = made["insertComment"]["commentThread"]
    id_ = thread["commentId"]
    (told,) = replies(
        server, file, {"addCommentReply": {"commentId": id_, "post": {"content": "x"}}}
    )
    post = told["addCommentReply"]["post"]["postId"]

    replies(
        server,
        file,
        {"updateCommentPost": {"commentId": id_, "postId": post, "content": "Because."}},
    )

    assert file.book is not None
    assert file.book.comments[0]["replies"][0]["content"] == "Because."
    replies(server, file, {"deleteCommentReply": {"commentId": id_, "postId": post}})
    assert file.book.comments[0]["replies"] == []
    replies(server, file, {"deleteComment": {"commentId": id_}})
    assert file.book.comments == []


def test_cells_are_tidied(server: Server, file: File) -> None:
    fill(file, ["a", 1], ["A", 2], ["b", 3], ["c,4", None])

    told = replies(
        server,
        file,
        {
            "deleteDuplicates": {
                "range": area(0, 3, 0, 2),
                "comparisonColumns": [
                    {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
                ],
            }
        },
        {"textToColumns": {"source": area(3, 4, 0, 1), "delimiterType": "COMMA"}},
        {"randomizeRange": {"range": area(0, 2, 0, 2)}},
    )

    assert told[0]["deleteDuplicates"]["duplicatesRemovedCount"] == 1
    assert column(file, 0, 4) == ["b", "a", None, "c"]
    assert column(file, 1, 4) == [3, 1, None, 4]


def test_a_series_goes_on_and_formulas_move(server: Server, file: File) -> None:
    fill(file, [1, "=A1*2"], [3, "=A2*2"])

    for left in (0, 1):
        given = {"source": area(0, 2, left, left + 1), "dimension": "ROWS", "fillLength": 2}
        replies(server, file, {"autoFill": {"sourceAndDestination": given}})

    assert column(file, 0, 4) == [1, 3, 5, 7]
    assert column(file, 1, 4) == [2, 6, 10, 14]


def test_a_range_is_filled_from_what_stands_at_its_beginning(server: Server, file: File) -> None:
    fill(file, [1, 2], [3, 4])

    replies(server, file, {"autoFill": {"range": area(0, 4, 0, 2)}})
    replies(server, file, {"autoFill": {"range": area(0, 4, 0, 3)}})

    assert column(file, 0, 4) == [1, 3, 5, 7]
    assert column(file, 1, 4) == [2, 4, 6, 8]
    assert column(file, 2, 4) == [3, 5, 7, 9]


def test_a_series_is_filled_upwards(server: Server, file: File) -> None:
    fill(file, [None], [None], [5], [7])
    given = {"source": area(2, 4, 0, 1), "dimension": "ROWS", "fillLength": -2}

    replies(server, file, {"autoFill": {"sourceAndDestination": given}})

    assert column(file, 0, 4) == [1, 3, 5, 7]


def test_a_table_grows_with_what_is_appended_to_it_and_not_with_what_is_written_below(
    server: Server, file: File
) -> None:
    fill(file, ["ID", "Sum"], ["a", 1])
    table = {"tableId": "9", "range": area(0, 2, 0, 2)}
    rows = [{"values": [{"userEnteredValue": {"stringValue": "b"}}]}]
    given = {"sheetId": 0, "fields": "userEnteredValue", "rows": rows}

    replies(server, file, {"addTable": {"table": table}}, {"appendCells": given})
    below = first(file).tables[0]["range"]["endRowIndex"]
    replies(server, file, {"appendCells": given | {"tableId": "9"}})

    assert below == 2
    assert first(file).tables[0]["range"]["endRowIndex"] == 3
    assert column(file, 0, 4) == ["ID", "a", "b", "b"]
    (shown,) = asked(server, "GET", f"/v4/spreadsheets/{file.id}")["sheets"][0]["tables"]
    assert [one["columnName"] for one in shown["columnProperties"]] == ["ID", "Sum"]
    named = {"tableId": "9", "name": "Ours"}
    replies(server, file, {"updateTable": {"table": named, "fields": "name"}})
    assert first(file).tables[0]["name"] == "Ours"
    replies(server, file, {"deleteTable": {"tableId": "9"}})
    assert first(file).tables == []


def test_changes_of_files_are_told_once_each(server: Server, file: File) -> None:
    start = asked(server, "GET", "/drive/v3/changes/startPageToken")["startPageToken"]
    other = server.spreadsheet("Other")
    replies(server, file, {"addSheet": {}})
    replies(server, file, {"addSheet": {}})
    hidden = server.spreadsheet("Hidden", email="else@example.org")

    told = asked(server, "GET", f"/drive/v3/changes?pageToken={start}")
    after = asked(server, "GET", f"/drive/v3/changes?pageToken={told['newStartPageToken']}")

    assert {change["fileId"] for change in told["changes"]} == {file.id, other.id}
    assert hidden.id not in str(told)
    assert after["changes"] == []
    assert asked(server, "GET", "/drive/v3/changes?pageToken=99")["error"]["code"] == 400
