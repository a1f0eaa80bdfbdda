"""The Python library: what the commands answer, as DataFrames with exact money.

>>> import budgettrack
>>> with budgettrack.open("budgettrack.toml") as tracker:  # doctest: +SKIP
...     tracker.sync()
...     tracker.positions(by="grant")[["grant", "spent", "spent_units", "currency"]]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from budgettrack import edit
from budgettrack.config.load import Config, find, load
from budgettrack.core.figures.positions import By
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import OpenedGroup, open_group
from budgettrack.queries import figures, records
from budgettrack.reports.make import report_funder, report_transparency
from budgettrack.sync import sync

if TYPE_CHECKING:
    import pandas as pd


POSITION_COLUMNS = (
    "grant", "line", "category", "activity", "currency", "from", "to", "budget", "spent",
    "committed", "available",
    "variance", "variance_percent", "state", "money",
)  # fmt: skip
FINDING_COLUMNS = (
    "place",
    "severity",
    "harm",
    "code",
    "id",
    "field",
    "problem",
    "remedy",
    "first_seen",
)
DEADLINE_COLUMNS = ("due", "days", "what", "grant", "id")
HISTORY_COLUMNS = ("version", "at", "by", "what", "table", "id", "field", "from", "to")


@dataclass(frozen=True, slots=True)
class Synced:
    """The result of a sync: rows taken from and written into the workbook, conflicts, findings
    by severity."""

    taken: int
    written: int
    conflicts: int
    errors: int
    warnings: int


class Tracker:
    """The workbook and register of one group.

    Every method raises `budgettrack.core.base.errors.TrackError`, with words for people. `today`
    is the day for all answers, or None for today in the group's time zone."""

    def __init__(self, config: Config, today: date | None = None) -> None:
        self.config, self._today = config, today

    def __enter__(self) -> Tracker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing: no connection is open between two calls."""

    @property
    def today(self) -> date:
        with self._opened() as group:
            return group.today

    def _opened(self) -> OpenedGroup:
        return open_group(self.config, self._today)

    def sync(self) -> Synced:
        """Bring workbook and register to the same state.

        Raises Refused if a guard stops the sync."""
        with self._opened() as group:
            changes = sync(group).changes
        mistakes = sum(finding.severity == "error" for finding in changes.findings)
        return Synced(
            len(changes.to_register),
            len(changes.to_sheet),
            len(changes.conflicts),
            mistakes,
            len(changes.findings) - mistakes,
        )

    def positions(
        self, *, grant: str | None = None, by: By = "line", start: str | None = None,
        end: str | None = None,
        each_month: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """Return budget, spent, committed, available and variance, as `budgettrack variance` does.

        Columns: grant, line, category, activity, currency, from, to (months), each amount as
        text and as `_units`, variance_percent (text), state, money (ours, may come, declined).
        `from` is the first month that is summed, or none if a budget without a date is part of the
        sum."""
        from budgettrack.dataframes import POSITIONS, frame

        with self._opened() as group:
            rows = figures.variance(
                group.standing, group.today, grant=grant, by=by, start=start, end=end,
                each_month=each_month,
            )  # fmt: skip
        return frame(rows, POSITION_COLUMNS, POSITIONS)

    def findings(self) -> pd.DataFrame:
        """Return every finding of the last sync, the worst first: place, severity, harm, code, id,
        field, problem, remedy, first_seen."""
        from budgettrack.dataframes import frame

        with self._opened() as group:
            findings, _ = group.findings
        return frame(figures.dated_findings(findings), FINDING_COLUMNS)

    def deadlines(self, within: int | None = None) -> pd.DataFrame:
        """Return the deadlines, soonest first: due, days (left), what, grant, id."""
        from budgettrack.dataframes import frame

        with self._opened() as group:
            rows = figures.deadlines(group.standing, group.today, within)
        return frame(rows, DEADLINE_COLUMNS)

    def grants(self, **wanted: str) -> pd.DataFrame:
        """Return every grant, or those with fields that start so (`state="active"`).

        One column for each column of the tab, except contact."""
        from budgettrack.dataframes import GRANTS

        return self._table("grants", wanted, GRANTS)

    def resources(self, **wanted: str) -> pd.DataFrame:
        """Return every resource in kind, or those with fields that start so."""
        from budgettrack.dataframes import RESOURCES

        return self._table("resources", wanted, RESOURCES)

    def history(self, record: str) -> pd.DataFrame:
        """Return every change of a record: version, at, by (sheet, register or a role), what,
        table, id, field, from, to."""
        from budgettrack.dataframes import frame

        with self._opened() as group:
            return frame(records.history(group, record), HISTORY_COLUMNS)

    def set(self, table: str, record: str, *, by: str = "register", **fields: str) -> None:
        """Change fields of a record. The next sync writes them into the workbook."""
        with self._opened() as group:
            edit.alter(group, table, record, list(fields.items()), by)

    def report_transparency(self, month: str | None = None, out: Path | None = None) -> list[Path]:
        """Write the public site up to a month, by default the last full month.

        Returns its files."""
        with self._opened() as group:
            return report_transparency(group, month, out)

    def report_funder(
        self, grant: str, month: str | None = None, out: Path | None = None
    ) -> list[Path]:
        """Write the summary of one grant.

        Returns its files."""
        with self._opened() as group:
            return list(report_funder(group, grant, month, out).paths)

    def _table(
        self, table: str, wanted: Mapping[str, str], amounts: tuple[str, ...]
    ) -> pd.DataFrame:
        from budgettrack.dataframes import frame

        with self._opened() as group:
            rows = records.listed(group, table, wanted)
        names = [
            "id",
            *(
                column.name
                for column in BY_NAME[table].columns
                if column.name != "id" and column.audience != "personal"
            ),
        ]
        return frame(rows, names, amounts)


def open_tracker(config: str | Path = "budgettrack.toml", *, today: date | None = None) -> Tracker:
    """Return the tracker of a config file, or of the config file in a folder.

    Raises ConfigError with every mistake in the file."""
    return Tracker(load(find(str(config), Path.cwd(), {})), today)
