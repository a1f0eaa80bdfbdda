"""Removes invisible characters that change the meaning of a text, before the text is stored or
shown.

A character that reverses the direction of writing can make `EUR 100` look like another figure. A
space of zero width can hide a telephone number from the search for personal details. A control
character such as U+009B can give commands to a terminal.

Characters that are needed for writing stay: joiners in Arabic, Persian and Indic scripts, marks
of direction, direction isolates that are closed again, zero-width spaces between words of
scripts without spaces, and whole emoji."""

from __future__ import annotations

import re

OVERRIDES = "\u202a-\u202e"
_ISOLATES = "\u2066-\u2069"
FORMS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Signs that choose the form of the character before them: an emoji in colour, or a variant of
an ideograph."""

NEVER = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
"""Soft hyphens, fillers and deprecated characters."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINES = str.maketrans({"\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_ALL = re.compile(
    rf"[{OVERRIDES}{_ISOLATES}{FORMS}{NEVER}\u061c\u180b-\u180f\u200b-\u200f\U000e0000-\U000e00ff]"
)


def legible(text: str) -> str:
    """Returns the text without invisible characters that change its meaning. A control character
    becomes U+FFFD, and a line separator becomes a line break.

    >>> legible("EUR \u202e001"), legible("می\u200cخواهم") == "می\u200cخواهم"
    ('EUR 001', True)
    """
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROLS.sub("\ufffd", text.translate(_LINES))
    # The search for invisible characters is fast, and most texts have none.
    if not _ALL.search(text):
        return text
    from budgettrack.core.base.unseen_signs import DROPPED

    text = DROPPED.sub(r"\1", text)
    return text if _balanced(text) else re.sub(f"[{_ISOLATES}]", "", text)


def _balanced(text: str) -> bool:
    """Whether every change of the direction of writing is closed on the line where it begins, and
    none is closed twice."""
    depth = 0
    for sign in re.findall(f"[{_ISOLATES}\n]", text):
        if sign == "\n":
            if depth:
                return False
        else:
            depth += -1 if sign == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0


def without_unseen(text: str) -> str:
    """Returns the text without any character of zero width, for a search in the text. The result
    must not be shown: Persian words and emoji need some of these characters."""
    return text if text.isascii() else _ALL.sub("", text)
