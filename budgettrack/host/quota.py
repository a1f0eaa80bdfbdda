"""Limits how many jobs begin in a minute, so that together they stay below Google's quota."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

MINUTE = 60.0
"""One minute, in seconds."""


class Quota:
    """Lets at most a given number of jobs begin within any minute. A job waits before it begins,
    so no running process waits for Google."""

    def __init__(
        self,
        a_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._a_minute, self._clock, self._sleep = a_minute, clock, sleep
        self._begun: deque[float] = deque(maxlen=a_minute)
        self._lock = Lock()

    def take(self) -> None:
        """Waits until one more job may begin."""
        with self._lock:
            if len(self._begun) == self._a_minute:
                left = self._begun[0] + MINUTE - self._clock()
                if left > 0:
                    self._sleep(left)
            self._begun.append(self._clock())
