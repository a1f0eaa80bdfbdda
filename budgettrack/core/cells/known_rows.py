"""Knows rows again that mean what they meant at an earlier sync, without reading their cells.

A *fact* says that the cells of a few rows mean certain records: in this table, under these
headings, with this locale, as this program reads them. What these cells mean depends on nothing
else. So a fact cannot become wrong, whatever happens to the workbook, the register or the config.
It can only become useless. Facts are digests that are made with the group's key: nobody can learn
from one what a cell contained. Columns that are not read, such as those with personal details,
are not in them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from operator import itemgetter

import msgspec
from msgspec import Struct

from budgettrack.core.base.grids import Value
from budgettrack.core.cells.reader import TabReader
from budgettrack.core.cells.table_rows import Row
from budgettrack.core.records.model import Fields, Records

SIZE = 16
"""The number of bytes of a fact. Different rows never have the same fact by chance."""
LONGEST = 100
"""The largest number of rows in one fact. Usually there are ten: each ends with an ID such as
E-120, so that an inserted row changes the fact of its neighbours only."""

_TYPES: Mapping[type, int] = {type(None): 1, str: 2, float: 3, int: 4, bool: 5, date: 6}
"""The types of cells of which facts are made. A row with any other cell is read each time."""


@dataclass(frozen=True, slots=True)
class RowMemory:
    """What is remembered of rows: the `facts`, and the `records` that rows may mean.

    `key`: the secret key of the group. `program`: the state of the program that reads."""

    key: bytes = field(repr=False)
    program: bytes
    facts: Set[bytes]
    records: Records = field(default_factory=dict)


class _Block(Struct, frozen=True):
    """Some rows next to each other, the records that have their IDs, and the fact which says that
    they mean these records. It may be true or not."""

    first: int
    records: Sequence[tuple[str, Fields]]
    fact: bytes


class KnownRows:
    """What is known of the rows of one tab.

    `rows`: the rows that need not be read, by row number."""

    def __init__(self, memory: RowMemory, reader: TabReader) -> None:
        self._blocks = [*_blocks(memory, reader)]
        self.rows = {
            number: Row(number, id_, fields)
            for block in self._blocks
            if block.fact in memory.facts
            for number, (id_, fields) in enumerate(block.records, block.first)
        }

    def facts(self, rows: Iterable[Row], odd: Set[int]) -> Iterator[bytes]:
        """Yields the facts that are true. `rows` has the rows that are records, as they were read.
        `odd` has the numbers of rows of which a cell is no plain text."""
        records = {row.number: row for row in rows if row.number not in odd}
        for block in self._blocks:
            if all(
                (row := records.get(number)) is not None
                and row.id == id_
                and (row.fields is fields or [*row.fields.items()] == [*fields.items()])
                for number, (id_, fields) in enumerate(block.records, block.first)
            ):
                yield block.fact


def known_rows(memory: RowMemory | None, reader: TabReader) -> KnownRows | None:
    """Returns what is known of the rows of a tab of our own layout. Returns None for other tabs
    and for tables without IDs: their rows are read each time."""
    if memory is None or reader.mapped or "id" not in reader.columns or len(reader.columns) < 2:
        return None
    return KnownRows(memory, reader)


def _blocks(memory: RowMemory, reader: TabReader) -> Iterator[_Block]:
    """Yields the rows of a tab in blocks. Rows of which no fact can be made are left out."""
    places, first = reader.headings.columns, reader.headings.row + 1
    about = (memory.program, reader.table.name, [*places], reader.locale)
    key = hmac.digest(memory.key, b"rows " + msgspec.msgpack.encode(about), "sha256")
    agreed, at = memory.records.get(reader.table.name, {}), [*places].index("id")
    # What such a row means depends on more than on its cells.
    unusual = {
        *reader.formulas, *reader.percents, *reader.covered,
        *reader.wide, *reader.sums, *reader.labels,
    }  # fmt: skip
    block = _Gathered(key)
    for number, values in enumerate(_values(reader, first), first):
        id_ = values[at]
        fields = agreed.get(id_) if isinstance(id_, str) else None
        if fields is None or number in unusual:
            yield from block.ended(number)
            continue
        block.add(values, (str(id_), fields))
        if str(id_).endswith("0") or len(block.records) == LONGEST:
            yield from block.ended(number + 1)
    yield from block.ended(len(reader.grid.rows))


class _Gathered:
    """The rows that are gathered for the next block."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cells: list[tuple[Value, ...]] = []
        self.records: list[tuple[str, Fields]] = []

    def add(self, cells: tuple[Value, ...], record: tuple[str, Fields]) -> None:
        self._cells.append(cells)
        self.records.append(record)

    def ended(self, end: int) -> Iterator[_Block]:
        """Yields the rows before row `end` as a block, if there are any and if a fact can be made
        of them. The next block is empty then."""
        cells, records, self._cells, self.records = self._cells, self.records, [], []
        if cells and (fact := _fact(self._key, cells, records)):
            yield _Block(end - len(cells), records, fact)


def _values(reader: TabReader, first: int) -> Iterator[tuple[Value, ...]]:
    """Yields the cells that are read, row by row. Cells after the end of a row are blank."""
    places = reader.headings.columns.values()
    width = max(places) + 1
    of_row = itemgetter(*places)
    for cells in reader.grid.rows[first:]:
        missing = width - len(cells)
        yield of_row([*cells, *[None] * missing] if missing > 0 else cells)


def _fact(
    key: bytes, cells: Sequence[tuple[Value, ...]], records: Sequence[tuple[str, Fields]]
) -> bytes:
    """Returns the fact that these cells mean these records. Returns b"" if none can be made."""
    # Some values are encoded alike, such as a date and its text. Their types tell them apart.
    types = bytes([_TYPES.get(value.__class__, 0) for value in chain.from_iterable(cells)])
    if 0 in types:
        return b""
    try:
        told = msgspec.msgpack.encode((types, cells, records))
    except (UnicodeEncodeError, OverflowError):  # half of an emoji, or a very large number
        return b""
    return hashlib.blake2b(told, key=key, digest_size=SIZE).digest()
