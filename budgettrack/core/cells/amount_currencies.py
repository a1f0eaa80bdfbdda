"""Checks a currency typed beside an amount (`100 €`) against the currency of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.table_rows import Place, Prices, Row, TableRows
from budgettrack.core.records.model import Fields
from budgettrack.core.records.references import References

CURRENCY_BESIDE = {"received_amount": "received_currency"}
"""The fields whose currency is in another field than `currency`."""


def with_typed_currencies(
    tables: Mapping[str, TableRows], prices: Mapping[str, Prices], base: str = ""
) -> tuple[dict[str, TableRows], list[Finding]]:
    """Returns the tables with the currencies that were typed beside amounts, and the findings about
    them.

    A row without a currency gets the typed one. If it is doubtful which currency is meant, the
    amount counts as unreadable. `prices` has the typed currencies of each table. `base` is the
    currency of an amount that has no other."""
    currency_of = expected_currency(tables)
    findings: list[Finding] = []
    checked = dict(tables)
    for name, typed in prices.items():
        table_rows = tables[name]
        rows = {row.number: row for row in table_rows.rows}
        for (number, field), price in typed.items():
            row = rows[number]
            expected = currency_of(name, row, field)
            # If the format of a cell shows the expected currency, such as €, nothing changes.
            if price.by_format and (expected or base) in price.currencies:
                continue
            has_column = _beside(field) in table_rows.columns
            usual = expected or ("" if has_column and not price.by_format else base)
            may_be_typed = has_column or (
                not expected and _beside(field) in table_rows.table.by_name
            )
            rows[number], code = _held_against(
                row, field, price.currencies, usual, may_be_typed=may_be_typed
            )
            if code:
                beside = table_rows.table.column(_beside(field)).heading
                values = {"value": price.shown, "currency": usual}
                if code == "currency-missing":
                    values = {"heading": beside}
                tab, place = table_rows.at(number)
                findings.append(
                    Place(table_rows.table, tab).finding(
                        code,
                        place,
                        table_rows.columns[field],
                        record=row.id,
                        field=field,
                        values=values,
                    )
                )
        checked[name] = replace(table_rows, rows=tuple(rows.values()))
    return checked, findings


CurrencyOf = Callable[[str, Row, str], str]


def expected_currency(tables: Mapping[str, TableRows]) -> CurrencyOf:
    """Returns a function that returns the currency of an amount. Its arguments are the table, the
    row and the field of the amount. The currency is that of the row, or else that of the row's
    grant, or else ''."""
    references = References({name: _by_id(name, tables) for name in ("grants", "budget")})
    grants, lines = _by_id("grants", tables), _by_id("budget", tables)

    def currency_of(table: str, row: Row, field: str) -> str:
        own = row.fields.get(_beside(field), "")
        if own or table == "grants":
            return own
        grant = references.find("grants", row.fields.get("grant", ""))
        if not grant:
            text, day = row.fields.get("budget_line", ""), row.fields.get("date", "")
            line = references.find("budget", text, day=day)
            grant = references.find("grants", lines.get(line, {}).get("grant", ""))
        return grants.get(grant, {}).get("currency", "")

    return currency_of


def _by_id(name: str, tables: Mapping[str, TableRows]) -> dict[str, Fields]:
    """Returns the rows of a table by their ID. A row without an ID has a number as its key."""
    if name not in tables:
        return {}
    return {row.id or f"row {row.number}": row.fields for row in tables[name].rows}


def _beside(field: str) -> str:
    return CURRENCY_BESIDE.get(field, "currency")


def _held_against(
    row: Row, field: str, currencies: frozenset[str], expected: str, *, may_be_typed: bool
) -> tuple[Row, str]:
    """Checks the currency that was typed beside one amount. Returns the row, which may be changed,
    and the code of a finding ('' for none).

    `may_be_typed`: whether the currency may be typed beside the amount. This is so if the row
    has a column for the currency, or if the row has no grant that gives it a currency."""
    beside = _beside(field)
    if beside in row.unreadable:
        return row, ""
    is_open = may_be_typed and not row.fields.get(beside)
    # `12 €` names a currency as clearly as the column Currency.
    # `12 $` does not name one currency, because there are several dollars.
    if is_open and len(currencies) == 1:
        (currency,) = currencies
        return replace(row, fields={**row.fields, beside: currency}), ""
    if expected in currencies:
        return row, ""
    if expected and not is_open:
        # Example: `100 $` in a row whose grant is in CAD.
        # The column Currency says something else, or the tab has no such column.
        return _without(row, field), "amount-has-other-currency"
    if may_be_typed:
        return _without(row, field), "currency-missing"
    return row, ""


def _without(row: Row, field: str) -> Row:
    """Returns the row. This field of it is marked as unreadable."""
    fields = {name: text for name, text in row.fields.items() if name != field}
    return replace(row, fields=fields, unreadable=row.unreadable | {field})
