"""Writes dates as a calendar file (RFC 5545). It is the only module that imports icalendar.

A date keeps its UID for ever, and its SEQUENCE grows with each change. So a calendar program
updates the entry that it already has, and does not show it twice. A date that is done is sent as
cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vRecur
from msgspec import Struct

from budgettrack.version import __version__


class CalendarEntry(Struct, frozen=True):
    """One date in the calendar.

    `changed`: the number of changes so far. `at`: the time of the last change. `cancelled`:
    whether the date is done. `more`: the description. `rule`: how the date comes again (RFC
    5545, RRULE), or '' for a single date."""

    id: str
    what: str
    due: date
    changed: int
    at: datetime
    cancelled: bool = False
    more: str = ""
    rule: str = ""


def calendar(
    organisation: str, mark: str, entries: Sequence[CalendarEntry], days_before: int | None = 7
) -> bytes:
    """Returns the calendar file, with its entries sorted by date.

    Every entry has an alarm `days_before` its date; None means no alarms. `mark`: a text that is
    part of every UID, so that no other register and no public calendar has the same UIDs."""
    file = Calendar()
    file.add("prodid", f"-//budgettrack//{__version__}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", organisation)
    for entry in sorted(entries, key=lambda entry: (entry.due, entry.id)):
        event = Event()
        event.add("uid", f"{entry.id.replace(':', '-')}.{mark[:12]}@budgettrack")
        event.add("dtstamp", entry.at)
        event.add("last-modified", entry.at)
        event.add("sequence", entry.changed)
        event.add("dtstart", entry.due)
        event.add("dtend", entry.due + timedelta(days=1))
        event.add("summary", entry.what)
        if entry.rule:
            event.add("rrule", vRecur.from_ical(entry.rule))
        if entry.more:
            event.add("description", entry.more)
        event.add("transp", "TRANSPARENT")
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        if not entry.cancelled and days_before is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", entry.what)
            alarm.add("trigger", timedelta(days=-days_before))
            event.add_component(alarm)
        file.add_component(event)
    content: bytes = file.to_ical()
    return content
