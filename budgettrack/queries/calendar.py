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
"""The time that a done deadline stays in the file as cancelled, so that calendars remove it."""


def write(group: OpenedGroup, path: Path, within: int | None) -> int:
    """Write the deadlines into a calendar file, those of the next `within` days if it is given.

    Deadlines that were done lately are written as cancelled. Returns the number of open
    deadlines. Raises UsageError if the file cannot be written."""
    standing, today = group.standing, group.today
    due = upcoming(standing.plan, today, within)
    done = [
        deadline
        for deadline in standing.plan.deadlines.values()
        if deadline.done_on and today - deadline.done_on <= PAST
    ]
    by_record = group.register.ask(
        queries.versions, ("deadlines", "grants", "resources", "agreements", "work_plan")
    )
    versions = {id_: history for (_, id_), history in by_record.items()}
    entries = [
        CalendarEntry(
            f"{deadline.id}.{deadline.field}",
            deadline.what,
            deadline.due,
            len(versions[deadline.id]) - 1,
            versions[deadline.id][-1].at,
        )
        for deadline in due
    ]
    entries += [
        CalendarEntry(
            f"{deadline.id}.due",
            deadline.what,
            deadline.due,
            len(versions[deadline.id]) - 1,
            versions[deadline.id][-1].at,
            cancelled=True,
        )
        for deadline in done
    ]
    try:
        files.write(path, calendar(group.config.organisation, standing.mark, entries), private=True)
    except OSError as error:
        raise UsageError(f"The calendar cannot be written to {path}: {error.strerror}.") from error
    return len(due)
