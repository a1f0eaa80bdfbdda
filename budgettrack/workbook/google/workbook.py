"""The online workbook, a Google spreadsheet. One request reads it, and one request changes it.

The module `credentials` decides with which permissions. No other module uses gspread or
google-auth. `verify` explains how a write is verified; `errors` has the messages."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import requests
from google.auth import exceptions
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import credentials as oauth2
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from msgspec import Struct, field

from budgettrack import structured
from budgettrack.core.base.addresses import a1
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, Edits, NewMeaning, Room, ToolTab
from budgettrack.version import __version__
from budgettrack.workbook.google import errors, repair, verify
from budgettrack.workbook.google import room as google_room
from budgettrack.workbook.google import write as google_write
from budgettrack.workbook.google.cells import (
    MARK,
    READ,
    SENT,
    Entered,
    Spreadsheet,
    Tab,
    entered_rows,
    first_filled,
    grid,
    spreadsheet,
    tab_of,
    updated,
)
from budgettrack.workbook.google.credentials import MAKING, SignIn, credentials_of
from budgettrack.workbook.google.errors import ErrorAnswer
from budgettrack.workbook.google.refused import refused_place
from budgettrack.workbook.google.verify import Faults
from budgettrack.workbook.google.write import Lost, TabWrite, Write

SHEETS = "https://sheets.googleapis.com"
DRIVE = "https://www.googleapis.com"
TIMEOUT = (10.0, 190.0)
"""How many seconds the program waits for a connection and for an answer. Google ends a request
after 180 seconds."""
TRIES = 9
TOTAL = 300.0
"""A request is tried at most `TRIES` times, and for this many seconds in all. Google counts
requests per minute, so the longest pauses are longer than a minute."""
REPAIRS = 6
"""How many repairs in a row are made at most. After that, the values that could not be restored
are listed for people."""
_GONE = 2
"""The error is raised after Google has refused the write this many times with the same message."""


_Answered = TypeVar("_Answered")


class _Failure(Exception):  # noqa: N818 - what to make of it is decided by its kind
    """A request failed. `told`: the error that people see if the request keeps failing."""

    def __init__(self, told: WorkbookError) -> None:
        super().__init__(str(told))
        self.told = told


class _Again(_Failure):
    """The request was not carried out, and may be sent again."""


class _Unsure(_Failure):
    """No answer came, so it is not known whether the request was carried out."""


class _Refused(_Failure):
    """Google refused the request because of the present state of the spreadsheet."""


class Connection(Struct):
    """A connection to Google with timeouts, retries and clear errors.

    `seen`: the tabs of the spreadsheet at its last read, so that messages can name them."""

    credentials: Credentials
    address: str = SHEETS
    drive: str = DRIVE
    timeout: tuple[float, float] = TIMEOUT
    tries: int = TRIES
    total: float = TOTAL
    pause: float = 1.0
    seen: Spreadsheet | None = None
    _client: HTTPClient | None = None

    @property
    def email(self) -> str | None:
        """The address of the account, with which a spreadsheet must be shared.

        Returns None for the sign-in of a person."""
        return getattr(self.credentials, "service_account_email", None)

    @property
    def is_a_person(self) -> bool:
        """Whether the credentials are those of a person."""
        return isinstance(self.credentials, oauth2.Credentials)

    @property
    def whose(self) -> str:
        """Returns words that say to which account the credentials belong."""
        if not isinstance(self.credentials, SignIn):
            return self.email or "those of this machine"
        reach = "the sheets that it made" if self._sees_own_sheets_only else "all its sheets"
        return f"a person's sign-in, for {reach}"

    @property
    def _sees_own_sheets_only(self) -> bool:
        """Whether a person has signed in only for the sheets that this program creates."""
        return isinstance(self.credentials, SignIn) and self.credentials.scopes == [MAKING]

    def get(self, url: str, params: dict[str, Any]) -> bytes:
        """Sends a read request. Tries again if Google is busy or the network fails."""
        return self._bounded(lambda: self._once("GET", url, params, None))

    def post(self, url: str, params: dict[str, Any], content: bytes) -> bytes:
        """Sends a write request. Tries again only if the request was certainly not carried out.
        Raises `_Unsure` if it may have been carried out, and `_Refused` if Google refused it."""
        return self._bounded(lambda: self._once("POST", url, params, content))

    def exchange(
        self, method: str, url: str, params: Sequence[tuple[str, str]], content: bytes | None
    ) -> tuple[int, bytes]:
        """Sends one request. Returns the status and the answer, also if Google refused it.

        Raises `WorkbookError` if Google is too busy, does not let this account in, or cannot be
        reached."""

        def once() -> tuple[int, bytes]:
            try:
                answer = self._request(method, url, params, content)
            except APIError as error:
                failure = self._answered(error, "", writes=method != "GET", making=False)
                if error.response.status_code in (400, 404, 410):
                    return error.response.status_code, error.response.content
                raise failure from None
            return answer.status_code, answer.content

        try:
            return self.persist(once, _Again)
        except _Failure as error:
            raise error.told from None

    def persist(self, send: Callable[[], _Answered], kind: type[Exception]) -> _Answered:
        """Returns the result of `send`. If `send` raises an error of this kind, it is called again
        after a pause. The pauses are random and get longer. Their number and their total time are
        limited."""
        start = time.monotonic()
        try:
            return send()
        except kind as error:
            failed = [error]
        # The library is imported here: few runs ever send a request again.
        import tenacity

        def again() -> _Answered:
            if failed:
                raise failed.pop()
            return send()

        left = self.total - (time.monotonic() - start)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.tries) | tenacity.stop_after_delay(left),
            # Google counts requests per minute, so the pauses add up to at least two minutes.
            wait=tenacity.wait_exponential(multiplier=self.pause, max=30 * self.pause)
            + tenacity.wait_random(0, 5 * self.pause),
            retry=tenacity.retry_if_exception_type(kind),
            reraise=True,
        )
        return retrying(again)

    def _bounded(self, send: Callable[[], bytes]) -> bytes:
        try:
            return self.persist(send, _Again)
        except _Again as error:
            raise error.told from None

    def _once(self, method: str, url: str, params: dict[str, Any], content: bytes | None) -> bytes:
        """Sends one request. The HTTP status decides what kind of failure it is, never the
        message."""
        writes = method != "GET"
        try:
            answer = self._request(method, url, params, content)
        except APIError as error:
            making = writes and url == f"{self.address}/v4/spreadsheets"
            place = refused_place(error.error.get("message", ""), content, self.seen)
            raise self._answered(error, place, writes=writes, making=making) from None
        return answer.content

    def _request(
        self, method: str, url: str, params: Any, content: bytes | None
    ) -> requests.Response:
        """Sends one request. Raises `APIError` if Google answers with an error, and the errors that
        `_once` names if no answer comes."""
        headers = {
            "User-Agent": f"budgettrack/{__version__} (gzip)",
            "Content-Type": "application/json",
        }
        try:
            return self._http().request(method, url, params=params, data=content, headers=headers)
        except (exceptions.TransportError, requests.exceptions.RequestException) as error:
            raise _unreachable(error, url, writes=method != "GET") from None
        except exceptions.OAuthError:
            raise errors.not_exchanged() from None
        except exceptions.GoogleAuthError as error:
            raise errors.not_let_in(str(error)) from None

    def _answered(self, error: APIError, place: str, *, writes: bool, making: bool) -> Exception:
        """Returns what an error answer means: that the request may be sent again, that it was
        refused, or that it is not known whether it was carried out."""
        answer = ErrorAnswer(
            error.response.status_code,
            str(error.error.get("message", "")),
            _reason(error.error),
            making,
            place,
            self._sees_own_sheets_only,
        )
        told = errors.answered(answer, self.email)
        if answer.status == 429:
            return _Again(told)
        if answer.status >= 500:
            return _Unsure(told) if writes else _Again(told)
        if answer.status == 400 and writes:
            return _Refused(told)
        return told

    def _http(self) -> HTTPClient:
        if self._client is None:
            self._client = HTTPClient(auth=None, session=AuthorizedSession(self.credentials))  # type: ignore[arg-type,no-untyped-call]
            self._client.set_timeout(self.timeout)
        return self._client


def _unreachable(error: Exception, url: str, *, writes: bool) -> Exception:
    """Returns what a failed connection means. A write that may have reached Google is not sent
    again."""
    told = errors.unreachable(error, urllib.parse.urlsplit(url).hostname or url)
    if errors.stands_in_the_way(error):
        return told
    if writes and not _never_sent(error):
        return _Unsure(told)
    return _Again(told)


def _reason(error: Any) -> str:
    """Returns the machine-readable reason of an error, such as SERVICE_DISABLED, or ''."""
    for detail in [*error.get("details", []), *error.get("errors", [])]:
        if isinstance(detail, dict) and detail.get("reason"):
            return str(detail["reason"])
    return ""


def _never_sent(error: Exception) -> bool:
    """Whether the failure came before the request was sent, so that nothing was carried out."""
    return isinstance(error, requests.exceptions.ConnectTimeout | exceptions.TransportError) or (
        isinstance(error, requests.exceptions.ConnectionError)
        and "NewConnectionError" in repr(error.args)
    )


class GoogleWorkbook(Struct):
    """A workbook in a Google spreadsheet. `id` is the long ID in its link.

    If `reads_only` is true, an unverified write is left to the next run that may write.
    `changed` counts the rows and pages that repairs have restored. `incomplete` counts the
    before-images (copies made before a write) that were incomplete; their tabs are in `_doubted`
    from then on."""

    id: str
    connection: Connection
    reads_only: bool = False
    changed: int = 0
    incomplete: int = 0
    _state: Spreadsheet | None = None
    _links: Mapping[str, str] = field(default_factory=dict)
    _doubted: set[int] = field(default_factory=set)
    _token: int = 0
    _refusals: list[str] = field(default_factory=list)

    def read(self) -> Book:
        """Reads all tabs in one request.

        If the last write was not verified, because its run was killed, verifies it first and
        corrects its faults. Raises `WorkbookError` with problem and remedy."""
        self._refusals.clear()
        return self._verified(self._get())

    def _verified(self, state: Spreadsheet) -> Book:
        """Returns the content, after the last write that the spreadsheet shows was verified.

        It may be the write of a run that has given up: Google may carry out a request late, after
        another run has read."""
        write = None if self.reads_only else google_write.read_journal(state)
        faults = self._proven_later(write, state)
        return self._book(self._repaired(faults, state) if faults else state)

    def _proven_later(self, write: Write | None, state: Spreadsheet) -> Faults:
        """Returns the faults of the last write. Its run may have been killed before it verified
        the write."""
        if write is None:
            return Faults()
        faults = (repair.still_owed if write.repairs else verify.proven)(write, state)
        self._doubt(faults)
        return faults

    def _doubt(self, faults: Faults) -> None:
        """Records the tabs that have an incomplete before-image (the copy made before a write).
        The next copy of such a tab is made in another way."""
        self.incomplete += len(faults.incomplete)
        self._doubted |= {part.sheet for part in faults.incomplete}

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Writes all `edits`, in one request unless they are very many. Each request is verified
        (see `verify`).

        Returns None if all edits were written. If people changed these cells or moved rows at
        the same time, restores their work and returns the new content: the caller decides again
        from that."""
        state = self._state
        if state is None or book.token != str(self._token):
            raise ValueError("write() needs the book of the last read()")
        self._state = None
        room = edits.room or google_room.in_tables(edits, book, state)
        if room and not book.room:
            return self._with_room(room, state)
        writes = list(google_write.planned(book, edits, state))
        for index, (write, pages) in enumerate(writes):
            last = index + 1 == len(writes)
            hidden = google_write.hidden_texts(edits) if last else {}
            meanings = edits.meanings if last else ()
            answer, done = self._carry_out(write, state, pages, hidden=hidden, meanings=meanings)
            if not done:
                return self._verified(answer)
            faults = verify.proven(write, answer)
            before, state = state, google_write.after(write, state)
            if faults.incomplete:
                state = self._judged_by_reading(faults, before)
            if faults:
                return self._book(self._repaired(faults, state))
        self._refusals.clear()
        return None

    def _with_room(self, rooms: Sequence[Room], state: Spreadsheet) -> Book:
        """Inserts blank rows for new records. Returns the new content, from which the caller
        decides again what to write.

        If people moved rows at the same time, the blank rows are in another place, which does no
        harm. The same request deletes the hidden tabs of the last write, which was verified:
        otherwise the moved rows would make that write look wrong."""
        made = google_write.without_hidden(state) + google_room.requests(rooms, state)
        content = _body([], made, whole=True)
        try:
            fields = "spreadsheetId,updatedSpreadsheet(" + READ + ")"
            answer = self.connection.post(self._url + ":batchUpdate", {"fields": fields}, content)
            now = updated(answer)
        except STRANGE:
            raise errors.strange_answer() from None
        except (_Refused, _Unsure) as error:
            # The present state is read next, so it does not matter whether this was carried out.
            self._refuse_again(error.told)
            return self._verified(self._get())
        return msgspec.structs.replace(self._book(now), room=google_room.inserted(rooms))

    def _judged_by_reading(self, faults: Faults, before: Spreadsheet) -> Spreadsheet:
        """Adds the faults of tabs that have an incomplete before-image (the copy made before a
        write). These faults are found by comparing the tab as it was read before the write with the
        tab as it is now. Returns the present spreadsheet.

        The contents of hidden rows are asked for if Google left them out: only this run knows
        what was read."""
        self._doubt(faults)
        now = self._read()
        hidden = self._hidden_contents(now)
        for part in faults.incomplete:
            tab, read = now.tab(part.sheet), before.tab(part.sheet)
            if isinstance(part, TabWrite) and tab is not None and read is not None:
                rows = dict(tab.contents()) | hidden.get(part.sheet, {})
                faults.cells += verify.from_reading(part, tab_of(part.sheet, rows), read)
        return now

    def stamp(self) -> None:
        """Returns None, because only a reading can show whether the sheet has changed."""

    def tidy(self) -> None:
        """Deletes the hidden tabs of the last write, which was verified when they were read.

        After that, a sync of an unchanged sheet costs no write. If the deletion fails, the next
        sync does it."""
        made = google_write.without_hidden(self._state) if self._state else []
        if made and not self.reads_only:
            body = msgspec.json.encode({"requests": made})
            try:
                self.connection.post(self._url + ":batchUpdate", {"fields": "spreadsheetId"}, body)
            except (_Refused, _Unsure):
                return

    def forget(self) -> None:
        """Deletes the hidden tabs of the last write, because they contain the earlier contents of
        its cells.

        Verifies that write first, and corrects its faults. Raises `WorkbookError` if people keep
        changing the sheet."""
        self._refusals.clear()
        for _ in range(REPAIRS):
            state = self._get()
            write = google_write.read_journal(state)
            faults = self._proven_later(write, state)
            if faults:
                state = self._repaired(faults, state)
            made = google_write.without_hidden(state)
            if not made:
                return
            try:
                body = msgspec.json.encode({"requests": made})
                self.connection.post(self._url + ":batchUpdate", {"fields": "spreadsheetId"}, body)
            except (_Refused, _Unsure) as error:
                # Another run wrote in the meantime, or the answer was lost.
                # So the state of the spreadsheet is read again.
                self._refuse_again(error.told)
        raise errors.too_busy()

    def link(self, tab: str, row: int | None = None) -> str:
        """Returns the link to a tab, or to one of its rows (counted from 0), as it was at the
        last read."""
        sheet = self._state.titled(tab) if self._state else None
        number = sheet.id if sheet else 0
        address = f"https://docs.google.com/spreadsheets/d/{self.id}/edit#gid={number}"
        return address if row is None else f"{address}&range={row + 1}:{row + 1}"

    def links(self) -> Mapping[str, str]:
        """Returns the link to each tab by its title, as it was at the last read. Returns none
        before the first read."""
        return self._links

    def closed(self) -> list[tuple[str, str]]:
        """Returns the cells that this account may not edit, as at the last read: the title of their
        tab and words such as `B2:C9`."""
        sheets = self._state.sheets if self._state else []
        return [
            (tab.title, protection.range.words)
            for tab in sheets
            for protection in tab.protectedRanges
            if protection.stops_us
        ]

    def has_tab(self, number: int) -> bool:
        """Whether the spreadsheet had a tab with this number (gid) at the last read."""
        return self._state is not None and self._state.tab(number) is not None

    def state(self) -> Spreadsheet:
        """Reads the spreadsheet in one request, and returns it in the form of the API."""
        return self._get()

    def may_write(self) -> None:
        """Checks that this account may write, by a request that changes nothing.

        Raises `WorkbookError` if it may not."""
        nothing = {"developerMetadataLookup": {"metadataKey": MARK + " asks"}}
        body = {"requests": [{"deleteDeveloperMetadata": {"dataFilter": nothing}}]}
        _sent(
            self.connection,
            self._url + ":batchUpdate",
            {"fields": "spreadsheetId"},
            msgspec.json.encode(body),
        )

    # ---- methods that send one request each

    @property
    def _url(self) -> str:
        return f"{self.connection.address}/v4/spreadsheets/{urllib.parse.quote(self.id, safe='')}"

    def _get(self) -> Spreadsheet:
        state = self._read()
        self._check_hidden_rows(state)
        return state

    def _read(self) -> Spreadsheet:
        content = self.connection.get(self._url, {"fields": READ})
        try:
            state = spreadsheet(content)
        except STRANGE:
            raise errors.strange_answer() from None
        # Without the cells, which would be kept in memory for long.
        tabs = [Tab(properties=tab.properties, tables=tab.tables) for tab in state.sheets]
        self.connection.seen = Spreadsheet(sheets=tabs)
        return state

    def _check_hidden_rows(self, state: Spreadsheet, *, after_a_write: bool = False) -> None:
        """Raises `WorkbookError` if Google left out the contents of hidden rows.

        It asks for the values of these rows only if no hidden row of their tab had any content."""
        asked = [block.range for block in _doubtful(state)]
        if not asked:
            return
        params = {"ranges": asked, "fields": "valueRanges(range,values)"}
        content = self.connection.get(self._url + "/values:batchGet", params)
        try:
            place = first_filled(content)
        except STRANGE:
            raise errors.strange_answer() from None
        if place is not None:
            raise (errors.written_rows_not_shown if after_a_write else errors.rows_not_shown)(place)

    def _hidden_contents(
        self, state: Spreadsheet
    ) -> dict[int, dict[int, Sequence[Entered | None]]]:
        """Returns the contents of hidden rows that Google may have left out, by tab and row.

        A text that begins with an equals sign cannot be told from a formula here. It is then not
        found again, and left as it is."""
        blocks = _doubtful(state)
        if not blocks:
            return {}
        params = {
            "ranges": [block.range for block in blocks],
            "fields": "valueRanges(range,values)",
            "valueRenderOption": "FORMULA",
        }
        content = self.connection.get(self._url + "/values:batchGet", params)
        try:
            held = entered_rows(content)
        except STRANGE:
            raise errors.strange_answer() from None
        contents: dict[int, dict[int, Sequence[Entered | None]]] = {}
        for block, rows in zip(blocks, held, strict=False):
            contents.setdefault(block.sheet, {}).update(enumerate(rows, block.top))
        return contents

    def _carry_out(
        self,
        write: Write,
        state: Spreadsheet,
        pages: Sequence[ToolTab] = (),
        *,
        hidden: Mapping[str, str] | None = None,
        meanings: Sequence[NewMeaning] = (),
        lost: Sequence[Lost] = (),
        whole: bool = False,
    ) -> tuple[Spreadsheet, bool]:
        """Sends a write until it is certain whether it was carried out.

        If it was, returns its hidden tabs (or the `whole` spreadsheet) and True. If it cannot be
        carried out any more, returns the present spreadsheet and False."""
        google_write.choose_images(write, state, self._doubted)
        content = _body(
            google_write.ranges(write, state),
            google_write.requests(write, state, pages, lost, hidden, meanings),
            whole=whole,
        )
        fields = "spreadsheetId,updatedSpreadsheet(" + (READ if whole else _PROOF) + ")"
        try:
            return self.connection.persist(
                lambda: self._attempt(write, state, fields, content), _Unsure
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
            if all(answer.tab(scratch) is not None for scratch in write.scratches):
                return answer, True
            failure: _Failure = _Unsure(errors.strange_answer())
        except STRANGE:
            failure = _Unsure(errors.strange_answer())
        except (_Refused, _Unsure) as error:
            failure = error
        # The journal in the sheet shows whether the write was carried out.
        now = self._get()
        journal = google_write.read_journal(now)
        if journal is not None and journal.journal == write.journal:
            return now, True
        if isinstance(failure, _Refused) or self._moved_on(now, state):
            self._refuse_again(failure.told)
            return now, False
        raise failure

    def _moved_on(self, now: Spreadsheet, state: Spreadsheet) -> bool:
        """Whether another write was carried out since `state`. If so, this write is impossible."""
        before = {sheet.id for sheet in google_write.hidden_tabs(state)}
        return before != {sheet.id for sheet in google_write.hidden_tabs(now)}

    def _refuse_again(self, told: WorkbookError) -> None:
        """Raises the error if the same refusal comes again. A single refusal may be caused by a
        change that people have just made."""
        self._refusals.append(str(told))
        if self._refusals.count(str(told)) >= _GONE:
            raise told

    def _repaired(self, faults: Faults, state: Spreadsheet) -> Spreadsheet:
        """Corrects the faults of a write and returns the spreadsheet after that.

        If a row is gone, its values are listed in a tab for people. If people keep moving the
        rows, the last repair stays unfinished in the sheet: the next reading goes on from its
        journal and its before-images. Raises `WorkbookError` then."""
        for _ in range(REPAIRS):
            self.changed += len(faults.cells) + len(faults.pages)
            write = repair.repair(faults, state)
            answer, done = self._carry_out(write, state, lost=faults.lost, whole=True)
            # Rows that Google does not show cannot be checked. The next run checks this repair.
            self._check_hidden_rows(answer, after_a_write=True)
            faults = (
                repair.still_owed(write, answer)
                if done
                else _with(repair.sought(write, answer), faults)
            )
            self._doubt(faults)
            state = answer
            if not faults:
                return state
        if google_write.read_journal(state) is not None:
            raise errors.too_busy_to_repair()
        # If somebody deleted the hidden tabs, only this run knows which cells must be restored.
        lost = repair.given_up(faults, state)
        answer, done = self._carry_out(
            Write(google_write.new_number(state)), state, lost=lost, whole=True
        )
        if not done:
            raise errors.too_busy()
        return answer

    def _book(self, state: Spreadsheet) -> Book:
        self._state = state
        self._links = {tab.title: self.link(tab.title) for tab in state.sheets}
        self._token += 1
        texts = {
            metadata.metadataKey: metadata.metadataValue
            for metadata in reversed(state.developerMetadata)
        }
        hidden = {tab.id for tab in google_write.hidden_tabs(state)}
        grids = tuple(
            grid(tab)
            for tab in state.sheets
            if tab.properties.sheetType == "GRID" and tab.id not in hidden
        )
        about = state.properties
        token, zone = str(self._token), about.timeZone or None
        titles = tuple(tab.title for tab in state.sheets)
        return Book(
            grids, texts.get(MARK), about.locale or None, token, zone, titles, texts.get(SENT)
        )


class _HiddenRows(Struct, frozen=True):
    """Hidden rows of a tab that follow one another, from `top` on."""

    sheet: int
    top: int
    range: str


def _doubtful(state: Spreadsheet) -> list[_HiddenRows]:
    """Returns the hidden rows for which Google may have left out the contents."""
    return [
        _HiddenRows(sheet.id, top, f"{a1(sheet.title)}!{top + 1}:{bottom}")
        for sheet in state.sheets
        if sheet.properties.sheetType == "GRID"
        for top, bottom in google_write.runs(sheet.hidden_blank_rows, 0)
    ]


_PROOF = (
    "sheets(properties(sheetId,title),data(startRow,startColumn,"
    "rowData(values(effectiveValue,userEnteredValue/formulaValue))))"
)
"""The fields that the answer to a write must have: the before-images (copies made before the
write, see `ranges`)."""


def _with(sought: Faults, before: Faults) -> Faults:
    """Returns the new faults, together with the lost values that were not listed for people yet."""
    sought.lost += before.lost
    return sought


def _body(ranges: list[str], made: list[dict[str, Any]], *, whole: bool) -> bytes:
    body: dict[str, Any] = {"requests": made}
    if whole or ranges:
        body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
        if not whole:
            body["responseRanges"] = ranges
    return msgspec.json.encode(body)


def connected(
    key: Path | None, scope: str, address: str | None = None, *, patient: bool = True
) -> Connection:
    """Returns a connection with the credentials in a key file or those of this computer.

    If `patient` is false, it stops trying soon."""
    connection = Connection(credentials_of(key, scope), address or SHEETS, address or DRIVE)
    if not patient:
        connection.tries, connection.total, connection.timeout = 2, 20.0, (5.0, 60.0)
    return connection


class _Made(msgspec.Struct):
    spreadsheetId: str  # noqa: N815 - the service's name


class _MadeFile(msgspec.Struct):
    id: str


STRANGE = (msgspec.MsgspecError, RecursionError)
"""The exceptions that are raised if an answer has another form than expected, or too many nested
brackets."""

_SPREADSHEET = "application/vnd.google-apps.spreadsheet"


def create(connection: Connection, title: str) -> str:
    """Creates a blank spreadsheet and returns its ID. The account that creates it owns it."""
    body = msgspec.json.encode({"properties": {"title": title}})
    content = _sent(
        connection, f"{connection.address}/v4/spreadsheets", {"fields": "spreadsheetId"}, body
    )
    try:
        return structured.json_as(content, _Made).spreadsheetId
    except ValueError:
        raise errors.strange_answer() from None


def create_in(connection: Connection, folder: str, title: str) -> str:
    """Creates a blank spreadsheet in a folder, which may be in a shared drive, and returns its ID.

    In a shared drive it belongs to the organisation, so it stays if the account is deleted.
    Raises `WorkbookError` if the account may not create files there."""
    body = msgspec.json.encode({"name": title, "mimeType": _SPREADSHEET, "parents": [folder]})
    url, query = f"{connection.drive}/drive/v3/files", {"supportsAllDrives": "true", "fields": "id"}
    status, content = connection.exchange("POST", url, [*query.items()], body)
    if status != 200:
        raise errors.no_folder(connection.email)
    try:
        return structured.json_as(content, _MadeFile).id
    except ValueError:
        raise errors.strange_answer() from None


def lay_out(
    book: GoogleWorkbook, requests_of: Callable[[list[int], int], list[dict[str, Any]]], tabs: int
) -> None:
    """Turns a blank spreadsheet into a workbook with tabs.

    `requests_of` makes the requests from the numbers of the new tabs and of the blank tab.
    Raises `WorkbookError` if the spreadsheet is not blank; it then stays unchanged."""
    state = book.state()
    if len(state.sheets) != 1 or not _is_blank(state.sheets[0]):
        raise errors.not_blank()
    taken = state.ids
    made = requests_of([google_write.new_id(taken) for _ in range(tabs)], state.sheets[0].id)
    id_ = urllib.parse.quote(book.id, safe="")
    url = f"{book.connection.address}/v4/spreadsheets/{id_}:batchUpdate"
    _sent(
        book.connection, url, {"fields": "spreadsheetId"}, msgspec.json.encode({"requests": made})
    )


def _is_blank(tab: Tab) -> bool:
    return all(content is None for _, cells in tab.contents() for content in cells)


def share(connection: Connection, id_: str, email: str) -> None:
    """Lets a person edit a spreadsheet that this account created. Google informs the person by
    mail."""
    body = msgspec.json.encode({"type": "user", "role": "writer", "emailAddress": email})
    url = f"{connection.drive}/drive/v3/files/{urllib.parse.quote(id_, safe='')}/permissions"
    _sent(connection, url, {"fields": "id", "supportsAllDrives": "true"}, body)


def _sent(connection: Connection, url: str, params: dict[str, Any], body: bytes) -> bytes:
    try:
        return connection.post(url, params, body)
    except (_Refused, _Unsure) as error:
        raise error.told from None
