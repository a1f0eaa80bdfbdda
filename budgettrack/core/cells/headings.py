"""Finds the tables of a workbook: the tab of each table, its row of headings, and its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache

from msgspec import Struct

from budgettrack.core.base.addresses import column_of, letters
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.base.months import months_of_period
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.cells.joined_tabs import other_months, tabs_of_shape
from budgettrack.core.cells.month_headings import (
    Periods,
    month_places,
    months_not_read,
    period_places,
)
from budgettrack.core.cells.shaping import row_after, row_until
from budgettrack.core.cells.table_rows import Headings, Place, is_asked
from budgettrack.core.records import tables
from budgettrack.core.records.tables import Column, Shape, Table, folded, normal

HEADINGS_WITHIN = 10
"""The row of headings is searched in this many rows from the top of a tab."""


_OF_ONE_MONTH = frozenset({"date", "start", "end"})
"""If the config gives one of these fields the same value for all rows of a tab, the tab is about
one month."""

TabPart = tuple[Grid, Shape | None]
"""A tab of a table, and the shape that the config gives it. The shape is None for our own
layout."""

# Tabs


def tabs_of_tables(
    book: Book,
    shapes: Mapping[str, Shape],
    locale: str,
    wanted: Sequence[Table] = tables.TABLES,
) -> Iterator[tuple[Table, Sequence[TabPart]] | Finding]:
    """Yields each of the `wanted` tables with its tabs, or a finding if its tab is missing.

    Only a mapped table, whose layout the config describes, may have several tabs. There is a
    finding if two tabs have the name of one of our own tables. There is also a finding about tabs
    that the config does not name but that are read, because they look like the named ones."""
    mapped = {
        normal(tab)
        for shape in shapes.values()
        for block in shape.blocks
        for tab in (block.tab, *block.tabs)
    }
    for table in wanted:
        shape = shapes.get(table.name)
        parts: list[TabPart] = []
        told: set[str] = set()
        in_blocks = bool(shape and shape.more)
        for block in shape.blocks if shape else (None,):
            for part in _tabs_of(
                book, table, block, mapped, locale, bool(shapes), in_blocks=in_blocks
            ):
                if not isinstance(part, Finding):
                    parts.append(part)
                elif part.code != "month-not-read":
                    yield part
                elif (others := dict(part.values)["tabs"]) not in told:
                    # The same month may be missing in several blocks.
                    told.add(others)
                    yield part
        if parts:
            yield table, parts


def lacking(book: Book, asked: Set[str] = frozenset()) -> list[Table]:
    """Returns the tables whose tab is missing in the workbook and which the first version of the
    program did not have.

    Some tables are added only if somebody asks for them. Of these, returns the `asked` ones, and
    those that belong together with a table that the workbook has."""
    there = {normal(title) for title in (*(grid.tab for grid in book.grids), *book.titles)}

    def is_there(table: Table) -> bool:
        titles = (*in_every_language("tab", table.tab), *table.aliases)
        return not there.isdisjoint(map(normal, titles))

    wanted = {"", *asked, *(table.asked for table in tables.TABLES if is_there(table))}
    return [
        table
        for table in tables.TABLES
        if table.added and table.asked in wanted and not is_there(table)
    ]


class TabWithoutColumns(Struct, frozen=True):
    """A tab that lacks columns which the first version of the program did not have. `headings`
    are the headings that it has."""

    table: Table
    grid: Grid
    headings: Headings
    columns: tuple[Column, ...]


def lacking_columns(book: Book, locale: str) -> Iterator[TabWithoutColumns]:
    """Yields the tabs of our own layout that lack columns which a later version of the program
    added.

    If the tab itself was added by a later version, columns that it had from the beginning are left
    out: if such a column is missing, somebody has deleted it."""
    for table in tables.TABLES:
        added = [column for column in table.columns if column.added]
        fitting = _own_tabs(book, table, set()) if added else []
        if len(fitting) != 1:
            continue
        headings, _ = own_headings(table, fitting[0], locale)
        if headings is None:
            continue
        absent = tuple(column for column in added if column.name not in headings.columns)
        if absent:
            yield TabWithoutColumns(table, fitting[0], headings, absent)


def _tabs_of(
    book: Book,
    table: Table,
    shape: Shape | None,
    mapped: Set[str],
    locale: str,
    any_mapped: bool,
    *,
    in_blocks: bool,
) -> Iterator[TabPart | Finding]:
    """Yields the tabs of a table, or of one block of it, with their shape."""
    tab = shape.tab if shape else table.tab
    fitting = tabs_of_shape(book, shape) if shape else _own_tabs(book, table, mapped)
    if shape and fitting and not _have_one_name(fitting):
        more = other_months(book, shape, locale, mapped)
        # If a table has several blocks, each block has tabs of its own.
        # If the config gives one date to all rows of a tab, the tab is about one month.
        is_told = in_blocks or not _OF_ONE_MONTH.isdisjoint(shape.constant)
        yield from ((grid, shape) for grid in (*fitting, *([] if is_told else more)))
        if more:
            code = "month-not-read" if is_told else "tabs-read-together"
            others = ", ".join(grid.tab for grid in more)
            place = Place(table, fitting[0].tab)
            yield place.finding(code, values={"tab": tab, "tabs": others})
    elif len(fitting) > 1:
        several = ", ".join(grid.tab for grid in fitting)
        place = Place(table, fitting[0].tab)
        yield place.finding("duplicate-tab", values={"tab": tab, "tabs": several})
    elif fitting:
        yield fitting[0], shape
    elif shape or not (any_mapped or table.added):
        yield Place(table, "").finding("missing-tab", values={"tab": tab})


def _have_one_name(grids: Sequence[Grid]) -> bool:
    """Whether several tabs have names that differ only in capitals and spaces, so that nobody
    could tell them apart."""
    return len({normal(grid.tab) for grid in grids}) < len(grids)


def _own_tabs(book: Book, table: Table, mapped: Set[str]) -> list[Grid]:
    """Returns the tabs with the name of the table. If there are none, returns tabs with another
    known name of it, unless this is the name of another table, too."""
    # English names of tabs are tried first.
    # A group that works in English may have a tab `Subventions` with other content.
    foreign = set(_titles(table.tab)[1:])
    for titles in ({normal(table.tab)}, foreign):
        wanted = titles - mapped
        fitting = [grid for grid in book.grids if normal(grid.tab) in wanted and not grid.mark]
        if fitting:
            return fitting
    ours = {normal(name) for name in (tables.START_HERE, tables.SUMMARY, tables.CHECKS)}
    others = {title for other in tables.TABLES for title in _titles(other.tab)}
    aliases = {normal(alias) for alias in table.aliases} - ours - mapped - others
    return [grid for grid in book.grids if normal(grid.tab) in aliases and not grid.mark]


@lru_cache(maxsize=512)
def _titles(tab: str) -> tuple[str, ...]:
    """Returns the names of a tab in all languages, English first. Each name is in the form used for
    comparing (small letters, without accents)."""
    return tuple(normal(name) for name in in_every_language("tab", tab))


# A row of headings


def _columns_by_text(cells: Sequence[Value]) -> dict[str, list[int]]:
    """Returns the columns of each heading text in a row."""
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and (text := normal(cell)):
            columns.setdefault(text, []).append(index)
    return columns


def _several(columns: Sequence[int]) -> str:
    return ", ".join(letters(index) for index in columns)


def own_headings(table: Table, grid: Grid, locale: str) -> tuple[Headings | None, list[Finding]]:
    """Returns the headings of a tab of our own layout, even if people have renamed or moved
    columns.

    The headings are None if no row looks like a row of headings. The second value has the
    findings."""
    place = Place(table, grid.tab)
    known = tables.names(table)
    row, texts = _own_row(table, grid, known)
    if row is None:
        first = table.columns[0]
        values = {"heading": first.heading}
        return None, [place.finding("missing-heading", field=first.name, values=values)]
    places, personal = _places(table, texts, known)
    findings: list[Finding] = []
    if table.months:
        places |= month_places(grid.rows[row], personal.union(*places.values()), locale)
        for index in months_not_read(grid, row, personal.union(*places.values()), locale):
            values = {"heading": str(grid.at(row, index))}
            findings.append(place.finding("heading-not-a-month", row, index, values=values))
    columns = {name: indexes[0] for name, indexes in places.items() if len(indexes) == 1}
    shown = {
        name: _shown(grid.at(row, index), table.column(name).heading)
        for name, index in columns.items()
    }
    missing: set[str] = set()
    for column in (table.column(name) for name in places if name not in columns):
        findings += _not_one(place, column, row, places[column.name])
        if is_asked(column):
            missing.add(column.name)
    asked, ours = frozenset(missing), frozenset(personal)
    payee = _payee(table, texts, known)
    return Headings(row, columns, shown, asked, ours, payee=payee), findings


def _own_row(
    table: Table, grid: Grid, known: Mapping[str, Column]
) -> tuple[int | None, Mapping[str, list[int]]]:
    """Returns the number of the row with the most of our headings, and its texts.

    The number is None if no row has at least two of our headings."""
    rows = [_columns_by_text(cells) for cells in grid.rows[:HEADINGS_WITHIN]]
    scores = [len({known[text].name for text in texts if text in known}) for texts in rows]
    best = max(scores, default=0)
    if best < min(2, len(table.in_sheet)):
        return None, {}
    row = scores.index(best)
    return row, rows[row]


def _payee(table: Table, texts: Mapping[str, list[int]], known: Mapping[str, Column]) -> int | None:
    """Returns the column of payees. The column is found by the heading *Payee* or by another
    known name, in any language. Returns None if there is none."""
    payee = table.by_name.get("payee")
    named = (
        index for text, column in known.items() if column is payee for index in texts.get(text, ())
    )
    return next(named, None)


def _places(
    table: Table, texts: Mapping[str, list[int]], known: Mapping[str, Column]
) -> tuple[dict[str, list[int]], set[int]]:
    """Returns the columns in which each field may be, and the columns of personal fields."""
    places: dict[str, list[int]] = {}
    personal: set[int] = set()
    for column in table.columns:
        if column.owner == "register":
            continue
        named = [
            index
            for text, indexes in texts.items()
            if known.get(text) is column
            for index in indexes
        ]
        if column.audience == "personal":
            personal.update(named)
        else:
            # If a tab has both `Amount` and `Sum`, the column `Amount` is used.
            # `Sum` counts only if the tab has the heading `Amount` in no language.
            headings = (normal(name) for name in in_every_language("heading", column.heading))
            by_heading = [
                index for name in dict.fromkeys(headings) for index in texts.get(name, ())
            ]
            places[column.name] = by_heading or named
    return places, personal


def _not_one(place: Place, column: Column, row: int, indexes: Sequence[int]) -> Iterator[Finding]:
    """Yields a finding if a field has several headings, or if a field that people should fill in
    has none."""
    values = {"heading": column.heading}
    if indexes:
        values["columns"] = _several(indexes)
        yield place.finding("duplicate-heading", row, indexes[1], field=column.name, values=values)
    elif is_asked(column):
        needed = column.required or column.kind == "id"
        code = "missing-heading" if needed else "missing-column"
        yield place.finding(code, row, field=column.name, values=values)


def _shown(value: Value, otherwise: str) -> str:
    return " ".join(value.split()) if isinstance(value, str) else otherwise


def mapped_headings(
    table: Table, grid: Grid, shape: Shape, locale: str
) -> tuple[Headings | None, list[Finding]]:
    """Returns the headings of a mapped tab (see `tables.Shape`), and the findings about them.

    The headings are None if the tab has none of them. They are also None if a heading in
    `shape.where` is missing: without it, nobody knows which rows belong to the table."""
    place = Place(table, grid.tab)
    row, texts = _mapped_row(grid, shape)
    columns = {name: column_of(letter) for name, letter in shape.columns.items()}
    unmatched: set[str] = set()
    findings: list[Finding] = []
    payee: int | None = None
    for name, heading in shape.headings.items():
        index = _only_column(texts, heading)
        if index is None:
            findings.append(_not_one_mapped(place, texts, heading, row, name))
            unmatched.add(name)
        elif table.column(name).audience != "personal":
            columns[name] = index
        elif name == "payee":
            payee = index
    parts: dict[str, int] = {}
    for name, heading in shape.date_parts.items():
        index = _only_column(texts, heading)
        if index is None:
            findings.append(_not_one_mapped(place, texts, heading, row, "date"))
            unmatched.add("date")
        else:
            parts[name] = index
    if "month" in parts and len(parts) == len(shape.date_parts):
        columns["date"] = parts["month"]
    if row_after(grid, shape, row) is None:
        # Without this heading, rows that do not belong to the table would be read.
        findings.append(place.finding("missing-heading", row, values={"heading": shape.after}))
    elif shape.until and row_until(grid, shape, row) is None:
        findings.append(place.finding("missing-heading", row, values={"heading": shape.until}))
    only: list[tuple[int, str]] = []
    for heading, wanted in shape.where.items():
        index = _only_column(texts, heading)
        if index is None:
            findings.append(_not_one_mapped(place, texts, heading, row, ""))
        else:
            only.append((index, folded(wanted)))
    if table.months:
        places, unplaced = _periods(place, grid, row, shape, locale)
        columns |= places
        findings += unplaced
    # Without such a column, rows that do not belong to the table would be read.
    if not columns or len(only) < len(shape.where):
        return None, findings
    missing = frozenset(unmatched | _not_mapped(table, shape))
    shown = {name: _shown(grid.at(row, index), name) for name, index in columns.items()}
    of_date = tuple(parts.items())
    return (
        Headings(row, columns, shown, missing, frozenset(), tuple(only), payee, of_date),
        findings,
    )


def _periods(
    place: Place, grid: Grid, row: int, shape: Shape, locale: str
) -> tuple[dict[str, int], list[Finding]]:
    """Returns the columns of months and quarters of a mapped tab, and the findings about columns
    that cannot be used."""
    if shape.periods:
        return {name: column_of(letter) for name, letter in shape.periods.items()}, []
    texts = _columns_by_text(grid.rows[row]) if 0 <= row < len(grid.rows) else {}
    taken = {index for text in shape.named for index in texts.get(text, ())}
    taken |= {column_of(letter) for letter in shape.columns.values()}
    known = period_places(grid, row, taken, locale, shape.days) if texts else Periods({})
    places = known.places
    # If there is a column of amounts, a column such as `Spent in 2025` may mean anything.
    # Without one, or beside other columns of months, `Spent in 2025` should be read.
    # If there is no column of amounts, a finding says if `Spent in 2025` cannot be read.
    is_planned_by = bool(places or known.without_year) or "amount" not in shape.fields
    findings = [
        place.finding(code, row, index, values={"heading": str(grid.at(row, index))})
        for code, indexes in (
            ("heading-without-year", known.without_year),
            ("period-not-read", known.unread if is_planned_by else ()),
        )
        for index in indexes
    ]
    if not places and "amount" not in shape.fields:
        values = {"heading": place.table.column("amount").heading}
        findings.append(place.finding("missing-heading", row, field="amount", values=values))
    for name, indexes in places.items():
        if len(indexes) > 1:
            values = {"heading": str(grid.at(row, indexes[0])), "columns": _several(indexes)}
            findings.append(
                place.finding("duplicate-heading", row, indexes[1], field=name, values=values)
            )
    periods = {name: indexes[0] for name, indexes in places.items() if len(indexes) == 1}
    findings += _overlapping(place, grid, row, periods)
    return periods, findings


def _overlapping(
    place: Place, grid: Grid, row: int, periods: Mapping[str, int]
) -> Iterator[Finding]:
    """Yields a finding for each quarter that has a column of its own while only some of its months
    have one, too. These months would be counted twice."""
    by_month: dict[str, str] = {}
    for name, index in sorted(periods.items()):
        for month in months_of_period(name):
            other = by_month.setdefault(month, name)
            if other != name:
                values = {
                    "heading": str(grid.at(row, index)),
                    "columns": _several([periods[other], index]),
                }
                yield place.finding("duplicate-heading", row, index, field=name, values=values)
                break


def _not_mapped(table: Table, shape: Shape) -> set[str]:
    """Returns the fields that people should fill in and for which the config has no heading."""
    return {
        column.name
        for column in table.columns
        if is_asked(column) and column.audience != "personal" and column.name not in shape.fields
    }


def _mapped_row(grid: Grid, shape: Shape) -> tuple[int, Mapping[str, list[int]]]:
    """Returns the row of headings: the row with the number in the config, or else the row with the
    most of the named headings.

    If people have inserted rows above it, several rows may have the headings. In that case, the row
    nearest to the number is returned. The headings are empty if the row has none of them."""
    if not shape.named:
        return _row_above(shape), {}
    within = grid.rows if shape.heading_row else grid.rows[:HEADINGS_WITHIN]
    rows = [_columns_by_text(cells) for cells in within]
    scores = [len(shape.named & texts.keys()) for texts in rows]
    best = max(scores, default=0)
    if not shape.heading_row:
        row = scores.index(best) if scores else 0
        return row, rows[row] if best else {}
    row = shape.heading_row - 1
    is_there = row < len(rows) and scores[row] == len(shape.named)
    if not is_there and best == len(shape.named) and best > 1:
        fitting = [number for number, score in enumerate(scores) if score == best]
        row = min(fitting, key=lambda number: abs(number - row))
    return row, rows[row] if row < len(rows) and scores[row] else {}


def _row_above(shape: Shape) -> int:
    """Returns the row above the first row that is read. It takes the place of the row of headings
    if the config names no heading."""
    first = shape.rows[0] - 1 if shape.rows else 1
    return shape.heading_row - 1 if shape.heading_row else first - 1


def _only_column(texts: Mapping[str, list[int]], heading: str) -> int | None:
    """Returns the column with this heading. Returns None if there is none, or more than one."""
    indexes = texts.get(normal(heading), [])
    return indexes[0] if len(indexes) == 1 else None


def _not_one_mapped(
    place: Place, texts: Mapping[str, list[int]], heading: str, row: int, name: str
) -> Finding:
    indexes = texts.get(normal(heading), [])
    values = {"heading": heading}
    if not indexes:
        at = row if texts else None
        return place.finding("missing-heading", at, field=name, values=values)
    values["columns"] = _several(indexes)
    return place.finding("duplicate-heading", row, indexes[1], field=name, values=values)
