"""The three-way merge of one table, field by field.

`agreed` has the values that workbook and register both had after the last sync. A side has
*moved* if its value differs from the agreed value. If only one side moved, the other side takes
its value. If both moved to the same value, they agree. If they moved to different values, it is
a conflict: each side keeps its value, and the agreed value stays. A cell that cannot be read is
neither an edit nor a removal; its field is left alone until the cell can be read. Values are
canonical text, so equal texts mean equal values."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Table, groups

Side = Literal["sheet", "register"]
TableRecords = Mapping[str, Fields]
FieldChange = tuple[str, str, str]
"""A field with two values: the field, the value in one place, and the value in the other."""


class Change(Struct, frozen=True):
    """A change that must be made to one record on one side.

    `altered` has the name, the old and the new value of each changed field; '' is blank. If a whole
    record is added or removed, `record` has its fields."""

    kind: Literal["add", "alter", "remove"]
    table: str
    id: str
    altered: tuple[tuple[str, str, str], ...] = ()
    record: Fields | None = None

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """Every field that changes: its name, its old value and its new value. If a record is added
        or removed, these are all its fields."""
        if self.record is None:
            return self.altered
        if self.kind == "add":
            return tuple((name, "", text) for name, text in self.record.items())
        return tuple((name, text, "") for name, text in self.record.items())


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """A difference that stays on both sides until a person settles it.

    `kind`: `both moved`, `removed in sheet`, `removed in register`, `formula` or `protected`.
    The last two mean that the register changed a cell that the program may not write. `fields`:
    (field, value in the sheet, value in the register). It is empty if the conflict is about a
    whole row. `row`: if the conflict is about a whole row, the row on the side that still has
    it."""

    kind: Literal["both moved", "removed in sheet", "removed in register", "formula", "protected"]
    table: str
    id: str
    fields: tuple[tuple[str, str, str], ...] = ()
    row: Fields = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The name of the conflict in commands and for people: `budget/B-3.amount`, or
        `budget/B-3` for a whole row."""
        return f"{self.table}/{self.id}" + (f".{self.fields[0][0]}" if self.fields else "")

    @property
    def seal(self) -> str:
        """Returns the seal of the conflict: its key with a short digest of the values on both
        sides.

        A choice that a person makes in the sheet is valid for one seal only. If somebody changes
        the cell or the register afterwards, the seal changes too, and it is a new conflict."""
        held = repr((self.fields, sorted(self.row.items())))
        return (
            f"{self.key} #{hashlib.sha256(held.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
        )


class SheetSide(Struct, frozen=True):
    """One table as the sheet has it.

    `known`: the fields that have a column, or one value for all rows in the config. The sheet
    decides nothing about other fields. `unreadable`: (ID, field) of cells that cannot be read.
    `hidden`: whether the ID of any row cannot be read. If so, no record counts as removed.
    `formulas`, `protected`: (ID, field) of cells that the program never overwrites."""

    records: TableRecords
    known: Set[str]
    unreadable: Set[tuple[str, str]] = frozenset()
    hidden: bool = False
    formulas: Set[tuple[str, str]] = frozenset()
    protected: Set[tuple[str, str]] = frozenset()

    @property
    def doubtful(self) -> set[str]:
        """The IDs of rows with cells that a person may or may not have changed."""
        return {record for record, _ in (*self.unreadable, *self.formulas, *self.protected)}


class Merge(Struct):
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
    merging = _TableMerge(table, sheet, keep or {}, winner, sheet.doubtful)
    for record in _in_order(sheet.records, register, agreed):
        here, there, base = sheet.records.get(record), register.get(record), agreed.get(record)
        if here is not None and here == there == base:
            continue  # nobody has changed it
        if here is not None and there is not None:
            merging.both(record, here, there, base)
        elif here is not None:
            merging.only_in_sheet(record, here, base)
        elif there is not None:
            merging.only_in_register(record, there, base)
        else:
            merging.outcome.agreed[record] = None
    return merging.outcome


class _TableMerge(Struct, frozen=True):
    """Merges one table, record by record.

    In its methods `here` is the record in the sheet, `there` the record in the register, and
    `base` the agreed record, or None if nothing was agreed yet."""

    table: Table
    sheet: SheetSide
    keep: Mapping[str, Side]
    winner: Side | None

    doubtful: Set[str]
    outcome: Merge = field(default_factory=Merge)

    def both(self, record: str, here: Fields, there: Fields, base: Fields | None) -> None:
        """Merges a record that both sides have, field by field. They are not all equal."""
        now = dict(base or {})
        to_sheet: list[FieldChange] = []
        to_register: list[FieldChange] = []
        for names in self._readable_groups(record, {*here, *there, *now}):
            ours, theirs, before = (_values(side, names) for side in (here, there, base or {}))
            moved = _moved(ours, theirs)
            right = self._right_side(record, moved, ours == before, theirs == before)
            if isinstance(right, Conflict):
                self.outcome.conflicts.append(right)
            elif right == "register":
                to_sheet += moved
                _take(now, theirs)
            else:
                to_register += [(name, other, one) for name, one, other in moved]
                _take(now, ours)
        self._alter(self.outcome.to_sheet, record, to_sheet)
        self._alter(self.outcome.to_register, record, to_register)
        if now != base:
            self.outcome.agreed[record] = now

    def _readable_groups(self, record: str, filled: Set[str]) -> Iterator[list[str]]:
        """Yields the groups of fields that merge together. A group is left out if one of its
        cells cannot be read."""
        # Amount and Currency merge together.
        # Example: 100 EUR became 100 USD in the sheet and 120 EUR in the register.
        # If each field were merged alone, the result would be 120 USD, which nobody typed.
        for members in groups(self.table, filled):
            names = [name for name in members if name in self.sheet.known]
            if not any((record, name) in self.sheet.unreadable for name in names):
                yield names

    def only_in_sheet(self, record: str, here: Fields, base: Fields | None) -> None:
        """Merges a record that only the sheet has: it is new, or the register removed it."""
        side = self._side_of_row_in_sheet(record, here, base)
        if isinstance(side, Conflict):
            self.outcome.conflicts.append(side)
        elif side == "register":
            self.outcome.to_sheet.append(Change("remove", self.table.name, record, record=here))
            self.outcome.agreed[record] = None
        else:
            self.outcome.to_register.append(Change("add", self.table.name, record, record=here))
            self.outcome.agreed[record] = here

    def _side_of_row_in_sheet(
        self, record: str, here: Fields, base: Fields | None
    ) -> Side | Conflict:
        if base is None:
            return "sheet"
        # A row that the register removed is removed in the sheet, too, if nobody changed it there.
        # If a cell is unreadable, protected or a formula, a change of the row cannot be seen.
        is_doubtful = record in self.doubtful
        if not is_doubtful and _same(here, base, self.sheet.known):
            return "register"
        conflict = Conflict("removed in register", self.table.name, record, row=here)
        side = self._choice(conflict)
        return conflict if side is None or (side == "register" and is_doubtful) else side

    def only_in_register(self, record: str, there: Fields, base: Fields | None) -> None:
        """Merges a record that only the register has: it is new, or the sheet removed it."""
        # A row whose ID shows #REF! may be this row, so it does not count as removed.
        if base is not None and self.sheet.hidden:
            return
        side = self._side_of_row_in_register(record, there, base)
        if isinstance(side, Conflict):
            self.outcome.conflicts.append(side)
        elif side == "register":
            there = {name: text for name, text in there.items() if name in self.sheet.known}
            self.outcome.to_sheet.append(Change("add", self.table.name, record, record=there))
            self.outcome.agreed[record] = there
        else:
            self.outcome.to_register.append(Change("remove", self.table.name, record, record=there))
            self.outcome.agreed[record] = None

    def _side_of_row_in_register(
        self, record: str, there: Fields, base: Fields | None
    ) -> Side | Conflict:
        if base is None:
            return "register"
        # A change in the register is an edit, even if the sheet has no column for the field.
        # A field that the program calculates, such as Approved, is no edit of a person.
        calculated = {column.name for column in self.table.columns if column.owner != "shared"}
        if _same(there, base, {*there, *base} - calculated):
            return "sheet"
        conflict = Conflict("removed in sheet", self.table.name, record, row=there)
        return self._choice(conflict) or conflict

    def _right_side(
        self, record: str, moved: list[FieldChange], ours_stayed: bool, theirs_stayed: bool
    ) -> Side | Conflict:
        """Decides which side counts for some fields. Returns this side. If both sides changed the
        values and nobody has settled the conflict, returns the conflict.

        `ours_stayed`: whether the sheet still has the agreed values. `theirs_stayed`: whether the
        register still has them."""
        if not moved:
            return "sheet"
        if ours_stayed:
            side: Side | None = "register"
        elif theirs_stayed:
            side = "sheet"
        else:
            conflict = Conflict("both moved", self.table.name, record, tuple(moved))
            side = self._choice(conflict)
            if side is None:
                return conflict
        if side == "sheet":
            return side
        # Example: Amount has the formula =B2*C2, and somebody set 120 by a command.
        # Writing 120 would delete the formula.
        # After that, changes of B2 and C2 would have no effect.
        fixed = self._fixed(record, moved)
        if fixed is None:
            return "register"
        return "sheet" if self._choice(fixed) == "sheet" else fixed

    def _fixed(self, record: str, moved: list[FieldChange]) -> Conflict | None:
        """Returns the conflict if the register changes a cell that the program never overwrites,
        otherwise None."""
        formulas = tuple(change for change in moved if (record, change[0]) in self.sheet.formulas)
        if formulas:
            return Conflict("formula", self.table.name, record, formulas)
        locked = tuple(change for change in moved if (record, change[0]) in self.sheet.protected)
        if locked:
            return Conflict("protected", self.table.name, record, locked)
        return None

    def _choice(self, conflict: Conflict) -> Side | None:
        """Returns the side that a person has chosen for a conflict, or None if nobody has."""
        return self.keep.get(conflict.seal) or self.keep.get(conflict.key, self.winner)

    def _alter(self, changes: list[Change], record: str, altered: list[FieldChange]) -> None:
        if altered:
            changes.append(Change("alter", self.table.name, record, tuple(altered)))


def _values(fields: Fields, names: list[str]) -> dict[str, str]:
    return {name: fields.get(name, "") for name in names}


def _in_order(*sides: Collection[str]) -> Iterable[str]:
    """Returns every ID once: in the order of the sheet, then of the register, then of the agreed
    records."""
    return dict.fromkeys(chain(*sides))


def _moved(ours: Fields, theirs: Fields) -> list[FieldChange]:
    """Returns the fields that differ, each with its values in the sheet and in the register."""
    return [(name, one, theirs[name]) for name, one in ours.items() if one != theirs[name]]


def _take(now: dict[str, str], values: Fields) -> None:
    """Puts values into a record. If a value is blank, its field is removed from the record."""
    for name, value in values.items():
        if value:
            now[name] = value
        else:
            now.pop(name, None)


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
        elif change.kind == "add" and change.record is not None and change.id not in after:
            after[change.id] = change.record
        else:
            fields = dict(after.get(change.id, {}))
            _take(fields, {name: to for name, _, to in change.fields})
            after[change.id] = fields
    return after
