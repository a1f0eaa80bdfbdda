"""Compares the bank with the books: the balances on the imported bank statements with the money
that the group holds according to the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from msgspec import Struct

from budgettrack.core.base import money, months
from budgettrack.core.base.months import Month, last_day
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.figures.cash import grant_positions
from budgettrack.group import OpenedGroup, Standing, last_full_month
from budgettrack.register import queries
from budgettrack.register.records import BankStatement


class BankBalance(Struct, frozen=True):
    """What all bank accounts in one currency hold at the end of a month, by the bank and by the
    books.

    Amounts are in minor units. `month` is None if there is no month for which every account has
    a statement that covers its last day."""

    currency: str
    month: Month | None
    bank: int = 0
    books: int = 0


def bank_balances(group: OpenedGroup, standing: Standing) -> list[BankBalance]:
    """Return the balances of each currency at the end of the newest full month for which every
    account has a statement. Returns [] if no statement was imported.

    `standing`: the money of each grant at the end of the last full month."""
    statements = group.register.glance(queries.bank_statements)
    of_currency = defaultdict(list)
    for statement in statements:
        of_currency[statement.currency].append(statement)
    last = last_full_month(group.today)
    found = []
    for currency, own in sorted(of_currency.items()):
        by_month = {month: units for month, units in _closings(own).items() if month <= last}
        month = max(by_month, default=None)
        if month is None:
            found.append(BankBalance(currency, None))
            continue
        at = standing if month == last else group.standing_at(month)
        found.append(BankBalance(currency, month, by_month[month], _books(at, month, currency)))
    return found


def _closings(statements: Iterable[BankStatement]) -> Mapping[Month, int]:
    """Return the sum of all accounts at the end of each month for which every account has a
    balance."""
    by_account: dict[str, dict[Month, int]] = {}
    for statement in statements:
        of_account = by_account.setdefault(statement.account, {})
        if (statement.last + timedelta(days=1)).day == 1:
            of_account[months.month_of(statement.last)] = statement.closing
    common = set.intersection(*map(set, by_account.values()))
    return {month: sum(of[month] for of in by_account.values()) for month in common}


def _books(standing: Standing, month: Month, currency: str) -> int:
    return sum(
        cash.balance
        for cash in grant_positions(standing.plan, standing.totals, month)
        if cash.money == "ours" and cash.currency == currency
    )


def bank_lines(
    group: OpenedGroup, standing: Standing, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield one sentence for each currency that says whether the bank agrees with the books."""
    balances = bank_balances(group, standing)
    if not balances:
        yield words.say("Bank: not compared, no statement was imported (budgettrack import)")
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
