"""The section of the month's page about budget, spending and variance, by category and by
activity."""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.core.base import money
from budgettrack.core.views.public_types import (
    PublicStanding,
    PublicView,
    Standings,
)
from budgettrack.core.views.published import WITHHELD
from budgettrack.reports.base import charts, formats
from budgettrack.reports.base.document import (
    Block,
    Chart,
    Heading,
    ReportTable,
    RowKind,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name


def budget_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the chart, both tables and the notes."""
    blocks: list[Block] = []
    if any(row.through for row in view.categories.rows):
        blocks.append(spent_by_category(view, w))
    blocks += [
        standings(
            view.categories, w.say("By category"), w.say("Category"), w.say("No category"), view, w
        ),
        standings(
            view.activities,
            w.say("By activity"),
            w.say("Activity"),
            w.say("No activity named"),
            view,
            w,
        ),
        Text(w.say("The bar under a name is how much of the budget is spent."), True),
    ]
    if any(row.kind == WITHHELD for row in view.categories.rows):
        blocks.append(
            Text(
                w.say(
                    "Withheld: these grants are not published, by agreement or for safety; the"
                    " totals include them."
                ),
                True,
            )
        )
    return blocks


def spent_by_category(view: PublicView, w: Words) -> Chart:
    """Returns the chart of budget against spending, by category."""
    rows = [
        charts.Bar(
            row_name(row.kind, row.name, w, w.say("No category")),
            row.spent,
            row.budget,
            w.say(
                "{spent} of {budget}",
                spent=formats.money(row.spent, view.currency, w.at),
                budget=formats.money(row.budget, view.currency, w.at),
            ),
        )
        for row in view.categories.rows
        if row.through
    ]
    return charts.bars(
        "categories",
        w.say("Budget against spent, by category"),
        w.say(
            "What was spent to date beside what was planned. The table below has the same figures."
        ),
        rows,
        (w.say("Spent"), w.say("Planned")),
        w.right_to_left,
    )


def standings(
    table: Standings, caption: str, first: str, blank: str, view: PublicView, w: Words
) -> ReportTable:
    """Returns a table of budget, spending and variance.

    If rows have too few new payments to be shown alone, one extra row has their newest figures
    together.
    """
    rows = []
    for row in table.rows:
        label = row_name(row.kind, row.name, w, blank)
        small = ""
        kind: RowKind = "aside" if row.kind else ""
        if row.through is None:
            small, kind = w.say("its first figures are in the line of several rows below"), "aside"
        elif row.through != view.month:
            small = w.say("to the end of {month}", month=formats.month(row.through, w.at))
        rows.append(standing_row(row, label, small, kind, view, w))
    if table.held:
        names = {row.key: row_name(row.kind, row.name, w, blank) for row in table.rows}
        small = w.many(
            "newest figures of these rows, together: fewer than {number} payment in one of them",
            "newest figures of these rows, together: fewer than {number} payments in one of them",
            view.fewest,
        )
        together = " + ".join(names[key] for key in table.waiting if key in names)
        rows.append(standing_row(table.held, together, small, "aside", view, w))
    rows.append(standing_row(table.total, w.say("Total"), "", "total", view, w))
    headings = [
        Heading(first, False),
        Heading(w.say("Budget")),
        Heading(w.say("Spent")),
        Heading(w.say("Variance")),
        Heading(w.say("Variance %")),
    ]
    note = w.say("To date, in {currency}, without what pays people", currency=view.currency)
    return ReportTable(caption, headings, rows, note)


def standing_row(
    each: PublicStanding, name: str, small: str, kind: RowKind, view: PublicView, w: Words
) -> TableRow:
    """Returns a row of budget, spending and variance. All cells are dashes if no figure may be
    shown yet."""
    if each.through is None:
        return TableRow(
            name, [TableCell(formats.NONE)] * 4, small, kind="aside" if kind != "total" else "total"
        )
    share = formats.percentage(money.percent(each.variance, each.budget), w.at)
    cells = [
        *numbers((each.budget, each.spent), view.currency, w),
        TableCell(formats.number(each.variance, view.currency, w.at), over=each.variance < 0),
        TableCell(share, over=each.variance < 0),
    ]
    bar = formats.width(each.spent, each.budget) if each.budget > 0 else None
    return TableRow(
        name,
        cells,
        small,
        bar,
        each.variance < 0,
        kind,
    )


def numbers(units: Sequence[int], currency: str, w: Words) -> list[TableCell]:
    """Returns cells of amounts without their currency: the table names it once."""
    return [TableCell(formats.number(amount, currency, w.at)) for amount in units]
