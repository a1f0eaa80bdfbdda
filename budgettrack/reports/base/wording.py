"""Sentences that several reports share."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.reports.base.translations import Words


def left_out(rows: int, w: Words) -> str:
    """Returns the sentence that tells how many rows with errors are missing from the figures."""
    return w.many(
        "{number} row is left out of the figures, because something in it cannot be read.",
        "{number} rows are left out of the figures, because something in them cannot be read.",
        rows,
    )


def row_name(kind: str, name: str, w: Words, blank: str) -> str:
    """Returns the name of a row in a public table. If the row has a `kind`, these are the words for
    it. Otherwise it is `name`, or `blank` if there is no name."""
    names = {
        "withheld": w.say("Withheld: names that are not published"),
        "several": w.say("Not told apart"),
        "gifts": w.say("Gifts and other money from single givers"),
        "total": w.say("Total of what is shown"),
    }
    return names.get(kind) or name or blank


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text that a person typed."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def page_words(w: Words, *, feed: bool = True) -> Mapping[str, str]:
    """Returns the texts that the page template itself needs, by their key in the template."""
    return {
        "skip": w.say("To the text"),
        "pages": w.say("Other pages"),
        "feed": w.say("Progress, month by month") if feed else "",
        "calendar": w.say("When our work begins and ends") if feed else "",
    }
