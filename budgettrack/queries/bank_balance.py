"""Compares the bank with the books: the balances on the imported bank statements with the money
that the group holds according to the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from itertools import pairwise

from msgspec import Struct

from budgettrack.core.base import money, months
from budgettrack.core.base.months import Month, last_day
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.counting.law import Books
from budgettrack.core.counting.statements import books_of
from budgettrack.core.figures.at_bank import held_at_bank
from budgettrack.core.records.model import Plan
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup, Standing, last_full_month
from budgettrack.register import queries
from budgettrack.register.records import BankStatement
from budgettrack.statements import newest_of


class BankBalance(Struct, frozen=True):
    """The sum of all bank accounts in one currency at the end of a month: once according to the
    bank, and once according to the books. Amounts are in minor units.

    `month` is None if there is no month for which every account has a statement that covers its
    last day."""

    currency: str
    month: Month | None
    bank: int = 0
    books: int = 0


def bank_balances(group: OpenedGroup, standing: Standing) -> list[BankBalance]:
    """Return the balances of each currency at the end of the newest full month for which every
    account has a statement. Returns [] if no statement with a balance was imported.

    `standing`: the money of each grant at the end of the last full month."""
    last = last_full_month(group.today)
    found = []
    for currency, own in sorted(_by_currency(group).items()):
        by_month = {month: units for month, units in _closings(own).items() if month <= last}
        month = max(by_month, default=None)
        if month is None:
            found.append(BankBalance(currency, None))
            continue
        at = standing if month == last else group.standing_at(month)
        found.append(
            BankBalance(currency, month, by_month[month], _books(group, at, month, currency))
        )
    return found


def bank_balance_at(group: OpenedGroup, month: Month, currency: str) -> BankBalance | None:
    """Return the balances of a currency at the end of a month.

    Returns None unless every account has an imported statement that ends with the month."""
    closings = _closings(_by_currency(group).get(currency, ()))
    if month not in closings:
        return None
    return BankBalance(
        currency, month, closings[month], _books(group, group.standing_at(month), month, currency)
    )


def _by_currency(group: OpenedGroup) -> Mapping[str, Sequence[BankStatement]]:
    """Return the imported statements of each currency."""
    of_currency = defaultdict(list)
    for statement in group.register.glance(queries.bank_statements):
        of_currency[statement.currency].append(statement)
    return of_currency


def _closings(statements: Iterable[BankStatement]) -> Mapping[Month, int]:
    """Return the sum of all accounts at the end of each month for which every account has a
    balance."""
    own: dict[str, list[BankStatement]] = {}
    for statement in statements:
        own.setdefault(statement.account, []).append(statement)
    by_account = {account: _month_ends(of_account) for account, of_account in own.items()}
    common = set.intersection(*map(set, by_account.values())) if by_account else set[Month]()
    return {month: sum(of[month] for of in by_account.values()) for month in common}


def _month_ends(statements: Sequence[BankStatement]) -> dict[Month, int]:
    """Return the balances of one account at the ends of months.

    A balance is known if a statement ends with the month. It is also known if the next statement
    begins in a later month with the balance with which this one ends. (A CSV file ends with its
    last entry, which is seldom on the last day.)"""
    in_order = sorted(statements, key=lambda each: (each.last, each.first))
    ends: dict[Month, int] = {}
    for one, other in pairwise(in_order):
        month = months.month_of(one.last)
        if one.closing == other.opening and month < months.month_of(other.first):
            ends[month] = one.closing
    for statement in statements:
        if (statement.last + timedelta(days=1)).day == 1:
            ends[months.month_of(statement.last)] = statement.closing
    return ends


def _books(group: OpenedGroup, standing: Standing, month: Month, currency: str) -> int:
    """Return the amount that must be at the bank according to the books, in minor units of the
    currency."""
    _, ties = group.register.ask(queries.bank)
    for_groups = _held_for_groups(group, standing, month)
    held = held_at_bank(
        standing.plan,
        standing.totals,
        month,
        lambda: group.plan_of(group.all_records),
        {id_ for table, id_ in ties.values() if table == "expenses"},
        _held_for_others(standing.plan, {books.reference for books in for_groups} - {""}),
    )
    own = [books for books in for_groups if books.currency == currency]
    return held.get(currency, 0) + sum(books.terms.held_here + books.fee for books in own)


def _held_for_groups(group: OpenedGroup, standing: Standing, month: Month) -> list[Books]:
    """Return the grants that we, a host, hold for groups, by their newest statements up to the end
    of a month. Their money is at our bank, and in the books of the groups alone. So is our fee of
    it."""
    if group.config.host is None:
        return []
    told = newest_of(group.config.host.groups, standing.records.get(GROUPS.name, {}), month)
    return [books for statement in told.values() for books in books_of(statement) if books.is_held]


def _held_for_others(plan: Plan, references: Set[str]) -> set[str]:
    """Return our grants whose money we only hold for a group, by the references of their
    agreements. It counts in the books of the group, as in `host money` (`held-twice`)."""
    handed_on = {given.grant for given in plan.given.values()}
    return {
        id_
        for id_, grant in plan.grants.items()
        if grant.agreement_reference in references and id_ not in handed_on
    }


def bank_lines(
    group: OpenedGroup, standing: Standing, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield one sentence for each currency that says whether the bank agrees with the books."""
    balances = bank_balances(group, standing)
    if not balances:
        yield words.say(
            "Bank: not compared, no statement with a balance was imported (budgettrack import)"
        )
    for balance in balances:
        if balance.month is None:
            yield words.say(
                "Bank: not compared, no month ends with a statement of each account in {currency}"
                " (budgettrack import)",
                currency=balance.currency,
            )
            continue
        told = {
            "day": f"{last_day(balance.month)}",
            "bank": money.told(balance.bank, balance.currency, locale),
        }
        apart = balance.bank - balance.books
        if not apart:
            yield words.say("Bank: agrees with the books on {day}, {bank}", **told)
            continue
        yield words.say(
            "Bank: {bank} on {day}, {books} in the books, {apart} apart (budgettrack reconcile)",
            **told,
            books=money.told(balance.books, balance.currency, locale),
            apart=money.told(apart, balance.currency, locale),
        )
