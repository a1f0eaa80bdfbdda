"""The page with all figures of a month and the whole work-plan. The month's own page has what
most people want to read (`month_page.py`)."""

from __future__ import annotations

from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import Bullets, Document, Link, Section, Text
from budgettrack.reports.base.translations import Words
from budgettrack.reports.site.budget import budget_section
from budgettrack.reports.site.money import money_section
from budgettrack.reports.site.month_page import page_of_month, who_to_ask
from budgettrack.reports.site.work import in_kind_section, work_section


def figures(view: PublicView, w: Words) -> Document:
    """Returns the page with all figures of a month: money, budget, gifts in kind, and work."""
    sections = [
        Section("money", w.say("Money in and out"), money_section(view, w)),
        Section("budget", w.say("Planned and spent"), budget_section(view, w)),
        Section("kind", w.say("Given in kind"), in_kind_section(view, w)),
        Section("work", w.say("What we planned and what we did"), work_section(view, w)),
        Section("read", w.say("How to read this"), [Bullets(_reading(view, w))]),
        Section("ask", w.say("Who to ask"), [Text(who_to_ask(view.facts))]),
    ]
    month = formats.month(view.month, w.at)
    links = [Link(w.say("All months"), "index.html"), Link(month, f"{view.month}.html")]
    return page_of_month(view, w, w.say("{month}: all figures", month=month), sections, links)


def _reading(view: PublicView, w: Words) -> list[str]:
    """Returns the lines that explain how to read the page."""
    return [
        w.say(
            "Every figure of spending, budget and gifts is a sum of several people's or firms'"
            " money, published together once. No payment is shown by itself."
        ),
        w.say(
            "Spending is shown as soon as enough people stand behind it. So a month's figure is"
            " what its page showed for the first time, and may be about earlier months."
        ),
        w.say("To date means from the first month of the figures to the end of the month named."),
        w.say(
            "Planned and spent have tables of their own: they are not about the same money, so they"
            " cannot be compared row by row."
        ),
        w.say(
            "Grants in another currency are counted in {currency} at the rate of their budget, "
            "and so is the money received from them.",
            currency=view.currency,
        ),
        w.say("Provisional means that the treasurer has not closed the month yet."),
        w.say(
            "What is given in kind stands beside the money with how it was valued, and is never"
            " added to it."
        ),
    ]
