"""The styles of cells in the tabs that the program writes. They are the same in every kind of
workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

DATE, MONEY, PERCENT = "yyyy\\-mm\\-dd", "#,##0.00", "0.0%"
DARK, PALE, LINE, LINK = "FF1F3A4D", "FFE6EDF2", "FFB8C4CC", "FF0B5CAD"

LINED = ("text", "place", "number", "money", "percent", "date", "error", "warning")
"""The kinds of cells that stand in the rows of a table."""


class CellStyle(Struct, frozen=True):
    """The style of a cell in one of the program's tabs. Colours are ARGB.

    `is_place`: whether the text is the address of a cell, such as `'Expenses'!F14`. It is then
    written from left to right in every language; otherwise its signs would change places.
    `indent`: a little room before a text, so that it does not touch the cell before it."""

    format: str = "General"
    size: int = 0
    bold: bool = False
    underline: bool = False
    colour: str = ""
    fill: str = ""
    border: str = ""
    wrap: bool = False
    right: bool = False
    indent: bool = False
    unlocked: bool = False
    right_to_left: bool = False
    is_place: bool = False


def look(name: str, value: object, decimals: int, linked: bool, column: int) -> CellStyle:
    """Returns the style for a kind of cell (`name`, see `PageCell.look`) and a value.

    `column`: where the cell is in its row, from 0."""
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    typed = "General"
    if isinstance(value, date):
        typed = DATE
    elif isinstance(value, Decimal):
        typed = number
    return _style(name, typed, number, linked, column > 0)


@cache
def _style(name: str, typed: str, number: str, linked: bool, beside: bool) -> CellStyle:
    """Returns the style for a kind of cell. A tab with thousands of cells has only a few styles.

    `beside`: whether another cell stands before it. Its words are then indented."""
    looks = {
        "text": CellStyle(typed, wrap=True),
        "place": CellStyle(typed, wrap=True, is_place=True),
        "note": CellStyle(typed, colour="FF4A5560"),
        "title": CellStyle(typed, size=16, bold=True, colour=DARK),
        "heading": CellStyle(typed, bold=True, colour="FFFFFFFF", fill=DARK, wrap=True),
        "number heading": CellStyle(
            typed, bold=True, colour="FFFFFFFF", fill=DARK, wrap=True, right=True
        ),
        "number": CellStyle(number, right=True),
        "money": CellStyle(number, right=True),
        "percent": CellStyle(PERCENT, right=True),
        "date": CellStyle(DATE, right=True),
        "error": CellStyle(typed, bold=True, colour="FF8C1D18", fill="FFFBE3E1", wrap=True),
        "warning": CellStyle(typed, colour="FF6B4A00", fill="FFFFF2CC", wrap=True),
        "total": CellStyle(typed, bold=True, border="top"),
        "section": CellStyle(typed, size=12, bold=True, colour=DARK, fill=PALE),
        "group": CellStyle(typed, bold=True, border="top", wrap=True),
        "input": CellStyle(typed, fill="FFFFFBE6", border="all", wrap=True, unlocked=True),
    }
    style = looks.get(name, looks["text"])
    if beside and not style.right:
        style = replace(style, indent=True)
    if name in LINED:
        # On paper there is no grid that keeps the rows apart.
        style = replace(style, border="bottom")
    if linked:
        return replace(style, underline=True, colour=LINK)
    return style
