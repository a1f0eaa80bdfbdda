"""Removes a value that should never have been typed from the workbook, its copies, private files
and the register."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from budgettrack import row_facts
from budgettrack.config.load import Config
from budgettrack.core import tabs
from budgettrack.core.base.cycles import Delivery
from budgettrack.core.base.errors import UsageError, WorkbookError
from budgettrack.core.base.ids import nearest, shown
from budgettrack.core.base.months import Month
from budgettrack.core.figures.deadlines import is_derived_words
from budgettrack.core.records.tables import (
    BY_NAME,
    EXPENSES,
    GRANTS,
    KEPT_EDITS,
    Column,
    Table,
    normal,
)
from budgettrack.group import OpenedGroup
from budgettrack.interrupts import unbroken
from budgettrack.queries.records import located
from budgettrack.register import queries
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.published import pages as published_pages
from budgettrack.register.rebuild import damaged_files
from budgettrack.register.redact import GONE, SHORTEST, FieldWithText, fields_with
from budgettrack.register.store import Commit, Held, RecordVersion
from budgettrack.reports import fingerprints
from budgettrack.reports.make import report_transparency
from budgettrack.sync import ROUNDS, sync
from budgettrack.workbook import Workbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

FUNDER = GRANTS.column("funder")
PAYEE = EXPENSES.column("payee")
"""The column Payee. The register keeps a keyed hash of it, and nothing of any other personal
column."""


class Redacted(Struct, frozen=True):
    """The result of removing a value.

    `months`: the months whose pages showed the value. `removed`: the private files that
    contained it and were deleted. `sent`: the recipients whose mail may contain it. `elsewhere`:
    whether the workbook still has the text, in another cell or, in a local file, in a note or a
    pivot table. `kept`: whether the tab *Kept edits* (edits that could not be put back) has more
    values of the column. `in_config`: whether the config has the text; the program never writes
    the config. `copies`: other fields in the register that have the same text, in any version."""

    table: str
    id: str
    field: str
    months: tuple[Month, ...]
    removed: tuple[Path, ...]
    sent: tuple[str, ...]
    elsewhere: bool = False
    kept: bool = False
    in_config: bool = False
    copies: tuple[FieldWithText, ...] = ()


def redact(group: OpenedGroup, name: str, by: str) -> Redacted:
    """Wipes the value of `ID.field` from all places that this computer can reach.

    Raises `UsageError` if the record or field does not exist, or never had a value."""
    _meant(group.register.ask(queries.load), name)
    # Text that people typed in the meantime is read first.
    # So text that was typed in the meantime is wiped, too, and does not come back.
    sync(group)
    with group.register.reading() as ask:
        held = queries.load(ask)
        table, record, column = _meant(held, name)
        versions = queries.history(ask, table, record)
    _refuse_unless_cleared(group, table, record, column)
    values = {
        fields[column.name]
        for version in versions
        if (fields := version.fields) and fields.get(column.name)
    }
    if not values and column is not PAYEE:
        raise UsageError(f"{record} never had a value in {column.heading}. Nothing was changed.")
    agreed = held.agreed[table].get(record, {}).get(column.name)
    if agreed:
        values.add(agreed)
    with unbroken():
        return _wiped(group, (table, record, column), values, by)


def _refuse_unless_cleared(group: OpenedGroup, table: str, record: str, column: Column) -> None:
    """Raises `UsageError` if the workbook still has the value in a cell that the program never
    writes: the cell of a payee, or a cell of a mapped table."""
    if column is PAYEE and record in group.register.ask(queries.payees):
        raise UsageError(
            f"The payee of {record} is still in the workbook. Clear the cell, or put back the"
            " column with a blank cell, then run this again."
        )
    shape = group.config.shapes.get(table)
    if shape is not None and not shape.write:
        now = group.register.ask(queries.load, (table,)).records[table].get(record, {})
        if now.get(column.name):
            raise UsageError(
                f"{column.heading} of {record} is still in the workbook, and this program never"
                f" writes into {shape.tab}. Clear the cell there, then run this again."
            )


def _wiped(
    group: OpenedGroup, which: tuple[str, str, Column], values: set[str], by: str
) -> Redacted:
    """Wipes the values from all places. The register comes last, so that after a crash the next
    run still finds the values there."""
    table, record, column = which
    config, register = group.config, group.register
    held = register.ask(queries.load)
    now, texts = held.records[table].get(record), _texts(column, values, held)
    changed: list[tuple[RecordVersion, str]] = []
    if now is not None and now.get(column.name):
        cleared = {key: value for key, value in now.items() if key != column.name}
        changed.append((RecordVersion(table, record, cleared, by), column.name))
    if column is FUNDER:
        changed += [(version, "what") for version in _reports_to(group, record, values, by)]
    if changed:
        # The fields in the register are changed first. Then the ordinary sync writes the cells.
        with register.writing() as writing:
            written = [version for version, _ in changed]
            writing.commit(Commit("redact", group.now(), written))
        sync(group, keep={f"{new.table}/{new.id}.{field}": "register" for new, field in changed})
    workbook = group.workbook
    kept = False
    if not group.is_read_only:
        kept = _clear_kept(workbook, BY_NAME[table], column, values, texts)
        workbook.forget()
    elsewhere = _is_elsewhere(workbook, texts)
    settings = config.path.read_text("utf-8", "replace")
    in_config = any(text in settings for text in texts)
    removed = tuple(_remove(config.reports / "private", values))
    _remove_unfinished(config)
    for damaged in damaged_files(config.register):
        damaged.unlink(missing_ok=True)
    row_facts.forget(config.path)
    wiped = register.wipe(table, record, column.name)
    group.changed()
    with register.reading() as ask:
        pages = published_pages(ask)
        periods = {cycle.n: cycle.period for cycle in all_cycles(ask)}
        sent = _sent(deliveries(ask), periods, wiped.months)
    if pages:
        report_transparency(group, max(pages), None)
    copies = tuple(register.ask(fields_with, texts))
    return Redacted(
        table, record, column.name, wiped.months, removed, sent, elsewhere, kept, in_config, copies
    )


def redact_typed(group: OpenedGroup, text: str) -> int:
    """Wipes a text that was typed behind a command, such as a name behind `--by`, from all stored
    changes, withdrawals, runs and accounts. Returns in how many places it was.

    Raises `UsageError` if the text is too short, or is the program's own word."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        raise UsageError(f"Type at least {SHORTEST} characters: a shorter text is everywhere.")
    if wanted.casefold() in ("sheet", "register"):
        raise UsageError(f"{wanted} is the program's own word for where a change was made.")
    with unbroken():
        places = group.register.wipe_typed(wanted)
        if places:
            for damaged in damaged_files(group.config.register):
                damaged.unlink(missing_ok=True)
            # It may have the role that stopped publishing. The next run makes it again.
            (group.config.reports / "private" / fingerprints.NAME).unlink(missing_ok=True)
        group.changed()
    if not places:
        raise UsageError(
            f"No change, withdrawal, run or bank account has {shown(wanted)}. Nothing was changed."
        )
    return places


def _reports_to(
    group: OpenedGroup, grant: str, values: set[str], by: str
) -> Iterator[RecordVersion]:
    """Yields the deadlines of a grant's reports without the name of its funder, which is part of
    their text."""
    deadlines = group.register.ask(queries.load, ("deadlines",)).records["deadlines"]
    for id_, fields in deadlines.items():
        what = fields.get("what", "")
        for value in values if fields.get("grant") == grant and is_derived_words(what) else ():
            what = what.replace(value, GONE)
        if what != fields.get("what", ""):
            yield RecordVersion("deadlines", id_, {**fields, "what": what}, by)


def _meant(held: Held, name: str) -> tuple[str, str, Column]:
    record, dot, field = name.strip().rpartition(".")
    if not dot or not record.strip() or not field.strip():
        raise UsageError(
            f"{shown(name) or 'A blank'} does not name a field. Type it as E-12.description"
        )
    table, id_ = located(held, record)
    return table, id_, _column(BY_NAME[table], field)


def _column(table: Table, name: str) -> Column:
    for column in table.columns:
        if normal(name) in (normal(column.name), normal(column.heading)):
            if column.audience == "personal" and column is not PAYEE:
                raise UsageError(
                    f"{column.heading} is never stored. Clear the cell in the workbook: the value"
                    " is nowhere else."
                )
            if column.name == "id":
                raise UsageError(
                    "An ID cannot be wiped: other rows refer to it. Type another ID over it in"
                    " the workbook, and sync."
                )
            return column
    near = nearest(name, [column.name for column in table.columns])
    raise UsageError(f"{table.tab} has no field {shown(name)}. {near}")


def _sent(
    deliveries: Sequence[Delivery], periods: Mapping[int, str], months: Sequence[Month]
) -> tuple[str, ...]:
    return tuple(
        f"{delivery.recipient} ({periods[delivery.cycle]})"
        for delivery in deliveries
        if delivery.what in ("report", "site", "copy")
        and delivery.state in ("confirmed", "marked")
        and periods[delivery.cycle] in months
    )


def _clear_kept(
    workbook: Workbook, table: Table, column: Column, values: set[str], texts: Sequence[str]
) -> bool:
    """Clears the rows with one of the values in the tab *Kept edits* (edits that could not be put
    back). Returns whether the tab has more values of the column.

    Raises `WorkbookError` if people keep changing the workbook."""
    for _ in range(ROUNDS):
        book = workbook.read()
        edits = tabs.without_kept(book, table, column, values, texts)
        if not edits or workbook.write(book, edits) is None:
            cleared = {cell.row for cell in edits.cells}
            return bool(tabs.kept_of(book, table, column).keys() - cleared)
    raise WorkbookError(
        f"People kept changing the tab {KEPT_EDITS}. Nothing is lost. Run this again in a few"
        " minutes."
    )


def _texts(column: Column, values: set[str], held: Held) -> list[str]:
    """Returns the values that are searched for within other texts. Numbers and short texts are
    left out, because they occur by chance. In a column of references, a name may stand in place of
    an ID: it is searched for, and an ID of a row is not."""
    if column.refers:
        ids = {id_.casefold() for id_ in held.records[column.refers]}
        wanted = {value for value in values if value.casefold() not in ids}
    else:
        wanted = values if column.kind == "text" else set[str]()
    return [value for value in wanted if len(value) >= SHORTEST]


def _is_elsewhere(workbook: Workbook, texts: Sequence[str]) -> bool:
    """Whether the workbook still has one of the texts: anywhere in a local file, or in a cell of
    any tab of an online sheet."""
    if isinstance(workbook, ExcelWorkbook):
        return workbook.holds(texts)
    cells = (cell for grid in workbook.read().grids for row in grid.rows for cell in row)
    return any(text in cell for cell in cells if isinstance(cell, str) for text in texts)


def _remove_unfinished(config: Config) -> None:
    """Deletes the unfinished reports that killed runs left behind."""
    for folder in (config.reports, config.sending.folder):
        for unfinished in folder.rglob(".*.part") if folder is not None else ():
            unfinished.unlink(missing_ok=True)


def _remove(private: Path, values: set[str]) -> list[Path]:
    """Deletes all mails that were written to files, and the private summaries that contain a
    value, with their PDF and workbook."""
    removed = sorted(private.glob("mail/*.eml"))
    # A page shows the paragraphs of a text one by one. So each line of a value is searched for.
    lines = {line.strip() for value in values for line in value.splitlines()} - {""}
    for page in sorted(private.glob("*.html")):
        text = html.unescape(page.read_text("utf-8", "replace"))
        if any(line in text for line in lines):
            removed += [
                file
                for file in (page, page.with_suffix(".pdf"), page.with_suffix(".xlsx"))
                if file.exists()
            ]
    for file in removed:
        file.unlink()
    return removed
