"""Reads headings that name months and quarters: `2026-01`, `Jan 2026`, `Q1 2026`.

In mapped tabs (of another layout than ours), `Jan` and `Q1` are read, too. The year then comes from
a cell above the heading, from the title, or from the config."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache

from msgspec import Struct

from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import Month, after, is_month, month_of, months, months_of_period
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.reading import tidy
from budgettrack.core.cells.values import read

Days = tuple[date | None, date | None]
"""The first and the last day of the plan, if the config gives them. Otherwise None."""

_LANGUAGES = ("en", "fr", "es", "pt", "de", "it", "nl", "ru", "uk", "ar", "fa")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
"""Finds a year of four digits in a heading, a title or the name of a tab."""
_QUARTER_WORD = (
    r"(?:q|qtr|quarter|t|tr|trim|trimestre|trimester|quartal|kwartaal|кв|квартал|الربع|ربع)"
)
_QUARTER = re.compile(
    rf"{_QUARTER_WORD}\.?\s*(?P<after>[1-4]|i{{1,3}}|iv)"
    rf"|(?P<before>[1-4]|i{{1,3}}|iv)\s*(?:st|nd|rd|th|er|ère|ème|eme|e|º|ª|o|do|ro|to|ra|da|ta|\.|-й|-ий)?\s*{_QUARTER_WORD}"
)
_HALF_WORD = r"(?:h|s|sem|semester|semestre|half|half-year|halbjahr|полугодие|піврічча|نصف)"
_HALF = re.compile(
    rf"{_HALF_WORD}\.?\s*(?P<after>[12]|i{{1,2}})"
    rf"|(?P<before>[12]|i{{1,2}})\s*(?:st|nd|er|ère|ème|eme|e|º|ª|o|do|ro|\.|-е)?\s*{_HALF_WORD}"
)
_REMARK = re.compile(r"\([^()]{0,30}\)$")
_NUMBERED = re.compile(r"\b(?:month|m|year|y|quarter|q|mois|année|mes|mês|año|ano|monat|jahr)\s?\d")
_YEAR_WORDS = frozenset(
    ("year", "année", "an", "año", "ano", "jahr", "год", "рік", "jaar", "anno", "سنة", "السنة")
)
_NUMBERED_YEAR = re.compile(
    rf"(?:{'|'.join(sorted(_YEAR_WORDS))})\s?\d{{1,2}}\s?[(:–-]\s?(?P<year>(?:19|20)\d\d)\s?\)?"
)
"""Finds the year of a project with its calendar year: `Year 1 (2026)`."""
_TWO_NUMBERS = re.compile(r"\d{1,4}\s?[-/.]\s?\d{1,4}")
"""Finds a heading such as `2026-13` or `1/26`."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class _Named(Struct, frozen=True):
    """A period that a heading names.

    `number`: which month, quarter or half-year of its year it is. `length`: its length in
    months. `year`: None if the heading has no year."""

    number: int
    length: int
    year: int | None

    @property
    def in_year(self) -> int:
        """The number of the first month of the period in the calendar year, from 1."""
        return (self.number - 1) * self.length + 1


class Periods(Struct, frozen=True):
    """The columns of months and longer periods of a tab.

    `places`: the columns of each period (`2026-01`, `2026-01/2026-03`). `without_year`: the
    columns whose year is not known. `unread`: the columns with a heading that looks like a
    period but cannot be read as one."""

    places: Mapping[str, list[int]]
    without_year: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()


def month_places(cells: Sequence[Value], taken: Set[int], locale: str) -> dict[Month, list[int]]:
    """Returns the columns of each month whose heading has a year, such as `2026-01` or `Jan
    2026`."""
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        # If a column is used for a field, its heading is not read as a month.
        if index not in taken and isinstance(cell, str | date):
            month = read(cell, "month", locale)
            if isinstance(month, str) and is_month(month):
                places.setdefault(month, []).append(index)
    return places


def months_not_read(grid: Grid, row: int, taken: Set[int], locale: str) -> list[int]:
    """Returns the columns of a tab of our layout that have numbers below a heading which looks like
    a month or a longer period, such as `2026-13`, `Jan` or `Q1 2026`. Columns in `taken` are used
    for a field or for a month."""
    return [
        index
        for index, cell in enumerate(grid.rows[row])
        if index not in taken
        and (text := _text_of_heading(cell))
        and any(
            isinstance(grid.at(below, index), int | float)
            for below in range(row + 1, len(grid.rows))
        )
        # To load the names of months takes long, and most sheets of our layout never need them.
        and (_TWO_NUMBERS.fullmatch(text) or _named(text, _month_names(locale)))
    ]


def period_places(grid: Grid, row: int, taken: Set[int], locale: str, days: Days) -> Periods:
    """Returns the columns of months and longer periods of a mapped tab."""
    places = dict(month_places(grid.rows[row], taken, locale))
    found = {index for indexes in places.values() for index in indexes}
    named = dict(_named_periods(grid.rows[row], taken | found, locale))
    # One heading such as `March` or `T1` may mean anything.
    # Two headings such as `March` and `April` mean a plan by months.
    bare = [index for index, named_ in named.items() if named_ and not named_.year]
    if len(bare) < 2 and not places:
        named = {index: known for index, known in named.items() if index not in bare}
    years = _Years(grid, row, days, [known for known in named.values() if known])
    without_year: list[int] = []
    unread: list[int] = []
    for index, known in named.items():
        month = years.first_month(known, index) if known else None
        if known is None:
            unread.append(index)
        elif month is None:
            without_year.append(index)
        else:
            places.setdefault(period(month, known.length), []).append(index)
    return Periods(_finest(places), tuple(without_year), tuple(unread))


def periods_of_texts(
    grid: Grid, row: int, texts: Mapping[int, str], locale: str, days: Days
) -> dict[int, str]:
    """Returns the period that each text names, by its column. A text is left out if it names no
    period, or if its year is not known.

    `texts`: the text above each column. It may have other words, too. `row`: the row of the
    headings."""
    names = _month_names(locale)
    named = {}
    for index, text in sorted(texts.items()):
        month = read(text, "month", locale)
        if isinstance(month, str) and is_month(month):
            named[index] = _Named(int(month[5:]), 1, int(month[:4]))
        elif known := _named(_text_of_heading(text), names):
            named[index] = known
    years = _Years(grid, row, days, list(named.values()))
    periods = {}
    for index, known in named.items():
        first = years.first_month(known, index)
        if first is not None:
            periods[index] = period(first, known.length)
    return periods


def _finest(places: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Returns the columns of periods. A column that sums shorter periods is left out, such as a
    quarter beside its months."""

    def is_sum(name: str) -> bool:
        months_ = set(months_of_period(name))
        shorter = (set(months_of_period(other)) for other in places if other != name)
        parts = [other for other in shorter if len(other) < len(months_)]
        return months_ <= set().union(*parts)

    return {name: indexes for name, indexes in places.items() if not is_sum(name)}


def period(first: Month, length: int) -> str:
    """Returns the name of a period: its month (`2026-01`), or its first and last month
    (`2026-01/2026-03`)."""
    return first if length == 1 else f"{first}/{after(first, length - 1)}"


def _named_periods(
    cells: Sequence[Value], taken: Set[int], locale: str
) -> Iterator[tuple[int, _Named | None]]:
    """Yields the period of each heading that names one, except headings of columns that are used
    for a field. Yields None if a heading only looks like a period: it has a month or a year, and
    other words."""
    names = _month_names(locale)
    for index, cell in enumerate(cells):
        text = _text_of_heading(cell) if index not in taken else ""
        if not text:
            continue
        named = _named(text, names)
        if named or _looks_like_period(text, names):
            yield index, named


def _text_of_heading(cell: Value) -> str:
    """Returns a heading in small letters, without a remark in brackets. Returns '' if the cell
    has no text."""
    is_year = isinstance(cell, int | float) and YEAR.fullmatch(f"{cell:g}")
    if not (is_year or (isinstance(cell, str) and len(cell) <= 40)):
        return ""
    shown = f"{cell:g}" if isinstance(cell, int | float) else str(cell)
    if numbered := _NUMBERED_YEAR.fullmatch(tidy(shown).casefold()):
        return numbered["year"]
    return _REMARK.sub("", tidy(shown)).casefold().strip(" .:")


def _named(text: str, names: Mapping[str, int]) -> _Named | None:
    """Returns the period that a heading names. Returns None if it names none."""
    typed = YEAR.search(text)
    year = int(typed[0]) if typed else None
    rest = YEAR.sub("", text).strip(" ./-–,'_")
    if not rest or (year and rest in _YEAR_WORDS):
        return _Named(1, 12, year) if year else None
    if number := names.get(rest) or _shortened(rest, names):
        return _Named(number, 1, year)
    for pattern, length in ((_QUARTER, 3), (_HALF, 6)):
        if match := pattern.fullmatch(rest):
            digit = match["after"] or match["before"]
            return _Named(_ROMAN.get(digit) or int(digit), length, year)
    return None


def _looks_like_period(text: str, names: Mapping[str, int]) -> bool:
    """Whether a heading has a month, a year or the number of a month, and other words."""
    words = re.findall(r"[^\W\d_]+", text)
    has_month = any(len(word) > 2 and word in names for word in words)
    return has_month or bool(_NUMBERED.search(text) or YEAR.search(text))


def month_of_name(text: str, locale: str) -> int | None:
    """Returns the number of the month that a name means, whole or shortened, in any language
    that the program knows. Returns None if it means none."""
    names = _month_names(locale)
    bare = tidy(text).casefold().strip(" .:")
    return names.get(bare) or _shortened(bare, names)


def named_month(text: str, locale: str) -> tuple[int, int | None] | None:
    """Returns the number of the month in the name of a tab such as `Jan 2026`, and the year. The
    year is None if the name has no year. Returns None if the name is no name of a month."""
    named = _named(_text_of_heading(text), _month_names(locale))
    return (named.number, named.year) if named and named.length == 1 else None


def named_period(text: str, locale: str) -> tuple[int, int, int | None] | None:
    """Returns the first month in its year of the period that a text names, such as `Q2` or `T2
    2026`, the number of its months, and the year or None. Returns None if it names no period."""
    named = _named(_text_of_heading(text), _month_names(locale))
    return (named.in_year, named.length, named.year) if named else None


def _shortened(text: str, names: Mapping[str, int]) -> int | None:
    """Returns the month whose name begins with a text, such as Fév or Decemb.

    Returns None if no month begins with the text, or more than one does."""
    begun = _without_accents(text)
    if len(begun) < 3 or not begun.isalpha():
        return None
    fitting = {number for name, number in names.items() if _without_accents(name).startswith(begun)}
    return fitting.pop() if len(fitting) == 1 else None


# Every short heading is compared with the names of months, so the names are collected once.
@lru_cache(maxsize=4096)
def _without_accents(text: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
    )


def _month_names(locale: str) -> Mapping[str, int]:
    """Returns the number of each name of a month, first in the language of the workbook, then in
    the other languages that the program knows."""
    names = dict(customs_of(locale).months)
    for language in _LANGUAGES:
        for name, number in customs_of(language).months.items():
            names.setdefault(name, number)
    return names


class _Years:
    """Finds the year of a heading without one. The year is taken from a cell above, or else from
    the days of the plan, or else from the title."""

    def __init__(self, grid: Grid, row: int, days: Days, named: Sequence[_Named]) -> None:
        self._above = _years_above(grid, row)
        titles = [grid.tab, *(cell for cells in grid.rows[:row] for cell in cells)]
        years = sorted({int(year) for text in titles for year in YEAR.findall(str(text))})
        # In Budget 2026-2027 or FY 2026/27, the first year is the year of the first month.
        is_one = len(years) == 1 or (len(years) == 2 and years[1] == years[0] + 1)
        self._title = years[0] if is_one else None
        # Columns of months and quarters may be mixed: `Jan Feb Mar Q1 Apr`.
        # So the years of months and the years of quarters are counted separately.
        self._years: dict[int, int] = {}
        self._months = _months_of(days)
        bare = [known for known in named if known.year is None]
        self._uses_days = bool(self._months) and all(map(self._in_days, bare))
        self._before: dict[int, int] = {}

    def first_month(self, named: _Named, index: int) -> Month | None:
        """Returns the first month of a heading. Returns None if its year is not known."""
        year = named.year or self._above.get(index)
        if year:
            return f"{year:04d}-{named.in_year:02d}"
        if self._uses_days:
            return self._in_days(named)
        if self._title is None:
            return None
        # If a month is earlier than the one before it (Nov, Dec, Jan), a new year begins.
        year = self._years.get(named.length, self._title)
        if named.in_year < self._before.get(named.length, 0):
            year += 1
        self._years[named.length] = year
        self._before[named.length] = named.in_year
        return f"{year:04d}-{named.in_year:02d}"

    def _in_days(self, named: _Named) -> Month | None:
        """Returns the month of the heading within the days of the plan. Returns None if the plan
        has this month twice, or not at all."""
        months_ = self._months
        if named.length > 1 and months_[0][5:] != "01" and len(months_) <= 12:
            # Example: in a plan from July to June, the first quarter begins in July.
            place = (named.number - 1) * named.length
            return months_[place] if place < len(months_) else None
        fitting = [month for month in months_ if int(month[5:]) == named.in_year]
        return fitting[0] if len(fitting) == 1 else None


def _months_of(days: Days) -> list[Month]:
    start, end = days
    if start is None or end is None or end < start:
        return []
    return months(month_of(start), month_of(end))


def _years_above(grid: Grid, row: int) -> dict[int, int]:
    """Returns the year of each column. It is taken from the row above the headings, if this row has
    one or more years and nothing else. A year is valid from its column to the next year."""
    if not row:
        return {}
    cells = [*grid.rows[row - 1]]
    years = {
        index: int(YEAR.findall(str(cell))[0])
        for index, cell in enumerate(cells)
        if cell is not None and YEAR.fullmatch(str(cell).strip())
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
