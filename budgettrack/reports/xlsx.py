"""The funder summary as a spreadsheet whose totals are live formulas; the only file that imports xlsxwriter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from budgettrack.core.funder_view import FunderLine, FunderView
from budgettrack.core.money import decimal, digits

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the file format keeps no zone; a fixed date keeps the bytes the same
CELL = 32_767
"""Letters that a cell can hold."""
HEAD = 5
HEADINGS = (
    "Budget line", "Category", "Activity", "Description", "Whole budget", "Budget, period", "Spent, period",
    "Variance, period", "Budget to date", "Spent to date", "Variance", "Variance %", "Committed", "Available",
    "Explanation",
)  # fmt: skip
WIDTHS = (13, 18, 10, 34, 13, 13, 13, 13, 13, 13, 13, 9, 13, 13, 44)
WHOLE, PERIOD_BUDGET, PERIOD_SPENT, PERIOD_VARIANCE, BUDGET, SPENT, VARIANCE, PERCENT, COMMITTED, AVAILABLE, WHY = (
    range(4, 15)
)
SUMMED = (WHOLE, PERIOD_BUDGET, PERIOD_SPENT, PERIOD_VARIANCE, BUDGET, SPENT, VARIANCE, COMMITTED, AVAILABLE)


def workbook(view: FunderView) -> bytes:
    """The file's bytes; the same view gives the same bytes. Every formula has its value stored beside it."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    title = f"{view.grant.title or view.grant.id}, {view.month}"
    book.set_properties({"title": title, "author": view.organisation, "created": CREATED})
    _budget(book, view, title)
    _cash(book, view)
    book.close()
    return stream.getvalue()


def plain_workbook(
    organisation: str, sheets: Sequence[tuple[str, Sequence[tuple[str, bool]], Sequence[Sequence[str | None]]]]
) -> bytes:
    """A workbook of plain tables: (tab, its headings and whether each is of numbers, rows of plain decimals or text)."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": organisation, "author": organisation, "created": CREATED})
    strong = book.add_format({"bold": True, "bottom": 1})
    for name, headings, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        for column, (words, _) in enumerate(headings):
            sheet.write_string(0, column, words, strong)
        for index, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if value is not None and headings[column][1]:
                    sheet.write_number(index, column, Decimal(value))
                elif value is not None:
                    sheet.write_string(index, column, value[:CELL])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(headings) - 1, 0))
        sheet.set_column(0, max(len(headings) - 1, 0), 16)
    book.close()
    return stream.getvalue()


def _pattern(currency: str) -> str:
    places = digits(currency)
    return "#,##0" + ("." + "0" * places if places else "")


def _number(units: int, currency: str) -> Decimal:
    """The exact amount as the file holds it, in decimal text."""
    return Decimal(decimal(units, currency))


def _budget(book: Any, view: FunderView, title: str) -> None:
    currency = view.grant.currency
    sheet = book.add_worksheet("Budget")
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    amount = {"num_format": _pattern(currency)}
    total = {"bold": True, "top": 1}
    text = book.add_format({**base, "text_wrap": True})
    number = book.add_format({**base, **amount})
    share = book.add_format({**base, "num_format": "0.0%"})
    strong = book.add_format({**base, **total})
    strong_number = book.add_format({**base, **total, **amount})
    strong_share = book.add_format({**base, **total, "num_format": "0.0%"})
    head = book.add_format(
        {**base, "bold": True, "text_wrap": True, "bottom": 2, "bg_color": "#E4EFED", "valign": "bottom"}
    )
    sheet.write_string(0, 0, title, book.add_format({**base, "bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{view.organisation} for {view.grant.funder}", book.add_format(base))
    sheet.write_string(
        2,
        0,
        f"Period {view.period[0]} to {view.period[1]}; figures to the end of {view.month}; in {currency}. "
        "Variance is budget minus spent.",
        book.add_format(base),
    )
    notes = (["Provisional: the month is not closed."] if view.provisional else []) + (
        [f"Rows left out of the figures: {view.left_out}."] if view.left_out else []
    )
    sheet.write_string(3, 0, " ".join(notes), book.add_format({**base, "italic": True}))
    for column, (words, wide) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, wide)
        sheet.write_string(HEAD, column, words, head)
    lines = sorted(view.lines, key=lambda line: not line.id)
    first, row = HEAD + 1, HEAD + 1
    for line in lines:
        texts = (line.id or "(no line)", line.category, line.activity, line.description)
        for column, words in enumerate(texts):
            sheet.write_string(row, column, words, text)
        for column, units in _given(line).items():
            sheet.write_number(row, column, _number(units, currency), number)
        _formulas(sheet, row, _computed(line), currency, number)
        _share(sheet, row, line.variance, line.budget, share)
        sheet.write_string(row, WHY, line.explanation, text)
        row += 1
    for column in range(4):
        sheet.write_string(row, column, "Total" if column == 0 else "", strong)
    for column in SUMMED:
        units = sum((_given(line) | _computed(line))[column] for line in lines)
        formula = f"=ROUND(SUM({cell(first, column)}:{cell(row - 1, column)}),{digits(currency)})" if lines else "=0"
        sheet.write_formula(row, column, formula, strong_number, _number(units, currency))
    _share(sheet, row, sum(line.variance for line in lines), sum(line.budget for line in lines), strong_share)
    sheet.write_string(row, WHY, "", strong)
    sheet.freeze_panes(HEAD + 1, 1)
    _print(sheet, landscape=True)
    sheet.repeat_rows(HEAD)


def _given(line: FunderLine) -> dict[int, int]:
    return {
        WHOLE: line.amount,
        PERIOD_BUDGET: line.period_budget,
        PERIOD_SPENT: line.period_spent,
        BUDGET: line.budget,
        SPENT: line.spent,
        COMMITTED: line.committed,
    }


def _computed(line: FunderLine) -> dict[int, int]:
    return {PERIOD_VARIANCE: line.period_variance, VARIANCE: line.variance, AVAILABLE: line.available}


def _formulas(sheet: Any, row: int, computed: dict[int, int], currency: str, number: Any) -> None:
    at = [cell(row, column) for column in range(len(HEADINGS))]
    texts = {
        PERIOD_VARIANCE: f"{at[PERIOD_BUDGET]}-{at[PERIOD_SPENT]}",
        VARIANCE: f"{at[BUDGET]}-{at[SPENT]}",
        AVAILABLE: f"{at[WHOLE]}-{at[SPENT]}-{at[COMMITTED]}",
    }
    for column, formula in texts.items():
        # Rounded, since a spreadsheet's own subtraction leaves binary dust behind the cents.
        rounded = f"=ROUND({formula},{digits(currency)})"
        sheet.write_formula(row, column, rounded, number, _number(computed[column], currency))


def _share(sheet: Any, row: int, variance: int, budget: int, share: Any) -> None:
    """Variance as a share of the budget; empty where there is no budget."""
    formula = f'=IF({cell(row, BUDGET)}=0,"",{cell(row, VARIANCE)}/{cell(row, BUDGET)})'
    sheet.write_formula(row, PERCENT, formula, share, Decimal(variance) / Decimal(budget) if budget else "")


def _cash(book: Any, view: FunderView) -> None:
    currency, cash = view.grant.currency, view.cash
    sheet = book.add_worksheet("Cash")
    base = {"font_name": "Arial", "font_size": 10}
    plain, number = book.add_format(base), book.add_format({**base, "num_format": _pattern(currency)})
    strong = {**base, "bold": True, "top": 1}
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 16)
    sheet.write_string(0, 0, "Cash position", book.add_format({**base, "bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"In {currency}, to the end of {view.month}", plain)
    rows = (
        ("Received", cash.received),
        ("Returned to the funder", -cash.returned),
        ("Spent", -cash.spent),
        ("Host fee", -cash.host_fee),
    )
    for row, (words, units) in enumerate(rows, 3):
        sheet.write_string(row, 0, words, plain)
        sheet.write_number(row, 1, _number(units, currency), number)
    sheet.write_string(7, 0, "Balance held", book.add_format(strong))
    rounded = f"=ROUND(SUM(B4:B7),{digits(currency)})"
    sheet.write_formula(
        7, 1, rounded, book.add_format({**strong, "num_format": _pattern(currency)}), _number(cash.balance, currency)
    )
    sheet.write_string(8, 0, "Still to receive", plain)
    sheet.write_number(8, 1, _number(cash.still_to_receive, currency), number)
    sheet.freeze_panes(3, 1)
    _print(sheet, landscape=False)


def _print(sheet: Any, *, landscape: bool) -> None:
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer("&L&A&R&P / &N")
