"""A real terminal with the program in it, and somebody who types."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.world.group import Group

CTRL_C, CTRL_D = "\x03", "\x04"


def talk(
    group: Group | Path,
    words: Sequence[str],
    *turns: tuple[str, str],
    environment: Mapping[str, str] | None = None,
    columns: int = 80,
) -> tuple[int, str]:
    """Run it on a terminal, for a group or a config; at each turn wait for its words, then type. The exit code, and all that
    was shown."""
    side, terminal = pty.openpty()
    config = group if isinstance(group, Path) else group.config

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def own() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches it

    process = subprocess.Popen(
        [sys.executable, "-m", "budgettrack", "--config", str(config), *words],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={
            **{k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")},
            "TERM": "xterm",
            **(environment or {}),
        },
        start_new_session=True,
        preexec_fn=own,  # noqa: PLW1509 - no thread of ours holds a lock here
    )
    os.close(terminal)
    shown, waiting, until = "", list(turns), time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([side], [], [], 0.05)[0]:
            continue
        try:
            some = os.read(side, 10_000)
        except OSError:  # its end was closed
            break
        if not some:
            break
        shown += some.decode()
        if waiting and shown.endswith(waiting[0][0]):
            time.sleep(
                0.1
            )  # no person types in the same instant, and Python would read on over a Ctrl-C of that instant
            os.write(side, waiting.pop(0)[1].encode())
    os.close(side)
    process.kill()
    code = process.wait()
    assert not waiting, f"never came: {waiting[0][0]!r} in {shown!r}"
    return code, shown.replace("\r\n", "\n")
