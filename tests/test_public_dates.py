"""The public calendar and the feed: what is public and nothing else, accepted by readers, updated
and never doubled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from lxml import etree, html
from msgspec.structs import replace

from budgettrack.core.base.months import first_day, last_day, month_of
from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.translations import languages, words
from budgettrack.reports.site.pages import site
from budgettrack.reports.site.public_calendar import public_calendar
from budgettrack.reports.site.public_pages import Published
from tests.world.publishing import Books
from tests.world.report_plans import MONTH, harbour, public, site_files

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)"


def _events(content: bytes) -> dict[str, Any]:
    """The events by what they say."""
    read: Any = icalendar.Calendar.from_ical(content)
    events = read.walk("VEVENT")
    found = {str(each["summary"]): each for each in events}
    assert len(found) == len(events) == len({str(each["uid"]) for each in events})
    return found


def _views(*plans: Plan, months: Sequence[str] = (MONTH, "2026-04", "2026-05")) -> list[PublicView]:
    """The pages made from one plan after another, as they are told in the end."""
    books = Books()
    for plan, month in zip(plans, months, strict=False):
        books.publish(plan, month)
    return [view for view in books.views(plans[-1]) if view.month >= months[0]]


def _calendar(*plans: Plan, months: Sequence[str] = (MONTH, "2026-04", "2026-05")) -> bytes:
    """The calendar of pages made from one plan after another."""
    return public_calendar(
        [
            (each, last_day(each.month) + timedelta(days=2))
            for each in _views(*plans, months=months)
        ],
        words("en"),
    )


def test_it_has_the_work_and_the_published_grants_by_month_and_nothing_else() -> None:
    plan = harbour()
    events = _events(site_files(plan)["calendar.ics"])

    assert set(events) == {
        "Grant begins: Northern Lights Fund: A safe place to meet",
        "Grant ends: Northern Lights Fund: A safe place to meet",
        "Grant begins: Tide Trust: Peer support",
        "Grant ends: Tide Trust: Peer support",
        *(f"Work begins: {each.activity}" for each in plan.activities.values()),
        "By the end of the month: Room open for a whole quarter",
        "By the end of the month: Rules agreed by the members' meeting",
        "By the end of the month: Twelve certificates given",
        "Reached: Handbook printed",
    }
    for said, each in events.items():
        day = each["dtstart"].dt
        assert day == (first_day(month_of(day)) if "begins" in said else last_day(month_of(day))), (
            "dates are by month"
        )
        assert each["dtend"].dt == day + timedelta(days=1)
        assert each.walk("VALARM") == []
    assert events["Reached: Handbook printed"]["dtstart"].dt == date(2025, 12, 31)


def test_a_day_within_its_month_never_shows() -> None:
    plan = harbour()
    own = {
        **plan.activities,
        "A-1": replace(plan.activities["A-1"], start=date(2025, 7, 17), end=date(2026, 11, 9)),
    }
    grants = {
        **plan.grants,
        "G-1": replace(plan.grants["G-1"], start=date(2025, 7, 23), end=date(2026, 12, 13)),
    }

    content = _calendar(replace(plan, activities=own, grants=grants))
    assert not re.search(rb"202507(17|23)|20261109|20261213", content)
    assert b"DTSTART;VALUE=DATE:20261130" in content


def test_nothing_internal_is_in_it() -> None:
    """No report, review, renewal or deadline, no hidden grant, no note."""
    text = site_files(harbour())["calendar.ics"].decode().replace("\r\n ", "")

    for word in (
        "Report",
        "Audit",
        "Quiet Giver",
        "Hidden work",
        "Secret",
        "Treasurer",
        "NLF-2025-14",
        "heating",
        "G-3",
    ):
        assert word not in text
    assert not re.search("ORGANIZER|ATTENDEE|CONTACT|ALARM", text)


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
def test_calendar_programs_accept_it_in_every_language(language: str) -> None:
    content = site_files(harbour(), language=language)["calendar.ics"]

    for each in vobject.readComponents(content.decode()):
        each.validate(raiseException=True)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), (
        "lines are folded as the standard wants"
    )
    assert len(icalendar.Calendar.from_ical(content).walk("VEVENT")) == 12
    assert content == site_files(harbour(), language=language)["calendar.ics"]


def test_a_date_that_moves_is_an_update_and_nothing_is_doubled() -> None:
    plan = harbour()
    later = replace(plan.activities["A-3"], end=date(2026, 9, 30))
    moved = replace(plan, activities={**plan.activities, "A-3": later})
    said = "By the end of the month: Twelve certificates given"
    first, same, second = (
        _events(_calendar(plan)),
        _events(_calendar(plan, plan)),
        _events(_calendar(plan, moved, moved)),
    )

    assert same == first, "an unchanged page changes nothing"
    assert str(second[said]["uid"]) == str(first[said]["uid"])
    assert second[said]["dtstart"].dt == date(2026, 9, 30)
    assert (int(first[said]["sequence"]), int(second[said]["sequence"])) == (0, 1)
    assert first[said]["last-modified"].dt.date() == date(2026, 4, 2)
    assert second[said]["last-modified"].dt.date() == date(2026, 5, 2), (
        "not when nothing moved any more"
    )
    others = {key for key in first if key != said}
    assert all(first[key] == second[key] for key in others)


def test_work_that_is_dropped_or_gone_is_cancelled_and_comes_back_as_an_update() -> None:
    plan = harbour()
    said = "By the end of the month: Twelve certificates given"
    dropped = replace(
        plan,
        activities={**plan.activities, "A-3": replace(plan.activities["A-3"], status="dropped")},
    )
    gone = replace(
        plan, activities={id_: each for id_, each in plan.activities.items() if id_ != "A-3"}
    )
    uid = str(_events(_calendar(plan))[said]["uid"])

    for other in (dropped, gone):
        event = _events(_calendar(plan, other))[said]
        assert (str(event["uid"]), str(event["status"]), int(event["sequence"])) == (
            uid,
            "CANCELLED",
            1,
        )
    back = _events(_calendar(plan, gone, plan))[said]
    assert (str(back["uid"]), str(back["status"]), int(back["sequence"])) == (uid, "CONFIRMED", 2)


def test_a_page_that_was_written_later_takes_nothing_back() -> None:
    plan = harbour()
    april = public(plan, "2026-04")
    later = replace(april, facts=replace(april.facts, progress=(), later=True))
    views: list[PublicView] = [public(plan, MONTH), later]
    made = public_calendar([(each, last_day(each.month)) for each in views], words("en"))

    assert {str(each["status"]) for each in _events(made).values()} == {"CONFIRMED"}


def test_a_grant_that_may_be_named_no_longer_leaves_no_trace() -> None:
    plan = harbour()
    hidden = replace(
        plan, grants={**plan.grants, "G-2": replace(plan.grants["G-2"], publish=False)}
    )
    views = [public(plan, MONTH), public(hidden, "2026-04")]
    unchanged = public_calendar([(each, last_day(each.month)) for each in views], words("en"))

    for content in (_calendar(plan, hidden), unchanged):
        assert b"Tide" not in content
        assert len(_events(content)) == 10
        assert b"CANCELLED" not in content


def test_the_identity_of_a_date_is_the_organisations_and_tells_nothing() -> None:
    plan = harbour()
    view = public(plan)
    views = [view, replace(view, facts=replace(view.facts, organisation="Other Peers"))]
    uids = [
        {
            str(each["uid"])
            for each in _events(public_calendar([(one, date(2026, 4, 2))], words("en"))).values()
        }
        for one in views
    ]

    assert uids[0].isdisjoint(uids[1])
    assert all(re.fullmatch(r"[0-9a-f-]{36}\.public@budgettrack", uid) for uid in uids[0] | uids[1])
    twins = {
        id_: replace(plan.activities["A-1"], id=id_, milestone=id_, activity=id_)
        for id_ in ("A:1", "A-1", "a-1", "A 1")
    }
    assert (
        len(
            _events(
                _calendar(
                    replace(plan, activities=twins, grants={}, lines={}, expenses={}, income={})
                )
            )
        )
        == 8
    )


def test_every_page_and_the_index_lead_to_the_feed_and_the_calendar() -> None:
    made = site_files(harbour(), language="fr")

    for name, content in made.items():
        if name.endswith(".html"):
            head = html.fromstring(content.decode()).find("head")
            assert head is not None
            links = {each.get("type"): each for each in head.findall('link[@rel="alternate"]')}
            home = "../" if "/" in name else ""
            assert links["text/calendar"].get("href") == f"{home}calendar.ics"
            assert links["text/calendar"].get("title") == "Début et fin de nos travaux"
            assert links["application/atom+xml"].get("href") == f"{home}feed.xml"
    assert b'href="calendar.ics"' in made["index.html"].split(b"<body")[1]


# ---- the feed, by the rules of RFC 4287


def _feed(address: str) -> etree._Element:
    plan = harbour()
    pages = [
        Published(public(plan, month), last_day(month)) for month in ("2026-01", "2026-02", MONTH)
    ]
    return etree.fromstring(dict(site(pages, words("en"), Branding(), address))["feed.xml"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["", "https://books.example.org/", "https://books.example.org/a"]
)
def test_the_feed_keeps_the_rules_of_its_standard(address: str) -> None:
    feed = _feed(address)
    entries = feed.findall(f"{ATOM}entry")
    seen = []

    for each in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(each.findall(f"{ATOM}{name}")) == 1
        seen.append(str(each.findtext(f"{ATOM}id")))
        assert re.fullmatch(RFC_3339, str(each.findtext(f"{ATOM}updated")))
        known = {
            "id",
            "title",
            "updated",
            "link",
            "author",
            "generator",
            "entry",
            "summary",
            "content",
            "published",
        }
        assert {str(child.tag).removeprefix(ATOM) for child in each} <= known
        kinds = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in each.findall(f"{ATOM}link")
        ]
        assert kinds.count(("alternate", None, None)) == 1
        assert all(
            str(link.get("href")).startswith(address.rstrip("/"))
            for link in each.findall(f"{ATOM}link")
        )
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id_) for id_ in seen)
    assert len(set(seen)) == len(seen) == 4
    assert max(str(each.findtext(f"{ATOM}updated")) for each in entries) == feed.findtext(
        f"{ATOM}updated"
    )
    for each in entries:
        content = each.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert not {str(part.tag) for part in html.fragments_fromstring(content.text or "")} - {
            "p",
            "h2",
        }


def test_nothing_internal_is_in_the_feed() -> None:
    text = site_files(harbour())["feed.xml"].decode()

    for word in (
        "Quiet Giver",
        "Hidden work",
        "Secret",
        "Audit letter",
        "Treasurer",
        "NLF-2025-14",
        "G-3",
    ):
        assert word not in text
