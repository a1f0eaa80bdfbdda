"""Sheets that nobody changed are not read again on the same day, but for whom somebody waits is
always synced: on the stand-in for Google, which tells changes late, or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from budgettrack.config.host import DATABASE
from budgettrack.host.job import work
from budgettrack.host.jobs import JobOutcome
from budgettrack.host.plan import HostPlan, plan
from budgettrack.host.quiet import FILE, SheetsWatch, watch_in
from budgettrack.host.run import HostRun, run, summed_up
from budgettrack.host.work import HostWorker
from tests.sheets_api import errors
from tests.sheets_api.drive import File
from tests.sheets_api.server import Server, Trouble
from tests.world.checked_server import checked_server
from tests.world.grown import GrownHost
from tests.world.hosted import cells_of, host_in, opened, row

pytestmark = [pytest.mark.google_http, pytest.mark.slow]

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
ACCOUNT = "service-account@example.iam.gserviceaccount.com"


@dataclass
class Host:
    """A host with one group and an online sheet. `hour`: how many hours after nine it is."""

    server: Server
    config: Path
    file: File
    minutes: float = 0.0
    said: list[str] = field(default_factory=list)

    def run(self, minutes: float, *, send: bool = False, only: tuple[str, ...] = ()) -> HostRun:
        """Runs the host so many minutes later."""
        self.minutes += minutes
        started = time.time()
        self.server.drive.clock = lambda: started + 60 * self.minutes
        with opened(self.config, NINE + timedelta(minutes=self.minutes)) as host:
            done = run(host, send=send, only=only, run_job=lambda order, _: work(order))
        self.said = [*summed_up(done)]
        return done

    def reads(self, minutes: float, send: bool = False) -> bool:
        """Whether the sheet of the group is read so many minutes later."""
        before = len(self.server.calls)
        self.run(minutes, send=send)
        return any(
            f"spreadsheets/{self.file.id}" in call.path for call in self.server.calls[before:]
        )

    def edit(self) -> None:
        """Somebody types into the sheet now."""
        with self.server.person(self.file) as book:
            sheet = book.sheets[0]
            sheet.put(40, 1, sheet.cell(0, 0))
        moment = self.server.drive.clock()
        self.server.drive.happened[-1] = (self.file.id, moment)


def online_host(folder: Path, server: Server, zone: str) -> Host:
    """Makes a host with a group whose sheet is laid out, whose month is run, and which is at
    rest."""
    file = server.spreadsheet("plan", ACCOUNT)
    link = f"https://docs.google.com/spreadsheets/d/{file.id}/edit"
    config = host_in(folder / "host", [row("GR-1", workbook=link, time_zone=zone)])
    online = f'[workbook]\naddress = "{server.url}"\ncredentials = "../credentials.json"'
    config.write_text(config.read_text().replace("[workbook]", online))
    made = Host(server, config, file)
    assert [made.reads(minutes) for minutes in (0, 60, 60)] == [True, True, True]
    return made


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Server]:
    with checked_server(tmp_path / "credentials.json") as running:
        yield running


@pytest.fixture
def host(tmp_path: Path, google: Server) -> Host:
    return online_host(tmp_path, google, "UTC")


def test_a_sheet_that_nobody_changed_is_read_once_a_day(host: Host) -> None:
    assert [host.reads(60) for _ in range(4)] == [False] * 4
    assert host.said == [
        "0 groups done, 0 not, 0 waiting.",
        "1 sheet not read again: unchanged since the last sync.",
    ]
    assert cells_of(host.config)["GR-1"]["State"] == "ready"
    # A new day begins.
    assert host.reads(12 * 60)
    assert not host.reads(60)


def test_one_question_is_asked_for_all_sheets_and_no_name_is_told(host: Host) -> None:
    before = len(host.server.calls)
    assert not host.reads(60)
    asked = [call for call in host.server.calls[before:] if call.path != "/token"]

    assert [call.path for call in asked] == ["/drive/v3/changes"]
    assert "name" not in str(asked[0].answer)


def test_a_change_is_read_although_it_is_told_late(host: Host) -> None:
    assert not host.reads(60)
    host.server.drive.lag = 10 * 60
    host.edit()
    assert not host.reads(5)
    assert host.reads(6)
    host.server.drive.lag = 0
    assert not host.reads(60)


def test_a_change_that_is_never_told_is_read_on_the_next_day(host: Host) -> None:
    host.server.drive.untold.add(host.file.id)
    host.edit()
    assert not host.reads(60)
    assert host.reads(13 * 60)


def test_a_page_token_that_is_not_known_any_more_makes_a_new_beginning(host: Host) -> None:
    assert not host.reads(60)
    host.server.drive.forgotten = len(host.server.drive.happened) + 5
    host.server.drive.happened += [("1other", 0.0)] * 9
    host.edit()
    assert host.reads(60)
    assert not host.reads(60)


def test_many_changes_come_on_many_pages(host: Host) -> None:
    host.edit()
    host.server.drive.happened += [(f"1other{n}", 0.0) for n in range(2500)]
    before = len(host.server.calls)
    assert host.reads(60)
    pages = [call for call in host.server.calls[before:] if call.path == "/drive/v3/changes"]
    assert len(pages) == 3


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (
            Trouble(error=errors.not_enabled("drive.googleapis.com", "Google Drive API")),
            "is not switched on",
        ),
        (Trouble(error=errors.too_narrow()), "Google"),
        (Trouble(instead="<html>"), "Google Drive gave an answer in an unexpected form."),
    ],
)
def test_if_google_refuses_the_answer_everything_is_read(
    host: Host, trouble: Trouble, told: str
) -> None:
    assert not host.reads(60)
    host.server.troubles.append(trouble)
    assert host.reads(60)
    assert host.said[-1].startswith("Nobody knows which sheets changed, so all are read. ")
    assert told in host.said[-1]
    assert not host.reads(60)


def test_a_group_for_which_somebody_waits_is_read(host: Host) -> None:
    assert not host.reads(60)
    # Somebody asks for it.
    assert host.run(5, only=("GR-1",)).outcomes["GR-1"].result == "done"
    assert host.run(5).put_off == ["GR-1"]
    # Mails are sent from now on.
    assert host.run(5, send=True).put_off == []
    assert host.run(5, send=True).put_off == ["GR-1"]
    assert host.run(5).put_off == ["GR-1"]
    # Its own settings were changed.
    own = host.config.parent / "groups" / "GR-1" / "settings.toml"
    own.write_text("[monthly]\ngrace = 9\n")
    assert host.run(5).put_off == []
    assert host.run(5).put_off == ["GR-1"]


def test_a_group_whose_month_may_be_owed_is_always_read(host: Host) -> None:
    """The month of the group is known to be finished for October only."""
    kept = watch_in(host.config.parent / "groups")
    with opened(host.config, NINE + timedelta(days=30, minutes=host.minutes)) as opened_host:
        moment = opened_host.now()
        kept.note("GR-1", JobOutcome("done"), moment, send=False)
        kept.keep(host.config.parent / "groups")
        done = run(
            opened_host, run_job=lambda _, __: JobOutcome("done", (), "2026-12-02", "2026-10")
        )
        again = run(
            opened_host, run_job=lambda _, __: JobOutcome("done", (), "2026-12-02", "2026-11")
        )
        last = run(opened_host, run_job=lambda _, __: JobOutcome("done"))
    assert (done.put_off, again.put_off, last.put_off) == ([], [], ["GR-1"])


def test_a_group_that_needs_somebody_is_always_read(host: Host) -> None:
    with opened(host.config, NINE + timedelta(hours=3)) as opened_host:
        run(
            opened_host,
            only=["GR-1"],
            run_job=lambda _, __: JobOutcome("done", ("Look.",), "2026-11-02", "2026-10"),
        )
    assert host.run(70).put_off == []
    assert host.run(5).put_off == ["GR-1"]


def test_what_is_known_may_be_lost(host: Host) -> None:
    assert not host.reads(60)
    (host.config.parent / "groups" / FILE).write_text('{"tokens": {"a": 3}}')
    assert watch_in(host.config.parent / "groups") == SheetsWatch()
    assert host.reads(60)
    assert not host.reads(60)


def test_a_server_without_drive_is_told_and_everything_is_read(host: Host) -> None:
    (host.config.parent / "groups" / FILE).unlink()
    host.server.troubles.append(Trouble(error=errors.not_found()))
    assert host.reads(60)
    assert host.said[-1] == (
        "Nobody knows which sheets changed, so all are read. Google Drive does not tell which sheets"
        " were changed: there is nothing at its address. If address under [workbook] names a server,"
        " it must answer for Drive too."
    )


@pytest.mark.postgres
def test_the_planner_puts_off_what_nobody_changed(
    tmp_path: Path, google: Server, server: GrownHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registers of the host move into the database; then its workers read the sheet, and the
    planner asks about changes."""
    server.anew()
    # It is early morning in the group's time zone, so no new day begins meanwhile.
    ahead = (6 - datetime.now(UTC).hour + 12) % 24 - 12
    host = online_host(tmp_path, google, f"Etc/GMT{-ahead:+d}")

    def planned(hours: float, *only: str) -> HostPlan:
        monkeypatch.setenv(DATABASE, server.planner)
        with opened(host.config, datetime.now(UTC) + timedelta(hours=hours)) as planning:
            return plan(planning, only=only)

    def worked() -> None:
        monkeypatch.setenv(DATABASE, server.worker)
        with opened(host.config, datetime.now(UTC)) as working:
            HostWorker(working).work(stay=False)
        # The outcome was told so long ago that its job began after the first question.
        server.asked(
            "UPDATE network.outcomes SET at = at + interval '20 minutes' WHERE NOT is_read"
        )

    host.server.drive.clock = time.time
    assert planned(0).quick == ["GR-1"]
    worked()
    assert planned(0.5).quick == []
    assert planned(2).run.put_off == ["GR-1"]
    assert planned(2, "GR-1").quick == ["GR-1"]
    worked()
    host.edit()
    changed = planned(3)
    assert (changed.quick, changed.run.put_off) == (["GR-1"], [])


def test_a_sheet_that_nobody_changed_is_read_if_the_host_says_something_new(host: Host) -> None:
    assert not host.reads(10)
    # The host paid something by now: the answer in the group's folder is no more what it says.
    answer = host.config.parent / "groups/GR-1/answer.json"
    answer.write_text('{"host": "Delta Partners"}')
    assert host.reads(10)
