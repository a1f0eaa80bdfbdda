"""Types that the monthly run shares: its settings, its result, and the lines of its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from budgettrack.sync import SyncOutcome


class LogLine(Struct, frozen=True):
    """One line in the log of a run: a step begins or ends, or a message about the whole run.

    `outcome` is None if the step begins. `took` is in milliseconds."""

    at: datetime
    period: str
    step: str
    outcome: str | None
    took: int
    words: str


class MonthlyRun(Struct):
    """The result of a run. `look` is true if a person must look at something.

    `failed` lists the problems, each with its remedy. `held` is true if there is a hold, so that
    nothing is sent."""

    periods: list[str] = field(default_factory=list)
    outcomes: list[SyncOutcome] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    look: bool = False
    held: bool = False


class RunContext(Struct, frozen=True):
    """The settings of a run: whether mail may be sent, a function for lines of the log, a function
    for the progress, and a function that waits."""

    send: bool = False
    tell: Callable[[LogLine], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda _, __: None
    sleep: Callable[[float], None] = time.sleep
