"""Compares the statements of a file with those of earlier imports: whether each statement
continues where an earlier one ended, and which entries are in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from budgettrack.bank.accounts import FileAccount
from budgettrack.bank.formats import Statement
from budgettrack.bank.formats.chain import follows, ordered, overlaps, reaching
from budgettrack.core.base import money
from budgettrack.register.records import BankStatement


@dataclass(frozen=True, slots=True)
class Beside:
    """The result of comparing the statements of a file with earlier ones, in words.

    `gaps`: the days that are missing between statements. `notes`: remarks for the reader."""

    gaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def with_balances(
    statements: Sequence[Statement], accounts: Mapping[str, FileAccount]
) -> dict[BankStatement, str]:
    """Return a mapping from the days and balances of each statement to its place in the file. A
    statement without them is left out.

    A report within the day is left out, because the bank may still change it."""
    places: dict[BankStatement, str] = {}
    for statement in statements:
        if statement.is_provisional or statement.first is None or statement.last is None:
            continue
        try:
            closing = _units(statement, statement.closes)
            opening = _units(statement, statement.opens)
        except (KeyError, ValueError):
            # The statement is left out if its currency is not in use.
            # It is also left out if an amount has more decimals than its currency allows.
            continue
        if closing is not None:
            span = BankStatement(
                accounts[statement.of_account].label,
                statement.currency,
                statement.first,
                statement.last,
                opening,
                closing,
                statement.number,
                statement.page,
            )
            places.setdefault(span, statement.place)
    return places


def _units(statement: Statement, amount: object) -> int | None:
    return None if amount is None else money.minor(str(amount), statement.currency)


def beside(
    places: Mapping[BankStatement, str],
    earlier: Sequence[BankStatement],
    of_rows: Set[str] = frozenset(),
) -> Beside:
    """Compare the statements of a file with the statements of earlier imports.

    `of_rows`: the places of the statements whose balances are those of their rows. Such a file may
    have been downloaded in the middle of its last day, so the next one may have that day again."""
    gaps: list[str] = []
    notes: list[str] = []
    by_account: dict[tuple[str, str], list[BankStatement]] = defaultdict(list)
    for statement in dict.fromkeys((*earlier, *places)):
        by_account[statement.account, statement.currency].append(statement)
    there = {*earlier}
    for statements in by_account.values():
        chain = ordered(statements)
        neighbours = zip([None, *chain], chain, [*chain[1:], None], strict=False)
        for before, statement, after in neighbours:
            if statement in places and statement in there:
                notes.append(f"{places[statement]} was in an earlier import.")
            elif statement in places:
                earlier_one = before if before in there else None
                later_one = after if after in there else None
                notes += _age(places[statement], statement, earlier_one, later_one)
        for one, other in reaching(chain):
            shares_day = other.first <= one.last and {places.get(one), places.get(other)} & of_rows
            # A gap between two statements of the same file was reported when the file was read.
            is_told = (one in places) == (other in places)
            if not (is_told or shares_day or follows(one, other) or overlaps(one, other)):
                gaps += _gap(one, other, places)
    return Beside(tuple(gaps), tuple(notes))


def _age(
    place: str,
    statement: BankStatement,
    before: BankStatement | None,
    after: BankStatement | None,
) -> list[str]:
    """Return sentences that say how a new statement fits between the earlier statements before
    and after it. Return [] if there is nothing to say."""
    if before and not follows(before, statement) and overlaps(before, statement):
        return [_overlap(place, before)]
    if after and not follows(statement, after) and overlaps(statement, after):
        return [_overlap(place, after)]
    if after is None:
        return []
    if before and follows(before, statement) and follows(statement, after):
        return [f"{place} fills the gap between {before.last} and {after.first}."]
    return [
        f"{place} is older than the statement of {after.first} to {after.last}, imported before."
    ]


def _overlap(place: str, other: BankStatement) -> str:
    return (
        f"{place} overlaps a statement of {other.first} to {other.last} that was imported before:"
        " entries that are in both are recognised, and are not added again."
    )


def _gap(
    one: BankStatement, other: BankStatement, places: Mapping[BankStatement, str]
) -> list[str]:
    """Return a sentence about the entries that are missing between two statements whose balances
    do not fit together. Return [] if the second statement has no opening balance."""
    if other.opening is None:
        return []
    opens = money.with_currency(other.opening, other.currency)
    closed = money.with_currency(one.closing, one.currency)
    missing = f"What was booked between {one.last} and {other.first} is missing{_pages(one, other)}"
    if other in places:
        return [
            f"{places[other]}: its opening balance is {opens}, but the statement that was imported"
            f" before has the closing balance {closed}. {missing}. Import those days, too."
        ]
    return [
        f"{places[one]}: its closing balance is {closed}, but the next statement, which was"
        f" imported before, has the opening balance {opens}. {missing}. Import those days, too."
    ]


def _pages(one: BankStatement, other: BankStatement) -> str:
    """Return the numbers of the pages that lie between two pages of one statement, or "" if
    there are none."""
    if one.number != other.number or one.page is None or other.page is None:
        return ""
    pages = range(one.page + 1, other.page)
    return f" (page {', '.join(map(str, pages))})" if 0 < len(pages) < 10 else ""
