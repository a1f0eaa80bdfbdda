"""Stores that the group has another key.

A person who knows the old key must not be able to test names against the hashes in the register.
So no hash of the old key stays. Recipients get a new hash, payees are read from the sheet again,
and all other hashes are hashed once more with the new key. Then the database is rewritten, so
that no copy stays in its free space."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from budgettrack.register import writes
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.proof import Redaction

_CONTRIBUTOR = re.compile(r"[0-9a-f]{32}")


class Rekeyed(Struct, frozen=True):
    """What happened to the stored data when the key was changed.

    `known`: how many deliveries have a recipient who is known by the new hash. `unknown`: how
    many have a recipient who is no longer in the config. `banked`: how many bank entries have a
    keyed hash that was made with the old key. `accounts`: the names of the bank accounts."""

    known: int
    unknown: int
    banked: int
    accounts: tuple[str, ...]


def rekey(
    database: Database, key: bytes, fingerprint: str, readers: Mapping[str, str], at: datetime
) -> Rekeyed:
    """Stores another key, in one transaction. Then rewrites the database.

    `readers`: from the old hash of each recipient to the new hash."""
    with database.writer() as connection:
        connection.erase_what_is_deleted()
        connection.begin_writing()
        redaction = Redaction(connection)
        rows = connection.rows("SELECT n, reader FROM deliveries WHERE reader <> ''")
        # A recipient who is no longer in the config gets no new hash.
        # Without a hash, a person is asked before anything is sent in that cycle again.
        new = {int(number): readers.get(str(reader)) for number, reader in rows}
        for number, reader in new.items():
            connection.rows("UPDATE deliveries SET reader = ? WHERE n = ?", (reader, number))
        connection.rows("DELETE FROM contributors")
        _hash_contributors(connection, key)
        banked = _hash_marks(connection, "bank", key)
        _hash_marks(connection, "bank_changes", key)
        _hash_marks(connection, "accounts", key)
        accounts = connection.rows("SELECT DISTINCT name FROM accounts ORDER BY name")
        names = tuple(str(name) for (name,) in accounts)
        redaction.done()
        writes.save_run(connection, "key", at)
        writes.save_meta(connection, "key", fingerprint)
        writes.save_rest(connection, None, 0)
        connection.commit()
    database.vacuum()
    known = sum(reader is not None for reader in new.values())
    return Rekeyed(known, len(new) - known, banked, names)


def _hash_contributors(connection: RegisterConnection, key: bytes) -> None:
    """Hashes the contributors of published batches (the persons and firms) once more. Equal
    contributors stay equal."""
    for (old,) in list(connection.rows("SELECT DISTINCT contributor FROM batch_parts")):
        new = _CONTRIBUTOR.sub(lambda match: _once_more(key, match[0])[:32], str(old))
        if new != old:
            statement = "UPDATE batch_parts SET contributor = ? WHERE contributor = ?"
            connection.rows(statement, (new, old))


def _hash_marks(connection: RegisterConnection, table: str, key: bytes) -> int:
    """Hashes once more the keyed hashes by which bank entries or accounts are recognised.
    Returns how many there are."""
    marks = [str(mark) for (mark,) in connection.rows(f"SELECT DISTINCT mark FROM {table}")]
    for mark in marks:
        statement = f"UPDATE {table} SET mark = ? WHERE mark = ?"
        connection.rows(statement, (_once_more(key, mark), mark))
    return len(marks)


def _once_more(key: bytes, old: str) -> str:
    return hmac.new(key, f"rotated\0{old}".encode(), hashlib.sha256).hexdigest()
