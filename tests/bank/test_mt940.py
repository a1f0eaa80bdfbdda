"""MT940 and MT942: the day of booking, reversals, sums, and amounts abroad."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budgettrack.bank.formats.mt940 import read
from budgettrack.core.base.errors import UsageError
from tests.world.bank_files import Booked, mt940

BOOKED = (
    Booked(date(2026, 10, 3), Decimal("-120.00"), "A1", words="OCMT/USD130,00"),
    Booked(date(2026, 10, 9), Decimal("50.00"), "A2"),
)
REPORT = b""":20:X
:25:1002/0000ACCOUNT
:28C:1/1
:34F:EURD0,
:13D:2610051200+0100
:61:2610041005D5,00NTRFA1
:61:2610041005C7,00NTRFNONREF
:90D:1EUR5,00
:90C:1EUR7,00
"""


def test_an_amount_abroad_has_the_sign_of_its_entry() -> None:
    (statement,) = read("s.sta", mt940(BOOKED))
    assert [line.original for line in statement.lines] == [(Decimal("-130.00"), "USD"), None]


def test_a_report_within_the_day_is_provisional_and_has_the_days_of_booking() -> None:
    (report,) = read("s.sta", REPORT)
    assert report.is_provisional
    assert [(line.day, line.reference) for line in report.lines] == [
        (date(2026, 10, 5), "A1"),
        (date(2026, 10, 5), ""),
    ]
    assert "s.sta, statement 1: this is MT942, a report within the day." in report.notes[0]


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (
            b":90D:1EUR5,00",
            b":90D:2EUR5,00",
            "debits: it says that it has 2 with the sum 5.00 EUR, but it has 1 with the sum 5.00 EUR",
        ),
        (
            b":90C:1EUR7,00",
            b":90C:1EUR8,00",
            "credits: it says that it has 1 with the sum 8.00 EUR, but it has 1 with the sum 7.00",
        ),
    ],
)
def test_a_report_that_does_not_add_up_is_refused(was: bytes, now: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read("s.sta", REPORT.replace(was, now))


@pytest.mark.parametrize("amount", ["5.50", "1.005,00", "1'005,00", "1 005,00"])
def test_an_amount_that_the_library_would_cut_is_refused(amount: str) -> None:
    content = REPORT.replace(b"D5,00", b"D" + amount.encode()).partition(b":90D:")[0]
    with pytest.raises(UsageError) as refused:
        read("s.sta", content)
    assert str(refused.value) == (
        "s.sta, line 6: its amount does not have a comma before its decimals. Download it"
        " again, or as CAMT.053 or CSV."
    )
