"""The section of the month's page about corrections to published figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from budgettrack.core.base.months import Month
from budgettrack.core.views.public_types import (
    Correction,
    PublicStanding,
    PublicView,
)
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Heading,
    ReportTable,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.site.budget import numbers


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrections that a later page makes to this page. `month` is the month of the later page.

    `corrections` is empty if too few payments lie behind them to show them one by one.
    """

    month: Month
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class PageNeighbours:
    """The other pages that a page refers to: the months before and after, and later pages that
    correct it."""

    before: Month | None = None
    after: Month | None = None
    corrected: Sequence[Corrected] = ()


def changed(view: PublicView, around: PageNeighbours, w: Words) -> list[Block]:
    """Returns the corrections that this page makes, and those that later pages make to it."""
    blocks: list[Block] = []
    if view.corrections:
        blocks.append(_corrections(view.corrections, w.say("Corrected on this page"), view, w))
    if view.untold:
        blocks.append(
            Text(
                w.many(
                    "There are corrections that are not shown by themselves: fewer than {number}"
                    " payment lies behind them. They are in the figures as soon as that can be"
                    " without showing one alone.",
                    "There are corrections that are not shown by themselves: fewer than {number}"
                    " payments lie behind them. They are in the figures as soon as that can be"
                    " without showing one alone.",
                    view.fewest,
                )
            )
        )
    for later in around.corrected:
        month = formats.month(later.month, w.at)
        if later.corrections:
            blocks.append(
                _corrections(
                    later.corrections,
                    w.say("Corrected by the page of {month}", month=month),
                    view,
                    w,
                )
            )
        else:
            blocks.append(
                Text(
                    w.say(
                        "The page of {month} corrects figures of this month, together with others.",
                        month=month,
                    )
                )
            )
    return blocks or [
        Text(w.say("Nothing: no figure that was published before has changed."), True)
    ]


def _corrections(
    corrections: Sequence[Correction], caption: str, view: PublicView, w: Words
) -> ReportTable:
    """Returns a table of corrections: the figure as published, and as corrected."""
    figures = {"spent": w.say("spent"), "budget": w.say("budget"), "received": w.say("received")}
    rows = [
        TableRow(
            row_name(correction.kind, correction.name, w, w.say("No category")),
            [
                TableCell(figures[correction.what]),
                *numbers((correction.was, correction.now), view.currency, w),
            ],
            formats.span(correction.since, correction.until, w.at),
        )
        for correction in corrections
    ]
    headings = [
        Heading(w.say("What"), False),
        Heading(w.say("Figure"), False),
        Heading(w.say("As published")),
        Heading(w.say("Corrected")),
    ]
    return ReportTable(
        caption, headings, rows, w.say("To date, in {currency}", currency=view.currency)
    )


def _as_here(
    correction: Correction,
    view: PublicView,
    rows: Mapping[str, PublicStanding],
    received: Mapping[str, int],
) -> Correction | None:
    """Returns a later page's correction with the values of this page.

    Returns None if the correction also changes figures outside this page.
    """
    row = rows.get(correction.key)
    if correction.what == "received":
        was, whole = received.get(correction.key), True
    else:
        was = None
        if row is not None:
            was = row.budget if correction.what == "budget" else row.spent
        whole = row is not None and row.through == view.month
    if was is None or not whole or correction.until > view.month:
        return None
    return replace(correction, was=was, now=was + correction.now - correction.was)


def corrected(view: PublicView, later: Mapping[Month, PublicView]) -> list[Corrected]:
    """Returns the corrections that later pages make to the page `view`.

    Both values are shown only if the correction lies wholly within this page. Otherwise the reader
    only learns that a correction exists.
    """
    result = []
    rows = {row.key: row for row in view.categories.rows}
    received = {
        f"={row.grant}" if row.kind == "grant" else row.kind: row.to_date for row in view.money_in
    }
    for month in sorted(month for month in later if month > view.month):
        corrections = later[month].corrections
        of_ours = [correction for correction in corrections if correction.since <= view.month]
        told = [_as_here(correction, view, rows, received) for correction in of_ours]
        if told:
            shown = [correction for correction in told if correction is not None]
            result.append(Corrected(month, shown))
    return result
