"""Words that several reports share."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.views.published import GIFTS, UNBUDGETED, UNRESTRICTED, WITHHELD
from budgettrack.reports.base.translations import Words


def left_out(rows: int, w: Words) -> str:
    """How every report says that errors keep rows out of its figures."""
    return w.many(
        "{number} row is left out of the figures, because something in it cannot be read.",
        "{number} rows are left out of the figures, because something in them cannot be read.",
        rows,
    )


def row_name(kind: str, name: str, w: Words, blank: str) -> str:
    """The name of a row of a public table."""
    known = {
        UNBUDGETED: w.say("Spent outside the budget lines"),
        UNRESTRICTED: w.say("Unrestricted money"),
        WITHHELD: w.say("Withheld: grants that are not published"),
        GIFTS: w.say("Gifts and other money on no grant"),
        "total": w.say("Total"),
    }
    return known.get(kind) or name or blank


def page_words(w: Words, *, feed: bool = True) -> Mapping[str, str]:
    """The few words that a page's template says itself."""
    return {
        "skip": w.say("To the text"),
        "pages": w.say("Other pages"),
        "feed": w.say("Progress, month by month") if feed else "",
        "calendar": w.say("When our work begins and ends") if feed else "",
    }
