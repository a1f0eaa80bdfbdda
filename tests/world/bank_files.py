"""One bank statement in every format that banks give out, for the tests: invented movements, roles
for names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Booked:
    """A movement at the bank; `who` and `words` must never be stored."""

    day: date
    amount: Decimal
    reference: str
    who: str = "Harbour Landlord"
    words: str = ""
    reversal: bool = False


OPENING = Decimal("1000.00")

CSV_CONFIG = """
[bank]
date = "Booking date"
amount = "Amount"
currency = "EUR"
reference = "Ref"
text = "Purpose"
balance = "Balance"
locale = "en_GB"
"""


def camt(
    booked: Sequence[Booked], currency: str = "EUR", prefix: str = "", pending: str = ""
) -> bytes:
    """CAMT.053, with a prefix before every tag where banks write one."""
    closing = OPENING + sum((each.amount for each in booked), Decimal(0))
    p = f"{prefix}:" if prefix else ""
    entries = "".join(
        f"<{p}Ntry><{p}Amt"
        f" Ccy='{currency}'>{abs(each.amount)}</{p}Amt><{p}CdtDbtInd>{_side(each.amount)}</{p}CdtDbtInd>"
        f"<{p}RvslInd>{'true' if each.reversal else 'false'}</{p}RvslInd><{p}Sts><{p}Cd>BOOK</{p}Cd></{p}Sts>"
        f"<{p}BookgDt><{p}Dt>{each.day}</{p}Dt></{p}BookgDt><{p}AcctSvcrRef>{each.reference}</{p}AcctSvcrRef>"
        f"<{p}NtryDtls><{p}TxDtls><{p}RltdPties><{p}Dbtr><{p}Nm>{each.who}</{p}Nm></{p}Dbtr></{p}RltdPties>"
        f"<{p}RmtInf><{p}Ustrd>{each.words}</{p}Ustrd></{p}RmtInf></{p}TxDtls></{p}NtryDtls></{p}Ntry>"
        for each in booked
    )
    balances = "".join(
        f"<{p}Bal><{p}Tp><{p}CdOrPrtry><{p}Cd>{code}</{p}Cd></{p}CdOrPrtry></{p}Tp><{p}Amt"
        f" Ccy='{currency}'>{abs(amount)}</{p}Amt>"
        f"<{p}CdtDbtInd>{_side(amount)}</{p}CdtDbtInd><{p}Dt><{p}Dt>{day}</{p}Dt></{p}Dt></{p}Bal>"
        for code, amount, day in (("OPBD", OPENING, "2026-10-01"), ("CLBD", closing, "2026-10-31"))
    )
    space = (
        f"xmlns{':' + prefix if prefix else ''}='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'"
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><{p}Document"
        f" {space}><{p}BkToCstmrStmt><{p}GrpHdr/><{p}Stmt>"
        f"<{p}Acct><{p}Id><{p}IBAN>XX00ACCOUNT</{p}IBAN></{p}Id><{p}Ccy>{currency}</{p}Ccy></{p}Acct>{balances}{entries}{pending}"
        f"</{p}Stmt></{p}BkToCstmrStmt></{p}Document>"
    ).encode()


def _side(amount: Decimal) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def mt940(booked: Sequence[Booked], currency: str = "EUR") -> bytes:
    closing = OPENING + sum((each.amount for each in booked), Decimal(0))
    lines = [
        ":20:STARTUMS",
        ":25:10020030/0000ACCOUNT",
        ":28C:1/1",
        f":60F:C261001{currency}{_comma(OPENING)}",
    ]
    for each in booked:
        side = "D" if each.amount < 0 else "C"
        # A reversal of a debit brings money in: its mark is RD.
        side = {"D": "RC", "C": "RD"}[side] if each.reversal else side
        lines.append(
            f":61:{each.day:%y%m%d}{each.day:%m%d}{side}{_comma(abs(each.amount))}NTRF{each.reference}"
        )
        lines.append(f":86:020?00PAYMENT?20{each.words}?32{each.who}")
    lines += [f":62F:{'D' if closing < 0 else 'C'}261031{currency}{_comma(abs(closing))}", "-", ""]
    return "\r\n".join(lines).encode()


def mt942(booked: Sequence[Booked]) -> bytes:
    """MT942, which has the sums of both sides instead of balances."""
    text = mt940(booked).decode()
    text = re.sub(r":60F:[^\r]*", ":34F:EURD0,\r\n:13D:2610311200+0100", text)
    sums = []
    for tag, is_paid in (("90D", True), ("90C", False)):
        side = [abs(line.amount) for line in booked if (line.amount < 0) is is_paid]
        sums.append(f":{tag}:{len(side)}EUR{_comma(sum(side, Decimal(0)))}")
    return re.sub(r":62F:[^\r]*", "\r\n".join(sums), text).encode()


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def ofx(booked: Sequence[Booked], currency: str = "EUR") -> bytes:
    """OFX 1, whose tags are not closed; days with a time zone that is already tomorrow in UTC."""
    entries = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{each.day:%Y%m%d}233000[-5:EST]<TRNAMT>{each.amount}<FITID>{each.reference}"
        f"{'<CORRECTACTION>DELETE' if each.reversal else ''}<NAME>{each.who}<MEMO>{each.words}</STMTTRN>"
        for each in booked
    )
    return (
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
        "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261101<LANGUAGE>ENG</SONRS>"
        "</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>"
        f"<CURDEF>{currency}<BANKACCTFROM><BANKID>1002<ACCTID>0000ACCOUNT<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>"
        f"<DTSTART>20261001<DTEND>20261031{entries}</BANKTRANLIST><LEDGERBAL><BALAMT>0<DTASOF>20261031</LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def qif(booked: Sequence[Booked]) -> bytes:
    """QIF, whose last day must be after the twelfth: that alone tells day from month."""
    records = "".join(
        f"D{each.day:%d/%m/%Y}\nT{each.amount}\nN{each.reference}\nP{each.words}\n^\n"
        for each in booked
    )
    return f"!Type:Bank\n{records}".encode()


def table(booked: Sequence[Booked], delimiter: str = ";", newest_first: bool = True) -> bytes:
    """CSV as banks write it: the account above the headings, a total below, the newest first."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["Account", "0000ACCOUNT"])
    writer.writerow([])
    writer.writerow(["Booking date", "Purpose", "Ref", "Amount", "Balance"])
    balance, rows = OPENING, []
    for each in booked:
        balance += each.amount
        rows.append(
            [
                f"{each.day:%d/%m/%Y}",
                f"{each.who} {each.words}",
                each.reference,
                f"{each.amount:,}",
                f"{balance:,}",
            ]
        )
    writer.writerows(reversed(rows) if newest_first else rows)
    writer.writerow(["Total", "", "", f"{sum((each.amount for each in booked), Decimal(0)):,}", ""])
    return out.getvalue().encode()
