"""Writes rows as CSV, so that a spreadsheet program reads no cell of them as a formula. Every CSV
file of the package is written here.

A spreadsheet program runs a text that begins with = + - or @ as a formula, also if the text
comes from a CSV file. Such a formula can send the reader's data to a stranger, or start a
program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

STARTS = "=\u207c\u208c\ufe66\uff1d+\u207a\u208a\ufb29\ufe62\uff0b-\ufe63\uff0d@\ufe6b\uff20"
"""The characters that can begin a formula: = + - @ and their other forms, such as the full-width
equals sign. East Asian spreadsheet programs treat these forms as the plain signs."""

_UNSEEN = (
    r"[ \u00a0\u00ad\u034f\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u3000\ufeff]"
)
"""Blanks and characters of zero width. A program may drop them before it looks for a formula."""

# Where people write decimal commas, programs split lines at semicolons and tabs.
# So a formula may also begin in the middle of a text.
# The pattern uses one lookahead at each start, so that a long text does not take too long.
_FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=(?:{_UNSEEN}|['\"])*[{re.escape(STARTS)}])")
_NUMBER = re.compile(r"-?\d+(\.\d+)?( ?%)?", re.ASCII)


def harmless(text: str) -> str:
    """Returns `text` in a form that spreadsheet programs do not read as a formula. Different texts
    stay different, and numbers stay numbers.

    >>> harmless("=1+1"), harmless("'=1+1"), harmless("Rent"), harmless("-12.50")
    ("'=1+1", "''=1+1", 'Rent', '-12.50')
    """
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]], line_end: str = "\r\n") -> str:
    """Returns a table as CSV text (RFC 4180). None is written as a blank cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    for row in (heads, *rows):
        writer.writerow([harmless("" if value is None else str(value)) for value in row])
    return out.getvalue()
