"""Makes a command wait until it may write: only one command can write to a register at a time.

The command that writes leaves its name where waiting commands can read it: in a file beside the
register, or on the server."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

PATIENCE = 60.0
"""How many seconds a command waits for another command that uses the register, if `--wait` is not
given. A sync uses the register until the workbook is written."""

TOLD_AFTER = 0.25
"""A command that has waited for this many seconds says for which run it waits."""

LONGEST = 63
"""How many bytes of a session's name PostgreSQL keeps."""


class Turn(Struct, frozen=True):
    """How a command waits for others. `patience` is the time in seconds.

    `command`: its name, without anything that was typed after it. `tell`: a function that gets a
    sentence, which names the run for which the command waits."""

    command: str = "a program"
    patience: float = PATIENCE
    tell: Callable[[str], None] = lambda _: None


def signature(command: str) -> str:
    """Returns a line that says which command begins to write now. It is ASCII and short enough
    that PostgreSQL keeps it whole.

    >>> signature("grants set")  # doctest: +SKIP
    'grants set, since 2026-03-31 14:05 UTC, on laptop, process 4711'
    """
    name = command.encode("ascii", "replace").decode()[:20]
    since = f"{name}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, on "
    process = f", process {os.getpid()}"
    machine = platform.node() or "a machine"
    room = max(1, LONGEST - len(since) - len(process))
    line = since + machine.encode("ascii", "replace").decode()[:room] + process
    return line[:LONGEST]


def waiting(holder: str, patience: float) -> str:
    """Returns the sentence that names the run for which a command waits.

    `holder` is '' if that run is not known."""
    return f"Waiting for the register, at most {patience:g} s: {_at_work(holder)}"


def gave_up(holder: str, patience: float) -> str:
    """Returns the sentence that tells the user that a command has waited too long."""
    waited = f" after {patience:g} s" if patience else ""
    return (
        f"Another run is still writing to this register{waited}: {_at_work(holder)} Wait until it"
        " ends, then try again, or wait longer with --wait SECONDS."
    )


def _at_work(holder: str) -> str:
    return f"{holder}." if holder else "which one is not known."
