"""OFX, old (SGML) and new (XML), read with the library ofxtools."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from ofxtools.header import OFXHeaderError
from ofxtools.Parser import OFXTree
from ofxtools.Parser import ParseError as Unbalanced

from budgettrack.bank.formats.statement import Statement, StatementLine, silence, unreadable

silence("ofxtools")


def read(name: str, content: bytes) -> list[Statement]:
    """Return the statements of an OFX file.

    Only the parser of the library is used. Its converter refuses what many banks write, and
    changes dates to UTC. Raises UsageError if the file cannot be read."""
    tree = OFXTree()
    try:
        root = tree.parse(io.BytesIO(content))
    except (ParseError, Unbalanced, OFXHeaderError, ValueError, IndexError) as error:
        raise unreadable(
            name, "this OFX cannot be read", "Download it again, or as CAMT.053, MT940 or CSV"
        ) from error
    # Of a file that was cut behind its header, the library makes nothing.
    statements = [] if root is None else [*root.iter("STMTRS"), *root.iter("CCSTMTRS")]
    if not statements:
        raise unreadable(
            name, "this OFX file has no bank statement", "Download the statement of the account"
        )
    return [
        _statement(f"{name}, statement {number}", each) for number, each in enumerate(statements, 1)
    ]


def _statement(place: str, element: Element) -> Statement:
    currency = element.findtext("CURDEF") or ""
    # A statement of a month without movements has no such list.
    movements = element.find("BANKTRANLIST")
    entries = [] if movements is None else movements.findall("STMTTRN")
    lines = [
        _line(f"{place}, entry {number}", entry, currency)
        for number, entry in enumerate(entries, 1)
    ]
    parts = (part.text or "" for part in element.iter() if part.tag in ("BANKID", "ACCTID"))
    first, last = (_day_of(place, movements, tag) for tag in ("DTSTART", "DTEND"))
    note = f"{place}: OFX has no opening balance, so that nothing proves it whole."
    return Statement(tuple(lines), first, last, "/".join(parts), (note,))


def _day_of(place: str, movements: Element | None, tag: str) -> date | None:
    """Return the first or last day of a statement, or None if the file does not tell it."""
    text = None if movements is None else movements.findtext(tag)
    return _day(place, text) if text else None


def _line(place: str, entry: Element, currency: str) -> StatementLine:
    own = entry.findtext("CURRENCY/CURSYM") or currency
    if own != currency:
        raise unreadable(
            place,
            f"it is in {own}, the account in {currency}",
            "Download one file for each account and currency",
        )
    try:
        amount = Decimal((entry.findtext("TRNAMT") or "").replace(",", "."))
    except InvalidOperation:
        raise unreadable(place, "its amount cannot be read", "Download the file again") from None
    words = [entry.findtext(tag) or "" for tag in ("NAME", "PAYEE/NAME", "MEMO")]
    return StatementLine(
        place,
        _day(place, entry.findtext("DTPOSTED") or ""),
        amount,
        currency,
        entry.findtext("FITID") or "",
        " ".join(" ".join(words).split()),
        entry.findtext("CORRECTACTION") == "DELETE",
    )


def _day(place: str, text: str) -> date:
    """Return the date at the bank: the first eight digits. The time zone behind them is ignored."""
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        raise unreadable(place, "its date cannot be read", "Download the file again") from None
