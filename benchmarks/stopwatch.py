"""From a workbook that people have to a first `status`, at a real terminal: `python -m
benchmarks.stopwatch` prints for five workbooks the keys, and the seconds. No TOML is typed.

Before each Enter it waits two seconds, as a person at least does. The keys of the commands are
those of `budgettrack adopt b.xlsx`, `budgettrack sync` and `budgettrack status`."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

DATA = Path(__file__).parent / "data"
DAY = ("--on", "2026-03-01")
PAUSE = 2.0
"""Seconds before each Enter."""
COMMANDS = ("adopt b.xlsx", "sync", "status")
LONGEST = 300
"""A command that takes longer than so many seconds has failed."""
N = None

BOOKS: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]] = {
    "Dutch cash book with two columns and a balance": {
        "Kasboek": [
            ["Datum", "Omschrijving", "Inkomsten", "Uitgaven", "Saldo"],
            [date(2026, 1, 5), "Contributie", 250, N, 250],
            [date(2026, 1, 9), "Huur zaal", N, 80.5, 169.5],
            [date(2026, 2, 3), "Subsidie", 1000, N, 1169.5],
            ["Totaal", N, 1250, 80.5, N],
        ]
    },
    "a tab for each month": {
        f"{month} 2026": [
            ["Date", "Details", "Receipts", "Payments"],
            [date(2026, number, 4), "Dues", 100, N],
            [date(2026, number, 14), "Food", N, 30.25],
            ["Totals", N, 100, 30.25],
        ]
        for number, month in enumerate(("January", "February"), 1)
    },
    "budget in the form of the European Commission, with six totals": {
        "Budget": [
            ["Costs", "Unit", "# of units", "Unit cost (EUR)", "Total cost (EUR)"],
            ["1. Human resources"],
            ["1.1 Coordinator", "per month", 12, 1500, 18000],
            ["1.2 Assistant", "per month", 6, 900, 5400],
            ["Subtotal Human resources", N, N, N, 23400],
            ["2. Travel"],
            ["2.1 Local transport", "per month", 12, 85.5, 1026],
            ["Subtotal Travel", N, N, N, 1026],
            ["3. Equipment"],
            ["3.1 Computer", "per item", 2, 700, 1400],
            ["Subtotal Equipment", N, N, N, 1400],
            ["4. Other costs"],
            ["4.1 Audit", "lump sum", 1, 1200, 1200],
            ["Subtotal Other costs", N, N, N, 1200],
            ["5. Subtotal direct eligible costs", N, N, N, 27026],
            ["6. Indirect costs (7 %)", N, N, N, 1891.82],
            ["7. Total eligible costs", N, N, N, 28917.82],
        ]
    },
    "Russian plan and spending by quarter": {
        "Бюджет 2026": [
            ["Статья", "План 1 кв", "Факт 1 кв", "План 2 кв", "Факт 2 кв"],
            ["Аренда", 900, 600, 900, N],
            ["Печать", 120.5, 80.25, 120.5, N],
            ["Итого", 1020.5, 680.25, 1020.5, N],
        ]
    },
    "French plan with charges and products side by side": {
        "Budget prévisionnel 2026": [
            ["Charges", "Montant", "Produits", "Montant"],
            ["60 Achats", 800, "70 Ventes", 300],
            ["61 Locations", 1200, "74 Subventions", 1500],
            ["62 Honoraires", 50.5, "75 Cotisations", 250.5],
            ["Total charges", 2050.5, "Total produits", 2050.5],
        ]
    },
}


@dataclass(frozen=True, slots=True)
class KeyPress:
    """What was typed, and the seconds since the beginning."""

    at: float
    keys: str


@dataclass(slots=True)
class Walk:
    """The way from a file to a first `status`: the log of keys, what the terminal showed, the exit
    codes of the commands, and the seconds."""

    log: list[KeyPress] = field(default_factory=list)
    shown: str = ""
    codes: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answers(self) -> list[str]:
        """What was typed besides the commands, as names of keys."""
        typed = [press.keys for press in self.log if not press.keys.startswith("budgettrack ")]
        return [keys.replace("\r", "Enter") for keys in typed]

    @property
    def keys(self) -> int:
        return sum(len(press.keys) for press in self.log)


def make(tabs: Mapping[str, Sequence[Sequence[Any]]], path: Path) -> None:
    """Makes a workbook of people."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in tabs.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append([*row])
    made.save(path)


def walk(folder: Path, pause: float = PAUSE) -> Walk:
    """Types the three commands at a terminal, and Enter at each question."""
    walked, begin = Walk(), time.monotonic()
    for command in COMMANDS:
        time.sleep(pause)
        typed = f"budgettrack {command}\r"
        walked.log.append(KeyPress(time.monotonic() - begin, typed))
        _at_terminal(folder, [*command.split(), *DAY], walked, begin, pause)
    walked.seconds = time.monotonic() - begin
    return walked


def _at_terminal(
    folder: Path, words: Sequence[str], walked: Walk, begin: float, pause: float
) -> None:
    side, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "budgettrack", *words],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=folder,
        env={**os.environ, "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(terminal)
    answered, until = len(walked.shown), time.monotonic() + LONGEST
    while time.monotonic() < until:
        if select.select([side], [], [], 0.1)[0]:
            try:
                piece = os.read(side, 65536)
            except OSError:  # its end was closed
                break
            if not piece:
                break
            walked.shown += piece.decode("utf-8", "replace")
        elif walked.shown.endswith(": ") and len(walked.shown) > answered:
            answered = len(walked.shown)
            time.sleep(pause)
            os.write(side, b"\r")
            walked.log.append(KeyPress(time.monotonic() - begin, "\r"))
    os.close(side)
    if time.monotonic() >= until:
        process.kill()
    walked.codes.append(process.wait())


def main(data: Path = DATA, pause: float = PAUSE) -> dict[str, Walk]:
    """Prints the log of each workbook, and the table."""
    walks: dict[str, Walk] = {}
    for place, (name, tabs) in enumerate(BOOKS.items()):
        folder = data / f"stopwatch-{place}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(tabs, folder / "b.xlsx")
        walks[name] = walk(folder, pause)
        print(f"\n{name}")
        for press in walks[name].log:
            keys = press.keys.replace("\r", "Enter" if press.keys == "\r" else " Enter")
            print(f"  {press.at:6.1f} s  {keys}")
    print(
        "\n| workbook | keys of the answers | from the file to the first `status` |\n|---|---|---:|"
    )
    for name, walked in walks.items():
        answers = ", ".join(walked.answers) or "none"
        print(f"| {name} | {answers} | {walked.seconds:.0f} s |")
    return walks


if __name__ == "__main__":
    main()
