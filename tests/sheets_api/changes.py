"""`batchUpdate`: every kind of request that a workbook tool needs, in order, all or none."""

from __future__ import annotations

import copy
import dataclasses
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from babel import Locale, UnknownLocaleError

from tests.sheets_api import answers, filters, masks, tables
from tests.sheets_api.errors import ApiError, invalid
from tests.sheets_api.formulas import translated
from tests.sheets_api.ranges import Area, area, as_grid, from_grid, grid_of
from tests.sheets_api.shown import shown
from tests.sheets_api.spreadsheet import (
    EMPTY,
    MAX_TEXT,
    PASTE_LEAVES_OUT,
    PASTE_MOVES_UP,
    PASTE_TAKES_NEXT,
    RANGES_IGNORED,
    Cell,
    Sheet,
    Spreadsheet,
)
from tests.sheets_api.values import typed

Body = dict[str, Any]
Kind = Callable[[Spreadsheet, Body], "Body | None"]
KINDS: dict[str, Kind] = {}


def batch_update(
    book: Spreadsheet,
    body: Body,
    mask: masks.Mask,
    editable: Callable[[Area], bool],
    meanwhile: Callable[[Spreadsheet], None] | None = None,
) -> tuple[Spreadsheet, Body]:
    """Carry out all requests on a copy; the copy and the answer. Raises the service's error with
    the request's place. `meanwhile` is what people do before the answer is made."""
    requests = body.get("requests") or []
    if not requests:
        raise invalid("Must specify at least one request.")
    twin = book.copied()
    replies: list[Body] = []
    for index, request in enumerate(requests):
        if len(request) != 1:
            raise invalid(f"Invalid requests[{index}]: No request set.")
        kind = next(iter(request))
        try:
            _check_given(kind, request[kind])
            touched = list(_touched(twin, kind, request[kind]))
            for edited in touched:
                if not editable(edited):
                    raise invalid(
                        "You are trying to edit a protected cell or object. Please contact the"
                        " spreadsheet owner to remove protection if you need to edit."
                    )
            reply = KINDS[kind](twin, request[kind])
            for edited in touched:
                tables.check(edited)
        except ApiError as error:
            if error.code == 400:
                error.message = f"Invalid requests[{index}].{kind}: {error.message}"
            raise
        replies.append({kind: reply} if reply is not None else {})
    answer: Body = {"spreadsheetId": book.id, "replies": replies}
    ranges = body.get("responseRanges") or []
    if body.get("includeSpreadsheetInResponse"):
        if ranges and RANGES_IGNORED in book.faults:
            book.met[RANGES_IGNORED] += 1
            ranges = []
        # A range in a tab that is gone refuses the batch: nobody works on what never was.
        for text in ranges:
            area(twin, text)
    if meanwhile is not None:
        meanwhile(twin)
    if body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = answers.spreadsheet(
            twin,
            masks.below(mask, "updatedSpreadsheet"),
            ranges,
            bool(body.get("responseIncludeGridData")),
        )
    return twin, masks.only_but(answer, mask, "updatedSpreadsheet")


_NEEDED = {
    "addBanding": "bandedRange",
    "addDimensionGroup": "range",
    "addFilterView": "filter",
    "addProtectedRange": "protectedRange",
    "addTable": "table",
    "autoResizeDimensions": "dimensions",
    "copyPaste": "source",
    "cutPaste": "source",
    "deleteDeveloperMetadata": "dataFilter",
    "deleteDimension": "range",
    "deleteDuplicates": "range",
    "deleteRange": "range",
    "insertDimension": "range",
    "insertRange": "range",
    "mergeCells": "range",
    "moveDimension": "source",
    "pasteData": "coordinate",
    "randomizeRange": "range",
    "setBasicFilter": "filter",
    "setDataValidation": "range",
    "sortRange": "range",
    "textToColumns": "source",
    "trimWhitespace": "range",
    "unmergeCells": "range",
    "updateBorders": "range",
}
"""What a request cannot do without. The service's words are known of `copyPaste` alone."""


def _check_given(kind: str, body: Body) -> None:
    needed = _NEEDED.get(kind)
    if needed and needed not in body:
        raise invalid(f"{needed} is required.")


def _touched(book: Spreadsheet, kind: str, body: Body) -> Iterator[Area]:
    """The cells that a request edits, as far as protection may stand against it."""
    if kind in ("updateCells", "repeatCell", "setDataValidation", "sortRange") and "range" in body:
        yield from_grid(book, body["range"])
    elif kind == "updateCells" and "start" in body:
        yield _from_start(book, body)
    elif kind == "copyPaste" and "destination" in body:
        yield from_grid(book, body["destination"])
    elif kind == "cutPaste" and "source" in body:
        yield from_grid(book, body["source"])


def _kind(function: Kind) -> Kind:
    name = function.__name__
    KINDS["".join(part.title() if i else part for i, part in enumerate(name.split("_")))] = function
    return function


# ---- the spreadsheet and its sheets


@_kind
def update_spreadsheet_properties(book: Spreadsheet, body: Body) -> None:
    given, mask = body.get("properties", {}), _mask(body)
    names = given.keys() if "*" in mask else mask.keys()
    for name in names:
        value = given.get(name)
        if name == "title":
            if not value:
                raise invalid("The title cannot be empty.")
            book.title = value
        elif name == "locale":
            _check_locale(str(value))
            book.locale = str(value)
            book.changed()
        elif name == "timeZone":
            book.time_zone = str(value)
        elif name in (
            "autoRecalc",
            "defaultFormat",
            "iterativeCalculationSettings",
            "spreadsheetTheme",
        ):
            book.properties[name] = value
        else:
            raise invalid(f"Invalid field: {name}")


def _check_locale(name: str) -> None:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise invalid(f"Unsupported locale: {name}") from None


@_kind
def add_sheet(book: Spreadsheet, body: Body) -> Body:
    given = body.get("properties", {})
    sheet = Sheet(given["sheetId"] if given.get("sheetId") is not None else book.new_id(), "")
    if any(each.id == sheet.id for each in book.sheets):
        raise invalid(f"Sheet with ID {sheet.id} already exists. Please enter another ID.")
    if sheet.id < 0:
        raise invalid(f"The sheet ID must be non-negative: {sheet.id}")
    sheet.title = given.get("title") or _free_title(book, "Sheet{}")
    _check_title(book, sheet)
    grid = given.get("gridProperties", {})
    rows, columns = grid.get("rowCount", 1000), grid.get("columnCount", 26)
    book.check_room(rows * columns)
    sheet.n_rows, sheet.n_columns = rows, columns
    index = given.get("index")
    book.sheets.insert(len(book.sheets) if index is None else min(index, len(book.sheets)), sheet)
    _set_properties(
        book,
        sheet,
        given,
        {name: {} for name in given if name not in ("title", "sheetId", "index")},
    )
    return {"properties": answers.sheet_properties(book, sheet)}


def _free_title(book: Spreadsheet, pattern: str) -> str:
    number = len(book.sheets) + 1
    while book.titled(pattern.format(number)):
        number += 1
    return pattern.format(number)


def _check_title(book: Spreadsheet, sheet: Sheet) -> None:
    if not sheet.title:
        raise invalid("The sheet name cannot be empty.")
    if len(sheet.title) > 100:
        raise invalid("The sheet name cannot be greater than 100 characters.")
    if any(each.title.lower() == sheet.title.lower() and each is not sheet for each in book.sheets):
        raise invalid(
            f'A sheet with the name "{sheet.title}" already exists. Please enter another name.'
        )


@_kind
def delete_sheet(book: Spreadsheet, body: Body) -> None:
    sheet = _sheet(book, body, "sheet")
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    if not sheet.properties.get("hidden") and all(
        s.properties.get("hidden") for s in book.sheets if s is not sheet
    ):
        raise invalid("You can't remove all the visible sheets in a document.")
    book.sheets.remove(sheet)
    book.named = [each for each in book.named if each["range"].get("sheetId", 0) != sheet.id]
    book.changed()


def _sheet(book: Spreadsheet, body: Body, word: str = "grid", key: str = "sheetId") -> Sheet:
    id_ = body.get(key, 0) or 0
    for each in book.sheets:
        if each.id == id_:
            return each
    raise invalid(f"No {word} with id: {id_}")


@_kind
def duplicate_sheet(book: Spreadsheet, body: Body) -> Body:
    source = _sheet(book, body, "sheet", "sourceSheetId")
    twin = source.copied()
    twin.id = body["newSheetId"] if body.get("newSheetId") is not None else book.new_id()
    if any(each.id == twin.id for each in book.sheets):
        raise invalid(f"Sheet with ID {twin.id} already exists. Please enter another ID.")
    twin.title = body.get("newSheetName") or _copy_title(book, source.title)
    _check_title(book, twin)
    book.check_room(twin.n_rows * twin.n_columns)
    held = [*twin.protected, *twin.filter_views, *twin.banded, twin.basic_filter or {}]
    for each in (*twin.merges, *(holder.get("range", {}) for holder in held)):
        each["sheetId"] = twin.id
    for rule in twin.conditional:
        for each in rule.get("ranges", []):
            each["sheetId"] = twin.id
    for each in twin.protected:
        each["protectedRangeId"] = book.new_id()
    book.sheets.insert(body.get("insertSheetIndex") or 0, twin)
    book.changed()
    return {"properties": answers.sheet_properties(book, twin)}


def _copy_title(book: Spreadsheet, title: str) -> str:
    name, number = f"Copy of {title}", 2
    while book.titled(name):
        name, number = f"Copy of {title} {number}", number + 1
    return name


@_kind
def update_sheet_properties(book: Spreadsheet, body: Body) -> None:
    given = body.get("properties", {})
    sheet = _sheet(book, given, "sheet")
    mask = _mask(body)
    if "*" in mask:
        mask = {
            name: {}
            for name in ("title", "index", "hidden", "tabColor", "tabColorStyle", "rightToLeft")
        }
        mask["gridProperties"] = {name: {} for name in given.get("gridProperties", {})}
        if "index" not in given:
            mask.pop("index")
    _set_properties(book, sheet, given, mask)


def _set_properties(book: Spreadsheet, sheet: Sheet, given: Body, mask: masks.Mask) -> None:
    for name, deeper in mask.items():
        value = given.get(name)
        if name == "title":
            sheet.title = value or ""
            _check_title(book, sheet)
        elif name == "index":
            # The place is counted with the sheet still where it is, so going right means one
            # further.
            old, new = book.sheets.index(sheet), int(value or 0)
            book.sheets.insert(min(new, len(book.sheets)), sheet)
            book.sheets.pop(old if new > old else old + 1)
        elif name == "hidden":
            sheet.properties["hidden"] = bool(value)
            if all(each.properties.get("hidden") for each in book.sheets):
                raise invalid("You can't hide all the sheets in a document.")
        elif name in ("tabColor", "tabColorStyle"):
            _set_tab_color(sheet, name, value)
        elif name == "rightToLeft":
            sheet.properties["rightToLeft"] = bool(value)
        elif name == "gridProperties":
            _set_grid(book, sheet, value or {}, deeper)
        elif name not in ("sheetId", "sheetType"):
            raise invalid(f"Invalid field: {name}")


def _set_tab_color(sheet: Sheet, name: str, value: Any) -> None:
    colour = value.get("rgbColor", value) if name == "tabColorStyle" and value else value
    if not value:
        sheet.properties.pop("tabColor", None)
        sheet.properties.pop("tabColorStyle", None)
        return
    theme = colour.get("themeColor") if name == "tabColorStyle" else None
    if theme and theme not in answers.THEME_COLOURS:
        raise invalid(f"Invalid theme color: {theme}")
    known: Body = answers.THEME_COLOURS
    rgb = dict(known[theme]) if theme else _colour(colour)
    sheet.properties["tabColor"] = rgb
    sheet.properties["tabColorStyle"] = {"themeColor": theme} if theme else {"rgbColor": dict(rgb)}


def _colour(colour: Body) -> Body:
    """A colour as the service keeps it: of 256 steps for each part, none for a part that is 0."""
    kept = {}
    for key, value in colour.items():
        # Half a step goes down: a part of 0.5 is 127 of 255.
        step = float(np.float32(math.ceil(float(value) * 255 - 0.5) / 255))
        if step:
            # The shortest decimal that names the same number of single precision.
            kept[key] = 1 if step == 1 else float(str(np.float32(step)))
    return kept


def _set_grid(book: Spreadsheet, sheet: Sheet, given: Body, mask: masks.Mask) -> None:
    names = [*given] if not mask or "*" in mask else [*mask]
    for name in names:
        value = given.get(name)
        if name == "rowCount":
            _resize(book, sheet, int(value or 0), sheet.n_columns)
        elif name == "columnCount":
            _resize(book, sheet, sheet.n_rows, int(value or 0))
        elif name in ("frozenRowCount", "frozenColumnCount"):
            count = sheet.n_rows if name == "frozenRowCount" else sheet.n_columns
            what = "rows" if name == "frozenRowCount" else "columns"
            if int(value or 0) >= count:
                raise invalid(f"You can't freeze all visible {what} on the sheet.")
            sheet.grid[name] = int(value or 0)
        else:
            sheet.grid[name] = bool(value)


def _resize(book: Spreadsheet, sheet: Sheet, rows: int, columns: int) -> None:
    for count, what in ((rows, "rows"), (columns, "columns")):
        if count < 1:
            raise invalid(f"You can't delete all the {what} on the sheet.")
    book.check_room(rows * columns - sheet.n_rows * sheet.n_columns)
    if rows < sheet.n_rows:
        book.delete(sheet, "ROWS", rows, sheet.n_rows - rows)
    if columns < sheet.n_columns:
        book.delete(sheet, "COLUMNS", columns, sheet.n_columns - columns)
    sheet.n_rows, sheet.n_columns = rows, columns


# ---- cells


def _mask(body: Body) -> masks.Mask:
    if not body.get("fields"):
        raise invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    return masks.parsed(body["fields"])


KEPT = ("textFormatRuns", "chipRuns", "pivotTable")
"""Fields of a cell that are told again as they were given. A new value ends them."""
_CELL_FIELDS = (
    "userEnteredValue",
    "userEnteredFormat",
    "note",
    "dataValidation",
    *KEPT,
    "hyperlink",
    "*",
)


def _cell_mask(body: Body) -> masks.Mask:
    mask = _mask(body)
    for name in mask:
        if name not in _CELL_FIELDS:
            raise invalid(f"Invalid field: {name}")
    return mask


def _from_start(book: Spreadsheet, body: Body) -> Area:
    start = body["start"]
    rows = body.get("rows", [])
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max((len(each.get("values", [])) for each in rows), default=0)
    grid = {
        "sheetId": start.get("sheetId", 0),
        "startRowIndex": top,
        "endRowIndex": top + max(len(rows), 1),
        "startColumnIndex": left,
        "endColumnIndex": left + max(width, 1),
    }
    return from_grid(book, grid)


@_kind
def update_cells(book: Spreadsheet, body: Body) -> None:
    mask = _cell_mask(body)
    rows = body.get("rows") or []
    place = _from_start(book, body) if "start" in body else from_grid(book, body.get("range", {}))
    sheet = place.sheet
    if "range" in body:
        height = max(len(rows), 0)
        width = max((len(each.get("values") or []) for each in rows), default=0)
        if height > place.bottom - place.top or width > place.right - place.left:
            raise invalid("Attempting to write outside of the range.")
    last = place.bottom if "range" in body else place.top + len(rows)
    for number in range(place.top, last):
        given = (
            (rows[number - place.top].get("values") or []) if number - place.top < len(rows) else []
        )
        if "range" in body:
            columns = range(place.left, place.right)
            if not given and number >= len(sheet.rows):
                continue
        else:
            columns = range(place.left, place.left + len(given))
        new = {}
        for column in columns:
            data = given[column - place.left] if column - place.left < len(given) else {}
            new[column] = _written(sheet.cell(number, column), data, mask)
        sheet.put_row(number, new)
    book.changed()


def _written(cell: Cell, data: Body, mask: masks.Mask) -> Cell:
    every = "*" in mask
    if every or "userEnteredValue" in mask:
        cell = _valued(cell, data.get("userEnteredValue") or {})
    if every or "userEnteredFormat" in mask:
        wanted = {} if every else mask["userEnteredFormat"]
        given = _mirrored(data.get("userEnteredFormat") or {})
        if wanted and "*" not in wanted:
            held = copy.deepcopy(cell.format)
            masks.put(held, given, _mirrored_mask(wanted))
        else:
            held = given
        cell = cell.but(format=held)
    if every or "note" in mask:
        cell = cell.but(note=data.get("note") or "")
    if every or "dataValidation" in mask:
        cell = cell.but(rule=data.get("dataValidation"))
    named = KEPT if every else [name for name in KEPT if name in mask]
    if named:
        kept = {name: held for name, held in (cell.kept or {}).items() if name not in named}
        kept |= {name: data[name] for name in named if data.get(name)}
        cell = cell.but(kept=kept or None)
    return cell


def _valued(cell: Cell, value: Body) -> Cell:
    if "formulaValue" in value:
        formula = value["formulaValue"]
        if not formula.startswith("="):
            raise invalid(f'Invalid value: formulaValue must start with "=": {formula}')
        return cell.holding(None, formula)
    if "numberValue" in value:
        return cell.holding(float(value["numberValue"]))
    if "boolValue" in value:
        return cell.holding(bool(value["boolValue"]))
    if "stringValue" in value:
        if len(value["stringValue"]) > MAX_TEXT:
            raise invalid(
                f"Your input contains more than the maximum of {MAX_TEXT} characters in a single"
                " cell."
            )
        return cell.holding(value["stringValue"] or None)
    return cell.holding(None)


_STYLES = {"backgroundColor": "backgroundColorStyle", "foregroundColor": "foregroundColorStyle"}


def _mirrored(given: Body) -> Body:
    """A format with each colour also as a colour style, as the service tells it."""
    found: Body = {}
    for key, value in given.items():
        found[key] = _mirrored(value) if isinstance(value, dict) and key == "textFormat" else value
        if key in _STYLES:
            found[key] = _colour(value)
        elif key in _STYLES.values() and "rgbColor" in value:
            found[key] = {"rgbColor": _colour(value["rgbColor"])}
    for key, style in _STYLES.items():
        if key in found and style not in found:
            found[style] = {"rgbColor": dict(found[key])}
        elif style in found and key not in found and "rgbColor" in found[style]:
            found[key] = _colour(found[style]["rgbColor"])
    return found


def _mirrored_mask(mask: masks.Mask) -> masks.Mask:
    found = {
        key: _mirrored_mask(value) if key == "textFormat" and value else value
        for key, value in mask.items()
    }
    for key, style in _STYLES.items():
        if key in found or style in found:
            found[key] = found[style] = {}
    return found


@_kind
def repeat_cell(book: Spreadsheet, body: Body) -> None:
    mask = _cell_mask(body)
    place = from_grid(book, body.get("range", {}))
    data = body.get("cell") or {}
    formula = (data.get("userEnteredValue") or {}).get("formulaValue")
    written = _once_each(lambda cell: _written(cell, data, mask))
    for number in range(place.top, place.bottom):
        new = {}
        for column in range(place.left, place.right):
            cell = place.sheet.cell(number, column)
            if formula:
                moved = translated(formula, (place.top, place.left), (number, column))
                own = {**data, "userEnteredValue": {"formulaValue": moved}}
                new[column] = _written(cell, own, mask)
            else:
                new[column] = written(cell)
        place.sheet.put_row(number, new)
    book.changed()


def _once_each(change: Callable[[Cell], Cell]) -> Callable[[Cell], Cell]:
    """The change, worked out once for each cell: a column has a thousand that are the same one."""
    known: dict[int, tuple[Cell, Cell]] = {}

    def changed(cell: Cell) -> Cell:
        if id(cell) not in known:
            # The cell is kept beside its change, so that no other one gets its id.
            known[id(cell)] = cell, change(cell)
        return known[id(cell)][1]

    return changed


@_kind
def append_cells(book: Spreadsheet, body: Body) -> None:
    mask = _cell_mask(body)
    rows = body.get("rows") or []
    left = 0
    if body.get("tableId"):
        sheet, height, left = tables.room(book, body["tableId"], len(rows))
    else:
        sheet = _sheet(book, body)
        height, _ = sheet.extent(0, 0, sheet.n_rows, sheet.n_columns, filled=True)
    more = height + len(rows) - sheet.n_rows
    if more > 0:
        book.check_room(more * sheet.n_columns)
        sheet.n_rows += more
    for i, row in enumerate(rows):
        cells = enumerate(row.get("values") or [], left)
        sheet.put_row(
            height + i, {c: _written(sheet.cell(height + i, c), data, mask) for c, data in cells}
        )
    book.changed()


@_kind
def merge_cells(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    how = body.get("mergeType", "MERGE_ALL")
    if how == "MERGE_ROWS":
        boxes = [(row, row + 1, place.left, place.right) for row in range(place.top, place.bottom)]
    elif how == "MERGE_COLUMNS":
        boxes = [
            (place.top, place.bottom, column, column + 1)
            for column in range(place.left, place.right)
        ]
    else:
        boxes = [(place.top, place.bottom, place.left, place.right)]
    sheet = place.sheet
    for each in list(sheet.merges):
        if _overlap(place, from_grid(book, each)):
            if not _within(from_grid(book, each), place):
                raise invalid(
                    "You must select all cells in a merged range to merge or unmerge them."
                )
            sheet.merges.remove(each)
    for top, bottom, left, right in boxes:
        if (bottom - top) * (right - left) < 2:
            continue
        sheet.merges.append(_grid(sheet, top, bottom, left, right))
        for row in range(top, bottom):
            for column in range(left, right):
                cell = sheet.cell(row, column)
                if (row, column) != (top, left) and cell.filled:
                    sheet.put(
                        row,
                        column,
                        dataclasses.replace(cell, value=None, formula=None, error=None, made=None),
                    )
    book.changed()


def _grid(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> Body:
    return {
        "sheetId": sheet.id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.sheet is other.sheet
        and one.top < other.bottom
        and other.top < one.bottom
        and one.left < other.right
        and other.left < one.right
    )


def _within(inner: Area, outer: Area) -> bool:
    return (
        outer.top <= inner.top
        and inner.bottom <= outer.bottom
        and outer.left <= inner.left
        and inner.right <= outer.right
    )


@_kind
def unmerge_cells(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    for each in list(place.sheet.merges):
        found = from_grid(book, each)
        if _overlap(place, found):
            if not _within(found, place):
                raise invalid(
                    "You must select all cells in a merged range to merge or unmerge them."
                )
            place.sheet.merges.remove(each)


@_kind
def copy_paste(book: Spreadsheet, body: Body) -> None:
    for name in ("source", "destination"):
        if not body.get(name):
            raise invalid(f"{name} is required.")
    source, target = (
        from_grid(book, body.get("source", {})),
        from_grid(book, body.get("destination", {})),
    )
    if source.bottom <= source.top or source.right <= source.left:
        raise invalid("source is empty.")
    how = body.get("pasteType", "PASTE_NORMAL")
    if how in ("PASTE_VALUES", "PASTE_NO_BORDERS"):
        book.settled()
    turned = body.get("pasteOrientation") == "TRANSPOSE"
    height, width = source.bottom - source.top, source.right - source.left
    if turned:
        height, width = width, height
    down = max(1, (target.bottom - target.top) // height)
    across = max(1, (target.right - target.left) // width)
    if (
        target.top + height * down > target.sheet.n_rows
        or target.left + width * across > target.sheet.n_columns
    ):
        raise invalid("The destination range is too small or lies outside the grid.")
    taken = _rows_taken(book, source)
    cells = [
        [
            source.sheet.cell(taken[i], source.left + j) if i in taken else None
            for j in range(source.right - source.left)
        ]
        for i in range(source.bottom - source.top)
    ]
    for block_row in range(down):
        for block_column in range(across):
            top, left = target.top + block_row * height, target.left + block_column * width
            for i in range(height):
                new = {}
                for j in range(width):
                    cell = cells[j][i] if turned else cells[i][j]
                    if cell is None:
                        continue
                    origin = (source.top + (j if turned else i), source.left + (i if turned else j))
                    at = (top + i, left + j)
                    new[left + j] = _pasted(target.sheet.cell(*at), cell, origin, at, how)
                if top + i < len(target.sheet.rows) or any(new.values()):
                    target.sheet.put_row(top + i, new)
    if how == "PASTE_NORMAL" and not turned:
        _paste_merges(source, target)
    book.changed()


def _rows_taken(book: Spreadsheet, source: Area) -> dict[int, int]:
    """The row that is copied to each row of the target, both counted from their first one. A fault
    leaves rows out that a filter hides, or takes others in their place."""
    rows = range(source.top, source.bottom)
    shown_rows = [row for row in rows if not source.sheet.is_filtered_out(row)]
    taken = {row - source.top: row for row in rows}
    if len(shown_rows) == len(rows):
        return taken
    for fault in sorted(book.faults & {PASTE_LEAVES_OUT, PASTE_MOVES_UP, PASTE_TAKES_NEXT}):
        book.met[fault] += 1
        if fault == PASTE_LEAVES_OUT:
            return {row - source.top: row for row in shown_rows}
        if fault == PASTE_MOVES_UP:
            return dict(enumerate(shown_rows))
        below = range(source.top, source.sheet.n_rows)
        seen = (row for row in below if not source.sheet.is_filtered_out(row))
        return dict(zip(range(len(rows)), seen, strict=False))
    return taken


def _pasted(old: Cell, new: Cell, origin: tuple[int, int], at: tuple[int, int], how: str) -> Cell:
    formula = translated(new.formula, origin, at) if new.formula else None
    if how == "PASTE_VALUES":
        return old.holding(new.value, error=new.error)
    if how == "PASTE_FORMULA":
        return old.holding(new.value, formula, new.error, new.made)
    if how == "PASTE_FORMAT":
        return dataclasses.replace(old, format=new.format)
    if how == "PASTE_DATA_VALIDATION":
        return dataclasses.replace(old, rule=new.rule)
    if how in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        return dataclasses.replace(new, formula=formula)
    if how == "PASTE_CONDITIONAL_FORMATTING":
        return old
    raise invalid(f"Invalid paste type: {how}")


def _paste_merges(source: Area, target: Area) -> None:
    down, right = target.top - source.top, target.left - source.left
    for each in list(source.sheet.merges):
        box = Area(
            source.sheet,
            each["startRowIndex"],
            each["startColumnIndex"],
            each["endRowIndex"],
            each["endColumnIndex"],
        )
        if _within(box, source):
            moved = _grid(
                target.sheet, box.top + down, box.bottom + down, box.left + right, box.right + right
            )
            if moved not in target.sheet.merges:
                target.sheet.merges.append(moved)


@_kind
def cut_paste(book: Spreadsheet, body: Body) -> None:
    source = from_grid(book, body.get("source", {}))
    start = body.get("destination", {})
    sheet = _sheet(book, start)
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    how = body.get("pasteType", "PASTE_NORMAL")
    cells = {
        (i, j): source.sheet.cell(source.top + i, source.left + j)
        for i in range(source.bottom - source.top)
        for j in range(source.right - source.left)
    }
    height, width = source.bottom - source.top, source.right - source.left
    if top + height > sheet.n_rows or left + width > sheet.n_columns:
        raise invalid("The destination range is too small or lies outside the grid.")
    for i, j in cells:
        source.sheet.put(source.top + i, source.left + j, EMPTY)
    for (i, j), cell in cells.items():
        # What is cut keeps its formula as it is; only a copy's references move.
        at = (top + i, left + j)
        sheet.put(*at, _pasted(sheet.cell(*at), cell, at, at, how))
    book.changed()


@_kind
def find_replace(book: Spreadsheet, body: Body) -> Body:
    book.settled()
    if body.get("allSheets"):
        areas = [Area(sheet, 0, 0, sheet.n_rows, sheet.n_columns) for sheet in book.sheets]
    elif "range" in body:
        areas = [from_grid(book, body["range"])]
    else:
        sheet = _sheet(book, body)
        areas = [Area(sheet, 0, 0, sheet.n_rows, sheet.n_columns)]
    pattern = body.get("find", "") if body.get("searchByRegex") else re.escape(body.get("find", ""))
    look = re.compile(
        f"^(?:{pattern})$" if body.get("matchEntireCell") else pattern,
        0 if body.get("matchCase") else re.I,
    )
    replacement = body.get("replacement", "")
    if not body.get("searchByRegex"):
        replacement = replacement.replace("\\", r"\\")
    else:
        replacement = re.sub(r"\$(\d+)", r"\\\1", replacement)
    counts = {"values": 0, "formulas": 0, "occurrences": 0}
    rows, sheets = set(), set()
    for each in areas:
        for number in range(each.top, min(each.bottom, len(each.sheet.rows))):
            for column, cell in sorted(each.sheet.rows[number].items()):
                if not (each.left <= column < each.right and cell.filled) or (
                    cell.formula and not body.get("includeFormulas")
                ):
                    continue
                text = cell.formula or shown(cell.value, cell.number_format, book.locale)
                new, hits = look.subn(replacement, text)
                if not hits:
                    continue
                counts["formulas" if cell.formula else "values"] += 1
                counts["occurrences"] += hits
                rows.add((each.sheet.id, number))
                sheets.add(each.sheet.id)
                each.sheet.put(number, column, typed(cell, new, "USER_ENTERED", book.locale))
    book.changed()
    reply = {
        "valuesChanged": counts["values"],
        "formulasChanged": counts["formulas"],
        "rowsChanged": len(rows),
        "sheetsChanged": len(sheets),
        "occurrencesChanged": counts["occurrences"],
    }
    return {key: value for key, value in reply.items() if value}


@_kind
def sort_range(book: Spreadsheet, body: Body) -> None:
    sort_area(book, from_grid(book, body.get("range", {})), body.get("sortSpecs", []))


def sort_area(book: Spreadsheet, place: Area, specs: list[Body]) -> None:
    """Sort the rows of an area: numbers, texts, booleans; blank cells last in either direction."""
    book.settled()
    sheet = place.sheet
    rows = [
        (
            number,
            {
                c: cell
                for c, cell in (sheet.rows[number] if number < len(sheet.rows) else {}).items()
                if place.left <= c < place.right
            },
        )
        for number in range(place.top, place.bottom)
    ]
    for spec in reversed(specs):
        column = spec.get("dimensionIndex", 0)
        down = spec.get("sortOrder") == "DESCENDING"
        filled = [each for each in rows if each[1].get(column, EMPTY).value is not None]
        blank = [each for each in rows if each[1].get(column, EMPTY).value is None]
        filled.sort(key=lambda each: _rank(each[1][column].value), reverse=down)
        rows = filled + blank
    for target, (origin, cells) in zip(range(place.top, place.bottom), rows, strict=True):
        new: dict[int, Cell] = dict.fromkeys(range(place.left, place.right), EMPTY)
        for column, cell in cells.items():
            moved = cell
            if cell.formula:
                moved = dataclasses.replace(
                    cell, formula=translated(cell.formula, (origin, column), (target, column))
                )
            new[column] = moved
        if target < len(sheet.rows) or any(new.values()):
            sheet.put_row(target, new)
    book.changed()
    filters.apply(book, sheet)


def _rank(value: Any) -> tuple[int, float, str]:
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, float | int):
        return 0, float(value), ""
    return 1, 0.0, str(value).casefold()


@_kind
def paste_data(book: Spreadsheet, body: Body) -> None:
    start = body.get("coordinate", {})
    sheet = _sheet(book, start)
    delimiter = body.get("delimiter") or "\t"
    if min(start.get("rowIndex", 0), start.get("columnIndex", 0)) < 0:
        raise invalid("The coordinate must not be negative.")
    for i, line in enumerate(body.get("data", "").splitlines()):
        for j, text in enumerate(line.split(delimiter)):
            at = (start.get("rowIndex", 0) + i, start.get("columnIndex", 0) + j)
            sheet.put(*at, typed(sheet.cell(*at), text, "USER_ENTERED", book.locale))
    book.changed()


# ---- rows and columns


def _span(book: Spreadsheet, body: Body) -> tuple[Sheet, str, int, int]:
    sheet = _sheet(book, body)
    dimension = body.get("dimension", "ROWS")
    count = sheet.n_rows if dimension == "ROWS" else sheet.n_columns
    return sheet, dimension, body.get("startIndex", 0), body.get("endIndex", count)


@_kind
def insert_dimension(book: Spreadsheet, body: Body) -> None:
    sheet, dimension, start, end = _span(book, body.get("range", {}))
    count = sheet.n_rows if dimension == "ROWS" else sheet.n_columns
    before = bool(body.get("inheritFromBefore"))
    if end <= start:
        raise invalid("range.endIndex must be greater than range.startIndex.")
    if before and start == 0:
        raise invalid("inheritFromBefore cannot be true if inserting into the first row or column.")
    if start > count or (start == count and not before):
        raise invalid(
            f"range.startIndex[{start}] is too large. The sheet has only {count}"
            f" {dimension.lower()}"
            if start > count
            else (
                "If inheritFromBefore is false, range.startIndex must be less than the number of"
                " rows or columns."
            )
        )
    book.insert(sheet, dimension, start, end - start, before=before)


@_kind
def delete_dimension(book: Spreadsheet, body: Body) -> None:
    sheet, dimension, start, end = _span(book, body.get("range", {}))
    count = sheet.n_rows if dimension == "ROWS" else sheet.n_columns
    word = "row" if dimension == "ROWS" else "column"
    if start >= count or end > count:
        raise invalid(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index"
            f" {max(start, end - 1)} but there are only {count} {word}s."
        )
    if end - start >= count:
        raise invalid(f"You can't delete all the {word}s on the sheet.")
    frozen = sheet.grid.get("frozenRowCount" if word == "row" else "frozenColumnCount", 0)
    if frozen and start <= 0 and end >= count - 0 and frozen < count:
        raise invalid(f"You can't delete all the non-frozen {word}s on the sheet.")
    book.delete(sheet, dimension, start, end - start)


@_kind
def append_dimension(book: Spreadsheet, body: Body) -> None:
    sheet, count = _sheet(book, body), body.get("length", 0)
    if count < 1:
        raise invalid("length must be greater than 0.")
    if body.get("dimension") == "COLUMNS":
        book.check_room(count * sheet.n_rows)
        sheet.n_columns += count
    else:
        book.check_room(count * sheet.n_columns)
        sheet.n_rows += count


@_kind
def move_dimension(book: Spreadsheet, body: Body) -> None:
    sheet, dimension, start, end = _span(book, body.get("source", {}))
    target = body.get("destinationIndex", 0)
    if not 0 <= start < end:
        raise invalid("source.endIndex must be greater than source.startIndex.")
    if start < target < end:
        raise invalid("destinationIndex must not be within the source range.")
    count = sheet.n_rows if dimension == "ROWS" else sheet.n_columns
    order = list(range(count))
    taken = order[start:end]
    rest = order[:start] + order[end:]
    at = target if target <= start else target - (end - start)
    order = rest[:at] + taken + rest[at:]
    if dimension == "ROWS":
        while len(sheet.rows) < max(end, target):
            sheet.rows.append({})
        held = sheet.rows
        sheet.rows = [held[old] if old < len(held) else {} for old in order]
        while sheet.rows and not sheet.rows[-1]:
            sheet.rows.pop()
        sheet.row_meta = {order.index(old): each for old, each in sheet.row_meta.items()}
    else:
        new = {old: index for index, old in enumerate(order)}
        sheet.rows = [{new[column]: cell for column, cell in row.items()} for row in sheet.rows]
        sheet.column_meta = {new[old]: each for old, each in sheet.column_meta.items()}
    book.changed()


@_kind
def insert_range(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    _shift(
        book,
        place,
        body.get("shiftDimension", "ROWS"),
        place.bottom - place.top,
        place.right - place.left,
    )


@_kind
def delete_range(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    _shift(
        book,
        place,
        body.get("shiftDimension", "ROWS"),
        place.top - place.bottom,
        place.left - place.right,
    )


def _shift(book: Spreadsheet, place: Area, dimension: str, down: int, right: int) -> None:
    sheet = place.sheet
    by_row = dimension == "ROWS"
    moved: dict[tuple[int, int], Cell] = {}
    for number in range(place.top, len(sheet.rows)):
        for column, cell in list(sheet.rows[number].items()):
            inside = (
                place.left <= column < place.right
                if by_row
                else column >= place.left and number < place.bottom
            )
            if not inside:
                continue
            sheet.put(number, column, EMPTY)
            gone = (number < place.bottom if by_row else column < place.right) and (
                down if by_row else right
            ) < 0
            if not gone:
                moved[(number + down, column) if by_row else (number, column + right)] = cell
    for at, cell in moved.items():
        if at[0] < sheet.n_rows and at[1] < sheet.n_columns:
            sheet.put(*at, cell)
    book.changed()


@_kind
def update_dimension_properties(book: Spreadsheet, body: Body) -> None:
    sheet, dimension, start, end = _span(book, body.get("range", {}))
    mask = _mask(body)
    meta = sheet.row_meta if dimension == "ROWS" else sheet.column_meta
    for index in range(start, end):
        held = dict(meta.get(index, {}))
        masks.put(held, body.get("properties", {}), mask)
        held = {key: value for key, value in held.items() if value or key == "pixelSize"}
        if held:
            meta[index] = held
        else:
            meta.pop(index, None)


CHARACTER = 8.484375
"""Pixels of a capital A in the default font, from the recordings; other letters are taken as wide,
so that the width of a resized column is near to the real one, not equal to it."""


@_kind
def auto_resize_dimensions(book: Spreadsheet, body: Body) -> None:
    sheet, dimension, start, end = _span(book, body.get("dimensions", {}))
    book.settled()
    if dimension == "ROWS":
        for index in range(start, end):
            sheet.row_meta[index] = {
                **sheet.row_meta.get(index, {}),
                "pixelSize": answers.ROW_HEIGHT,
            }
        return
    for index in range(start, end):
        texts = [
            shown(row[index].value, row[index].number_format, book.locale)
            for row in sheet.rows
            if index in row
        ]
        longest = max(map(len, texts), default=0)
        if longest:
            width = round(longest * CHARACTER) + 3
            sheet.column_meta[index] = {**sheet.column_meta.get(index, {}), "pixelSize": width}


def _groups(sheet: Sheet, dimension: str) -> list[Body]:
    return sheet.row_groups if dimension == "ROWS" else sheet.column_groups


def _group_range(sheet: Sheet, dimension: str, start: int, end: int) -> Body:
    found: Body = {"sheetId": sheet.id} if sheet.id else {}
    return found | {"dimension": dimension, "startIndex": start, "endIndex": end}


@_kind
def add_dimension_group(book: Spreadsheet, body: Body) -> Body:
    sheet, dimension, start, end = _span(book, body.get("range", {}))
    groups = _groups(sheet, dimension)
    depth = 1
    for each in groups:
        first, last = each["range"].get("startIndex", 0), each["range"]["endIndex"]
        if first <= start and end <= last:
            depth = max(depth, each["depth"] + 1)
    groups.append({"range": _group_range(sheet, dimension, start, end), "depth": depth})
    groups.sort(key=lambda each: (each["range"].get("startIndex", 0), -each["range"]["endIndex"]))
    return {"dimensionGroups": copy.deepcopy(groups)}


@_kind
def delete_dimension_group(book: Spreadsheet, body: Body) -> Body:
    sheet, dimension, start, end = _span(book, body.get("range", {}))
    groups = _groups(sheet, dimension)
    wanted = _group_range(sheet, dimension, start, end)
    hit = [each for each in groups if each["range"] == wanted]
    if not hit:
        raise invalid("Cannot delete dimension group that doesn't exist.")
    groups.remove(hit[-1])
    return {"dimensionGroups": copy.deepcopy(groups)} if groups else {}


@_kind
def update_dimension_group(book: Spreadsheet, body: Body) -> None:
    given = body.get("dimensionGroup", {})
    sheet, dimension, start, end = _span(book, given.get("range", {}))
    wanted = _group_range(sheet, dimension, start, end)
    for each in _groups(sheet, dimension):
        if each["range"] == wanted:
            each["collapsed"] = bool(given.get("collapsed"))
            return
    raise invalid("Cannot update dimension group that doesn't exist.")


# ---- rules, ranges, filters


@_kind
def set_data_validation(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    rule = body.get("rule")
    if rule is not None and not rule.get("condition", {}).get("type"):
        raise invalid("rule.condition.type is required.")
    kept = (
        {key: value for key, value in rule.items() if value not in (False, None)} if rule else None
    )
    ruled = _once_each(lambda cell: dataclasses.replace(cell, rule=kept))
    columns = range(place.left, place.right)
    for number in range(place.top, place.bottom):
        if rule is None and number >= len(place.sheet.rows):
            break
        place.sheet.put_row(number, {c: ruled(place.sheet.cell(number, c)) for c in columns})


@_kind
def add_conditional_format_rule(book: Spreadsheet, body: Body) -> None:
    rule = copy.deepcopy(body.get("rule", {}))
    ranges = rule.get("ranges", [])
    if not ranges:
        raise invalid("rule.ranges is required.")
    sheet = from_grid(book, ranges[0]).sheet
    sheet.conditional.insert(min(body.get("index", 0), len(sheet.conditional)), rule)


@_kind
def update_conditional_format_rule(book: Spreadsheet, body: Body) -> Body:
    sheet, index = _sheet(book, body), body.get("index", 0)
    if not 0 <= index < len(sheet.conditional):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    old = sheet.conditional[index]
    if "rule" in body:
        sheet.conditional[index] = copy.deepcopy(body["rule"])
        return {"newRule": body["rule"], "oldRule": old, "newIndex": index}
    sheet.conditional.insert(body.get("newIndex", 0), sheet.conditional.pop(index))
    return {"newRule": old, "oldIndex": index, "newIndex": body.get("newIndex", 0)}


@_kind
def delete_conditional_format_rule(book: Spreadsheet, body: Body) -> Body:
    sheet, index = _sheet(book, body), body.get("index", 0)
    if not 0 <= index < len(sheet.conditional):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return {"rule": sheet.conditional.pop(index)}


@_kind
def add_protected_range(book: Spreadsheet, body: Body) -> Body:
    given = {
        key: copy.deepcopy(value)
        for key, value in body.get("protectedRange", {}).items()
        if value is not None
    }
    if given.get("namedRangeId"):
        given["range"] = dict(_named_range(book, given["namedRangeId"])["range"])
    sheet = from_grid(book, given.get("range", {})).sheet
    held: Body = {
        "protectedRangeId": given.get("protectedRangeId") or book.new_id(),
        "range": given.get("range", {}),
    }
    if given.get("description"):
        held["description"] = given["description"]
    if given.get("warningOnly"):
        held["warningOnly"] = True
    if given.get("namedRangeId"):
        held["namedRangeId"] = given["namedRangeId"]
    if given.get("unprotectedRanges"):
        held["unprotectedRanges"] = given["unprotectedRanges"]
    held["editors"] = {key: value for key, value in given.get("editors", {}).items() if value}
    # Whoever protects a range may edit it, whatever the request says.
    told = copy.deepcopy(held) | {"requestingUserCanEdit": True}
    reply = {"protectedRange": answers.protected_range(told, book)}
    # Its answer does not name whoever asked among the editors; the spreadsheet does from then on.
    users = held["editors"].setdefault("users", [])
    if book.account and book.account not in users:
        users.append(book.account)
    sheet.protected.append(held)
    return reply


def _protected(book: Spreadsheet, id_: int) -> tuple[Sheet, Body]:
    for sheet in book.sheets:
        for each in sheet.protected:
            if each["protectedRangeId"] == id_:
                return sheet, each
    raise invalid(f"No protected range with id: {id_}")


@_kind
def update_protected_range(book: Spreadsheet, body: Body) -> None:
    given = body.get("protectedRange", {})
    _, held = _protected(book, given.get("protectedRangeId", 0))
    masks.put(held, given, _mask(body))


@_kind
def delete_protected_range(book: Spreadsheet, body: Body) -> None:
    sheet, held = _protected(book, body.get("protectedRangeId", 0))
    sheet.protected.remove(held)


@_kind
def add_named_range(book: Spreadsheet, body: Body) -> Body:
    given = copy.deepcopy(body.get("namedRange", {}))
    name = given.get("name", "")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise invalid(f"The named range's name is invalid: {name}")
    if any(each["name"].lower() == name.lower() for each in book.named):
        raise invalid(f"A named range with the name {name} already exists.")
    if "range" not in given:
        raise invalid("namedRange.range is required.")
    from_grid(book, given["range"])
    held = {
        "namedRangeId": given.get("namedRangeId") or str(book.new_id()),
        "name": name,
        "range": given["range"],
    }
    book.named.append(held)
    return {"namedRange": {**held, "range": as_grid(held["range"])}}


def _named_range(book: Spreadsheet, id_: str) -> Body:
    for each in book.named:
        if each["namedRangeId"] == id_:
            return each
    raise invalid(f"No named range with id: {id_}")


@_kind
def update_named_range(book: Spreadsheet, body: Body) -> None:
    given = body.get("namedRange", {})
    masks.put(_named_range(book, given.get("namedRangeId", "")), given, _mask(body))


@_kind
def delete_named_range(book: Spreadsheet, body: Body) -> None:
    book.named.remove(_named_range(book, body.get("namedRangeId", "")))


def _filter(book: Spreadsheet, body: Body) -> Body:
    """A filter as the service keeps it: with the bounds of its range, and without empty parts."""
    given = {key: copy.deepcopy(held) for key, held in body.get("filter", {}).items() if held}
    given["range"] = grid_of(from_grid(book, given.get("range", {})))
    return given


@_kind
def set_basic_filter(book: Spreadsheet, body: Body) -> None:
    given = _filter(book, body)
    place = from_grid(book, given["range"])
    place.sheet.basic_filter = given
    book.settled()
    filters.apply(book, place.sheet)
    if given.get("sortSpecs"):
        below = Area(place.sheet, place.top + 1, place.left, place.bottom, place.right)
        sort_area(book, below, given["sortSpecs"])


@_kind
def clear_basic_filter(book: Spreadsheet, body: Body) -> None:
    sheet = _sheet(book, body)
    sheet.basic_filter = None
    filters.apply(book, sheet)


@_kind
def add_filter_view(book: Spreadsheet, body: Body) -> Body:
    held = _filter(book, body)
    held.setdefault("filterViewId", book.new_id())
    held.setdefault("title", "Filter 1")
    from_grid(book, held.get("range", {})).sheet.filter_views.append(held)
    return {"filter": held}


@_kind
def delete_filter_view(book: Spreadsheet, body: Body) -> None:
    for sheet in book.sheets:
        for each in sheet.filter_views:
            if each["filterViewId"] == body.get("filterId"):
                sheet.filter_views.remove(each)
                return
    raise invalid(f"No filter view with id: {body.get('filterId')}")


@_kind
def add_banding(book: Spreadsheet, body: Body) -> Body:
    held = copy.deepcopy(body.get("bandedRange", {}))
    held.setdefault("bandedRangeId", book.new_id())
    from_grid(book, held.get("range", {})).sheet.banded.append(held)
    return {"bandedRange": held}


@_kind
def add_table(book: Spreadsheet, body: Body) -> Body:
    return tables.add(book, body)


@_kind
def update_table(book: Spreadsheet, body: Body) -> None:
    tables.update(book, body)


@_kind
def delete_table(book: Spreadsheet, body: Body) -> None:
    tables.delete(book, body)


@_kind
def update_borders(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("range", {}))
    borders = {side: body[side] for side in ("top", "bottom", "left", "right") if side in body}
    for number in range(place.top, place.bottom):
        new = {}
        for column in range(place.left, place.right):
            cell = place.sheet.cell(number, column)
            held = {**cell.format, "borders": {**cell.format.get("borders", {}), **borders}}
            new[column] = dataclasses.replace(cell, format=held)
        place.sheet.put_row(number, new)


@_kind
def trim_whitespace(book: Spreadsheet, body: Body) -> Body:
    place = from_grid(book, body.get("range", {}))
    count = 0
    for number in range(place.top, min(place.bottom, len(place.sheet.rows))):
        for column, cell in list(place.sheet.rows[number].items()):
            if (
                place.left <= column < place.right
                and isinstance(cell.value, str)
                and not cell.formula
            ):
                text = re.sub(r" +", " ", cell.value).strip()
                if text != cell.value:
                    count += 1
                    place.sheet.put(number, column, dataclasses.replace(cell, value=text or None))
    return {"cellsChangedCount": count} if count else {}


# ---- developer metadata


def _holder(book: Spreadsheet, location: Body) -> list[Body]:
    if "sheetId" in location:
        return _sheet(book, location).metadata
    if "dimensionRange" in location:
        return _sheet(book, location["dimensionRange"]).metadata
    return book.metadata


def all_metadata(book: Spreadsheet) -> Iterator[tuple[list[Body], Body]]:
    """Every piece of developer metadata with the list that holds it."""
    for holder in (book.metadata, *(sheet.metadata for sheet in book.sheets)):
        for each in list(holder):
            yield holder, each


def matches(held: Body, lookup: Body) -> bool:
    """Whether a developer metadata lookup means this piece."""
    wanted = {
        "metadataId": "metadataId",
        "metadataKey": "metadataKey",
        "metadataValue": "metadataValue",
        "visibility": "visibility",
    }
    if any(key in lookup and held.get(name) != lookup[key] for key, name in wanted.items()):
        return False
    place = answers.described(held)["location"]
    if "locationType" in lookup:
        return bool(lookup["locationType"] == place["locationType"])
    wanted_place = lookup.get("metadataLocation")
    if not wanted_place or wanted_place.get("spreadsheet"):
        exact = lookup.get("locationMatchingStrategy") == "EXACT_LOCATION"
        return not (wanted_place and exact) or "spreadsheet" in place
    if lookup.get("locationMatchingStrategy") == "EXACT_LOCATION":
        return all(place.get(name) == given for name, given in wanted_place.items())
    # A tab's place meets those of its rows and columns.
    tab = wanted_place.get("dimensionRange", wanted_place).get("sheetId", 0)
    return bool(tab == place.get("dimensionRange", place).get("sheetId"))


@_kind
def create_developer_metadata(book: Spreadsheet, body: Body) -> Body:
    given = copy.deepcopy(body.get("developerMetadata", {}))
    if not given.get("metadataKey"):
        raise invalid("Developer metadata must have a key.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise invalid("Developer metadata must have a visibility.")
    span = given.get("location", {}).get("dimensionRange", {"dimension": "ROWS"})
    if span.get("dimension") not in ("ROWS", "COLUMNS"):
        raise invalid("Developer metadata must name rows or columns.")
    given.setdefault("metadataId", book.new_id())
    if any(each["metadataId"] == given["metadataId"] for _, each in all_metadata(book)):
        raise invalid(f"Developer metadata with ID {given['metadataId']} already exists.")
    _holder(book, given.get("location", {})).append(given)
    return {"developerMetadata": answers.described(given)}


@_kind
def update_developer_metadata(book: Spreadsheet, body: Body) -> Body:
    mask = _mask(body)
    found = []
    for each_filter in body.get("dataFilters", []):
        for _, held in all_metadata(book):
            if matches(held, each_filter.get("developerMetadataLookup", {})):
                needed = {name: held[name] for name in ("metadataId", "metadataKey", "visibility")}
                masks.put(held, body.get("developerMetadata", {}), mask)
                held.update({name: value for name, value in needed.items() if not held.get(name)})
                found.append(answers.described(held))
    return {"developerMetadata": found} if found else {}


@_kind
def delete_developer_metadata(book: Spreadsheet, body: Body) -> Body:
    found = []
    for holder, held in list(all_metadata(book)):
        if matches(held, body.get("dataFilter", {}).get("developerMetadataLookup", {})):
            holder.remove(held)
            found.append(answers.described(held))
    return {"deletedDeveloperMetadata": found} if found else {}
