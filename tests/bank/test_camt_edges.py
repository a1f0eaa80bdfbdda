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
