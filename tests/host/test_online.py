"""Groups on Google, over real HTTP: a sheet that nobody shared is asked for, a blank one is laid
out, and the host's own sheet is online, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.host.job import work
from budgettrack.host.run import run
from budgettrack.workbook.layout import HOST_ORDER, TITLES, titles
from tests.sheets_api.drive import File
from tests.sheets_api.server import Server
from tests.world.checked_server import checked_server
from tests.world.hosted import NOW, cells_of, host_in, opened, row

pytestmark = pytest.mark.google_http


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.chdir(tmp_path)
    with checked_server(tmp_path / "credentials.json") as running:
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", running.url)
        yield running


def budgettrack(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def titles_of(file: File) -> list[str]:
    assert file.book is not None
    # The hidden tab of the last write goes with the next sync.
    return [sheet.title for sheet in file.book.sheets if not sheet.title.startswith("~")]


@pytest.mark.slow
def test_a_host_begins_online_and_takes_a_group_in_by_a_row(server: Server) -> None:
    made = budgettrack(
        "init", "--host", "--google", "Our groups", "--credentials", "credentials.json"
    )
    assert made.exit_code == 0, made.output
    assert "Type a row for each group into the tab Groups" in made.output
    (file,) = server.drive.files.values()
    assert titles_of(file) == list(titles(HOST_ORDER))
    assert "[host]" in Path("budgettrack.toml").read_text()


@pytest.mark.slow
def test_a_blank_sheet_is_laid_out_and_one_that_is_not_shared_is_asked_for(
    server: Server, tmp_path: Path
) -> None:
    account = "service-account@example.iam.gserviceaccount.com"
    blank = server.spreadsheet("blank", account)
    closed = server.spreadsheet("closed", "treasurer@example.org")
    config = host_in(
        tmp_path / "host",
        [
            row("GR-1", workbook=link(blank), state="invited", preset="startup"),
            row("GR-2", workbook=link(closed), state="invited"),
        ],
    )
    settings = f'xlsx = "host.xlsx"\ncredentials = "../credentials.json"\naddress = "{server.url}"'
    config.write_text(config.read_text().replace('xlsx = "host.xlsx"', settings))
    with opened(config) as host:
        done = run(host, run_job=lambda order, _: work(order))

    assert done.outcomes["GR-1"].result == "done"
    assert titles_of(blank) == list(TITLES)
    assert done.outcomes["GR-2"].result == "asks"
    assert account in " ".join(done.outcomes["GR-2"].words)
    rows = cells_of(config)
    assert [rows[code]["State"] for code in ("GR-1", "GR-2")] == ["ready", "invited"]
    assert [rows[code]["Share with"] for code in ("GR-1", "GR-2")] == [account, account]

    # The group shares its sheet, and the next run that it does not wait for takes it in.
    editor = {"type": "user", "role": "writer", "emailAddress": account, "id": "7" * 12}
    closed.permissions.append(editor)
    with opened(config, NOW + timedelta(minutes=6)) as host:
        run(host, run_job=lambda order, _: work(order))
    told = cells_of(config)["GR-2"]
    assert (told["State"], told["What to do"]) == ("ready", None)
    assert titles_of(closed) == list(TITLES)


def link(file: File) -> str:
    return f"https://docs.google.com/spreadsheets/d/{file.id}/edit"
