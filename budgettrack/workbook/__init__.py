"""Workbooks are the files and online sheets in which people work. All kinds share one interface,
the protocol `Workbook`; each kind has its own folder."""

from __future__ import annotations

from typing import Protocol

from budgettrack.core.base.grids import Book, Edits


class Workbook(Protocol):
    """A workbook with tabs. Every method raises `WorkbookError`, with the problem and its
    remedy, if it cannot do its work."""

    def read(self) -> Book:
        """Reads all tabs as they are at one moment."""
        ...

    def stamp(self) -> str | None:
        """Returns the `token` that `read` would give the book now, without reading any cell.

        Returns None if only a reading can tell whether the workbook changed."""
        ...

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Writes all `edits` or none of them. Returns None if they were written.

        People may change the workbook after it was read as `book`. If they did, a local file raises
        `WorkbookError`. An online sheet keeps people's work and returns its new content; then the
        caller decides from the new content what to write."""
        ...

    def tidy(self) -> None:
        """Removes the hidden tabs that the last write left in the workbook. It is called if
        nothing else is to be written."""
        ...

    def may_write(self) -> None:
        """Checks that the workbook can be written now. Changes nothing."""
        ...

    def forget(self) -> None:
        """Deletes earlier contents that are still kept in copies, by this program or inside the
        file."""
        ...
