"""Wiping a value that should never have been typed from everything that the register holds; nothing
else ever deletes.

What people typed is gone from every version of the record, from what was agreed, from findings, and
from the stored views of pages and final reports. Afterwards the file is written anew, so that
nothing of it is left between its pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from budgettrack.core.base.months import Month
from budgettrack.register import schema
from budgettrack.register.database import Database, vacuum, writer

SHORTEST = 3
"""Letters that a text must have to be looked for within others: a shorter one would be found
everywhere."""

GONE = "…"


@dataclass(frozen=True, slots=True)
class Wiped:
    """What was wiped: the values, and the months whose pages showed one."""

    values: tuple[str, ...]
    months: tuple[Month, ...]


def wipe(database: Database, table: str, id_: str, field: str) -> Wiped:
    """Wipe every value that the field of a record ever had, in one transaction; then leave no trace
    in the file."""
    with writer(database, 60.0) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        values = _versions(connection, table, id_, field)
        texts = [each for each in values if len(each) >= SHORTEST]
        months = tuple(
            month
            for month, key, text in connection.execute(
                select(schema.pages.c.month, schema.pages.c.month, schema.pages.c.view)
            ).all()
            if _rewrite(connection, schema.pages, "view", schema.pages.c.month == key, text, texts)
        )
        for number, text in connection.execute(
            select(schema.finals.c.n, schema.finals.c.figures)
        ).all():
            _rewrite(connection, schema.finals, "figures", schema.finals.c.n == number, text, texts)
        kept = schema.findings
        for position, tbl, record, name, filling in connection.execute(
            select(kept.c.position, kept.c.tbl, kept.c.id, kept.c.field, kept.c.filling)
        ).all():
            if (tbl, record, name) == (table, id_, field) or any(each in filling for each in texts):
                connection.execute(delete(kept).where(kept.c.position == position))
        connection.commit()
    vacuum(database)
    return Wiped(tuple(sorted(values)), months)


def _versions(connection: Connection, table: str, id_: str, field: str) -> set[str]:
    """Take the field out of every version and of what was agreed; the values that it had."""
    values: set[str] = set()
    records, history = schema.records, schema.history
    row = connection.execute(
        select(records.c.seq, records.c.fields, records.c.agreed).where(
            and_(records.c.tbl == table, records.c.id == id_)
        )
    ).one_or_none()
    if row is not None:
        fields, agreed = (_without(text, field, values) for text in (row.fields, row.agreed))
        connection.execute(
            update(records).where(records.c.seq == row.seq).values(fields=fields, agreed=agreed)
        )
    for number, text in connection.execute(
        select(history.c.n, history.c.fields).where(
            and_(history.c.tbl == table, history.c.id == id_)
        )
    ).all():
        connection.execute(
            update(history)
            .where(and_(history.c.tbl == table, history.c.id == id_, history.c.n == number))
            .values(fields=_without(text, field, values))
        )
    return values


def _without(text: str | None, field: str, values: set[str]) -> str | None:
    if not text:
        return text
    fields = json.loads(text)
    value = fields.pop(field, "")
    if not value:
        return text
    values.add(value)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _rewrite(
    connection: Connection, table: Any, column: str, which: Any, text: str, values: Iterable[str]
) -> bool:
    """Replace the values in every text of a stored view; whether there were any."""
    before = json.loads(text)
    after = _scrubbed(before, values)
    if after == before:
        return False
    connection.execute(
        update(table)
        .where(which)
        .values({column: json.dumps(after, ensure_ascii=False, separators=(",", ":"))})
    )
    return True


def _scrubbed(value: Any, texts: Iterable[str]) -> Any:
    if isinstance(value, str):
        for each in texts:
            value = value.replace(each, GONE)
        return value
    if isinstance(value, list):
        return [_scrubbed(each, texts) for each in value]
    if isinstance(value, dict):
        return {_scrubbed(name, texts): _scrubbed(each, texts) for name, each in value.items()}
    return value
