"""The published data for programs: CSV files with a description (Data Package), JSON, and a
workbook.

Amounts are plain decimals; another column has their currency. A text that a spreadsheet program
would read as a formula gets an apostrophe before it. Every table has a key, and every foreign key
has its row in the other table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from budgettrack.core.base.money import decimal
from budgettrack.core.records.tables import GRANTS, RESOURCES, WORK_PLAN, published
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import GIFTS, UNBUDGETED, UNRESTRICTED, WITHHELD
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

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

KINDS = ("row", "unnamed", UNBUDGETED, UNRESTRICTED, WITHHELD, "held", "total")
"""The kinds of a row of standings: with a name, without a name, or one of the special rows."""

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
    grants = {each.id for each in newest.grants}
    kept = next((each for each in reversed(views) if each.progress), newest)
    activities = {each.id for each in kept.progress}
    return [
        _pages(views),
        _standings(views, grants, activities, w),
        _months(newest),
        _money_in(views, grants, w),
        _people(views),
        _grants(newest, w),
        PackageResource(
            "work-plan",
            "The work-plan and its progress",
            [declared(WORK_PLAN, each, w, key=each.name == "id") for each in published(WORK_PLAN)],
            [[_told(each, c.name, "") for c in published(WORK_PLAN)] for each in kept.progress],
            key=("id",),
        ),
        PackageResource(
            "grant-activities",
            "Which activities a grant pays for, by its budget lines",
            (
                _text("grant", "The grant's ID", required=True),
                _text("activity", "The activity's ID", required=True),
            ),
            [
                [each.id, id_]
                for each in newest.grants
                for id_ in each.activities
                if id_ in activities
            ],
            key=("grant", "activity"),
            refers=(("grant", "grants", "id"), ("activity", "work-plan", "id")),
        ),
        _in_kind(newest, w),
        _corrections(views, w),
    ]


def _amount(units: int | None, currency: str) -> CsvValue:
    """Formats minor units as a decimal. Returns None for None."""
    return None if units is None else decimal(units, currency)


def _yes(value: bool) -> str:
    """Formats a boolean for the Table Schema."""
    return "true" if value else "false"


def _told(record: Any, name: str, currency: str) -> CsvValue:
    """Returns the value of a record of a view in a published column."""
    value = getattr(record, {"progress_note": "note"}.get(name, name))
    if value is None or isinstance(value, str):
        return value or None
    return decimal(value, currency) if isinstance(value, int) else f"{value:f}"


def _pages(views: Iterable[PublicView]) -> PackageResource:
    """Returns the table of pages."""
    return PackageResource(
        "pages",
        "The pages, a month each: how far their figures reach, and what is kept out of them",
        (
            MONTH,
            _month("first", "The month with which figures to date begin", required=True),
            _month("through",
            "The month up to which spending is shown; blank where it is not shown yet"),
            Field("provisional", "boolean", "The month is not closed yet", required=True),
            Field("later", "boolean", "The page was written later, from the accounts alone",
            required=True),
            CURRENCY,
            _money("received_this_month", "Received in the month, from all sources"),
            _money("budget_this_month",
            "Planned in the month, without what pays people; blank where it may not be shown"),
            _money("spent_this_month",
            "Paid in the month, without what pays people; blank where it may not be shown"),
            Field("left_out", "integer", "Rows that cannot be read and are in no figure",
            required=True, unit="rows"),
            Field("fewest", "integer", "Payments that lie behind a figure at least", required=True,
            unit="payments"),
            Field("gifts_wait", "boolean", "The newest gifts are too few to be shown yet",
            required=True),
            Field("untold", "boolean",
            "Corrections were made that are too few to be shown by themselves", required=True),
        ),
        [
            [
                each.month, each.first, each.through, _yes(each.provisional), _yes(each.later),
                each.currency,
                _amount(sum(row.this_month for row in each.money_in), each.currency),
                _amount(each.budget_this_month, each.currency), _amount(each.spent_this_month,
                each.currency),
                str(each.left_out), str(each.fewest), _yes(each.too_few_gifts), _yes(each.untold),
            ]
            for each in views
        ],
        key=("month",),
    )  # fmt: skip


def _standings(
    views: Iterable[PublicView], grants: set[str], activities: set[str], w: Words
) -> PackageResource:
    """Returns the table of budget, spending and variance to date."""
    rows: list[list[CsvValue]] = []
    unnamed = {
        "category": w.say("No category"),
        "activity": w.say("No activity named"),
        "grant": "",
    }
    for view in views:
        base = view.currency
        for table, rows_of in (
            ("category", view.categories),
            ("activity", view.activities),
            ("grant", view.by_grant),
        ):
            for row in (*rows_of.rows, *([rows_of.held] if rows_of.held else []), rows_of.total):
                id_ = row.key[1:] if not row.kind else ""
                kind = row.kind or ("row" if id_ else "unnamed")
                rows.append(
                    [
                        view.month, table, kind, id_ or row_name(row.kind, "", w,
                        unnamed[table] if kind == "unnamed" else kind),
                        row.through, base, decimal(row.budget, base), decimal(row.spent, base),
                        decimal(row.variance, base),
                        id_ if table == "grant" and id_ in grants else None,
                        id_ if table == "activity" and id_ in activities else None,
                    ]
                )  # fmt: skip
    return PackageResource(
        "standings",
        "Budget, spent and variance to date, by category, activity and grant, as each month's page"
        " has them",
        (
            MONTH,
            _text("table", "What the rows are", "category", "activity", "grant", required=True),
            _text("kind",
            "A row with a name, or none of these; held: the newest figures of several rows", *KINDS,
            required=True),
            _text("name",
            "The row: a category, an activity's or a grant's ID, else what it is in words",
            required=True),
            _month("through",
            "The month up to which the row is shown; blank where it is not shown yet"),
            CURRENCY,
            _money("budget", "Planned to date"),
            _money("spent", "Paid to date, without what pays people"),
            _money("variance", "Budget minus spent"),
            _text("grant", "The grant's ID, where it is in the table of grants"),
            _text("activity", "The activity's ID, where it is in the work-plan"),
        ),
        rows,
        key=("month", "table", "kind", "name"),
        refers=(OF_PAGE, ("grant", "grants", "id"), ("activity", "work-plan", "id")),
    )  # fmt: skip


def _months(newest: PublicView) -> PackageResource:
    """Returns the table of spending from page to page."""
    base = newest.currency
    return PackageResource(
        "months",
        "Spending from page to page, without what pays people",
        (
            _month("first", "First month", required=True), _month("last", "Last month",
            required=True), CURRENCY,
            _money("budget", "Planned"), _money("spent",
            "Paid, with the corrections published then"),
        ),
        [[each.first, each.last, base, decimal(each.budget, base), decimal(each.spent,
        base)] for each in newest.spells],
        key=("first",),
        unique=(("last",),),
    )  # fmt: skip


def _money_in(views: Iterable[PublicView], grants: set[str], w: Words) -> PackageResource:
    """Returns the table of money received by source."""
    return PackageResource(
        "money-in",
        "Money received by source, as each month's page has it",
        (
            MONTH, _text("kind", "Where it came from", "grant", WITHHELD, GIFTS, required=True),
            _text("source", "A grant's ID, else what it is in words", required=True), CURRENCY,
            _money("this_month", "Received in the month"), _money("to_date", "Received to date"),
            _text("grant", "The grant's ID, where it is in the table of grants"),
        ),
        [
            [
                view.month, each.kind, each.grant or row_name(each.kind, each.name, w, each.kind),
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


def _people(views: Iterable[PublicView]) -> PackageResource:
    """Returns the table of yearly totals for people. If a year is on several pages, the newest
    counts."""
    years: dict[str, list[CsvValue]] = {}
    for view in views:
        if view.people and view.people.spent is not None:
            year, base = view.people, view.currency
            years[year.year] = [
                year.year,
                base,
                _amount(year.budget, base),
                _amount(year.spent, base),
            ]
    return PackageResource(
        "people",
        "What pays people: one total a year",
        (Field("year", "year", "The year", required=True), CURRENCY, _money("budget", "Planned"),
        _money("spent", "Paid")),
        list(years.values()),
        key=("year",),
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
            for each in newest.grants
        ],
        key=("id",),
    )


def _in_kind(newest: PublicView, w: Words) -> PackageResource:
    """Returns the table of contributions in kind."""
    kind, giver, currency = (
        declared(RESOURCES, RESOURCES.column(name), w) for name in ("kind", "from_whom", "currency")
    )
    return PackageResource(
        "in-kind",
        "What was given in kind, beside the money and never added to it",
        (
            kind, giver, Field("number", "integer", "How many agreements", required=True,
            unit="agreements"),
            _text("quantity", "How much, each with its unit, for the whole time"), currency,
            _money("value", "Value to date"),
            _text("valued_by",
            "How it was valued, one or several: " + ", ".join(RESOURCES.column("valued_by").choices)),
        ),
        [
            [
                each.kind, each.from_whom or None, str(each.number),
                "; ".join(f"{number:f} {unit}".strip() for number, unit in each.quantities) or None,
                each.currency or None, _amount(each.value, each.currency),
                "; ".join(each.basis) or None,
            ]
            for each in newest.in_kind
        ],
        unique=(("kind", "from_whom", "currency"),),
    )  # fmt: skip


def _corrections(views: Iterable[PublicView], w: Words) -> PackageResource:
    """Returns the table of corrections."""
    return PackageResource(
        "corrections",
        "Figures to date that a later page corrected",
        (
            MONTH, _text("figure", "What was corrected", "spent", "budget", "received",
            required=True),
            _text("kind", "A row with a name, or none of these", "row", "unnamed", UNBUDGETED,
            UNRESTRICTED, WITHHELD, GIFTS, required=True),
            _text("name",
            "The row: a category, for money received a grant's ID, else what it is in words",
            required=True),
            _month("since", "First month corrected", required=True), _month("until",
            "Last month corrected", required=True),
            CURRENCY, _money("was", "As published"), _money("now", "Corrected, for the same time"),
        ),
        [
            [
                view.month, each.what, each.kind or ("row" if each.key[1:] else "unnamed"),
                row_name(each.kind, "" if each.kind else each.key[1:], w, w.say("No category")),
                each.since, each.until, view.currency, decimal(each.was, view.currency),
                decimal(each.now, view.currency),
            ]
            for view in views
            for each in view.corrections
        ],
        key=("month", "figure", "kind", "name"),
        refers=(OF_PAGE,),
    )  # fmt: skip


def files(views: Sequence[PublicView], w: Words, address: str = "") -> Iterator[tuple[str, bytes]]:
    """Yields the files of the package: (path from the public folder, content).

    `address` is the web address of the public folder, empty if it has none.
    """
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
                    "The open books of {organisation}", organisation=newest.organisation
                ),
                "description": (
                    "Amounts are decimals of the currency beside them, and dates are told by month."
                    " A text that a spreadsheet program would take for a formula has an apostrophe"
                    " before it, also behind a semicolon."
                ),
                **({"homepage": address} if address else {}),
                "version": newest.month,
                "licenses": [LICENCE],
                "contributors": [
                    {"title": newest.organisation, "roles": ["publisher", "rightsHolder"]}
                ],
                "sources": [
                    {
                        "title": (
                            f"The accounts and the work-plan of {newest.organisation}, as its pages"
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
        tables_as_json({"organisation": newest.organisation, "month": newest.month}, tables),
    )
    sheets = [
        (table.name, [(f.name, f.type in ("number", "integer")) for f in table.fields], table.rows)
        for table in tables
    ]
    yield "data.xlsx", plain_workbook(newest.organisation, sheets)
