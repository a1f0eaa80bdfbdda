"""The public calendar: start and end of published grants and of activities in the work-plan.

Public dates have no day. So a start is shown on the first day of its month, and an end on the
last day. The calendar is made only from published pages. Changes of a date are counted from page
to page, not in the register, because a row in the register also changes for private reasons.
Deadlines, reports and reviews are not public, so they are not in this calendar. It has no
alarms: these are for the people who do the work."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct

from budgettrack.core.base.months import Month, first_day, last_day
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.ics import CalendarEntry, calendar
from budgettrack.reports.base.translations import Words


class _DateOnPage(Struct, frozen=True):
    """A date as one page shows it. If `off` is true, calendar programs remove the date."""

    what: str
    due: date
    more: str = ""
    off: bool = False


Which = tuple[str, str, str]
"""What identifies a date: ("grant" or "work", "start" or "end", ID)."""


def public_calendar(pages: Sequence[tuple[PublicView, date]], w: Words) -> bytes:
    """Returns the calendar file. `pages` are sorted by month, oldest first, each with the day on
    which it was first published.

    The UID of a date depends on the name of the organisation and on the ID of the date. A grant
    that is no longer published has no entry."""
    entries: dict[Which, CalendarEntry] = {}
    newest = pages[-1][0].facts
    named = {grant.id for grant in newest.grants}
    for view, on in pages:
        at = datetime.combine(on, time(), UTC)
        dates = {**dict(_grants(view, w)), **dict(_work(view, w))}
        dates |= dict(_cancelled(view, entries, dates))
        for key, date_told in dates.items():
            before = entries.get(key)
            if before and _says(before, date_told):
                continue
            changed = before.changed + 1 if before else 0
            entries[key] = CalendarEntry(
                _uid(newest.organisation, key),
                date_told.what,
                date_told.due,
                changed,
                at,
                date_told.off,
                date_told.more,
            )
    shown = [entry for (of, _, id_), entry in entries.items() if of == "work" or id_ in named]
    name = w.say("{organisation}: when our work begins and ends", organisation=newest.organisation)
    return calendar(name, "public", shown, days_before=None)


def _cancelled(
    view: PublicView, entries: Mapping[Which, CalendarEntry], dates: Collection[Which]
) -> Iterator[tuple[Which, _DateOnPage]]:
    """Yields the dates of earlier pages that this page no longer has."""
    for key, earlier in entries.items():
        # A page that was made long after its month has no work-plan.
        # So activities that are missing on a page without a work-plan are not cancelled.
        if key not in dates and (view.facts.progress or key[0] == "grant"):
            yield key, _DateOnPage(earlier.what, earlier.due, earlier.more, off=True)


def _says(entry: CalendarEntry, told: _DateOnPage) -> bool:
    """Whether an entry of the calendar equals a date on a page."""
    said = (entry.what, entry.due, entry.more, entry.cancelled)
    return said == (told.what, told.due, told.more, told.off)


def _uid(organisation: str, which: Which) -> str:
    """Returns the fixed UID of a date."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("budgettrack", organisation, *which))))


def _both(
    kind: str, id_: str, start: Month | None, end: Month | None
) -> Iterator[tuple[Which, date, bool]]:
    """Yields the start and the end of a grant or an activity. Each has a key, a day, and True if it
    is the end."""
    if start:
        yield (kind, "start", id_), first_day(start), False
    if end:
        yield (kind, "end", id_), last_day(end), True


def _grants(view: PublicView, w: Words) -> Iterator[tuple[Which, _DateOnPage]]:
    """Yields the dates of published grants."""
    for grant in view.facts.grants:
        name = f"{grant.funder}: {grant.title}" if grant.title else grant.funder
        for key, day, ends in _both("grant", grant.id, grant.start, grant.end):
            summary = (
                w.say("Grant ends: {name}", name=name)
                if ends
                else w.say("Grant begins: {name}", name=name)
            )
            yield key, _DateOnPage(summary, day, w.say("Told by month."))


def _work(view: PublicView, w: Words) -> Iterator[tuple[Which, _DateOnPage]]:
    """Yields the dates of the work-plan."""
    for activity in view.facts.progress:
        name = activity.activity or activity.id
        more = "\n".join(filter(None, (name, activity.objective, w.say("Told by month."))))
        for key, day, ends in _both("work", activity.id, activity.start, activity.end):
            if not ends:
                summary = w.say("Work begins: {name}", name=name)
            elif activity.status == "done":
                summary = w.say("Reached: {name}", name=activity.milestone or name)
            else:
                summary = w.say("By the end of the month: {name}", name=activity.milestone or name)
            yield key, _DateOnPage(summary, day, more, off=activity.status == "dropped")
