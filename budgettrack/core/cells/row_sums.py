"""Finds out which rows a formula sums. A total is recognised by its formula first, and by its
label only if it has no formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

_TOKEN = re.compile(
    r"\s*(?:(?P<area>(?:'[^']+'!|[^\s'!+,;()]+!)?\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)"
    r"|(?P<name>[A-Z][A-Z.]*)\(|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[+,;)(]))",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"(?:SUM|SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_HALF = re.compile(r"/ ?2$")
_AREA = re.compile(r"(?:(.*)!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?", re.IGNORECASE)
_SUMMING = {"SUM", "ROUND", "ROUNDUP", "ROUNDDOWN", "SUBTOTAL", "AGGREGATE", "IFERROR", "N"}
_CODE_FIRST = {"SUBTOTAL": 1, "AGGREGATE": 2}
"""Functions whose first arguments are not summed, with the number of these arguments."""


class RowSum(Struct, frozen=True):
    """The rows of one column that a formula sums.

    `parts`: the first and last row of each part, counted from 0. `by_name`: whether the formula
    uses a function such as SUM. `=B2+B3` uses none."""

    parts: tuple[tuple[int, int], ...]
    by_name: bool = True

    @property
    def count(self) -> int:
        """The number of rows that are summed."""
        return sum(last - first + 1 for first, last in self.parts)


def rows_summed(formula: str, tab: str, column: str, row: int) -> RowSum | None:
    """Returns the rows of the same column that a formula adds up.

    `tab`, `column` (in letters) and `row` are the place of the formula. Returns None if the
    formula does anything else: it subtracts, multiplies, or reads another tab, another column or
    its own row.

    >>> rows_summed("=ROUND(SUM(B2:B4),2)+B9", "Plan", "B", 9)
    RowSum(parts=((1, 3), (8, 8)), by_name=True)
    """
    tokens = _tokens(formula)
    if tokens is None:
        return None
    parts: list[tuple[int, int]] = []
    for area in tokens:
        part = _part(area, tab, column)
        if part is None or part[0] <= row <= part[1]:
            return None
        parts.append(part)
    return RowSum(tuple(parts), bool(_BY_NAME.search(formula))) if parts else None


def _tokens(formula: str) -> Sequence[str] | None:
    """Returns the parts of a formula that only adds up. Returns None if the formula does more
    than that."""
    text = formula.strip().removeprefix("=").strip().removeprefix("+")
    # Some people sum a column with its subtotals, and take half of the sum as the grand total.
    text = _HALF.sub("", text).rstrip() if ":" in text else text
    areas: list[str] = []
    # The open brackets. For each: its function, and the number of the argument that is being read.
    functions: list[tuple[str, int]] = []
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            return None
        place = match.end()
        if not _takes(functions, areas, match):
            return None
    return areas if not functions else None


def _takes(functions: list[tuple[str, int]], areas: list[str], token: re.Match[str]) -> bool:
    """Checks one token of a formula, in order. Returns False if the formula does more than
    adding."""
    if token["sign"]:
        return _takes_sign(functions, token["sign"])
    if token["name"]:
        functions.append((token["name"].upper(), 0))
        return token["name"].upper() in _SUMMING
    if _is_option(functions):
        return True
    if token["area"]:
        areas.append(token["area"])
    return token["number"] is None


def _is_option(functions: Sequence[tuple[str, int]]) -> bool:
    """Whether the next argument is only an option: the decimals of ROUND, or the code of
    SUBTOTAL."""
    if not functions:
        return False
    name, argument = functions[-1]
    if name in _CODE_FIRST:
        return argument < _CODE_FIRST[name]
    return name not in {"SUM", "", "N"} and argument > 0


def _takes_sign(functions: list[tuple[str, int]], sign: str) -> bool:
    """Checks a bracket, a separator or a plus sign. Returns False if it cannot stand there."""
    if sign == "(":
        functions.append(("", 0))
    elif sign == ")":
        if not functions:
            return False
        functions.pop()
    elif sign in ",;":
        if not functions or not functions[-1][0]:
            return False
        name, argument = functions[-1]
        functions[-1] = (name, argument + 1)
    return True


def _part(area: str, tab: str, column: str) -> tuple[int, int] | None:
    """Returns the first and last row of an area such as `B2:B4`. Returns None if it lies in
    another tab or column."""
    match = _AREA.fullmatch(area)
    if match is None or {match[2].upper(), (match[4] or match[2]).upper()} != {column}:
        return None
    if match[1] and match[1].strip("'").replace("''", "'").casefold() != tab.casefold():
        return None
    first, last = int(match[3]) - 1, int(match[5] or match[3]) - 1
    return (first, last) if first <= last else (last, first)
