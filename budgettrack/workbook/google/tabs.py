"""The tabs that the tool writes whole (Summary, Checks), as requests to the Sheets service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from budgettrack.core.base.grids import PageCell, ToolTab
from budgettrack.core.records.tables import KEEP
from budgettrack.workbook.google.cells import Entered, entered
from budgettrack.workbook.styles import DATE, LINE, CellStyle, look

Request = dict[str, Any]

_ALL = "userEnteredValue,userEnteredFormat,dataValidation"
_PLACE = re.compile(r"'((?:[^']|'')+)'(?:!([A-Z]*[0-9]*))?")


def contents(page: ToolTab) -> list[list[Entered | None]]:
    """What a page puts into its cells."""
    return [[entered(_value(cell)) for cell in row] for row in page.rows]


def _value(cell: PageCell) -> Any:
    if cell.look == "percent" and isinstance(cell.value, Decimal):
        return cell.value.scaleb(-2)
    return cell.value


def put_page(
    page: ToolTab, sheet_id: int, size: tuple[int, int], gid: Callable[[str], int | None]
) -> Iterator[Request]:
    """The requests that write a page over a tab of `size` (rows, columns). `gid` finds a tab's
    number by its title."""
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
    # One request for the whole tab: what is not given is cleared, so that nothing of an older page
    # is left.
    rows = [{"values": [_cell(cell, gid) for cell in row]} for row in page.rows]
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
                "properties": {"pixelSize": 7 * characters + 12},
                "fields": "pixelSize",
            }
        }
    if page.frozen:
        frozen = {
            "sheetId": sheet_id,
            "gridProperties": {"frozenRowCount": page.frozen, "hideGridlines": True},
        }
        fields = "gridProperties.frozenRowCount,gridProperties.hideGridlines"
        yield {"updateSheetProperties": {"properties": frozen, "fields": fields}}


def new_page(page: ToolTab, sheet_id: int) -> Iterator[Request]:
    """The requests that make a page's tab, with a warning for those who would type in it."""
    size = {"rowCount": max(len(page.rows) + 1, 50), "columnCount": max([1, *map(len, page.rows)])}
    yield {
        "addSheet": {"properties": {"sheetId": sheet_id, "title": page.tab, "gridProperties": size}}
    }
    words = f"{page.tab} is written by budgettrack at each run; what is typed here is lost."
    held: Request = {"range": {"sheetId": sheet_id}, "description": words, "warningOnly": True}
    free = sorted({at for row in page.rows for at, cell in enumerate(row) if cell.value == KEEP})
    if free:
        # People choose there; everything else in the tab is the program's.
        held["unprotectedRanges"] = [
            {"sheetId": sheet_id, "startColumnIndex": at, "endColumnIndex": at + 1} for at in free
        ]
    yield {"addProtectedRange": {"protectedRange": held}}


def _cell(cell: PageCell, gid: Callable[[str], int | None]) -> Request:
    found: Request = {}
    value = entered(_value(cell))
    if value is not None:
        found["userEnteredValue"] = value
    link = _link(cell.link, gid) if cell.link else None
    found["userEnteredFormat"] = _format(
        look(cell.look, cell.value, cell.decimals, link is not None), link
    )
    if cell.choices:
        found["dataValidation"] = {
            "condition": {
                "type": "ONE_OF_LIST",
                "values": [{"userEnteredValue": each} for each in cell.choices],
            },
            "showCustomUi": True,
        }
    return found


def _link(place: str, gid: Callable[[str], int | None]) -> str | None:
    found = _PLACE.fullmatch(place)
    number = gid(found[1].replace("''", "'")) if found else None
    if found is None or number is None:
        return None
    cell = found[2] or ""
    # A row or a column by itself is given as a range from its first to its last cell.
    whole = cell if re.fullmatch(r"[A-Z]+[0-9]+", cell) else f"{cell}:{cell}"
    return f"#gid={number}" + (f"&range={whole}" if cell else "")


def _format(wanted: CellStyle, link: str | None) -> Request:
    text: Request = {}
    if wanted.size:
        text["fontSize"] = wanted.size
    if wanted.bold:
        text["bold"] = True
    if wanted.underline:
        text["underline"] = True
    if wanted.colour:
        text["foregroundColorStyle"] = {"rgbColor": rgb(wanted.colour)}
    if link is not None:
        text["link"] = {"uri": link}
    found: Request = {
        "verticalAlignment": "TOP",
        "wrapStrategy": "WRAP" if wanted.wrap else "OVERFLOW_CELL",
    }
    if text:
        found["textFormat"] = text
    if wanted.fill:
        found["backgroundColorStyle"] = {"rgbColor": rgb(wanted.fill)}
    if wanted.right:
        found["horizontalAlignment"] = "RIGHT"
    if wanted.format != "General":
        kind = format_type(wanted.format)
        found["numberFormat"] = {"type": kind, "pattern": wanted.format.replace("\\", "")}
    sides = {"top": ("top",), "all": ("top", "bottom", "left", "right")}.get(wanted.border, ())
    if sides:
        line = {"style": "SOLID", "colorStyle": {"rgbColor": rgb(LINE)}}
        found["borders"] = dict.fromkeys(sides, line)
    return found


def format_type(pattern: str) -> str:
    """The service's type of a number format."""
    if pattern == DATE:
        return "DATE"
    return "PERCENT" if pattern.endswith("%") else "NUMBER"


def rgb(argb: str) -> Request:
    """A colour such as `FF1F3A4D` or `#1F3A4D` in the service's terms: shares of red, green and
    blue."""
    digits = argb.lstrip("#")[-6:]
    parts = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return {
        name: round(part, 6) for name, part in zip(("red", "green", "blue"), parts, strict=True)
    }
