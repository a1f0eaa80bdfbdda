"""Types that the monthly run shares: its settings, its result, and the lines of its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from budgettrack.sync import SyncOutcome


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log: the begin or end of a step, or a message about the whole run.

    `outcome` is None when the step begins. `took` is in milliseconds."""

    at: datetime
    period: str
    step: str
    outcome: str | None
    took: int
    words: str


@dataclass(slots=True)
class MonthlyRun:
    """The result of a run. `look` is true if a person must look at something.

    `failed` lists the problems, each with its remedy. `held` is true if a hold stands."""

    periods: list[str] = field(default_factory=list)
    outcomes: list[SyncOutcome] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    look: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class RunContext:
    """Settings of a run: whether mail may be sent, the callbacks for log lines and for progress,
    and the function that waits."""

    send: bool = False
    tell: Callable[[LogLine], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda _, __: None
    sleep: Callable[[float], None] = time.sleep
