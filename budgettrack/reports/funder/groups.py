"""The parts of a summary that show money handed on to groups: what each group has, and where the
money is. Each amount is counted once."""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.core.base import money
from budgettrack.core.counting.together import GroupShare, Together
from budgettrack.core.views.funder_types import FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Heading,
    ReportTable,
    RowKind,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words


def share_name(share: GroupShare, together: Together, w: Words) -> str:
    """Returns the name that a group has in the summary."""
    name = together.names[share.group]
    return w.say("Group {code}", code=name) if name == share.group or name[:1] == "#" else name


def where_rows(together: Together, w: Words) -> list[tuple[str, int, RowKind]]:
    """Returns the rows that say where the money of the award is, such as spent, held or on the way.
    Each row has its words, its amount and its kind. The rows between the first and the last one add
    up to the money received."""
    terms = together.terms
    rows: list[tuple[str, int, RowKind]] = [
        (w.say("Returned to the funder"), terms.returned, ""),
        (w.say("Spent by us"), terms.spent - together.of_groups, ""),
        (w.say("Spent by groups"), together.of_groups, ""),
        (w.say("Kept as a fee for handing on"), together.fees, ""),
        (w.say("Host fee"), terms.fees - together.fees, ""),
        (w.say("Held by us"), terms.held_here, ""),
        (w.say("Held by groups"), terms.held_below, ""),
        (w.say("On the way to groups, or back"), terms.on_the_way, ""),
        (w.say("Lost by changing money"), terms.exchange, ""),
        (w.say("Stated differently by the two sides"), terms.differs, ""),
        (w.say("Stated by one side alone"), -terms.unmatched, ""),
    ]
    always = {rows[1][0], rows[2][0], rows[5][0], rows[6][0]}
    kept = [row for row in rows if row[1] or row[0] in always]
    return [*kept, (w.say("Received"), terms.received, "total")]


def where(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of where the money is, in the currency of the grant."""
    together, currency = view.together, view.grant.currency
    assert together is not None
    rows = [
        TableRow(
            name, [TableCell(formats.number(units, currency, w.at), over=units < 0)], kind=kind
        )
        for name, units, kind in where_rows(together, w)
    ]
    note = w.say(
        "In {currency}, to the end of {month}",
        currency=currency,
        month=formats.month(view.month, w.at),
    )
    headings = [Heading(w.say("What"), False), Heading(w.say("Amount"))]
    blocks: list[Block] = [
        ReportTable(w.say("Where the money of this grant is"), headings, rows, note)
    ]
    if together.fees:
        blocks.append(Text(fee_pair(view, w), True))
    return blocks


def fee_pair(view: FunderView, w: Words) -> str:
    """Returns a sentence about the host's fee: it is money out for the grant, and money in for
    us."""
    assert view.together is not None
    return w.say(
        "The fee for handing on, {amount}, is an outgoing of this grant and an income of"
        " {organisation}: it is here once, and in no figure of money received.",
        amount=formats.money(view.together.fees, view.grant.currency, w.at),
        organisation=view.organisation,
    )


Share = tuple[str, int | None, int, int, int | None, str | None]
"""The name of a group, and: agreed, spent in the period, spent to date, left of what was agreed,
and the percentage of it that is spent."""


def share_rows(view: FunderView, w: Words) -> list[tuple[Share, RowKind]]:
    """Returns a row for each group, one for what we spent ourselves, and their sum. What we spent
    is at the rate that the funder wants, as in the budget lines."""
    together = view.together
    assert together is not None
    rows: list[tuple[Share, RowKind]] = []
    for share in together.groups:
        sums, agreed = share.sums, share.agreed
        left = None if agreed is None else agreed - sums.spent - sums.committed
        used = money.percent(sums.spent, agreed) if agreed else None
        name = share_name(share, together, w)
        rows.append(((name, agreed, sums.period_spent, sums.spent, left, used), ""))
    own = together.own
    rows.append(((w.say("Ourselves"), None, own.period_spent, own.spent, None, None), ""))
    period = own.period_spent + sum(share.sums.period_spent for share in together.groups)
    every = [share.agreed for share in together.groups]
    whole = None if None in every else sum(units or 0 for units in every)
    rows.append(
        ((w.say("Total"), whole, period, own.spent + together.of_groups, None, None), "total")
    )
    return rows


def share_headings(w: Words) -> Sequence[str]:
    return (
        w.say("Group"),
        w.say("Agreed"),
        w.say("Spent, period"),
        w.say("Spent to date"),
        w.say("Left"),
        w.say("Used"),
    )


def groups_section(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of what each group has. Returns nothing if no money is handed on."""
    if view.together is None:
        return []
    currency = view.grant.currency

    def amount(units: int | None) -> TableCell:
        if units is None:
            return TableCell(formats.NONE)
        return TableCell(formats.number(units, currency, w.at), over=units < 0)

    rows = []
    for (name, *units, used), kind in share_rows(view, w):
        cells = [amount(each) for each in units]
        share = formats.NONE if used is None else formats.percentage(used, w.at)
        rows.append(TableRow(name, [*cells, TableCell(share)], kind=kind))
    first, *others = share_headings(w)
    note = w.say("In {currency}, as each group told it.", currency=currency)
    headings = [Heading(first, False), *map(Heading, others)]
    return [ReportTable(w.say("Spent by groups and by us"), headings, rows, note)]
