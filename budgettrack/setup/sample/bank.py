"""The bank statement of the sample's last month: the group's one account, in euros, with all that
was really paid and received.

Purchases in another currency were paid by card. The statement differs from the books by the amounts
that are missing there because of the faults that were put in on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from budgettrack.core.base import months
from budgettrack.core.base.money import decimal
from budgettrack.core.figures.at_bank import account_currencies, held_at_bank, received
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.setup import sample

STATEMENT = f"bank-{sample.LAST}.xml"
"""The name of the file with the sample's bank statement."""

_ACCOUNT = "XX00HARBOURPEERS"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the statement. `amount` is negative if money was paid out. `original`: the amount
    and the currency of a purchase in another currency, or None."""

    day: date
    amount: Decimal
    reference: str
    words: str
    original: tuple[Decimal, str] | None = None


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
    return held_at_bank(plan, totals(plan)[0], month, lambda: plan)[sample.BASE]


def _entries(plan: Plan, rows: Mapping[str, list[Fields]]) -> Iterator[_Entry]:
    lies_in = account_currencies(plan)
    words = {row["id"]: row["description"] for row in rows["expenses"]}
    for expense in plan.expenses.values():
        if not expense.is_paid or months.month_of(expense.day) != sample.LAST:
            continue
        conversion = at_month(plan, expense.currency, sample.BASE, sample.LAST)
        if conversion is None or lies_in.of_expense(expense) != sample.BASE:
            continue
        own = (Decimal(decimal(expense.amount, expense.currency)), expense.currency)
        units = -expense.signed(conversion.units(expense.amount))
        yield _Entry(
            expense.day,
            Decimal(decimal(units, sample.BASE)),
            expense.id,
            words[expense.id],
            None if expense.currency == sample.BASE else own,
        )
    for income in plan.income.values():
        units, currency = received(income)
        is_here = currency == sample.BASE and income.state == "received"
        if is_here and months.month_of(income.date) == sample.LAST:
            amount = Decimal(decimal(units, currency))
            yield _Entry(income.date, amount, income.id, income.reference)


def _told(entry: _Entry) -> str:
    original = ""
    if entry.original is not None:
        amount, currency = entry.original
        original = _ORIGINAL.format(currency=currency, amount=f"{amount:.2f}")
    return _ENTRY.format(
        original=original,
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
<BkTxCd/><NtryDtls><TxDtls>{original}<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
_ORIGINAL = """<AmtDtls><InstdAmt><Amt Ccy="{currency}">{amount}</Amt></InstdAmt></AmtDtls>"""
