"""Months and periods. A month is a text such as `2026-01`, so that months sort and compare as
text."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from budgettrack.core.base.errors import UsageError

Month = str

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""The first and the last year that a typed date may have, in a cell or at the prompt."""


@lru_cache(4096)
def month_of(day: date) -> Month:
    return f"{day.year:04d}-{day.month:02d}"


def is_month(text: str) -> bool:
    """Whether `text` is a month such as `2026-01` (years 1900 to 2199)."""
    return (
        len(text) == 7
        and text[4] == "-"
        and text[:4].isdecimal()
        and text[5:].isdecimal()
        and text.isascii()
        and 1900 <= int(text[:4]) <= 2199
        and 1 <= int(text[5:]) <= 12
    )


def require_month(month: Month | None) -> None:
    """Raises `UsageError` if a text is given and is no month such as `2026-03`."""
    if month is not None and not is_month(month):
        raise UsageError(f'There is no month "{month}". Type it as 2026-03.')


def is_period(text: str) -> bool:
    """Whether `text` is a month, or a period of whole months such as `2026-01/2026-03`."""
    first, slash, last = text.partition("/")
    return is_month(first) and (not slash or (is_month(last) and first < last))


def months_of_period(text: str) -> list[Month]:
    """Returns the months of a period (see `is_period`)."""
    first, _, last = text.partition("/")
    return months(first, last or first)


@lru_cache(4096)
def after(month: Month, months: int = 1) -> Month:
    """Returns the month `months` after `month`. A negative number goes back."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def count(first: Month, last: Month) -> int:
    """Returns the number of months from `first` to `last`, both included. It is 0 or less if `last`
    is earlier."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1


def months(first: Month, last: Month) -> list[Month]:
    """Returns every month from `first` to `last`, both included."""
    return [after(first, index) for index in range(count(first, last))]


def first_day(month: Month) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: Month) -> date:
    year, number = int(month[:4]), int(month[5:])
    if number == 12:
        return date(year, 12, 31)
    return date(year, number + 1, 1) - timedelta(days=1)


def add_months(day: date, number: int) -> date:
    """Returns the same day `number` months later, or the last day of that month if the day does not
    exist."""
    month = after(month_of(day), number)
    return date(int(month[:4]), int(month[5:]), min(day.day, last_day(month).day))


def elapsed(start: date, end: date, on: date) -> tuple[int, int]:
    """Returns the days from `start` to `on` and the days from `start` to `end`, both included.

    The first number is never below 0 and never above the second."""
    whole = (end - start).days + 1
    return max(0, min(whole, (on - start).days + 1)), whole


def days_before(day: date, number: int) -> date:
    return day - timedelta(days=number)
