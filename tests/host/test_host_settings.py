"""Every setting of [host], by what it changes."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from budgettrack.config.host import DATABASE
from budgettrack.config.load import load
from budgettrack.config.settings import keys
from budgettrack.core.base.errors import ConfigError, UsageError
from budgettrack.host import run as running
from budgettrack.host.directory import HostedGroup
from budgettrack.host.group_config import defaults
from budgettrack.host.job import work
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.plan import turn_before
from budgettrack.host.quota import Quota
from tests.world.hosted import NOW, cells_of, host_in, opened, plan_rows, row

LINK = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef/edit"
CASES = {
    "groups",
    "share_with",
    "accounts",
    "account_groups",
    "seconds",
    "at_once",
    "reads",
    "metrics",
    "project_reads",
    "hours",
    "database",
}


def test_every_setting_has_its_case() -> None:
    assert set(keys("host")) == CASES


def test_groups_names_the_folder_of_their_folders(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], settings='groups = "elsewhere"')
    with opened(config) as host:
        running.run(host, run_job=lambda order, _: work(order))

    assert (tmp_path / "elsewhere" / "GR-1" / "register.sqlite").is_file()
    assert not (tmp_path / "groups").exists()


def test_share_with_is_the_address_that_the_tab_shows(tmp_path: Path) -> None:
    config = host_in(
        tmp_path, [row("GR-1", workbook=LINK)], settings='share_with = "books@example.org"'
    )
    with opened(config) as host:
        running.run(host, run_job=lambda _, __: JobOutcome("asks", ("Share it.",)))

    assert cells_of(config)["GR-1"]["Share with"] == "books@example.org"


def test_seconds_bounds_each_job(tmp_path: Path) -> None:
    bounds: list[int] = []

    def kept(_: JobOrder, seconds: int) -> JobOutcome:
        bounds.append(seconds)
        return JobOutcome("done")

    config = host_in(tmp_path, [row("GR-1")], settings="seconds = 77", plans={"GR-1": plan_rows()})
    with opened(config) as host:
        running.run(host, run_job=kept)

    assert bounds == [77]


def test_at_once_lets_so_many_jobs_run_together(tmp_path: Path) -> None:
    meeting = threading.Barrier(3)

    def waits(_: JobOrder, __: int) -> JobOutcome:
        # It breaks if the third job does not begin while two others run.
        meeting.wait(timeout=20)
        return JobOutcome("done")

    codes = ("GR-1", "GR-2", "GR-3")
    config = host_in(tmp_path, [row(code) for code in codes], settings="at_once = 3")
    with opened(config) as host:
        done = running.run(host, run_job=waits)

    assert [outcome.result for outcome in done.outcomes.values()] == ["done"] * 3


def test_reads_bounds_the_sheets_in_a_minute_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, waited = [0.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(running, "Quota", lambda: Quota(lambda: now[0], sleep))
    online = [row(f"GR-{number}", workbook=LINK) for number in range(1, 6)]
    local = [row(f"GR-{number}") for number in range(6, 12)]
    config = host_in(tmp_path, [*online, *local], settings="reads = 2")
    with opened(config) as host:
        running.run(host, run_job=lambda _, __: JobOutcome("done"))

    assert waited == [60, 60]


def test_metrics_names_the_file_for_a_monitor(tmp_path: Path) -> None:
    config = host_in(tmp_path, [], settings='metrics = "to/watch.prom"')
    with opened(config) as host:
        running.run(host)

    assert 'budgettrack_groups{state="ready"} 0' in (tmp_path / "to" / "watch.prom").read_text()


def test_project_reads_bounds_all_accounts_of_a_project_together(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"client_email": "a@example.org", "project_id": "books"}')
    config = host_in(tmp_path, [], settings="reads = 40\nproject_reads = 90")
    text = config.read_text()
    link = f'google = "{LINK}"\ncredentials = "key.json"'
    config.write_text(text.replace('xlsx = "host.xlsx"', link))

    made = load(config)
    assert made.host is not None
    group = HostedGroup("GR-1", {"workbook": LINK, "share_with": "A@example.org"})
    places = running.quota_places(group, defaults(made), made.host)
    assert places == {"account a@example.org": 40, "project books": 90}
    file = HostedGroup("GR-2", {"workbook": "plan.xlsx"})
    assert running.quota_places(file, defaults(made), made.host) == {}


def test_hours_says_how_often_workers_sync_a_group(tmp_path: Path) -> None:
    settings = load(host_in(tmp_path, [], settings="hours = 6")).host
    assert settings is not None
    turns = {turn_before("GR-1", NOW + timedelta(hours=hour), settings.hours) for hour in range(48)}

    assert len(turns) in (8, 9)


def test_database_makes_a_host_with_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [], settings='database = "postgresql://db.example.org/groups"')
    with opened(config) as host, pytest.raises(UsageError, match="This host has workers"):
        running.run(host)
    monkeypatch.setenv(DATABASE, "postgresql://planner@db.example.org/groups")
    settings = load(config).host
    assert settings is not None
    assert settings.database == "postgresql://planner@db.example.org/groups"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("seconds = 9", "seconds"),
        ("at_once = 0", "at_once"),
        ("reads = 0", "reads"),
        ("project_reads = 0", "project_reads"),
        ("account_groups = 0", "account_groups"),
        ("hours = 0", "hours"),
        ("x = 1", "x"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(tmp_path: Path, settings: str, told: str) -> None:
    config = host_in(tmp_path, [], settings=settings)

    with pytest.raises(ConfigError, match=rf"line \d+, host\.{told}"):
        opened(config)
