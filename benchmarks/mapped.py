"""A sync of a group's own tab beside a sync of ours, with the same expenses: `python -m
benchmarks.mapped`.

Their tab has other headings and no IDs, and nothing is written into it. Ours has IDs, so that
nothing is written into it either. Both are without refunds."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path

import openpyxl

from benchmarks.ledger import CONFIG, Ledger, ledger, write_workbook
from benchmarks.measure import Figure, once

OWN = [str(Path(sys.executable).parent / "budgettrack")]
DATA = Path(__file__).parent / "data"
MAPPING = """
[tables.expenses]
tab = "Journal"
headings = { date = "Jour", budget_line = "Poste", amount = "Montant", description = "Objet" }
constant = { currency = "USD", state = "paid" }
"""


def with_own_tab(made: Ledger, path: Path) -> None:
    """The workbook of `write_workbook`, with the expenses in a tab of the group's own."""
    import xlsxwriter

    write_workbook(Ledger(made.budget, []), path)
    book = openpyxl.load_workbook(path)
    del book["Expenses"]
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as new:
        day_format = new.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in cells.items():
            sheet = new.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, column, value, day_format)
                    elif value is not None:
                        sheet.write(number, column, value)
        journal = new.add_worksheet("Journal")
        journal.write_row(0, 0, ["Jour", "Poste", "Montant", "Objet"])
        for number, (day, _, line, _, cents) in enumerate(made.rows, 1):
            journal.write_datetime(number, 0, datetime.fromisoformat(day), day_format)
            journal.write_string(number, 1, line)
            journal.write_number(number, 2, cents / 100)
            journal.write_string(number, 3, f"Purchase {number % 997}")


def main(number: int = 100_000, data: Path = DATA) -> None:
    """Prints the work of a first and of an unchanged sync of both, and their ratio."""
    drawn = ledger(number)
    made = Ledger(drawn.budget, [row for row in drawn.rows if row[-1] > 0])
    figures: dict[str, list[Figure]] = {}
    for name in ("our tab", "their tab"):
        folder = data / f"mapped-{name.split()[0]}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        config = CONFIG.format(name="plan.xlsx")
        if name == "our tab":
            write_workbook(made, folder / "plan.xlsx")
        else:
            with_own_tab(made, folder / "plan.xlsx")
            config += MAPPING
        (folder / "budgettrack.toml").write_text(config)
        sync = [*OWN, "--config", str(folder / "budgettrack.toml"), "sync", "--on", "2026-12-31"]
        figures[name] = [once(sync), once(sync)]
    print(f"\nA sync of {number:,} expenses in a tab of the group's own, beside our tab")
    print(f"  {'':22s}{'our tab':>10s}{'their tab':>11s}{'ratio':>8s}{'MiB':>14s}")
    for place, what in enumerate(("first sync", "sync, unchanged")):
        ours, theirs = figures["our tab"][place], figures["their tab"][place]
        print(
            f"  {what:22s}{ours.work:10.2f}{theirs.work:11.2f}{theirs.work / ours.work:8.2f}"
            f"{ours.mib:8.0f}{theirs.mib:6.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
