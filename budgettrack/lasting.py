"""Records which lasting changes a command has made, so that an error message can list them.

Each part of the program that changes a file, a register or a workbook records it here
afterwards."""

from __future__ import annotations

from typing import Literal

Done = Literal["workbook", "register", "files", "sent"]

_WORDS: dict[Done, str] = {
    "workbook": "the workbook was written",
    "register": "the register was written",
    "files": "files were written",
    "sent": "something was sent",
}

_done: dict[Done, None] = {}
"""The kinds of changes that were made, in the order in which each was made first."""


def begin() -> None:
    """Forget the changes before, because a new command begins."""
    _done.clear()


def note(what: Done) -> None:
    """Record a change that stays even if the command fails later."""
    _done[what] = None


def told() -> list[str]:
    """Return sentences that say what was done, in order."""
    return [_WORDS[what] for what in _done]
