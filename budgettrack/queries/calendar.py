"""Writes the deadlines in the register into a calendar file (iCalendar)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import UsageError
from budgettrack.core.figures.deadlines import DueDate, upcoming
from budgettrack.core.figures.repeats import Series, series
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.register.records import Version
from budgettrack.reports.base.ics import CalendarEntry, calendar

PAST = timedelta(days=400)
"""A deadline that is done stays in the file for so long, marked as cancelled. Calendar programs
then remove it."""


def write(group: OpenedGroup, path: Path, within: int | None) -> int:
    """Write the deadlines into a calendar file. `within`: only those of the next `within` days.

    Deadlines that were done not long ago are written as cancelled. Returns the number of open
    deadlines. Raises UsageError if the file cannot be written."""
    standing, today = group.standing, group.today
    due = upcoming(standing.plan, today, within)
    stored = group.register.ask(queries.load, ("deadlines",)).records["deadlines"]
    chains = {chain.newest[0]: chain for chain in series(stored)}
    # For deadlines that come again, the calendar has one entry.
    # In the calendar, a series ends with the last of its deadlines.
    earlier = {id_ for chain in chains.values() for id_, _ in chain.rows[:-1]}
    done = [
        DueDate(deadline.id, deadline.what, deadline.due)
        for deadline in standing.plan.deadlines.values()
        if deadline.done_on and today - deadline.done_on <= PAST and deadline.id not in earlier
    ]
    by_record = group.register.ask(
        queries.versions,
        ("deadlines", "grants", "income", "resources", "agreements", "lots", "work_plan"),
    )
    versions = {id_: history for (_, id_), history in by_record.items()}
    entries = [
        _entry(each, chains.get(each.id), versions, cancelled=cancelled)
        for dates, cancelled in ((due, False), (done, True))
        for each in dates
        if each.id not in earlier
    ]
    try:
        files.write(path, calendar(group.config.organisation, standing.mark, entries), private=True)
    except OSError as error:
        raise UsageError(f"The calendar cannot be written to {path}: {error.strerror}.") from error
    return len(due)


def _entry(
    due: DueDate,
    chain: Series | None,
    versions: Mapping[str, Sequence[Version]],
    *,
    cancelled: bool,
) -> CalendarEntry:
    """Returns the calendar entry of a deadline. For a deadline that comes again, the entry is
    identified by the first date of the series."""
    rows = chain.rows if chain else ((due.id, {}),)
    return CalendarEntry(
        f"{chain.id if chain else due.id}.{due.field}",
        due.what,
        due.due,
        sum(len(versions[id_]) for id_, _ in rows) - 1,
        versions[due.id][-1].at,
        cancelled=cancelled,
        rule=chain.calendar_rule if chain and not cancelled else "",
    )
