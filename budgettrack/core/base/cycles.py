"""Decides for which months a run must make reports, and defines the states of a mail.

A cycle is the run of one month, or the reminder of one week. A month is *owed* when its reports
must be made and are not. Which months are owed follows from the cycles that were begun and ended
before, and not from the clock alone. So nothing is skipped or done twice if the clock is set back,
if an hour comes twice (end of summer time), or if the machine was off for a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from budgettrack.core.base.months import Month, after, first_day, month_of, months

Step = Literal["sync", "check", "report", "deliver"]

STEPS: tuple[Step, ...] = ("sync", "check", "report", "deliver")

StepOutcome = Literal["done", "waiting", "failed"]
"""The result of a step. `waiting`: the step is not complete, and the next run continues it."""

DeliveryState = Literal[
    "waiting", "held back", "planned", "deferred", "marked", "confirmed", "refused"
]
"""The state of a delivery, which is one report to one recipient. `waiting`: the treasurer must
close the month first. `held back`: somebody must correct a problem first. `planned`: the run was
about to send it. `deferred`: it certainly did not arrive, and the next run tries again. `marked`:
sending began, and it is not known whether the mail arrived. `confirmed`: the mail server accepted
it. `refused`: the mail server rejected it for good. In the last three states, the delivery is tried
again only if a person asks for it."""

OPEN: frozenset[DeliveryState] = frozenset({"waiting", "held back", "planned", "deferred"})
"""The states of a delivery in which the next run tries again."""


class Cycle(Struct, frozen=True):
    """One run of a month (`2026-10`), or of the reminder of a week (`2026-W47`).

    `round`: the number of this run of the same period, from 1. If a month is run again, it has
    several rounds. `reason`: why this round was started. `asked`: whether a person named the
    month. `ended`: when the last step was done, or None until then."""

    n: int
    period: str
    round: int
    reason: str
    asked: bool
    began: datetime
    ended: datetime | None


class Attempt(Struct, frozen=True):
    """One attempt at a step of a cycle.

    `took`: the time in milliseconds. If the attempt did not finish, `took` and `outcome` are
    None and `words` is ''."""

    n: int
    cycle: int
    step: str
    began: datetime
    took: int | None
    outcome: StepOutcome | None
    words: str


class Delivery(Struct, frozen=True):
    """The delivery of one report to one recipient.

    `what`: report, closing, held back, reminder, site or copy. `made`: the date of the delivery.
    `digest`: the checksum of the content that was sent last. `reader`: the keyed hash of the
    address and of the subject of the report. It is '' if the recipient is known only by the name
    in the config, and None if an earlier version of the program sent it, which kept no hash.
    `planned`: how many runs were about to send it."""

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
    """Whether a period is a week such as `2026-W47`. Otherwise it is a month."""
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
    """Returns the newest month for which a report is owed."""
    last = after(month_of(today), -1)
    return last if due(last, day) <= today else after(last, -1)


def newest(cycles: Iterable[Cycle]) -> Mapping[str, Cycle]:
    """Returns the last round of each period, by period."""
    last: dict[str, Cycle] = {}
    for cycle in cycles:
        if cycle.period not in last or last[cycle.period].round < cycle.round:
            last[cycle.period] = cycle
    return last


def _months(cycles: Iterable[Cycle]) -> dict[Month, Cycle]:
    """Returns the last round of each month. Cycles of weeks are left out."""
    return {period: cycle for period, cycle in newest(cycles).items() if not is_week(period)}


def _first_run(known: Mapping[Month, Cycle], otherwise: Month) -> Month:
    """Returns the first month that the program ran without being asked. A month that a person asked
    for does not count. If there is no such month, returns `otherwise`."""
    return min((month for month, cycle in known.items() if not cycle.asked), default=otherwise)


def months_owed(cycles: Sequence[Cycle], today: date, *, day: int, catch_up: int) -> list[Month]:
    """Returns the months that a run must begin or continue, the oldest first.

    On the first run this is only the last full month. Later runs also do the months that were
    missed since the first run, at most `catch_up` months back. A month that was begun is always
    continued."""
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
    """Returns the months that were missed after the first run and are too old to be run now. A
    person must ask for such a month."""
    known = _months(cycles)
    last = last_owed(today, day)
    since = months(_first_run(known, last), after(last, -catch_up))
    return [month for month in since if month not in known]


def week_owed(cycles: Sequence[Cycle], today: date) -> str | None:
    """Returns this week, such as `2026-W47`, if its reminder must still be sent.

    Returns None if the reminder was sent, or if a later week has a cycle already (the clock was
    set back)."""
    week = week_of(today)
    weeks = {period: cycle for period, cycle in newest(cycles).items() if is_week(period)}
    known = weeks.get(week)
    if (known is not None and known.ended is not None) or any(period > week for period in weeks):
        return None
    return week


def days_late(month: Month, on: date, day: int, grace: int) -> int:
    """Returns the number of days from a month's due date to the day `on`. Returns 0 if it is at
    most `grace` days."""
    late = (on - due(month, day)).days
    return late if late > grace else 0
