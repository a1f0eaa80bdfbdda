"""Workbooks as groups have them, with all their tabs, in many languages: each by `adopt --yes`, to
the cent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import budgettrack
from tests.world.adopting import ON, Tab, WholeBook, adopted, book, comes_out, figures, run

N = None


PAID: list[list[Any]] = [
    ["Date", "Category", "Item", "Amount"],
    [date(2026, 1, 4), "Travel", "Bus", 30],
    [date(2026, 1, 6), "Food", "Lunch", 45.5],
    [date(2026, 2, 6), "Food", "Tea", 5],
    [date(2026, 2, 8), "Rent", "Hall", 100],
]
BY_CATEGORY: list[list[Any]] = [
    ["Category", "Amount"],
    ["Travel", 30],
    ["Food", 50.5],
    ["Rent", 100],
]

TYPED: list[list[Any]] = [
    ["Date", "Item", "Type", "Amount"],
    [date(2026, 1, 5), "Grant", "Receipt", 1000],
    [date(2026, 1, 9), "Rent", "Payment", 200],
]

BOOKS = {
    "sums by category in a tab of their own": WholeBook(
        {"Expenses": PAID, "By category": [*BY_CATEGORY, ["Total", 180.5]]},
        spent="180.5",
        says=["Not read: By category: its amounts are sums of rows that are read elsewhere."],
    ),
    "sums by month in a tab of their own": WholeBook(
        {"Expenses": PAID, "Summary": [["Month", "Amount"], ["January", 75.5], ["February", 105]]},
        spent="180.5",
        says=["Not read: Summary: its amounts are sums of rows that are read elsewhere."],
    ),
    "sums by category and month": WholeBook(
        {
            "Journal": [
                ["Date", "Rubrique", "Objet", "Montant"],
                [date(2026, 1, 4), "Transport", "Bus", 30],
                [date(2026, 1, 6), "Repas", "Midi", 45.5],
                [date(2026, 2, 6), "Repas", "Thé", 5],
                [date(2026, 2, 8), "Loyer", "Salle", 100],
            ],
            "Total par mois": [
                ["Rubrique", "Janvier", "Février", "Total"],
                ["Transport", 30, 0, 30],
                ["Repas", 45.5, 5, 50.5],
                ["Loyer", 0, 100, 100],
                ["Total", 75.5, 105, 180.5],
            ],
        },
        spent="180.5",
        says=["its amounts are sums of rows that are read elsewhere."],
    ),
    "sums by category beside the payments": WholeBook(
        {
            "Expenses": [
                [*PAID[0], N, "Category", "Amount"],
                [*PAID[1], N, "Travel", 30],
                [*PAID[2], N, "Food", 50.5],
                [*PAID[3], N, "Rent", 100],
                PAID[4],
            ]
        },
        spent="180.5",
        says=["Not read: Expenses: its amounts in column G are sums of rows"],
    ),
    "a budget that shares one amount with what was spent": WholeBook(
        {
            "Expenses": PAID,
            "Budget": [["Category", "Amount"], ["Travel", 300], ["Food", 500], ["Rent", 100]],
        },
        planned="900",
        spent="180.5",
    ),
    "a budget that was spent to the cent": WholeBook(
        {"Expenses": PAID, "Budget": BY_CATEGORY},
        planned="180.5",
        spent="180.5",
        says=["Look at Budget!B: these amounts are sums of rows that are read elsewhere. If they"],
    ),
    "lines that are most of what was spent, answered": WholeBook(
        {"Expenses": PAID, "Lines": [*BY_CATEGORY[:3], ["Rent", 120]]},
        planned="200.5",
        spent="180.5",
        answers={"summary": "no"},
    ),
    "two lists of the same payments in two months": WholeBook(
        {
            "Jan 2026": [["Item", "Cost"], ["Rent", 100], ["Phone", 20]],
            "Feb 2026": [["Item", "Cost"], ["Rent", 100], ["Phone", 20], ["Ink", 5]],
        },
        spent="245",
        answers={"kind": "actual"},
    ),
    "net, tax and gross": WholeBook(
        {
            "Payments": [
                ["Date", "Item", "Net", "VAT", "Gross"],
                [date(2026, 1, 3), "Rent", 100, 20, 120],
                [date(2026, 1, 9), "Print", 50, 2.5, 52.5],
                [N, "Total", 150, 22.5, 172.5],
            ]
        },
        spent="172.5",
    ),
    "gross, tax and net of people who are paid": WholeBook(
        {
            "Salaries Jan 2026": [
                ["Role", "Gross", "Tax", "Net"],
                ["Cook", 1000, 200, 800],
                ["Driver", 800, 100, 700],
                ["Total", 1800, 300, 1500],
            ]
        },
        spent="1800",
        says=["!D: amounts of 1,500.00 in all."],
        answers={"kind": "actual"},
    ),
    "an amount, a tax and their total": WholeBook(
        {
            "Expenses": [
                ["Date", "Item", "Amount", "VAT", "Total"],
                [date(2026, 1, 3), "Rent", 100, 20, 120],
                [date(2026, 1, 9), "Stamps", 50, N, 50],
            ]
        },
        spent="170",
    ),
    "an amount with the tax before one without": WholeBook(
        {
            "Expenses": [
                ["Date", "Item", "Amount incl. VAT", "Amount excl. VAT"],
                [date(2026, 1, 3), "Rent", 120, 100],
                [date(2026, 1, 9), "Print", 52.5, 50],
            ]
        },
        spent="172.5",
    ),
    "a tax beside amounts without it, and nothing else": WholeBook(
        {
            "Expenses": [
                ["Date", "Item", "Net", "VAT"],
                [date(2026, 1, 3), "Rent", 100, 20],
                [date(2026, 1, 9), "Print", 50, 2.5],
            ]
        },
        spent="150",
        says=["Look at Expenses!D: a tax that the amounts that are read do not include."],
    ),
    "Dutch costs with netto, btw and bruto": WholeBook(
        {
            "Kosten": [
                ["Datum", "Omschrijving", "Netto", "BTW", "Bruto"],
                ["03-01-2026", "Huur", 100, 21, 121],
                ["05-01-2026", "Drukwerk", 50, 4.5, 54.5],
                [N, "Totaal", 150, 25.5, 175.5],
            ]
        },
        spent="175.5",
    ),
    "German spending with netto, MwSt and brutto": WholeBook(
        {
            "Ausgaben 2026": [
                ["Datum", "Zweck", "Netto", "MwSt. 19 %", "Brutto"],
                ["03.01.2026", "Miete", 100, 19, 119],
                ["05.01.2026", "Druck", 50, 9.5, 59.5],
                ["Summe", N, 150, 28.5, 178.5],
            ]
        },
        spent="178.5",
    ),
    "an Italian cash book": WholeBook(
        {
            "Prima nota 2026": [
                ["Data", "Causale", "Entrate", "Uscite", "Saldo"],
                ["01/01/2026", "Saldo iniziale", N, N, "1.000,00"],
                ["05/01/2026", "Quote soci", "300,00", N, "1.300,00"],
                ["12/01/2026", "Affitto sala", N, "250,00", "1.050,00"],
                ["03/02/2026", "Stampe", N, "48,90", "1.001,10"],
                ["Totale", N, "300,00", "298,90", N],
            ]
        },
        spent="298.9",
        received="300",
    ),
    "an Italian plan beside what was spent": WholeBook(
        {
            "Bilancio 2026": [
                ["Voce", "Preventivo", "Consuntivo", "Scostamento"],
                ["ENTRATE"],
                ["Quote associative", 1000, 900, 100],
                ["Contributo Comune", 3000, 1500, 1500],
                ["Totale entrate", 4000, 2400, 1600],
                ["USCITE"],
                ["Affitto", 2400, 600, 1800],
                ["Cancelleria", 200.5, 35.2, 165.3],
                ["Totale uscite", 2600.5, 635.2, 1965.3],
                ["Avanzo", 1399.5, 1764.8, -365.3],
            ]
        },
        planned="2600.5",
        spent="635.2",
        received="2400",
    ),
    "a Persian cash book": WholeBook(
        {
            "صندوق": [
                ["تاریخ", "شرح", "دریافت", "پرداخت", "مانده"],
                [N, "مانده از قبل", N, N, 100],
                ["2026/01/03", "کمک مردمی", 5000000, N, 5000100],
                ["2026/01/09", "اجاره", N, 1500000, 3500100],
                ["2026/02/01", "چاپ", N, 250000, 3250100],
                [N, "جمع", 5000000, 1750000, N],
            ]
        },
        spent="1750000",
        received="5000000",
    ),
    "a Persian plan typed with Arabic letters": WholeBook(
        {
            "بودجه": [
                ["رديف", "شرح", "تعداد", "قيمت واحد", "مبلغ كل (ریال)"],
                ["۱", "اجاره دفتر", "۱۲", "۲٬۰۰۰٬۰۰۰", "۲۴٬۰۰۰٬۰۰۰"],
                ["۲", "چاپ بروشور", "۱۰۰", "۵۰٬۰۰۰", "۵٬۰۰۰٬۰۰۰"],
                [N, "جمع كل", N, N, "۲۹٬۰۰۰٬۰۰۰"],
            ]
        },
        planned="29000000",
        currency="IRR",
    ),
    "a Ukrainian journal": WholeBook(
        {
            "Журнал": [
                ["№ з/п", "Дата", "Зміст операції", "Прибуток", "Видаток", "Залишок"],
                [1, "05.01.2026", "Благодійний внесок", "12 000,00", N, "12 000,00"],
                [2, "08.01.2026", "Оренда офісу", N, "4 500,00", "7 500,00"],
                [3, "02.02.2026", "Папір, друк", N, "380,40", "7 119,60"],
                [N, N, "Разом", "12 000,00", "4 880,40", N],
            ]
        },
        spent="4880.4",
        received="12000",
    ),
    "a Ukrainian plan by quarters": WholeBook(
        {
            "Кошторис 2026": [
                ["Стаття витрат", "І квартал", "ІІ квартал", "Разом, грн"],
                ["Оренда", 3000, 3000, 6000],
                ["Зв'язок", 150.5, 150.5, 301],
                ["Усього", 3150.5, 3150.5, 6301],
            ]
        },
        planned="6301",
        currency="UAH",
    ),
    "a bank's list with Dr and Cr": WholeBook(
        {
            "Bank statement": [
                ["Date", "Narration", "Amount", "Dr/Cr"],
                ["03/01/2026", "Grant from City", "5,000.00", "Cr"],
                ["09/01/2026", "Rent", "1,200.50", "Dr"],
                ["12/01/2026", "Bank charge", "3.00", "Dr"],
            ]
        },
        spent="1203.5",
        received="5000",
    ),
    "a German list with S and H": WholeBook(
        {
            "Umsätze": [
                ["Datum", "Text", "Betrag", "Soll/Haben"],
                ["Mo, 05.01.2026", "Miete", "400,00", "S"],
                ["Di, 06.01.2026", "Spende", "50,00", "H"],
            ]
        },
        spent="400",
        received="50",
    ),
    "invoices, of which one is not paid": WholeBook(
        {
            "Expenses": [
                ["Date", "Item", "Invoice no", "Amount", "Paid on"],
                [date(2026, 1, 4), "Ink", "INV-1", 30, date(2026, 1, 20)],
                [date(2026, 2, 1), "Hall", "INV-2", 200, N],
            ]
        },
        spent="30",
        says=["Look at Expenses!E3: Paid on is empty."],
    ),
    "sums that are carried down and brought down": WholeBook(
        {
            "Petty cash": [
                ["Date", "Details", "Received", "Spent", "Balance"],
                [date(2026, 1, 2), "Dues", 100, N, 100],
                [date(2026, 1, 5), "Tea", N, 12.5, 87.5],
                [N, "Carried down", 100, 12.5, 87.5],
                [N, "Brought down", 100, 12.5, 87.5],
                [date(2026, 2, 5), "Bus", N, 30, 57.5],
                [N, "Totals", 100, 42.5, 57.5],
            ]
        },
        spent="42.5",
        received="100",
    ),
    "a plan with subtotals of quarters in Spanish": WholeBook(
        {
            "Presupuesto 2026": [
                ["Partida", "Importe (EUR)"],
                ["Primer trimestre"],
                ["Talleres", 300],
                ["Viajes", 120.4],
                ["Subtotal primer trimestre", 420.4],
                ["Segundo trimestre"],
                ["Talleres", 300],
                ["Subtotal segundo trimestre", 300],
                ["TOTAL PRESUPUESTO", 720.4],
            ]
        },
        planned="720.4",
    ),
    "totals without any label": WholeBook(
        {
            "Costs 2026": [
                ["Item", "Cost (GBP)"],
                [],
                ["Staff"],
                ["Coordinator", 3000],
                ["Peer worker", 1500.25],
                [N, 4500.25],
                [],
                ["Office"],
                ["Rent", 900],
                ["Phone", 120],
                [N, 1020],
                [],
                [N, 5520.25],
            ]
        },
        planned="5520.25",
        currency="GBP",
        answers={"kind": "planned"},
    ),
    "spending by month below, by kind across": WholeBook(
        {
            "Spent 2026": [
                ["Month", "Rent", "Food", "Travel", "Total"],
                ["January", 100, 20, 5, 125],
                ["February", 100, 30.5, 0, 130.5],
                ["Total", 200, 50.5, 5, 255.5],
            ]
        },
        spent="255.5",
    ),
    "a report with what was spent in the quarter and to date": WholeBook(
        {
            "Report Q1 2026": [
                ["Budget line", "Budget", "Spent this quarter", "Spent to date", "Balance"],
                ["Staff", 5000, 1200, 1200, 3800],
                ["Travel", 800, 99.9, 99.9, 700.1],
                ["Total", 5800, 1299.9, 1299.9, 4500.1],
            ]
        },
        planned="5800",
        spent="1299.9",
    ),
    "a tab for each project, and one of their totals": WholeBook(
        {
            "Harm reduction": [["Item", "Cost"], ["Kits", 500], ["Van", 900]],
            "Legal aid": [["Item", "Cost"], ["Lawyer", 1200], ["Leaflets", 80]],
            "TOTAL 2026": [
                ["Project", "Cost"],
                ["Harm reduction", 1400],
                ["Legal aid", 1280],
                ["Total", 2680],
            ],
        },
        planned="2680",
    ),
    "money that a French group moved into its cash box": WholeBook(
        {
            "Banque": [
                ["Date", "Libellé", "Entrées", "Sorties", "Solde"],
                [date(2026, 1, 2), "Subvention", 3000, N, 3000],
                [date(2026, 1, 5), "Virement vers caisse", N, 400, 2600],
            ],
            "Caisse": [
                ["Date", "Libellé", "Entrées", "Sorties", "Solde"],
                [date(2026, 1, 7), "Virement de la banque", 400, N, 400],
                [date(2026, 1, 9), "Thé", N, 22.5, 377.5],
            ],
        },
        spent="422.5",
        received="3400",
        says=[
            "Look at Banque!B3: A word in this row says that the group only moved its own money",
            "Look at Caisse!B2: A word in this row says that the group only moved its own money",
        ],
    ),
    "a budget whose columns of funders have a heading of their own": WholeBook(
        {
            "Budget": [
                ["No.", "Description", "Budget", N, "Source of funds", N],
                [N, N, "Qty", "Total (EUR)", "Oak Fund", "Own funds"],
                ["A1", "Cook", 12, 1200, 800, 400],
                ["A2", "Rent", 12, 2400.5, 2000.5, 400],
                [N, "TOTAL", N, 3600.5, 2800.5, 800],
            ]
        },
        planned="3600.5",
        says=["description = B"],
    ),
    "German costs and their funding side by side": WholeBook(
        {
            "Plan": [
                ["Kosten- und Finanzierungsplan"],
                ["Kosten", "Betrag €", N, "Finanzierung", "Betrag €"],
                ["Honorare", 4500, N, "Beantragte Zuwendung", 5000],
                ["Mieten", 1200.5, N, "Eigenmittel", 700.5],
                ["Gesamtkosten", 5700.5, N, "Gesamtfinanzierung", 5700.5],
            ]
        },
        planned="5700.5",
        received="5700.5",
    ),
    "German costs and their funding without a column between them": WholeBook(
        {
            "Plan": [
                ["Kosten", "Betrag €", "Finanzierung", "Betrag €"],
                ["Honorare", 4500, "Beantragte Zuwendung", 5000],
                ["Mieten", 1200.5, "Eigenmittel", 700.5],
                ["Gesamtkosten", 5700.5, "Gesamtfinanzierung", 5700.5],
            ]
        },
        planned="5700.5",
        received="5700.5",
    ),
    "receipts beside payments, each below its title": WholeBook(
        {
            "R&P": [
                ["RECEIPTS", N, N, N, "PAYMENTS"],
                ["Date", "From", "Amount", N, "Date", "To", "Cheque", "Amount"],
                [date(2026, 1, 2), "Collection", 500, N, date(2026, 1, 3), "Shop", 1001, 60.5],
                [date(2026, 1, 9), "Collection", 80, N, date(2026, 1, 9), "Hall", 1002, 100],
                ["Total", N, 580, N, "Total", N, N, 160.5],
            ]
        },
        spent="160.5",
        received="580",
    ),
    "a forecast of a cash flow": WholeBook(
        {
            "Cash flow": [
                ["Cash flow forecast 2026"],
                [N, "Jan", "Feb", "Mar"],
                ["RECEIPTS"],
                ["City", 800, 0, 800],
                ["Total receipts", 800, 0, 800],
                ["PAYMENTS"],
                ["Rent", 100, 100, 100],
                ["Wages", 50, 60.5, 70],
                ["Total payments", 150, 160.5, 170],
            ]
        },
        planned="480.5",
        received="1600",
    ),
    "a cash flow with months that have not begun": WholeBook(
        {
            "Cash flow 2026": [
                [N, "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"],
                ["Rent", 100, 100, 100, 100],
                ["Wages", 50, 60, 70, 80],
            ]
        },
        planned="660",
        says=['Taken by default: kind = "planned"'],
    ),
    "French quarters that are what was spent": WholeBook(
        {
            "Suivi": [
                ["Ligne budgétaire", "Budget", "T1", "T2", "Total dépensé", "Solde"],
                ["Salaires", 5000, 600.1, 700.2, 1300.3000000000002, 3699.7],
                ["Loyer", 2400, 200.7, 200.1, 400.8, 1999.2],
                ["TOTAL", 7400, 800.8, 900.3, 1701.1, 5698.9],
            ]
        },
        planned="7400",
        spent="1701.1",
    ),
    "quarters, their total, and the total in another currency": WholeBook(
        {
            "Presupuesto": [
                ["Descripción", "T1", "T2", "Total USD", "Total Bs"],
                ["Talleres", 100, 150.5, 250.5, 1743.48],
                ["Transporte", 50, 50, 100, 696],
                ["TOTAL", 150, 200.5, 350.5, 2439.48],
            ]
        },
        planned="350.5",
        currency="USD",
    ),
    "years of a project as columns": WholeBook(
        {
            "Budget": [
                ["Item", "Year 1 (2026)", "Year 2 (2027)", "Total"],
                ["Salaries", 1000, 1200, 2200],
                ["Travel", 100.5, 0, 100.5],
                ["TOTAL", 1100.5, 1200, 2300.5],
            ]
        },
        planned="1100.5",  # variance is asked at the end of 2026
    ),
    "claims of which one is not approved": WholeBook(
        {
            "Claims": [
                ["Date of expense", "What was it for?", "Amount", "Approved?"],
                [date(2026, 1, 5), "Snacks", 20, "Yes"],
                [date(2026, 1, 8), "Bus", 4.5, "No"],
                [date(2026, 1, 9), "Tea", 3.25, "Yes"],
            ]
        },
        spent="23.25",
        says=["Not read: Claims!D: amounts of rows with No of 4.50 in all."],
    ),
    "an Arabic cash book without articles": WholeBook(
        {
            "يناير 2026": [
                ["التاريخ", "البيان", "مقبوضات", "مدفوعات", "الرصيد"],
                [N, "رصيد سابق", N, N, 500],
                [date(2026, 1, 2), "تبرع", 100.5, N, 600.5],
                [date(2026, 1, 5), "شاي", N, 7.25, 593.25],
            ]
        },
        spent="7.25",
        received="100.5",
    ),
    "a Spanish result with a slash between spaces": WholeBook(
        {
            "Informe": [
                ["Concepto", "Presupuesto"],
                ["INGRESOS"],
                ["Cuotas", 500],
                ["Total ingresos", 500],
                ["GASTOS"],
                ["Alquiler", 300.5],
                ["Total gastos", 300.5],
                ["Superávit / Déficit", 199.5],
            ]
        },
        planned="300.5",
        received="500",
    ),
    "payments in two currencies": WholeBook(
        {
            "Payments": [
                ["Date", "Item", "Currency", "Amount"],
                [date(2026, 1, 5), "Rent", "EUR", 100.5],
                [date(2026, 1, 8), "Hotel", "USD", 60],
            ]
        },
        spent="160.5",  # the amounts as they are typed, of both currencies
        says=["Expenses: 2 rows, 100.50 EUR and 60.00 USD in all, from Payments"],
    ),
    "payments in two currencies, of which some are open": WholeBook(
        {
            "Payments": [
                ["Date", "Item", "Currency", "Amount", "Status"],
                [date(2026, 1, 5), "Rent", "EUR", 100.5, "paid"],
                [date(2026, 1, 8), "Hotel", "USD", 60, "unpaid"],
                [date(2026, 1, 9), "Bus", "EUR", 4, "unpaid"],
            ]
        },
        spent="164.5",  # the amounts as they are typed, of both currencies
        says=[
            "Expenses: 3 rows, 104.50 EUR and 60.00 USD in all, of which 4.00 EUR and 60.00 USD is"
            " not yet paid, from Payments"
        ],
    ),
    "a cash book in two currencies that its headings name": WholeBook(
        {
            "Caisse": [
                ["Date", "Libellé", "Entrées USD", "Sorties USD", "Entrées CDF", "Sorties CDF"],
                [date(2026, 1, 2), "Don", 500, N, N, N],
                [date(2026, 1, 3), "Don", N, N, 200000, N],
                [date(2026, 1, 5), "Loyer", N, 40.5, N, N],
                [date(2026, 1, 8), "Thé", N, N, N, 3000],
            ]
        },
        spent="3040.5",  # the amounts as they are typed, of both currencies
        received="200500",
        currency="USD",
        says=["Expenses: 2 rows, 3,000.00 CDF and 40.50 USD in all, from Caisse"],
    ),
    "columns that repeat what came in and went out": WholeBook(
        {
            "Book": [
                ["Date", "Item", "Receipts", "Payments", "Income", "Expenditure"],
                [date(2026, 1, 2), "Dues", 100.5, N, 100.5, N],
                [date(2026, 1, 5), "Tea", N, 7.25, N, 7.25],
            ]
        },
        spent="7.25",
        received="100.5",
    ),
    "a dinner with its profit": WholeBook(
        {
            "Dinner": [
                ["INCOME", "Estimated", "Actual"],
                ["Tickets", 2000, 2340.5],
                ["Total income", 2000, 2340.5],
                ["EXPENSES", "Estimated", "Actual"],
                ["Catering", 1200, 1310.25],
                ["Total expenses", 1200, 1310.25],
                ["PROFIT", 800, 1030.25],
            ]
        },
        planned="1200",
        spent="1310.25",
        received="2340.5",
    ),
    "headings as people talk": WholeBook(
        {"Expenses": [["When", "What for", "How much"], [date(2026, 1, 5), "Hall", 100.5]]},
        spent="100.5",
    ),
    "Spanish dates in March": WholeBook(
        {
            "Gastos": [
                ["Fecha", "Concepto", "Importe"],
                ["28-feb-2026", "Pasajes", 20],
                ["05-mar-2026", "Copias", 4.5],
            ]
        },
        spent="24.5",
    ),
    "French invoices, of which one is still to be paid": WholeBook(
        {
            "Dépenses": [
                ["Date", "Objet", "Montant", "État"],
                [date(2026, 1, 5), "Loyer", 100, "payée"],
                [date(2026, 1, 8), "Encre", 20, "à payer"],
                [date(2026, 1, 9), "Papier", 10.5, "payée"],
            ]
        },
        spent="130.5",
        says=["Expenses: 3 rows, 130.50 in all, of which 20.00 is not yet paid, from Dépenses"],
    ),
    "a status of which no word is known": WholeBook(
        {
            "Expenses": [
                ["Date", "Item", "Amount", "Status"],
                [date(2026, 1, 5), "Rent", 100, "ok"],
                [date(2026, 1, 8), "Ink", 20.5, "waiting"],
            ]
        },
        spent="120.5",
        says=["Look at Expenses!D: no word in this column says whether a row is paid or received"],
    ),
    "French contributions in kind below the total": WholeBook(
        {
            "BP": [
                ["CHARGES", "Montant", "PRODUITS", "Montant"],
                ["60 - Achats", N, "74 - Subventions", N],
                ["Fournitures", 320.5, "Ville", 900],
                ["Loyer", 1200, "Dons", 620.5],
                ["TOTAL DES CHARGES", 1520.5, "TOTAL DES PRODUITS", 1520.5],
                ["86 - Emplois des contributions volontaires", N, "87 - Bénévolat en nature", N],
                ["Locaux", 1500, "Bénévolat", 1500],
                ["TOTAL", 3020.5, "TOTAL", 3020.5],
            ]
        },
        planned="1520.5",
        received="1520.5",
        says=["Not read: BP!A6: contributions in kind, from this row on. They are no money."],
    ),
    "a column in kind inside the total": WholeBook(
        {
            "Budget": [
                ["Item", "Cash", "In-kind", "Total"],
                ["Venue", 500, 300, 800],
                ["Print", 300.5, 0, 300.5],
                ["Total", 800.5, 300, 1100.5],
            ]
        },
        planned="800.5",
        says=["Not read: Budget!C: contributions in kind, in this column. They are no money."],
    ),
    "a column in kind inside a total of two columns of money": WholeBook(
        {
            "Budget": [
                ["Item", "City", "Own funds", "In-kind", "Total"],
                ["Venue", 400, 100, 300, 800],
                ["Print", 300.5, N, N, 300.5],
                ["Total", 700.5, 100, 300, 1100.5],
            ]
        },
        planned="1100.5",
        says=["Look at Budget!D: contributions in kind are no money, and they are counted."],
    ),
    "a line in kind among the others": WholeBook(
        {"Budget": [["Item", "Cost"], ["Venue (in kind)", 300], ["Print", 20.5]]},
        planned="320.5",
        says=["Look at Budget!A2: contributions in kind are no money, and they are counted."],
    ),
    "receipts and payments in the same column": WholeBook(
        {"Book": [*TYPED, [date(2026, 2, 9), "Food", "Payment", 50]]}, spent="250", received="1000"
    ),
    "letters for debit and credit": WholeBook(
        {
            "Book": [
                ["Date", "Item", "DC", "Amount"],
                [date(2026, 1, 5), "Grant", "C", 1000],
                [date(2026, 1, 9), "Rent", "D", 200],
            ]
        },
        spent="200",
        received="1000",
    ),
    **{
        f"paid, in the words {yes} and {no}": WholeBook(
            {
                "Ausgaben": [
                    ["Date", "Item", "Amount", heading],
                    [date(2026, 1, 5), "Rent", 100, yes],
                    [date(2026, 2, 5), "Print", 65, no],
                    [date(2026, 2, 9), "Food", 40, yes],
                ]
            },
            spent="140",
        )
        for heading, yes, no in (
            ("Bezahlt", "ja", "nein"),
            ("Payé", "oui", "non"),
            ("Paid", True, False),
            ("Paid?", "✓", "✗"),
            ("Paid?", "x", N),
        )
    },
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_whole_book_comes_out_to_the_cent(name: str, tmp_path: Path) -> None:
    comes_out(BOOKS[name], tmp_path)


REFUSED: Mapping[str, tuple[Mapping[str, Tab], str]] = {
    "most amounts are sums of the payments": (
        {"Expenses": PAID, "Lines": [*BY_CATEGORY[:3], ["Rent", 120]]},
        "Amounts in these tabs are sums of rows elsewhere. Do they only sum up? Tabs 2, counted"
        ' from the left. Answer on a terminal, or in a file (--answers FILE): summary = "yes" or'
        ' summary = "no".',
    ),
    "each category has one payment": (
        {
            "Expenses": [PAID[0], PAID[1], PAID[4]],
            "Lines": [["Category", "Amount"], ["Travel", 30], ["Rent", 100]],
        },
        'summary = "yes" or summary = "no".',
    ),
    "a payment without a date under a total that ties": (
        {
            "Expenses": [
                ["Date", "Item", "Amount"],
                *[[date(2026, 1, day), "Ink", 20] for day in range(4, 10)],
                [N, "Paper", 25.5],
                [date(2026, 2, 4), "Rent", 300],
                [N, "Total", 445.5],
            ]
        },
        "Expenses!C10: This total cannot be compared with its rows, because an amount among them"
        " is not counted.",
    ),
    "income and expenses of a month that has begun": (
        {"Jan 2026": [["Income", "Amount", "Expense", "Amount"], ["Dues", 100, "Rent", 80]]},
        'kind = "planned" or kind = "actual"',
    ),
    "amounts in tomans": (
        {"بودجه 2026": [["شرح", "مبلغ (تومان)"], ["اجاره", 2000000], ["چاپ", 500000]]},
        "in thousands, millions or tomans, and they would be counted as they stand. Write them in"
        " full, and take out the word. A toman is ten rials.",
    ),
    "a third word beside those for money in and out": (
        {"Book": [*TYPED, [date(2026, 2, 9), "To savings", "Transfer", 300]]},
        "Book!C4: The word in this cell leaves open whether the row is spending that was paid, so it"
        " could be counted wrongly. Use one word each in this column: for money in and money out,"
        " or yes and no below Paid?.",
    ),
    "two words for money out": (
        {"Book": [*TYPED, [date(2026, 2, 9), "Food", "Payments", 50]]},
        "Book!C4: The word in this cell leaves open",
    ),
    "a word that is neither yes nor no": (
        {
            "Expenses": [
                ["Date", "Item", "Amount", "Paid"],
                [date(2026, 1, 5), "Rent", 100, "yes"],
                [date(2026, 2, 5), "Print", 65, "not yet"],
            ]
        },
        "Expenses!D3: The word in this cell leaves open",
    ),
    "a column for what is not paid": (
        {
            "Expenses": [
                ["Date", "Item", "Amount", "Unpaid"],
                [date(2026, 1, 5), "Rent", 100, N],
                [date(2026, 2, 5), "Print", 65, "x"],
            ]
        },
        "Expenses!D3: The word in this cell leaves open",
    ),
    "days of the Persian calendar": (
        {
            "هزینه‌ها": [
                ["تاریخ", "شرح", "مبلغ"],
                ["1404/10/15", "چای", 25],
                ["1404/11/02", "نان", 9],
            ]
        },
        "these dates cannot be read",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_doubtful_in_a_whole_book_is_refused(name: str, tmp_path: Path) -> None:
    tabs, words = REFUSED[name]
    done = adopted(book(tmp_path, tabs))

    assert done.exit_code == 1
    assert words in done.output
    assert not (tmp_path / "budgettrack.toml").exists()


def test_the_fate_of_a_payment_without_a_date_stands_beside_the_total(tmp_path: Path) -> None:
    tabs, _ = REFUSED["a payment without a date under a total that ties"]
    path = book(tmp_path, tabs)
    assert adopted(path, "--yes", "--waive", "Expenses!C10").exit_code == 0
    config = ("--config", str(tmp_path))
    run(*config, "sync", *ON)

    said = run(*config, "sheet").stdout
    assert "8           finding (missing-value)" in said
    assert "our 8 lines 445.50: a row is left out, because its amount is not counted" in said


def test_json_says_which_columns_repeat_others(tmp_path: Path) -> None:
    path = book(tmp_path, BOOKS["a budget that was spent to the cent"].tabs)
    rows = json.loads(adopted(path, "--yes", "--json").stdout)

    assert {"what": "repeats", "place": "Budget", "name": "B", "value": "read"} in rows


def test_an_invoice_that_is_still_to_be_paid_is_not_spent(tmp_path: Path) -> None:
    path = book(tmp_path, BOOKS["French invoices, of which one is still to be paid"].tabs)
    adopted(path, "--yes")

    assert sum(Decimal(spent) for _, spent in figures(path)) == Decimal("110.5")


def test_income_that_is_still_expected_is_not_received(tmp_path: Path) -> None:
    rows = [
        ["Date", "Origine", "Montant", "Statut"],
        [date(2026, 1, 5), "Mairie", 100, "reçue"],
        [date(2026, 1, 8), "Région", 20.5, "attendue"],
    ]
    path = book(tmp_path, {"Recettes": rows})
    said = adopted(path, "--yes").stdout
    run("--config", str(tmp_path), "sync", *ON)

    assert "Income: 2 rows, 120.50 in all, of which 20.50 is not yet received" in said
    with budgettrack.open(tmp_path / "budgettrack.toml") as tracker:
        kept = {str(row.amount): row.state for row in tracker.income().itertuples()}
    assert {Decimal(amount): state for amount, state in kept.items()} == {
        Decimal(100): "received",
        Decimal("20.5"): "expected",
    }


def test_json_says_the_sum_of_each_currency(tmp_path: Path) -> None:
    path = book(tmp_path, BOOKS["payments in two currencies"].tabs)
    rows = json.loads(adopted(path, "--yes", "--dry-run", "--json").stdout)

    assert rows[0] == {
        "what": "table",
        "place": "Payments",
        "name": "expenses",
        "value": "100.5 EUR, 60 USD",
    }


def test_json_says_what_is_in_kind_and_which_states_are_not_known(tmp_path: Path) -> None:
    for name, row in {
        "a column in kind inside the total": ("in kind", "Budget", "C", "left out"),
        "a column in kind inside a total of two columns of money": (
            "in kind",
            "Budget",
            "D",
            "counted",
        ),
        "French contributions in kind below the total": ("in kind", "BP", "A6", "left out"),
        "a status of which no word is known": ("state", "Expenses", "D", "not known"),
    }.items():
        path = book(tmp_path, BOOKS[name].tabs)
        rows = json.loads(adopted(path, "--yes", "--dry-run", "--json").stdout)

        assert dict(zip(("what", "place", "name", "value"), row, strict=True)) in rows
