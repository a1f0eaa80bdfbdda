"""A fleet of hosted groups with workers, on a PostgreSQL server and a stand-in for Google of its own:
how near they come to the speed of Google's quota, what a group costs beside a single run, and what
the others notice of sheets that are stalled.

`python -m benchmarks.fleet` with HOSTED groups (24), in a quota of 60 readings a minute for an account
and 300 for the project. MINUTE (60) says how many seconds such a minute has: where the machine is too
slow for 300 processes in a minute, a longer one keeps the figures about the quota. Ratios are of one run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import compiled, once
from budgettrack.config.host import DATABASE
from budgettrack.config.load import load
from budgettrack.group import open_group
from budgettrack.host.plan import plan
from tests.sheets_api.server import Server
from tests.world.grown import GrownHost, grown_server
from tests.world.hosted import host_in, row

OF_ACCOUNT, OF_PROJECT = 60, 300
WORKERS = 2
AT_ONCE = 4
STALL = 100.0
"""Seconds; the program waits 60 for an answer of Google, and tries once more."""


class Fleet:
    """Groups whose sheets are laid out and synced. `ended` has when each job ended, and `of_workers`
    how many seconds of CPU time the workers themselves took in the last round."""

    def __init__(
        self, folder: Path, grown: GrownHost, google: Server, groups: int, minute: float
    ) -> None:
        self.grown, self.google, self.ended = grown, google, dict[str, float]()
        self.of_workers = 0.0
        self.size, accounts = groups, accounts_of(groups)
        (folder / "accounts").mkdir()
        emails = [f"a{n}@books.iam.gserviceaccount.com" for n in range(accounts)]
        for n, email in enumerate(emails):
            key = folder / "accounts" / f"a{n}.json"
            key.write_text(google.service_account(email))
            key.chmod(0o600)
        self.codes = [f"GR-{n}" for n in range(1, groups + 1)]
        self.files = [
            google.spreadsheet(code, emails[n % accounts]) for n, code in enumerate(self.codes)
        ]
        rows = [
            row(
                code,
                workbook=f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
                share_with=emails[n % accounts],
            )
            for n, (code, file) in enumerate(zip(self.codes, self.files, strict=True))
        ]
        scale = 60 / minute
        self.config = host_in(
            folder,
            rows,
            settings=f'accounts = "accounts"\nat_once = {AT_ONCE}\n'
            f"reads = {max(1, round(50 * scale))}\nproject_reads = {max(1, round(250 * scale))}",
        )
        address = f'[workbook]\naddress = "{google.url}"'
        self.config.write_text(self.config.read_text().replace("[workbook]", address))
        os.environ[DATABASE] = grown.planner
        self.plan()

    def plan(self, codes: list[str] | None = None) -> None:
        with open_group(load(self.config), None, lambda: datetime.now(UTC)) as host:
            plan(host, only=codes or ())
        self.grown.asked("UPDATE network.turns SET login = NULL")

    def work(self, patience: float) -> tuple[float, float]:
        """Lets workers do all jobs that stand. Returns the seconds from the first job's moment to
        the end of the last, and the seconds of CPU time."""
        self.ended = {}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "budgettrack", "--config", str(self.config), "host", "work"],
                env={**os.environ, DATABASE: self.grown.worker},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(WORKERS)
        ]
        readers = [threading.Thread(target=self._heard, args=(one,)) for one in workers]
        for reader in readers:
            reader.start()
        while len(self.ended) < self.size and time.monotonic() < began + patience:
            time.sleep(0.2)
        self.of_workers = sum(map(_own_work, workers))
        for worker in workers:
            worker.terminate()
        for reader, worker in zip(readers, workers, strict=True):
            reader.join()
            worker.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.monotonic() - began, used

    def _heard(self, worker: subprocess.Popen[str]) -> None:
        assert worker.stdout is not None
        with worker.stdout:
            for line in worker.stdout:
                code, _, result = line.partition(": ")
                if code in self.codes and "quota" not in result:
                    self.ended.setdefault(code, time.monotonic())

    def round(self, patience: float) -> tuple[float, float, int]:
        """Plans a job for every group, and lets workers do them. Returns the seconds between the
        first and the last end, the CPU seconds, and how many requests were refused."""
        self.plan(self.codes)
        before = len(self.google.calls)
        _, used = self.work(patience)
        refused = sum(call.status == 429 for call in self.google.calls[before:])
        return used, max(self.ended.values()) - min(self.ended.values()), refused


def _own_work(process: subprocess.Popen[str]) -> float:
    """Returns the seconds of CPU time of a process itself, without those of its children."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def accounts_of(groups: int) -> int:
    """Returns how many accounts of Google read the sheets of so many groups."""
    return max(5, -(-groups // 50))


def main(groups: int, minute: float, stall: float = STALL, runs: int = 5) -> None:
    """Prints a line for each figure. `stall`: for how many seconds a stalled sheet gives no answer.
    `runs`: how often a single run is measured."""
    compiled()
    google = Server(keep_bodies=False, minute=minute, quota=None, project_quota=None)
    with (
        tempfile.TemporaryDirectory() as name,
        grown_server() as grown,
        google,
    ):
        grown.anew()
        fleet = Fleet(Path(name), grown, google, groups, minute)
        patience = 120 + groups * (minute / 60 + 6)
        # The sheets are laid out, and the months are run: not measured, and without a quota.
        took, used = fleet.work(patience)
        print(
            f"{groups} new groups laid out and run: {took:.0f} s, {used:.0f} s of CPU time",
            flush=True,
        )
        google._reads._limit = google._writes._limit = OF_ACCOUNT
        google._all_reads._limit = google._all_writes._limit = OF_PROJECT
        fleet.plan()
        used, took, refused = fleet.round(patience)
        ideal = (groups - 1) * minute / min(OF_PROJECT, OF_ACCOUNT * accounts_of(groups))
        print(
            f"{len(fleet.ended)} of {groups} groups done in {took:.1f} s, in a minute of {minute:.0f} s:"
            f" {ideal / took:.0%} of the quota's speed (aim 75 %), {refused} refusals (aim 0)",
            flush=True,
        )
        print(_beside_a_single_run(fleet, used, fleet.of_workers, runs), flush=True)
        print(_stalled(fleet, patience, stall), flush=True)


def _beside_a_single_run(fleet: Fleet, used: float, of_workers: float, runs: int) -> str:
    """Commands of a person in the group's folder, on the group's register and sheet."""
    url = f"{fleet.grown.url('budgettrack')}?options=-csearch_path%3D%22g_GR-1%22"
    config = fleet.config.parent / "groups" / "GR-1" / "budgettrack.toml"
    command = [sys.executable, "-m", "budgettrack", "--config", str(config), "sync"]
    text = config.read_text()
    line = next(line for line in text.splitlines() if line.startswith("url = "))
    single = config.with_name("single.toml")
    single.write_text(text.replace(line, f'url = "{url}"'))
    command[4] = str(single)
    work = sorted(once(command).work for _ in range(runs))[runs // 2]
    each, share = used / fleet.size, of_workers / fleet.size
    return (
        f"CPU time for a group: {each:.3f} s with its share of the worker ({share:.3f} s), {work:.3f} s"
        f" for a single sync: {each / work:.2f} times (aim 1.2)"
    )


def _stalled(fleet: Fleet, patience: float, stall: float) -> str:
    stalled = max(1, fleet.size // 20)
    ends = []
    for seconds in (0.0, stall):
        fleet.google.stalled = {file.id: seconds for file in fleet.files[:stalled] if seconds}
        fleet.plan(fleet.codes)
        fleet.work(patience)
        others = [at for code, at in fleet.ended.items() if code in fleet.codes[stalled:]]
        assert len(others) == fleet.size - stalled, "not all others were done"
        ends.append(max(others) - min(others))
    return (
        f"{stalled} of {fleet.size} sheets stalled: the others done in {ends[1]:.1f} s, beside"
        f" {ends[0]:.1f} s with none stalled: {ends[1] / ends[0]:.2f} times (aim 1.1)"
    )


if __name__ == "__main__":
    main(int(os.environ.get("HOSTED", "24")), float(os.environ.get("MINUTE", "60")))
