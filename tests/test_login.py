"""`login`: a person signs in on Google's page, in a browser of this machine or of another."""

from __future__ import annotations

import html
import json
import re
import stat
import threading
import urllib.parse
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google import sign_in
from budgettrack.workbook.google.credentials import MAKING, READING, WRITING
from tests.sheets_api.server import Server
from tests.world.checked_server import checked_server

pytestmark = pytest.mark.google_http

FILE = Path("google-sign-in.json")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    # The stand-in has no certificate; oauthlib sends no secret without one otherwise.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with checked_server(tmp_path / "key.json") as running:
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", running.url)
        (tmp_path / "client.json").write_text(running.client(), "utf-8")
        yield running


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


def pressed(address: str, button: str = "allow", tick: Callable[[str], bool] = bool) -> str:
    """What a person does on the page: she ticks boxes and presses a button. The address to which
    her browser is sent."""
    page = requests.get(address, timeout=10)
    assert page.status_code == 200, page.text
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    boxes = re.findall(r'<input type="checkbox" name="scope" value="([^"]*)">', page.text)
    action = re.search(r'action="([^"]*)"', page.text)
    assert action
    form = [(name, html.unescape(value)) for name, value in fields]
    form += [("scope", scope) for scope in boxes if tick(scope)]
    to = urllib.parse.urljoin(address, action[1])
    sent = requests.post(to, data=[*form, ("decision", button)], allow_redirects=False, timeout=10)
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A browser in which a person agrees to all. It keeps the addresses that it opened."""
    opened: list[str] = []

    class Browser(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            del new, autoraise
            opened.append(url)
            threading.Thread(target=lambda: requests.get(pressed(url), timeout=10)).start()
            return True

    monkeypatch.setattr(webbrowser, "_tryorder", ["person"])
    monkeypatch.setitem(webbrowser._browsers, "person", [None, Browser()])  # type: ignore[attr-defined]
    return opened


@pytest.mark.usefixtures("server")
def test_a_person_signs_in_and_has_a_sheet_of_her_own(server: Server, browser: list[str]) -> None:
    signed = run("login", "--client", "client.json")

    assert signed.exit_code == 0, signed.output
    assert "an account that was made for the group" in signed.output
    assert "open the sheets that it makes, and no other file" in signed.output
    assert "budgettrack init --google" in signed.output
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser[0]).query))["scope"] == MAKING
    made = run("init", "--google", "Our plan", "--credentials", str(FILE))
    assert made.exit_code == 0, made.output
    assert 'credentials = "google-sign-in.json"' in Path("budgettrack.toml").read_text("utf-8")
    assert run("sync").exit_code == 0
    assert run("sync", "--dry-run").exit_code == 0
    (file,) = server.drive.files.values()
    assert file.permissions[0]["emailAddress"] == "group@example.org"


def test_a_sheet_that_is_there_already_needs_to_be_asked_for(
    server: Server, browser: list[str]
) -> None:
    link = (
        "https://docs.google.com/spreadsheets/d/"
        + server.spreadsheet(email="group@example.org").id
        + "/edit"
    )
    run("login", "--client", "client.json")

    refused = run("init", "--google", link, "--credentials", str(FILE))
    again = run("login", "--existing")

    assert refused.exit_code == 1
    assert "reaches only the sheets that this program made" in refused.output
    assert "budgettrack login --existing" in refused.output
    assert again.exit_code == 0, again.output
    assert "EVERY sheet of the account" in again.output
    assert len(browser) == 2
    assert json.loads(FILE.read_text("utf-8"))["scopes"] == [WRITING]
    assert run("init", "--google", link, "--credentials", str(FILE)).exit_code == 0
    assert run("sync").exit_code == 0


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("words", [(), ("--existing",)])
def test_a_sign_in_for_its_own_sheets_shows_which_lies_in_the_trash(
    server: Server, words: tuple[str, ...]
) -> None:
    """A sign-in for all sheets may not ask Google Drive anything."""
    run("login", "--client", "client.json", *words)
    assert run("init", "--google", "Our plan", "--credentials", str(FILE)).exit_code == 0
    (file,) = server.drive.files.values()
    file.trashed = True

    shown = run("doctor")

    assert ("lies in the trash of its owner" in shown.output) is (not words)
    assert shown.exit_code == (0 if words else 1)


def test_the_browser_of_another_machine_will_do(server: Server) -> None:
    client = sign_in.client_of(Path("client.json"))

    info = sign_in.by_hand(client, [MAKING], pressed)

    assert info["type"] == "authorized_user"
    assert info["refresh_token"] in server.tokens.consent.refresh


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda address: pressed(address, "deny"), "tick the box on Google's page"),
        (
            lambda address: re.sub("state=[^&]*", "state=other", pressed(address)),
            "copy the whole address",
        ),
        (lambda address: pressed(address).split("?")[0] + "?state=", "copy the whole address"),
        (
            lambda address: re.sub("code=[^&]*", "code=4/0old", pressed(address)),
            "Google did not let you sign in (invalid_grant)",
        ),
    ],
)
@pytest.mark.usefixtures("server")
def test_what_a_person_may_do_instead_is_told(ask: Callable[[str], str], said: str) -> None:
    client = sign_in.client_of(Path("client.json"))

    with pytest.raises(WorkbookError, match=re.escape(said)):
        sign_in.by_hand(client, [MAKING], ask)


@pytest.mark.usefixtures("server")
def test_a_box_that_is_not_ticked_is_told() -> None:
    client = sign_in.client_of(Path("client.json"))

    with pytest.raises(WorkbookError, match="tick the box"):
        sign_in.by_hand(
            client, [MAKING, READING], lambda address: pressed(address, tick=MAKING.__eq__)
        )


@pytest.mark.usefixtures("server")
def test_the_address_is_asked_for_on_the_terminal() -> None:
    shown = run("login", "--client", "client.json", "--no-browser", typed="something else\n")

    assert shown.exit_code == 1
    assert "Open this address in the browser of any machine" in shown.output
    assert "/o/oauth2/auth?" in shown.output
    assert "That is not the address at which the browser ended" in shown.output
    assert not FILE.exists()


@pytest.fixture
def signed_in(server: Server, browser: list[str]) -> Server:
    assert run("login", "--client", "client.json").exit_code == 0
    assert run("init", "--google", "Our plan", "--credentials", str(FILE)).exit_code == 0
    browser.clear()
    return server


def test_a_sign_in_that_was_withdrawn_is_told_and_mended_without_the_client_file(
    signed_in: Server, browser: list[str]
) -> None:
    healthy = run("doctor")
    signed_in.tokens.consent.refresh.clear()
    Path("client.json").unlink()
    refused = run("sync")
    doctor = run("doctor")
    again = run("login")

    assert "credentials: a person's sign-in, for the sheets that it made" in healthy.output
    assert refused.exit_code == 1
    assert "This sign-in has ended" in refused.output
    assert "Sign in again: budgettrack login" in refused.output
    assert "This sign-in has ended" in doctor.output
    assert again.exit_code == 0, again.output
    assert len(browser) == 1
    assert run("sync").exit_code == 0


def test_a_renewed_sign_in_is_kept(signed_in: Server) -> None:
    signed_in.tokens.consent.rotates = True
    before = json.loads(FILE.read_text("utf-8"))

    assert run("sync").exit_code == 0
    assert run("sync").exit_code == 0

    after = json.loads(FILE.read_text("utf-8"))
    assert after["refresh_token"] != before["refresh_token"]
    assert after["refresh_token"] in signed_in.tokens.consent.refresh
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_secret": "not one"}, "knows the client of this sign-in no more"),
        ({"scopes": [WRITING]}, "This sign-in was given for less than is needed."),
    ],
)
def test_other_ends_of_a_sign_in_are_told(
    signed_in: Server, wrong: dict[str, Any], said: str
) -> None:
    del signed_in
    FILE.write_text(json.dumps(json.loads(FILE.read_text("utf-8")) | wrong), "utf-8")

    assert said in run("sync").output


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "The client file here.json cannot be read (No such file or directory)"),
        ("{", "is not the file of a client of the kind Desktop app"),
        ("[]", "is not the file of a client of the kind Desktop app"),
        ('{"web": {"client_id": "x"}}', "is not the file of a client of the kind Desktop app"),
        ('{"installed": {"client_id": "x"}}', "OAuth client ID, Desktop app, Download JSON"),
    ],
)
def test_a_file_that_is_no_client_is_told(content: str | None, said: str) -> None:
    if content is not None:
        Path("here.json").write_text(content, "utf-8")

    shown = run("login", "--client", "here.json")

    assert shown.exit_code == 1
    assert said in shown.output


@pytest.mark.usefixtures("server")
def test_without_a_client_file_the_host_is_named() -> None:
    shown = run("login")

    assert shown.exit_code == 2
    assert "Signing in needs the client file of your group or host" in shown.output


@pytest.mark.usefixtures("server")
def test_a_key_is_never_overwritten() -> None:
    FILE.write_bytes(Path("key.json").read_bytes())
    key = FILE.read_bytes()

    shown = run("login", "--client", "client.json")

    assert shown.exit_code == 1
    assert "holds something else than a sign-in that this program made" in shown.output
    assert FILE.read_bytes() == key


@pytest.mark.usefixtures("server")
def test_a_machine_without_a_browser_and_a_person_who_does_nothing_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webbrowser, "_tryorder", [])
    alone = run("login", "--client", "client.json")

    class Asleep(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            del url, new, autoraise
            return True

    monkeypatch.setattr(webbrowser, "_tryorder", ["asleep"])
    monkeypatch.setitem(webbrowser._browsers, "asleep", [None, Asleep()])  # type: ignore[attr-defined]
    monkeypatch.setattr(sign_in, "PATIENCE", 0.1)
    nobody = run("login", "--client", "client.json")

    assert "This machine has no browser" in alone.output
    assert "Nobody signed in within five minutes" in nobody.output
    assert not FILE.exists()
