"""Writes and reads the file with a host's answer to a group (what the host paid to it), in the
group's folder."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from budgettrack import files, structured
from budgettrack.core.base.months import is_month
from budgettrack.core.counting.answers import (
    VERSION,
    HostAnswer,
    RefusedAnswer,
    require_answer,
)
from budgettrack.statements import KEY_FILE, public_key_in

FILE = "answer.json"
"""The file beside a group's config with the answer of its host."""


def text_of(answer: HostAnswer) -> bytes:
    """Returns an answer as JSON. The same answer gives the same bytes."""
    return (json.dumps(msgspec.to_builtins(answer), indent=1, sort_keys=True) + "\n").encode()


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


def answer_in(folder: Path) -> HostAnswer | RefusedAnswer | None:
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
    return told if is_ours else "of another group"


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
