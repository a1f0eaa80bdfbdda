"""Months and periods. A month is the text `2026-01`, which sorts and compares as months do."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

Month = str


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


def after(month: Month, months: int = 1) -> Month:
    """The month so many months after `month` (before it, where negative)."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def count(first: Month, last: Month) -> int:
    """How many months from `first` to `last`, both included; 0 or less where `last` is earlier."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1


def months(first: Month, last: Month) -> list[Month]:
    """Every month from `first` to `last`, both included."""
    return [after(first, index) for index in range(count(first, last))]


def first_day(month: Month) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: Month) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def add_months(day: date, number: int) -> date:
    """The same day `number` months later, or that month's last day where it has no such day."""
    month = after(month_of(day), number)
    return date(int(month[:4]), int(month[5:]), min(day.day, last_day(month).day))


def elapsed(start: date, end: date, on: date) -> tuple[int, int]:
    """Days gone by (0 up to the whole) and days in all, from `start` to `end`, both included."""
    whole = (end - start).days + 1
    return max(0, min(whole, (on - start).days + 1)), whole


def days_before(day: date, number: int) -> date:
    return day - timedelta(days=number)
