"""Matches rows to records: gives IDs to new rows, finds copies, and notices renamed IDs.

A row is identified by its ID. People copy rows (then two rows have one ID), clear an ID, or type
another ID over it. Each case is recognised only if the rest of the row leaves no doubt."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.table_rows import Row, TableRows
from budgettrack.core.records.model import Fields


@dataclass(frozen=True, slots=True)
class Identified:
    """The rows of one table, each with its ID.

    `given`: (row number, ID) of the new IDs that the tool writes into the sheet.
    `renames`: the new ID by the old ID, where a person typed over an ID.
    `hidden`: whether the ID of any row cannot be read.
    """

    rows: Mapping[str, Row]
    given: tuple[tuple[int, str], ...]
    renames: Mapping[str, str]
    hidden: bool
    findings: tuple[Finding, ...]


def identify(read: TableRows, agreed: Mapping[str, Fields], used: Collection[str]) -> Identified:
    """Gives every readable row an ID.

    `agreed` are the records at the last sync, equal in workbook and register. `used` are all IDs
    that this table ever had, also those of removed rows: no ID is used twice."""
    visible = [row for row in read.rows if "id" not in row.unreadable]
    hidden = len(visible) < len(read.rows)
    named: dict[str, Row] = {}
    copies: list[Row] = []
    nameless: list[Row] = []
    for row in visible:
        if not row.id:
            nameless.append(row)
        elif row.id in named:
            # Somebody copied the row of B-1 to begin a new line from it, perhaps above the old one.
            first = named[row.id]
            kept = _original(first, row, agreed.get(row.id))
            named[row.id] = kept
            copies.append(row if kept is first else first)
        else:
            named[row.id] = row
    if read.table.key:
        return Identified(named, (), {}, hidden, ())

    # A cell with #REF! may hide the ID that seems to be missing. As long as a row has such a cell,
    # no row counts as renamed or cleared.
    missing = {id_: fields for id_, fields in agreed.items() if id_ not in named}
    by_content = _unique(missing)
    renames = {} if hidden else _renames(named, agreed, used, by_content)
    restored = {} if hidden else _restored(nameless, by_content, set(renames))

    ids = _Ids(read, {*used, *agreed, *named})
    by_row: dict[int, str] = {row.number: id_ for id_, row in named.items()}
    given: list[tuple[int, str]] = []
    findings: list[Finding] = []
    for row in sorted([*nameless, *copies], key=lambda row: row.number):
        new = restored.get(row.number) or ids.next(row)
        by_row[row.number] = new
        given.append((row.number, new))
        if row.id:
            findings.append(
                Finding(
                    "duplicate-id",
                    read.table.name,
                    new,
                    "id",
                    (("id", row.id), ("new", new)),
                    read.tab,
                    row.number,
                    read.columns.get("id"),
                )
            )
    rows = {
        by_row[row.number]: (
            row if row.id == by_row[row.number] else replace(row, id=by_row[row.number])
        )
        for row in visible
    }
    writable = read.writable and "id" in read.columns
    return Identified(rows, tuple(given) if writable else (), renames, hidden, tuple(findings))


def _original(first: Row, second: Row, agreed: Fields | None) -> Row:
    """Returns the row, of two with the same ID, that is more similar to the agreed record.

    If both are equally similar, it is the upper row."""
    if agreed is None:
        return first
    likeness = [
        sum(row.fields.get(name) == text for name, text in agreed.items())
        for row in (first, second)
    ]
    unlike = [
        sum(agreed.get(name) != text for name, text in row.fields.items())
        for row in (first, second)
    ]
    return second if (likeness[1], -unlike[1]) > (likeness[0], -unlike[0]) else first


def _content(fields: Fields) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(fields.items()))


def _unique(records: Mapping[str, Fields]) -> dict[tuple[tuple[str, str], ...], str]:
    """Returns the ID of each record by its content. Empty records and records with equal content
    are left out."""
    counts = Counter(_content(fields) for fields in records.values())
    return {
        _content(fields): id_
        for id_, fields in records.items()
        if len(fields) > 1 and counts[_content(fields)] == 1
    }


def _renames(
    named: Mapping[str, Row],
    agreed: Mapping[str, Fields],
    used: Collection[str],
    by_content: Mapping[tuple[tuple[str, str], ...], str],
) -> dict[str, str]:
    """Returns the new ID by the old ID, for rows in which only the ID has changed.

    There must be exactly one missing record with the content of the row."""
    if not by_content:
        return {}
    found: dict[str, list[str]] = {}
    for id_, row in named.items():
        if id_ not in agreed and id_ not in used and not row.unreadable:
            old = by_content.get(_content(row.fields))
            if old is not None:
                found.setdefault(old, []).append(id_)
    return {old: news[0] for old, news in found.items() if len(news) == 1}


def _restored(
    nameless: Iterable[Row],
    by_content: Mapping[tuple[tuple[str, str], ...], str],
    renamed: Collection[str],
) -> dict[int, str]:
    """Returns the cleared ID by row number, for rows in which only the ID was cleared."""
    if not by_content:
        return {}
    found: dict[str, list[int]] = {}
    for row in nameless:
        old = by_content.get(_content(row.fields))
        if old is not None and old not in renamed and not row.unreadable:
            found.setdefault(old, []).append(row.number)
    return {numbers[0]: old for old, numbers in found.items() if len(numbers) == 1}


class _Ids:
    """Makes new IDs: the prefix of the table and the next number.

    A table that is only read gets IDs made from the content of its rows."""

    def __init__(self, read: TableRows, used: Collection[str]) -> None:
        # B-7 was removed last year. It is not given again: old reports still mean the old line.
        self._read = read
        start = f"{read.table.prefix}-"
        numbers = [
            int(id_[len(start) :])
            for id_ in used
            if id_.startswith(start) and id_[len(start) :].isdecimal() and len(id_) < 20
        ]
        self._last = max(numbers, default=0)
        self._seen: Counter[str] = Counter()

    def next(self, row: Row) -> str:
        if self._read.writable and "id" in self._read.columns:
            self._last += 1
            return f"{self._read.table.prefix}-{self._last}"
        if row.id:
            base = row.id
            self._seen[base] += 1
            return f"{base}~{self._seen[base] + 1}"
        content = "\n".join(f"{name}={text}" for name, text in _content(row.fields))
        base = f"{self._read.table.prefix}:{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        self._seen[base] += 1
        return base if self._seen[base] == 1 else f"{base}~{self._seen[base]}"
