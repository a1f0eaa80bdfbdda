"""The bank statement of the sample's last month: the group's one account in euros, with all that
was truly paid and received.

So it differs from the books by what the planted faults keep out of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from budgettrack.core.base import months
from budgettrack.core.base.money import decimal
from budgettrack.core.figures.cash import grant_positions
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.setup import sample

STATEMENT = f"bank-{sample.LAST}.xml"
"""The name of the file."""

_ACCOUNT = "XX00HARBOURPEERS"


@dataclass(frozen=True, slots=True)
class _Entry:
    """What moved on a day. `amount` is negative if it was paid."""

    day: date
    amount: Decimal
    reference: str
    words: str


def bank_statement() -> bytes:
    """Return the statement of `sample.LAST` as CAMT.053."""
    rows = sample.healthy()
    plan, _ = plan_of(sample.keyed(rows), base=sample.BASE)
    entries = sorted(_entries(plan, rows), key=lambda entry: (entry.day, entry.reference))
    before, last = months.after(sample.LAST, -1), months.last_day(sample.LAST)
    text = _HEAD.format(
        first=last.replace(day=1),
        last=last,
        account=_ACCOUNT,
        currency=sample.BASE,
        opening=decimal(_held(plan, before), sample.BASE),
        closing=decimal(_held(plan, sample.LAST), sample.BASE),
        entries="".join(map(_told, entries)),
    )
    return text.encode()


def _held(plan: Plan, month: str) -> int:
    return sum(
        grant.balance
        for grant in grant_positions(plan, totals(plan)[0], month)
        if grant.money == "ours" and grant.currency == sample.BASE
    )


def _entries(plan: Plan, rows: Mapping[str, list[Fields]]) -> Iterator[_Entry]:
    for row in rows["expenses"]:
        line = plan.lines.get(row.get("budget_line", ""))
        grant = plan.grants.get(line.grant if line else row.get("grant", ""))
        is_here = grant is None or grant.currency == sample.BASE
        if is_here and row.get("paid_on", "").startswith(sample.LAST):
            sign = 1 if row["state"] == "refunded" else -1
            day = date.fromisoformat(row["paid_on"])
            yield _Entry(day, sign * Decimal(row["amount"]), row["id"], row["description"])
    for row in rows["income"]:
        is_here = row.get("currency") == sample.BASE and row["state"] == "received"
        if is_here and row["date"].startswith(sample.LAST):
            day = date.fromisoformat(row["date"])
            yield _Entry(day, Decimal(row["amount"]), row["id"], row.get("reference", ""))


def _told(entry: _Entry) -> str:
    return _ENTRY.format(
        currency=sample.BASE,
        amount=f"{abs(entry.amount):.2f}",
        sign="DBIT" if entry.amount < 0 else "CRDT",
        day=entry.day,
        reference=f"HP-{entry.reference}",
        words=escape(entry.words),
    )


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>HP-{last}</MsgId><CreDtTm>{last}T23:00:00</CreDtTm></GrpHdr>
<Stmt><Id>HP-{last}</Id><ElctrncSeqNb>10</ElctrncSeqNb><CreDtTm>{last}T23:00:00</CreDtTm>
<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>
<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{opening}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{first}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{last}</Dt></Dt></Bal>
{entries}</Stmt></BkToCstmrStmt></Document>
"""
_ENTRY = """<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>
<BkTxCd/><NtryDtls><TxDtls><RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
