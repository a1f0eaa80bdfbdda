"""The deadlines of the register as a calendar file (iCalendar)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import UsageError
from budgettrack.core.figures.deadlines import upcoming
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.reports.base.ics import CalendarEntry, calendar

PAST = timedelta(days=400)
"""How long a deadline that is done stays in the calendar as cancelled, so that programs that
know it remove it."""


def write(group: OpenedGroup, path: Path, within: int | None) -> int:
    """Write the deadlines into a calendar file, those of the next `within` days if it is given.

    Deadlines that were done lately are written as cancelled. Returns the number of open
    deadlines. Raises UsageError if the file cannot be written."""
    now, today = group.standing, group.today
    due = upcoming(now.plan, today, within)
    done = [
        each
        for each in now.plan.deadlines.values()
        if each.done_on and today - each.done_on <= PAST
    ]
    by_record = group.register.ask(
        queries.versions, ("deadlines", "grants", "resources", "work_plan")
    )
    versions = {id_: those for (_, id_), those in by_record.items()}
    entries = [
        CalendarEntry(
            f"{each.id}.{each.field}",
            each.what,
            each.due,
            len(versions[each.id]) - 1,
            versions[each.id][-1].at,
        )
        for each in due
    ]
    entries += [
        CalendarEntry(
            f"{each.id}.due",
            each.what,
            each.due,
            len(versions[each.id]) - 1,
            versions[each.id][-1].at,
            cancelled=True,
        )
        for each in done
    ]
    try:
        files.write(path, calendar(group.config.organisation, now.mark, entries), private=True)
    except OSError as error:
        raise UsageError(f"The calendar cannot be written to {path}: {error.strerror}.") from error
    return len(due)
