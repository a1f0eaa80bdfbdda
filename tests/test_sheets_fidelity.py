"""How true the stand-in for Google is: held against recordings of the real service, and driven by
gspread's own client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import gspread
import gspread.urls
import pytest
import requests
from google.oauth2.service_account import Credentials

from tests.sheets_api.discovery import faults
from tests.sheets_api.replay import Replay, given, scenarios
from tests.sheets_api.server import DRIVE, SHEETS, Call, Server
from tests.world.outside import SHARED

pytestmark = pytest.mark.google_http

RECORDED = SHARED / "sheets-api" / "recorded.jsonl"
ERRORS = SHARED / "sheets-api" / "errors.jsonl"
CONTRADICTORY: dict[str, str] = {}
"""Scenarios that cannot be replayed, with the reason."""
OF_OTHERS = {
    "ClientTest.test_access_private_spreadsheet": "1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"
}
"""Spreadsheets that a scenario opens and somebody else had made before; they are not shared with
its account."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(any_token=True) as running:
        running.check = _valid
        yield running


def _valid(call: Call) -> None:
    """Every answer must be what Google's own description of its services allows (gspread's requests
    are not always)."""
    found = faults(call.method, call.path, call.query, None, call.status, call.answer)
    assert not [each for each in found if " query " not in each], found


@pytest.mark.slow
@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings of the real service are not here")
def test_recorded_scenarios_replay_to_the_same_answers(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    files = [RECORDED, *sorted(RECORDED.parent.glob("budgettrack-probe*.jsonl"))]
    found = scenarios(line for file in files for line in file.read_text("utf-8").splitlines())
    agreed = total = 0
    differences = []
    for name, exchanges in found.items():
        if name in CONTRADICTORY:
            continue
        if name in OF_OTHERS:
            file = server.drive.new("somebody@example.org", "Private")
            server.drive.files[OF_OTHERS[name]] = file
        if blank := given(exchanges):
            server.spreadsheet(id_=blank)
        replay = Replay(server.url).play(exchanges)
        agreed, total = agreed + replay.agreed, total + len(exchanges)
        differences += replay.differences
    record_property(
        "told", f"recorded exchanges of the real service that agree: {agreed} of {total}"
    )
    assert not differences


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings of the real service are not here")
def test_a_wrong_answer_is_seen(server: Server) -> None:
    exchanges = scenarios(RECORDED.read_text("utf-8").splitlines())["CellTest.test_a1_value"]
    exchanges[1]["response_body"]["properties"]["locale"] = "fr_FR"

    assert Replay(server.url).play(exchanges).differences == [
        'CellTest.test_a1_value 1: $.properties.locale is "en_US", not "fr_FR"'
    ]


@pytest.mark.skipif(not ERRORS.exists(), reason="the recordings of the real service are not here")
def test_errors_have_the_bodies_of_the_real_ones() -> None:
    from tests.sheets_api import errors

    by_status = {
        (each["status"], each["endpoint"]): each
        for each in map(json.loads, ERRORS.read_text("utf-8").splitlines())
    }
    real = {key: each["response_body"] for key, each in by_status.items()}

    assert errors.unauthenticated().body() == real[401, "drive.files.create"]
    assert errors.forbidden().body() == real[403, "spreadsheets.get"]
    assert errors.not_found().body() == real[404, "values.get"]
    wanted = real[404, "drive.files.get"]
    name = wanted["error"]["message"].removeprefix("File not found: ").removesuffix(".")
    assert errors.file_not_found(name).body() == wanted
    assert errors.quota("Write").body() == real[429, "values.clear"]


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> gspread.Client:
    """gspread's own client, unmodified but for the address."""
    server.any_token = False
    info = json.loads(server.service_account())
    for name in dir(gspread.urls):
        address = getattr(gspread.urls, name)
        if isinstance(address, str) and address.startswith("https://"):
            for old in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                address = address.replace(old, server.url)
            for module in (gspread.urls, gspread.http_client, gspread.client, gspread.spreadsheet):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, address)
    credentials = Credentials.from_service_account_info(info, scopes=[SHEETS, DRIVE])  # type: ignore[no-untyped-call]
    return gspread.Client(auth=credentials)


def test_gspread_works_on_it(client: gspread.Client) -> None:
    book = client.create("Harbour Peers")
    book.share("treasurer@example.org", perm_type="user", role="writer", notify=False)
    sheet = book.sheet1
    sheet.update([["ID", "Date", "Amount"], ["E-1", "2026-01-05", "1,200.50"]], "A1", raw=False)
    sheet.append_row(
        ["E-2", "2026-02-01", "12%"], value_input_option=gspread.utils.ValueInputOption.user_entered
    )
    sheet.update_acell("D2", "=C2*2")
    sheet.insert_row(["E-0", "", 7], 2)
    sheet.format("A1:C1", {"textFormat": {"bold": True}})
    sheet.insert_note("A1", "the lasting name of a row")
    sheet.freeze(rows=1)
    sheet.sort((3, "des"), range="A2:D4")
    other = book.add_worksheet("Budget", 10, 5)
    sheet.copy_range("A1:C2", "A8")
    sheet.hide_columns(4, 5)
    sheet.add_rows(5)
    sheet.delete_rows(9)
    book.batch_update(
        {"requests": [{"findReplace": {"find": "E-0", "replacement": "E-9", "allSheets": True}}]}
    )

    assert sheet.get_all_values()[:4] == [
        ["ID", "Date", "Amount", ""],
        ["E-1", "2026-01-05", "1,200.50", "2,401.00"],
        ["E-9", "", "7.00", ""],
        ["E-2", "2026-02-01", "12%", ""],
    ]
    assert sheet.get("B2:C4", value_render_option=gspread.utils.ValueRenderOption.unformatted) == [
        [46027, 1200.5],
        ["", 7],
        [46054, 0.12],
    ]
    assert (
        sheet.acell("D2", value_render_option=gspread.utils.ValueRenderOption.formula).value
        == "=C2*2"
    )
    assert sheet.get_note("A1") == "the lasting name of a row"
    found = sheet.find("E-9")
    assert found is not None
    assert found.row == 3
    assert [each.title for each in book.worksheets()] == ["Sheet1", "Budget"]
    assert other.row_count == 10
    assert sheet.frozen_row_count == 1
    assert {each["role"] for each in book.list_permissions()} == {"owner", "writer"}
    copy = client.copy(book.id, "A copy")
    assert copy.sheet1.acell("A1").value == "ID"
    client.del_spreadsheet(copy.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key(copy.id)
    assert [each["name"] for each in client.list_spreadsheet_files()] == ["Harbour Peers"]


def test_a_failed_batch_leaves_nothing_behind(client: gspread.Client) -> None:
    book = client.create("Plan")
    cells = {"start": {"sheetId": 0}, "fields": "userEnteredValue"}
    rows = [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}]
    body = {"requests": [{"updateCells": {**cells, "rows": rows}}, {"deleteSheet": {"sheetId": 5}}]}

    with pytest.raises(
        gspread.exceptions.APIError,
        match=r"Invalid requests\[1\]\.deleteSheet: No sheet with id: 5",
    ):
        book.batch_update(body)

    assert book.sheet1.get_all_values() == [[]]


@pytest.mark.slow
def test_it_starts_by_itself_and_stops_on_a_signal() -> None:
    command = [sys.executable, "-m", "tests.sheets_api", "--port", "0", "--any-token"]
    root = Path(__file__).parent.parent
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ}
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        headers = {"Authorization": "Bearer whatever"}
        body = {"name": "Plan", "mimeType": "application/vnd.google-apps.spreadsheet"}
        made = requests.post(
            f"{address}/drive/v3/files", json=body, headers=headers, timeout=10
        ).json()
        found = requests.get(
            f"{address}/v4/spreadsheets/{made['id']}", headers=headers, timeout=10
        ).json()
        assert found["properties"]["title"] == "Plan"
        assert (
            requests.get(f"{address}/v4/spreadsheets/{made['id']}", timeout=10).status_code == 401
        )
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        if process.stdout:
            process.stdout.close()
