"""What the service makes of text that somebody types (`USER_ENTERED`), by the spreadsheet's
locale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol

EPOCH = date(1899, 12, 30)
TODAY = date(2026, 11, 21)
"""The year of a date that is typed without one."""
_SPACES = " \u00a0\u202f"
_OWN_CURRENCY = {"en_US": "$", "en_GB": "£", "en_IE": "€", "en_CA": "$", "en_AU": "$"}
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])[Mm])?")


@dataclass(frozen=True, slots=True)
class Entered:
    """A cell's new content. `number_format` is the format that typing sets; None leaves the cell's
    own."""

    value: float | str | bool | None
    formula: str | None = None
    number_format: Mapping[str, str] | None = None


def entered(text: str, locale: str, *, today: date = TODAY) -> Entered:
    """The content of a cell into which `text` was typed."""
    if not text:
        return Entered(None)
    if text.startswith("'"):
        return Entered(text[1:] or None)
    if text.startswith("=") and len(text) > 1:
        return Entered(None, text)
    stripped = text.strip()
    if stripped.upper() in ("TRUE", "FALSE"):
        return Entered(stripped.upper() == "TRUE")
    return (
        _date(stripped, locale, today)
        or _number(stripped, locale)
        or _time(stripped)
        or _date_time(stripped, locale, today)
        or Entered(text)
    )


def _number(text: str, locale: str) -> Entered | None:
    body, sign = text, 1
    if re.fullmatch(r"\(.+\)", body):
        body, sign = body[1:-1].strip(), -1
    elif body[:1] in "+-" and body[1:2]:
        body, sign = body[1:].lstrip(), -1 if body[0] == "-" else 1
    kind, currency = "", currency_of(locale)
    if body.endswith("%"):
        kind, body = "PERCENT", body[:-1].rstrip()
    elif currency and body.startswith(currency):
        kind, body = "CURRENCY", body[len(currency) :].lstrip(_SPACES)
    elif currency and body.endswith(currency):
        kind, body = "CURRENCY", body[: -len(currency)].rstrip(_SPACES)
    found = _plain(body, locale)
    if found is None:
        return None
    number, grouped, decimals, power = found
    places = "0.00" if decimals else "0"
    if kind == "PERCENT":
        # The shortest number that reads as that many hundredths.
        return Entered(
            float(f"{sign * number:.15g}e-2"), None, {"type": "PERCENT", "pattern": places + "%"}
        )
    form = None
    if kind == "CURRENCY":
        money = f"#,##{places}"
        pattern = f"[${currency}]{money}" if locale.startswith("en") else f"{money}\\ [${currency}]"
        form = {"type": "CURRENCY", "pattern": pattern}
    elif power:
        form = {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    elif grouped:
        form = {"type": "NUMBER", "pattern": f"#,##{places}"}
    return Entered(sign * number, None, form)


def _plain(text: str, locale: str) -> tuple[float, bool, bool, bool] | None:
    """A number without sign, unit or currency; whether it has groups, decimals, a power of ten."""
    point, groups = _separators(locale)
    group = "[" + re.escape(groups) + "]"
    whole = rf"(\d+|\d{{1,3}}(?:{group}\d{{3}})+)" if groups else r"(\d+)"
    found = re.fullmatch(rf"{whole}?(?:{re.escape(point)}(\d*))?(?:[eE]([+-]?\d{{1,3}}))?", text)
    if not found or (found[1] is None and not found[2]):
        return None
    digits = re.sub(r"\D", "", found[1] or "0")
    try:
        number = float(f"{digits}.{found[2] or '0'}e{found[3] or '0'}")
    except (ValueError, OverflowError):
        return None
    return number, not (found[1] or "0").isdigit(), bool(found[2]), found[3] is not None


@cache
def _separators(locale: str) -> tuple[str, str]:
    point, group = get_decimal_symbol(locale), get_group_symbol(locale)
    return point, _SPACES if group in _SPACES else group


@cache
def currency_of(locale: str) -> str:
    """The sign of the locale's own money."""
    if locale in _OWN_CURRENCY:
        return _OWN_CURRENCY[locale]
    language, _, country = locale.partition("_")
    if language in ("de", "fr", "it", "es", "pt", "nl", "el", "fi") and country not in (
        "CH",
        "BR",
        "MX",
        "CA",
    ):
        return "€"
    return {"ru": "₽", "uk": "₴", "pl": "zł"}.get(language, "$" if language == "en" else "")


def _serial(year: int, month: int, day: int) -> float | None:
    try:
        return float((date(year, month, day) - EPOCH).days)
    except ValueError:
        return None


@cache
def date_order(locale: str) -> tuple[str, str, str]:
    """The order of day, month and year in the locale's short dates, its separator, and the
    service's pattern."""
    pattern = Locale.parse(locale).date_formats["short"].pattern
    order = "".join(dict.fromkeys(letter for letter in pattern.lower() if letter in "dmy"))
    separator = next((letter for letter in pattern if letter in "/.-"), "/")
    if locale == "en_US":
        return order, separator, "M/d/yyyy"
    return (
        order,
        separator,
        separator.join({"d": "dd", "m": "MM", "y": "yyyy"}[part] for part in order),
    )


def _date(text: str, locale: str, today: date) -> Entered | None:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if iso:
        serial = _serial(*map(int, iso.groups()))
        return (
            None
            if serial is None
            else Entered(serial, None, {"type": "DATE", "pattern": "yyyy-mm-dd"})
        )
    order, separator, pattern = date_order(locale)
    allowed = "/-" if separator == "/" else re.escape(separator) + "/"
    found = re.fullmatch(rf"(\d{{1,4}})([{allowed}])(\d{{1,2}})(?:\2(\d{{4}}|\d{{2}}))?", text)
    if found:
        parts = [each for each in (found[1], found[3], found[4]) if each is not None]
        names = order if len(parts) == 3 else order.replace("y", "")
        given = dict(zip(names, parts, strict=True))
        if len(given.get("d", "")) > 2 or len(given.get("m", "")) > 2:
            return None
        year = _year(given["y"]) if "y" in given else today.year
        serial = _serial(year, int(given["m"]), int(given["d"]))
        return (
            None if serial is None else Entered(serial, None, {"type": "DATE", "pattern": pattern})
        )
    return _named_date(text, locale)


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) > 2 else number + (2000 if number < 30 else 1900)


def _named_date(text: str, locale: str) -> Entered | None:
    names = _months(locale)
    words = re.sub(r"[.,]", " ", text.casefold()).split()
    month = next((names[word] for word in words if word in names), None)
    numbers = [word for word in words if word.isdigit()]
    if month is None or len(numbers) + 1 != len(words) or not numbers:
        return None
    if len(numbers) == 1 and len(numbers[0]) == 4:
        serial = _serial(int(numbers[0]), month, 1)
        return (
            None
            if serial is None
            else Entered(serial, None, {"type": "DATE", "pattern": "mmm yyyy"})
        )
    if len(numbers) == 2 and len(numbers[1]) in (2, 4):
        serial = _serial(_year(numbers[1]), month, int(numbers[0]))
        return (
            None
            if serial is None
            else Entered(serial, None, {"type": "DATE", "pattern": "d mmm yyyy"})
        )
    return None


@cache
def _months(locale: str) -> dict[str, int]:
    return {
        name.casefold().rstrip("."): number
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale).items()
        if not name.isdigit()
    }


def _time(text: str) -> Entered | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    pattern = "h:mm am/pm" if found[4] else "h:mm:ss" if found[3] else "h:mm"
    return Entered(
        (hour * 3600 + minute * 60 + second) / 86_400, None, {"type": "TIME", "pattern": pattern}
    )


def _date_time(text: str, locale: str, today: date) -> Entered | None:
    day, space, clock = text.partition(" ")
    while space and not _TIME.fullmatch(clock):
        more, space, clock = clock.partition(" ")
        day = f"{day} {more}"
    if not space:
        return None
    one, other = _date(day, locale, today), _time(clock)
    if (
        one is None
        or other is None
        or not isinstance(one.value, float)
        or not isinstance(other.value, float)
    ):
        return None
    return Entered(
        one.value + other.value, None, {"type": "DATE_TIME", "pattern": "yyyy-mm-dd h:mm:ss"}
    )
