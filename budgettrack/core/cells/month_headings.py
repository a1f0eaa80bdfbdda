"""Reads headings of months and quarters: `2026-01`, `Jan 2026`, `Q1 2026`, and in mapped tabs also
`Jan` or `Q1`, with the year from above the heading, from the title, or from the config."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date

from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import Month, after, is_month, month_of, months, months_of_period
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.reading import tidy
from budgettrack.core.cells.values import read

Days = tuple[date | None, date | None]
"""The first and the last day of the workbook's plan, where the config says them."""

_LANGUAGES = ("en", "fr", "es", "pt", "de", "it", "nl", "ru", "uk", "ar", "fa")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUARTER_WORD = (
    r"(?:q|qtr|quarter|t|tr|trim|trimestre|trimester|quartal|kwartaal|кв|квартал|الربع|ربع)"
)
_QUARTER = re.compile(
    rf"{_QUARTER_WORD}\.?\s*(?P<after>[1-4]|i{{1,3}}|iv)"
    rf"|(?P<before>[1-4]|i{{1,3}}|iv)\s*(?:st|nd|rd|th|er|e|º|ª|o|\.|-й|-ий)?\s*{_QUARTER_WORD}"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def month_places(cells: Sequence[Value], taken: Set[int], locale: str) -> dict[Month, list[int]]:
    """Returns the columns of months with their year, such as `2026-01` or `Jan 2026`, by month."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        # A column that has a field already is not a month, whatever its heading looks like.
        if index not in taken and isinstance(cell, str | date):
            month = read(cell, "month", locale)
            if isinstance(month, str) and is_month(month):
                places.setdefault(month, []).append(index)
    return places


def period_places(
    grid: Grid, row: int, taken: Set[int], locale: str, days: Days
) -> tuple[dict[str, list[int]], list[int]]:
    """Returns the columns of months and quarters of a mapped tab, by month (`2026-01`) or period
    (`2026-01/2026-03`), and the columns whose year is not known."""
    places = dict(month_places(grid.rows[row], taken, locale))
    found = {index for indexes in places.values() for index in indexes}
    bare = {
        index: parts
        for index, parts in _bare_headings(grid.rows[row], taken | found, locale)
        if parts is not None
    }
    # One heading such as `March` or `T1` may be anything; two are a plan by months.
    if len(bare) < 2:
        return places, []
    unknown: list[int] = []
    years = _Years(grid, row, days)
    for index, (first, length, typed) in bare.items():
        month = years.month(first, length, index, typed)
        if month is None:
            unknown.append(index)
        else:
            places.setdefault(period(month, length), []).append(index)
    return _finest(places), unknown


def _finest(places: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Returns the columns without quarters that sum the columns of their months."""
    single = {name for name in places if is_month(name)}
    return {
        name: indexes
        for name, indexes in places.items()
        if name in single or not single.issuperset(months_of_period(name))
    }


def period(first: Month, length: int) -> str:
    """Returns the name of a period: its month, or its first and last month."""
    return first if length == 1 else f"{first}/{after(first, length - 1)}"


def _bare_headings(
    cells: Sequence[Value], taken: Set[int], locale: str
) -> Iterator[tuple[int, tuple[int, int, int | None] | None]]:
    """Yields each untaken heading with the month or quarter that it names: its number, its length
    in months, and its year, which is None if no year is typed beside it.

    Yields None for a heading that names neither."""
    names = _month_names(locale)
    for index, cell in enumerate(cells):
        if index in taken or not isinstance(cell, str) or len(cell) > 40:
            continue
        text = tidy(cell).casefold().strip(" .:")
        number = names.get(text) or _shortened(text, names)
        yield index, (number, 1, None) if number else _quarter(text)


def month_of_name(text: str, locale: str) -> int | None:
    """Returns the number of a month from its name, whole or shortened, in any language that is
    spoken here. Returns None if it is no month."""
    names = _month_names(locale)
    bare = tidy(text).casefold().strip(" .:")
    return names.get(bare) or _shortened(bare, names)


def _shortened(text: str, names: Mapping[str, int]) -> int | None:
    """Returns the month of which a text is the beginning, such as Fév or Decemb.

    Returns None if it begins no month, or more than one."""
    begun = _without_accents(text)
    if len(begun) < 3 or not begun.isalpha():
        return None
    fitting = {number for name, number in names.items() if _without_accents(name).startswith(begun)}
    return fitting.pop() if len(fitting) == 1 else None


def _without_accents(text: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
    )


def _quarter(text: str) -> tuple[int, int, int | None] | None:
    year = _YEAR.search(text)
    rest = _YEAR.sub("", text).strip(" ./-–,()")
    match = _QUARTER.fullmatch(rest)
    if match is None:
        return None
    digit = match["after"] or match["before"]
    return _ROMAN.get(digit) or int(digit), 3, int(year[0]) if year else None


def _month_names(locale: str) -> Mapping[str, int]:
    """Returns the names of months in the workbook's language, then in the others that are spoken
    here."""
    names = dict(customs_of(locale).months)
    for language in _LANGUAGES:
        for name, number in customs_of(language).months.items():
            names.setdefault(name, number)
    return names


class _Years:
    """Finds the year of headings without one: above the heading, else in the title, else in the
    config."""

    def __init__(self, grid: Grid, row: int, days: Days) -> None:
        self._above = _years_above(grid, row)
        titles = [grid.tab, *(cell for cells in grid.rows[:row] for cell in cells)]
        self._titles = sorted({int(year) for text in titles for year in _YEAR.findall(str(text))})
        self._days = days
        self._last: Month | None = None

    def month(self, number: int, length: int, index: int, typed: int | None) -> Month | None:
        """Returns the first month of a heading. Returns None if its year is not known.

        `number` is the number of the month, or of the quarter if `length` is 3."""
        in_year = number if length == 1 else (number - 1) * length + 1
        year = typed or self._above.get(index)
        if year:
            return f"{year:04d}-{in_year:02d}"
        if len(self._titles) == 1:
            return f"{self._titles[0]:04d}-{in_year:02d}"
        return self._in_days(number, in_year, length)

    def _in_days(self, number: int, in_year: int, length: int) -> Month | None:
        """Returns the month in the days of the plan. Returns None if they have it twice, or not."""
        start, end = self._days
        if start is None or end is None or end < start:
            return None
        every = months(month_of(start), month_of(end))
        if length > 1 and start.month != 1 and len(every) <= 12:
            # A plan from July to June: its first quarter begins in July.
            place = (number - 1) * length
            return every[place] if place < len(every) else None
        fitting = [month for month in every if int(month[5:]) == in_year]
        return fitting[0] if len(fitting) == 1 else None


def _years_above(grid: Grid, row: int) -> dict[int, int]:
    """Returns the year that stands in the row above the headings, for each column from there to the
    next year, if that row has at least one year and nothing but years."""
    if not row:
        return {}
    cells = [*grid.rows[row - 1]]
    years = {
        index: int(_YEAR.findall(str(cell))[0])
        for index, cell in enumerate(cells)
        if cell is not None and _YEAR.fullmatch(str(cell).strip())
    }
    others = [
        cell for index, cell in enumerate(cells) if cell not in (None, "") and index not in years
    ]
    if not years or others:
        return {}
    width = len(grid.rows[row])
    above: dict[int, int] = {}
    year: int | None = None
    for index in range(width):
        year = years.get(index, year)
        if year is not None:
            above[index] = year
    return above
