"""The parts of a commit, on the connection that holds the writer's lock; each writes no more than
what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from budgettrack.core.base.findings import Finding
from budgettrack.core.figures.positions import Total
from budgettrack.core.records.model import Fields
from budgettrack.register import queries, schema
from budgettrack.register.database import asked, marks
from budgettrack.register.records import Commit

_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

NOTHING = ""
"""In the place of agreed fields: none are agreed."""


def _text(fields: Mapping[str, str] | Sequence[Any]) -> str:
    text = _encode(fields)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of an emoji, cut at a cell's limit, has no UTF-8
        return json.dumps(fields)
    return text


CHUNK = 500
"""IDs in one question; SQLite allows 999 values in one."""


def save_run(connection: Connection, kind: str, at: datetime) -> int:
    """The number of this new run."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    number: int = (
        connection.execute(select(func.coalesce(func.max(schema.runs.c.n), 0))).scalar_one() + 1
    )
    connection.execute(
        insert(schema.runs), {"n": number, "kind": kind, "at": at.astimezone(UTC).isoformat()}
    )
    return number


@dataclass(slots=True)
class _Row:
    """A record on its way through one commit. `given` are the fields whose text `fields` is;
    `agreed` is explicit."""

    seq: int
    n: int
    run: int
    by: str
    fields: str | None
    agreed: str | None
    given: Fields | None = None
    new: bool = False


def save_records(connection: Connection, commit: Commit, run: int) -> None:
    """The versions written and what is agreed; a version before the newest goes to the history."""
    keys = {(w.table, w.id): None for w in commit.written} | {
        (table, id_): None for table, id_, _ in commit.agreed
    }
    if not keys:
        return
    rows, last = _stored(connection, keys)
    superseded: list[tuple[Any, ...]] = []
    for one in commit.written:
        key = one.table, one.id
        text = None if one.fields is None else _text(one.fields)
        row = rows.get(key)
        if row is None:
            last += 1
            rows[key] = _Row(last, 1, run, one.by, text, None, one.fields, True)
            continue
        if row.n:
            superseded.append((one.table, one.id, row.n, row.run, row.by, row.fields))
        row.n, row.run, row.by, row.fields, row.given = row.n + 1, run, one.by, text, one.fields
    for table, id_, fields in commit.agreed:
        row = rows.get((table, id_))
        if row is None:
            if fields is None:
                continue
            last += 1
            row = rows[table, id_] = _Row(last, 0, run, "", None, None, None, True)
        if fields is None:
            row.agreed = None
        else:
            row.agreed = row.fields if row.given is fields or row.given == fields else _text(fields)
    insert_rows(connection, schema.history, superseded)
    insert_rows(
        connection,
        schema.records,
        [
            (row.seq, *key, row.n, row.run, row.by, row.fields, _kept_agreed(row))
            for key, row in rows.items()
            if row.new
        ],
    )
    altered = [
        (row.n, row.run, row.by, row.fields, _kept_agreed(row), row.seq)
        for row in rows.values()
        if not row.new
    ]
    if altered:
        statement = (
            "UPDATE records SET n = ?, run = ?, by = ?, fields = ?, agreed = ? WHERE seq = ?"
        )
        connection.exec_driver_sql(marks(connection, statement), altered)


def _kept_agreed(row: _Row) -> str | None:
    """As the column `agreed` has it."""
    if row.agreed == row.fields:
        return None
    return NOTHING if row.agreed is None else row.agreed


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of values in the order of the table's columns.

    Given to the driver as they are: for 100,000 rows Core's own preparation of each takes longer
    than the database."""
    if rows:
        names = ", ".join(column.name for column in table.columns)
        places = ", ".join("?" for _ in table.columns)
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"
        connection.exec_driver_sql(marks(connection, statement), list(rows))


def _stored(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> tuple[dict[tuple[str, str], _Row], int]:
    """The stored rows among `keys`, and the last `seq` given."""
    kept = schema.records
    last: int = connection.execute(select(func.coalesce(func.max(kept.c.seq), 0))).scalar_one()
    rows: dict[tuple[str, str], _Row] = {}
    if not last:
        return rows, last
    wanted: dict[str, list[str]] = {}
    for table, id_ in keys:
        wanted.setdefault(table, []).append(id_)
    query = select(
        kept.c.tbl,
        kept.c.id,
        kept.c.seq,
        kept.c.n,
        kept.c.run,
        kept.c.by,
        kept.c.fields,
        kept.c.agreed,
    )
    for table, ids in wanted.items():
        left = iter(ids)
        while some := list(islice(left, CHUNK)):
            for _, id_, seq, n, run, by, fields, agreed in connection.execute(
                query.where(kept.c.tbl == table, kept.c.id.in_(some))
            ):
                rows[table, id_] = _Row(
                    seq, n, run, by, fields, fields if agreed is None else agreed or None
                )
    return rows, last


def save_findings(connection: Connection, findings: Sequence[Finding], at: datetime) -> None:
    """The whole list in the place of the one before; what stood in that keeps its day.

    A finding that says itself when it was first seen, by the group's own calendar, is taken at its
    word."""
    before = queries.findings(asked(connection, ""))
    seen = {known.identity: known.first_seen for known in before}
    day = at.astimezone(UTC).date().isoformat()
    after = [
        replace(found, first_seen=seen.get(found.identity, found.first_seen or day))
        for found in findings
    ]
    if after == before:
        return
    connection.execute(delete(schema.findings))
    insert_rows(
        connection,
        schema.findings,
        [
            (
                position,
                found.code,
                found.table,
                found.id,
                found.field,
                _text(found.values),
                found.tab,
                found.row,
                found.column,
                found.first_seen,
            )
            for position, found in enumerate(after)
        ],
    )


def save_totals(connection: Connection, totals: Sequence[Total]) -> None:
    """The whole of the totals in the place of those before."""
    before = {queries.total_key(total): total for total in queries.totals(asked(connection, ""))}
    after = {queries.total_key(total): total for total in totals}
    if len(after) != len(totals):
        raise ValueError("two totals for one line, grant, currency and months")
    stale = [key for key, total in before.items() if after.get(key) != total]
    if stale:
        statement = (
            "DELETE FROM totals WHERE line = ? AND award = ? AND currency = ? AND ordered = ? AND"
            " paid = ?"
        )
        connection.exec_driver_sql(marks(connection, statement), stale)
    insert_rows(
        connection,
        schema.totals,
        [
            (*key, total.spent, total.committed, total.count)
            for key, total in after.items()
            if before.get(key) != total
        ],
    )
