"""Writes and reads the files of statements (what a group tells its host about the host's money).

The statements of a hosted group are in the folder of the group. A group with a server of its own
sends a signed file."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from budgettrack import files, structured
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import Month, is_month
from budgettrack.core.counting.statements import VERSION, HostStatement, books_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FOLDER = "statements"
"""The folder in a group's folder with a file for each month."""

KEY_FILE = "statement.key"
"""The file beside a group's config with the secret key that signs the statements of the group."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")

NOT_OURS = "The statement cannot be read ({why}). Ask the group to send it again."
NEWER = (
    "The statement is of a newer form ({version}) than this program knows ({known}). Upgrade"
    " budgettrack."
)
SIGNED_BY_ANOTHER = (
    "The signature of this statement is not that of {code}: its Public key in Groups is another, or"
    " the file was changed. Nothing was taken. Ask the group for its key by another way, such as by"
    " telephone."
)
SAME_KEY = (
    "{codes} have the same Public key in Groups, so nobody can tell whose statement this is."
    " Nothing was taken. Ask each group for its key, and correct the rows."
)
OLDER = (
    "This statement of {code} for {month} was signed on {made}, before the one that is here"
    " ({known}). Nothing was taken. Ask the group for its newest one."
)
TO_COME = (
    "This statement of {code} for {month} was signed on {made}, which is still to come. Nothing was"
    " taken. Correct the clock of the computer on which it was made, and ask the group for a new"
    " one."
)
SLACK = timedelta(days=1)
"""The clock of a group, or of a host, may be ahead of ours by this much."""

NO_KEY = (
    "{code} has no Public key in Groups. Ask the group for it: budgettrack statement --out FILE"
)


def text_of(statement: HostStatement) -> bytes:
    """Returns a statement as JSON. The same statement gives the same bytes."""
    return (json.dumps(msgspec.to_builtins(statement), indent=1, sort_keys=True) + "\n").encode()


def statement_of(content: bytes) -> HostStatement:
    """Returns the statement that a text describes.

    Raises ValueError if the text is no statement, or if the figures do not balance."""
    known = structured.json_as(content, HostStatement)
    if known.version != VERSION:
        raise ValueError(NEWER.format(version=known.version, known=VERSION))
    if not is_month(known.month):
        raise ValueError(f"{known.month!r} is no month")
    try:
        books_of(known)
    except (ArithmeticError, KeyError) as error:
        raise ValueError("an amount cannot be read") from error
    return known


def schema() -> dict[str, Any]:
    """Returns the JSON Schema (2020-12) of a statement."""
    import msgspec

    made = msgspec.json.schema(HostStatement)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def keep(folder: Path, statement: HostStatement) -> bool:
    """Writes a statement into the folder of its group. Returns whether anything changed."""
    path = folder / FOLDER / f"{statement.month}.json"
    text = text_of(statement)
    if files.holds(path, text):
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.write(path, text, private=True)
    return True


TAKEN = "taken.txt"
"""The file with the times at which the newest signed statements were made, by month."""


def keep_signed(folder: Path, signed_: SignedStatement, code: str, now: datetime) -> bool:
    """Writes a signed statement into the folder of its group. Returns whether anything changed.

    Raises `UsageError` if there is a statement of the same month that was signed later: a person
    who sends an older file again must not bring old figures back. Also raises `UsageError` if the
    statement was signed in the future: otherwise no later one could be accepted."""
    statement, path = signed_.statement, folder / FOLDER / TAKEN
    if signed_.made > (now + SLACK).astimezone(UTC).isoformat(timespec="seconds"):
        raise UsageError(TO_COME.format(code=code, month=statement.month, made=signed_.made))
    known = _taken(folder)
    before = known.get(statement.month, "")
    if signed_.made < before:
        raise UsageError(
            OLDER.format(
                code=code,
                month=statement.month,
                made=signed_.made or "a day that it does not say",
                known=before,
            )
        )
    changed = keep(folder, statement)
    known[statement.month] = signed_.made
    text = "".join(f"{month} {made}\n" for month, made in sorted(known.items()))
    files.write(path, text.encode(), private=True)
    return changed


def _taken(folder: Path) -> dict[Month, str]:
    """Returns for each month when its newest signed statement was made. Empty for a group without
    signed statements."""
    try:
        lines = (folder / FOLDER / TAKEN).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    return {month: made for month, _, made in (line.partition(" ") for line in lines)}


def _takes_consent_back(folder: Path) -> bool:
    """Whether the group withdrew its consent to be named in the statement that it signed last. That
    statement may be about an earlier month than others."""
    taken = _taken(folder)
    if not taken:
        return False
    month = max(taken, key=lambda month: (taken[month], month))
    try:
        return not statement_of((folder / FOLDER / f"{month}.json").read_bytes()).listed
    except (OSError, ValueError):
        return True


def forget(folder: Path) -> None:
    """Deletes all statements of a group that no longer agrees to send any."""
    for path in _paths(folder, "9999-12"):
        path.unlink()


def newest(folder: Path, month: Month) -> HostStatement | None:
    """Returns the newest statement of a group up to a month. Returns None if there is none.

    A file that cannot be read is left out; `unreadable` returns such files. Whether the group may
    be named is taken from the statement that it signed last, even if that is about another month.
    """
    for path in _paths(folder, month):
        try:
            statement = statement_of(path.read_bytes())
        except (OSError, ValueError):
            continue
        if statement.listed and _takes_consent_back(folder):
            return replace(statement, listed=False)
        return statement
    return None


def is_folder(code: str) -> bool:
    """Whether the code of a group can be the name of its folder. Any other code could lead to
    another folder, so nothing is read or written for it."""
    return _CODE.fullmatch(code) is not None


def newest_of(groups: Path, codes: Collection[str], month: Month) -> dict[str, HostStatement]:
    """Returns the newest statement up to a month, by the code of the group.

    `codes`: all codes in *Groups*. What is in the other cells of a row does not matter: a statement
    that is here is counted, wherever figures of groups are shown. Only `forget`, or a person who
    deletes the file, ends that."""
    # People type codes into the host's sheet. A code that could lead to another folder is left out.
    found = {code: newest(groups / code, month) for code in codes if is_folder(code)}
    return {code: statement for code, statement in found.items() if statement is not None}


def statements_state(groups: Path) -> Iterator[bytes]:
    """Yields bytes for the statement files of all groups. If a statement is added or changed, these
    bytes change."""
    for path in sorted(groups.glob(f"*/{FOLDER}/*.json")):
        about = path.stat()
        yield f"{path.parent.parent.name} {path.name} {about.st_size} {about.st_mtime_ns}".encode()


def unreadable(folder: Path) -> list[Path]:
    """Returns the files of a group's statements that cannot be read."""
    broken = []
    for path in _paths(folder, "9999-12"):
        try:
            statement_of(path.read_bytes())
        except (OSError, ValueError):
            broken.append(path)
    return broken


def _paths(folder: Path, month: Month) -> Iterator[Path]:
    """Yields the files of statements up to a month, the newest first."""
    inside = folder / FOLDER
    try:
        # A host with thousands of groups has a file for each group and month.
        # Making a path object for each statement would take longer than reading the newest.
        found = os.listdir(inside)
    except (FileNotFoundError, NotADirectoryError):
        return
    suffix = ".json"
    known = {name.removesuffix(suffix) for name in found if name.endswith(suffix)}
    for name in sorted((name for name in known if name <= month), reverse=True):
        yield inside / f"{name}{suffix}"


def signed(statement: HostStatement, config: Path, now: datetime) -> tuple[bytes, str]:
    """Returns a signed statement, and the public key that the host types into its tab Groups.
    The secret key is made when it is first needed. `now`: the time that is signed with it."""
    key = _own_key(config)
    text, made = text_of(statement).decode(), now.astimezone(UTC).isoformat(timespec="seconds")
    content = {
        "statement": text,
        "made": made,
        "signature": base64.b64encode(key.sign(_with_time(text, made))).decode(),
    }
    return (json.dumps(content, indent=1) + "\n").encode(), _public(key)


def _own_key(config: Path) -> Ed25519PrivateKey:
    """Returns the secret key beside a config. It is made when it is first needed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = config.with_name(KEY_FILE)
    if not path.exists():
        files.create(path, base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()))
    try:
        return _key_in(config.parent)
    except ValueError as error:
        raise UsageError(
            f"{path} is not a key. Put it back from a backup, or delete it and tell the new public"
            " key to your host, and to your groups if you are one."
        ) from error


def signature_of(text: bytes, config: Path) -> str:
    """Returns the signature of a text by the key beside a config. Raises `UsageError` if the key is
    damaged."""
    return base64.b64encode(_own_key(config).sign(text)).decode()


def is_signature(signature: str, text: bytes, public_key: str) -> bool:
    """Whether a signature of a text was made with the secret key that belongs to a public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text)
    except (ValueError, InvalidSignature):
        return False
    return True


def own_public_key(config: Path) -> str:
    """Returns the public key of the organisation whose config this is. The key is made when it is
    first needed. Raises `UsageError` if it is damaged."""
    return _public(_own_key(config))


def public_key_in(folder: Path) -> str:
    """Returns the public key of the group in a folder, as the host types it into *Groups*.

    Raises OSError if the group has no key, and ValueError if the file is no key."""
    return _public(_key_in(folder))


def _key_in(folder: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    content = (folder / KEY_FILE).read_bytes()
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(content, validate=True))


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


class SignedStatement(Struct, frozen=True):
    """A statement whose signature was verified. `made`: when it was signed (ISO, UTC), or '' if the
    file was made by an older version of the program, which did not store the time."""

    statement: HostStatement
    made: str = ""


def _with_time(text: str, made: str) -> bytes:
    """Returns the bytes that are signed: the text and the time."""
    return (f"{made}\n{text}" if made else text).encode()


def verified(content: bytes, public_key: str, code: str) -> SignedStatement:
    """Returns the statement in a signed file.

    Raises `UsageError` if the public key is missing, if the signature was not made with its
    secret key, or if the statement cannot be read."""
    if not public_key:
        raise UsageError(NO_KEY.format(code=code))
    try:
        given = structured.json_object(content)
        text, made = str(given["statement"]), str(given.get("made", ""))
        signature = str(given["signature"])
    except (ValueError, KeyError) as error:
        raise UsageError(NOT_OURS.format(why="it is no signed file")) from error
    if not is_signature(signature, _with_time(text, made), public_key):
        raise UsageError(SIGNED_BY_ANOTHER.format(code=code))
    try:
        return SignedStatement(statement_of(text.encode()), made)
    except ValueError as error:
        raise UsageError(NOT_OURS.format(why=str(error))) from error
