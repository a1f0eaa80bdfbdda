"""A real PgBouncer before the server that the tests have."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.world.needs import POSTGRES, needed

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def pooler(database: str, mode: str) -> Iterator[str]:
    """The URL of a database behind a pooler in that mode (`transaction`, `session`)."""
    needed("postgres")
    if PROGRAM is None:
        pytest.skip("PgBouncer is not here")
    server = urlsplit(POSTGRES)
    with tempfile.TemporaryDirectory(prefix="pgbouncer") as name:
        folder = Path(name)
        port = _free_port()
        (folder / "users.txt").write_text(f'"{server.username}" ""\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={server.hostname} port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {folder}/users.txt\npool_mode = {mode}\n"
        )
        with _started(folder) as process:
            _wait(process, port)
            yield f"postgresql://{server.username}@127.0.0.1:{port}/{database}"
            process.terminate()


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """It refuses to run as root, so root gives the folder to another user."""
    words = [str(PROGRAM), "--quiet", str(folder / "pgbouncer.ini")]
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        words = ["setpriv", *ids, *words]
    with subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(200):
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("PgBouncer did not begin to listen")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
