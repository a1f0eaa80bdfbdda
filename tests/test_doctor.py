"""`doctor`: each thing that can stand in the way, in words, over real HTTP; and that nothing secret
is ever shown."""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.setup.doctor import places
from budgettrack.setup.doctor.sending import sent
from budgettrack.workbook.google import errors
from budgettrack.workbook.google.errors import ErrorAnswer
from tests.sheets_api.server import Server, Trouble
from tests.sheets_api.spreadsheet import Cell, Sheet
from tests.world.partners import Sending
from tests.world.places import GooglePlace, XlsxPlace
from tests.world.small_plan import small_plan
from tests.world.smtp_server import MailHost

pytestmark = pytest.mark.google_http

EMAIL = "service-account@example.iam.gserviceaccount.com"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GooglePlace:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    made = GooglePlace(tmp_path, server)
    small_plan(made)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def doctor(problem: str) -> str:
    """What doctor says; it must name the problem, and say nothing of what comes after it."""
    result = run("doctor")
    assert result.exit_code == 1, result.output
    wrong = [line for line in result.output.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1, result.output
    assert problem in wrong[0]
    return result.output


def config(folder: Path, old: str, new: str) -> None:
    path = folder / "budgettrack.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_all_is_well(place: GooglePlace, tmp_path: Path) -> None:
    result = run("doctor")

    about = [line.split(":")[0].split("  ", 1) for line in result.output.splitlines()]
    assert list(dict.fromkeys(what.strip() for _, what in about)) == [
        "config",
        "credentials",
        "workbook",
        "writing",
        "tabs and headings",
        "register",
        "key",
        "reports",
        "trial",
    ]
    assert {state for state, what in about if what.strip() != "tabs and headings"} == {"ok"}
    assert "'Expenses'" not in result.output
    assert "There is no tab Work-plan. Add the tab, or give it back its name" in result.output
    assert EMAIL in result.output
    assert not (tmp_path / "register.sqlite").exists()
    assert place.file.book is not None
    assert [each.title for each in place.file.book.sheets] == ["Grants", "Budget", "Expenses"]


def test_a_new_group_has_nothing_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx")

    result = run("doctor")

    assert result.exit_code == 0, result.output
    assert "look" not in result.output


def test_a_sheet_in_the_trash_is_said_although_it_can_still_be_used(place: GooglePlace) -> None:
    place.file.trashed = True

    said = run("doctor")
    assert said.exit_code == 1
    assert (
        "WRONG  trash: The sheet lies in the trash of its owner. Google deletes it for good 30 days"
        " after it was put there. Let its owner open https://drive.google.com/drive/trash and"
        " restore it." in said.output
    )
    assert "ok     writing" in said.output
    assert '"sheet-in-trash"' in run("doctor", "--json").output
    place.server.disabled.add("drive.googleapis.com")
    assert "WRONG  trash" not in run("doctor").output, "nobody knows"


def test_a_tab_that_is_closed_to_the_program_is_said_before_anything_is_written(
    place: GooglePlace,
) -> None:
    """A protected tab, hidden or not, and parts of it. What only warns people stops nobody."""

    def tab() -> Sheet:
        assert place.file.book is not None
        return place.file.book.sheets[1]

    ends = {"endRowIndex": 9, "startColumnIndex": 1, "endColumnIndex": 3}
    for area, words in (
        ({}, "every cell"),
        ({"startRowIndex": 4, **ends}, "B5:C9"),
        ({"startColumnIndex": 1, "endColumnIndex": 2}, "B:B"),
        ({"startColumnIndex": 1, "endColumnIndex": 2, "startRowIndex": 1}, "B:B from row 2 on"),
        ({"endRowIndex": 1}, "rows 1 to 1"),
        ({"startRowIndex": 1}, "all rows from 2 on"),
        ({"startColumnIndex": 2}, "all columns from C on"),
        ({"startColumnIndex": 2, "endRowIndex": 3}, "all columns from C on in rows 1 to 3"),
    ):
        budget = tab()
        rule = {"protectedRangeId": 5, "range": {"sheetId": budget.id, **area}}
        budget.protected[:] = [rule | {"editors": {"users": ["treasurer@example.org"]}}]
        budget.properties["hidden"] = True
        said = run("doctor")
        assert (
            f"look   protections: 'Budget': This program may not edit {words} of the tab, because a"
            " protection does not let it. A sync that has to write there is refused as a whole. In"
            f" Data > Protect sheets and ranges, let {EMAIL} edit that range." in said.output
        )
    tab().protected[0]["warningOnly"] = True
    assert "protections" not in run("doctor").output


def test_a_link_to_a_tab_that_is_gone_is_said(place: GooglePlace, tmp_path: Path) -> None:
    assert place.file.book is not None
    there = place.file.book.sheets[0].id
    link = f"https://docs.google.com/spreadsheets/d/{place.file.id}/edit"
    path = tmp_path / "budgettrack.toml"
    was = re.search(r'google = ".*"', path.read_text("utf-8"))
    assert was is not None
    config(tmp_path, was[0], f'google = "{link}?gid=77#gid=77"')

    said = run("doctor")
    assert (
        "look   link: The link in the config leads to a tab that the spreadsheet does not have"
        " (gid=77). So it may be the link of another sheet, such as an older copy. Open the sheet"
        " in which the group works, and copy its link from the browser." in said.output
    )
    assert '"link-of-another-tab"' in run("doctor", "--json").output
    config(tmp_path, "?gid=77#gid=77", f"#gid={there}")
    assert "  link:" not in run("doctor").output


@pytest.mark.usefixtures("place")
def test_no_config(tmp_path: Path) -> None:
    (tmp_path / "budgettrack.toml").unlink()
    result = run("doctor")

    assert result.exit_code == 1
    assert "There is no budgettrack.toml in this folder or in a folder above it." in result.output


@pytest.mark.usefixtures("place")
def test_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(tmp_path, 'credentials = "key.json"\n', "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")

    doctor("There are no credentials for Google. Name the service account's key file in the config")


@pytest.mark.usefixtures("place")
def test_the_environment_names_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(tmp_path, 'credentials = "key.json"\n', "")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))

    doctor("gone.json, which does not exist. Correct it")


def test_the_environments_key_serves(
    place: GooglePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(tmp_path, 'credentials = "key.json"\n', "")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(place.key))

    assert "ok     workbook" in run("doctor").output


def test_a_workload_identity_serves(place: GooglePlace, tmp_path: Path) -> None:
    """A machine elsewhere, whose own provider vouches for it: a file without any key."""
    place.server.tokens.subjects["a-token-of-the-provider"] = EMAIL
    (tmp_path / "subject").write_text("a-token-of-the-provider", "utf-8")
    provider = "projects/1/locations/global/workloadIdentityPools/p/providers/x"
    identity = {
        "type": "external_account",
        "audience": f"//iam.googleapis.com/{provider}",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": place.server.token_url,
        "credential_source": {"file": str(tmp_path / "subject")},
    }
    place.key.write_text(json.dumps(identity), "utf-8")

    assert "ok     writing" in run("doctor").output
    assert run("sync").exit_code in (0, 3)


def test_a_missing_key_file(place: GooglePlace) -> None:
    place.key.unlink()

    doctor("key.json does not exist. Put the service account's key there")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"type": "service_account"}',
        '{"type": "something"}',
        '{"type": "external_account"}',
    ],
)
def test_an_unreadable_key(place: GooglePlace, content: str) -> None:
    place.key.write_text(content, "utf-8")

    doctor("key.json is not a key that Google made. Download it again")


def test_a_mangled_private_key(place: GooglePlace) -> None:
    key = json.loads(place.key.read_text("utf-8"))
    key["private_key"] = "-----BEGIN PRIVATE KEY-----\nMARKED-SECRET\n-----END PRIVATE KEY-----\n"
    place.key.write_text(json.dumps(key), "utf-8")

    assert "MARKED-SECRET" not in doctor("key.json is not a key that Google made")


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems say who may read a file")
def test_a_key_that_others_may_read(place: GooglePlace) -> None:
    place.key.chmod(0o640)

    said = doctor(
        "may be read by others on this machine, who could then open the sheet. Run: chmod 600"
    )

    assert "make a new key and delete this one" in said


def test_a_clock_that_is_off(place: GooglePlace) -> None:
    place.server.clock = lambda: __import__("time").time() + 7_200

    doctor("this machine's clock is wrong. Set its date and time")


def test_a_key_that_was_deleted(place: GooglePlace) -> None:
    place.server.tokens.accounts[EMAIL].certificates.clear()

    doctor("the key: it was deleted or replaced. Make a new key")


def test_the_api_is_not_enabled(place: GooglePlace) -> None:
    place.server.disabled.add("sheets.googleapis.com")

    doctor("The Google Sheets API is not switched on for the project of these credentials.")


def test_the_sheet_is_not_shared(place: GooglePlace) -> None:
    place.file.permissions = place.file.permissions[:1]

    doctor(f"Open it, press Share, and add this address as Editor: {EMAIL}")


@pytest.mark.usefixtures("place")
def test_a_wrong_link(tmp_path: Path, place: GooglePlace) -> None:
    config(tmp_path, place.file.id, "1" + "x" * 43)

    doctor("There is no such spreadsheet: the link in the config is wrong, or it was deleted.")


def test_a_sheet_that_may_only_be_viewed(place: GooglePlace) -> None:
    place.file.permissions = [{**each, "role": "reader"} for each in place.file.permissions]

    result = run("doctor")

    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if "writing" in line]
    assert lines == [
        "WRONG  writing: The workbook cannot be used. The sheet is not shared with this program, or only to be viewed. If it was shared before, its owner may have moved it to another account or folder, which ends the sharing. Open it,"
        f" press Share, and add this address as Editor: {EMAIL}"
    ]


def test_a_quota_that_is_used_up(place: GooglePlace) -> None:
    place.server.troubles.extend([Trouble(status=429)] * 50)

    doctor("Google takes no more requests from this account this minute")


def test_the_network_is_away(place: GooglePlace, tmp_path: Path) -> None:
    config(tmp_path, place.server.url, "http://127.0.0.1:9")

    doctor("127.0.0.1 cannot be reached. Check the network of this machine")


def test_a_proxy_that_is_in_the_way(place: GooglePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.key.exists()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://someone:MARKED-SECRET@127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")

    said = doctor(
        "The proxy 127.0.0.1:9 does not let this program through to 127.0.0.1. Correct HTTPS_PROXY"
    )

    assert "MARKED-SECRET" not in said


def test_a_column_that_names_people_is_told(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        sheet = book.titled("Expenses")
        assert sheet is not None
        sheet.put(0, 15, Cell("Payee"))

    output = run("doctor").output

    assert "look   names of people: 'Expenses'!P1: The column Payee names people." in output
    assert '"people-named"' in run("doctor", "--json").output


def test_a_register_of_another_workbook(place: GooglePlace, tmp_path: Path) -> None:
    run("sync")
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as register:
        names = [
            row[0]
            for row in register.execute("select name from sqlite_master where type = 'table'")
        ]
    assert names
    other = GooglePlace(tmp_path, place.server)
    small_plan(other)

    result = run("doctor")

    assert "WRONG  register: " in result.output
    assert "is not the workbook that this register knows" in result.output


def test_what_killed_runs_left_is_said_and_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small_plan(XlsxPlace(tmp_path))
    run("sync")
    (tmp_path / "reports" / "private").mkdir(parents=True)
    names = (
        ".plan.0123456789abcdef.tmp",
        ".register.sqlite.abc.new",
        ".register.sqlite.abc.new-journal",
        ".abc.part",
        "reports/private/.abc.part",
    )
    for name in names:
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "reports" / ".new.part").write_text("a run is at work on it")
    (tmp_path / ".plans.0123456789abcdef.tmp").write_text("of another workbook")

    said = run("doctor").output
    cleaned = run("doctor", "--clean")

    assert (
        said.count(
            "is a leftover of a run that was killed. Delete all such files: budgettrack doctor --clean"
        )
        == 5
    )
    assert sorted(cleaned.stderr.splitlines()) == sorted(
        f"Deleted: {tmp_path / name}" for name in names
    )
    assert not [name for name in names if (tmp_path / name).exists()]
    assert "leftovers" not in run("doctor").output
    assert (tmp_path / "reports" / ".new.part").exists()
    assert (tmp_path / ".plans.0123456789abcdef.tmp").exists()


@pytest.mark.parametrize(("needed", "number"), [("ROOM", 10**20), ("RUNS", 10**17)])
def test_a_disk_that_is_nearly_full_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needed: str, number: int
) -> None:
    """The needed room, at all or for the largest file, is set above what any disk has, instead of a
    disk that is filled."""
    monkeypatch.chdir(tmp_path)
    small_plan(XlsxPlace(tmp_path))
    monkeypatch.setattr(places, needed, number)

    assert f"look   disk: The disk under {tmp_path} has only " in run("doctor").output


def test_a_month_that_was_not_run_is_said(tmp_path: Path, host: MailHost) -> None:
    """A job that stopped: the months of spring were run, and nothing since."""
    (tmp_path / "group").mkdir()
    sending = Sending(tmp_path / "group", host)
    sending.month(date(2026, 3, 2), send=False)

    with sending.opened(date(2026, 9, 3)) as group:
        found = [finding for examined in sent(group) for finding in examined.findings]
    with sending.opened(date(2026, 4, 1)) as group:
        in_time = [finding.code for examined in sent(group) for finding in examined.findings]

    assert [str(finding) for finding in found if finding.code.startswith("month-")] == [
        f"months  warning  month-missed  {month} was not run, and is too long ago to be caught up."
        f" Run it by its name: budgettrack monthly --month {month}"
        for month in ("2026-03", "2026-04", "2026-05")
    ] + [
        f"months  warning  month-not-run  {month} is due since {due} and was not run. See that the job runs"
        " (crontab -l, systemctl list-timers), or run it: budgettrack monthly"
        for month, due in (
            ("2026-06", "2026-07-01"),
            ("2026-07", "2026-08-01"),
            ("2026-08", "2026-09-01"),
        )
    ]
    assert "month-not-run" not in in_time


def test_an_identifier_of_no_published_register_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small_plan(XlsxPlace(tmp_path))
    with (tmp_path / "budgettrack.toml").open("a", encoding="utf-8") as config_file:
        config_file.write(
            '[open_data]\ncountry = "PT"\nsectors = { "13040" = 100 }\n'
            '[open_data.reporter]\nname = "Host"\nref = "PT-NIPC-500000000"\n'
            '[open_data.group]\nref = "PT-NIPPC-500000001"\n'
        )

    said = run("doctor").output

    assert (
        "look   identifiers: PT-NIPC-500000000, the identifier of Host, has no prefix of the published list of"
        " registers. Look for the register on https://org-id.guide, and write its prefix and the number there."
    ) in said
    assert "PT-NIPPC-500000001" not in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ErrorAnswer(413, "too large"), "it is too large"),
        (
            ErrorAnswer(400, "x", "invalidSharingRequest"),
            "cannot share the sheet with one of these addresses",
        ),
        (
            ErrorAnswer(400, "maximum of 50000 characters in a single cell"),
            "A text is too long for a cell",
        ),
        (ErrorAnswer(400, "something new"), "Google refuses this write: something new"),
        (ErrorAnswer(403, "", "storageQuotaExceeded"), "has no room for files of its own"),
        (ErrorAnswer(403, "", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "given for less than is needed"),
        (ErrorAnswer(401, ""), "access was withdrawn"),
        (ErrorAnswer(500, ""), "error 500"),
    ],
)
def test_each_answer_has_its_words(answer: ErrorAnswer, said: str) -> None:
    assert said in str(errors.answered(answer, EMAIL))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("SSLError(CERTIFICATE_VERIFY_FAILED)", "its certificate is not accepted"),
        ("ReadTimeout()", "did not answer in time"),
        ("NameResolutionError", "cannot be reached"),
    ],
)
def test_each_failure_of_the_network_has_its_words(error: str, said: str) -> None:
    assert said in str(errors.unreachable(RuntimeError(error), "sheets.googleapis.com"))


# ---- nothing secret is shown


@pytest.mark.slow
def test_no_secret_is_ever_shown(
    place: GooglePlace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything secret is marked, everything that can go wrong goes wrong, and all that is said is
    searched."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:MARKED-PASSWORD@127.0.0.1:9")
    key = json.loads(place.key.read_text("utf-8"))
    secrets = [
        key["private_key"],
        key["private_key"].splitlines()[5],
        key["private_key_id"],
        "MARKED-PASSWORD",
    ]
    said: list[str] = []

    def go(*words: str) -> None:
        result = run(*words)
        said.append(result.output + (result.stderr or "") + repr(result.exception))
        said.extend(repr(each) for each in _chain(result.exception))

    deeds: list[Callable[[], object]] = [
        lambda: None,
        lambda: place.server.troubles.extend([Trouble(status=503, html=True)] * 3),
        lambda: place.server.troubles.extend([Trouble(cut=True)] * 20),
        place.server.tokens.issued.clear,
        lambda: place.server.disabled.add("sheets.googleapis.com"),
        place.server.tokens.accounts[EMAIL].certificates.clear,
        lambda: place.key.write_text(place.key.read_text("utf-8")[:-300], "utf-8"),
    ]
    for deed in deeds:
        deed()
        for words in (
            ["doctor"],
            ["sync"],
            ["sync", "--dry-run"],
            ["checks", "--json"],
            ["status", "--json"],
        ):
            go(*words)
        secrets += list(place.server.tokens.issued)
        place.server.troubles.clear()

    everything = "\n".join(said) + caplog.text
    assert len(said) > 30
    assert secrets
    assert not [secret for secret in secrets if secret in everything]
    assert "eyJ" not in everything, "a signed assertion"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
