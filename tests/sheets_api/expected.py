"""`python -m tests.sheets_api.expected`: makes anew what `doctor --probe` expects of Google, which is
what this stand-in answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from budgettrack.setup.probe.recording import lines
from budgettrack.setup.probe.run import EXPECTED, recorded
from budgettrack.workbook.google.credentials import MAKING
from budgettrack.workbook.google.workbook import connected
from tests.sheets_api.server import Server


def made() -> bytes:
    """The recording of a probe of the stand-in."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        key = Path(folder, "key.json")
        key.write_text(server.service_account(), "utf-8")
        key.chmod(0o600)
        connection = connected(key, MAKING, server.url)
        _, exchanges = recorded(connection, "", lambda _: None)
        del exchanges[0]["program"]
        return lines(exchanges)


if __name__ == "__main__":
    EXPECTED.write_bytes(made())
