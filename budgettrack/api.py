"""The Python library: what the commands answer, as DataFrames with exact money.

>>> import budgettrack
>>> with budgettrack.open("budgettrack.toml") as tracker:  # doctest: +SKIP
...     tracker.sync()
...     tracker.positions(by="grant")[["grant", "spent", "spent_units", "currency"]]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack import edit
from budgettrack.config.load import Config, load
from budgettrack.config.place import find
from budgettrack.core.figures.positions import By
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import OpenedGroup, open_group
from budgettrack.queries import figures, records
from budgettrack.reports.make import report_funder, report_transparency
from budgettrack.sync import sync

if TYPE_CHECKING:
    import pandas as pd


POSITION_COLUMNS = (
    "grant", "line", "description", "category", "activity", "currency", "start", "end", "budget",
    "spent", "committed", "available",
    "variance", "variance_percent", "state", "money",
)  # fmt: skip
CASH_COLUMNS = (
    "grant", "month", "currency", "opening", "expected", "planned", "balance", "below_zero",
)  # fmt: skip
FORECAST_COLUMNS = (
    "grant", "line", "currency", "amount", "spent", "as_planned", "at_this_pace",
)  # fmt: skip
_OF_TIME = {"start": "from", "end": "to"}
_OF_CHANGES = {"before": "from", "after": "to"}
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
HISTORY_COLUMNS = ("version", "at", "by", "what", "table", "id", "field", "before", "after")


class Synced(Struct, frozen=True):
    """The result of a sync: how many rows were taken from the workbook and written into it, and
    how many conflicts and findings there are, by severity."""

    taken: int
    written: int
    conflicts: int
    errors: int
    warnings: int


class Tracker:
    """The workbook and the register of one group.

    Every method raises `budgettrack.core.base.errors.TrackError`, with a message for people.
    `today` is the day for all answers, or None for today in the group's time zone."""

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
        """Does nothing, because no connection is open between two calls."""

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

        Columns: grant, line, description, category, activity, currency, start, end (months), each
        amount as `Decimal` and as `_units`, variance_percent, state, money (ours, may come,
        declined). `start` is the first month that is summed. It is missing if a budget without a
        date is part of the sum. If `end` is a future month, the row has the budget up to that month
        and the state *plan*.

        >>> tracker.positions(by="category", end="2026-10")  # doctest: +SKIP"""
        from budgettrack.dataframes import POSITIONS, frame

        with self._opened() as group:
            rows = figures.variance(
                group.standing, group.today, grant=grant, by=by, start=start, end=end,
                each_month=each_month,
            )  # fmt: skip
        return frame(rows, POSITION_COLUMNS, POSITIONS, _OF_TIME)

    def cash(self, *, grant: str | None = None) -> pd.DataFrame:
        """Return the cash of each grant month by month to the end of the grants, as planned.

        Columns: grant (*unrestricted* is money of no grant), month, currency, opening, expected,
        planned, balance, below_zero.

        >>> cash = tracker.cash()  # doctest: +SKIP
        >>> cash[cash["below_zero"]].groupby("grant")["month"].min()  # doctest: +SKIP"""
        from budgettrack.dataframes import CASH, frame

        with self._opened() as group:
            rows = figures.cash(group.standing, group.today, grant)
        return frame(rows, CASH_COLUMNS, CASH)

    def forecast(self, *, grant: str | None = None) -> pd.DataFrame:
        """Return two forecasts of what each budget line will have spent at its end: as planned, and
        if spending goes on as in the last three full months.

        Columns: grant, line, currency, amount (its budget), spent, as_planned, at_this_pace."""
        from budgettrack.dataframes import FORECASTS, frame

        with self._opened() as group:
            rows = figures.forecasts(group.standing, group.today, grant)
        return frame(rows, FORECAST_COLUMNS, FORECASTS)

    def expenses(self, **wanted: str) -> pd.DataFrame:
        """Return all expenses, or only those whose fields start with the given texts.

        One column for each column of the tab, except columns that name people. If nobody typed a
        currency, the row has the currency of its grant.

        >>> tracker.expenses(budget_line="B-3", state="paid")  # doctest: +SKIP
        """
        return self._table("expenses", wanted)

    def income(self, **wanted: str) -> pd.DataFrame:
        """Return all rows of Income, or only those whose fields start with the given texts
        (`state="expected"`)."""
        return self._table("income", wanted)

    def budget(self, **wanted: str) -> pd.DataFrame:
        """Return all budget lines, or only those whose fields start with the given texts
        (`grant="G-1"`). Their months are left out: `positions(each_month=True)` has them."""
        return self._table("budget", wanted)

    def findings(self) -> pd.DataFrame:
        """Return every finding of the last sync, the worst first: place, severity, harm, code, id,
        field, problem, remedy, first_seen."""
        from budgettrack.dataframes import FINDINGS, frame

        with self._opened() as group:
            findings, _ = group.findings
        return frame(figures.dated_findings(findings), FINDING_COLUMNS, FINDINGS)

    def deadlines(self, within: int | None = None) -> pd.DataFrame:
        """Return the deadlines, soonest first: due, days (left), what, grant, id."""
        from budgettrack.dataframes import DEADLINES, frame

        with self._opened() as group:
            rows = figures.deadlines(group.standing, group.today, within)
        return frame(rows, DEADLINE_COLUMNS, DEADLINES)

    def grants(self, **wanted: str) -> pd.DataFrame:
        """Return all grants, or only those whose fields start with the given texts
        (`state="active"`).

        One column for each column of the tab, except contact."""
        return self._table("grants", wanted)

    def resources(self, **wanted: str) -> pd.DataFrame:
        """Return all resources in kind, or only those whose fields start with the given texts. The
        column *From* is `start`."""
        return self._table("resources", wanted)

    def agreements(self, **wanted: str) -> pd.DataFrame:
        """Return all agreements, or only those whose fields start with the given texts. The column
        *From* is `start`."""
        return self._table("agreements", wanted)

    def history(self, record: str) -> pd.DataFrame:
        """Return every change of a record: version, at (a moment in UTC), by (sheet, register or a
        role), what, table, id, field, before, after.

        >>> changes = tracker.history("B-15")  # doctest: +SKIP
        >>> changes[changes["field"] == "amount"][["at", "by", "before", "after"]]  # doctest: +SKIP
        """
        from budgettrack.dataframes import HISTORY, frame

        with self._opened() as group:
            rows = records.history(group, record)
        return frame(rows, HISTORY_COLUMNS, HISTORY, renamed=_OF_CHANGES)

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

    def _table(self, table: str, wanted: Mapping[str, str]) -> pd.DataFrame:
        from budgettrack.dataframes import OF_COLUMNS, frame

        with self._opened() as group:
            rows = records.listed(group, table, wanted)
            if table in ("expenses", "income", "budget"):
                rows = _with_currency(group, table, rows)
        known = [
            column
            for column in BY_NAME[table].columns
            if column.name != "id" and column.audience != "personal"
        ]
        names = {"from": "start"}
        kinds = {
            names.get(column.name, column.name): OF_COLUMNS[column.kind]
            for column in known
            if column.kind in OF_COLUMNS
        }
        columns = ["id", *(names.get(column.name, column.name) for column in known)]
        if "currency" not in columns and table == "budget":
            columns.insert(1, "currency")
        return frame(
            rows, columns, kinds, {"start": "from"} if "from" in BY_NAME[table].by_name else None
        )


def _with_currency(
    group: OpenedGroup, table: str, rows: Sequence[figures.ListingRow]
) -> list[figures.ListingRow]:
    """Returns the rows, each with the currency in which it counts."""
    plan = group.whole_plan
    known: Mapping[str, str] = {
        "expenses": {id_: row.currency for id_, row in plan.expenses.items()},
        "income": {id_: row.currency for id_, row in plan.income.items()},
        "budget": {id_: plan.currency_of(row.grant) for id_, row in plan.lines.items()},
    }[table]
    return [{**row, "currency": known.get(str(row["id"]), row.get("currency"))} for row in rows]


def open_tracker(config: str | Path = "budgettrack.toml", *, today: date | None = None) -> Tracker:
    """Return the tracker of a config file, or of the config file in a folder.

    Raises ConfigError with every mistake in the file."""
    return Tracker(load(find(str(config), Path.cwd(), {})), today)
