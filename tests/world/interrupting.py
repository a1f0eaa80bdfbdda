"""Commands that are interrupted: a process that has loaded the program forks one for each line that
it reads.

A line is JSON: `words` of the command line, and either `event` (Ctrl-C comes at that event, counted
from 0: before and after everything that is kept or written; `times`: so often) or `after` (seconds
after which it comes from outside). It answers with a line: `code` of the end, `said` (stderr),
`events` (how many there were) and `took`."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from budgettrack import api, completion, edit, files, redact, row_facts, sync
from budgettrack.cli import main as program
from budgettrack.register import database, published, sqlite, writes
from budgettrack.register.store import Register, Writing
from budgettrack.workbook.xlsx import workbook

WATCHED: tuple[tuple[Any, str], ...] = (
    (Writing, "commit"),
    (published, "publish"),
    (Register, "wipe"),
    (workbook.ExcelWorkbook, "write"),
    (workbook, "_settle"),
    (files, "write_all"),
    (files, "write_site"),
    (completion, "remember"),
    (row_facts, "remember"),
    (database.Database, "vacuum"),
    (writes, "save_run"),
    (writes, "save_records"),
    (sqlite.SQLiteConnection, "commit"),
    (sync, "_decide"),
    (redact, "_remove_unfinished"),
    (redact, "_remove"),
    (tempfile, "mkstemp"),
    (os, "replace"),
    (os, "unlink"),
    (shutil, "copyfile"),
)
LOADED = (edit, api)


def _watched(count: Callable[[], None]) -> None:
    for owner, name in WATCHED:
        whole = getattr(owner, name)

        def counted(*given: Any, whole: Callable[..., Any] = whole, **named: Any) -> Any:
            count()
            done = whole(*given, **named)
            count()
            return done

        setattr(owner, name, counted)


def _run(order: dict[str, Any], told: int) -> int:
    seen = 0

    def count() -> None:
        nonlocal seen
        if seen == order.get("event"):
            for _ in range(order.get("times", 1)):
                os.kill(os.getpid(), signal.SIGINT)
        seen += 1

    _watched(count)
    os.write(told, b"begun ")
    code = 0
    try:
        program(order["words"], prog_name="budgettrack")
    except SystemExit as end:
        code = int(end.code or 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    os.write(told, str(seen).encode())
    return code


def main() -> None:
    """Read orders until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the program has it while it loads
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, after the child
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.dup2(said.fileno(), 2)
            code = 70
            with contextlib.suppress(Exception):
                code = _run(order, writing)
            sys.stderr.flush()
            os._exit(code)
        os.close(writing)  # so that a child that dies early is not waited for
        start = time.monotonic()
        os.read(reading, 6)
        if "after" in order:
            time.sleep(order["after"])
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGINT)
        _, status = os.waitpid(child, 0)
        took = time.monotonic() - start
        events = os.read(reading, 20) if select.select([reading], [], [], 0)[0] else b""
        os.close(reading)
        said.seek(0)
        answer = {
            "code": os.waitstatus_to_exitcode(status),
            "said": said.read().decode(),
            "events": int(events.split()[-1]) if events.strip() else None,
            "took": took,
        }
        said.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    assert all(LOADED), "what a command would load by itself is loaded before the fork"
    main()
