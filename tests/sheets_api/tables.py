"""Tables of a tab: typed columns under headings. Which rows belong to one moves with the rows.

What is known of the real service: `appendCells` with a `tableId` writes into the Table's body and the
Table grows; rows that are appended below it without that do not join it (reported)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from tests.sheets_api.errors import invalid
from tests.sheets_api.ranges import Area, as_grid, from_grid
from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet

Body = dict[str, Any]

NUMBERS = frozenset({"DOUBLE", "CURRENCY", "PERCENT", "DATE", "TIME", "DATE_TIME"})


def told(table: Body) -> Body:
    """A Table as the service tells it."""
    return {**table, "range": as_grid(table["range"])}


def add(book: Spreadsheet, body: Body) -> Body:
    """`addTable`: its headings are written where the columns are named."""
    table = copy.deepcopy(body.get("table", {}))
    if "range" not in table:
        raise invalid("table.range is required.")
    place = from_grid(book, table["range"])
    table.setdefault("tableId", str(book.new_id()))
    if any(held["tableId"] == table["tableId"] for _, held in everywhere(book)):
        raise invalid(f"A table with id {table['tableId']} already exists.")
    if any(_meet(from_grid(book, held["range"]), place) for held in place.sheet.tables):
        raise invalid("You cannot add a table that overlaps another table.")
    table.setdefault("name", _free_name(book))
    table["columnProperties"] = _columns(place, table.get("columnProperties", []))
    place.sheet.tables.append(table)
    book.changed()
    return {"table": told(table)}


def update(book: Spreadsheet, body: Body) -> None:
    """`updateTable`."""
    given = body.get("table", {})
    sheet, held = found(book, given.get("tableId", ""))
    names = body.get("fields", "").split(",")
    for name in ("name", "rowsProperties", "range") if "*" in names else names:
        if name in given:
            held[name] = copy.deepcopy(given[name])
    if "*" in names or any(name.startswith("columnProperties") for name in names):
        place = from_grid(book, held["range"])
        held["columnProperties"] = _columns(place, given.get("columnProperties", []))
    del sheet
    book.changed()


def delete(book: Spreadsheet, body: Body) -> None:
    """`deleteTable`: whether its cells go too is not known; here they stay."""
    sheet, held = found(book, body.get("tableId", ""))
    sheet.tables.remove(held)


def found(book: Spreadsheet, id_: str) -> tuple[Sheet, Body]:
    for sheet, held in everywhere(book):
        if held["tableId"] == id_:
            return sheet, held
    raise invalid(f"No table with id: {id_}")


def everywhere(book: Spreadsheet) -> Iterator[tuple[Sheet, Body]]:
    for sheet in book.sheets:
        for held in sheet.tables:
            yield sheet, held


def room(book: Spreadsheet, id_: str, count: int) -> tuple[Sheet, int, int]:
    """Where rows are appended to a Table: its tab, the first row and column. The Table grows, and
    what stands below it moves down."""
    sheet, held = found(book, id_)
    place = from_grid(book, held["range"])
    height, _ = sheet.extent(place.top + 1, place.left, place.bottom, place.right, filled=True)
    first = place.top + 1 + height
    more = first + count - place.bottom
    if more > 0:
        book.insert(sheet, "ROWS", place.bottom, more, before=True)
        held["range"]["endRowIndex"] = place.bottom + more
    return sheet, first, place.left


def check(area: Area) -> None:
    """Refuse a heading that would be empty or twice there, and values of another type."""
    sheet = area.sheet
    for held in sheet.tables:
        where = held["range"]
        top, bottom = where["startRowIndex"], where["endRowIndex"]
        for column in held["columnProperties"]:
            number = where["startColumnIndex"] + column["columnIndex"]
            if not area.left <= number < area.right:
                continue
            if area.top <= top < area.bottom:
                column["columnName"] = str(sheet.cell(top, number).value or "")
            for row in range(max(area.top, top + 1), min(area.bottom, bottom)):
                if not _fits(sheet.cell(row, number), column.get("columnType", "")):
                    raise invalid("The specified edit is not allowed in a table.")


def _fits(cell: Cell, kind: str) -> bool:
    if cell.value is None or cell.formula:
        return True
    if kind == "BOOLEAN":
        return isinstance(cell.value, bool)
    return kind not in NUMBERS or isinstance(cell.value, int | float)


def _columns(place: Area, given: list[Body]) -> list[Body]:
    by_index = {column.get("columnIndex", 0): column for column in given}
    columns = []
    for index in range(place.right - place.left):
        column: Body = {"columnIndex": index} | copy.deepcopy(by_index.get(index, {}))
        cell = place.sheet.cell(place.top, place.left + index)
        if "columnName" in column:
            place.sheet.put(
                place.top, place.left + index, Cell(column["columnName"], format=cell.format)
            )
        column.setdefault("columnName", str(cell.value or f"Column {index + 1}"))
        columns.append(column)
    return columns


def _free_name(book: Spreadsheet) -> str:
    taken = {held["name"] for _, held in everywhere(book)}
    return next(name for number in range(1, 10**6) if (name := f"Table{number}") not in taken)


def _meet(one: Area, other: Area) -> bool:
    return (
        one.sheet is other.sheet
        and one.top < other.bottom
        and other.top < one.bottom
        and one.left < other.right
        and other.left < one.right
    )
