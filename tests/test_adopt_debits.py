"""Debit and credit mean the opposite in a bank's statement and in a group's own book: `adopt` goes by
what the sheet shows, and asks if it shows nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budgettrack.setup.adopt.debits import side_of
from tests.world.adopting import ON, Tab, adopted, book, figures, run

N = None
JAN, FEB = date(2026, 1, 5), date(2026, 2, 9)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Debit", "debit"),
        ("Cr", "credit"),
        ("Soll (EUR)", "debit"),
        ("Дебет", "debit"),
        ("Haber", "credit"),
        ("بستانکار", "credit"),
        ("Debit amount", "debit"),
        ("Receipts (Dr)", ""),
        ("Debit / Credit", ""),
        ("Paid out", ""),
    ],
)
def test_a_side_of_an_account_is_known_by_its_word(text: str, side: str) -> None:
    assert side_of(text) == side


BOOKS: dict[str, tuple[Tab, str, str]] = {
    "an own book, by what its rows are about": (
        [
            ["Date", "Description", "Debit", "Credit"],
            [JAN, "Deposit", 1000, N],
            [JAN, "Rent", N, 200],
            [FEB, "Food", N, 50],
        ],
        "250.00",
        "1,000.00",
    ),
    "a bank's statement, by what its rows are about": (
        [
            ["Date", "Description", "Debit", "Credit"],
            [JAN, "Donation", N, 1000],
            [JAN, "Rent", 200, N],
            [FEB, "Transfer 4711", 50, N],
        ],
        "250.00",
        "1,000.00",
    ),
    "a statement with the newest row first, by its balance": (
        [
            ["Date", "Description", "Debit", "Credit", "Balance"],
            [FEB, "C", 50, N, 850],
            [FEB, "B", 50, N, 900],
            [JAN, "A", 50, N, 950],
            [JAN, "A", N, 1000, 1000],
        ],
        "150.00",
        "1,000.00",
    ),
    "an own book with the newest row first, by its balance": (
        [
            ["Date", "Description", "Amount", "Dr/Cr", "Balance"],
            [FEB, "C", 50, "Cr", 850],
            [FEB, "B", 50, "Cr", 900],
            [JAN, "A", 50, "Cr", 950],
            [JAN, "A", 1000, "Dr", 1000],
        ],
        "150.00",
        "1,000.00",
    ),
    "one row of many may be on the other side": (
        [
            ["Date", "Description", "Debit", "Credit"],
            *[[JAN, "Rent", 10, N]] * 4,
            [FEB, "Rent", N, 5],
        ],
        "40.00",
        "5.00",
    ),
    "an own book, by its balance": (
        [
            ["Date", "Description", "Dr", "Cr", "Balance"],
            [JAN, "4711", 1000, N, 1000],
            [JAN, "4712", N, 200, 800],
        ],
        "200.00",
        "1,000.00",
    ),
    "a bank's statement, by its balance": (
        [
            ["Date", "Description", "Soll", "Haben", "Saldo"],
            [JAN, "4711", N, 1000, 1500],
            [JAN, "4712", 200, N, 1300],
        ],
        "200.00",
        "1,000.00",
    ),
    "an own book, by its opening balance": (
        [
            ["Date", "Description", "Debe", "Haber"],
            [JAN, "Balance brought forward", 300, N],
            [JAN, "4711", 1000, N],
            [JAN, "4712", N, 200],
        ],
        "200.00",
        "1,000.00",
    ),
    "a bank's statement, by signs": (
        [
            ["Date", "Description", "Debit", "Credit"],
            [JAN, "4711", N, 1000],
            [JAN, "4712", -200, N],
        ],
        "200.00",
        "1,000.00",
    ),
    "letters of an own book, by what its rows are about": (
        [
            ["Date", "Description", "Dr/Cr", "Amount"],
            [JAN, "Grant", "Dr", 1000],
            [JAN, "Rent", "Cr", 200],
        ],
        "200.00",
        "1,000.00",
    ),
    "letters of an own book, by its balance": (
        [
            ["Date", "Description", "Dr/Cr", "Amount", "Balance"],
            [JAN, "4711", "Dr", 1000, 1000],
            [JAN, "4712", "Cr", 200, 800],
        ],
        "200.00",
        "1,000.00",
    ),
    "letters of a bank, by signs": (
        [
            ["Date", "Description", "D/C", "Amount"],
            [JAN, "4711", "C", 1000],
            [JAN, "4712", "D", -200],
        ],
        "200.00",
        "1,000.00",
    ),
}


@pytest.mark.parametrize("name", BOOKS)
def test_the_sheet_says_what_a_debit_is(name: str, tmp_path: Path) -> None:
    rows, spent, received = BOOKS[name]
    done = adopted(book(tmp_path, {"Bank": rows}))

    assert done.exit_code == 0, done.output
    assert f", {spent} in all, from Bank" in done.stdout.split("Income:")[0]
    assert f", {received} in all, from Bank" in done.stdout.split("Income:")[1]


SILENT: dict[str, Tab] = {
    "columns": [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "4711", 1000, N],
        [JAN, "4712", N, 200],
    ],
    "columns, with words for both": [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "Rent", 1000, N],
        [JAN, "Rent", N, 200],
    ],
    "columns, with a grant that the group gave to others": [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "Grant to Peer Group", 1000, N],
        [JAN, "Transfer 4712", N, 200],
    ],
    "columns, with a donation that the group made": [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "Spende an einen Verein", 1000, N],
        [JAN, "Transfer 4712", N, 200],
    ],
    "columns, with a deposit that came back": [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "Transfer 4711", 1000, N],
        [JAN, "Rent deposit returned", N, 200],
    ],
    "letters": [
        ["Date", "Description", "Dr/Cr", "Amount"],
        [JAN, "4711", "Dr", 1000],
        [JAN, "4712", "Cr", 200],
    ],
}


@pytest.mark.parametrize("name", SILENT)
def test_if_nothing_says_it_a_person_is_asked(name: str, tmp_path: Path) -> None:
    path = book(tmp_path, {"Bank": SILENT[name]})
    refused = adopted(path)
    assert refused.exit_code == 1
    assert "Nothing in the sheet says whether a debit came in or went out (" in refused.output
    assert 'debit = "in" or debit = "out"' in refused.output
    assert not (tmp_path / "budgettrack.toml").exists()

    for answer, spent in (("out", "1,000.00"), ("in", "200.00")):
        (tmp_path / "a.toml").write_text(f'debit = "{answer}"\n')
        answered = adopted(path, "--answers", str(tmp_path / "a.toml"), "--dry-run")
        assert answered.exit_code == 0, answered.output
        assert f"Expenses: 1 row, {spent} in all" in answered.stdout


def test_two_words_for_one_side_leave_it_open(tmp_path: Path) -> None:
    rows = [
        ["Date", "Description", "Type", "Amount"],
        [JAN, "Rent", "Expense", 100],
        [FEB, "Food", "Expenses", 50],
    ]
    done = adopted(book(tmp_path, {"Book": rows}))
    assert "150.00 in all" in done.stdout


@pytest.mark.parametrize("word", ["Debit", "y", "Transfer", N])
def test_a_later_row_with_an_unknown_word_is_told_with_its_cell(
    word: str | None, tmp_path: Path
) -> None:
    rows = [
        ["Date", "Description", "Dr/Cr", "Amount"],
        [JAN, "Grant", "Cr", 1000],
        [JAN, "Rent", "Dr", 200],
    ]
    path = book(tmp_path, {"Bank": rows})
    adopt = adopted(path)
    assert adopt.exit_code == 0
    assert "    the rows with Dr below Dr/Cr" in adopt.stdout
    assert run("--config", str(tmp_path), "sync", *ON).exit_code == 0

    book(tmp_path, {"Bank": [*rows, [FEB, "Chairs", word, 70]]})
    assert figures(path) == [("0.00", "200.00")]
    told = run("--config", str(tmp_path), "checks").output
    assert "'Bank'!C4  warning  left-out-by-where" in told
    assert told.count("left-out-by-where") == 1
    assert "or ask the operator to add its word to where_not in the config." in told
    # Then it is known.
    path = tmp_path / "budgettrack.toml"
    known = path.read_text().replace('= ["Cr"] }', f'= ["Cr", "{word or ""}"] }}')
    path.write_text(known.replace('= ["Dr"] }', f'= ["Dr", "{word or ""}"] }}'))
    assert run("--config", str(tmp_path), "sync", *ON).exit_code == 0
    assert "left-out-by-where" not in run("--config", str(tmp_path), "checks").output


@pytest.mark.parametrize(
    ("ticks", "later", "is_told"),
    [
        (["x", N], N, False),
        (["x", N], "soon", True),
        (["Yes", "No"], "no", False),
        (["Yes", "No"], N, True),
        (["Yes", "Yes"], "No", True),
        (["Yes", "Yes"], N, True),
    ],
)
def test_a_later_row_is_told_unless_the_sheet_had_its_word_when_it_was_adopted(
    ticks: list[str | None], later: str | None, is_told: bool, tmp_path: Path
) -> None:
    rows: list[list[object]] = [["Date", "Description", "Amount", "Paid?"]]
    rows += [[date(2026, 1, day), "Rent", 10 * day, tick] for day, tick in enumerate(ticks, 1)]
    path = book(tmp_path, {"Spent": rows})
    done = adopted(path)
    assert done.exit_code == 0, done.output
    if N in ticks:
        assert (
            "Not read: Spent!D: amounts of rows with a blank cell of 20.00 in all." in done.stdout
        )

    book(tmp_path, {"Spent": [*rows, [FEB, "Chairs", 70, later]]})
    assert run("--config", str(tmp_path), "sync", *ON).exit_code in (0, 3)
    told = run("--config", str(tmp_path), "checks").output
    assert ("'Spent'!D4  warning  left-out-by-where" in told) == is_told


SPENT: list[list[object]] = [
    ["Date", "Category", "Description", "Amount"],
    [date(2026, 1, 5), "Rent", "room", 100],
    [date(2026, 2, 5), "Rent", "room", 100],
    [date(2026, 2, 9), "Food", "soup", 40],
    [date(2026, 5, 5), "Rent", "room", 100],
    [date(2026, 5, 7), "Food", "bread", 30],
]


@pytest.mark.parametrize(
    "sums",
    [
        [["Quarter", "Amount"], ["Q1", 240], ["Q2", 130], ["Q3", 0], ["Total", 370]],
        [["Period", "Amount"], ["1. Halbjahr 2026", 370], ["Jan 2026", 100]],
        [
            ["Category", "Jan", "Feb", "May", "Total"],
            ["Rent", 100, 100, 100, 300],
            ["Food", N, 40, 30, 70],
        ],
        [["Category", "Q1", "Q2"], ["Rent", 200, 100], ["Food", 40, 30]],
    ],
)
def test_sums_of_payments_by_period_are_left_out_and_told(sums: Tab, tmp_path: Path) -> None:
    path = book(tmp_path, {"Spent": SPENT, "Overview": sums})
    done = adopted(path)
    assert (
        "Not read: Overview: its amounts are sums of rows that are read elsewhere." in done.stdout
    )
    assert figures(path) == [("0.00", "370.00")]


def test_a_budget_by_months_that_is_not_the_sum_of_payments_is_read(tmp_path: Path) -> None:
    plan = [["Category", "Q1", "Q2"], ["Rent", 220, 100], ["Food", 50, 35]]
    done = adopted(book(tmp_path, {"Spent": SPENT, "Overview": plan}))
    assert "Budget: 2 rows" in done.stdout


def test_sums_beside_payments_without_a_blank_column_are_left_out(tmp_path: Path) -> None:
    beside: list[list[object]] = [["Category", "Amount"], ["Rent", 300], ["Food", 70], [], [], []]
    rows = [[*row, *more] for row, more in zip(SPENT, beside, strict=True)]
    path = book(tmp_path, {"Spent": rows})
    done = adopted(path)
    assert "its amounts in column F are sums of rows that are read elsewhere" in done.stdout
    assert figures(path) == [("0.00", "370.00")]


def test_an_account_does_not_hide_the_words_of_a_transfer(tmp_path: Path) -> None:
    rows = [
        ["Date", "Account", "Description", "In", "Out"],
        [JAN, "Bank", "Grant", 1000, N],
        [JAN, "Bank", "Transfer to cash box", N, 200],
        [JAN, "Cash box", "Transfer from bank", 200, N],
        [FEB, "Cash box", "Food", N, 50],
    ]
    done = adopted(book(tmp_path, {"Book": rows}))
    assert "Look at Book!C3: A word in this row says that the group only moved" in done.stdout
    assert "Look at Book!C4: A word in this row says that the group only moved" in done.stdout


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Date", "Description", "Account debit", "Account credit", "Amount"],
            [JAN, "Grant", "Bank", "Grants", 1000],
            [JAN, "Rent", "Rent", "Bank", 200],
        ],
        [
            ["Datum", "Buchungstext", "Soll", "Haben", "Betrag"],
            [JAN, "Spende", 1200, 8000, 1000],
            [JAN, "Miete", 4210, 1200, 200],
        ],
    ],
)
def test_double_entries_are_refused(rows: Tab, tmp_path: Path) -> None:
    done = adopted(book(tmp_path, {"Journal": rows}))
    assert done.exit_code == 1
    assert "Journal: each row names two accounts, its debit and its credit" in done.output


@pytest.mark.parametrize("nothing", ["0.00", "0,00 €", "-", "0"])
def test_a_statement_with_a_zero_on_the_other_side_of_each_row_is_no_journal(
    nothing: str, tmp_path: Path
) -> None:
    rows: Tab = [
        ["Date", "Description", "Debit", "Credit"],
        [JAN, "Donation", nothing, "1000"],
        [JAN, "Rent", "200", nothing],
        [JAN, "Donation", nothing, "500"],
        [FEB, "Food", "50", nothing],
    ]
    path = book(tmp_path, {"Bank": rows})
    done = adopted(path)
    assert done.exit_code == 0, done.output
    assert "Income: 2 rows, 1,500.00 in all" in done.stdout
    assert figures(path) == [("0.00", "250.00")]


def test_what_is_taken_by_default_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, {"Sheet1": [["Item", "Amount"], ["Rent", 500], ["Food", 70]]})
    done = adopted(path, "--yes", "--dry-run")
    assert 'Taken by default: kind = "planned", which means planned: a budget.' in done.stdout
    (tmp_path / "a.toml").write_text('kind = "planned"\n')
    done = adopted(path, "--answers", str(tmp_path / "a.toml"), "--dry-run")
    assert "Taken by default: kind" not in done.stdout
