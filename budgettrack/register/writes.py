"""Writes the parts of a commit into the database. The connection must hold the writer's lock.
Only differences are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.withdrawn import Withdrawal
from budgettrack.register import checksums, queries
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.records import AtRest, Commit, RecordVersion

_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

NOTHING = ""
"""The value in the column `agreed` for a record that has no agreed fields."""


def as_json(fields: Mapping[str, str] | Sequence[Any]) -> str:
    """Returns fields as JSON. Equal fields always give the same text."""
    try:
        # For texts, this gives what `_encode` gives, in a tenth of the time.
        if isinstance(fields, dict):
            return msgspec.json.encode(fields).decode()
        text = _encode(fields)
        text.encode()
    # Half of an emoji, cut at the limit of a cell, cannot be written as UTF-8.
    except UnicodeEncodeError:
        return json.dumps(fields)
    return text


CHUNK = 500
"""How many IDs one query has. SQLite allows 999 values in a query."""


def save_run(connection: RegisterConnection, kind: str, at: datetime, wrote: int = 0) -> int:
    """Adds a run and returns its number.

    `wrote` is the checksum of the rows that this run writes into the tables of `proof.WRITTEN`."""
    number, before = next_run(connection)
    _seal_run(connection, number, before, kind, at, wrote)
    return number


def next_run(connection: RegisterConnection) -> tuple[int, str]:
    """Returns the number of the next run, and the seal of the run before it."""
    rows = list(connection.rows("SELECT n, seal FROM runs ORDER BY n DESC LIMIT 1"))
    return (rows[0][0] + 1, rows[0][1] or "") if rows else (1, "")


def _seal_run(
    connection: RegisterConnection, number: int, before: str, kind: str, at: datetime, wrote: int
) -> None:
    if at.tzinfo is None:
        raise ValueError("the time of a run needs a time zone")
    time, text = at.astimezone(UTC).isoformat(), checksums.text_of(wrote)
    seal = checksums.chained(before, number, kind, time, text)
    connection.insert("runs (n, kind, at, wrote, seal)", [(number, kind, time, text, seal)])


def save_commit(connection: RegisterConnection, commit: Commit) -> int:
    """Writes the run of a commit, its records and bank entries. Returns the number of the run."""
    number, before = next_run(connection)
    wrote = save_records(connection, commit, number)
    wrote += _save_bank(connection, commit, number)
    for account in commit.accounts:
        connection.rows(
            "INSERT INTO accounts (mark, name, signs) VALUES (?, ?, ?) ON CONFLICT (mark) DO UPDATE"
            " SET name = excluded.name, signs = excluded.signs",
            (account.mark, account.name, account.signs),
        )
    _seal_run(connection, number, before, commit.kind, commit.at, checksums.exchanged(wrote, 0, 0))
    return number


def _save_bank(connection: RegisterConnection, commit: Commit, run: int) -> int:
    """Writes bank entries, changes of earlier entries, and statements. Returns the checksum of
    these rows."""
    banked = [(e.mark, e.day.isoformat(), e.units, e.currency, e.table, e.id) for e in commit.bank]
    changes = [(change.mark, change.table, change.id) for change in commit.bank_changes]
    statements = [
        (
            statement.account,
            statement.currency,
            statement.first.isoformat(),
            statement.last.isoformat(),
            statement.opening,
            statement.closing,
            statement.number,
            statement.page,
        )
        for statement in commit.bank_statements
    ]
    connection.insert(
        "bank (mark, day, units, currency, tbl, id, run, account, provisional)",
        [
            (*row, run, entry.account, int(entry.is_provisional))
            for row, entry in zip(banked, commit.bank, strict=True)
        ],
    )
    connection.insert("bank_changes (mark, tbl, id, run)", [(*row, run) for row in changes])
    connection.insert(
        "bank_statements (account, currency, first, last, opening, closing, number, page, run)",
        [(*row, run) for row in statements],
    )
    return (
        checksums.of_rows("bank", banked)
        + checksums.of_rows("bank_changes", changes)
        + checksums.of_rows("bank_statements", statements)
    )


def save_meta(connection: RegisterConnection, key: str, value: str | None) -> None:
    """Stores a value under the name `key`. If the value is None, deletes it."""
    if value is None:
        connection.rows("DELETE FROM meta WHERE key = ?", (key,))
    else:
        connection.rows(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value ="
            " excluded.value",
            (key, value),
        )


def save_rest(connection: RegisterConnection, rest: AtRest | None, run: int) -> None:
    """Stores the result (`rest`) of a sync that had nothing to do. `run` is the number of the
    sync. If `rest` is None, deletes the stored result."""
    text = None
    if rest is not None:
        text = as_json([run, rest.settings, rest.register, rest.stamp, rest.cells, rest.lacking])
    save_meta(connection, queries.AT_REST, text)


def save_withdrawals(connection: RegisterConnection, those: Sequence[Withdrawal]) -> None:
    """Replaces the stored list of the names that are withdrawn from everything public."""
    rows = [[each.kind, each.name, each.since.isoformat(), each.by, each.before] for each in those]
    save_meta(connection, queries.WITHDRAWN, as_json(rows) if rows else None)


class _Row(Struct):
    """A record while a commit is written. `fields` is the JSON text of `given`.

    `agreed` is always complete here. In the table it is shortened if it equals `fields`."""

    seq: int
    n: int
    run: int
    by: str
    fields: str | None
    agreed: str | None
    given: Fields | None = None
    agreed_run: int = 0
    new: bool = False


def save_records(connection: RegisterConnection, commit: Commit, run: int) -> int:
    """Writes new versions and agreed fields, and moves replaced versions to the history.

    Returns the checksum of the new versions."""
    keys = dict.fromkeys((version.table, version.id) for version in commit.written)
    keys |= dict.fromkeys((table, id_) for table, id_, _ in commit.agreed)
    if not keys:
        return 0
    rows = _Rows(*_stored(connection, keys))
    superseded: list[tuple[Any, ...]] = []
    for version in commit.written:
        row = rows.get(version.table, version.id)
        if row is not None and row.n:
            superseded.append((version.table, version.id, row.n, row.run, row.by, row.fields))
        rows.write(version, run)
    for table, id_, fields in commit.agreed:
        rows.agree(table, id_, fields, run)
    connection.insert("history (tbl, id, n, run, by, fields)", superseded)
    connection.insert(
        "agreed_history (tbl, id, since, until, fields)",
        [(*key, since, run, fields) for key, (since, fields) in rows.once_agreed.items()],
    )
    # A changed row is deleted and inserted again: one statement then serves many rows.
    held = rows.held
    _delete(connection, "records", "seq", [(row.seq,) for row in held.values() if not row.new])
    connection.insert(
        "records (seq, tbl, id, n, run, by, fields, agreed, agreed_run)",
        [
            (row.seq, *key, row.n, row.run, row.by, row.fields, _kept_agreed(row), row.agreed_run)
            for key, row in held.items()
        ],
    )
    return checksums.of_rows("history", rows.written)


class _Rows:
    """The rows of the records that a commit changes. `last` is the highest row number so far.

    `once_agreed`: the agreed fields that the commit replaces, by table and ID of the record. Each
    value has two parts: the run in which they were agreed, and the fields as text."""

    def __init__(self, held: dict[tuple[str, str], _Row], last: int) -> None:
        self.held, self._last = held, last
        self.once_agreed: dict[tuple[str, str], tuple[int, str]] = {}
        self.written: list[tuple[Any, ...]] = []
        """The new versions, in the form in which `proof` reads them."""

    def get(self, table: str, id_: str) -> _Row | None:
        """Returns the row of a record. Returns None if the register has none."""
        return self.held.get((table, id_))

    def write(self, version: RecordVersion, run: int) -> None:
        """Replaces the version of a record by a new one."""
        row = self.get(version.table, version.id) or self._new(version.table, version.id, run)
        row.n, row.run, row.by = row.n + 1, run, version.by
        row.fields = None if version.fields is None else as_json(version.fields)
        row.given = version.fields
        self.written.append((version.table, version.id, row.n, row.by, row.fields))

    def agree(self, table: str, id_: str, fields: Fields | None, run: int) -> None:
        """Records the fields on which both sides agree now, or that there are none."""
        row = self.get(table, id_)
        if row is None:
            if fields is None:
                return
            row = self._new(table, id_, run)
        before = row.agreed
        self._agree(row, fields)
        if row.agreed != before:
            if before is not None and row.agreed_run < run:
                self.once_agreed[table, id_] = (row.agreed_run, before)
            row.agreed_run = run

    def _agree(self, row: _Row, fields: Fields | None) -> None:
        if fields is None:
            row.agreed = None
        # Most commits agree on exactly what they write, so one text is used for both columns.
        elif row.given is fields or row.given == fields:
            row.agreed = row.fields
        else:
            row.agreed = as_json(fields)

    def _new(self, table: str, id_: str, run: int) -> _Row:
        self._last += 1
        row = self.held[table, id_] = _Row(self._last, 0, run, "", None, None, new=True)
        return row


def _delete(
    connection: RegisterConnection, table: str, columns: str, keys: Sequence[tuple[Any, ...]]
) -> None:
    """Deletes the rows with these keys, many rows in one statement."""
    left = iter(keys)
    while some := list(islice(left, CHUNK // len(columns.split(",")))):
        place = f"({', '.join('?' for _ in some[0])})"
        connection.rows(
            f"DELETE FROM {table} WHERE ({columns}) IN (VALUES {', '.join(place for _ in some)})",
            [value for key in some for value in key],
        )


def _kept_agreed(row: _Row) -> str | None:
    """Returns the value for the column `agreed`. Returns None if it equals `fields`."""
    if row.agreed == row.fields:
        return None
    return NOTHING if row.agreed is None else row.agreed


def _stored(
    connection: RegisterConnection, keys: Collection[tuple[str, str]]
) -> tuple[dict[tuple[str, str], _Row], int]:
    """Returns the stored rows with these keys, and the last number `seq` that is in use."""
    last = queries.last_number(connection, "records", "seq")
    rows: dict[tuple[str, str], _Row] = {}
    if not last:
        return rows, last
    wanted: dict[str, list[str]] = {}
    for table, id_ in keys:
        wanted.setdefault(table, []).append(id_)
    query = (
        "SELECT id, seq, n, run, by, fields, agreed, agreed_run FROM records WHERE tbl = ? AND id"
        " IN"
    )
    for table, ids in wanted.items():
        left = iter(ids)
        while some := list(islice(left, CHUNK)):
            places = ", ".join("?" for _ in some)
            for id_, seq, n, run, by, fields, agreed, agreed_run in connection.rows(
                f"{query} ({places})", (table, *some)
            ):
                held = fields if agreed is None else agreed or None
                rows[table, id_] = _Row(seq, n, run, by, fields, held, agreed_run=agreed_run)
    return rows, last


def save_payees(connection: RegisterConnection, payees: Mapping[str, str]) -> None:
    """Stores the hashes of payees. `payees`: from the ID of an expense to the hash of its payee;
    '' deletes the stored hash."""
    before = queries.payees(connection)
    stale = [(id_,) for id_, payee in before.items() if payees.get(id_, payee) != payee]
    _delete(connection, "contributors", "id", stale)
    connection.insert(
        "contributors (id, hash)",
        [(id_, payee) for id_, payee in payees.items() if payee and before.get(id_) != payee],
    )


def forget_payees(connection: RegisterConnection, written: Sequence[RecordVersion]) -> None:
    """Deletes the hash of the payee for each removed expense."""
    gone = [(version.id,) for version in written if version.fields is None]
    _delete(connection, "contributors", "id", gone)


def save_findings(
    connection: RegisterConnection, findings: Sequence[Finding], at: datetime
) -> None:
    """Replaces the stored findings. A finding that was already stored keeps the date on which it
    was first seen.

    A new finding may bring a date of its own, in the time zone of the group."""
    before = queries.findings(connection)
    seen = {known.identity: known.first_seen for known in before}
    day = at.astimezone(UTC).date().isoformat()
    after = [
        replace(finding, first_seen=seen.get(finding.identity, finding.first_seen or day))
        for finding in findings
    ]
    if after == before:
        return
    connection.rows("DELETE FROM findings")
    connection.insert(
        "findings (position, code, tbl, id, field, filling, tab, row_index, column_index,"
        " first_seen)",
        [
            (
                position,
                finding.code,
                finding.table,
                finding.id,
                finding.field,
                as_json(finding.values),
                finding.tab,
                finding.row,
                finding.column,
                finding.first_seen,
            )
            for position, finding in enumerate(after)
        ],
    )


def save_totals(connection: RegisterConnection, totals: Sequence[Total]) -> None:
    """Replaces the stored totals.

    Raises `ValueError` if two totals have the same key."""
    stored, wrote = queries.totals_and_checksum(connection)
    before = {queries.total_key(total): total for total in stored}
    after = {queries.total_key(total): total for total in totals}
    if len(after) != len(totals):
        raise ValueError("two totals have the same line, grant, currency and months")
    stale = [key for key, total in before.items() if after.get(key) != total]
    _delete(connection, "totals", "line, award, currency, ordered, paid", stale)
    connection.insert(
        "totals (line, award, currency, ordered, paid, spent, committed, expenses)",
        [
            (*key, total.spent, total.committed, total.count)
            for key, total in after.items()
            if before.get(key) != total
        ],
    )
    checksum = queries.checksum_of(totals)
    if checksum != wrote:
        save_meta(connection, queries.TOTALS, checksum)
