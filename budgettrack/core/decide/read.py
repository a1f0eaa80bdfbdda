"""The first step of a decision: reads the rows of the workbook, finds the record of each row,
and applies renamed IDs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core import tabs
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.decide.sides import RegisterState, Settings
from budgettrack.core.merge.identity import Identified, identify
from budgettrack.core.merge.merge import Side
from budgettrack.core.records.model import Fields
from budgettrack.core.records.references import NAMES, Followed
from budgettrack.core.records.tables import BY_NAME, Table
from budgettrack.core.sealing.contributors import payee_hash

Renames = Mapping[tuple[str, str], str]
"""Renamed IDs. The key is a table and the old ID, the value is the new ID."""


class SheetTable(Struct, frozen=True):
    """One table of the workbook, and the record of each row."""

    read: TableRows
    identified: Identified


class TableSides(Struct, frozen=True):
    """One table in the workbook and in the register, with the agreed records: what both had after
    the last sync.

    `sheet` is None if the workbook has no such tab."""

    table: Table
    sheet: SheetTable | None
    register: Mapping[str, Fields]
    agreed: Mapping[str, Fields]


class Sides(Struct, frozen=True):
    """All tables of the workbook and the register.

    `keep`: the choices of people that settle conflicts, by the key or the seal of a conflict
    (see `merge.Conflict`)."""

    tables: Mapping[str, TableSides]
    renames: Renames
    keep: Mapping[str, Side]
    findings: tuple[Finding, ...]


def read_sides(book: Book, held: RegisterState, settings: Settings) -> Sides:
    """Reads the tables of the workbook. If people renamed records there, the records of the
    register are renamed too."""
    hashed = partial(payee_hash, settings.key) if settings.key else None
    memory = settings.memory and dataclasses.replace(settings.memory, records=held.agreed)
    sheet = read_rows(
        book, settings.shapes, settings.locale, hashed, settings.base, settings.tables, memory
    )
    read = {
        name: rows if settings.writes else replace(rows, writable=False)
        for name, rows in sheet.tables.items()
    }
    tables = {name: _identified(table, read.get(name), held) for name, table in BY_NAME.items()}
    renames = {
        (name, old): new
        for name, sides in tables.items()
        if sides.sheet
        for old, new in sides.sheet.identified.renames.items()
    }
    followed = _followed(tables, renames)
    return Sides(
        tables={
            # Names come first: a new ID may be the name of another row, and is no name itself.
            name: _renamed(_with_new_names(sides, followed), renames)
            for name, sides in tables.items()
        },
        renames=renames,
        # A person may have changed a choice after the older copy was made.
        # So the choices in an older copy of the workbook are not used.
        keep={**({} if held.is_put_back else tabs.kept(book)), **settings.keep},
        findings=(*sheet.findings, *tabs.set_down(book), *_of_identity(tables)),
    )


def _identified(table: Table, read: TableRows | None, held: RegisterState) -> TableSides:
    records, agreed = held.records.get(table.name, {}), held.agreed.get(table.name, {})
    if read is None:
        return TableSides(table, None, records, agreed)
    added = (held.added_since or {}).get(table.name, {})
    used = {*records, *held.removed.get(table.name, ()), *held.last_ids}
    identified = identify(read, {**agreed, **added}, used)
    # The copy may have been made after somebody typed a row and before the sync gave it an ID.
    # Such a row is the record that the register already has, and not a new one.
    same = {
        id_: fields
        for id_, fields in added.items()
        if id_ in identified.rows and _as_typed(table, identified.rows[id_].fields, fields)
    }
    return TableSides(table, SheetTable(read, identified), records, {**agreed, **same})


def _as_typed(table: Table, row: Fields, typed: Fields) -> bool:
    """Whether a row has the values that people typed for a record. Columns that the program
    fills are not compared."""
    own = {column.name for column in table.columns if column.owner != "shared"}
    return {name: text for name, text in row.items() if name not in own} == {
        name: text for name, text in typed.items() if name not in own
    }


def _of_identity(tables: Mapping[str, TableSides]) -> Iterator[Finding]:
    for sides in tables.values():
        if sides.sheet:
            yield from sides.sheet.identified.findings


def _renamed(sides: TableSides, renames: Renames) -> TableSides:
    """Returns the register's records of a table after all renames.

    Example: somebody types B-1.2 over B-7. The record and its agreed version get the ID B-1.2.
    Otherwise the merge would see one row removed and another added. Expenses of B-7 must from now
    on refer to B-1.2, also in the sheet. So their references are changed in the register only; the
    merge treats this as an edit of the register and writes it into the sheet."""
    if not renames:
        return sides
    name = sides.table.name
    refers = {column.name: column.refers for column in sides.table.columns if column.refers}
    register = {
        renames.get((name, id_), id_): _with_new_references(record, refers, renames)
        for id_, record in sides.register.items()
    }
    agreed = {renames.get((name, id_), id_): record for id_, record in sides.agreed.items()}
    return replace(sides, register=register, agreed=agreed)


def _with_new_references(record: Fields, refers: Mapping[str, str], renames: Renames) -> Fields:
    moved = {
        field: renames[table, record[field]]
        for field, table in refers.items()
        if field in record and (table, record[field]) in renames
    }
    return {**record, **moved}


def _followed(tables: Mapping[str, TableSides], renames: Renames) -> Followed:
    """Returns how references change. They change if people have changed the names or the IDs of
    rows on either side after the last sync."""
    named = [tables[name] for name in NAMES]
    return Followed(
        {sides.table.name: sides.agreed for sides in named},
        {sides.table.name: dict(_newest(sides, renames)) for sides in named},
        renames,
    )


def _newest(sides: TableSides, renames: Renames) -> Iterator[tuple[str, Fields]]:
    """Yields each record, by its new ID, as it is on the side where its name was changed. If both
    sides changed the name, the sheet counts."""
    rows = sides.sheet.identified.rows if sides.sheet else {}
    names = NAMES[sides.table.name]
    kept = (id_ for id_ in sides.register if (sides.table.name, id_) not in renames)
    for id_ in dict.fromkeys((*rows, *kept)):
        agreed = sides.agreed.get(id_, {})
        typed = rows[id_].fields if id_ in rows else agreed
        changed = any(typed.get(name, "") != agreed.get(name, "") for name in names)
        yield id_, typed if changed else sides.register.get(id_, agreed)


def _with_new_names(sides: TableSides, followed: Followed) -> TableSides:
    """Returns the register's records of a table, with references by name changed to the new names.

    As with renamed IDs, this is an edit of the register that the merge writes into the sheet. If
    a table is only read, its text stays, and a finding asks a person to change it."""
    if not followed or sides.sheet is None or not sides.sheet.read.writable:
        return sides
    refers = {column.name: column.refers for column in sides.table.columns if column.refers}
    register = {
        id_: {
            **record,
            **{
                field: followed.text(table, record[field])
                for field, table in refers.items()
                if field in record
            },
        }
        for id_, record in sides.register.items()
    }
    return replace(sides, register=register)
