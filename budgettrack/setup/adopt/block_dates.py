"""Finds how the dates in a block (one table of people in a tab) are written: in one column, as
numbers, without a year, in parts, or only in the name of the tab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from budgettrack.core.base.grids import Value
from budgettrack.core.base.months import FIRST_YEAR, first_day, last_day
from budgettrack.core.cells.month_headings import month_of_name, named_month
from budgettrack.core.cells.shaping import day_without_year, parts_of_form
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import DATE_FORMS
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import says, says_paid_on


class BlockDates(Struct, frozen=True):
    """How the dates in a block are written (see `tables.Shape`).

    `column`: the column of whole dates, or None if they are split into parts. `form`: the form
    of dates that are typed as numbers, such as `DDMMYY`, or ''. `year`: the year of dates that
    are typed without one. `parts`: the headings of year and month, if a date is split into
    several columns."""

    column: SeenColumn | None = None
    form: str = ""
    year: int | None = None
    parts: dict[str, str] = field(default_factory=dict)


def dates_of(seen: SeenBook, block: SheetBlock, year: int) -> BlockDates | None:
    """Returns how the dates in a block are written. Returns None if it has no dates.

    `year` is the year of dates that are typed without one."""
    columns = [column for column in block.columns if column.holds == "dates"]
    named = [column for column in columns if column.means("date")]
    if named or (columns and not block.has_periods):
        # Without the day of its payment, an invoice is not paid.
        paid = [column for column in named if says_paid_on(column.heading)]
        return BlockDates((paid or named or columns)[0])
    for column in block.having("date"):
        values = seen.values(block, column)
        if column.holds == "figures" and (form := _form_of(values)):
            return BlockDates(column, form=form)
        if column.holds == "texts" and _lack_year(values, year, seen.locale):
            return BlockDates(column, year=year)
    return _in_parts(seen, block, year)


def bare_days(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the column that has only the day of the month, such as 3 or 20. Returns None if there
    is none, or if another column has whole dates."""
    if dates_of(seen, block, FIRST_YEAR) is not None:
        return None
    for column in block.having("date"):
        days = [value for value in seen.values(block, column) if isinstance(value, int | float)]
        if column.holds == "figures" and all(day in range(1, 32) for day in days):
            return column
    return None


def unreadable_dates(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the column whose heading says *Date* but whose texts are no dates in the language of
    the workbook. Examples: `13 janvier 2026` in an English workbook, or `week 2`. Returns None if
    there is none, or if another column has dates."""
    if dates_of(seen, block, FIRST_YEAR) is not None:
        return None
    for column in block.having("date"):
        if column.meanings[0] != "date" or column.holds != "texts":
            continue
        texts = [value for value in seen.values(block, column) if isinstance(value, str)]
        with_digits = [text for text in texts if any(sign.isdigit() for sign in text)]
        if len(with_digits) * 2 > len(texts):
            return column
    return None


def _in_parts(seen: SeenBook, block: SheetBlock, year: int) -> BlockDates | None:
    """Returns the headings of year and month, if a date is split into two columns.

    Returns None if it is not."""
    month = _filled(block, "month")
    if month is None or block.has_periods:
        return None
    value = seen.grid(block).at(block.heading_row + 1, month.index)
    is_month = (isinstance(value, str) and month_of_name(value, seen.locale)) or (
        isinstance(value, int | float) and 1 <= value <= 12
    )
    if not is_month:
        return None
    parts = {"month": month.heading}
    of_year = _filled(block, "year")
    if of_year is not None:
        return BlockDates(parts={"year": of_year.heading, **parts})
    return BlockDates(parts=parts, year=year)


def _filled(block: SheetBlock, meaning: str) -> SeenColumn | None:
    """Returns the first column with this meaning that has any content. Returns None if there is
    none."""
    return next((column for column in block.having(meaning) if column.holds != "nothing"), None)


def _form_of(values: Sequence[Value]) -> str:
    """Returns the form in which numbers such as 50126 are dates. Returns '' if they are no
    dates."""
    texts = [
        f"{int(value)}" if isinstance(value, int | float) else value.strip()
        for value in values
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    ]
    digits = [text for text in texts if text.isdecimal()]
    longest = max(map(len, digits), default=0)
    fitting = (
        form
        for form in DATE_FORMS
        if len(form) == longest and all(_fits(text, form) for text in digits)
    )
    return next(fitting, "")


def _fits(text: str, form: str) -> bool:
    """Whether digits may be a date in this form."""
    parts = parts_of_form(text, form)
    if parts is None:
        return False
    year, month, day = parts
    return 1 <= month <= 12 and 1 <= day <= 31 and 2000 <= year <= 2050


def _lack_year(values: Sequence[Value], year: int, locale: str) -> bool:
    """Whether most texts are dates without a year."""
    texts = [value for value in values if isinstance(value, str) and total_label(value) is None]
    readable = [text for text in texts if day_without_year(text, year, locale)]
    return bool(texts) and len(readable) * 2 > len(texts)


def days_of_tab(tab: str, year: int, locale: str) -> tuple[date, date] | None:
    """Returns the first and the last day of the month in the name of a tab, such as `Jan 2026` or
    `Expenses January 2026`.

    `year` is used if the name has no year. Returns None if the name has no month."""
    month_alone = [
        word
        for word in tab.split()
        if not any(says(word, kind) for kind in ("expense", "income", "actual"))
    ]
    named = named_month(" ".join(month_alone), locale)
    if named is None:
        return None
    month = f"{named[1] or year:04d}-{named[0]:02d}"
    return first_day(month), last_day(month)
