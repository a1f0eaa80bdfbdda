"""Formulas: calculated by IronCalc, moved by IronCalc and openpyxl. Nothing of a spreadsheet's
language is our own."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import ironcalc
from openpyxl.formula.translate import Translator, TranslatorError

from tests.sheets_api.ranges import letters

if TYPE_CHECKING:
    from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet

_LOCALES = {"de": "de", "fr": "fr", "es": "es", "it": "it", "pt": "es", "ru": "fr", "nl": "de"}
ERRORS = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
}
"""What a cell shows, and how the service calls it; anything else is ERROR."""

_DATE_PATTERN = re.compile(r"[dy]|(?<![hs:])m(?![:s])", re.IGNORECASE)


def engine_locale(locale: str) -> str:
    """The nearest of the locales that the engine knows."""
    if locale == "en_GB":
        return "en-GB"
    return _LOCALES.get(locale.partition("_")[0], "en")


def calculate(book: Spreadsheet) -> None:
    """Give every formula of the spreadsheet its value."""
    places = [
        (index, row, column, cell) for index, row, column, cell in book.all_cells() if cell.formula
    ]
    if not places:
        return
    model = _model(book)
    model.evaluate()
    for index, row, column, cell in places:
        book.sheets[index].put(row, column, _result(model, index, row, column, cell))


def _model(book: Spreadsheet) -> Any:
    model = ironcalc.create("book", engine_locale(book.locale), "UTC", "en")
    names = [f"Sheet_{index}_" for index in range(len(book.sheets))]
    for index, name in enumerate(names):
        if index:
            model.add_sheet(name)
        else:
            model.rename_sheet(0, name)
    for index, sheet in enumerate(book.sheets):
        model.rename_sheet(index, sheet.title[:31])
    for index, row, column, cell in book.all_cells():
        at = (index, row + 1, column + 1)
        if cell.formula:
            try:
                model.set_user_input(*at, cell.formula)
            except ironcalc.WorkbookError:
                model.update_cell_with_text(*at, "#ERROR!")
        elif isinstance(cell.value, bool):
            model.update_cell_with_bool(*at, cell.value)
        elif isinstance(cell.value, float | int):
            model.update_cell_with_number(*at, cell.value)
            form = cell.format.get("numberFormat", {})
            if form.get("pattern"):
                style = model.get_cell_style(*at)
                style["num_fmt"] = form["pattern"]
                model.set_cell_style(*at, style)
        elif cell.value is not None:
            model.update_cell_with_text(*at, str(cell.value))
    return model


def _result(model: Any, index: int, row: int, column: int, cell: Cell) -> Cell:
    if cell.formula and cell.formula.upper().startswith("=IMAGE("):
        # The service tells no value of a picture.
        return dataclasses.replace(cell, value=None, error=None, made=None)
    at = (index, row + 1, column + 1)
    kind, value = model.get_cell_type(*at), model.get_cell_value(*at)
    made = None
    if kind == ironcalc.CellType.ErrorValue or (isinstance(value, str) and value == "#ERROR!"):
        return dataclasses.replace(cell, value=None, error=str(value), made=None)
    if kind == ironcalc.CellType.Number and not isinstance(value, bool):
        pattern = model.get_cell_style(*at)["num_fmt"]
        made = _made(pattern)
        value = float(value)
    return dataclasses.replace(cell, value=value, error=None, made=made)


def _made(pattern: str) -> dict[str, str] | None:
    if pattern == "general":
        return None
    kind = "PERCENT" if "%" in pattern else "NUMBER"
    if _DATE_PATTERN.search(pattern):
        kind = "DATE"
    elif re.search(r"[$€£]", pattern):
        kind = "CURRENCY"
    return {"type": kind, "pattern": pattern}


def moved(book: Spreadsheet, sheet: Sheet, dimension: str, at: int, count: int) -> None:
    """Rewrite the formulas' references for rows or columns that come in or go; the cells stay where
    they are."""
    places = [
        (index, row, column, cell) for index, row, column, cell in book.all_cells() if cell.formula
    ]
    if not places:
        return
    model = _model(book)
    own = book.sheets.index(sheet)
    if dimension == "ROWS":
        (model.insert_rows if count > 0 else model.delete_rows)(own, at + 1, abs(count))
    else:
        (model.insert_columns if count > 0 else model.delete_columns)(own, at + 1, abs(count))
    for index, row, column, cell in places:
        new_row, new_column = row, column
        if index == own:
            position = row if dimension == "ROWS" else column
            if count < 0 and at <= position < at - count:
                continue
            shift = count if position >= at else 0
            new_row, new_column = (
                (row + shift, column) if dimension == "ROWS" else (row, column + shift)
            )
        text = model.get_cell_content(index, new_row + 1, new_column + 1)
        if text != cell.formula and isinstance(text, str) and text.startswith("="):
            book.sheets[index].put(row, column, dataclasses.replace(cell, formula=text))


def translated(formula: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """A formula as it reads when it is copied from one cell to another: relative references move
    along."""
    if start == end:
        return formula
    try:
        return str(Translator(formula, origin=_name(start)).translate_formula(_name(end)))
    except TranslatorError:
        return formula


def _name(place: tuple[int, int]) -> str:
    return f"{letters(place[1])}{place[0] + 1}"
