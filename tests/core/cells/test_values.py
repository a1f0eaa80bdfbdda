"""One cell at a time: what is read, what is reported, and that nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from babel import Locale, localedata
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.grids import CellError, NoValue, Value
from budgettrack.core.cells.reading import CellKind, Priced, Reading
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import YES

LOCALES = sorted(name for name in localedata.locale_identifiers() if name != "root")


def code(reading: Reading) -> str:
    """The code of a problem; the reading itself shows where there is none."""
    assert isinstance(reading, Finding), reading
    return reading.code


def words(problem: Reading) -> str:
    assert isinstance(problem, Finding)
    found = Finding(problem.code, values=problem.values)
    return f"{found.problem} {found.remedy}"


def amount(reading: Reading) -> str:
    return (
        reading.text
        if isinstance(reading, Priced)
        else reading
        if isinstance(reading, str)
        else reading.code
    )


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


@pytest.mark.parametrize(
    ("value", "choices", "text"),
    [
        ("Under_Way", ("planned", "under way"), "under way"),
        (" under  WAY ", ("planned", "under way"), "under way"),
        ("half year", ("half-year", "year"), "half-year"),
        ("friends & family", ("peers", "friends and family"), "choice-unknown"),
        (True, YES, "yes"),
        (False, YES, "no"),
        ("Y", YES, "yes"),
        ("x", YES, "yes"),
        ("TRUE", YES, "yes"),
        ("x", ("paid",), "choice-unknown"),
        (1, ("paid",), "choice-unknown"),
        (True, ("paid",), "choice-unknown"),
    ],
)
def test_choices(value: Value, choices: tuple[str, ...], text: str) -> None:
    assert amount(read(value, "choice", "en", choices)) == text


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


@pytest.mark.parametrize("kind", ["id", "reference"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("B-1.2", "B-1.2"),
        ("report:G-1:2026-Q1", "report:G-1:2026-Q1"),
        (4001.0, "4001"),
        (6000, "6000"),
        ("007", "007"),
        ("indirect (10%)", "indirect (10%)"),
        ("Travel\u00a0 costs ", "Travel costs"),
        ("ميزانية-١", "ميزانية-١"),
        ("\u200fب-١", "ب-١"),
        ("Cafe\u0301", "Café"),
        ("two\nlines", "id-not-usable"),
        ("x" * 61, "id-not-usable"),
        ("a[1]", "id-not-usable"),
        ("a\x07b", "id-not-usable"),
        (datetime.fromisoformat("2026-02-01"), "id-not-usable"),
        (True, "id-not-usable"),
        (1e15, "id-not-usable"),
        (float("inf"), "id-not-usable"),
    ],
)
def test_ids_and_references(kind: CellKind, value: Value, text: str) -> None:
    assert amount(read(value, kind, "en")) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  two\r\nlines\u00a0", "two\nlines"),
        ("مرحبا 👩🏾‍🤝‍👩🏼 שלום", "مرحبا 👩🏾‍🤝‍👩🏼 שלום"),
        ("a\u00a0b", "a\u00a0b"),
        ("a\x00b\x0bc\ud800", "a\ufffdb\ufffdc\ufffd"),
        ("tab\there", "tab\there"),
        ("=1+1", "=1+1"),
        (12.0, "12"),
        (123456789012345678, "123456789012346000"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (date(2026, 3, 12), "2026-03-12"),
        (datetime.fromisoformat("2026-03-12T09:30"), "2026-03-12 09:30"),
        (time(9, 30), "09:30"),
        ("x" * 10_000, "x" * 10_000),
        ("x" * 10_001, "text-too-long"),
        ("é" * 50_000, "text-too-long"),
    ],
)
def test_text_stays_as_people_typed_it(value: Value, text: str) -> None:
    assert amount(read(value, "text", "en")) == text


def test_a_percentage_in_a_text_cell_is_what_its_spreadsheet_shows() -> None:
    assert read(0.5, "text", "en", percent=True) == "50%"


@pytest.mark.parametrize(
    "kind",
    ["id", "text", "choice", "date", "month", "money", "number", "percent", "currency", "link"],
)
def test_errors_and_formulas_without_value_are_never_blank(kind: CellKind) -> None:
    assert code(read(CellError("#REF!"), kind, "en")) == "cell-error"
    assert code(read(NoValue(), kind, "en")) == "formula-without-value"


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("1.2OO", "money", '"1.2OO" is not an amount. Type digits, such as 1200.50.'),
        ("Ask the office in Harbour", "money", "This text is not an amount. Type digits, such as 1200.50."),
        ("12/03/2026", "date", '"12/03/2026" can be read as 2026-03-12 or as 2026-12-03. Type it as year-month-day, such as 2026-03-12.'),
        (0.5, "percent", '"0.5" can mean 0.5 % or 50 %. Type it with its sign, such as 50%.'),
        ("a\nb", "id", "This ID cannot be used: it has a line break. Type a short code such as B-1.2, or clear the cell."),
        ("x" * 10_001, "text", "This text has 10001 characters; a cell may have 10000. Shorten it, or move it to a document and put the link here."),
        (CellError("#REF!"), "money", "The cell shows #REF!. Mend its formula, or type the value."),
        ("maybe", "choice", "This text is not one of: yes, no. Choose one of them."),
        ("12 x", "number", '"12 x" is not a number. Type digits, such as 12 or 12.5.'),
    ],
)  # fmt: skip
def test_words(value: Value, kind: CellKind, said: str) -> None:
    assert words(read(value, kind, "en", YES if kind == "choice" else ())) == said


AMOUNTS = st.decimals(
    min_value=-(10**11), max_value=10**11, places=2, allow_nan=False, allow_infinity=False
)


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


@given(st.floats(min_value=-1e12, max_value=1e12).map(lambda value: round(value, 2)))
def test_a_spreadsheets_binary_cents_are_exact_cents(value: float) -> None:
    assert Decimal(amount(read(value, "money", "en"))) == Decimal(f"{value:.2f}")


@pytest.mark.slow
@given(
    st.text(),
    st.sampled_from(
        ["id", "text", "date", "month", "money", "number", "percent", "currency", "label"]
    ),
)
def test_whatever_is_typed_is_read_or_reported(text: str, kind: CellKind) -> None:
    reading = read(text, kind, "en")
    if isinstance(reading, Finding):
        assert words(reading)
        assert reading.code in CODES
    elif isinstance(reading, str):
        assert read(reading, kind, "en") == reading
