"""The server: listens, knows who asks, keeps quotas, routes, and plays trouble on demand."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
import urllib.parse
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.sheets_api import answers, changes, consent, errors, form, masks, objects, values
from tests.sheets_api.discovery import method_named
from tests.sheets_api.drive import Drive, File
from tests.sheets_api.errors import ApiError
from tests.sheets_api.identities import Identities
from tests.sheets_api.ranges import Area
from tests.sheets_api.spreadsheet import ALTERED_AFTER, Spreadsheet
from tests.sheets_api.tokens import Token, Tokens, service_account_file
from tests.world.needs import needed

DEFAULT_EMAIL = "service-account@example.iam.gserviceaccount.com"
LARGEST = 10 * 1024 * 1024
"""Bytes of a request beyond which the service refuses it."""
assert changes.KINDS["addChart"] is objects.add_chart, "importing `objects` adds its kinds"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
SHEETS_READ = SHEETS + ".readonly"
DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = DRIVE + ".file"
DRIVE_READ = DRIVE + ".readonly"
DRIVE_SEE = DRIVE + ".metadata.readonly"
SPREADSHEETS_PATH = "/v4/spreadsheets"
_SEEN = re.compile(r"/drive/v3/(changes.*|files(/[^/]+)?)")
"""What the narrow scope to see files lets a program ask."""
READS_BY_FILTER = (":getByDataFilter", ":batchGetByDataFilter", ":search")
"""Ends of the paths that read although their method is POST."""


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange, as it went over the wire."""

    method: str
    path: str
    query: list[tuple[str, str]]
    body: Any
    status: int
    answer: Any
    sent: int
    received: int
    email: str = ""

    @property
    def writes(self) -> bool:
        """Whether it counts as a write."""
        return self.method != "GET" and not self.path.endswith(READS_BY_FILTER)


@dataclass
class Trouble:
    """What befalls one request: an error instead of the answer, silence, or a torn connection.

    `after`: the request is carried out all the same and only its answer is lost. `writes` limits it
    to writes (True) or reads (False); other requests pass it by. `instead` is a body that comes in
    the place of the answer, with success."""

    status: int = 0
    html: bool = False
    stall: float = 0.0
    cut: bool = False
    after: bool = False
    writes: bool | None = None
    error: ApiError | None = None
    instead: str | None = None


class _Cut(Exception):  # noqa: N818 - it stands for a torn connection
    """The connection ends here, without an answer."""


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the calls are kept in memory."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError, ValueError):
            self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """The client went away: its own affair."""


class _Quota:
    """Requests of one kind by one account within the current minute."""

    def __init__(self, limit: int | None, clock: Callable[[], float], minute: float) -> None:
        self._limit, self._clock, self._minute = limit, clock, minute
        self._held: dict[str, tuple[int, int]] = {}

    def take(self, email: str) -> bool:
        if self._limit is None:
            return True
        window = int(self._clock() // self._minute)
        held, count = self._held.get(email, (window, 0))
        count = count if held == window else 0
        self._held[email] = (window, count + 1)
        return count < self._limit


@dataclass
class Server:
    """A running stand-in for Google. Use as a context manager, or `start` and `stop`."""

    port: int = 0
    any_token: bool = False
    quota: int | None = None
    project_quota: int | None = None
    minute: float = 60.0
    clock: Callable[[], float] = time.time
    drive: Drive = field(default_factory=Drive)
    tokens: Tokens = field(default_factory=Tokens)
    calls: list[Call] = field(default_factory=list)
    troubles: deque[Trouble] = field(default_factory=deque)
    stalled: dict[str, float] = field(default_factory=dict)
    """After how many seconds requests for a spreadsheet are answered, by its ID."""
    before: Callable[[str, str], None] | None = None
    meanwhile: Callable[[Spreadsheet], None] | None = None
    check: Callable[[Call], None] | None = None
    disabled: set[str] = field(default_factory=set)
    keep_bodies: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.drive.clock = self.clock
        self.identities = Identities(self.tokens)
        self._reads = _Quota(self.quota, self.clock, self.minute)
        self._writes = _Quota(self.quota, self.clock, self.minute)
        self._all_reads = _Quota(self.project_quota, self.clock, self.minute)
        self._all_writes = _Quota(self.project_quota, self.clock, self.minute)

    # ---- life

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def token_url(self) -> str:
        return self.url + "/token"

    def start(self) -> Server:
        self._server = make_server(
            "127.0.0.1", self.port, self._application, threaded=True, request_handler=_Handler
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.tokens.audience = self.token_url
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Server:
        needed("google_http")
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ---- what tests set up

    def service_account(self, email: str = DEFAULT_EMAIL) -> str:
        """A new key for a service account that the token endpoint knows from then on; the text of
        its file."""
        text, account = service_account_file(email, self.token_url)
        self.tokens.accounts.setdefault(email, account).certificates.update(account.certificates)
        return text

    def client(self) -> str:
        """The text of the file of a new OAuth client, which the consent page knows from then on."""
        return self.tokens.consent.client_file(self.url)

    def spreadsheet(
        self,
        title: str = "Plan",
        email: str = DEFAULT_EMAIL,
        owner: str = "treasurer@example.org",
        id_: str = "",
    ) -> File:
        """A blank spreadsheet of somebody's, shared with an account for writing."""
        file = self.drive.new(owner, title)
        if id_:
            self.drive.files[id_] = self.drive.files.pop(file.id)
            file.id = id_
            assert file.book is not None
            file.book.id = id_
        file.made_by = ""
        if email != owner:
            file.permissions.append(
                {"id": "2" * 12, "type": "user", "role": "writer", "emailAddress": email}
            )
        return file

    @contextmanager
    def person(self, file: File) -> Iterator[Spreadsheet]:
        """Somebody at work in the sheet: what is done in the block happens at one moment."""
        with self.lock:
            assert file.book is not None
            yield file.book
            file.book.changed()
            file.modified = self.clock()
            self.drive.happened.append((file.id, file.modified))

    # ---- one request

    def _application(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path
        split = urllib.parse.urlsplit(raw)
        path = urllib.parse.unquote(split.path)
        query = urllib.parse.parse_qsl(split.query, keep_blank_values=True)
        content = request.get_data()
        trouble = None
        try:
            if path in (consent.PAGE, consent.DECISION):
                response = self._consent(path, query, content)
            elif (identity := self._identity(request, path, content)) is not None:
                response = identity
            elif path == "/token":
                header = request.headers.get("Authorization", "")
                with self.lock:
                    status, answer = self.tokens.grant(content.decode(), self.clock(), header)
                response = _json(status, answer)
                self._keep(request.method, path, query, None, status, None, 0, 0, "")
            else:
                trouble = self._trouble(request.method, path)
                response = self._answered(request, path, query, content, trouble)
        except _Cut:
            _tear(environ)
            raise ConnectionAbortedError from None
        if "gzip" in request.headers.get("Accept-Encoding", "") and len(response.get_data()) > 1000:
            response.set_data(gzip.compress(response.get_data(), 1))
            response.headers["Content-Encoding"] = "gzip"
        return response(environ, start_response)

    def _identity(self, request: Request, path: str, content: bytes) -> Response | None:
        """What the services of identities without a key answer, or None for another path."""
        with self.lock:
            answered = self.identities.answered(
                request.method, path, dict(request.headers), content, self.clock()
            )
        if answered is None:
            return None
        status, answer, headers = answered
        if isinstance(answer, str):
            response = Response(answer, status, content_type="application/text")
        else:
            response = _json(status, answer)
        response.headers.update(headers)
        return response

    def _consent(self, path: str, query: list[tuple[str, str]], content: bytes) -> Response:
        """The page of a person's sign-in, and what her button does."""
        held = self.tokens.consent
        try:
            with self.lock:
                if path == consent.PAGE:
                    return Response(held.page(dict(query)), content_type="text/html")
                address = held.decided(urllib.parse.parse_qs(content.decode()))
        except consent.ConsentRefused as refused:
            text = f"<title>Error 400: {refused.error}</title>{refused.description}"
            return Response(text, 400, content_type="text/html")
        return Response(status=302, headers={"Location": address})

    def _trouble(self, method: str, path: str) -> Trouble | None:
        with self.lock:
            if self.troubles:
                wanted = self.troubles[0].writes
                if wanted is None or wanted == (
                    method != "GET" and not path.endswith(READS_BY_FILTER)
                ):
                    return self.troubles.popleft()
        return None

    def _answered(
        self,
        request: Request,
        path: str,
        query: list[tuple[str, str]],
        content: bytes,
        trouble: Trouble | None,
    ) -> Response:
        for id_, seconds in self.stalled.items():
            if id_ in path:
                time.sleep(seconds)
        if trouble and not trouble.after:
            self._befall(trouble)
            failure = self._failure(trouble)
            if failure is not None:
                return failure
        with self.lock:
            if self.before is not None:
                self.before(request.method, path)
            response, body, answer, email = self._carried_out(request, path, query, content)
            self._keep(
                request.method,
                path,
                query,
                body,
                response.status_code,
                answer,
                len(content),
                len(response.get_data()),
                email,
            )
        if trouble and trouble.after:
            self._befall(trouble)
            failure = self._failure(trouble)
            if failure is not None:
                return failure
        return response

    def _befall(self, trouble: Trouble) -> None:
        if trouble.stall:
            time.sleep(trouble.stall)
        if trouble.cut:
            raise _Cut

    def _failure(self, trouble: Trouble) -> Response | None:
        if trouble.instead is not None:
            return Response(trouble.instead, 200, content_type="application/json; charset=UTF-8")
        if trouble.error is not None:
            return _json(trouble.error.code, trouble.error.body())
        if not trouble.status:
            return None
        if trouble.html:
            page = errors.HTML_5XX.format(code=trouble.status)
            return Response(page, trouble.status, content_type="text/html; charset=UTF-8")
        text = {
            500: "Internal error encountered.",
            502: "Bad Gateway",
            503: "The service is currently unavailable.",
        }.get(trouble.status, "The service is currently unavailable.")
        error = errors.quota("Write") if trouble.status == 429 else None
        names = {500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}
        if error is None:
            error = ApiError(
                trouble.status, text, status_name=names.get(trouble.status, "UNAVAILABLE")
            )
        return _json(trouble.status, error.body())

    def _keep(self, *details: Any) -> None:
        if self.keep_bodies:
            call = Call(*details)
        else:
            method, path, query, _, status, _, sent, received, email = details
            call = Call(method, path, query, None, status, None, sent, received, email)
        self.calls.append(call)
        if self.check is not None and call.path != "/token":
            self.check(Call(*details))

    def _carried_out(
        self, request: Request, path: str, query: list[tuple[str, str]], content: bytes
    ) -> tuple[Response, Any, Any, str]:
        body: Any = None
        email = ""
        try:
            if len(content) > LARGEST:
                raise errors.invalid(f"Request payload size exceeds the limit: {LARGEST} bytes.")
            token = self._who(request)
            email = token.email
            self._allowed(token, request.method, path)
            if content and request.content_type and "json" in request.content_type:
                try:
                    body = json.loads(content)
                except ValueError:
                    raise errors.invalid(
                        "Invalid JSON payload received. Unexpected token."
                    ) from None
            elif content:
                body = content.decode("utf-8", "replace")
            answer = self._routed(request.method, path, query, body, email)
        except ApiError as error:
            return _json(error.code, error.body()), body, error.body(), email
        if answer is None:
            return Response(b"", 204), body, None, email
        if isinstance(answer, bytes):
            return Response(answer, 200, content_type="text/csv"), body, answer.decode(), email
        return _json(200, answer), body, answer, email

    def _who(self, request: Request) -> Token:
        header = request.headers.get("Authorization", "")
        token = self.tokens.bearer(header, self.clock())
        if token is None and self.any_token and header.startswith("Bearer "):
            return Token(DEFAULT_EMAIL, frozenset({SHEETS, DRIVE}), self.clock() + 60)
        if token is None:
            raise errors.unauthenticated()
        return token

    def _allowed(self, token: Token, method: str, path: str) -> None:
        sheets = path.startswith(SPREADSHEETS_PATH)
        service = "sheets.googleapis.com" if sheets else "drive.googleapis.com"
        if service in self.disabled:
            raise errors.not_enabled(service, "Google Sheets API" if sheets else "Google Drive API")
        reads = method == "GET" or path.endswith(READS_BY_FILTER)
        enough = {SHEETS, DRIVE, DRIVE_FILE} if sheets else {DRIVE, DRIVE_FILE}
        if reads:
            enough |= {SHEETS_READ, DRIVE_READ} if sheets else {DRIVE_READ}
            enough |= {DRIVE_SEE} if _SEEN.fullmatch(path) else set()
        if not enough & token.scopes:
            raise errors.too_narrow()
        self.drive.app, self.drive.own_only = token.app, enough & token.scopes == {DRIVE_FILE}
        if sheets and not (self._reads if reads else self._writes).take(token.email):
            raise errors.quota("Read" if reads else "Write")
        # All accounts of these tests belong to one project.
        if sheets and not (self._all_reads if reads else self._all_writes).take("project"):
            raise errors.quota("Read" if reads else "Write", of_project=True)

    # ---- where it goes

    def _routed(
        self, method: str, path: str, query: list[tuple[str, str]], body: Any, email: str
    ) -> Any:
        given: values.Query = {}
        for key, value in query:
            given.setdefault(key, []).append(value)
        if path.startswith(SPREADSHEETS_PATH):
            self.drive.all_drives = True
            # Clients that join addresses leave a slash at the end; the service passes over it.
            rest = re.sub(r"^(/[^/:]+)/(?=:|$)", r"\1", path[len(SPREADSHEETS_PATH) :])
            given_body = {} if body is None else body
            body = form.read(method_named(method, SPREADSHEETS_PATH + rest), given_body)
            return self._sheets(method, rest, given, body, email)
        exported = re.fullmatch(r"/spreadsheets/d/([^/]+)/export", path)
        if exported and method == "GET":
            return self._exported(exported[1], given, email)
        return self._drive(method, path, given, body, email)

    def _exported(self, id_: str, query: values.Query, email: str) -> bytes:
        """What the page of a sheet downloads, which clients ask for too."""
        kind, tab = values.one(query, "format", ""), values.one(query, "gid", "")
        mime = {"csv": "text/csv", "tsv": "text/tab-separated-values"}.get(kind, kind)
        return self.drive.export(email, id_, mime, int(tab) if tab else None)

    def _book(self, id_: str, email: str, *, write: bool) -> File:
        file = self.drive.files.get(id_)
        if file is None or file.book is None or not self.drive.sees(file):
            raise errors.not_found()
        if file.role(email) < (2 if write else 1):
            raise errors.forbidden()
        return file

    def _sheets(self, method: str, rest: str, query: values.Query, body: Any, email: str) -> Any:
        mask = (
            masks.parsed(values.one(query, "fields", "")) if values.one(query, "fields", "") else {}
        )
        if not rest and method == "POST":
            return self._new(body, mask, email)
        found = re.fullmatch(
            r"/([^/:]+)(?::(\w+)|/(values|sheets|developerMetadata)(?::(\w+)|/(.*))?)?", rest, re.S
        )
        if not found:
            raise errors.not_found()
        id_, action, part, verb, tail = found.groups()
        write = (
            method != "GET" and not (action or verb or "").endswith(("ByDataFilter", "search"))
        ) or verb in ("batchUpdateByDataFilter", "batchClearByDataFilter")
        file = self._book(id_, email, write=write)
        assert file.book is not None
        file.book.account, file.book.is_owner = email, file.role(email) == 3
        if not write:
            return self._read(file.book, action, part, verb, tail, query, body, mask)
        if action == "batchUpdate":
            altered = self.meanwhile if ALTERED_AFTER in file.book.faults else None
            twin, answer = changes.batch_update(
                file.book, body, mask, partial(_editable, file.book), altered
            )
            file.book = twin
        else:
            twin = file.book.copied()
            answer = masks.only(self._write(twin, part, verb, tail, query, body, email), mask)
            file.book = twin
        file.name = file.book.title
        file.modified = self.clock()
        file.revisions.append(file.modified)
        self.drive.happened.append((id_, file.modified))
        return answer

    def _new(self, body: dict[str, Any], mask: masks.Mask, email: str) -> Any:
        properties = body.get("properties", {})
        file = self.drive.new(email, properties.get("title") or "Untitled spreadsheet")
        book = file.book
        assert book is not None
        book.locale = properties.get("locale", book.locale)
        book.time_zone = properties.get("timeZone", book.time_zone)
        wanted = [each.get("properties", {}) for each in body.get("sheets", [])]
        if wanted:
            requests = [
                {"addSheet": {"properties": {"title": f"Sheet{i + 1}", **each}}}
                for i, each in enumerate(wanted)
            ]
            book.sheets[0].title, book.sheets[0].id = "\u0000blank", 2_147_483_647
            file.book, _ = changes.batch_update(
                book, {"requests": requests}, {}, partial(_editable, book)
            )
            file.book.sheets.pop(0 if file.book.sheets[0].title == "\u0000blank" else -1)
        assert file.book is not None
        return answers.spreadsheet(file.book, mask, [], grid_data=False)

    def _read(
        self,
        book: Spreadsheet,
        action: str | None,
        part: str | None,
        verb: str | None,
        tail: str | None,
        query: values.Query,
        body: Any,
        mask: masks.Mask,
    ) -> Any:
        if part == "values" and verb == "batchGet":
            return masks.only(values.batch_get(book, query), mask)
        if part == "values" and verb == "batchGetByDataFilter":
            return masks.only(values.batch_get_by_data_filter(book, body), mask)
        if part == "values" and tail is not None:
            return masks.only(values.get(book, tail, query), mask)
        if part == "developerMetadata" and tail:
            for _, held in changes.all_metadata(book):
                if str(held["metadataId"]) == tail:
                    return answers.described(held)
            raise errors.not_found()
        if part == "developerMetadata" and verb == "search":
            told = []
            for _, held in changes.all_metadata(book):
                met = [
                    each
                    for each in body.get("dataFilters", [])
                    if changes.matches(held, each.get("developerMetadataLookup", {}))
                ]
                if met:
                    told.append({"developerMetadata": answers.described(held), "dataFilters": met})
            return {"matchedDeveloperMetadata": told} if told else {}
        if part is None and action in (None, "getByDataFilter"):
            ranges = query.get("ranges", [])
            if action:
                ranges = [
                    text
                    for each in body.get("dataFilters", [])
                    for text in values.filtered_ranges(book, each)
                ]
            with_data = values.one(query, "includeGridData", "false").lower() == "true"
            with_data = with_data or bool(body.get("includeGridData"))
            return answers.spreadsheet(book, mask, ranges, with_data)
        raise errors.not_found()

    def _write(
        self,
        book: Spreadsheet,
        part: str | None,
        verb: str | None,
        tail: str | None,
        query: values.Query,
        body: Any,
        email: str,
    ) -> Any:
        if part == "values" and verb == "batchUpdate":
            return values.batch_update(book, body)
        if part == "values" and verb == "batchClear":
            return values.batch_clear(book, body)
        if part == "values" and verb == "batchUpdateByDataFilter":
            return values.batch_update_by_data_filter(book, body)
        if part == "values" and verb == "batchClearByDataFilter":
            return values.batch_clear_by_data_filter(book, body)
        if part == "values" and tail is not None:
            if tail.endswith(":append"):
                return values.append(book, tail.removesuffix(":append"), query, body)
            if tail.endswith(":clear"):
                return values.clear(book, tail.removesuffix(":clear"))
            return values.update(book, tail, query, body)
        if part == "sheets" and tail and tail.endswith(":copyTo"):
            return self._copy_to(book, int(tail.removesuffix(":copyTo")), body, email)
        raise errors.not_found()

    def _copy_to(self, book: Spreadsheet, sheet_id: int, body: dict[str, Any], email: str) -> Any:
        target = self._book(body.get("destinationSpreadsheetId", ""), email, write=True).book
        assert target is not None
        # Into the spreadsheet itself, the copy must land in the one that is being changed.
        into = book if target.id == book.id else target
        twin = book.sheet(sheet_id).copied()
        twin.id, name, number = into.new_id(), f"Copy of {twin.title}", 2
        while into.titled(name):
            name, number = f"Copy of {twin.title} {number}", number + 1
        twin.title = name
        into.sheets.append(twin)
        into.changed()
        return answers.sheet_properties(into, twin)

    def _drive(self, method: str, path: str, query: values.Query, body: Any, email: str) -> Any:
        fields = values.one(query, "fields", "")
        self.drive.all_drives = values.one(query, "supportsAllDrives", "").lower() == "true"
        upload = re.fullmatch(r"(?:/upload)?/drive/v2/files/([^/]+)", path)
        if upload and method == "PUT":
            return self.drive.upload_csv(email, upload[1], body or "")
        if path == "/drive/v3/about":
            return self.drive.about(email, fields)
        if path == "/drive/v3/changes/startPageToken":
            return self.drive.start_of_changes()
        if path == "/drive/v3/changes":
            size = int(values.one(query, "pageSize", "100"))
            return self.drive.changes(email, values.one(query, "pageToken", ""), fields, size)
        found = re.fullmatch(
            r"/drive/v3/files(?:/([^/]+)/?)?"
            r"(?:/(permissions|copy|export|comments|revisions)(?:/([^/]+))?)?",
            path,
        )
        if not found:
            raise errors.not_found()
        id_, part, tail = found.groups()
        drive = self.drive
        if id_ is None:
            if method == "POST":
                return drive.create(email, body or {}, fields)
            size = int(values.one(query, "pageSize", "100"))
            return drive.list(
                email, values.one(query, "q", ""), fields, size, values.one(query, "pageToken", "")
            )
        if part == "permissions":
            return self._permissions(method, id_, tail, body or {}, fields, email)
        if part == "copy" and method == "POST":
            return drive.copy(email, id_, body or {}, fields)
        if part == "export":
            return drive.export(email, id_, values.one(query, "mimeType", ""))
        if part == "comments":
            return {"comments": drive.comments.get(id_, [])}
        if part == "revisions":
            return drive.revisions(email, id_, fields)
        if method == "DELETE":
            drive.file(id_, email, 3)
            del drive.files[id_]
            drive.happened.append((id_, self.clock()))
            return None
        if method == "PATCH":
            return drive.update(email, id_, body or {}, fields, values.one(query, "addParents", ""))
        return drive.told(drive.file(id_, email), fields)

    def _permissions(
        self, method: str, id_: str, tail: str | None, body: Any, fields: str, email: str
    ) -> Any:
        if method == "POST":
            return self.drive.share(email, id_, body, fields)
        if method == "DELETE" and tail:
            return self.drive.unshare(email, id_, tail)
        if method == "PATCH" and tail:
            return self.drive.set_permission(email, id_, tail, body)
        return self.drive.permissions(email, id_, fields)


def _editable(book: Spreadsheet, place: Area) -> bool:
    """Whether no protected range that the account may not edit stands in the area."""
    for held in place.sheet.protected:
        if held.get("warningOnly") or answers.may_edit(held, book):
            continue
        grid = held.get("range", {})
        free = held.get("unprotectedRanges", [])
        if _meets(grid, place) and not any(_covers(each, place) for each in free):
            return False
    return True


def _meets(grid: dict[str, Any], place: Area) -> bool:
    return bool(
        grid.get("startRowIndex", 0) < place.bottom
        and place.top < grid.get("endRowIndex", place.sheet.n_rows)
        and grid.get("startColumnIndex", 0) < place.right
        and place.left < grid.get("endColumnIndex", place.sheet.n_columns)
    )


def _covers(grid: dict[str, Any], place: Area) -> bool:
    return bool(
        grid.get("startRowIndex", 0) <= place.top
        and place.bottom <= grid.get("endRowIndex", place.sheet.n_rows)
        and grid.get("startColumnIndex", 0) <= place.left
        and place.right <= grid.get("endColumnIndex", place.sheet.n_columns)
    )


def _json(status: int, answer: Any) -> Response:
    content = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status, content_type="application/json; charset=UTF-8")


def _tear(environ: dict[str, Any]) -> None:
    """End the connection as a network does: at once, and without a word."""
    connection = environ["werkzeug.socket"]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
