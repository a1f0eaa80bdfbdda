"""Workbooks, where people work. One protocol; each kind of workbook has its own folder."""

from __future__ import annotations

from typing import Protocol

from budgettrack.core.base.grids import Book, Edits


class Workbook(Protocol):
    """A workbook with tabs. All methods raise `WorkbookError` with the problem and its remedy."""

    def read(self) -> Book:
        """Reads all tabs as they are at one moment."""
        ...

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Writes all `edits` or none. Returns None if they were written.

        People may change the workbook after it was read as `book`. A local file then raises
        `WorkbookError`. An online sheet returns its new content with people's work intact: the
        caller decides again from that."""
        ...

    def tidy(self) -> None:
        """Removes what the last write left in the workbook, if nothing else is to be written."""
        ...

    def may_write(self) -> None:
        """Checks that it can be written now. Changes nothing."""
        ...

    def forget(self) -> None:
        """Deletes what is left of earlier contents, in copies that this program or the file
        keeps."""
        ...
