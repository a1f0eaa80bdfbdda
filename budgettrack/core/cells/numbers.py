"""Amounts, numbers and percentages as typed, by the separators that are usual in the workbook's
locale.

Amounts closer to zero than a billionth are what binary subtraction leaves over, and are 0."""

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
)

SMALLEST = Decimal("1e-9")

TypedNumber = Decimal | Literal["ambiguous"] | None
"""What digits stand for: "ambiguous" if the locale allows two readings, None if no number."""


def read_amount(value: Value, locale: str) -> Reading:
    """An amount of money; `Priced` if a currency is typed beside it."""
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


def read_number(value: Value, locale: str) -> Reading:
    """A number without a unit."""
    number = _unpriced(value, locale)
    if number == "ambiguous":
        return unreadable("amount-ambiguous", str(value))
    if not isinstance(number, Decimal) or abs(number) >= LARGEST:
        return unreadable("number-not-readable", as_shown(value))
    return plain(number)


def read_percentage(value: Value, locale: str, percent: bool) -> Reading:
    """A percentage, 50 for 50 %. `percent` says that the cell's number format is a percentage."""
    signed, bare = percent, value
    if isinstance(value, str):
        text = tidy(value)
        bare = re.sub(r"^[%٪]\s*|\s*[%٪]$", "", text, count=1)
        signed = bare != text
    number = _unpriced(bare, locale)
    if number == "ambiguous":
        return unreadable("amount-ambiguous", str(value))
    if isinstance(number, Decimal) and percent and not isinstance(value, str):
        number *= 100
    if not isinstance(number, Decimal) or not 0 <= number <= 1000:
        return unreadable("percent-not-readable", as_shown(value, percent))
    # 0.5 without a sign: half a percent to one, 50 % to another.
    if not signed and 0 < number <= 1:
        shown = as_shown(value, percent)
        return unreadable("percent-ambiguous", shown, one=plain(number), other=plain(number * 100))
    return plain(number)


def _is_number(value: Value) -> TypeGuard[int | float]:
    """Whether a cell holds a number: a tick box is none, although Python counts True as 1."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unpriced(value: Value, locale: str) -> TypedNumber:
    """A number that stands for no money: a currency beside it makes it none."""
    if isinstance(value, str):
        number, currencies = _typed(value, locale)
        return None if currencies else number
    return exact(value) if _is_number(value) else None


# Typed numbers

# `12.-` and `12,--`, as prices are written where there are no cents.
_NO_CENTS = re.compile(r"(?<=\d)[.,](-{1,2}|—)(?=\D*$)")
_CORE = re.compile(r"([^\d]*?)([.,٫]?\d(?:[\d.,'٫٬ ]*\d)?)(\D*)", re.ASCII)
_IN_BRACKETS = re.compile(r"([^()]*)\(([^()]*\0[^()]*)\)([^()]*)")


def _typed(text: str, locale: str) -> tuple[TypedNumber, frozenset[str] | None]:
    """A typed number, and the currencies that its sign may stand for.

    The currencies are None if none is typed."""
    customs = customs_of(locale)
    text = _NO_CENTS.sub(lambda dash: dash[0][0] + "00", tidy(text))
    match = _CORE.fullmatch(text)
    if match is None:
        return None, None
    before, core, after = match.groups()
    if core[0] in ".," and before[-1:].isalpha():  # the dot of `Rs.1200`
        before, core = before + core[0], core[1:]
    around = f"{before}\0{after}"
    negative = "(" in around
    if negative:  # (1,200) is how bookkeepers write -1,200
        outside = _IN_BRACKETS.fullmatch(around)
        if outside is None or "-" in around or "+" in around:
            return None, None
        around = "".join(outside.groups())
    named: frozenset[str] | None = None
    signs = ""
    for token in around.split("\0"):
        name, more = _without_signs(token.strip(), customs)
        signs += more
        if not name:
            continue
        meant = customs.meaning(name)
        named = meant if named is None else named & meant
        if not named:
            return None, None
    if len(signs) > 1:
        return None, named
    number = _grouped(core, customs)
    if isinstance(number, Decimal) and (negative or signs == "-"):
        number = -number
    return number, named


def _without_signs(token: str, customs: Customs) -> tuple[str, str]:
    """What stands beside the digits, and the signs + and - that were taken off its ends.

    A currency's own sign is left whole: `/-` is one."""
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
    """The number of digits with separators, such as "1.234,50".

    Returns "ambiguous" if the locale allows two readings, None if it is not a number."""
    marks = [sign for sign in core if not sign.isdecimal()]
    if not marks:
        return Decimal(core)
    last = marks[-1]
    whole, _, part = core.rpartition(last)
    one_kind = len(set(marks)) == 1
    could_be_decimal = last in ".,٫" and marks.count(last) == 1
    # `1.234` alone: a thousand and more, or one and a bit?
    if could_be_decimal and last != "٫" and len(part) == 3 and _ONE_TO_THREE.fullmatch(whole):
        return _three_after_mark(whole, last, part, customs)
    if could_be_decimal and _well_grouped(whole or "0"):
        return Decimal(f"{_whole(whole or '0')}.{part}")
    if "٫" not in marks and one_kind and _well_grouped(core):
        return _whole(core)
    return None


_ONE_TO_THREE = re.compile(r"[1-9]\d{0,2}")


def _three_after_mark(
    whole: str, mark: str, part: str, customs: Customs
) -> Decimal | Literal["ambiguous"]:
    """One to three digits, a comma or dot, and three digits: the locale says what it means, or
    "ambiguous"."""
    is_decimal, is_group = mark in customs.decimals, mark in customs.groups
    # Hardly anybody types 12.500 for 12.5: where the zero would vanish unseen, the writer meant
    # thousands perhaps.
    if is_decimal and not is_group and not part.endswith("0"):
        return Decimal(f"{whole}.{part}")
    if is_group and not is_decimal:
        return Decimal(whole + part)
    return "ambiguous"
