"""Runs a job every day in the foreground, for groups that have no scheduler of their own.

The job asks the register which months are owed. So no month is lost if the computer sleeps, if
the clock is wrong, or if summer time skips or repeats an hour: the run only comes later. No
other module imports the library `schedule`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import schedule

TICK = 30.0
"""How many seconds pass between two checks of the clock. After the computer slept or its clock
was changed, the job is late by this time at most."""

TOO_FAR = timedelta(days=1, hours=2)
"""The longest time until a daily run. If the wait is longer, the clock was wrong when the run
was planned."""


def forever(
    job: Callable[[], None],
    hour: str,
    zone: ZoneInfo,
    *,
    stop: threading.Event | None = None,
    tick: float = TICK,
) -> None:
    """Does the job now, and then every day at the hour `hour` in the time zone `zone`.

    Ends when `stop` is set or the process is asked to end; a job that is running is finished
    first. An exception from the job ends the loop, so the job must handle its own errors."""
    stop = stop or threading.Event()
    before = (
        {
            signal_number: signal.getsignal(signal_number)
            for signal_number in (signal.SIGINT, signal.SIGTERM)
        }
        if _is_main()
        else {}
    )
    for signal_number in before:
        signal.signal(signal_number, lambda *_: stop.set())
    scheduler = schedule.Scheduler()

    def wake() -> None:
        job()
        scheduler.clear()
        scheduler.every().day.at(_here(time.fromisoformat(hour), zone)).do(wake)

    try:
        wake()
        while not stop.wait(tick):
            if (scheduler.idle_seconds or 0) > TOO_FAR.total_seconds():
                wake()
            else:
                scheduler.run_pending()
    finally:
        for signal_number, handler in before.items():
            signal.signal(signal_number, handler)


def _here(hour: time, zone: ZoneInfo) -> str:
    """Returns the time on the clock of this machine at the next moment when it is `hour` in
    `zone`.

    It is calculated for each day, because summer time in `zone` changes it."""
    now = datetime.now(zone)
    today = datetime.combine(now.date(), hour, zone)
    following = datetime.combine(now.date() + timedelta(days=1), hour, zone)
    coming = today if today > now else following
    return f"{coming.astimezone():%H:%M:%S}"


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
