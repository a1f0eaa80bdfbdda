"""Report files: complete or absent, and private ones readable by their owner only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from budgettrack.interrupts import unbroken


def safe_name(text: str) -> str:
    """Return `text` as part of a file name for any system.

    Two different texts never get the same name, even if upper and lower case are not distinguished.

    >>> safe_name("G-1.2"), safe_name("../G 1")
    ('G-1.2', 'G-1-337f1d71')
    """
    if re.fullmatch(r"[A-Z0-9]+([.-][A-Z0-9]+)*", text):
        return text
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60]
    return f"{plain or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def holds(path: Path, content: bytes) -> bool:
    """Tell whether the file already has this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def write_all(folder: Path, contents: Mapping[str, bytes], *, private: bool) -> list[Path]:
    """Write all files, or none. Every file is complete under another name before the first is put
    in place.

    Private files and folders are readable by their owner only (0700, 0600). Public ones can be
    read by a web server (0755, 0644). A file that already has its content is not written again.
    Raises OSError if one cannot be written."""
    with unbroken():
        return _write_all(folder, contents, private)


def _write_all(folder: Path, contents: Mapping[str, bytes], private: bool) -> list[Path]:
    parts: dict[Path, Path] = {}
    _sweep({(folder / name).parent for name in contents})
    try:
        for name, content in contents.items():
            path = folder / name
            if holds(path, content):
                continue
            if path.is_dir():
                raise IsADirectoryError(21, "Is a directory", str(path))
            for parent in reversed(
                [each for each in path.parents if each == folder or folder in each.parents]
            ):
                parent.mkdir(parents=True, exist_ok=True)
                parent.chmod(0o700 if private else 0o755)
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            parts[path] = Path(part)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            parts[path].chmod(0o600 if private else 0o644)
        for path, part_ in parts.items():
            part_.replace(path)
    except BaseException:
        for part_ in parts.values():
            part_.unlink(missing_ok=True)
        raise
    return [folder / name for name in contents]


STALE = 3600.0
"""Seconds after which an unfinished file is deleted: the program that wrote it was killed."""


def _sweep(folders: Collection[Path]) -> None:
    for folder in folders:
        for part in folder.glob(".*.part"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > STALE:
                    part.unlink()


OURS = ("data", "grants")
"""The folders of the public site in which `tidy` deletes old files."""


def tidy(folder: Path, kept: Collection[Path]) -> None:
    """Delete from the public site what it no longer has, such as the page of a withdrawn grant
    or of a month that no figure needs."""
    for ours in OURS:
        for old in (folder / ours).glob("*.*"):
            if old not in kept and old.suffix in (".html", ".csv"):
                old.unlink()
    for page in folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].html"):
        if page not in kept:
            page.unlink()


def write(path: Path, content: bytes, *, private: bool) -> Path:
    """Write one file in the same way as `write_all`."""
    (written,) = write_all(path.parent, {path.name: content}, private=private)
    return written
