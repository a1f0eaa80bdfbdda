"""The section of the month's page about money in and out, by source, month and grant."""

from __future__ import annotations

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
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.site.budget import numbers


def money_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the key figures, charts and tables."""
    blocks: list[Block] = [Facts(money_facts(view, w))]
    if len(view.money_in) > 1:
        blocks.append(sources(view, w))
    if view.money_in:
        blocks.append(money_in(view, w))
    if view.months:
        blocks += [by_month(view, w), month_table(view, w)]
    if view.facts.grants:
        blocks.append(grants_table(view, w))
    return blocks


def money_facts(view: PublicView, w: Words) -> list[Fact]:
    """Returns the key figures: received, spent and planned. What is not shown has no figure."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    new = w.say("newly shown on this page")
    facts = [
        Fact(w.say("Received this month"), amount(sum(row.this_month for row in view.money_in)))
    ]
    if view.spent_this_month is not None:
        facts.append(Fact(w.say("Spent"), amount(view.spent_this_month), new))
    total = view.categories.total
    if total.spent is not None:
        facts.append(Fact(w.say("Spent to date"), amount(total.spent)))
    if total.planned is not None:
        facts.append(Fact(w.say("Planned"), amount(total.planned), w.say("for the whole time")))
    return facts


def source_name(source: MoneyIn, w: Words) -> str:
    """Returns the name of a source of money. Gifts for a grant have the name of the grant."""
    kind = source.kind if not source.grant else ""
    return row_name(kind, source.name, w, source.grant)


def sources(view: PublicView, w: Words) -> Chart:
    """Returns the chart of money received, by source."""
    rows = [
        charts.Bar(
            source_name(source, w),
            source.to_date,
            None,
            formats.money(source.to_date, view.currency, w.at),
        )
        for source in view.money_in
    ]
    return charts.bars(
        "sources",
        w.say("Where our money came from"),
        w.say("Money received to date by source. The table below has the same figures."),
        rows,
        (),
        w.right_to_left,
    )


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
    """Returns the chart of spending by the month of the page that showed it first."""
    rows = [
        charts.Bar(
            formats.narrow_month(shown.month, w.at),
            shown.spent,
            None,
            formats.short(shown.spent, view.currency, w.at),
        )
        for shown in view.months
    ]
    description = w.say("Spending that each month's page showed for the first time.")
    if len(rows) > charts.COLUMNS:
        description += " " + w.say(
            "The newest {number} are drawn.", number=formats.whole(charts.COLUMNS, w.at)
        )
    return charts.columns(
        "months", w.say("Spent month by month"), description, rows, w.right_to_left
    )


def month_table(view: PublicView, w: Words) -> ReportTable:
    """Returns the table with the figures of the chart of months."""
    rows = [
        TableRow(formats.short_month(shown.month, w.at), numbers([shown.spent], view.currency, w))
        for shown in reversed(view.months)
    ]
    headings = [Heading(w.say("Month"), False), Heading(w.say("Spent"))]
    note = w.say(
        "In {currency}: what each month's page showed for the first time, with its corrections",
        currency=view.currency,
    )
    return ReportTable(w.say("Month by month"), headings, rows, note, folded=True)


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
    """Returns an amount in the currency of a grant. Returns a dash for None."""
    return formats.NONE if units is None else formats.money(units, grant.currency, w.at)


def grant_file(id_: str) -> str:
    """Returns the path of a grant's page, from the site's folder."""
    from budgettrack.files import safe_name

    return f"grants/{safe_name(id_)}.html"
