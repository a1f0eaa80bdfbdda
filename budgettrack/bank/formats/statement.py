"""A bank statement as values: what came in and went out of one account, whatever the format of its
file.

Account, reference and words name people. They are for the screen and for keyed marks alone: `repr`
leaves them out, so that no log and no error quotes them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from budgettrack.core.base.errors import UsageError


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked movement. `amount` is signed: above nothing came in. `place` says where it stands
    in the file.

    `reversal`: the bank took back an earlier movement. `reference` is the bank's own, or what is
    nearest to one."""

    place: str = field(compare=False)
    day: date
    amount: Decimal
    currency: str
    reference: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """The booked movements of one account from `first` to `last`; `notes` say what a reader should
    know of it.

    `left_out` are rows that have an amount and were not taken for movements: a person must look.
    """

    lines: tuple[StatementLine, ...]
    first: date | None
    last: date | None
    account: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def ties_out(
    place: str, opening: Decimal, closing: Decimal, amounts: Sequence[Decimal], currency: str
) -> None:
    """Raise `UsageError` unless the movements lead from the opening to the closing balance: the
    proof of a whole file."""
    booked = sum(amounts, Decimal(0))
    if opening + booked != closing:
        raise UsageError(
            f"{place}: the movements sum to {booked} {currency}, but the balances say"
            f" {closing - opening} {currency}. Part of the file is missing or was changed. Download"
            " it again."
        )


def silence(library: str) -> None:
    """Keep a library that reads statements from logging: what it cannot read it would quote, with
    the names in it."""
    log = logging.getLogger(library)
    log.addHandler(logging.NullHandler())
    log.propagate = False


def unreadable(place: str, problem: str, remedy: str) -> UsageError:
    """The one form of words for what a statement's file cannot say."""
    return UsageError(f"{place}: {problem}. {remedy}.")
