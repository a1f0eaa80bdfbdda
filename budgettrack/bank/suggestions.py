"""When a statement and the register were compared, some entries and rows were not matched. This
module suggests which of them may belong together, and why.

No suggestion is carried out. The entries and rows stay separate in the comparison, so that its
differences still add up to the cent."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from typing import Literal, TypeVar

from budgettrack.bank.matching import (
    NEAR,
    WAIT,
    Movement,
    Record,
    StatementEntry,
    original_units,
    without,
)
from budgettrack.core.base import money
from budgettrack.core.base.months import month_of

FAR = timedelta(days=10)
"""The longest time between an entry and a row with a wrong date in another month. (With a longer
time, the rent of this month could match the rent of the month before.)"""

MOST_PARTS = 4
"""One entry is compared with the sum of at most this many rows, and one row with the sum of at
most this many entries."""

MOST_NEAR = 12
"""A sum is searched among at most this many rows, those with the nearest dates. Twelve rows have
781 sums of two, three or four rows."""

STEPS = 300_000
"""The most comparisons that are made for one kind of suggestion. They take less than a second.
For 300 unmatched entries, fewer are needed."""

TOO_MUCH = "There are too many unmatched entries and rows, so some suggestions may be missing."
"""The message if a search was stopped because there were too many comparisons."""

OneSide = TypeVar("OneSide", StatementEntry, Movement)
Bounded = TypeVar("Bounded")

SuggestionReason = Literal[
    "not settled",
    "other currency",
    "fee",
    "several rows",
    "several entries",
    "other date",
    "near amount",
]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Entries and movements that may belong together.

    `why` gives the reason, and `remedy` says what to do if they do."""

    reason: SuggestionReason
    entries: tuple[StatementEntry, ...]
    movements: tuple[Movement, ...]
    why: str
    remedy: str


def suggested(
    entries: Iterable[StatementEntry],
    movements: Iterable[Movement],
    waiting: Iterable[Movement],
    steps: int = STEPS,
) -> tuple[list[Suggestion], bool]:
    """Return suggestions for unmatched entries and movements, and whether the search was completed.
    An entry or movement is in at most one suggestion.

    `waiting`: rows that are ordered or expected, which do not count as movements."""
    search = _Search(entries, movements, waiting, steps)
    # The most certain reasons come first.
    # If such a reason explains an entry, the entry is not used for a less certain reason.
    search.take(search.not_settled)
    search.take(search.other_currency)
    search.take(search.recorded_fee)
    search.take(search.known_fee)
    search.take(search.several_rows)
    search.take(search.several_entries)
    search.take(search.other_date)
    search.take(search.near_amount)
    search.take(search.likely_fee)
    order = sorted(search.found, key=lambda suggestion: _place(suggestion.entries[0]))
    return order, search.is_whole


class _Search:
    """The entries and movements for which there is no suggestion yet."""

    def __init__(
        self,
        entries: Iterable[StatementEntry],
        movements: Iterable[Movement],
        waiting: Iterable[Movement],
        steps: int,
    ) -> None:
        # Entries and rows are sorted here, because their order in the file must not decide which
        # suggestion comes first.
        self._entries = sorted(entries, key=_place)
        self._movements = sorted(movements, key=_row)
        self._waiting = sorted(waiting, key=_row)
        self._most, self._left = steps, steps
        self.is_whole = True
        self.found: list[Suggestion] = []

    def take(self, rule: Iterable[tuple[int, Suggestion]]) -> None:
        """Add the suggestions of one rule. A rule yields pairs: a number and a suggestion; the
        lowest number comes first. Each entry and movement is used once."""
        taken_entries: set[str] = set()
        taken_records: set[Record] = set()
        # Each reason has a limit of its own: a long search must not prevent other searches.
        self._left = self._most
        for _, suggestion in sorted(rule, key=lambda ranked: ranked[0]):
            marks = {entry.mark for entry in suggestion.entries}
            records = {movement.record for movement in suggestion.movements}
            if marks & taken_entries or records & taken_records:
                continue
            taken_entries |= marks
            taken_records |= records
            self.found.append(suggestion)
        self.is_whole = self.is_whole and self._left > 0
        self._entries = [entry for entry in self._entries if entry.mark not in taken_entries]
        self._movements = without(taken_records, self._movements)
        self._waiting = without(taken_records, self._waiting)

    @property
    def not_settled(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that an entry is the payment for a row that is ordered or expected,
        with the same amount."""
        for entry, row, days in self._pairs(self._waiting, WAIT, NEAR):
            if (row.units, row.currency) == (entry.units, entry.currency):
                word = "ordered" if row.table == "expenses" else "expected"
                state = "paid" if row.table == "expenses" else "received"
                why = f"{row.id} is {word} with this amount"
                remedy = f"set the state of {row.id} to {state}"
                yield days, Suggestion("not settled", (entry,), (row,), why, remedy)

    @property
    def other_currency(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that a payment by card, in the currency of the account, is a row in
        the currency of the purchase."""
        for entry, row, days in self._pairs(self._movements, NEAR, NEAR):
            if original_units(entry) == (row.units, row.currency):
                why = f"the bank says that it was {_told(row.units, row.currency)}"
                remedy = "import the statement again on a terminal, and say that both are the same"
                yield days, Suggestion("other currency", (entry,), (row,), why, remedy)

    @property
    def recorded_fee(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that income came less a fee, and the fee is already a row. Example:
        100 were expected, 98 came, and an expense of 2 has the fee."""
        for entry, row, days in self._income(NEAR):
            fee = entry.units - row.units
            if not 0 < -fee * 10 <= row.units:
                continue
            expenses = self._between(self._movements, entry.day - NEAR, entry.day + NEAR)
            if not self._step(len(expenses)):
                return
            for kept in expenses:
                if (kept.table, kept.units, kept.currency) == ("expenses", fee, entry.currency):
                    why = f"{row.id} less the fee {kept.id} is this amount"
                    remedy = f"leave {row.id} and {kept.id} as they are"
                    if row in self._waiting:
                        remedy = f"set the state of {row.id} to received"
                    yield days, Suggestion("fee", (entry,), (row, kept), why, remedy)

    @property
    def known_fee(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that income came less a fee, and the statement names this fee."""
        for entry, row, days in self._income(NEAR):
            if entry.fee and row.units == entry.units + entry.fee:
                yield days, self._fee(entry, row, "as the statement says")

    @property
    def likely_fee(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that income came less an unknown fee: at most a tenth of the
        expected amount is missing."""
        for entry, row, days in self._income(NEAR):
            fee = row.units - entry.units
            if 0 < fee * 10 <= row.units:
                # The smallest fee comes first. A small fee is a better sign than a near date.
                yield (
                    100 * fee // row.units * 1000 + days,
                    self._fee(entry, row, "which may be a fee"),
                )

    def _fee(self, entry: StatementEntry, row: Movement, why: str) -> Suggestion:
        fee = _told(row.units - entry.units, row.currency)
        first = f"keep {row.id} as it is"
        if row in self._waiting:
            first = f"set the state of {row.id} to received"
        remedy = f"{first}, and add an expense of {fee} for the fee"
        return Suggestion("fee", (entry,), (row,), f"{row.id} less {fee}, {why}", remedy)

    def _income(self, days: timedelta) -> Iterator[tuple[StatementEntry, Movement, int]]:
        """Yield entries together with income near to them in date, also income that is only
        expected."""
        for entry, row, distance in (
            *self._pairs(self._movements, days, days),
            *self._pairs(self._waiting, WAIT, days),
        ):
            if row.table == "income" and entry.units > 0 and row.currency == entry.currency:
                yield entry, row, distance

    @property
    def several_rows(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that one entry pays several rows together."""
        for entry in self._while_bounded(self._entries):
            rows = self._sum_of(entry.units, entry.day, entry.currency, self._movements)
            if rows:
                sums = " + ".join(_told(row.units, row.currency) for row in rows)
                ids = ", ".join(row.id for row in rows)
                why = f"{ids} together are this amount: {sums}"
                remedy = _one_receipt(rows)
                yield len(rows), Suggestion("several rows", (entry,), rows, why, remedy)

    @property
    def several_entries(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that several entries of an account together are one row."""
        by_account: dict[str, list[StatementEntry]] = {}
        for entry in self._entries:
            by_account.setdefault(entry.account, []).append(entry)
        pairs = product(self._movements, by_account.values())
        for row, of_account in self._while_bounded(pairs):
            entries = self._sum_of(row.units, row.day, row.currency, of_account)
            if entries:
                sums = " + ".join(_told(entry.units, entry.currency) for entry in entries)
                why = f"{row.id} is these entries together: {sums}"
                remedy = f"make a row of each entry, and remove {row.id}"
                yield len(entries), Suggestion("several entries", entries, (row,), why, remedy)

    def _sum_of(
        self, units: int, day: date, currency: str, parts: Sequence[OneSide]
    ) -> tuple[OneSide, ...]:
        """Return the parts that sum to this amount. Returns () if there are no such parts. Also
        returns () if different parts give the same sum, because a guess could be wrong."""
        between = self._between(parts, day - NEAR, day + NEAR)
        if not self._step(len(between)):
            return ()
        near = [
            part
            for part in between
            if part.currency == currency and part.units * units > 0 and abs(part.units) < abs(units)
        ]
        near.sort(key=lambda part: (abs(part.day - day), part.day))
        for size in range(2, MOST_PARTS + 1):
            sums = []
            for some in combinations(near[:MOST_NEAR], size):
                if not self._step():
                    return ()
                if sum(part.units for part in some) == units:
                    sums.append(some)
            if sums:
                in_order = sorted(sums[0], key=lambda part: part.day)
                return tuple(in_order) if len(sums) == 1 else ()
        return ()

    @property
    def other_date(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions that an entry and a row of the same amount belong together although
        their dates differ by more than a weekend and a holiday."""
        by_amount: dict[tuple[int, str], list[Movement]] = {}
        for row in self._movements:
            by_amount.setdefault((row.units, row.currency), []).append(row)
        for entry in self._entries:
            for row in by_amount.get((entry.units, entry.currency), ()):
                if not self._step():
                    return
                slip = _date_slip(entry.day, row.day)
                days = abs(entry.day - row.day)
                if slip or days <= FAR or month_of(entry.day) == month_of(row.day):
                    why = f"{row.id} has this amount, {slip or f'{days.days} days apart'}"
                    remedy = f"correct the date of {row.id}"
                    yield days.days, Suggestion("other date", (entry,), (row,), why, remedy)

    @property
    def near_amount(self) -> Iterator[tuple[int, Suggestion]]:
        """Yield suggestions for an entry and a row of nearly the same date. The amount of the row
        seems to be that of the entry with a typing mistake."""
        for entry, row, days in self._pairs(self._movements, NEAR, NEAR):
            slip = amount_slip(entry.units, row.units) if row.currency == entry.currency else ""
            if slip:
                why = f"{row.id} has {_told(row.units, row.currency)}: {slip}"
                remedy = f"correct the amount of {row.id}"
                if entry.units == -row.units:
                    remedy = f"make {row.id} a refund, or, if it is one, make it a payment"
                yield days, Suggestion("near amount", (entry,), (row,), why, remedy)

    def _pairs(
        self, rows: Sequence[Movement], before: timedelta, after: timedelta
    ) -> Iterator[tuple[StatementEntry, Movement, int]]:
        """Yield three things: an entry, a row, and the days between their dates. The row is at
        most `before` earlier, and at most `after` later than the entry."""
        for entry in self._while_bounded(self._entries):
            for row in self._between(rows, entry.day - before, entry.day + after):
                if not self._step():
                    return
                yield entry, row, abs(entry.day - row.day).days

    @staticmethod
    def _between(parts: Sequence[OneSide], first: date, last: date) -> Sequence[OneSide]:
        start = bisect_left(parts, first, key=lambda part: part.day)
        return parts[start : bisect_right(parts, last, key=lambda part: part.day)]

    def _while_bounded(self, parts: Iterable[Bounded]) -> Iterator[Bounded]:
        """Yield the parts until too many comparisons have been made."""
        for part in parts:
            if not self._left:
                return
            yield part

    def _step(self, number: int = 1) -> bool:
        """Add to the number of comparisons. Returns False if there are too many."""
        self._left = max(0, self._left - number)
        return self._left > 0


def _place(entry: StatementEntry) -> tuple[date, int, str]:
    return entry.day, entry.units, entry.mark


def _row(movement: Movement) -> tuple[date, int, str]:
    return movement.day, movement.units, movement.id


def _told(units: int, currency: str) -> str:
    return money.with_currency(units, currency)


def _one_receipt(rows: Sequence[Movement]) -> str:
    """Return the remedy: how a person makes one movement of several rows."""
    first, *others = (row.id for row in rows)
    if all(row.table == "expenses" for row in rows):
        return f'write {first} into the column "Split of" of {", ".join(others)}'
    return "compare them: only rows of Expenses can be joined to one payment"


def _date_slip(bank: date, typed: date) -> str:
    """Return the mistake that explains why two dates differ, in words. Returns "" if there is no
    clear mistake."""
    if (typed.day, typed.month, typed.year) == (bank.month, bank.day, bank.year):
        return "with day and month exchanged"
    if (typed.day, typed.month) == (bank.day, bank.month) and abs(typed.year - bank.year) == 1:
        return "in another year"
    return ""


def amount_slip(bank: int, typed: int) -> str:
    """Return the typing mistake that explains why two amounts differ, in words. Returns "" if
    there is none."""
    if bank == -typed:
        return "its plus or minus sign is wrong"
    if bank * typed <= 0:
        return ""
    right, wrong = str(abs(bank)), str(abs(typed))
    if right.rstrip("0") == wrong.rstrip("0"):
        return "its decimal sign is in another place"
    if len(right) == len(wrong):
        return _same_length(right, wrong)
    shorter, longer = sorted((right, wrong), key=len)
    # A missing digit is a typing mistake only in longer amounts.
    # 5.00 and 15.00 differ by one digit too. With so few digits, this means nothing.
    is_long = len(shorter.rstrip("0")) >= 3
    if is_long and len(longer) == len(shorter) + 1 and _lacks_one(shorter, longer):
        return "it lacks a digit" if len(wrong) < len(right) else "it has a digit too many"
    return ""


def _same_length(right: str, wrong: str) -> str:
    different = [place for place in range(len(right)) if right[place] != wrong[place]]
    first, last = different[0], different[-1]
    if len(different) == 2 and right[first] + right[last] == wrong[last] + wrong[first]:
        return "two digits are exchanged"
    # One different digit is a typing mistake only if the amounts differ by at most a tenth.
    # Example: 10.00 and 15.00 have three digits in common, but they are not nearly equal.
    if len(different) == 1 and abs(int(right) - int(wrong)) * 10 <= int(right):
        return "one digit differs"
    return ""


def _lacks_one(shorter: str, longer: str) -> bool:
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
