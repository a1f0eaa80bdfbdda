"""A sync of 100,000 expenses beside plain reading of the same file: the first one, one in which
nothing changed, and one of a hundred changed rows. Each is a process of its own."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from pathlib import Path

from benchmarks.aims import Measured
from benchmarks.ledger import write_all
from benchmarks.measure import Figure, in_turn, once

NUMBER, CHANGED = 100_000, 100
OWN = str(Path(sys.executable).parent / "budgettrack")
PLAIN = (
    "import sys, python_calamine as c; b = c.CalamineWorkbook.from_path(sys.argv[1]);"
    " [b.get_sheet_by_name(name).to_python() for name in b.sheet_names]"
)
READING = "plain reading"
EXPENSES = "xl/worksheets/sheet4.xml"
"""Where the tab Expenses lies in the file."""


def measured(
    folder: Path, number: int = NUMBER, rows: int = CHANGED, runs: int = 3
) -> tuple[Figure, list[Measured]]:
    """What plain reading takes, and each sync beside it. `number`: of expenses. `rows`: how many of
    them are changed."""
    shutil.rmtree(folder, ignore_errors=True)
    write_all(number, folder)
    plain = in_turn({READING: [sys.executable, "-c", PLAIN, str(folder / "plan.xlsx")]}, runs)[
        READING
    ]
    command = [OWN, "--config", str(folder / "budgettrack.toml"), "sync", "--on", "2026-12-31"]
    first = once(command)
    once(command)  # what the first has written is read back once
    unchanged = once(command)
    change(folder / "plan.xlsx", rows)
    changed = once(command)
    return plain, [
        _seconds(f"first sync of {number:,} rows", first, plain, 4.0),
        _memory(f"first sync of {number:,} rows, memory", first, plain, 2.5),
        _seconds("sync in which nothing changed", unchanged, plain, 1.4),
        _memory("sync in which nothing changed, memory", unchanged, plain, 1.6),
        _seconds(f"sync of {rows} changed rows", changed, plain, 1.7),
    ]


def change(path: Path, number: int) -> None:
    """So many expenses cost one more. Nothing else of the file is touched: it stays the one that the
    program knows."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    amount = re.compile(rb'(<c r="D(\d+)"[^>]*><v>)([\d.]+)(</v>)')

    def more(cell: re.Match[bytes]) -> bytes:
        row, value = int(cell[2]), cell[3]
        return cell[0] if row > number + 1 else cell[1] + b"%.2f" % (float(value) + 1) + cell[4]

    parts[EXPENSES], found = amount.subn(more, parts[EXPENSES])
    assert found >= number
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def _seconds(what: str, ours: Figure, plain: Figure, aim: float) -> Measured:
    return Measured(what, ours.work, plain.work, "s", READING, aim)


def _memory(what: str, ours: Figure, plain: Figure, aim: float) -> Measured:
    return Measured(what, ours.mib, plain.mib, "MiB", READING, aim)
