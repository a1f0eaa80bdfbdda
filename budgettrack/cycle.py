"""The month: sync, check, report. Every step may be run again; reports appear whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from budgettrack import sync as syncing
from budgettrack.answers import known_grant, last_full_month, month_asked
from budgettrack.config import Config
from budgettrack.core.audience import funder_view, public_view
from budgettrack.core.deadlines import OWING
from budgettrack.core.errors import TrackError
from budgettrack.core.model import Plan
from budgettrack.core.periods import Month
from budgettrack.core.plan import left_out
from budgettrack.core.positions import phasing
from budgettrack.register.store import open_register
from budgettrack.standing import Standing, standing

last_month = last_full_month


@dataclass(frozen=True, slots=True)
class MonthRun:
    """What a month's run did: its sync, and the reports that it wrote."""

    outcome: syncing.Outcome
    reports: list[Path]


def monthly(config: Config, today: date, at: datetime, month: Month | None) -> MonthRun:
    """Sync, check and report one month (the last full one unless another is named); it may be run again.

    A summary is written for each active or closing grant.
    """
    wanted = month_asked(month, today)
    outcome = syncing.sync(config, today, at)
    now = standing(config)
    paths = _transparency(config, now, wanted, config.reports)
    for grant in now.plan.grants.values():
        if grant.state in OWING:
            paths += _funder(config, now, grant.id, wanted, config.reports)
    with open_register(config.register) as register:
        currencies = {line.id: line.currency for line in now.plan.lines.values()}
        register.freeze(_phased(now.plan, wanted), currencies, at)
    return MonthRun(outcome, paths)


def report_transparency(config: Config, today: date, month: Month | None, out: Path | None) -> list[Path]:
    """The public page of a month, from what was last synced."""
    return _transparency(config, standing(config), month_asked(month, today), out or config.reports)


def report_funder(config: Config, today: date, grant: str, month: Month | None, out: Path | None) -> list[Path]:
    """One grant's summary, from what was last synced."""
    now = standing(config)
    return _funder(config, now, known_grant(now, grant) or grant, month_asked(month, today), out or config.reports)


def _transparency(config: Config, now: Standing, month: Month, out: Path) -> list[Path]:
    from budgettrack.reports.transparency import write_transparency

    view = public_view(
        now.plan,
        now.totals,
        month=month,
        organisation=config.organisation,
        contact=config.contact,
        language=config.language,
        fewest=config.fewest,
        left_out=left_out(now.findings),
    )
    try:
        return write_transparency(view, out)
    except OSError as error:
        raise _not_written(out, error) from error


def _funder(config: Config, now: Standing, grant: str, month: Month, out: Path) -> list[Path]:
    from budgettrack.reports.funder import write_funder

    view = funder_view(
        now.plan,
        now.totals,
        grant,
        month=month,
        organisation=config.organisation,
        contact=config.contact,
        language=config.language,
        left_out=left_out(now.findings),
    )
    try:
        return write_funder(view, out)
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> TrackError:
    return TrackError(
        f"The reports cannot be written to {out}: {error.strerror}. Make room or give write permission there, "
        "or name another folder with --out; the earlier reports stand as they were."
    )


def _phased(plan: Plan, month: Month) -> Mapping[str, Mapping[Month, int]]:
    """Every line's budget of the months up to the one reported: a later change of dates does not rephase them.

    A line without any budget by then is held to that too: nothing in the month reported.
    """
    return {
        line.id: {each: units for each, units in phasing(line).items() if each <= month} or {month: 0}
        for line in plan.lines.values()
        if not line.months
    }
