"""Joins several tabs into one table, where a workbook has a tab for each month, year or grant."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import a1
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.cells.month_headings import month_of_name
from budgettrack.core.cells.table_rows import ROWS_OF_A_TAB, Price, Prices, Row, TableRows
from budgettrack.core.records.tables import Shape, normal

_YEAR = re.compile("(?:20)?([2-4][0-9])")


def tabs_of_shape(book: Book, shape: Shape) -> list[Grid]:
    """Returns the tabs that the config names for a table, in the order of the workbook.

    In the config, `2026-*` stands for every tab whose name begins with `2026-`, and `*` for every
    tab with the headings of the table. `#3` stands for the third tab: it is used if the name of the
    tab may be the name of a person."""
    named: list[Grid] = []
    for name in shape.tabs or (shape.tab,):
        if name == "*":
            named += [
                grid for grid in book.grids if not grid.mark and _has_headings(grid, shape.named)
            ]
            continue
        if name.startswith("#") and name[1:].isdecimal():
            named += book.grids[int(name[1:]) - 1 :][:1]
            continue
        exact = [grid for grid in book.grids if grid.tab == name]
        named += exact or [
            grid for grid in book.grids if fnmatch.fnmatchcase(_plain(grid.tab), _plain(name))
        ]
    return [grid for grid in book.grids if grid in named]


def hidden_tabs(book: Book, shapes: Mapping[str, Shape]) -> Mapping[str, str]:
    """Returns a mapping from names of tabs to places in the workbook, such as `#3`. It has the tabs
    that the config names only by their place, because the name may be that of a person."""
    parts = [part for shape in shapes.values() for part in shape.blocks]
    named = {name for part in parts for name in (part.tab, *part.tabs)}
    return {
        grid.tab: f"#{number}" for number, grid in enumerate(book.grids, 1) if f"#{number}" in named
    }


def with_hidden_tabs(book: Book, hidden: Mapping[str, str]) -> Book:
    """Returns the book. Each of these tabs has a name such as `#3` in it."""
    grids = (replace(grid, tab=hidden.get(grid.tab, grid.tab)) for grid in book.grids)
    return replace(book, grids=tuple(grids))


def without_tab_names(finding: Finding, hidden: Mapping[str, str]) -> Finding:
    """Returns a finding in which the names of these tabs are replaced by places such as `#3`. This
    finding is stored in the register and shown by commands.

    The tab *Checks* keeps the names: its links need them, and it is in the same workbook."""
    values = tuple((name, _hiding(name, text, hidden)) for name, text in finding.values)
    return replace(finding, tab=hidden.get(finding.tab, finding.tab), values=values)


def _hiding(name: str, text: str, hidden: Mapping[str, str]) -> str:
    """Returns a value of a finding. Names of hidden tabs in it are replaced."""
    for tab, shown in hidden.items():
        as_place = text.replace(a1(tab), a1(shown))
        text = as_place.replace(tab, shown) if name in ("tab", "tabs") else as_place
    return text


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def other_months(book: Book, shape: Shape, locale: str, mapped: Set[str]) -> list[Grid]:
    """Returns tabs of other months that belong to the tabs of months that the config names.

    Such a tab has the same headings, and a name with the same other words: only the month differs,
    or also the year if it is later. If the config names several months, only later ones are
    returned, because somebody may have left out one between them. If the config names a single
    month under `tabs`, only this tab is meant. `mapped` has the names of all tabs that the config
    names."""
    named = [_month_of_tab(tab, locale) for tab in shape.tabs or (shape.tab,)]
    months = [of_tab for of_tab in named if of_tab is not None]
    words = {of_tab.words for of_tab in months}
    if len(months) < len(named) or len(words) != 1 or len(shape.tabs) == 1:
        return []
    last = max(of_tab.when for of_tab in months)
    after = last if shape.tabs else (last[0], 0)
    return [
        grid
        for grid in book.grids
        if normal(grid.tab) not in mapped
        and (of_tab := _month_of_tab(grid.tab, locale)) is not None
        and of_tab.when > after
        and bool(of_tab.when[0]) == bool(last[0])
        and of_tab.words in words
        and _has_headings(grid, shape.named)
    ]


class _MonthOfTab(Struct, frozen=True):
    """The month in the name of a tab. `when`: year and month; the year is 0 if the name has no
    year. `words`: the other words of the name."""

    when: tuple[int, int]
    words: tuple[str, ...]


def _month_of_tab(tab: str, locale: str) -> _MonthOfTab | None:
    """Returns the month in the name of a tab. Returns None if the name has no month, or several
    months or years."""
    words = normal(tab).split()
    months = [month_of_name(word, locale) for word in words]
    numbers = [month for month in months if month is not None]
    others = [word for word, month in zip(words, months, strict=True) if month is None]
    years = {word: 2000 + int(match[1]) for word in others if (match := _YEAR.fullmatch(word))}
    if len(numbers) != 1 or len(years) > 1:
        return None
    rest = tuple("" if word in years else word for word in others)
    return _MonthOfTab((max(years.values(), default=0), numbers[0]), rest)


def _has_headings(grid: Grid, headings: Set[str]) -> bool:
    return any(
        headings <= {normal(cell) for cell in cells if isinstance(cell, str)}
        for cells in grid.rows[:10]
    )


def joined(
    parts: Sequence[tuple[TableRows, Prices]], *, in_blocks: bool = False
) -> tuple[TableRows, Prices]:
    """Returns the rows of several tabs as one table, which is read and not written.

    `in_blocks`: whether the parts are blocks, each with headings of its own. If so, a field is
    missing only if no block has it. The row numbers of the second tab begin at `ROWS_OF_A_TAB`,
    those of the third at twice that number."""
    first = parts[0][0]
    prices: dict[tuple[int, str], Price] = {}
    rows: list[Row] = []
    formulas: set[tuple[int, str]] = set()
    protected: set[tuple[int, str]] = set()
    for place, (part, typed) in enumerate(parts):
        offset = place * ROWS_OF_A_TAB
        rows += [replace(row, number=row.number + offset) for row in part.rows]
        formulas |= _moved(part.formulas, offset)
        protected |= _moved(part.protected, offset)
        prices |= {(row + offset, name): price for (row, name), price in typed.items()}
    missing = [part.missing for part, _ in parts]
    table_rows = replace(
        first,
        rows=tuple(rows),
        formulas=frozenset(formulas),
        protected=frozenset(protected),
        missing=frozenset.intersection(*missing) if in_blocks else frozenset().union(*missing),
        writable=False,
        laid_out=frozenset().union(*(part.laid_out for part, _ in parts)),
        more_tabs=tuple(part.tab for part, _ in parts[1:]),
        has_total_below=False,
    )
    return table_rows, prices


def _moved(cells: Iterable[tuple[int, str]], offset: int) -> set[tuple[int, str]]:
    return {(row + offset, name) for row, name in cells}


def fields_of_tab(shape: Shape, tab: str) -> Mapping[str, str]:
    """Returns the fields that follow from the name of a tab, with their values. Example: the grant
    of all rows in the tab."""
    return {shape.from_tab: tab} if shape.from_tab else {}
