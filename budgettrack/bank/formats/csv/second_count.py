"""Counts the rows of a CSV file a second time. It shares no code with the reader, so that a mistake
of the reader is noticed.

It looks only at lines and delimiters. If a quotation mark is not closed, every reader of CSV
loses the rows after it; here each of these lines is still counted."""

from __future__ import annotations

import re
from collections import Counter

_QUOTED = re.compile(r'"[^"]*+"')
_LINE_END = re.compile(r"\r\n|\r|\n")


def whole_rows(text: str, delimiter: str) -> tuple[int, int]:
    """Return two numbers: how many delimiters most rows have, and how many rows have as many or
    more."""
    # A row of blank cells is no row.
    written = [line for line in _LINE_END.split(text) if any(map(str.isalnum, line))]
    bare = [_QUOTED.sub("", line) for line in written]
    counted = [line.count(delimiter) for line in bare]
    most = Counter(number for number in counted if number).most_common(1)
    usual = most[0][0] if most else 0
    total = open_delimiters = 0
    is_open = False
    for line, without_texts, in_all in zip(written, bare, counted, strict=True):
        # A text with a line break has one quotation mark on its first line, and one on its last.
        odd = without_texts.count('"') % 2 == 1
        number = _after_the_text(line, delimiter).count(delimiter) if is_open and odd else in_all
        open_delimiters = open_delimiters + number if is_open else number
        is_open = is_open != odd
        if usual and open_delimiters >= usual:
            total += 1
            open_delimiters = 0
    return usual, total


def _after_the_text(line: str, delimiter: str) -> str:
    """Return what follows a text that began on an earlier line, without the texts in quotation
    marks. Return the whole line if its first quotation mark does not end a text: then an earlier
    one was left open, and this line is a row of its own."""
    before, _, rest = line.partition('"')
    ends = not before.endswith(delimiter) and (not rest or rest.startswith(delimiter))
    return _QUOTED.sub("", rest if ends else line)
