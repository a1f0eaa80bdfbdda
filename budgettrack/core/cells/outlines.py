"""Finds rows that are the sum of the rows below them in an outline: `1 Staff` above `1.1 Cook` and
`1.2 Driver`.

A row is such a sum only if its code and its amount agree. The code alone, or the amount alone,
proves nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from budgettrack.core.cells.evidence import amount_of
from budgettrack.core.cells.row_sums import RowSum
from budgettrack.core.cells.table_rows import FilledRow

_CODE = re.compile(r"(?:[A-Za-z]\d{0,3}|\d{1,3})(?:[.\-]\d{1,3}){0,5}(?=[.):]?(?:\s|$))")
_SEGMENT = re.compile(r"[A-Za-z]|\d+")

OutlineCode = tuple[str, ...]


def code_of(row: FilledRow) -> OutlineCode:
    """Returns the parts of the code at the beginning of a row, such as `1.2` or `A2`. The result is
    empty if the row begins with no code."""
    texts = (row.fields.get(name, "") for name in ("id", "description"))
    matches = (_CODE.match(text.strip()) for text in texts if text)
    return next((tuple(_SEGMENT.findall(match[0].upper())) for match in matches if match), ())


def outlined(rows: Sequence[FilledRow]) -> dict[int, RowSum]:
    """Returns the rows whose amount is the sum of the rows below them in the outline, each with
    the rows that it sums."""
    codes = [code_of(row) for row in rows]
    sums: dict[int, RowSum] = {}
    for place, code in enumerate(codes):
        end = _end(codes, place) if code else place + 1
        leaves = [below for below in range(place + 1, end) if _end(codes, below) == below + 1]
        amounts = (amount_of(rows[below]) for below in leaves)
        filled = [amount for amount in amounts if amount is not None]
        if filled and sum(filled, Decimal(0)) == amount_of(rows[place]) != 0:
            sums[rows[place].number] = RowSum(((rows[place + 1].number, rows[end - 1].number),))
    return sums


def _end(codes: Sequence[OutlineCode], place: int) -> int:
    """Returns the position after the last row that is below a row in the outline."""
    code, end = codes[place], place + 1
    while end < len(codes) and len(codes[end]) > len(code) and codes[end][: len(code)] == code:
        end += 1
    return end
