"""A server in the place of Google whose every answer is checked against the service's own description."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.sheets_api.discovery import faults
from tests.sheets_api.server import Call, Server


@contextmanager
def checked_server(key: Path) -> Iterator[Server]:
    """A server that runs, and the file of a key to it, which is written to `key`."""

    def valid(call: Call) -> None:
        found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
        assert not found, found

    with Server() as running:
        running.check = valid
        key.write_text(running.service_account(), "utf-8")
        key.chmod(0o600)
        yield running
