"""A register on PostgreSQL: `status` beside the same on SQLite, and opening it beside many others.

`python -m benchmarks.postgresql` needs a server in BUDGETTRACK_TEST_POSTGRES (see .ci/postgres.sh);
ratios are of one run, each question in turn with the other."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from budgettrack.register.migrations import MIGRATIONS
from budgettrack.register.store import open_register
from budgettrack.setup.demo import run

OTHERS = 2_000
"""Registers of other groups on the same server."""

ON = ("--on", "2026-11-02")


def main(others: int = OTHERS, runs: int = 11) -> None:
    server = os.environ["BUDGETTRACK_TEST_POSTGRES"].replace("+psycopg", "")
    name = f"b{uuid.uuid4().hex}"
    url = f"{server}?options=-csearch_path%3D{name}"
    with tempfile.TemporaryDirectory() as folder, _raw(server) as raw:
        raw.execute(f"CREATE SCHEMA {name}")
        print(
            f"status: {_status(Path(folder), url, runs):.2f} times as long as on SQLite (aim 1.5)"
        )
        alone = _opening(url)
        for number in range(others):
            raw.execute(f"CREATE SCHEMA {name}_{number}; SET search_path = {name}_{number}")
            for step in MIGRATIONS:
                raw.execute(";".join(step.statements))
        beside = _opening(url) / alone
        print(f"opening: {beside:.2f} times as long beside {others:,} registers (aim 1.5)")
        for number in range(others):
            raw.execute(f"DROP SCHEMA {name}_{number} CASCADE")
        raw.execute(f"DROP SCHEMA {name} CASCADE")


def _status(folder: Path, url: str, runs: int) -> float:
    """The demo's group on both databases, asked in turn."""
    run(folder)
    here, there = folder / "budgettrack.toml", folder / "server.toml"
    there.write_text(here.read_text().replace("sqlite:///register.sqlite", url))
    _asked(there, "sync", "--adopt", "--yes", *ON)
    times: dict[Path, list[float]] = {here: [], there: []}
    for _ in range(runs):
        for config, took in times.items():
            start = time.perf_counter()
            _asked(config, "status", *ON)
            took.append(time.perf_counter() - start)
    return statistics.median(times[there]) / statistics.median(times[here])


def _asked(config: Path, *words: str) -> None:
    program = [sys.executable, "-m", "budgettrack", "--config", str(config), *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr)


def _opening(url: str) -> float:
    times = []
    for _ in range(40):
        start = time.perf_counter()
        open_register(url).close()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@contextlib.contextmanager
def _raw(url: str) -> Any:
    import psycopg2

    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        yield connection.cursor()


if __name__ == "__main__":
    main()
