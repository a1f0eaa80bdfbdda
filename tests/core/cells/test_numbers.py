"""Amounts and percentages: what nobody could read otherwise is read, all else is told."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Value
from budgettrack.core.cells.numbers import is_nothing
from budgettrack.core.cells.values import read
from tests.world.readings import AMOUNTS, LOCALES, amount, code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (-66.99000000000001, "-66.99"),
        (12719.300000000001, "12719.3"),
        (0.1 + 0.2, "0.3"),
        (1234.567, "1234.567"),
        (-0.0, "0"),
        (5.684341886080802e-14, "0"),
        (999999999999.99, "999999999999.99"),
        ("1200", "1200"),
        ("  1200.50 ", "1200.5"),
        ("1,200.50", "1200.5"),
        ("1.200,50", "1200.5"),
        ("1'200.50", "1200.5"),
        ("1’200.50", "1200.5"),
        ("1\u00a0200", "1200"),
        ("1\u2009200,5", "1200.5"),
        ("1\u202f200", "1200"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,00,000", "100000"),
        ("12,34,567.89", "1234567.89"),
        ("1,234.567", "1234.567"),
        ("1234.567", "1234.567"),
        ("0,125", "0.125"),
        ("12,5", "12.5"),
        (".5", "0.5"),
        ("(1,200.50)", "-1200.5"),
        ("1200-", "-1200"),
        ("−5", "-5"),
        ("+12", "12"),
        ("1200.-", "1200"),
        ("1.200,-", "1200"),
        ("007", "7"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("۱۲۳", "123"),
        ("１２，５", "12.5"),
        ("\u200f١٢٠٠\u200f", "1200"),
        ("", ""),
        (" \u00a0", ""),
        (None, ""),
    ],
)
def test_amounts_that_nobody_could_read_otherwise(value: Value, text: str) -> None:
    for locale in ("en", "de", "fr", "pt_PT", "ar", "xx_unknown"):
        assert read(value, "money", locale) == text


@pytest.mark.parametrize(
    "value",
    [
        "1.2OO", "1,2,3", "12,34,5", "1 2", "12 34", "0,123,456", "1,23,4567", "12,", "--5", "-(5)", "(5", "5)", "1e5",
        "12²", "½", "1½", "twelve", "12 potatoes", "12-13", "1.234,567,8", "50%", "12/3", "-", "£", "12.03.2026", "1..5",
        "EUR 12 USD", "1,234 567.5", "٫", True, float("nan"), float("inf"), 1e300, 10**15, date(2026, 3, 12), time(1, 2),
        timedelta(1),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_never_one(value: Value) -> None:
    for locale in ("en", "de", "fr", "ar"):
        assert code(read(value, "money", locale)) == "amount-not-a-number"


@pytest.mark.parametrize(
    ("locale", "typed", "text"),
    [
        ("en", "1,234", "1234"),
        ("en_GB", "1.234", "1.234"),
        ("de", "1.234", "1234"),
        ("de", "1,234", "1.234"),
        ("fr", "1,234", "1.234"),
        ("es", "1.234", "1234"),
        ("ar", "1,234", "1234"),
        ("ar_MA", "1.234", "1234"),
        ("de_CH", "1.234", "1.234"),
        ("de", "12,500", "amount-ambiguous"),
        ("en", "12.000", "amount-ambiguous"),
        ("fr", "1.234", "amount-ambiguous"),
        ("pt_PT", "1.234", "amount-ambiguous"),
        ("pl", "1.234", "amount-ambiguous"),
        ("de_CH", "1,234", "amount-ambiguous"),
        ("xx_unknown", "1,234", "amount-ambiguous"),
    ],
)
def test_one_separator_before_three_digits_is_read_by_the_locale_or_not_at_all(
    locale: str, typed: str, text: str
) -> None:
    assert amount(read(typed, "money", locale)) == text


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        ("50%", False, "50"),
        ("12,5 %", False, "12.5"),
        ("%50", False, "50"),
        ("٥٠٪", False, "50"),
        ("0.5%", False, "0.5"),
        (0.5, True, "50"),
        (0.07, True, "7"),
        (1, True, "100"),
        (0, False, "0"),
        (50, False, "50"),
        ("50", False, "50"),
        (12.5, False, "12.5"),
        (1, False, "percent-ambiguous"),
        (0.5, False, "percent-ambiguous"),
        ("0,5", False, "percent-ambiguous"),
        (50, True, "percent-not-readable"),
        (-5, False, "percent-not-readable"),
        (5000, False, "percent-not-readable"),
        ("half", False, "percent-not-readable"),
        (True, False, "percent-not-readable"),
        ("50%%", False, "percent-not-readable"),
    ],
)
def test_percentages(value: Value, percent: bool, text: str) -> None:
    assert amount(read(value, "percent", "en", percent=percent)) == text


@pytest.mark.slow
@given(AMOUNTS, st.sampled_from(LOCALES))
def test_an_amount_shown_in_any_locale_reads_back_or_is_reported(
    number: Decimal, locale: str
) -> None:
    shown = format_decimal(number, locale=locale)
    reading = read(shown, "money", locale)
    assert isinstance(reading, Finding) or Decimal(amount(reading)) == number, (shown, reading)


@given(
    AMOUNTS,
    st.sampled_from(
        ["en", "en_GB", "de", "fr", "pt_PT", "es", "ar", "ar_EG", "fa", "hi", "de_CH", "uk", "sw"]
    ),
)
def test_amounts_in_the_locales_of_our_groups_are_all_read(number: Decimal, locale: str) -> None:
    assert amount(read(format_decimal(number, locale=locale), "money", locale)) == amount(
        read(str(number), "money", "en")
    )


@given(st.integers(0, 1000), st.sampled_from(LOCALES))
def test_percentages_shown_in_any_locale_read_back_or_are_reported(
    number: int, locale: str
) -> None:
    reading = read(format_percent(number / 100, locale=locale), "percent", locale)
    assert isinstance(reading, Finding) or reading == str(number)


@given(st.floats(min_value=-1e12, max_value=1e12).map(lambda value: round(value, 2)))
def test_a_spreadsheets_binary_cents_are_exact_cents(value: float) -> None:
    assert Decimal(amount(read(value, "money", "en"))) == Decimal(f"{value:.2f}")


def test_a_point_that_may_be_a_separator_of_thousands_is_told_in_every_kind_of_number() -> None:
    assert [read("1.234", "number", locale) for locale in ("en", "de")] == ["1.234", "1234"]
    assert code(read("1.234", "number", "fr")) == "amount-ambiguous"
    assert code(read("1.234 %", "percent", "fr")) == "amount-ambiguous"


@pytest.mark.parametrize("text", ["-", "–", " —  ", "- €", "EUR -", "-,--", "-.--", "--"])
def test_a_dash_is_nothing(text: str) -> None:
    assert is_nothing(text, "en")


@pytest.mark.parametrize("value", ["- -", "-x", "- Fund", "a-", "-5", "5-", "", "€", 0, None])
def test_a_dash_beside_other_words_is_no_amount(value: Value) -> None:
    assert not is_nothing(value, "en")


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (78, False, "78"),
        (0.5, False, "0.5"),
        (0.78, True, "78"),
        (1.2, True, "120"),
        ("78%", False, "78"),
        ("40 %", True, "40"),
        ("%78", False, "78"),
        ("-3", False, "-3"),
        ("1.5 %", False, "1.5"),
        ("٪۷۸", False, "78"),
        (-3, False, "-3"),
    ],
)
def test_a_count_in_percent_is_its_number(value: Value, percent: bool, text: str) -> None:
    assert read(value, "count", "en", percent=percent) == text


@pytest.mark.parametrize("value", ["about 20", "12 people", "%", "5 EUR", True])
def test_what_is_no_count_is_told(value: Value) -> None:
    told = read(value, "count", "en")
    assert isinstance(told, Finding)
    assert told.code == "number-not-readable"
