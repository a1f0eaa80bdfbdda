"""Finds the narratives: what a group wrote about a period of a grant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from budgettrack.core.base.months import count, last_day, month_of
from budgettrack.core.figures.deadlines import (
    LENGTH,
    ReportingPeriod,
    calendar_name,
    reporting_periods,
)
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


def period_named(grant: Grant, text: str) -> ReportingPeriod | None:
    """Returns the period of a grant that a text names. Returns None if it names none.

    People may type the name that is in the ID of the deadline, that whole ID, or the same months in
    another way: `2026-Q1`, `Q1 2026`, `T1 2026` and `01/2026 - 03/2026` all name
    `2026-01..2026-03`."""
    typed = _plain_name(text)
    for period in narrative_periods(grant):
        names = {period.name, f"report:{grant.id}:{period.name}", *_other_names(period)}
        if typed in {name.casefold() for name in names}:
            return period
    return None


_PART = re.compile(r"(?:(\d{4})[ /-]*)?([qths])[ .]?(\d)(?:[ /-]*(\d{4}))?")
"""A quarter or half of a year. T and S are these in French and Spanish."""
_PART_LETTER = {"q": "q", "t": "q", "h": "h", "s": "h"}
_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})|(\d{1,2})[-/.](\d{4})")


def _plain_name(text: str) -> str:
    """Returns a typed name of a period in the way in which names are written here."""
    typed = " ".join(text.casefold().split())
    if (part := _PART.fullmatch(typed)) and (year := part[1] or part[4]):
        return f"{year}-{_PART_LETTER[part[2]]}{part[3]}"
    typed_months = [
        f"{one or four}-{int(two or three):02d}" for one, two, three, four in _MONTH.findall(typed)
    ]
    if typed_months and not re.search(r"[^\W\d]{3}", typed):
        return "..".join(typed_months)
    return typed


def _other_names(period: ReportingPeriod) -> Iterator[str]:
    """Yields the other names of the months of a period."""
    first, last = month_of(period.start), month_of(period.end)
    yield f"{first}..{last}"
    length = count(first, last)
    if length in LENGTH.values() and (int(first[5:]) - 1) % length == 0:
        yield calendar_name(period.start, length)


def texts_of(plan: Plan, grant: str, period: str) -> dict[str, str]:
    """Returns the texts about a period of a grant, by field. Blank texts are left out. If two
    rows have the same field, the first row counts."""
    texts: dict[str, str] = {}
    for narrative in plan.narratives.values():
        if narrative.grant == grant and _is_named(narrative, plan.grants[grant], period):
            for name in NARRATIVE_TEXTS:
                if name not in texts and narrative.texts.get(name):
                    texts[name] = narrative.texts[name]
    return {name: texts[name] for name in NARRATIVE_TEXTS if name in texts}


def _is_named(narrative: Narrative, grant: Grant, period: str) -> bool:
    named = period_named(grant, narrative.period)
    return narrative.period == period or (named is not None and named.name == period)


def is_about(narrative: Narrative, grant: Grant) -> bool:
    """Whether a narrative names a period that the grant has."""
    return period_named(grant, narrative.period) is not None
