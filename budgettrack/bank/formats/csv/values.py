"""Reads the amounts and dates of a CSV file. How they are written is decided for a whole column:
if one cell has 44,10, the comma is the decimal sign, so 1,000 in the next cell means one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgettrack.bank.formats.statement import unreadable
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.values import read as read_value

# Amounts

_LAST_SEPARATOR = re.compile(r"([.,])(\d*)\D*$")
_SIDE = re.compile(r"(?<=[\d)])\s*+(CR|DR|C|D|H|S)\.?$|^(CR|DR)\.?\s*+(?=[\d(])", re.IGNORECASE)
_DEBITS = ("d", "dr", "s")
_PLAIN = re.compile(r"[-+]?\d{1,15}\.\d{1,2}")


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """An amount, and the currencies that a sign beside it may mean.

    `is_told`: letters beside the amount say whether it is a debit or a credit, as in `5.00 DR`.
    """

    amount: Decimal
    currencies: frozenset[str] = frozenset()
    is_told: bool = False


def decimal_sign(texts: Iterable[str]) -> str:
    """Return the decimal sign that the texts prove, as 44,10 proves the comma. Returns "" if they
    prove none, or two."""
    proven = {sign for text in texts if (sign := _proven_sign(text))}
    return proven.pop() if len(proven) == 1 else ""


def _proven_sign(text: str) -> str:
    last = _LAST_SEPARATOR.search(text)
    if last is None:
        return ""
    sign, digits = last.groups()
    other = {".": ",", ",": "."}[sign]
    before = text[: last.start()]
    if sign in before:  # 1.200.500: a sign that is there twice separates thousands
        return other if other not in before else ""
    if other in before or len(digits) in (1, 2):
        return sign
    return ""


def number_locale(decimal: str, locale: str) -> str:
    """Return a locale for reading numbers that uses this decimal sign. If `decimal` is "",
    return `locale`."""
    return {".": "en", ",": "de"}.get(decimal, locale)


def amount(place: str, text: str, heading: str, locale: str) -> ReadAmount:
    """Read an amount. Raises UsageError if it cannot be read."""
    side = _SIDE.search(text)
    bare = _SIDE.sub("", text).strip() if side else text
    value = read_value(bare, "money", locale)
    if isinstance(value, Priced):
        read = ReadAmount(Decimal(value.text), value.currencies)
    else:
        read = ReadAmount(Decimal(readable(place, value, heading)))
    if side is None:
        return read
    is_debit = (side[1] or side[2]).casefold() in _DEBITS
    units = -read.amount if is_debit else read.amount
    return ReadAmount(units, read.currencies, is_told=True)


def is_amount(text: str, locale: str) -> bool:
    """Whether a text is an amount."""
    if _PLAIN.fullmatch(text):
        return True
    bare = _SIDE.sub("", text).strip()
    return any(map(str.isdecimal, bare)) and not isinstance(
        read_value(bare, "money", locale), Finding
    )


# Days

_TIME = re.compile(r"(?<=[\d.])(?:T|,?\s++(?:/\s++)?)\d{1,2}[:.h]\d{2}.*+$", re.DOTALL)
_PARTS = re.compile(r"(\d{1,4})[-./ ]{1,2}(\d{1,2})(?:[-./ ]{1,2}(\d{1,4}))?\.?")
_COMPACT = re.compile(r"\d{8}|\d{6}")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.")
ORDERS = ("year first", "day first", "month first")


@dataclass(frozen=True, slots=True)
class DayForm:
    """How the dates in a file are written.

    `order`: one of ORDERS. `years`: the years that the file names, for dates without a year.
    `today`: a date without a year gets the latest year in which it is not after today; None if
    there is no such limit."""

    order: str
    locale: str
    years: tuple[int, ...] = ()
    today: date | None = None


def has_no_year(text: str) -> bool:
    """Whether a date is written without its year."""
    parts = _PARTS.fullmatch(_TIME.sub("", text))
    return parts is not None and parts[3] is None and len(parts[1]) <= 2


def orders(texts: Sequence[str]) -> list[str]:
    """Return the orders of day, month and year in which every text is a date."""
    return [
        order
        for order in ORDERS
        if texts and all(_day(text, DayForm(order, "en", (2024,))) for text in texts)
        # Nobody writes the month first with dots: 10.05.2026 is in May.
        if not (order == "month first" and all(_DOTTED.match(text) for text in texts))
    ]


def form_of(
    texts: Sequence[str], declared: str, locale: str, years: tuple[int, ...], today: date | None
) -> DayForm:
    """Return how the dates are written: as the layout declares, or else as the dates prove, or
    else as is usual in the locale."""
    possible = [declared] if declared else orders(texts)
    usual = customs_of(locale).order or "day first"
    order = usual if usual in possible or not possible else possible[0]
    return DayForm(order, locale, years, today)


def day(place: str, text: str, heading: str, form: DayForm) -> date:
    """Read a date. Raises UsageError if it cannot be read."""
    read = _day(text, form) or _named(text, form)
    if read is not None:
        return read
    value = read_value(text, "date", form.locale)
    return date.fromisoformat(readable(place, value, heading))


def is_day(text: str, locale: str) -> bool:
    """Whether a text is a date in any form."""
    if any(_day(text, DayForm(order, locale, (2024,))) for order in ORDERS):
        return True
    return _named(text, DayForm("day first", locale, (2024,))) is not None


def _day(text: str, form: DayForm) -> date | None:
    """Read a date that is written in digits. Returns None if it is no date in this order."""
    text = _TIME.sub("", text)
    parts: list[str]
    if _COMPACT.fullmatch(text):
        width = len(text) - 4
        cuts = (width, width + 2) if form.order == "year first" else (2, 4)
        parts = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
    elif match := _PARTS.fullmatch(text):
        parts = [part for part in match.groups() if part is not None]
    else:
        return None
    if len(parts) == 2:
        return _without_year(parts, form)
    year, month, day_ = {
        "year first": (parts[0], parts[1], parts[2]),
        "day first": (parts[2], parts[1], parts[0]),
        "month first": (parts[2], parts[0], parts[1]),
    }[form.order]
    if len(year) not in (2, 4) or len(day_) > 2 or len(month) > 2:
        return None
    return _real(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day_))


def _without_year(parts: Sequence[str], form: DayForm) -> date | None:
    """Read a date without a year. It gets a year that the file names (or else this year or the
    last one): the latest year in which the date is not after today, or else the latest.

    Returns None if the date exists in none of these years."""
    if len(parts[0]) > 2:
        return None
    month, day_ = (parts[1], parts[0]) if form.order == "day first" else (parts[0], parts[1])
    return _latest(int(month), int(day_), form)


def _latest(month: int, day_: int, form: DayForm) -> date | None:
    """Return the latest date with this month and day, in one of the years that the file can
    cover (`form`). Returns None if no such year has this date."""
    years = form.years
    if not years and form.today is not None:
        years = (form.today.year, form.today.year - 1)
    possible = [real for year in years if (real := _real(year, month, day_))]
    past = [real for real in possible if form.today is None or real <= form.today]
    return max(past or possible, default=None)


def _named(text: str, form: DayForm) -> date | None:
    """Read a date whose month is a word, with or without a year. Returns None if it is no such
    date."""
    text = _TIME.sub("", text)
    value = read_value(text, "date", form.locale)
    if isinstance(value, str) and value:
        return date.fromisoformat(value)
    if re.search(r"\d{4}", text) is None:
        value = read_value(f"{text.rstrip('.')} 2024", "date", form.locale)
        if isinstance(value, str) and value:
            read = date.fromisoformat(value)
            return _latest(read.month, read.day, form)
    return None


def _real(year: int, month: int, day_: int) -> date | None:
    """Return a date. Returns None if it does not exist, or is outside the years of bank
    statements."""
    try:
        read = date(year, month, day_)
    except ValueError:
        return None
    return read if 1990 <= year <= 2099 else None


# Both


def readable(place: str, reading: str | Finding | Priced, heading: str) -> str:
    """Return the text that was read from a cell. Raises UsageError if the cell could not be read,
    or if it is empty."""
    if isinstance(reading, Finding):
        # The cell is not quoted: if the config names a wrong column, it may be a person's name.
        problem = (
            CODES[reading.code]
            .problem.replace('"{value}"', "what stands there")
            .replace("{value}", "it")
        )
        problem = problem.format_map({**dict(reading.values), "currency": "this currency"}).rstrip(
            "."
        )
        raise unreadable(
            place,
            f'"{heading}": {problem}',
            "Set how the bank writes dates and numbers: [bank] locale, as de_DE",
        )
    if isinstance(reading, Priced) or not reading:
        raise unreadable(
            place, f'"{heading}" is empty', "Correct the line, or download the file again"
        )
    return reading
