"""Reads MT940 files, and MT942 files (reports within the day), with the library mt-940."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from budgettrack.bank.formats.statement import (
    Statement,
    StatementLine,
    silence,
    ties_out,
    unreadable,
)

silence("mt940")

# These options keep the sign of reversals, and do not cut long texts.
# The next release of the library will have these options by default.
OPTIONS = mt940.Options.all()


class LongReference(mt940.tags.Statement):
    """A movement whose reference has more than 16 characters. The banks ASN and SNS write an IBAN
    there, and the counterparty on the next line."""

    pattern = r"""^
    (?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})
    (?P<entry_month>\d{2}|\s{2})?(?P<entry_day>\d{2}|\s{2})?
    (?P<status>R?[DC])(?P<funds_code>[A-Z])?[\n ]?
    (?P<amount>[\d,]{1,15})
    (?P<id>[A-Z][A-Z0-9 ]{3})?
    (?P<customer_reference>((?!//)[^\n]){0,60})
    (//(?P<bank_reference>[^\n]{0,60}))?
    (?P<extra_details>(\n[^\n]{0,200}){0,9})
    $"""


_CUT_AMOUNT = re.compile(
    r"^:61:[0-9]{6}[0-9 ]{0,4}[A-Za-z]{1,3}\n?[0-9,]{1,15}[.'\u2019 ][0-9]", re.MULTILINE
)
"""Finds an amount with a decimal sign that MT940 does not allow, such as the point in 5.50. The
library would read 5, and only the balances would show the mistake."""

_ORIGINAL = re.compile(r"/?OCMT/?([A-Z]{3})([0-9]{1,12}(?:[.,][0-9]{0,3})?)")


def read(name: str, content: bytes) -> list[Statement]:
    """Return the statements of an MT940 file, or the reports of an MT942 file.

    Raises UsageError if the file cannot be read, or if the entries do not lead from one balance
    to the next."""
    text = re.sub(r"@@|\r\n?", "\n", _text(content))
    # Remove the blocks of a SWIFT message before the first tag ({1:...}{2:...}{4:).
    # Remove the end of a SWIFT message after the last tag (-}).
    text = re.sub(r"(?m)\{4:[ \t\n]{0,9}(?=:)|^-\}.{0,999}$", "\n", text)
    text = re.sub(r"(?m)^[ \t]{1,9}(?=:(?:[0-9]{2}|NS)[A-Z]?:)", "", text)
    if cut := _CUT_AMOUNT.search(text):
        line = text.count("\n", 0, cut.start()) + 1
        raise unreadable(
            f"{name}, line {line}",
            "its amount does not have a comma before its decimals",
            "Download it again, or as CAMT.053 or CSV",
        )
    errors = (ValueError, RuntimeError, ArithmeticError, KeyError, AttributeError)
    try:
        try:
            statements = mt940.parse_statements(text, options=OPTIONS)
        except errors:
            long = LongReference()
            statements = mt940.parse_statements(text, tags={long.id: long}, options=OPTIONS)
    except errors as error:
        raise unreadable(
            name, "this is not MT940 that can be read", "Download it again, or as CAMT.053 or CSV"
        ) from error
    if not statements:
        raise unreadable(
            name, "this MT940 has no statement", "Download it again, or as CAMT.053 or CSV"
        )
    return [
        _statement(f"{name}, statement {number}", statement)
        for number, statement in enumerate(statements, 1)
    ]


def _text(content: bytes) -> str:
    """Return the bytes of a file as text.

    MT940 is ASCII. Other characters occur only in free text, where a wrong one does no harm."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.replace(b"\0", b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _statement(place: str, transactions: Any) -> Statement:
    opening = transactions.data.get("final_opening_balance") or transactions.data.get(
        "intermediate_opening_balance"
    )
    closing = transactions.data.get("final_closing_balance") or transactions.data.get(
        "intermediate_closing_balance"
    )
    limit = transactions.data.get("d_floor_limit") or transactions.data.get("c_floor_limit")
    if opening is None and closing is None and limit is not None:
        return _report(place, transactions, limit.currency)
    if opening is None or closing is None:
        raise unreadable(
            place, "it has no opening or no closing balance", "The file was cut: download it again"
        )
    currency = opening.amount.currency
    if closing.amount.currency != currency:
        raise unreadable(
            place,
            f"it begins in {currency} and ends in {closing.amount.currency}",
            "Download one file for each account",
        )
    lines = _lines(place, transactions, currency)
    ties_out(
        place,
        opening.amount.amount,
        closing.amount.amount,
        [line.amount for line in lines],
        currency,
    )
    return Statement(
        lines,
        _plain(opening.date),
        _plain(closing.date),
        _account(transactions),
        currency=currency,
        opening=opening.amount.amount,
        closing=closing.amount.amount,
        place=place,
        number=_number(transactions, "statement_number"),
        page=_number(transactions, "sequence_number"),
    )


def _report(place: str, transactions: Any, currency: str) -> Statement:
    """Return a report within the day (MT942). It has no balances, but the sums of debits and of
    credits.

    Raises UsageError if the entries do not add up to these sums."""
    lines = _lines(place, transactions, currency)
    for tag, is_paid in (("sum_debit_entries", True), ("sum_credit_entries", False)):
        side = [line.amount for line in lines if (line.amount < 0) is is_paid]
        told = transactions.data.get(tag)
        if told is None:
            continue
        if (int(told.number or 0), abs(told.amount)) != (len(side), abs(sum(side, Decimal(0)))):
            raise unreadable(
                place,
                f"{'debits' if is_paid else 'credits'}: it says that it has {told.number} with the"
                f" sum {abs(told.amount)} {currency}, but it has {len(side)} with the sum"
                f" {abs(sum(side, Decimal(0)))} {currency}",
                "Part of the file is missing or was changed. Download it again",
            )
    days = [line.day for line in lines]
    note = (
        f"{place}: this is MT942, a report within the day. Its entries are provisional until they"
        " are in a statement (MT940). Download the statement, too."
    )
    return Statement(
        lines,
        min(days, default=None),
        max(days, default=None),
        _account(transactions),
        (note,),
        currency=currency,
        is_provisional=True,
        place=place,
        number=_number(transactions, "statement_number"),
        page=_number(transactions, "sequence_number"),
    )


def _account(transactions: Any) -> str:
    return str(transactions.data.get("account_identification") or "").strip()


def _number(transactions: Any, tag: str) -> int | None:
    text = str(transactions.data.get(tag) or "")
    return int(text) if text.isdecimal() else None


def _lines(place: str, transactions: Any, currency: str) -> tuple[StatementLine, ...]:
    lines = []
    for number, transaction in enumerate(transactions, 1):
        where = f"{place}, entry {number}"
        if "amount" not in transaction.data:
            raise unreadable(where, "its amount cannot be read", "Download the file again")
        lines.append(_line(where, transaction.data, currency))
    return tuple(lines)


def _line(place: str, data: dict[str, Any], currency: str) -> StatementLine:
    texts = (
        "transaction_details",
        "purpose",
        "additional_purpose",
        "applicant_name",
        "posting_text",
        "extra_details",
    )
    references = [data.get("customer_reference") or "", data.get("bank_reference") or ""]
    words = " ".join(" ".join(str(data[text]).split()) for text in texts if data.get(text))
    amount = Decimal(data["amount"].amount)
    return StatementLine(
        place,
        _day(data),
        amount,
        currency,
        " ".join(reference for reference in references if reference and reference != "NONREF"),
        words,
        str(data.get("status", "")).upper().startswith("R"),
        original=_original(words, amount, currency),
    )


def _original(words: str, amount: Decimal, currency: str) -> tuple[Decimal, str] | None:
    """Return the amount in the currency of the purchase. Returns None if that is the currency of
    the account."""
    found = _ORIGINAL.search(words)
    if found is None or found[1] == currency:
        return None
    units = Decimal(found[2].replace(",", ".").rstrip(".") or "0")
    return (-units if amount < 0 else units), found[1]


def _day(data: dict[str, Any]) -> date:
    """Return the booking date, or the value date if there is no booking date."""
    return _plain(data.get("guessed_entry_date") or data.get("entry_date") or data["date"])


def _plain(day: date) -> date:
    """Return a date of Python's own type. The library has another type."""
    return date(day.year, day.month, day.day)
