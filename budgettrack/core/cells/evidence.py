"""Collects the facts about a row: its label, its formulas, its words. From these facts, the module
`fates` decides what the row is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.row_sums import RowSum, rows_summed
from budgettrack.core.cells.table_rows import (
    FIGURES,
    FilledRow,
    Headings,
    Refund,
    TotalLabel,
)
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import Column, normal

# Labels beside our columns


def labels_beside(
    grid: Grid, headings: Headings, foreign: Iterable[int] = ()
) -> dict[int, TotalLabel]:
    """Returns the labels of totals, such as "Total travel", by row. These labels stand in columns
    that are not read as fields.

    Only columns of the same block count. A block ends at a blank column, or at a column of another
    table of this tab (`foreign`): "Total" in a block of income says nothing about an expense beside
    it."""
    ours = {*headings.columns.values(), *headings.personal, *dict(headings.only)}
    labels: dict[int, TotalLabel] = {}
    for index in _block(grid, headings, ours, set(foreign) - ours) - ours:
        for number, label in _labels_in(grid, index, headings.row + 1):
            labels.setdefault(number, label)
    return labels


def _block(grid: Grid, headings: Headings, ours: set[int], foreign: set[int]) -> set[int]:
    """Returns the columns of a table's block: the columns around ours, up to a blank column or a
    column of another table."""
    filled = _filled_columns(grid, headings.row) - foreign
    block = set(range(min(ours), max(ours) + 1)) - foreign
    for start, step in ((min(ours) - 1, -1), (max(ours) + 1, 1)):
        index = start
        while index in filled:
            block.add(index)
            index += step
    return block


_LOOKED_AT = 2_000
"""To find a filled cell of a column, this many rows below the headings are searched."""


def _filled_columns(grid: Grid, first: int) -> set[int]:
    return {
        index
        for cells in grid.rows[first : first + _LOOKED_AT]
        for index, value in enumerate(cells)
        if value is not None and value != ""
    }


def _labels_in(grid: Grid, column: int, start: int) -> Iterator[tuple[int, TotalLabel]]:
    for number in range(start, len(grid.rows)):
        cells = grid.rows[number]
        value = cells[column] if column < len(cells) else None
        if isinstance(value, str) and (label := total_label(value)):
            yield number, label


# Formulas


def sums_of_rows(
    grid: Grid, headings: Headings, columns: Mapping[str, Column]
) -> dict[int, RowSum]:
    """Returns a mapping. Its keys are rows with an amount that is a formula, and its values are the
    rows of the same column that this formula sums."""
    money = {index for name, index in headings.columns.items() if columns[name].kind == "money"}
    sums: dict[int, RowSum] = {}
    for (row, column), text in grid.formulas.items():
        if column in money and row > headings.row and row not in sums:
            members = rows_summed(text, grid.tab, letters(column), row)
            if members is not None:
                sums[row] = members
    return sums


# Words


def words_of(row: FilledRow, columns: Mapping[str, Column]) -> frozenset[str]:
    """Returns the kinds of the filled columns of a row that hold no figures. A column that holds
    the label of a total is left out."""
    return frozenset(
        "label" if name == "category" else columns[name].kind
        for name in row.names
        if columns[name].kind not in FIGURES and not isinstance(row.odd.get(name), TotalLabel)
    )


def amount_of(row: FilledRow) -> Decimal | None:
    """Returns the main amount of a row. Returns None if it is blank or cannot be read."""
    if text := row.fields.get("amount"):
        return Decimal(text)
    match row.odd.get("amount"):
        case Priced(text, _):
            return Decimal(text)
        case Refund(text, _):
            return -Decimal(text)
        case _:
            return None


# Headings of groups and of the table


def repeats_headings(grid: Grid, row: FilledRow, headings: Headings) -> bool:
    """Whether a row repeats the headings of the table, as at the top of the second page of a
    printed list."""
    alike = sum(
        isinstance(value := grid.at(row.number, index), str)
        and normal(value) == normal(headings.shown.get(name, name))
        for name, index in headings.columns.items()
        if name in row.names
    )
    return alike > 1 and alike * 2 > len(row.names)


def is_section(
    row: FilledRow,
    headings: Headings,
    columns: Mapping[str, Column],
    wide: Sequence[tuple[int, int]],
) -> bool:
    """Whether a row without figures is the heading of a group of rows. It is one if it is a wide
    merged area or, in a mapped table, if it has any text. `wide` has the first and last columns of
    the merged areas in the row."""
    kinds = [columns[name].kind for name in row.names]
    if wide:
        places = [headings.columns[name] for name in row.names]
        return all(any(first <= place <= last for first, last in wide) for place in places)
    if FIGURES.isdisjoint(column.kind for column in columns.values()):
        return False
    # A column may be used for two fields.
    # In the table of spending, the description of a budget line is also the line's name.
    columns_filled = {headings.columns[name] for name in row.names}
    return len(columns_filled) == 1 or {"id", "text", "link"}.issuperset(kinds)


def categories(rows: Iterable[FilledRow]) -> Counter[str]:
    """Returns how many rows each category has."""
    return Counter(row.fields["category"] for row in rows if "category" in row.fields)


def heads_category(row: FilledRow, rows_by_category: Mapping[str, int]) -> bool:
    """Whether a row of our own layout is the heading of a category. It is one if it has only a
    category, and other rows have the same category."""
    return (
        row.names == ("category",) and rows_by_category.get(row.fields.get("category", ""), 0) > 1
    )
