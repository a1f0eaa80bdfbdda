"""A foreground that wakes every day, for groups without a scheduler of their own; the only file
that imports schedule.

It decides nothing: each time it wakes, the register is asked what is owed. So a day that was slept
through, an hour that comes twice or never, or a clock that was wrong does no harm; it is only late.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import schedule

TICK = 30.0
"""Seconds between two looks at the clock: a laptop that wakes, or a clock that is set, is noticed
within them."""

TOO_FAR = timedelta(days=1, hours=2)
"""No daily wake-up can lie further ahead; one that does was planned by a clock that was wrong."""


def forever(
    job: Callable[[], None],
    hour: str,
    zone: ZoneInfo,
    *,
    stop: threading.Event | None = None,
    tick: float = TICK,
) -> None:
    """Do the job now, then every day at `hour` of `zone`, until `stop` is set or the process is
    asked to end.

    A job under way is brought to its end first. What the job raises ends it: it is to handle what
    it can."""
    stop = stop or threading.Event()
    before = (
        {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        if _is_main()
        else {}
    )
    for each in before:
        signal.signal(each, lambda *_: stop.set())
    scheduler = schedule.Scheduler()

    def plan() -> None:
        scheduler.clear()
        scheduler.every().day.at(hour, zone.key).do(job)

    try:
        job()
        plan()
        while not stop.wait(tick):
            if (scheduler.idle_seconds or 0) > TOO_FAR.total_seconds():
                job()
                plan()
            else:
                scheduler.run_pending()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
