"""Makes the cells that a sync writes into the tables: new IDs, changes from the register, the
columns that the program fills, and new headings of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from budgettrack.core.base.grids import CellEdit, Frame, Grid, NewMeaning
from budgettrack.core.base.sheet_words import choice_in_language_of
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.decide.merge import MergedTable
from budgettrack.core.decide.new_months import new_columns, new_headings
from budgettrack.core.decide.places import Places
from budgettrack.core.decide.read import SheetTable
from budgettrack.core.merge.merge import Change
from budgettrack.core.records.tables import Shape, Table, normal


def frame_of(read: TableRows, grid: Grid) -> Frame:
    """Returns the place of the headings and columns of a tab. Before writing, the program uses it
    to check that no row has moved. A column that the sync adds has no heading to check."""
    new = new_columns(read, grid)
    columns = tuple(sorted(at for name, at in read.columns.items() if name not in new))
    return Frame(read.heading_row, read.columns.get("id"), columns)


def table_cells(
    merged: MergedTable, sheet: SheetTable, grid: Grid, places: Places, shape: Shape | None
) -> Iterator[CellEdit]:
    """Yields every cell of one tab that the sync writes."""
    read = sheet.read
    id_column = read.columns.get("id")
    if id_column is not None:
        for number, id_ in sheet.identified.given:
            yield CellEdit(grid.tab, number, id_column, id_, grid.at(number, id_column), "id")
    yield from new_headings(read, grid, merged.merge.to_sheet)
    for change in merged.merge.to_sheet:
        row = places.rows[change.table][change.id]
        yield from _change_cells(merged, read, shape, grid, row, change)
    yield from _tool_cells(merged, sheet, grid)
    for meaning in new_meanings(read, grid, shape):
        yield from _renamed_cells(merged, sheet, grid, meaning)


def new_meanings(read: TableRows, grid: Grid, shape: Shape | None) -> Iterator[NewMeaning]:
    """Yields the columns whose heading comes from an older version, and which get the present
    heading."""
    for column in read.table.columns if shape is None else ():
        at = read.heading_row, read.columns.get(column.name, -1)
        heading = grid.at(*at) if column.former and at[1] >= 0 else None
        if column.former is None or not isinstance(heading, str):
            continue
        fixed = at in grid.protected or at in grid.formulas
        if normal(heading) == normal(column.former.heading) and not fixed:
            yield NewMeaning(grid.tab, *at, read.table.name, column.name)


def _renamed_cells(
    merged: MergedTable, sheet: SheetTable, grid: Grid, meaning: NewMeaning
) -> Iterator[CellEdit]:
    """Yields the new heading of a column, and the new word for every old choice in it.

    The cells keep their meaning, so the merge sees no change."""
    field, at = meaning.field, (meaning.row, meaning.column)
    column = sheet.read.table.column(field)
    yield CellEdit(grid.tab, *at, column.heading, grid.at(*at))
    merging = {
        change.id
        for change in merged.merge.to_sheet
        if any(name == field for name, *_ in change.fields)
    }
    for id_, row in sheet.identified.rows.items():
        at = row.number, meaning.column
        was = grid.at(*at)
        fixed = at in grid.protected or at in grid.formulas or field in row.unreadable
        if isinstance(was, str | bool) and not fixed and id_ not in merging:
            value = typed(column.kind, row.fields.get(field, ""))
            yield CellEdit(grid.tab, *at, value, was, column.kind)


def _tool_cells(merged: MergedTable, sheet: SheetTable, grid: Grid) -> Iterator[CellEdit]:
    """Yields the cells of columns that the program fills, if they differ from the register.

    If a budget line has no approved sum in the register, the sheet keeps its own approved sum: this
    may be older than the register."""
    for column in sheet.read.table.columns:
        at_column = sheet.read.columns.get(column.name)
        if column.owner != "tool" or at_column is None:
            continue
        for id_, row in sheet.identified.rows.items():
            text = merged.after.get(id_, {}).get(column.name, "")
            at = (row.number, at_column)
            ours = at not in grid.protected and at not in grid.formulas
            # If a cell cannot be read, its field has no value. But the cell is not blank.
            is_filled_in_vain = not text and grid.at(*at) not in (None, "")
            differs = row.fields.get(column.name, "") != text or is_filled_in_vain
            if differs and ours and (text or column.name != "approved"):
                yield CellEdit(grid.tab, *at, typed(column.kind, text), grid.at(*at), column.kind)


def _change_cells(
    merged: MergedTable,
    read: TableRows,
    shape: Shape | None,
    grid: Grid,
    row: int,
    change: Change,
) -> Iterator[CellEdit]:
    table, record = merged.sides.table, merged.after.get(change.id, {})
    if shape is not None and change.kind == "add":
        yield from _meant_cells(read, shape, grid, row)
    by_sign = _refunds_by_sign(table, read, shape)
    for name, text in _texts(table, change, record, by_sign=by_sign):
        column = read.columns.get(name)
        if column is not None:
            kind = "id" if name == "id" else table.column(name).kind
            refunded = by_sign and name == "amount" and record.get("state") == "refunded"
            # Two minus signs cancel each other.
            # So a refund in a column with the opposite sign is written as a positive amount.
            turned = (name in read.turned) != refunded
            shown = _shown(read, grid, name, text) if kind == "choice" else text
            value = typed(kind, shown, turned=turned)
            yield CellEdit(grid.tab, row, column, value, grid.at(row, column), kind)


def _shown(read: TableRows, grid: Grid, name: str, choice: str) -> str:
    """Returns a choice in the language of the heading of its column."""
    heading = str(grid.at(read.heading_row, read.columns[name]))
    return choice_in_language_of(heading, read.table.column(name).heading, choice)


def _refunds_by_sign(table: Table, read: TableRows, shape: Shape | None) -> bool:
    """Whether a negative amount means a refund. It does in a mapped table (see `tables.Shape`)
    that has no column for the state."""
    return shape is not None and table.name == "expenses" and "state" not in read.columns


def _texts(
    table: Table, change: Change, record: Mapping[str, str], *, by_sign: bool
) -> Iterator[tuple[str, str]]:
    """Yields the fields of a change with their new texts. An empty text clears the cell. The ID
    comes first."""
    if not table.key and change.kind != "alter":
        yield "id", change.id if change.kind == "add" else ""
    fields = {name: text for name, _, text in change.fields}
    if by_sign and change.kind == "alter" and "state" in fields:
        # The state changed from paid to refunded, but the table has no column for the state.
        # So the sign of the amount is changed.
        fields["amount"] = record.get("amount", "")
    yield from fields.items()


def _meant_cells(read: TableRows, shape: Shape, grid: Grid, row: int) -> Iterator[CellEdit]:
    """Yields the cells that a new row of a mapped table needs beside its fields. The values in
    these columns (`Shape.where`) show the next sync that the row belongs to the table."""
    headings = {
        normal(value): column
        for column, value in enumerate(grid.rows[read.heading_row])
        if isinstance(value, str)
    }
    for heading, text in shape.where.items():
        column = headings[normal(heading)]
        yield CellEdit(grid.tab, row, column, text, grid.at(row, column))


def typed(kind: str, text: str, *, turned: bool = False) -> str | Decimal | date | None:
    """Converts canonical text to the value that is written into a cell of this kind.

    Returns None for '', so the cell is cleared. If `turned` is true, a figure is written with
    the opposite sign."""
    if not text:
        return None
    if kind == "date":
        return date.fromisoformat(text)
    if kind in ("money", "number", "count", "percent"):
        return -Decimal(text) if turned else Decimal(text)
    return text
