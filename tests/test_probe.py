"""`doctor --probe`: asks what our writes rest on, tells where Google differs, and records without
names."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import budgettrack.workbook.google as package
from budgettrack.cli import main
from budgettrack.setup.probe.recording import SOMEBODY, SPREADSHEET, Disguise
from budgettrack.setup.probe.run import EXPECTED, FILE
from budgettrack.setup.probe.steps import steps
from tests.sheets_api.discovery import request_kinds
from tests.sheets_api.drive import File
from tests.sheets_api.errors import ApiError
from tests.sheets_api.expected import made
from tests.sheets_api.replay import Replay, given, scenarios
from tests.sheets_api.server import Server, Trouble
from tests.sheets_api.spreadsheet import (
    HIDDEN_DATA_MISSING,
    PASTE_LEAVES_OUT,
    PASTE_MOVES_UP,
    PASTE_TAKES_NEXT,
    RANGES_IGNORED,
    Cell,
)
from tests.world.checked_server import checked_server

pytestmark = pytest.mark.google_http

KEY = ("--credentials", "key.json")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    with checked_server(tmp_path / "key.json") as running:
        # What is refused on purpose is no request that Google describes.
        running.check = None
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", running.url)
        yield running


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def link(file: File) -> str:
    return f"https://docs.google.com/spreadsheets/d/{file.id}/edit"


def replayed(text: str) -> list[str]:
    """What differs when a recording is played to a stand-in that never saw it, as
    `test_sheets_fidelity` plays all recordings."""
    (exchanges,) = scenarios(text.splitlines()).values()
    with Server(any_token=True) as fresh:
        if blank := given(exchanges):
            fresh.spreadsheet(id_=blank)
        return Replay(fresh.url).play(exchanges).differences


def test_what_is_expected_is_what_the_stand_in_answers() -> None:
    assert made() == EXPECTED.read_bytes(), "run: python -m tests.sheets_api.expected"


def test_a_sheet_is_made_for_it_asked_and_deleted(server: Server) -> None:
    shown = run("doctor", "--probe", "new", *KEY)

    assert shown.exit_code == 0, shown.output
    assert "requests as the tests expect" in shown.output
    assert "It has no ID, address, e-mail or name of yours" in shown.output
    assert server.drive.files == {}
    assert stat.S_IMODE(Path(FILE).stat().st_mode) == 0o600
    assert replayed(Path(FILE).read_text("utf-8")) == []


def test_a_sheet_that_drive_does_not_delete_is_named(server: Server) -> None:
    server.disabled.add("drive.googleapis.com")

    shown = run("doctor", "--probe", "new", *KEY)

    (file,) = server.drive.files.values()
    assert f"Delete the sheet that this made: {link(file)}" in shown.output


def test_a_blank_sheet_in_any_language_will_do(server: Server) -> None:
    file = server.spreadsheet("Feuille de personne")
    assert file.book is not None
    file.book.locale, file.book.time_zone = "fr_FR", "Europe/Paris"
    file.book.sheets[0].title, file.book.sheets[0].id = "Feuille 1", 4711

    shown = run("doctor", "--probe", link(file), *KEY)

    assert shown.exit_code == 0, shown.output
    assert replayed(Path(FILE).read_text("utf-8")) == []
    assert file.id in server.drive.files


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (PASTE_LEAVES_OUT, "rows that a filter hides (10): $.sheets[0].data[0].rowData"),
        (PASTE_MOVES_UP, "rows that a filter hides (10): $.sheets[0].data[0].rowData"),
        (PASTE_TAKES_NEXT, "rows that a filter hides (10): $.sheets[0].data[0].rowData"),
        (HIDDEN_DATA_MISSING, "rows that a filter hides (8): $.sheets[0].data[0].rowData"),
        (RANGES_IGNORED, "a write with its before-image (3): $.updatedSpreadsheet.sheets"),
    ],
)
def test_where_google_differs_is_told_and_recorded(server: Server, fault: str, step: str) -> None:
    file = server.spreadsheet("Blank")
    assert file.book is not None
    file.book.faults = frozenset({fault})

    shown = run("doctor", "--probe", link(file), *KEY)

    assert shown.exit_code == 3
    assert f"differs  {step}" in shown.output
    assert replayed(Path(FILE).read_text("utf-8")) != []


def test_a_config_says_whose_credentials_are_used(server: Server) -> None:
    assert run("init", "--google", "Our plan", *KEY).exit_code == 0
    Path(FILE).unlink(missing_ok=True)

    shown = run("doctor", "--probe", "new")

    assert shown.exit_code == 0, shown.output
    assert [file.book.title for file in server.drive.files.values() if file.book] == ["Our plan"]


def test_what_is_not_blank_is_left_alone(server: Server) -> None:
    file = server.spreadsheet("Ours")
    assert file.book is not None
    file.book.sheets[0].put(3, 3, Cell("mine"))

    shown = run("doctor", "--probe", link(file), *KEY)

    assert shown.exit_code == 1
    assert "That spreadsheet is not blank, and it is left as it is." in shown.output
    assert [sheet.title for sheet in file.book.sheets] == ["Sheet1"]
    assert not Path(FILE).exists()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--probe", "our sheet", *KEY), "our sheet is not the link of a Google spreadsheet."),
        (
            (
                "--probe",
                "https://docs.google.com/spreadsheets/d/1aaaaaaaaaaaaaaaaaaaaaa/edit",
                *KEY,
            ),
            "There is no such spreadsheet",
        ),
        (("--probe", "new"), "budgettrack.toml"),
    ],
)
def test_what_cannot_be_probed_is_told(words: tuple[str, ...], said: str) -> None:
    shown = run("doctor", *words)

    assert shown.exit_code in (1, 2)
    assert said in shown.output
    assert not Path(FILE).exists()


@pytest.mark.usefixtures("server")
def test_a_folder_in_which_nothing_can_be_written_is_told() -> None:
    Path(FILE).mkdir()

    assert "cannot be written" in run("doctor", "--probe", "new", *KEY).output


MARKS = ("Zuzana", "Quimby", "zq-mark", "987654321098", "zq-secret", "Züri", "4711987654")


def test_no_mark_of_a_group_or_a_person_stands_in_a_recording(server: Server) -> None:
    """Names, addresses, numbers and IDs that Google knows of whoever asks."""
    email = "zq-mark@zq-mark-project.iam.gserviceaccount.com"
    Path("key.json").write_text(server.service_account(email), "utf-8")
    file = server.spreadsheet("Zuzana's plan for Züri", email, "zuzana.quimby@zq-mark.org")
    assert file.book is not None
    file.book.sheets[0].title, file.book.sheets[0].id = "Zuzana Quimby", 4711987654
    file.book.faults = frozenset({RANGES_IGNORED})
    words = (
        "Zuzana Quimby (zuzana.quimby@zq-mark.org) must let zq-mark@zq-mark-project.iam."
        "gserviceaccount.com in: https://console.developers.google.com/?project=987654321098 of"
        f" 'project_number:987654321098', {file.id}, zq-secret-0123456789-0123456789."
    )
    server.troubles.append(Trouble(status=400, writes=True, error=ApiError(400, words)))

    shown = run("doctor", "--probe", link(file), *KEY)

    recording = Path(FILE).read_text("utf-8")
    assert shown.exit_code == 3
    for mark in (*MARKS, file.id):
        assert mark.lower() not in recording.lower(), mark
    told = json.loads(recording.splitlines()[1])["response_body"]["error"]["message"]
    assert "must let somebody@example.org in: https://example.org/ of" in told
    assert SOMEBODY in told
    assert SPREADSHEET in told


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Invalid requests[0].addTable: Range A1:C4 is taken.", None),
        ("Quota exceeded for WRITE_REQUESTS of Zoe", "X exceeded for WRITE_REQUESTS of X"),
        ("ROWS", None),
        ("Жанна typed in 表", "X typed in X"),
        ("The cell of ZOE", "The cell of X"),
        ("see https://developers.google.com/workspace/x", None),
        ("see http://intranet.example/zoe", "see https://example.org/"),
        (
            "number 123456789 of id 1AbCdEfGhIjKlMnOpQrStUvWxYz",
            "number 123456789012 of id " + "x" * 25,
        ),
    ],
)
def test_what_a_message_says_is_kept_but_names(text: str, kept: str | None) -> None:
    assert Disguise("1-the-id", []).text(text) == (kept or text)


def test_every_kind_of_request_that_we_write_is_asked() -> None:
    folder = Path(package.__file__).parent
    sources = [path.read_text("utf-8") for path in folder.glob("*.py")]
    written = {
        kind for text in sources for kind in re.findall(r'\{\s*"(\w+)": ', text)
    } & request_kinds()
    asked = {
        kind
        for step in steps()
        if step.body and "requests" in step.body
        for request in step.body["requests"]
        for kind in request
    }

    assert len(written) > 15
    assert written <= asked
