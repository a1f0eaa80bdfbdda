"""Limits how many jobs begin in a minute, so that together they stay below Google's quota."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

MINUTE = 60.0
"""One minute, in seconds."""

_Job = TypeVar("_Job")


class Quota:
    """Lets at most a given number of jobs begin within any minute: for each Google account, and
    for each project. A job waits before it begins, so no running process waits for Google."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._begun: dict[str, deque[float]] = {}

    def next(self, waiting: list[tuple[_Job, dict[str, int]]]) -> _Job:
        """Removes the first job that may begin from `waiting`, and returns it. If no job may begin
        now, waits until one may.

        Each job in `waiting` has a mapping: how many jobs may begin in a minute, for its account
        and for its project."""
        waits = []
        for _, places in waiting:
            waits.append(self._wait(places))
            if waits[-1] <= 0:
                break
        soonest = min(range(len(waits)), key=waits.__getitem__)
        if waits[soonest] > 0:
            self._sleep(waits[soonest])
        job, places = waiting.pop(soonest)
        for place, a_minute in places.items():
            self._begun.setdefault(place, deque(maxlen=a_minute)).append(self._clock())
        return job

    def _wait(self, places: Mapping[str, int]) -> float:
        """Returns the number of seconds until a job may begin."""
        wait = 0.0
        for place, a_minute in places.items():
            begun = self._begun.get(place)
            if begun and len(begun) == a_minute:
                wait = max(wait, begun[0] + MINUTE - self._clock())
        return wait
