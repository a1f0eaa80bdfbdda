"""Reads CAMT files (ISO 20022) with lxml: statements (camt.053), reports within the day (camt.052)
and the details of batches (camt.054).

No library for CAMT is used. pycamt 1.1 counts a collective booking once for each of its parts,
cannot read a file whose namespace has a prefix, and uses floats for balances."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, pairwise
from typing import Literal

from lxml import etree

from budgettrack.bank.formats.statement import (
    Detail,
    Statement,
    StatementLine,
    ties_out,
    unreadable,
)

WORDS = (
    "AddtlNtryInf",
    "NtryDtls/TxDtls/RmtInf/Ustrd",
    "NtryDtls/TxDtls/RltdPties//Nm",
    "NtryDtls/TxDtls/AddtlTxInf",
)
DETAIL_WORDS = ("RmtInf/Ustrd", "RltdPties//Nm", "AddtlTxInf")

KINDS: Mapping[str, str] = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
_READ = tuple(f"{{*}}{tag}" for tag in ("Ntry", *KINDS))
"""The elements that are read, in any namespace."""

_AROUND = frozenset(("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"))

_OTHERS: Mapping[str, str] = {
    "CstmrCdtTrfInitn": "an order to pay (pain.001)",
    "CstmrDrctDbtInitn": "an order to collect (pain.008)",
    "CstmrPmtStsRpt": "a report on orders (pain.002)",
    "html": "a page of a website (HTML)",
    "Workbook": "a spreadsheet (XML)",
    "document-content": "a spreadsheet (XML)",
    "gnc-v2": "a book of GnuCash",
}
"""The kinds of other XML files, each by a tag that only this kind has."""

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
_AMOUNT = re.compile(r"[-+]?[0-9]{1,18}(?:\.[0-9]{0,6})?|[-+]?\.[0-9]{1,6}")
CHUNK = 1 << 20


def read(name: str, content: bytes) -> list[Statement]:
    """Return the statements of a CAMT file, with booked entries only.

    The file may have several documents, in one envelope or one after the other. Raises
    UsageError if the file cannot be read, or if the entries do not lead from one balance to the
    next."""
    reading = _Reading(name)
    for document in _documents(content):
        reading.read(document)
    if not reading.statements:
        tags = [tag for document in _documents(content) for tag in _first_tags(document)]
        known = next((tag for tag in tags if tag in _OTHERS), "")
        what = _OTHERS.get(known) or f"XML that has no bank statement (but {_told(tags)})"
        raise unreadable(
            name, f"this is {what}", "Download the statement as CAMT.053, MT940, OFX or CSV"
        )
    return reading.statements


def _told(tags: Sequence[str]) -> str:
    """Return the tag that best says what an XML file is: the second one, because the first one
    only wraps the content."""
    return tags[min(1, len(tags) - 1)] if tags else "nothing"


def _documents(content: bytes) -> Iterator[bytes]:
    """Yield the XML documents in a file. A file may have several, one after the other."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        has_mark = content[0] > 250
        unmarked = "utf-16-be" if content[0] == 0 else "utf-16-le"
        text = content.decode("utf-16" if has_mark else unmarked, "replace")
        content = _DECLARATION.sub(b"<?xml version='1.0'?>", text.encode())
    starts = [0, *(found.start() for found in _DECLARATION.finditer(content))]
    for start, end in pairwise([*starts, len(content)]):
        document = content[start:end].strip(b"\xef\xbb\xbf \t\r\n")
        if document:
            yield document


def _first_tags(document: bytes) -> list[str]:
    """Return the first tags of a document, which show what kind it is."""
    tags = (etree.QName(element).localname for element in _elements(document, "start", None))
    return list(islice((tag for tag in tags if tag not in ("documents", "Document")), 9))


def _elements(
    document: bytes, event: Literal["start", "end"], tags: Sequence[str] | None
) -> Iterator[etree._Element]:
    """Yield the elements of a document with these tags, or all elements. `event` says whether an
    element is yielded at its start or at its end.

    An extra element is put around the document, because some files have several documents without
    XML declarations."""
    parser = etree.XMLPullParser(
        events=(event,),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    declaration = _DECLARATION.match(document)
    start = declaration.end() if declaration else 0
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    named = encoding[1].decode() if encoding else "utf-8"
    # The declaration may say UTF-16, but the file was decoded before and is UTF-8 here.
    # So UTF-8 is given as the encoding of the XML.
    named = "utf-8" if named.lower().startswith("utf-16") else named
    parser.feed(f"<?xml version='1.0' encoding='{named}'?><documents>".encode())
    for at in range(start, len(document), CHUNK):
        parser.feed(document[at : at + CHUNK])
        yield from _read_so_far(parser)
    parser.feed(b"</documents>")
    yield from _read_so_far(parser)
    parser.close()


def _read_so_far(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield element


class _Reading:
    """The statements of a file while it is read.

    Entries are read and dropped one by one: a year of a busy account would fill the memory."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.statements: list[Statement] = []
        self._lines: list[StatementLine] = []
        self._pending: list[str] = []

    @property
    def place(self) -> str:
        return f"{self.name}, statement {len(self.statements) + 1}"

    def read(self, document: bytes) -> None:
        """Read a document. Raises UsageError if it cannot be read."""
        try:
            for element in _elements(document, "end", _READ):
                self._element(etree.QName(element).localname, element)
        except (etree.XMLSyntaxError, LookupError) as error:
            line = getattr(error, "lineno", 1)
            raise unreadable(
                self.name, f"this XML is incomplete (line {line})", "Download it again"
            ) from error

    def _element(self, tag: str, element: etree._Element) -> None:
        parent = element.getparent()
        around = "" if parent is None else etree.QName(parent).localname
        if tag == "Ntry" and around in KINDS:
            self._entry(_plain(element))
            previous = element.getprevious()
            if parent is not None and previous is not None and previous.tag == "Ntry":
                parent.remove(previous)
        elif tag in KINDS and around in _AROUND:
            self.statements.append(
                _statement(self.place, _plain(element), self._lines, self._pending)
            )
            self._lines, self._pending = [], []
            element.clear()

    def _entry(self, entry: etree._Element) -> None:
        place = f"{self.place}, entry {len(self._lines) + len(self._pending) + 1}"
        state = entry.findtext("Sts/Cd") or entry.findtext("Sts") or "BOOK"
        if state.strip() == "BOOK":
            self._lines.append(_line(place, entry))
        else:
            self._pending.append(place)


def _plain(element: etree._Element) -> etree._Element:
    """Remove the namespaces from the tags of an element, and return it.

    In the elements that are read here, the versions of CAMT differ only in their namespace."""
    for part in element.iter(etree.Element):
        part.tag = etree.QName(part).localname
    return element


@dataclass(frozen=True, slots=True)
class _Balance:
    day: date
    amount: Decimal


def _statement(
    place: str, element: etree._Element, lines: Sequence[StatementLine], pending: Sequence[str]
) -> Statement:
    is_provisional = element.tag != "Stmt"
    currency = _currency_of(place, element, lines)
    openings, closings = _balances(place, element, currency)
    for line in lines:
        # An account has one currency. A second currency means that the file is of two accounts.
        if line.currency != currency:
            raise unreadable(
                line.place,
                f"it is in {line.currency}, the account in {currency}",
                "Download one file for each account and currency",
            )
    notes = [f"{entry} is not booked yet and was left out." for entry in pending[:3]]
    if len(pending) > 3:
        notes.append(f"{place}: {len(pending) - 3} more are not booked yet and were left out.")
    if openings and closings:
        _prove(place, openings, closings, lines, currency)
    else:
        notes.append(
            f"{place} has no opening or no closing balance, so nothing proves that it is complete."
        )
    if is_provisional:
        notes.append(f"{place}: {_PROVISIONAL[str(element.tag)]}")
    first, last, *_ = (*(side.day for side in (*openings[:1], *closings[-1:])), None, None)
    told = element.findtext("TxsSummry/TtlNtries/NbOfNtries") or ""
    left_out = []
    if told.isdecimal() and int(told) != len(lines) + len(pending) and not _is_page(element):
        left_out.append(
            f"{place} says that it has {told} entries, and has {len(lines) + len(pending)}."
            " Download it again."
        )
    return Statement(
        tuple(lines),
        first,
        last,
        _account(element),
        tuple(notes),
        tuple(left_out),
        currency,
        openings[0].amount if openings else None,
        closings[-1].amount if closings else None,
        is_provisional,
        place=place,
        number=_number(element, "ElctrncSeqNb") or _number(element, "LglSeqNb"),
        page=_number(element, "StmtPgntn/PgNb") or _number(element, "RptPgntn/PgNb"),
        pending=len(pending),
    )


_PROVISIONAL: Mapping[str, str] = {
    "Rpt": (
        "this is a report within the day (camt.052). Its entries are provisional until they are in"
        " a statement (camt.053). Download the statement, too."
    ),
    "Ntfctn": (
        "this tells the details of some entries (camt.054). Its entries are provisional until they"
        " are in a statement (camt.053). Download the statement, too."
    ),
}


def _account(element: etree._Element) -> str:
    for path in ("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id"):
        account = (element.findtext(path) or "").strip()
        if account:
            return account
    return ""


def _number(element: etree._Element, path: str) -> int | None:
    text = (element.findtext(path) or "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _is_page(element: etree._Element) -> bool:
    """Tell whether the element is only one page of a statement: it has a page number above 1, or
    it says that it is not the last page."""
    page = _number(element, "StmtPgntn/PgNb") or _number(element, "RptPgntn/PgNb") or 1
    is_last = element.findtext("StmtPgntn/LastPgInd") or element.findtext("RptPgntn/LastPgInd")
    return page > 1 or is_last in ("false", "0")


def _currency_of(place: str, element: etree._Element, lines: Sequence[StatementLine]) -> str:
    """Return the currency of the account: the one that the file gives for the account, or else
    the currency of the first balance, or else of the first entry."""
    currency = (element.findtext("Acct/Ccy") or "").strip()
    if currency:
        return currency
    balance = element.find("Bal")
    if balance is not None:
        return _currency(place, balance)
    return lines[0].currency if lines else ""


def _balances(
    place: str, element: etree._Element, currency: str
) -> tuple[list[_Balance], list[_Balance]]:
    """Return the opening and the closing balances in the order of their days.

    A statement of several days may have both for each day. Raises UsageError for a balance in
    another currency than the account's."""
    by_code: dict[str, list[_Balance]] = {}
    for balance in element.findall("Bal"):
        code = balance.findtext("Tp/CdOrPrtry/Cd") or ""
        if code not in ("OPBD", "PRCD", "CLBD"):
            continue
        own = _currency(place, balance)
        if own != currency:
            raise unreadable(
                place,
                f"its balance is in {own}, the account in {currency}",
                "Download one file for each account and currency",
            )
        by_code.setdefault(code, []).append(_Balance(_day(place, balance), _amount(place, balance)))
    previous = sorted(by_code.get("PRCD", ()), key=lambda balance: balance.day)
    openings = sorted(by_code.get("OPBD", ()), key=lambda balance: balance.day)
    closings = sorted(by_code.get("CLBD", ()), key=lambda balance: balance.day)
    if openings and len(previous) == 1 and previous[0].amount != openings[0].amount:
        raise unreadable(
            place,
            f"the statement before it has the closing balance {previous[0].amount} {currency}, but"
            f" its own opening balance is {openings[0].amount} {currency}",
            "Part of the file is missing or was changed. Download it again",
        )
    return openings or previous, closings


def _prove(
    place: str,
    openings: Sequence[_Balance],
    closings: Sequence[_Balance],
    lines: Sequence[StatementLine],
    currency: str,
) -> None:
    """Check that each balance plus the entries after it is the next balance, from the first
    balance to the last.

    Raises UsageError for the first balance that does not fit."""
    amounts = [line.amount for line in lines]
    ties_out(place, openings[0].amount, closings[-1].amount, amounts, currency)
    reached = {openings[0].amount}
    balance = openings[0].amount
    for amount in amounts:
        balance += amount
        reached.add(balance)
    for inner in (*openings[1:], *closings[:-1]):
        booked = sum((line.amount for line in lines if line.day <= inner.day), Decimal(0))
        before = sum((line.amount for line in lines if line.day < inner.day), Decimal(0))
        ends = {openings[0].amount + booked, openings[0].amount + before}
        # Some banks book an entry on one day and show it with another day.
        # So it is enough if one running balance, in the order of the file, has this amount.
        if inner.amount not in ends | reached:
            raise unreadable(
                place,
                f"the movements do not lead to its balance of {inner.amount} {currency} on"
                f" {inner.day}",
                "Part of the file is missing or was changed. Download it again",
            )


def _line(place: str, entry: etree._Element) -> StatementLine:
    references = [
        entry.findtext(path)
        for path in ("AcctSvcrRef", "NtryRef", "NtryDtls/TxDtls/Refs/EndToEndId")
    ]
    provided = [reference for reference in references if reference != "NOTPROVIDED"]
    words = [element.text or "" for path in WORDS for element in entry.findall(path)]
    currency, amount = _currency(place, entry), _amount(place, entry)
    return StatementLine(
        place,
        _day(place, entry, "BookgDt", "ValDt"),
        amount,
        currency,
        next(filter(None, provided), ""),
        " ".join(" ".join(words).split()),
        (entry.findtext("RvslInd") or "").strip() in ("true", "1"),
        _details(place, entry, amount),
        _original(place, entry, currency, amount),
        _fee(place, entry, currency),
    )


def _details(place: str, entry: etree._Element, amount: Decimal) -> tuple[Detail, ...]:
    """Return the payments of a batch. Returns () if the entry is a single payment, or if the
    amount of a payment is missing."""
    payments = entry.findall("NtryDtls/TxDtls")
    if len(payments) < 2:
        return ()
    details = []
    for payment in payments:
        element = _paid(payment)
        if element is None:
            return ()
        units = abs(_decimal(place, element))
        side = payment.findtext("CdtDbtInd")
        is_paid = side == "DBIT" if side else amount < 0
        words = [part.text or "" for path in DETAIL_WORDS for part in payment.findall(path)]
        details.append(
            Detail(
                -units if is_paid else units,
                element.get("Ccy", ""),
                payment.findtext("Refs/AcctSvcrRef") or payment.findtext("Refs/EndToEndId") or "",
                " ".join(" ".join(words).split()),
            )
        )
    return tuple(details)


def _paid(payment: etree._Element) -> etree._Element | None:
    """Return the element with the amount of a payment in the currency of the account.

    Returns None if the file does not have it."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        element = payment.find(path)
        if element is not None:
            return element
    return None


def _original(
    place: str, entry: etree._Element, currency: str, amount: Decimal
) -> tuple[Decimal, str] | None:
    """Return the amount in the currency of the purchase. Returns None if that is the currency of
    the account."""
    # Most entries have only one currency, so they need none of the six searches below.
    if all(money.get("Ccy", currency) == currency for money in entry.iter("Amt")):
        return None
    for around in ("NtryDtls/TxDtls/AmtDtls", "AmtDtls"):
        for path in ("InstdAmt/Amt", "TxAmt/Amt", "CntrValAmt/Amt"):
            element = entry.find(f"{around}/{path}")
            if element is not None and element.get("Ccy", currency) != currency:
                units = abs(_decimal(place, element))
                return (-units if amount < 0 else units), element.get("Ccy", "")
    return None


def _fee(place: str, entry: etree._Element, currency: str) -> Decimal:
    """Return the fee that the bank kept from a payment. The amount of the entry is the amount
    after this fee."""
    charges = entry.findall("Chrgs/Rcrd") or entry.findall("NtryDtls/TxDtls/Chrgs/Rcrd")
    kept = Decimal(0)
    for charge in charges:
        element = charge.find("Amt")
        is_included = (charge.findtext("ChrgInclInd") or "").strip() in ("true", "1")
        is_kept = charge.findtext("CdtDbtInd") != "CRDT"
        if element is not None and is_included and is_kept and element.get("Ccy") == currency:
            kept += abs(_decimal(place, element))
    return kept


def _currency(place: str, element: etree._Element) -> str:
    amount = element.find("Amt")
    if amount is None or not amount.get("Ccy"):
        raise unreadable(place, "its amount or its currency is missing", "Download the file again")
    return amount.get("Ccy", "")


def _amount(place: str, element: etree._Element) -> Decimal:
    """Return the amount of an entry or a balance. It is negative for a debit."""
    amount = element.find("Amt")
    assert amount is not None, "the currency was read before, from the same element"
    side = (element.findtext("CdtDbtInd") or "").strip()
    if side not in ("CRDT", "DBIT"):
        raise unreadable(place, "it is neither a credit nor a debit", "Download the file again")
    units = _decimal(place, amount)
    if units < 0:
        raise unreadable(
            place,
            "its amount has a minus, besides the word for credit or debit",
            "Download the file again, or as MT940, OFX or CSV",
        )
    return -units if side == "DBIT" else units


def _decimal(place: str, element: etree._Element) -> Decimal:
    text = (element.text or "").strip()
    # Decimal alone would also accept 1_000, 1e3 and NaN.
    if _AMOUNT.fullmatch(text) is None:
        raise unreadable(place, "its amount cannot be read", "Download the file again")
    return Decimal(text)


def _day(place: str, element: etree._Element, *paths: str) -> date:
    for path in paths or ("Dt",):
        text = element.findtext(f"{path}/Dt") or element.findtext(f"{path}/DtTm")
        if text:
            try:
                # The first ten characters are the date in the bank's own time zone.
                # The time zone is ignored: it could move the payment to another day.
                return datetime.fromisoformat(text.strip()[:10]).date()
            except ValueError:
                break
    raise unreadable(place, "its date cannot be read", "Download the file again")
