"""Finds the row of each record in the sheet, also of records that the sync will add."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import a1
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Room
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.decide.merge import MergedTable
from budgettrack.core.decide.read import SheetTable
from budgettrack.core.merge.merge import Merge


class Places(Struct, frozen=True):
    """The row numbers of all records by table and ID, and the order of the tabs.

    `room`: the blank rows that must be inserted for new records."""

    read: Mapping[str, TableRows]
    rows: Mapping[str, Mapping[str, int]]
    tabs: Mapping[str, int]
    room: tuple[Room, ...] = ()

    def row(self, table: str, record: str) -> int | None:
        """Returns the row number of a record. Returns None if it is in no tab."""
        return self.rows.get(table, {}).get(record)

    def locate(self, finding: Finding) -> Finding:
        """Returns the finding with its cell, if its record and field are in the sheet."""
        read = self.read.get(finding.table)
        if finding.tab or read is None:
            return finding
        values = tuple(map(self._expenses_seen, finding.values))
        if "id" not in read.columns:
            values = tuple(map(self._seen(finding.table, read), values))
        number = self.row(finding.table, finding.id)
        tab, row = (read.tab, None) if number is None else read.at(number)
        return replace(
            finding,
            tab=tab,
            row=row,
            column=read.columns.get(finding.field),
            values=values,
        )

    def _expenses_seen(self, value: tuple[str, str]) -> tuple[str, str]:
        """Returns a value of a finding. If the tab of expenses shows no IDs, the IDs of expenses in
        the value are replaced by the addresses of their rows."""
        name, text = value
        read = self.read.get("expenses")
        if name != "expenses" or read is None or "id" in read.columns:
            return value
        rows = {id_: self.row("expenses", id_) for id_ in text.split(", ")}
        places = [id_ if row is None else a1(*read.at(row)) for id_, row in rows.items()]
        return name, ", ".join(places)

    def _seen(self, table: str, read: TableRows) -> Callable[[tuple[str, str]], tuple[str, str]]:
        """Returns a function for the values of a finding. The function replaces the ID of another
        row by the address of that row, if its tab has no column of IDs."""

        def seen(value: tuple[str, str]) -> tuple[str, str]:
            name, text = value
            row = self.row(table, text) if name == "other" else None
            return value if row is None else (name, a1(*read.at(row)))

        return seen

    def order(self, finding: Finding) -> tuple[int, int, int]:
        """Returns the position of a finding in the workbook, for sorting. A finding without a
        tab comes first."""
        return (
            self.tabs.get(finding.tab, -1),
            -1 if finding.row is None else finding.row,
            -1 if finding.column is None else finding.column,
        )


def places_of(tables: Mapping[str, MergedTable], book: Book) -> Places:
    """Returns the rows of all records after the sync."""
    grids = {grid.tab: grid for grid in book.grids}
    sheets = {name: table.sides.sheet for name, table in tables.items() if table.sides.sheet}
    return Places(
        read={name: sheet.read for name, sheet in sheets.items()},
        rows={
            name: _rows(sheet, tables[name].merge, grids[sheet.read.tab], book)
            for name, sheet in sheets.items()
        },
        tabs={grid.tab: index for index, grid in enumerate(book.grids)},
        room=tuple(
            room
            for name, sheet in sheets.items()
            if (room := _needed(sheet.read, tables[name].merge, grids[sheet.read.tab], book))
        ),
    )


def _rows(sheet: SheetTable, merge: Merge, grid: Grid, book: Book) -> dict[str, int]:
    """Returns the row numbers by ID, also of records that the sync will add."""
    rows = {id_: row.number for id_, row in sheet.identified.rows.items()}
    free = chain(_inserted(sheet.read, grid, book), _free_rows(grid, sheet.read.next_row))
    return rows | dict(zip(_added(merge), free, strict=False))


def _added(merge: Merge) -> list[str]:
    return [change.id for change in merge.to_sheet if change.kind == "add"]


def _inserted(read: TableRows, grid: Grid, book: Book) -> list[int]:
    """Returns the rows among the records that were inserted for new records and are still blank."""
    last = read.rows[-1].number if read.rows else read.heading_row
    return [
        row
        for row in book.room.get(grid.tab, ())
        if read.heading_row < row < last and _is_blank_row(grid, row)
    ]


def _needed(read: TableRows, merge: Merge, grid: Grid, book: Book) -> Room | None:
    """Returns the rows to insert before the last record, if the total below it leaves no room for
    new records. Returns None if there is room.

    Also returns None if the total sums only one record: inserted rows would not be part of such a
    total. The new records then come below the total."""
    if not read.has_total_below or not read.writable or len(read.rows) < 2:
        return None
    count = len(_added(merge)) - len(_inserted(read, grid, book))
    return Room(grid.tab, read.rows[-1].number, count) if count > 0 else None


def _free_rows(grid: Grid, start: int) -> Iterator[int]:
    """Yields blank rows from `start` on. When a row is not blank, yields from then on rows below
    all content."""
    number = start
    while True:
        if number < len(grid.rows) and not _is_blank_row(grid, number):
            number = len(grid.rows)
        yield number
        number += 1


def _is_blank_row(grid: Grid, row: int) -> bool:
    return row < len(grid.rows) and all(value in (None, "") for value in grid.rows[row])
