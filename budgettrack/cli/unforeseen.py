"""Handles an unexpected failure (a bug): prints what happened in words, and writes the details into
a file.

The details are the frames and the types of the exceptions. They have no messages and no values,
because these may be names of people or amounts. So the file can be shown to a person who repairs
the program."""

from __future__ import annotations

import errno
import platform
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from budgettrack import files, lasting
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.progress import what_is_so
from budgettrack.core.base.unseen import legible
from budgettrack.version import __version__

NAME = "budgettrack-failure.txt"
"""The file with the details of the last failure, beside the config."""

FRAMES = 40
"""How many frames are kept from the beginning of one exception, and how many from its end. A
recursion has thousands of frames."""


def words(error: BaseException, folder: Path | None, command: str) -> list[str]:
    """Return what happened, what was done, and where the details are. The details are written into
    a file.

    `folder` is the folder of the config. If it is None or cannot be written, the file is written
    into the folder for temporary files. `command` has no arguments."""
    return [_what(error), *_done(error), _kept(details(error, command), folder)]


def _what(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "The memory of this computer was not enough. Close other programs, then try again."
    if isinstance(error, OSError) and error.errno is not None:
        place = legible(str(error.filename)) if error.filename is not None else ""
        why = error.strerror or errno.errorcode.get(error.errno, str(error.errno))
        return (
            f"{place}: {why}. Mend this, then try again."
            if place
            else f"The computer refused something: {why}. Mend this, then try again."
        )
    return (
        f"The program itself failed ({type(error).__name__}). This is a mistake in it, not yours."
    )


def _done(error: BaseException) -> Iterator[str]:
    """Yield sentences that say what was changed before the failure, and what was not. If the step
    that failed has recorded such sentences itself, these are taken."""
    so = what_is_so(error)
    if so:
        yield so
        return
    done = lasting.told()
    if not done:
        yield "Nothing was changed. You may run it again."
        return
    yield f"Before that, {', and '.join(done)}. This stays. The rest was not done."
    yield (
        "Look at it before you run this again: budgettrack status. The commands sync and monthly"
        " may be run again at any time."
    )


def details(error: BaseException, command: str) -> str:
    """Return the frames and types of an exception, and of the exceptions that led to it, without
    messages and values."""
    lines = [
        f"budgettrack {__version__}, Python {platform.python_version()}, {platform.system()}",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, command: {command}",
    ]
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines += ["", f"{type(link).__module__}.{type(link).__qualname__}"]
        frames = [
            f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(link.__traceback__)
        ]
        if len(frames) > 2 * FRAMES:
            left = f"  ({len(frames) - 2 * FRAMES} more)"
            frames = [*frames[:FRAMES], left, *frames[-FRAMES:]]
        lines += frames
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def _short(filename: str) -> str:
    """Return the path of a file of a package from the package on: the folders above it may bear
    somebody's name."""
    parts = Path(filename).parts
    for root in ("site-packages", "budgettrack"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1] if parts else ""


def _kept(content: str, folder: Path | None) -> str:
    """Write the details into a file, and return where it is."""
    path: Path | None = None
    if folder is not None:
        try:
            path = files.write(folder / NAME, content.encode(), private=True)
        except (OSError, ValueError, TrackError):
            path = None
    try:
        if path is None:
            # The file has a random name, because other users can write into this folder too.
            handle, name = tempfile.mkstemp(prefix="budgettrack-failure-", suffix=".txt")
            with open(handle, "w", encoding="utf-8") as file:
                file.write(content)
            path = Path(name)
    except OSError:
        return f"The details could not be written. They are:\n{content}"
    return (
        f"Details for whoever mends the program are in {legible(str(path))}. They have no amounts"
        " and no names."
    )
