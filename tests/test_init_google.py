"""`init --google`: a sheet that a treasurer can begin in at once, of our own or in a blank one of
hers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.workbook.layout import TITLES
from tests.sheets_api.drive import File
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell, Sheet
from tests.world.checked_server import checked_server

pytestmark = pytest.mark.google_http

KEY = ("--credentials", "credentials.json")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    with checked_server(tmp_path / "credentials.json") as running:
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", running.url)
        yield running


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def made(server: Server) -> File:
    return next(iter(server.drive.files.values()))


def sheet(file: File, title: str) -> Sheet:
    assert file.book is not None
    found = file.book.titled(title)
    assert found is not None
    return found


def column(found: Sheet, heading: str) -> int:
    return next(at for at, cell in found.rows[0].items() if cell.value == heading)


@pytest.mark.slow
def test_a_new_sheet_is_ready_to_type_in(server: Server) -> None:
    result = run(
        "init",
        "--google",
        "Our plan",
        "--share",
        "treasurer@example.org",
        *KEY,
        "--preset",
        "startup",
    )

    assert result.exit_code == 0, result.output
    file = made(server)
    assert file.book is not None
    assert [each.title for each in file.book.sheets] == list(TITLES)
    assert sheet(file, "Start here").cell(0, 1).value == "Work-plan and budget"
    expenses = sheet(file, "Expenses")
    assert expenses.grid["frozenRowCount"] == 1
    amount = column(expenses, "Amount")
    assert (
        expenses.cell(0, amount).note.startswith("What was paid")
        or len(expenses.cell(0, amount).note) > 20
    )
    assert expenses.cell(5, amount).format["numberFormat"]["pattern"] == "#,##0.00"
    assert expenses.cell(5, column(expenses, "Date")).format["numberFormat"]["type"] == "DATE"
    state: Any = expenses.cell(5, column(expenses, "State")).rule
    assert [each["userEnteredValue"] for each in state["condition"]["values"]] == [
        "committed",
        "paid",
        "refunded",
    ]
    line: Any = expenses.cell(5, column(expenses, "Budget line")).rule
    assert line["condition"]["type"] == "ONE_OF_RANGE"
    assert all(each["warningOnly"] for tab in file.book.sheets for each in tab.protected)
    assert {tab.title for tab in file.book.sheets if tab.protected} >= {
        "Summary",
        "Checks",
        "Expenses",
        "Budget",
    }
    assert [
        bool(sheet(file, tab).conditional) for tab in ("Work-plan", "Deadlines", "Summary")
    ] == [True] * 3
    assert [each.get("emailAddress") for each in file.permissions] == [
        "service-account@example.iam.gserviceaccount.com",
        "treasurer@example.org",
    ]
    assert f"https://docs.google.com/spreadsheets/d/{file.id}/edit" in result.output
    assert "Shared it with treasurer@example.org as editor." in result.output


@pytest.mark.slow
def test_it_syncs_at_once_and_a_second_time_does_nothing(server: Server) -> None:
    run("init", "--google", "Our plan", *KEY, "--preset", "peer-support")

    first, made_then = run("sync"), len(server.calls)
    second = run("sync")

    assert first.exit_code == 0, first.output
    assert "0 rows taken from the workbook, 0 rows written into it" in second.output
    assert [call.method for call in server.calls[made_then:] if call.path != "/token"] == [
        "GET",
        "POST",
    ], "it deletes the hidden tabs of the first"


@pytest.mark.slow
def test_only_the_scope_that_it_takes(server: Server) -> None:
    run("init", "--google", "Our plan", *KEY)
    making = {
        scope.rpartition("/")[2]
        for token in server.tokens.issued.values()
        for scope in token.scopes
    }
    server.tokens.issued.clear()
    run("sync", "--dry-run")
    reading = {
        scope.rpartition("/")[2]
        for token in server.tokens.issued.values()
        for scope in token.scopes
    }
    server.tokens.issued.clear()
    run("sync")
    writing = {
        scope.rpartition("/")[2]
        for token in server.tokens.issued.values()
        for scope in token.scopes
    }

    assert (making, reading, writing) == (
        {"drive.file"},
        {"spreadsheets.readonly"},
        {"spreadsheets"},
    )


@pytest.mark.slow
def test_a_blank_sheet_of_ones_own_is_laid_out(server: Server) -> None:
    blank = server.spreadsheet("Ours")

    result = run(
        "init", "--google", f"https://docs.google.com/spreadsheets/d/{blank.id}/edit#gid=0", *KEY
    )

    assert result.exit_code == 0, result.output
    assert blank.book is not None
    assert [each.title for each in blank.book.sheets] == list(TITLES)
    assert run("doctor").exit_code == 0


@pytest.mark.slow
def test_language_makes_the_sheets_locale(server: Server) -> None:
    run("init", "--google", "Plano", "--language", "pt_PT", *KEY)

    file = made(server)
    assert file.book is not None
    assert file.book.locale == "pt_PT"
    assert 'language = "pt_PT"' in Path("budgettrack.toml").read_text("utf-8")
    assert run("sync").exit_code == 0


def test_what_stands_in_a_sheet_already_is_left_alone(server: Server) -> None:
    file = server.spreadsheet("Ours")
    assert file.book is not None
    file.book.sheets[0].put(3, 3, Cell("mine"))

    result = run("init", "--google", f"https://docs.google.com/spreadsheets/d/{file.id}/edit", *KEY)

    assert result.exit_code == 1
    assert "Something stands in that spreadsheet already, and it is left as it is." in result.output
    assert not Path("budgettrack.toml").exists()


def test_a_service_account_without_room(server: Server) -> None:
    server.drive.room = False
    server.check = None

    result = run("init", "--google", "Our plan", *KEY)

    assert result.exit_code == 1
    assert "This account has no room for files of its own" in result.output
    assert "Make an empty spreadsheet yourself" in result.output


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_an_address_that_is_none() -> None:
    result = run("init", "--google", "Our plan", "--share", "the treasurer", *KEY)

    assert result.exit_code == 1
    assert "Google cannot share the sheet with one of these addresses." in result.output


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say where: --xlsx plan.xlsx for a file, or --google TITLE for an online sheet."),
        (("--xlsx", "a.xlsx", "--google", "b"), "Say where"),
        (("--google", "https://example.org/x"), "is not the link of a Google spreadsheet"),
        (("--google", "x", "--with", "shoes"), "There is no optional column shoes."),
        (
            (
                "--google",
                "https://docs.google.com/spreadsheets/d/1aaaaaaaaaaaaaaaaaaaaaa/edit",
                "--share",
                "a@example.org",
            ),
            "--share is for a new spreadsheet.",
        ),
    ],
)
def test_a_wrong_question_is_answered_with_the_right_one(words: tuple[str, ...], said: str) -> None:
    result = run("init", *words, *KEY)

    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.slow
def test_a_config_that_is_there_is_left_as_it_is(server: Server) -> None:
    Path("budgettrack.toml").write_text("# ours\n", "utf-8")

    result = run("init", "--google", "Our plan", *KEY)

    assert "is there already: set google = " in result.output
    assert Path("budgettrack.toml").read_text("utf-8") == "# ours\n"
    assert made(server)


@pytest.mark.slow
def test_a_sheet_of_an_older_version_gets_the_tab_that_it_lacks(server: Server) -> None:
    run("init", "--google", "Our plan", *KEY)
    book = made(server).book
    assert book is not None
    book.sheets = [tab for tab in book.sheets if tab.title != "Agreements"]
    first = run("sync")
    assert (first.exit_code, "budgettrack init --add-tabs" in first.stderr) == (0, True)

    added = run("init", "--add-tabs")

    assert added.stdout.splitlines()[0] == "Added the tab Agreements.", added.output
    tab = sheet(made(server), "Agreements")
    assert tab.rows[0][column(tab, "Other party")].value == "Other party"
    assert not [each for each in tab.protected if "Agreements" in each.get("description", "")]
    assert "--add-tabs" not in run("sync").output


@pytest.mark.slow
def test_a_sheet_of_an_older_version_gets_the_columns_that_it_lacks(server: Server) -> None:
    run("init", "--google", "Our plan", *KEY)
    deadlines = sheet(made(server), "Deadlines")
    last = column(deadlines, "Repeats until")
    for row in deadlines.rows:
        row.pop(last, None)
        row.pop(last - 1, None)
    assert deadlines.rows[0][last - 2].value
    first = run("sync")
    assert "New in this version: Repeats (Deadlines), Repeats until (Deadlines)." in " ".join(
        first.stderr.split()
    )

    added = run("init", "--add-tabs")

    assert added.stdout.splitlines() == [
        "Added the column Repeats to the tab Deadlines.",
        "Added the column Repeats until to the tab Deadlines.",
        "Then run: budgettrack sync",
    ]
    assert "--add-tabs" not in run("sync").output
    # A new column is read from then on.
    deadlines = sheet(made(server), "Deadlines")
    for heading, text in (("What", "Visit"), ("Due", "2026-12-01"), ("Repeats", "month")):
        deadlines.rows[1][column(deadlines, heading)] = Cell(text)
    run("sync")
    assert "month" in run("history", "D-1").stdout


@pytest.mark.slow
def test_a_month_that_is_set_at_the_prompt_gets_its_column_in_an_online_sheet(
    server: Server,
) -> None:
    """The sheet is no wider than its columns, so it grows by one."""
    run("init", "--google", "Our plan", *KEY)
    tab = sheet(made(server), "Indicators")
    for heading, text in (("Indicator", "Kits"), ("Unit", "kits"), ("Target", "9")):
        tab.rows[1][column(tab, heading)] = Cell(text)
    run("sync")

    run("indicators", "set", "N-1", "2026-07=8")
    run("sync")

    at = column(sheet(made(server), "Indicators"), "2026-07")
    assert sheet(made(server), "Indicators").rows[1][at].value == 8
    assert run("sync", "--dry-run").stdout == "Nothing to do: workbook and register agree.\n"


ACCOUNT = "service-account@example.iam.gserviceaccount.com"


def folder_link(folder: File) -> str:
    return f"https://drive.google.com/drive/folders/{folder.id}?usp=sharing"


@pytest.mark.parametrize("shared", [False, True])
def test_a_new_sheet_lies_in_the_folder_that_is_named(server: Server, shared: bool) -> None:
    folder = server.drive.folder(ACCOUNT, shared=shared)
    # A service account has no room of its own; a shared drive has.
    server.drive.room = not shared

    shown = run("init", "--google", "Our plan", "--folder", folder_link(folder), *KEY)

    assert shown.exit_code == 0, shown.output
    file = next(file for file in server.drive.files.values() if file.book)
    assert file.parents == [folder.id]
    assert bool(file.shared_drive) is shared
    assert run("sync").exit_code == 0


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("reader", "This account may not make files in that folder."),
        ("", "There is no such folder for this program."),
    ],
)
def test_a_folder_in_which_nothing_may_be_made(server: Server, role: str, said: str) -> None:
    folder = server.drive.folder(ACCOUNT if role else "else@example.org", role or "writer")

    shown = run("init", "--google", "Our plan", "--folder", folder_link(folder), *KEY)

    assert shown.exit_code == 1
    assert said in shown.output
    assert ACCOUNT in shown.output
    assert "Content manager" in shown.output


def test_a_person_moves_the_sheet_by_hand(server: Server) -> None:
    folder = server.drive.folder("group@example.org", "writer")
    person = {"type": "authorized_user", "client_id": "c", "client_secret": "s"}
    Path("person.json").write_text(json.dumps(person | {"refresh_token": "t"}), "utf-8")
    Path("person.json").chmod(0o600)
    words = ("--folder", folder_link(folder), "--credentials", "person.json")

    shown = run("init", "--google", "Our plan", *words)

    assert shown.exit_code == 1
    assert "Leave --folder out, then move the sheet in the browser" in shown.output


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("target", "link", "said"),
    [
        ("Our plan", "https://example.org/x", "is not the link of a folder"),
        (
            "https://docs.google.com/spreadsheets/d/1aaaaaaaaaaaaaaaaaaaaaa/edit",
            "https://drive.google.com/drive/folders/0AbcdefghijkLmn",
            "--folder is for a new spreadsheet.",
        ),
    ],
)
def test_a_folder_that_is_none_or_comes_too_late(target: str, link: str, said: str) -> None:
    shown = run("init", "--google", target, "--folder", link, *KEY)

    assert shown.exit_code == 2
    assert said in shown.output
