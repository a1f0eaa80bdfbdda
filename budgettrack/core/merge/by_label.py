"""Finds the record of each row in a table that has no IDs, by the label of the row. Rows with the
same label are told apart by their other fields and their order.

The label is the text that names a row for people: the description of a line, or the funder of a
grant. So the amounts, dates and notes of all rows may change at once, and each row still keeps
its history. An amount is never used to recognise a row."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from budgettrack.core.cells.table_rows import Row
from budgettrack.core.records.model import Fields

LABELS: Mapping[str, tuple[str, ...]] = {
    "work_plan": ("activity", "objective"),
    "indicators": ("indicator", "activity"),
    "budget": ("description", "activity", "category", "grant"),
    "expenses": ("description", "budget_line", "grant"),
    "grants": ("title", "funder"),
    "income": ("reference", "grant"),
    "resources": ("description", "kind", "from_whom"),
    "agreements": ("other_party", "kind"),
    "lots": ("batch", "kind"),
    "handed_out": ("lot", "to"),
    "deadlines": ("what", "grant"),
    "narratives": ("period", "grant"),
    "stories": ("title", "month"),
}
"""The fields that may name a row, by table. The first one that is filled is the label."""

MOST_COMPARED = 40_000
"""At most this many pairs of a row and a record with the same label are compared. If there are
more, only their order counts."""

Content = tuple[tuple[str, str], ...]
Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


def label_of(table: str, fields: Fields) -> str:
    """Returns the label of a row. Returns '' if it has none."""
    return next((fields[name] for name in LABELS.get(table, ()) if fields.get(name)), "")


def match_by_label(
    table: str, rows: Sequence[Row], known: Collection[str], agreed: Mapping[str, Fields]
) -> dict[int, str]:
    """Returns the ID of the record for each row that has a record, by row number.

    `known`: the fields that the sheet has. `agreed`: the records whose ID is in no row, in their
    order."""
    records = {
        id_: {name: text for name, text in fields.items() if name in known}
        for id_, fields in agreed.items()
    }
    matched: dict[int, str] = {}
    _match(matched, _equal(rows, records))
    left, free = _left(rows, records, matched)
    _match(matched, _of_equal_label(table, left, free))
    left, free = _left(rows, records, matched)
    _match(matched, _renamed(table, left, free))
    return matched


def _match(matched: dict[int, str], pairs: Iterable[tuple[int, str]]) -> None:
    matched.update(pairs)


def _left(
    rows: Iterable[Row], records: Mapping[str, Fields], matched: Mapping[int, str]
) -> tuple[list[Row], dict[str, Fields]]:
    """Returns the rows without a record and the records without a row."""
    taken = set(matched.values())
    return (
        [row for row in rows if row.number not in matched],
        {id_: fields for id_, fields in records.items() if id_ not in taken},
    )


def _content(fields: Fields) -> Content:
    return tuple(sorted(fields.items()))


def _equal(rows: Iterable[Row], records: Mapping[str, Fields]) -> Iterator[tuple[int, str]]:
    """Yields the rows that have not changed, wherever they stand now. If several rows are equal,
    their order counts."""
    ids = _grouped((_content(fields), id_) for id_, fields in records.items())
    same = _grouped((_content(row.fields), row.number) for row in rows if not row.unreadable)
    for content, numbers in same.items():
        yield from zip(numbers, ids.get(content, ()), strict=False)


def _of_equal_label(
    table: str, rows: Iterable[Row], records: Mapping[str, Fields]
) -> Iterator[tuple[int, str]]:
    """Yields the rows that have the label of a record. If several rows have this label, each record
    gets the row that is most similar to it."""
    by_label = _grouped((label_of(table, row.fields), row) for row in rows)
    ids = _grouped((label_of(table, fields), id_) for id_, fields in records.items())
    for label, equals in by_label.items():
        yield from _most_alike(equals, [(id_, records[id_]) for id_ in ids.get(label, ())])


def _most_alike(
    rows: Sequence[Row], records: Sequence[tuple[str, Fields]]
) -> Iterator[tuple[int, str]]:
    if len(rows) * len(records) > MOST_COMPARED:
        yield from ((row.number, id_) for row, (id_, _) in zip(rows, records, strict=False))
        return
    pairs = [
        (-_likeness(row.fields, fields), abs(place - other), place, other)
        for place, row in enumerate(rows)
        for other, (_, fields) in enumerate(records)
    ]
    heapq.heapify(pairs)
    free_rows, free_records = set(range(len(rows))), set(range(len(records)))
    while pairs and free_rows and free_records:
        _, _, place, other = heapq.heappop(pairs)
        if place in free_rows and other in free_records:
            free_rows.remove(place)
            free_records.remove(other)
            yield rows[place].number, records[other][0]


def _likeness(fields: Fields, agreed: Fields) -> int:
    """Returns how many fields have the same value in a row and a record."""
    return sum(agreed.get(name) == text for name, text in fields.items())


def _renamed(
    table: str, rows: Iterable[Row], records: Mapping[str, Fields]
) -> Iterator[tuple[int, str]]:
    """Yields the rows in which only the label has changed. All other fields of such a row are equal
    to those of exactly one record."""
    labels = set(LABELS.get(table, ()))

    def rest(fields: Fields) -> Content:
        return tuple(pair for pair in _content(fields) if pair[0] not in labels)

    ids = _grouped((rest(fields), id_) for id_, fields in records.items())
    same = _grouped((rest(row.fields), row.number) for row in rows if not row.unreadable)
    for content, numbers in same.items():
        fitting = ids.get(content, [])
        if len(content) > 1 and len(numbers) == 1 and len(fitting) == 1:
            yield numbers[0], fitting[0]


def _grouped(pairs: Iterable[tuple[Key, Thing]]) -> dict[Key, list[Thing]]:
    groups: dict[Key, list[Thing]] = defaultdict(list)
    for key, thing in pairs:
        groups[key].append(thing)
    return groups
