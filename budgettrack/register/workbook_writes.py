"""Reads from the register which syncs wrote the workbook, and what both sides agreed on at each
of them (see `core.merge.lineage`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from budgettrack.core.merge.lineage import AgreedVersion, WorkbookWrite
from budgettrack.core.records.model import Fields
from budgettrack.register.queries import Ask


def workbook_writes(ask: Ask) -> list[WorkbookWrite]:
    """Returns the syncs that wrote the workbook, in the order of their numbers."""
    query = "SELECT number, token, run, ended FROM workbook_writes ORDER BY number"
    return [WorkbookWrite(n, token, run, bool(ended)) for n, token, run, ended in ask.rows(query)]


def agreed_at(ask: Ask, run: int, tables: Collection[str]) -> dict[str, dict[str, Fields]]:
    """Returns the fields on which workbook and register agreed after a run, as a mapping from the
    table to a mapping from the ID of a record to its fields."""
    now = ask.rows("SELECT tbl, id, fields, agreed, seq FROM records WHERE agreed_run <= ?", (run,))
    rows = [
        (table, id_, fields if agreed is None else agreed, seq)
        for table, id_, fields, agreed, seq in now
    ]
    then = ask.rows(
        "SELECT older.tbl, older.id, older.fields, records.seq FROM agreed_history AS older JOIN"
        " records ON records.tbl = older.tbl AND records.id = older.id WHERE older.since <= ? AND"
        " older.until > ?",
        (run, run),
    )
    rows += [(table, id_, fields, seq) for table, id_, fields, seq in then]
    agreed: dict[str, dict[str, Fields]] = {name: {} for name in tables}
    for table, id_, fields, _ in sorted(rows, key=lambda row: row[3]):
        if fields:
            agreed.setdefault(table, {})[id_] = json.loads(fields)
    return agreed


def agreed_versions(ask: Ask) -> Iterator[AgreedVersion]:
    """Yields all fields on which both sides have agreed at any time."""
    now = ask.rows("SELECT tbl, fields, agreed, agreed_run FROM records")
    for table, fields, agreed, since in now:
        if kept := fields if agreed is None else agreed:
            yield AgreedVersion(table, json.loads(kept), since, None)
    then = ask.rows("SELECT tbl, fields, since, until FROM agreed_history")
    for table, fields, since, until in then:
        if fields:
            yield AgreedVersion(table, json.loads(fields), since, until)


def added_since(ask: Ask, run: int, tables: Collection[str]) -> dict[str, dict[str, Fields]]:
    """Returns the records that people added in the workbook after a run, with the values that
    they typed."""
    added: dict[str, dict[str, Fields]] = {name: {} for name in tables}
    for kept in ("history", "records"):
        query = f"SELECT tbl, id, fields FROM {kept} WHERE n = 1 AND run > ? AND by = 'sheet'"
        for table, id_, fields in ask.rows(query, (run,)):
            if fields:
                added.setdefault(table, {})[id_] = json.loads(fields)
    return added


def removed_since(ask: Ask, run: int) -> dict[str, list[str]]:
    """Returns the IDs of the records that were removed after a run, by table."""
    removed: dict[str, list[str]] = {}
    query = "SELECT tbl, id FROM records WHERE n > 0 AND fields IS NULL AND run > ? ORDER BY seq"
    for table, id_ in ask.rows(query, (run,)):
        removed.setdefault(table, []).append(id_)
    return removed


def redacted_since(ask: Ask, run: int) -> list[tuple[str, str, str]]:
    """Returns the fields that were redacted after a run. Each has three parts: the table, the ID
    of the record, and the name of the field."""
    query = "SELECT tbl, id, field FROM redacted WHERE run > ? ORDER BY tbl, id, field"
    return [(str(table), str(id_), str(field)) for table, id_, field in ask.rows(query, (run,))]
