"""The group's own bank accounts. An account is recognised by keyed hashes of its numbers, and
has a name that the group chooses. The numbers are never stored."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from budgettrack.bank.matching import NEAR, TRANSFER, StatementEntry
from budgettrack.core.base.errors import UsageError
from budgettrack.register.records import Banked

TRANSFER_DAYS = timedelta(days=4)
"""The longest time between the two entries of a transfer: a weekend and a holiday."""

_OWN_NUMBER = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_GERMAN = re.compile(r"DE\d{2}(\d{8})(\d{10})|(\d{8})/(\d{1,10})")


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """The accounts that the register knows.

    `names`: from the keyed hash of an account number to the name of the account. `signs`: from
    the name of an account to a person's answer about the plus and minus signs of its amounts.
    `currencies`: from the name of an account to the currencies of its earlier entries.
    `earlier`: the entries of earlier imports."""

    names: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    currencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    earlier: Sequence[Banked] = field(default=(), repr=False)

    @property
    def all_names(self) -> list[str]:
        """Return each name once, in the order in which the accounts were first imported."""
        return list(dict.fromkeys(self.names.values()))


@dataclass(frozen=True, slots=True)
class FileAccount:
    """An account in a file.

    `mark`: the keyed hash of the account number. `name`: the name that the group chose, or "" if
    there is none yet. `is_new`: True if the account has a name, and its keyed hash is not in the
    register yet. `place`: 1 for the first account of the file, 2 for the second."""

    mark: str
    name: str
    is_new: bool
    place: int

    @property
    def label(self) -> str:
        """Return the name of the account, or "new account 2" if the account has no name yet."""
        return self.name or f"new account {self.place}"


AskName = Callable[[int, str, Sequence[str]], str]
"""A function that asks a person for the name of a new account: its position in the file, its
number, the known names."""


def account_mark(key: bytes, number: str) -> str:
    """Return the keyed hash of an account number. Different spellings of one number, such as with
    and without blanks, give the same hash."""
    return hmac.new(
        key, json.dumps(["account", _plain(number)]).encode(), hashlib.sha256
    ).hexdigest()


def _plain(number: str) -> str:
    """Return the number in capitals, without blanks, dots and hyphens. A German IBAN contains the
    numbers of bank and account; it becomes bank/account, as in older formats."""
    bare = re.sub(r"[\s.-]", "", number).upper()
    german = _GERMAN.fullmatch(bare)
    if german is None:
        return bare
    bank, account = (part for part in german.groups() if part)
    return f"{bank}/{account.lstrip('0')}"


def of_file(
    numbers: Sequence[str],
    key: bytes,
    known: KnownAccounts,
    given: Sequence[str],
    ask: AskName | None = None,
    owners: Mapping[str, str] | None = None,
    likely: str = "",
) -> dict[str, FileAccount]:
    """Return a mapping from each account number in a file to its account.

    `given`: the names that a person gave, in the order of the file; each unknown number gets the
    next of these names. `owners`: for files without an account number, a mapping from the text
    that replaces the number to the name of the account. `likely`: the account of a file without
    a number, if nobody names it. Raises UsageError if a given name is left over: the statement
    belongs to another account, or the file has fewer accounts."""
    left, there = list(given), list[str]()
    accounts: dict[str, FileAccount] = {}
    for place, number in enumerate(dict.fromkeys(numbers), 1):
        mark = account_mark(key, number)
        name = known.names.get(mark, "") if number else ""
        if owners and number in owners:
            name = owners[number]
        elif name:
            there.append(name)
            left = [other for other in left if other != name]
        elif left:
            name = left.pop(0)
        elif not number and likely:
            name = likely
        elif ask is not None:
            name = ask(place, number, known.all_names)
        if not number:
            # The keyed hash of an account is part of the keyed hashes of its entries.
            # So the account must be known before the entries of a file are read.
            mark = account_mark(key, f"named {name or _usual_name(place)}")
        accounts[number] = FileAccount(mark, name, bool(name) and mark not in known.names, place)
    if left and there:
        raise UsageError(f"This statement is of the account {there[0]}, not of {left[0]}.")
    if left:
        raise UsageError(
            f"There is no account in the file for the name {left[0]}. New accounts get the names"
            f" in the order of the file, and the number of its accounts is {len(accounts)}."
        )
    return accounts


def named_by_itself(
    accounts: Mapping[str, FileAccount], known: KnownAccounts
) -> dict[str, FileAccount]:
    """Return the accounts with a name for each. At the first import of a group, accounts without
    a name are called "Account 1", "Account 2" and so on.

    Raises UsageError if the group has accounts already, so that nobody imports a statement of
    somebody else's account by mistake."""
    unnamed = [number for number, account in accounts.items() if not account.name]
    if unnamed and known.all_names:
        raise UsageError(
            f"The statement is of an account that the group does not know. It knows:"
            f" {', '.join(known.all_names)}. Say which account it is, with one of these names or a"
            " new one: --account NAME (once for each new account, in the order of the file)."
        )
    names = dict(accounts)
    for number in unnamed:
        account = accounts[number]
        names[number] = replace(account, name=_usual_name(account.place), is_new=True)
    return names


def _usual_name(place: int) -> str:
    return f"Account {place}"


def transfers(entries: Sequence[StatementEntry]) -> dict[str, str]:
    """Find the transfers between accounts of the file. Return a mapping from the keyed hash of
    each of the two entries to the account of the other entry."""
    sides: dict[str, str] = {}
    taken: set[int] = set()
    by_amount: dict[tuple[int, str], list[int]] = {}
    for number, coming in enumerate(entries):
        by_amount.setdefault((coming.units, coming.currency), []).append(number)
    paired = sorted(
        (abs(going.day - entries[two].day), one, two)
        for one, going in enumerate(entries)
        if going.units < 0
        for two in by_amount.get((-going.units, going.currency), ())
        if entries[two].account != going.account
        and abs(going.day - entries[two].day) <= TRANSFER_DAYS
    )
    for _, one, two in paired:
        if one not in taken and two not in taken:
            taken |= {one, two}
            sides[entries[one].mark] = entries[two].account
            sides[entries[two].mark] = entries[one].account
    return sides


def other_sides(entries: Sequence[StatementEntry], earlier: Sequence[Banked]) -> dict[str, Banked]:
    """Find the other side of transfers. Return a mapping from the keyed hash of a new entry to an
    earlier entry of another account that may be the other side.

    Statements of two accounts are often imported one by one. For each new entry, the earlier
    entry with the nearest date is taken. Each earlier entry is used once."""
    return _nearest(
        entries,
        earlier,
        lambda entry, other: other.account not in ("", entry.account),
        -1,
        TRANSFER_DAYS,
    )


def now_booked(entries: Sequence[StatementEntry], earlier: Sequence[Banked]) -> dict[str, Banked]:
    """Find provisional entries that are booked now. Return a mapping from the keyed hash of a
    booked entry to the earlier provisional entry. The booked entry may have another reference,
    and its date may differ by a few days."""
    waiting = [other for other in earlier if other.is_provisional]
    final = [entry for entry in entries if not entry.is_provisional]
    known = {other.mark for other in earlier}
    by_mark = {other.mark: other for other in waiting}
    same = {entry.mark: by_mark[entry.mark] for entry in final if entry.mark in by_mark}
    new = [entry for entry in final if entry.mark not in known]
    left = [other for other in waiting if other.mark not in same]
    return same | _nearest(new, left, lambda entry, other: other.account == entry.account, 1, NEAR)


def _nearest(
    entries: Sequence[StatementEntry],
    earlier: Sequence[Banked],
    is_of: Callable[[StatementEntry, Banked], bool],
    sign: int,
    days: timedelta,
) -> dict[str, Banked]:
    """Return a mapping from the keyed hash of a new entry to the earlier entry with the nearest
    date and the same amount. If `sign` is -1, the earlier entry has the opposite amount. Each
    earlier entry is used once."""
    by_amount: dict[tuple[int, str], list[Banked]] = {}
    for other in earlier:
        by_amount.setdefault((sign * other.units, other.currency), []).append(other)
    near = sorted(
        (abs(other.day - entry.day), entry.mark, other.mark, other)
        for entry in entries
        for other in by_amount.get((entry.units, entry.currency), ())
        if is_of(entry, other) and abs(other.day - entry.day) <= days
    )
    found: dict[str, Banked] = {}
    taken: set[str] = set()
    for _, mark, other_mark, other in near:
        if mark not in found and other_mark not in taken:
            taken.add(other_mark)
            found[mark] = other
    return found


def lone_transfers(earlier: Sequence[Banked]) -> list[Banked]:
    """Return the entries of earlier imports that are one side of a transfer. The other side of
    these transfers was not imported."""
    moved = [other for other in earlier if other.table == TRANSFER]
    sides = [
        StatementEntry("", side.mark, side.day, side.units, side.currency, account=side.account)
        for side in moved
    ]
    paired = other_sides(sides, moved)
    return [side for side in moved if side.mark not in paired]


def named_in_words(entry: StatementEntry, key: bytes, known: KnownAccounts) -> str:
    """Return the name of another account of the group if the bank's text of an entry contains
    the number of that account. Return "" if it contains no such number."""
    for number in _OWN_NUMBER.findall(entry.words):
        name = known.names.get(account_mark(key, number), "")
        if name and name != entry.account:
            return name
    return ""
