"""Finds the ID or name that a user typed after a command. If it does not exist, suggests the
most similar one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.unseen import legible

LONGEST = 80
"""A message repeats at most this many characters of a typed name."""


def shown(name: str) -> str:
    """Returns a typed name in a form that fits into a message: one line, and not too long."""
    line = " ".join(legible(name).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def nearest(text: str, known: Iterable[str]) -> str:
    """Returns the hint after an unknown name: the nearest name, or a list of the names that
    exist."""
    import difflib

    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(text.casefold(), list(folded), 1, 0.6)
    if close:
        return f"Did you mean {folded[close[0]]}?"
    if not names:
        return "There is none yet."
    return f"There are: {', '.join(names[:12])}{' and more' if len(names) > 12 else ''}."


def known_id(text: str, known: Collection[str], what: str) -> str:
    """Returns the full ID for a typed text. The text may have other capitals, or be only the
    beginning of the ID.

    Raises UsageError if no ID fits (the message suggests the nearest one), or if several IDs
    fit."""
    wanted = text.strip().casefold()
    whole = [id_ for id_ in known if id_.casefold() == wanted]
    if whole:
        return whole[0]
    begun = [id_ for id_ in known if wanted and id_.casefold().startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise UsageError(
            f"{text} can be {', '.join(begun[:8])}{' or more' if len(begun) > 8 else ''}. Type more"
            " of it."
        )
    raise UsageError(f"There is no {what} {shown(text)}. {nearest(text, known)}")
