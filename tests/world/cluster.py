"""A PostgreSQL server of a test's own, which it may stop and start."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _tools() -> Path:
    there = shutil.which("initdb")
    found = [Path(there).resolve()] if there else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    with_both = [tool.parent for tool in found if (tool.parent / "pg_ctl").exists()]
    if not with_both:
        pytest.skip("the tools of a PostgreSQL server are not here")
    return with_both[-1]


class Cluster:
    """A server in a folder. `url` is its database."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._tools = folder, _tools()
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql://budgettrack@127.0.0.1:{self._port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = str(folder / "data")
        self._run(
            "initdb", "-D", data, "-U", "budgettrack", "-A", "trust", "-E", "UTF8", "--locale=C",
            "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off"
        self._ctl("start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8", "replace")

    def restart(self) -> None:
        self._ctl("restart", "-w", "-m", "fast", "-l", str(self._folder / "log"))

    def stop(self) -> None:
        self._ctl("stop", "-w", "-m", "immediate")

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-s", "-D", str(self._folder / "data"), *words)

    def _run(self, tool: str, *words: str) -> None:
        # The server refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            [str(self._tools / tool), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self._folder,
            user=user,
            extra_groups=[] if user else None,
        )


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that runs until the end of the block."""
    # A short path: a socket's name may have 107 letters.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder))
        made.start()
        try:
            yield made
        finally:
            made.stop()
