"""The steps by which a register came to its present tables; each is one database transaction with
its own record.

A step is never altered once released: a change of the tables is a new step. Its SQL is what SQLite
and PostgreSQL have in common, so that both come to the same tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, inspect, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from budgettrack.core.base.errors import RegisterError
from budgettrack.register import schema
from budgettrack.register.database import Database, told, writer

PATIENCE = 10.0
"""Seconds to wait for another run that is making or migrating the same register."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step, from `number` - 1 to `number`."""

    number: int
    name: str
    statements: Sequence[str]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "records, history, runs, findings, totals, reported months",
        (
            (
                "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT"
                " NOT NULL)"
            ),
            "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE TABLE runs (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL)",
            "CREATE INDEX runs_kind ON runs (kind, n)",
            (
                "CREATE TABLE records (seq INTEGER PRIMARY KEY, tbl TEXT NOT NULL, id TEXT NOT"
                " NULL, n INTEGER NOT NULL, run INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT,"
                " agreed TEXT)"
            ),
            "CREATE UNIQUE INDEX records_id ON records (tbl, id)",
            (
                "CREATE TABLE history (tbl TEXT NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL, run"
                " INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT, PRIMARY KEY (tbl, id, n))"
            ),
            (
                "CREATE TABLE findings (position INTEGER PRIMARY KEY, code TEXT NOT NULL, tbl TEXT"
                " NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, filling TEXT NOT NULL, tab TEXT"
                " NOT NULL, row_index INTEGER, column_index INTEGER, first_seen TEXT NOT NULL)"
            ),
            (
                "CREATE TABLE totals (line TEXT NOT NULL, award TEXT NOT NULL, currency TEXT NOT"
                " NULL, ordered TEXT NOT NULL, paid TEXT NOT NULL, spent BIGINT NOT NULL, committed"
                " BIGINT NOT NULL, expenses BIGINT NOT NULL, PRIMARY KEY (line, award, currency,"
                " ordered, paid))"
            ),
            (
                "CREATE TABLE reported (line TEXT NOT NULL, month TEXT NOT NULL, budget BIGINT NOT"
                " NULL, currency TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (line, month))"
            ),
        ),
    ),
    Migration(
        2,
        "published steps and pages, final reports",
        (
            (
                "CREATE TABLE published (n INTEGER PRIMARY KEY, month TEXT NOT NULL, run INTEGER"
                " NOT NULL, moved TEXT NOT NULL)"
            ),
            (
                "CREATE TABLE pages (month TEXT NOT NULL PRIMARY KEY, published TEXT NOT NULL, view"
                " TEXT NOT NULL)"
            ),
            (
                "CREATE TABLE finals (n INTEGER PRIMARY KEY, award TEXT NOT NULL, first TEXT NOT"
                " NULL, last TEXT NOT NULL, reported TEXT NOT NULL, run INTEGER NOT NULL, figures"
                " TEXT NOT NULL)"
            ),
            "CREATE INDEX finals_award ON finals (award, n)",
            "CREATE INDEX history_run ON history (run)",
            "CREATE INDEX records_run ON records (run)",
        ),
    ),
    Migration(
        3,
        "cycles, their steps, deliveries",
        (
            (
                "CREATE TABLE cycles (n INTEGER PRIMARY KEY, period TEXT NOT NULL, round INTEGER"
                " NOT NULL, reason TEXT NOT NULL, asked INTEGER NOT NULL, began TEXT NOT NULL,"
                " ended TEXT)"
            ),
            "CREATE UNIQUE INDEX cycles_period ON cycles (period, round)",
            (
                "CREATE TABLE attempts (n INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, step TEXT"
                " NOT NULL, began TEXT NOT NULL, took BIGINT, outcome TEXT, words TEXT NOT NULL)"
            ),
            "CREATE INDEX attempts_cycle ON attempts (cycle, n)",
            (
                "CREATE TABLE deliveries (n INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, what TEXT"
                " NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT"
                " NULL, made TEXT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL, words TEXT NOT"
                " NULL)"
            ),
            "CREATE UNIQUE INDEX deliveries_one ON deliveries (cycle, what, recipient)",
        ),
    ),
    Migration(
        4,
        "entries of bank statements",
        (
            (
                "CREATE TABLE bank (mark TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL, units BIGINT"
                " NOT NULL, currency TEXT NOT NULL, tbl TEXT NOT NULL, id TEXT NOT NULL, run"
                " INTEGER NOT NULL)"
            ),
        ),
    ),
)


def migrate(database: Database, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the register to the last of `steps`; nothing is written where it is there already.

    Raises `RegisterError` where it is newer than this program, or the database belongs to another
    one."""
    with told(database.place), database.readers.connect() as connection:
        if _version(connection, database.place, steps) == len(steps):
            return
    with writer(database, PATIENCE) as connection:
        for step in steps[_version(connection, database.place, steps) :]:
            for statement in step.statements:
                connection.exec_driver_sql(statement)
            connection.execute(
                insert(schema.migrations),
                {
                    "number": step.number,
                    "name": step.name,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                },
            )
            connection.commit()


def _version(connection: Connection, place: str, steps: Sequence[Migration]) -> int:
    """The number of the last step done in this database; 0 where it is empty."""
    if not inspect(connection).has_table("migrations"):
        ours = set(schema.metadata.tables)
        there = set(inspect(connection).get_table_names())
        if there if connection.dialect.name == "sqlite" else there & ours:
            raise _foreign(place)
        return 0
    try:
        number = connection.execute(select(func.max(schema.migrations.c.number))).scalar_one() or 0
    except (OperationalError, ProgrammingError) as error:
        if "number" in str(error.orig):
            raise _foreign(place) from None
        raise
    if number > len(steps):
        raise RegisterError(
            f"The register {place} was written by a newer budgettrack (its step {number}, this"
            f" program knows {len(steps)}). Upgrade budgettrack on this machine, then try again."
        )
    return int(number)


def _foreign(place: str) -> RegisterError:
    return RegisterError(
        f"{place} holds the tables of another program. Give the register a file or a schema of its"
        " own in [register] url."
    )
