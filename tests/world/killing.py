"""Runs of the month that are killed: a process that has loaded the program forks a run for each
line that it reads.

A line is JSON: `config`, `on`, and either `event` (the run kills itself with SIGKILL at that event,
counted from 0: before and after everything that it keeps, sends or writes) or `after` (seconds
after which it is killed from outside). It answers with a line: `ended` (the exit code, or null
where it was killed) and `events` (how many there were)."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from budgettrack import files, sync
from budgettrack.config.load import load
from budgettrack.core.base.errors import TrackError
from budgettrack.group import open_group
from budgettrack.monthly import run as cycle
from budgettrack.monthly.context import RunContext
from budgettrack.monthly.delivery import smtp
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
from budgettrack.register import published
from budgettrack.register.cycles import Cycles
from budgettrack.register.store import Writing
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.world.smtp_server import PASSWORD

WATCHED: tuple[tuple[Any, str], ...] = (
    *(
        (Cycles, name)
        for name in (
            "begin",
            "end",
            "attempt",
            "attempted",
            "plan",
            "learn",
            "mark",
            "settle",
            "hold_back",
            "_hold",
        )
    ),
    (Writing, "commit"),
    (published, "publish"),
    (published, "freeze"),
    (ExcelWorkbook, "write"),
    (smtp.Post, "hand_over"),
    (files, "write_all"),
    (files, "write_site"),
    (os, "replace"),
    (sync, "sync"),
)


def _watched(count: Callable[[], None]) -> None:
    for owner, name in WATCHED:
        whole = getattr(owner, name)

        def counted(*given: Any, whole: Callable[..., Any] = whole, **named: Any) -> Any:
            count()
            try:
                return whole(*given, **named)
            finally:
                count()

        setattr(owner, name, counted)


def _run(order: dict[str, Any], told: int) -> int:
    seen = 0

    def count() -> None:
        nonlocal seen
        if seen == order.get("event"):
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    _watched(count)
    on = date.fromisoformat(order["on"])
    at = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    try:
        with open_group(load(Path(order["config"])), on, lambda: at) as group:
            run = cycle.monthly(group, RunContext(True))
        for words in run.failed:
            sys.stderr.write(f"{words}\n")
        code = 1 if run.failed else 0
    except TrackError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    os.write(told, str(seen).encode())
    return code


class Runs:
    """The process that forks a run for each order."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.world.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, MAIL_PASSWORD: PASSWORD},
        )

    def __call__(self, group: Path, on: date = date(2026, 11, 2), **order: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"config": str(group / "budgettrack.toml"), "on": str(on), **order})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def main() -> None:
    """Read orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = 70
            with contextlib.suppress(Exception):
                code = _run(order, writing)
            os._exit(code)
        os.close(writing)
        if "after" in order:
            time.sleep(order["after"])
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        events = os.read(reading, 20) if select.select([reading], [], [], 0)[0] else b""
        os.close(reading)
        ended = None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
        sys.stdout.write(
            json.dumps({"ended": ended, "events": int(events) if events else None}) + "\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
