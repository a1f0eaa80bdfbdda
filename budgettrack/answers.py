"""Writes and reads the files with the answers of hosts to a group (what each host paid to it), in
the group's folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from budgettrack import files, structured
from budgettrack.core.base.months import is_month
from budgettrack.core.counting.answers import (
    OLD_FILE,
    VERSION,
    HostAnswer,
    ReadAnswer,
    RefusedAnswer,
    require_answer,
)
from budgettrack.statements import (
    KEY_FILE,
    SLACK,
    is_signature,
    own_public_key,
    public_key_in,
    signature_of,
)

FILES = "answer-*.json"
"""The files beside a group's config with the answers of its hosts. `OLD_FILE` is read, too."""

READ = "answers-read.txt"
"""The file beside a group's config with the times at which the newest answers that were read were
signed, by the public keys of the hosts."""


def file_of(public_key: str) -> str:
    """Returns the name of the files with the answers of a host. It is made from the host's public
    key, so that each host of a group has a file of its own."""
    return f"answer-{hashlib.sha256(public_key.encode()).hexdigest()[:8]}.json"


def files_of(folder: Path, host: str) -> list[Path]:
    """Returns the files with answers of the host of this name in the folder of a group."""
    return [file for file in _files_in(folder) if _said_by(file) == host]


def _files_in(folder: Path) -> list[Path]:
    """Returns the files with answers in a folder. `answers.json` is none of them: people name the
    answers to the questions of `adopt` so."""
    return sorted([*folder.glob(OLD_FILE), *folder.glob(FILES)])


def text_of(answer: HostAnswer) -> bytes:
    """Returns an answer as JSON. The same answer gives the same bytes."""
    return (json.dumps(msgspec.to_builtins(answer), indent=1, sort_keys=True) + "\n").encode()


def signed_answer(answer: HostAnswer, config: Path, now: datetime) -> HostAnswer:
    """Returns an answer with the signature of the host whose config this is, and the time of the
    signature. Raises `UsageError` if the host's key is damaged."""
    made = now.astimezone(UTC).isoformat(timespec="seconds")
    timed = replace(answer, made=made)
    return replace(timed, signature=signature_of(_signed_text(timed), config))


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


def keep_answer(folder: Path, answer: HostAnswer, config: Path, now: datetime) -> bool:
    """Signs an answer and writes it into the folder of its group, in place of any other answer of
    the same host. Returns whether anything changed.

    If it says what the one says that is there, nothing is written, unless the group cannot compare
    that one because of the time of its signature. If a group got nothing, no file is written,
    unless it had one before. Raises `UsageError` if the key of the host, whose config this is, is
    damaged."""
    if not (answer.grants or _files_in(folder)):
        return False
    own = own_public_key(config)
    path = folder / file_of(own)
    of_host = files_of(folder, answer.host)
    # A damaged file may not say whose it is.
    if not (answer.grants or of_host or path.exists()):
        return False
    others = [file for file in of_host if file != path]
    for file in others:
        # An older version of this program had one name for all hosts, or we have a new key.
        file.unlink()
    known, latest = _known_answer(path), _latest(now)
    read = _newest_read(folder, latest).get(own, "")
    if known is not None and read <= known.made <= latest:
        text = _signed_text(replace(answer, made=known.made))
        if _signed_text(known) == text and is_signature(known.signature, text, own):
            return bool(others)
    made = _after(now, [read, known.made if known else ""], latest)
    files.write(path, text_of(signed_answer(answer, config, made)), private=True)
    return True


def _latest(now: datetime) -> str:
    """Returns the last time at which an answer can be signed that is compared now."""
    return (now + SLACK).astimezone(UTC).isoformat(timespec="seconds")


def _after(now: datetime, signed: Iterable[str], latest: str) -> datetime:
    """Returns the time of a new signature: now, but after each answer that is signed already. If
    our clock was ahead, the new answer would be older than the one before. A time at which no
    answer is compared does not matter."""
    last = max(made for made in ("", *signed) if made < latest)
    try:
        return max(now, datetime.fromisoformat(last).astimezone(UTC) + timedelta(seconds=1))
    except (ValueError, OverflowError):
        # Nothing was signed before, or the file with what was read is damaged.
        return now


def _known_answer(path: Path) -> HostAnswer | None:
    try:
        return answer_of(path.read_bytes())
    except (OSError, ValueError):
        return None


def _said_by(path: Path) -> str:
    """Returns the name of the host in a file with an answer of any version, or ''."""
    try:
        return str(structured.json_object(path.read_bytes()).get("host", ""))
    except (OSError, ValueError):
        return ""


def answers_in(folder: Path, now: datetime) -> tuple[ReadAnswer | RefusedAnswer, ...]:
    """Returns the answers of the hosts in a group's folder, or why they are not read.

    An answer is for us if it has the name of our folder, which is our code at a host that runs us.
    On a server of our own, the answer has our public key."""
    last = _latest(now)
    newest = _newest_read(folder, last)
    return tuple(_read(folder, path, newest, last) for path in _files_in(folder))


def _read(
    folder: Path, path: Path, newest: Mapping[str, str], last: str
) -> ReadAnswer | RefusedAnswer:
    try:
        told = answer_of(path.read_bytes())
    except (OSError, ValueError):
        return RefusedAnswer("damaged", path.name)
    is_ours = told.group == folder.resolve().name or _is_our_key(folder, told.key)
    if not is_ours:
        return RefusedAnswer("of another group", path.name)
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    return ReadAnswer(
        **fields,
        is_signed_by=lambda key: is_signature(told.signature, _signed_text(told), key),
        needs_key=told.group != folder.resolve().name,
        file=path.name,
        is_to_come=told.made > last,
        newest=newest,
    )


def _newest_read(folder: Path, last: str) -> dict[str, str]:
    """Returns when the newest answer of each host that was read was signed, by its public key.

    What is after `last` was read while our clock was ahead, and is left out: until then, no answer
    could be compared."""
    try:
        lines = (folder / READ).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    read = {key: made for key, _, made in (line.partition(" ") for line in lines)}
    return {key: made for key, made in read.items() if made <= last}


def remember_answers(folder: Path, read: Mapping[str, str], now: datetime) -> None:
    """Remembers when answers that were read were signed, by the public keys of their hosts. If the
    file cannot be written, the next sync remembers them: it reads the same answers."""
    known = _newest_read(folder, _latest(now))
    newest = known | {key: max(made, known.get(key, "")) for key, made in read.items()}
    if newest != known:
        text = "".join(f"{key} {made}\n" for key, made in sorted(newest.items()))
        with contextlib.suppress(OSError):
            files.write(folder / READ, text.encode(), private=True)


def _is_our_key(folder: Path, key: str) -> bool:
    """Whether a public key is that with which a group signs its statements."""
    try:
        return bool(key) and public_key_in(folder) == key
    except (OSError, ValueError):
        return False


def answers_state(folder: Path) -> bytes:
    """Returns the names and the bytes of the answers in a folder, and of the key that says whose
    they are. Returns b'' if there is no answer."""
    states = [path.name.encode() + b"\n" + _content(path) for path in _files_in(folder)]
    if not states:
        return b""
    own = f"{folder.resolve().name} {(folder / KEY_FILE).exists()}"
    return b"\0".join([*states, own.encode()])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"unreadable"
