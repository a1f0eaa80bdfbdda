"""Compares a bank statement with the register: proposes what an entry is, and finds the row for
each entry.

Nothing is stored here. The words of an entry are compared in memory with descriptions that
people typed. They are never part of a result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypeVar

from budgettrack.core.base import money
from budgettrack.core.figures.at_bank import account_currencies, handed_on_at_bank, received
from budgettrack.core.records.model import (
    HOST_FEE,
    OPENING,
    RETURNED,
    Expense,
    Fields,
    Income,
    Plan,
)
from budgettrack.register.records import Banked

NEAR = timedelta(days=5)
"""The longest time between a row and the bank's entry for it: a weekend and a holiday."""

WAIT = timedelta(days=90)
"""The longest time between an order or an expected income and its entry at the bank."""

TRANSFER = "transfer"
"""Used in place of the name of a table for an entry that only moved money between accounts of
the group. Such an entry has no row."""

Record = tuple[str, str]
"""The table and the ID of a record, such as ("expenses", "E-3")."""

Chosen = TypeVar("Chosen")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One booked movement at the bank.

    `mark`: the keyed hash that identifies the movement. `units`: the amount in minor units of
    `currency`, positive for money received. `words`: the bank's text, which is personal.
    `original`: for a payment by card, the amount and currency in which it was made, or None.
    `fee`: what the bank kept of the payment, in minor units, if the file says it.
    `is_provisional`: whether it is from a report within the day, which the bank may still
    change. `account`: the name that the group chose for the account, or a text such as
    "new account 2" if the account has no name yet."""

    place: str
    mark: str
    day: date
    units: int
    currency: str
    reversal: bool = False
    words: str = field(default="", repr=False, compare=False)
    original: tuple[Decimal, str] | None = field(default=None, compare=False)
    account: str = field(default="", repr=False, compare=False)
    fee: int = field(default=0, compare=False)
    is_provisional: bool = field(default=False, compare=False)
    reference: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that was paid or received according to the register. A receipt that is split over
    several rows is one movement.

    `leaves`: the currency of the account that it leaves if no statement says otherwise, or '' if
    it is `currency` (see `core.figures.at_bank`)."""

    table: str
    id: str
    day: date
    units: int
    currency: str
    leaves: str = ""

    @property
    def record(self) -> Record:
        """The record that has the money: its table and its ID."""
        return self.table, self.id


ProposedMeaning = Literal["new", "known", "booked", "duplicate", "similar", "open", "transfer"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed meaning of an entry.

    `what` is one of these. `known`: it was added before, as the row `id`. `booked`: it was added
    before from a report within the day, as the row `id`; `earlier` is the keyed hash of that
    earlier entry. `duplicate`: it looks like the row `id`. `similar`: it may be the row `id`
    although amount or date differ; `why` gives the reason, and `remedy` says what to do then.
    `open`: the row `id` is ordered or expected with this amount. `transfer`: it moved money to
    or from another account of the group, which `why` names, and is neither expense nor income;
    if the other side was imported as the row `id` before, `earlier` is the keyed hash of the
    other side. `new`: it becomes a new row of `table`. If similar earlier rows have the same
    budget line (or the same grant and kind), the new row gets it, too. `like` is the most similar
    earlier row, and `why` says what the two have in common."""

    entry: StatementEntry
    what: ProposedMeaning
    table: str
    id: str = ""
    line: str = ""
    grant: str = ""
    kind: str = ""
    like: str = ""
    why: str = ""
    earlier: str = ""
    remedy: str = ""


def movements(plan: Plan, tied: Iterable[Record] = ()) -> list[Movement]:
    """Return all money paid or received, in the order of the rows. `tied`: the records that were
    imported from statements."""
    imported = {id_ for table, id_ in tied if table == "expenses"}
    lies_in = account_currencies(plan, imported)
    by_record: dict[Record, Movement] = {}
    for expense in plan.expenses.values():
        if expense.state == "committed":
            continue
        head = expense.split_of if expense.split_of in plan.expenses else expense.id
        units = -expense.signed(expense.amount)
        key = ("expenses", head)
        first = by_record.get(key)
        # All rows of a split receipt are one movement, because the bank has one payment for them.
        if first is not None and first.currency == expense.currency:
            by_record[key] = replace(first, units=first.units + units)
        else:
            key = key if first is None else ("expenses", expense.id)
            leaves = lies_in.of_expense(expense)
            by_record[key] = Movement(
                *key,
                expense.day,
                units,
                expense.currency,
                "" if leaves == expense.currency else leaves,
            )
    every = [*by_record.values(), *map(_income, _received_income(plan))]
    every += [
        Movement("instalments", one.instalment, one.day, one.units, one.currency, one.leaves)
        for one in handed_on_at_bank(lies_in)
    ]
    return [movement for movement in every if movement.units]


def _received_income(plan: Plan) -> Iterator[Income]:
    """Yield the income that came over the bank account. A fee that we keep as a host did not: it
    is a part of money that had come before."""
    for income in plan.income.values():
        if income.state == "received" and income.kind not in (OPENING, HOST_FEE):
            yield income


def _income(income: Income) -> Movement:
    amount, currency = received(income)
    units = -amount if income.kind == RETURNED else amount
    return Movement("income", income.id, income.date, units, currency)


def propose(
    plan: Plan,
    records: Mapping[str, Mapping[str, Fields]],
    entries: Sequence[StatementEntry],
    ties: Mapping[str, Record],
    transfers: Mapping[str, str] = {},
    booked: Mapping[str, Banked] = {},
) -> list[Proposal]:
    """Return a proposal for each entry, in the order of the entries.

    The keys of all mappings are keyed hashes of entries. `ties` has the record that was added for
    the entry before. `transfers` has the account on the other side. `booked` has the provisional
    entry of an earlier import that is the same movement.

    A row of the register is proposed for at most one entry. A row that was added from another
    file can still be proposed, because the bank's references differ between file formats."""
    taken = {ties[entry.mark] for entry in entries if entry.mark in ties}
    taken |= {(earlier.table, earlier.id) for earlier in booked.values()}
    there = without(taken, movements(plan))
    waiting = without(taken, waiting_rows(plan))
    past = _Past(plan, records)
    proposals = []
    for entry in entries:
        if was := booked.get(entry.mark):
            proposals.append(Proposal(entry, "booked", was.table, was.id, earlier=was.mark))
        elif entry.mark in ties:
            proposals.append(Proposal(entry, "known", *ties[entry.mark]))
        elif entry.mark in transfers:
            why = f"the other side is {transfers[entry.mark]}"
            proposals.append(Proposal(entry, "transfer", TRANSFER, why=why))
        elif same := _nearest(entry, there, NEAR, NEAR):
            there.remove(same)
            proposals.append(Proposal(entry, "duplicate", same.table, same.id))
        elif same := _abroad(entry, there):
            there.remove(same)
            why = f"the bank says that it was {money.with_currency(abs(same.units), same.currency)}"
            proposals.append(Proposal(entry, "duplicate", same.table, same.id, why=why))
        elif same := _nearest(entry, waiting, WAIT, NEAR):
            waiting.remove(same)
            proposals.append(Proposal(entry, "open", same.table, same.id))
        else:
            proposals.append(past.like(entry))
    return proposals


def table_of(entry: StatementEntry) -> str:
    """Return the table for the row of an entry. Money that a shop pays back belongs to Expenses
    (refunded). Money that is paid back to a funder belongs to Income (returned to funder)."""
    return "expenses" if (entry.units < 0) != entry.reversal else "income"


def without(taken: Set[Record], movements: Iterable[Movement]) -> list[Movement]:
    """Return the movements that belong to no entry yet: their records are not in `taken`."""
    return [movement for movement in movements if movement.record not in taken]


def waiting_rows(plan: Plan) -> Iterator[Movement]:
    """Yield rows that are ordered, expected or due. These rows are not movements yet."""
    for expense in plan.expenses.values():
        if expense.state == "committed":
            yield Movement("expenses", expense.id, expense.date, -expense.amount, expense.currency)
    for income in plan.income.values():
        if income.state == "expected":
            yield Movement("income", income.id, income.date, income.amount, income.currency)
    for instalment in plan.instalments.values():
        if instalment.paid_on is None and not instalment.paid and instalment.due:
            units = instalment.amount or 0
            units = units if instalment.is_back else -units
            currency = plan.given[instalment.given].currency
            yield Movement("instalments", instalment.id, instalment.due, units, currency)


def original_units(entry: StatementEntry) -> tuple[int, str] | None:
    """Return the amount of a purchase in minor units of its currency.

    Returns None if the file does not say it, or if the currency is not in use."""
    if entry.original is None:
        return None
    amount, currency = entry.original
    try:
        units = money.minor(abs(amount), currency)
    except (KeyError, ValueError):
        return None
    return (-units if entry.units < 0 else units), currency


def _nearest(
    entry: StatementEntry, among: Iterable[Movement], before: timedelta, after: timedelta
) -> Movement | None:
    """Return the movement of the same amount with the nearest date.

    The date is at most `before` days before the entry and `after` days after it. Returns None if
    there is no such movement."""
    same = [
        movement
        for movement in among
        if (movement.units, movement.currency) == (entry.units, entry.currency)
        and entry.day - before <= movement.day <= entry.day + after
    ]
    return min(
        same, key=lambda movement: (abs(movement.day - entry.day), movement.id), default=None
    )


def _abroad(entry: StatementEntry, among: Iterable[Movement]) -> Movement | None:
    """Return the row that has the amount of a card payment in the currency of the purchase.
    Returns None if there is no such row."""
    original = original_units(entry)
    if original is None:
        return None
    units, currency = original
    return _nearest(replace(entry, units=units, currency=currency), among, NEAR, NEAR)


class _Past:
    """The rows that people typed before, each with the words of its description."""

    def __init__(self, plan: Plan, records: Mapping[str, Mapping[str, Fields]]) -> None:
        self._plan = plan
        described = {
            id_: fields.get("description", "") for id_, fields in records["expenses"].items()
        }
        referred = {id_: fields.get("reference", "") for id_, fields in records["income"].items()}
        self._expenses = [
            (expense, _words(described.get(expense.id, "")))
            for expense in plan.expenses.values()
            if expense.state == "paid" and expense.line and not _is_split(expense)
        ]
        self._incomes = [
            (income, _words(referred.get(income.id, ""))) for income in _received_income(plan)
        ]

    def like(self, entry: StatementEntry) -> Proposal:
        """Return the proposal of a new row. If similar earlier rows have the same line, grant and
        kind, the new row gets them, too."""
        if table_of(entry) == "expenses":
            return self._like_expenses(entry)
        if entry.reversal:
            return Proposal(entry, "new", "income", kind="returned to funder")
        return self._like_income(entry)

    def _like_expenses(self, entry: StatementEntry) -> Proposal:
        words, amount = _words(entry.words), abs(entry.units)
        alike = [
            (_alike(expense.amount == amount, words & typed), expense.line, expense)
            for expense, typed in self._expenses
            if expense.currency == entry.currency and self._may_pay(expense, entry.day)
        ]
        best = _agreed(alike)
        if best is None:
            return Proposal(entry, "new", "expenses")
        (_, why), line, expense = best
        return Proposal(
            entry, "new", "expenses", line=line, grant=expense.grant, like=expense.id, why=why
        )

    def _like_income(self, entry: StatementEntry) -> Proposal:
        words, came = _words(entry.words), (entry.units, entry.currency)
        alike = [
            (_alike(received(income) == came, words & typed), (income.grant, income.kind), income)
            for income, typed in self._incomes
            if received(income)[1] == entry.currency
            and income.date <= entry.day
            and income.kind != "returned to funder"
        ]
        best = _agreed(alike)
        if best is None:
            return Proposal(entry, "new", "income")
        (_, why), (grant, kind), income = best
        return Proposal(entry, "new", "income", grant=grant, kind=kind, like=income.id, why=why)

    def _may_pay(self, expense: Expense, day: date) -> bool:
        """Tell whether the line of an expense may be proposed for a day: the expense is not later
        than this day, and on this day its grant has started and has not ended."""
        grant = self._plan.grants.get(expense.grant)
        return expense.day <= day and (grant is None or grant.covers(day))


def _is_split(expense: Expense) -> bool:
    """Tell whether the row is a part of a split receipt, so that its amount is not what the bank
    paid."""
    return bool(expense.split_of) or expense.receipt_total is not None


def _alike(same_amount: bool, shared: frozenset[str]) -> tuple[int, str]:
    """Return how similar two rows are, and in words what is equal: the amount, or a word in the
    text. The word itself is not returned."""
    common = {"the same amount": same_amount, "a word in common": bool(shared)}
    why = " and ".join(words for words, is_so in common.items() if is_so)
    return 2 * same_amount + 2 * len(shared), why


def _agreed(
    rows: Iterable[tuple[tuple[int, str], Chosen, T]],
) -> tuple[tuple[int, str], Chosen, T] | None:
    """Return the last of the most similar rows, if all of these have the same budget line, or
    the same grant and kind.

    Returns None if they differ, because a guess could be wrong."""
    listed = list(rows)
    most = max((likeness for (likeness, _), _, _ in listed), default=0)
    best = [row for row in listed if row[0][0] == most > 0]
    chosen = {place for _, place, _ in best}
    return best[-1] if len(chosen) == 1 else None


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that have at least four letters."""
    return frozenset(re.findall(r"[^\W\d_]{4,}", text.casefold()))


EntryState = Literal[
    "matched",
    "transfer",
    "other amount",
    "other month",
    "only in the statement",
    "only in the register",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry and a movement that belong together, or one of them alone.

    `difference`: the amount of the entry less the amount of the movement, in minor units. If one
    of them is missing or is not in the month, its amount counts as zero."""

    state: EntryState
    entry: StatementEntry | None
    movement: Movement | None
    difference: int
    account: str = ""

    @property
    def currency(self) -> str:
        side = self.entry or self.movement
        return side.currency if side else ""


MatchedPair = tuple[StatementEntry | None, Movement | None]
"""An entry and its movement. One of them is None if it has no counterpart."""


def reconcile(
    entries: Sequence[StatementEntry],
    movements: Sequence[Movement],
    ties: Mapping[str, Record],
    first: date,
    last: date,
    transfers: Set[str] = frozenset(),
) -> list[Pair]:
    """Return the entries and the movements from `first` to `last` in pairs.

    `transfers`: the keyed hashes of entries that moved money between accounts of the group. Such
    an entry counts on both sides. For each currency, the differences of the pairs add up to the
    sum of the statement less the sum of the register."""
    return within(matches(entries, movements, ties, transfers), first, last)


def within(matched: Iterable[MatchedPair], first: date, last: date) -> list[Pair]:
    """Return the pairs in which the entry or the movement, or both, are from `first` to `last`."""
    paired = [_pair(entry, movement, first, last) for entry, movement in matched]
    return sorted(filter(None, paired), key=_order)


def matches(
    entries: Sequence[StatementEntry],
    movements: Sequence[Movement],
    ties: Mapping[str, Record],
    transfers: Set[str] = frozenset(),
) -> list[MatchedPair]:
    """Return each entry and each movement once. If an entry and a movement are the same payment,
    they form a pair."""
    left = {movement.record: movement for movement in movements}
    pairs: list[MatchedPair] = []
    loose: list[StatementEntry] = []
    for entry in entries:
        if entry.mark in transfers or ties.get(entry.mark, ("", ""))[0] == TRANSFER:
            moved = Movement(TRANSFER, TRANSFER, entry.day, entry.units, entry.currency)
            pairs.append((entry, moved))
            continue
        tied = left.get(ties.get(entry.mark, ("", "")))
        if tied is not None and (tied.units, tied.currency) == original_units(entry):
            # A person has said that a row in the currency of the purchase is this payment by card.
            tied = replace(tied, units=entry.units, currency=entry.currency)
        # The row was added from this very entry, so no other row may take its place.
        if tied is not None and tied.currency == entry.currency:
            del left[tied.record]
            pairs.append((entry, tied))
        else:
            loose.append(entry)
    matched = _matched(loose, left)
    pairs += [(entry, matched.get(number)) for number, entry in enumerate(loose)]
    pairs += [(None, movement) for movement in left.values()]
    return pairs


def _matched(
    entries: Sequence[StatementEntry], left: dict[Record, Movement]
) -> dict[int, Movement]:
    """Return a mapping from the number of an entry to its movement, and remove these movements
    from `left`."""
    matched: dict[int, Movement] = {}
    # The nearest pairs come first: the order of entries in the file must not change the result.
    for _, _, number, movement in sorted(_near(entries, left.values())):
        if number not in matched and movement.record in left:
            matched[number] = left.pop(movement.record)
    return matched


def _near(
    entries: Sequence[StatementEntry], movements: Iterable[Movement]
) -> Iterator[tuple[timedelta, str, int, Movement]]:
    """Yield each entry and movement with the same amount and near dates, as four things: the time
    between the dates, the ID of the movement, the number of the entry, and the movement."""
    by_amount: dict[tuple[int, str], list[Movement]] = {}
    for movement in movements:
        by_amount.setdefault((movement.units, movement.currency), []).append(movement)
    for number, entry in enumerate(entries):
        for movement in by_amount.get((entry.units, entry.currency), ()):
            distance = abs(movement.day - entry.day)
            if distance <= NEAR:
                yield distance, movement.id, number, movement


def _pair(
    entry: StatementEntry | None, movement: Movement | None, first: date, last: date
) -> Pair | None:
    """Return the pair of an entry and a movement. One of them may be missing.

    Returns None if neither is between `first` and `last`."""
    banked, booked = _units(entry, first, last), _units(movement, first, last)
    if banked is None and booked is None:
        return None
    difference = (banked or 0) - (booked or 0)
    if movement is None:
        return Pair("only in the statement", entry, None, difference)
    if entry is None:
        return Pair("only in the register", None, movement, difference)
    if movement.table == TRANSFER:
        return Pair("transfer", entry, movement, difference)
    if banked is None or booked is None:
        return Pair("other month", entry, movement, difference)
    return Pair("other amount" if difference else "matched", entry, movement, difference)


def _units(side: StatementEntry | Movement | None, first: date, last: date) -> int | None:
    """Return the amount of an entry or a movement in minor units. Returns None if there is no
    entry or movement, or if its date is not between `first` and `last`."""
    return side.units if side is not None and first <= side.day <= last else None


def _order(pair: Pair) -> tuple[date, str]:
    if pair.entry:
        return pair.entry.day, pair.entry.place
    assert pair.movement is not None
    return pair.movement.day, pair.movement.id
