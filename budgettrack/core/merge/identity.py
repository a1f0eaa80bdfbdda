"""Finds the record of each row: gives IDs to new rows, finds copies, and notices renamed IDs.

A row is identified by its ID. But people copy rows (then two rows have one ID), clear an ID, or
type another ID over it. Each of these cases is recognised only if the rest of the row leaves no
doubt."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.table_rows import Row, TableRows
from budgettrack.core.merge.by_label import label_of, match_by_label
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Table


class Identified(Struct, frozen=True):
    """The rows of one table, each with its ID.

    `given`: the new IDs that the program writes into the sheet, each with its row number.
    `renames`: a mapping from old to new IDs, for rows in which a person typed over the ID.
    `hidden`: whether the ID of any row cannot be read. `last`: the largest number of all IDs that
    this table ever had, or 0."""

    rows: Mapping[str, Row]
    given: tuple[tuple[int, str], ...]
    renames: Mapping[str, str]
    hidden: bool
    findings: tuple[Finding, ...]
    last: int = 0


def identify(read: TableRows, agreed: Mapping[str, Fields], used: Collection[str]) -> Identified:
    """Gives every readable row an ID.

    `agreed` are the records at the last sync, equal in workbook and register. `used` are all IDs
    that this table ever had, also IDs of removed rows: no ID is used twice."""
    visible = [row for row in read.rows if "id" not in row.unreadable]
    hidden = len(visible) < len(read.rows)
    named, copies = _by_id(visible, agreed)
    if read.table.key:
        return Identified(named, (), {}, hidden, ())

    # A cell with #REF! may hide the ID that seems to be missing.
    # As long as a cell of an ID shows #REF!, no row is taken as renamed or cleared.
    by_content = {} if hidden else _unique_missing(read.table, agreed, named)
    renames = _renames(read.table, named, {*agreed, *used}, by_content)
    nameless = [row for row in visible if not row.id]
    ids = _Ids(read, {*used, *agreed, *named})
    if ids.writes:
        given = _restored(read.table, [*nameless, *copies], by_content, set(renames))
    else:
        given = _by_label(read, nameless, named, agreed)
    ids.give(_from_the_top([*nameless, *copies]), given)

    rows = {row.id: row for row in visible}
    if given:
        rows = dict(_with_id(row, given) for row in visible)
    findings = tuple(_duplicate(read, row, given[row.number]) for row in _from_the_top(copies))
    written = tuple(sorted(given.items())) if ids.writes else ()
    return Identified(rows, written, renames, hidden, findings, ids.last)


def _from_the_top(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.number)


def _with_id(row: Row, given: Mapping[int, str]) -> tuple[str, Row]:
    """Returns a row and its ID. The ID may be new, from `given`."""
    id_ = given.get(row.number, row.id)
    return id_, row if row.id == id_ else replace(row, id=id_)


def _unique_missing(
    table: Table, agreed: Mapping[str, Fields], named: Collection[str]
) -> dict[tuple[tuple[str, str], ...], str]:
    """Returns the ID of each agreed record that no row has, by the content of the record. Empty
    records, and records with the same content as another, are left out."""
    missing = {id_: _content(table, fields) for id_, fields in agreed.items() if id_ not in named}
    counts = Counter(missing.values())
    return {
        content: id_
        for id_, content in missing.items()
        if len(content) > 1 and counts[content] == 1
    }


def _by_id(rows: Iterable[Row], agreed: Mapping[str, Fields]) -> tuple[dict[str, Row], list[Row]]:
    """Returns the rows by their ID, and a list of rows that are copies of them. Rows without an ID
    are left out."""
    named: dict[str, Row] = {}
    copies: list[Row] = []
    for row in rows:
        if not row.id:
            continue
        first = named.setdefault(row.id, row)
        if first is not row:
            # If somebody copied a row to make a new line, the copy may stand above the original.
            kept = _original(first, row, agreed.get(row.id))
            named[row.id] = kept
            copies.append(row if kept is first else first)
    return named, copies


def _duplicate(read: TableRows, row: Row, new: str) -> Finding:
    """Returns the finding about a copied row that gets a new ID."""
    tab, number = read.at(row.number)
    return Finding(
        "duplicate-id",
        read.table.name,
        new,
        "id",
        (("id", row.id), ("new", new)),
        tab,
        number,
        read.columns.get("id"),
    )


def _original(first: Row, second: Row, agreed: Fields | None) -> Row:
    """Returns the row that keeps the ID, if two rows have the same ID. It is the row that is more
    similar to the agreed record. If both are equally similar, it is the upper one."""
    if agreed is None:
        return first

    def likeness(row: Row) -> tuple[int, int]:
        alike = sum(row.fields.get(name) == text for name, text in agreed.items())
        unlike = sum(agreed.get(name) != text for name, text in row.fields.items())
        return alike, -unlike

    return max(first, second, key=likeness)


def _content(table: Table, fields: Fields) -> tuple[tuple[str, str], ...]:
    """Returns the fields that people type. The sum that a funder approved stands in the row, but
    the register alone decides it, so it says nothing about which record the row is."""
    typed = (name for name in fields if table.column(name).owner == "shared")
    return tuple((name, fields[name]) for name in sorted(typed))


def _renames(
    table: Table,
    named: Mapping[str, Row],
    known: Collection[str],
    by_content: Mapping[tuple[tuple[str, str], ...], str],
) -> dict[str, str]:
    """Returns a mapping from old to new IDs, for rows in which only the ID has changed.

    The content of the row must be that of exactly one missing record. `known`: the IDs that name a
    record now or named one before; such an ID is no new name."""
    if not by_content:
        return {}
    renamed: dict[str, list[str]] = {}
    for id_, row in named.items():
        # Somebody typed B-20 over B-2, and the rest of the row has not changed. So B-2 is now B-20.
        if id_ not in known and not row.unreadable:
            old = by_content.get(_content(table, row.fields))
            if old is not None:
                renamed.setdefault(old, []).append(id_)
    return {old: news[0] for old, news in renamed.items() if len(news) == 1}


def _restored(
    table: Table,
    without_own_id: Iterable[Row],
    by_content: Mapping[tuple[tuple[str, str], ...], str],
    renamed: Collection[str],
) -> dict[int, str]:
    """Returns the old ID by row number, for rows in which only the ID was cleared or typed over.

    `without_own_id`: the rows without an ID, and the rows with the ID of another row."""
    if not by_content:
        return {}
    cleared: dict[str, list[int]] = {}
    for row in without_own_id:
        old = by_content.get(_content(table, row.fields))
        # Somebody cleared the cell of the ID by mistake.
        # So a row whose ID was cleared gets its old ID back, not a new one.
        # Or an older copy of the workbook was put back, in which the row still has the ID of the
        # row from which it was copied.
        if old is not None and old not in renamed and not row.unreadable:
            cleared.setdefault(old, []).append(row.number)
    return {numbers[0]: old for old, numbers in cleared.items() if len(numbers) == 1}


def _by_label(
    read: TableRows,
    nameless: Sequence[Row],
    named: Collection[str],
    agreed: Mapping[str, Fields],
) -> dict[int, str]:
    """Returns the ID by row number, for rows of a sheet that gets no IDs (see `by_label`)."""
    known = {*read.columns, *read.laid_out, *(name for row in nameless for name in row.fields)}
    free = {id_: fields for id_, fields in agreed.items() if id_ not in named}
    return match_by_label(read.table.name, nameless, known, free)


def _last_number(begin: str, used: Iterable[str]) -> int:
    """Returns the largest number of the IDs that begin with `begin`. IDs that a person chose are
    left out. Returns 0 if there is none."""
    length = len(begin)
    numbers = [id_[length:] for id_ in used if len(id_) < 20 and id_.startswith(begin)]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


class _Ids:
    """Makes new IDs: the prefix of the table and the next number.

    `writes`: whether the IDs are written into the sheet. If not, an ID is made from the label of
    its row."""

    def __init__(self, read: TableRows, used: Collection[str]) -> None:
        # Example: B-7 was removed last year.
        # The ID B-7 is not given to another line, because old reports still name B-7.
        self._table, self._prefix = read.table.name, read.table.prefix
        self._used = set(used)
        self.writes = read.writable and "id" in read.columns
        self.last = _last_number(f"{self._prefix}-", used)
        self._seen: Counter[str] = Counter()

    def next(self, row: Row) -> str:
        """Returns an ID that no row has had before."""
        if self.writes:
            self.last += 1
            return f"{self._prefix}-{self.last}"
        if row.id:
            self._seen[row.id] += 1
            return f"{row.id}~{self._seen[row.id] + 1}"
        label = label_of(self._table, row.fields) or "row"
        digest = hashlib.sha256(label.encode()).hexdigest()[:12]
        return self._free(f"{self._prefix}:{digest}")

    def _free(self, base: str) -> str:
        """Returns `base`, or `base` with the next number that no row has had: B:59caa1e037d7~2."""
        while True:
            self._seen[base] += 1
            number = self._seen[base]
            id_ = base if number == 1 else f"{base}~{number}"
            if id_ not in self._used:
                return id_

    def give(self, rows: Iterable[Row], given: dict[int, str]) -> None:
        """Adds a new ID to `given` for every row without an ID in it."""
        for row in rows:
            if row.number not in given:
                given[row.number] = self.next(row)
