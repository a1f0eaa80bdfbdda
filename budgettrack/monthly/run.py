"""The monthly run: it syncs, checks, makes reports and delivers them.

Each step is recorded in the register, so a second run continues and repeats nothing. The
register, not the clock, decides which months are owed."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from budgettrack.core.base.cycles import (
    STEPS,
    Cycle,
    Delivery,
    is_week,
    last_owed,
    missed_too_long_ago,
    months_owed,
    newest,
    week_of,
    week_owed,
)
from budgettrack.core.base.errors import RegisterError, UsageError
from budgettrack.core.base.findings import finding_at
from budgettrack.core.base.months import Month
from budgettrack.group import OpenedGroup, month_asked
from budgettrack.monthly.context import LogLine, MonthlyRun, RunContext
from budgettrack.monthly.handover import Handover
from budgettrack.monthly.steps import CycleSteps
from budgettrack.register.cycles import Alone, all_cycles, deliveries, delivery_to
from budgettrack.register.holds import holds
from budgettrack.register.home import watch_home
from budgettrack.reports.site.copies import copies_words

if TYPE_CHECKING:
    from budgettrack.monthly.delivery.smtp import Handed
    from budgettrack.monthly.outbox import Item


def monthly(
    group: OpenedGroup, context: RunContext, month: Month | None = None, again: str | None = None
) -> MonthlyRun:
    """Runs every month that is owed, the oldest first, and then the week's reminder. If `month` is
    given, runs only that month.

    `again` is the reason for repeating a finished month. Failures within a step are in
    `MonthlyRun.failed`. Raises `RegisterError` if another run is active. Raises `UsageError` if
    the month is not over or already finished."""
    run = MonthlyRun()
    with group.register.cycles.alone(_who(), group.now()) as alone:
        if alone.died is not None:
            context.tell(_died(group, alone))
        if context.send:
            watch_home(group.register, group.now())
        cycles = group.register.glance(all_cycles)
        for period in _owed(group, cycles, month, again):
            run.periods.append(period)
            cycle = _begun(group, newest(cycles).get(period), period, again, month is not None)
            if not CycleSteps(group, cycle, alone, context, run).go():
                break
        if group.upgraded and (copied := copies_words(group)):
            run.look = True
            run.warnings.append(copied)
        for hold in group.register.glance(holds):
            run.look, run.held = True, True
            run.warnings.append(hold.words)
        if run.periods and (thrown_away := _in_trash(group)):
            run.look = True
            run.warnings.append(thrown_away)
        left = _left(group)
        if left and month is None:
            run.look = True
            run.warnings.append(
                f"Missed, and too long ago to be caught up: {', '.join(left)}. Run them one by one:"
                " budgettrack monthly --month MONTH"
            )
    return run


def _in_trash(group: OpenedGroup) -> str:
    """Returns words if the online sheet lies in the trash of its owner, or ''.

    Everybody can use it there until Google deletes it for good. A month asks this once. A sync does
    not ask, because an unchanged sheet costs it one request."""
    config = group.config
    if not config.google:
        return ""
    from budgettrack.workbook.google.changes import is_in_trash

    if not is_in_trash(config.credentials, config.address, config.google):
        return ""
    found = finding_at("trash", "sheet-in-trash")
    return f"{found.problem} {found.remedy}"


def week_now(group: OpenedGroup, context: RunContext, again: str | None = None) -> MonthlyRun:
    """Runs the reminder of this week now. `again` is the reason for sending it once more.

    Raises `UsageError` if it was sent this week and no reason is given."""
    run = MonthlyRun()
    with group.register.cycles.alone(_who(), group.now()) as alone:
        if alone.died is not None:
            context.tell(_died(group, alone))
        period = week_of(group.today)
        known = newest(group.register.glance(all_cycles)).get(period)
        if known is not None and known.ended is not None and again is None:
            raise UsageError(
                f"The mail of {period} was done on {known.ended:%Y-%m-%d}. To send it once more,"
                ' say why: --again "a new colleague"'
            )
        run.periods.append(period)
        cycle = _begun(group, known, period, again, asked=True)
        CycleSteps(group, cycle, alone, context, run).go()
    return run


def _died(group: OpenedGroup, alone: Alone) -> LogLine:
    assert alone.died is not None
    words = (
        f"The run of {alone.died.who}, begun {alone.died.since:%Y-%m-%d %H:%M} UTC, did not come to"
        " its end. This one goes on from there."
    )
    return LogLine(group.now(), "", "begin", "died", 0, words)


def _begun(
    group: OpenedGroup, known: Cycle | None, period: str, again: str | None, asked: bool
) -> Cycle:
    """Returns the open cycle of the period, or begins a new one."""
    if known is not None and (again is None or known.ended is None):
        return known
    return group.register.cycles.begin(period, again or "", asked, group.now())


def _left(group: OpenedGroup) -> list[Month]:
    sending = group.config.sending
    return missed_too_long_ago(
        group.register.glance(all_cycles), group.today, day=sending.day, catch_up=sending.catch_up
    )


def owed(group: OpenedGroup) -> list[str]:
    """Returns the periods that a run would process now: months first, then the week."""
    return _owed(group, group.register.glance(all_cycles), None, None)


def _owed(
    group: OpenedGroup, cycles: Sequence[Cycle], month: Month | None, again: str | None
) -> list[str]:
    sending = group.config.sending
    if month is not None:
        return [_askable(group, newest(cycles).get(month), month, again)]
    if again is not None:
        raise UsageError("Name the month that must run again: --month 2026-03")
    periods: list[str] = list(
        months_owed(cycles, group.today, day=sending.day, catch_up=sending.catch_up)
    )
    week = week_owed(cycles, group.today)
    has_reader = any(recipient.audience == "internal" for recipient in sending.recipients)
    # A host has the recipients of its mail in its own workbook, not in the config.
    if week and (has_reader or group.config.host is not None):
        periods.append(week)
    return periods


def _askable(group: OpenedGroup, known: Cycle | None, month: Month, again: str | None) -> Month:
    """Returns the month that the user named.

    Raises `UsageError` if the month is not over, or if it is finished and no reason for
    repeating it is given."""
    if month_asked(month, group.today) > last_owed(group.today, 1):
        raise UsageError(
            f"{month} is not over. Its page so far: budgettrack report transparency --month {month}"
        )
    if known is not None and known.ended is not None and again is None:
        raise UsageError(
            f"{month} was finished on {known.ended:%Y-%m-%d}. To do it once more, say why:"
            ' --again "a receipt was wrong"'
        )
    return month


def _who() -> str:
    return f"{platform.node() or 'a machine'}, process {os.getpid()}"


def retry(group: OpenedGroup, context: RunContext, number: int) -> Handed:
    """Sends one delivery again with the current figures, because a person asked for it.

    Raises `UsageError` if the number is unknown, if the delivery was confirmed, or if there is
    nothing to send."""
    from budgettrack.monthly.outbox import Sends

    register = group.register
    with register.cycles.alone(_who(), group.now()) as alone:
        delivery = _known_delivery(group, number)
        cycle = next(cycle for cycle in register.glance(all_cycles) if cycle.n == delivery.cycle)
        sends = Sends(group, cycle)
        items = [item for item in sends.items() if item.what == delivery.what]
        items = [item for item in items if _is_to(delivery, item)]
        if not items:
            raise UsageError(
                f"D-{number} cannot be sent. The config no longer has its recipient, or there is"
                " nothing to report now."
            )
        if items[0].state:
            raise UsageError(f"D-{number} cannot be sent: {items[0].words}")

        def tell(words: str) -> None:
            context.tell(LogLine(group.now(), cycle.period, "deliver", "sent", 0, words))

        return Handover(group, cycle, alone, context, tell).by_hand(items[0], delivery, sends)


def _is_to(delivery: Delivery, item: Item) -> bool:
    """Whether an item and a delivery have the same recipient: the same hash, or the same name."""
    known = item.reader and item.reader == delivery.reader
    return bool(known) or item.recipient == delivery.recipient


def _known_delivery(group: OpenedGroup, number: int) -> Delivery:
    for delivery in group.register.glance(deliveries):
        if delivery.n == number:
            if delivery.state == "confirmed":
                raise UsageError(f"D-{number} was confirmed: the server took it. Nothing was sent.")
            return delivery
    raise UsageError(f"There is no delivery D-{number}. See: budgettrack deliveries")


def describe(
    group: OpenedGroup, context: RunContext, month: Month | None = None, again: str | None = None
) -> list[str]:
    """Returns lines that say what a run would do, and which recipients would get mail. Reads only
    the register and writes nothing."""
    cycles = group.register.glance(all_cycles)
    periods = _owed(group, cycles, month, again)
    held = [hold.words for hold in group.register.glance(holds)]
    if not periods:
        return ["Nothing is due.", *held]
    lines = [
        line
        for period in periods
        for line in _described(group, newest(cycles).get(period), period, again)
    ]
    if not context.send:
        lines.append("Without --send, nothing is sent.")
    return [*lines, *held]


def _described(
    group: OpenedGroup, known: Cycle | None, period: str, again: str | None
) -> Iterator[str]:
    from budgettrack.monthly.outbox import Sends

    steps = ", ".join(step for step in STEPS if step != "report" or not is_week(period))
    if known is None or (again is not None and known.ended is not None):
        cycle, made = _new_cycle(group, known, period), []
        yield f"{period}: {steps}"
    else:
        cycle = known
        made = group.register.glance(deliveries, cycle.n)
        yield f"{period}: {steps} (begun; what is done is not repeated)"
    try:
        items = Sends(group, cycle).items()
    except RegisterError as error:
        yield from (f"  {problem}" for problem in error.problems)
        return
    for item in items:
        done = delivery_to(made, item.what, item.recipient, item.reader)
        yield f"  {item.what} to {item.recipient}: {_would(item, done)}"


def _new_cycle(group: OpenedGroup, known: Cycle | None, period: str) -> Cycle:
    """Returns the cycle that a run would begin, as the next round of the last one."""
    number = 1 if known is None else known.round + 1
    return Cycle(0, period, number, "", False, group.now(), None)


def _would(item: Item, done: Delivery | None) -> str:
    """Returns a line that says what a run would do with an item. `done` is the earlier delivery
    to its recipient."""
    if done is not None and done.state in ("marked", "confirmed", "refused"):
        return f"{done.state} before, not repeated"
    if item.state == "waiting":
        return f"waits until closed: {item.words}"
    if item.state:
        return f"held back: {item.words}"
    return {"mail": "by mail", "folder": "copied", "webhook": "posted"}[item.way]
