"""A bank statement: the movements of one account, whatever the format of the file.

Account numbers, references and texts of the bank can show who a person is. They are used only for
the screen and for keyed hashes. `repr` leaves them out, so that no log and no error shows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from budgettrack.core.base.errors import UsageError

MOST = 250_000
"""The most entries that a file may have. A busy account has a few thousand in a year."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One of the payments of a batch. The bank booked the batch as one entry."""

    amount: Decimal
    currency: str
    reference: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked movement.

    `place`: its place in the file. `amount`: positive for money received. `reference`: the
    bank's reference, or the text in the file that is most like one. `reversal`: True if the bank
    cancelled an earlier movement. `details`: the payments of a batch, with signs as in `amount`;
    empty if the entry is one payment. `original`: the amount and currency of the purchase, or
    None if it was in the currency of the account. `fee`: what the bank kept of the payment, never
    negative. `amount` is the amount after the fee."""

    place: str = field(compare=False)
    day: date
    amount: Decimal
    currency: str
    reference: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    reversal: bool = False
    details: tuple[Detail, ...] = ()
    original: tuple[Decimal, str] | None = None
    fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Statement:
    """The booked movements of one account from `first` to `last`.

    `account`: the number of the account as the file writes it, or "" if the file has none.
    `currency`: the currency of the account, or "" if the file does not say it. `opening`,
    `closing`: the balances before and after the movements, or None if the file has none.
    `is_provisional`: whether it is a report within the day, which the bank may still change.
    `readings`: if the file does not show which movements are payments, the amounts of all lines
    for each possible meaning of their signs; a person must choose. Empty if the signs are
    certain. `notes`: facts that the reader should know. `left_out`: what a person must look at,
    such as rows with an amount that were not read as movements, and missing days. `place`: the
    place in the file. `file`: the name of the file as it is shown. `headings`: the headings of a
    CSV file. `owner`: for a file without an account number, the group's name for the account, or
    "".
    `running`: the balances before and after the movements, if a column of balances in a CSV file
    gives them, or None; they prove nothing about the days before and after. `number`, `page`:
    the bank's numbers of the statement and of its page, or None. `pending`: how many entries
    were left out because the bank has not booked them yet."""

    lines: tuple[StatementLine, ...]
    first: date | None
    last: date | None
    account: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    currency: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    is_provisional: bool = False
    readings: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict, compare=False)
    place: str = field(default="", compare=False)
    number: int | None = None
    page: int | None = None
    pending: int = 0
    file: str = field(default="", compare=False)
    headings: tuple[str, ...] = field(default=(), compare=False)
    owner: str = ""
    running: tuple[Decimal, Decimal] | None = field(default=None, compare=False)

    @property
    def opens(self) -> Decimal | None:
        """The balance before the movements, of the statement or of its column of balances. None
        if the file has neither."""
        if self.opening is None and self.closing is None and self.running:
            return self.running[0]
        return self.opening

    @property
    def closes(self) -> Decimal | None:
        """The balance after the movements, of the statement or of its column of balances. None
        if the file has neither."""
        return self.running[1] if self.closing is None and self.running else self.closing

    @property
    def of_account(self) -> str:
        """The number of the account, or the name that a person gave, if the file has no number."""
        return self.account or (f"named {self.owner}" if self.owner else "")


def ties_out(
    place: str, opening: Decimal, closing: Decimal, amounts: Sequence[Decimal], currency: str
) -> None:
    """Check that the opening balance plus all movements is the closing balance.

    This proves that the file is complete. Raises UsageError if it is not."""
    booked = sum(amounts, Decimal(0))
    if opening + booked != closing:
        raise UsageError(
            f"{place}: the movements sum to {booked} {currency}, but the balances say"
            f" {closing - opening} {currency}. Part of the file is missing or was changed. Download"
            " it again."
        )


def refuse_many(name: str, entries: int) -> None:
    """Raise UsageError if a file has too many entries. `entries`: their number, which is counted
    before the file is read."""
    if entries > MOST:
        raise unreadable(name, f"it has more than {MOST:,} entries", "Download shorter periods")


def silence(library: str) -> None:
    """Stop a library from writing logs. A log would quote the text that the library cannot read,
    and this text may name people."""
    log = logging.getLogger(library)
    log.addHandler(logging.NullHandler())
    log.propagate = False


def unreadable(place: str, problem: str, remedy: str) -> UsageError:
    """Return the error for a part of a statement that cannot be read. All formats use the same
    form."""
    return UsageError(f"{place}: {problem}. {remedy}.")
