"""Workbooks: where people work. One protocol, one file for each kind of place."""

from __future__ import annotations

from typing import Protocol

from budgettrack.core.grids import Book, Edits


class Workbook(Protocol):
    """A place that holds tabs. Both methods raise `WorkbookError` with what is wrong and what to do."""

    def read(self) -> Book:
        """Everything that people typed, at one moment."""
        ...

    def write(self, book: Book, edits: Edits) -> None:
        """Do all `edits` or none. Refuses where the workbook is no longer the `book` that was read."""
        ...
