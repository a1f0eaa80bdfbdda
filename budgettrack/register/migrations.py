"""The steps by which a register came to its present tables; each is one database transaction with
its own record.

Money is whole minor units (BIGINT) beside its currency. Fields are JSON text, instants ISO 8601
text in UTC. A step is never altered once released: a change of the tables is a new step. Its SQL is
what SQLite and PostgreSQL have in common, so that both come to the same tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
            # The newest version of each record. `seq` is the order in which they were first
            # written. `fields` is NULL once it is removed. `agreed` is NULL where it is the same as
            # `fields`, so that a record that both sides hold is stored once, and empty where
            # nothing is agreed. `n` is 0 where only an agreed value is known.
            (
                "CREATE TABLE records (seq INTEGER PRIMARY KEY, tbl TEXT NOT NULL, id TEXT NOT"
                " NULL, n INTEGER NOT NULL, run INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT,"
                " agreed TEXT)"
            ),
            "CREATE UNIQUE INDEX records_id ON records (tbl, id)",
            # The versions before the newest.
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
            # A step of what was published; `run` is the newest run whose records it was made from.
            (
                "CREATE TABLE published (n INTEGER PRIMARY KEY, month TEXT NOT NULL, run INTEGER"
                " NOT NULL, moved TEXT NOT NULL)"
            ),
            # A month's page as it was last published, and the day on which it first was.
            (
                "CREATE TABLE pages (month TEXT NOT NULL PRIMARY KEY, published TEXT NOT NULL, view"
                " TEXT NOT NULL)"
            ),
            # What a final report said: its rows and figures, and the day that stands on it.
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
            # One run of a month or a week. `ended` is NULL until nothing is left to do.
            (
                "CREATE TABLE cycles (n INTEGER PRIMARY KEY, period TEXT NOT NULL, round INTEGER"
                " NOT NULL, reason TEXT NOT NULL, asked INTEGER NOT NULL, began TEXT NOT NULL,"
                " ended TEXT)"
            ),
            "CREATE UNIQUE INDEX cycles_period ON cycles (period, round)",
            # One attempt at a step. `took` are milliseconds; it and `outcome` are NULL where the
            # attempt never came to its end.
            (
                "CREATE TABLE attempts (n INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, step TEXT"
                " NOT NULL, began TEXT NOT NULL, took BIGINT, outcome TEXT, words TEXT NOT NULL)"
            ),
            "CREATE INDEX attempts_cycle ON attempts (cycle, n)",
            # One thing to one recipient, known by the name that the group chose: no address is ever
            # stored.
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
            # An entry of a bank statement that stands in the register as a record: a keyed hash of
            # the bank's reference, and nothing that names anybody.
            (
                "CREATE TABLE bank (mark TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL, units BIGINT"
                " NOT NULL, currency TEXT NOT NULL, tbl TEXT NOT NULL, id TEXT NOT NULL, run"
                " INTEGER NOT NULL)"
            ),
        ),
    ),
)

TABLES = frozenset(
    statement.split()[2]
    for migration in MIGRATIONS
    for statement in migration.statements
    if statement.startswith("CREATE TABLE")
)
"""The names of the register's tables."""
