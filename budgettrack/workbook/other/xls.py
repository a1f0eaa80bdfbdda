"""Reads an Excel 97 file: values, merged areas, lines through a text, and the currency or
percentage format of a cell.
The text of formulas is not read.

The library python-calamine, which reads the other kinds, crashes the whole program on a damaged
file of this kind, and does not read formats."""

from __future__ import annotations

import io
import re
import struct
from datetime import date, datetime, time

import olefile
import xlrd

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellError, Grid, Value
from budgettrack.workbook.code_formats import as_shown, code_template
from budgettrack.workbook.currency_formats import currency_sign

_DAMAGED = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    struct.error,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    OverflowError,
    StopIteration,
    TypeError,
    ValueError,
)
"""The exceptions that the library raises on a damaged file. There are many, because the library
checks little."""
_VERY_HIDDEN = 2
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')


def xls_grids(raw: bytes, name: str) -> list[Grid]:
    """Returns the tabs of an Excel 97 file.

    Raises `WorkbookError` if the file is damaged."""
    try:
        # The library writes its warnings into a file. If no file is given, the library prints them.
        book = xlrd.open_workbook(
            file_contents=_stream(raw),
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
        formats = [_format(book, number) for number in range(len(book.xf_list))]
        struck = {number for number, style in enumerate(book.xf_list) if _is_struck(book, style)}
        return [
            _grid(book, sheet, formats, struck)
            for sheet in book.sheets()
            if sheet.visibility != _VERY_HIDDEN
        ]
    except _DAMAGED as error:
        raise WorkbookError(
            f"{name} cannot be read as Excel 97. Open it in your spreadsheet program and save it"
            " as 'Excel Workbook (.xlsx)'."
        ) from error


def _stream(raw: bytes) -> bytes:
    """Returns the bytes of the workbook from the file.

    In a damaged file, the library could follow the sectors in a circle for ever; this function
    does not. Raises `ValueError` if the file has no such content, `StopIteration` if it has no
    workbook."""
    if not raw.startswith(olefile.MAGIC):
        raise ValueError(raw[:8])
    strict = olefile.DEFECT_INCORRECT
    with olefile.OleFileIO(io.BytesIO(raw), raise_defects=strict) as parts:
        name = next(name for name in ("Workbook", "Book") if parts.exists(name))
        content: bytes = parts.openstream(name).read()
    return content


def _format(book: xlrd.Book, style: int) -> str:
    """Returns the number format of a style, or '' if the file does not define it. The currency
    of a built-in format is that of the computer that shows it."""
    number = book.xf_list[style].format_key
    code = str(book.format_map[number].format_str)
    is_built_in = code == xlrd.formatting.std_format_strings.get(number)
    return "" if is_built_in and "%" not in code else code


def _is_struck(book: xlrd.Book, style: xlrd.formatting.XF) -> bool:
    return bool(book.font_list[style.font_index].struck_out)


def _grid(
    book: xlrd.Book, sheet: xlrd.sheet.Sheet, formats: list[str], struck_styles: set[int]
) -> Grid:
    percents = {number for number, code in enumerate(formats) if "%" in _LITERAL.sub("", code)}
    signs = {number: sign for number, code in enumerate(formats) if (sign := currency_sign(code))}
    codes = {number: made for number, code in enumerate(formats) if (made := code_template(code))}
    shown_percents, shown_signs, struck = set(), {}, set()
    rows: list[list[Value]] = []
    for row in range(sheet.nrows):
        cells = sheet.row(row)
        rows.append([_value(cell, book.datemode) for cell in cells])
        for column, cell in enumerate(cells):
            if cell.xf_index in struck_styles:
                struck.add((row, column))
            if cell.xf_index in codes:
                rows[row][column] = as_shown(rows[row][column], codes[cell.xf_index])
            if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percents:
                shown_percents.add((row, column))
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in signs:
                shown_signs[row, column] = signs[cell.xf_index]
    # In this list, the last row and the last column are one beyond the area.
    merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return Grid(
        sheet.name,
        rows,
        merged=tuple(merged),
        percents=frozenset(shown_percents),
        signs=shown_signs,
        struck=frozenset(struck),
    )


def _value(cell: xlrd.sheet.Cell, datemode: int) -> Value:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value) or None
        case xlrd.XL_CELL_NUMBER:
            return float(cell.value)
        case xlrd.XL_CELL_DATE:
            return _moment(float(cell.value), datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return CellError(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
    return None


def _moment(number: float, datemode: int) -> date | time | float:
    """Returns the day, the day with its time, or the time that a cell shows.

    Returns the number if it is no date: Excel shows ##### for it."""
    try:
        moment: datetime = xlrd.xldate_as_datetime(number, datemode)
    except (OverflowError, ValueError):
        return number
    if 0 <= number < 1:
        return moment.time()
    return moment if moment.time() != time() else moment.date()
