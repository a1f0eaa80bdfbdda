"""The online workbook: a Google spreadsheet, read in one request and changed in one.

This is the only file that knows gspread and google-auth. How a write proves itself is told in
`google_proof`; what goes wrong with Google, and its remedy, in `google_errors`."""

from __future__ import annotations

import json
import os
import stat
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import google.auth
import msgspec
import requests
import tenacity
from google.auth import exceptions, identity_pool
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import credentials as oauth2
from google.oauth2 import service_account
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, Edits, ToolTab
from budgettrack.version import __version__
from budgettrack.workbook.google import errors, repair, verify
from budgettrack.workbook.google import write as google_write
from budgettrack.workbook.google.cells import READ, Spreadsheet, grid, spreadsheet, updated
from budgettrack.workbook.google.errors import ErrorAnswer
from budgettrack.workbook.google.verify import Faults
from budgettrack.workbook.google.write import Lost, Write

SHEETS = "https://sheets.googleapis.com"
DRIVE = "https://www.googleapis.com"
READING = "https://www.googleapis.com/auth/spreadsheets.readonly"
WRITING = "https://www.googleapis.com/auth/spreadsheets"
MAKING = "https://www.googleapis.com/auth/drive.file"
"""Scopes: to read, to write, and to make and share a spreadsheet of our own; never all of
somebody's files."""

TIMEOUT = (10.0, 190.0)
"""Seconds to wait for a connection and for an answer; Google gives up on a request after 180 s."""
TRIES = 9
TOTAL = 300.0
"""How often a request is tried, and for how many seconds in all; the longest pauses outlast the
minute after which Google counts requests anew."""
REPAIRS = 6
"""How often a repair follows a repair; what is owed then is set down for people."""
_GONE = 2
"""How often the same refusal is met before it is told."""


class _Failure(Exception):  # noqa: N818 - what to make of it is decided by its kind
    """A request without success. `told` is what people are told where it stays so."""

    def __init__(self, told: WorkbookError) -> None:
        super().__init__(str(told))
        self.told = told


class _Again(_Failure):
    """The request was not carried out and may be sent again."""


class _Unsure(_Failure):
    """The request may have been carried out or not: the answer never came."""


class _Refused(_Failure):
    """The request cannot be carried out on the spreadsheet as it is now."""


def credentials_of(path: Path | None, scope: str) -> Credentials:
    """The credentials of a file (a service account's key, a workload identity, somebody's sign-in),
    or this machine's.

    Raises `WorkbookError` where there are none, where they cannot be read, or where others may read
    them."""
    try:
        if path is None:
            return google.auth.default(scopes=[scope])[0]
        return _from_file(json.loads(_key_file(path)), scope)
    except exceptions.DefaultCredentialsError as error:
        raise errors.no_credentials(path, str(error)) from None
    except (exceptions.GoogleAuthError, ValueError, KeyError, TypeError):
        # The library's own words may quote the file.
        raise errors.unreadable_key(path) from None


def _from_file(info: dict[str, Any], scope: str) -> Credentials:
    kind = info["type"]
    if kind == "service_account":
        return service_account.Credentials.from_service_account_info(info, scopes=[scope])  # type: ignore[no-untyped-call,no-any-return]
    if kind == "external_account":
        return identity_pool.Credentials.from_info(info, scopes=[scope])  # type: ignore[no-untyped-call,no-any-return]
    if kind == "authorized_user":
        return oauth2.Credentials.from_authorized_user_info(info, scopes=[scope])  # type: ignore[no-untyped-call,no-any-return]
    raise ValueError(kind)


def _key_file(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError as error:
        raise errors.no_key_file(path, error) from None
    if os.name == "posix" and mode & 0o077:
        raise errors.open_key_file(path)
    return content


@dataclass(slots=True)
class Connection:
    """A way to Google that waits no longer than it must, and tells what went wrong in words."""

    credentials: Credentials
    address: str = SHEETS
    drive: str = DRIVE
    timeout: tuple[float, float] = TIMEOUT
    tries: int = TRIES
    total: float = TOTAL
    pause: float = 1.0
    _client: HTTPClient | None = None

    @property
    def email(self) -> str | None:
        """The account's address, to which a spreadsheet must be shared.

        Returns None if the credentials are a person's own."""
        return getattr(self.credentials, "service_account_email", None)

    def get(self, url: str, params: dict[str, Any]) -> bytes:
        """Read; tried again where Google is busy or the network fails."""
        return self._bounded(lambda: self._once("GET", url, params, None))

    def post(self, url: str, params: dict[str, Any], content: bytes) -> bytes:
        """Write. Tried again only where it is certain that nothing was carried out.

        Raises `_Unsure` where it may have been, `_Refused` where the spreadsheet stands against it.
        """
        return self._bounded(lambda: self._once("POST", url, params, content))

    def pausing(self, *kinds: type[Exception]) -> tenacity.Retrying:
        """Attempts with growing, jittered pauses between them, bounded in number and in time."""
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.tries) | tenacity.stop_after_delay(self.total),
            # Never shorter than two minutes in all, since Google counts requests anew every minute.
            wait=tenacity.wait_exponential(multiplier=self.pause, max=30 * self.pause)
            + tenacity.wait_random(0, 5 * self.pause),
            retry=tenacity.retry_if_exception_type(kinds),
            reraise=True,
        )

    def _bounded(self, send: Callable[[], bytes]) -> bytes:
        try:
            return self.pausing(_Again)(send)
        except _Again as error:
            raise error.told from None

    def _once(self, method: str, url: str, params: dict[str, Any], content: bytes | None) -> bytes:
        """One attempt. The decision what to make of a failure rests on its status and never on its
        words."""
        writes = method != "GET"
        try:
            headers = {
                "User-Agent": f"budgettrack/{__version__} (gzip)",
                "Content-Type": "application/json",
            }
            return (
                self._http()
                .request(method, url, params=params, data=content, headers=headers)
                .content
            )
        except APIError as error:
            answer = ErrorAnswer(
                error.response.status_code,
                str(error.error.get("message", "")),
                _reason(error.error),
            )
            told = errors.answered(answer, self.email)
            if answer.status == 429:
                raise _Again(told) from None
            if answer.status >= 500:
                raise (_Unsure(told) if writes else _Again(told)) from None
            if answer.status == 400 and writes:
                raise _Refused(told) from None
            raise told from None
        except exceptions.RefreshError as error:
            raise errors.not_let_in(str(error)) from None
        except (exceptions.TransportError, requests.exceptions.RequestException) as error:
            told = errors.unreachable(error, urllib.parse.urlsplit(url).hostname or url)
            if errors.stands_in_the_way(error):
                raise told from None
            if writes and not _never_sent(error):
                raise _Unsure(told) from None
            raise _Again(told) from None

    def _http(self) -> HTTPClient:
        if self._client is None:
            self._client = HTTPClient(auth=None, session=AuthorizedSession(self.credentials))  # type: ignore[arg-type,no-untyped-call]
            self._client.set_timeout(self.timeout)
        return self._client


def _reason(error: Any) -> str:
    """The machine-readable reason in an error's details, such as SERVICE_DISABLED."""
    for each in [*error.get("details", []), *error.get("errors", [])]:
        if isinstance(each, dict) and each.get("reason"):
            return str(each["reason"])
    return ""


def _never_sent(error: Exception) -> bool:
    """Whether a failure came before anything was sent: then nothing was carried out."""
    return isinstance(error, requests.exceptions.ConnectTimeout | exceptions.TransportError) or (
        isinstance(error, requests.exceptions.ConnectionError)
        and "NewConnectionError" in repr(error.args)
    )


@dataclass(slots=True)
class GoogleWorkbook:
    """A workbook in a Google spreadsheet. `id` is the long word in its link.

    `reads_only` leaves a write that was never proven to the next one who may write. `changed`
    counts what repairs put back, for whoever wants to know."""

    id: str
    connection: Connection
    reads_only: bool = False
    changed: int = 0
    _state: Spreadsheet | None = None
    _token: int = 0
    _refusals: list[str] = field(default_factory=list)

    def read(self) -> Book:
        """Every tab's cells, at one moment, in one request.

        A write whose proof was never seen, because its run died, is proven now; what it should not
        have changed is put back first. Raises `WorkbookError` with what is wrong and what to do.
        """
        self._refusals.clear()
        state = self._get()
        write = None if self.reads_only else google_write.read_journal(state)
        faults = verify.proven(write, state) if write is not None else Faults()
        return self._book(self._repaired(faults, state) if faults else state)

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Do all `edits`, in one request unless they are very many; each proves itself (see
        `google_proof`).

        None where all is done. Where somebody worked in the very cells, or rows moved, their work
        is put back, and the workbook as it is then is returned, to decide again from."""
        state = self._state
        if state is None or book.token != str(self._token):
            raise ValueError("a workbook is written as it was read last")
        self._state = None
        writes = list(google_write.planned(book, edits, state))
        for index, (write, pages) in enumerate(writes):
            last = index + 1 == len(writes)
            answer, done = self._carry_out(write, state, pages, mark=edits.mark if last else None)
            if not done:
                return self._book(answer)
            faults = verify.proven(write, answer)
            state = google_write.after(write, state)
            if faults:
                return self._book(self._repaired(faults, state))
        self._refusals.clear()
        return None

    def link(self, tab: str, row: int) -> str:
        """The way to a row (counted from 0) of a tab, as it was read last."""
        number = (
            next((each.id for each in self._state.sheets if each.title == tab), 0)
            if self._state
            else 0
        )
        rows = f"{row + 1}:{row + 1}"
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit#gid={number}&range={rows}"

    def state(self) -> Spreadsheet:
        """The spreadsheet as the service has it, in one request."""
        return self._get()

    def may_write(self) -> None:
        """Ask Google whether this account may write, by a request that changes nothing; raises
        where it may not."""
        nothing = {"developerMetadataLookup": {"metadataKey": google_write.MARK + " asks"}}
        body = {"requests": [{"deleteDeveloperMetadata": {"dataFilter": nothing}}]}
        _sent(
            self.connection,
            self._url + ":batchUpdate",
            {"fields": "spreadsheetId"},
            msgspec.json.encode(body),
        )

    # ---- one request each

    @property
    def _url(self) -> str:
        return f"{self.connection.address}/v4/spreadsheets/{urllib.parse.quote(self.id, safe='')}"

    def _get(self) -> Spreadsheet:
        content = self.connection.get(self._url, {"fields": READ})
        try:
            return spreadsheet(content)
        except msgspec.MsgspecError:
            raise errors.strange_answer() from None

    def _carry_out(
        self,
        write: Write,
        state: Spreadsheet,
        pages: Sequence[ToolTab] = (),
        *,
        mark: str | None = None,
        lost: Sequence[Lost] = (),
        whole: bool = False,
    ) -> tuple[Spreadsheet, bool]:
        """Send a write until it is certain whether it was carried out. The hidden tabs (or the
        `whole` spreadsheet) after it and True; the spreadsheet as it is and False where it cannot
        be carried out any more."""
        content = _body(write, google_write.requests(write, state, pages, lost, mark), whole=whole)
        fields = "spreadsheetId,updatedSpreadsheet(" + (READ if whole else _PROOF) + ")"
        try:
            return self.connection.pausing(_Unsure)(
                lambda: self._attempt(write, state, fields, content)
            )
        except _Unsure as error:
            raise error.told from None

    def _attempt(
        self, write: Write, state: Spreadsheet, fields: str, content: bytes
    ) -> tuple[Spreadsheet, bool]:
        try:
            answer = updated(
                self.connection.post(self._url + ":batchUpdate", {"fields": fields}, content)
            )
            if all(answer.tab(each) is not None for each in write.scratches):
                return answer, True
            failure: _Failure = _Unsure(errors.strange_answer())
        except msgspec.MsgspecError:
            failure = _Unsure(errors.strange_answer())
        except (_Refused, _Unsure) as error:
            failure = error
        # It may have been carried out all the same: the journal in the sheet knows.
        now = self._get()
        held = google_write.read_journal(now)
        if held is not None and held.journal == write.journal:
            return now, True
        if isinstance(failure, _Refused) or self._moved_on(now, state):
            self._refuse_again(failure.told)
            return now, False
        raise failure

    def _moved_on(self, now: Spreadsheet, state: Spreadsheet) -> bool:
        """Whether another write was carried out since: this one can never be any more."""
        before = {each.id for each in state.sheets if google_write.is_hidden(each.title)}
        return before != {each.id for each in now.sheets if google_write.is_hidden(each.title)}

    def _refuse_again(self, told: WorkbookError) -> None:
        """A refusal may come of what people did just now; the same one again does not."""
        self._refusals.append(str(told))
        if self._refusals.count(str(told)) >= _GONE:
            raise told

    def _repaired(self, faults: Faults, state: Spreadsheet) -> Spreadsheet:
        """Put back what a write should not have changed; the spreadsheet after it."""
        for _ in range(REPAIRS):
            self.changed += len(faults.cells) + len(faults.pages)
            write = repair.repair(faults, state)
            answer, done = self._carry_out(write, state, lost=faults.lost, whole=True)
            faults = (
                repair.still_owed(write, answer)
                if done
                else _with(repair.sought(write, answer), faults)
            )
            state = answer
            if not faults:
                return state
        lost = repair.given_up(faults, state)
        answer, done = self._carry_out(
            Write(google_write.new_number(state)), state, lost=lost, whole=True
        )
        if not done:
            raise errors.too_busy()
        return answer

    def _book(self, state: Spreadsheet) -> Book:
        self._state = state
        self._token += 1
        mark = next(
            (
                each.metadataValue
                for each in state.developerMetadata
                if each.metadataKey == google_write.MARK
            ),
            None,
        )
        grids = tuple(
            grid(tab)
            for tab in state.sheets
            if tab.properties.sheetType == "GRID" and not google_write.is_hidden(tab.title)
        )
        about = state.properties
        return Book(grids, mark, about.locale or None, str(self._token), about.timeZone or None)


_PROOF = (
    "sheets(properties(sheetId,title),data(startRow,startColumn,"
    "rowData(values(effectiveValue,userEnteredValue/formulaValue))))"
)
"""What a write's answer brings back: its before-images."""


def _with(sought: Faults, before: Faults) -> Faults:
    """What was not set down yet stays to be set down."""
    sought.lost += before.lost
    return sought


def _body(write: Write, made: list[dict[str, Any]], *, whole: bool) -> bytes:
    body: dict[str, Any] = {"requests": made}
    ranges = google_write.ranges(write)
    if whole or ranges:
        body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
        if not whole:
            body["responseRanges"] = ranges
    return msgspec.json.encode(body)


def connected(
    key: Path | None, scope: str, address: str | None = None, *, patient: bool = True
) -> Connection:
    """A connection with the credentials of a key file or of this machine; one that is not patient
    soon gives up."""
    connection = Connection(credentials_of(key, scope), address or SHEETS, address or DRIVE)
    if not patient:
        connection.tries, connection.total, connection.timeout = 2, 20.0, (5.0, 60.0)
    return connection


class _Made(msgspec.Struct):
    spreadsheetId: str  # noqa: N815 - the service's name


def create(connection: Connection, title: str) -> str:
    """A new blank spreadsheet; its ID. It belongs to the account that made it."""
    body = msgspec.json.encode({"properties": {"title": title}})
    content = _sent(
        connection, f"{connection.address}/v4/spreadsheets", {"fields": "spreadsheetId"}, body
    )
    try:
        return msgspec.json.decode(content, type=_Made).spreadsheetId
    except msgspec.MsgspecError:
        raise errors.strange_answer() from None


def lay_out(
    book: GoogleWorkbook, requests_of: Callable[[list[int], int], list[dict[str, Any]]], tabs: int
) -> None:
    """Turn a blank spreadsheet into a workbook by requests that are made for the numbers of its new
    tabs and of the blank one. Raises `WorkbookError` where something stands in it already, which is
    left as it is."""
    state = book.state()
    if len(state.sheets) != 1 or any(
        each is not None for _, row in state.sheets[0].contents() for each in row
    ):
        raise errors.not_blank()
    taken = {each.id for each in state.sheets}
    made = requests_of([google_write.new_id(taken) for _ in range(tabs)], state.sheets[0].id)
    id_ = urllib.parse.quote(book.id, safe="")
    url = f"{book.connection.address}/v4/spreadsheets/{id_}:batchUpdate"
    _sent(
        book.connection, url, {"fields": "spreadsheetId"}, msgspec.json.encode({"requests": made})
    )


def share(connection: Connection, id_: str, email: str) -> None:
    """Let somebody edit a spreadsheet that this account made; Google tells them by mail."""
    body = msgspec.json.encode({"type": "user", "role": "writer", "emailAddress": email})
    url = f"{connection.drive}/drive/v3/files/{urllib.parse.quote(id_, safe='')}/permissions"
    _sent(connection, url, {"fields": "id", "supportsAllDrives": "true"}, body)


def _sent(connection: Connection, url: str, params: dict[str, Any], body: bytes) -> bytes:
    try:
        return connection.post(url, params, body)
    except (_Refused, _Unsure) as error:
        raise error.told from None
