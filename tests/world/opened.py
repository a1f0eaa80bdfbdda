"""Use cases on a group that is opened for them alone, at a moment that the test names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from budgettrack.config.load import Config
from budgettrack.group import OpenedGroup, open_group
from budgettrack.monthly.context import MonthlyRun, RunContext
from budgettrack.monthly.run import monthly
from budgettrack.sync import SyncOutcome, sync
from budgettrack.workbook import Workbook


def opened(
    config: Config, at: datetime, on: date | None = None, workbook: Workbook | None = None
) -> OpenedGroup:
    return open_group(config, on, lambda: at, workbook=workbook)


def synced(
    config: Config, on: date, at: datetime, *, workbook: Workbook | None = None, **how: Any
) -> SyncOutcome:
    with opened(config, at, on, workbook) as group:
        return sync(group, **how)


def run_month(config: Config, at: datetime, on: date | None = None, *, send: bool) -> MonthlyRun:
    with opened(config, at, on) as group:
        return monthly(group, RunContext(send, sleep=lambda _: None))
