"""Copies a whole register, with its history, into an empty one: for a backup, and when a register
moves from one database to another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.holds import Hold
from budgettrack.register import holds
from budgettrack.register.home import stay_home
from budgettrack.register.migrations import TABLES
from budgettrack.register.queries import Ask
from budgettrack.register.store import Register

COPIED = sorted(TABLES - {"migrations"})
"""The tables of a register that are copied. The list of migration steps is left out, because it
is the same in every register that is open."""


def move(source: Register, target: Register, hold: Hold) -> None:
    """Copies a register while nobody else can write to it, and places `hold` in the old one. A hold
    stops all sending, so nothing is sent from both registers.

    Raises `RegisterError` as `copy` does. Then the old register is unchanged."""
    with source.keeping() as connection:
        copy(connection, target)
        holds.place(connection, [hold])
        connection.commit()
    stay_home(target)


def copy(source: Ask, target: Register) -> None:
    """Copies every row of `source`, as it is at one moment, into `target` in one transaction.

    Raises `RegisterError` if `target` is not empty, or if its content differs from `source`
    afterwards."""
    with target.keeping() as connection:
        taken = [table for table in COPIED if _has_rows(connection, table)]
        if taken:
            raise RegisterError(
                f"The register {connection.place} is not empty. Name a new file, or a database or"
                " schema without a register."
            )
        for table in COPIED:
            rows = [tuple(row) for row in source.rows(f"SELECT * FROM {table}")]
            connection.insert(table, rows)
        if digests(connection) != digests(source):
            raise RegisterError(
                f"The copy in {connection.place} differs from the register, so nothing of the copy"
                " was stored. The register is unchanged. Please report this."
            )
        connection.commit()


def digests(ask: Ask) -> Mapping[str, str]:
    """Returns a hash of the rows of each table, which does not depend on their order. Equal
    registers have equal hashes on every database."""
    return {table: _digest(ask, table) for table in COPIED}


def _digest(ask: Ask, table: str) -> str:
    rows = sorted(json.dumps(list(row)) for row in ask.rows(f"SELECT * FROM {table}"))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _has_rows(ask: Ask, table: str) -> bool:
    return bool(list(ask.rows(f"SELECT 1 FROM {table} LIMIT 1")))
