"""Each job has a process of its own: one that hangs is ended, one that dies is told."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from budgettrack.host.jobs import JobOrder
from budgettrack.host.processes import CRASHED, NOT_ENDED, _environment, run_job


def order(folder: Path, **content: object) -> JobOrder:
    return JobOrder(
        "GR-1",
        str(folder / "budgettrack.toml"),
        {"workbook": {"xlsx": str(folder / "plan.xlsx")}, **content},
    )


def test_a_job_that_hangs_is_ended_and_told(tmp_path: Path) -> None:
    # Whoever opens a pipe that nobody fills waits for ever, as for a sheet that never answers.
    os.mkfifo(tmp_path / "plan.xlsx")
    outcome = run_job(order(tmp_path), 4)

    assert outcome.result == "broken"
    assert outcome.words == (NOT_ENDED.format(seconds=4),)


def test_a_job_that_dies_is_told_and_nothing_of_it_is_quoted(tmp_path: Path) -> None:
    whole = order(tmp_path)
    outcome = run_job(JobOrder("GR-1", whole.path, whole.content, on="no day"), 60)

    assert outcome.result == "broken"
    assert outcome.words == (CRASHED.format(code=1, path=whole.path),)


def test_the_hosts_own_variables_are_not_handed_on() -> None:
    given = {
        "PATH": "/bin",
        "BUDGETTRACK_REGISTER": "postgresql://host:secret@db.example.org/host",
        "BUDGETTRACK_KEY": "0" * 64,
        "BUDGETTRACK_CONFIG": "host.toml",
        "BUDGETTRACK_MAIL_PASSWORD": "for all groups",
    }

    assert _environment(given) == {"PATH": "/bin", "BUDGETTRACK_MAIL_PASSWORD": "for all groups"}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
def test_nothing_that_is_handed_over_stands_in_the_list_of_processes(tmp_path: Path) -> None:
    # A pipe that nobody fills keeps the job alive while its line is read.
    os.mkfifo(tmp_path / "plan.xlsx")
    people = [{"name": "Partner", "address": "partner@example.org", "audience": "public"}]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_job, order(tmp_path, recipients=people), 6)
        lines: list[bytes] = []
        while not running.done():
            lines += _command_lines(b"budgettrack.host.job")
            time.sleep(0.2)

    assert lines
    assert not any(b"partner@example.org" in line for line in lines)


def _command_lines(part: bytes) -> list[bytes]:
    """Returns the command lines, with the variables, of the processes that this one began."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            if part in line and f"PPid:\t{os.getpid()}\n" in (folder / "status").read_text():
                found.append(line + (folder / "environ").read_bytes())
        except OSError:  # it ended meanwhile
            continue
    return found
