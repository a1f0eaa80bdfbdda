"""Import of bank statements, and reconciliation to the cent.

Entries become rows of Expenses and Income. The register keeps the date, the amount and a keyed
hash of an entry, and nothing that names anybody."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from budgettrack.bank.formats import Statement, read_all
from budgettrack.bank.formats.files import shown
from budgettrack.bank.matching import (
    Movement,
    Pair,
    Proposal,
    StatementEntry,
    movements,
    propose,
    reconcile,
)
from budgettrack.config.key import KEY, KEY_FILE, fingerprint, key_of, made_key
from budgettrack.config.load import Config, default_locale
from budgettrack.core import edits
from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, first_day, last_day, month_of
from budgettrack.core.cells.reading import plain
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.register.store import Banked, Commit, Held, RecordVersion


@dataclass(frozen=True, slots=True)
class Read:
    """A bank's file after reading: its entries, notes for the reader, and the days that it covers.

    `left_out`: the file has amounts that were not taken as movements."""

    entries: tuple[StatementEntry, ...]
    notes: tuple[str, ...]
    first: date | None
    last: date | None
    left_out: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision about an entry.

    `add`: a new row. `settle`: the row that was ordered or expected is now paid. `same`: it is an
    existing row. `leave`: nothing is done."""

    proposal: Proposal
    do: Literal["add", "settle", "same", "leave"]


@dataclass(frozen=True, slots=True)
class BankReconciliation:
    """A month of statement and register. `sums` has (statement, register, difference) in minor
    units for each currency."""

    month: Month
    pairs: Sequence[Pair]
    sums: Mapping[str, tuple[int, int, int]]
    notes: tuple[str, ...]
    left_out: bool


def entries(config: Config, paths: Sequence[Path], key: bytes) -> Read:
    """Return the entries of a bank's files, each with its mark.

    Raises UsageError if a file cannot be read."""
    statements = read_all(paths, config.bank, default_locale(config, None))
    seen: Counter[tuple[object, ...]] = Counter()
    every: list[StatementEntry] = []
    left_out: list[str] = []
    notes: list[str] = []
    for statement in statements:
        every += [_entry(statement, number, key, seen) for number in range(len(statement.lines))]
        left_out += statement.left_out
        notes += statement.notes
    kept = tuple(entry for entry in every if entry.units)
    if len(kept) < len(every):
        notes.append(f"{_called(paths)}: {len(every) - len(kept)} without an amount left out.")
    return Read(kept, (*left_out, *notes), *_span(statements, every), bool(left_out))


def _called(paths: Sequence[Path]) -> str:
    """Return the names of files in words, shortened because they may hold account numbers."""
    return ", ".join(shown(path.name) for path in paths)


def _span(
    statements: Sequence[Statement], entries_read: Sequence[StatementEntry]
) -> tuple[date | None, date | None]:
    """Return the first and the last day of the statements, or of their entries.

    Returns None for a day that nothing tells."""
    days = [entry.day for entry in entries_read]
    firsts = [statement.first for statement in statements if statement.first]
    lasts = [statement.last for statement in statements if statement.last]
    return min(firsts or days, default=None), max(lasts or days, default=None)


def _entry(
    statement: Statement, number: int, key: bytes, seen: Counter[tuple[object, ...]]
) -> StatementEntry:
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
    # Two coffees on one day are two entries: the second of two equal ones gets its own mark.
    same = (
        statement.account,
        line.day.isoformat(),
        units,
        line.currency,
        line.reference or line.words,
    )
    seen[same] += 1
    mark = hmac.new(key, json.dumps([*same, seen[same]]).encode(), hashlib.sha256).hexdigest()
    return StatementEntry(
        line.place,
        mark,
        line.day,
        units,
        line.currency,
        line.reversal,
        line.words,
        line.original,
    )


def proposals(
    group: OpenedGroup, paths: Sequence[Path], *, new_key: bool = False
) -> tuple[list[Proposal], Read]:
    """Return a proposal for each entry of the files, and the files as read. Nothing is written."""
    config = group.config
    with group.register.reading() as ask:
        stored = queries.load(ask)
        made_with, ties = queries.bank(ask)
    key = key_of(config) or made_key(config.path.parent)
    if made_with and made_with != fingerprint(key) and not new_key:
        raise UsageError(
            f"Earlier bank entries were marked with another key. Copy {KEY_FILE} from the"
            " folder where they were imported into the folder of the config, or set"
            f" {KEY}. If it is lost: --new-key; they are then recognised by day and amount only."
        )
    statement = entries(config, paths, key)
    return propose(
        group.plan_of(stored.records), stored.records, statement.entries, ties
    ), statement


def add(group: OpenedGroup, choices: Sequence[Choice], by: str) -> list[tuple[Choice, str]]:
    """Carry out the choices in one commit.

    Returns each choice with the ID of its record, or "" if nothing was done. An entry that was
    added by somebody else in the meantime is left out. The next sync writes the rows into the
    workbook."""
    key = key_of(group.config) or made_key(group.config.path.parent)
    with group.register.writing() as writing:
        stored, (_, ties) = writing.ask(lambda ask: (queries.load(ask), queries.bank(ask)))
        adding = _Adding(stored, by)
        done: list[tuple[Choice, str]] = []
        for choice in choices:
            # Two people may import the same statement: what the other has added is not added twice.
            skipped = choice.do == "leave" or choice.proposal.entry.mark in ties
            done.append((choice, "" if skipped else adding.carry_out(choice)))
        if adding.banked:
            at = group.now().astimezone(UTC)
            writing.commit(
                Commit("bank", at, adding.written, bank=adding.banked, key=fingerprint(key))
            )
    return done


class _Adding:
    """The rows that one import writes, and the marks of their entries."""

    def __init__(self, stored: Held, by: str) -> None:
        self._records, self._by = stored.records, by
        self._used = {
            table: {*stored.records[table], *stored.removed.get(table, ())}
            for table in ("expenses", "income")
        }
        self.written: list[RecordVersion] = []
        self.banked: list[Banked] = []

    def carry_out(self, choice: Choice) -> str:
        """Adds or settles the row of an entry, and returns its ID."""
        proposal, entry = choice.proposal, choice.proposal.entry
        id_ = proposal.id
        if choice.do == "add":
            id_ = self._new(proposal)
        elif choice.do == "settle":
            self._settle(proposal)
        self.banked.append(
            Banked(entry.mark, entry.day, entry.units, entry.currency, proposal.table, id_)
        )
        return id_

    def _new(self, proposal: Proposal) -> str:
        used = self._used[proposal.table]
        id_ = edits.next_id(BY_NAME[proposal.table], used)
        used.add(id_)
        self.written.append(RecordVersion(proposal.table, id_, _fields(proposal), self._by))
        return id_

    def _settle(self, proposal: Proposal) -> None:
        known = self._records[proposal.table].get(proposal.id)
        if known is None:
            raise UsageError(
                f"{proposal.id} was removed in the meantime. Import the statement again; nothing"
                " was added."
            )
        fields = {**known, **_settled(proposal)}
        self.written.append(RecordVersion(proposal.table, proposal.id, fields, self._by))


def _fields(what: Proposal) -> Fields:
    """Return the fields of a new record. People type its description, because the words of the
    bank name people."""
    entry = what.entry
    amount = plain(abs(Decimal(money.decimal(entry.units, entry.currency))))
    day = entry.day.isoformat()
    fields = {"date": day, "amount": amount, "currency": entry.currency}
    if what.table == "expenses":
        state = "refunded" if entry.units > 0 else "paid"
        fields |= {
            "budget_line": what.line,
            "grant": "" if what.line else what.grant,
            "state": state,
            "paid_on": day,
        }
    else:
        fields |= {"grant": what.grant, "kind": what.kind, "state": "received"}
    return {name: value for name, value in fields.items() if value}


def _settled(what: Proposal) -> Fields:
    day = what.entry.day.isoformat()
    return (
        {"state": "paid", "paid_on": day}
        if what.table == "expenses"
        else {"state": "received", "date": day}
    )


def places(group: OpenedGroup) -> tuple[list[str], list[str]]:
    """Return the IDs of the budget lines and of the grants."""
    stored = group.register.ask(queries.load, ("budget", "grants"))
    return list(stored.records["budget"]), list(stored.records["grants"])


def reconciled(
    group: OpenedGroup, paths: Sequence[Path], month: Month | None
) -> BankReconciliation:
    """Compare a month of the register with a bank's files.

    Raises UsageError if the month is not given and the files cover several."""
    with group.register.reading() as ask:
        stored = queries.load(ask)
        _, ties = queries.bank(ask)
        left_out = sum(_leaves_out_money(finding) for finding in queries.findings(ask))
    statement = entries(group.config, paths, key_of(group.config) or b"")
    month = month or _month(paths, statement)
    first, last = first_day(month), last_day(month)
    there = movements(group.plan_of(stored.records))
    currencies = sorted({entry.currency for entry in statement.entries})
    pairs = reconcile(statement.entries, there, ties, first, last)
    banked, booked = _sums(statement.entries, first, last), _sums(there, first, last)
    sums = {
        currency: (banked[currency], booked[currency], banked[currency] - booked[currency])
        for currency in currencies
    }
    return BankReconciliation(
        month,
        [pair for pair in pairs if pair.currency in sums],
        sums,
        (*statement.notes, *_more(statement, stored, month, currencies, left_out)),
        statement.left_out,
    )


def _leaves_out_money(finding: Finding) -> bool:
    """Whether a finding keeps a row of expenses or income out of the figures."""
    return finding.severity == "error" and finding.table in ("expenses", "income")


def _sums(amounts: Iterable[StatementEntry | Movement], first: date, last: date) -> Counter[str]:
    """Return the sum of each currency from one day to another."""
    sums: Counter[str] = Counter()
    for amount in amounts:
        if first <= amount.day <= last:
            sums[amount.currency] += amount.units
    return sums


def _month(paths: Sequence[Path], statement: Read) -> Month:
    months = sorted({month_of(entry.day) for entry in statement.entries})
    if len(months) != 1:
        covered = f"{months[0]} to {months[-1]}" if months else "no month"
        raise UsageError(
            f"{_called(paths)} covers {covered}. Say which month: --month"
            f" {months[-1] if months else '2026-01'}"
        )
    return months[0]


def _more(
    statement: Read, held: Held, month: Month, currencies: Sequence[str], left_out: int
) -> list[str]:
    """Return notes that a reader of the comparison needs."""
    notes = []
    if statement.last is not None and statement.last < last_day(month):
        notes.append(
            f"The statement ends on {statement.last}: later payments of the month can only be in"
            " the register."
        )
    if statement.first is not None and statement.first > first_day(month):
        notes.append(f"The statement begins on {statement.first}: earlier ones, too.")
    records = (*held.records["expenses"].values(), *held.records["income"].values())
    others = {fields.get("currency", "") for fields in records} - {"", *currencies}
    if others:
        notes.append(
            f"Rows in {', '.join(sorted(others))} are not compared: the statement has none."
        )
    if left_out:
        notes.append(
            "Rows that cannot be read are in no figure, and not here. See: budgettrack checks"
        )
    return notes
