"""Writes the Atom feed of the monthly pages (RFC 4287). The only file that imports feedgen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape

from feedgen.feed import FeedGenerator

from budgettrack.core.base.months import Month
from budgettrack.version import __version__

NEWEST = 24
"""The most entries in the feed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """The entry for one month. `notes` are pairs of (activity, progress note)."""

    month: Month
    title: str
    published: date
    until: date
    sentences: Sequence[str]
    notes: Sequence[tuple[str, str]]


def feed(
    organisation: str, title: str, language: str, address: str, entries: Sequence[FeedEntry]
) -> bytes:
    """Returns the feed, newest entry first.

    An entry's id depends only on the organisation's name and the month, so readers never see an
    entry twice.
    """
    site = address.rstrip("/") + "/" if address else ""
    generator = FeedGenerator()
    generator.id(_id(organisation, "feed"))
    generator.title(title)
    generator.language(language)
    generator.author({"name": organisation})
    generator.link(href=f"{site}feed.xml", rel="self")
    generator.link(href=f"{site}index.html", rel="alternate")
    generator.generator("budgettrack", version=__version__)
    generator.updated(_instant(max(page.published for page in entries)))
    for page in entries[:NEWEST]:
        entry = generator.add_entry(order="append")
        entry.id(_id(organisation, page.month))
        entry.title(page.title)
        entry.link(href=f"{site}{page.month}.html")
        entry.published(_instant(page.published))
        entry.updated(_instant(page.published))
        entry.summary(" ".join(page.sentences))
        html = [f"<p>{escape(line)}</p>" for line in page.sentences]
        html += [
            f"<h2>{escape(activity)}</h2><p>{escape(note)}</p>" for activity, note in page.notes
        ]
        entry.content("".join(html), type="html")
    text: bytes = generator.atom_str(pretty=True)
    return text


def _instant(day: date) -> datetime:
    """Returns the start of the day, in UTC."""
    return datetime.combine(day, time(), UTC)


def _id(organisation: str, what: str) -> str:
    """Returns a fixed URN for the feed or an entry."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"budgettrack:{organisation}:{what}").urn
