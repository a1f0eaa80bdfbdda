"""Cycles and deliveries as values: what is owed on a day, and what may become of a mail.

A cycle is a month's run, or a week's reminder. What is owed follows from what was begun and what
was ended, never from the clock alone: an hour that comes twice, a day that was slept through or a
clock set back changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from budgettrack.core.base.months import Month, after, first_day, month_of

Step = Literal["sync", "check", "report", "deliver"]

STEPS: tuple[Step, ...] = ("sync", "check", "report", "deliver")

StepOutcome = Literal["done", "waiting", "failed"]
"""How a step ended. `waiting`: it did what could be done, and the next run goes on with it."""

DeliveryState = Literal["waiting", "held back", "deferred", "marked", "confirmed", "refused"]
"""What became of a delivery.

`waiting`: for the treasurer to close the month. `held back`: for something to be mended.
`deferred`: it surely did not arrive, and the next run tries again. `marked`: it was on its way, and
nobody knows whether it arrived. `confirmed`: the server took it. `refused`: the server will not
take it. The last three are never tried again but by a person. """

OPEN: frozenset[DeliveryState] = frozenset({"waiting", "held back", "deferred"})
"""States in which the next run goes on."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of a month (`2026-10`) or of a week's reminder (`2026-W47`); `ended` is None until
    nothing is left to do.

    `round` counts from 1; a month that was redone has more, each with its `reason`. `asked` is true
    where a person named the month."""

    n: int
    period: str
    round: int
    reason: str
    asked: bool
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a step: milliseconds, outcome and words are None and blank where it never came
    to its end."""

    n: int
    cycle: int
    step: str
    began: datetime
    took: int | None
    outcome: StepOutcome | None
    words: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to one recipient. `what`: report, closing, held back, reminder, site, copy. `made`
    is its own date.

    `digest` is of the content that was last on its way.
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


def is_week(period: str) -> bool:
    """Whether it is a week's, not a month's."""
    return "W" in period


def week_of(day: date) -> str:
    """The ISO week of a day.

    >>> week_of(date(2026, 11, 21)), week_of(date(2027, 1, 1))
    ('2026-W47', '2026-W53')
    """
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def due(month: Month, day: int) -> date:
    """The day from which a month's report is owed: that day of the month after."""
    return first_day(after(month)) + timedelta(days=day - 1)


def last_owed(today: date, day: int) -> Month:
    """The newest month whose report is owed."""
    last = after(month_of(today), -1)
    return last if due(last, day) <= today else after(last, -1)


def newest(cycles: Iterable[Cycle]) -> Mapping[str, Cycle]:
    """The last round of each period."""
    found: dict[str, Cycle] = {}
    for each in cycles:
        if each.period not in found or found[each.period].round < each.round:
            found[each.period] = each
    return found


def months_owed(cycles: Sequence[Cycle], today: date, *, day: int, catch_up: int) -> list[Month]:
    """The months that a run must begin or go on with, oldest first.

    Without an earlier run that is the last full month alone. Months missed since the first run are
    caught up, but none that lies further back than `catch_up` months; what was begun is always
    brought to its end."""
    known = {period: cycle for period, cycle in newest(cycles).items() if not is_week(period)}
    last = last_owed(today, day)
    first = min((period for period, cycle in known.items() if not cycle.asked), default=last)
    missed = [
        month
        for back in range(catch_up)
        if (month := after(last, -back)) not in known and month >= first
    ]
    begun = [
        month for month, cycle in known.items() if cycle.ended is None and first_day(month) <= today
    ]
    return sorted({*missed, *begun})


def missed_too_long_ago(
    cycles: Sequence[Cycle], today: date, *, day: int, catch_up: int
) -> list[Month]:
    """Months since the first run that nobody ran and that will not be caught up by themselves."""
    known = newest(cycles)
    last = last_owed(today, day)
    month = min(
        (period for period, cycle in known.items() if not cycle.asked and not is_week(period)),
        default=last,
    )
    found = []
    while month <= after(last, -catch_up):
        if month not in known:
            found.append(month)
        month = after(month)
    return found


def week_owed(cycles: Sequence[Cycle], today: date) -> str | None:
    """This week, where its reminder was not given yet; None for a week before one that was."""
    week = week_of(today)
    weeks = {period: cycle for period, cycle in newest(cycles).items() if is_week(period)}
    known = weeks.get(week)
    if (known is not None and known.ended is not None) or any(period > week for period in weeks):
        return None
    return week


def days_late(month: Month, on: date, day: int, grace: int) -> int:
    """How many days after it was due, where that is more than `grace`; else 0."""
    late = (on - due(month, day)).days
    return late if late > grace else 0
