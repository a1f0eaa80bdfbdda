"""Writes the tabs that belong to the program (Summary, Checks), as requests to the Sheets API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from budgettrack.core.base.grids import PageCell, ToolTab
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.records.tables import KEEP
from budgettrack.workbook.google.cells import Entered, entered
from budgettrack.workbook.styles import DATE, LINE, CellStyle, look

Request = dict[str, Any]

_ALL = "userEnteredValue,userEnteredFormat,dataValidation"
_PLACE = re.compile(r"'((?:[^']|'')+)'(?:!([A-Z]*[0-9]*))?")


def contents(page: ToolTab) -> list[list[Entered | None]]:
    """Returns the contents of the cells of a page, row by row. A blank cell is None."""
    return [[entered(_value(cell)) for cell in row] for row in page.rows]


def _value(cell: PageCell) -> Any:
    if cell.look == "percent" and isinstance(cell.value, Decimal):
        return cell.value.scaleb(-2)
    return cell.value


def put_page(
    page: ToolTab, sheet_id: int, size: tuple[int, int], gid: Callable[[str], int | None]
) -> Iterator[Request]:
    """Yields the requests that write a page over a tab of `size` (rows, columns).

    `gid` returns the number of the tab with a given title."""
    height, width = len(page.rows), max([1, *map(len, page.rows)])
    for dimension, have, need in (("ROWS", size[0], height + 1), ("COLUMNS", size[1], width)):
        if have < need:
            yield {
                "appendDimension": {
                    "sheetId": sheet_id,
                    "dimension": dimension,
                    "length": need - have,
                }
            }
    # One request covers the whole tab.
    # The request also clears cells that have no value now, such as older rows.
    rows = [{"values": [_cell(cell, gid, at) for at, cell in enumerate(row)]} for row in page.rows]
    yield {"updateCells": {"range": {"sheetId": sheet_id}, "fields": _ALL, "rows": rows}}
    for index, characters in enumerate(page.widths):
        yield {
            "updateDimensionProperties": {
                "range": {
                    "sheetId": sheet_id,
                    "dimension": "COLUMNS",
                    "startIndex": index,
                    "endIndex": index + 1,
                },
                "properties": {
                    "pixelSize": 7 * characters + 12,
                    "hiddenByUser": index >= len(page.widths) - page.hidden,
                },
                "fields": "pixelSize,hiddenByUser",
            }
        }
    if page.frozen:
        frozen = {
            "sheetId": sheet_id,
            "gridProperties": {"frozenRowCount": page.frozen, "hideGridlines": True},
            "rightToLeft": page.right_to_left,
        }
        fields = "gridProperties.frozenRowCount,gridProperties.hideGridlines,rightToLeft"
        yield {"updateSheetProperties": {"properties": frozen, "fields": fields}}


def new_page(page: ToolTab, sheet_id: int) -> Iterator[Request]:
    """Yields the requests that add a tab for a page. People who type into this tab get a
    warning, because the program overwrites it."""
    size = {"rowCount": max(len(page.rows) + 1, 50), "columnCount": max([1, *map(len, page.rows)])}
    yield {
        "addSheet": {"properties": {"sheetId": sheet_id, "title": page.tab, "gridProperties": size}}
    }
    if not page.kind:
        return
    words = f"{page.tab} is written by budgettrack at each run; what is typed here is lost."
    protection: Request = {
        "range": {"sheetId": sheet_id},
        "description": words,
        "warningOnly": True,
    }
    keep = in_every_language("heading", KEEP)
    free = sorted({at for row in page.rows for at, cell in enumerate(row) if cell.value in keep})
    if free:
        # People make choices in the columns `free`. The program writes all other columns.
        protection["unprotectedRanges"] = [
            {"sheetId": sheet_id, "startColumnIndex": at, "endColumnIndex": at + 1} for at in free
        ]
    yield {"addProtectedRange": {"protectedRange": protection}}


def _cell(cell: PageCell, gid: Callable[[str], int | None], column: int) -> Request:
    value = entered(_value(cell))
    link = _link(cell.link, gid) if cell.link else None
    style = look(cell.look, cell.value, cell.decimals, link is not None, column)
    return fields_set(
        userEnteredValue=value,
        userEnteredFormat=_format(style, link),
        dataValidation=_dropdown(cell.choices),
    )


def _dropdown(choices: Sequence[str]) -> Request | None:
    """Returns the rule of a cell in which people choose a value, or None for any other cell."""
    if not choices:
        return None
    values = [{"userEnteredValue": choice} for choice in choices]
    return {"condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True}


def fields_set(**fields: Any) -> Request:
    """Returns the names of the fields that have a value. In a request, the API gives every other
    field its default."""
    return {name: value for name, value in fields.items() if value}


def _link(place: str, gid: Callable[[str], int | None]) -> str | None:
    match = _PLACE.fullmatch(place)
    number = gid(match[1].replace("''", "'")) if match else None
    if match is None or number is None:
        return None
    cell = match[2] or ""
    # A link to a whole row or column needs both ends, such as `7:7`.
    whole = cell if re.fullmatch(r"[A-Z]+[0-9]+", cell) else f"{cell}:{cell}"
    return f"#gid={number}" + (f"&range={whole}" if cell else "")


def _format(wanted: CellStyle, link: str | None) -> Request:
    sides = {"top": ("top",), "all": ("top", "bottom", "left", "right")}.get(wanted.border, ())
    line = {"style": "SOLID", "colorStyle": {"rgbColor": rgb(LINE)}}
    return fields_set(
        verticalAlignment="TOP",
        wrapStrategy="WRAP" if wanted.wrap else "OVERFLOW_CELL",
        textFormat=fields_set(
            fontSize=wanted.size,
            bold=wanted.bold,
            underline=wanted.underline,
            foregroundColorStyle=colour_style(wanted.colour),
            link=fields_set(uri=link),
        ),
        backgroundColorStyle=colour_style(wanted.fill),
        horizontalAlignment="RIGHT" if wanted.right else None,
        textDirection="LEFT_TO_RIGHT" if wanted.is_place else None,
        numberFormat=number_format(wanted.format),
        borders=dict.fromkeys(sides, line),
    )


def number_format(pattern: str) -> Request | None:
    """Returns a number format in the API's form, or None for the default format."""
    if pattern in ("", "General"):
        return None
    return {"type": format_type(pattern), "pattern": pattern.replace("\\", "")}


def colour_style(argb: str) -> Request | None:
    """Returns a colour in the API's form, or None for no colour."""
    return {"rgbColor": rgb(argb)} if argb else None


def format_type(pattern: str) -> str:
    """Returns the API's type of a number format."""
    if pattern == DATE:
        return "DATE"
    return "PERCENT" if pattern.endswith("%") else "NUMBER"


def rgb(argb: str) -> Request:
    """Converts a colour such as `FF1F3A4D` or `#1F3A4D` to the API's form: red, green and blue
    from 0 to 1."""
    digits = argb.lstrip("#")[-6:]
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return {
        name: round(part, 6) for name, part in zip(("red", "green", "blue"), parts, strict=True)
    }
