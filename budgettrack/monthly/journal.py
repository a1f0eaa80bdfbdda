"""Keeps the journal of deliveries in the workbook: the list of the mails that were sent. Another
computer, or a register that was restored from a copy, can read it there (see `sent_journal`).

The journal is written before anything is sent, and once more after everything was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from budgettrack.core.base.cycles import Cycle, Delivery
from budgettrack.core.base.errors import Refused, WorkbookError
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
from budgettrack.register.cycles import all_cycles, deliveries

ROUNDS = 5
"""How often the program tries to write the journal while people keep changing the workbook."""


class WorkbookJournal:
    """The journal in the workbook, for the deliveries of one cycle.

    There is no journal if the group's key is missing, or if the workbook is only read."""

    def __init__(self, group: OpenedGroup, cycle: Cycle) -> None:
        self._group, self._key = group, group.key
        self._round = _round(cycle)
        self._book: Book | None = None
        """The present content of the workbook. None if the workbook must be read first: it was not
        read yet, or it was written after that."""

    def known(self) -> SentJournal | None:
        """Returns the deliveries that were sent, according to the workbook.

        Returns None if the journal in the workbook cannot be trusted: somebody changed it, or it
        was signed with another key."""
        if self._key is None or self._group.is_read_only:
            return {}
        self._book = self._group.workbook.read()
        return read_journal(self._book.journal, self._key, self._group.standing.mark)

    def of(self, journal: SentJournal, what: str, reader: str) -> JournalEntry | None:
        """Returns the entry of a journal about a delivery of this cycle. Returns None if the
        journal has no such entry."""
        if self._key is None or not reader:
            return None
        return journal.get(self._round, {}).get(delivery_hash(self._key, self._round, what, reader))

    def announce(self, planned: Sequence[Delivery]) -> None:
        """Writes into the workbook that deliveries are about to be sent.

        Raises `WorkbookError` if the workbook cannot be written. Then nothing may be sent."""
        self._add({one.n: False for one in planned}, planned)

    def confirm(self, made: Sequence[Delivery]) -> None:
        """Writes into the workbook which deliveries the mail server accepted.

        Raises `WorkbookError` if the workbook cannot be written."""
        taken = [one for one in made if one.state == "confirmed" and one.planned]
        self._add({one.n: True for one in taken}, taken)

    def renew(self) -> None:
        """Replaces a journal that cannot be trusted by an empty one. The hold that was placed
        because of it says what a person must look at."""
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
        key, mark, book = self._key, self._group.standing.mark, self._book
        if key is None or self._group.is_read_only:
            return

        def text(now: str | None) -> str:
            return journal_text(changed(read_journal(now, key, mark) or {}), key, mark)

        self._book = _write_text(self._group, book, text)


def sign_journal(group: OpenedGroup, old: bytes, new: bytes, readers: Mapping[str, str]) -> None:
    """Writes the journal again from the register, and signs it with another key.

    `readers`: from the old hash of each recipient to the new hash. A journal that is already
    signed with the new key stays unchanged. Raises `Refused` if the journal cannot be trusted,
    or if it has a mail that the register does not know."""
    if group.is_read_only:
        return
    mark = group.standing.mark
    with group.register.reading() as ask:
        cycles, made = all_cycles(ask), deliveries(ask)
    ended = {_round(cycle) for cycle in cycles if cycle.ended}

    def text(now: str | None) -> str:
        if now and read_journal(now, new, mark) is not None:
            return now
        known = read_journal(now, old, mark)
        # In a round that has ended, no mail is sent again.
        open_rounds = {
            round_: sent for round_, sent in (known or {}).items() if round_ not in ended
        }
        if known is None or not _knows(_journal_of(cycles, made, old), open_rounds):
            raise Refused(
                "The workbook's journal of what was sent does not fit this register. Run this"
                " first, and do what it says: budgettrack monthly --send",
                "The key stays as it is.",
            )
        known_now = [replace(one, reader=readers.get(one.reader or "")) for one in made]
        return journal_text(_journal_of(cycles, known_now, new), new, mark)

    _write_text(group, None, text)


def _journal_of(cycles: Sequence[Cycle], made: Sequence[Delivery], key: bytes) -> SentJournal:
    """Returns the journal of all deliveries that the register knows."""
    journal: SentJournal = {}
    for cycle in cycles:
        more = {
            delivery_hash(key, _round(cycle), one.what, one.reader): JournalEntry(
                one.planned, one.state == "confirmed"
            )
            for one in made
            if one.cycle == cycle.n and one.reader and one.planned
        }
        journal = with_more(journal, _round(cycle), more) if more else journal
    return journal


def _knows(register: SentJournal, journal: SentJournal) -> bool:
    """Whether a register knows everything that is in a journal."""
    nothing = JournalEntry(0, False)
    pairs = [
        (register.get(round_, {}).get(name, nothing), sent)
        for round_, of_round in journal.items()
        for name, sent in of_round.items()
    ]
    return all(
        ours.planned >= sent.planned and (ours.taken or not sent.taken) for ours, sent in pairs
    )


def _round(cycle: Cycle) -> str:
    return f"{cycle.period}.{cycle.round}"


def _write_text(
    group: OpenedGroup, book: Book | None, text_of: Callable[[str | None], str]
) -> Book | None:
    """Writes a new journal, which `text_of` makes from the text of the present one. `book` is the
    present workbook, or None if it must be read first.

    Returns the workbook as it is after that, or None if it must be read again. Raises
    `WorkbookError` if it cannot be written."""
    workbook = group.workbook
    for _ in range(ROUNDS):
        book = book or workbook.read()
        text = text_of(book.journal)
        if text == (book.journal or ""):
            return book
        book = workbook.write(book, Edits(journal=text))
        if book is None:
            return None
    raise WorkbookError(
        "People kept changing the workbook while the journal of what is sent was written. Run"
        " this again in a few minutes."
    )
