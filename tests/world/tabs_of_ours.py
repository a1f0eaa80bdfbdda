"""Tabs of a workbook as a test needs them: headings and rows as text, parted by bars."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.base.grids import Book, CellEdit, Grid, Value


def tab(name: str, text: str, **more: object) -> Grid:
    """A tab from lines of cells parted by bars; numbers and days are read as a spreadsheet would."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    rows = [[_cell(cell.strip()) for cell in line.split("|")] for line in lines]
    return replace(Grid(name, rows), **more)


def book(*grids: Grid) -> Book:
    """A workbook of those tabs."""
    return Book(grids)


def _cell(text: str) -> Value:
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    return text or None


def written(edits: tuple[CellEdit, ...]) -> dict[str, str | Decimal | date | None]:
    """What is written, by cell as people see it: `Budget!E2`."""
    return {f"{edit.tab}!{chr(65 + edit.column)}{edit.row + 1}": edit.value for edit in edits}
