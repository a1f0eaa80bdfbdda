"""Workbooks that people have, brought in by the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner, Result

import budgettrack
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


def kept(folder: Path, table: str) -> Decimal:
    """The sum of the amounts that count, as the register has them."""
    with budgettrack.open(folder / "budgettrack.toml") as tracker:
        rows = getattr(tracker, table)().dropna(subset=["date", "amount"])
        amounts = [row.amount for row in rows.itertuples()]
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))


# Each row has a fate.


def every_row_has_a_fate(path: Path) -> None:
    """The fates of the rows of a synced workbook are as many as the rows that another reader finds
    in the file, in each tab and in all."""
    tabs = json.loads(run("--config", str(path.parent), "sheet", "--json").stdout)
    for tab in tabs:
        assert sum(tab["fates"].values()) == len(tab["rows"])
        numbers = [row["row"] for row in tab["rows"]]
        assert len(numbers) == len(set(numbers))
    assert sorted(len(tab["rows"]) for tab in tabs) == sorted(filter(None, filled_rows(path)))


def filled_rows(path: Path) -> list[int]:
    """How many rows of each tab have something in them, by openpyxl or the csv module."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [*csv.reader(file, csv.Sniffer().sniff(path.read_text("utf-8-sig"), ",;\t"))]
        return [sum(any(map(str.strip, line)) for line in lines)]
    sheets = openpyxl.load_workbook(path, data_only=False).worksheets
    return [
        sum(any(str(cell).strip() for cell in row if cell is not None) for row in rows)
        for rows in (sheet.iter_rows(values_only=True) for sheet in sheets)
    ]


# Whole books


@dataclass(frozen=True, slots=True)
class WholeBook:
    """The tabs of a workbook, and what must come out: what is planned, spent and received in all.
    `says`: what `adopt` must tell. `answers`: what a person answers."""

    tabs: Mapping[str, Tab]
    planned: str = "0"
    spent: str = "0"
    received: str = "0"
    currency: str = "EUR"
    says: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def comes_out(whole: WholeBook, folder: Path) -> None:
    """A workbook is adopted and synced, and its sums are those that are meant, to the cent."""
    path = book(folder, whole.tabs)
    file = folder / "answers.json"
    file.write_text(json.dumps(dict(whole.answers)), "utf-8")
    done = adopted(path, *(["--answers", str(file)] if whole.answers else ["--yes"]))

    assert done.exit_code == 0, done.output
    assert f'currency = "{whole.currency}"' in (folder / "budgettrack.toml").read_text("utf-8")
    for words in whole.says:
        assert words in done.stdout
    planned = sum((Decimal(budget) for budget, _ in figures(path)), Decimal(0))
    assert planned == Decimal(whole.planned)
    assert kept(folder, "expenses") == Decimal(whole.spent)
    assert kept(folder, "income") == Decimal(whole.received)
    every_row_has_a_fate(path)
