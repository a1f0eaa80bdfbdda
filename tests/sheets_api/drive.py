"""Drive: files and who may open them."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.sheets_api import masks
from tests.sheets_api.errors import ApiError, file_not_found
from tests.sheets_api.ranges import Area
from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet
from tests.sheets_api.values import rendered

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
_RANK = {"reader": 1, "commenter": 1, "writer": 2, "fileOrganizer": 3, "organizer": 3, "owner": 3}


@dataclass
class File:
    """A file and its permissions. The content of a spreadsheet is `book`."""

    id: str
    name: str
    mime: str
    created: float
    modified: float
    parents: list[str]
    permissions: list[dict[str, Any]]
    book: Spreadsheet | None = None
    revisions: list[float] = field(default_factory=list)
    """When each write was carried out."""
    made_by: str = ""
    """The client, or the service account, that made it; a person in a browser if it is empty."""
    trashed: bool = False
    """Whether its owner put it into the trash, where all who could open it still can."""
    shared_drive: str = ""
    """The shared drive in which it lies, if any."""

    def role(self, email: str) -> int:
        """What an account may do: 0 nothing, 1 read, 2 write, 3 own."""
        best = 0
        for each in self.permissions:
            if each["type"] == "anyone" or each.get("emailAddress", "").lower() == email.lower():
                best = max(best, _RANK[each["role"]])
        return best


@dataclass
class Drive:
    """All files. `room` is whether accounts have storage of their own (new service accounts have
    none)."""

    files: dict[str, File] = field(default_factory=dict)
    clock: Callable[[], float] = lambda: datetime.now(UTC).timestamp()
    room: bool = True
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    happened: list[tuple[str, float]] = field(default_factory=list)
    """Which file changed, and when."""
    lag: float = 0.0
    """After how many seconds a change is told."""
    untold: set[str] = field(default_factory=set)
    """Files whose changes are never told."""
    forgotten: int = 0
    """How many changes are so old that their page tokens are not known any more."""
    app: str = ""
    """Who asks just now: a client, or a service account."""
    own_only: bool = False
    """Whether who asks has no wider scope than `drive.file`."""
    all_drives: bool = True
    """Whether who asks says that it knows shared drives."""

    def sees(self, file: File) -> bool:
        """Whether the scope of who asks reaches a file."""
        if file.shared_drive and not self.all_drives:
            return False
        return not self.own_only or file.made_by == self.app

    def folder(self, email: str, role: str = "fileOrganizer", *, shared: bool = False) -> File:
        """A folder of somebody's that is shared with an account, also in a shared drive."""
        folder = self.new("treasurer@example.org", "Our folder", FOLDER)
        folder.made_by, folder.shared_drive = "", "0AshaRedDrive" if shared else ""
        folder.permissions = [{"id": "3" * 12, "type": "user", "role": role, "emailAddress": email}]
        return folder

    # ---- what requests come down to

    def new(
        self, email: str, name: str, mime: str = SPREADSHEET, parents: list[str] | None = None
    ) -> File:
        """A new file, owned by the account that made it, or by the shared drive in which it lies."""
        folders = [self.files[parent] for parent in parents or () if parent in self.files]
        within = next((folder for folder in folders if folder.shared_drive), None)
        if not self.room and within is None and mime == SPREADSHEET:
            text = "The user's Drive storage quota has been exceeded."
            reason = {"message": text, "domain": "usageLimits", "reason": "storageQuotaExceeded"}
            raise ApiError(403, text, status=False, errors=[reason])
        id_ = "1" + secrets.token_urlsafe(33)[:43]
        now = self.clock()
        owner = {
            "id": _permission_id(email),
            "type": "user",
            "role": "owner",
            "emailAddress": email,
        }
        file = File(id_, name, mime, now, now, parents or ["0AGIJ7XFn4BojUk9PVA"], [owner])
        file.made_by = self.app
        if within is not None:
            file.shared_drive = within.shared_drive
            file.permissions = [dict(held) for held in within.permissions]
        if mime == SPREADSHEET:
            file.book = Spreadsheet(id_, name, sheets=[Sheet(0, "Sheet1")])
        self.files[id_] = file
        self.happened.append((id_, now))
        return file

    def file(self, id_: str, email: str, need: int = 1) -> File:
        """The file, for an account that may do so much with it."""
        found = self.files.get(id_)
        if found is None or found.role(email) == 0 or not self.sees(found):
            raise file_not_found(id_)
        if found.role(email) < need:
            text = "The user does not have sufficient permissions for this file."
            reason = {"message": text, "domain": "global", "reason": "insufficientFilePermissions"}
            raise ApiError(403, text, status=False, errors=[reason])
        return found

    def create(self, email: str, body: dict[str, Any], fields: str) -> dict[str, Any]:
        """`files.create`."""
        for parent in body.get("parents") or ():
            self.file(parent, email, 2)
        file = self.new(
            email,
            body.get("name", "Untitled"),
            body.get("mimeType", SPREADSHEET),
            body.get("parents"),
        )
        return self.told(file, fields)

    def told(self, file: File, fields: str) -> dict[str, Any]:
        """A file resource: by default kind, id, name and type."""
        full = {
            "kind": "drive#file",
            "id": file.id,
            "name": file.book.title if file.book else file.name,
            "mimeType": file.mime,
            "createdTime": _stamp(file.created),
            "modifiedTime": _stamp(file.modified),
            "parents": file.parents,
            "trashed": file.trashed,
            "ownedByMe": True,
            "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
            "permissions": file.permissions,
        }
        full["capabilities"] = {"canEdit": True, "canCopy": True}
        mask = masks.parsed(fields or "kind,id,name,mimeType")
        return masks.only(full, mask)  # type: ignore[no-any-return]

    def list(self, email: str, query: str, fields: str, size: int, token: str) -> dict[str, Any]:
        """`files.list`: newest first, by a query of `=`, `contains`, `in`, `and`."""
        found = [
            each
            for each in self.files.values()
            if each.role(email) > (2 if each.trashed else 0)
            and self.sees(each)
            and _matches(each, query)
        ]
        found.sort(key=lambda each: -each.modified)
        start = int(token or 0)
        answer: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False}
        if start + size < len(found):
            answer["nextPageToken"] = str(start + size)
        every = "kind,id,name,mimeType,createdTime,modifiedTime,parents,trashed,permissions"
        answer["files"] = [self.told(each, every) for each in found[start : start + size]]
        mask = masks.parsed(
            fields or "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)"
        )
        return masks.only(answer, mask)  # type: ignore[no-any-return]

    def copy(self, email: str, id_: str, body: dict[str, Any], fields: str) -> dict[str, Any]:
        """`files.copy`: content, and developer metadata that the whole document sees; not who may
        open it."""
        source = self.file(id_, email)
        name = body.get("name") or f"Copy of {source.book.title if source.book else source.name}"
        twin = self.new(email, name, source.mime, body.get("parents") or source.parents)
        if source.book:
            twin.book = source.book.copied()
            twin.book.id, twin.book.title = twin.id, name
            twin.book.metadata = [
                each for each in twin.book.metadata if each.get("visibility") == "DOCUMENT"
            ]
        return self.told(twin, fields)

    def update(
        self, email: str, id_: str, body: dict[str, Any], fields: str, parents: str
    ) -> dict[str, Any]:
        """`files.update`: a new name or another folder, or into the trash, as its owner alone may."""
        file = self.file(id_, email, 3 if "trashed" in body else 2)
        file.trashed = body.get("trashed", file.trashed)
        if "name" in body:
            file.name = body["name"]
            if file.book:
                file.book.title = body["name"]
        if parents:
            file.parents = parents.split(",")
        return self.told(file, fields)

    def export(self, email: str, id_: str, mime: str, tab: int | None = None) -> bytes:
        """`files.export`: a tab, by default the first, as CSV or TSV."""
        file = self.file(id_, email)
        if file.book is None or mime not in ("text/csv", "text/tab-separated-values"):
            text = "The requested conversion is not supported."
            reason = {"message": text, "domain": "global", "reason": "badRequest"}
            raise ApiError(
                400,
                text,
                status=False,
                errors=[{**reason, "location": "convertTo", "locationType": "parameter"}],
            )
        book = file.book.settled()
        sheet = book.sheets[0] if tab is None else book.sheet(tab)
        rows = rendered(book, Area(sheet, 0, 0, sheet.n_rows, sheet.n_columns), {})
        width = max(map(len, rows), default=0)
        out = io.StringIO()
        delimiter = "," if mime == "text/csv" else "\t"
        writer = csv.writer(out, lineterminator="\r\n", delimiter=delimiter)
        writer.writerows([[*row, *[""] * (width - len(row))] for row in rows])
        return out.getvalue().removesuffix("\r\n").encode()

    def upload_csv(self, email: str, id_: str, text: str) -> dict[str, Any]:
        """Drive v2's media upload with conversion: the first sheet becomes the CSV's rows."""
        from tests.sheets_api.values import typed

        file = self.file(id_, email, 2)
        assert file.book is not None
        sheet = Sheet(file.book.sheets[0].id, file.book.title)
        for number, row in enumerate(csv.reader(io.StringIO(text))):
            for column, value in enumerate(row):
                sheet.put(number, column, typed(Cell(), value, "USER_ENTERED", file.book.locale))
        sheet.n_rows, sheet.n_columns = max(sheet.n_rows, len(sheet.rows)), 26
        file.book.sheets = [sheet]
        # What Drive makes of an upload has Drive's own time zone.
        file.book.time_zone = "America/Los_Angeles"
        file.book.changed()
        return {
            "kind": "drive#file",
            "id": file.id,
            "title": file.book.title,
            "mimeType": file.mime,
            "createdDate": _stamp(file.created),
            "modifiedDate": _stamp(file.modified),
            "editable": True,
            "copyable": True,
            "shared": len(file.permissions) > 1,
            "capabilities": {"canEdit": True, "canCopy": True},
            "labels": {
                "viewed": True,
                "restricted": False,
                "starred": False,
                "hidden": False,
                "trashed": False,
            },
            "explicitlyTrashed": False,
            "spaces": ["drive"],
            "writersCanShare": True,
            "appDataContents": False,
            "copyRequiresWriterPermission": False,
            "ownerNames": [email],
            "alternateLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=drivesdk",
            "selfLink": f"https://www.googleapis.com/drive/v2/files/{file.id}",
        }

    def about(self, email: str, fields: str) -> dict[str, Any]:
        """`about.get`, which has no default fields."""
        if not fields:
            text = "The 'fields' parameter is required for this method."
            reason = {"message": text, "domain": "global", "reason": "required"}
            place = {"location": "fields", "locationType": "parameter"}
            raise ApiError(400, text, status=False, errors=[{**reason, **place}])
        user = {"kind": "drive#user", "displayName": email, "me": True, "emailAddress": email}
        full = {"kind": "drive#about", "user": user, "storageQuota": {"usage": "0"}}
        return masks.only(full, masks.parsed(fields))  # type: ignore[no-any-return]

    def revisions(self, email: str, id_: str, fields: str) -> dict[str, Any]:
        """`revisions.list`: one for each write (the real service joins those that lie close)."""
        file = self.file(id_, email)
        told = [
            {
                "kind": "drive#revision",
                "id": str(number),
                "mimeType": file.mime,
                "modifiedTime": _stamp(moment),
            }
            for number, moment in enumerate([file.created, *file.revisions], 1)
        ]
        full = {"kind": "drive#revisionList", "revisions": told}
        mask = masks.parsed(fields or "kind,revisions(kind,id,mimeType,modifiedTime)")
        return masks.only(full, mask)  # type: ignore[no-any-return]

    def start_of_changes(self) -> dict[str, Any]:
        """`changes.getStartPageToken`: from here on."""
        return {"kind": "drive#startPageToken", "startPageToken": str(len(self._told()) + 1)}

    def _told(self) -> Sequence[tuple[str, float]]:
        """The changes that are told by now, in the order in which they are told."""
        return [each for each in self.happened if each[1] + self.lag <= self.clock()]

    def changes(self, email: str, token: str, fields: str, size: int = 100) -> dict[str, Any]:
        """`changes.list`: a page of changes, each file once with its last change; a deleted one as
        removed."""
        so_far = self._told()
        if not token.isdigit() or not self.forgotten < int(token) <= len(so_far) + 1:
            text = f"Invalid Value: {token}"
            reason = {"message": text, "domain": "global", "reason": "invalid"}
            place = {"location": "pageToken", "locationType": "parameter"}
            raise ApiError(400, text, status=False, errors=[{**reason, **place}])
        start = int(token) - 1
        last = dict(so_far[start : start + size])
        told = [
            change
            for id_, moment in last.items()
            if id_ not in self.untold and (change := self._change(email, id_, moment)) is not None
        ]
        is_last = start + size >= len(so_far)
        following = "newStartPageToken" if is_last else "nextPageToken"
        end = len(so_far) if is_last else start + size
        full = {"kind": "drive#changeList", following: str(end + 1), "changes": told}
        usual = (
            "kind,nextPageToken,newStartPageToken,changes(kind,changeType,time,removed,fileId,file)"
        )
        return masks.only(full, masks.parsed(fields or usual))  # type: ignore[no-any-return]

    def _change(self, email: str, id_: str, moment: float) -> dict[str, Any] | None:
        """A change, or None if the account may not see the file."""
        change = {
            "kind": "drive#change",
            "changeType": "file",
            "time": _stamp(moment),
            "removed": id_ not in self.files,
            "fileId": id_,
        }
        if id_ not in self.files:
            return change
        file = self.files[id_]
        if not file.role(email) or not self.sees(file):
            return None
        return change | {"file": self.told(file, "kind,id,name,mimeType")}

    # ---- permissions

    def share(self, email: str, id_: str, body: dict[str, Any], fields: str) -> dict[str, Any]:
        """`permissions.create`: whoever may write may share, but for the owner's role."""
        file = self.file(id_, email, 3 if body.get("role") == "owner" else 2)
        kind, role = body.get("type", ""), body.get("role", "")
        if kind not in ("user", "group", "domain", "anyone") or role not in _RANK:
            text = "The permission type and role fields are required."
            raise ApiError(
                400,
                text,
                status=False,
                errors=[{"message": text, "domain": "global", "reason": "required"}],
            )
        address = body.get("emailAddress", "")
        if kind in ("user", "group") and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            text = (
                "The specified emailAddress is invalid or not applicable for the given permission"
                f" type: {address}"
            )
            reason = {"message": text, "domain": "global", "reason": "invalidSharingRequest"}
            raise ApiError(400, text, status=False, errors=[reason])
        held: dict[str, Any] = {
            "kind": "drive#permission",
            "id": _permission_id(address or kind),
            "type": kind,
            "role": role,
        }
        if address:
            held["emailAddress"] = address
        file.permissions = [each for each in file.permissions if each["id"] != held["id"]] + [held]
        mask = masks.parsed(fields or "kind,id,type,role")
        return masks.only(held, mask)  # type: ignore[no-any-return]

    def permissions(self, email: str, id_: str, fields: str) -> dict[str, Any]:
        """`permissions.list`."""
        file = self.file(id_, email)
        full = {
            "kind": "drive#permissionList",
            "permissions": [{"kind": "drive#permission", **each} for each in file.permissions],
        }
        mask = masks.parsed(fields or "kind,nextPageToken,permissions(kind,id,type,role)")
        return masks.only(full, mask)  # type: ignore[no-any-return]

    def unshare(self, email: str, id_: str, permission: str) -> None:
        """`permissions.delete`."""
        file = self.file(id_, email, 2)
        if not any(each["id"] == permission for each in file.permissions):
            text = f"Permission not found: {permission}."
            reason = {"message": text, "domain": "global", "reason": "notFound"}
            raise ApiError(
                404,
                text,
                status=False,
                errors=[{**reason, "location": "permissionId", "locationType": "parameter"}],
            )
        if any(each["id"] == permission and each["role"] == "owner" for each in file.permissions):
            text = "The owner of a file cannot be removed."
            reason = {"message": text, "domain": "global", "reason": "cannotRemoveOwner"}
            raise ApiError(403, text, status=False, errors=[reason])
        file.permissions = [each for each in file.permissions if each["id"] != permission]

    def set_permission(
        self, email: str, id_: str, permission: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """`permissions.update`: another role."""
        file = self.file(id_, email, 3 if body.get("role") == "owner" else 2)
        for index, each in enumerate(file.permissions):
            if each["id"] == permission:
                file.permissions[index] = {**each, "role": body.get("role", each["role"])}
                told = {"kind": "drive#permission", **file.permissions[index]}
                return {key: told[key] for key in ("kind", "id", "type", "role")}
        raise file_not_found(permission)


def _permission_id(address: str) -> str:
    if address == "anyone":
        return "anyoneWithLink"
    return (
        "".join(str(ord(letter) % 10) for letter in address.lower())[:12].rjust(12, "0")
        + f"{len(address):04}"
    )


def _stamp(moment: float) -> str:
    return (
        datetime.fromtimestamp(moment, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def _matches(file: File, query: str) -> bool:
    """Drive's query language, as far as clients of sheets use it."""
    for part in re.split(r"\s+and\s+", query.strip()) if query.strip() else ():
        found = re.fullmatch(
            r"""(\w+)\s*(=|!=|contains)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(true|false))""",
            part,
        )
        within = re.fullmatch(r"""["']([^"']*)["']\s+in\s+parents""", part)
        if within:
            if within[1] not in file.parents:
                return False
            continue
        if not found:
            text = "Invalid Value"
            reason = {"message": text, "domain": "global", "reason": "invalid"}
            raise ApiError(
                400,
                text,
                status=False,
                errors=[{**reason, "location": "q", "locationType": "parameter"}],
            )
        raw = found[3] if found[3] is not None else found[4] if found[4] is not None else found[5]
        value = re.sub(r"\\(.)", r"\1", raw)
        name = file.book.title if file.book else file.name
        told = {"name": name, "mimeType": file.mime, "trashed": str(file.trashed).lower()}
        held = told.get(found[1], "")
        fits = (
            value.lower() in held.lower()
            if found[2] == "contains"
            else (held == value) == (found[2] == "=")
        )
        if not fits:
            return False
    return True


__all__ = ["SPREADSHEET", "Drive", "File"]
