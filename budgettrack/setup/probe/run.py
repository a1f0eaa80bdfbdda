"""Carries out the probe: sends its requests, compares Google's answers with those of the
stand-in that our tests use, and writes the recording."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from budgettrack import files
from budgettrack.config.load import about_published, spreadsheet_id
from budgettrack.core.base.errors import UsageError, WorkbookError
from budgettrack.setup.probe.recording import (
    SPREADSHEET,
    Disguise,
    Exchange,
    differences,
    lines,
)
from budgettrack.setup.probe.steps import ProbeStep, steps
from budgettrack.version import __version__
from budgettrack.workbook.google import errors
from budgettrack.workbook.google.credentials import MAKING, WRITING
from budgettrack.workbook.google.workbook import Connection, connected

CASSETTE = "budgettrack doctor --probe"
FILE = "budgettrack-probe.jsonl"
EXPECTED = Path(__file__).with_name("expected.jsonl")
"""The answers of the stand-in that our tests use in place of Google. `tests/test_probe.py` says
how to make them again."""
NEW = "new"
TITLE = "A blank sheet of budgettrack doctor --probe"
_BLANK = "sheets(properties(sheetType),data(rowData(values(userEnteredValue))))"
_MADE = ProbeStep("open", "", (("fields", "spreadsheetId"),), {"properties": {"title": TITLE}})
_GIVEN = ProbeStep("open", "", (("fields", "sheets(properties(sheetType))"),), None, "GET")


class Probed(Struct, frozen=True):
    """The result of a probe. `differing` has a line for each place where Google's answer
    differs."""

    exchanges: list[Exchange]
    differing: list[str]
    spreadsheet: str
    is_made: bool
    is_deleted: bool = False


def probe(
    target: str, credentials: Path | None, address: str | None, tell: Callable[[str], None]
) -> Probed:
    """Sends all requests of the probe to Google. They use a new spreadsheet, or the blank
    spreadsheet to which `target` is a link.

    Raises `WorkbookError` if the spreadsheet is not blank, or if Google does not answer."""
    is_made = target == NEW
    given = "" if is_made else spreadsheet_id(target)
    if not is_made and not given:
        raise UsageError(
            about_published(target)
            or f"{target} is not the link of a Google spreadsheet. Give that of a blank one, or:"
            f" --probe {NEW}"
        )
    connection = connected(credentials, MAKING if is_made else WRITING, address)
    id_, exchanges = recorded(connection, given, tell)
    deleted = is_made and _deleted(connection, id_)
    return Probed(exchanges, list(compared(exchanges)), id_, is_made, deleted)


def recorded(
    connection: Connection, given: str, tell: Callable[[str], None]
) -> tuple[str, list[Exchange]]:
    """Carries out all steps in a new spreadsheet, or in the blank one with the ID `given`.

    Returns its ID and the recording."""
    if given:
        _check_blank(connection, given)
    asked = [_GIVEN if given else _MADE, *steps()]
    id_, exchanges, disguise = given, [], None
    for number, step in enumerate(asked):
        tell(f"{number} of {len(asked) - 1}: {step.name}")
        url = f"{_spreadsheets(connection)}/{urllib.parse.quote(id_, safe='')}{step.verb}"
        status, content = connection.exchange(
            step.method, url.removesuffix("/"), step.query, _encoded(step.body)
        )
        answer = _decoded(content)
        if number == 0:
            _check(connection, status, answer, making=not given)
            id_ = id_ or answer["spreadsheetId"]
            disguise = Disguise(id_, [(part.body, part.query) for part in asked])
        assert disguise is not None
        exchanges.append(_exchange(number, step, status, disguise.answer(answer)))
    exchanges[0] |= {"given": bool(given), "program": __version__}
    return id_, exchanges


def compared(exchanges: list[Exchange]) -> Iterator[str]:
    """Yields a line for each place where an answer differs from the expected one.

    The first exchange opens the spreadsheet and is not compared."""
    known = [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()]
    for expected, exchange in zip(known[1:], exchanges[1:], strict=True):
        for difference in differences(expected, exchange):
            yield f"{exchange['step']} ({exchange['n']}): {difference}"


def keep(probed: Probed, folder: Path) -> Path:
    """Writes the recording into a file that only its owner can read. Returns its path.

    Raises `WorkbookError` if it cannot be written."""
    try:
        return files.write(folder / FILE, lines(probed.exchanges), private=True)
    except OSError as error:
        raise WorkbookError(
            f"{folder / FILE} cannot be written ({error.strerror}). Run this in a folder of yours."
        ) from None


def _check_blank(connection: Connection, id_: str) -> None:
    """Raises `WorkbookError` if the spreadsheet is not blank."""
    url, query = (
        f"{_spreadsheets(connection)}/{urllib.parse.quote(id_, safe='')}",
        [("fields", _BLANK)],
    )
    status, content = connection.exchange("GET", url, query, None)
    answer = _decoded(content)
    _check(connection, status, answer, making=False)
    sheets = answer.get("sheets", [])
    rows = [
        row for sheet in sheets for data in sheet.get("data", []) for row in data.get("rowData", [])
    ]
    if len(sheets) != 1 or any(cell for row in rows for cell in row.get("values", [])):
        raise WorkbookError(
            "That spreadsheet is not blank, and it is left as it is. Give the link of a blank one"
            f" that nobody needs, or: --probe {NEW}"
        )


def _check(connection: Connection, status: int, answer: Any, *, making: bool) -> None:
    """Raises `WorkbookError` if Google did not open the spreadsheet."""
    if status != 200:
        told = errors.ErrorAnswer(status, answer["error"]["message"], making=making)
        raise errors.answered(told, connection.email)


def _exchange(number: int, step: ProbeStep, status: int, answer: Any) -> Exchange:
    place = "" if step is _MADE else f"/{SPREADSHEET}{step.verb}"
    return {
        "cassette": CASSETTE,
        "n": number,
        "step": step.name,
        "method": step.method,
        "path": f"/v4/spreadsheets{place}",
        "query": [list(pair) for pair in step.query],
        "request_body": step.body,
        "status": status,
        "response_body": answer,
    }


def _deleted(connection: Connection, id_: str) -> bool:
    """Deletes the spreadsheet that was created for the probe. Returns whether Drive allowed it."""
    url = f"{connection.drive}/drive/v3/files/{urllib.parse.quote(id_, safe='')}"
    with suppress(WorkbookError):
        status, _ = connection.exchange("DELETE", url, [("supportsAllDrives", "true")], None)
        return status < 300
    return False


def _spreadsheets(connection: Connection) -> str:
    return f"{connection.address}/v4/spreadsheets"


def _encoded(body: Any) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise errors.strange_answer() from None
