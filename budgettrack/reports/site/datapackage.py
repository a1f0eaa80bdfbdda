"""Tables as CSV and what describes them: a Data Package, by version 2.0 of the standard
(datapackage.org).

A column of the workbook is declared once, in `core/records/tables.py`; here it becomes a field of
the Table Schema. Beside the standard's own properties a field may say `unit` (what it counts) or
`currencyField` (the column that has its currency)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from budgettrack.core.records.tables import Column, Table
from budgettrack.reports.base.translations import Words

CsvValue = str | None

PROFILE = "https://datapackage.org/profiles/2.0/{}.json"

TYPES = {
    "id": "string", "text": "string", "choice": "string", "reference": "string", "link": "string",
    "currency": "string",
    "date": "yearmonth", "month": "yearmonth", "money": "number", "number": "number",
    "percent": "number",
}  # fmt: skip
"""A column's kind as the Table Schema has it; public dates are told by month."""

CODE = "^[A-Z]{3}$"
"""A currency, by ISO 4217."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type as the Table Schema has it, and what it means. `choices` are values with
    their words."""

    name: str
    type: str
    description: str
    title: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    pattern: str = ""
    currency: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PackageResource:
    """A table of the package. `refers` are (its column, the table, that table's column)."""

    name: str
    description: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[CsvValue]]
    key: Sequence[str] = ()
    unique: Sequence[Sequence[str]] = ()
    refers: Sequence[tuple[str, str, str]] = ()


def declared(table: Table, column: Column, w: Words, *, key: bool = False) -> Field:
    """A column of the workbook as a field, in the words of its declaration; a `key` is never
    blank."""
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
    """A table as the package's descriptor has it; `content` is its file."""
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
    constraints: dict[str, Any] = {}
    if each.required:
        constraints["required"] = True
    if each.pattern:
        constraints["pattern"] = each.pattern
    told: dict[str, Any] = {"name": each.name, "type": each.type}
    if each.title:
        told["title"] = each.title
    told["description"] = each.description
    if each.choices:
        # The list of values is said twice: older readers know `enum` alone.
        constraints["enum"] = [value for value, _ in each.choices]
        told["categories"] = [{"value": value, "label": word} for value, word in each.choices]
    if each.currency:
        told["currencyField"] = each.currency
    if each.unit:
        told["unit"] = each.unit
    if constraints:
        told["constraints"] = constraints
    return told


def harmless(text: str) -> str:
    """`text` as no spreadsheet program takes it for a formula; two texts that differ stay
    different.

    >>> harmless("=1+1"), harmless("'=1+1"), harmless("Rent"), harmless("'s Avonds")
    ("'=1+1", "''=1+1", 'Rent', "'s Avonds")
    """
    return "'" + text if re.match(r"'*[=+\-@\t\r]", text) else text


def as_csv(each: PackageResource) -> bytes:
    """The table as a file (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f.name for f in each.fields])
    text = [f.type == "string" for f in each.fields]
    for row in each.rows:
        cells = zip(text, row, strict=True)
        writer.writerow([_csv_cell(value, is_text=is_text) for is_text, value in cells])
    return out.getvalue().encode()


def _csv_cell(value: CsvValue, *, is_text: bool) -> CsvValue:
    """A value as it stands in the file: no formula in a text, nothing for None."""
    if value is None:
        return ""
    return harmless(value) if is_text else value


def as_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def tables_as_json(head: Mapping[str, CsvValue], tables: Sequence[PackageResource]) -> bytes:
    """`head` and every table in one object, a row a line."""
    parts = [f" {_plain(name)}: {_plain(value)}" for name, value in head.items()]
    for each in tables:
        names = [f.name for f in each.fields]
        rows = ",\n".join(f"  {_plain(dict(zip(names, row, strict=True)))}" for row in each.rows)
        parts.append(
            f" {_plain(each.name)}: [\n{rows}\n ]" if rows else f" {_plain(each.name)}: []"
        )
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
