"""Inserts blank rows for new records, if no free row is left above a total or within a Table of
Google Sheets.

The rows are inserted before the last record. Then a total of the records, and a Table, include
the new rows automatically. A row that is added below a Table does not become part of the Table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budgettrack.core.base.grids import Book, Edits, Grid, Room
from budgettrack.workbook.google.cells import Range, Spreadsheet


def in_tables(edits: Edits, book: Book, state: Spreadsheet) -> list[Room]:
    """Returns the rows that must be inserted for new records into Tables that have no blank row
    left."""
    grids = {grid.tab: grid for grid in book.grids}
    rooms = []
    for title, frame in edits.frames.items():
        tab, grid = state.titled(title), grids[title]
        new = {edit.row for edit in edits.cells if edit.tab == title and _is_blank(grid, edit.row)}
        for table in tab.tables if tab else ():
            bottom = _bottom(table.range, frame.heading_row)
            below = [row for row in new if bottom is not None and row >= bottom]
            if bottom is not None and below and bottom - 1 > frame.heading_row:
                rooms.append(Room(title, bottom - 1, len(below)))
    return rooms


def requests(rooms: Sequence[Room], state: Spreadsheet) -> list[dict[str, Any]]:
    """Returns the requests that insert the rows. They start with the lowest row, so that the
    other row numbers stay valid."""
    made = []
    for room in sorted(rooms, key=lambda room: -room.row):
        tab = state.titled(room.tab)
        if tab is not None:
            place = {"sheetId": tab.id, "dimension": "ROWS"}
            place |= {"startIndex": room.row, "endIndex": room.row + room.count}
            made.append({"insertDimension": {"range": place, "inheritFromBefore": True}})
    return made


def inserted(rooms: Sequence[Room]) -> dict[str, tuple[int, ...]]:
    """Returns the rows that were inserted, by tab."""
    rows: dict[str, tuple[int, ...]] = {}
    for room in rooms:
        # If a tab has two Tables, new rows in the upper one move the lower one down.
        above = sum(one.count for one in rooms if one.tab == room.tab and one.row < room.row)
        first = room.row + above
        rows[room.tab] = (*rows.get(room.tab, ()), *range(first, first + room.count))
    return rows


def _bottom(area: Range, heading_row: int) -> int | None:
    """Returns the number of the row below a Table, if the Table begins with the row of headings.
    Returns None for any other Table, or if the Table has no end."""
    has_headings = area.startRowIndex == heading_row
    return area.endRowIndex if has_headings else None


def _is_blank(grid: Grid, row: int) -> bool:
    return row >= len(grid.rows) or all(value in (None, "") for value in grid.rows[row])
