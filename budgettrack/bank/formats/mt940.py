"""MT940, read with the library mt-940."""

from __future__ import annotations

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

# The default of the library's next release: reversals keep their sign, long texts stay whole.
OPTIONS = mt940.Options.all()


def read(name: str, text: str) -> list[Statement]:
    """Return the statements of an MT940 file.

    Raises UsageError if the file cannot be read, or the entries do not lead from one balance to
    the other."""
    try:
        statements = mt940.parse_statements(text, options=OPTIONS)
    except (ValueError, RuntimeError, ArithmeticError, KeyError, AttributeError) as error:
        raise unreadable(
            name, "this is not MT940 that can be read", "Download it again, or as CAMT.053 or CSV"
        ) from error
    return [
        _statement(f"{name}, statement {number}", each) for number, each in enumerate(statements, 1)
    ]


def _statement(place: str, transactions: Any) -> Statement:
    opening = transactions.data.get("final_opening_balance") or transactions.data.get(
        "intermediate_opening_balance"
    )
    closing = transactions.data.get("final_closing_balance") or transactions.data.get(
        "intermediate_closing_balance"
    )
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
    lines = []
    for number, each in enumerate(transactions, 1):
        if "amount" not in each.data:
            raise unreadable(
                f"{place}, entry {number}", "its amount cannot be read", "Download the file again"
            )
        lines.append(_line(f"{place}, entry {number}", each.data, currency))
    ties_out(
        place,
        opening.amount.amount,
        closing.amount.amount,
        [line.amount for line in lines],
        currency,
    )
    account = transactions.data.get("account_identification", "")
    return Statement(tuple(lines), _plain(opening.date), _plain(closing.date), account)


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
    return StatementLine(
        place,
        _day(data),
        Decimal(data["amount"].amount),
        currency,
        " ".join(reference for reference in references if reference and reference != "NONREF"),
        " ".join(" ".join(str(data[text]).split()) for text in texts if data.get(text)),
        str(data.get("status", "")).upper().startswith("R"),
    )


def _day(data: dict[str, Any]) -> date:
    """Return the booking date, or the value date if there is no booking date."""
    return _plain(data.get("guessed_entry_date") or data.get("entry_date") or data["date"])


def _plain(day: date) -> date:
    """Return a plain date. The library has its own type of date."""
    return date(day.year, day.month, day.day)
