"""Imports bank statements: entries become rows of Expenses and Income.

Of an entry, the register keeps the date, the amount and a keyed hash, and nothing that names
anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec

from budgettrack.bank.accounts import (
    FileAccount,
    lone_transfers,
    named_by_itself,
    now_booked,
    other_sides,
    transfers,
)
from budgettrack.bank.corrected import (
    no_longer_there,
    not_there_now,
    of_same_reference,
    with_corrected,
)
from budgettrack.bank.entries import BankAnswers, Read, entries, known_accounts, own_transfers
from budgettrack.bank.imported import beside
from budgettrack.bank.matching import (
    TRANSFER,
    Proposal,
    Record,
    StatementEntry,
    movements,
    propose,
    waiting_rows,
    without,
)
from budgettrack.bank.suggestions import TOO_MUCH, suggested
from budgettrack.config.key import KEY, KEY_FILE, fingerprint, key_of, made_key
from budgettrack.core import edits
from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.cells.reading import plain
from budgettrack.core.records.model import Fields, Plan
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
class Choice:
    """What is decided about an entry.

    `add`: it becomes a new row. `settle`: it pays the row that was ordered or expected. `same`:
    it is an existing row. `leave`: nothing is done."""

    proposal: Proposal
    do: Literal["add", "settle", "same", "leave"]


def proposals(
    group: OpenedGroup, paths: Sequence[Path], answers: BankAnswers, *, new_key: bool = False
) -> tuple[list[Proposal], Read]:
    """Return a proposal for each entry of the files, and what was read from the files. Nothing
    is written."""
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
            f" {KEY}. If that key is lost, use --new-key. Earlier entries are then recognised only"
            " by day and amount."
        )
    known = known_accounts(group, key)
    statement = entries(config, paths, key, known, answers, group.today)
    there = [other for other in earlier if other.id in stored.records.get(other.table, {})]
    booked = now_booked(statement.entries, earlier)
    fresh = [
        entry for entry in statement.entries if entry.mark not in ties and entry.mark not in booked
    ]
    moved = own_transfers(fresh, key, known)
    in_file = transfers(fresh)
    alone = [entry for entry in fresh if entry.mark not in in_file]
    moved |= {
        mark: other.account for mark, other in other_sides(alone, lone_transfers(earlier)).items()
    }
    plan = group.plan_of(stored.records)
    proposed = propose(plan, stored.records, statement.entries, ties, moved, booked)
    proposed = _with_other_sides(proposed, alone, there, answers)
    marks = {other.mark for other in there}
    absent = [
        other
        for other in not_there_now(statement, proposed, earlier)
        if other.mark in marks or other.table == TRANSFER
    ]
    again = of_same_reference(statement, proposed, absent, key)
    proposed = with_corrected(proposed, again, lambda other: other.table != TRANSFER)
    proposed, is_whole = _with_similar(proposed, plan, ties)
    notes = () if is_whole else (TOO_MUCH,)
    compared = beside(statement.balances, balances, statement.of_rows)
    return proposed, replace(
        statement,
        notes=(*statement.notes, *compared.notes, *notes),
        doubts=(
            *compared.gaps,
            *_never_booked(there, booked, statement),
            *no_longer_there(
                statement,
                absent,
                balances,
                {other.mark for other in again.values() if other.table != TRANSFER},
                {entry.account for entry in statement.entries if entry.mark in ties},
            ),
        ),
    )


def _with_other_sides(
    proposed: Sequence[Proposal],
    alone: Sequence[StatementEntry],
    there: Sequence[Banked],
    answers: BankAnswers,
) -> list[Proposal]:
    """Return the proposals. An entry becomes a transfer if its other side was imported as a row
    before.

    `alone`: the new entries whose other side is not in the files. `there`: entries of earlier
    imports that have a row. Raises UsageError if a row that a person named cannot be the other
    side."""
    said = {*answers.transfers}
    sides = other_sides(alone, there)
    # If both sides have become rows before, a person must say which rows belong together.
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


def _with_similar(
    proposed: Sequence[Proposal], plan: Plan, ties: Mapping[str, Record]
) -> tuple[list[Proposal], bool]:
    """Compare new entries with rows that have a slightly different amount or date. Return the
    proposals, and True if all entries could be compared.

    Example: somebody typed a payment of 12.43 as 12.34. Without this comparison it would be
    counted twice."""
    taken = {*ties.values(), *((proposal.table, proposal.id) for proposal in proposed)}
    loose = without(taken, movements(plan))
    new = [proposal.entry for proposal in proposed if proposal.what == "new"]
    waiting = [row for row in without(taken, waiting_rows(plan)) if row.table != "instalments"]
    suggestions, is_whole = suggested(new, loose, waiting)
    by_mark = {entry.mark: found for found in suggestions for entry in found.entries}
    result = []
    for proposal in proposed:
        suggestion = by_mark.get(proposal.entry.mark) if proposal.what == "new" else None
        if suggestion is None:
            result.append(proposal)
            continue
        row = suggestion.movements[0]
        result.append(
            replace(
                proposal,
                what="similar",
                table=row.table,
                id=row.id,
                why=suggestion.why,
                remedy=suggestion.remedy,
            )
        )
    return result, is_whole


_ONE_SIDE = ("new", "known", "transfer")
"""The states of an entry that may be one side of a transfer, if the other side was imported
before."""


def _never_booked(
    there: Sequence[Banked], booked: Mapping[str, Banked], statement: Read
) -> list[str]:
    """Return a sentence for each provisional entry of an earlier import that is missing in the
    later statement of its day."""
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


def add(
    group: OpenedGroup, choices: Sequence[Choice], by: str, statement: Read
) -> list[tuple[Choice, str]]:
    """Carry out the choices in one commit, and store the names of new accounts.

    Returns each choice with the ID of its record, or "" if nothing was done. If somebody else
    has added an entry in the meantime, it is left out. The next sync writes the rows into the
    workbook."""
    key = key_of(group.config) or made_key(group.config.path.parent)
    known = known_accounts(group, key)
    accounts = named_by_itself(statement.accounts, known)
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
    """The rows that one import writes, and the keyed hashes of the entries from which they are
    made."""

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
        spans = [
            msgspec.structs.replace(span, account=self._name_of[span.account]) for span in balances
        ]
        return [span for span in spans if span not in there]

    def carry_out(self, choice: Choice) -> str:
        """Adds or settles the row of an entry, and returns its ID. Returns "" if nothing is done.

        Two people may import the same statement. A row that the other person has added is not
        added again."""
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
        """Tell whether somebody else has carried out the same proposal in the meantime."""
        before = self._earlier.get(proposal.earlier)
        if before is None:
            return proposal.entry.mark in self._earlier
        if proposal.what == "booked":
            return not before.is_provisional
        return before.table == TRANSFER

    def _take_back(self, proposal: Proposal) -> None:
        """Remove the rows that an earlier import made from the two entries of a transfer, because
        a transfer is neither an expense nor an income."""
        for mark in (proposal.earlier, proposal.entry.mark):
            before = self._earlier.get(mark)
            if before is None or before.table == TRANSFER:
                continue
            self.changes.append(BankChange(mark, TRANSFER, TRANSFER))
            # An instalment that a person typed was never made by an import.
            if before.table != "instalments" and before.id in self._records[before.table]:
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
    """Return the fields of a new record. It has no description, because the bank's text may name
    people. People type the description themselves."""
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
    if what.table == "instalments":
        amount = plain(abs(Decimal(money.decimal(what.entry.units, what.entry.currency))))
        return {"paid_on": day, "amount_paid": amount}
    return (
        {"state": "paid", "paid_on": day}
        if what.table == "expenses"
        else {"state": "received", "date": day}
    )


def places(group: OpenedGroup) -> tuple[list[str], list[str]]:
    """Return the IDs of the budget lines and of the grants."""
    stored = group.register.ask(queries.load, ("budget", "grants"))
    return list(stored.records["budget"]), list(stored.records["grants"])
