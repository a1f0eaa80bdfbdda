"""The foreground that wakes every day: through sleep, clocks that are set, daylight saving, and
signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from budgettrack.monthly.daemon import forever
from tests.world.group import Group


def woken(
    start: datetime, steps: list[timedelta], zone: str, hour: str = "06:00"
) -> list[datetime]:
    """The moments at which it did its job, while the clock goes by these steps; the first is at
    once."""
    found: list[datetime] = []
    stop = threading.Event()
    here = ZoneInfo(zone)
    with time_machine.travel(start, tick=False) as clock:
        left = iter(steps)

        class Stepping(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002
                step = next(left, None)
                if step is None:
                    return True
                clock.shift(step)
                return False

        stop = Stepping()
        forever(lambda: found.append(datetime.now(here)), hour, here, stop=stop)
    return found


MINUTES = timedelta(minutes=10)


def days(found: list[datetime]) -> list[str]:
    return [f"{each:%m-%d %H:%M}" for each in found]


def test_it_does_its_job_at_once_and_then_once_a_day() -> None:
    found = woken(datetime(2026, 2, 26, 12, tzinfo=UTC), [MINUTES] * 6 * 24 * 4, "UTC")
    assert days(found) == [
        "02-26 12:00",
        "02-27 06:00",
        "02-28 06:00",
        "03-01 06:00",
        "03-02 06:00",
    ]


@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        (
            datetime(2026, 3, 27, 20, tzinfo=UTC),
            "Europe/Lisbon",
            ["03-28 02:30", "03-29 02:30", "03-30 02:30"],
        ),
        (
            datetime(2026, 10, 23, 20, tzinfo=UTC),
            "Europe/Lisbon",
            ["10-24 02:30", "10-25 02:30", "10-26 02:30"],
        ),
        (
            datetime(2026, 3, 6, 22, tzinfo=UTC),
            "America/New_York",
            ["03-07 02:30", "03-09 02:30", "03-10 02:30"],
        ),
    ],
)
def test_daylight_saving_loses_no_day(start: datetime, zone: str, expected: list[str]) -> None:
    """Where 02:30 does not exist (New York, 8 March) the library wakes once more than needed: the
    register knows better."""
    found = days(woken(start, [MINUTES] * 6 * 24 * 4, zone, "02:30"))[1:]
    assert [each for each in expected if each in found] == expected
    assert {each[:5] for each in found} >= {each[:5] for each in expected}
    assert len(found) <= 5


def test_a_machine_that_slept_for_three_days_does_it_once_when_it_wakes() -> None:
    steps = [MINUTES] * 6, [timedelta(days=3)], [MINUTES] * 6 * 24
    found = woken(
        datetime(2026, 11, 20, 12, tzinfo=UTC), [each for some in steps for each in some], "UTC"
    )
    assert days(found) == ["11-20 12:00", "11-23 13:00", "11-24 06:00"]


def test_a_clock_that_was_years_ahead_does_not_put_it_to_sleep_for_years() -> None:
    steps = [MINUTES, timedelta(days=-1500), *[MINUTES] * 6 * 24]
    found = woken(datetime(2030, 12, 31, 12, tzinfo=UTC), steps, "UTC")
    assert found[1] - (datetime(2030, 12, 31, 12, tzinfo=UTC) - timedelta(days=1500)) < timedelta(
        hours=1
    )
    assert len(found) == 3


def test_a_clock_set_back_an_hour_changes_nothing() -> None:
    steps = [*[MINUTES] * 6, timedelta(hours=-1), *[MINUTES] * 6 * 24]
    assert days(woken(datetime(2026, 11, 20, 5, 30, tzinfo=UTC), steps, "UTC"))[:2] == [
        "11-20 05:30",
        "11-20 06:00",
    ]


def _wait(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_command_runs_what_is_owed_and_stops_cleanly_on_a_signal(
    tmp_path: Path, sign: signal.Signals
) -> None:
    group = Group(tmp_path)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "budgettrack", "--config", str(group.config), "schedule"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        _wait(lambda: "deliver done" in (tmp_path / "log").read_text())
        process.send_signal(sign)
        assert process.wait(timeout=10) == 0
        assert process.stdout is not None
        process.stdout.close()
    said = (tmp_path / "log").read_text()
    assert said.startswith("Running every day at 06:00, UTC. Stop it with Ctrl-C.\n")
    assert said.endswith("Stopped.\n")
    assert (tmp_path / "reports" / "public" / "index.html").exists()


@pytest.mark.slow
def test_a_day_that_fails_does_not_end_it(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.path.unlink()
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "budgettrack", "--config", str(group.config), "schedule"],
            stdout=log,
            stderr=log,
        )
        _wait(lambda: "sync failed" in (tmp_path / "log").read_text())
        time.sleep(0.3)
        assert process.poll() is None
        process.terminate()
        assert process.wait(timeout=10) == 0
