"""Finds tables that only sum up the rows of other tables: `By category`, with what was spent on
each category, typed beside the list of the payments.

The sums alone do not prove it: a budget may be spent to the cent. So a person is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.base.grids import Value
from budgettrack.core.base.months import months_of_period
from budgettrack.core.cells.month_headings import named_period
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.candidate import TableCandidate
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import says

Certainty = Literal["sure", "likely", "planned"]
"""How certain it is that a table only sums up: `sure` if each of its amounts is such a sum,
`likely` if most are, `planned` if each is, but a word says that it is a plan."""

_Likeness = Literal["all", "alone", "most"]

_Key = str | tuple[int, ...]


class CountedRow(Struct, frozen=True):
    """A row of a candidate with its number in the tab, its amount, and its day (year-month-day)
    or ''. `periods`: its amounts by month or longer period (`2026-01`, `2026-01/2026-03`)."""

    number: int
    amount: Decimal
    day: str = ""
    periods: Mapping[str, Decimal] = field(default_factory=dict)


def digests(
    seen: SeenBook, candidates: Sequence[TableCandidate], rows: Sequence[Sequence[CountedRow]]
) -> dict[int, Certainty]:
    """Returns which candidates only sum up the rows of others, by their positions. `rows` has the
    rows of each candidate, in the same order."""
    found: dict[int, Certainty] = {}
    for number, own in enumerate(candidates):
        of_others = [
            (other, rows[place])
            for place, other in enumerate(candidates)
            if other.is_dated
            and other.table != "budget"
            and own.table in (other.table, "budget")
            and not _overlap(own.block, other.block)
        ]
        certainty = _certainty(seen, own, rows[number], of_others)
        if certainty is not None:
            found[number] = certainty
    return found


def _overlap(one: SheetBlock, other: SheetBlock) -> bool:
    """Whether two blocks have cells in common, as two tables of one block have."""
    return (
        one.place == other.place
        and bool({*one.rows} & {*other.rows})
        and bool(
            {column.index for column in one.columns} & {column.index for column in other.columns}
        )
    )


def _certainty(
    seen: SeenBook,
    own: TableCandidate,
    rows: Sequence[CountedRow],
    others: Sequence[tuple[TableCandidate, Sequence[CountedRow]]],
) -> Certainty | None:
    lines = [row for row in rows if row.amount]
    if len(lines) < _FEWEST:
        return None
    keys = [{*_keys(seen, own.block, row.number)} for row in lines]
    if own.is_dated and own.table != "budget":
        # Two lists of payments may have the same texts and amounts, such as rent.
        keys = [{key for key in of_row if not isinstance(key, str)} for of_row in keys]
        if len({key[-1] for of_row in keys for key in of_row}) < len(lines):
            return None
    found = _likenesses(seen, own, lines, keys, others)
    if not found:
        return None
    if _is_plan(seen, own):
        return None if found == {"most"} else "planned"
    return "sure" if "all" in found else "likely"


def _likenesses(
    seen: SeenBook,
    own: TableCandidate,
    lines: Sequence[CountedRow],
    keys: Sequence[Set[_Key]],
    others: Sequence[tuple[TableCandidate, Sequence[CountedRow]]],
) -> set[_Likeness]:
    """Returns how many lines of a table are sums of other rows, for each way to group those."""
    if any(row.periods for row in lines):
        found = {_of_periods(seen, own, lines, others)}
    else:
        found = {_likeness(lines, keys, sums, number) for sums, number in _groupings(seen, others)}
    return {likeness for likeness in found if likeness is not None}


def _likeness(
    lines: Sequence[CountedRow],
    keys: Sequence[Set[_Key]],
    sums: Mapping[_Key, Decimal],
    number: int,
) -> _Likeness | None:
    """Returns how many lines are sums of other rows: `all`, `alone` if it is all of them but each
    sum has one row, or `most`. Returns None if fewer are, or if not more rows were summed than
    there are lines. `keys`: what each line may name. `number`: how many rows were summed."""
    known = [of_row & sums.keys() for of_row in keys]
    same = [
        any(sums[key] == abs(row.amount) for key in of_row)
        for row, of_row in zip(lines, known, strict=True)
    ]
    if number < len(lines) or sum(same) < _FEWEST:
        return None
    if all(same):
        return "all" if number > len(lines) else "alone"
    return "most" if all(known) and sum(same) * 2 >= len(same) else None


_FEWEST = 2


def _of_periods(
    seen: SeenBook,
    own: TableCandidate,
    lines: Sequence[CountedRow],
    others: Sequence[tuple[TableCandidate, Sequence[CountedRow]]],
) -> _Likeness | None:
    """Returns how many amounts of a table by months or quarters are sums of other rows: those
    with a text of the line in one of their columns, in these months. Returns None if fewer than
    half of them are."""
    amounts = [
        (normal(text), name, abs(amount))
        for row in lines
        for column in own.columns
        if isinstance(text := seen.grid(own.block).at(row.number, column.index), str)
        for name, amount in row.periods.items()
        if amount
    ]
    most: _Likeness | None = None
    for sums in _by_text_and_month(seen, others):
        same = [
            abs(sum(sums.get((text, month), Decimal(0)) for month in months_of_period(name)))
            == amount
            for text, name, amount in amounts
        ]
        if len(same) >= _FEWEST and all(same):
            return "all"
        if len(same) >= _FEWEST and sum(same) * 2 >= len(same):
            most = "most"
    return most


def _by_text_and_month(
    seen: SeenBook, others: Sequence[tuple[TableCandidate, Sequence[CountedRow]]]
) -> Iterator[Mapping[tuple[str, str], Decimal]]:
    """Yields the sums of rows by the text in a column and by month (`2026-01`), for each column."""
    for table, rows in others:
        grid = seen.grid(table.block)
        for column in table.block.columns:
            sums: dict[tuple[str, str], Decimal] = {}
            for row in rows:
                text = grid.at(row.number, column.index)
                if isinstance(text, str) and text.strip() and row.day:
                    key = normal(text), row.day[:7]
                    sums[key] = sums.get(key, Decimal(0)) + row.amount
            if sums:
                yield sums


def _is_plan(seen: SeenBook, own: TableCandidate) -> bool:
    """Whether a word in the title, in the name of the tab or above the amounts says that a table
    is a plan."""
    amounts = [column for column in own.columns if column.holds == "figures"]
    title = f"{own.block.title} {seen.grid(own.block).tab}"
    return says(title, "planned") or any(column.means("planned") for column in amounts)


def _groupings(
    seen: SeenBook, others: Sequence[tuple[TableCandidate, Sequence[CountedRow]]]
) -> Iterator[tuple[Mapping[_Key, Decimal], int]]:
    """Yields the sums of rows by the texts of a column, or by month, with the number of the rows:
    of each table, and of all tables of its kind together."""
    of_kinds: dict[str, list[tuple[TableCandidate, Sequence[CountedRow]]]] = {}
    for other, rows in others:
        of_kinds.setdefault(other.table, []).append((other, rows))
        yield from _sums(seen, [(other, rows)])
    for of_kind in of_kinds.values():
        if len(of_kind) > 1:
            yield from _sums(seen, of_kind)


def _sums(
    seen: SeenBook, tables: Iterable[tuple[TableCandidate, Sequence[CountedRow]]]
) -> Iterator[tuple[Mapping[_Key, Decimal], int]]:
    by_column: dict[str, dict[_Key, Decimal]] = {}
    by_month: dict[_Key, Decimal] = {}
    number = 0
    for table, rows in tables:
        grid = seen.grid(table.block)
        texts = [column for column in table.block.columns if column.holds == "texts"]
        for row in rows:
            number += 1
            for column in texts:
                text = grid.at(row.number, column.index)
                if isinstance(text, str) and text.strip():
                    sums = by_column.setdefault(normal(column.heading), {})
                    _add(sums, normal(text), row.amount)
            if row.day:
                day = date.fromisoformat(row.day)
                for key in _periods_with(day):
                    _add(by_month, key, row.amount)
    for sums in (*by_column.values(), by_month):
        yield sums, number


def _add(sums: dict[_Key, Decimal], key: _Key, amount: Decimal) -> None:
    sums[key] = sums.get(key, Decimal(0)) + amount


def _periods_with(day: date) -> Iterator[tuple[int, ...]]:
    """Yields the month, the quarter, the half-year and the year of a day, each without its year
    and with it: the number of its months, (the year,) its first month."""
    for length in (1, 3, 6, 12):
        first = (day.month - 1) // length * length + 1
        yield length, first
        yield length, day.year, first


def _keys(seen: SeenBook, block: SheetBlock, row: int) -> Iterator[_Key]:
    """Yields what the cells of a row may name: a text as it is compared, or a month or quarter."""
    for column in block.columns:
        yield from _keys_of(seen.grid(block).at(row, column.index), seen.locale)


def _keys_of(value: Value, locale: str) -> Iterator[_Key]:
    if isinstance(value, date | datetime):
        yield 1, value.month
        yield 1, value.year, value.month
    elif isinstance(value, str) and value.strip():
        yield normal(value)
        named = named_period(value, locale)
        if named is not None:
            first, length, year = named
            yield (length, first) if year is None else (length, year, first)
