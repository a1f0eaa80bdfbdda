"""Finds the narratives: what a group wrote about a period of a grant."""

from __future__ import annotations

from datetime import date

from budgettrack.core.base.months import last_day, month_of
from budgettrack.core.figures.deadlines import ReportingPeriod, reporting_periods
from budgettrack.core.records.model import NARRATIVE_TEXTS, Grant, Narrative, Plan


def narrative_periods(grant: Grant) -> list[ReportingPeriod]:
    """Returns the periods about which a grant has narratives: its reporting periods, or one
    period for the whole grant, named `end`. Returns [] if the grant has no dates."""
    periods = reporting_periods(grant)
    if periods or grant.start is None or grant.end is None:
        return periods
    return [ReportingPeriod("end", grant.start, grant.end)]


def narrative_period(grant: Grant, until: date) -> ReportingPeriod | None:
    """Returns the period that contains the day `until`, which is the last day of a summary. Returns
    None if there is none."""
    fitting = [
        period
        for period in narrative_periods(grant)
        if period.start <= until <= last_day(month_of(period.end))
    ]
    # If a period ends within a month, the rest of that month belongs to the next period.
    # So if a day lies in two periods, the later period is taken.
    return fitting[-1] if fitting else None


def texts_of(plan: Plan, grant: str, period: str) -> dict[str, str]:
    """Returns the texts about a period of a grant, by field. Blank texts are left out. If two
    rows have the same field, the first row counts."""
    texts: dict[str, str] = {}
    for narrative in plan.narratives.values():
        if (narrative.grant, narrative.period) == (grant, period):
            for name in NARRATIVE_TEXTS:
                if name not in texts and narrative.texts.get(name):
                    texts[name] = narrative.texts[name]
    return {name: texts[name] for name in NARRATIVE_TEXTS if name in texts}


def is_about(narrative: Narrative, grant: Grant) -> bool:
    """Whether a narrative names a period that the grant has."""
    return narrative.period in {period.name for period in narrative_periods(grant)}
