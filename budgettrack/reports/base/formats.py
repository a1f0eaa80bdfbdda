"""Amounts, percentages and dates as people of a language read them; the only file of the reports
that imports Babel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_compact_decimal, format_currency, format_decimal

from budgettrack.core.base.money import decimal, grouped
from budgettrack.core.base.months import Month, first_day, last_day

NONE = "–"


def locale(language: str) -> Locale:
    """The Babel locale of `fr` or `pt-BR`; English where Babel has none of that name."""
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
    """A whole number."""
    return _minus(format_decimal(number, locale=at))


def money(units: int, currency: str, at: Locale) -> str:
    """An amount with its currency: `€1,234.50`."""
    return _minus(format_currency(Decimal(decimal(units, currency)), currency, locale=at))


def number(units: int | None, currency: str, at: Locale) -> str:
    """An amount for a column whose currency stands above it: `1,234.50`; a dash for None."""
    if units is None:
        return NONE
    return _minus(grouped(decimal(units, currency), str(at)))


def quantity(value: Decimal | None, at: Locale) -> str:
    """A plain number; a dash for None."""
    return (
        NONE
        if value is None
        else _minus(format_decimal(value, locale=at, decimal_quantization=False))
    )


def percentage(text: str | None, at: Locale) -> str:
    """A percentage given as the text of a number (`12.5`); a dash for None."""
    if text is None:
        return NONE
    value = Decimal(text)
    shown = format_decimal(value.normalize() + 0, locale=at, decimal_quantization=False)
    return _minus(
        at.percent_formats[None].pattern.replace("#,##,##0", shown).replace("#,##0", shown)
    )


def width(part: int, whole: int) -> int:
    """How long a bar is, in whole percent from 0 to 100."""
    return max(0, min(100, round(Decimal(part) * 100 / Decimal(whole)))) if whole > 0 else 0


def month(value: Month, at: Locale) -> str:
    """`March 2026`."""
    return format_skeleton("yMMMM", first_day(value), locale=at)


def short_month(value: Month, at: Locale) -> str:
    """`Mar 2026`."""
    return format_skeleton("yMMM", first_day(value), locale=at)


def day(value: date | None, at: Locale) -> str:
    """`12 Mar 2026` in the language's own order; a dash for None."""
    return NONE if value is None else format_date(value, format="medium", locale=at)


def narrow_month(value: Month, at: Locale) -> str:
    """`Mar`."""
    return format_skeleton("MMM", first_day(value), locale=at)


def span(first: Month | None, last: Month | None, at: Locale) -> str:
    """`Mar – Jun 2026`, one of them where there is but one, or nothing."""
    known = [each for each in (first, last) if each]
    if len(set(known)) < 2:
        return short_month(known[0], at) if known else ""
    return format_interval(first_day(known[0]), first_day(known[1]), skeleton="yMMM", locale=at)


def days(first: date | None, last: date | None, at: Locale) -> str:
    """`1 Jul 2025 – 31 Dec 2026`, one of them where there is but one, or nothing."""
    known = [each for each in (first, last) if each]
    if len(set(known)) < 2:
        return day(known[0], at) if known else ""
    return format_interval(known[0], known[1], skeleton="yMMMd", locale=at)


def currency_name(currency: str, at: Locale) -> str:
    """`euros`; the code where there is no name."""
    return str(at.currencies.get(currency, currency))


def listed(words: list[str], at: Locale) -> str:
    """`a, b, and c`."""
    from babel.lists import format_list

    return format_list(words, locale=at) if words else ""


def _minus(text: str) -> str:
    return text.replace("-", "−")


def short(units: int, currency: str, at: Locale) -> str:
    """An amount in as little room as can be: `1.2K`, for a drawing beside its table."""
    return _minus(
        format_compact_decimal(Decimal(decimal(units, currency)), locale=at, fraction_digits=1)
    )


def end_of(value: Month) -> date:
    """The last day of a month."""
    return last_day(value)
