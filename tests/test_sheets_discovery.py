"""The check of exchanges against Google's description: it takes what the real service answers, and
sees what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sheets_api.discovery import faults
from tests.world.outside import SHARED

RECORDED = SHARED / "sheets-api" / "recorded.jsonl"
ID = "1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


@pytest.mark.slow
@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings of the real service are not here")
def test_the_real_service_answers_as_described() -> None:
    told = []
    for line in RECORDED.read_text("utf-8").splitlines():
        each = json.loads(line)
        # What clients sent that was refused, and parameters of theirs that no document names, are
        # not the service's.
        body = each["request_body"] if each["status"] < 400 else None
        query = [
            (name, value)
            for name, value in each["query"] or []
            if name not in ("supportsAllDrives", "includeItemsFromAllDrives")
        ]
        told += faults(
            each["method"], each["path"], query, body, each["status"], each["response_body"]
        )

    assert told == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"path": f"/v5/spreadsheets/{ID}"}, "no such method"),
        ({"query": [("field", "x")]}, "field: there is no such parameter"),
        ({"query": [("includeGridData", "yes")]}, "yes is neither true nor false"),
        ({"response_body": {"spreadsheetID": ID}}, "'spreadsheetID' was unexpected"),
        ({"response_body": {"sheets": {}}}, "is not of type 'array'"),
        (
            {"response_body": {"sheets": [{"properties": {"sheetType": "GRIDS"}}]}},
            "'GRIDS' is not one of",
        ),
        (
            {"status": 404, "response_body": {"error": {"code": 403, "message": "x"}}},
            "without its code",
        ),
        (
            {
                "method": "POST",
                "path": f"/v4/spreadsheets/{ID}:batchUpdate",
                "request_body": {"request": []},
            },
            "'request'",
        ),
        (
            {
                "method": "POST",
                "path": f"/v4/spreadsheets/{ID}:batchUpdate",
                "request_body": {"requests": [{"addSheet": {"properties": {"titel": "x"}}}]},
            },
            "$.requests[0].addSheet.properties",
        ),
    ],
)
def test_what_is_wrong_is_seen(change: dict[str, Any], said: str) -> None:
    exchange: dict[str, Any] = {
        "method": "GET",
        "path": f"/v4/spreadsheets/{ID}",
        "query": [],
        "request_body": None,
        "status": 200,
        "response_body": {"spreadsheetId": ID},
    }
    assert faults(**exchange) == []

    found = faults(**{**exchange, **change})

    assert any(said in each for each in found), found
