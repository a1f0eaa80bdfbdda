"""The month's page: what was corrected since it was published."""

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
    """What a later page says of this one: its month, and the corrections (none: too few payments to
    show them)."""

    month: Month
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class PageNeighbours:
    """What lies around a page in its site: the months beside it, and the pages that corrected
    it."""

    before: Month | None = None
    after: Month | None = None
    corrected: Sequence[Corrected] = ()


def changed(view: PublicView, around: PageNeighbours, w: Words) -> list[Block]:
    """What was corrected: on this page, and by later ones."""
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
    for each in around.corrected:
        month = formats.month(each.month, w.at)
        if each.corrections:
            blocks.append(
                _corrections(
                    each.corrections,
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
    those: Sequence[Correction], caption: str, view: PublicView, w: Words
) -> ReportTable:
    what = {"spent": w.say("spent"), "budget": w.say("budget"), "received": w.say("received")}
    rows = [
        TableRow(
            row_name(each.kind, each.name, w, w.say("No category")),
            [TableCell(what[each.what]), *numbers((each.was, each.now), view.currency, w)],
            formats.span(each.since, each.until, w.at),
        )
        for each in those
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
    """A later correction with the values of this page.

    Returns None if not all that it changed lies within this page."""
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
    """What the pages of later months say of this one, from their own corrections.

    Both values are shown where all that a correction changed lies within this page; else only that
    there is one."""
    found = []
    rows = {row.key: row for row in view.categories.rows}
    received = {
        f"={row.grant}" if row.kind == "grant" else row.kind: row.to_date for row in view.money_in
    }
    for month, page in sorted(later.items()):
        if month <= view.month:
            continue
        of_ours = [each for each in page.corrections if each.since <= view.month]
        told = [_as_here(each, view, rows, received) for each in of_ours]
        if told:
            found.append(Corrected(month, [each for each in told if each is not None]))
    return found
