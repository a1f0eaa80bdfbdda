"""CAMT.053 (ISO 20022), read with lxml.

No library is used. pycamt 1.1 counts a collective booking once for each of its parts, does not
read a file whose namespace has a prefix, and uses floats for balances."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from budgettrack.bank.formats.statement import Statement, StatementLine, ties_out, unreadable

WORDS = (
    "AddtlNtryInf",
    "NtryDtls/TxDtls/RmtInf/Ustrd",
    "NtryDtls/TxDtls/RltdPties//Nm",
    "NtryDtls/TxDtls/AddtlTxInf",
)


def read(name: str, content: bytes) -> list[Statement]:
    """Return the statements of a CAMT.053 file, with booked entries only.

    Raises UsageError if the file cannot be read, or the entries do not lead from one balance to
    the other."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise unreadable(
            name, f"this XML is incomplete (line {error.lineno})", "Download it again"
        ) from error
    # For the elements read here, the versions of CAMT.053 differ in their namespace only.
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    statements = root.findall("BkToCstmrStmt/Stmt")
    if not statements:
        what = root[0].tag if len(root) else root.tag
        raise unreadable(
            name,
            f"this XML has no bank statement (but {what})",
            "Download the statement as CAMT.053, MT940 or CSV",
        )
    return [
        _statement(f"{name}, statement {number}", each) for number, each in enumerate(statements, 1)
    ]


def _statement(place: str, element: etree._Element) -> Statement:
    balances = {balance.findtext("Tp/CdOrPrtry/Cd"): balance for balance in element.findall("Bal")}
    opening, closing = balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD")
    currency = element.findtext("Acct/Ccy") or ""
    if not currency and opening is not None:
        currency = _currency(place, opening)
    lines, notes = _lines(place, element, currency)
    if opening is not None and closing is not None:
        ties_out(
            place,
            _amount(place, opening),
            _amount(place, closing),
            [line.amount for line in lines],
            currency,
        )
    else:
        notes.append(
            f"{place} has no opening or no closing balance, so that nothing proves it whole."
        )
    account = element.findtext("Acct/Id/IBAN") or element.findtext("Acct/Id/Othr/Id") or ""
    return Statement(tuple(lines), *_span(place, opening, closing), account, tuple(notes))


def _span(
    place: str, opening: etree._Element | None, closing: etree._Element | None
) -> tuple[date | None, date | None]:
    """Return the days of both balances. If only one is there, it counts as the first day.

    A day for which no balance is left is None."""
    days = [_day(place, balance) for balance in (opening, closing) if balance is not None]
    first, last, *_ = (*days, None, None)
    return first, last


def _lines(
    place: str, element: etree._Element, currency: str
) -> tuple[list[StatementLine], list[str]]:
    """Return the booked entries of a statement, and a note for each that is not booked yet."""
    lines, notes = [], []
    for number, entry in enumerate(element.findall("Ntry"), 1):
        where = f"{place}, entry {number}"
        if (entry.findtext("Sts/Cd") or entry.findtext("Sts")) != "BOOK":
            notes.append(f"{where} is not booked yet and was left out.")
            continue
        own = _currency(where, entry)
        # An account has one currency, so this file is of two accounts.
        if own != (currency or own):
            raise unreadable(
                where,
                f"it is in {own}, the account in {currency}",
                "Download one file for each account and currency",
            )
        lines.append(_line(where, entry, own))
    return lines, notes


def _line(place: str, entry: etree._Element, currency: str) -> StatementLine:
    references = [
        entry.findtext(path)
        for path in ("AcctSvcrRef", "NtryRef", "NtryDtls/TxDtls/Refs/EndToEndId")
    ]
    provided = [reference for reference in references if reference != "NOTPROVIDED"]
    words = [element.text or "" for path in WORDS for element in entry.findall(path)]
    return StatementLine(
        place,
        _day(place, entry, "BookgDt", "ValDt"),
        _amount(place, entry),
        currency,
        next(filter(None, provided), ""),
        " ".join(" ".join(words).split()),
        entry.findtext("RvslInd") == "true",
    )


def _currency(place: str, element: etree._Element) -> str:
    amount = element.find("Amt")
    if amount is None or not amount.get("Ccy"):
        raise unreadable(place, "its amount or its currency is missing", "Download the file again")
    return amount.get("Ccy", "")


def _amount(place: str, element: etree._Element) -> Decimal:
    try:
        amount = Decimal(element.findtext("Amt") or "")
    except InvalidOperation:
        raise unreadable(place, "its amount cannot be read", "Download the file again") from None
    return -amount if element.findtext("CdtDbtInd") == "DBIT" else amount


def _day(place: str, element: etree._Element, *paths: str) -> date:
    for path in paths or ("Dt",):
        text = element.findtext(f"{path}/Dt") or element.findtext(f"{path}/DtTm")
        if text:
            try:
                # The first ten letters are the day at the bank.
                # The time zone after them is ignored: it could move the payment to another day.
                return datetime.fromisoformat(text[:10]).date()
            except ValueError:
                break
    raise unreadable(place, "its date cannot be read", "Download the file again")
