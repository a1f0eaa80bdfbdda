"""A host with workers: a PostgreSQL server of its own, on which the roles of groups need their
password, a planner and workers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from budgettrack.config.host import DATABASE
from budgettrack.core.records.model import Fields
from tests.world.cluster import Cluster
from tests.world.hosted import host_in
from tests.world.registers import on_server

NAME = "groups"


class GrownHost:
    """The server, and the URLs by which planner and workers log in."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.admin = cluster, cluster.url
        self.planner, self.worker = self.url("planner"), self.url(f"{NAME}_worker")

    def url(self, user: str, password: str = "") -> str:
        parts = urlsplit(self.admin)
        login = user + (f":{password}" if password else "")
        netloc = f"{login}@{parts.netloc.rpartition('@')[2]}"
        return parts._replace(netloc=netloc, path=f"/{NAME}").geturl()

    def asked(self, statement: str, url: str = "") -> list[tuple[Any, ...]]:
        """Runs a statement, as the administrator if no URL is given."""
        if url:
            return on_server(statement, url)
        # The engine's triggers name its types without their schema.
        return on_server(f"SET search_path = network; {statement}", self.url("budgettrack"))

    def anew(self) -> None:
        """Makes the database anew, without groups."""
        on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", self.admin)
        for (role,) in on_server(
            f"SELECT rolname FROM pg_roles WHERE rolname LIKE '{NAME}\\_%'", self.admin
        ):
            on_server(f'DROP ROLE "{role}"', self.admin)
        on_server(f"CREATE DATABASE {NAME} OWNER planner", self.admin)

    def config(self, folder: Path, groups: Sequence[Fields], **more: Any) -> Path:
        """Makes a host with these groups, as `host_in` does. Its database is in the environment
        alone."""
        return host_in(folder, groups, **more)

    @contextmanager
    def working(self, config: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Runs `budgettrack host work` in a process of its own until the end of the block."""
        process = subprocess.Popen(
            [sys.executable, "-m", "budgettrack", "--config", str(config), "host", "work", *words],
            env={**os.environ, DATABASE: self.worker},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@contextmanager
def grown_server() -> Iterator[GrownHost]:
    """A server with the user `planner`, whom the administrator made as docs/hosting.md says."""
    with tempfile.TemporaryDirectory(prefix="pg.", dir="/tmp") as name:
        folder = Path(name)
        cluster = Cluster(folder)
        rules = folder / "data" / "pg_hba.conf"
        with_password = f"host all +{NAME}_groups 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(with_password + rules.read_text())
        cluster.start()
        try:
            on_server("CREATE ROLE planner LOGIN CREATEROLE", cluster.url)
            yield GrownHost(cluster)
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                cluster.stop()
