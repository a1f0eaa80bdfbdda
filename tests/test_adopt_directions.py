"""Tables of which little says whether their money came in or went out: `adopt` tells them, and its
remedy works."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.world.adopting import Tab, adopted, book

N = None
DAY = date(2026, 1, 5)
LIST: Tab = [["Date", "What", "Amount"], [DAY, "4711", 400], [DAY, "4712", 500]]
SPENDING = "it is taken for spending, and no title, heading or text says so"
INCOME = "it is taken for income because of its title or the name of its tab"
NEITHER = "its name says that it is about loans, debts or things, and it is counted"
PLANNED = "its name says that it is a plan, and it is counted as what happened"
NAMES = {SPENDING: "spending", INCOME: "income", NEITHER: "neither", PLANNED: "planned"}


@pytest.mark.parametrize(
    ("tab", "rows", "says"),
    [
        ("Sales", LIST, SPENDING),
        ("Bank", LIST, SPENDING),
        ("Grants paid", LIST, INCOME),
        ("Fees 2026", LIST, INCOME),
        ("Loans", LIST, NEITHER),
        ("Inventory", [["Item", "Qty", "Value"], ["Desk", 2, 400]], NEITHER),
        ("Forecast", [["Date", "In", "Out"], [DAY, 9, 5], [DAY, 9, 5]], PLANNED),
        ("Donations", LIST, ""),
        ("Grants", [["Date", "Donor", "Amount"], [DAY, "4711", 400]], ""),
        ("Grants", [["Date", "What", "Received"], [DAY, "4711", 400]], ""),
        ("Expenses", LIST, ""),
        ("Payments", LIST, ""),
        ("Sheet1", [["Date", "What", "Paid out"], [DAY, "4711", 400]], ""),
        ("Sheet1", [["Date", "What", "Supplier", "Amount"], [DAY, "4711", "S-1", 400]], ""),
        ("Sheet1", [["Date", "What", "Amount"], [DAY, "Rent", 400]], ""),
        ("Sheet1", [["Date", "What", "Donations"], [DAY, "4711", 400]], ""),
        ("Sheet1", [["Date", "What", "In", "Out"], [DAY, "a", 4, N], [DAY, "b", N, 2]], ""),
        ("Sheet1", [["Date", "Type", "Amount"], [DAY, "Income", 4], [DAY, "Expense", 2]], ""),
        ("Sheet1", [["Date", "What", "Amount"], [DAY, "a", 4], [DAY, "b", -2]], ""),
    ],
)
def test_a_table_without_a_direction_is_told(
    tab: str, rows: Tab, says: str, tmp_path: Path
) -> None:
    done = adopted(book(tmp_path, {tab: rows}), "--yes", "--dry-run")
    told = [line for line in done.stdout.splitlines() if any(words in line for words in NAMES)]
    assert len(told) == bool(says), done.stdout
    assert all(line.startswith(f"Look at {tab}: {says}") for line in told)

    listed = json.loads(adopted(tmp_path / "b.xlsx", "--yes", "--dry-run", "--json").stdout)
    doubts = [row["value"] for row in listed if row["what"] == "doubtful"]
    assert doubts == ([NAMES[says]] if says else [])


@pytest.mark.parametrize(
    ("tab", "title", "before", "after"),
    [
        ("Sales", "Income", "Expenses", "Income"),
        ("Grants paid", "Expenses", "Income", "Expenses"),
    ],
)
def test_a_title_above_the_headings_says_it(
    tab: str, title: str, before: str, after: str, tmp_path: Path
) -> None:
    done = adopted(book(tmp_path, {tab: LIST}), "--yes", "--dry-run")
    assert f"{before}: 2 rows, 900.00 in all" in done.stdout
    assert f"write {title} into a title above the headings" in done.stdout

    done = adopted(book(tmp_path, {tab: [[title], *LIST]}), "--yes", "--dry-run")
    assert f"{after}: 2 rows, 900.00 in all" in done.stdout


def test_codes_are_no_balance(tmp_path: Path) -> None:
    rows = [
        ["Date", "Code", "Description", "Debit", "Credit"],
        [DAY, 6100, "Rent", 200, N],
        [DAY, 6200, "Ink", 100, N],
        [N, N, "Total", 300, 0],
    ]
    done = adopted(book(tmp_path, {"Ledger": rows}), "--yes", "--dry-run")
    assert "Expenses: 2 rows, 300.00 in all" in done.stdout


def test_a_payroll_by_months_may_be_a_plan_so_a_person_must_say_it(tmp_path: Path) -> None:
    rows = [["Role", "Jan", "Feb", "Total"], ["Cook", 500, 500, 1000], ["Lead", 700, 700, 1400]]
    path = book(tmp_path, {"Payroll 2026": rows})
    refused = adopted(path)
    assert refused.exit_code == 1
    assert "Are they planned or actual?" in refused.output

    (tmp_path / "a.toml").write_text('kind = "actual"\n')
    done = adopted(path, "--answers", str(tmp_path / "a.toml"), "--dry-run")
    assert "Expenses: 4 rows, 2,400.00 in all" in done.stdout
