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
    """Return how many delimiters most rows have, and how many rows have at least that many."""
    # A row of blank cells is no row.
    written = [line for line in _LINE_END.split(text) if any(map(str.isalnum, line))]
    lines = [_QUOTED.sub("", line) for line in written]
    counted = [line.count(delimiter) for line in lines]
    most = Counter(number for number in counted if number).most_common(1)
    usual = most[0][0] if most else 0
    total = open_delimiters = 0
    is_open = False
    for line, number in zip(lines, counted, strict=True):
        # A text with a line break has one quotation mark on its first line, and one on its last.
        odd = line.count('"') % 2 == 1
        open_delimiters = open_delimiters + number if is_open else number
        is_open = is_open != odd
        if usual and open_delimiters >= usual:
            total += 1
            open_delimiters = 0
    return usual, total
