"""The data package read back: its tables, and what its descriptor promises of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Rows = list[dict[str, str]]

FORMS = {
    "number": r"-?\d+(\.\d+)?",
    "integer": r"-?\d+",
    "yearmonth": r"\d{4}-(0[1-9]|1[0-2])",
    "year": r"\d{4}",
    "boolean": "true|false",
    "string": r"(?s).*",
}


def package(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The descriptor."""
    found: dict[str, Any] = json.loads(files["datapackage.json"])
    return found


def table(files: Mapping[str, bytes], name: str) -> Rows:
    """A table of the package, blanks as ''."""
    return list(csv.DictReader(io.StringIO(files[f"data/{name}.csv"].decode(), newline="")))


def meant(text: str) -> str:
    """A text of a CSV file without the apostrophe that keeps spreadsheet programs from taking it
    for a formula."""
    return re.sub(r"(^|(?<=[;\t\r\n]))'(?='*[=+\-@])", "", text)


def broken_promises(files: Mapping[str, bytes]) -> list[str]:
    """What the descriptor says of the tables and is not so: sizes, types, constraints, keys and
    references."""
    found = []
    described = package(files)["resources"]
    tables = {each["name"]: table(files, each["name"]) for each in described}
    assert {f"data/{name}.csv" for name in tables} == {
        name for name in files if name.endswith(".csv")
    }
    for each in described:
        name, rows, schema = each["name"], tables[each["name"]], each["schema"]
        content = files[each["path"]]
        if (
            each["bytes"] != len(content)
            or each["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}"
        ):
            found.append(f"{name}: size or hash")
        heads = next(csv.reader(io.StringIO(content.decode(), newline="")))
        if heads != [field["name"] for field in schema["fields"]]:
            found.append(f"{name}: headings")
        for field in schema["fields"]:
            found += [
                f"{name}.{field['name']}: {row}"
                for row in rows
                if not _fits(field, row[field["name"]])
            ]
            if "currencyField" in field and field["currencyField"] not in heads:
                found.append(f"{name}.{field['name']}: no currency")
        for key in [schema.get("primaryKey", []), *schema.get("uniqueKeys", [])]:
            values = [tuple(row[part] for part in key) for row in rows if key]
            if len(set(values)) != len(values):
                found.append(f"{name}: {key} is no key")
        found += [
            f"{name}: blank key {row}"
            for row in rows
            if not all(row[part] for part in schema.get("primaryKey", ()))
        ]
        for refer in schema.get("foreignKeys", ()):
            (own,), (other,) = refer["fields"], refer["reference"]["fields"]
            there = {row[other] for row in tables[refer["reference"]["resource"]]}
            found += [
                f"{name}.{own}: {row[own]} is nowhere"
                for row in rows
                if row[own] and row[own] not in there
            ]
    return found


def _fits(field: Mapping[str, Any], value: str) -> bool:
    constraints = field.get("constraints", {})
    if value == "":
        return not constraints.get("required")
    choices = [each["value"] for each in field.get("categories", ())]
    return bool(
        re.fullmatch(FORMS[field["type"]], value)
        and re.fullmatch(constraints.get("pattern", "(?s).*"), value)
        and (not choices or value in choices)
        and choices == constraints.get("enum", [])
    )


Figures = dict[tuple[str, ...], tuple[Decimal | None, ...]]
"""What a reader finds: (month, table, kind, name) or (month, "income", kind, name), and its
figures."""


def figures_of_package(files: Mapping[str, bytes]) -> Figures:
    """Every figure of standings (planned, spent) and of money received (this month, to date), by the
    CSV files."""
    return _figures(
        [{**row, "name": meant(row["name"])} for row in table(files, "standings")],
        [{**row, "source": meant(row["source"])} for row in table(files, "money-in")],
    )


def figures_of_json(files: Mapping[str, bytes]) -> Figures:
    """The same by `data.json`."""
    data = json.loads(files["data.json"])
    return _figures(data["standings"], data["money-in"])


def figures_of_workbook(files: Mapping[str, bytes]) -> Figures:
    """The same by `data.xlsx`, whose cells of money are numbers."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(files["data.xlsx"]), read_only=True)

    def rows(tab: str) -> Rows:
        heads, *rest = book[tab].iter_rows(values_only=True)
        return [
            {str(k): "" if v is None else str(v) for k, v in zip(heads, row, strict=True)}
            for row in rest
        ]

    return _figures(rows("standings"), rows("money-in"))


def _figures(standings: Rows, money_in: Rows) -> Figures:
    found: Figures = {
        (row["month"], row["table"], row["kind"], row["name"]): (
            _cents(row["planned"]),
            _cents(row["spent"]),
        )
        for row in standings
    }
    for row in money_in:
        figures = _cents(row["this_month"]), _cents(row["to_date"])
        found[row["month"], "income", row["kind"], row["source"]] = figures
    assert len(found) == len(standings) + len(money_in)
    return found


def _cents(text: str | None) -> Decimal | None:
    """None where nothing is shown."""
    return Decimal(text).quantize(Decimal("0.01")) if text else None
