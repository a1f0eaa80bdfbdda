"""The three-way merge of one table, field by field.

`agreed` are the values at the last sync, equal in workbook and register. A side has *moved* if its
value differs from the agreed value. If only one side moved, the other side takes its value. If both
moved to the same value, they agree. If they moved to different values, it is a conflict: each side
keeps its value, and the agreed value stays (design §5). A cell that cannot be read is neither an
edit nor a removal; its field is left alone until the cell can be read. Values are canonical text,
so that equal texts mean equal values."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Table, groups

Side = Literal["sheet", "register"]
TableRecords = Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that one side must make to one record.

    `altered` has (field, old, new); '' is blank. To add or remove a whole record, `record` has its
    fields."""

    kind: Literal["add", "alter", "remove"]
    table: str
    id: str
    altered: tuple[tuple[str, str, str], ...] = ()
    record: Fields | None = None

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """Every field that changes, as (field, old, new). A record that is added or removed has all
        its fields."""
        if self.record is None:
            return self.altered
        if self.kind == "add":
            return tuple((name, "", text) for name, text in self.record.items())
        return tuple((name, text, "") for name, text in self.record.items())


@dataclass(frozen=True, slots=True)
class Conflict:
    """A difference that stays on both sides until a person settles it.

    `kind`: `both moved`, `removed in sheet`, `removed in register`, `formula` or `protected`.
    The last two: the register moved, and the tool may not write to the cell.
    `fields`: (field, in the sheet, in the register). Empty if the conflict is about a whole row.
    `row`: if the conflict is about a whole row, the row as on the side that still has it.
    """

    kind: Literal["both moved", "removed in sheet", "removed in register", "formula", "protected"]
    table: str
    id: str
    fields: tuple[tuple[str, str, str], ...] = ()
    row: Fields = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The name of the conflict for people and commands: `budget/B-3.amount`, or `budget/B-3`
        for a row."""
        return f"{self.table}/{self.id}" + (f".{self.fields[0][0]}" if self.fields else "")

    @property
    def seal(self) -> str:
        """Returns the conflict's seal: its key with a short digest of the values on both sides.

        A choice in the sheet is valid for one seal only. If somebody changes the cell or the
        register afterwards, the seal changes: this is a new conflict."""
        held = repr((self.fields, sorted(self.row.items())))
        return (
            f"{self.key} #{hashlib.sha256(held.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
        )


@dataclass(frozen=True, slots=True)
class SheetSide:
    """One table as the sheet has it.

    `known`: the fields with a column (or a constant). The sheet decides nothing about other fields.
    `unreadable`: (ID, field) of cells that cannot be read.
    `hidden`: whether the ID of any row cannot be read. If so, no record may be treated as removed.
    `formulas`, `protected`: (ID, field) of cells that the tool never overwrites.
    """

    records: TableRecords
    known: Set[str]
    unreadable: Set[tuple[str, str]] = frozenset()
    hidden: bool = False
    formulas: Set[tuple[str, str]] = frozenset()
    protected: Set[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Merge:
    """The result of a merge: the changes for each side, the new agreed records, and the conflicts.

    An agreed record is None if it was removed."""

    to_sheet: list[Change] = field(default_factory=list)
    to_register: list[Change] = field(default_factory=list)
    agreed: dict[str, Fields | None] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def merge(
    table: Table,
    agreed: TableRecords,
    register: TableRecords,
    sheet: SheetSide,
    *,
    keep: Mapping[str, Side] | None = None,
    winner: Side | None = None,
) -> Merge:
    """Merges one table.

    `keep` settles single conflicts by `Conflict.key` or `Conflict.seal`.
    `winner` settles all conflicts."""
    outcome = Merge()
    choice = _Choice(keep or {}, winner)
    unsure = {
        record
        for cells in (sheet.unreadable, sheet.formulas, sheet.protected)
        for record, _ in cells
    }
    for record in _in_order(sheet.records, register, agreed):
        here, there, base = sheet.records.get(record), register.get(record), agreed.get(record)
        if here is not None and here == there == base:
            continue
        if here is not None and there is not None:
            _merge_fields(table, record, base, there, here, sheet, choice, outcome)
        elif here is not None:
            _only_in_sheet(table, record, base, here, sheet, record in unsure, choice, outcome)
        elif there is not None:
            _only_in_register(table, record, base, there, sheet, choice, outcome)
        else:
            outcome.agreed[record] = None
    return outcome


@dataclass(frozen=True, slots=True)
class _Choice:
    keep: Mapping[str, Side]
    winner: Side | None

    def of(self, conflict: Conflict) -> Side | None:
        return self.keep.get(conflict.seal) or self.keep.get(conflict.key, self.winner)


def _in_order(*sides: Collection[str]) -> Iterator[str]:
    """Yields every ID once: in the order of the sheet, then of the register, then of the agreed
    records."""
    seen: set[str] = set()
    for side in sides:
        for record in side:
            if record not in seen:
                seen.add(record)
                yield record


def _merge_fields(
    table: Table,
    record: str,
    agreed: Fields | None,
    there: Fields,
    here: Fields,
    sheet: SheetSide,
    choice: _Choice,
    outcome: Merge,
) -> None:
    base = agreed or {}
    now = dict(base)
    to_sheet: list[tuple[str, str, str]] = []
    to_register: list[tuple[str, str, str]] = []
    # Amount and Currency merge together. Example: 100 EUR became 100 USD in the sheet and 120 EUR
    # in the register. Field by field, the result would be 120 USD, which nobody typed.
    for members in groups(table, {*here, *there, *base}):
        names = [name for name in members if name in sheet.known]
        if not names or any((record, name) in sheet.unreadable for name in names):
            continue
        ours, theirs, before = (
            [side.get(name, "") for name in names] for side in (here, there, base)
        )
        if ours == theirs:
            _take(now, names, ours)
            continue
        moved = _moved(names, ours, theirs)
        right = _right_side(table.name, record, moved, sheet, choice, (ours, theirs, before))
        if isinstance(right, Conflict):
            outcome.conflicts.append(right)
        elif right == "register":
            to_sheet += moved
            _take(now, names, theirs)
        else:
            to_register += [(name, other, one) for name, one, other in moved]
            _take(now, names, ours)
    _alter(outcome.to_sheet, table, record, to_sheet)
    _alter(outcome.to_register, table, record, to_register)
    if now != agreed:
        outcome.agreed[record] = now


def _moved(names: list[str], ours: list[str], theirs: list[str]) -> list[tuple[str, str, str]]:
    """Returns the fields that differ, with the values in the sheet and in the register."""
    both = zip(names, ours, theirs, strict=True)
    return [(name, one, other) for name, one, other in both if one != other]


def _alter(
    changes: list[Change], table: Table, record: str, altered: list[tuple[str, str, str]]
) -> None:
    if altered:
        changes.append(Change("alter", table.name, record, tuple(altered)))


def _right_side(
    table: str,
    record: str,
    moved: list[tuple[str, str, str]],
    sheet: SheetSide,
    choice: _Choice,
    values: tuple[list[str], list[str], list[str]],
) -> Side | Conflict:
    """Returns the side whose values count for fields that differ, or a conflict if nobody has
    settled it.

    `values` are the values of the sheet, of the register, and the agreed ones."""
    ours, theirs, before = values
    side: Side | None = None
    if ours == before:
        side = "register"
    elif theirs == before:
        side = "sheet"
    else:
        conflict = Conflict("both moved", table, record, tuple(moved))
        side = choice.of(conflict)
        if side is None:
            return conflict
    if side == "register":
        # Example: Amount has the formula =B2*C2, and 120 was set at the prompt. Writing 120 would
        # delete the formula, and later changes of B2 and C2 would have no effect.
        fixed = _fixed(table, record, moved, sheet)
        if fixed is not None:
            return "sheet" if choice.of(fixed) == "sheet" else fixed
    return side


def _take(now: dict[str, str], names: list[str], values: list[str]) -> None:
    for name, value in zip(names, values, strict=True):
        if value:
            now[name] = value
        else:
            now.pop(name, None)


def _fixed(
    table: str, record: str, moved: list[tuple[str, str, str]], sheet: SheetSide
) -> Conflict | None:
    """Returns the conflict if the register changes a cell that the tool never overwrites, otherwise
    None."""
    for cells, kind in ((sheet.formulas, "formula"), (sheet.protected, "protected")):
        held = tuple(each for each in moved if (record, each[0]) in cells)
        if held:
            return Conflict("formula" if kind == "formula" else "protected", table, record, held)
    return None


def _only_in_sheet(
    table: Table,
    record: str,
    base: Fields | None,
    here: Fields,
    sheet: SheetSide,
    doubtful: bool,
    choice: _Choice,
    outcome: Merge,
) -> None:
    adding = Change("add", table.name, record, record=here)
    if base is None:
        outcome.to_register.append(adding)
        outcome.agreed[record] = here
        return
    # The register removed the row, and nobody changed it in the sheet: remove it there too. If a
    # cell is unreadable, has a formula or is protected, we cannot know that the row is unchanged.
    if not doubtful and _same(here, base, sheet.known):
        side: Side | None = "register"
    else:
        conflict = Conflict("removed in register", table.name, record, row=here)
        side = choice.of(conflict)
        if side is None or (side == "register" and doubtful):
            outcome.conflicts.append(conflict)
            return
    if side == "register":
        outcome.to_sheet.append(Change("remove", table.name, record, record=here))
        outcome.agreed[record] = None
    else:
        outcome.to_register.append(adding)
        outcome.agreed[record] = here


def _only_in_register(
    table: Table,
    record: str,
    base: Fields | None,
    there: Fields,
    sheet: SheetSide,
    choice: _Choice,
    outcome: Merge,
) -> None:
    # A row whose ID shows #REF! may be this row: do not treat it as removed.
    if base is not None and sheet.hidden:
        return
    side: Side | None = "register"
    if base is not None:
        side = "sheet"
        # A change in a field without a column in the sheet is an edit too. A field that the tool
        # calculates, such as Approved, is not an edit by a person.
        own = {column.name for column in table.columns if column.owner != "shared"}
        if not _same(there, base, {*there, *base} - own):
            conflict = Conflict("removed in sheet", table.name, record, row=there)
            side = choice.of(conflict)
            if side is None:
                outcome.conflicts.append(conflict)
                return
    if side == "register":
        there = {name: text for name, text in there.items() if name in sheet.known}
        outcome.to_sheet.append(Change("add", table.name, record, record=there))
        outcome.agreed[record] = there
    else:
        outcome.to_register.append(Change("remove", table.name, record, record=there))
        outcome.agreed[record] = None


def _same(one: Fields, other: Fields, known: Set[str]) -> bool:
    """Whether two versions of a record have the same values in the known fields."""
    return one == other or all(
        one.get(name, "") == other.get(name, "") for name in {*one, *other} if name in known
    )


def applied(records: TableRecords, changes: Collection[Change]) -> dict[str, Fields]:
    """Returns `records` with `changes` applied, in the same order and with new records at the end.

    The given records are not changed."""
    after: dict[str, Fields] = dict(records)
    for change in changes:
        if change.kind == "remove":
            after.pop(change.id, None)
            continue
        if change.kind == "add" and change.record is not None and change.id not in after:
            after[change.id] = change.record
            continue
        fields = dict(after.get(change.id, {}))
        for name, _, to in change.fields:
            if to:
                fields[name] = to
            else:
                fields.pop(name, None)
        after[change.id] = fields
    return after
