"""Adds columns of months to a tab, if somebody typed the number of a month at the prompt and the
tab has no column for that month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from budgettrack.core.base.grids import Book, CellEdit, Grid
from budgettrack.core.base.months import is_month
from budgettrack.core.cells.month_headings import month_places
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.decide.read import SheetTable, Sides, TableSides
from budgettrack.core.decide.sides import Settings
from budgettrack.core.merge.merge import Change
from budgettrack.core.records.model import Fields


def with_new_columns(sides: Sides, book: Book, settings: Settings) -> Sides:
    """Returns all tables, each with its new columns of months (see `with_new_months`). A table that
    is mapped in the config has another layout than ours and gets none."""
    grids = {grid.tab: grid for grid in book.grids}
    tables = {
        name: with_new_months(table, grids[table.sheet.read.tab], settings.locale)
        if table.sheet and name not in settings.shapes
        else table
        for name, table in sides.tables.items()
    }
    return replace(sides, tables=tables)


def with_new_months(sides: TableSides, grid: Grid, locale: str) -> TableSides:
    """Returns a table whose sheet has a new column for each month that needs one.

    A month needs a column if the register has a number for it that both sides have not agreed on
    yet, and if the tab has no column for it. The new columns are right of all cells of the tab.
    `locale` is the locale of the workbook. The merge then writes the numbers like other changes of
    the register.

    If people delete a column, it comes back only if somebody changes a number of its month at the
    prompt afterwards. It then has all numbers of the month."""
    sheet = sides.sheet
    if sheet is None or not sides.table.months or not sheet.read.writable:
        return sides
    new = sorted(set(_typed_at_the_prompt(sides, sheet)) - {*sheet.read.columns})
    # If two columns have the same month, neither can be read. But a third one would not help.
    there = month_places(grid.rows[sheet.read.heading_row], frozenset(), locale)
    new = [month for month in new if month not in there]
    if not new:
        return sides
    filled = [
        index for row in grid.rows for index, value in enumerate(row) if value not in (None, "")
    ]
    right = max(filled) + 1
    columns = {**sheet.read.columns, **{month: right + at for at, month in enumerate(new)}}
    read = replace(sheet.read, columns=columns)
    # The blank cells of the new column are not edits of people.
    # So no value counts as agreed for the cells of a new column.
    agreed = {
        id_: _without(fields, new) if id_ in sheet.identified.rows else fields
        for id_, fields in sides.agreed.items()
    }
    return replace(sides, sheet=SheetTable(read, sheet.identified), agreed=agreed)


def _typed_at_the_prompt(sides: TableSides, sheet: SheetTable) -> Iterator[str]:
    """Yields months in which the register has another number than the agreed one."""
    for id_, fields in sides.register.items():
        agreed = sides.agreed.get(id_)
        if agreed is None or id_ in sheet.identified.rows:
            for name, text in fields.items():
                if is_month(name) and text != (agreed or {}).get(name):
                    yield name


def _without(fields: Fields, months: list[str]) -> Fields:
    return {name: text for name, text in fields.items() if name not in months}


def new_headings(read: TableRows, grid: Grid, changes: Iterable[Change]) -> Iterator[CellEdit]:
    """Returns the heading of each new column of a month in which a change is written."""
    written = {name for change in changes for name, *_ in change.fields}
    return (
        CellEdit(grid.tab, read.heading_row, column, name)
        for name, column in new_columns(read, grid).items()
        if name in written
    )


def new_columns(read: TableRows, grid: Grid) -> dict[str, int]:
    """Returns the columns of months that `with_new_months` added: they have no heading yet."""
    return {
        name: column
        for name, column in read.columns.items()
        if is_month(name) and grid.at(read.heading_row, column) in (None, "")
    }
