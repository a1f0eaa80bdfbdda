"""Wipes a value from the whole register, because it should never have been typed. No other code
deletes data.

The value disappears from all versions of the record, from agreed fields, findings, published
pages, labels of batches, withdrawn names and final reports. The register also forgets to which
person or firm the amount of the record belongs. Then the database is rewritten, so that no copy
stays in its free space."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.figures.deadlines import is_derived_words
from budgettrack.register import queries, writes
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.proof import Redaction
from budgettrack.register.queries import Ask

SHORTEST = 3
"""A value with fewer characters is not searched for within other texts, because it would be found
everywhere."""

GONE = "…"


class Wiped(Struct, frozen=True):
    """The result of wiping: the values, and the months whose pages showed one of them."""

    values: tuple[str, ...]
    months: tuple[Month, ...]


def wipe(database: Database, table: str, id_: str, field: str) -> Wiped:
    """Wipes all values that a field of a record ever had, in one transaction. Then rewrites the
    database."""
    with database.writer() as connection:
        connection.erase_what_is_deleted()
        connection.begin_writing()
        redaction = Redaction(connection)
        values = _versions(connection, table, id_, field)
        _note(connection, table, id_, field)
        if table == "expenses":
            connection.rows("DELETE FROM contributors WHERE id = ?", (id_,))
        texts = [value for value in values if len(value) >= SHORTEST]
        pages = list(connection.rows("SELECT month, facts FROM pages ORDER BY month"))
        sealed = _wipe_batches(connection, table, id_, texts)
        months = tuple(
            month
            for month, text in pages
            if _rewrite(connection, "pages SET facts = ? WHERE month = ?", month, text, texts)
            or (sealed and sealed <= month)
        )
        for number, text in list(connection.rows("SELECT n, figures FROM finals")):
            _rewrite(connection, "finals SET figures = ? WHERE n = ?", number, text, texts)
        if (table, field) == ("grants", "funder"):
            _wipe_reports_to(connection, texts)
        _wipe_withdrawals(connection, texts)
        findings = list(connection.rows("SELECT position, tbl, id, field, filling FROM findings"))
        for position, *place, filling in findings:
            if place == [table, id_, field] or any(text in filling for text in texts):
                connection.rows("DELETE FROM findings WHERE position = ?", (position,))
        # The stored result of the last sync is deleted.
        # A digest in that result would show whether the workbook still has the value.
        writes.save_rest(connection, None, 0)
        redaction.done()
        connection.commit()
    database.vacuum()
    return Wiped(tuple(sorted(values)), months)


class FieldWithText(Struct, frozen=True):
    """A field of a record that contains a text: "now", or in an "older" version, or in a record
    that was "removed"."""

    table: str
    id: str
    field: str
    state: str


def fields_with(ask: Ask, texts: Iterable[str]) -> list[FieldWithText]:
    """Returns the fields of all records, removed ones included, that contain one of these texts in
    any version. Capitals make no difference."""
    wanted = [text.casefold() for text in texts]
    found: dict[tuple[str, str, str], str] = {}
    removed = {
        (table, id_)
        for table, id_ in ask.rows("SELECT tbl, id FROM records WHERE n > 0 AND fields IS NULL")
    }
    # The newest version comes first: it decides what is said of a field.
    versions = (
        ("now", "SELECT tbl, id, fields FROM records"),
        ("older", "SELECT tbl, id, agreed FROM records"),
        ("older", "SELECT tbl, id, fields FROM history"),
        ("older", "SELECT tbl, id, fields FROM agreed_history"),
    )
    for state, query in versions if wanted else ():
        for table, id_, text in ask.rows(query):
            for field, value in json.loads(text or "{}").items():
                if any(each in str(value).casefold() for each in wanted):
                    what = "removed" if (table, id_) in removed else state
                    found.setdefault((table, id_, field), what)
    return [FieldWithText(*place, state) for place, state in sorted(found.items())]


def _wipe_batches(
    connection: RegisterConnection, table: str, id_: str, texts: Iterable[str]
) -> Month | None:
    """Makes the published batches forget to which person or firm the amount of a record belongs,
    and deletes the values from the labels of batches.

    Returns the month of the first page with such a label, or None if no page has one."""
    connection.rows(
        "UPDATE batch_parts SET contributor = '' WHERE tbl = ? AND id = ?", (table, id_)
    )
    sealed: list[Month] = []
    for text in texts:
        for column in ("category", "activity"):
            like = f"WHERE {column} LIKE ? ESCAPE '!'"
            pattern = f"%{_like(text)}%"
            ((first,),) = connection.rows(f"SELECT min(page) FROM batches {like}", (pattern,))
            if first:
                sealed.append(first)
            for of in ("batches", "batch_parts"):
                connection.rows(
                    f"UPDATE {of} SET {column} = replace({column}, ?, ?) {like}",
                    (text, GONE, pattern),
                )
    return min(sealed, default=None)


def _wipe_reports_to(connection: RegisterConnection, texts: Iterable[str]) -> None:
    """Wipes the name of a funder from earlier texts of deadlines. The program makes such a text
    from the grant, with the name of the funder."""
    for of, by in (("history", "n"), ("agreed_history", "until")):
        query = f"SELECT id, {by}, fields FROM {of} WHERE tbl = 'deadlines'"
        for id_, number, text in list(connection.rows(query)):
            fields = json.loads(text or "{}")
            what = fields.get("what", "")
            if is_derived_words(what) and (wiped := _scrubbed(what, texts)) != what:
                now = {**fields, "what": wiped}
                connection.rows(
                    f"UPDATE {of} SET fields = ? WHERE tbl = 'deadlines' AND id = ? AND {by} = ?",
                    (json.dumps(now, ensure_ascii=False, separators=(",", ":")), id_, number),
                )
                _note(connection, "deadlines", id_, "what")


def _note(connection: RegisterConnection, table: str, id_: str, field: str) -> None:
    """Records that a field was redacted, so that an older workbook cannot bring its value back."""
    connection.rows(
        "INSERT INTO redacted (tbl, id, field, run) VALUES (?, ?, ?, ?) ON CONFLICT (tbl, id,"
        " field) DO UPDATE SET run = excluded.run",
        (table, id_, field, queries.newest_run(connection)),
    )


def _wipe_withdrawals(connection: RegisterConnection, texts: Iterable[str]) -> None:
    """Wipes the values from the withdrawn names, in the same way as from the labels of batches.
    So a label that is withdrawn stays withdrawn."""
    before = queries.withdrawals(connection)
    after = [
        replace(each, name=_scrubbed(each.name, texts), before=_scrubbed(each.before, texts))
        for each in before
    ]
    if after != before:
        writes.save_withdrawals(connection, after)


def _like(text: str) -> str:
    """Returns a pattern for LIKE that finds this text and nothing else."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _versions(connection: RegisterConnection, table: str, id_: str, field: str) -> set[str]:
    """Removes the field from all versions and from the agreed fields. Returns the values that it
    had."""
    values: set[str] = set()
    key = (table, id_)
    for fields, agreed in list(
        connection.rows("SELECT fields, agreed FROM records WHERE tbl = ? AND id = ?", key)
    ):
        wiped = (_without(fields, field, values), _without(agreed, field, values))
        connection.rows(
            "UPDATE records SET fields = ?, agreed = ? WHERE tbl = ? AND id = ?", (*wiped, *key)
        )
    for of, by in (("history", "n"), ("agreed_history", "until")):
        query = f"SELECT {by}, fields FROM {of} WHERE tbl = ? AND id = ?"
        for number, fields in list(connection.rows(query, key)):
            connection.rows(
                f"UPDATE {of} SET fields = ? WHERE tbl = ? AND id = ? AND {by} = ?",
                (_without(fields, field, values), *key, number),
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
    connection: RegisterConnection, where: str, key: str | int, text: str, values: Iterable[str]
) -> bool:
    """Replaces the values in all texts of a stored page or report. Returns True if it had any of
    them."""
    before = json.loads(text)
    after = _scrubbed(before, values)
    if after == before:
        return False
    text = json.dumps(after, ensure_ascii=False, separators=(",", ":"))
    connection.rows(f"UPDATE {where}", (text, key))
    return True


def _scrubbed(value: Any, texts: Iterable[str]) -> Any:
    if isinstance(value, str):
        for text in texts:
            value = value.replace(text, GONE)
        return value
    if isinstance(value, list):
        return [_scrubbed(part, texts) for part in value]
    if isinstance(value, dict):
        return {_scrubbed(name, texts): _scrubbed(each, texts) for name, each in value.items()}
    return value
