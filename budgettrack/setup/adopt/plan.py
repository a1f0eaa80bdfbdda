"""Finds the first and the last day of the plan: from headings of months, from titles, from
dates, or from an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from budgettrack.core.base.grids import Value
from budgettrack.core.base.months import (
    FIRST_YEAR,
    LAST_YEAR,
    first_day,
    last_day,
    months_of_period,
)
from budgettrack.core.cells.month_headings import YEAR, period_places
from budgettrack.core.cells.values import read
from budgettrack.setup.adopt.block_dates import dates_of
from budgettrack.setup.adopt.period_columns import period_columns
from budgettrack.setup.adopt.questions import Question, year_question
from budgettrack.setup.adopt.seen_book import SeenBook


class PlanDays(Struct, frozen=True):
    """The first and the last day of the plan, and the questions that were asked about them."""

    start: date
    end: date
    asked: tuple[Question, ...] = ()


def plan_days(seen: SeenBook, today: date, answers: Mapping[str, str]) -> PlanDays:
    """Returns the days of the plan of a workbook."""
    months = _months_typed(seen)
    if months:
        return PlanDays(first_day(min(months)), last_day(max(months)))
    of_titles = _years_of_titles(seen)
    years = sorted(of_titles or _years_of_dates(seen))
    has_lines = any(dates_of(seen, block, today.year) is None for block in seen.blocks)
    if years and (len(years) == 1 or of_titles or not has_lines):
        return _of_years(years[0], years[-1])
    question = year_question(years[-1] if years else today.year)
    answer = question.answer(answers)
    year = int(answer) if re.fullmatch(r"(19|20)\d{2}", answer) else today.year
    return _of_years(year, year, question)


def _of_years(first: int, last: int, *asked: Question) -> PlanDays:
    return PlanDays(date(first, 1, 1), date(last, 12, 31), asked)


def _months_typed(seen: SeenBook) -> set[str]:
    """Returns the months that are written with their year in headings."""
    months: set[str] = set()
    for block in seen.blocks:
        months |= period_columns(seen, block).months
        if block.has_periods:
            grid = seen.grid(block)
            places = period_places(grid, block.heading_row, set(), seen.locale, (None, None))
            for name in places.places:
                months |= set(months_of_period(name))
    years = {month[:4] for month in months}
    # If some months of a year are named, the plan is for that whole year.
    if len(years) == 1 and len(months) < 12 and min(months).endswith("-01"):
        return {f"{min(years)}-01", f"{min(years)}-12"}
    return months


def _years_of_titles(seen: SeenBook) -> set[int]:
    """Returns the years in the name of the file, in the names of tabs, in titles and in
    headings."""
    texts = [seen.file_name, *(grid.tab for grid in seen.book.grids)]
    texts += [*(block.title for block in seen.blocks), *seen.texts_above()]
    years = {int(year) for text in texts for year in YEAR.findall(text)}
    return years - _years_before(seen)


def _years_before(seen: SeenBook) -> set[int]:
    """Returns the years in headings that are there only for comparison: 2025 in `Budget 2025 |
    Budget 2026`."""
    before: set[int] = set()
    for block in seen.blocks:
        headings = [
            column.heading
            for column in block.columns
            if column.holds == "figures" and not column.is_period
        ]
        named = {int(year) for heading in headings for year in YEAR.findall(heading)}
        before |= {year for year in named if year < max(named)}
    return before


def _years_of_dates(seen: SeenBook) -> set[int]:
    """Returns the years of dates, and the years in a column of years."""
    years: set[int] = set()
    for block in seen.blocks:
        for column in block.columns:
            values = seen.values(block, column)
            if column.holds == "dates":
                years |= {day.year for value in values for day in _day(value, seen.locale)}
            elif column.means("year") and column.holds == "figures":
                years |= {
                    int(value)
                    for value in values
                    if isinstance(value, int | float) and FIRST_YEAR <= value <= LAST_YEAR
                }
    return {year for year in years if FIRST_YEAR <= year <= LAST_YEAR}


def _day(value: Value, locale: str) -> Iterator[date]:
    """Yields the date of a cell, if it has one."""
    if isinstance(value, datetime):
        yield value.date()
    elif isinstance(value, date):
        yield value
    elif isinstance(value, str):
        reading = read(value, "date", locale)
        if isinstance(reading, str) and reading:
            yield date.fromisoformat(reading)
