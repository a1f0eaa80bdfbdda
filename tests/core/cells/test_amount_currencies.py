"""A currency beside an amount is told, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Value
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet
from tests.world.readings import AMOUNTS, LOCALES, amount


@pytest.mark.parametrize(
    ("typed", "text", "currency", "other"),
    [
        ("£1,200", "1200", "GBP", "EUR"),
        ("1200€", "1200", "EUR", "GBP"),
        ("EUR 1 200,50", "1200.5", "EUR", "USD"),
        ("-£12", "-12", "GBP", "USD"),
        ("£-12", "-12", "GBP", "USD"),
        ("(£12)", "-12", "GBP", "USD"),
        ("12 euros", "12", "EUR", "USD"),
        ("$1,200.00", "1200", "CAD", "EUR"),
        ("$1,200.00", "1200", "USD", "EUR"),
        ("US$ 12", "12", "USD", "CAD"),
        ("Rs.1200", "1200", "INR", "EUR"),
        ("KSh 1,200/=", "1200", "KES", "TZS"),
        ("1200 kr", "1200", "SEK", "EUR"),
        ("US$ 12 USD", "12", "USD", "CAD"),
    ],
)
def test_a_currency_typed_beside_an_amount_is_told(
    typed: str, text: str, currency: str, other: str
) -> None:
    reading = read(typed, "money", "en")
    assert isinstance(reading, Priced)
    assert reading.text == text
    assert currency in reading.currencies
    assert other not in reading.currencies


def test_a_sign_shared_by_several_currencies_stands_for_each() -> None:
    reading = read("$5", "money", "en")
    assert isinstance(reading, Priced)
    assert {"USD", "AUD", "MXN"} <= reading.currencies
    assert "EUR" not in reading.currencies


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        ("EUR", "en", "EUR"),
        (" eur ", "en", "EUR"),
        ("€", "fr", "EUR"),
        ("£", "en_GB", "GBP"),
        ("Euro", "de", "EUR"),
        ("US dollars", "en", "USD"),
        ("livres sterling", "fr", "GBP"),
        ("$", "en", "currency-unknown"),
        ("kr", "sv", "currency-unknown"),
        ("EURO ZONE", "en", "currency-unknown"),
        ("ZZZ", "en", "currency-unknown"),
        (12, "en", "currency-unknown"),
    ],
)
def test_currencies(value: Value, locale: str, text: str) -> None:
    assert amount(read(value, "currency", locale)) == text


@pytest.mark.slow
@given(
    AMOUNTS,
    st.sampled_from(LOCALES),
    st.sampled_from(["EUR", "USD", "GBP", "KES", "UAH", "INR", "CHF", "XOF"]),
)
def test_money_shown_in_any_locale_reads_back_with_its_currency_or_is_reported(
    number: Decimal, locale: str, currency: str
) -> None:
    shown = format_currency(number, currency, locale=locale, currency_digits=False, format=None)
    reading = read(shown, "money", locale)
    if not isinstance(reading, Finding):
        rounded = read(format_decimal(number, locale=locale), "money", locale)
        assert isinstance(reading, Priced), (shown, reading)
        assert currency in reading.currencies, (shown, reading)
        assert (
            isinstance(rounded, Finding)
            or abs(Decimal(reading.text) - Decimal(amount(rounded))) < 1
        )


def test_where_the_currency_cannot_be_read_the_one_beside_the_amount_is_not_taken() -> None:
    read_rows = sheet(
        grid("ID | Date | Amount | Currency | State\nE-1 | 2026-01-05 | €5 | Euroo | paid")
    )

    (row,) = read_rows.tables["expenses"].rows
    assert row.unreadable == {"amount", "currency"}
    assert "amount" not in row.fields
    assert [words.split(":")[0] for _, words in found(read_rows)] == ["currency-unknown"]


@pytest.mark.parametrize(
    ("sign", "base", "kept", "codes"),
    [
        ("€", "EUR", True, []),
        ("CNY", "EUR", False, ["amount-has-other-currency"]),
        ("h", "EUR", True, []),
    ],
)
def test_a_currency_that_only_a_format_shows_is_held_against_the_base_currency(
    sign: str, base: str, kept: bool, codes: list[str]
) -> None:
    tab = grid("Item | Amount\nRent | 500\nTea | 0", "Plan", signs={(1, 1): sign})
    shapes = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Amount"})}
    read_ = read_rows(Book((tab,)), shapes, "en", base=base)

    assert ("amount" in read_.tables["budget"].rows[0].fields) is kept
    assert [text.split(":")[0] for _, text in found(read_)] == codes


def test_a_percentage_is_no_amount() -> None:
    tab = grid("ID|Date|Amount\nE-1|2026-01-05|0.15", percents=frozenset({(1, 2)}))

    assert [text for _, text in found(sheet(tab))] == [
        'amount-not-a-number: "15%" is not an amount. Type digits, such as 1200.50.'
    ]


@pytest.mark.parametrize(
    ("typed", "currency", "codes"),
    [
        ("€ 120", "EUR", []),
        ("USD 12.50", "USD", []),
        ("$ 12", None, []),
        ("kr 12", None, ["currency-missing"]),
    ],
)
def test_without_a_column_for_it_the_currency_beside_an_amount_is_that_of_the_row(
    typed: str, currency: str | None, codes: list[str]
) -> None:
    tab = grid(f"Date|What|Amount\n2026-01-03|Bus|{typed}", "L")
    headings = {"date": "Date", "description": "What", "amount": "Amount"}
    read_ = read_rows(Book((tab,)), {"expenses": Shape("L", headings=headings)}, "en", base="USD")

    assert read_.tables["expenses"].rows[0].fields.get("currency") == currency
    assert ("amount" in read_.tables["expenses"].rows[0].fields) is (not codes)
    assert [text.split(":")[0] for _, text in found(read_)] == codes
