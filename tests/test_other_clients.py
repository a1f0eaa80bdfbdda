"""What people do with other clients of Google Sheets runs on the stand-in as on Google.

The clients are not changed but for the address. `make soak` installs them, in a folder of their
own that `CLIENTS` names; without it the flows are left out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sheets_api.discovery import faults
from tests.sheets_api.server import Call, Server

pytestmark = [pytest.mark.google_http, pytest.mark.slow]

FLOWS = Path(__file__).parent / "other_clients"
CLIENTS = Path(os.environ.get("CLIENTS", ""))
PYTHON = CLIENTS / "python/bin/python"
PACKAGES = {
    "gspread": "gspread",
    "gspread_dataframe": "gspread-dataframe",
    "gspread_formatting": "gspread-formatting",
    "pygsheets": "pygsheets",
    "googleapi": "google-api-python-client",
}

NESTED = (
    "Unknown name \"\" at 'requests[0]'",
    "The client sends requests: [[…]], a list in a list. It shows this in its documentation, so"
    " Google perhaps takes it; no recording says so, and the stand-in refuses it.",
)
REFUSED: dict[tuple[str, str], tuple[str, str]] = {
    ("gspread", "export as PDF"): (
        "The requested conversion is not supported.",
        "The stand-in draws no pages.",
    ),
    ("gspread_formatting", "all in one request"): NESTED,
    ("pygsheets", "widths"): NESTED,
    ("pygsheets", "hidden rows"): NESTED,
    ("googleapi", "what a pivot table shows"): (
        "None instead of",
        "The stand-in keeps the table that is asked for and works out no sums of it.",
    ),
    ("googleapi", "several requests in one"): (
        "Requested entity was not found.",
        "The stand-in takes no batch of requests to Drive, which comes as parts of a mail.",
    ),
    ("googleapi", "upload a CSV file as a spreadsheet"): (
        "Requested entity was not found.",
        "The stand-in takes a CSV file as gspread sends it, and not as parts of a mail.",
    ),
}
"""The steps of flows that the stand-in refuses: a part of what it says, and why."""


def needs_clients(there: bool, client: str) -> None:
    if not CLIENTS.name:
        pytest.skip("`make soak` installs the other clients and names their folder in CLIENTS")
    if not there:
        pytest.skip(f"{client} could not be installed: its registry, or what runs it, is not here")


def flow(command: list[str], record: Callable[[str, object], None]) -> dict[str, str]:
    """Runs a flow on a new spreadsheet. Returns what refused each step, or ''.

    What the stand-in answers must be as Google's own description has it."""
    told: list[str] = []

    def valid(call: Call) -> None:
        found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
        told.extend(fault for fault in found if " response" in fault)

    with Server(any_token=True) as server:
        server.check = valid
        file = server.spreadsheet()
        done = subprocess.run(
            [*command, server.url, file.id],
            cwd=FLOWS.parent.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        asked = len(server.calls)
    assert done.returncode == 0, done.stderr[-3_000:]
    assert told == []
    steps: dict[str, str] = json.loads(done.stdout)
    refused = sum(map(bool, steps.values()))
    record(
        "told", f"{Path(command[-1]).name}: {len(steps)} steps, {refused} refused, {asked} requests"
    )
    return steps


def holds(client: str, steps: dict[str, str]) -> None:
    """Exactly the steps that are named above are refused, in the words that stand there."""
    refused = {step: why for step, why in steps.items() if why}
    expected = {step: said for (name, step), (said, _) in REFUSED.items() if name == client}

    assert len(steps) > 5
    assert refused.keys() == expected.keys(), refused
    assert [step for step, said in expected.items() if said not in refused[step]] == []


@pytest.mark.parametrize("client", PACKAGES)
def test_a_client_in_python_works_on_the_stand_in(
    client: str, record_property: Callable[[str, object], None]
) -> None:
    installed = PYTHON.exists() and not subprocess.call(
        [str(PYTHON), "-c", f"import importlib.metadata as m; m.version('{PACKAGES[client]}')"],
        stderr=subprocess.DEVNULL,
    )
    needs_clients(installed, PACKAGES[client])

    steps = flow([str(PYTHON), "-m", f"tests.other_clients.{client}_flow"], record_property)

    holds(client, steps)


def test_google_spreadsheet_of_npm_works_on_the_stand_in(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    modules = CLIENTS / "node_modules"
    needs_clients(
        bool(shutil.which("node")) and (modules / "google-spreadsheet").exists(),
        "google-spreadsheet of npm",
    )
    # A module finds a package beside itself, or above.
    (tmp_path / "node_modules").symlink_to(modules.resolve())
    program = shutil.copy(FLOWS / "google_spreadsheet_flow.mjs", tmp_path)

    steps = flow(["node", str(program)], record_property)

    holds("google_spreadsheet", steps)


def test_every_flow_is_run_and_every_refusal_is_of_a_flow() -> None:
    flows = {path.stem.removesuffix("_flow") for path in FLOWS.glob("*_flow.*")}

    assert flows == {*PACKAGES, "google_spreadsheet"}
    for (client, step), (said, why) in REFUSED.items():
        (path,) = FLOWS.glob(f"{client}_flow.*")
        assert f'step("{step}")' in path.read_text("utf-8")
        assert said
        assert why.endswith(".")
