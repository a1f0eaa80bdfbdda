"""A workbook in memory, and a way to make any step of a sync crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, CellError, Edits, Grid, NoValue, Value
from budgettrack.core.own_tabs import mark_of


class Crash(Exception):  # noqa: N818 - it stands for the power going off
    """The process died here."""


class MemoryWorkbook:
    """Tabs as lists of rows, edited in place by the tests; text starting with `=` is a formula with
    a stored value.

    `formulas` holds (tab, row, column) of formulas. `on_write` is called with "before" and "after"
    around the change."""

    def __init__(self, tabs: dict[str, list[list[Value]]], mark: str | None = None) -> None:
        self.tabs = tabs
        self.mark = mark
        self.journal: str | None = None
        self.marks: dict[str, str] = {}
        self.formulas: dict[tuple[str, int, int], str] = {}
        self.writes: list[Edits] = []
        self.on_write: Callable[[str], None] = lambda when: None  # noqa: ARG005 - nothing happens
        self._state = 0

    def touch(self) -> None:
        """Somebody typed something."""
        self._state += 1

    def read(self) -> Book:
        grids = tuple(
            Grid(
                tab,
                [list(row) for row in rows],
                {
                    (row, column): text
                    for (name, row, column), text in self.formulas.items()
                    if name == tab
                },
                mark=self.marks.get(tab, ""),
            )
            for tab, rows in self.tabs.items()
        )
        return Book(grids, self.mark, None, str(self._state), journal=self.journal)

    def may_write(self) -> None:
        """Nothing stands in the way."""

    def stamp(self) -> None:
        """Returns None: only a reading can tell."""

    def tidy(self) -> None:
        """A write leaves nothing in it."""

    def forget(self) -> None:
        """Nothing to do: it keeps no copy."""

    def write(self, book: Book, edits: Edits) -> Book | None:
        if book.token != str(self._state):
            raise WorkbookError("The workbook was changed since it was read. Run the sync again.")
        self.on_write("before")
        self.writes.append(edits)
        for edit in edits.cells:
            if (edit.tab, edit.row, edit.column) in self.formulas:
                raise AssertionError(f"a formula was overwritten: {edit}")
            rows = self.tabs[edit.tab]
            while len(rows) <= edit.row:
                rows.append([])
            row = rows[edit.row]
            row.extend([None] * (edit.column + 1 - len(row)))
            row[edit.column] = _stored(edit.value)
        for page in edits.pages:
            assert page.over == (page.tab in self.tabs), "a tab of people would be written over"
            self.marks[page.tab] = mark_of(page.kind, page.tab)
            self.tabs[page.tab] = [[_stored(cell.value) for cell in row] for row in page.rows]
        self.journal = edits.journal or self.journal
        if edits.mark:
            self.mark = edits.mark
        self._state += 1
        self.on_write("after")
        return None


def _stored(value: str | Decimal | date | None) -> Value:
    """A spreadsheet keeps numbers as binary numbers."""
    return float(value) if isinstance(value, Decimal) else value or None


__all__ = ["CellError", "Crash", "MemoryWorkbook", "NoValue"]
