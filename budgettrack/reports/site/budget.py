"""The section of a month's page about what is planned and what is spent, by category and by
activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from budgettrack.core.views.public_types import PublicRow, PublicTable, PublicView
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
from budgettrack.reports.base.wording import row_name


def budget_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the tables and their notes. Spending and budget have separate tables.

    To protect people, either table may leave out names that the other one shows. So in one common
    table, the spending and the budget of a row would not be about the same money."""
    blocks: list[Block] = []
    to_date = w.say("In {currency}, to date", currency=view.currency)
    if view.categories.total.spent is not None:
        caption = Caption(w.say("Spent, by category"), w.say("Category"), w.say("No category"))
        blocks.append(amounts_table(view.categories, "spent", caption, to_date, view, w))
    if any(row.kind == "row" and row.spent is not None for row in view.activities.rows):
        caption = Caption(
            w.say("Spent, by activity"), w.say("Activity"), w.say("No activity named")
        )
        blocks.append(amounts_table(view.activities, "spent", caption, to_date, view, w))
    if view.categories.total.planned is not None:
        caption = Caption(w.say("Planned, by category"), w.say("Category"), w.say("No category"))
        whole = w.say("In {currency}, for the whole time", currency=view.currency)
        blocks.append(amounts_table(view.categories, "planned", caption, whole, view, w))
    blocks += notes(view, w)
    return blocks or [Text(w.say("No budget and no spending is shown yet."), True)]


def notes(view: PublicView, w: Words) -> list[Block]:
    """Returns the notes about the special rows, such as "withheld", if there are such rows."""
    rows = (*view.categories.rows, *view.activities.rows, *view.by_grant.rows)
    kinds = {row.kind for row in rows}
    blocks: list[Block] = []
    if "several" in kinds:
        blocks.append(
            Text(
                w.say(
                    "Not told apart: too few people stand behind these amounts to show them under"
                    " their names. The totals include them."
                ),
                True,
            )
        )
    if "withheld" in kinds:
        blocks.append(
            Text(
                w.say(
                    "Withheld: these names are not published, by agreement or for safety; the"
                    " totals include their amounts."
                ),
                True,
            )
        )
    return blocks


class Caption(Struct, frozen=True):
    """The caption of a table, the heading of its rows, and the name of a row without a name."""

    text: str
    rows: str
    unnamed: str


def amounts_table(
    table: PublicTable,
    what: Literal["planned", "spent"],
    caption: Caption,
    note: str,
    view: PublicView,
    w: Words,
) -> ReportTable:
    """Returns a table of planned or spent amounts. Rows without the amount are left out."""
    rows = []
    for row in (*table.rows, table.total):
        units = row.spent if what == "spent" else row.planned
        if units is not None:
            name = row_name(row.kind, row.name, w, caption.unnamed)
            cells = numbers([units], view.currency, w)
            rows.append(TableRow(name, cells, kind=_row_kind(row)))
    figure = w.say("Spent") if what == "spent" else w.say("Planned")
    return ReportTable(caption.text, [Heading(caption.rows, False), Heading(figure)], rows, note)


def _row_kind(row: PublicRow) -> RowKind:
    if row.kind == "row":
        return ""
    return "total" if row.kind == "total" else "aside"


def numbers(units: Sequence[int | None], currency: str, w: Words) -> list[TableCell]:
    """Returns cells with amounts but without their currency, which the table names once. None
    becomes a dash."""
    return [TableCell(formats.number(amount, currency, w.at)) for amount in units]
