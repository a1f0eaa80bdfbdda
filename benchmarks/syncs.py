"""A sync of 100,000 expenses beside plain reading of the same file: the first one, one in which
nothing changed, and one of a hundred changed rows. Each is a process of its own."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.aims import Measured
from benchmarks.ledger import write_all, write_workbook
from benchmarks.measure import Figure, in_turn, once

NUMBER, CHANGED = 100_000, 100
OWN = str(Path(sys.executable).parent / "budgettrack")
PLAIN = (
    "import sys, python_calamine as c; b = c.CalamineWorkbook.from_path(sys.argv[1]);"
    " [b.get_sheet_by_name(name).to_python() for name in b.sheet_names]"
)
READING = "plain reading"


def measured(folder: Path) -> tuple[Figure, list[Measured]]:
    """What plain reading takes, and each sync beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    made = write_all(NUMBER, folder)
    plain = in_turn({READING: [sys.executable, "-c", PLAIN, str(folder / "plan.xlsx")]}, 3)[READING]
    command = [OWN, "--config", str(folder / "budgettrack.toml"), "sync", "--on", "2026-12-31"]
    first = once(command)
    once(command)  # what the first has written is read back once
    unchanged = once(command)
    rows = [
        (*row[:4], row[4] + 100) if number < CHANGED else row
        for number, row in enumerate(made.rows)
    ]
    write_workbook(replace(made, rows=rows), folder / "plan.xlsx")
    changed = once(command)
    return plain, [
        _seconds("first sync of 100,000 rows", first, plain, 4.0),
        _memory("first sync of 100,000 rows, memory", first, plain, 2.5),
        _seconds("sync in which nothing changed", unchanged, plain, 1.4),
        _memory("sync in which nothing changed, memory", unchanged, plain, 1.6),
        _seconds("sync of a hundred changed rows", changed, plain, 1.7),
    ]


def _seconds(what: str, ours: Figure, plain: Figure, aim: float) -> Measured:
    return Measured(what, ours.work, plain.work, "s", READING, aim)


def _memory(what: str, ours: Figure, plain: Figure, aim: float) -> Measured:
    return Measured(what, ours.mib, plain.mib, "MiB", READING, aim)
