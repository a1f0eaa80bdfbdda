"""Runs each job in a process of its own. So the job of one group cannot reach the data of
another, and a job that hangs can be stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping

import msgspec

from budgettrack import structured
from budgettrack.host.jobs import JobOrder, JobOutcome, outcome_of

KEPT_VARIABLES = ("BUDGETTRACK_MAIL_PASSWORD", "BUDGETTRACK_MAIL_PASSWORD_FILE")
"""The environment variables of this program that the process of a job gets. Other variables belong
to the host, such as the URL of its register and its key."""

NOT_ENDED = (
    "The job was ended after {seconds} seconds. The sheet may be very large, or Google slow. If it"
    " stays so, raise seconds in [host]."
)
CRASHED = (
    "The job ended without an answer (code {code}). Whoever looks after the program for the host"
    " can run it alone and see why."
)


def run_job(order: JobOrder, seconds: int) -> JobOutcome:
    """Runs a job in a new process and returns its outcome. After `seconds` the process is
    stopped, with all processes that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "budgettrack.host.job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(os.environ),
        start_new_session=True,
    )
    given = json.dumps(msgspec.to_builtins(order))
    try:
        printed, _ = process.communicate(given.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        return JobOutcome("broken", (NOT_ENDED.format(seconds=seconds),))
    finally:
        _end(process)
    try:
        return outcome_of(structured.json_object(printed))
    except (ValueError, KeyError):
        words = CRASHED.format(code=process.returncode)
        return JobOutcome("broken", (words,))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stops a process and all processes that it started, unless it has ended already."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in variables.items()
        if not name.startswith("BUDGETTRACK_") or name in KEPT_VARIABLES
    }
