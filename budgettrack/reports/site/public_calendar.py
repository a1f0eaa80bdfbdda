"""The public calendar: when published grants and the activities of the work-plan begin and end.

Public dates are told by month, so a day in it is the month's first (what begins) or last (what
ends). It is made of the published pages alone: how often a date was changed is counted from page to
page, never from the register, whose rows also change in columns that are nobody else's business.
Deadlines, reports and reviews are not public and not here. It rings no alarm: that is for those who
work on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from budgettrack.core.base.months import Month, first_day, last_day
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.ics import CalendarEntry, calendar
from budgettrack.reports.base.translations import Words


@dataclass(frozen=True, slots=True)
class _Told:
    """What one page tells of a date; where it is off, programs that know it take it away."""

    what: str
    due: date
    more: str = ""
    off: bool = False


Which = tuple[str, str, str]
"""A date: of a grant or of work, its start or its end, and the ID."""


def public_calendar(pages: Sequence[tuple[PublicView, date]], w: Words) -> bytes:
    """The calendar, from the pages (by month, oldest first) and the days on which they were first
    published.

    A date is known by the organisation's name and its own ID. Of a grant that is named no more
    there is nothing."""
    entries: dict[Which, CalendarEntry] = {}
    newest = pages[-1][0]
    named = {each.id for each in newest.grants}
    for view, on in pages:
        at = datetime.combine(on, time(), UTC)
        told = {**dict(_grants(view, w)), **dict(_work(view, w))}
        for which, known in entries.items():
            # A page that was written later has no work-plan and takes nothing back.
            if which not in told and (view.progress or which[0] == "grant"):
                told[which] = _Told(known.what, known.due, known.more, off=True)
        for which, each in told.items():
            before = entries.get(which)
            if before and (before.what, before.due, before.more, before.cancelled) == (
                each.what,
                each.due,
                each.more,
                each.off,
            ):
                continue
            changed = before.changed + 1 if before else 0
            entries[which] = CalendarEntry(
                _uid(newest.organisation, which),
                each.what,
                each.due,
                changed,
                at,
                each.off,
                each.more,
            )
    shown = [each for (of, _, id_), each in entries.items() if of == "work" or id_ in named]
    name = w.say("{organisation}: when our work begins and ends", organisation=newest.organisation)
    return calendar(name, "public", shown, days_before=None)


def _uid(organisation: str, which: Which) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("budgettrack", organisation, *which))))


def _both(
    kind: str, id_: str, start: Month | None, end: Month | None
) -> Iterator[tuple[Which, date, bool]]:
    if start:
        yield (kind, "start", id_), first_day(start), False
    if end:
        yield (kind, "end", id_), last_day(end), True


def _grants(view: PublicView, w: Words) -> Iterator[tuple[Which, _Told]]:
    for grant in view.grants:
        name = f"{grant.funder}: {grant.title}" if grant.title else grant.funder
        for which, day, ends in _both("grant", grant.id, grant.start, grant.end):
            said = (
                w.say("Grant ends: {name}", name=name)
                if ends
                else w.say("Grant begins: {name}", name=name)
            )
            yield which, _Told(said, day, w.say("Told by month."))


def _work(view: PublicView, w: Words) -> Iterator[tuple[Which, _Told]]:
    for each in view.progress:
        name = each.activity or each.id
        more = "\n".join(filter(None, (name, each.objective, w.say("Told by month."))))
        for which, day, ends in _both("work", each.id, each.start, each.end):
            if not ends:
                said = w.say("Work begins: {name}", name=name)
            elif each.status == "done":
                said = w.say("Reached: {name}", name=each.milestone or name)
            else:
                said = w.say("By the end of the month: {name}", name=each.milestone or name)
            yield which, _Told(said, day, more, off=each.status == "dropped")
