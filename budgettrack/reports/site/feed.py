"""The Atom feed of the monthly pages (RFC 4287); the only file that imports feedgen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape

from feedgen.feed import FeedGenerator

from budgettrack.core.base.months import Month

NEWEST = 24
"""Entries in the feed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A month as the feed tells it. `notes` are (activity, its progress note)."""

    month: Month
    title: str
    published: date
    until: date
    sentences: Sequence[str]
    notes: Sequence[tuple[str, str]]


def feed(
    organisation: str, title: str, language: str, address: str, entries: Sequence[FeedEntry]
) -> bytes:
    """The feed, newest entry first. Its identifiers come from the organisation's name and the month
    alone."""
    site = address.rstrip("/") + "/" if address else ""
    made = FeedGenerator()
    made.id(_id(organisation, "feed"))
    made.title(title)
    made.language(language)
    made.author({"name": organisation})
    made.link(href=f"{site}feed.xml", rel="self")
    made.link(href=f"{site}index.html", rel="alternate")
    made.generator("budgettrack")
    made.updated(_instant(max(each.published for each in entries)))
    for each in entries[:NEWEST]:
        entry = made.add_entry(order="append")
        entry.id(_id(organisation, each.month))
        entry.title(each.title)
        entry.link(href=f"{site}{each.month}.html")
        entry.published(_instant(each.published))
        entry.updated(_instant(each.published))
        entry.summary(" ".join(each.sentences))
        said = [f"<p>{escape(line)}</p>" for line in each.sentences]
        said += [
            f"<h2>{escape(activity)}</h2><p>{escape(note)}</p>" for activity, note in each.notes
        ]
        entry.content("".join(said), type="html")
    text: bytes = made.atom_str(pretty=True)
    return text


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _id(organisation: str, what: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"budgettrack:{organisation}:{what}").urn
