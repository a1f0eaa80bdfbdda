"""Shapes of workbooks that community groups use, through `adopt --yes`: figures to the cent, and
the number of rows, counted by another reader, is the number of fates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.world.adopting import Tab, adopted, book, every_row_has_a_fate, figures, run


@dataclass(frozen=True, slots=True)
class OwnShape:
    """A workbook, what each line has after a sync (budget, spent), the income, and the currency."""

    tabs: Mapping[str, Tab]
    lines: list[tuple[str, str]]
    income: str = "0.00"
    currency: str = "EUR"
    not_read: tuple[str, ...] = field(default=())


D = date
SHAPES = {
    "two projects with the same budget, and a typed summary": OwnShape(
        {
            "Project Water": [
                ["Item", "Budget", "Spent"],
                ["Pipes", 100, 50],
                ["Total", 100, 50],
            ],
            "Project Health": [
                ["Item", "Budget", "Spent"],
                ["Masks", 70, 20],
                ["Gel", 30, 10],
                ["Total", 100, 30],
            ],
            "Summary": [
                ["Project", "Budget", "Spent"],
                ["Water", 100, 50],
                ["Health", 100, 30],
                ["Total", 200, 80],
            ],
        },
        [("100.00", "50.00"), ("30.00", "10.00"), ("70.00", "20.00")],
        not_read=("Summary",),
    ),
    "German months as Excel abbreviates them": OwnShape(
        {
            "Haushaltsplan 2026": [
                [
                    "Bezeichnung",
                    *[
                        "Jan",
                        "Feb",
                        "Mrz",
                        "Apr",
                        "Mai",
                        "Jun",
                        "Jul",
                        "Aug",
                        "Sep",
                        "Okt",
                        "Nov",
                        "Dez",
                    ],
                    "Summe",
                ],
                ["Miete", *[100] * 12, 1200],
                ["Porto", *[5] * 12, 60],
                ["Gesamt", *[105] * 12, 1260],
            ]
        },
        [("1200.00", "0.00"), ("60.00", "0.00")],
    ),
    "Russian, commas, and rubles in the heading": OwnShape(
        {
            "Смета 2026": [
                ["Статья расходов", "Кол-во", "Цена", "Сумма, руб."],
                ["Аренда", 12, "10 000,00", "120 000,00"],
                ["Канцтовары", 1, "1 500,50", "1 500,50"],
                ["ИТОГО:", None, None, "121 500,50"],
            ]
        },
        [("120000.00", "0.00"), ("1500.50", "0.00")],
        currency="RUB",
    ),
    "pounds typed beside each amount": OwnShape(
        {
            "Spending": [
                ["Date", "Item", "Cost"],
                ["2026-01-05", "Rent", "£900.00"],
                ["2026-01-06", "Pens", "£10"],
                ["", "Total", "£910"],
            ]
        },
        [("0.00", "910.00")],
        currency="GBP",
    ),
    "Arabic with Arabic digits": OwnShape(
        {
            "المصروفات": [
                ["التاريخ", "البيان", "المبلغ"],
                ["٠٥/٠١/٢٠٢٦", "إيجار", "١٢٠٠٫٥٠"],
                ["٠٦/٠١/٢٠٢٦", "نقل", "٣٫٢٥"],
                ["المجموع", None, "١٢٠٣٫٧٥"],
            ]
        },
        [("0.00", "1203.75")],
    ),
    "Portuguese cash book with a balance brought forward": OwnShape(
        {
            "Livro de caixa": [
                ["Data", "Histórico", "Entrada", "Saída", "Saldo"],
                ["02/01/2026", "Saldo anterior", None, None, 100],
                ["05/01/2026", "Quotas", 50, None, 150],
                ["13/01/2026", "Correio", None, 8.5, 141.5],
                ["Totais", None, 50, 8.5, None],
            ]
        },
        [("0.00", "8.50")],
        income="50.00",
        not_read=("Livro de caixa!E2",),
    ),
    "sums carried from page to page": OwnShape(
        {
            "Cash": [
                ["Date", "Details", "Amount in", "Amount out"],
                [D(2026, 1, 5), "Dues", 100, None],
                [None, "Carried forward", 100, 0],
                [None, "Brought forward", 100, 0],
                [D(2026, 2, 5), "Bus", None, 30],
                [None, "Total", 100, 30],
            ]
        },
        [("0.00", "30.00")],
        income="100.00",
    ),
    "headings again on each page": OwnShape(
        {
            "Cash": [
                ["Date", "Details", "Amount"],
                [D(2026, 1, 5), "Dues", 100],
                ["Date", "Details", "Amount"],
                [D(2026, 2, 5), "Bus", 30],
                [None, "Total", 130],
            ]
        },
        [("0.00", "130.00")],
    ),
    "debit, credit and balance": OwnShape(
        {
            "Ledger": [
                ["Date", "Description", "Debit", "Credit", "Balance"],
                [D(2026, 1, 5), "Dues", None, 100, 100],
                [D(2026, 1, 9), "Stamps", 40, None, 60],
                [None, "Totals", 40, 100, None],
            ]
        },
        [("0.00", "40.00")],
        income="100.00",
    ),
    "Spanish, a plan and its spending": OwnShape(
        {
            "Presupuesto 2026": [
                ["Partida", "Concepto", "Importe"],
                ["Personal", "Coordinadora", "1.200,00"],
                ["Viajes", "Autobús", "49,50"],
                ["Total", None, "1.249,50"],
            ],
            "Gastos": [
                ["Fecha", "Concepto", "Importe"],
                ["05/01/2026", "Alquiler", "900,00"],
                ["13/01/2026", "Sellos", "8,50"],
                ["Total gastos", None, "908,50"],
            ],
        },
        [("0.00", "908.50"), ("1200.00", "0.00"), ("49.50", "0.00")],
    ),
    "French, with subtotals and receipts": OwnShape(
        {
            "Dépenses": [
                ["N°", "Date", "Libellé", "Montant TTC", "Mode de règlement", "Justificatif"],
                [1, D(2026, 1, 5), "Loyer", 900, "virement", "oui"],
                [2, D(2026, 1, 9), "Timbres", 8.5, "espèces", "oui"],
                [None, None, "Sous-total", 908.5, None, None],
                [3, D(2026, 2, 5), "Loyer", 900, "virement", "oui"],
                [None, None, "Total général", 1808.5, None, None],
            ]
        },
        [("0.00", "1808.50")],
    ),
    "a reversal, and links to photos": OwnShape(
        {
            "Expenses": [
                ["No", "Date", "For what", "Amount", "Receipt photo"],
                [1, D(2026, 1, 5), "Rent", 900, "https://photos.example/1.jpg"],
                [2, D(2026, 1, 6), "Rent, reversed", -900, "https://photos.example/2.jpg"],
                [3, D(2026, 1, 7), "Rent", 850, "https://photos.example/3.jpg"],
                [None, None, "TOTAL", 850, None],
            ]
        },
        [("0.00", "850.00")],
    ),
    "months above, budget and actual below": OwnShape(
        {
            "Plan": [
                [None, "Jan 2026", None, "Feb 2026", None, "Mar 2026", None],
                ["Item", *["Budget", "Actual"] * 3],
                ["Rent", 100, 90, 100, 110, 100, 100],
                ["Travel", 50, 20, 50, 60, 50, 0],
                ["Food", 30, 30, 30, 25, 30, 31],
                ["Total", 180, 140, 180, 195, 180, 131],
            ]
        },
        [("150.00", "80.00"), ("300.00", "300.00"), ("90.00", "86.00")],
    ),
    "budget and actual above, months below, and both totals": OwnShape(
        {
            "2026": [
                [None, "Budget", None, None, "Actual", None, None],
                ["Item", "Jan", "Feb", "Total", "Jan", "Feb", "Total"],
                ["Rent", 100, 100, 200, 90, 110, 200],
                ["Travel", 50, 50, 100, 20, 60, 80],
                ["Total", 150, 150, 300, 110, 170, 280],
            ]
        },
        [("100.00", "80.00"), ("200.00", "200.00")],
        not_read=("2026!D", "2026!G"),
    ),
    "French quarters, planned and done": OwnShape(
        {
            "Budget 2026": [
                ["Poste", "Prévu T1", "Réalisé T1", "Prévu T2", "Réalisé T2", "Total prévu"],
                ["Loyer", 300, 300, 300, 250, 600],
                ["Transport", 120, 100, 80, 0, 200],
                ["Total", 420, 400, 380, 250, 800],
            ]
        },
        [("200.00", "100.00"), ("600.00", "550.00")],
    ),
    "spent by month, with its total, beside the budget": OwnShape(
        {
            "Tracking": [
                ["Line", "Budget", "Spent Jan 2026", "Spent Feb 2026", "Total spent", "Balance"],
                ["Rent", 300, 90, 110, 200, 100],
                ["Travel", 150, 20, 60, 80, 70],
                ["Total", 450, 110, 170, 280, 170],
            ]
        },
        [("150.00", "80.00"), ("300.00", "200.00")],
        not_read=("#1!E",),
    ),
    "the same sum in two months, and a running month": OwnShape(
        {
            "Tracking": [
                [
                    "Item",
                    "Budget Jan 2026",
                    "Actual Jan 2026",
                    "Budget Feb 2026",
                    "Actual Feb 2026",
                ],
                ["Rent", 100, 90, 100, 90],
                ["Total", 100, 90, 100, 90],
            ]
        },
        [("200.00", "180.00")],
    ),
    "years before to compare with": OwnShape(
        {
            "Plan": [
                ["Item", "Actual 2024", "Actual 2025", "Budget 2026"],
                ["Rent", 900, 950, 1000],
                ["Travel", 300, 310, 400],
                ["Total", 1200, 1260, 1400],
            ]
        },
        [("1000.00", "0.00"), ("400.00", "0.00")],
        not_read=("Plan!B", "Plan!C"),
    ),
    "an outline by codes, whose groups have their sums": OwnShape(
        {
            "Budget 2026": [
                ["No", "Item", "Unit", "Qty", "Unit cost", "Total"],
                ["1", "Staff", None, None, None, 300],
                ["1.1", "Coordinator", "month", 2, 100, 200],
                ["1.2", "Assistant", "month", 1, 100, 100],
                ["2", "Travel", None, None, None, 50],
                ["2.1", "Bus", "trip", 5, 10, 50],
                ["", "TOTAL", None, None, None, 350],
            ]
        },
        [("100.00", "0.00"), ("200.00", "0.00"), ("50.00", "0.00")],
    ),
    "an outline in the words, of three steps": OwnShape(
        {
            "Budget 2026": [
                ["Item", "Budget"],
                ["A Programme", 350],
                ["A.1 Outreach", 300],
                ["A.1.1 Kits", 200],
                ["A.1.2 Tea", 100],
                ["A.2 Press", 50],
                ["B Office", 20],
                ["Total", 370],
            ]
        },
        [("100.00", "0.00"), ("20.00", "0.00"), ("200.00", "0.00"), ("50.00", "0.00")],
    ),
    "this period, to date, balance and percent": OwnShape(
        {
            "Budget vs actual": [
                [
                    "Budget line",
                    "Approved",
                    "Expenditure to date",
                    "Expenditure this period",
                    "% used",
                ],
                ["Staff", 1000, 400, 100, 0.4],
                ["Travel", 500, 100, 50, 0.2],
                ["Total", 1500, 500, 150, 0.333],
            ]
        },
        [("1000.00", "400.00"), ("500.00", "100.00")],
        not_read=("Budget vs actual!D",),
    ),
    "income and spending below the same months, and their difference": OwnShape(
        {
            "Annual budget 2026": [
                [None, "Jan", "Feb", "Mar", "Total"],
                ["INCOME"],
                ["City", 500, 0, 0, 500],
                ["Donations", 10, 10, 10, 30],
                ["Total income", 510, 10, 10, 530],
                ["EXPENSES"],
                ["Rent", 100, 100, 100, 300],
                ["Food", 10, 20, 30, 60],
                ["Total expenses", 110, 120, 130, 360],
                ["NET", 400, -110, -120, 170],
            ]
        },
        [("300.00", "0.00"), ("60.00", "0.00")],
        income="530.00",
    ),
    "French sections with letters, without a column for the year": OwnShape(
        {
            "Budget prévisionnel 2026": [
                ["Poste", "Janvier", "Février"],
                ["A. Dépenses", None, None],
                ["Loyer", 100, 100],
                ["Transport", 30, 0],
                ["Total dépenses", 130, 100],
                ["B. Recettes", None, None],
                ["Ville", 200, 0],
                ["Dons", 15, 15],
                ["Total recettes", 215, 15],
                ["Résultat", 85, -85],
            ]
        },
        [("200.00", "0.00"), ("30.00", "0.00")],
        income="230.00",
    ),
    "months of what was spent, by the name of the tab": OwnShape(
        {
            "Spent 2026": [
                ["Category", "Jan", "Feb", "Total"],
                ["Rent", 100, 100, 200],
                ["Food", 10, 20, 30],
                ["Total", 110, 120, 230],
            ]
        },
        [("0.00", "230.00")],
        not_read=("Spent 2026!D",),
    ),
    "a work-plan with dates and a budget": OwnShape(
        {
            "Workplan": [
                ["Activity", "Responsible", "Start", "End", "Budget"],
                ["Training", "Coordinator", D(2026, 2, 1), D(2026, 3, 1), 400],
                ["Outreach", "Team", D(2026, 3, 1), D(2026, 12, 1), 600],
                ["Total", None, None, None, 1000],
            ]
        },
        [("400.00", "0.00"), ("600.00", "0.00")],
    ),
    "totals that are numbered as lines are": OwnShape(
        {
            "Budget": [
                ["Budget for the year 2026 (EUR)"],
                ["Expenditure", "Unit", "Nb of units", "Cost per unit", "Total cost"],
                ["1. Human resources", None, None, None, None],
                ["1.1 Coordinator", "month", 12, 500, 6000],
                ["1.2 Peer navigators", "day", 100, 20, 2000],
                ["Subtotal Human Resources", None, None, None, 8000],
                ["2. Travel", None, None, None, None],
                ["2.1 Local", "trip", 50, 10, 500],
                ["Subtotal Travel", None, None, None, 500],
                ["3. Total direct eligible costs (1-2)", None, None, None, 8500],
                ["4. Overheads (7% of 3)", None, None, None, 595],
                ["5. Total eligible costs (3+4)", None, None, None, 9095],
            ]
        },
        [("2000.00", "0.00"), ("500.00", "0.00"), ("595.00", "0.00"), ("6000.00", "0.00")],
    ),
    "a report with the period before, this one, and both together": OwnShape(
        {
            "Financial report": [
                ["Reporting period: 01/01/2026 - 30/06/2026"],
                [
                    "Budget line",
                    "Budget",
                    "Previous period",
                    "Current period",
                    "Cumulative",
                    "Balance",
                ],
                ["Staff", 1000, 100, 200, 300, 700],
                ["Travel", 100, 0, 50, 50, 50],
                ["Total", 1100, 100, 250, 350, 750],
            ]
        },
        [("100.00", "50.00"), ("1000.00", "300.00")],
        not_read=("#1!C", "#1!D"),
    ),
    "donors with what they gave, and costs": OwnShape(
        {
            "Donors": [
                ["Donor", "Committed", "Received", "Outstanding"],
                ["Fund A", 1000, 400, 600],
                ["Fund B", 500, 500, 0],
                ["Total", 1500, 900, 600],
            ],
            "Costs": [["Item", "Cost"], ["Rent", 600], ["Food", 300], ["Total", 900]],
        },
        [("300.00", "0.00"), ("600.00", "0.00")],
        income="900.00",
        not_read=("#1!B", "#1!D"),
    ),
    "spending beside income, with one heading for both amounts": OwnShape(
        {
            "Budget": [
                ["CHARGES", "Montant", "PRODUITS", "Montant"],
                ["Loyer", 3000, "Subvention Ville", 5000],
                ["Salaires", 4000, "Cotisations", 2000],
                ["Total charges", 7000, "Total produits", 7000],
            ]
        },
        [("3000.00", "0.00"), ("4000.00", "0.00")],
        income="7000.00",
    ),
    "a cash book in capitals, whose words are no currencies": OwnShape(
        {
            "Caja": [
                ["FECHA", "CONCEPTO", "INGRESOS", "EGRESOS", "SALDO"],
                [D(2026, 1, 4), "Donación", 200, None, 200],
                [D(2026, 1, 5), "Sello", None, 45.5, 154.5],
                [None, "TOTAL ALL", 200, 45.5, None],
            ]
        },
        [("0.00", "45.50")],
        income="200.00",
    ),
    "kinds of income by month": OwnShape(
        {
            "Feuille1": [
                ["Mois", "Cotisations", "Dons", "Total recettes"],
                ["Janvier", 10, 120, 130],
                ["Février", 10, 0, 10],
                ["Total", 20, 120, 140],
            ]
        },
        [],
        income="140.00",
        not_read=("Feuille1!B", "Feuille1!C"),
    ),
    "months that sum to what was spent, beside a budget": OwnShape(
        {
            "Tracking": [
                ["Line", "Budget", "Jan", "Feb", "Mar", "Spent YTD", "Remaining"],
                ["Rent", 1200, 100, 100, 100, 300, 900],
                ["Food", 600, 50, 50, 60, 160, 440],
                ["Total", 1800, 150, 150, 160, 460, 1340],
            ]
        },
        [("1200.00", "300.00"), ("600.00", "160.00")],
        not_read=("#1!F",),
    ),
    "planned quarters with their total, and one column of what was spent": OwnShape(
        {
            "Budget": [
                ["Item", "Q1", "Q2", "Total", "Actual"],
                ["Rent", 300, 300, 600, 250],
                ["Food", 50, 50, 100, 90],
                ["Total", 350, 350, 700, 340],
            ]
        },
        [("100.00", "90.00"), ("600.00", "250.00")],
    ),
    "a column for each funder, and their total": OwnShape(
        {
            "Budget": [
                ["Item", "Requested from City", "Requested from Fund", "Own funds", "Total"],
                ["Coordinator", 10000, 5000, 0, 15000],
                ["Bus", None, 800, None, 800],
                ["Train", None, None, 350, 350],
                ["Total", 10000, 5800, 350, 16150],
            ]
        },
        [("15000.00", "0.00"), ("350.00", "0.00"), ("800.00", "0.00")],
        not_read=("Budget!B", "Budget!C", "Budget!D"),
    ),
    "three versions of an amount": OwnShape(
        {
            "Budget": [
                ["Item", "Amount", "Final amount", "Draft amount"],
                ["Rent", 1000, 1100, 900],
                ["Food", 500, 450, 450],
                ["Total", 1500, 1550, 1350],
            ]
        },
        [("1100.00", "0.00"), ("450.00", "0.00")],
        not_read=("Budget!B", "Budget!D"),
    ),
    "income with a budget and what came of it": OwnShape(
        {
            "Accounts": [
                ["Accounts 2026", "Budget", "Actual"],
                ["INCOME", None, None],
                ["City grant", 20000, 15000],
                ["Donations", 3000, 3400],
                ["Total income", 23000, 18400],
                ["EXPENDITURE", None, None],
                ["Rent", 9000, 7000],
                ["Total expenditure", 9000, 7000],
            ]
        },
        [("9000.00", "7000.00")],
        income="18400.00",
        not_read=("Accounts!B",),
    ),
    "income with a budget and nothing yet": OwnShape(
        {
            "Accounts": [
                ["Accounts 2026", "Budget", "Actual"],
                ["INCOME", None, None],
                ["City grant", 20000, 0],
                ["EXPENDITURE", None, None],
                ["Rent", 9000, 7000],
                ["Food", 500, 20],
            ]
        },
        [("500.00", "20.00"), ("9000.00", "7000.00")],
        income="20000.00",
    ),
    "income with a budget and an actual by month": OwnShape(
        {
            "2026": [
                ["Rubro", "Enero", None, "Febrero", None],
                [None, "Presupuesto", "Ejecutado", "Presupuesto", "Ejecutado"],
                ["INGRESOS", None, None, None, None],
                ["Subvención", 1000, 900, 500, 0],
                ["GASTOS", None, None, None, None],
                ["Alquiler", 300, 300, 300, 310],
                ["Comida", 100, 90, 100, 120],
            ]
        },
        [("200.00", "210.00"), ("600.00", "610.00")],
        # What came in January, and what is expected in February.
        income="1400.00",
        not_read=("2026!B",),
    ),
    "a tab for each month with the same budget and spending": OwnShape(
        {
            "Jan 2026": [["Item", "Budget", "Actual"], ["Rent", 100, 100], ["Food", 50, 60]],
            "Feb 2026": [["Item", "Budget", "Actual"], ["Rent", 100, 100], ["Food", 50, 60]],
        },
        [("100.00", "100.00"), ("100.00", "100.00"), ("50.00", "60.00"), ("50.00", "60.00")],
    ),
    "a tab for each month with a budget of its own": OwnShape(
        {
            "Jan 2026": [["Item", "Budget", "Actual"], ["Rent", 100, 100], ["Food", 50, 60]],
            "Feb 2026": [["Item", "Budget", "Actual"], ["Rent", 100, 110], ["Food", 55, 61]],
            "Mar 2026": [["Item", "Budget", "Actual"], ["Rent", 100, 90], ["Food", 57, 62]],
        },
        [
            ("100.00", "100.00"),
            ("100.00", "110.00"),
            ("100.00", "90.00"),
            ("50.00", "60.00"),
            ("55.00", "61.00"),
            ("57.00", "62.00"),
        ],
    ),
    "a total of income by kind, without dates": OwnShape(
        {
            "Feuille1": [
                ["Poste", "Total recettes"],
                ["Ville", 130],
                ["Dons", 10],
                ["Total", 140],
            ]
        },
        [],
        income="140.00",
    ),
    "two languages in each heading": OwnShape(
        {
            "Budget": [
                ["Poste / Item", "Montant / Amount (USD)"],
                ["Loyer / Rent", 900],
                ["Salaires / Salaries", 2000],
                ["TOTAL / TOTAL", 2900],
            ]
        },
        [("2000.00", "0.00"), ("900.00", "0.00")],
        currency="USD",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_an_own_shape_comes_out_to_the_cent(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    path = book(tmp_path, shape.tabs)

    done = adopted(path)
    assert done.exit_code == 0, done.output
    assert figures(path) == shape.lines
    assert _income(path) == shape.income
    assert f'currency = "{shape.currency}"' in (tmp_path / "budgettrack.toml").read_text("utf-8")
    assert tuple(re.findall(r"^Not read: (.*?):", done.stdout, re.MULTILINE)) == shape.not_read

    every_row_has_a_fate(path)


def _income(path: Path) -> str:
    """What was received by the end of the year, as the flows of the group say."""
    rows: list[dict[str, Any]] = json.loads(
        run("--config", str(path.parent), "adopt", str(path), "--json").stdout
    )
    (amount,) = {
        row["value"] for row in rows if row["what"] == "table" and row["name"] == "income"
    } or {"0.00"}
    return f"{Decimal(amount):.2f}"
