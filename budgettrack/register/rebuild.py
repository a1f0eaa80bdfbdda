"""Builds a damaged register again from its undamaged part.

A version of a record is kept if the run that wrote it *holds*, which means that all rows of the
run fit its checksum. Totals and findings are left out, because a sync calculates them again. The
damaged file is never written: it stays unchanged under a new name."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec import Struct

from budgettrack import structured
from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.holds import Hold
from budgettrack.interrupts import unbroken
from budgettrack.register import holds, proof, queries, writes
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database, reach
from budgettrack.register.migrate import migrate
from budgettrack.register.migrations import TABLES
from budgettrack.register.troubles import MEND

_ANEW = frozenset({"migrations", "findings", "totals", "records", "history", "runs", "meta"})
"""The tables that are not copied as they are, because they are made again."""

_HELD = {"reported": 4, "finals": 5, "bank": 6, "bank_changes": 3, "bank_statements": 8}
"""The tables whose rows are kept only if their run holds (fits its checksum). The number is the
index of the column with the number of the run."""

_UNREADABLE = (RegisterError, ValueError, TypeError, ArithmeticError)
"""The exceptions that reading a damaged table may raise."""


class Rebuilt(Struct, frozen=True):
    """What was kept of a damaged register.

    `runs`: how many runs are kept completely. `lost`: the numbers of the other runs. `versions`:
    how many versions of records are kept. `tables`: the tables that could not be read to their
    end. `old`: where the damaged file is now, or None on a server, where the register was
    changed in place."""

    runs: int
    lost: Sequence[int]
    versions: int
    tables: Sequence[str]
    old: Path | None


class _Salvage(Struct):
    """The rows of a damaged register by table, and the runs whose rows fit their checksum."""

    rows: dict[str, list[tuple[Any, ...]]]
    holding: frozenset[int]
    unreadable: list[str]


def rebuild(url: str, at: datetime) -> Rebuilt:
    """Builds the register again, and places the hold `register-rebuilt`, so that nothing is sent
    until a person decides.

    Raises `RegisterError` if the register cannot be reached, or if another run writes to it."""
    file = url.removeprefix("sqlite:///")
    if file == url:
        return _in_place(url, at)
    path = Path(file).absolute()
    salvage = _salvage(url)
    new = path.with_name(f".{path.name}.rebuilt")
    old = path.with_name(f"{path.stem}.damaged-{at:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        made = reach(f"sqlite:///{new}", migrate)
        try:
            with made.writer() as connection:
                connection.begin_writing()
                versions = _put(connection, salvage, at)
                connection.commit()
        finally:
            made.close()
        with unbroken():
            os.replace(path, old)
            os.replace(new, path)
    finally:
        for rest in (new, Path(f"{new}.writer"), Path(f"{new}-journal")):
            rest.unlink(missing_ok=True)
    return _rebuilt(salvage, versions, old)


def damaged_files(url: str) -> list[Path]:
    """Returns the damaged files that were kept beside a register. A register on a server has
    none."""
    file = url.removeprefix("sqlite:///")
    path = Path(file).absolute()
    if file == url:
        return []
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}.damaged-*{path.suffix}"))


def _in_place(url: str, at: datetime) -> Rebuilt:
    """Builds a register on a server again, in one transaction."""
    database = reach(url, migrate)
    try:
        with database.writer() as connection, unbroken():
            connection.begin_writing()
            salvage = _read(database, connection)
            for table in sorted(TABLES - {"migrations"}):
                connection.rows(f"DELETE FROM {table}")
            versions = _put(connection, salvage, at)
            connection.commit()
    finally:
        database.close()
    return _rebuilt(salvage, versions, None)


def _rebuilt(salvage: _Salvage, versions: int, old: Path | None) -> Rebuilt:
    known = {row[0] for row in salvage.rows["runs"] if isinstance(row[0], int)}
    lost = sorted(set(range(1, max(known, default=0) + 1)) - salvage.holding)
    return Rebuilt(len(known & salvage.holding), lost, versions, salvage.unreadable, old)


# ---- what is read


def _salvage(url: str) -> _Salvage:
    """Reads all rows of a damaged file that can still be read."""
    try:
        database = reach(url, migrate, proven=False)
    except RegisterError as error:
        if MEND not in str(error):
            raise
        return _Salvage({table: [] for table in TABLES}, frozenset(), sorted(TABLES))
    try:
        with database.reading() as connection:
            return _read(database, connection)
    finally:
        database.close()


def _read(database: Database, connection: RegisterConnection) -> _Salvage:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    unreadable: list[str] = []
    for table in sorted(TABLES):
        rows[table] = []
        try:
            with database.told():
                # Rows are read one by one, so that those before a damaged page are kept.
                for row in connection.rows(f"SELECT * FROM {table}"):
                    rows[table].append(tuple(row))
        except _UNREADABLE:
            unreadable.append(table)
    try:
        with database.told():
            holding = proof.holding(connection)
    except _UNREADABLE:
        holding = frozenset()
    return _Salvage(rows, holding, unreadable)


# ---- what is written


def _put(connection: RegisterConnection, salvage: _Salvage, at: datetime) -> int:
    """Writes all rows of undamaged runs into empty tables. Returns the number of versions of
    records."""
    versions = _versions(salvage)
    _put_runs(connection, salvage)
    _put_records(connection, salvage, versions)
    for table in sorted(TABLES - _ANEW):
        rows = salvage.rows[table]
        if table in _HELD:
            rows = [row for row in rows if row[_HELD[table]] in salvage.holding]
        connection.insert(table, rows)
    left = (queries.TOTALS, queries.AT_REST, "holder")
    connection.insert("meta", [row for row in salvage.rows["meta"] if row[0] not in left])
    holds.place(connection, [Hold("register-rebuilt", at)])
    proof.seal_all(connection)
    writes.save_run(connection, "rebuild", at)
    return len(versions)


def _put_runs(connection: RegisterConnection, salvage: _Salvage) -> None:
    """Writes all runs, also those whose rows are lost, because the number of a run is never used
    again."""
    known = {n: (kind, at) for n, kind, at, *_ in salvage.rows["runs"] if _is_time(n, kind, at)}
    before = datetime.min.replace(tzinfo=UTC).isoformat()
    runs: list[tuple[int, str, str, None, None]] = []
    for n in range(1, max(known, default=0) + 1):
        kind, before = known.get(n, ("lost", before))
        runs.append((n, kind, before, None, None))
    connection.insert("runs", runs)


def _is_time(n: object, kind: object, at: object) -> bool:
    if not (isinstance(n, int) and isinstance(kind, str) and isinstance(at, str)):
        return False
    try:
        return datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False


_Version = tuple[str, str, int, int, str, str | None]
"""A version of a record: its table, its ID, its number, the run that wrote it, the author (a
role), and the fields."""


def _versions(salvage: _Salvage) -> list[_Version]:
    """Returns the versions that undamaged runs wrote, by record, the oldest first."""
    newest = (row[1:7] for row in salvage.rows["records"])
    held = [
        version
        for version in (*newest, *salvage.rows["history"])
        if version[3] in salvage.holding and _is_version(*version)
    ]
    return sorted(held, key=lambda version: version[:3])


def _is_version(
    table: object, id_: object, n: object, run: object, by: object, fields: object
) -> bool:
    del run
    texts = isinstance(table, str) and isinstance(id_, str) and isinstance(by, str)
    return texts and isinstance(n, int) and n > 0 and (fields is None or _is_record(fields))


def _is_record(text: object) -> bool:
    try:
        return isinstance(text, str) and structured.json_object(text) is not None
    except ValueError:
        return False


def _put_records(
    connection: RegisterConnection, salvage: _Salvage, versions: Iterable[_Version]
) -> None:
    """Writes the newest version of each record, and the older ones as its history.

    If the newest version of a record is lost, the version before takes its place. The newer
    values in the workbook then count as an edit of people."""
    stored = {(row[1], row[2]): row for row in salvage.rows["records"]}
    records: list[tuple[Any, ...]] = []
    history: list[tuple[Any, ...]] = []
    for key, group in groupby(versions, key=lambda version: version[:2]):
        kept = [
            (table, id_, number, run, by, fields)
            for number, (table, id_, _, run, by, fields) in enumerate(group, 1)
        ]
        history += kept[:-1]
        row = stored.get(key)
        agreed, since = None, kept[-1][3]
        if row is not None and row[6] == kept[-1][5] and (not row[7] or _is_record(row[7])):
            agreed, since = row[7], row[8]
        records.append((row[0] if row else None, *kept[-1], agreed, since))
    records.sort(key=lambda record: (not isinstance(record[0], int), record[0]))
    connection.insert("history", history)
    connection.insert("records", [(seq, *record[1:]) for seq, record in enumerate(records, 1)])
