"""Reads a bank's files for the group: each entry gets a keyed hash, by which it is recognised
later, and its account."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from budgettrack.bank.accounts import (
    AskName,
    FileAccount,
    KnownAccounts,
    named_in_words,
    of_file,
    transfers,
)
from budgettrack.bank.formats import CsvChoices, Statement, StatementLine, chain, read_each
from budgettrack.bank.formats.csv.layouts import of_group
from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
from budgettrack.bank.formats.files import shown
from budgettrack.bank.imported import with_balances
from budgettrack.bank.matching import (
    StatementEntry,
)
from budgettrack.bank.unnumbered import AskOwner, likely_owner, with_owners
from budgettrack.config.key import fingerprint
from budgettrack.config.load import Config, default_locale
from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.register.store import (
    BankStatement,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a bank's files: the entries, notes for the reader, and the days that the
    files cover.

    `left_out`: True if a person must look at something in the files, such as an amount that was
    not read as a movement. `accounts`: from the account number to the account. `currencies`: all
    currencies of the statements and entries. `signs`: a person's answer about the plus and minus
    signs. `balances`: from the days and balances of a statement to its place in the files.
    `days`: from the name of an account to the first and last day of each of its statements;
    reports within the day are left out. `doubts`: sentences about what else a person must look
    at. `of_rows`: the places of statements whose balances are those of their rows."""

    entries: tuple[StatementEntry, ...]
    notes: tuple[str, ...]
    first: date | None
    last: date | None
    left_out: bool
    accounts: Mapping[str, FileAccount] = field(default_factory=dict)
    currencies: tuple[str, ...] = ()
    signs: str = ""
    balances: Mapping[BankStatement, str] = field(default_factory=dict)
    days: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    of_rows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BankAnswers:
    """What a person has answered about a file: the names of its accounts, its layout and its signs.

    `transfers`: rows that are the other side of a transfer between own accounts. `no_transfers`:
    rows that look like such a side but are not. `ask_name`, `ask_signs`, `ask_owner`: functions
    that ask for a name, for the signs, or for the account of a file, if an answer is missing.
    They are None if there is no terminal."""

    accounts: Sequence[str] = ()
    layout: str = ""
    signs: str = ""
    transfers: Sequence[str] = ()
    no_transfers: Sequence[str] = ()
    ask_name: AskName | None = None
    ask_signs: Callable[[SignsDoubtfulError], str] | None = None
    ask_owner: AskOwner | None = None


def entries(
    config: Config,
    paths: Sequence[Path],
    key: bytes,
    known: KnownAccounts,
    answers: BankAnswers,
    today: date,
) -> Read:
    """Return the entries of a bank's files, each with its keyed hash and its account.

    Raises UsageError if a file cannot be read."""
    statements, left, signs = _statements(config, paths, key, known, answers, today)
    owners = {each.of_account: each.owner for each in statements if each.owner}
    numbers = [statement.of_account for statement in statements]
    likely, doubt = likely_owner([each for each in statements if not each.of_account], known)
    accounts = of_file(numbers, key, known, left, answers.ask_name, owners, likely)
    seen: Counter[tuple[object, ...]] = Counter()
    every: list[StatementEntry] = []
    left_out: list[str] = []
    notes = [doubt] if doubt and not left else []
    for statement in statements:
        account = accounts[statement.of_account]
        every += [
            replace(
                _entry(statement, number, key, account.mark, seen),
                account=account.label,
                is_provisional=statement.is_provisional,
            )
            for number in range(len(statement.lines))
        ]
        left_out += statement.left_out
        notes += statement.notes
    kept = tuple(entry for entry in every if entry.units)
    if len(kept) < len(every):
        notes.append(
            f"{called(paths)}: entries that were left out because their amount is zero:"
            f" {len(every) - len(kept)}."
        )
    currencies = {statement.currency for statement in statements if statement.currency}
    currencies |= {entry.currency for entry in kept}
    return Read(
        kept,
        (*left_out, *notes),
        *_span(statements, every),
        bool(left_out),
        accounts,
        tuple(sorted(currencies)),
        signs,
        with_balances(statements, accounts),
        _days(statements, accounts),
        of_rows=frozenset(each.place for each in statements if each.running is not None),
    )


def _days(
    statements: Sequence[Statement], accounts: Mapping[str, FileAccount]
) -> dict[str, list[tuple[date, date]]]:
    """Return the first and last days of the statements of each account."""
    days: dict[str, list[tuple[date, date]]] = {}
    for statement in statements:
        if not statement.is_provisional and statement.first and statement.last:
            label = accounts[statement.of_account].label
            days.setdefault(label, []).append((statement.first, statement.last))
    return days


def _statements(
    config: Config,
    paths: Sequence[Path],
    key: bytes,
    known: KnownAccounts,
    answers: BankAnswers,
    today: date,
) -> tuple[list[Statement], list[str], str]:
    """Return three things: the statements of the files; the account names that a person typed and
    that were not used yet; and a person's answer about the plus and minus signs."""
    named = [*answers.accounts, *known.all_names]
    # If the file has no account number, the account is the one that was named, or the only one.
    likely = named[0] if answers.accounts or len(known.all_names) == 1 else ""
    signs = answers.signs or known.signs.get(likely, "")
    own = known.currencies.get(likely, frozenset())
    choices = CsvChoices(
        of_group(config.path.parent),
        answers.layout,
        signs,
        today,
        config.currency,
        next(iter(own)) if len(own) == 1 else "",
    )
    locale = default_locale(config, None)

    def read(signs: str) -> tuple[list[Statement], list[str], str]:
        each = read_each(paths, config.bank, locale, replace(choices, signs=signs))
        owned, left = with_owners(each, key, known, answers.accounts, answers.ask_owner)
        statements = chain.joined(owned)
        return [_with_signs(one, called(paths), signs) for one in statements], left, signs

    try:
        return read(signs)
    except SignsDoubtfulError as doubt:
        if answers.ask_signs is None:
            raise
        signs = answers.ask_signs(doubt)
        return read(signs)


def _with_signs(statement: Statement, name: str, signs: str) -> Statement:
    """Return a statement whose plus and minus signs are read as `signs` says.

    Raises SignsDoubtfulError if the signs are doubtful, and `signs` is not one of the possible
    readings."""
    if not statement.readings:
        return statement
    if signs not in statement.readings:
        places = [line.place for line in statement.lines[:3]]
        # Two readings of the signs may give the same amounts. Then only one of them is offered.
        different: dict[tuple[Decimal, ...], str] = {}
        for sign, amounts in statement.readings.items():
            different.setdefault(amounts, sign)
        raise SignsDoubtfulError(
            name, places, {sign: amounts[:3] for amounts, sign in different.items()}
        )
    meant = zip(statement.lines, statement.readings[signs], strict=True)
    return replace(
        statement,
        lines=tuple(replace(line, amount=amount) for line, amount in meant),
        readings={},
    )


def known_accounts(group: OpenedGroup, key: bytes) -> KnownAccounts:
    """Return the accounts that the register knows. Return no accounts if the group's key has
    changed since they were stored."""
    with group.register.reading() as ask:
        accounts, _, currencies = queries.bank_accounts(ask)
        earlier = queries.bank_entries(ask)
        made_with = queries.meta(ask, "key")
    if made_with and made_with != fingerprint(key):
        return KnownAccounts()
    return KnownAccounts(
        {account.mark: account.name for account in accounts},
        {account.name: account.signs for account in accounts if account.signs},
        {name: frozenset(codes) for name, codes in currencies.items()},
        earlier,
    )


def called(paths: Sequence[Path]) -> str:
    """Return the names of files as one text for a message. The names are shortened, because they
    may contain account numbers."""
    return ", ".join(shown(path.name) for path in paths)


def _span(
    statements: Sequence[Statement], entries_read: Sequence[StatementEntry]
) -> tuple[date | None, date | None]:
    """Return the first and the last day of the statements, or else of their entries.

    A day is None if neither the statements nor the entries have it."""
    days = [entry.day for entry in entries_read]
    firsts = [statement.first for statement in statements if statement.first]
    lasts = [statement.last for statement in statements if statement.last]
    return min(firsts or days, default=None), max(lasts or days, default=None)


def _entry(
    statement: Statement,
    number: int,
    key: bytes,
    account: str,
    seen: Counter[tuple[object, ...]],
) -> StatementEntry:
    """Return one entry with its keyed hash. `account` is the keyed hash of its account number."""
    line = statement.lines[number]
    try:
        units = money.minor(line.amount, line.currency)
    except KeyError:
        raise UsageError(
            f"{line.place}: {line.currency or 'nothing'} is not a currency in use. Import"
            " only statements in a current currency; for CSV, correct [bank] currency."
        ) from None
    except ValueError as error:
        raise UsageError(f"{line.place}: {error}. Download the file again.") from None
    # Two coffees on one day are two entries.
    # The second of two equal entries gets another keyed hash.
    same = (
        account,
        line.day.isoformat(),
        units,
        line.currency,
        line.reference or line.words,
    )
    seen[same] += 1
    mark = mark_of(key, same, seen[same])
    return StatementEntry(
        line.place,
        mark,
        line.day,
        units,
        line.currency,
        line.reversal,
        line.words,
        line.original,
        fee=_fee(line),
        reference=line.reference or line.words,
    )


def mark_of(key: bytes, same: tuple[object, ...], number: int) -> str:
    """Return the keyed hash of an entry. `same`: the account, day, amount, currency and reference.
    `number`: which of the entries for which these are equal, from 1."""
    return hmac.new(key, json.dumps([*same, number]).encode(), hashlib.sha256).hexdigest()


def _fee(line: StatementLine) -> int:
    """Return the fee that the bank kept from a payment, in minor units. The fee is only used to
    suggest a row. Returns 0 if the fee has more decimals than its currency allows."""
    try:
        return money.minor(line.fee, line.currency)
    except ValueError:
        return 0


def own_transfers(
    entries_read: Sequence[StatementEntry], key: bytes, known: KnownAccounts
) -> dict[str, str]:
    """Find the transfers between own accounts. Return a mapping from the keyed hash of an entry
    to the account on the other side."""
    in_words = {
        entry.mark: name for entry in entries_read if (name := named_in_words(entry, key, known))
    }
    return {**in_words, **transfers(entries_read)}
