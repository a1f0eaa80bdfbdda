"""Rounds amounts that a formula has calculated with more decimals than their currency has.

A spreadsheet shows 7,333.39 for 66,000.50 / 9, and people count with what they see. A typed
amount is not rounded: somebody must say what was paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from msgspec.structs import replace

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.amount_currencies import expected_currency
from budgettrack.core.cells.reading import plain
from budgettrack.core.cells.table_rows import Place, Row, TableRows
from budgettrack.core.records.model import Fields

USUAL_DIGITS = 2
"""How many decimals an amount has if its currency is not known."""


def with_rounded_formulas(
    tables: Mapping[str, TableRows], base: str
) -> tuple[dict[str, TableRows], list[Finding]]:
    """Returns the tables with calculated amounts rounded to their currency, and a finding for each
    of these amounts.

    `base` is the currency of an amount for which no other is given. It is '' if the base
    currency is not known."""
    currency_of = expected_currency(tables)
    rounded: dict[str, TableRows] = {}
    findings: list[Finding] = []
    for name, table_rows in tables.items():
        rows: dict[int, Row] = {}
        for row, field in _calculated_amounts(table_rows):
            currency = currency_of(name, row, field) or base
            if (amount := _rounded(row.fields[field], currency)) is not None:
                fields: Fields = {**rows.get(row.number, row).fields, field: amount}
                rows[row.number] = replace(row, fields=fields)
                findings.append(_told(table_rows, row, field, amount))
        changed = tuple(rows.get(row.number, row) for row in table_rows.rows)
        rounded[name] = replace(table_rows, rows=changed) if rows else table_rows
    return rounded, findings


def _calculated_amounts(table_rows: TableRows) -> Iterator[tuple[Row, str]]:
    """Yields the row and the field of each amount that is calculated by a formula and has
    decimals."""
    by_number = {row.number: row for row in table_rows.rows}
    for number, field in sorted(table_rows.formulas):
        row = by_number.get(number)
        if row is None or table_rows.table.column(field).kind != "money":
            continue
        if "." in row.fields.get(field, ""):
            yield row, field


def _rounded(text: str, currency: str) -> str | None:
    """Returns an amount rounded to its currency. Returns None if it needs no rounding."""
    digits = money.digits(currency) if money.is_currency(currency) else USUAL_DIGITS
    exact = Decimal(text)
    amount = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return None if amount == exact else plain(amount)


def _told(table_rows: TableRows, row: Row, field: str, amount: str) -> Finding:
    tab, number = table_rows.at(row.number)
    return Place(table_rows.table, tab).finding(
        "amount-rounded",
        number,
        table_rows.columns[field],
        record=row.id,
        field=field,
        values={"value": row.fields[field], "amount": amount},
    )
