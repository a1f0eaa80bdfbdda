"""Builds a new online workbook from the declaration in `workbook.layout`, as requests to the
Sheets API (`spreadsheets.batchUpdate`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from budgettrack.core.base.addresses import a1, letters
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.own_tabs import NAMES
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import CHECKS, START_HERE
from budgettrack.workbook.google.cells import serial
from budgettrack.workbook.google.tabs import Request, colour_style, fields_set, number_format, rgb
from budgettrack.workbook.google.write import mark_tab
from budgettrack.workbook.layout import (
    GUARDS,
    GUIDE_COLOUR,
    GUIDE_WIDTHS,
    HEADING_HEIGHT,
    MARKS_COLUMN,
    MARKS_FIRST,
    MARKS_LAST,
    ORDER,
    ColumnLayout,
    Style,
    TabLayout,
    Typed,
    guide,
    own_tabs,
    tables,
    titles,
)

ROWS = 1_000
"""How many rows a new tab has; the API uses the same number. Dropdowns, formats and conditional
formats reach to the last row."""
LONGEST = 50_000
"""How many characters the API allows in a cell."""

_SPARE = 200


def new_tabs(
    *,
    sheet_ids: Sequence[int],
    locale: str,
    with_optional: frozenset[str] = frozenset(),
    rows: Mapping[str, Sequence[Fields]] = {},
    existing: int | None = None,
    words: SheetWords = ENGLISH,
    order: Sequence[str] = ORDER,
) -> list[Request]:
    """Returns the requests that turn an empty spreadsheet into a workbook, for one `batchUpdate`.

    `sheet_ids` are the numbers of the new tabs, in the order of `layout.titles`. `locale`
    (`de_DE`) becomes the locale of the spreadsheet unless it is blank. `existing` is the number
    of the blank first tab, which is deleted. `with_optional`, `rows`, `words` and `order` mean
    the same as in `xlsx.layout.new_workbook`. Raises `ValueError` for a table, column or value
    that the declaration does not have."""
    ids = _ids(sheet_ids, existing, titles(order))
    ids = {words.tab(title): number for title, number in ids.items()}
    tabs = (*tables(with_optional, rows, words, order), *own_tabs(words))
    made: list[Request] = []
    if locale:
        # The first request sets the locale.
        # Google reads the formulas of the conditional formats below in this locale.
        wanted = {"locale": locale.replace("-", "_")}
        made.append({"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale"}})
    start = words.tab(START_HERE)
    made.append(_guide_sheet(ids[start], words))
    made += (_sheet(tab, ids[tab.title], index, words) for index, tab in enumerate(tabs, 1))
    if existing is not None:
        made.append({"deleteSheet": {"sheetId": existing}})
    made += _guide(ids[start], words, order)
    for tab in tabs:
        made += _tab(tab, ids[tab.title], words)
    made += (mark_tab(kind, ids[words.tab(NAMES[kind])]) for kind in ("summary", "checks"))
    return made


def _ids(sheet_ids: Sequence[int], existing: int | None, wanted: Sequence[str]) -> dict[str, int]:
    if len(sheet_ids) != len(wanted):
        raise ValueError(f"{len(wanted)} tabs need {len(wanted)} sheet IDs, not {len(sheet_ids)}")
    if len({*sheet_ids, existing}) != len(wanted) + 1 or min(sheet_ids) < 0:
        raise ValueError("every tab needs a different sheet ID, which is not negative")
    return dict(zip(wanted, sheet_ids, strict=True))


# ---- the tabs


def _guide_sheet(sheet: int, words: SheetWords) -> Request:
    size = {"rowCount": ROWS, "columnCount": len(GUIDE_WIDTHS), "hideGridlines": True}
    colour = {"rgbColor": rgb(GUIDE_COLOUR)}
    properties = {
        "sheetId": sheet,
        "title": words.tab(START_HERE),
        "index": 0,
        "gridProperties": size,
        "tabColorStyle": colour,
        **_direction(words),
    }
    return {"addSheet": {"properties": properties}}


def _direction(words: SheetWords) -> Request:
    """Returns the setting that makes the columns of a tab run from right to left, if the
    language is written so."""
    return {"rightToLeft": True} if words.right_to_left else {}


def _sheet(tab: TabLayout, sheet: int, index: int, words: SheetWords) -> Request:
    size = {
        "rowCount": max(ROWS, len(tab.rows) + _SPARE),
        "columnCount": tab.breadth,
        "frozenRowCount": tab.frozen[0],
        "frozenColumnCount": tab.frozen[1],
    }
    properties: Request = {
        "sheetId": sheet,
        "title": tab.title,
        "index": index,
        "gridProperties": size,
        **_direction(words),
    }
    if tab.colour:
        properties["tabColorStyle"] = {"rgbColor": rgb(tab.colour)}
    return {"addSheet": {"properties": properties}}


def _guide(sheet: int, words: SheetWords, order: Sequence[str]) -> Iterator[Request]:
    lines = guide(words, order)
    cells: list[Request] = [{} for _ in range(lines[-1].row + 1)]
    for row in lines:
        pair = zip((row.left, row.right), row.looks, strict=True)
        cells[row.row] = {"values": [_cell(text or None, style) for text, style in pair]}
    yield _update(sheet, 0, 1, cells, "userEnteredValue,userEnteredFormat")
    for row in lines:
        yield _pixels(sheet, "ROWS", row.row, _points(row.height))
        if row.merged:
            yield {
                "mergeCells": {
                    "range": _range(sheet, row.row, row.row + 1, 1, 3),
                    "mergeType": "MERGE_ALL",
                }
            }
    for index, width in enumerate(GUIDE_WIDTHS):
        yield _pixels(sheet, "COLUMNS", index, _characters(width))


def _tab(tab: TabLayout, sheet: int, words: SheetWords) -> Iterator[Request]:
    headings = [_cell(column.heading, column.style, column.note) for column in tab.columns]
    yield _update(sheet, 0, 0, [{"values": headings}], "userEnteredValue,userEnteredFormat,note")
    for index, column in enumerate(tab.columns):
        yield _pixels(sheet, "COLUMNS", index, _characters(column.width))
        if not tab.own:
            yield from _body(column, sheet, index)
    if tab.rows:
        values = [{"values": [_cell(value) for value in row]} for row in tab.rows]
        yield _update(sheet, 1, 0, values, "userEnteredValue")
    if not tab.own:
        yield _pixels(sheet, "ROWS", 0, _points(HEADING_HEIGHT))
    yield from _protected(tab, sheet, words)
    yield from _marks(tab, sheet, words)


def _body(column: ColumnLayout, sheet: int, index: int) -> Iterator[Request]:
    # The range has no last row, so it covers the whole column even if more rows are added.
    below = _range(sheet, 1, None, index, index + 1)
    look = {"userEnteredFormat": _format(column.body)}
    yield {"repeatCell": {"range": below, "cell": look, "fields": "userEnteredFormat"}}
    condition = _offered(column)
    if condition:
        # Not strict: a text outside the list is kept with a small warning, as in a local workbook.
        rule = {"condition": condition, "strict": False, "showCustomUi": True}
        yield {"setDataValidation": {"range": below, "rule": rule}}


def _offered(column: ColumnLayout) -> Request | None:
    """Returns the condition of the data validation for a column in which people choose a value.
    Returns None for any other column."""
    if column.source:
        tab, index = column.source
        letter = letters(index)
        # A range with a last row would not grow with the other tab.
        return _condition("ONE_OF_RANGE", f"={a1(tab)}!${letter}$2:${letter}")
    if column.choices:
        return _condition("ONE_OF_LIST", *column.choices)
    return None


def _condition(kind: str, *values: str) -> Request:
    return {"type": kind, "values": [{"userEnteredValue": value} for value in values]}


def _protected(tab: TabLayout, sheet: int, words: SheetWords) -> Iterator[Request]:
    """Yields protections that only show a warning. The group owns the workbook, so people may
    edit every cell."""
    if tab.own:
        free = [_range(sheet, None, None, index, index + 1) for index in tab.free]
        but = ", ".join(tab.columns[index].heading for index in tab.free)
        lost = words.say("Written by budgettrack at each run; what is typed here is lost.")
        kept = words.say("Kept is what you type in: {headings}.", headings=but) if but else ""
        yield _warning({"sheetId": sheet}, f"{lost} {kept}".strip(), free)
        return
    yield _warning(
        _range(sheet, 0, 1, None, None),
        words.say("Written by budgettrack, which finds its columns by these headings."),
    )
    for index, column in enumerate(tab.columns):
        if column.guard:
            told = f"{words.say('Written by budgettrack.')} {words.say(GUARDS[column.guard])}"
            yield _warning(_range(sheet, 1, None, index, index + 1), told)


def _warning(area: Request, words: str, free: Sequence[Request] = ()) -> Request:
    protected = fields_set(
        range=area, description=words, warningOnly=True, unprotectedRanges=list(free)
    )
    return {"addProtectedRange": {"protectedRange": protected}}


def _marks(tab: TabLayout, sheet: int, words: SheetWords) -> Iterator[Request]:
    # In a conditional format, Google accepts a cell of another tab only through INDIRECT.
    place = f"{a1(words.tab(CHECKS))}!{MARKS_COLUMN}{MARKS_FIRST}:{MARKS_COLUMN}{MARKS_LAST}"
    for index, mark in enumerate(tab.marks):
        formula = mark.formula.replace("{marks}", f'INDIRECT("{place}")')
        condition = _condition("CUSTOM_FORMULA", formula)
        rule = {
            "ranges": [_range(sheet, mark.row, None, mark.left, mark.right)],
            "booleanRule": {"condition": condition, "format": _colours(mark.style)},
        }
        yield {"addConditionalFormatRule": {"rule": rule, "index": index}}


# ---- cells


def _cell(value: Typed, style: Style | None = None, note: str = "") -> Request:
    return fields_set(
        userEnteredValue=None if value is None else _entered(value),
        userEnteredFormat=None if style is None else _format(style),
        note=note,
    )


def _entered(value: str | Decimal | date) -> Request:
    if isinstance(value, Decimal):
        return {"numberValue": float(value)}
    if isinstance(value, date):
        return {"numberValue": serial(value)}
    if len(value) > LONGEST:
        raise ValueError(f"a cell holds {LONGEST:,} characters, not {len(value):,}")
    # A `stringValue` is always text, never a formula, even if it begins with "=".
    return {"stringValue": value}


def _format(style: Style) -> Request:
    sides = {"": (), "all": ("top", "bottom", "left", "right")}.get(style.border, ("bottom",))
    line = {"style": "SOLID", "colorStyle": colour_style(style.line)}
    # The API has no indent. Padding replaces it, and all four sides must be given.
    indent = {"top": 2, "right": 3, "bottom": 2, "left": 12}
    return fields_set(
        textFormat=_text_format(style) | fields_set(fontSize=style.size),
        backgroundColorStyle=colour_style(style.fill),
        verticalAlignment="MIDDLE" if style.middle else "TOP",
        horizontalAlignment=_alignment(style),
        wrapStrategy="WRAP" if style.wrap else "OVERFLOW_CELL",
        padding=indent if style.indent else None,
        numberFormat=number_format(style.format),
        borders=dict.fromkeys(sides, line),
    )


def _alignment(style: Style) -> str:
    if style.right:
        return "RIGHT"
    return "LEFT" if style.start else ""


def _colours(style: Style) -> Request:
    """Returns the part of a format that a conditional format may have: bold, italics and
    colours."""
    return fields_set(textFormat=_text_format(style), backgroundColorStyle=colour_style(style.fill))


def _text_format(style: Style) -> Request:
    return fields_set(
        bold=style.bold, italic=style.italic, foregroundColorStyle=colour_style(style.ink)
    )


def _update(sheet: int, row: int, column: int, rows: Sequence[Request], fields: str) -> Request:
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": list(rows), "fields": fields}}


def _range(
    sheet: int, top: int | None, bottom: int | None, left: int | None, right: int | None
) -> Request:
    """Returns a range. None means no limit on that side."""
    ends = {
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }
    return {"sheetId": sheet} | {name: end for name, end in ends.items() if end is not None}


def _pixels(sheet: int, dimension: str, index: int, pixels: int) -> Request:
    place = {"sheetId": sheet, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    return {
        "updateDimensionProperties": {
            "range": place,
            "properties": {"pixelSize": pixels},
            "fields": "pixelSize",
        }
    }


def _characters(width: int) -> int:
    return 7 * width + 12


def _points(height: int) -> int:
    return round(height * 4 / 3)
