"""Exact money: every amount a whole number of minor units, every part of a whole accounted for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base import money

UNITS = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("JPY", 0), ("TND", 3), ("XOF", 0), ("eur", 2)]
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, places: int) -> None:
    assert money.digits(currency) == places


@pytest.mark.parametrize("code", ["", "EURO", "XXQ", "€"])
def test_what_is_no_code_is_no_currency(code: str) -> None:
    assert not money.is_currency(code)
    with pytest.raises(KeyError):
        money.digits(code)


def test_a_currency_is_written_in_capitals() -> None:
    assert money.is_currency("EUR")
    assert not money.is_currency("eur")


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.50", "EUR", 1250),
        ("-0.01", "EUR", -1),
        ("1200", "JPY", 1200),
        ("1.234", "TND", 1234),
        ("12.500", "EUR", 1250),
    ],
)
def test_minor_units_are_exact(amount: str, currency: str, units: int) -> None:
    assert money.minor(amount, currency) == units


@pytest.mark.parametrize(
    ("amount", "currency"), [("12.345", "EUR"), ("0.5", "JPY"), ("0.0001", "TND")]
)
def test_more_decimals_than_the_currency_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"{amount} has more decimals than {currency}"):
        money.minor(amount, currency)


@pytest.mark.parametrize(
    ("units", "currency", "text"),
    [
        (1250, "EUR", "12.50"),
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (1200, "JPY", "1200"),
        (7, "TND", "0.007"),
    ],
)
def test_the_plain_decimal_text(units: int, currency: str, text: str) -> None:
    assert money.decimal(units, currency) == text


@given(UNITS, st.sampled_from(["EUR", "JPY", "TND"]))
def test_text_and_minor_units_go_there_and_back(units: int, currency: str) -> None:
    assert money.minor(money.decimal(units, currency), currency) == units


@given(UNITS, st.integers(1, 60))
def test_equal_parts_sum_to_the_whole_and_differ_by_one_unit_at_most(
    total: int, parts: int
) -> None:
    shares = money.allocate(total, [1] * parts)

    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


WEIGHTS = st.lists(
    st.one_of(st.integers(0, 400), st.fractions(0, 40, max_denominator=31)),
    min_size=1,
    max_size=40,
).filter(any)


@pytest.mark.slow
@given(UNITS, WEIGHTS)
def test_weighted_parts_sum_to_the_whole_and_nothing_goes_to_no_weight(
    total: int, weights: list[int | Fraction]
) -> None:
    shares = money.allocate(total, weights)

    assert sum(shares) == total
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)


@pytest.mark.slow
@given(UNITS, WEIGHTS)
def test_the_first_parts_together_are_never_more_than_half_a_unit_off_their_share(
    total: int, weights: list[int | Fraction]
) -> None:
    shares, whole = money.allocate(total, weights), sum(map(Fraction, weights))

    for number in range(len(weights) + 1):
        exact = total * sum(map(Fraction, weights[:number]), Fraction(0)) / whole
        assert abs(sum(shares[:number]) - exact) <= Fraction(1, 2)


def test_odd_units_are_spread_over_the_parts() -> None:
    assert money.allocate(100, [1, 1, 1]) == [33, 34, 33]
    assert money.allocate(-100, [1, 1, 1]) == [-33, -34, -33]
    assert money.allocate(100, [31, 0, 28]) == [53, 0, 47]
    assert sum(money.allocate(490000, [1] * 12)[:6]) == 245000


@pytest.mark.parametrize(
    ("total", "part", "whole", "share"),
    [(5, 1, 2, 3), (-5, 1, 2, -3), (100, 1, 3, 33), (100, Fraction(2, 3), 1, 67), (7, 0, 9, 0)],
)
def test_a_share_is_the_nearest_unit_and_half_of_one_counts(
    total: int, part: int | Fraction, whole: int, share: int
) -> None:
    assert money.share(total, part, whole) == share


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33.3"),
        (-1, 3, "-33.3"),
        (1, 800, "0.1"),
        (1, 2000, "0.0"),
        (3, 2000, "0.2"),
        (5, 0, None),
        (0, 7, "0.0"),
    ],
)
def test_a_percentage_has_one_decimal_half_to_even(part: int, whole: int, text: str | None) -> None:
    assert money.percent(part, whole) == text


def test_a_percentage_of_almost_nothing_has_no_sign() -> None:
    assert money.percent(-1, 100_000) == "0.0"
    assert money.percent(-1, 1_000) == "-0.1"


@given(units=UNITS, currency=st.sampled_from(["EUR", "JPY", "TND"]))
def test_english_without_babel_is_what_babel_writes(units: int, currency: str) -> None:
    number = money.decimal(units, currency)
    assert money.grouped(number, "en") == money.grouped(number, "en_AU")


@pytest.mark.parametrize(
    ("number", "locale", "shown"),
    [
        ("-1234.50", "en", "-1,234.50"),
        ("1234.50", "de", "1.234,50"),
        ("1234567", "en_IN", "12,34,567"),
        ("1234.50", "pt_PT", "1\xa0234,50"),
        ("0.00", "de", "0,00"),
        ("1234.50", "xx-none", "1,234.50"),
    ],
)
def test_an_amount_is_grouped_as_the_locale_writes_it(number: str, locale: str, shown: str) -> None:
    assert money.grouped(number, locale) == shown


def test_only_an_amount_with_its_currency_is_grouped_among_words() -> None:
    assert money.amounts_grouped("1234.50 EUR", "de") == "1.234,50 EUR"
    assert money.amounts_grouped("2026 plan", "de") == "2026 plan"
    assert money.amounts_grouped("E-1234", "de") == "E-1234"
    assert money.amounts_grouped("1234.50 EUR, -1000 JPY", "en") == "1,234.50 EUR, -1,000 JPY"
    assert money.amounts_grouped("1234.50 EUR, 2026", "en") == "1234.50 EUR, 2026"


@pytest.mark.parametrize("total", [-3, -1, 0, 1, 3])
def test_the_whole_share_of_a_sum_is_the_sum_also_below_zero(total: int) -> None:
    assert money.share(total, 1, 1) == total


@given(
    st.decimals(-(10**15), 10**15, places=4, allow_nan=False, allow_infinity=False),
    st.integers(0, 4),
    st.sampled_from(["EUR", "JPY", "TND"]),
)
def test_an_amount_in_any_spelling_is_the_same_in_minor_units(
    amount: Decimal, places: int, currency: str
) -> None:
    """A text is read digit by digit, a decimal by arithmetic; both must find the same, or refuse."""
    amount = round(amount, places)
    spellings: list[str | Decimal] = [amount, f"{amount:f}", f"{amount:e}", f" {amount:f} "]

    def read(spelling: str | Decimal) -> int | None:
        try:
            return money.minor(spelling, currency)
        except ValueError:
            return None

    truth = Fraction(amount) * 10 ** money.digits(currency)
    units = int(truth) if truth.denominator == 1 else None
    assert [read(spelling) for spelling in spellings] == [units] * len(spellings)


@pytest.mark.parametrize("locale", ["ar", "fa"])
def test_the_minus_stands_before_the_number_in_languages_from_right_to_left(locale: str) -> None:
    assert money.grouped("-1234.50", locale) == "\u200e-1,234.50"
    assert money.grouped("1234.50", locale) == "1,234.50"
    assert money.grouped("-1234.50", "ru") == "-1\xa0234,50"


def test_a_number_that_has_its_mark_gets_no_second_one() -> None:
    assert money.sign_first("\u200e-5", right_to_left=True) == "\u200e-5"
    assert money.sign_first("-5", right_to_left=True) == "\u200e-5"
    assert money.sign_first("-5", right_to_left=False) == "-5"
