"""Workbooks of other shapes come in as they are meant: their rows, their sums, and what is told."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.world.adopting import every_row_has_a_fate
from tests.world.shaped_books import ON
from tests.world.shaped_books import ShapedBook as Book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


BUDGET = """
[tables.budget]
tab = "Plan"
headings = { description = "Item", amount = "Total" }
constant = { grant = "G", people_paid = "0" }
"""
EXPENSES = """
[tables.expenses]
tab = "Jan"
headings = { date = "Date", description = "Item", amount = "Amount" }
constant = { currency = "EUR", state = "paid" }
"""


def test_quarters_phase_the_plan_and_fill_a_blank_total(book: Book) -> None:
    book.make(
        BUDGET,
        Plan=[
            ["Item", "2026 Q1", "2026 Q2", "Total"],
            ["Salaries", 100, 100, 200],
            ["Moving in", 60, None, None],
            ["TOTAL", 160, 100, 260],
        ],
    )
    book.sync()

    assert [line["budget"] for line in book.lines()] == ["100.00", "60.00"]
    assert not book.codes() & {"total-does-not-match", "missing-value"}


def test_ten_changed_amounts_are_ten_changes_with_their_history(book: Book) -> None:
    rows: list[list[Any]] = [[f"Item {number}", 100 + number] for number in range(20)]
    book.make(BUDGET, Plan=[["Item", "Total"], *rows])
    book.sync()
    before = [line["line"] for line in book.lines()]

    raised = [[item, amount + 7 * (place < 10)] for place, (item, amount) in enumerate(rows)]
    book.make(BUDGET, Plan=[["Item", "Total"], *raised[::-1]])
    book.run("sync", "--adopt", *ON)

    assert sorted(line["line"] for line in book.lines()) == sorted(before)
    history = book.run("history", before[0])
    assert "100" in history
    assert "107" in history


def test_a_tab_for_each_month_is_read_whole(book: Book) -> None:
    def month(number: int, amount: int) -> list[list[Any]]:
        rows: list[list[Any]] = [["Date", "Item", "Amount"], [f"2026-{number:02d}-05", "x", amount]]
        return [*rows, ["Total", None, amount]]

    book.make(EXPENSES, Jan=month(1, 100), Feb=month(2, 200), Mar=month(3, 300))
    book.sync()

    (line,) = book.lines()
    assert line["spent"] == "600.00"
    assert "tabs-read-together" in book.codes()


def test_who_pays_for_a_budget_does_not_double_it(book: Book) -> None:
    book.make(
        BUDGET,
        Plan=[
            ["Item", "Total"],
            ["Rent", 1000],
            ["Food", 500],
            ["Total", 1500],
            ["Own funds", 900],
            ["Harbour Fund", 600],
        ],
    )
    book.sync()

    # A quarter of the year has passed.
    assert [line["budget"] for line in book.lines()] == ["250.00", "125.00"]
    assert "below-total" in book.codes()
    (tab,) = json.loads(book.run("sheet", "--json"))
    assert [row["fate"] for row in tab["rows"]][-3:] == ["total", "finding", "finding"]


def test_a_line_typed_below_the_total_counts_and_is_told_until_the_total_has_it(
    book: Book,
) -> None:
    rows: list[list[Any]] = [["Item", "Total"], ["Rent", 1000], ["Food", 500], ["Total", 1500]]
    book.make(BUDGET, Plan=[*rows, ["Van", 70]])
    book.sync()

    assert [line["budget"] for line in book.lines()] == ["250.00", "125.00", "17.50"]
    assert "counted-below-total" in book.codes()

    book.make(BUDGET, Plan=[*rows, ["Van", 70], ["Total", 1570]])
    book.sync()
    assert "counted-below-total" not in book.codes()


def test_the_words_of_where_are_known_without_case_accents_and_spaces(book: Book) -> None:
    book.make(
        f'{EXPENSES}where = {{ Sens = "Dépense" }}\n',
        Jan=[
            ["Date", "Item", "Amount", "Sens"],
            ["2026-01-05", "a", 1, "Dépense"],
            ["2026-01-06", "b", 2, "DEPENSE "],
            ["2026-01-07", "c", 4, "de\u0301pense."],
            ["2026-01-08", "d", 8, "Recette"],
        ],
    )
    book.sync()

    assert [line["spent"] for line in book.lines()] == ["7.00"]


def test_dashes_of_a_cash_book_are_nothing(book: Book) -> None:
    book.make(
        """
[tables.expenses]
tab = "Cash"
headings = { date = "Date", description = "Item", amount = "Out" }
constant = { currency = "EUR", state = "paid" }

[tables.income]
tab = "Cash"
headings = { date = "Date", reference = "Item", amount = "In" }
constant = { currency = "EUR", state = "received", kind = "donation" }
""",
        Cash=[
            ["Date", "Item", "In", "Out"],
            ["2026-01-05", "Gift", 100, "-"],
            ["2026-01-06", "Bus", "- €", 20],
            ["2026-02-01", "Transporte", 80, 0],
        ],
    )
    book.sync()

    assert [line["spent"] for line in book.lines()] == ["20.00"]
    assert not book.codes() & {"amount-not-a-number", "missing-value"}
    assert "taken-for-carried" in book.codes()
    (tab,) = json.loads(book.run("sheet", "--json"))
    assert tab["fates"] == {"heading": 1, "record": 2, "carried note": 1}


OWN: dict[str, list[list[Any]]] = {
    "Grants": [
        ["ID", "Funder", "State", "Currency", "Amount", "Start", "End"],
        ["G1", "Fund", "active", "EUR", 12000, "2026-01-01", "2026-12-31"],
    ],
    "Budget": [
        ["ID", "Grant", "Category", "Description", "Amount", "People paid"],
        ["B1", "G1", "Rent", "Office", 12000, 0],
    ],
    "Expenses": [
        ["ID", "Date", "Budget line", "Description", "Amount", "Currency", "State"],
        ["E1", "2026-01-05", "B1", "rent", 500, None, "paid"],
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number_format", "spent", "code"),
    [
        ("0.00", "500.00", ""),
        ('#,##0.00 "€"', "500.00", ""),
        ("#,##0.00 [$€-407]", "500.00", ""),
        ('0.00 "h"', "500.00", ""),
        ("[$¥-804]#,##0.00", "0.00", "no-rate"),
        ('"US$"#,##0.00', "0.00", "no-rate"),
        ("$#,##0.00", "0.00", "currency-missing"),
        ("0%", "0.00", "amount-not-a-number"),
    ],
)
def test_a_currency_that_only_the_format_shows_counts(
    book: Book, number_format: str, spent: str, code: str
) -> None:
    book.make("", **OWN)
    workbook = openpyxl.load_workbook(book.path)
    workbook["Expenses"]["E2"].number_format = number_format
    workbook.save(book.path)
    book.sync()

    assert [line["spent"] for line in book.lines()] == [spent]
    assert not code or code in book.codes()


@pytest.mark.parametrize("size", ["A:H", "1:3", "", "A1:XFD1048576"])
def test_a_tab_is_read_whatever_its_file_says_of_its_size(book: Book, size: str) -> None:
    book.make("", **OWN)
    with zipfile.ZipFile(book.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(book.path, "w") as archive:
        for name, part in parts.items():
            start = part.find(b'<dimension ref="')
            end = part.find(b"/>", start) + 2
            if name.startswith("xl/worksheets/sheet") and start >= 0:
                changed = part[:start] + f'<dimension ref="{size}"/>'.encode() + part[end:]
                archive.writestr(name, changed)
            else:
                archive.writestr(name, part)
    book.sync()

    assert [line["spent"] for line in book.lines()] == ["500.00"]


CASES = Path(__file__).parents[2] / "shared/cases/books"
EXPECTED: Mapping[str, tuple[str, str]] = {
    "side_by_side": ("spent", "800.00"),
    "indirect_rate": ("amount", "73333.89"),
    "quarters": ("amount", "460.00"),
    "groups_as_rows": ("amount", "350.00"),
    "cash_book": ("spent", "54.00"),
    "totals_above": ("amount", "1960.00"),
    "month_matrix": ("budget", "300.00"),
    "tab_per_month": ("spent", "600.00"),
    "rehash": ("amount", "3589.00"),
    "rollups": ("amount", "350.00"),
    "total_in_date_column": ("spent", "100.00"),
    "currency_by_format": ("spent", "0.00"),
    "dimension_rows": ("spent", "2000.00"),
    "dimension_cols": ("spent", "2000.00"),
}


@pytest.mark.slow
@pytest.mark.skipif(not CASES.is_dir(), reason="the cases of other people's shapes are not here")
@pytest.mark.parametrize("case", sorted(EXPECTED))
def test_the_cases_come_in_as_they_are_meant(tmp_path: Path, case: str) -> None:
    book = Book(tmp_path)
    for file in (CASES / case).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    book.run("sync", "--adopt", *ON)

    figure, total = EXPECTED[case]
    if figure == "amount":
        shown = json.loads(book.run("variance", "--to", "2026-12", "--on", "2027-01-05", "--json"))
        figure = "budget"
    else:
        shown = book.lines()
    assert sum(Decimal(line[figure]) for line in shown) == Decimal(total)
    assert "total-does-not-match" not in book.codes()
    every_row_has_a_fate(next(tmp_path.glob("*.xlsx")))
