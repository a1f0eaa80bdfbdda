"""CAMT.053 files with less in them than most banks write."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from budgettrack.bank.formats import camt
from budgettrack.core.base.errors import UsageError
from tests.world.bank_files import Booked
from tests.world.bank_files import camt as file_of

BOOKED = (
    Booked(date(2026, 10, 3), Decimal("-120.00"), "A1"),
    Booked(date(2026, 10, 9), Decimal("50.00"), "A2"),
)


def without(*parts: str) -> bytes:
    text = file_of(BOOKED).decode()
    for part in parts:
        text, count = re.subn(part, "", text)
        assert count == 1
    return text.encode()


def balance(code: str) -> str:
    return rf"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd>.*?</Bal>"


ACCOUNT = "<Ccy>EUR</Ccy>"


def test_a_file_without_the_accounts_currency_and_opening_balance_is_read() -> None:
    (statement,) = camt.read("s.xml", without(ACCOUNT, balance("OPBD")))

    assert [(line.amount, line.currency) for line in statement.lines] == [
        (Decimal("-120.00"), "EUR"),
        (Decimal("50.00"), "EUR"),
    ]
    assert any("no opening or no closing balance" in note for note in statement.notes)


@pytest.mark.parametrize(
    ("missing", "first", "last"),
    [
        ((), date(2026, 10, 1), date(2026, 10, 31)),
        ((balance("CLBD"),), date(2026, 10, 1), None),
        ((balance("OPBD"), balance("CLBD")), None, None),
    ],
)
def test_the_days_are_those_of_the_balances_that_are_there(
    missing: tuple[str, ...], first: date | None, last: date | None
) -> None:
    (statement,) = camt.read("s.xml", without(*missing))

    assert (statement.first, statement.last) == (first, last)


def test_a_movement_in_another_currency_than_the_account_is_refused() -> None:
    text = file_of(BOOKED).decode().replace("Ccy='EUR'>50", "Ccy='USD'>50").encode()

    with pytest.raises(UsageError, match="entry 2: it is in USD, the account in EUR"):
        camt.read("s.xml", text)


def test_a_cent_that_the_balances_do_not_know_is_refused() -> None:
    text = file_of(BOOKED).decode().replace(">50.00<", ">50.01<").encode()

    with pytest.raises(UsageError, match=r"the movements sum to -69\.99 EUR"):
        camt.read("s.xml", text)


def test_an_end_to_end_reference_that_says_nothing_is_none() -> None:
    text = file_of(BOOKED).decode().replace(">A1<", ">NOTPROVIDED<").encode()

    (statement,) = camt.read("s.xml", text)

    assert [line.reference for line in statement.lines] == ["", "A2"]


def put(text: bytes, before: str, more: str) -> bytes:
    """Puts more elements before the first place of a text."""
    assert before.encode() in text
    return text.replace(before.encode(), (more + before).encode(), 1)


def told(code: str, amount: str, day: str, currency: str = "EUR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{amount}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


@pytest.mark.parametrize(
    ("balance", "says"),
    [
        (told("CLBD", "880.00", "2026-10-04"), ""),
        (told("CLBD", "881.00", "2026-10-04"), r"do not lead to its balance of 881\.00 EUR on 2026-10-04"),
        (told("PRCD", "1000.00", "2026-09-30"), ""),
        (told("PRCD", "999.00", "2026-09-30"), r"closing balance 999\.00 EUR, but its own opening balance is 1000\.00 EUR"),
        (told("CLBD", "880.00", "2026-10-04", "USD"), "its balance is in USD, the account in EUR"),
        (told("ITBD", "5.00", "2026-10-04", "USD"), ""),
    ],
)  # fmt: skip
def test_every_balance_of_a_statement_is_proven(balance: str, says: str) -> None:
    text = put(file_of(BOOKED), "<Bal>", balance)
    if says:
        with pytest.raises(UsageError, match=says):
            camt.read("s.xml", text)
    else:
        camt.read("s.xml", text)


@pytest.mark.parametrize(
    ("page", "warns"), [("", True), ("<StmtPgntn><PgNb>2</PgNb></StmtPgntn>", False)]
)
def test_fewer_entries_than_the_statement_says_are_a_warning_but_on_a_page(
    page: str, warns: bool
) -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries></TxsSummry>"
    (statement,) = camt.read("s.xml", put(file_of(BOOKED), "<Ntry>", page + summary))
    says = "s.xml, statement 1 says that it has 3 entries, and has 2. Download it again."
    assert statement.left_out == ((says,) if warns else ())


def test_a_report_within_the_day_is_provisional() -> None:
    text = file_of(BOOKED).replace(b"BkToCstmrStmt>", b"BkToCstmrAcctRpt>")
    (report,) = camt.read("s.xml", text.replace(b"Stmt>", b"Rpt>"))
    (statement,) = camt.read("s.xml", file_of(BOOKED))
    assert (report.is_provisional, statement.is_provisional) == (True, False)
    assert "this is a report within the day (camt.052)" in report.notes[-1]


def test_a_payment_abroad_has_the_sign_of_its_entry_and_the_fee_that_was_kept() -> None:
    charge = "<Rcrd><Amt Ccy='EUR'>{}</Amt><CdtDbtInd>{}</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd>"
    more = (
        "<AmtDtls><InstdAmt><Amt Ccy='USD'>130.00</Amt></InstdAmt></AmtDtls><Chrgs>"
        + charge.format("2.00", "DBIT")
        + charge.format("0.50", "CRDT")
        + "</Chrgs>"
    )
    (statement,) = camt.read("s.xml", put(file_of(BOOKED), "<NtryDtls>", more))
    assert statement.lines[0].original == (Decimal("-130.00"), "USD")
    assert statement.lines[0].fee == Decimal("2.00")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1_000", "1e3", "5,00", "", "--5"])
def test_an_amount_that_is_no_plain_number_is_refused(amount: str) -> None:
    content = without(balance("OPBD"), balance("CLBD")).replace(b">120.00<", f">{amount}<".encode())
    with pytest.raises(UsageError, match=r"entry 1: its amount cannot be read\."):
        camt.read("s.xml", content)


def test_a_minus_besides_the_word_for_debit_is_refused() -> None:
    content = without(balance("OPBD"), balance("CLBD")).replace(b">120.00<", b">-120.00<")
    with pytest.raises(UsageError) as refused:
        camt.read("s.xml", content)
    assert str(refused.value) == (
        "s.xml, statement 1, entry 1: its amount has a minus, besides the word for credit or debit."
        " Download the file again, or as MT940, OFX or CSV."
    )
