"""The section of a month's page about corrections of published figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from budgettrack.core.base.months import Month
from budgettrack.core.views.public_types import (
    Correction,
    IndicatorFigures,
    PublicFacts,
    PublicView,
)
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Heading,
    Link,
    Links,
    ReportTable,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.indicators import figure
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.site.budget import numbers


class PageNeighbours(Struct, frozen=True):
    """The other pages that a page names: those of the months before and after, and the later pages
    that correct figures. It also has the facts of the page before."""

    before: Month | None = None
    after: Month | None = None
    earlier: PublicFacts | None = None
    correcting: Sequence[Month] = ()


def changed(view: PublicView, around: PageNeighbours, w: Words) -> list[Block]:
    """Returns the corrections that this page makes, and links to later pages with corrections.

    Returns nothing if there are none."""
    blocks: list[Block] = []
    if view.corrections:
        blocks.append(_corrections(view, w))
    counted = [each for each in view.facts.indicators if each.was is not None]
    if counted:
        blocks.append(_counted_anew(counted, w))
    if around.correcting:
        blocks.append(Text(w.say("Later pages correct figures that were published before:")))
        blocks.append(
            Links(
                [Link(formats.month(month, w.at), f"{month}.html") for month in around.correcting]
            )
        )
    return blocks


def changes(view: PublicView, w: Words) -> list[str]:
    """Returns a sentence that says what the page corrects, or nothing if it corrects nothing."""
    if not view.corrections:
        return []
    named = dict.fromkeys(_name(correction, w) for correction in view.corrections)
    return [w.say("Corrected: {figures}.", figures=formats.series(list(named), w.at))]


def _corrections(view: PublicView, w: Words) -> ReportTable:
    """Returns a table of corrections: each figure as it was published, and as it is now."""
    rows = [
        TableRow(
            _name(correction, w),
            [
                TableCell(_figure(correction, w)),
                *numbers((correction.was, correction.now), view.currency, w),
            ],
        )
        for correction in view.corrections
    ]
    headings = [
        Heading(w.say("What"), False),
        Heading(w.say("Figure"), False),
        Heading(w.say("As published")),
        Heading(w.say("Corrected")),
    ]
    note = w.say("In {currency}, without what is new on this page", currency=view.currency)
    return ReportTable(w.say("Corrected on this page"), headings, rows, note)


def _counted_anew(indicators: Sequence[IndicatorFigures], w: Words) -> ReportTable:
    """Returns a table of the indicators whose number on the page before was another one."""
    headings = [
        Heading(w.say("Indicator"), False),
        Heading(w.say("As published")),
        Heading(w.say("Corrected")),
    ]
    rows = [
        TableRow(each.indicator, [TableCell(figure(n, w)) for n in (each.was, each.before)])
        for each in indicators
    ]
    note = w.say("To the end of the month before")
    return ReportTable(w.say("Numbers that were counted anew"), headings, rows, note)


def _name(correction: Correction, w: Words) -> str:
    if correction.what == "gifts":
        return row_name("gifts", "", w, "")
    if correction.what == "in kind":
        return w.say("Given in kind")
    return row_name(correction.kind, correction.name, w, w.say("No category"))


def _figure(correction: Correction, w: Words) -> str:
    figures = {
        "spent": w.say("spent"),
        "budget": w.say("planned"),
        "gifts": w.say("received"),
        "in kind": w.say("value"),
    }
    return figures[correction.what]


def correcting(month: Month, views: Iterable[PublicView]) -> list[Month]:
    """Returns the months of the pages after `month` that correct figures."""
    return [view.month for view in views if view.month > month and view.corrections]
