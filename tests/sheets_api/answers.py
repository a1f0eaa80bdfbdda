"""The spreadsheet resource, as `spreadsheets.get` and the answers of `batchUpdate` give it."""

from __future__ import annotations

from typing import Any

from tests.sheets_api import masks, tables
from tests.sheets_api.formulas import ERRORS
from tests.sheets_api.masks import Mask
from tests.sheets_api.ranges import Area, area, as_grid
from tests.sheets_api.shown import shown
from tests.sheets_api.spreadsheet import HIDDEN_DATA_MISSING, Cell, Sheet, Spreadsheet
from tests.sheets_api.values import plain

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}
THEME_COLOURS = {
    "TEXT": {},
    "BACKGROUND": WHITE,
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
THEME = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": kind, "color": {"rgbColor": colour}} for kind, colour in THEME_COLOURS.items()
    ],
}
ROW_HEIGHT, COLUMN_WIDTH = 21, 100
"""Pixels of a row and a column that nobody has resized."""


def spreadsheet(
    book: Spreadsheet, mask: Mask, ranges: list[str], grid_data: bool
) -> dict[str, Any]:
    """The resource, restricted to the mask; grid data only where it is asked for."""
    book.settled()
    wanted = masks.wants(mask, "sheets", "data") if mask else grid_data
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    properties = {
        "title": book.title,
        "locale": book.locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": book.time_zone,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }
    answer["properties"] = properties | book.properties
    if masks.wants(mask, "sheets"):
        chosen: list[tuple[Sheet, list[Area]]] = [(each, []) for each in book.sheets]
        for text in ranges:
            place = area(book, text)
            next(pair for pair in chosen if pair[0] is place.sheet)[1].append(place)
        deeper = masks.below(mask, "sheets")
        answer["sheets"] = [
            _sheet(book, each, places, deeper, wanted)
            for each, places in chosen
            if places or not ranges
        ]
    if book.named:
        answer["namedRanges"] = [{**each, "range": as_grid(each["range"])} for each in book.named]
    answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    if book.metadata:
        answer["developerMetadata"] = [described(each) for each in book.metadata]
    return masks.only_but(answer, mask, "sheets")


def described(metadata: dict[str, Any]) -> dict[str, Any]:
    """Developer metadata with the kind of its place."""
    location = dict(metadata.get("location", {}))
    if "dimensionRange" in location:
        location["locationType"] = (
            "ROW" if location["dimensionRange"]["dimension"] == "ROWS" else "COLUMN"
        )
    elif "sheetId" in location:
        location["locationType"] = "SHEET"
    else:
        location = {"locationType": "SPREADSHEET", "spreadsheet": True}
    return {**metadata, "location": location}


def sheet_properties(book: Spreadsheet, sheet: Sheet) -> dict[str, Any]:
    """A tab's properties, its place among the tabs included."""
    grid = {"rowCount": sheet.n_rows, "columnCount": sheet.n_columns}
    grid |= {key: value for key, value in sheet.grid.items() if value}
    index = next(i for i, each in enumerate(book.sheets) if each is sheet)
    found = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
    }
    return found | {key: value for key, value in sheet.properties.items() if value}


def _sheet(
    book: Spreadsheet, sheet: Sheet, places: list[Area], mask: Mask, wanted: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if masks.wants(mask, "properties"):
        found["properties"] = sheet_properties(book, sheet)
    if wanted:
        areas = places or [Area(sheet, 0, 0, sheet.n_rows, sheet.n_columns)]
        found["data"] = [_data(book, each, masks.below(mask, "data")) for each in areas]
    if sheet.merges:
        found["merges"] = [as_grid(each) for each in sheet.merges]
    if sheet.conditional:
        found["conditionalFormats"] = [
            {**each, "ranges": [as_grid(one) for one in each.get("ranges", [])]}
            for each in sheet.conditional
        ]
    if sheet.filter_views:
        found["filterViews"] = sheet.filter_views
    if sheet.protected:
        found["protectedRanges"] = [protected_range(each, book) for each in sheet.protected]
    if sheet.basic_filter:
        found["basicFilter"] = {
            **sheet.basic_filter,
            "range": as_grid(sheet.basic_filter.get("range", {})),
        }
    if sheet.banded:
        found["bandedRanges"] = sheet.banded
    if sheet.tables:
        found["tables"] = [tables.told(each) for each in sheet.tables]
    for key, objects in (("charts", sheet.charts), ("slicers", sheet.slicers)):
        if objects:
            found[key] = objects
    if sheet.metadata:
        found["developerMetadata"] = [described(each) for each in sheet.metadata]
    for key, groups in (("rowGroups", sheet.row_groups), ("columnGroups", sheet.column_groups)):
        if groups:
            found[key] = groups
    return masks.only_but(found, mask, "data")


def may_edit(held: dict[str, Any], book: Spreadsheet) -> bool:
    """Whether the account that asks may edit a protected range: its editors and the owner may."""
    if "requestingUserCanEdit" in held or "editors" not in held:
        return bool(held.get("requestingUserCanEdit", True))
    editors = held["editors"]
    return (
        book.is_owner
        or bool(held.get("warningOnly") or editors.get("domainUsersCanEdit"))
        or book.account in editors.get("users", [])
    )


def protected_range(held: dict[str, Any], book: Spreadsheet) -> dict[str, Any]:
    """A protected range as the service tells it to the account that asks."""
    found = held | {"requestingUserCanEdit": may_edit(held, book)}
    if "range" in found:
        found["range"] = as_grid(found["range"])
    if "unprotectedRanges" in found:
        found["unprotectedRanges"] = [as_grid(each) for each in found["unprotectedRanges"]]
    return found


def _data(book: Spreadsheet, place: Area, mask: Mask) -> dict[str, Any]:
    sheet = place.sheet
    found: dict[str, Any] = {}
    if place.top:
        found["startRow"] = place.top
    if place.left:
        found["startColumn"] = place.left
    if masks.wants(mask, "rowData"):
        cells = masks.below(mask, "rowData", "values")
        rows = _row_data(book, place, cells)
        if rows:
            found["rowData"] = rows
    if masks.wants(mask, "rowMetadata"):
        found["rowMetadata"] = [
            {"pixelSize": ROW_HEIGHT, **sheet.row_meta.get(i, {})}
            for i in range(place.top, place.bottom)
        ]
    if masks.wants(mask, "columnMetadata"):
        found["columnMetadata"] = [
            {"pixelSize": COLUMN_WIDTH, **sheet.column_meta.get(i, {})}
            for i in range(place.left, place.right)
        ]
    return masks.only_but(found, mask, "rowData")


def _row_data(book: Spreadsheet, place: Area, mask: Mask) -> list[dict[str, Any]]:
    of = _Wanted(book, mask).of
    known: dict[int, dict[str, Any]] = {}
    """What is told of a cell, by its id: a column has a thousand that are the same one."""
    rows: list[dict[str, Any]] = []
    for number in range(place.top, min(place.bottom, len(place.sheet.rows))):
        row = place.sheet.rows[number]
        if row and HIDDEN_DATA_MISSING in book.faults and place.sheet.is_hidden(number):
            book.met[HIDDEN_DATA_MISSING] += 1
            row = {}
        last = max((column for column in row if place.left <= column < place.right), default=-1)
        if last < 0:
            rows.append({})
            continue
        for column in row.keys() & range(place.left, last + 1):
            cell = row[column]
            if id(cell) not in known:
                known[id(cell)] = of(cell)
        cells = (row.get(column) for column in range(place.left, last + 1))
        rows.append({"values": [known[id(c)] if c is not None else {} for c in cells]})
    while rows and not rows[-1]:
        rows.pop()
    return rows


class _Wanted:
    """What is asked for of each cell, worked out once: there may be a million of them."""

    def __init__(self, book: Spreadsheet, mask: Mask) -> None:
        self._book = book
        names = (
            "userEnteredValue",
            "effectiveValue",
            "formattedValue",
            "userEnteredFormat",
            "effectiveFormat",
            "note",
            "dataValidation",
            "textFormatRuns",
            "chipRuns",
            "pivotTable",
        )
        self._wants = {name: masks.wants(mask, name) for name in names}
        self._entered = masks.below(mask, "userEnteredValue")
        self._formula_only = set(self._entered) == {"formulaValue"}
        self._own_format = masks.below(mask, "userEnteredFormat")
        self._format = masks.below(mask, "effectiveFormat")
        self._number_format = (
            self._format.get("numberFormat") if set(self._format) == {"numberFormat"} else None
        )

    def of(self, cell: Cell) -> dict[str, Any]:
        """One cell."""
        found: dict[str, Any] = {}
        wants = self._wants
        if cell.filled:
            if wants["userEnteredValue"] and (cell.formula or not self._formula_only):
                entered = {"formulaValue": cell.formula} if cell.formula else extended(cell.value)
                entered = masks.only(entered, self._entered)
                if entered:
                    found["userEnteredValue"] = entered
            if wants["effectiveValue"]:
                found["effectiveValue"] = _effective(cell)
            if wants["formattedValue"]:
                found["formattedValue"] = cell.error or shown(
                    cell.value, cell.number_format, self._book.locale
                )
        if cell.format and wants["userEnteredFormat"]:
            own = masks.only(cell.format, self._own_format)
            if own:
                found["userEnteredFormat"] = own
        if wants["effectiveFormat"]:
            self._effective_format(cell, found)
        if cell.note and wants["note"]:
            found["note"] = cell.note
        if cell.rule is not None and wants["dataValidation"]:
            found["dataValidation"] = cell.rule
        for name, held in (cell.kept or {}).items():
            if wants[name]:
                found[name] = held
        return found

    def _effective_format(self, cell: Cell, found: dict[str, Any]) -> None:
        form = cell.number_format
        if self._number_format is not None:
            if form:
                found["effectiveFormat"] = {"numberFormat": masks.only(form, self._number_format)}
            return
        full = _merged(DEFAULT_FORMAT, cell.format)
        if cell.made and "numberFormat" not in full:
            full["numberFormat"] = cell.made
        found["effectiveFormat"] = masks.only(full, self._format)


def extended(value: Any) -> dict[str, Any]:
    """A value with its kind."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": plain(float(value))}
    return {} if value is None else {"stringValue": value}


def _effective(cell: Cell) -> dict[str, Any]:
    if cell.error:
        return {
            "errorValue": {
                "type": ERRORS.get(cell.error, "ERROR"),
                "message": f"Error {cell.error}",
            }
        }
    return extended("" if cell.value is None else cell.value)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        merged[key] = (
            _merged(merged[key], value) if isinstance(value, dict) and key in merged else value
        )
    return merged
