"""The section of a month's page about money in and out, by source, month and grant."""

from __future__ import annotations

from budgettrack.core.base.months import months
from budgettrack.core.views.public import grant_title
from budgettrack.core.views.public_types import MoneyIn, PublicGrant, PublicView
from budgettrack.reports.base import charts, formats
from budgettrack.reports.base.document import (
    Block,
    Chart,
    Fact,
    Facts,
    Heading,
    ReportTable,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.site.budget import numbers


def money_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the tables of money by source, month and grant."""
    blocks: list[Block] = []
    if view.money_in:
        blocks.append(money_in(view, w))
    if view.months:
        blocks.append(month_table(view, w))
    if view.facts.grants:
        blocks.append(grants_table(view, w))
    return blocks or [Text(w.say("No money is shown yet."), True)]


def month_facts(view: PublicView, w: Words) -> Facts:
    """Returns the money at the start of the month, the money in, the money out, and the money at
    the end. Start plus in minus out is the end. A figure that may not be shown is left out."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    through = view.month_sum
    if through is not None:
        came_in, went_out = w.say("Came in"), w.say("Went out")
        left = w.say("Left of what is shown")
        return Facts(
            [
                Fact(w.say("Left from before"), amount(through.opening)),
                Fact(f"+ {came_in}", amount(through.came_in)),
                Fact(f"\N{MINUS SIGN} {went_out}", amount(through.went_out)),
                Fact(f"= {left}", amount(through.closing)),
            ]
        )
    facts = [Fact(w.say("Came in"), amount(sum(row.this_month for row in view.money_in)))]
    if view.spent_this_month is not None:
        facts.append(Fact(w.say("Went out"), amount(view.spent_this_month)))
    return Facts(facts)


def not_in_the_sums(w: Words) -> str:
    """Returns a text that says which money is in no sum of a page, and why."""
    return w.say(
        "Not in it: money received on grants that are not published, and spending that is not"
        " shown yet because too few people stand behind it."
    )


def left_out(view: PublicView, w: Words) -> str:
    """Returns a text that says which money is in none of the four figures, and why."""
    missing = not_in_the_sums(w)
    if not (view.money_in and view.months):
        return missing  # If no sum is shown, no money can be missing in it.
    if view.month_sum is None:
        no_sum = w.say(
            "What is left is not shown: what came in and what went out are not about the same"
            " money."
        )
        return f"{no_sum} {missing}"
    own = w.say("This is not the balance of our bank account, which may be far lower.")
    return f"{own} {missing}"


def source_name(source: MoneyIn, w: Words) -> str:
    """Returns the name of a source of money. Gifts for a grant have the name of the grant."""
    kind = source.kind if not source.grant else ""
    return row_name(kind, source.name, w, source.grant)


def money_in(view: PublicView, w: Words) -> ReportTable:
    """Returns the table of money received, by source."""

    def row(source: MoneyIn) -> TableRow:
        cells = numbers((source.this_month, source.to_date), view.currency, w)
        return TableRow(source_name(source, w), cells, kind="" if source.grant else "aside")

    totals = (
        sum(source.this_month for source in view.money_in),
        sum(source.to_date for source in view.money_in),
    )
    rows = [
        *map(row, view.money_in),
        TableRow(w.say("Total received"), numbers(totals, view.currency, w), kind="total"),
    ]
    headings = [
        Heading(w.say("From"), False),
        Heading(w.say("This month")),
        Heading(w.say("To date")),
    ]
    note = w.say(
        "In {currency}, without money on grants that are not published", currency=view.currency
    )
    return ReportTable(w.say("Money in"), headings, rows, note)


def by_month(view: PublicView, w: Words) -> Chart:
    """Returns the chart of spending. Each column has the spending that was shown for the first time
    on the page of that month. The column of this page's month stands out."""
    spent = {shown.month: shown.spent for shown in view.months}
    rows = [
        charts.PairedBar(
            formats.narrow_month(month, w.at),
            spent.get(month, 0),
            formats.short(spent.get(month, 0), view.currency, w.at),
        )
        for month in months(min(spent), view.month)
    ]
    description = w.say(
        "Spending that each month's page showed for the first time. The last column is this month."
    )
    if len(rows) > charts.COLUMNS:
        description += " " + w.say(
            "The newest {number} are drawn.", number=formats.whole(charts.COLUMNS, w.at)
        )
    return charts.columns(
        "months", w.say("This month among the others: spent"), description, rows, w.right_to_left
    )


def month_table(view: PublicView, w: Words) -> ReportTable:
    """Returns the table with the figures of the chart of spending by month."""
    rows = [
        TableRow(formats.short_month(shown.month, w.at), numbers([shown.spent], view.currency, w))
        for shown in reversed(view.months)
    ]
    headings = [Heading(w.say("Month"), False), Heading(w.say("Spent"))]
    note = w.say(
        "In {currency}: what each month's page showed for the first time, with its corrections",
        currency=view.currency,
    )
    return ReportTable(w.say("Spent, month by month"), headings, rows, note)


def grants_table(view: PublicView, w: Words) -> ReportTable:
    """Returns the table of published grants."""
    rows = []
    for grant in view.facts.grants:
        cells = [
            TableCell(w.term(grant.state)),
            TableCell(own_money(grant.amount, grant, w)),
            TableCell(own_money(grant.received, grant, w)),
        ]
        small = " · ".join(filter(None, (grant.id, formats.span(grant.start, grant.end, w.at))))
        rows.append(TableRow(grant_title(grant), cells, small, href=grant_file(grant.id)))
    headings = [
        Heading(w.say("Grant"), False),
        Heading(w.say("State"), False),
        Heading(w.say("Award")),
        Heading(w.say("Received to date")),
    ]
    return ReportTable(w.say("Our grants"), headings, rows, w.say("Each in its own currency"))


def own_money(units: int | None, grant: PublicGrant, w: Words) -> str:
    """Returns an amount in the currency of a grant. Returns '' for None: another sentence of the
    page says that some amounts wait."""
    return "" if units is None else formats.money(units, grant.currency, w.at)


def grant_file(id_: str) -> str:
    """Returns the path of a grant's page, from the site's folder."""
    from budgettrack.files import safe_name

    return f"grants/{safe_name(id_)}.html"
