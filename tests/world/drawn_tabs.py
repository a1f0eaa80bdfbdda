"""Tabs drawn as text, read as a workbook is read, and what was found in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from budgettrack.core.base.grids import Book, CellError, Grid, NoValue, Value
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.table_rows import Sheet, TableRows
from budgettrack.core.records.tables import Shape

EXPENSES = """
    ID   | Date       | Budget line | Description | Amount | Currency | State
    E-1  | 2026-01-05 | B-1         | Room hire   | 100    | EUR      | paid
    E-2  | 2026-01-06 | B-2         | Posters     | 20.50  | EUR      | committed
"""


def cell(text: str) -> Value:
    """A cell of a test's table: a number, a formula's value after `=`, an error, or text."""
    text = text.strip().replace("~", "\u00a0")
    if text in {"TRUE", "FALSE"}:
        return text == "TRUE"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if text == "(none)":
        return NoValue()
    return CellError(text) if text.startswith("#") else text or None


def grid(table: str, tab: str = "Expenses", **more: object) -> Grid:
    """The grid of an ASCII table. A cell `120 =SUM(E2:E3)` holds that formula and its value."""
    rows: list[list[Value]] = []
    formulas = {}
    for number, line in enumerate(line for line in table.strip("\n").splitlines() if line.strip()):
        cells: list[Value] = []
        for column, text in enumerate(line.split("|")):
            value, sign, formula = text.partition(" =")
            cells.append(cell(value))
            if sign:
                formulas[number, column] = "=" + formula.strip()
        rows.append(cells)
    return replace(Grid(tab, rows, formulas), **more)


def sheet(*grids: Grid, locale: str = "en", shapes: Mapping[str, Shape] | None = None) -> Sheet:
    return read_rows(Book(grids), shapes or {}, locale)


def expenses(table: str, locale: str = "en", **more: object) -> TableRows:
    return sheet(grid(table, **more), locale=locale).tables["expenses"]  # type: ignore[arg-type]


def found(read: Sheet, *codes: str) -> list[tuple[str, str]]:
    """(place, words) of the findings with one of `codes`; of all but missing tabs and headings
    where none are given."""
    routine = {"missing-tab", "missing-heading", "missing-column"}
    wanted = [
        each
        for each in read.findings
        if (each.code in codes if codes else each.code not in routine)
    ]
    return [(each.place, f"{each.code}: {each.problem} {each.remedy}") for each in wanted]


def ids(rows: TableRows) -> list[str]:
    return [row.id for row in rows.rows]


PLAN = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Amount"})}


def plan(rows: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The amounts that count in a mapped plan, and what is found."""
    read = sheet(grid(f"Item | Amount\n{rows}", "Plan"), shapes=PLAN)
    amounts = [row.fields["amount"] for row in read.tables["budget"].rows]
    return amounts, [(place, text.split(":")[0]) for place, text in found(read)]
