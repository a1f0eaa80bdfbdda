"""Registers on both databases."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from budgettrack.register.migrations import MIGRATIONS
from tests.world.needs import POSTGRES, needed

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
"""Both databases, as the parameters of a fixture or test."""


@contextlib.contextmanager
def fresh(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a register that does not exist yet."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{uuid.uuid4().hex}.sqlite'}"
        return
    needed("postgres")
    name = f"t{uuid.uuid4().hex}"
    on_server(f"CREATE SCHEMA {name}")
    try:
        yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"
    finally:
        on_server(f"DROP SCHEMA {name} CASCADE")


def on_server(statement: str, url: str = POSTGRES) -> list[tuple[Any, ...]]:
    """Run a statement on the server that the tests have, past the register."""
    import psycopg2

    with contextlib.closing(psycopg2.connect(url.replace("+psycopg", ""))) as raw:
        raw.autocommit = True
        with raw.cursor() as cursor:
            cursor.execute(statement)
            return [] if cursor.description is None else cursor.fetchall()


def back_to(register: sqlite3.Connection, step: int) -> None:
    """Undoes the steps of migration after `step`. Programs of then sealed no file."""
    register.execute("PRAGMA user_version = 0")
    register.execute("DELETE FROM migrations WHERE number > ?", (step,))
    one = "INDEX deliveries_one"
    register.execute(f"DROP {one}")
    for migration in reversed(MIGRATIONS[step:]):
        for statement in migration.statements:
            if statement.startswith("CREATE TABLE"):
                register.execute(f"DROP TABLE {statement.split()[2]}")
            if " ADD COLUMN " in statement:
                _, _, table, _, _, column, *_ = statement.split()
                register.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    register.execute(f"CREATE UNIQUE {one} ON deliveries (cycle, what, recipient)")
    register.execute("ALTER TABLE pages RENAME COLUMN facts TO view")
