"""Cycles and deliveries: decides for which month the reports must be made on a day (the month that
is *owed*), and what the state of each mail is.

A cycle is the run of a month, or the reminder of a week. The months owed follow from the cycles
that began and ended, not only from the clock. So nothing goes wrong if the clock is set back, if an
hour comes twice (summer time), or if the machine was off for a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from budgettrack.core.base.months import Month, after, first_day, month_of, months

Step = Literal["sync", "check", "report", "deliver"]

STEPS: tuple[Step, ...] = ("sync", "check", "report", "deliver")

StepOutcome = Literal["done", "waiting", "failed"]
"""The result of a step. `waiting`: the step is not complete, and the next run continues it."""

DeliveryState = Literal[
    "waiting", "held back", "planned", "deferred", "marked", "confirmed", "refused"
]
"""The state of a delivery.

`waiting`: the treasurer must close the month first. `held back`: somebody must correct a problem
first. `planned`: the run was about to send it. `deferred`: the delivery surely did not arrive, and
the next run tries again. `marked`: sending began, and it is not known whether the mail arrived.
`confirmed`: the server accepted it. `refused`: the server rejected it for good. The last three are
tried again only if a person asks for it."""

OPEN: frozenset[DeliveryState] = frozenset({"waiting", "held back", "planned", "deferred"})
"""The states in which the next run tries again."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of a month (`2026-10`) or of a week's reminder (`2026-W47`).

    `round`: counts from 1. A month that is run again has several rounds.
    `reason`: why this round was started.
    `asked`: whether a person named the month.
    `ended`: the time of the end, or None until all steps are done.
    """

    n: int
    period: str
    round: int
    reason: str
    asked: bool
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a step. If it did not finish, `took` and `outcome` are None and `words` is ''.

    `took` is in milliseconds."""

    n: int
    cycle: int
    step: str
    began: datetime
    took: int | None
    outcome: StepOutcome | None
    words: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery to one recipient.

    `what`: report, closing, held back, reminder, site or copy.
    `made`: the date of the delivery itself.
    `digest`: the digest of the content last sent.
    `reader`: the keyed hash of the address and of the subject of the report. '' if the reader is
    known by the name in the config alone; None if an earlier program sent it, which kept no hash.
    `planned`: the number of runs that were about to send it.
    """

    n: int
    cycle: int
    what: str
    recipient: str
    state: DeliveryState
    attempts: int
    made: datetime
    at: datetime
    digest: str
    words: str
    reader: str | None = ""
    planned: int = 0


def is_week(period: str) -> bool:
    """Whether a period is a week, not a month."""
    return "W" in period


def week_of(day: date) -> str:
    """Returns the ISO week of a day.

    >>> week_of(date(2026, 11, 21)), week_of(date(2027, 1, 1))
    ('2026-W47', '2026-W53')
    """
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def due(month: Month, day: int) -> date:
    """Returns the date from which a month's report is owed: the given day of the next month."""
    return first_day(after(month)) + timedelta(days=day - 1)


def last_owed(today: date, day: int) -> Month:
    """Returns the newest month whose report is owed."""
    last = after(month_of(today), -1)
    return last if due(last, day) <= today else after(last, -1)


def newest(cycles: Iterable[Cycle]) -> Mapping[str, Cycle]:
    """Returns the last round of each period."""
    last: dict[str, Cycle] = {}
    for cycle in cycles:
        if cycle.period not in last or last[cycle.period].round < cycle.round:
            last[cycle.period] = cycle
    return last


def _months(cycles: Iterable[Cycle]) -> dict[Month, Cycle]:
    """Returns the last round of each month. Weeks are left out."""
    return {period: cycle for period, cycle in newest(cycles).items() if not is_week(period)}


def _first_run(known: Mapping[Month, Cycle], otherwise: Month) -> Month:
    """Returns the first month that the program ran by itself. A month that somebody asked for
    does not count."""
    return min((month for month, cycle in known.items() if not cycle.asked), default=otherwise)


def months_owed(cycles: Sequence[Cycle], today: date, *, day: int, catch_up: int) -> list[Month]:
    """Returns the months that a run must begin or continue, oldest first.

    On the first run this is only the last full month. Months missed since the first run are caught
    up, at most `catch_up` months back. A month that was begun is always continued."""
    known = _months(cycles)
    last = last_owed(today, day)
    first = _first_run(known, last)
    recent = [after(last, -back) for back in range(catch_up)]
    missed = [month for month in recent if month >= first and month not in known]
    unended = [month for month, cycle in known.items() if cycle.ended is None]
    begun = [month for month in unended if first_day(month) <= today]
    return sorted({*missed, *begun})


def missed_too_long_ago(
    cycles: Sequence[Cycle], today: date, *, day: int, catch_up: int
) -> list[Month]:
    """Months since the first run that were never run and are too long ago to be caught up
    automatically."""
    known = _months(cycles)
    last = last_owed(today, day)
    since = months(_first_run(known, last), after(last, -catch_up))
    return [month for month in since if month not in known]


def week_owed(cycles: Sequence[Cycle], today: date) -> str | None:
    """This week, if its reminder is still owed.

    Returns None if the reminder was given, or if a later week has a cycle already (the clock went
    back)."""
    week = week_of(today)
    weeks = {period: cycle for period, cycle in newest(cycles).items() if is_week(period)}
    known = weeks.get(week)
    if (known is not None and known.ended is not None) or any(period > week for period in weeks):
        return None
    return week


def days_late(month: Month, on: date, day: int, grace: int) -> int:
    """Returns the days between a month's due date and `on` if they are more than `grace`, otherwise
    0."""
    late = (on - due(month, day)).days
    return late if late > grace else 0
