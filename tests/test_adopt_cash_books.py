"""Cash books and budgets of groups, through `adopt --yes`: what was planned, spent and received, to
the cent and by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import budgettrack
from tests.world.adopting import ON, Tab, adopted, book, every_row_has_a_fate, run

Amounts = list[tuple[str, str]]
"""Month and amount, or description and amount of a line."""


@dataclass(frozen=True, slots=True)
class Shape:
    tabs: Mapping[str, Tab]
    spent: Amounts = ()  # type: ignore[assignment]
    received: Amounts = ()  # type: ignore[assignment]
    planned: Amounts = ()  # type: ignore[assignment]
    says: str = ""


D = date
SHAPES = {
    "totals that include the opening balance": Shape(
        {
            "Caja": [
                ["FECHA", "DETALLE", "INGRESOS", "EGRESOS", "SALDO"],
                [None, "Saldo inicial", 1000, None, 1000],
                [D(2026, 1, 3), "Cuotas", 200, None, 1200],
                [D(2026, 2, 1), "Pasajes", None, 35.5, 1164.5],
                ["TOTALES", None, 1200, 35.5, 1164.5],
            ]
        },
        spent=[("2026-02", "35.50")],
        received=[("2026-01", "200.00")],
    ),
    "an opening row with a date in the column of income": Shape(
        {
            "Cash": [
                ["Date", "Details", "In", "Out", "Balance"],
                [D(2026, 1, 1), "Opening", 450, None, 450],
                [D(2026, 1, 5), "Dues", 50, None, 500],
                [D(2026, 1, 9), "Hall", None, 75, 425],
                [D(2026, 1, 31), "Closing", None, None, 425],
            ]
        },
        spent=[("2026-01", "75.00")],
        received=[("2026-01", "50.00")],
    ),
    "Russian dates with a word for the year": Shape(
        {
            "Касса": [
                ["Дата", "Содержание операции", "Приход", "Расход", "Остаток"],
                [None, "Сальдо на начало", None, None, 5000],
                ["12 января 2026 г.", "Пожертвование", 3000, None, 8000],
                ["2 февраля 2026 г.", "Чай", None, 1275.5, 6724.5],
                [None, "Сальдо на конец", None, None, 6724.5],
            ]
        },
        spent=[("2026-02", "1275.50")],
        received=[("2026-01", "3000.00")],
    ),
    "Ukrainian headings": Shape(
        {
            "Каса": [
                ["Дата", "Зміст", "Надходження", "Витрати", "Залишок"],
                [None, "Залишок на початок", None, None, 2000],
                ["05.01.2026", "Внесок", 500, None, 2500],
                ["11.02.2026", "Проїзд", None, 64, 2436],
                ["Всього", None, 500, 64, 2436],
            ]
        },
        spent=[("2026-02", "64.00")],
        received=[("2026-01", "500.00")],
    ),
    "Dutch, with a word for the direction": Shape(
        {
            "Bank": [
                ["Datum", "Omschrijving", "Bedrag", "Af/Bij"],
                [D(2026, 1, 2), "Subsidie", 900, "Bij"],
                [D(2026, 2, 5), "Huur", 80, "Af"],
            ]
        },
        spent=[("2026-02", "80.00")],
        received=[("2026-01", "900.00")],
    ),
    "a day that is typed once for several payments": Shape(
        {
            "Expenses": [
                ["Date", "Item", "Paid"],
                [D(2026, 1, 4), "Bus", 4.5],
                [None, "Soap", 7.25],
                [D(2026, 2, 2), "Air", 10],
                [None, "Water", 3.1],
                [None, "Total", 24.85],
            ]
        },
        spent=[
            ("2026-01", "4.50"),
            ("2026-01", "7.25"),
            ("2026-02", "10.00"),
            ("2026-02", "3.10"),
        ],
    ),
    "the currency paid beside the amount in euros": Shape(
        {
            "Spending": [
                ["Date", "Details", "Currency", "Amount", "Rate", "Amount EUR"],
                [D(2026, 1, 4), "Hall", "UGX", 400000, 4000, 100],
                [D(2026, 2, 6), "Flight", "USD", 330, 1.1, 300],
            ]
        },
        spent=[("2026-01", "100.00 EUR"), ("2026-02", "300.00 EUR")],
        says="Not read: Spending!D: amounts of 400,330.00 in all.",
    ),
    "currencies that are typed beside the amounts": Shape(
        {
            "Expenses": [
                ["Date", "Item", "Amount"],
                [D(2026, 1, 4), "Bus", "USD 12.50"],
                [D(2026, 1, 8), "Hotel", "€ 120"],
                [D(2026, 2, 4), "Fuel", "33.30 USD"],
            ]
        },
        spent=[
            ("2026-01", "12.50 USD"),
            ("2026-01", "120.00 EUR"),
            ("2026-02", "33.30 USD"),
        ],
    ),
    "two cash books side by side, each in its currency": Shape(
        {
            "Cash": [
                [None, None, "USD", None, None, "UGX", None, None],
                ["Date", "Details", "In", "Out", "Balance", "In", "Out", "Balance"],
                [D(2026, 1, 4), "Donor", 1000, None, 1000, None, None, None],
                [D(2026, 1, 9), "Gift", None, None, 1000, 90000, None, 90000],
                [D(2026, 2, 9), "Snacks", None, None, 1000, None, 35000, 55000],
                [D(2026, 2, 10), "Domain", None, 25.5, 974.5, None, None, 55000],
            ]
        },
        spent=[("2026-02", "25.50 USD"), ("2026-02", "35000.00 UGX")],
        received=[("2026-01", "1000.00 USD"), ("2026-01", "90000.00 UGX")],
    ),
    "the budget of this year before that of the last": Shape(
        {
            "Haushalt": [
                ["Haushaltsplan 2026"],
                ["Pos.", "Bezeichnung", "Ansatz 2026", "Ansatz 2025", "Ergebnis 2024"],
                ["1", "Miete", 9600, 9000, 8900],
                ["2", "Druck", 750, 700, 690.1],
                [None, "Summe", 10350, 9700, 9590.1],
            ]
        },
        planned=[("Druck", "750.00"), ("Miete", "9600.00")],
    ),
    "last year beside this year is told": Shape(
        {"Budget 2026": [["Item", "Amount", "Amount last year"], ["Rent", 3600, 3400]]},
        planned=[("Rent", "3600.00")],
        says="Not read: Budget 2026!C: amounts of 3,400.00 in all.",
    ),
    "letters below the months": Shape(
        {
            "Begroting 2026": [
                [None, "Jan", None, "Feb", None],
                ["Post", "B", "A", "B", "A"],
                ["Huur", 900, 890, 900, 910],
                ["Druk", 50, 35.2, 50, None],
                ["Totaal", 950, 925.2, 950, 910],
            ]
        },
        planned=[("Druk", "100.00"), ("Huur", "1800.00")],
        spent=[("2026-01", "35.20"), ("2026-01", "890.00"), ("2026-02", "910.00")],
    ),
    "months that are actual, then forecast": Shape(
        {
            "Forecast 2026": [
                ["Line", "Jan", "Feb", "Mar", "Apr", "Total"],
                [None, "Actual", "Actual", "Forecast", "Forecast", None],
                ["Rent", 100, 105, 100, 100, 405],
                ["Total", 100, 105, 100, 100, 405],
            ]
        },
        planned=[("Rent", "200.00")],
        spent=[("2026-01", "100.00"), ("2026-02", "105.00")],
    ),
    "what is spent to date below its heading": Shape(
        {
            "Plan 2026": [
                ["Budget line", "Approved budget", None, None, "Expenditure", None],
                [None, "Units", "Unit cost", "Total", "To date", "%"],
                ["Hall", 10, 50, 500, 350, 0.7],
                ["Trainer", 5, 120, 600, 600, 1],
            ]
        },
        planned=[("Hall", "500.00"), ("Trainer", "600.00")],
        spent=[("2026-02", "350.00"), ("2026-02", "600.00")],
    ),
    "the surplus below income and spending": Shape(
        {
            "Accounts 2026": [
                ["Income", "Budget", "Actual"],
                ["Grants", 5000, 5000],
                ["Total income", 5000, 5000],
                [],
                ["Expenditure", "Budget", "Actual"],
                ["Rent", 3000, 3000],
                ["Events", 1500, 1388.25],
                ["Total expenditure", 4500, 4388.25],
                [],
                ["Surplus", 500, 611.75],
            ]
        },
        planned=[("Events", "1500.00"), ("Rent", "3000.00")],
        spent=[("2026-02", "1388.25"), ("2026-02", "3000.00")],
        received=[("2026-02", "5000.00")],
    ),
    "classes with their sums above their lines": Shape(
        {
            "BP 2026": [
                ["CHARGES", "Montant", "PRODUITS", "Montant"],
                ["60 - Achats", 1500, "70 - Ventes", 800],
                ["Prestations", 500, "Adhésions", 300],
                ["Matières", 1000, "Ventes", 500],
                ["61 - Services", 2400, "74 - Subventions", 3100],
                ["Locations", 2000, "Ville", 3000],
                ["Assurance", 400, "Région", 100],
                ["TOTAL DES CHARGES", 3900, "TOTAL DES PRODUITS", 3900],
            ]
        },
        planned=[
            ("Assurance", "400.00"),
            ("Locations", "2000.00"),
            ("Matières", "1000.00"),
            ("Prestations", "500.00"),
        ],
        received=[
            ("2026-01", "100.00"),
            ("2026-01", "300.00"),
            ("2026-01", "3000.00"),
            ("2026-01", "500.00"),
        ],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_comes_out_to_the_cent(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    path = book(tmp_path, shape.tabs)

    done = adopted(path)
    assert done.exit_code == 0, done.output
    assert shape.says in done.stdout
    assert run("--config", str(tmp_path), "sync", *ON).exit_code in (0, 3)
    with budgettrack.open(tmp_path / "budgettrack.toml") as tracker:
        has_currency = any(" " in amount for _, amount in [*shape.spent, *shape.received])
        for records, amounts in (
            (tracker.expenses(), shape.spent),
            (tracker.income(), shape.received),
        ):
            assert sorted(
                (
                    str(record.date)[:7],
                    f"{Decimal(str(record.amount)):.2f} {str(record.currency) if has_currency else ''}".strip(),
                )
                for record in records.itertuples()
                if record.amount is not None
            ) == [*amounts]
        lines = tracker.budget().itertuples()
        assert sorted((line.description, f"{Decimal(str(line.amount)):.2f}") for line in lines) == [
            *shape.planned
        ]
    every_row_has_a_fate(path)


@pytest.mark.parametrize(
    ("tab", "refusal"),
    [
        (
            [["Budget 2026 (in thousands of UGX)"], ["Item", "Amount"], ["Rent", 3600]],
            "Budget!B: heading or title says that these amounts are in thousands, millions or tomans, and"
            " they would be counted as they stand. Write them in full, and take out the word.",
        ),
        (
            [
                ["2026", "Rent", "Phones", "Total"],
                ["Budget", 3600, 500, 4100],
                ["Spent", 1500, 212.5, 1712.5],
                ["Left", 2100, 287.5, 2387.5],
            ],
            "Not read: Budget: its lines are columns, and its rows say planned and actual.",
        ),
    ],
)
def test_what_would_be_counted_wrongly_is_refused(tab: Tab, refusal: str, tmp_path: Path) -> None:
    done = adopted(book(tmp_path, {"Budget": tab}))

    assert done.exit_code == 1
    assert refusal in done.output
    assert not (tmp_path / "budgettrack.toml").exists()


def test_days_without_a_month_are_refused(tmp_path: Path) -> None:
    january = [["Day", "Details", "Income", "Expense"], [3, "Dues", 60, None], [20, "Bus", None, 4]]
    done = adopted(book(tmp_path, {"January 2026": january}))

    assert done.exit_code == 1
    assert (
        "January 2026!A: these days have no month, so what is below them would be counted in one"
        " month. Type whole dates, or a column with the month." in done.output
    )


@pytest.mark.parametrize("dates", [("13 janvier 2026", "1er février 2026"), ("week 2", "week 5")])
def test_spending_whose_dates_cannot_be_read_is_no_plan(
    dates: tuple[str, str], tmp_path: Path
) -> None:
    rows = [["Date", "Item", "Amount"], [dates[0], "Rent", 900], [dates[1], "Water", 45.1]]
    done = adopted(book(tmp_path, {"List": rows}))

    assert done.exit_code == 1
    assert (
        "List!A: these dates cannot be read, so what was spent would be taken for a plan. Type them"
        " as year-month-day, such as 2026-03-12. If it is a plan, say so in a title or heading,"
        " such as Budget." in done.output
    )
    assert not (tmp_path / "budgettrack.toml").exists()

    plan = adopted(book(tmp_path, {"Budget": rows}, "plan.xlsx"))
    assert plan.exit_code == 0
    assert "Budget: 2 rows, 945.10 in all" in plan.stdout


def test_money_that_is_moved_between_two_books_is_told(tmp_path: Path) -> None:
    headings = ["Date", "Details", "In", "Out"]
    bank = [
        headings,
        [D(2026, 1, 2), "Grant", 5000, None],
        [D(2026, 1, 5), "To the cash box", None, 200],
        [D(2026, 1, 9), "Rent", None, 800],
    ]
    cash = [
        headings,
        [D(2026, 1, 5), "From the bank", 200, None],
        [D(2026, 1, 9), "Dues", 80, None],
        [D(2026, 1, 15), "Bus", None, 40],
    ]
    told = adopted(book(tmp_path, {"Bank": bank, "Cash": cash})).stdout

    assert (
        "Look at Bank!D3: 200 went out here on 2026-01-05, and came in on the same day in the tab"
        " Cash, row 2. It is counted as spent and as received." in told
    )
    assert told.count("went out here") == 1


def test_without_two_books_no_money_is_moved(tmp_path: Path) -> None:
    day = D(2026, 1, 5)
    spent = [["Date", "Item", "Paid"], [day, "Bus", 20], [day, "Pen", 3]]
    received = [["Date", "From", "Received"], [day, "Dues", 20], [day, "Jar", 4]]
    told = adopted(book(tmp_path, {"Expenses": spent, "Income": received})).stdout

    assert "went out here" not in told


DONOR: list[list[str | float | None]] = [
    ["Budget line", "Unit cost", "Units", "Total", "% charged to the project", "Charged"],
    ["Coordinator", 900, 12, 10800, 0.5, 5400],
    ["Rent", 300, 12, 3600, 0.25, 900],
    ["Total", None, None, 14400, None, 6300],
]


def test_of_a_donor_template_what_is_charged_is_planned(tmp_path: Path) -> None:
    path = book(tmp_path, {"Budget 2026": DONOR})
    done = adopted(path)

    assert "Budget: 2 rows, 6,300.00 in all, from Budget 2026" in done.stdout
    assert "Not read: Budget 2026!D: amounts of 14,400.00 in all." in done.stdout


def test_a_share_without_what_is_charged_is_told(tmp_path: Path) -> None:
    done = adopted(book(tmp_path, {"Budget 2026": [cells[:5] for cells in DONOR]}))

    assert "Budget: 2 rows, 14,400.00 in all, from Budget 2026" in done.stdout
    assert (
        "Not read: Budget 2026!E: the share of each line that is charged. The lines are read whole:"
        " add a column with what is charged." in done.stdout
    )


def test_who_gave_is_no_grant_of_the_group(tmp_path: Path) -> None:
    gifts = [["Dons reçus 2026"], ["Date", "Donateur", "Montant reçu"], [D(2026, 1, 3), "X", 50]]
    done = adopted(book(tmp_path, {"Dons": gifts}))

    assert "Income: 1 row, 50.00 in all, from Dons" in done.stdout
    assert "Look at" not in done.stdout
