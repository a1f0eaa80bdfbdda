"""Reads amounts, numbers and percentages as people type them in the locale of the workbook.

A number that is closer to zero than a billionth counts as 0: it is what remains when binary
numbers are subtracted."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, TypeGuard

from budgettrack.core.base.grids import Value
from budgettrack.core.cells.locales import Customs, customs_of
from budgettrack.core.cells.reading import (
    LARGEST,
    Priced,
    Reading,
    as_shown,
    exact,
    plain,
    tidy,
    unreadable,
    usual,
)

SMALLEST = Decimal("1e-9")

TypedNumber = Decimal | Literal["ambiguous"] | None
"""A number that somebody typed. "ambiguous" if the locale allows two readings, None if the text
is no number."""


def read_amount(value: Value, locale: str, percent: bool = False) -> Reading:
    """Reads an amount of money. Returns a `Priced` if a currency is typed beside it.

    `percent`: whether the cell shows a percentage, which is no amount."""
    if percent and _is_number(value):
        return unreadable("amount-not-a-number", as_shown(value, percent))
    if value.__class__ is float and (text := usual(value)):
        return text
    currencies: frozenset[str] | None = None
    number: TypedNumber = None
    if isinstance(value, str):
        number, currencies = _typed(value, locale)
    elif _is_number(value):
        number = exact(value)
        if number is not None and abs(number) < SMALLEST:
            number = Decimal(0)
    if number == "ambiguous":
        return unreadable("amount-ambiguous", tidy(str(value)))
    if not isinstance(number, Decimal) or abs(number) >= LARGEST:
        return unreadable("amount-not-a-number", as_shown(value))
    return Priced(plain(number), currencies) if currencies else plain(number)


def is_nothing(value: Value, locale: str) -> bool:
    """Whether a cell of amounts has only a dash, with or without a currency. Bookkeepers and the
    accounting format of spreadsheets write zero in this way."""
    if not isinstance(value, str) or not (dash := _DASH.fullmatch(value)):
        return False
    beside = tidy(dash["before"] + dash["after"])
    return not beside or bool(customs_of(locale).meaning(beside))


def read_number(value: Value, locale: str) -> Reading:
    """Reads a number without a unit."""
    number = _unpriced(value, locale)
    if number == "ambiguous":
        return unreadable("amount-ambiguous", str(value))
    if not isinstance(number, Decimal) or abs(number) >= LARGEST:
        return unreadable("number-not-readable", as_shown(value))
    return plain(number)


def read_count(value: Value, locale: str, percent: bool) -> Reading:
    """Reads a number of an indicator, which may be a share. `78 %`, and a cell in whose format 0.78
    shows as 78 %, are 78."""
    number = read_number(_without_percent_sign(value), locale)
    if percent and isinstance(number, str) and not isinstance(value, str):
        return plain(Decimal(number) * 100)
    return number


def _without_percent_sign(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = tidy(value)
    if text.startswith(_PERCENT_SIGNS):
        return text[1:].lstrip()
    return text[:-1].rstrip() if text.endswith(_PERCENT_SIGNS) else text


def read_percentage(value: Value, locale: str, percent: bool) -> Reading:
    """Reads a percentage. Returns 50 for 50 %. `percent`: the cell's number format is a
    percentage."""
    bare = _without_percent_sign(value)
    signed = bare != tidy(value) if isinstance(value, str) else percent
    number = _unpriced(bare, locale)
    if number == "ambiguous":
        return unreadable("amount-ambiguous", str(value))
    if isinstance(number, Decimal) and percent and not isinstance(value, str):
        number *= 100
    if not isinstance(number, Decimal) or not 0 <= number <= 1000:
        return unreadable("percent-not-readable", as_shown(value, percent))
    # Without a % sign, a number such as 0.5 is ambiguous: it may mean half a percent or 50 %.
    if not signed and 0 < number <= 1:
        shown = as_shown(value, percent)
        return unreadable("percent-ambiguous", shown, one=plain(number), other=plain(number * 100))
    return plain(number)


def _is_number(value: Value) -> TypeGuard[int | float]:
    """Whether a cell holds a number. A tick box does not, although Python counts True as 1."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unpriced(value: Value, locale: str) -> TypedNumber:
    """Reads a number that is no money. Returns None if a currency is typed beside it."""
    if isinstance(value, str):
        number, currencies = _typed(value, locale)
        return None if currencies else number
    return exact(value) if _is_number(value) else None


# Typed numbers

# Prices without cents may be written as `12.-` or `12,--`.
_NO_CENTS = re.compile(r"(?<=\d)[.,](-{1,2}|—)(?=\D*$)")
_CORE = re.compile(r"([^\d]*?)([.,٫]?\d(?:[\d.,'٫٬ ]*\d)?)(\D*)", re.ASCII)
_IN_BRACKETS = re.compile(r"([^()]*)\(([^()\0]*\0[^()]*)\)([^()]*)")
# A zero may be written as a single dash, or as one dash for each decimal: `-`, `- €`, `-,--`.
_DASH = re.compile(
    r"(?P<before>[^\d\-–—−]{0,20})[-–—−](?:[.,]?[-–—−]{1,2})?(?P<after>[^\d\-–—−]{0,20})"
)
_PERCENT_SIGNS = ("%", "٪")


def _typed(text: str, locale: str) -> tuple[TypedNumber, frozenset[str] | None]:
    """Reads a typed number, and the currencies that the sign beside it may mean.

    The currencies are None if no currency is typed."""
    customs = customs_of(locale)
    text = _NO_CENTS.sub(lambda dash: dash[0][0] + "00", tidy(text))
    match = _CORE.fullmatch(text)
    if match is None:
        return None, None
    before, core, after = match.groups()
    if core[0] in ".," and before[-1:].isalpha():  # The dot in `Rs.1200` belongs to the currency.
        before, core = before + core[0], core[1:]
    around, in_brackets = _without_brackets(f"{before}\0{after}")
    beside = None if around is None else _beside(around, customs)
    if beside is None:
        return None, None
    signs, named = beside
    if len(signs) > 1:
        return None, named
    number = _grouped(core, customs)
    if isinstance(number, Decimal) and (in_brackets or signs == "-"):
        number = -number
    return number, named


def _without_brackets(around: str) -> tuple[str | None, bool]:
    r"""Removes the brackets around a number. In the text, \0 stands for the number.

    Bookkeepers write -1,200 as (1,200). The text is None if the brackets enclose more than the
    number, or if the number also has a sign."""
    if "(" not in around:
        return around, False
    outside = _IN_BRACKETS.fullmatch(around)
    if outside is None or "-" in around or "+" in around:
        return None, True
    return "".join(outside.groups()), True


def _beside(around: str, customs: Customs) -> tuple[str, frozenset[str] | None] | None:
    """Returns the signs + and - beside a number, and the currencies that are typed there (None for
    no currency).

    Returns None if there is any other text, or if two currencies are typed."""
    signs = ""
    named: frozenset[str] | None = None
    for token in around.split("\0"):
        name, more = _without_signs(token.strip(), customs)
        signs += more
        if name:
            meant = customs.meaning(name)
            named = meant if named is None else named & meant
            if not named:
                return None
    return signs, named


def _without_signs(token: str, customs: Customs) -> tuple[str, str]:
    """Removes the signs + and - from both ends of a text. Returns the rest and the signs.

    The currency sign `/-` (as in 500/-) is not split: its `-` does not mean a negative amount."""
    signs = ""
    while token and token.casefold() not in customs.currencies:
        if token[0] in "+-":
            signs, token = signs + token[0], token[1:].strip()
        elif token[-1] in "+-":
            signs, token = signs + token[-1], token[:-1].strip()
        else:
            break
    return token, signs


_THREES = re.compile(r"[1-9]\d{0,2}(?:([,.'٬ ])\d{3})(?:\1\d{3})*")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}")


def _well_grouped(text: str) -> bool:
    return text.isdecimal() or bool(_THREES.fullmatch(text) or _INDIAN.fullmatch(text))


def _whole(text: str) -> Decimal:
    return Decimal(re.sub(r"[,.'٬ ]", "", text))


def _grouped(core: str, customs: Customs) -> TypedNumber:
    """Reads digits with separators, such as "1.234,50".

    Returns "ambiguous" if the locale allows two readings, or None if it is not a number."""
    marks = [sign for sign in core if not sign.isdecimal()]
    if not marks:
        return Decimal(core)
    last = marks[-1]
    number = _with_fraction(core, last, customs) if marks.count(last) == 1 else None
    if number is None and _well_grouped(core):
        return _whole(core)
    return number


def _with_fraction(core: str, mark: str, customs: Customs) -> TypedNumber:
    """Reads digits with a separator `mark` that may begin the decimals. Returns None if the digits
    cannot be read in this way."""
    whole, _, part = core.rpartition(mark)
    # `1.234` can mean 1234, or 1 and a fraction.
    if mark in ".," and len(part) == 3 and _ONE_TO_THREE.fullmatch(whole):
        return _three_after_mark(whole, mark, part, customs)
    if mark in ".,٫" and _well_grouped(whole or "0"):
        return Decimal(f"{_whole(whole or '0')}.{part}")
    return None


_ONE_TO_THREE = re.compile(r"[1-9]\d{0,2}")


def _three_after_mark(
    whole: str, mark: str, part: str, customs: Customs
) -> Decimal | Literal["ambiguous"]:
    """Reads one to three digits, a comma or dot, and three digits, such as `1.234`, by the rules of
    the locale.

    Returns "ambiguous" if the locale does not decide whether this comma or dot begins the
    decimals."""
    is_decimal, is_group = mark in customs.decimals, mark in customs.groups
    # Few people type 12.500 for 12.5, because the spreadsheet would drop the zeros at the end.
    # People who type 12.500 probably mean twelve thousand five hundred.
    if is_decimal and not is_group and not part.endswith("0"):
        return Decimal(f"{whole}.{part}")
    if is_group and not is_decimal:
        return Decimal(whole + part)
    return "ambiguous"
