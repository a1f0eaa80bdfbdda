"""What a run of the month has around it, and what it tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from budgettrack.sync import SyncOutcome


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log: a step that began (`outcome` None) or ended, or a word about the
    whole run."""

    at: datetime
    period: str
    step: str
    outcome: str | None
    took: int
    words: str


@dataclass(slots=True)
class MonthlyRun:
    """What a run did. `look` is true where a person must look; `failed` are the problems, with
    their remedies."""

    periods: list[str] = field(default_factory=list)
    outcomes: list[SyncOutcome] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    look: bool = False


@dataclass(frozen=True, slots=True)
class RunContext:
    """Whether mail may go out, who is told of each step and of each report that is done, and how
    to wait."""

    send: bool = False
    tell: Callable[[LogLine], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda _, __: None
    sleep: Callable[[float], None] = time.sleep
