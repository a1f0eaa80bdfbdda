"""Counts the entries in the bytes of a bank's file.

The readers of the formats are checked with this number: if a reader misses an entry, the two
numbers differ. So this module imports none of the readers and shares no code with them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ENTRY: Mapping[str, re.Pattern[bytes]] = {
    "CAMT": re.compile(rb"<(?:[\w.-]{1,40}:)?Ntry[\s/>]"),
    "OFX": re.compile(rb"<(?:[\w.-]{1,40}:)?STMTTRN[\s/>]", re.IGNORECASE),
    # In QIF, the line with the amount of a movement begins with T.
    # The letter T can also begin the line of an account or of a category, which is no amount.
    "QIF": re.compile(rb"(?:^|[\r\n])[ \t]*T[ \t]*[-+(]?[0-9.,]"),
    "MT940": re.compile(rb"(?:^|[\r\n]|@@)[ \t]*:61:"),
}


def entries_in(content: bytes, format_name: str) -> int:
    """Return how many entries the bytes of a file have, booked or not.

    `format_name`: CAMT, OFX, MT940 or QIF."""
    # In UTF-16 each character has two bytes. In a tag, one of these two bytes is always zero.
    letters = content.replace(b"\0", b"")
    # An XML reader ignores tags in comments and in CDATA, so they are not counted here.
    letters = _without(_without(letters, b"<!--", b"-->"), b"<![CDATA[", b"]]>")
    return sum(1 for _ in _ENTRY[format_name].finditer(letters))


def _without(content: bytes, opening: bytes, closing: bytes) -> bytes:
    """Return the bytes without everything from `opening` to the next `closing`, such as from the
    beginning to the end of a comment."""
    kept, at = [], 0
    while (start := content.find(opening, at)) >= 0:
        end = content.find(closing, start)
        if end < 0:
            break
        kept.append(content[at:start])
        at = end + len(closing)
    return b"".join((*kept, content[at:])) if kept else content[at:]
