"""The same sync a second time, from nothing: in a copy of the group in which nothing is remembered
of an earlier sync at rest, nor of rows. What it does and finds is what the real one must do and find."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from budgettrack import row_facts
from budgettrack.config.load import Config, load
from budgettrack.register import queries
from budgettrack.register.migrations import TABLES
from budgettrack.sync import SyncOutcome
from tests.world.fakes import MemoryWorkbook
from tests.world.opened import synced

_bases = itertools.count(1)


@contextlib.contextmanager
def same_chance(base: int) -> Iterator[None]:
    """Marks of workbooks are drawn by chance: in this block, always in the same order."""
    drawn = itertools.count(base * 1000)
    made = mock.Mock(side_effect=lambda _: f"{next(drawn):08x}")
    with mock.patch("budgettrack.pairing.secrets.token_hex", made):
        yield


def synced_as_from_nothing(
    config: Config, on: date, at: datetime, *, workbook: MemoryWorkbook, **how: Any
) -> SyncOutcome:
    """Syncs, and proves that a sync from nothing would have done and found the same."""
    base = next(_bases)
    folder = Path(tempfile.mkdtemp()).resolve()
    try:
        shutil.copytree(config.path.parent, folder, dirs_exist_ok=True)
        twin = load(folder / config.path.name)
        with contextlib.closing(sqlite3.connect(folder / "register.sqlite")) as raw, raw:
            raw.execute("DELETE FROM meta WHERE key = ?", (queries.AT_REST,))
            raw.execute("PRAGMA user_version = 0")
        row_facts.forget(twin.path)
        book = copy.deepcopy(workbook)
        book.writes = []
        wrote = len(workbook.writes)
        with same_chance(base):
            wanted = synced(twin, on, at, workbook=book, **how)
        with same_chance(base):
            outcome = synced(config, on, at, workbook=workbook, **how)
        seen, due = _shown(outcome), _shown(wanted)
        for field in dataclasses.fields(due.changes):
            here, there = (getattr(each.changes, field.name) for each in (seen, due))
            assert here == there, (field.name, here, there)
        assert seen == due
        if outcome.changes.plan is not None:
            assert outcome.changes.facts == wanted.changes.facts
            assert row_facts.remembered(config.path, b"").facts == outcome.changes.facts
        assert workbook.writes[wrote:] == book.writes
        for name in ("tabs", "mark", "marks", "journal", "formulas"):
            assert getattr(workbook, name) == getattr(book, name), name
        assert rows_of(config) == rows_of(twin)
        return outcome
    finally:
        shutil.rmtree(folder)


def _shown(outcome: SyncOutcome) -> Any:
    """What a sync did and told, without what a sync at rest does not need. A finding is told as the
    register keeps it."""
    edits = msgspec.structs.replace(outcome.changes.edits, frames={})
    findings = tuple(
        msgspec.structs.replace(finding, where="") for finding in outcome.changes.findings
    )
    told = dataclasses.replace(outcome.changes, findings=findings, edits=edits, last_ids=())
    told = dataclasses.replace(told, plan=None, totals=(), payees=None, facts=frozenset())
    return msgspec.structs.replace(outcome, changes=told)


def rows_of(config: Config) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a register, but what is remembered of a sync at rest, and its place."""
    path = config.path.with_name("register.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as raw:
        rows = {
            table: sorted(raw.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in TABLES
        }
    left = (queries.AT_REST, queries.HOME)
    rows["meta"] = [row for row in rows["meta"] if row[0] not in left]
    return rows
