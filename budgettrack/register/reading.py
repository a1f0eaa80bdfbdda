"""The questions that reading and writing both ask, on an open connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from budgettrack.core.errors import RegisterError
from budgettrack.core.findings import Finding
from budgettrack.core.model import Fields
from budgettrack.core.periods import Month
from budgettrack.core.positions import Total
from budgettrack.core.tables import TABLES
from budgettrack.register import schema
from budgettrack.register.values import Held


def load(connection: Connection, place: str, tables: Collection[str] | None) -> Held:
    kept = schema.records
    query = select(kept.c.tbl, kept.c.id, kept.c.n, kept.c.fields, kept.c.agreed)
    if tables is None:
        names = [table.name for table in TABLES]
        rows: Iterable[Any] = connection.execute(query.order_by(kept.c.seq))
    else:
        # Ordered here, by the few that were asked for: the database might walk all rows in order instead.
        names = list(tables)
        found = connection.execute(query.add_columns(kept.c.seq).where(kept.c.tbl.in_(names))).all()
        rows = [row[:5] for row in sorted(found, key=lambda row: row[5])]
    records: dict[str, dict[str, Fields]] = {name: {} for name in names}
    agreed: dict[str, dict[str, Fields]] = {name: {} for name in names}
    removed: dict[str, set[str]] = {name: set() for name in names}
    decode = json.JSONDecoder().decode
    try:
        for table, id_, n, fields, other in rows:
            if table not in records:
                records[table], agreed[table], removed[table] = {}, {}, set()
            if fields is not None:
                held = records[table][id_] = decode(fields)
                if other is None:
                    agreed[table][id_] = held
            elif n:
                removed[table].add(id_)
            if other:
                agreed[table][id_] = decode(other)
    except ValueError:
        raise RegisterError(f"The register {place} is damaged. Put back the last copy of it.") from None
    mark = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "mark")).scalar_one_or_none()
    return Held(records, agreed, {name: frozenset(ids) for name, ids in removed.items()}, mark)


def load_at(connection: Connection, run: int) -> dict[str, dict[str, Fields]]:
    """All records as they were after a run, in the order in which they were first written."""
    kept, past = schema.records, schema.history
    older = (
        select(past.c.tbl, past.c.id, func.max(past.c.n).label("n"))
        .where(past.c.run <= run)
        .group_by(past.c.tbl, past.c.id)
        .subquery()
    )
    now = select(kept.c.tbl, kept.c.id, kept.c.fields, kept.c.seq).where(kept.c.run <= run, kept.c.n > 0)
    then = (
        select(kept.c.tbl, kept.c.id, past.c.fields, kept.c.seq)
        .join(older, and_(older.c.tbl == kept.c.tbl, older.c.id == kept.c.id))
        .join(past, and_(past.c.tbl == kept.c.tbl, past.c.id == kept.c.id, past.c.n == older.c.n))
        .where(kept.c.run > run)
    )
    records: dict[str, dict[str, Fields]] = {table.name: {} for table in TABLES}
    for table, id_, fields, _ in sorted([*connection.execute(now), *connection.execute(then)], key=lambda row: row[3]):
        if fields is not None:
            records.setdefault(table, {})[id_] = json.loads(fields)
    return records


def totals(connection: Connection) -> list[Total]:
    kept = schema.totals.c
    query = select(
        kept.line, kept.award, kept.currency, kept.ordered, kept.paid, kept.spent, kept.committed, kept.expenses
    )
    return [Total(*row) for row in connection.execute(query)]


def totals_to(connection: Connection, month: Month) -> list[Total]:
    kept = schema.totals.c
    place = (kept.line, kept.award, kept.currency)
    paid = select(*place, func.sum(kept.spent), func.sum(kept.expenses)).where(kept.paid != "", kept.paid <= month)
    owed = select(*place, func.sum(kept.committed), func.sum(kept.expenses)).where(
        kept.ordered <= month, or_(kept.paid == "", kept.paid > month)
    )
    return [
        Total(line, grant, currency, month, month, int(spent), 0, int(count))
        for line, grant, currency, spent, count in connection.execute(paid.group_by(*place))
    ] + [
        Total(line, grant, currency, month, "", 0, int(committed), int(count))
        for line, grant, currency, committed, count in connection.execute(owed.group_by(*place))
    ]


def total_key(total: Total) -> tuple[str, str, str, str, str]:
    return total.line, total.grant, total.currency, total.ordered, total.paid


def findings(connection: Connection) -> list[Finding]:
    kept = schema.findings.c
    query = select(
        kept.code, kept.tbl, kept.id, kept.field, kept.filling, kept.tab, kept.row_index, kept.column_index, kept.first_seen
    ).order_by(kept.position)  # fmt: skip
    return [
        Finding(code, table, id_, field, tuple((name, value) for name, value in json.loads(filling)), *place)
        for code, table, id_, field, filling, *place in connection.execute(query)
    ]
