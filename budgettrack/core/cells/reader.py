"""Prepares once what is needed to read the rows of one tab, and finds the filled rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.evidence import (
    labels_beside,
    sums_of_rows,
)
from budgettrack.core.cells.meanings import Meaning, Meanings, meaning_of
from budgettrack.core.cells.numbers import is_nothing
from budgettrack.core.cells.own_transfers import moved_columns
from budgettrack.core.cells.row_sums import RowSum
from budgettrack.core.cells.table_rows import (
    FIGURES,
    Cell,
    FilledRow,
    Headings,
    Neighbour,
    Row,
    TotalLabel,
    is_idle,
)
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Column, Shape, Sign, Table, folded


class TabReader(Struct, frozen=True):
    """What is needed to read the rows of one tab, prepared once.

    `mapped`: whether the config describes the layout of the tab (see `tables.Shape`). `only`:
    the columns that decide which rows belong to the table. These fields are by row number:
    `covered`: the cells under a merged area, with its value. `wide`: the first and last column
    of merged areas over several columns. `percents`: the rows with a percentage format.
    `formulas`: the rows with a formula. `sums`: the rows that sum other rows, with these rows.
    `labels`: the labels of totals in columns that are not read. `amounts`: the sign of the
    amounts that belong to the table, '' for both signs. `others`: by column, the texts of rows that
    are known to be something else (see `Shape.where_not`). `moved`: the columns for money that the
    group only moved (see `own_transfers`)."""

    table: Table
    grid: Grid
    headings: Headings
    columns: Mapping[str, Column]
    mapped: bool
    meanings: Mapping[str, Meanings]
    in_percents: Mapping[str, Meaning]
    only: Sequence[tuple[int, str, Meanings]]
    covered: Mapping[int, Mapping[str, Cell]]
    wide: Mapping[int, Sequence[tuple[int, int]]]
    percents: Set[int]
    formulas: Set[int]
    sums: Mapping[int, RowSum]
    labels: Mapping[int, TotalLabel]
    required: Sequence[str]
    counted_with: Set[str]
    locale: str
    neighbours: Sequence[Neighbour]
    amounts: Sign
    others: Mapping[int, Set[str]]
    moved: Set[int]

    def is_meant(self, row: int) -> bool:
        """Whether a row has the values that the config requires of every row of this table."""
        return _is_meant(self.only, self.grid.rows[row])

    def has_figure(self, row: int, column: int) -> bool:
        """Whether somebody typed a figure other than zero into this cell."""
        value = self.grid.at(row, column)
        is_zero = value == 0 or is_nothing(value, self.locale)
        return not is_zero and not is_idle(self.grid, row, column)

    def is_moved(self, row: int) -> bool:
        """Whether a row has an amount in a column for money that the group only moved. Such money
        is neither spent nor received. A word there, such as `no`, says nothing."""
        of_money = self.table.name in ("expenses", "income")
        return of_money and any(
            self.has_figure(row, index)
            and not isinstance(read(self.grid.at(row, index), "money", self.locale), Finding)
            for index in self.moved
        )

    def is_moved_away(self, row: int) -> bool:
        """Whether a row of moved money is no record at all. In a table with IDs it stays a record
        without an amount: its history goes on, and an older workbook or a restored record finds it
        in its row."""
        return "id" not in self.columns and self.is_moved(row)

    def plainly(self, name: str, row: int) -> Cell:
        """Reads a cell by the kind of its column alone. The rest of its row makes no difference."""
        column = self.columns[name]
        value = self.grid.at(row, self.headings.columns[name])
        return read(value, column.kind, self.locale, column.choices)


TEXTS = frozenset({"text", "link", "id", "reference"})


def tab_reader(
    table: Table,
    grid: Grid,
    headings: Headings,
    shape: Shape | None,
    locale: str,
    neighbours: Sequence[Neighbour],
) -> TabReader:
    columns = {name: table.column(name) for name in headings.columns}
    meanings = {
        name: Meanings(meaning_of(table, column, shape, locale)) for name, column in columns.items()
    }
    in_percents = {
        name: meaning_of(table, column, shape, locale, percent=True)
        for name, column in columns.items()
    }
    only = [
        (index, wanted, Meanings(lambda value: folded(str(read(value, "text", locale)))))
        for index, wanted in headings.only
    ]
    return TabReader(
        table=table,
        grid=grid,
        headings=headings,
        columns=columns,
        mapped=shape is not None,
        meanings=meanings,
        in_percents=in_percents,
        only=only,
        covered=_covered(grid, headings, columns, meanings),
        wide=_wide(grid, headings),
        percents=_rows_of_ours(headings, grid.percents),
        formulas=_rows_of_ours(headings, grid.formulas),
        sums=sums_of_rows(grid, headings, columns),
        labels=labels_beside(grid, headings, _foreign_columns(headings, columns, neighbours)),
        required=_required(columns, mapped=shape is not None),
        counted_with=_counted_with(table),
        locale=locale,
        neighbours=neighbours,
        amounts=shape.amounts if shape else "",
        others=_others(headings, shape),
        moved=moved_columns(grid, headings.row),
    )


def _others(headings: Headings, shape: Shape | None) -> dict[int, Set[str]]:
    """Returns for each column of `where_not` the texts in it, in the form in which they are
    compared."""
    if shape is None:
        return {}
    return {
        index: {folded(text) for text in shape.where_not[heading]}
        for heading, (index, _) in zip(shape.where, headings.only, strict=True)
        if heading in shape.where_not
    }


def _required(columns: Mapping[str, Column], *, mapped: bool) -> list[str]:
    """Returns the fields that every row must have. For a budget line, amounts by month can take the
    place of the amount."""
    required = [name for name, column in columns.items() if column.required]
    of_months = mapped and any(is_period(name) for name in columns)
    return [*required, "amount"] if of_months and "amount" not in required else required


def _foreign_columns(
    headings: Headings, columns: Mapping[str, Column], neighbours: Iterable[Neighbour]
) -> set[int]:
    """Returns the columns of other tables in the same tab. The label of a total there says nothing
    about our rows.

    A table with the same row of headings and the same column of texts has the same lines as ours:
    `Category | Item | Budget | Actual`. Its columns are not returned, because there a total of the
    budget is also a total of the spending. The same is true of two tables without any text: in
    `Name | Jan | Feb` each month is a table, and no table reads the names."""
    texts = {index for name, index in headings.columns.items() if columns[name].kind in TEXTS}

    def has_same_lines(other: Neighbour) -> bool:
        theirs = other.columns - other.figures
        return not texts.isdisjoint(theirs) or not (texts or theirs)

    return {
        index
        for other in neighbours
        if other.row != headings.row or not has_same_lines(other)
        for index in other.columns
    }


def _rows_of_ours(headings: Headings, cells: Iterable[tuple[int, int]]) -> set[int]:
    """Returns the rows of those cells that are in a column which is read."""
    ours = set(headings.columns.values())
    return {row for row, column in cells if column in ours}


def _counted_with(table: Table) -> frozenset[str]:
    """Returns the fields without which a figure of the table cannot be counted. The figure is the
    amount of an expense or an income, the quantity that was handed out, or the value of a lot."""
    if table.name == "handed_out":
        return frozenset({"date", "lot", "to", "what"})
    if table.name == "lots":
        return frozenset({"source", "currency"})
    if table.name not in ("expenses", "income"):
        return frozenset()
    words = ("text", "id", "link")
    return frozenset(column.name for column in table.columns if column.kind not in words)


def _covered(
    grid: Grid,
    headings: Headings,
    columns: Mapping[str, Column],
    meanings: Mapping[str, Meanings],
) -> dict[int, dict[str, Cell]]:
    """Returns the values of cells under a merged area, by row and field.

    Figures and IDs are left out: a figure counts once, and an ID belongs to one row."""
    ours = {index: name for name, index in headings.columns.items()}
    covered: dict[int, dict[str, Cell]] = {}
    for top, left, bottom, right in grid.merged:
        name = ours.get(left)
        if top <= headings.row or right > left or name is None:
            continue
        if columns[name].kind in FIGURES | {"id"}:
            continue
        cell = meanings[name].meaning(grid.at(top, left))
        # If the cell of a grant is merged over several lines, each of the lines gets the grant.
        if cell and not isinstance(cell, Finding | TotalLabel):
            for row in range(top + 1, bottom + 1):
                covered.setdefault(row, {})[name] = cell
    return covered


def _wide(grid: Grid, headings: Headings) -> dict[int, list[tuple[int, int]]]:
    """Returns the first and last columns of merged areas over several columns, by row."""
    wide: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in grid.merged:
        if top > headings.row and right > left:
            for row in range(top, bottom + 1):
                wide.setdefault(row, []).append((left, right))
    return wide


def filled_rows(reader: TabReader, known: Mapping[int, Row] | None = None) -> Iterator[FilledRow]:
    """Yields every row that belongs to the table and is not blank. `known`: the rows that need not
    be read, by row number."""
    grid, only, covered, percents = reader.grid, reader.only, reader.covered, reader.percents
    places = reader.headings.columns
    plan = [(name, index, reader.meanings[name]) for name, index in places.items()]
    for number in range(reader.headings.row + 1, len(grid.rows)):
        cells = grid.rows[number]
        if only and not _is_meant(only, cells):
            continue
        if known and (record := known.get(number)) is not None:
            yield FilledRow(number, record.fields, {}, record)
            continue
        row = FilledRow(number, *_cells(plan, cells))
        if number in percents:
            row = _with_percents(reader, row)
        if number in covered:
            row = _with_covered(row, covered[number])
        if (row.fields or row.odd) and not _is_prepared(reader, row):
            yield row


def _cells(
    plan: Sequence[tuple[str, int, Meanings]], cells: Sequence[Value]
) -> tuple[dict[str, str], dict[str, Cell]]:
    """Returns the cells of a row in two parts: those with plain text, and all others."""
    width = len(cells)
    fields: dict[str, str] = {}
    odd: dict[str, Cell] = {}
    for name, index, meanings in plan:
        if index >= width or (value := cells[index]) is None:
            continue
        # A tick box is read again each time: as keys of a dictionary, True and 1 are equal.
        cell = meanings[value] if value.__class__ is not bool else meanings.meaning(value)
        if cell.__class__ is not str:
            odd[name] = cell
        elif cell:
            fields[name] = cell
    return fields, odd


def _is_meant(only: Sequence[tuple[int, str, Meanings]], cells: Sequence[Value]) -> bool:
    """Whether a row belongs to a mapped table: its cells have the values that the config
    requires."""
    return all(
        index < len(cells) and meanings[cells[index]] == wanted for index, wanted, meanings in only
    )


def _with_covered(row: FilledRow, covered: Mapping[str, Cell]) -> FilledRow:
    """Returns the row. A blank cell in it gets the value of the merged area that covers it."""
    odd = {**covered, **row.odd}
    return replace(row, odd={name: odd[name] for name in odd if name not in row.fields})


def _with_percents(reader: TabReader, row: FilledRow) -> FilledRow:
    """Returns the row. Its cells with a percentage format are read as percentages: 0.5 is 50 %."""
    places = {name: (row.number, reader.headings.columns[name]) for name in row.names}
    shown = {
        name: reader.in_percents[name](reader.grid.at(*place))
        for name, place in places.items()
        if place in reader.grid.percents
    }
    fields = {name: text for name, text in row.fields.items() if name not in shown}
    return FilledRow(row.number, fields, row.odd | shown)


def _is_prepared(reader: TabReader, row: FilledRow) -> bool:
    """Whether people have prepared a row but not filled it in. Such a row has only empty tick
    boxes, and formulas without a result."""
    if len(row.fields) > 3 and row.number not in reader.formulas:
        return False  # Somebody typed these cells. Checking each would be slow.
    covered = reader.covered.get(row.number, {})
    return all(
        is_idle(reader.grid, row.number, reader.headings.columns[name])
        for name in row.names
        if name not in covered
    )
