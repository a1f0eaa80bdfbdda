"""Finds the tabs of a workbook that the program writes.

Such a tab is recognised by a hidden tag, never by its name: a tab *Checks* that a person made may
be a list of cheques. A tab without our tag is never written."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from msgspec.structs import replace

from budgettrack.core.base.grids import Book, Grid, ToolTab, Value
from budgettrack.core.records.tables import (
    CHECKS,
    CHECKS_HEADINGS,
    KEEP,
    KEPT_EDITS,
    KEPT_HEADINGS,
    KEY,
    SUMMARY,
    normal,
)

NAMES = {"summary": SUMMARY, "checks": CHECKS, "kept": KEPT_EDITS}
"""The title of each tab that the program writes, by its kind."""

SUMMARY_HEADINGS = (
    "Grant",
    "Line",
    "What",
    "Category",
    "Currency",
    "Amount",
    "Budget to date",
    "Spent",
    "Committed",
    "Available",
    "Variance",
    "Variance %",
    "State",
    "At the end, as planned",
    "At the end, at this pace",
)
AT_THE_END_OF = "Where we stand at the end of {month}"
LOOK_AT = "What to look at"
WRITTEN_AT_EACH_SYNC = (
    "Written by the tool at each sync. For a conflict, choose in Keep which side counts: sheet or"
    " register."
)
FORMER_NOTE = (
    "Written by the tool at each sync. For a conflict, choose in Keep which side stands: sheet or"
    " register."
)
FORMER_HEADINGS = (
    "Where",
    "What is wrong",
    "What to do",
    "Severity",
    "Code",
    "First seen",
    KEEP,
    KEY,
)
"""The note and the headings that an older version of the program wrote into the tab Checks."""
UNWRITTEN = "Budget, spent and variance are written here at the next run."
"""The text in the tab Summary of a new workbook before the first sync."""
WRITTEN_BY_THE_TOOL = (
    "Written by the tool; what you type here is overwritten. Variance is budget less spent."
)


def mark_of(kind: str, title: str) -> str:
    """Returns the hidden tag of a tab: its kind, and the title that it had when it was last
    written."""
    return f"{kind} {title}"


def own_tab(book: Book, kind: str) -> Grid | None:
    """Returns the program's tab of this kind, even if people renamed it. Returns None if there is
    none, or if several tabs have the tag, because it is not known which of them is a copy."""
    marked = [grid for grid in book.grids if grid.mark.partition(" ")[0] == kind]
    if len(marked) > 1:
        # If somebody copied our tab, several tabs have the tag.
        # Only the original still has the title that is in the tag.
        marked = [grid for grid in marked if grid.mark == mark_of(kind, grid.tab)]
    if marked:
        return marked[0] if len(marked) == 1 else None
    return next((grid for grid in book.grids if _is_of_old(grid, kind, book)), None)


def _is_of_old(grid: Grid, kind: str, book: Book) -> bool:
    """Whether a tab without a tag was written by an older version of the program, which gave its
    tabs no tags.

    This is so if its title is one of ours, the cells above the rows are exactly those that we
    write, and the cells beside our columns are blank. A tab of a new workbook that was never
    written has one row."""
    if grid.mark or normal(grid.tab) != normal(NAMES[kind]):
        return False
    texts = [[str(value) for value in cells if value is not None] for cells in grid.rows]
    headings = {"summary": SUMMARY_HEADINGS, "checks": CHECKS_HEADINGS, "kept": KEPT_HEADINGS}[kind]
    if any(value is not None for cells in grid.rows for value in cells[len(headings) :]):
        return False
    filled = [cells for cells in texts if cells]
    blank = {
        "summary": [[[UNWRITTEN]]],
        "checks": [[[*CHECKS_HEADINGS]], [[*FORMER_HEADINGS]]],
        "kept": [],
    }[kind]
    if filled in blank:
        return True
    if kind == "kept":
        return texts[:1] == [[*KEPT_HEADINGS]]
    if book.mark is None or len(filled) < 3:
        return False
    title, note, row = filled[:3]
    if kind == "checks":
        written = [
            ([WRITTEN_AT_EACH_SYNC], [*CHECKS_HEADINGS]),
            ([FORMER_NOTE], [*FORMER_HEADINGS]),
        ]
        return title == [LOOK_AT] and (note, row) in written
    return (
        re.fullmatch(AT_THE_END_OF.format(month=r"\d{4}-\d\d"), title[0]) is not None
        and len(title) == 1
        and note == [WRITTEN_BY_THE_TOOL]
        and row == [*SUMMARY_HEADINGS]
    )


def placed(page: ToolTab, book: Book) -> ToolTab | None:
    """Returns the page with the tab into which it is written: ours, or a new one with a free title.

    Returns None if the tab already shows the page."""
    grid = own_tab(book, page.kind)
    if grid is None:
        return replace(page, tab=free_title(page.tab, book))
    if shows(grid, page) and grid.mark == mark_of(page.kind, grid.tab):
        return None
    return replace(page, tab=grid.tab, over=True)


def free_title(title: str, book: Book) -> str:
    """Returns a title that no tab has: `Checks`, else `Checks (budgettrack)`, then with a
    number."""
    taken = {*(grid.tab.casefold() for grid in book.grids), *map(str.casefold, book.titles)}
    free, number = title, 1
    while free.casefold() in taken:
        free = f"{title} (budgettrack)" if number == 1 else f"{title} (budgettrack {number})"
        number += 1
    return free


def shows(grid: Grid | None, page: ToolTab) -> bool:
    """Whether a tab already shows the same as `page`, so that nothing must be written."""
    if grid is None:
        return False
    wanted = [[cell.value for cell in cells] for cells in page.rows]
    return all(
        text_of(value) == text_of(new)
        for cells, new_cells in zip_longest(grid.rows, wanted, fillvalue=())
        for value, new in zip_longest(cells, new_cells)
    )


def text_of(value: Value | Decimal) -> str:
    """Returns a value as text. Equal numbers give the same text, even if the workbook stores
    them in different ways."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case float():
            return format(Decimal(format(value, ".15g")).normalize(), "f")
        case int() | Decimal():
            return format(Decimal(value).normalize() + 0, "f")
        case date():
            return value.isoformat()[:10]
    return str(value)
