"""The register's dates as a calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import UsageError
from budgettrack.core.figures.deadlines import upcoming
from budgettrack.group import standing, today_of
from budgettrack.register import queries
from budgettrack.register.store import open_register
from budgettrack.reports.base.ics import CalendarEntry, calendar

PAST = timedelta(days=400)
"""How long a date that is done stays in the calendar, cancelled, so that programs that know it take
it away."""


def write(config: Config, path: Path, within: int | None, on: date | None) -> int:
    """Write everything owed (`within` so many days), and what was done lately as cancelled; how
    many are owed.

    Raises `UsageError` where the file cannot be written.
    """
    now = standing(config)
    today = today_of(config, on, datetime.now(UTC))
    due = upcoming(now.plan, today, within)
    done = [
        each
        for each in now.plan.deadlines.values()
        if each.done_on and today - each.done_on <= PAST
    ]
    with open_register(config.register) as register:
        mark = (register.ask(queries.load, ()).mark or "").partition(" ")[0]
        versions = {
            id_: those
            for (_, id_), those in register.ask(
                queries.versions, ("deadlines", "grants", "resources", "work_plan")
            ).items()
        }
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
        files.write(path, calendar(config.organisation, mark, entries), private=True)
    except OSError as error:
        raise UsageError(f"The calendar cannot be written to {path}: {error.strerror}.") from error
    return len(due)
