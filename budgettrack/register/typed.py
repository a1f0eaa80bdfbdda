"""Wipes a text that somebody typed behind a command, such as a name behind `--by`.

Such a text is in no field of a record, so the module `redact` does not reach it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from msgspec.structs import replace

from budgettrack.register import queries, writes
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.proof import Redaction
from budgettrack.register.redact import GONE


def wipe_typed(database: Database, text: str) -> int:
    """Wipes a text that somebody typed behind a command, which is in no field of a record: a role
    (`--by`) of a change, a withdrawal or a stop, the reason of a run (`--again`), the name of a
    bank account. Capitals make no difference. A role that is this text becomes "register".

    Returns in how many places it was."""
    with database.writer() as connection:
        connection.erase_what_is_deleted()
        connection.begin_writing()
        redaction = Redaction(connection)
        places = sum(
            _wipe_column(connection, of, key, column, text, whole)
            for of, key, column, whole in TYPED
        )
        places += _wipe_meta(connection, text)
        if places:
            writes.save_rest(connection, None, 0)
            redaction.done()
            connection.commit()
    if places:
        database.vacuum()
    return places


TYPED = (
    ("records", ("tbl", "id"), "by", "register"),
    ("history", ("tbl", "id", "n"), "by", "register"),
    ("cycles", ("n",), "reason", GONE),
    ("accounts", ("mark",), "name", GONE),
    ("bank", ("mark",), "account", GONE),
    ("bank_statements", ("account", "first", "last", "run"), "account", GONE),
)
"""Where the register has words that were typed behind a command: the table, its key, the column,
and what is written if the column has nothing but the text."""


def _wipe_column(
    connection: RegisterConnection,
    of: str,
    key: Sequence[str],
    column: str,
    text: str,
    whole: str,
) -> int:
    """Wipes a text from a column. Returns in how many rows it was."""
    rows = list(connection.rows(f"SELECT {', '.join(key)}, {column} FROM {of}"))
    found = [row for row in rows if row[-1] and text.casefold() in row[-1].casefold()]
    where = " AND ".join(f"{name} = ?" for name in key)
    for *which, value in found:
        connection.rows(
            f"UPDATE {of} SET {column} = ? WHERE {where}", (_left(value, text, whole), *which)
        )
    return len(found)


def _left(value: str, text: str, whole: str) -> str:
    if value.strip().casefold() == text.casefold():
        return whole
    return re.sub(re.escape(text), GONE, value, flags=re.IGNORECASE)


def _wipe_meta(connection: RegisterConnection, text: str) -> int:
    """Wipes a role from the withdrawals and from the stop. Returns in how many places it was."""
    before = queries.withdrawals(connection)
    after = [
        replace(each, by=_left(each.by, text, "register"))
        if text.casefold() in each.by.casefold()
        else each
        for each in before
    ]
    if after != before:
        writes.save_withdrawals(connection, after)
    places = sum(old != new for old, new in zip(before, after, strict=True))
    stop = json.loads(queries.meta(connection, queries.STOPPED) or "{}")
    if text.casefold() in stop.get("by", "").casefold():
        by = _left(stop["by"], text, "register")
        writes.save_meta(connection, queries.STOPPED, json.dumps({**stop, "by": by}))
        places += 1
    return places
