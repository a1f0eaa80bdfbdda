"""Four workers that are killed, stopped and continued, whose server is restarted and whose network
is cut, over groups with a slow mail server: each mail goes at most once, and every owed month is
done or told. `make soak` does it with 300 groups."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg2
import pytest

from budgettrack.config.host import DATABASE
from budgettrack.config.load import load
from budgettrack.core.base.errors import TrackError
from budgettrack.group import open_group
from budgettrack.host.patience import FILE
from budgettrack.host.plan import plan
from tests.world.grown import GrownHost, grown_server
from tests.world.hosted import TODAY, cells_of, host_in, plan_rows, row
from tests.world.smtp_server import PASSWORD, USER, MailHost

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

# Not GROUPS: bash has a variable of its own of that name, and passes it on to nobody.
GROUPS = int(os.environ.get("KILLED_GROUPS", "4"))
DEATHS = int(os.environ.get("DEATHS_OF_WORKERS", "6"))
DEAD_AFTER = 4.0
WORKERS = 4

WORKER = f"""
import sys
from pathlib import Path
from budgettrack.config.load import load
from budgettrack.group import open_group
from budgettrack.host.work import HostWorker
with open_group(load(Path(sys.argv[1]))) as host:
    HostWorker(host).work(dead_after={DEAD_AFTER})
"""


class Fleet:
    """Workers, as processes, and what happens to them."""

    def __init__(self, grown: GrownHost, config: Path, chance: random.Random) -> None:
        self._grown, self._config, self._chance = grown, config, chance
        self._workers = [self._new() for _ in range(WORKERS)]
        self._stopped: list[subprocess.Popen[bytes]] = []
        self._stopped_jobs: list[int] = []

    def _new(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(self._config)],
            env={**os.environ, DATABASE: self._grown.worker},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def disturb(self) -> str:
        what = self._chance.choice(
            ["kill", "kill the job too", "stop", "stop the job too", "restart", "cut"]
        )
        worker = self._chance.randrange(WORKERS)
        process = self._workers[worker]
        if what.startswith("kill"):
            self.kill(worker, with_jobs=what != "kill")
        elif what.startswith("stop") and process not in self._stopped:
            # It continues after the others took it for dead.
            process.send_signal(signal.SIGSTOP)
            self._stopped.append(process)
            if what != "stop":
                # Its job stops too, in the midst of what it does, with the register's lock.
                jobs = _children(process.pid)
                self._stopped_jobs += [job for job in jobs if _signalled(job, signal.SIGSTOP)]
        elif what == "restart":
            self._grown.cluster.restart()
        elif what == "cut":
            self._grown.asked(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE"
                " 'groups\\_%'"
            )
        return what

    def kill(self, worker: int, *, with_jobs: bool) -> None:
        process = self._workers[worker]
        jobs = _children(process.pid) if with_jobs else []
        process.kill()
        for job in jobs:
            _signalled(job, signal.SIGKILL)
        process.wait()
        self._workers[worker] = self._new()

    def go_on(self) -> None:
        for process in self._stopped:
            process.send_signal(signal.SIGCONT)
        for job in self._stopped_jobs:
            _signalled(job, signal.SIGCONT)
        self._stopped, self._stopped_jobs = [], []
        for worker, process in enumerate(self._workers):
            if process.poll() is not None:
                self._workers[worker] = self._new()

    def end(self) -> None:
        self.go_on()
        for process in self._workers:
            for job in _children(process.pid):
                _signalled(job, signal.SIGKILL)
            process.kill()
            process.wait()


def _signalled(pid: int, what: signal.Signals) -> bool:
    """Sends a signal to a process. Returns False if the process has ended."""
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return False
    return True


def _children(pid: int) -> list[int]:
    """Returns the processes that a worker's threads began."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(word) for word in path.read_text().split()]
    return found


@pytest.fixture
def server() -> Iterator[GrownHost]:
    with grown_server() as made:
        made.anew()
        yield made


def planned(grown: GrownHost, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, grown.planner)
    with open_group(load(config), TODAY, lambda: datetime.now(UTC)) as host:
        plan(host, send=True)


def hasten(grown: GrownHost, folder: Path) -> None:
    """Time goes by: what waits is due."""
    grown.asked(
        "UPDATE network.turns SET login = login - interval '5 minutes';"
        "UPDATE network.procrastinate_jobs SET scheduled_at = now(), queue_name = 'quick'"
        " WHERE status = 'todo';"
        "UPDATE network.outcomes SET at = at - interval '2 hours'"
        " WHERE outcome->>'result' <> 'done' AND is_read"
    )
    for path in folder.glob(f"groups/*/{FILE}"):
        path.unlink(missing_ok=True)


def unfinished(config: Path, codes: list[str]) -> dict[str, object]:
    """Returns the groups whose owed month is neither done nor told, with what *Groups* says."""
    rows = cells_of(config)
    return {
        code: rows[code]
        for code in codes
        if rows[code]["Last month"] != "2026-10" and rows[code]["Last month"] != date(2026, 10, 1)
    }


def test_killed_and_stopped_workers_send_no_mail_twice_and_forget_no_month(
    server: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_MAIL_PASSWORD", PASSWORD)
    chance = random.Random(20261127)
    codes = [f"GR-{number}" for number in range(1, GROUPS + 1)]
    people = [
        {"group": code, "name": f"Partner of {code}", "audience": "public",
         "address": f"partner-{code.lower()}@example.org"}
        for code in codes
    ]  # fmt: skip
    with MailHost(tmp_path) as mail:
        in_a_mail = threading.Event()

        def stall(_: object) -> str:
            in_a_mail.set()
            return "stall"  # three seconds each

        mail.does.data = stall
        section = (
            f'\n[mail]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "starttls"\n'
            f'user = "{USER}"\nsender = "books@example.org"\n'
            f'authorities = "{mail.authorities.name}"\n'
        )
        config = host_in(
            tmp_path,
            [row(code) for code in codes],
            recipients=people,
            mail=section,
            plans={code: plan_rows() for code in codes},
        )
        planned(server, config, monkeypatch)
        fleet = Fleet(server, config, chance)
        happened: Counter[str] = Counter()
        try:
            # The first blow falls while a mail is on its way: it arrives, and nobody records it.
            assert in_a_mail.wait(600)
            for worker in range(WORKERS):
                fleet.kill(worker, with_jobs=True)
            for _ in range(DEATHS):
                time.sleep(chance.uniform(0.5, 3.0))
                happened[fleet.disturb()] += 1
            time.sleep(DEAD_AFTER + 2)
            fleet.go_on()
            patience = time.monotonic() + 60 + 20 * GROUPS
            while unfinished(config, codes) and time.monotonic() < patience:
                time.sleep(3)
                fleet.go_on()
                with contextlib.suppress(TrackError, psycopg2.Error):
                    hasten(server, tmp_path)
                    planned(server, config, monkeypatch)
        finally:
            fleet.end()
        left = unfinished(config, codes)
        sent = Counter(each.to for each in mail.taken)
        rows = cells_of(config)

    unsure = sum("mail" in str(rows[code]["What to do"] or "") for code in codes)
    sys.stdout.write(
        f"{GROUPS} groups, {dict(happened)}: {len(sent)} of them got {sum(sent.values())} mails,"
        f" {unsure} were told of one, {len(left)} months were forgotten\n"
    )
    assert left == {}, happened
    assert unsure, "no mail was on its way at a blow"
    assert set(sent.values()) <= {1}, (sent, happened)
    for code in codes:
        # A mail of which nobody knows is told, and not sent again.
        told = str(rows[code]["What to do"] or "")
        assert sent[f"partner-{code.lower()}@example.org"] or "mail" in told, (code, told)
