"""Finds what the bank has corrected: entries of an earlier import that a newer statement of the
same days does not have, or has with another amount. Such a payment would be counted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta

from budgettrack.bank.entries import Read, mark_of
from budgettrack.bank.matching import NEAR, TRANSFER, Proposal, Record, StatementEntry
from budgettrack.core.base import money
from budgettrack.register.records import Banked, BankStatement

MOST_EQUAL = 3
"""How many equal entries of one day are tried, to find the one with a reference."""


def not_there_now(
    read: Read, proposed: Iterable[Proposal], earlier: Iterable[Banked]
) -> list[Banked]:
    """Return the booked entries of earlier imports that the files do not have.

    The accounts are those of the files. An entry counts as there if its row is the row of an
    entry of the files, or if the files have its amount a few days away: file formats differ."""
    marks = {entry.mark for entry in read.entries}
    rows: Set[Record] = {
        (each.table, each.id)
        for each in proposed
        if each.what in ("known", "booked", "duplicate") and each.table != TRANSFER
    }
    listed = list(earlier)
    known = {each.mark for each in listed}
    new = defaultdict(list)
    for entry in read.entries:
        if entry.mark not in known:
            new[entry.account, entry.units, entry.currency].append(entry.day)
    labels = {account.label for account in read.accounts.values()}
    absent = []
    for each in listed:
        if each.is_provisional or each.mark in marks or each.account not in labels:
            continue
        days = new[each.account, each.units, each.currency]
        near = [day for day in days if abs(day - each.day) <= NEAR]
        if near:
            days.remove(min(near, key=lambda day: abs(day - each.day)))
        elif (each.table, each.id) not in rows:
            absent.append(each)
    return absent


def of_same_reference(
    read: Read, proposed: Iterable[Proposal], absent: Iterable[Banked], key: bytes
) -> dict[str, Banked]:
    """Return the earlier entries that have the reference of a new entry but another amount, by
    the keyed hash of the new entry.

    The register has no references. So the keyed hash is calculated that the new entry would
    have with the earlier day and amount. Words that stand for a reference must be of one day."""
    marks = {account.label: account.mark for account in read.accounts.values()}
    of_account = defaultdict(list)
    for each in absent:
        of_account[each.account].append(each)
    found: dict[str, Banked] = {}
    taken: set[str] = set()
    for proposal in proposed:
        entry = proposal.entry
        if proposal.what != "new" or not entry.reference:
            continue
        near = NEAR if entry.reference != entry.words else timedelta(0)
        for each in of_account[entry.account]:
            is_near = abs(each.day - entry.day) <= near and each.mark not in taken
            if is_near and _has_reference(each, entry, key, marks[entry.account]):
                found[entry.mark] = each
                taken.add(each.mark)
                break
    return found


def _has_reference(earlier: Banked, entry: StatementEntry, key: bytes, account: str) -> bool:
    same = (account, earlier.day.isoformat(), earlier.units, earlier.currency, entry.reference)
    return earlier.mark in {mark_of(key, same, number) for number in range(1, MOST_EQUAL + 1)}


def with_corrected(
    proposed: Sequence[Proposal], found: Mapping[str, Banked], is_row: Callable[[Banked], bool]
) -> list[Proposal]:
    """Return the proposals. A new entry with the reference of an earlier one is no second
    payment: a person must look at both."""
    return [
        Proposal(
            proposal.entry,
            "similar",
            earlier.table,
            earlier.id,
            why=(
                f"{earlier.id} was imported with the same reference and with {_amount(earlier)} on"
                f" {earlier.day}, which the statement no longer has"
            ),
            remedy=f"change the amount of {earlier.id}, and its date if it differs",
        )
        if (earlier := found.get(proposal.entry.mark)) is not None and is_row(earlier)
        else proposal
        for proposal in proposed
    ]


def no_longer_there(
    read: Read,
    absent: Iterable[Banked],
    stored: Sequence[BankStatement],
    told: Set[str],
    shared: Set[str],
) -> Iterator[str]:
    """Yield a sentence for each earlier entry that is missing in the newer statement of its day.

    `told`: the keyed hashes of entries that have a sentence of another kind. `shared`: the accounts
    for which the files have an entry that was imported before."""
    for each in absent:
        if each.mark not in told and _is_covered(each, read, stored, shared):
            what = "A transfer" if each.table == TRANSFER else each.id
            remedy = (
                "Look at it."
                if each.table == TRANSFER
                else f"If the bank has taken it back or corrected it, delete or correct {each.id}."
            )
            yield (
                f"{what} ({each.day}, {_amount(each)}) was imported before, and is not in the"
                f" newer statement of its day. {remedy}"
            )


def _is_covered(
    each: Banked, read: Read, stored: Sequence[BankStatement], shared: Set[str]
) -> bool:
    """Whether the newer statement must have an earlier entry, if the bank has not corrected it.

    The first and the last day of a statement may be only partly in it. They are whole if an
    earlier statement began on the same day with the same balance and ended no later."""
    # If no entry is known, the earlier file had another format, whose dates may differ.
    margin = timedelta(0) if each.account in shared else NEAR
    if any(
        first + margin < each.day < last - margin for first, last in read.days.get(each.account, ())
    ):
        return True
    return any(
        new.opening is not None
        and (new.account, new.currency, new.first, new.opening)
        == (old.account, old.currency, old.first, old.opening)
        and (each.account, each.currency) == (new.account, new.currency)
        and new.first <= each.day <= min(old.last, new.last)
        and (old.last <= new.last or each.day < new.last)
        for new in read.balances
        for old in stored
    )


def _amount(earlier: Banked) -> str:
    return money.with_currency(earlier.units, earlier.currency)
