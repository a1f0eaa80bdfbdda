"""Reads QIF files, the old format of Quicken. A QIF file has no balance and no currency, and its
dates are in the order that was usual on the machine that wrote it. So a file is read only if its
own dates and amounts show what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from budgettrack.bank.formats.csv.text import decoded
from budgettrack.bank.formats.csv.values import amount, day, decimal_sign, form_of, orders
from budgettrack.bank.formats.csv.values import number_locale as locale_of
from budgettrack.bank.formats.kinds import INSTEAD
from budgettrack.bank.formats.statement import Statement, StatementLine, unreadable
from budgettrack.config.bank_csv import AS_WRITTEN, INVERTED

_LISTS = frozenset(("bank", "cash", "ccard", "oth a", "oth l"))
"""The kinds of lists in a QIF file that are movements of an account. Other lists are of
investments, categories or reminders."""

_IGNORED = frozenset(("cat", "class", "tag"))
_DAY = re.compile(r"(\d{1,4})[/.-] ?(\d{1,2})([/.'-]) ?(\d{1,4})")
_AMBIGUOUS = re.compile(r"[-+(]?\d{1,3}[.,]\d{3}\)?")


@dataclass(slots=True)
class _Record:
    """A record. `line`: the number of the line on which it ends. `parts`: from the first letter of
    each line to the rest of that line."""

    account: str
    line: int = 0
    parts: dict[str, str] = field(default_factory=dict)


def read(name: str, content: bytes, currency: str, *, is_assumed: bool = False) -> list[Statement]:
    """Return the statements of a QIF file, one for each account.

    `currency`: the currency of the account, or the one that is assumed. Raises UsageError if the
    dates or the amounts can be read in two ways, or if a record has no date or no amount."""
    text = decoded(name, content, "", "en")
    records = [record for record in _records(name, text) if record.parts.keys() - {"$", "S", "E"}]
    for record in records:
        for letter, what in {"D": "day", "T": "amount"}.items():
            if not record.parts.get(letter):
                raise unreadable(f"{name}, line {record.line}", f"it has no {what}", INSTEAD)
    days = [_plain_day(record.parts["D"]) for record in records]
    written = [record.parts["T"] for record in records]
    locale = _locale(name, written)
    form = form_of(days, _order(name, days), "en", (), None)
    accounts: dict[str, list[StatementLine]] = {record.account: [] for record in records}
    for record, its_day in zip(records, days, strict=True):
        place = f"{name}, line {record.line}"
        parts = record.parts
        words = " ".join(" ".join(parts.get(letter, "") for letter in "PM").split())
        accounts[record.account].append(
            StatementLine(
                place,
                day(place, its_day, "D", form),
                amount(place, parts["T"], "T", locale).amount,
                currency,
                parts.get("N", "") or words,
                words,
            )
        )
    return [
        _statement(name, account, lines, currency, is_assumed=is_assumed)
        for account, lines in (accounts or {"": []}).items()
    ]


def _records(name: str, text: str) -> Iterator[_Record]:
    """Yield the records of movements. Raises UsageError for a list of another kind."""
    account, kind = "", ""
    record = _Record(account)
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        letter, rest = line.strip("\ufeff \t")[:1], line.strip("\ufeff \t")[1:].strip()
        if letter == "!":
            kind = _kind(name, number, rest)
            record = _Record(account)
        elif letter == "^":
            if kind == "account":
                account = record.parts.get("N", "")
            elif kind in _LISTS:
                record.line = number
                yield record
            record = _Record(account)
        elif letter:
            # Only T is read: in a divided payment, T has the whole amount, and $ has the parts.
            record.parts.setdefault(letter, rest)
    if kind in _LISTS and record.parts:
        raise unreadable(name, "this QIF was cut: its last record has no end", "Download it again")


def _kind(name: str, number: int, heading: str) -> str:
    """Return the kind of list that a heading names. Raises UsageError if it is no list of
    movements."""
    kind = heading.casefold().removeprefix("type:").strip()
    if kind in _LISTS or kind in _IGNORED or kind == "account":
        return kind
    if kind.startswith(("option:", "clear:")):
        return "cat"
    raise unreadable(
        f"{name}, line {number}",
        "this QIF is a list of something else than the movements of an account",
        INSTEAD,
    )


def _plain_day(text: str) -> str:
    """Return a date in plain form. Quicken writes 5/10'26, with a blank before a single digit."""
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    one, two, _, three = match.groups()
    sign = "." if "." in text else "/"
    return sign.join((one, two, three.zfill(2)))


def _order(name: str, days: Sequence[str]) -> str:
    """Return the order of day, month and year. Raises UsageError if two are possible."""
    # A year of two digits is always last, so 25/10/26 cannot be a day in 2025.
    has_year_first = all(re.match(r"\d{4}", text) for text in days)
    possible = [order for order in orders(days) if has_year_first or order != "year first"]
    if days and len(possible) != 1:
        ways = "can be read in two ways" if possible else "cannot be read"
        raise unreadable(name, f"this is QIF, and its days ({days[0]}) {ways}", INSTEAD)
    return possible[0] if possible else ""


def _locale(name: str, written: Sequence[str]) -> str:
    """Return the locale that reads the amounts correctly. Raises UsageError if an amount such as
    1,000 may mean a thousand or one."""
    decimal = decimal_sign(written)
    if not decimal and any(map(_AMBIGUOUS.fullmatch, written)):
        raise unreadable(name, "this is QIF, and its amounts can be read in two ways", INSTEAD)
    return locale_of(decimal, "en")


def _statement(
    name: str,
    account: str,
    lines: Sequence[StatementLine],
    currency: str,
    *,
    is_assumed: bool,
) -> Statement:
    told = (
        f"{name}: QIF does not tell its currency. Its amounts were read as {currency}. Check that"
        " this is right."
    )
    days = [line.day for line in lines]
    return Statement(
        tuple(lines),
        min(days, default=None),
        max(days, default=None),
        account,
        (f"{name}: QIF has no balance, so nothing proves that it is complete.",),
        (told,) if is_assumed else (),
        currency=currency,
        readings=_readings(lines),
    )


def _readings(lines: Sequence[StatementLine]) -> Mapping[str, tuple[Decimal, ...]]:
    """Return the amounts for each possible meaning of their signs, if most amounts have no minus
    sign: in a list of card purchases, no purchase has one. Returns {} if at least half of the
    amounts have a minus sign, as usual."""
    written = tuple(line.amount for line in lines)
    if 2 * sum(units < 0 for units in written) >= sum(map(bool, written)):
        return {}
    return {AS_WRITTEN: written, INVERTED: tuple(-units for units in written)}
