"""Writes the Atom feed of the monthly pages (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from html import escape

from lxml import etree
from msgspec import Struct

from budgettrack.core.base.months import Month
from budgettrack.version import __version__

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"

NEWEST = 24
"""How many entries the feed has at most."""


class FeedEntry(Struct, frozen=True):
    """The entry for one month. `notes` are pairs of (activity, progress note). `page`: its page, or
    '' for the page with the name of the month."""

    month: Month
    title: str
    published: date
    until: date
    sentences: Sequence[str]
    notes: Sequence[tuple[str, str]]
    page: str = ""


def feed(
    organisation: str, title: str, language: str, address: str, entries: Sequence[FeedEntry]
) -> bytes:
    """Returns the feed, newest entry first.

    An entry's id depends only on the organisation's name and the month, so readers never see an
    entry twice.
    """
    site = address.rstrip("/") + "/" if address else ""
    root = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    root.set(f"{{{XML}}}lang", language)
    _add(root, "id", _id(organisation, "feed"))
    _add(root, "title", title)
    _add(root, "updated", _instant(max(page.published for page in entries)))
    _add(_add(root, "author"), "name", organisation)
    _add(root, "link", href=f"{site}feed.xml", rel="self")
    _add(root, "link", href=f"{site}index.html", rel="alternate")
    _add(root, "generator", "budgettrack", version=__version__)
    for page in entries[:NEWEST]:
        _add_entry(root, organisation, site, page)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _add_entry(root: etree._Element, organisation: str, site: str, page: FeedEntry) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _id(organisation, page.month))
    _add(entry, "title", page.title)
    _add(entry, "updated", _instant(page.published))
    _add(entry, "published", _instant(page.published))
    _add(entry, "link", href=site + (page.page or f"{page.month}.html"), rel="alternate")
    _add(entry, "summary", " ".join(page.sentences))
    html = [f"<p>{escape(line)}</p>" for line in page.sentences]
    html += [f"<h2>{escape(activity)}</h2><p>{escape(note)}</p>" for activity, note in page.notes]
    _add(entry, "content", "".join(html), type="html")


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def _instant(day: date) -> str:
    """Returns the first moment of a day, in UTC, as the feed writes it."""
    return datetime.combine(day, time(), UTC).isoformat()


def _id(organisation: str, what: str) -> str:
    """Returns a fixed URN for the feed or an entry."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"budgettrack:{organisation}:{what}").urn
