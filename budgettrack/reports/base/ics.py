"""Dates as a calendar that calendar programs accept (RFC 5545); the only file that imports
icalendar.

A date keeps its UID for good, and each change of it raises its SEQUENCE: a program that knows it
updates it and never has it twice. One that is done is cancelled there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from budgettrack.version import __version__


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One date. `changed` counts its changes, `at` is when it last did; `cancelled` where it is
    done. `more` is said below."""

    id: str
    what: str
    due: date
    changed: int
    at: datetime
    cancelled: bool = False
    more: str = ""


def calendar(
    organisation: str, mark: str, entries: Sequence[CalendarEntry], days_before: int | None = 7
) -> bytes:
    """The file, entries by date; each has an alarm so many days before (None: none has).

    `mark` tells this register, or this public calendar, from every other.
    """
    made = Calendar()
    made.add("prodid", f"-//budgettrack//{__version__}//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", organisation)
    for each in sorted(entries, key=lambda each: (each.due, each.id)):
        event = Event()
        event.add("uid", f"{each.id.replace(':', '-')}.{mark[:12]}@budgettrack")
        event.add("dtstamp", each.at)
        event.add("last-modified", each.at)
        event.add("sequence", each.changed)
        event.add("dtstart", each.due)
        event.add("dtend", each.due + timedelta(days=1))
        event.add("summary", each.what)
        if each.more:
            event.add("description", each.more)
        event.add("transp", "TRANSPARENT")
        event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
        if not each.cancelled and days_before is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", each.what)
            alarm.add("trigger", timedelta(days=-days_before))
            event.add_component(alarm)
        made.add_component(event)
    content: bytes = made.to_ical()
    return content
