"""Asks Google Drive two things: which spreadsheets of an account may have changed (one question for
all of them), and whether a spreadsheet lies in the trash. No names of files are asked for."""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import TypeVar

import msgspec

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google.credentials import MAKING
from budgettrack.workbook.google.workbook import STRANGE, Connection, connected

SEEING = "https://www.googleapis.com/auth/drive.metadata.readonly"
"""The permission (OAuth scope) to see which files there are and when they changed. It does not
allow reading their contents. Only a service account is asked for it: with a person's sign-in, all
files of this person would be seen."""

PAGE = "1000"
MOST_PAGES = 50


class _Start(msgspec.Struct):
    startPageToken: str  # noqa: N815 - the service's name


class _Change(msgspec.Struct):
    fileId: str = ""  # noqa: N815 - the service's name


class _File(msgspec.Struct):
    trashed: bool


class _Page(msgspec.Struct):
    changes: list[_Change] = []
    nextPageToken: str = ""  # noqa: N815 - the service's name
    newStartPageToken: str = ""  # noqa: N815 - the service's name


_Told = TypeVar("_Told")


def begin(connection: Connection) -> str:
    """Returns a token for this moment. With the token, the program can later ask which files
    changed after this moment. Raises `WorkbookError` if Google refuses, or cannot be reached."""
    try:
        return _asked(connection, "changes/startPageToken", {}, _Start).startPageToken
    except _UnknownTokenError:
        raise WorkbookError(
            "Google Drive does not tell which sheets were changed: there is nothing at its address."
            " If address under [workbook] names a server, it must answer for Drive too."
        ) from None


def changed_since(connection: Connection, token: str) -> tuple[set[str], str] | None:
    """Returns the IDs of the files that changed after the moment of the token, and the token for
    the next question. Google reports a change some minutes after it was made.

    Returns None if Google does not know the token any more. Raises `WorkbookError` if Google
    refuses, or cannot be reached."""
    changed: set[str] = set()
    for _ in range(MOST_PAGES):
        query = {
            "pageToken": token,
            "pageSize": PAGE,
            "includeItemsFromAllDrives": "true",
            "fields": "nextPageToken,newStartPageToken,changes(fileId)",
        }
        try:
            page = _asked(connection, "changes", query, _Page)
        except _UnknownTokenError:
            return None
        changed |= {change.fileId for change in page.changes}
        if page.newStartPageToken:
            return changed, page.newStartPageToken
        token = page.nextPageToken
    # There are too many changes to read them all. It is quicker to begin again with a new token.
    return None


def is_in_trash(credentials: Path | None, address: str | None, id_: str) -> bool | None:
    """Whether a spreadsheet lies in the trash of its owner. Returns None if this is not known: the
    sign-in of a person reaches only files that this program made, or Drive does not answer.

    Until Google deletes the spreadsheet after 30 days, everybody can still open it. So Google
    Sheets does not tell that it is in the trash, and Google Drive is asked."""
    try:
        connection = connected(credentials, SEEING, address, patient=False)
        if connection.is_a_person:
            connection = connected(credentials, MAKING, address, patient=False)
        what = f"files/{urllib.parse.quote(id_, safe='')}"
        return _asked(connection, what, {"fields": "trashed"}, _File).trashed
    except (WorkbookError, _UnknownTokenError):
        return None


class _UnknownTokenError(Exception):
    pass


def _asked(connection: Connection, what: str, query: dict[str, str], kind: type[_Told]) -> _Told:
    url = f"{connection.drive}/drive/v3/{what}"
    given = [("supportsAllDrives", "true"), *query.items()]
    status, content = connection.exchange("GET", url, given, None)
    if status != 200:
        raise _UnknownTokenError
    try:
        return msgspec.json.decode(content, type=kind)
    except STRANGE:
        raise WorkbookError(
            "Google Drive gave an answer in an unexpected form. Run this again in a few minutes."
        ) from None
