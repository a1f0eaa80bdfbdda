"""The public site of a large host beside plain reading: 300 grants, 36 months, 100,000 expenses.

It is published for the first time, then again with nothing changed, and again after a hundred
expenses of one published month were changed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks import reports
from benchmarks.aims import Measured
from benchmarks.measure import Figure, once

GRANTS, LINES, EXPENSES = 300, 5, 100_000
CHANGED = 100


def measured(
    folder: Path,
    plain: Figure,
    grants: int = GRANTS,
    expenses: int = EXPENSES,
    rows: int = CHANGED,
) -> list[Measured]:
    """Each step beside plain reading. The aim was 5 s where plain reading took 0.75 s."""
    shutil.rmtree(folder, ignore_errors=True)
    reports.prepare(folder, grants, LINES, expenses)
    command = [
        *(str(Path(sys.executable).parent / "budgettrack"), "--config"),
        *(str(folder / "budgettrack.toml"), "report", "transparency"),
        *("--month", "2026-12", "--on", str(reports.TODAY)),
    ]
    first, again = once(command), once(command)
    reports.change(folder, rows, grants, LINES, expenses)
    changed = once(command)
    return [
        Measured(f"public site of {grants} grants and 36 months, {what}", figure.work, plain.work, "s",
            "plain reading", 5 / 0.75)
        for what, figure in (
            ("for the first time", first),
            ("nothing changed", again),
            (f"{rows} expenses of a published month changed", changed),
        )
    ]  # fmt: skip
