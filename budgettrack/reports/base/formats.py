"""Formats amounts, percentages and dates for a language. It is the only module of the reports
that imports Babel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_symbol,
)

from budgettrack.core.base.money import decimal, grouped, sign_first
from budgettrack.core.base.months import Month, first_day, last_day

NONE = "–"


def locale(language: str) -> Locale:
    """Returns Babel's locale for a language code such as `fr` or `pt-BR`. Returns the English
    locale if Babel does not know the code."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def is_language(language: str) -> bool:
    """Whether Babel knows the language."""
    try:
        Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    return True


def whole(number: int, at: Locale) -> str:
    """Formats a whole number: `1,234`."""
    return _minus(format_decimal(number, locale=at), at)


def money(units: int, currency: str, at: Locale) -> str:
    """Formats an amount in minor units with its currency: `€1,234.50`."""
    told = _minus(format_currency(Decimal(decimal(units, currency)), currency, locale=at), at)
    if at.text_direction == "rtl":
        # The sign is isolated. Otherwise the letters of `UK£` would be torn apart by the number.
        sign = get_currency_symbol(currency, locale=at)
        told = told.replace(sign, f"\u2068{sign}\u2069")
    return told


def number(units: int | None, currency: str, at: Locale) -> str:
    """Formats an amount in minor units without its currency: `1,234.50`.

    Returns a dash for None.
    """
    if units is None:
        return NONE
    return _minus(grouped(decimal(units, currency), str(at)), at)


def quantity(value: Decimal | None, at: Locale) -> str:
    """Formats a decimal number.

    Returns a dash for None.
    """
    return (
        NONE
        if value is None
        else _minus(format_decimal(value, locale=at, decimal_quantization=False), at)
    )


def counted(value: Decimal, unit: str, at: Locale) -> str:
    """Formats a quantity with its unit: `26 × hour`.

    People type the unit as free text in any language, so its plural is not known. Hence the sign
    ×."""
    sign = " \N{MULTIPLICATION SIGN} " if unit else ""
    return f"{quantity(value, at)}{sign}{unit}"


def percentage(text: str | None, at: Locale) -> str:
    """Formats a percentage; `text` is a number such as `12.5`.

    Returns a dash for None.
    """
    if text is None:
        return NONE
    value = Decimal(text)
    shown = format_decimal(value.normalize() + 0, locale=at, decimal_quantization=False)
    return _minus(
        at.percent_formats[None].pattern.replace("#,##,##0", shown).replace("#,##0", shown), at
    )


def width(part: int, whole: int) -> int:
    """Returns the length of a bar: `part` as a percentage of `whole`, as a whole number from 0
    to 100."""
    return max(0, min(100, round(Decimal(part) * 100 / Decimal(whole)))) if whole > 0 else 0


def month(value: Month, at: Locale) -> str:
    """Formats a month: `March 2026`."""
    return format_skeleton("yMMMM", first_day(value), locale=at)


def short_month(value: Month, at: Locale) -> str:
    """Formats a month: `Mar 2026`."""
    return format_skeleton("yMMM", first_day(value), locale=at)


def day(value: date | None, at: Locale) -> str:
    """Formats a date: `12 Mar 2026`, in the order that the language uses.

    Returns a dash for None.
    """
    return NONE if value is None else format_date(value, format="medium", locale=at)


def narrow_month(value: Month, at: Locale) -> str:
    """Formats a month without its year: `Mar`."""
    return format_skeleton("MMM", first_day(value), locale=at)


def span(first: Month | None, last: Month | None, at: Locale) -> str:
    """Formats a range of months: `Mar – Jun 2026`.

    Returns a single month if both are equal or one is None, and "" if both are None.
    """
    months = [month_ for month_ in (first, last) if month_]
    if len(set(months)) < 2:
        return short_month(months[0], at) if months else ""
    return format_interval(first_day(months[0]), first_day(months[1]), skeleton="yMMM", locale=at)


def days(first: date | None, last: date | None, at: Locale) -> str:
    """Formats a range of days: `1 Jul 2025 – 31 Dec 2026`.

    Returns a single day if both are equal or one is None, and "" if both are None.
    """
    dates = [date_ for date_ in (first, last) if date_]
    if len(set(dates)) < 2:
        return day(dates[0], at) if dates else ""
    return format_interval(dates[0], dates[1], skeleton="yMMMd", locale=at)


def currency_name(currency: str, at: Locale) -> str:
    """Returns the name of a currency: `euros`. Returns the code if the language has no name for
    it."""
    return str(at.currencies.get(currency, currency))


def listed(words: list[str], at: Locale) -> str:
    """Joins words into a list: `a, b, and c`."""
    from babel.lists import format_list

    return _in_order(format_list(_isolated(words, at), locale=at), at) if words else ""


def series(words: list[str], at: Locale) -> str:
    """Joins parts that have commas of their own: `a; b; c`."""
    mark = "؛ " if at.text_direction == "rtl" else "; "
    return _in_order(mark.join(_isolated(words, at)), at)


def _isolated(words: list[str], at: Locale) -> list[str]:
    """Marks each word as isolated (U+2068, U+2069) in a language from right to left. Without this,
    two Latin words in a list would change places, and the word between them would stand at the
    wrong one."""
    if at.text_direction != "rtl":
        return words
    return [f"\u2068{word}\u2069" for word in words]


def _in_order(text: str, at: Locale) -> str:
    """Gives a list the direction of its language, whatever its first word is."""
    return f"\u200f{text}" if at.text_direction == "rtl" and text else text


def _minus(text: str, at: Locale) -> str:
    """Replaces the hyphen before a negative number by a minus sign."""
    return sign_first(text, right_to_left=at.text_direction == "rtl").replace("-", "−")


def short(units: int, currency: str, at: Locale) -> str:
    """Formats an amount in minor units in a short form for a chart: `1.2K`. An amount below 1000
    stays whole: `956`."""
    whole_amount = round(Decimal(decimal(units, currency)))
    return _minus(format_compact_decimal(whole_amount, locale=at, fraction_digits=1), at)


def end_of(value: Month) -> date:
    """Returns the last day of a month."""
    return last_day(value)
