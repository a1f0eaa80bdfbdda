"""What is public as tables for machines: CSV with its description (Data Package), JSON, and a workbook.

Figures are plain decimals beside a column of their currency. A text that a spreadsheet program would take for a formula
has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from budgettrack.core.money import decimal
from budgettrack.core.public_view import PublicView
from budgettrack.reports.transparency import row_name
from budgettrack.reports.words import Words
from budgettrack.reports.xlsx import plain_workbook

Value = str | None

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type as the Table Schema has it, and what it means."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A table of the package."""

    name: str
    description: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[Value]]


def _text(name: str, description: str) -> Field:
    return Field(name, "string", description)


def _money(name: str, description: str) -> Field:
    return Field(name, "number", description)


MONTH = Field("month", "yearmonth", "The month of the page")
CURRENCY = _text("currency", "Currency of the amounts, by ISO 4217")


def resources(views: Sequence[PublicView], w: Words) -> list[Resource]:
    """Every table, from the pages of all months, oldest first."""
    newest = views[-1]
    base = newest.currency

    def amount(units: int | None, currency: str = base) -> Value:
        return None if units is None else decimal(units, currency)

    standings, money_in, corrections, people = [], [], [], {}
    for view in views:
        for table, rows in (("category", view.categories), ("activity", view.activities), ("grant", view.by_grant)):
            for row in (*rows.rows, *([rows.held] if rows.held else []), rows.total):
                key = row.key[1:] if row.key[:1] == "=" else ""
                name = key if row.kind == "" else row_name(row.kind, "", w, row.kind)
                standings.append(
                    [
                        view.month,
                        table,
                        name,
                        row.kind or "row",
                        row.through,
                        base,
                        amount(row.budget),
                        amount(row.spent),
                        amount(row.variance),
                    ]
                )
        for each in view.money_in:
            source = each.grant or row_name(each.kind, each.name, w, each.kind)
            money_in.append([view.month, source, each.kind, base, amount(each.this_month), amount(each.to_date)])
        for one in view.corrections:
            corrections.append(
                [
                    view.month,
                    row_name(one.kind, one.name, w, ""),
                    one.what,
                    one.since,
                    one.until,
                    base,
                    amount(one.was),
                    amount(one.now),
                ]
            )
        if view.people and view.people.spent is not None:
            people[view.people.year] = [view.people.year, base, amount(view.people.budget), amount(view.people.spent)]
    kept = next((each for each in reversed(views) if each.progress), newest)
    return [
        Resource(
            "standings",
            "Budget, spent and variance to date, by category, activity and grant, as each month's page has them",
            (
                MONTH, _text("table", "category, activity or grant"), _text("name", "The row: a category, or an ID"),
                _text("kind", "row, total, held (newest figures of several rows), or why it is none of these"),
                Field("through", "yearmonth", "The month up to which the row is shown"), CURRENCY,
                _money("budget", "Planned to date"), _money("spent", "Paid to date, without what pays people"),
                _money("variance", "Budget minus spent"),
            ),
            standings,
        ),
        Resource(
            "months",
            "Spending from page to page, without what pays people",
            (
                Field("first", "yearmonth", "First month"), Field("last", "yearmonth", "Last month"), CURRENCY,
                _money("budget", "Planned"), _money("spent", "Paid, with the corrections published then"),
            ),
            [[each.first, each.last, base, amount(each.budget), amount(each.spent)] for each in newest.spells],
        ),
        Resource(
            "money-in",
            "Money received by source, as each month's page has it",
            (
                MONTH, _text("source", "A grant's ID, or what else it is"), _text("kind", "grant, withheld or gifts"),
                CURRENCY, _money("this_month", "Received in the month"), _money("to_date", "Received to date"),
            ),
            money_in,
        ),
        Resource(
            "people",
            "What pays people: one total a year",
            (Field("year", "year", "The year"), CURRENCY, _money("budget", "Planned"), _money("spent", "Paid")),
            list(people.values()),
        ),
        Resource(
            "grants",
            "The grants that are published",
            (
                _text("id", "The grant's ID"), _text("funder", "Who gives it"), _text("title", "What for"),
                _text("state", "Where it stands"), CURRENCY, _money("amount", "The award"),
                Field("start", "yearmonth", "First month"), Field("end", "yearmonth", "Last month"),
                _money("received", "Received to date"),
            ),
            [
                [each.id, each.funder, each.title, each.state, each.currency, amount(each.amount, each.currency), each.start, each.end, amount(each.received, each.currency)]
                for each in newest.grants
            ],
        ),
        Resource(
            "work-plan",
            "The work-plan and its progress",
            (
                _text("id", "The activity's ID"), _text("objective", "What it serves"), _text("activity", "What we do"),
                _text("lead_role", "The role that leads"), Field("start", "yearmonth", "First month"),
                Field("end", "yearmonth", "Last month"), _text("milestone", "What shows that it is done"),
                _text("indicator", "What is counted"), _money("target", "How many are planned"),
                _money("achieved", "How many there are"), _money("done", "Percent done"), _text("status", "Where it stands"),
                _text("note", "What happened"),
            ),
            [
                [each.id, each.objective, each.activity, each.lead_role, each.start, each.end, each.milestone, each.indicator, _plain(each.target), _plain(each.achieved), _plain(each.done), each.status, each.note]
                for each in kept.progress
            ],
        ),
        Resource(
            "in-kind",
            "What was given in kind, beside the money and never added to it",
            (
                _text("kind", "What"), _text("from_whom", "The kind of giver"), _money("number", "How many agreements"),
                _text("quantity", "How much"), CURRENCY, _money("value", "Value to date"), _text("valued_by", "How it was valued"),
            ),
            [
                [each.kind, each.from_whom, str(each.number), "; ".join(f"{number:f} {unit}".strip() for number, unit in each.quantities), each.currency, amount(each.value, each.currency), "; ".join(each.basis)]
                for each in newest.in_kind
            ],
        ),
        Resource(
            "corrections",
            "Figures to date that a later page corrected",
            (
                MONTH, _text("name", "The row"), _text("figure", "spent, budget or received"),
                Field("since", "yearmonth", "First month corrected"), Field("until", "yearmonth", "Last month corrected"),
                CURRENCY, _money("was", "As published"), _money("now", "Corrected, for the same time"),
            ),
            corrections,
        ),
    ]  # fmt: skip


def _plain(number: object) -> Value:
    return None if number is None else f"{number:f}"


def files(views: Sequence[PublicView], w: Words) -> Iterator[tuple[str, bytes]]:
    """The files of the package by their path from the public folder."""
    tables = resources(views, w)
    described = []
    for each in tables:
        content = _csv(each)
        described.append(_described(each, len(content)))
        yield f"data/{each.name}.csv", content
    newest = views[-1]
    package = {
        "profile": "tabular-data-package",
        "name": "open-books",
        "title": w.say("The open books of {organisation}", organisation=newest.organisation),
        "description": "Amounts are decimals of the currency beside them. A text that a spreadsheet program would take "
        "for a formula has an apostrophe before it.",
        "version": newest.month,
        "licenses": [LICENCE],
        "contributors": [{"title": newest.organisation, "role": "publisher"}],
        "resources": described,
    }
    yield "datapackage.json", _json(package)
    rows = {
        each.name: [dict(zip((f.name for f in each.fields), row, strict=True)) for row in each.rows] for each in tables
    }
    yield "data.json", _json({"organisation": newest.organisation, "month": newest.month, **rows})
    sheets = [(each.name, [(f.name, f.type == "number") for f in each.fields], each.rows) for each in tables]
    yield "data.xlsx", plain_workbook(newest.organisation, sheets)


def _described(each: Resource, size: int) -> Mapping[str, Any]:
    fields = [{"name": f.name, "type": f.type, "description": f.description} for f in each.fields]
    return {
        "profile": "tabular-data-resource",
        "name": each.name,
        "path": f"data/{each.name}.csv",
        "description": each.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "schema": {"fields": fields, "missingValues": [""]},
    }


def harmless(text: str) -> str:
    """`text` as no spreadsheet program takes it for a formula.

    >>> harmless("=1+1"), harmless("Rent")
    ("'=1+1", 'Rent')
    """
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(each: Resource) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f.name for f in each.fields])
    for row in each.rows:
        writer.writerow(
            [
                "" if value is None else harmless(value) if f.type == "string" else value
                for f, value in zip(each.fields, row, strict=True)
            ]
        )
    return out.getvalue().encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
