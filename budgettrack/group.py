"""Where we stand: what the register knows now, without its expenses, so that a question costs the
same at any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from budgettrack.config.load import Config
from budgettrack.core.base import months
from budgettrack.core.base.errors import RegisterError, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.register import queries
from budgettrack.register.queries import Ask
from budgettrack.register.store import open_register
from budgettrack.workbook import Workbook

ASKED = frozenset(BY_NAME) - {"expenses"}
"""The tables that questions are answered from; expenses are there as monthly totals."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The register at one moment. `plan.expenses` is empty: `totals` stand for them. `synced` is
    the last sync. `spent` is what was spent in single months, by month, grant and currency, where
    it was asked for."""

    plan: Plan
    totals: Sequence[Total]
    findings: Sequence[Finding]
    records: Records
    synced: datetime
    spent: Mapping[tuple[Month, str, str], int] = field(default_factory=dict)


def found(config: Config) -> tuple[list[Finding], datetime]:
    """The findings of the last sync, and when it was; raises `RegisterError` where nothing was
    synced yet."""
    with open_register(config.register) as register:
        return register.ask(lambda ask: (queries.findings(ask), _synced(ask)))


def _synced(ask: Ask) -> datetime:
    run = queries.last_run(ask, "sync")
    if run is None:
        raise RegisterError("Nothing was synced yet. Run: budgettrack sync")
    return run.at


def standing(config: Config, *, at: Month | None = None) -> Standing:
    """Load it; raises `RegisterError` where nothing was synced yet.

    With `at`, the totals are summed by the database to the end of that month, for a question about
    that moment alone, and what was spent in it and in the month before is there too."""

    def asked(ask: Ask) -> Standing:
        synced = _synced(ask)
        held = queries.load(ask, ASKED)
        plan, _ = plan_of(
            held.records,
            base=config.currency,
            start=config.start,
            end=config.end,
            reported=queries.reported(ask),
        )
        totals = queries.totals(ask) if at is None else queries.totals_to(ask, at)
        spent = {} if at is None else queries.spent_in(ask, (at, after(at, -1)))
        return Standing(plan, totals, queries.findings(ask), held.records, synced, spent)

    with open_register(config.register) as register:
        return register.ask(asked)


def zone_of(config: Config) -> ZoneInfo:
    """The group's time zone: the config's, else that of the spreadsheet as last read, else UTC."""
    if config.time_zone:
        return ZoneInfo(config.time_zone)
    if config.google is None:
        return ZoneInfo("UTC")
    try:
        with open_register(config.register) as register:
            name = register.ask(queries.time_zone)
        return ZoneInfo(name or "UTC")
    except (RegisterError, KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def today_of(config: Config, on: date | None, now: datetime) -> date:
    """The day at the moment `now` where the group lives, or the day asked for."""
    return on or now.astimezone(zone_of(config)).date()


def last_full_month(today: date) -> Month:
    return months.after(months.month_of(today), -1)


def month_asked(month: Month | None, today: date) -> Month:
    """The month asked for, else the last full one; raises `UsageError` for one that has not
    begun."""
    if month is None:
        return last_full_month(today)
    if month > months.month_of(today):
        raise UsageError(
            f"{month} lies in the future (today is {today}). Ask for {last_full_month(today)} or"
            " earlier."
        )
    return month


def known_grant(now: Standing, grant: str | None) -> str | None:
    """The ID of the grant asked for, in any case; raises `UsageError` with those there are."""
    if grant is None:
        return None
    for known in now.plan.grants:
        if known.casefold() == grant.strip().casefold():
            return known
    there = ", ".join(now.plan.grants) or "none yet"
    raise UsageError(f"There is no grant {grant}. There are: {there}.")


def workbook_of(config: Config, *, reads_only: bool = False, patient: bool = True) -> Workbook:
    """The workbook that the config names; `reads_only` asks Google for no more than to read."""
    if config.xlsx is not None:
        from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

        return ExcelWorkbook(config.xlsx)
    from budgettrack.workbook.google import workbook as google

    assert config.google is not None
    scope = google.READING if reads_only or is_read_only(config) else google.WRITING
    connection = google.connected(config.credentials, scope, config.address, patient=patient)
    return google.GoogleWorkbook(config.google, connection, reads_only=reads_only)


def is_read_only(config: Config) -> bool:
    """Whether nothing is ever written to the workbook: every table of it is mapped, and none with
    `write = true`."""
    return bool(config.shapes) and not any(shape.write for shape in config.shapes.values())
