"""Figures for a monitoring program, in the text format of Prometheus
(https://prometheus.io/docs/instrumenting/exposition_formats/). They contain no name and no code of
a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from budgettrack.core.records.tables import GROUPS
from budgettrack.host.directory import HostedGroup
from budgettrack.host.jobs import JobResult

if TYPE_CHECKING:
    from budgettrack.host.run import HostRun


def metrics_text(groups: Sequence[HostedGroup], done: HostRun, now: datetime) -> str:
    """Returns the figures of a run as a text file."""
    return "".join(f"{line}\n" for line in _lines(groups, done, now))


def _lines(groups: Sequence[HostedGroup], done: HostRun, now: datetime) -> Iterator[str]:
    states = Counter(group.text("state") for group in groups)
    yield from _head("budgettrack_groups", "gauge", "Groups by state.")
    for state in GROUPS.column("state").choices:
        yield f'budgettrack_groups{{state="{state}"}} {states[state]}'
    results = Counter(outcome.result for outcome in done.outcomes.values())
    yield from _head("budgettrack_jobs", "gauge", "Jobs of the last run by result.")
    for result in get_args(JobResult):
        yield f'budgettrack_jobs{{result="{result}"}} {results[result]}'
    yield from _head("budgettrack_waiting", "gauge", "Groups that wait after a failure.")
    yield f"budgettrack_waiting {len(done.waiting)}"
    synced = [
        datetime.fromisoformat(group.text("last_sync")).date()
        for group in groups
        if group.is_run and group.text("last_sync")
    ]
    oldest = (now.date() - min(synced)).days if synced else 0
    yield from _head("budgettrack_oldest_sync_days", "gauge", "Days since the oldest last sync.")
    yield f"budgettrack_oldest_sync_days {oldest}"
    yield from _head("budgettrack_run_time", "gauge", "The time of the last run.")
    yield f"budgettrack_run_time {int(now.timestamp())}"


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
