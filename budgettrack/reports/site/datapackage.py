"""Writes tables as CSV files with a description of their columns: a Data Package, version 2.0
(datapackage.org).

Columns of the workbook are declared once, in `core/records/tables.py`. Here each becomes a field
of the Table Schema. A field may have two properties that are not in the standard: `unit` (what
it counts) and `currencyField` (the column with its currency)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from budgettrack.core.base.csv_text import csv_text
from budgettrack.core.records.tables import Column, Table
from budgettrack.reports.base.translations import Words

CsvValue = str | None

PROFILE = "https://datapackage.org/profiles/2.0/{}.json"

TYPES = {
    "id": "string", "text": "string", "choice": "string", "reference": "string", "link": "string",
    "currency": "string",
    "date": "yearmonth", "month": "yearmonth", "money": "number", "number": "number",
    "count": "number", "percent": "number",
}  # fmt: skip
"""The type in the Table Schema for each kind of column. Public dates have only a month, no day."""

CODE = "^[A-Z]{3}$"
"""The pattern of a currency code (ISO 4217)."""


class Field(Struct, frozen=True):
    """A column: its type in the Table Schema, and its meaning.

    `choices` has pairs of (value, label). `currency` is the name of the column with the currency
    of an amount."""

    name: str
    type: str
    description: str
    title: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    pattern: str = ""
    currency: str = ""
    unit: str = ""


class PackageResource(Struct, frozen=True):
    """A table of the package. `refers` has its foreign keys. Each names a column, the table to
    which it refers, and the column of that table."""

    name: str
    description: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[CsvValue]]
    key: Sequence[str] = ()
    unique: Sequence[Sequence[str]] = ()
    refers: Sequence[tuple[str, str, str]] = ()


def declared(table: Table, column: Column, w: Words, *, key: bool = False) -> Field:
    """Returns the description of a field for a column of the workbook. It is made from the
    declaration of the column. A `key` is never blank."""
    by_month = ", by month" if column.kind == "date" else ""
    return Field(
        column.name,
        TYPES[column.kind],
        f"{column.heading}, as in the tab {table.tab}{by_month}. {column.note}".strip(),
        title=column.heading,
        required=key,
        choices=[(choice, w.term(choice)) for choice in column.choices],
        pattern=CODE if column.kind == "currency" else "",
        currency="currency" if column.kind == "money" else "",
        unit="percent" if column.kind == "percent" else "",
    )


def described(each: PackageResource, content: bytes) -> Mapping[str, Any]:
    """Returns the descriptor of a table. `content` is its CSV file."""
    schema: dict[str, Any] = {
        "$schema": PROFILE.format("tableschema"),
        "fields": [_field(each) for each in each.fields],
        "missingValues": [""],
    }
    if each.key:
        schema["primaryKey"] = list(each.key)
    if each.unique:
        schema["uniqueKeys"] = [list(fields) for fields in each.unique]
    if each.refers:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": resource, "fields": [of]}}
            for field, resource, of in each.refers
        ]
    return {
        "$schema": PROFILE.format("dataresource"),
        "name": each.name,
        "type": "table",
        "path": f"data/{each.name}.csv",
        "description": each.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {
            "$schema": PROFILE.format("tabledialect"),
            "header": True,
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
        },
        "schema": schema,
    }


def _field(each: Field) -> Mapping[str, Any]:
    """Returns the descriptor of a field."""
    constraints: dict[str, Any] = {}
    if each.required:
        constraints["required"] = True
    if each.pattern:
        constraints["pattern"] = each.pattern
    descriptor: dict[str, Any] = {"name": each.name, "type": each.type}
    if each.title:
        descriptor["title"] = each.title
    descriptor["description"] = each.description
    if each.choices:
        # Programs that read only version 1 of the standard know `enum`, but not `categories`.
        constraints["enum"] = [value for value, _ in each.choices]
        descriptor["categories"] = [{"value": value, "label": word} for value, word in each.choices]
    if each.currency:
        descriptor["currencyField"] = each.currency
    if each.unit:
        descriptor["unit"] = each.unit
    if constraints:
        descriptor["constraints"] = constraints
    return descriptor


def as_csv(each: PackageResource) -> bytes:
    """Returns the table as a CSV file."""
    return csv_text([field.name for field in each.fields], each.rows).encode()


def as_json(value: object) -> bytes:
    """Returns a value as a JSON file."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def tables_as_json(head: Mapping[str, CsvValue], tables: Sequence[PackageResource]) -> bytes:
    """Returns `head` and all tables as one JSON object, with one row on each line."""
    parts = [f" {_plain(name)}: {_plain(value)}" for name, value in head.items()]
    for table in tables:
        names = [f.name for f in table.fields]
        rows = ",\n".join(f"  {_plain(dict(zip(names, row, strict=True)))}" for row in table.rows)
        parts.append(
            f" {_plain(table.name)}: [\n{rows}\n ]" if rows else f" {_plain(table.name)}: []"
        )
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _plain(value: object) -> str:
    """Returns a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)
