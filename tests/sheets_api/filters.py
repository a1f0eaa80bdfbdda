"""Basic filters: which rows one hides, by the values that are shown and by conditions."""

from __future__ import annotations

from typing import Any

from tests.sheets_api.ranges import Area, from_grid
from tests.sheets_api.shown import shown
from tests.sheets_api.spreadsheet import EMPTY, Cell, Sheet, Spreadsheet


def apply(book: Spreadsheet, sheet: Sheet) -> None:
    """Hide the rows that the sheet's basic filter does not let through, and show all others."""
    for number, meta in list(sheet.row_meta.items()):
        rest = {key: value for key, value in meta.items() if key != "hiddenByFilter"}
        if rest:
            sheet.row_meta[number] = rest
        else:
            del sheet.row_meta[number]
    held = sheet.basic_filter
    if not held:
        return
    place = from_grid(book, held.get("range", {}))
    for number in range(place.top + 1, place.bottom):
        if not all(_passes(book, place, number, int(c), one) for c, one in _criteria(held)):
            sheet.row_meta[number] = {**sheet.row_meta.get(number, {}), "hiddenByFilter": True}


def _criteria(held: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The conditions by column, as older and newer clients give them."""
    older = [(int(column), one) for column, one in held.get("criteria", {}).items()]
    newer = [
        (one.get("columnIndex", 0), one.get("filterCriteria", {}))
        for one in held.get("filterSpecs", [])
    ]
    return newer or older


def _passes(book: Spreadsheet, place: Area, number: int, column: int, one: dict[str, Any]) -> bool:
    cell = place.sheet.cell(number, column)
    text = shown(cell.value, cell.number_format, book.locale) if cell.filled else ""
    return text not in one.get("hiddenValues", []) and _meets(cell, text, one.get("condition"))


def _meets(cell: Cell, text: str, condition: dict[str, Any] | None) -> bool:
    if not condition:
        return True
    given = [str(each.get("userEnteredValue", "")) for each in condition.get("values", [])]
    first = given[0] if given else ""
    number = cell.value if isinstance(cell.value, float | int) else None
    kinds = {
        "BLANK": lambda: cell is EMPTY or not cell.filled,
        "NOT_BLANK": lambda: cell.filled,
        "TEXT_CONTAINS": lambda: first.lower() in text.lower(),
        "TEXT_NOT_CONTAINS": lambda: first.lower() not in text.lower(),
        "TEXT_EQ": lambda: text.lower() == first.lower(),
        "NUMBER_GREATER": lambda: number is not None and number > float(first),
        "NUMBER_LESS": lambda: number is not None and number < float(first),
    }
    return bool(kinds[condition["type"]]()) if condition.get("type") in kinds else True
