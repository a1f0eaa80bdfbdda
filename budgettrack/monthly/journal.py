"""Keeps the journal of what was sent in the workbook. Another computer, and a register that was put
back, can read it there (see `sent_journal`).

It is written before anything is sent, and once more after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from budgettrack.core.base.cycles import Cycle, Delivery
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, Edits
from budgettrack.core.base.sent_journal import (
    JournalEntry,
    SentJournal,
    delivery_hash,
    journal_text,
    read_journal,
    with_more,
)
from budgettrack.group import OpenedGroup

ROUNDS = 5
"""The number of attempts if people keep changing the workbook while the journal is written."""


class WorkbookJournal:
    """The journal in the workbook, for the deliveries of one cycle.

    Without the group's key, and in a workbook that is only read, there is none."""

    def __init__(self, group: OpenedGroup, cycle: Cycle) -> None:
        self._group, self._key = group, group.key
        self._round = f"{cycle.period}.{cycle.round}"
        self._book: Book | None = None
        """The workbook as it is now, if it was read and not written since."""

    def known(self) -> SentJournal | None:
        """Returns what the workbook knows now of what was sent.

        Returns None if its journal cannot be believed: it was altered, or has another key."""
        if self._key is None or self._group.is_read_only:
            return {}
        self._book = self._group.workbook.read()
        return read_journal(self._book.journal, self._key, self._group.standing.mark)

    def of(self, journal: SentJournal, what: str, reader: str) -> JournalEntry | None:
        """Returns what a journal knows of a delivery of this cycle. Returns None if nothing."""
        if self._key is None or not reader:
            return None
        return journal.get(self._round, {}).get(delivery_hash(self._key, self._round, what, reader))

    def announce(self, planned: Sequence[Delivery]) -> None:
        """Writes that deliveries are about to be sent.

        Raises `WorkbookError` if the workbook cannot be written. Then nothing may be sent."""
        self._add({one.n: False for one in planned}, planned)

    def confirm(self, made: Sequence[Delivery]) -> None:
        """Writes which deliveries were taken.

        Raises `WorkbookError` if the workbook cannot be written."""
        taken = [one for one in made if one.state == "confirmed" and one.planned]
        self._add({one.n: True for one in taken}, taken)

    def renew(self) -> None:
        """Replaces a journal that cannot be believed by an empty one. The hold that was placed for
        it says what a person must look at."""
        self._write(lambda journal: journal)

    def _add(self, taken: Mapping[int, bool], made: Sequence[Delivery]) -> None:
        key = self._key
        if key is None:
            return
        more = {
            delivery_hash(key, self._round, one.what, one.reader): JournalEntry(
                one.planned, taken[one.n]
            )
            for one in made
            if one.reader
        }
        if more:
            self._write(lambda journal: with_more(journal, self._round, more))

    def _write(self, changed: Callable[[SentJournal], SentJournal]) -> None:
        key, mark = self._key, self._group.standing.mark
        if key is None or self._group.is_read_only:
            return
        workbook = self._group.workbook
        for _ in range(ROUNDS):
            book, self._book = self._book or workbook.read(), None
            text = journal_text(changed(read_journal(book.journal, key, mark) or {}), key, mark)
            if text == book.journal:
                return
            self._book = workbook.write(book, Edits(journal=text))
            if self._book is None:
                return
        raise WorkbookError(
            "People kept changing the workbook while the journal of what is sent was written. Run"
            " this again in a few minutes."
        )
