"""Reads dates and months as people type them in the workbook's locale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from budgettrack.core.base.grids import Value
from budgettrack.core.base.months import FIRST_YEAR, LAST_YEAR
from budgettrack.core.cells.locales import Customs, customs_of
from budgettrack.core.cells.reading import Reading, as_shown, tidy, unreadable

_TIME = re.compile(r"(?:T|,? )\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    r"(\d{4}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{1,2})\.?|(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日"
)
_YEAR_LAST = re.compile(r"(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})\.?")
_MONTH_FORMS = re.compile(
    r"(?P<y1>\d{4})[-/](?P<m1>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})|(?P<y3>\d{4})年"
    r" ?(?P<m3>\d{1,2})月"
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|e|º|ª|o|a)")
_FILLERS = frozenset(
    {
        "of",
        "on",
        "de",
        "del",
        "di",
        "den",
        "der",
        "am",
        "the",
        "d",
        "le",
        "el",
        "г",
        "года",
        "р",
        "року",
    }
)
"""The words in a date that have no meaning of their own: `le 3 avril 2026`, `12 января 2026 г.`"""


def read_date(value: Value, locale: str) -> Reading:
    """Reads the date in a cell and returns it as `2026-03-12`, or a finding if it cannot be
    read."""
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if not isinstance(value, str):
        return unreadable("date-not-readable", as_shown(value))
    customs = customs_of(locale)
    text = _without_weekday(_TIME.sub("", tidy(value)), customs)
    days = sorted(set(_days(text, customs)))
    if len(days) > 1:
        one, other = days[0].isoformat(), days[1].isoformat()
        return unreadable("date-ambiguous", text, one=one, other=other)
    return _in_range(days[0]) if days else unreadable("date-not-readable", text)


def _without_weekday(text: str, customs: Customs) -> str:
    """Returns a text without the day of the week before its digits: `Mo, 05.01.2026`."""
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and match[1].casefold() in customs.weekdays else text


_WEEKDAY = re.compile(r"([^\W\d_]+)[.,]{0,2}\s+(?=\d)")


def _in_range(day: date) -> Reading:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day.isoformat()
    return unreadable("date-out-of-range", day.isoformat())


def _days(text: str, customs: Customs) -> Iterator[date]:
    """Yields the days that a text can mean in the workbook's locale."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups() if part and part.isdecimal())
        yield from _day(year, month, day)
    elif match := _YEAR_LAST.fullmatch(text):
        yield from _in_usual_order(match[1], match[3], match[4], customs)
    else:
        yield from _with_month_name(text, customs)


def _in_usual_order(one: str, two: str, three: str, customs: Customs) -> Iterator[date]:
    """Yields the dates that `3/4/2026` can mean: one for each order of day and month that is
    usual in the locale."""
    last = customs.year(three)
    if last is not None and customs.order != "month first":
        yield from _day(last, int(two), int(one))
    if last is not None and customs.order != "day first":
        yield from _day(last, int(one), int(two))
    # If the year may come first, 26/04/03 is ambiguous: it can also be a day in 2026.
    if customs.order == "year first" and len(one) == len(three) == 2:
        first = customs.year(one)
        if first is not None:
            yield from _day(first, int(two), int(three))


def _with_month_name(text: str, customs: Customs) -> Iterator[date]:
    """Yields the date that a text such as `12 March 2026`, `March 12, 2026` or `2026 March 12`
    means."""
    match _words(text, customs):
        case [int(month), str(before), str(after)] | [str(before), int(month), str(after)]:
            year = customs.year(after)
            # `12 March 26`: the customs of the locale say whether 26 means 2026.
            if len(before) <= 2 and year is not None:
                yield from _day(year, month, int(before))
            elif len(before) == 4 and len(after) <= 2:
                yield from _day(int(before), month, int(after))


def _day(year: int, month: int, day: int) -> Iterator[date]:
    """Yields this date if it exists, otherwise nothing (as for 30 February)."""
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _words(text: str, customs: Customs) -> list[int | str]:
    """Returns the words of a date in order: a number for the name of a month, and digits as they
    were typed.

    Returns [] if the text has any other word."""
    parts: list[int | str] = []
    words = re.split(r"[\s,./'-]+", text.casefold())
    # In Spanish, "mar" is Tuesday and March: it is the month if no other word is one.
    has_month = any(word in customs.months and word not in customs.weekdays for word in words)
    for word in words:
        is_weekday = word in customs.weekdays and (has_month or word not in customs.months)
        if not word or word in _FILLERS or is_weekday:
            continue
        ordinal = _ORDINAL.fullmatch(word)
        if word.isdecimal() or ordinal:
            parts.append(ordinal[1] if ordinal else word)
        elif word in customs.months:
            parts.append(customs.months[word])
        else:
            return []
    return parts


def read_month(value: Value, locale: str) -> Reading:
    """Reads the month in a cell and returns it as `2026-03`, or a finding if it cannot be read.
    If the cell has a date, the result is its month."""
    if isinstance(value, date):
        return _month_of(read_date(value, locale))
    if not isinstance(value, str):
        return unreadable("month-not-readable", as_shown(value))
    text = tidy(value)
    if match := _MONTH_FORMS.fullmatch(text):
        parts = {name[0]: int(digits) for name, digits in match.groupdict().items() if digits}
        return _month(parts["y"], parts["m"], text)
    customs = customs_of(locale)
    match _words(text, customs):
        case [int(month), str(typed)] | [str(typed), int(month)]:
            year = customs.year(typed)
            if year is not None:
                return _month(year, month, text)
    day = _month_of(read_date(value, locale))
    return day if isinstance(day, str) else unreadable("month-not-readable", value)


def _month(year: int, month: int, text: str) -> Reading:
    if not 1 <= month <= 12:
        return unreadable("month-not-readable", text)
    if not year:
        return unreadable("date-out-of-range", text)
    return _month_of(_in_range(date(year, month, 1)))


def _month_of(day: Reading) -> Reading:
    """Returns the month of a date. A finding is returned unchanged."""
    return day[:7] if isinstance(day, str) else day
