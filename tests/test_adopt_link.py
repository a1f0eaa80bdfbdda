"""`adopt LINK`: an online sheet that people have is read as a file is, and nothing is written into
it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from tests.sheets_api.drive import File
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Sheet
from tests.sheets_api.values import put
from tests.world.checked_server import checked_server

pytestmark = pytest.mark.google_http

ON = ("--on", "2026-03-01")
KEY = ("--credentials", "credentials.json")
Tab = list[list[Any]]
CASH: Tab = [
    ["Date", "Text", "In", "Out"],
    ["05/01/2026", "Dues", 200, None],
    ["17/01/2026", "Stamps", None, 8.5],
    ["Total", None, "=SUM(C2:C3)", "=SUM(D2:D3)"],
]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    with checked_server(tmp_path / "credentials.json") as running:
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", running.url)
        yield running


def online(server: Server, tabs: Mapping[str, Tab], **more: Any) -> File:
    """A sheet in which somebody typed these tabs. Its locale is that of a group in London."""
    file = server.spreadsheet("Our money", **more)
    with server.person(file) as book:
        book.locale = "en_GB"
        book.sheets.clear()
        for number, (title, rows) in enumerate(tabs.items()):
            sheet = Sheet(number, title, 60, 10)
            book.sheets.append(sheet)
            put(book, sheet, 0, 0, rows, "USER_ENTERED")
    return file


def link(file: File) -> str:
    return f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=sharing#gid=0"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def config() -> dict[str, Any]:
    return tomllib.loads(Path("budgettrack.toml").read_text("utf-8"))


def test_the_id_alone_is_taken_for_the_link(server: Server) -> None:
    file = online(server, {"Cash": CASH})

    done = run("adopt", file.id, *KEY, "--yes", *ON)

    assert done.exit_code == 0, done.output
    assert config()["workbook"]["google"] == link(file).partition("?")[0]


def test_a_cash_book_behind_a_link_is_adopted_and_synced(server: Server) -> None:
    file = online(server, {"Cash": CASH})

    done = run("adopt", link(file), *KEY, "--yes", *ON)

    assert done.exit_code == 0, done.output
    assert config()["workbook"] == {
        "google": f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
        "credentials": "credentials.json",
        "address": server.url,
        "locale": "en_GB",
        "start": config()["workbook"]["start"],
        "end": config()["workbook"]["end"],
    }
    synced = run("sync", *ON)
    assert synced.exit_code == 0, synced.output
    assert "Cash of no grant: 191.50 EUR held" in run("status", *ON).stdout


def test_it_only_reads(server: Server) -> None:
    file = online(server, {"Cash": CASH})

    run("adopt", link(file), *KEY, "--yes", *ON)

    asked = [call for call in server.calls if call.path != "/token"]
    assert [call.method for call in asked] == ["GET"]
    scopes = {scope for token in server.tokens.issued.values() for scope in token.scopes}
    assert scopes == {"https://www.googleapis.com/auth/spreadsheets.readonly"}


def test_a_total_that_differs_online_is_told_with_its_cell(server: Server) -> None:
    rows: Tab = [["Item", "Amount"], ["Pens", 10], ["Cups", 20], ["Total", 31]]
    file = online(server, {"Plan 2026": rows})

    done = run("adopt", link(file), *KEY, "--yes", *ON)

    assert done.exit_code == 1
    assert "Plan 2026!B4: This total is 31, but its rows sum to 30." in done.stderr
    assert not Path("budgettrack.toml").exists()


def test_names_of_people_stay_online(server: Server) -> None:
    rows: Tab = [["Date", "Item", "Amount"], ["05/01/2026", "Bus", 5], ["Total", None, 5]]
    file = online(server, {"Xaviera": rows, "Zebedee": rows})

    done = run("adopt", link(file), *KEY, "--yes", "--json", *ON)

    assert done.exit_code == 0, done.output
    written = Path("budgettrack.toml").read_text("utf-8")
    for text in (done.output, written):
        assert "xaviera" not in text.lower()
        assert "zebedee" not in text.lower()
    assert config()["tables"]["expenses"]["tabs"] == ["#1", "#2"]


def test_run_again_it_compares_the_sheet_with_the_config(server: Server) -> None:
    file = online(server, {"Cash": CASH})
    run("adopt", link(file), *KEY, "--yes", *ON)

    # The config knows the key file.
    assert "The sheet is as the config says." in run("adopt", link(file), *ON).stdout

    with server.person(file) as book:
        put(book, book.sheets[0], 0, 1, [["What"]], "USER_ENTERED")
    done = run("adopt", link(file), *ON)
    assert 'expenses.headings: the config says { description = "Text"' in done.stdout


def test_another_sheet_needs_a_folder_of_its_own(server: Server) -> None:
    run("adopt", link(online(server, {"Cash": CASH})), *KEY, "--yes", *ON)

    other = run("adopt", link(online(server, {"Cash": CASH})), *KEY, "--yes", *ON)

    assert other.exit_code == 2
    assert "is of another workbook" in other.stderr


def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it(server: Server) -> None:
    file = online(server, {"Cash": CASH}, email="treasurer@example.org")

    done = run("adopt", link(file), *KEY, "--yes", *ON)

    assert done.exit_code == 1
    assert "service-account@example.iam.gserviceaccount.com" in done.stderr
    assert not Path("budgettrack.toml").exists()


@pytest.mark.parametrize(
    "other",
    [
        "https://docs.google.com/document/d/1J1rRmcJ-p8sDmShZ8LVRUobT3yGMW2SxWCenD8gKO66/edit",
        "https://docs.google.com/forms/d/e/1FAIpQLSd8sDmShZ8LVRUobT3yGMW2SxWCenD/viewform",
    ],
)
def test_the_link_of_something_else_is_refused_in_words(server: Server, other: str) -> None:
    done = run("adopt", other, *KEY, "--yes", *ON)

    assert done.exit_code == 2
    assert (
        f"{other} is not the link of a Google Sheet. Open the sheet, and copy the address that the"
        " browser shows: https://docs.google.com/spreadsheets/d/..." in done.stderr
    )
    assert not server.calls


def test_a_link_to_a_tab_that_is_not_there_is_refused(server: Server) -> None:
    file = online(server, {"Cash": CASH})
    bare = link(file).split("#")[0]

    done = run("adopt", f"{bare}#gid=4711", *KEY, "--yes", *ON)

    assert done.exit_code == 2
    assert "The link leads to a tab that the spreadsheet does not have (gid=4711)" in done.stderr
    assert not Path("budgettrack.toml").exists()
    assert run("adopt", f"{bare}#gid=0", *KEY, "--yes", *ON).exit_code != 2


def test_without_a_key_file_it_says_how_to_name_one(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")

    done = run("adopt", link(online(server, {"Cash": CASH})), "--yes", *ON)

    assert done.exit_code == 1
    assert "There are no credentials for Google." in done.stderr
    assert "or to init and adopt: --credentials credentials.json." in done.stderr


def test_what_is_read_of_a_link_is_what_is_read_of_a_file(server: Server, tmp_path: Path) -> None:
    import openpyxl

    rows: Tab = [["Category", "Item", "Jan", "Feb", "Total"], ["Staff", "Cook", 5, 6, 11]]
    rows += [[None, "Driver", 1, None, 1], ["Total", None, 6, 6, 12]]
    made = openpyxl.Workbook()
    made.worksheets[0].title = "Budget 2026"
    for row in rows:
        made.worksheets[0].append(row)
    made.save(tmp_path / "b.xlsx")
    file = online(server, {"Budget 2026": rows})

    of_link, of_file = (
        json.loads(run("adopt", target, "--yes", "--dry-run", "--json", *ON, *more).stdout)
        for target, more in ((link(file), KEY), (str(tmp_path / "b.xlsx"), ()))
    )

    assert of_link == of_file
    assert of_link[0] == {"what": "table", "place": "Budget 2026", "name": "budget", "value": "12"}


def test_a_currency_in_a_format_and_a_line_through_a_row_are_seen_online(server: Server) -> None:
    file = online(server, {"Cash": CASH})
    yuan = {"numberFormat": {"type": "CURRENCY", "pattern": "[$\u00a5-804]#,##0.00"}}
    struck = {"textFormat": {"strikethrough": True}}
    with server.person(file) as book:
        sheet = book.sheets[0]
        for row, column, look in ((1, 2, yuan), (2, 3, struck)):
            sheet.put(row, column, sheet.cell(row, column).but(format=look))

    done = run("adopt", link(file), *KEY, "--yes", "--dry-run", *ON)

    assert "This row is struck through, and it is counted." in done.output
    assert "CNY" in done.output


def test_a_code_online_has_the_zeros_that_its_format_shows(server: Server) -> None:
    file = online(server, {"Budget": [["Code", "Item", "Amount"], [7, "Pens", 10], [8, "Ink", 5]]})
    padded = {"numberFormat": {"type": "NUMBER", "pattern": "000"}}
    with server.person(file) as book:
        sheet = book.sheets[0]
        for row in (1, 2):
            sheet.put(row, 0, sheet.cell(row, 0).but(format=padded))

    assert run("adopt", link(file), *KEY, "--yes", *ON).exit_code == 0
    assert run("sync", *ON).exit_code == 0
    lines = json.loads(run("variance", "--json", "--on", "2027-01-05").stdout)
    assert sorted(line["line"] for line in lines) == ["007", "008"]
