"""Writes and reads the file with a host's answer to a group (what the host paid to it), in the
group's folder."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from msgspec.structs import replace

from budgettrack import files, structured
from budgettrack.core.base.months import is_month
from budgettrack.core.counting.answers import (
    VERSION,
    HostAnswer,
    ReadAnswer,
    RefusedAnswer,
    require_answer,
)
from budgettrack.statements import KEY_FILE, is_signature, public_key_in, signature_of

FILE = "answer.json"
"""The file beside a group's config with the answer of its host."""


def text_of(answer: HostAnswer) -> bytes:
    """Returns an answer as JSON. The same answer gives the same bytes."""
    return (json.dumps(msgspec.to_builtins(answer), indent=1, sort_keys=True) + "\n").encode()


def signed_answer(answer: HostAnswer, config: Path) -> HostAnswer:
    """Returns an answer with the signature of the host whose config this is. Raises `UsageError` if
    the host's key is damaged."""
    return replace(answer, signature=signature_of(_signed_text(answer), config))


def _signed_text(answer: HostAnswer) -> bytes:
    """Returns the bytes of an answer that are signed."""
    return text_of(replace(answer, signature=""))


def answer_of(content: bytes) -> HostAnswer:
    """Returns the answer that a text contains. Raises ValueError if the text is no answer."""
    told = structured.json_as(content, HostAnswer)
    if told.version != VERSION:
        raise ValueError(f"its form is {told.version}, and this program knows {VERSION}")
    if not is_month(told.month):
        raise ValueError(f"{told.month!r} is no month")
    try:
        require_answer(told)
    except ArithmeticError as error:
        raise ValueError("an amount cannot be read") from error
    return told


def keep_answer(folder: Path, answer: HostAnswer) -> bool:
    """Writes an answer into the folder of its group. Returns whether anything changed. If a group
    got nothing, no file is written, unless it had one before."""
    path, text = folder / FILE, text_of(answer)
    if files.holds(path, text) or not (answer.grants or path.exists()):
        return False
    files.write(path, text, private=True)
    return True


def answer_in(folder: Path) -> ReadAnswer | RefusedAnswer | None:
    """Returns the answer of the host in a group's folder, or why it is not read. Returns None if
    there is none.

    An answer is for us if it has the name of our folder, which is our code at a host that runs us.
    On a server of our own, the answer has our public key."""
    try:
        told = answer_of((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return "damaged"
    is_ours = told.group == folder.resolve().name or _is_our_key(folder, told.key)
    if not is_ours:
        return "of another group"
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    return ReadAnswer(
        **fields,
        is_signed_by=lambda key: is_signature(told.signature, _signed_text(told), key),
        needs_key=told.group != folder.resolve().name,
    )


def _is_our_key(folder: Path, key: str) -> bool:
    """Whether a public key is that with which a group signs its statements."""
    try:
        return bool(key) and public_key_in(folder) == key
    except (OSError, ValueError):
        return False


def answer_state(folder: Path) -> bytes:
    """Returns the bytes of the answer in a folder, and of the key that says whose it is. Returns
    b'' if there is no answer."""
    try:
        told = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError:
        return b"unreadable"
    return told + (f"{folder.resolve().name} {(folder / KEY_FILE).exists()}").encode()
