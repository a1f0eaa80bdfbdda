"""Workbooks: where people work. One protocol, one file for each kind of place."""

from __future__ import annotations

from typing import Protocol

from budgettrack.core.base.grids import Book, Edits


class Workbook(Protocol):
    """A place that holds tabs. Both methods raise `WorkbookError` with what is wrong and what to
    do."""

    def read(self) -> Book:
        """Everything that people typed, at one moment."""
        ...

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Do all `edits` or none. None where they are done.

        Where the workbook is no longer the `book` that was read, a file refuses. An online sheet,
        in which people go on working, gives back the workbook as it is now, with all that they
        typed in its place: decide again from it."""
        ...
