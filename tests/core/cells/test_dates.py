"""Dates and months: read by the locale, or told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Value
from budgettrack.core.cells.values import read
from tests.world.readings import LOCALES, amount, code


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        (date(2026, 3, 12), "en", "2026-03-12"),
        (datetime.fromisoformat("2026-03-12T14:30"), "en", "2026-03-12"),
        ("2026-03-12", "en", "2026-03-12"),
        ("2026-3-2", "de", "2026-03-02"),
        ("2026/03/12", "en_US", "2026-03-12"),
        ("2026-03-12T09:30:00", "en", "2026-03-12"),
        ("12/03/2026 09:30", "en_GB", "2026-03-12"),
        ("12/03/2026", "en_GB", "2026-03-12"),
        ("12/03/2026", "en_US", "2026-12-03"),
        ("12/03/2026", "fr", "2026-03-12"),
        ("12.3.26", "de", "2026-03-12"),
        ("12. 3. 2026", "cs", "2026-03-12"),
        ("25/03/2026", "en", "2026-03-25"),
        ("03/03/2026", "en", "2026-03-03"),
        ("12 Mar 2026", "en", "2026-03-12"),
        ("12-Mar-26", "en", "2026-03-12"),
        ("Mar 12, 2026", "en_US", "2026-03-12"),
        ("12 March 2026", "fr", "2026-03-12"),
        ("12 mars 2026", "fr", "2026-03-12"),
        ("1er févr. 2026", "fr", "2026-02-01"),
        ("12 de março de 2026", "pt_PT", "2026-03-12"),
        ("12. März 2026", "de", "2026-03-12"),
        ("Thursday, 12th March 2026", "en", "2026-03-12"),
        ("١٢/٣/٢٠٢٦", "ar", "2026-03-12"),
        ("١٢ مارس ٢٠٢٦", "ar", "2026-03-12"),
        ("12 मार्च 2026", "hi", "2026-03-12"),
        ("2026年3月12日", "ja", "2026-03-12"),
        ("29/02/2028", "en_GB", "2028-02-29"),
        ("le 3 avril 2026", "fr_FR", "2026-04-03"),
        ("12 января 2026 г.", "ru_RU", "2026-01-12"),
        ("5 березня 2026 р.", "uk_UA", "2026-03-05"),
        ("Dienstag, den 5. Mai 2026", "de_DE", "2026-05-05"),
        ("05-mar-2026", "es_ES", "2026-03-05"),
        ("mar 3 mar 2026", "es_ES", "2026-03-03"),
        ("mar 7 de abril de 2026", "es_ES", "2026-04-07"),
    ],
)
def test_dates(value: Value, locale: str, text: str) -> None:
    assert read(value, "date", locale) == text


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [
        ("12/03/2026", "en", "date-ambiguous"),
        ("12.3.26", "en", "date-ambiguous"),
        ("12/03/2026", "en_CA", "date-ambiguous"),
        ("26/03/12", "ja", "date-ambiguous"),
        ("25/03/2026", "en_US", "date-not-readable"),
        ("03/25/2026", "en_GB", "date-not-readable"),
        ("31/02/2026", "en", "date-not-readable"),
        ("2026-02-30", "en", "date-not-readable"),
        ("20260312", "en", "date-not-readable"),
        ("12 Mar", "en", "date-not-readable"),
        ("Mar 2026", "en", "date-not-readable"),
        ("12 Foo 2026", "en", "date-not-readable"),
        ("soon", "en", "date-not-readable"),
        ("12/03/69", "th", "date-not-readable"),
        (46093, "en", "date-not-readable"),
        (46093.5, "en", "date-not-readable"),
        (True, "en", "date-not-readable"),
        (time(9, 30), "en", "date-not-readable"),
        (timedelta(days=3), "en", "date-not-readable"),
        (date(1926, 3, 12), "en", "date-out-of-range"),
        ("12 March 2206", "en", "date-out-of-range"),
        ("12/03/2569", "th", "date-out-of-range"),
    ],
)
def test_dates_that_are_reported(value: Value, locale: str, expected: str) -> None:
    assert code(read(value, "date", locale)) == expected


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        ("2026-01", "en", "2026-01"),
        ("2026/1", "en", "2026-01"),
        ("01/2026", "en", "2026-01"),
        ("1.2026", "de", "2026-01"),
        ("Jan 2026", "en", "2026-01"),
        ("January 2026", "fr", "2026-01"),
        ("janv. 2026", "fr", "2026-01"),
        ("Jan-26", "en", "2026-01"),
        ("2026-01-15", "en", "2026-01"),
        ("يناير ٢٠٢٦", "ar", "2026-01"),
        (datetime.fromisoformat("2026-01-31"), "en", "2026-01"),
        ("13/2026", "en", "month-not-readable"),
        ("03/12", "en", "month-not-readable"),
        (1.2026, "en", "month-not-readable"),
        (202601, "en", "month-not-readable"),
        ("January", "en", "month-not-readable"),
        ("Jan 1926", "en", "date-out-of-range"),
    ],
)
def test_months(value: Value, locale: str, text: str) -> None:
    assert amount(read(value, "month", locale)) == text


@given(
    st.dates(date(1990, 1, 1), date(2069, 12, 31)),
    st.sampled_from(LOCALES),
    st.sampled_from(["short", "medium", "long"]),
)
def test_dates_shown_in_any_locale_read_back_or_are_reported(
    day: date, locale: str, form: str
) -> None:
    """Babel writes every locale's dates in the Gregorian calendar."""
    from babel.dates import format_date

    shown = format_date(day, form, locale=Locale.parse(locale))
    reading = read(shown, "date", locale)
    assert isinstance(reading, Finding) or reading == day.isoformat(), (shown, reading)


@pytest.mark.parametrize(
    ("value", "locale", "expected"),
    [
        ("123 March 26", "en", "date-not-readable"),  # neither a day nor a year
        ("26/04/03", "fa", "date-not-readable"),  # 26 is a year of another calendar there
        ("26/04/03", "hu", "date-ambiguous"),
    ],
)
def test_a_date_that_cannot_be_one_day_is_told(value: str, locale: str, expected: str) -> None:
    assert code(read(value, "date", locale)) == expected


@pytest.mark.parametrize("value", ["03/0000", "0000-03", "March 0000"])
def test_no_month_is_in_the_year_zero(value: str) -> None:
    assert code(read(value, "month", "en")) == "date-out-of-range"
