"""Exact money: whole minor units and a currency, never a float.

An amount in a sheet is a decimal text until its currency is known. After that it is an `int` of
minor units (cents). ISO 4217 says how many decimals a currency has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from budgettrack.core.base.currencies import DIGITS

if TYPE_CHECKING:
    from fractions import Fraction

PLAIN_ENGLISH = ("en", "en_US", "en_GB")
"""Numbers in these locales are formatted without the library Babel. Importing Babel would take a
third of a command's time."""

AMOUNT = re.compile(r"-?\d+(\.\d+)? [A-Z]{3}")


@lru_cache(maxsize=512)
def digits(currency: str) -> int:
    """Returns the number of decimals of a currency by ISO 4217: EUR 2, JPY 0, TND 3.

    Raises KeyError if the code is not a currency."""
    return DIGITS[currency.upper()]


@lru_cache(maxsize=512)
def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code in capital letters."""
    try:
        digits(code)
    except KeyError:
        return False
    return code == code.upper() and len(code) == 3


def minor(amount: str | Decimal, currency: str) -> int:
    """Converts an exact decimal to minor units: `minor("12.50", "EUR") == 1250`.

    Raises ValueError if the amount has more decimals than its currency."""
    places = digits(currency)
    if isinstance(amount, str):
        before, _, part = amount.partition(".")
        written = before + part.ljust(places, "0")
        # Nearly every amount has this form. The code below reads or refuses all other forms.
        if len(part) <= places and written.isascii() and written.removeprefix("-").isdigit():
            return int(written)
    scaled = Decimal(amount).scaleb(places)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has more decimals than {currency}")
    return whole


def decimal(units: int, currency: str) -> str:
    """Converts minor units to plain decimal text, as in JSON and CSV.

    `decimal(-1250, "EUR") == "-12.50"`"""
    places = digits(currency)
    if not places:
        return str(units)
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def with_currency(units: int, currency: str) -> str:
    """Returns a plain amount with its currency, as findings store it: `with_currency(123450, "EUR")
    == "1234.50 EUR"`."""
    return f"{decimal(units, currency)} {currency}"


def grouped(number: str, locale: str) -> str:
    """Formats a plain decimal for people: `grouped("-1234.50", "pt_PT")` is "-1 234,50".

    Every table, status line, finding, page and mail uses this function for amounts. JSON and CSV
    use the plain decimal."""
    if locale in PLAIN_ENGLISH:
        return f"{Decimal(number):,f}"
    from babel import Locale, UnknownLocaleError
    from babel.numbers import format_decimal

    try:
        known = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return grouped(number, "en")
    whole = str(known.decimal_formats[None].pattern).partition(".")[0]
    part = "0" * len(number.partition(".")[2])
    pattern = f"{whole}.{part}" if part else whole
    shown = str(format_decimal(Decimal(number), format=pattern, locale=known))
    return sign_first(shown, right_to_left=known.text_direction == "rtl")


def sign_first(number: str, *, right_to_left: bool) -> str:
    """Returns a formatted number with a mark before its minus sign, in a language that is written
    from right to left. Without the mark (U+200E), the sign would be drawn behind the number."""
    if not right_to_left or "\u200e" in number:
        return number
    return number.replace("-", "\u200e-")


def told(units: int, currency: str, locale: str) -> str:
    """Formats an amount with its currency for people: `1,234.50 EUR`. `units` are minor units."""
    return f"{grouped(decimal(units, currency), locale)} {currency}"


def amounts_grouped(text: str, locale: str) -> str:
    """Formats `text` for people if it is an amount such as `1234.50 EUR`, or several with commas
    between them. Other text stays unchanged."""
    amounts = text.split(", ")
    if not all(map(AMOUNT.fullmatch, amounts)):
        return text
    told = (amount.partition(" ") for amount in amounts)
    return ", ".join(f"{grouped(number, locale)} {currency}" for number, _, currency in told)


def share(total: int, part: int | Fraction, whole: int | Fraction) -> int:
    """Returns the part of `total` that is proportional to `part` of `whole`, in minor units. Halves
    are rounded away from zero.

    Example: of a budget of 4,900.00 for 12 months, 2,450.00 belong to the first 6 months. The
    result is at most half a minor unit away from the exact share.

    >>> share(490000, 6, 12), share(100, 1, 3)
    (245000, 33)"""
    units = int((2 * abs(total) * part + whole) // (2 * whole))
    return -units if total < 0 else units


def allocate(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Splits `total` by weights into a list of shares whose sum is exactly `total`.

    No weight may be below 0, and the sum of the weights must be above 0. Rounding is cumulative:
    the sum of the first n shares is at most half a unit away from its exact value. A weight of 0
    gets 0.

    >>> allocate(100, [1, 1, 1]), allocate(5, [1, 0, 1])
    ([33, 34, 33], [3, 0, 2])
    """
    whole = sum(weights)
    shares, weight, before = [], 0 * whole, 0
    for part in weights:
        weight += part
        to_date = share(total, weight, whole)
        shares.append(to_date - before)
        before = to_date
    return shares


def share_of(units: int, percentage: Decimal) -> int:
    """Returns a percentage of an amount in minor units; a half is rounded to the even unit."""
    exact = Decimal(units) * percentage / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def percent(part: int, whole: int) -> str | None:
    """Returns `part` as a percentage of `whole` with one decimal, rounded half to even. Returns
    None if `whole` is 0."""
    if not whole:
        return None
    # Adding 0 changes -0.0 into 0.0: no reader and no cell should get -0.0.
    return str(
        (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
        + 0
    )
