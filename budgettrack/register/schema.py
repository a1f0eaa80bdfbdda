"""The register's tables, for the statements of `store`; `migrations` makes them in the database.

Money is whole minor units (`BigInteger`) beside its currency. Fields are JSON text, instants ISO
8601 text in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

migrations = Table(
    "migrations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("at", Text, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# The newest version of each record. `seq` is the order in which they were first written. `fields`
# is NULL once it is removed. `agreed` is NULL where it is the same as `fields`, so that a record
# that both sides hold is stored once, and empty where nothing is agreed. `n` is 0 where only an
# agreed value is known.
records = Table(
    "records",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("tbl", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("fields", Text),
    Column("agreed", Text),
)

# The versions before the newest.
history = Table(
    "history",
    metadata,
    Column("tbl", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("run", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("fields", Text),
)

findings = Table(
    "findings",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("tbl", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("filling", Text, nullable=False),
    Column("tab", Text, nullable=False),
    Column("row_index", Integer),
    Column("column_index", Integer),
    Column("first_seen", Text, nullable=False),
)

totals = Table(
    "totals",
    metadata,
    Column("line", Text, primary_key=True),
    Column("award", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("ordered", Text, primary_key=True),
    Column("paid", Text, primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False),
    Column("expenses", BigInteger, nullable=False),
)

reported = Table(
    "reported",
    metadata,
    Column("line", Text, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("budget", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("run", Integer, nullable=False),
)

# A step of what was published; `run` is the newest run whose records it was made from.
published = Table(
    "published",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("month", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("moved", Text, nullable=False),
)

# A month's page as it was last published, and the day on which it first was.
pages = Table(
    "pages",
    metadata,
    Column("month", Text, primary_key=True),
    Column("published", Text, nullable=False),
    Column("view", Text, nullable=False),
)

# What a final report said: its rows and figures, and the day that stands on it.
finals = Table(
    "finals",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("award", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("reported", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("figures", Text, nullable=False),
)

# One run of a month or a week. `ended` is NULL until nothing is left to do.
cycles = Table(
    "cycles",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("period", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("began", Text, nullable=False),
    Column("ended", Text),
)

# One attempt at a step. `took` are milliseconds; it and `outcome` are NULL where the attempt never
# came to its end.
attempts = Table(
    "attempts",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("cycle", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("began", Text, nullable=False),
    Column("took", BigInteger),
    Column("outcome", Text),
    Column("words", Text, nullable=False),
)

# One thing to one recipient, known by the name that the group chose: no address is ever stored.
deliveries = Table(
    "deliveries",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("cycle", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("words", Text, nullable=False),
)

# An entry of a bank statement that stands in the register as a record: a keyed hash of the bank's
# reference, and nothing that names anybody.
bank = Table(
    "bank",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("tbl", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("run", Integer, nullable=False),
)
