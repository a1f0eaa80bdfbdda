"""Import of bank statements, and reconciliation to the cent.

Entries become rows of Expenses and Income. The register keeps the date, the amount and a keyed
hash of an entry, and nothing that names anybody."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from budgettrack.bank.accounts import (
    AskName,
    FileAccount,
    KnownAccounts,
    lone_transfers,
    named_by_itself,
    named_in_words,
    now_booked,
    of_file,
    other_sides,
    transfers,
)
from budgettrack.bank.formats import CsvChoices, Statement, StatementLine, read_all
from budgettrack.bank.formats.csv.layouts import of_group
from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
from budgettrack.bank.formats.files import shown
from budgettrack.bank.imported import beside, with_balances
from budgettrack.bank.matching import (
    TRANSFER,
    Pair,
    Proposal,
    Record,
    StatementEntry,
    matches,
    movements,
    propose,
    waiting_rows,
    within,
)
from budgettrack.bank.suggestions import Suggestion, suggested
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
from budgettrack.register.store import (
    BankAccount,
    BankChange,
    Banked,
    BankStatement,
    Commit,
    Held,
    RecordVersion,
)


@dataclass(frozen=True, slots=True)
class Read:
    """A bank's file after reading: its entries, notes for the reader, and the days that it covers.

    `left_out`: the file has amounts that were not taken as movements. `accounts`: by number.
    `currencies`: of the statements. `signs`: what a person has answered about them.
    `balances`: the days and balances of the statements, each with its place.
    `days`: by the name of an account, the days of each of its statements, without reports within
    the day. `doubts`: what a person must look at beside the entries, in words."""

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


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision about an entry.

    `add`: a new row. `settle`: the row that was ordered or expected is now paid. `same`: it is an
    existing row. `leave`: nothing is done."""

    proposal: Proposal
    do: Literal["add", "settle", "same", "leave"]


@dataclass(frozen=True, slots=True)
class BankReconciliation:
    """A month of statement and register, of one account. `account`: its name, "" if it has none.

    `sums` has (statement, register, difference) in minor units for each currency.
    `suggestions`: what of the pairs that stay apart may belong together."""

    account: str
    month: Month
    pairs: Sequence[Pair]
    suggestions: Sequence[Suggestion]
    sums: Mapping[str, tuple[int, int, int]]
    notes: tuple[str, ...]
    left_out: bool


@dataclass(frozen=True, slots=True)
class BankAnswers:
    """What a person says about a file: the names of its accounts, its layout and its signs.

    `transfers`: rows that are the other side of a transfer between own accounts. `no_transfers`:
    rows that look like one and are none.
    `ask_name`, `ask_signs`: ask for what is not said. None without a terminal."""

    accounts: Sequence[str] = ()
    layout: str = ""
    signs: str = ""
    transfers: Sequence[str] = ()
    no_transfers: Sequence[str] = ()
    ask_name: AskName | None = None
    ask_signs: Callable[[SignsDoubtfulError], str] | None = None


def entries(
    config: Config,
    paths: Sequence[Path],
    key: bytes,
    known: KnownAccounts,
    answers: BankAnswers,
    today: date,
) -> Read:
    """Return the entries of a bank's files, each with its mark and its account.

    Raises UsageError if a file cannot be read."""
    statements, signs = _statements(config, paths, known, answers, today)
    numbers = [statement.account for statement in statements]
    accounts = of_file(numbers, key, known, answers.accounts, answers.ask_name)
    seen: Counter[tuple[object, ...]] = Counter()
    every: list[StatementEntry] = []
    left_out: list[str] = []
    notes: list[str] = []
    for statement in statements:
        name = accounts[statement.account].label
        every += [
            replace(
                _entry(statement, number, key, seen),
                account=name,
                is_provisional=statement.is_provisional,
            )
            for number in range(len(statement.lines))
        ]
        left_out += statement.left_out
        notes += statement.notes
    kept = tuple(entry for entry in every if entry.units)
    if len(kept) < len(every):
        notes.append(f"{_called(paths)}: {len(every) - len(kept)} without an amount left out.")
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
    )


def _days(
    statements: Sequence[Statement], accounts: Mapping[str, FileAccount]
) -> dict[str, list[tuple[date, date]]]:
    """Return the first and last days of the statements of each account."""
    days: dict[str, list[tuple[date, date]]] = {}
    for statement in statements:
        if not statement.is_provisional and statement.first and statement.last:
            label = accounts[statement.account].label
            days.setdefault(label, []).append((statement.first, statement.last))
    return days


def _statements(
    config: Config,
    paths: Sequence[Path],
    known: KnownAccounts,
    answers: BankAnswers,
    today: date,
) -> tuple[list[Statement], str]:
    """Return the statements of the files, and what a person has answered about its signs."""
    named = [*answers.accounts, *known.all_names]
    # Without a number in the file, the account is the one that was said, or the only one.
    likely = named[0] if answers.accounts or len(known.all_names) == 1 else ""
    signs = answers.signs or known.signs.get(likely, "")
    choices = CsvChoices(
        of_group(config.path.parent), answers.layout, signs, today, config.currency
    )
    locale = default_locale(config, None)

    def read(signs: str) -> list[Statement]:
        statements = read_all(paths, config.bank, locale, replace(choices, signs=signs))
        return [_with_signs(statement, _called(paths), signs) for statement in statements]

    try:
        return read(signs), signs
    except SignsDoubtfulError as doubt:
        if answers.ask_signs is None:
            raise
        signs = answers.ask_signs(doubt)
        return read(signs), signs


def _with_signs(statement: Statement, name: str, signs: str) -> Statement:
    """Return a statement with the amounts that a person meant by `signs`.

    Raises SignsDoubtfulError if the amounts are in doubt and the answer is none of their
    readings."""
    if not statement.readings:
        return statement
    if signs not in statement.readings:
        places = [line.place for line in statement.lines[:3]]
        # Two readings may be the same amounts: then one of them is enough to choose from.
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
    """Return the accounts that the register knows. With another key it knows none."""
    with group.register.reading() as ask:
        accounts, _, currencies = queries.bank_accounts(ask)
        made_with = queries.meta(ask, "key")
    if made_with and made_with != fingerprint(key):
        return KnownAccounts()
    return KnownAccounts(
        {account.mark: account.name for account in accounts},
        {account.name: account.signs for account in accounts if account.signs},
        {name: frozenset(codes) for name, codes in currencies.items()},
    )


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
        fee=_fee(line),
    )


def _fee(line: StatementLine) -> int:
    """Return what the bank kept of a payment. It only helps to suggest a row: what is no sum of
    money is 0."""
    try:
        return money.minor(line.fee, line.currency)
    except ValueError:
        return 0


def proposals(
    group: OpenedGroup, paths: Sequence[Path], answers: BankAnswers, *, new_key: bool = False
) -> tuple[list[Proposal], Read]:
    """Return a proposal for each entry of the files, and the files as read. Nothing is written."""
    config = group.config
    with group.register.reading() as ask:
        stored = queries.load(ask)
        made_with, ties = queries.bank(ask)
        earlier = queries.bank_entries(ask)
        balances = queries.bank_statements(ask)
    key = key_of(config) or made_key(config.path.parent)
    if made_with and made_with != fingerprint(key) and not new_key:
        raise UsageError(
            f"Earlier bank entries were marked with another key. Copy {KEY_FILE} from the"
            " folder where they were imported into the folder of the config, or set"
            f" {KEY}. If it is lost: --new-key; they are then recognised by day and amount only."
        )
    known = known_accounts(group, key)
    statement = entries(config, paths, key, known, answers, group.today)
    there = [other for other in earlier if other.id in stored.records.get(other.table, {})]
    booked = now_booked(statement.entries, earlier)
    fresh = [
        entry for entry in statement.entries if entry.mark not in ties and entry.mark not in booked
    ]
    moved = _transfers(fresh, key, known)
    in_file = transfers(fresh)
    alone = [entry for entry in fresh if entry.mark not in in_file]
    moved |= {
        mark: other.account for mark, other in other_sides(alone, lone_transfers(earlier)).items()
    }
    proposed = propose(
        group.plan_of(stored.records), stored.records, statement.entries, ties, moved, booked
    )
    proposed = _with_other_sides(proposed, alone, there, answers)
    compared = beside(statement.balances, balances)
    return proposed, replace(
        statement,
        notes=(*statement.notes, *compared.notes),
        doubts=(*compared.gaps, *_never_booked(there, booked, statement)),
    )


def _with_other_sides(
    proposed: Sequence[Proposal],
    alone: Sequence[StatementEntry],
    there: Sequence[Banked],
    answers: BankAnswers,
) -> list[Proposal]:
    """Return the proposals, with a transfer where the other side was taken as a row before.

    `alone`: the new entries whose other side is not in the files. `there`: entries of earlier
    imports that have a row. Raises UsageError if a row that a person named is no other side."""
    said = {*answers.transfers}
    sides = other_sides(alone, there)
    # Both sides may have been taken as rows before: then a person must say so.
    known = [proposal.entry for proposal in proposed if proposal.what == "known"]
    sides |= other_sides(known, [other for other in there if other.id in said])
    possible = {other.id for other in sides.values()}
    for id_ in (*answers.transfers, *answers.no_transfers):
        if id_ not in possible:
            could = f" It could be: {', '.join(sorted(possible))}." if possible else ""
            raise UsageError(f"{id_} is not the other side of an entry of this file.{could}")
    result = []
    for proposal in proposed:
        other = sides.get(proposal.entry.mark)
        if other is None or other.id in answers.no_transfers or proposal.what not in _ONE_SIDE:
            result.append(proposal)
            continue
        why = f"{other.id} of the account {other.account} may be the other side"
        result.append(
            Proposal(
                proposal.entry,
                "transfer",
                other.table,
                other.id,
                why=why,
                earlier=other.mark,
            )
        )
    return result


_ONE_SIDE = ("new", "known", "transfer")
"""What an entry is of which the other side of a transfer may have been imported before."""


def _never_booked(
    there: Sequence[Banked], booked: Mapping[str, Banked], statement: Read
) -> list[str]:
    """Return in words the provisional entries that the statement of their day does not have."""
    now = {earlier.mark for earlier in booked.values()}
    return [
        f"{earlier.id} ({earlier.day}, {money.with_currency(earlier.units, earlier.currency)}) was"
        f" imported from a report within the day, and is not in the statement of its day. If the"
        f" bank did not book it, delete {earlier.id}."
        for earlier in there
        if earlier.is_provisional
        and earlier.mark not in now
        and any(
            first < earlier.day < last or earlier.day == last
            for first, last in statement.days.get(earlier.account, ())
        )
    ]


def _transfers(
    entries_read: Sequence[StatementEntry], key: bytes, known: KnownAccounts
) -> dict[str, str]:
    """Return the transfers between own accounts: by the mark of an entry, the other account."""
    in_words = {
        entry.mark: name for entry in entries_read if (name := named_in_words(entry, key, known))
    }
    return {**in_words, **transfers(entries_read)}


def add(
    group: OpenedGroup, choices: Sequence[Choice], by: str, statement: Read
) -> list[tuple[Choice, str]]:
    """Carry out the choices in one commit, and keep the names of new accounts.

    Returns each choice with the ID of its record, or "" if nothing was done. An entry that was
    added by somebody else in the meantime is left out. The next sync writes the rows into the
    workbook."""
    key = key_of(group.config) or made_key(group.config.path.parent)
    known = known_accounts(group, key)
    accounts = named_by_itself(statement.accounts, key, known)
    with group.register.writing() as writing:
        stored, earlier, balances = writing.ask(
            lambda ask: (
                queries.load(ask),
                queries.bank_entries(ask),
                queries.bank_statements(ask),
            )
        )
        adding = _Adding(stored, by, statement, accounts, earlier)
        done = [(choice, adding.carry_out(choice)) for choice in choices]
        spans = adding.named(statement.balances, balances)
        new = [
            BankAccount(account.mark, account.name, statement.signs)
            for account in accounts.values()
            if account.is_new or statement.signs not in ("", known.signs.get(account.name, ""))
        ]
        if adding.banked or adding.changes or new or spans:
            at = group.now().astimezone(UTC)
            writing.commit(
                Commit(
                    "bank",
                    at,
                    adding.written,
                    bank=adding.banked,
                    bank_changes=adding.changes,
                    bank_statements=spans,
                    accounts=new,
                    key=fingerprint(key),
                )
            )
    return done


class _Adding:
    """The rows that one import writes, and the marks of their entries."""

    def __init__(
        self,
        stored: Held,
        by: str,
        statement: Read,
        accounts: Mapping[str, FileAccount],
        earlier: Sequence[Banked],
    ) -> None:
        self._records, self._by = stored.records, by
        self._earlier = {entry.mark: entry for entry in earlier}
        self._name_of = {
            account.label: accounts[number].name for number, account in statement.accounts.items()
        }
        self._used = {
            table: {*stored.records[table], *stored.removed.get(table, ())}
            for table in ("expenses", "income")
        }
        self.written: list[RecordVersion] = []
        self.banked: list[Banked] = []
        self.changes: list[BankChange] = []

    def named(
        self, balances: Iterable[BankStatement], there: Sequence[BankStatement]
    ) -> list[BankStatement]:
        """Return the statements that are not stored yet, with the names of their accounts."""
        spans = [replace(span, account=self._name_of[span.account]) for span in balances]
        return [span for span in spans if span not in there]

    def carry_out(self, choice: Choice) -> str:
        """Adds or settles the row of an entry, and returns its ID. Returns "" if nothing is done.

        Two people may import the same statement: what the other has added is not added twice."""
        proposal, entry = choice.proposal, choice.proposal.entry
        if choice.do == "leave" or self._is_done(proposal):
            return ""
        table, id_ = proposal.table, proposal.id
        if choice.do == "add" and proposal.what == "transfer":
            table, id_ = TRANSFER, TRANSFER
            self._take_back(proposal)
        elif choice.do == "add":
            id_ = self._new(proposal)
        elif choice.do == "settle":
            self._settle(proposal)
        if proposal.what == "booked":
            self.changes.append(BankChange(proposal.earlier, table, id_))
        if entry.mark not in self._earlier:
            self.banked.append(
                Banked(
                    entry.mark,
                    entry.day,
                    entry.units,
                    entry.currency,
                    table,
                    id_,
                    self._name_of[entry.account],
                    entry.is_provisional,
                )
            )
        return id_

    def _is_done(self, proposal: Proposal) -> bool:
        """Tell whether somebody else has done the same in the meantime."""
        before = self._earlier.get(proposal.earlier)
        if before is None:
            return proposal.entry.mark in self._earlier
        if proposal.what == "booked":
            return not before.is_provisional
        return before.table == TRANSFER

    def _take_back(self, proposal: Proposal) -> None:
        """Remove the rows as which the sides of a transfer were taken before."""
        for mark in (proposal.earlier, proposal.entry.mark):
            before = self._earlier.get(mark)
            if before is None or before.table == TRANSFER:
                continue
            self.changes.append(BankChange(mark, TRANSFER, TRANSFER))
            if before.id in self._records[before.table]:
                self.written.append(RecordVersion(before.table, before.id, None, self._by))

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
    # What was imported from the statements of another account cannot be in these.
    there = [
        movement
        for movement in movements(plan)
        if tied.get(movement.record, "") in ("", *labels) or len(known.all_names) < 2
    ]
    moved = frozenset(_transfers(statement.entries, key, known))
    matched = matches(statement.entries, there, ties, moved)
    pairs = [
        replace(pair, account=_account(pair, tied, labels)) for pair in within(matched, first, last)
    ]
    gaps = beside(statement.balances, balances).gaps
    notes = [*statement.notes, *gaps, *_strangers(statement, known)]
    reconciliations = []
    for label in labels:
        currencies = _currencies(statement, label, known, group.config.currency)
        own = [pair for pair in pairs if pair.account == label and pair.currency in currencies]
        # A row that was added from an entry of another statement is that entry's.
        loose = [
            movement
            for entry, movement in matched
            if entry is None and movement and movement.record not in tied
        ]
        suggestions, is_whole = suggested(_apart(own), loose, waiting_rows(plan))
        if not is_whole:
            notes.append("Too much is apart to look through all of it for suggestions.")
        reconciliations.append(
            BankReconciliation(
                label,
                month,
                own,
                suggestions,
                {currency: _sums(own, currency, first, last) for currency in currencies},
                (*notes, *_more(statement, stored, month, currencies, left_out)),
                bool(
                    statement.left_out
                    or not statement.entries
                    or gaps
                    or _strangers(statement, known)
                ),
            )
        )
        notes = []
    return reconciliations


def _apart(pairs: Iterable[Pair]) -> list[StatementEntry]:
    """Return the entries of the month that have no row."""
    return [pair.entry for pair in pairs if pair.entry is not None and pair.movement is None]


def _account(pair: Pair, tied: Mapping[Record, str], labels: Sequence[str]) -> str:
    """Return the account of a pair: that of its entry, or that of the import of its row, else the
    first of the file."""
    if pair.entry is not None:
        return pair.entry.account
    of_row = tied.get(pair.movement.record, "") if pair.movement else ""
    return of_row if of_row in labels else labels[0]


def _currencies(statement: Read, label: str, known: KnownAccounts, base: str) -> list[str]:
    """Return the currencies that are compared. A quiet month has those of the account's past."""
    own = {entry.currency for entry in statement.entries if entry.account == label}
    quiet = set(statement.currencies) or known.currencies.get(label, frozenset()) or {base}
    return sorted(own or quiet)


def _strangers(statement: Read, known: KnownAccounts) -> list[str]:
    """Return notes on accounts and currencies that earlier statements did not have."""
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
                f"This statement is in {', '.join(new)}. Until now those of {account.name} were in"
                f" {', '.join(sorted(before))}."
            )
    return notes


def _leaves_out_money(finding: Finding) -> bool:
    """Whether a finding keeps a row of expenses or income out of the figures."""
    return finding.severity == "error" and finding.table in ("expenses", "income")


def _sums(pairs: Iterable[Pair], currency: str, first: date, last: date) -> tuple[int, int, int]:
    """Return what the statement and the register move by from one day to another, and the
    difference."""
    banked = booked = 0
    for pair in pairs:
        entry, movement = pair.entry, pair.movement
        if pair.currency == currency and entry is not None and first <= entry.day <= last:
            banked += entry.units
        if pair.currency == currency and movement is not None and first <= movement.day <= last:
            booked += movement.units
    return banked, booked, banked - booked


def _month(paths: Sequence[Path], statement: Read) -> Month:
    months = sorted({month_of(entry.day) for entry in statement.entries})
    if not months and statement.first and statement.last:
        months = sorted({month_of(statement.first), month_of(statement.last)})
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
    notes = [] if statement.entries else ["The statement has no entry."]
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
