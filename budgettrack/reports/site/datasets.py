"""The published data for programs: CSV files with a description (Data Package), JSON, and a
workbook.

Amounts are plain decimals, and another column has their currency. A text that a spreadsheet
program would read as a formula gets an apostrophe before it. Every table has a key, and every
foreign key has its row in the other table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from budgettrack.core.base.money import decimal
from budgettrack.core.records.tables import GRANTS, INDICATORS, RESOURCES, WORK_PLAN, published
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.base.xlsx import plain_workbook
from budgettrack.reports.site.datapackage import (
    CODE,
    PROFILE,
    CsvValue,
    Field,
    PackageResource,
    as_csv,
    as_json,
    declared,
    described,
    tables_as_json,
)
from budgettrack.version import PROGRAM

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

KINDS = ("row", "unnamed", "withheld", "several", "total")
"""The kinds of rows: a row with a name, a row without one, or one of the special rows."""

MONTH = Field("month", "yearmonth", "The month of the page", required=True)
CURRENCY = Field(
    "currency", "string", "Currency of the amounts, by ISO 4217", required=True, pattern=CODE
)
OF_PAGE = ("month", "pages", "month")


def _text(name: str, description: str, *choices: str, required: bool = False) -> Field:
    """Returns a field for text."""
    return Field(
        name,
        "string",
        description,
        required=required,
        choices=[(choice, choice) for choice in choices],
    )


def _money(name: str, description: str) -> Field:
    """Returns a field for an amount."""
    return Field(name, "number", description, currency="currency")


def _month(name: str, description: str, *, required: bool = False) -> Field:
    """Returns a field for a month."""
    return Field(name, "yearmonth", description, required=required)


def resources(views: Sequence[PublicView], w: Words) -> list[PackageResource]:
    """Returns all tables of the package. `views` are the pages of all months, oldest first."""
    newest = views[-1]
    grants = {each.id for each in newest.facts.grants}
    kept = next((each for each in reversed(views) if each.facts.progress), newest).facts
    activities = {each.id for each in kept.progress}
    return [
        _pages(views),
        _standings(views, grants, activities, w),
        _months(newest),
        _money_in(views, grants, w),
        _grants(newest, w),
        PackageResource(
            "work-plan",
            "The work-plan and its progress",
            [declared(WORK_PLAN, each, w, key=each.name == "id") for each in published(WORK_PLAN)],
            [[_told(each, c.name, "") for c in published(WORK_PLAN)] for each in kept.progress],
            key=("id",),
        ),
        _indicators(views, w),
        PackageResource(
            "grant-activities",
            "Which activities a grant pays for, by its budget lines",
            (
                _text("grant", "The grant's ID", required=True),
                _text("activity", "The activity's ID", required=True),
            ),
            [
                [each.id, id_]
                for each in newest.facts.grants
                for id_ in each.activities
                if id_ in activities
            ],
            key=("grant", "activity"),
            refers=(("grant", "grants", "id"), ("activity", "work-plan", "id")),
        ),
        _in_kind(newest, w),
        _given(newest, w),
        _corrections(views, w),
    ]


def _amount(units: int | None, currency: str) -> CsvValue:
    """Formats minor units as a decimal. Returns None for None."""
    return None if units is None else decimal(units, currency)


def _yes(value: bool) -> str:
    """Formats a boolean for the Table Schema."""
    return "true" if value else "false"


def _told(record: Any, name: str, currency: str) -> CsvValue:
    """Returns the value of a published column, from a record of a view."""
    value = getattr(record, {"progress_note": "note"}.get(name, name))
    if value is None or isinstance(value, str):
        return value or None
    return decimal(value, currency) if isinstance(value, int) else f"{value:f}"


def _pages(views: Iterable[PublicView]) -> PackageResource:
    """Returns the table that lists the pages of the site, a row for each month."""
    return PackageResource(
        "pages",
        "The pages, a month each, and what is kept out of them",
        (
            MONTH,
            _month("first", "The month with which figures to date begin", required=True),
            Field("provisional", "boolean", "The month is not closed yet", required=True),
            Field("later", "boolean", "The page was written later, from the accounts alone",
            required=True),
            CURRENCY,
            _money("received_this_month",
            "Received in the month, without money on grants that are not published"),
            _money("spent_this_month",
            "Spending that the page shows for the first time; blank where it shows none"),
            Field("incomplete", "boolean", "Some rows cannot be read and are in no figure",
            required=True),
            _month("waits_since",
            "The month since which something waits, because too few people stand behind it; blank"
            " where nothing waits"),
        ),
        [
            [
                each.month, each.facts.first, _yes(each.facts.provisional), _yes(each.facts.later),
                each.currency,
                _amount(sum(row.this_month for row in each.money_in), each.currency),
                _amount(each.spent_this_month, each.currency), _yes(each.facts.incomplete),
                each.facts.waits_since,
            ]
            for each in views
        ],
        key=("month",),
    )  # fmt: skip


def _standings(
    views: Iterable[PublicView], grants: set[str], activities: set[str], w: Words
) -> PackageResource:
    """Returns the table of planned and spent amounts."""
    rows: list[list[CsvValue]] = []
    unnamed = {
        "category": w.say("No category"),
        "activity": w.say("No activity named"),
        "grant": w.say("Money without a grant"),
    }
    for view in views:
        base = view.currency
        for table, public_table in (
            ("category", view.categories),
            ("activity", view.activities),
            ("grant", view.by_grant),
        ):
            for row in (*public_table.rows, public_table.total):
                rows.append(
                    [
                        view.month, table, row.kind,
                        row.key or row_name(row.kind, "", w, unnamed[table]),
                        None if row.spent is None else view.month,
                        base, _amount(row.planned, base), _amount(row.spent, base),
                        row.key if table == "grant" and row.key in grants else None,
                        row.key if table == "activity" and row.key in activities else None,
                    ]
                )  # fmt: skip
    return PackageResource(
        "standings",
        "What is planned and spent, by category, activity and grant, as each month's page has it",
        (
            MONTH,
            _text("table", "What the rows are", "category", "activity", "grant", required=True),
            _text("kind",
            "A row with a name, or none of these; several: names that are not told apart", *KINDS,
            required=True),
            _text("name",
            "The row: a category, an activity's or a grant's ID, else what it is in words",
            required=True),
            _month("through", "The month to whose end spending is shown; blank where none is"),
            CURRENCY,
            _money("planned", "Planned for the whole time; blank where nothing can be shown"),
            _money("spent", "Paid to date; blank where nothing can be shown"),
            _text("grant", "The grant's ID, where it is in the table of grants"),
            _text("activity", "The activity's ID, where it is in the work-plan"),
        ),
        rows,
        key=("month", "table", "kind", "name"),
        refers=(OF_PAGE, ("grant", "grants", "id"), ("activity", "work-plan", "id")),
    )  # fmt: skip


def _indicators(views: Iterable[PublicView], w: Words) -> PackageResource:
    """Returns the table of indicators, page by page."""
    names = ("id", "activity", "indicator", "unit", "baseline", "target")
    return PackageResource(
        "indicators",
        "What was counted, page by page",
        (
            MONTH,
            *(declared(INDICATORS, INDICATORS.column(name), w, key=name == "id") for name in names),
            Field("in_month", "number", "In the month of the page"),
            Field("to_date", "number", "To the end of the month of the page"),
        ),
        [
            [
                view.month,
                *(_told(each, name, "") for name in (*names, "in_period", "to_date")),
            ]
            for view in views
            for each in view.facts.indicators
        ],
        key=("month", "id"),
        refers=(OF_PAGE,),
    )


def _months(newest: PublicView) -> PackageResource:
    """Returns the table of spending from page to page."""
    base = newest.currency
    return PackageResource(
        "months",
        "Spending by the month of the page that showed it first",
        (
            MONTH,
            CURRENCY,
            _money("spent", "Shown for the first time, with the corrections of the page"),
        ),
        [[each.month, base, decimal(each.spent, base)] for each in newest.months],
        key=("month",),
        refers=(OF_PAGE,),
    )


def _money_in(views: Iterable[PublicView], grants: set[str], w: Words) -> PackageResource:
    """Returns the table of money received by source."""
    return PackageResource(
        "money-in",
        "Money received by source, as each month's page has it, without money on grants that are"
        " not published",
        (
            MONTH, _text("kind", "Where it came from", "grant", "gifts", required=True),
            _text("source", "A grant's ID, else what it is in words", required=True), CURRENCY,
            _money("this_month", "Received in the month; of gifts, shown for the first time"),
            _money("to_date", "Received to date"),
            _text("grant", "The grant's ID, where it is in the table of grants"),
        ),
        [
            [
                view.month, each.kind, each.grant or row_name(each.kind, "", w, each.kind),
                view.currency,
                decimal(each.this_month, view.currency), decimal(each.to_date, view.currency),
                each.grant if each.grant in grants else None,
            ]
            for view in views
            for each in view.money_in
        ],
        key=("month", "kind", "source"),
        refers=(OF_PAGE, ("grant", "grants", "id")),
    )  # fmt: skip


def _grants(newest: PublicView, w: Words) -> PackageResource:
    """Returns the table of published grants."""
    columns = published(GRANTS)
    return PackageResource(
        "grants",
        "The grants that are published",
        (
            *(declared(GRANTS, each, w, key=each.name == "id") for each in columns),
            _money("received", "Received to date, in the grant's own currency"),
        ),
        [
            [
                *(_told(each, c.name, each.currency) for c in columns),
                _amount(each.received, each.currency),
            ]
            for each in newest.facts.grants
        ],
        key=("id",),
    )


def _in_kind(newest: PublicView, w: Words) -> PackageResource:
    """Returns the table of contributions in kind by organisations."""
    kind, giver, currency = (
        declared(RESOURCES, RESOURCES.column(name), w) for name in ("kind", "from_whom", "currency")
    )
    return PackageResource(
        "in-kind",
        "What organisations gave in kind, beside the money and never added to it",
        (
            kind, giver,
            _text("quantity", "How much, each with its unit, for the whole time"), currency,
            _money("value", "Value to date"),
            _text("valued_by",
            "How it was valued, one or several: " + ", ".join(RESOURCES.column("valued_by").choices)),
        ),
        [
            [
                each.kind, each.from_whom or None,
                "; ".join(f"{number:f} {unit}".strip() for number, unit in each.quantities) or None,
                each.currency or None, _amount(each.value, each.currency),
                "; ".join(each.basis) or None,
            ]
            for each in newest.facts.in_kind
        ],
        unique=(("kind", "from_whom", "currency"),),
    )  # fmt: skip


def _given(newest: PublicView, w: Words) -> PackageResource:
    """Returns the table of contributions in kind by people and firms."""
    kind = declared(RESOURCES, RESOURCES.column("kind"), w)
    return PackageResource(
        "given-in-kind",
        "What peers, friends and family, and firms gave in kind, beside the money and never added"
        " to it",
        (
            replace(kind, description=f"{kind.description}; blank: kinds that are not told apart"),
            CURRENCY,
            _money("value", "Value for the whole time"),
        ),
        [
            [each.kind, newest.currency, decimal(each.value, newest.currency)]
            for each in newest.given
        ],
        unique=(("kind",),),
    )


def _corrections(views: Iterable[PublicView], w: Words) -> PackageResource:
    """Returns the table of corrections."""
    return PackageResource(
        "corrections",
        "Figures to date that a later page corrected",
        (
            MONTH,
            _text("figure", "What was corrected", "spent", "budget", "gifts", "in kind",
            required=True),
            _text("kind", "A row with a name, or none of these; total: gifts and in kind", *KINDS,
            required=True),
            _text("name", "The row: a category, else what it is in words", required=True),
            CURRENCY, _money("was", "As published"),
            _money("now", "Corrected, without what the page shows for the first time"),
        ),
        [
            [
                view.month, each.what, each.kind,
                each.key or row_name(each.kind, "", w, w.say("No category")),
                view.currency, decimal(each.was, view.currency), decimal(each.now, view.currency),
            ]
            for view in views
            for each in view.corrections
        ],
        key=("month", "figure", "kind", "name"),
        refers=(OF_PAGE,),
    )  # fmt: skip


def files(views: Sequence[PublicView], w: Words, address: str = "") -> Iterator[tuple[str, bytes]]:
    """Yields the path (from the public folder) and the content of each file of the package.
    `address` is the web address of the public folder, or '' if it has none."""
    tables = resources(views, w)
    descriptors = []
    for table in tables:
        content = as_csv(table)
        descriptors.append(described(table, content))
        yield f"data/{table.name}.csv", content
    newest = views[-1]
    yield (
        "datapackage.json",
        as_json(
            {
                "$schema": PROFILE.format("datapackage"),
                "name": "open-books",
                "title": w.say(
                    "The open books of {organisation}", organisation=newest.facts.organisation
                ),
                "description": (
                    "Amounts are decimals of the currency beside them, and dates are told by month."
                    " A text that a spreadsheet program would take for a formula has an apostrophe"
                    " before it, also behind a semicolon."
                ),
                **({"homepage": address} if address else {}),
                "version": newest.month,
                "generator": PROGRAM,
                "licenses": [LICENCE],
                "contributors": [
                    {"title": newest.facts.organisation, "roles": ["publisher", "rightsHolder"]}
                ],
                "sources": [
                    {
                        "title": (
                            f"The accounts and the work-plan of {newest.facts.organisation}, as its pages"
                            " show them"
                        ),
                        "path": "index.html",
                        "version": newest.month,
                    }
                ],
                "resources": descriptors,
            }
        ),
    )
    yield (
        "data.json",
        tables_as_json({"organisation": newest.facts.organisation, "month": newest.month}, tables),
    )
    sheets = [
        (table.name, [(f.name, f.type in ("number", "integer")) for f in table.fields], table.rows)
        for table in tables
    ]
    yield "data.xlsx", plain_workbook(newest.facts.organisation, sheets)
