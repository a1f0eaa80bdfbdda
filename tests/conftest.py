"""What every test shares: Hypothesis profiles, one fixed day, and what makes the run fast."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.world import needs
from tests.world.group import CONFIG, ROWS, Commands, Group, Rows

if TYPE_CHECKING:
    from tests.world.smtp_server import MailHost

settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
settings.register_profile(
    "long", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


# Temporary files lie in memory where there is room: a sync waits for the disk a dozen times.
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
"""Bytes that must be free in memory: a full run of the suite takes less than half of them."""
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


# A shell starts what runs in the background with Ctrl-C ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are processors: many tests wait for a server, a disk or another
    program. Those of `make quick`, which are chosen by markers, wait for nothing."""
    return (os.cpu_count() or 1) + (0 if config.option.markexpr else 1)


def pytest_collection_finish() -> None:
    """Keep the collector of garbage away from what lives until the end: modules and tests. It would
    look at all of them again and again, a tenth of the run's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is not here, and hold every test to the markers it has."""
    markers = {mark.name for mark in item.iter_markers()}
    needs.begin(markers)
    for name in sorted(markers & needs.MISSING.keys()):
        if needs.MISSING[name]:
            pytest.skip(needs.MISSING[name])


@pytest.fixture
def today() -> date:
    return date(2026, 11, 2)


@pytest.fixture
def rows() -> Rows:
    """The rows of the `group`'s workbook. A test file that needs others has its own fixture."""
    return ROWS


@pytest.fixture
def config() -> str:
    """The `group`'s config. A test file that needs another has its own fixture."""
    return CONFIG


@pytest.fixture
def before() -> Commands:
    """The commands that the `group` has run before a test begins; here none."""
    return ()


@pytest.fixture
def group(tmp_path: Path, rows: Rows, config: str, before: Commands) -> Group:
    return Group(tmp_path, rows, config, before)


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of the tests' own mail server, in the environment."""
    from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
    from tests.world.smtp_server import PASSWORD

    monkeypatch.setenv(MAIL_PASSWORD, PASSWORD)


@pytest.fixture
def host(tmp_path: Path, password: None) -> Iterator[MailHost]:  # noqa: ARG001 - it is in the environment
    """A real mail server of the test's own."""
    from tests.world.smtp_server import MailHost

    with MailHost(tmp_path) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests have counted (`record_property("told", ...)`), also where they ran in another
    process."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "told" and report.when == "call":
                    terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def docs_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docs as a site, built as strictly as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    config = str(Path(__file__).parents[1] / "mkdocs.yml")
    made = subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--strict", "-f", config, "-d", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def rows_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something hides rows of an online sheet that a write cannot show, such as a slicer."""
    from budgettrack.workbook.google import write

    monkeypatch.setattr(write, "_shown", lambda _: [])
