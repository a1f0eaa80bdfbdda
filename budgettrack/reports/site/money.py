"""The section of the month's page about money in and out, by source, month and grant."""

from __future__ import annotations

from budgettrack.core.views.public_types import (
    MoneyIn,
    PublicGrant,
    PublicView,
)
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
    """Returns the key figures, charts, tables and notes."""
    blocks: list[Block] = [Facts(money_facts(view, w))]
    if len(view.money_in) > 1:
        blocks.append(sources(view, w))
    if view.money_in:
        blocks.append(money_in(view, w))
    if view.spells:
        blocks += [by_month(view, w), spells(view, w)]
    if view.grants:
        blocks.append(grants_table(view, w))
    if view.people is not None:
        blocks.append(people_table(view, w))
    else:
        blocks.append(
            Text(
                w.say(
                    "What pays people is shown once a year, as one total, and is in no figure of"
                    " this page."
                ),
                True,
            )
        )
    if view.too_few_gifts:
        blocks.append(
            Text(
                w.many(
                    "Withheld: the newest gifts, until there is {number} to be shown together.",
                    "Withheld: the newest gifts, until there are {number} to be shown together.",
                    view.fewest,
                ),
                True,
            )
        )
    return blocks


def money_facts(view: PublicView, w: Words) -> list[Fact]:
    """Returns the key figures: received, spent, and planned but not spent."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    facts = [
        Fact(w.say("Received this month"), amount(sum(row.this_month for row in view.money_in)))
    ]
    if view.spent_this_month is None:
        facts.append(
            Fact(w.say("Spent this month"), formats.NONE, w.say("too few payments to show"))
        )
    else:
        planned = view.budget_this_month
        small = "" if planned is None else w.say("planned: {amount}", amount=amount(planned))
        facts.append(Fact(w.say("Spent this month"), amount(view.spent_this_month), small))
    total = view.categories.total
    if total.through is not None:
        until = w.say("to {month}", month=formats.month(total.through, w.at))
        facts.append(Fact(w.say("Spent to date"), amount(total.spent), until))
        facts.append(
            Fact(w.say("Planned to date, not spent"), amount(total.variance), w.say("the variance"))
        )
    return facts


def sources(view: PublicView, w: Words) -> Chart:
    """Returns the chart of money received, by source."""
    rows = [
        charts.Bar(
            row_name(row.kind, row.name, w, row.grant),
            row.to_date,
            None,
            formats.money(row.to_date, view.currency, w.at),
        )
        for row in view.money_in
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
        return TableRow(
            row_name(source.kind, source.name, w, source.grant),
            cells,
            kind="" if source.kind == "grant" else "aside",
        )

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
    return ReportTable(
        w.say("Money in"), headings, rows, w.say("In {currency}", currency=view.currency)
    )


def by_month(view: PublicView, w: Words) -> Chart:
    """Returns the chart of spending by month, against the plan."""
    rows = [
        charts.Bar(
            formats.narrow_month(spell.last, w.at) + ("*" if spell.first != spell.last else ""),
            spell.spent,
            spell.budget,
            formats.short(spell.spent, view.currency, w.at),
        )
        for spell in view.spells
    ]
    description = w.say(
        "Spending from month to month against what was planned, without what pays people."
    )
    if len(rows) > charts.COLUMNS:
        description += " " + w.say(
            "The newest {number} are drawn.", number=formats.whole(charts.COLUMNS, w.at)
        )
    if any(spell.first != spell.last for spell in view.spells):
        description += " " + w.say("* several months together.")
    return charts.columns(
        "months",
        w.say("Spent month by month"),
        description,
        rows,
        (w.say("Spent"), w.say("Planned")),
        w.right_to_left,
    )


def spells(view: PublicView, w: Words) -> ReportTable:
    """Returns the table with the figures of the chart of months."""
    rows = [
        TableRow(
            formats.span(spell.first, spell.last, w.at),
            numbers((spell.budget, spell.spent, spell.budget - spell.spent), view.currency, w),
        )
        for spell in reversed(view.spells)
    ]
    headings = [
        Heading(w.say("Month"), False),
        Heading(w.say("Planned")),
        Heading(w.say("Spent")),
        Heading(w.say("Variance")),
    ]
    note = w.say(
        "In {currency}, with the corrections published in each month", currency=view.currency
    )
    return ReportTable(w.say("Month by month"), headings, rows, note, folded=True)


def grants_table(view: PublicView, w: Words) -> ReportTable:
    """Returns the table of published grants."""
    rows = []
    for grant in view.grants:
        cells = [
            TableCell(w.term(grant.state)),
            TableCell(
                formats.money(grant.amount, grant.currency, w.at)
                if grant.amount is not None
                else formats.NONE
            ),
            TableCell(formats.money(grant.received, grant.currency, w.at)),
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


def grant_title(grant: PublicGrant) -> str:
    """Returns the funder and the title of a grant."""
    return f"{grant.funder}: {grant.title}" if grant.title else grant.funder


def grant_file(id_: str) -> str:
    """Returns the path of a grant's page, from the site's folder."""
    from budgettrack.files import safe_name

    return f"grants/{safe_name(id_)}.html"


def people_table(view: PublicView, w: Words) -> ReportTable:
    """Returns the table of the yearly total that pays people."""
    people = view.people
    assert people is not None
    if people.spent is None or people.budget is None:
        cells = [
            TableCell(w.say("withheld: the year is not closed, or too few payments")),
            TableCell(formats.NONE),
        ]
    else:
        cells = numbers((people.budget, people.spent), view.currency, w)
    headings = [Heading(w.say("Year"), False), Heading(w.say("Budget")), Heading(w.say("Spent"))]
    note = w.say(
        "In {currency}. Shown once a year, as one total, and in no other figure of this page.",
        currency=view.currency,
    )
    return ReportTable(w.say("What pays people"), headings, [TableRow(people.year, cells)], note)
