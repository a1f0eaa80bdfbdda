"""Shapes of workbooks that came out wrong once, or that are easily read wrongly: each by `adopt
--yes`, to the cent. What cannot be read rightly is refused or told with its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.world.adopting import (
    ON,
    Tab,
    adopted,
    book,
    every_row_has_a_fate,
    figures,
    kept,
    run,
)

N = None


@dataclass(frozen=True, slots=True)
class FoundShape:
    """A tab with its name, and what must come out: the amounts of the lines, what was spent and
    received in all, and the currency. `says`: what `adopt` must tell."""

    name: str
    rows: Tab
    lines: Sequence[str] = ()
    spent: str = "0"
    received: str = "0"
    currency: str = "EUR"
    says: Sequence[str] = ()


SHAPES = {
    "a French association's plan with classes on both sides": FoundShape(
        "Budget 2026",
        [
            ["CHARGES", "Montant", "PRODUITS", "Montant"],
            ["60 - Achats", 3200, "70 - Vente de produits finis", 1500],
            ["Prestations de services", 1200, "74 - Subventions", 22800],
            ["Fournitures", 2000, "État", 10000],
            ["61 - Services extérieurs", 4100, "Région", 7800],
            ["Locations", 3600, "Commune", 5000],
            ["Assurance", 500, "75 - Autres produits", 1000],
            ["64 - Charges de personnel", 18000, "Cotisations", 1000],
            ["Rémunération", 14000],
            ["Charges sociales", 4000],
            ["TOTAL DES CHARGES", 25300, "TOTAL DES PRODUITS", 25300],
        ],
        ["1200", "2000", "3600", "500", "14000", "4000"],
        received="25300",
    ),
    "dues by month beside names that no table reads": FoundShape(
        "Dues",
        [
            ["Name", "Jan 2026", "Feb 2026", "Mar 2026"],
            ["Member one", 5, 5, N],
            ["Member two", 5, N, 5],
            ["Total", 10, 5, 5],
        ],
        received="20",
        says=["B4 says 10.00; our 2 lines 10.00", "D4 says 5.00; our 1 line 5.00"],
    ),
    "a petty cash book with a column for what was put in": FoundShape(
        "Petty cash",
        [
            ["Date", "Item", "Top-up", "Spent", "In hand"],
            [date(2026, 4, 7), "Top-up from bank", 600, N, 600],
            [date(2026, 4, 9), "Water", N, 45, 555],
            [date(2026, 4, 14), "Taxi", N, 80, 475],
        ],
        spent="125",
        received="600",
        says=["A word in this row says that the group only moved its own money"],
    ),
    "payments with the names of payees": FoundShape(
        "Expenses",
        [
            ["Date", "Payee", "Item", "Amount"],
            [date(2026, 1, 3), "Somebody", "Wages", 50],
            [date(2026, 2, 3), "Somebody else", "Wages", 20],
        ],
        spent="70",
        says=["payee = Payee"],
    ),
    "a bank book with a column for moved money": FoundShape(
        "Bank",
        [
            ["Date", "Text", "In", "Out", "Moved", "Balance"],
            [date(2026, 1, 2), "Grant", 1000, N, N, 1000],
            [date(2026, 1, 3), "Cash withdrawal", N, N, 200, 800],
            [date(2026, 1, 5), "Rent", N, 100, N, 700],
        ],
        spent="100",
        received="1000",
        says=["3           ignored: the group only moved this money"],
    ),
    "a work plan whose lines say their source of funding": FoundShape(
        "AWP 2026",
        [
            ["Annual Work Plan 2026"],
            ["EXPECTED OUTPUTS", "PLANNED ACTIVITIES", "TIMEFRAME", N, "PLANNED BUDGET"],
            [N, N, "Q1", "Q2", "Funding Source", "Budget Description", "Amount (USD)"],
            ["1: peers are trained", "1.1 Training", "X", N, "TRAC", "75700 Training", 5000],
            [N, "1.2 Mentoring", N, "X", "TRAC", "71300 Consultants", 12500],
            ["2: services are open", "2.1 Rent", "X", "X", "TRAC", "73100 Rental", 3250],
            ["TOTAL", N, N, N, N, N, 20750],
        ],
        ["5000", "12500", "3250"],
        currency="USD",
    ),
    "amounts in brackets, and the result below them": FoundShape(
        "Bank book",
        [
            ["Date", "Details", "Amount"],
            ["05/01/2026", "Grant instalment", "1,200.00"],
            ["15/01/2026", "Rent", "(450.00)"],
            ["20/01/2026", "Pens", "(12.50)"],
            [N, "Net", "737.50"],
        ],
        spent="462.5",
        received="1200",
        says=["Look at Bank book!A5: Date is empty."],
    ),
    "Russian turnover below a cash book whose figures are texts": FoundShape(
        "Касса",
        [
            ["Дата", "Содержание операции", "Приход", "Расход", "Остаток"],
            ["01.01.2026", "Остаток на начало", N, N, "5 000,00"],
            ["05.01.2026", "Поступление от донора", "100 000,00", N, "105 000,00"],
            ["06.01.2026", "Аренда зала", N, "12 350,50", "92 649,50"],
            ["20.01.2026", "Печать", N, "8 000,00", "84 649,50"],
            [N, "Обороты за январь", "100 000,00", "20 350,50", N],
            ["31.01.2026", "Остаток на конец", N, N, "84 649,50"],
        ],
        spent="20350.5",
        received="100000",
        says=["Not read: Касса!E2: an opening balance of 5,000.00."],
    ),
    "a Ukrainian cash book with a total for each month, figures as texts": FoundShape(
        "Каса 2026",
        [
            ["Дата", "Зміст", "Надходження", "Видатки", "Залишок"],
            ["05.01.2026", "Внески", "1 000,00", N, "1 000,00"],
            ["07.01.2026", "Оренда", N, "400,00", "600,00"],
            [N, "Разом за січень", "1 000,00", "400,00", N],
            ["03.02.2026", "Друк", N, "250,00", "350,00"],
            [N, "Разом за лютий", "0,00", "250,00", N],
            [N, "УСЬОГО", "1 000,00", "650,00", N],
        ],
        spent="650",
        received="1000",
    ),
    "a German cash book that begins with last year's money": FoundShape(
        "Kassenbuch",
        [
            ["Datum", "Text", "Einnahmen", "Ausgaben", "Bestand"],
            ["02.01.2026", "Übertrag Vorjahr", "215,40", N, "215,40"],
            ["05.01.2026", "Spende", "50,00", N, "265,40"],
            ["12.01.2026", "Porto", N, "8,70", "256,70"],
            [N, "Summe", "265,40", "8,70", N],
        ],
        spent="8.7",
        received="50",
        says=["Look at Kassenbuch!C2: This sum was carried over from an earlier page or year"],
    ),
    "a French result of the year": FoundShape(
        "Compte de résultat 2026",
        [
            ["Intitulé", "Montant"],
            ["CHARGES"],
            ["Loyer", 600],
            ["Timbres", 40.5],
            ["Total charges", 640.5],
            ["PRODUITS"],
            ["Dons", 500],
            ["Cotisations", 200],
            ["Total produits", 700],
            ["Excédent", 59.5],
        ],
        spent="640.5",
        received="700",
    ),
    "months with quarters between them": FoundShape(
        "Budget 2026",
        [
            [
                "Item",
                *[
                    "Jan",
                    "Feb",
                    "Mar",
                    "Q1",
                    "Apr",
                    "May",
                    "Jun",
                    "Q2",
                    "Jul",
                    "Aug",
                    "Sep",
                    "Q3",
                    "Oct",
                    "Nov",
                    "Dec",
                    "Q4",
                ],
                "Sum",
            ],
            ["Rent", *[10, 10, 10, 30] * 4, 120],
            ["Tea", *[1, 2, 3, 6] * 4, 24],
            ["Total", *[11, 12, 13, 36] * 4, 144],
        ],
        ["120", "24"],
    ),
    "an advance and what is left of it below the total": FoundShape(
        "Costs March 2026",
        [
            ["Date", "Item", "Amount"],
            [date(2026, 3, 2), "Hall", 80],
            [date(2026, 3, 4), "Food", 45.5],
            [N, "TOTAL:", 125.5],
            [N, "Advance received", 150],
            [N, "Balance to return", 24.5],
        ],
        spent="125.5",
        says=["Look at Costs March 2026!A5: Date is empty."],
    ),
    "rupees in lakhs": FoundShape(
        "Budget 2026-27",
        [
            ["Sl. No.", "Particulars", "Amount (Rs.)"],
            [1, "Salaries", "1,25,000.00"],
            [2, "Rent", "60,000.00"],
            [N, "Total", "1,85,000.00"],
        ],
        ["125000", "60000"],
        currency="INR",
    ),
    "West African francs in the headings": FoundShape(
        "Budget 2026",
        [
            ["Désignation", "Quantité", "Prix unitaire (FCFA)", "Montant (FCFA)"],
            ["Location salle", 3, 50000, 150000],
            ["Pauses café", 120, 1500, 180000],
            ["TOTAL", N, N, 330000],
        ],
        ["150000", "180000"],
        currency="XOF",
    ),
    "dollars typed beside each amount": FoundShape(
        "Spending 2026",
        [
            ["Date", "Memo", "Amount"],
            ["Jan 5, 2026", "Snacks", "$45.10"],
            ["Jan 17, 2026", "Ink", "$30.00"],
            ["Feb 2, 2026", "Rent", "$1,200.00"],
            [N, "TOTAL", "$1,275.10"],
        ],
        spent="1275.1",
        currency="USD",
    ),
    "a cancelled payment": FoundShape(
        "Dépenses",
        [
            ["Date", "Libellé", "Montant", "Observations"],
            ["05/01/2026", "Loyer", "200,00", N],
            ["07/01/2026", "Train", "75,00", "ANNULÉ"],
        ],
        spent="275",
        says=["Look at Dépenses!D3: A word in this row says that it is cancelled, and it is"],
    ),
    "a detailed budget with quantities in each quarter": FoundShape(
        "Detailed Budget 2026",
        [
            ["Module", "Cost Input", "Q1 Quantity", "Q1 Cash", "Q2 Quantity", "Q2 Cash", "Total"],
            ["Prevention", "Stipends", 10, 1000, 10, 1000, 2000],
            ["Prevention", "Phones", 1, 250.5, 1, 250.5, 501],
            ["Total", N, N, 1250.5, N, 1250.5, 2501],
        ],
        ["2000", "501"],
    ),
    "a Swiss plan with apostrophes": FoundShape(
        "Budget 2026",
        [
            ["Position", "Betrag CHF"],
            ["Miete", "1'250.50"],
            ["Löhne", "12’000.–"],
            ["Total", "13'250.50"],
        ],
        ["1250.5", "12000"],
        currency="CHF",
    ),
    "payments with their analysis in columns": FoundShape(
        "Payments 2026",
        [
            ["Date", "Details", "Total", "Rent", "Food"],
            [date(2026, 1, 5), "January rent", 200, 200, N],
            [date(2026, 1, 8), "Lunch", 35.5, N, 35.5],
            ["Total", N, 235.5, 200, 35.5],
        ],
        spent="235.5",
    ),
    "groups with their sums typed beside them": FoundShape(
        "Budget 2026",
        [
            ["Item", "Cost"],
            ["A. Staff", 3000],
            ["A1 Cook", 1000],
            ["A2 Driver", 2000],
            ["B. Travel", 200],
            ["B1 Bus", 150],
            ["B2 Train", 50],
            ["TOTAL", 3200],
        ],
        ["1000", "2000", "150", "50"],
    ),
    "a year from July to June, by month": FoundShape(
        "FY26 Budget",
        [
            [
                "Line",
                *["Jul-25", "Aug-25", "Sep-25", "Oct-25", "Nov-25", "Dec-25", "Jan-26", "Feb-26"],
                "Total",
            ],
            ["Rent", *[100] * 8, 800],
            ["Audit", *[0] * 7, 750, 750],
            ["Total", *[100] * 7, 850, 1550],
        ],
        ["800", "750"],
    ),
    "an Arabic cash book with Arabic digits": FoundShape(
        "دفتر الصندوق",
        [
            ["التاريخ", "البيان", "وارد", "صادر", "الرصيد"],
            ["2026-01-03", "رصيد أول المدة", N, N, 100],
            ["2026-01-05", "تبرع", "٢٥٠٫٥٠", N, "٣٥٠٫٥٠"],
            ["2026-01-08", "نقل", N, "٥٠٫٢٥", "٣٠٠٫٢٥"],
            ["المجموع", N, "٢٥٠٫٥٠", "٥٠٫٢٥", N],
        ],
        spent="50.25",
        received="250.5",
    ),
    "an amount in words of its own in a list with a state": FoundShape(
        "Budget",
        [
            ["Date", "Description", "Amount", "Status"],
            ["03/01/2026", "Bus", "1,500", "paid"],
            ["13/01/2026", "Rent", "2,250.75", "paid"],
            ["06/02/2026", "Ink", "0.5k", "paid"],
            ["07/02/2026", "Toner", 40, "paid"],
            ["08/02/2026", "Paper", 10, "paid"],
        ],
        spent="3800.75",
        says=['Look at Budget!C4: "0.5k" is not an amount.'],
    ),
    "an amount in words of its own in a list without dates": FoundShape(
        "Spent January 2026",
        [
            ["Item", "Amount", "Paid"],
            ["Bus", 1500, "paid"],
            ["Ink", "0.5k", "paid"],
            ["Toner", 40, "paid"],
        ],
        spent="1540",
        says=['Look at Spent January 2026!B3: "0.5k" is not an amount.'],
    ),
    "nothing spent on one line, between subtotals": FoundShape(
        "Budget",
        [
            ["Category", "Item", "Budget", "Actual"],
            ["Staff", "Cook", 1200, 900],
            [N, "Driver", 600, 650],
            ["Subtotal Staff", N, 1800, 1550],
            ["Supplies", "Food", 1040, 1000],
            [N, "Gas", 50, 0],
            ["Subtotal Supplies", N, 1090, 1000],
            ["Grand total", N, 2890, 2550],
        ],
        ["1200", "600", "1040", "50"],
        spent="2550",
    ),
    "French charges above, products below, with codes and a result": FoundShape(
        "Budget 2026",
        [
            ["Compte", "Intitulé", "Prévu", "Réalisé"],
            ["60", "Achats"],
            ["601", "Fournitures", 300, 280.5],
            ["606", "Eau", 120, 130],
            ["61", "Services extérieurs"],
            ["613", "Loyer", 2400, 2400],
            ["616", "Assurance", 200, 20],
            [N, "Total charges", 3020, 2830.5],
            ["74", "Subventions"],
            ["741", "Ville", 2000, 2000],
            ["742", "État", 1500, 500],
            [N, "Total produits", 3500, 2500],
            [N, "Résultat", 480, -330.5],
        ],
        ["300", "120", "2400", "200"],
        spent="2830.5",
        received="2500",
        says=["Not read: Budget 2026!C: amounts of 3,500.00 in all."],
    ),
    "headings of income and expenses with the codes of accounts": FoundShape(
        "Budget",
        [
            ["Code", "Account", "Budget", "Actual"],
            [5000, "Expenses"],
            [5010, "Rent", 2400, 2400],
            [5020, "Tea", 100, 90],
            [N, "Total expenses", 2500, 2490],
            [4000, "Income"],
            [4010, "City", 2000, 2000],
            [4020, "State", 1500, 500],
            [N, "Total income", 3500, 2500],
        ],
        ["2400", "100"],
        spent="2490",
        received="2500",
    ),
    "an income of 2000 twice, which is no year": FoundShape(
        "Budget",
        [
            ["Item", "Budget", "Actual"],
            ["Rent", 2400, 2400],
            ["Tea", 100, 90],
            ["Total expenses", 2500, 2490],
            ["City grant", 2000, 2000],
            ["Donations", 1500, 500],
            ["Total income", 3500, 2500],
            ["Surplus", 1000, 10],
        ],
        ["2400", "100"],
        spent="2490",
        received="2500",
    ),
    "only totals say what is spent and what is expected": FoundShape(
        "Budget",
        [
            ["Poste", "Montant"],
            ["Ville", 2000],
            ["Dons", 1500],
            ["Total des recettes", 3500],
            ["Loyer", 2400],
            ["Total des dépenses", 2400],
            ["Café", 100],
            ["Total dépenses", 2500],
        ],
        ["2400", "100"],
        received="3500",
    ),
    "spending below zero in months, income above it": FoundShape(
        "Actual 2026",
        [
            [N, "Jan 2026", "Feb 2026", "Mar 2026", "Total"],
            ["INCOME"],
            ["City grant", 1000, 1000, 1000, 3000],
            ["Donations", 50, 0, 20, 70],
            ["Total income", 1050, 1000, 1020, 3070],
            ["EXPENSES"],
            ["Rent", -400, -400, -400, -1200],
            ["Wages", -500, -500, -500, -1500],
            ["Total expenses", -900, -900, -900, -2700],
            ["Net", 150, 100, 120, 370],
        ],
        spent="2700",
        received="3070",
    ),
    "a plan by months with its costs below zero": FoundShape(
        "Budget 2026",
        [
            ["Item", "Jan 2026", "Feb 2026"],
            ["INCOME"],
            ["City grant", 1000, 1000],
            ["Total income", 1000, 1000],
            ["EXPENSES"],
            ["Rent", -400, -400],
            ["Wages", -500, -450],
            ["Total expenses", -900, -850],
        ],
        ["800", "950"],
        received="2000",
    ),
    "overheads below the total of costs, and a total of both": FoundShape(
        "Budget 2026",
        [
            ["Item", "Amount"],
            ["Rent", 1200],
            ["Cook", 800],
            ["Total costs", 2000],
            ["Overheads", 140],
            ["Grand total", 2140],
        ],
        ["1200", "800", "140"],
    ),
    "a budget above zero, and what was spent below it": FoundShape(
        "Budget",
        [
            ["Item", "Budget", "Actual"],
            ["Rent", 2400, -2400],
            ["Tea", 100, -90],
            ["Total", 2500, -2490],
        ],
        ["2400", "100"],
        spent="2490",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_found_shape_comes_out_to_the_cent(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    path = book(tmp_path, {shape.name: shape.rows})

    done = adopted(path)

    assert done.exit_code == 0, done.output
    assert f'currency = "{shape.currency}"' in (tmp_path / "budgettrack.toml").read_text("utf-8")
    for words in shape.says:
        assert words in done.stdout
    lines = [Decimal(amount) for amount in shape.lines]
    budgets = [Decimal(budget) for budget, _ in figures(path)]
    assert sorted(filter(None, budgets)) == sorted(lines)
    assert kept(tmp_path, "expenses") == Decimal(shape.spent)
    assert kept(tmp_path, "income") == Decimal(shape.received)
    said = {row["name"]: row["value"] for row in _rows(path) if row["what"] == "table"}
    assert Decimal(said.get("expenses", "0")) == Decimal(shape.spent)
    assert Decimal(said.get("income", "0")) == Decimal(shape.received)
    every_row_has_a_fate(path)


def _rows(path: Path) -> list[dict[str, Any]]:
    asked = run("--config", str(path.parent), "adopt", str(path), *ON, "--json")
    rows: list[dict[str, Any]] = json.loads(asked.stdout)
    return rows


_TWO_KINDS: Tab = [
    ["Item", "Amount"],
    ["Rent", 2400],
    ["Total expenses", 2400],
    ["City grant", 2000],
    ["Total income", 2000],
]
MONTHS = ["January", "February", "March", "April"]
REFUSED: dict[str, tuple[str, Tab, str]] = {
    "months below each other": (
        "Budget 2026",
        [
            ["Month", "Rent", "Salaries", "Total"],
            *[[month, 100, 500, 600] for month in MONTHS],
            ["Total", 400, 2000, 2400],
        ],
        "Budget 2026: its months are rows and its lines are columns. Copy it and paste it"
        " transposed, so that each line is a row.",
    ),
    "a list that people sign": (
        "Stipends March 2026",
        [
            ["No", "Name", "Days", "Amount", "Signature"],
            [1, "Person One", 5, 100, N],
            [2, "Person Two", 3, 60, N],
            [N, "Total", 8, 160, N],
        ],
        "The tab has signatures or receipts, but no dates. Are its amounts planned or actual?"
        ' Answer on a terminal, or in a file (--answers FILE): kind = "planned" or kind ='
        ' "actual".',
    ),
    "no headings that are known": (
        "Notes",
        [["Foo", "Bar"], ["x", "y"]],
        "No table with amounts was seen in Notes: no row has headings that are known, such as Item"
        " and Amount.",
    ),
    "headings without a row": (
        "Budget 2026",
        [["Item", "Amount"], ["Total", 0]],
        "Budget 2026: below the headings (Item, Amount) is no amount that can be read.",
    ),
    "a line below the totals of spending and of income": (
        "Budget 2026",
        [*_TWO_KINDS, ["Tea", 100]],
        "Budget 2026: income and spending stand below the same headings, and it is not certain"
        " where each ends, so income would be counted as spending. Type Income above the one and"
        " Expenses above the other, each alone in its row.",
    ),
    "a total that ties although an amount is in another currency": (
        "Каса",
        [
            ["Дата", "Стаття", "Прихід", "Витрата"],
            ["03.02.2026", "Грант", 2500, N],
            ["05.02.2026", "Оренда", N, "1 200,00 грн"],
            ["07.02.2026", "Друк", N, "99.90"],
            [N, "Разом", 2500, 1299.9],
        ],
        "Каса!D5: This total cannot be compared with its rows, because an amount among them is not"
        " counted. Correct that amount in the sheet, or accept the total: --waive 'Каса!D5'",
    ),
    "a total over an amount that can be read in two ways": (
        "Despesas",
        [
            ["Data", "Descrição", "Valor"],
            [date(2026, 1, 2), "Aluguel", "R$ 1.234,56"],
            [date(2026, 1, 12), "Lanche", "R$ 1.000"],
            ["Total", N, "R$ 2.234,56"],
        ],
        "Despesas!C4: This total cannot be compared with its rows, because an amount among them is"
        " not counted.",
    ),
    "income below the total of charges, without a total of its own": (
        "Budget 2026",
        [
            ["Poste", "Montant"],
            ["Loyer", 1200],
            ["Timbres", 80.4],
            ["Total charges", 1280.4],
            ["Subvention", 1000],
            ["Cotisations", 300],
        ],
        "Budget 2026: income and spending stand below the same headings, and it is not certain",
    ),
    "spending below the total of income, with their difference": (
        "Budget 2026",
        [
            ["Item", "Amount"],
            ["Membership", 500],
            ["City", 2000],
            ["Total income", 2500],
            ["Rent", 1200],
            ["Printing", 300.25],
            ["Balance", 999.75],
        ],
        "Budget 2026: income and spending stand below the same headings, and it is not certain",
    ),
    "a heading for income alone, below other lines": (
        "Budget 2026",
        [["Item", "Amount"], ["Rent", 1200], ["INCOME"], ["City", 2000], ["Members", 500]],
        "Budget 2026: income and spending stand below the same headings, and it is not certain",
    ),
    "a heading for income alone, above all lines": (
        "Budget 2026",
        [["Item", "Amount"], ["INCOME"], ["City", 2000], ["STAFF"], ["Cook", 500]],
        "Budget 2026: income and spending stand below the same headings, and it is not certain",
    ),
    "two sections that no text tells apart": (
        "Budget 2026",
        [*_TWO_KINDS[:3], ["Rent", 300], ["Total income", 300]],
        "Budget 2026: income and spending stand below the same headings, and it is not certain",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str, tmp_path: Path) -> None:
    tab, rows, words = REFUSED[name]
    done = adopted(book(tmp_path, {tab: rows}))

    assert done.exit_code == 1
    assert words in done.output
    assert not (tmp_path / "budgettrack.toml").exists()


def test_a_list_that_people_sign_is_what_was_paid_if_somebody_says_so(tmp_path: Path) -> None:
    tab, rows, _ = REFUSED["a list that people sign"]
    path = book(tmp_path, {tab: rows})
    (tmp_path / "a.toml").write_text('kind = "actual"\n')

    assert adopted(path, "--answers", str(tmp_path / "a.toml")).exit_code == 0
    assert figures(path) == [("0.00", "160.00")]


def test_a_total_with_an_amount_that_is_not_counted_is_told_and_can_be_waived(
    tmp_path: Path,
) -> None:
    rows = [
        ["Date", "Description", "Amount"],
        [date(2026, 1, 3), "Bus", 1500],
        [date(2026, 1, 6), "Ink", "tbc"],
        [date(2026, 1, 7), "Toner", 40],
        [N, "Total", 1540],
    ]
    path = book(tmp_path, {"Spent": rows})
    refused = adopted(path)

    assert refused.exit_code == 1
    assert (
        "C5 says 1,540.00; our 2 lines 1,540.00: a row is left out, because its amount is not"
        " counted" in refused.stdout
    )
    assert "Figures in totals: 1, of which 0 tie with our lines." in refused.stdout
    assert "Spent!C5: This total cannot be compared" in refused.stderr
    assert adopted(path, "--yes", "--waive", "Spent!C5").exit_code == 0
    assert (tmp_path / "budgettrack.toml").exists()


@pytest.mark.parametrize(
    ("tab", "rows"),
    [
        (
            "Expenses 2026",
            [
                ["Date", "Item", "Amount"],
                [date(2026, 1, 3), "Rent", -400],
                [date(2026, 1, 4), "Wages", -500],
                [date(2026, 1, 9), "Refund", 100],
                [N, "Total", -800],
            ],
        ),
        (
            "Actual 2026",
            [
                ["Item", "Jan 2026", "Feb 2026", "Total"],
                ["Rent", -300, -100, -400],
                ["Wages", -500, N, -500],
                ["Refund", N, 100, 100],
                ["Total", -800, 0, -800],
            ],
        ),
        (
            "Actual 2026",
            [
                ["Item", "Amount"],
                ["Rent", -400],
                ["Wages", -500],
                ["Refund", 100],
                ["Total expenses", -800],
            ],
        ),
    ],
)
def test_spending_below_zero_is_turned_unless_somebody_says_that_it_came_back(
    tab: str, rows: Tab, tmp_path: Path
) -> None:
    path = book(tmp_path, {tab: rows})
    asked = {
        row["place"]: row["value"]
        for row in json.loads(adopted(path, "--yes", "--dry-run", "--json").stdout)
        if row["what"] == "question"
    }
    assert asked["minus"] == "out"
    assert "800.00 in all" in adopted(path, "--yes", "--dry-run").stdout

    (tmp_path / "a.toml").write_text('minus = "refund"\n')
    answered = adopted(path, "--answers", str(tmp_path / "a.toml"), "--dry-run")
    assert "-800.00 in all" in answered.stdout

    assert adopted(path).exit_code == 0
    assert 'turned = ["amount"]' in (tmp_path / "budgettrack.toml").read_text("utf-8")
    assert figures(path) == [("0.00", "800.00")]


def test_a_sign_that_currencies_share_is_asked_about(tmp_path: Path) -> None:
    rows = SHAPES["dollars typed beside each amount"].rows
    path = book(tmp_path, {"Spending 2026": rows})
    (question,) = [
        row
        for row in json.loads(adopted(path, "--yes", "--dry-run", "--json").stdout)
        if (row["what"], row["place"]) == ("question", "currency")
    ]
    assert question["name"] == (
        "Several currencies are written $. Which one is meant? Its code has three letters."
    )
    assert question["value"] == "USD"

    (tmp_path / "a.toml").write_text('currency = "dollars"\n')
    refused = adopted(path, "--answers", str(tmp_path / "a.toml"))
    assert refused.exit_code == 2
    assert '"DOLLARS" is no currency. Type its code, such as USD.' in refused.stderr

    (tmp_path / "a.toml").write_text('currency = "aud"\n')
    assert adopted(path, "--answers", str(tmp_path / "a.toml")).exit_code == 0
    assert 'currency = "AUD"' in (tmp_path / "budgettrack.toml").read_text("utf-8")
    assert figures(path) == [("0.00", "1275.10")]


def test_a_wrong_total_beside_names_that_no_table_reads_is_not_counted(tmp_path: Path) -> None:
    rows = [["Name", "Jan 2026", "Feb 2026"], ["One", 5, 5], ["Two", 5, 6], ["Total", 10, 12]]
    refused = adopted(book(tmp_path, {"Dues": rows}), "--yes")

    assert refused.exit_code == 1
    assert "Dues!C4: This total is 12, but its rows sum to 11." in refused.stderr


def test_no_name_in_a_column_of_payees_is_shown_and_a_french_payee_column_of_answers_is_read(
    tmp_path: Path,
) -> None:
    day = date(2026, 1, 3)
    rows = [
        ["Date", "Payée", "Objet", "Montant"],
        [day, "oui", "Loyer", 50],
        [day, "non", "Train", 20],
        [day, "oui", "Craies", 5],
    ]
    path = book(tmp_path, {"Dépenses": rows})
    assert adopted(path, "--yes").exit_code == 0
    assert figures(path) == [("0.00", "55.00")]

    # A name below an ambiguous heading is never an example of a doubtful word.
    named = [*rows[:2], [day, "Somebody", "Train", 20], [day, "no", "Chalk", 5]]
    (tmp_path / "named").mkdir()
    said = adopted(book(tmp_path / "named", {"Dépenses": named}), "--yes")
    assert "Somebody" not in said.output


@pytest.mark.parametrize(
    ("title", "currency"),
    [
        ("المصروفات بالدولار الأمريكي", "USD"),
        ("Расходы, в тенге", "KZT"),
        ("Расходы 2026 (в долларах США)", "USD"),
        ("ميزانية 2026 - دينار أردني", "JOD"),
        ("Dépenses 2026, en dollars américains", "USD"),
        ("Expenses in dollars", "EUR"),
        ("Europe: expenses", "EUR"),
    ],
)
def test_the_name_of_a_currency_in_a_title_is_known(
    title: str, currency: str, tmp_path: Path
) -> None:
    rows = [[title], ["Date", "Item", "Amount"], [date(2026, 1, 3), "Rent", 50]]
    assert adopted(book(tmp_path, {"Expenses 2026": rows}), "--yes").exit_code == 0
    assert f'currency = "{currency}"' in (tmp_path / "budgettrack.toml").read_text("utf-8")


def test_bills_with_one_credit_note_are_not_taken_for_income(tmp_path: Path) -> None:
    bills: Tab = [["Fecha", "Concepto", "Total"]]
    rows = [*bills, *([date(2026, 1, day), f"Factura {day}", 100] for day in range(3, 9))]
    path = book(tmp_path, {"Facturas": [*rows, [date(2026, 2, 1), "Abono de la factura 3", -80]]})

    refused = adopted(path, "--yes")
    assert refused.exit_code == 1
    assert "minus" in refused.stderr
    (tmp_path / "a.toml").write_text('minus = "refund"\n')
    assert adopted(path, "--answers", str(tmp_path / "a.toml")).exit_code == 0
    assert figures(path) == [("0.00", "520.00")]
