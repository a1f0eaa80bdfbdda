"""Says in one line which tabs and headings a workbook of another layout has."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base.grids import Book
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.cells.headings import own_headings
from budgettrack.core.records.tables import TABLES, normal
from budgettrack.setup.adopt.seen import blocks_of
from budgettrack.setup.adopt.vocabulary import may_name_people


def has_own_tab(book: Book, locale: str) -> bool:
    """Whether one tab has the name and the headings of a table of ours."""
    return any(
        normal(grid.tab)
        in {*map(normal, in_every_language("tab", table.tab)), *map(normal, table.aliases)}
        and own_headings(table, grid, locale)[0] is not None
        for table in TABLES
        for grid in book.grids
    )


def seen_in(book: Book, locale: str) -> str:
    """Returns the tabs with the headings that are known. A name that may be the name of a person
    is left out."""
    return ", ".join(_tabs(book, locale)) or "no headings that are known"


def _tabs(book: Book, locale: str) -> Iterator[str]:
    for place, grid in enumerate(book.grids):
        headings = [
            column.heading
            for block in blocks_of(grid, place, locale)
            for column in block.columns
            if column.meanings and not may_name_people(column.heading)
        ]
        if headings:
            tab = f"tab {place + 1}" if may_name_people(grid.tab) else grid.tab
            yield f"{tab} ({', '.join(headings)})"
