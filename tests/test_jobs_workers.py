"""The units of a host with workers, run as they will be run: planner and worker under their filter and
protections, as the unit's user, with the mail password as a credential."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.host import DATABASE
from tests.world import confined
from tests.world.grown import GrownHost, grown_server
from tests.world.hosted import cells_of, host_in, plan_rows, row
from tests.world.smtp_server import PASSWORD, USER, MailHost

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.skipif(bool(confined.MISSING), reason=confined.MISSING),
]

PLANNER, WORKER = "budgettrack-plan.service", "budgettrack-worker@.service"


class Units:
    """A host in a folder of the units' user, with the units that `schedule --install` writes for it."""

    def __init__(self, folder: Path, grown: GrownHost, mail: MailHost) -> None:
        self._folder, self._urls = folder, {PLANNER: grown.planner, WORKER: grown.worker}
        self._credential = folder.parent / "mail-password"
        section = (
            f'\n[mail]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "starttls"\n'
            f'user = "{USER}"\nsender = "books@example.org"\nauthorities = "authorities.pem"\n'
        )
        person = {"group": "GR-1", "name": "Partner of GR-1", "audience": "public"}
        self.config = host_in(
            folder,
            [row("GR-1")],
            recipients=[{**person, "address": "partner@example.org"}],
            mail=section,
            plans={"GR-1": plan_rows()},
        )
        (folder / "authorities.pem").write_bytes(mail.authorities.read_bytes())
        self._credential.write_text(PASSWORD)
        self._credential.chmod(0o400)
        given = ["setfacl", "-m", f"u:{confined.USER}:r", str(self._credential)]
        subprocess.run(given, check=True)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, confined.USER, confined.USER)
        words = ["--config", str(self.config), "schedule", "--install", "systemd"]
        written = CliRunner().invoke(
            main, [*words, "--out", str(folder / "jobs")], env={DATABASE: grown.planner}
        )
        assert written.exit_code == 0, written.output

    def begin(self, name: str, options: str = "") -> subprocess.Popen[str]:
        """Begins a unit, as systemd does. `options` is the line WORDS of its environment file."""
        # The tests' folders are not those of a person, whom systemd would hide.
        unit = (self._folder / "jobs" / name).read_text("utf-8")
        unit = unit.replace("ProtectHome=false", "ProtectHome=true")
        said = confined.settings(unit)
        assert said["ReadWritePaths"] == [str(self._folder)]
        (line,) = said["ExecStart"]
        words = [
            part
            for word in line.split()[1:]
            for part in (options.split() if word == "$WORDS" else [word])
        ]
        environment = {DATABASE: self._urls[name], "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        for variable in re.findall(r"(?m)^#Environment=(\w+)=%d/mail-password$", unit):
            environment[variable] = str(self._credential)
        return confined.begin(
            unit,
            [sys.executable, "-m", "budgettrack", *words],
            self._folder,
            self._credential,
            environment=environment,
        )

    def run(self, name: str, options: str = "") -> tuple[int, str, str]:
        return _ended(self.begin(name, options))


def _ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Waits for the end of a process. Returns its exit code, what it printed, and its errors."""
    try:
        printed, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, printed, errors


@pytest.fixture
def grown() -> Iterator[GrownHost]:
    with grown_server() as made:
        made.anew()
        yield made


def _pid_of(*words: bytes) -> int | None:
    """Returns the process of the units' user that has these words side by side in its command."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"\0".join(words) + b"\0" in command and folder.stat().st_uid == confined.USER:
                return int(folder.name)
        except OSError:  # it ended meanwhile
            continue
    return None


def _wait_for(*words: bytes) -> int:
    for _ in range(1200):
        pid = _pid_of(*words)
        if pid is not None:
            return pid
        time.sleep(0.05)
    raise AssertionError(f"no process with {words!r} came")


def test_planner_and_worker_do_a_month_under_their_filter_and_a_stopped_worker_ends_its_job(
    tmp_path: Path, grown: GrownHost
) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    with MailHost(tmp_path) as mail:
        units = Units(folder, grown, mail)
        assert units.run(PLANNER) == (
            0,
            "1 planned, 0 planned again after a failure.\n0 groups done, 0 not, 0 waiting.\n",
            "",
        )
        assert units.run(WORKER, "--slow --once") == (0, "", ""), "no group has failed"
        process = units.begin(WORKER)
        try:
            _wait_for(b"-m", b"budgettrack.host.job")
            # As systemd does with KillMode=mixed: the unit's own process is told, and no job.
            os.kill(_wait_for(b"-m", b"budgettrack", b"host", b"work"), signal.SIGTERM)
        except BaseException:
            process.kill()
            raise
        stopped = _ended(process)
        code, planned, _ = units.run(PLANNER)

        assert stopped == (0, "GR-1: done\n", "")
        assert (code, planned.splitlines()[1]) == (0, "1 group done, 0 not, 0 waiting.")
        assert [each.to for each in mail.taken] == ["partner@example.org"], (
            "the month's mail was sent with the credential's password"
        )
    assert cells_of(units.config)["GR-1"]["State"] == "ready"
    for path in (folder / "groups" / "GR-1", folder / "host.xlsx"):
        there = path.stat()
        assert there.st_uid == confined.USER
        assert stat.S_IMODE(there.st_mode) & 0o077 == 0, path
