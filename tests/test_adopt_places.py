"""Workbooks with money in several places, totals of some columns, signs and words that were not
known: each by `adopt --yes`, to the cent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budgettrack.setup.adopt.vocabulary import says_in_kind
from tests.world.adopting import (
    ON,
    WholeBook,
    adopted,
    book,
    comes_out,
    every_row_has_a_fate,
    figures,
    filled_rows,
    run,
)

N = None

BOOKS = {
    "cheques beside cash": WholeBook(
        {
            "Accounts": [
                ["Date", "Description", "Cheque In", "Cheque Out", "Cash In", "Cash Out"],
                [date(2026, 1, 4), "Dues", N, N, 40, N],
                [date(2026, 1, 11), "Room", N, 85, N, N],
                [date(2026, 1, 18), "Council", 300, N, N, N],
                [date(2026, 2, 1), "Biscuits", N, N, N, 6.25],
                ["Totals", N, 300, 85, 40, 6.25],
            ]
        },
        spent="91.25",
        received="340",
    ),
    "bank and petty cash, each with its balance": WholeBook(
        {
            "Cash book": [
                ["Date", "Details", "Bank In", "Bank Out", "Bank Balance", "Petty Cash In",
                 "Petty Cash Out", "Petty Cash Balance"],
                [date(2026, 1, 5), "Dues", 250, N, 250, N, N, N],
                [date(2026, 1, 8), "Hall", N, 120, 130, N, N, N],
                [date(2026, 1, 9), "Tin", N, N, N, 35.5, N, 35.5],
                [date(2026, 1, 12), "Tea", N, N, N, N, 12.4, 23.1],
            ]
        },
        spent="132.4",
        received="285.5",
    ),
    "a French bank beside a cash box, the place after the word": WholeBook(
        {
            "Journal": [
                ["Date", "Libellé", "Entrées banque", "Sorties banque", "Entrées caisse",
                 "Sorties caisse"],
                [date(2026, 1, 6), "Cotisations", N, N, 120, N],
                [date(2026, 1, 9), "Mairie", 1500, N, N, N],
                [date(2026, 1, 15), "Loyer", N, 400, N, N],
                [date(2026, 2, 3), "Goûter", N, N, N, 23.8],
            ]
        },
        spent="423.8",
        received="1620",
    ),
    "money in all before the places that it is in": WholeBook(
        {
            "Book": [
                ["Date", "Text", "Money In", "Money Out", "Bank In", "Bank Out", "Cash In",
                 "Cash Out"],
                [date(2026, 1, 6), "Gift", 100, N, 100, N, N, N],
                [date(2026, 1, 9), "Dues", 20, N, N, N, 20, N],
                [date(2026, 2, 3), "Rent", N, 60, N, 60, N, N],
                [date(2026, 2, 4), "Tea", N, 5.5, N, N, N, 5.5],
            ]
        },
        spent="65.5",
        received="120",
    ),
    "income and expenses with a budget of each, which is no place": WholeBook(
        {
            "Book": [
                ["Date", "Text", "Income", "Expenses", "Income budget", "Expenses budget"],
                [date(2026, 1, 6), "Gift", 100, N, 90, N],
                [date(2026, 2, 3), "Rent", N, 60, N, 70],
            ]
        },
        spent="60",
        received="100",
    ),
    "money out below zero beside money in, with a balance": WholeBook(
        {
            "Statement": [
                ["Date", "Details", "Paid In", "Withdrawn", "Balance"],
                [date(2026, 1, 5), "Funds", 2000, N, 2000],
                [date(2026, 1, 6), "Bill", N, -350, 1650],
                [date(2026, 1, 6), "Charge", N, -23.5, 1626.5],
            ]
        },
        spent="373.5",
        received="2000",
    ),
    "payments with their payees": WholeBook(
        {
            "Payments": [
                ["Date", "Payee", "Cheque no", "Total", "Rent", "Wages"],
                [date(2026, 1, 5), "Landlord", "101", 400, 400, N],
                [date(2026, 1, 15), "Rail", "102", 950.5, N, 950.5],
            ]
        },
        spent="1350.5",
    ),
    "a claim with its kilometres, and what is not paid": WholeBook(
        {
            "Travel claims": [
                ["Date", "Purpose", "Km", "Rate", "Mileage", "Other costs", "Total claim", "Paid?"],
                [date(2026, 1, 4), "Visit", 20, 0.45, 9, N, 9, "Yes"],
                [date(2026, 1, 19), "Training", 84, 0.45, 37.8, 12, 49.8, "Yes"],
                [date(2026, 2, 24), "Visit", 10, 0.45, 4.5, N, 4.5, "No"],
            ]
        },
        spent="58.8",
    ),
    "receipts and payments of a year before, and net receipts": WholeBook(
        {
            "R&P": [
                [N, "Unrestricted funds", "Restricted funds", "Total 2025", "Total 2024"],
                ["Receipts"],
                ["Donations", 1200, N, 1200, 1100],
                ["Grants", N, 5000, 5000, 4000],
                ["Total receipts", 1200, 5000, 6200, 5100],
                ["Payments"],
                ["Wages", N, 3800, 3800, 3500],
                ["Rent", 600, 500, 1100, 1050],
                ["Total payments", 600, 4300, 4900, 4550],
                ["Net receipts", 600, 700, 1300, 550],
            ]
        },
        spent="4900",
        received="6200",
        answers={"day": "2025-12-31"},
    ),
    "takings of each week": WholeBook(
        {
            "Takings": [
                ["Week ending", "Cash takings", "Card takings", "Total"],
                [date(2026, 1, 4), 120.5, 80, 200.5],
                [date(2026, 1, 11), 99, 61.2, 160.2],
            ]
        },
        received="360.7",
    ),
    "spending before and now, and their total, beside a budget": WholeBook(
        {
            "Budget": [
                ["Item", "Budget", "Previous expenditure", "Current expenditure",
                 "Total expenditure"],
                ["Rent", 1000, 100, 200, 300],
                ["Tea", 500, 50, 25, 75],
            ]
        },
        planned="1500",
        spent="375",
    ),
    "spending by bank and by cash, and their total, beside a budget": WholeBook(
        {
            "Budget": [
                ["Item", "Budget", "Paid by bank", "Paid by cash", "Total paid"],
                ["Rent", 1000, 100, 200, 300],
                ["Tea", 500, 50, 25, 75],
            ]
        },
        planned="1500",
        spent="375",
    ),
    "the total of two funders beside the number of persons": WholeBook(
        {
            "Budget": [
                ["Item", "Persons", "City", "Region", "Total cost"],
                ["Rent", 7, 1000, 200, 1200],
                ["Tea", 5, 500, 25.5, 525.5],
            ]
        },
        planned="1725.5",
    ),
    "a line that is only in kind": WholeBook(
        {
            "Budget": [
                ["Item", "Cash", "In-kind", "Total"],
                ["Volunteer hours", N, 300, 300],
                ["Print", 50, N, 50],
            ]
        },
        planned="350",
        says=["Look at Budget!C: contributions in kind are no money, and they are counted."],
    ),
    "a line in kind with a zero for its money": WholeBook(
        {
            "Budget": [
                ["Item", "Cash", "In-kind", "Total"],
                ["Volunteer hours", 0, 300, 300],
                ["Print", 50, "–", 50],
            ]
        },
        planned="50",
        says=["Not read: Budget!C: contributions in kind, in this column. They are no money."],
    ),
    "a line in kind with a dash for its money": WholeBook(
        {
            "Budget": [
                ["Item", "Cash", "In-kind", "Total"],
                ["Volunteer hours", "–", 300, 300],
                ["Print", 50, "–", 50],
            ]
        },
        planned="350",
        says=["Look at Budget!C: contributions in kind are no money, and they are counted."],
    ),
    "income that is only in kind": WholeBook(
        {
            "Income": [
                ["Date", "From", "Cash", "In-kind", "Total"],
                [date(2026, 1, 4), "Volunteer hours", N, 300, 300],
                [date(2026, 1, 5), "Gift", 50, N, 50],
            ]
        },
        received="350",
        says=["Look at Income!D: contributions in kind are no money, and they are counted."],
    ),
    "mobile money in a currency": WholeBook(
        {
            "Expenses": [
                ["MTN mobile money"],
                ["Date", "Item", "Amount (UGX)"],
                [date(2026, 1, 5), "Airtime", 20000],
            ]
        },
        spent="20000",
        currency="UGX",
    ),
    "mobile money without a currency": WholeBook(
        {
            "Expenses": [
                ["MTN mobile money"],
                ["Date", "Item", "Amount"],
                [date(2026, 1, 5), "Airtime", 20000],
            ]
        },
        spent="20000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_a_book_of_several_places_comes_out_to_the_cent(name: str, tmp_path: Path) -> None:
    comes_out(BOOKS[name], tmp_path)


def test_no_line_in_kind_becomes_a_category(tmp_path: Path) -> None:
    path = book(tmp_path, BOOKS["a line that is only in kind"].tabs)
    assert adopted(path).exit_code == 0
    assert figures(path) == [("300.00", "0.00"), ("50.00", "0.00")]

    asked = run("--config", str(tmp_path), "variance", "--json", *ON)
    assert "Print" in asked.stdout
    assert '"category": "Volunteer hours"' not in asked.stdout


def test_money_out_below_zero_and_above_it_is_asked_about_beside_money_in(tmp_path: Path) -> None:
    rows = [
        ["Date", "Details", "Paid In", "Withdrawn"],
        [date(2026, 1, 5), "Funds", 2000, N],
        [date(2026, 1, 6), "Bill", N, -350],
        [date(2026, 1, 7), "Charge", N, -23.5],
        [date(2026, 1, 8), "Back", N, 50],
    ]
    path = book(tmp_path, {"Book": rows})
    (tmp_path / "a.toml").write_text('minus = "refund"\n')
    answered = adopted(path, "--answers", str(tmp_path / "a.toml"), "--dry-run")
    assert "-323.50 in all" in answered.stdout

    assert 'Taken by default: minus = "out"' in adopted(path).stdout
    assert figures(path) == [("0.00", "323.50")]


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("Sachleistungen", True),
        ("Volunteer time (in-kind)", True),
        ("کمک غیرنقدی", True),
        ("مساهمات عينية", True),
        ("bargeldlos", False),
        ("in kindness", False),
    ],
)
def test_words_in_kind_are_known_as_a_whole_or_by_a_star(text: str, *, is_known: bool) -> None:
    assert says_in_kind(text) is is_known


def test_pairs_whose_headings_name_currencies_that_are_not_known_are_not_mixed(
    tmp_path: Path,
) -> None:
    rows = [
        ["Date", "Text", "In dollars", "Out dollars", "In pounds", "Out pounds"],
        [date(2026, 1, 5), "Gift", 500, N, N, N],
        [date(2026, 1, 9), "Rent", N, N, N, 200],
    ]
    done = adopted(book(tmp_path, {"Book": rows}))

    assert done.exit_code == 1


def test_rows_of_a_csv_file_are_counted_by_another_reader(tmp_path: Path) -> None:
    path = tmp_path / "spent.csv"
    path.write_text(
        'Date;Text;Amount\n\n2026-01-05;"Tea\nand milk";4,50\n;;\n2026-01-06;Bus;2\nTotal;;6,50\n',
        "utf-8",
    )
    assert adopted(path, "--yes").exit_code == 0
    assert run("--config", str(tmp_path), "sync", *ON).exit_code == 0

    assert filled_rows(path) == [4]
    every_row_has_a_fate(path)


@pytest.mark.parametrize(("sign", "code"), [("S/", "PEN"), ("RD$", "DOP"), ("د.ج", "DZD")])
def test_a_sign_of_one_country_is_its_currency(sign: str, code: str, tmp_path: Path) -> None:
    import openpyxl

    rows = [["Date", "Item", "Amount"], [date(2026, 1, 5), "Bus", 20], [date(2026, 1, 9), "Tea", 5]]
    path = book(tmp_path, {"Expenses": rows})
    made = openpyxl.load_workbook(path)
    for cell in ("C2", "C3"):
        made["Expenses"][cell].number_format = f'"{sign}" #,##0.00'
    made.save(path)

    assert "25.00" in adopted(path).stdout
    assert f'currency = "{code}"' in (tmp_path / "budgettrack.toml").read_text("utf-8")
