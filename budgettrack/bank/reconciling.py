"""Reconciles: compares a month of the register with a bank's files, account by account, to the
last cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from budgettrack.bank.accounts import (
    KnownAccounts,
)
from budgettrack.bank.entries import (
    BankAnswers,
    Read,
    called,
    entries,
    known_accounts,
    own_transfers,
)
from budgettrack.bank.imported import beside
from budgettrack.bank.matching import (
    TRANSFER,
    MatchedPair,
    Movement,
    Pair,
    Record,
    StatementEntry,
    matches,
    movements,
    waiting_rows,
    within,
)
from budgettrack.bank.suggestions import TOO_MUCH, Suggestion, suggested
from budgettrack.config.key import key_of
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, first_day, last_day, month_of
from budgettrack.group import OpenedGroup
from budgettrack.queries.bank_balance import BankBalance, bank_balance_at
from budgettrack.register import queries
from budgettrack.register.store import (
    Held,
)


@dataclass(frozen=True, slots=True)
class MonthMoves:
    """By how much a statement and the register move in a month, in minor units of a currency.

    `transfers`: the part of `statement` that went to or came from other accounts of the group.
    Transfers are no rows of the register. `difference` is `statement` less `transfers` less
    `register`."""

    statement: int
    transfers: int
    register: int

    @property
    def difference(self) -> int:
        return self.statement - self.transfers - self.register


@dataclass(frozen=True, slots=True)
class BankReconciliation:
    """The comparison of one month of a statement and the register, for one account.

    `account`: the name of the account. `sums`: the sums of each currency. `suggestions`: which of
    the unmatched entries and rows may belong together. `elsewhere`: the amounts of rows that are
    not compared, because they left an account in another currency. The keys are the currency of
    the row and the currency of the account. `balances`: bank and books at the end of the month,
    if statements of all accounts were imported."""

    account: str
    month: Month
    pairs: Sequence[Pair]
    suggestions: Sequence[Suggestion]
    sums: Mapping[str, MonthMoves]
    notes: tuple[str, ...]
    left_out: bool
    elsewhere: Mapping[tuple[str, str], Sequence[int]]
    balances: Sequence[BankBalance]


def reconciled(
    group: OpenedGroup, paths: Sequence[Path], month: Month | None, answers: BankAnswers
) -> list[BankReconciliation]:
    """Compare a month of the register with a bank's file, for each account of the file.

    Raises UsageError if the month is not given and the files cover several."""
    with group.register.reading() as ask:
        stored = queries.load(ask)
        _, ties = queries.bank(ask)
        _, account_of, _ = queries.bank_accounts(ask)
        balances = queries.bank_statements(ask)
        left_out = sum(_leaves_out_money(finding) for finding in queries.findings(ask))
    key = key_of(group.config) or b""
    known = known_accounts(group, key)
    statement = entries(group.config, paths, key, known, answers, group.today)
    month = month or _month(paths, statement)
    first, last = first_day(month), last_day(month)
    plan = group.plan_of(stored.records)
    labels = list(dict.fromkeys(account.label for account in statement.accounts.values()))
    tied = {record: account_of[mark] for mark, record in ties.items() if account_of[mark]}
    # Rows that were imported from statements of another account cannot be in these statements.
    there = [
        movement
        for movement in movements(plan, ties.values())
        if tied.get(movement.record, "") in ("", *labels) or len(known.all_names) < 2
    ]
    moved = _transfers(statement.entries, ties, key, known)
    matched = matches(statement.entries, there, ties, moved)
    pairs = [
        replace(pair, account=_account(pair, tied, labels)) for pair in within(matched, first, last)
    ]
    gaps = beside(statement.balances, balances, statement.of_rows).gaps
    notes = [*statement.notes, *gaps, *_strangers(statement, known)]
    currencies_of = {
        label: _currencies(statement, label, known, group.config.currency) for label in labels
    }
    of_accounts = _of_accounts(pairs, currencies_of)
    own_pairs = {label: _compared(own) for label, own in of_accounts.items()}
    loose = _loose(matched, tied)
    # The suggestions are made for all accounts together.
    # So a row is suggested for only one account.
    apart = [entry for own in own_pairs.values() for entry in _apart(own)]
    suggestions, is_whole = suggested(apart, loose, waiting_rows(plan))
    if not is_whole:
        notes.append(TOO_MUCH)
    doubtful = bool(
        statement.left_out or not statement.entries or gaps or _strangers(statement, known)
    )
    reconciliations = []
    for label, own in own_pairs.items():
        currencies = currencies_of[label]
        reconciliations.append(
            BankReconciliation(
                label,
                month,
                own,
                [found for found in suggestions if found.entries[0].account == label],
                {currency: _sums(own, currency, first, last) for currency in currencies},
                (*notes, *_more(statement, stored, month, currencies, left_out)),
                doubtful,
                _paid_elsewhere(filter(_leaves_another, of_accounts[label])),
                _balances(group, month, currencies),
            )
        )
        notes = []
    return reconciliations


def _transfers(
    entries_read: Iterable[StatementEntry],
    ties: Mapping[str, Record],
    key: bytes,
    known: KnownAccounts,
) -> frozenset[str]:
    """Return the keyed hashes of the entries that are transfers between own accounts.

    An entry whose row is in the register is that row, although the files show a transfer. So its
    other side is not in the register either, until a person takes both for a transfer."""
    rowless = [
        entry for entry in entries_read if ties.get(entry.mark, ("", ""))[0] in ("", TRANSFER)
    ]
    return frozenset(own_transfers(rowless, key, known))


def _is_of(pair: Pair, label: str, currencies_of: Mapping[str, Sequence[str]]) -> bool:
    return pair.account == label and pair.currency in currencies_of[label]


def _of_accounts(
    pairs: Iterable[Pair], currencies_of: Mapping[str, Sequence[str]]
) -> dict[str, list[Pair]]:
    every = list(pairs)
    return {
        label: [pair for pair in every if _is_of(pair, label, currencies_of)]
        for label in currencies_of
    }


def _compared(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if not _leaves_another(pair)]


def _balances(group: OpenedGroup, month: Month, currencies: Iterable[str]) -> list[BankBalance]:
    found = (bank_balance_at(group, month, currency) for currency in currencies)
    return [balance for balance in found if balance is not None]


def _leaves_another(pair: Pair) -> bool:
    """Whether a row without an entry was paid from an account in another currency."""
    return pair.entry is None and pair.movement is not None and bool(pair.movement.leaves)


def _paid_elsewhere(pairs: Iterable[Pair]) -> dict[tuple[str, str], list[int]]:
    """Return the amounts of the rows that left an account in another currency. The keys are the
    currency of the row and the currency of the account."""
    units: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pair in pairs:
        if pair.movement is not None:
            units[pair.movement.currency, pair.movement.leaves].append(pair.movement.units)
    return dict(sorted(units.items()))


def _loose(matched: Iterable[MatchedPair], tied: Mapping[Record, str]) -> list[Movement]:
    """Return the movements for which there is no entry. A row that was added from an entry of
    another statement belongs to that entry and is left out."""
    return [
        movement
        for entry, movement in matched
        if entry is None and movement and movement.record not in tied
    ]


def _apart(pairs: Iterable[Pair]) -> list[StatementEntry]:
    """Return the entries of the month for which there is no row."""
    return [pair.entry for pair in pairs if pair.entry is not None and pair.movement is None]


def _account(pair: Pair, tied: Mapping[Record, str], labels: Sequence[str]) -> str:
    """Return the account of a pair: the account of its entry, or else the account from which its
    row was imported, or else the first account of the file."""
    if pair.entry is not None:
        return pair.entry.account
    of_row = tied.get(pair.movement.record, "") if pair.movement else ""
    return of_row if of_row in labels else labels[0]


def _currencies(statement: Read, label: str, known: KnownAccounts, base: str) -> list[str]:
    """Return the currencies that are compared: those of the account's entries in the statement.
    If it has no entry: those of the statement, or of earlier entries, or the base currency."""
    own = {entry.currency for entry in statement.entries if entry.account == label}
    quiet = set(statement.currencies) or known.currencies.get(label, frozenset()) or {base}
    return sorted(own or quiet)


def _strangers(statement: Read, known: KnownAccounts) -> list[str]:
    """Return notes about accounts and currencies that earlier statements did not have."""
    notes = []
    for account in statement.accounts.values():
        if not account.name and known.all_names:
            notes.append(
                "This statement is of an account that the group does not know. It knows:"
                f" {', '.join(known.all_names)}. If it is one of them: --account NAME"
            )
        before = known.currencies.get(account.name, frozenset())
        new = sorted({*statement.currencies} - before)
        if account.name and before and new:
            notes.append(
                f"This statement is in {', '.join(new)}. Until now the statements of"
                f" {account.name} were in {', '.join(sorted(before))}."
            )
    return notes


def _leaves_out_money(finding: Finding) -> bool:
    """Whether a finding keeps a row with a payment out of the figures."""
    tables = ("expenses", "income", "given", "instalments")
    return finding.severity == "error" and finding.table in tables


def _sums(pairs: Iterable[Pair], currency: str, first: date, last: date) -> MonthMoves:
    """Return by how much the statement and the register change between two days."""
    banked = moved = booked = 0
    for pair in pairs:
        entry, movement = pair.entry, pair.movement
        if pair.currency == currency and entry is not None and first <= entry.day <= last:
            banked += entry.units
            moved += entry.units if pair.state == "transfer" else 0
        if pair.currency == currency and movement is not None and first <= movement.day <= last:
            booked += movement.units if pair.state != "transfer" else 0
    return MonthMoves(banked, moved, booked)


def _month(paths: Sequence[Path], statement: Read) -> Month:
    months = sorted({month_of(entry.day) for entry in statement.entries})
    if not months and statement.first and statement.last:
        months = sorted({month_of(statement.first), month_of(statement.last)})
    if len(months) != 1:
        covered = f"{months[0]} to {months[-1]}" if months else "no month"
        raise UsageError(
            f"{called(paths)} covers {covered}. Say which month: --month"
            f" {months[-1] if months else '2026-01'}"
        )
    return months[0]


def _more(
    statement: Read, held: Held, month: Month, currencies: Sequence[str], left_out: int
) -> list[str]:
    """Return notes that a reader of the comparison needs."""
    notes = [] if statement.entries else ["The statement has no entry."]
    if statement.last is not None and statement.last < last_day(month):
        notes.append(
            f"The statement ends on {statement.last}: later payments of the month can only be in"
            " the register."
        )
    if statement.first is not None and statement.first > first_day(month):
        notes.append(
            f"The statement begins on {statement.first}: earlier payments of the month can only be"
            " in the register."
        )
    records = (*held.records["expenses"].values(), *held.records["income"].values())
    others = {fields.get("currency", "") for fields in records} - {"", *currencies}
    if others:
        notes.append(
            f"Rows in {', '.join(sorted(others))} are not compared: the statement has no such"
            " entry."
        )
    if left_out:
        notes.append(
            "Rows that cannot be read are left out of all figures, and also of this comparison."
            " See: budgettrack checks"
        )
    return notes
