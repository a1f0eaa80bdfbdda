"""OFX as banks write it: amounts in every form, and parts in wrong places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budgettrack.bank.formats.ofx import read
from budgettrack.core.base.errors import UsageError
from tests.world.bank_files import Booked, ofx

DAY = date(2026, 10, 5)


def content(amount: str) -> bytes:
    return ofx([Booked(DAY, Decimal(amount), "R0")])


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("-1,234.50", "-1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("0,500", "0.500"),
        ("1'234.5", "1234.5"),
        ("-.5", "-0.5"),
    ],
)
def test_amounts_are_read_with_a_point_or_a_comma(written: str, amount: str) -> None:
    (statement,) = read(
        "bank.ofx", content("5.00").replace(b"<TRNAMT>5.00", f"<TRNAMT>{written}".encode())
    )
    assert statement.lines[0].amount == Decimal(amount)


def test_an_amount_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(UsageError, match="entry 1: its amount can be read in two ways"):
        read("bank.ofx", content("5.00").replace(b"<TRNAMT>5.00", b"<TRNAMT>-1,000"))


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"<FITID>R0", b"<FITID>R0<TRNAMT>7.00", "entry 1: it has two TRNAMT"),
        (b"<FITID>R0", b"<FITID>R0<CURRENCY><CURSYM>USD</CURRENCY>", "entry 1: it is in USD, the account in EUR"),
        (b"<BANKTRANLIST>", b"", "this OFX has an entry outside of a statement"),
        (b"</OFX>", b"", "its last tag, </OFX>, is missing"),
    ],
)  # fmt: skip
def test_what_may_hide_an_entry_is_refused(was: bytes, now: bytes, says: str) -> None:
    changed = content("5.00").replace(was, now)
    with pytest.raises(UsageError, match=says):
        read("bank.ofx", changed)


def test_a_comment_is_no_entry_and_a_tag_in_cdata_is_text() -> None:
    entry = b"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20261005<TRNAMT>9.00<FITID>X</STMTTRN>"
    changed = content("5.00").replace(b"<BANKTRANLIST>", b"<BANKTRANLIST><!--" + entry + b"-->")
    (statement,) = read(
        "bank.ofx", changed.replace(b"Harbour Landlord", b"<![CDATA[Mr <STMTTRN>]]>")
    )
    assert [line.amount for line in statement.lines] == [Decimal(5)]
    assert "<STMTTRN>" in statement.lines[0].words


def test_a_day_with_hyphens_is_read_and_what_is_not_booked_is_told() -> None:
    waiting = b"<BANKTRANLISTP><STMTTRNP><TRNAMT>1</STMTTRNP></BANKTRANLISTP><LEDGERBAL>"
    changed = content("5.00").replace(b"20261005", b"2026-10-05").replace(b"<LEDGERBAL>", waiting)
    (statement,) = read("bank.ofx", changed)
    assert statement.lines[0].day == DAY
    assert (
        "bank.ofx, statement 1: entries that are not booked yet and were left out: 1."
        in statement.notes
    )
