"""Prints a table of texts on the terminal, laid out as the library tabulate lays out a "simple"
table.

The tests compare the two. The library is not used, because loading it takes half as long as
answering a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""Recognises the codes that colour a text on a terminal. They take no room."""

ROOM = 2
"""How many characters are between two columns. A column is also at least this much wider than
its heading."""


def plain_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], to_right: Sequence[bool]
) -> str:
    """Return a table with a line below its headings. A cell may have several lines.

    `to_right`: the columns that are aligned to the right."""
    widths = [
        max(
            columns(heading) + ROOM,
            *(columns(line) for row in rows for line in row[at].split("\n")),
        )
        for at, heading in enumerate(headings)
    ]

    def told(cells: Sequence[str]) -> str:
        lines = [cell.split("\n") for cell in cells]
        return "\n".join(
            (" " * ROOM)
            .join(
                _filled(each[at] if at < len(each) else "", width, right)
                for each, width, right in zip(lines, widths, to_right, strict=True)
            )
            .rstrip()
            for at in range(max(map(len, lines)))
        )

    below = (" " * ROOM).join("-" * width for width in widths)
    return "\n".join([told(headings), below, *map(told, rows)])


def _filled(text: str, width: int, right: bool) -> str:
    room = " " * (width - columns(text))
    return room + text if right else text + room


def columns(text: str) -> int:
    """Return how many columns of the terminal a text needs. East Asian characters and emoji need
    two. Marks above or below a letter need none."""
    text = _STYLE.sub("", text) if "\x1b" in text else text
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
