"""Report files: whole or not at all, and private ones for their owner only."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path


def safe_name(text: str) -> str:
    """`text` as a part of a file name on any system; two texts never share one, even where case is ignored.

    >>> safe_name("G-1.2"), safe_name("../G 1")
    ('G-1.2', 'G-1-337f1d71')
    """
    if re.fullmatch(r"[A-Z0-9]+([.-][A-Z0-9]+)*", text):
        return text
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60]
    return f"{plain or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def holds(path: Path, content: bytes) -> bool:
    """Whether the file has this content already."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def write(path: Path, content: bytes, *, private: bool) -> Path:
    """Write `content` to `path` in one step; the old file stands until the new one is complete.

    A private file's folder is opened to its owner only (0700, file 0600); a public one can be read by a web server
    (0755, 0644). A file that has this content already is left as it is. Raises `OSError` where the folder cannot be
    written; nothing is left behind then.
    """
    if holds(path, content):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700 if private else 0o755)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o600 if private else 0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path
