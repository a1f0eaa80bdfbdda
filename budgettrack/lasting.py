"""What this command has done so far that lasts, so that a failure can say what is done.

Each part of the program that changes something outside notes it here, after it is done."""

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
"""The kinds of things done, each once, in the order of the first time."""


def begin() -> None:
    """Forget what was done before: a new command begins."""
    _done.clear()


def note(what: Done) -> None:
    """Note that something was done that stays, whatever comes after."""
    _done[what] = None


def told() -> list[str]:
    """Return what was done, in words and in its order."""
    return [_WORDS[what] for what in _done]
