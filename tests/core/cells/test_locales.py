"""What a locale writes: its order of day and month, its years, its names of currencies."""

from __future__ import annotations

import pytest
from babel.dates import get_month_names

from budgettrack.core.cells.locales import customs_of, read_currency
from tests.world.readings import LOCALES, amount, code


@pytest.mark.parametrize(
    ("locale", "order"),
    [("en_US", "month first"), ("en_GB", "day first"), ("fr", "day first"), ("hu", "year first")],
)
def test_the_order_of_a_date_is_that_of_the_locale(locale: str, order: str) -> None:
    assert customs_of(locale).order == order


@pytest.mark.parametrize(
    ("typed", "locale", "year"),
    [
        ("2026", "en", 2026),
        ("26", "en", 2026),
        ("69", "en", 2069),
        ("70", "en", 1970),
        ("026", "en", None),
        ("26", "th", None),  # 26 may be 2526 of the Buddhist era
        ("2569", "th", 2569),
    ],
)
def test_two_digits_are_a_year_only_where_no_other_calendar_is_in_use(
    typed: str, locale: str, year: int | None
) -> None:
    assert customs_of(locale).year(typed) == year


@pytest.mark.parametrize("locale", ["fr", "de", "es", "ru", "pt_BR", "sw"])
def test_the_months_of_a_language_are_known_by_their_names(locale: str) -> None:
    names = get_month_names("wide", locale=locale)

    known = customs_of(locale).months
    assert {number: known[name.casefold()] for number, name in names.items()} == {
        number: number for number in names
    }


def test_a_locale_that_babel_does_not_know_knows_english_names() -> None:
    assert "xx_YY" not in LOCALES
    assert customs_of("xx_YY").months["march"] == 3


@pytest.mark.parametrize(
    ("typed", "locale", "currency"),
    [
        ("EUR", "en", "EUR"),
        ("eur", "en", "EUR"),
        ("€", "fr", "EUR"),
        ("US$", "en", "USD"),
        ("pounds", "en", "currency-unknown"),
        ("Euroo", "en", "currency-unknown"),
    ],
)
def test_a_currency_is_its_code_its_sign_or_its_name(
    typed: str, locale: str, currency: str
) -> None:
    assert amount(read_currency(typed, locale)) == currency


def test_a_sign_or_a_name_may_stand_for_several_currencies() -> None:
    customs = customs_of("en")

    assert {"USD", "CAD"} <= customs.meaning("$")
    assert customs.meaning("chf") == {"CHF"}
    assert customs.meaning("work") == frozenset()


def test_a_text_too_long_for_a_cell_is_no_currency() -> None:
    assert code(read_currency("x" * 10_001, "en")) == "text-too-long"


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("de", {"mrz": 3, "mär": 3}),
        ("es", {"set": 9, "setiembre": 9}),
        ("fr", {"fév": 2, "aout": 8}),
        ("ru", {"фев": 2, "сен": 9, "ноя": 11}),
        ("ar", {"ابريل": 4}),
    ],
)
def test_months_as_spreadsheet_programs_write_them_are_known(
    locale: str, names: dict[str, int]
) -> None:
    months = customs_of(locale).months
    assert {name: months[name] for name in names} == names
    assert "set" not in customs_of("en").months
