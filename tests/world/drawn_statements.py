"""Bank files of every feature that the readers know, drawn by Hypothesis: invented movements in the
forms that banks write. What was written is the second reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
OPENING = Decimal("1000.00")


@dataclass(frozen=True)
class Entry:
    """A movement as it is written. `pending` ones must be left out. `fee` is within the amount."""

    day: date
    amount: Decimal
    reference: str
    words: str = ""
    reversal: bool = False
    pending: bool = False
    original: tuple[Decimal, str] | None = None
    fee: Decimal = Decimal(0)
    details: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class DrawnFile:
    """The bytes of a file, and for each of its statements the entries that must come out.

    `features`: how it was written."""

    content: bytes
    statements: list[list[Entry]]
    features: dict[str, Any] = field(default_factory=dict)

    @property
    def booked(self) -> list[list[Entry]]:
        return [[entry for entry in entries if not entry.pending] for entries in self.statements]

    @property
    def number(self) -> int:
        return sum(map(len, self.statements))


CENTS = st.integers(1, 10**9)
AMOUNTS = st.builds(
    lambda cents, is_paid: Decimal(-cents if is_paid else cents).scaleb(-2), CENTS, st.booleans()
)
WORDS = st.text("abc XYZ0123äé<&'.+-/", max_size=20).map(lambda words: " ".join(words.split()))
PLAIN = st.text("abcXYZ 0123.+-", max_size=20).map(lambda words: " ".join(words.split()))


def entries(
    words: st.SearchStrategy[str], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.lists(
        st.builds(
            Entry,
            st.dates(FIRST, LAST),
            AMOUNTS,
            st.integers(1, 10**9).map("R{}".format),
            words=words,
            **more,
        ),
        max_size=8,
    )


def closing(some: Sequence[Entry]) -> Decimal:
    return OPENING + sum((entry.amount for entry in some if not entry.pending), Decimal(0))


# CAMT


@st.composite
def camt_files(draw: st.DrawFn) -> DrawnFile:
    """CAMT.052, .053 and .054, in all versions that differ by their namespace."""
    features: dict[str, Any] = {
        "kind": draw(st.sampled_from(["053", "053", "052", "054"])),
        "prefix": draw(st.sampled_from(["", "n", "ns0"])),
        "version": draw(st.sampled_from(["02", "04", "08", "13"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])),
        "around": draw(st.sampled_from(["", "envelope", "two documents", "comment"])),
        "time": draw(st.booleans()),
        "previous": draw(st.booleans()),
        "count": draw(st.booleans()),
        "reference": draw(st.sampled_from(["AcctSvcrRef", "NtryRef", "EndToEndId"])),
        "state": draw(st.sampled_from(["Sts/Cd", "Sts"])),
        "batch": draw(st.sampled_from(["Amt", "TxAmt"])),
    }
    some = entries(
        WORDS,
        reversal=st.booleans(),
        pending=st.booleans(),
        original=st.none() | st.tuples(AMOUNTS.map(abs), st.sampled_from(["USD", "GBP"])),
        fee=st.integers(0, 500).map(lambda cents: Decimal(cents).scaleb(-2)),
        details=st.just(()) | st.lists(CENTS.map(lambda c: Decimal(c).scaleb(-2)), min_size=2, max_size=3).map(tuple),
    )  # fmt: skip
    statements = draw(st.lists(some, min_size=1, max_size=2))
    documents = [
        _camt_document([one], number, features)
        for number, one in enumerate(statements)
    ] if features["around"] == "two documents" else [_camt_document(statements, 0, features)]  # fmt: skip
    body = "\n".join(documents)
    if features["around"] == "envelope":
        body = f"<Envelope><Header/><Body>{body}</Body></Envelope>"
    if features["around"] == "comment":
        body = f"<!-- <Ntry>an example</Ntry> -->{body}<!-- </Stmt> -->"
    encoding = features["encoding"]
    declared = "UTF-8" if encoding == "utf-8-sig" else str(encoding)
    text = f"<?xml version='1.0' encoding='{declared}'?>{body}"
    return DrawnFile(text.encode(encoding, "xmlcharrefreplace"), statements, features)


def _camt_document(statements: list[list[Entry]], at: int, features: dict[str, Any]) -> str:
    message, part = {
        "053": ("BkToCstmrStmt", "Stmt"),
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[features["kind"]]
    p = f"{features['prefix']}:" if features["prefix"] else ""
    parts = "".join(
        _camt_statement(one, f"XX00NUMBER{at + number}", part, features)
        for number, one in enumerate(statements)
    )
    plain = f"<Document><{message}><GrpHdr><MsgId>1</MsgId></GrpHdr>{parts}</{message}></Document>"
    prefixed = plain.replace("</", "\0").replace("<", f"<{p}").replace("\0", f"</{p}")
    space = f"xmlns{':' + p[:-1] if p else ''}"
    name = f"urn:iso:std:iso:20022:tech:xsd:camt.{features['kind']}.001.{features['version']}"
    return prefixed.replace(f"<{p}Document", f"<{p}Document {space}='{name}'", 1)


def _camt_statement(
    some: Sequence[Entry], account: str, part: str, features: dict[str, Any]
) -> str:
    balances = ""
    if part == "Stmt":
        code = "PRCD" if features["previous"] else "OPBD"
        balances = _camt_balance(code, OPENING, FIRST) + _camt_balance("CLBD", closing(some), LAST)
    count = ""
    if features["count"]:
        count = (
            f"<TxsSummry><TtlNtries><NbOfNtries>{len(some)}</NbOfNtries></TtlNtries></TxsSummry>"
        )
    return (
        f"<{part}><Id>1</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        f"{count}{''.join(_camt_entry(entry, features) for entry in some)}</{part}>"
    )


def _camt_balance(code: str, amount: Decimal, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_camt_amount(amount)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _camt_amount(amount: Decimal, currency: str = "EUR", tag: str = "Amt") -> str:
    side = "DBIT" if amount < 0 else "CRDT"
    return f"<{tag} Ccy='{currency}'>{abs(amount)}</{tag}><CdtDbtInd>{side}</CdtDbtInd>"


def _camt_entry(entry: Entry, features: dict[str, Any]) -> str:
    state = "PDNG" if entry.pending else "BOOK"
    state = f"<Cd>{state}</Cd>" if features["state"] == "Sts/Cd" else state
    day = (
        f"<DtTm>{entry.day}T23:59:59+14:00</DtTm>" if features["time"] else f"<Dt>{entry.day}</Dt>"
    )
    own = f"<{features['reference']}>{entry.reference}</{features['reference']}>"
    outer, inner = (own, "") if features["reference"] != "EndToEndId" else ("", own)
    fee = ""
    if entry.fee:
        fee = (
            f"<Chrgs><Rcrd>{_camt_amount(-entry.fee)}<ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>"
        )
    foreign = ""
    if entry.original is not None and not entry.details:
        amount, currency = entry.original
        foreign = f"<AmtDtls><InstdAmt><Amt Ccy='{currency}'>{amount}</Amt></InstdAmt></AmtDtls>"
    return (
        f"<Ntry>{_camt_amount(entry.amount)}<RvslInd>{str(entry.reversal).lower()}</RvslInd>"
        f"<Sts>{state}</Sts><BookgDt>{day}</BookgDt>{outer}{fee}<NtryDtls>"
        f"{''.join(_camt_detail(part, inner, features) for part in entry.details)}"
        f"{'' if entry.details else f'<TxDtls><Refs>{inner}</Refs>{foreign}</TxDtls>'}"
        f"</NtryDtls><AddtlNtryInf>{escape(entry.words)}</AddtlNtryInf></Ntry>"
    )


def _camt_detail(amount: Decimal, reference: str, features: dict[str, Any]) -> str:
    told = f"<Amt Ccy='EUR'>{amount}</Amt>"
    if features["batch"] == "TxAmt":
        told = f"<AmtDtls><TxAmt>{told}</TxAmt></AmtDtls>"
    return f"<TxDtls><Refs>{reference}</Refs>{told}</TxDtls>"


# MT940


@st.composite
def mt940_files(draw: st.DrawFn) -> DrawnFile:
    """MT940 and MT942 as banks write them."""
    features: dict[str, Any] = {
        "report": draw(st.sampled_from([False, False, True])),
        "line end": draw(st.sampled_from(["\r\n", "\n", "\r", "@@"])),
        "swift": draw(st.booleans()),
        "booking date": draw(st.booleans()),
        "funds code": draw(st.sampled_from(["", "R"])),
        "no decimals": draw(st.booleans()),
        "intermediate": draw(st.booleans()),
        "long reference": draw(st.booleans()),
        "words": draw(st.sampled_from(["structured", "plain", "several lines", "none"])),
    }
    some = entries(
        PLAIN,
        reversal=st.booleans(),
        original=st.none() | st.tuples(CENTS.map(lambda c: Decimal(c).scaleb(-2)), st.just("USD")),
    )
    statements = draw(st.lists(some, min_size=1, max_size=2))
    lines: list[str] = []
    for number, one in enumerate(statements, 1):
        lines += _mt940_statement(one, number, features)
    end = str(features["line end"])
    return DrawnFile(end.join([*lines, ""]).encode(), statements, features)


def _mt940_statement(some: Sequence[Entry], number: int, features: dict[str, Any]) -> list[str]:
    letter = "M" if features["intermediate"] else "F"
    start = "{1:F01BANKDEFFAXXX0000000000}{2:I940BANKDEFFXXXXN}{4:" if features["swift"] else ""
    lines = [start] if start else []
    lines += [":20:STARTUMS", f":25:10020030/000012345{number}", f":28C:{number}/1"]
    if features["report"]:
        lines += [":34F:EURD0,", ":34F:EURC0,", ":13D:2610311200+0100"]
    else:
        lines += [f":60{letter}:C261001EUR{_comma(OPENING)}"]
    for entry in some:
        lines += _mt940_entry(entry, features)
    if features["report"]:
        for tag, is_paid in (("90D", True), ("90C", False)):
            side = [abs(entry.amount) for entry in some if (entry.amount < 0) is is_paid]
            lines.append(f":{tag}:{len(side)}EUR{_comma(sum(side, Decimal(0)))}")
    else:
        end = closing(some)
        lines.append(f":62{letter}:{'D' if end < 0 else 'C'}261031EUR{_comma(abs(end))}")
    return [*lines, "-}" if start else "-"]


def _mt940_entry(entry: Entry, features: dict[str, Any]) -> list[str]:
    side = "D" if entry.amount < 0 else "C"
    side = {"D": "RC", "C": "RD"}[side] if entry.reversal else side
    amount = _comma(abs(entry.amount))
    if features["no decimals"]:
        amount = amount.removesuffix("00")
    booked = f"{entry.day:%m%d}" if features["booking date"] else ""
    reference = entry.reference
    if features["long reference"]:
        reference = f"XX00BANK0123456789012{entry.reference}"
    lines = [f":61:{entry.day:%y%m%d}{booked}{side}{features['funds code']}{amount}NTRF{reference}"]
    if features["long reference"]:
        lines.append("SHOP OF THE CORNER")  # as ASN and SNS do
    words = entry.words
    if entry.original is not None:
        words += f" OCMT/USD{_comma(entry.original[0])}/"
    if features["words"] == "structured":
        lines.append(f":86:020?00PAYMENT?20{words}?32SHOP")
    elif features["words"] == "plain":
        lines.append(f":86:{words} :61: is a tag")
    elif features["words"] == "several lines":
        lines += [f":86:{words}", "MORE WORDS", "AND MORE"]
    return lines


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


# OFX


@st.composite
def ofx_files(draw: st.DrawFn, is_for_ofxtools: bool = False) -> DrawnFile:
    """OFX 1 (SGML) and OFX 2 (XML), with any or no header.

    ofxtools wants a header, and loses what follows an empty tag or a second list."""
    features: dict[str, Any] = {
        "form": draw(st.sampled_from(["sgml", "xml"])),
        "header": draw(st.booleans()),
        "encoding": draw(st.sampled_from(["utf-8", "cp1252", "utf-16"])),
        "memo": draw(st.sampled_from(["words", "empty", "self-closed", "none"])),
        "time": draw(st.sampled_from(["", "120000", "233000[-5:EST]", "000000.000[+10:AEST]"])),
        "lists": draw(st.integers(1, 2)),
        "card": draw(st.booleans()),
        "decimal": draw(st.sampled_from([".", ","])),
        "plus": draw(st.booleans()),
        "lines": draw(st.booleans()),
        "lower": draw(st.booleans()),
    }
    if is_for_ofxtools:
        features |= {"header": True, "lists": 1, "lower": False}
        features["memo"] = draw(st.sampled_from(["words", "none"]))
        features["encoding"] = draw(st.sampled_from(["utf-8", "cp1252"]))
    words = st.text("abcXYZ 0123äé+-", max_size=20).map(lambda text: " ".join(["w", *text.split()]))
    some = entries(words, reversal=st.booleans())
    statements = draw(st.lists(some, min_size=1, max_size=2))
    text = _ofx_text(statements, features)
    return DrawnFile(text.encode(features["encoding"]), statements, features)


def _ofx_text(statements: Sequence[Sequence[Entry]], features: dict[str, Any]) -> str:
    body = "".join(
        _ofx_statement(one, number, features) for number, one in enumerate(statements, 1)
    )
    message = "CREDITCARDMSGSRSV1" if features["card"] else "BANKMSGSRSV1"
    status = f"<STATUS>{_tag('CODE', '0', features)}{_tag('SEVERITY', 'INFO', features)}</STATUS>"
    signon = (
        f"<SIGNONMSGSRSV1><SONRS>{status}{_tag('DTSERVER', '20261101', features)}"
        f"{_tag('LANGUAGE', 'ENG', features)}</SONRS></SIGNONMSGSRSV1>"
    )
    text = f"<OFX>{signon}<{message}>{body}</{message}></OFX>"
    if features["lines"]:
        text = text.replace("><", ">\r\n<")
    header = ""
    if features["header"] and features["form"] == "xml":
        header = (
            '<?xml version="1.0"?>\r\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE"'
            ' OLDFILEUID="NONE" NEWFILEUID="NONE"?>\r\n'
        )
    elif features["header"]:
        names = {"utf-8": ("UTF-8", "NONE"), "cp1252": ("USASCII", "1252")}
        encoding, charset = names.get(features["encoding"], ("UNICODE", "NONE"))
        header = (
            "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\n"
            f"ENCODING:{encoding}\r\nCHARSET:{charset}\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\n"
            "NEWFILEUID:NONE\r\n\r\n"
        )
    return header + text


def _tag(name: str, value: str, features: dict[str, Any]) -> str:
    return f"<{name}>{value}</{name}>" if features["form"] == "xml" else f"<{name}>{value}"


def _ofx_statement(some: Sequence[Entry], number: int, features: dict[str, Any]) -> str:
    def tag(name: str, value: str) -> str:
        return _tag(name, value, features)

    outer, inner, source = (
        ("CCSTMTTRNRS", "CCSTMTRS", "CCACCTFROM")
        if features["card"]
        else ("STMTTRNRS", "STMTRS", "BANKACCTFROM")
    )
    account = tag("ACCTID", f"12345{number}")
    if not features["card"]:
        account = f"{tag('BANKID', '1002')}{account}{tag('ACCTTYPE', 'CHECKING')}"
    half = len(some) // 2 if features["lists"] == 2 else len(some)
    lists = "".join(
        f"<BANKTRANLIST>{tag('DTSTART', '20261001')}{tag('DTEND', '20261031')}"
        f"{''.join(_ofx_entry(entry, features) for entry in part)}</BANKTRANLIST>"
        for part in ([some[:half], some[half:]] if features["lists"] == 2 else [some])
    )
    status = f"<STATUS>{tag('CODE', '0')}{tag('SEVERITY', 'INFO')}</STATUS>"
    return (
        f"<{outer}>{tag('TRNUID', str(number))}{status}<{inner}>{tag('CURDEF', 'EUR')}"
        f"<{source}>{account}</{source}>{lists}<LEDGERBAL>{tag('BALAMT', '0.00')}"
        f"{tag('DTASOF', '20261031')}</LEDGERBAL></{inner}></{outer}>"
    )


def _ofx_entry(entry: Entry, features: dict[str, Any]) -> str:
    def tag(name: str, value: str) -> str:
        return _tag(name, value, features)

    plus = "+" if features["plus"] and entry.amount > 0 else ""
    amount = plus + str(entry.amount).replace(".", features["decimal"])
    memo = {
        "words": tag("MEMO", entry.words),
        "empty": tag("MEMO", ""),
        "self-closed": "<MEMO/>" if features["form"] == "xml" else tag("MEMO", ""),
        "none": "",
    }[features["memo"]]
    correction = tag("CORRECTACTION", "DELETE") if entry.reversal else ""
    name = "StmtTrn" if features["lower"] else "STMTTRN"
    return (
        f"<{name}>{tag('TRNTYPE', 'OTHER')}{tag('DTPOSTED', f'{entry.day:%Y%m%d}' + features['time'])}"
        f"{tag('TRNAMT', amount)}{tag('FITID', entry.reference)}{correction}"
        f"{tag('NAME', 'SHOP')}{memo}</{name}>"
    )


# CSV


@st.composite
def qif_files(draw: st.DrawFn) -> DrawnFile:
    """QIF as Quicken and banks write it. One day after the twelfth tells the order of all."""
    features: dict[str, Any] = {
        "form": draw(st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%m/%d'%y"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])),
        "decimal": draw(st.sampled_from([".", ","])),
        "line end": draw(st.sampled_from(["\r\n", "\n"])),
        "account": draw(st.booleans()),
        "U": draw(st.booleans()),
        "split": draw(st.booleans()),
    }
    some = draw(entries(PLAIN.map(lambda words: f"p {words}".strip())).filter(bool))
    last = replace(some[-1], day=some[-1].day.replace(day=25))
    some = [*some[:-1], last]
    lines = ["!Account", "NMain", "TBank", "^"] if features["account"] else []
    lines.append("!Type:Bank")
    for entry in some:
        amount = f"{entry.amount:.2f}".replace(".", str(features["decimal"]))
        lines.append(f"D{entry.day.strftime(features['form'])}")
        lines += [f"U{amount}"] if features["U"] else []
        lines += [f"T{amount}", f"N{entry.reference}", f"P{entry.words}"]
        lines += ["SRent", f"${amount}"] if features["split"] else []
        lines.append("^")
    text = str(features["line end"]).join([*lines, ""])
    return DrawnFile(text.encode(features["encoding"]), [some], features)


@st.composite
def csv_files(draw: st.DrawFn) -> DrawnFile:
    """CSV in the forms of banks. `features` says what the layout must say."""
    features: dict[str, Any] = {
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])),
        "locale": draw(st.sampled_from(["en_GB", "de_DE", "en_US"])),
        "columns": draw(st.sampled_from(["one", "two", "flag", "inverted"])),
        "newest first": draw(st.booleans()),
        "above": draw(st.booleans()),
        "total": draw(st.booleans()),
        "balance": draw(st.booleans()),
        "quotes": draw(st.booleans()),
        "blank lines": draw(st.booleans()),
        "line end": draw(st.sampled_from(["\r\n", "\n"])),
    }
    some = draw(entries(PLAIN.map(lambda words: f"p {words}".strip())).filter(bool))
    some.sort(key=lambda entry: entry.day)
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=str(features["delimiter"]),
        lineterminator=str(features["line end"]),
        quoting=csv.QUOTE_ALL if features["quotes"] else csv.QUOTE_MINIMAL,
    )
    if features["above"]:
        writer.writerows([["Account", "123456789"], []])
    heads = ["Day", "Purpose", "Ref", *_csv_heads(features)]
    writer.writerow([*heads, "Balance"] if features["balance"] else heads)
    rows, balance = [], OPENING
    for entry in some:
        balance += entry.amount
        row = [_csv_day(entry.day, features), entry.words, entry.reference]
        row += _csv_amounts(entry.amount, features)
        rows.append([*row, _csv_number(balance, features)] if features["balance"] else row)
    for row in reversed(rows) if features["newest first"] else rows:
        writer.writerow(row)
        if features["blank lines"]:
            writer.writerow([])
    if features["total"]:
        writer.writerow(["Total", "", "", _csv_number(balance - OPENING, features)])
    written = some[::-1] if features["newest first"] else some
    return DrawnFile(out.getvalue().encode(features["encoding"]), [written], features)


def _csv_heads(features: dict[str, Any]) -> list[str]:
    return {
        "one": ["Amount"],
        "inverted": ["Amount"],
        "two": ["In", "Out"],
        "flag": ["Amount", "D/C"],
    }[features["columns"]]


def _csv_amounts(amount: Decimal, features: dict[str, Any]) -> list[str]:
    told = _csv_number(abs(amount), features)
    return {
        "one": [_csv_number(amount, features)],
        "inverted": [_csv_number(-amount, features)],
        "two": ["", told] if amount < 0 else [told, ""],
        "flag": [told, "D" if amount < 0 else "C"],
    }[features["columns"]]


def _csv_number(amount: Decimal, features: dict[str, Any]) -> str:
    text = f"{amount:,.2f}"
    if features["locale"] == "de_DE":
        return text.replace(",", "\0").replace(".", ",").replace("\0", ".")
    return text


def _csv_day(day: date, features: dict[str, Any]) -> str:
    form = {"en_GB": "%d/%m/%Y", "de_DE": "%d.%m.%Y", "en_US": "%m/%d/%Y"}
    return day.strftime(form[features["locale"]])
