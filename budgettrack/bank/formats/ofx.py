"""Reads OFX files, old (SGML) and new (XML).

No library is used. ofxtools loses entries after an empty tag, and its licence (GPL-3.0) would
bind everybody who passes this program on. ofxparse 0.21 reads 1,000 as 1, and cannot read a file
with self-closing tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from budgettrack.bank.formats.statement import Statement, StatementLine, unreadable
from budgettrack.config.bank_csv import AS_WRITTEN, INVERTED, UNSIGNED

AGAIN = "Download it again, or as CAMT.053, MT940 or CSV"

_TAG = re.compile(r"<(/?)(?:[\w-]{1,40}:)?([A-Za-z][\w.]{0,60})\s{0,9}(/?)>")

_LEVELS: Mapping[str, int] = {
    "STMTRS": 1,
    "CCSTMTRS": 1,
    "INVSTMTRS": 1,
    "BANKTRANLIST": 2,
    "BANKTRANLISTP": 2,
    "BANKACCTFROM": 2,
    "CCACCTFROM": 2,
    "LEDGERBAL": 2,
    "AVAILBAL": 2,
    "BALLIST": 2,
    "STMTTRN": 3,
    "STMTTRNP": 3,
    "PAYEE": 4,
    "BANKACCTTO": 4,
    "CCACCTTO": 4,
    "CURRENCY": 4,
    "ORIGCURRENCY": 4,
}
"""The parts of a statement, with their levels. A part ends where a part with the same or a smaller
level number begins, because some banks leave out closing tags."""

_STATEMENTS = frozenset(("STMTRS", "CCSTMTRS", "INVSTMTRS"))
_ACCOUNTS = frozenset(("BANKACCTFROM", "CCACCTFROM"))

_PAYMENTS = frozenset(
    ("DEBIT", "PAYMENT", "CHECK", "FEE", "SRVCHG", "POS", "CASH", "DIRECTDEBIT", "REPEATPMT")
)
_RECEIPTS = frozenset(("CREDIT", "DEP", "DIRECTDEP", "INT", "DIV"))

_AMOUNT = re.compile(r"([+-]?)([0-9][0-9.,' \u00a0\u202f]{0,30}|[.,][0-9]{1,9})")


@dataclass(slots=True)
class _Part:
    """A part of the file with its values. If a tag occurs twice, both texts are kept."""

    tag: str
    values: dict[str, list[str]] = field(default_factory=dict)
    parts: list[_Part] = field(default_factory=list)

    def text(self, tag: str) -> str:
        return " ".join(self.values.get(tag, ()))

    def all(self, tag: str) -> Iterator[_Part]:
        return (part for part in self.parts if part.tag == tag)


def read(name: str, content: bytes) -> list[Statement]:
    """Return the statements of an OFX file.

    Raises UsageError if the file cannot be read."""
    text = _unwrapped(_text(content))
    if not re.search(r"</(?:[\w-]{1,40}:)?OFX\s{0,9}>", text, re.IGNORECASE):
        raise unreadable(name, "this OFX file was cut: its last tag, </OFX>, is missing", AGAIN)
    statements = [part for part in _parts(name, text) if part.tag in _STATEMENTS]
    if not statements:
        raise unreadable(
            name, "this OFX file has no bank statement", "Download the statement of the account"
        )
    if any(part.tag == "INVSTMTRS" for part in statements):
        raise unreadable(
            name,
            "this OFX file is the statement of an account for investments",
            "Download the statement of the bank account",
        )
    return [
        _statement(f"{name}, statement {number}", statement)
        for number, statement in enumerate(statements, 1)
    ]


def _text(content: bytes) -> str:
    """Return the bytes of a file as text. The encoding is found from the bytes, because many
    headers name a wrong one."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content[:2] in (b"<\0", b"O\0"):
        return content.decode("utf-16-le", "replace")
    if content[:2] in (b"\0<", b"\0O"):
        return content.decode("utf-16-be", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Here only a character in a name or a free text can be wrong: amounts and dates are ASCII.
    return content.decode("latin-1")


def _unwrapped(text: str) -> str:
    """Return a text without comments, and with the content of CDATA as plain text, so that a tag
    in it is not read as a tag."""
    pieces, *marked = re.split(r"(<!--|<!\[CDATA\[)", text)
    kept = [pieces]
    for mark, piece in zip(marked[::2], marked[1::2], strict=True):
        inner, _, rest = piece.partition("-->" if mark == "<!--" else "]]>")
        kept += ["" if mark == "<!--" else html.escape(inner), rest]
    return "".join(kept)


def _parts(name: str, text: str) -> list[_Part]:
    """Return the statements of a file as parts with values.

    An element ends where the next tag begins. Raises UsageError for an entry that is outside a
    statement."""
    root = _Part("OFX")
    opened = [root]
    tags = list(_TAG.finditer(text))
    ends = [tag.start() for tag in tags[1:]] + [len(text)]
    for tag, end in zip(tags, ends, strict=True):
        is_closing, label, is_empty = tag[1], tag[2].upper(), tag[3]
        if is_closing:
            _close(opened, label)
        elif label not in _LEVELS:
            value = "" if is_empty else html.unescape(text[tag.end() : end]).strip()
            opened[-1].values.setdefault(label, []).append(value)
        elif not is_empty:
            _open(name, opened, label)
    return root.parts


def _close(opened: list[_Part], label: str) -> None:
    """Close a part, and the parts inside it that have no closing tag."""
    if any(part.tag == label for part in opened[1:]):
        while opened.pop().tag != label:
            pass


def _open(name: str, opened: list[_Part], label: str) -> None:
    """Open a part. Open parts with the same or a larger level number are closed first: their
    closing tags are missing."""
    is_of_entry = label in _ACCOUNTS and opened[-1].tag == "STMTTRN"
    level = 4 if is_of_entry else _LEVELS[label]
    while _LEVELS.get(opened[-1].tag, 0) >= level:
        opened.pop()
    _refuse_outside(name, label, opened[-1].tag)
    part = _Part(label)
    opened[-1].parts.append(part)
    opened.append(part)


def _refuse_outside(name: str, label: str, around: str) -> None:
    """Raise UsageError for entries that belong to no statement."""
    if (label == "STMTTRN" and around not in ("BANKTRANLIST", "INVSTMTRS")) or (
        label == "BANKTRANLIST" and around not in _STATEMENTS
    ):
        raise unreadable(name, "this OFX has an entry outside of a statement", AGAIN)


def _statement(place: str, statement: _Part) -> Statement:
    currency = statement.text("CURDEF").upper()
    lists = list(statement.all("BANKTRANLIST"))
    entries = [entry for movements in lists for entry in movements.all("STMTTRN")]
    lines = tuple(
        _line(f"{place}, entry {number}", entry, currency)
        for number, entry in enumerate(entries, 1)
    )
    firsts = [_day(place, text) for text in _texts(lists, "DTSTART")]
    lasts = [_day(place, text) for text in _texts(lists, "DTEND")]
    account = next((part for part in statement.parts if part.tag in _ACCOUNTS), _Part(""))
    number = "/".join(filter(None, map(account.text, ("BANKID", "ACCTID"))))
    notes = [f"{place}: OFX has no opening balance, so nothing proves that it is complete."]
    waiting = sum(len(movements.parts) for movements in statement.all("BANKTRANLISTP"))
    if waiting:
        notes.append(f"{place}: entries that are not booked yet and were left out: {waiting}.")
    return Statement(
        lines,
        min(firsts, default=None),
        max(lasts, default=None),
        number,
        tuple(notes),
        currency=currency,
        readings=_readings(entries, lines),
        place=place,
    )


def _texts(lists: list[_Part], tag: str) -> list[str]:
    return [movements.text(tag) for movements in lists if movements.text(tag)]


def _readings(
    entries: list[_Part], lines: tuple[StatementLine, ...]
) -> dict[str, tuple[Decimal, ...]]:
    """Return the amounts for each possible meaning of their signs, if no payment has a minus sign
    or if all receipts have one. Otherwise the signs are certain, and {} is returned."""
    kinds = [entry.text("TRNTYPE").upper() for entry in entries]
    written = tuple(line.amount for line in lines)
    paid = [amount for amount, kind in zip(written, kinds, strict=True) if kind in _PAYMENTS]
    received = [amount for amount, kind in zip(written, kinds, strict=True) if kind in _RECEIPTS]
    if not (
        (paid and max(paid) > 0 and min(paid) >= 0)
        or (received and min(received) < 0 and max(received) <= 0)
    ):
        return {}
    return {
        AS_WRITTEN: written,
        # Example: a payment of 50.00 and a receipt of 20.00, both without a minus sign.
        # If all signs were changed, the receipt would become a payment.
        UNSIGNED: tuple(map(_by_kind, written, kinds)),
        INVERTED: tuple(-amount for amount in written),
    }


def _by_kind(amount: Decimal, kind: str) -> Decimal:
    """Return the amount: negative if its kind is a payment, positive if its kind is a receipt,
    and unchanged for any other kind."""
    if kind in _PAYMENTS:
        return -abs(amount)
    return abs(amount) if kind in _RECEIPTS else amount


def _line(place: str, entry: _Part, currency: str) -> StatementLine:
    for tag in ("TRNAMT", "DTPOSTED"):
        # If one entry has two amounts, a tag between two entries is missing.
        if len(entry.values.get(tag, ())) > 1:
            raise unreadable(place, f"it has two {tag}", AGAIN)
    rated = next(entry.all("CURRENCY"), None)
    own = rated.text("CURSYM").upper() if rated else currency
    if own != currency:
        raise unreadable(
            place,
            f"it is in {own}, the account in {currency}",
            "Download one file for each account and currency",
        )
    payee = [part.text("NAME") for part in entry.all("PAYEE")]
    words = " ".join([entry.text("NAME"), *payee, entry.text("MEMO")])
    return StatementLine(
        place,
        _day(place, entry.text("DTPOSTED")),
        _amount(place, entry.text("TRNAMT")),
        currency,
        entry.text("FITID"),
        " ".join(words.split()),
        entry.text("CORRECTACTION").upper() == "DELETE",
    )


def _amount(place: str, text: str) -> Decimal:
    """Read an amount with a point or a comma before its decimals.

    Raises UsageError if it can be read in two ways: some read 1,000 as a thousand, others as
    one."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise unreadable(place, "its amount cannot be read", "Download the file again")
    sign, digits = match[1], re.sub(r"['\s]", "", match[2])
    marks = [letter for letter in digits if letter in ".,"]
    whole, _, decimals = digits.rpartition(marks[-1]) if marks else (digits, "", "")
    groups = re.split("[.,]", whole)
    is_grouped = len(marks) > 1
    if (is_grouped and not _is_grouped(marks, groups, decimals)) or _is_ambiguous(
        marks, whole, decimals
    ):
        raise unreadable(
            place,
            "its amount can be read in two ways, because three digits follow its one separator"
            if len(marks) == 1
            else "its amount cannot be read",
            "Download the statement as CAMT.053, MT940 or CSV",
        )
    if is_grouped and marks[-1] == marks[0]:
        groups, decimals = [*groups, decimals], ""
    return Decimal(f"{sign}{''.join(groups) or '0'}.{decimals or '0'}")


def _is_ambiguous(marks: list[str], whole: str, decimals: str) -> bool:
    return len(marks) == 1 and len(decimals) == 3 and bool(whole.strip("0"))


def _is_grouped(marks: list[str], groups: list[str], decimals: str) -> bool:
    """Tell whether several separators are used as in 1,234,567.89 or 1.234.567."""
    if len(set(marks[:-1])) > 1 or not 1 <= len(groups[0]) <= 3:
        return False
    return all(len(group) == 3 for group in groups[1:]) and (
        marks[-1] != marks[0] or len(decimals) == 3
    )


def _day(place: str, text: str) -> date:
    """Return the date at the bank, which is the first eight digits. The time zone after them is
    ignored."""
    try:
        return datetime.strptime(text.strip()[:10].replace("-", "")[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        raise unreadable(place, "its date cannot be read", "Download the file again") from None
