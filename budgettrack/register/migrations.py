"""The migration steps of the register's tables. Each step is one transaction and is recorded in
`migrations`.

A step never changes after its release: a change of the tables is a new step. SQLite and
PostgreSQL run the same SQL. Money is an integer in minor units (BIGINT) beside its currency.
Fields are JSON text. Times are ISO 8601 text in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct


class Migration(Struct, frozen=True):
    """One migration step, from version `number` - 1 to `number`."""

    number: int
    name: str
    statements: Sequence[str]


def _renamed_budget_field() -> Iterator[str]:
    """Yields statements that rename a stored field and its values: `pays_people` "no" becomes
    `people_paid` "0", and "yes" becomes no answer.

    Fields are JSON text. A quotation mark within a value has a backslash before it, so the texts
    that are searched for here are never part of a value."""
    replaced = {
        ',"pays_people":"yes"': "",
        '"pays_people":"yes",': "",
        '"pays_people":"yes"': "",
        '"pays_people":"no"': '"people_paid":"0"',
    }
    # If a record contains half of an emoji, its JSON has spaces between the fields.
    spaced = {
        old.replace(",", ", ").replace(":", ": ").strip(): new.replace(":", ": ")
        for old, new in replaced.items()
    }
    for table, column in (("records", "fields"), ("records", "agreed"), ("history", "fields")):
        renamed = column
        for old, new in {**replaced, **spaced}.items():
            renamed = f"replace({renamed}, '{old}', '{new}')"
        yield f"UPDATE {table} SET {column} = {renamed} WHERE tbl = 'budget'"
    yield "DELETE FROM findings WHERE tbl = 'budget' AND field = 'pays_people'"


def _paid_people() -> Iterator[str]:
    """Yields statements that record which versions of budget lines pay people."""
    for table in ("records", "history"):
        yield (
            f"INSERT INTO paid_people (line, n) SELECT id, n FROM {table} WHERE tbl = 'budget'"
            """ AND (fields LIKE '%"pays_people":"yes"%' OR fields LIKE '%"pays_people": "yes"%')"""
        )


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
            # The newest version of each record, numbered by `seq` in order of creation.
            # `fields` is NULL if the record was removed.
            # `agreed` is NULL if it equals `fields`, and empty if nothing is agreed.
            # `n` is 0 if the record has only agreed fields.
            (
                "CREATE TABLE records (seq INTEGER PRIMARY KEY, tbl TEXT NOT NULL, id TEXT NOT"
                " NULL, n INTEGER NOT NULL, run INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT,"
                " agreed TEXT)"
            ),
            "CREATE UNIQUE INDEX records_id ON records (tbl, id)",
            # Older versions of each record.
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
            # One publication of a month. `run` is the run whose records it shows.
            (
                "CREATE TABLE published (n INTEGER PRIMARY KEY, month TEXT NOT NULL, run INTEGER"
                " NOT NULL, moved TEXT NOT NULL)"
            ),
            # The last published page of each month, and the day of its first publication.
            (
                "CREATE TABLE pages (month TEXT NOT NULL PRIMARY KEY, published TEXT NOT NULL, view"
                " TEXT NOT NULL)"
            ),
            # The rows and figures of each final report, with the day of the report.
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
            # One run of a month or a week. `ended` is NULL until the run is finished.
            (
                "CREATE TABLE cycles (n INTEGER PRIMARY KEY, period TEXT NOT NULL, round INTEGER"
                " NOT NULL, reason TEXT NOT NULL, asked INTEGER NOT NULL, began TEXT NOT NULL,"
                " ended TEXT)"
            ),
            "CREATE UNIQUE INDEX cycles_period ON cycles (period, round)",
            # One attempt at a step. `took` is in milliseconds.
            # `took` and `outcome` are NULL if the attempt did not end.
            (
                "CREATE TABLE attempts (n INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, step TEXT"
                " NOT NULL, began TEXT NOT NULL, took BIGINT, outcome TEXT, words TEXT NOT NULL)"
            ),
            "CREATE INDEX attempts_cycle ON attempts (cycle, n)",
            # One delivery. The recipient is a name from the config: addresses are never stored.
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
            # A bank entry that is already a record.
            # `mark` has the keyed hash of the bank's reference. Names are never stored.
            (
                "CREATE TABLE bank (mark TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL, units BIGINT"
                " NOT NULL, currency TEXT NOT NULL, tbl TEXT NOT NULL, id TEXT NOT NULL, run"
                " INTEGER NOT NULL)"
            ),
        ),
    ),
    Migration(
        5,
        "people paid instead of pays people, contributors",
        (
            # Which versions of a line paid people.
            # The figures that were published before depend on the versions in this table.
            # The next publication empties the table.
            "CREATE TABLE paid_people (line TEXT NOT NULL, n INTEGER NOT NULL)",
            *_paid_people(),
            *_renamed_budget_field(),
            # To whom an expense was paid, as a keyed hash. Names are never stored.
            "CREATE TABLE contributors (id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL)",
            # The key of bank entries becomes the key of the group, which has only one.
            "UPDATE meta SET key = 'key' WHERE key = 'bank_key'",
        ),
    ),
    Migration(
        6,
        "sealed batches and their parts; a page keeps texts and public columns only",
        (
            # A sum that was published once, in the order of sealing.
            # `number` is random and never published.
            # A label is NULL if the batch has money of several grants, categories or activities.
            (
                "CREATE TABLE batches (n INTEGER PRIMARY KEY, number BIGINT NOT NULL, page TEXT"
                " NOT NULL, what TEXT NOT NULL, correction INTEGER NOT NULL, award TEXT, category"
                " TEXT, activity TEXT)"
            ),
            "CREATE UNIQUE INDEX batches_number ON batches (number)",
            # The contributions of a batch.
            # `contributor` is a keyed hash, or '' if it is not known or the record was redacted.
            # Amounts are minor units. `own` is in the grant's currency.
            # `units` is in the base currency, at the rate of the day of sealing.
            (
                "CREATE TABLE batch_parts (batch INTEGER NOT NULL, part INTEGER NOT NULL, tbl TEXT"
                " NOT NULL, id TEXT NOT NULL, contributor TEXT NOT NULL, line TEXT NOT NULL, month"
                " TEXT NOT NULL, own BIGINT NOT NULL, units BIGINT NOT NULL, award TEXT, category"
                " TEXT, activity TEXT, PRIMARY KEY (batch, part))"
            ),
            "CREATE INDEX batch_parts_record ON batch_parts (tbl, id)",
            # In earlier versions of the program, pages kept their figures here.
            # The next publication rewrites these figures (see `reports/site/first_batches`).
            "ALTER TABLE pages RENAME COLUMN view TO facts",
        ),
    ),
    Migration(
        7,
        "holds: reasons why nothing is sent until a person decides",
        (
            # `period` is '' if everything is held. `facts` is JSON text.
            (
                "CREATE TABLE holds (kind TEXT NOT NULL, period TEXT NOT NULL, at TEXT NOT NULL,"
                " facts TEXT NOT NULL, PRIMARY KEY (kind, period))"
            ),
        ),
    ),
    Migration(
        8,
        "syncs that wrote the workbook, agreed records at each run, redacted fields",
        (
            # The mark that a sync gave the workbook. `run` is the sync's own run after it was
            # completed.
            # If a workbook has this mark, the merge begins from the agreed records of `run`.
            (
                "CREATE TABLE workbook_writes (number INTEGER PRIMARY KEY, token TEXT NOT NULL, run"
                " INTEGER NOT NULL, ended INTEGER NOT NULL)"
            ),
            # The run since which the fields in `agreed` are agreed.
            "ALTER TABLE records ADD COLUMN agreed_run INTEGER NOT NULL DEFAULT 0",
            # What was agreed before: from the run `since` on, until the run `until` replaced it.
            (
                "CREATE TABLE agreed_history (tbl TEXT NOT NULL, id TEXT NOT NULL, since INTEGER"
                " NOT NULL, until INTEGER NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (tbl, id,"
                " until))"
            ),
            # The last run before a field was redacted.
            # An older workbook must not bring a redacted value back.
            (
                "CREATE TABLE redacted (tbl TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL,"
                " run INTEGER NOT NULL, PRIMARY KEY (tbl, id, field))"
            ),
        ),
    ),
    Migration(
        9,
        "deliveries are known by a keyed hash of the address, not by a name",
        (
            # NULL: sent by an older version, which knew a delivery only by the name in the config.
            "ALTER TABLE deliveries ADD COLUMN reader TEXT",
            # How many times a run was about to send the delivery.
            # The journal in the workbook has the same number.
            "ALTER TABLE deliveries ADD COLUMN planned INTEGER NOT NULL DEFAULT 0",
            # One name may have had two addresses, so the new index also has the reader.
            "DROP INDEX deliveries_one",
            ("CREATE UNIQUE INDEX deliveries_one ON deliveries (cycle, what, recipient, reader)"),
        ),
    ),
    Migration(
        10,
        "checksums of runs",
        (
            # `wrote`: the checksum of the rows that a run wrote.
            # `seal`: a checksum that chains the run to the run before (see `proof`).
            # Both are NULL in a run of an older version.
            # A later migration step that rewrites rows must seal these rows again.
            "ALTER TABLE runs ADD COLUMN wrote TEXT",
            "ALTER TABLE runs ADD COLUMN seal TEXT",
        ),
    ),
    Migration(
        11,
        "bank accounts",
        (
            # `mark` has the keyed hash of the number of an account.
            # An account may have several rows, because banks write its number in several ways.
            # `signs` is what a person answered about the account's files.
            (
                "CREATE TABLE accounts (mark TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, signs"
                " TEXT NOT NULL)"
            ),
            # '': imported by an older version, in which accounts had no names.
            "ALTER TABLE bank ADD COLUMN account TEXT NOT NULL DEFAULT ''",
        ),
    ),
    Migration(
        12,
        "sums on pages of before there were batches",
        (
            # 1: the sum was on a page of an older version.
            # Readers may have copies of this sum; no present page shows it.
            "ALTER TABLE batches ADD COLUMN copy INTEGER NOT NULL DEFAULT 0",
        ),
    ),
    Migration(
        13,
        "bank statements and what became of bank entries",
        (
            # 1: the entry is from a report within the day, and was in no statement yet.
            "ALTER TABLE bank ADD COLUMN provisional INTEGER NOT NULL DEFAULT 0",
            # The new meaning that a later run gave to an entry, such as one side of a transfer.
            # For each entry, the newest row counts.
            (
                "CREATE TABLE bank_changes (mark TEXT NOT NULL, tbl TEXT NOT NULL, id TEXT NOT"
                " NULL, run INTEGER NOT NULL)"
            ),
            # The days and balances of an imported statement, in minor units.
            # `number` and `page` are the bank's own numbers, or NULL if the statement has none.
            # No text of the bank is stored.
            (
                "CREATE TABLE bank_statements (account TEXT NOT NULL, currency TEXT NOT NULL, first"
                " TEXT NOT NULL, last TEXT NOT NULL, opening BIGINT, closing BIGINT NOT NULL,"
                " number BIGINT, page BIGINT, run INTEGER NOT NULL)"
            ),
        ),
    ),
    Migration(
        14,
        "the currency of what was published",
        (
            # The currency of `own`. If it is '', an older version sealed the batch.
            # For such a batch, `own` is in the present currency of the grant.
            "ALTER TABLE batch_parts ADD COLUMN currency TEXT NOT NULL DEFAULT ''",
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
