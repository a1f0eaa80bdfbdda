"""The result of reading a cell, and the rules for text that all kinds of cells share.

A spreadsheet stores numbers in binary. Only fifteen significant digits are read, as many as a
spreadsheet shows, so that -66.99000000000001 is read as -66.99. The number is not rounded to the
decimals of a currency."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding, quoted
from budgettrack.core.base.grids import Value
from budgettrack.core.base.unseen import legible
from budgettrack.core.records import tables

CellKind = tables.ColumnKind | Literal["label"]
"""The kind of a cell: the kind of its column, or `label`. A label is a text by which rows are
grouped, so extra spaces in it make no difference."""

LONGEST_TEXT = 10_000
LARGEST = Decimal(10) ** 15
"""Numbers of this size or above are not read: a spreadsheet does not keep all their digits."""


class Priced(Struct, frozen=True):
    """An amount with a currency typed beside it. `currencies` has the codes of the currencies
    that the typed sign may mean."""

    text: str
    currencies: frozenset[str]


Reading = str | Finding | Priced
"""The result of reading a cell: canonical text ('' for a blank cell), a finding if the cell
cannot be read, or an amount with a typed currency."""


def plain(number: Decimal) -> str:
    """Returns a number as canonical text, with no exponent, no trailing zeros and no minus
    before zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def unreadable(code: str, text: str, **more: str) -> Finding:
    """Returns the finding for a cell that cannot be read. The finding quotes the text of the
    cell."""
    return finding(code, value=quoted(text), **more)


# Text

BLANKS = "".join(
    map(
        chr,
        [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029],
    )
)
BLANKS += "\u202f\u205f\u2060\u3000\ufeff"
_DIRECTIONS = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)

_SIGNS = str.maketrans(
    dict.fromkeys("−–‐‑﹣－", "-")
    | dict.fromkeys("’ʼ′‘＇", "'")
    | {"＋": "+", "，": ",", "．": ".", "（": "(", "）": ")", "％": "%"}
)


def read_text(value: Value, percent: bool = False) -> Reading:
    """Reads text as it was typed, in one Unicode form. Spaces around it and invisible characters
    that change its meaning are removed."""
    text = value if isinstance(value, str) else as_shown(value, percent)
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_TEXT:
        return text.strip()
    text = legible(text.replace("\r\n", "\n").replace("\r", "\n")).strip(BLANKS)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST_TEXT:
        return finding("text-too-long", length=f"{len(text)}", most=f"{LONGEST_TEXT}")
    return text


def read_label(value: Value, percent: bool = False) -> Reading:
    """Reads a text by which rows are grouped. Direction marks and double spaces are removed too."""
    text = read_text(value, percent)
    return single_spaced(text) if isinstance(text, str) else text


def single_spaced(text: str) -> str:
    """Removes direction marks and puts one space between words."""
    return " ".join(text.translate(_DIRECTIONS).split())


def as_shown(value: Value, percent: bool = False) -> str:
    """Returns the text of a cell that is not text, as its spreadsheet shows it, without
    formatting."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        number = exact(value)
        if number is None:
            return str(value)
        return plain(number * 100) + "%" if percent else plain(number)
    if isinstance(value, datetime):
        if value.time() == time.min:
            return value.date().isoformat()
        return value.replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)


def tidy(text: str) -> str:
    """Returns the text with plain digits, spaces and signs, and without direction marks.

    Superscripts and similar characters stay as they were typed."""
    text = text.translate(_DIRECTIONS)
    if not text.isascii():
        text = "".join(map(_plain_digit, text.translate(_SIGNS)))
    return " ".join(text.split())


def _plain_digit(sign: str) -> str:
    """Returns a digit of any script as 0 to 9. Other characters stay unchanged."""
    if sign.isascii() or not sign.isdecimal():
        return sign
    return str(unicodedata.decimal(sign, None) or "0")


# Numbers

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)


def usual(value: float) -> str:
    """Returns the canonical text of a usual number: zero, or one between 0.0001 and 10 ** 15.
    Returns '' for every other number, which must be read by `exact`.

    For a usual number, `exact` would give the same text, in five times the time."""
    text = format(value, ".15g")
    # Other numbers have an exponent. `nan`, `inf` and `-0` are no usual numbers either.
    return "" if "e" in text or "n" in text or text == "-0" else text


def exact(value: int | float) -> Decimal | None:
    """Returns a spreadsheet's number with fifteen significant digits.

    Returns None if it is infinite or not a number."""
    if isinstance(value, float):
        number = Decimal(format(value, ".15g"))
        return number if number.is_finite() else None
    return Decimal(value) if -(10**15) < value < 10**15 else _FIFTEEN.create_decimal(value)
