"""Proves the register: checks that the rows of each run are still as the run wrote them.

Each run stores a checksum of its rows, and a seal: a checksum that also contains the seal of the
run before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from budgettrack.register import checksums
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.queries import Ask
from budgettrack.register.records import Run

WRITTEN = {
    "records": "tbl, id, n, by, fields",
    "history": "tbl, id, n, by, fields",
    "reported": "line, month, budget, currency",
    "finals": "award, first, last, reported, figures",
    "bank": "mark, day, units, currency, tbl, id",
    "bank_changes": "mark, tbl, id",
    "bank_statements": "account, currency, first, last, opening, closing, number, page",
}
"""The tables whose rows say which run wrote them, with the columns that are in the checksum."""

VERSION = "history"
"""The table name under which a version of a record is in the checksum. It is the same for the
newest version and for older ones."""


class _Sealed(Struct, frozen=True):
    """A run with its checksum and its seal. Both are None if an older version of the program,
    which had no checksums, wrote the run."""

    run: Run
    at: str
    wrote: str | None
    seal: str | None


class Proof(Struct, frozen=True):
    """The result of checking a register.

    `runs`: the number of all runs. `proven`: the number of runs that have a checksum. `broken`:
    the numbers of the runs whose rows do not fit their checksum, the oldest first. `last`: the
    last run before the first broken run, or None if there is no such run."""

    runs: int
    proven: int
    broken: Sequence[int]
    last: Run | None


def proof(ask: Ask) -> Proof:
    """Calculates all checksums again from the rows, and compares them with the stored ones."""
    there = _wrote(ask)
    runs = _runs(ask)
    broken = [
        sealed.run.n
        for before, sealed in zip(["", *(each.seal or "" for each in runs)], runs, strict=False)
        if sealed.seal is not None and not _holds(before, sealed, there.get(sealed.run.n, 0))
    ]
    broken = sorted([*broken, *_missing(runs, there)])
    holding = [each.run for each in runs if not broken or each.run.n < broken[0]]
    proven = sum(each.seal is not None for each in runs)
    return Proof(len(runs), proven, broken, holding[-1] if holding else None)


def holding(ask: Ask) -> frozenset[int]:
    """Returns the numbers of the runs that *hold*: their rows are as the run wrote them, or they
    have no checksum."""
    there = _wrote(ask)
    return frozenset(
        each.run.n
        for each in _runs(ask)
        if each.wrote is None or each.wrote == checksums.text_of(there.get(each.run.n, 0))
    )


def seal_all(connection: RegisterConnection) -> None:
    """Stores the checksums and seals of all runs, calculated from the present rows of the
    register."""
    there, before = _wrote(connection), ""
    for each in _runs(connection):
        wrote = checksums.text_of(there.get(each.run.n, 0))
        before = checksums.chained(before, each.run.n, each.run.kind, each.at, wrote)
        connection.rows(
            "UPDATE runs SET wrote = ?, seal = ? WHERE n = ?", (wrote, before, each.run.n)
        )


def _missing(runs: Sequence[_Sealed], there: Mapping[int, int]) -> list[int]:
    """Returns the numbers of missing runs: runs with a larger number exist, or rows that this run
    wrote."""
    known = {each.run.n for each in runs}
    return sorted({*range(1, max(known, default=0) + 1), *there} - known)


def _holds(before: str, sealed: _Sealed, there: int) -> bool:
    run, wrote = sealed.run, sealed.wrote or ""
    seal = checksums.chained(before, run.n, run.kind, sealed.at, wrote)
    return (wrote, sealed.seal) == (checksums.text_of(there), seal)


def _runs(ask: Ask) -> list[_Sealed]:
    """Returns all runs, oldest first."""
    return [
        _Sealed(Run(n, kind, datetime.fromisoformat(at)), at, wrote, seal)
        for n, kind, at, wrote, seal in ask.rows(
            "SELECT n, kind, at, wrote, seal FROM runs ORDER BY n"
        )
    ]


def _wrote(ask: Ask) -> dict[int, int]:
    """Returns a mapping from the number of a run to the checksum of its rows, as they are now."""
    sums: dict[int, int] = {}
    for table, columns in WRITTEN.items():
        # A record that has only agreed fields has no version.
        versions = " WHERE n > 0" if table == "records" else ""
        name = VERSION if table == "records" else table
        for *values, run in ask.rows(f"SELECT {columns}, run FROM {table}{versions}"):
            sums[run] = checksums.exchanged(sums.get(run, 0), 0, checksums.of_rows(name, [values]))
    return sums


class Redaction:
    """Replaces the checksums of rows that are redacted, and calculates the seals of the runs again.

    Create the object before the first row changes, and call `done` after the last."""

    def __init__(self, connection: RegisterConnection) -> None:
        self._connection = connection
        self._before = _wrote(connection)

    def done(self) -> None:
        """Stores the checksums of the runs whose rows changed, and all seals after them.

        A run whose rows did not fit its checksum before still does not fit it."""
        after = _wrote(self._connection)
        runs = _runs(self._connection)
        changed = {n for n in self._before if self._before[n] != after.get(n)}
        for sealed, wrote, seal in self._sealed_again(runs, changed, after):
            if (wrote, seal) != (sealed.wrote, sealed.seal):
                self._connection.rows(
                    "UPDATE runs SET wrote = ?, seal = ? WHERE n = ?", (wrote, seal, sealed.run.n)
                )

    def _sealed_again(
        self, runs: Sequence[_Sealed], changed: set[int], after: Mapping[int, int]
    ) -> Iterator[tuple[_Sealed, str, str]]:
        old, new = "", ""
        for sealed in runs:
            n, wrote = sealed.run.n, sealed.wrote
            if wrote is None or sealed.seal is None:
                continue
            was = checksums.chained(old, n, sealed.run.kind, sealed.at, wrote)
            if n in changed:
                swapped = checksums.exchanged(int(wrote, 16), self._before[n], after.get(n, 0))
                wrote = checksums.text_of(swapped)
            seal = sealed.seal
            if was == sealed.seal:
                seal = checksums.chained(new, n, sealed.run.kind, sealed.at, wrote)
            old, new = sealed.seal, seal
            yield sealed, wrote, seal
