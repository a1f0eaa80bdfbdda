"""Workbooks that people have, brought in by the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner, Result

from budgettrack.cli import main

ON = ("--on", "2026-03-01")
Tab = Sequence[Any]


def book(folder: Path, tabs: Mapping[str, Tab], name: str = "b.xlsx") -> Path:
    """Makes a workbook of people. A text that begins with = is a formula."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in tabs.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(
                [datetime(c.year, c.month, c.day) if isinstance(c, date) else c for c in row]
            )
    path = folder / name
    made.save(path)
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def adopted(path: Path, *more: str) -> Result:
    return run("adopt", str(path), *ON, *(more or ("--yes",)))


def figures(path: Path) -> list[tuple[str, str]]:
    """Budget and spending of each line after a sync, to the end of the year."""
    config = ("--config", str(path.parent))
    done = run(*config, "sync", *ON)
    assert done.exit_code in (0, 3), done.output
    asked = run(*config, "variance", "--json", "--on", "2027-01-05")
    rows = json.loads(asked.stdout)
    return sorted((row["budget"], row["spent"]) for row in rows)
