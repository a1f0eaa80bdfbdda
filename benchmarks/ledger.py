"""One synthetic ledger (fixed seed, one currency) in the forms that hledger, ledger and beancount
read, and as a workbook.

200 budget lines owned by 20 grants, 24 months from 2025-01, N expenses of which 1 % are refunds.
Amounts in cents."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
LINES = [(f"G{number // 10 + 1:02d}", f"L{number + 1:03d}") for number in range(200)]


@dataclass(frozen=True)
class Ledger:
    """`budget` is each line's cents a month; `rows` are (date, grant, line, vendor, cents), refunds
    below zero."""

    budget: dict[tuple[str, str], int]
    rows: list[tuple[str, str, str, str, int]]

    def spent(self) -> dict[tuple[str, str], int]:
        """Cents by (line, month)."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for day, _, line, _, cents in self.rows:
            sums[line, day[:7]] += cents
        return sums


def ledger(number: int, seed: int = 20261120, vendors: int = 400) -> Ledger:
    chance = random.Random(seed)
    mean = max(1, number / (len(LINES) * len(MONTHS)))
    budget = {
        line: (
            round(chance.uniform(0.5, 1.8) * mean * 30000) // 100 * 100 + chance.choice((0, 25, 50))
        )
        for line in LINES
    }
    weights = [chance.paretovariate(1.6) for _ in LINES]
    days = [
        f"{month}-{day:02d}"
        for month in MONTHS
        for day in range(1, calendar.monthrange(int(month[:4]), int(month[5:]))[1] + 1)
    ]
    names = [f"Vendor {index:03d}" for index in range(vendors)]
    rows = []
    for _ in range(number):
        cents = int(chance.lognormvariate(9.6, 1.1)) + 1
        if chance.random() < 0.01:
            cents = -cents
        grant, line = chance.choices(LINES, weights)[0]
        rows.append((chance.choice(days), grant, line, chance.choice(names), cents))
    rows.sort(key=lambda row: row[0])
    return Ledger(budget, rows)


def text(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write_plain_text(made: Ledger, stem: Path) -> None:
    """STEM.hledger, STEM.ledger and STEM.beancount."""
    entries = "".join(
        f"{day} * {vendor}\n    Expenses:{grant}:{line}    {text(cents)} USD\n    Assets:Bank\n\n"
        for day, grant, line, vendor, cents in made.rows
    )
    monthly = "".join(
        f"    Expenses:{grant}:{line}    {text(c)} USD\n"
        for (grant, line), c in made.budget.items()
    )
    accounts = "".join(f"account Expenses:{grant}:{line}\n" for grant, line in LINES)
    stem.with_suffix(".hledger").write_text(
        f"commodity 1000.00 USD\n{accounts}account Assets:Bank\n\n"
        f"~ monthly from 2025-01-01 to 2027-01-01\n{monthly}    Assets:Bank\n\n{entries}"
    )
    stem.with_suffix(".ledger").write_text(
        f"commodity USD\n    format 1000.00 USD\n\n~ Monthly\n{monthly}    Assets:Bank\n\n{entries}"
    )
    opening = "".join(f"1990-01-01 open Expenses:{grant}:{line} USD\n" for grant, line in LINES)
    budgets = "".join(
        f'2025-01-01 custom "budget" Expenses:{grant}:{line} "monthly" {text(c)} USD\n'
        for (grant, line), c in made.budget.items()
    )
    booked = "".join(
        f'{day} * "{vendor}"\n  Expenses:{grant}:{line}    {text(cents)} USD\n  Assets:Bank\n\n'
        for day, grant, line, vendor, cents in made.rows
    )
    stem.with_suffix(".beancount").write_text(
        'option "operating_currency" "USD"\n1990-01-01 open Assets:Bank'
        f" USD\n{opening}{budgets}{booked}"
    )


def write_workbook(made: Ledger, path: Path, *, ids: bool = True) -> None:
    """The same ledger as a workbook of our own shape; without `ids`, the expenses' ID cells are
    blank."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001 - a file's fixed mark
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        sheets = {
            "Work-plan": [
                "ID",
                "Objective",
                "Activity",
                "Lead role",
                "Start",
                "End",
                "Milestone",
                "Indicator",
                "Target",
                "Achieved",
                "% done",
                "Status",
                "Progress note (published)",
                "Internal note",
            ],
            "Grants": ["ID", "Funder", "Title", "State", "Currency", "Amount", "Start", "End"],
            "Budget": ["ID", "Grant", "Category", "Amount", *MONTHS],
            "Expenses": ["ID", "Date", "Budget line", "Amount", "Currency", "State", "Description"],
            "Income": ["ID", "Date", "Grant", "Kind", "State", "Amount", "Currency"],
            "Resources": ["ID", "Kind", "From whom"],
            "Deadlines": ["ID", "What", "Due", "Grant", "Done on"],
            "Rates": ["Month", "Currency", "Rate"],
            "Months": ["Month", "Closed"],
        }
        for name, headings in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, headings)
            if name == "Grants":
                for row, grant in enumerate(sorted({grant for grant, _ in LINES}), 1):
                    award = sum(c for (owner, _), c in made.budget.items() if owner == grant) * 24
                    sheet.write_row(
                        row,
                        0,
                        [grant, f"Funder {grant}", f"Grant {grant}", "active", "USD", award / 100],
                    )
                    sheet.write_datetime(row, 6, dt.datetime(2025, 1, 1), day_format)  # noqa: DTZ001
                    sheet.write_datetime(row, 7, dt.datetime(2026, 12, 31), day_format)  # noqa: DTZ001
            elif name == "Budget":
                for row, ((grant, line), cents) in enumerate(made.budget.items(), 1):
                    sheet.write_row(row, 0, [line, grant, f"Category {row % 8}", cents * 24 / 100])
                    sheet.write_row(row, 4, [cents / 100] * 24)
            elif name == "Expenses":
                for row, (day, _, line, _, cents) in enumerate(made.rows, 1):
                    if ids:
                        sheet.write_string(row, 0, f"E-{row}")
                    sheet.write_datetime(row, 1, dt.datetime.fromisoformat(day), day_format)
                    sheet.write_string(row, 2, line)
                    sheet.write_number(row, 3, abs(cents) / 100)
                    sheet.write_string(row, 4, "USD")
                    sheet.write_string(row, 5, "refunded" if cents < 0 else "paid")
                    sheet.write_string(row, 6, f"Purchase {row % 997}")


CONFIG = """[organisation]
name = "Benchmark"
currency = "USD"

[workbook]
xlsx = "{name}"

[sync]
winner = "sheet"
"""


def write_all(number: int, folder: Path, *, ids: bool = True) -> Ledger:
    """The ledger of so many expenses in `folder`: plain text forms, workbook and config."""
    folder.mkdir(parents=True, exist_ok=True)
    made = ledger(number)
    write_plain_text(made, folder / "ledger")
    write_workbook(made, folder / "plan.xlsx", ids=ids)
    (folder / "budgettrack.toml").write_text(CONFIG.format(name="plan.xlsx"))
    return made
