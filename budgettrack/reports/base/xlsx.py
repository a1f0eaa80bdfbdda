"""Settings and functions that all report workbooks share."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter

from budgettrack.version import PROGRAM

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsx has no time zones
"""The creation date of every workbook. It is fixed, so that the same view gives the same bytes."""

CELL = 32_767
"""How many characters a cell can contain."""

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

HEAD = 5
"""The index of the header row."""

NAMES = 3
"""The number of text columns to the left of the figures."""


def plain_workbook(
    organisation: str,
    sheets: Sequence[tuple[str, Sequence[tuple[str, bool]], Sequence[Sequence[str | None]]]],
) -> bytes:
    """Returns a workbook of plain tables.

    `sheets` has the name, the headings and the rows of each tab. Each heading is a pair: its text,
    and whether its column has numbers. Numbers in rows are plain decimals as text."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties(
        {"title": organisation, "author": organisation, "created": CREATED, "comments": PROGRAM}
    )
    strong = book.add_format({"bold": True, "bottom": 1})
    for name, headings, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        for column, (words, _) in enumerate(headings):
            sheet.write_string(0, column, words, strong)
        for index, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if value is not None and headings[column][1]:
                    sheet.write_number(index, column, Decimal(value))
                elif value is not None:
                    sheet.write_string(index, column, value[:CELL])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(headings) - 1, 0))
        sheet.set_column(0, max(len(headings) - 1, 0), 16)
    book.close()
    return stream.getvalue()
