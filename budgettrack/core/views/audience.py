"""What all views share: who may see what of a record, and what is held back from everybody (design,
Audiences).

A text in which somebody seems to have typed a personal detail (see `personal`) is held back from
the public until it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from budgettrack.core.base.money import share
from budgettrack.core.base.months import Month, elapsed, last_day, month_of
from budgettrack.core.base.personal_details import personal
from budgettrack.core.records.model import Activity, BudgetLine, Grant, Plan, Resource

HELD_BACK = "(withheld: it looked like a personal detail)"

VALUED_BY = ("market price", "agreed rate", "invoice", "estimate")
VOLUNTEER = "volunteer time"
REACHED, UNDER_WAY = ("done", "dropped"), ("under way", "delayed")


@dataclass(frozen=True, slots=True)
class Progress:
    """A row of the work-plan in its published columns; dates by month."""

    id: str
    objective: str
    activity: str
    lead_role: str
    start: Month | None
    end: Month | None
    milestone: str
    indicator: str
    target: Decimal | None
    achieved: Decimal | None
    done: Decimal | None
    status: str
    note: str


def without_personal_details(plan: Plan) -> Plan:
    """The plan with every text that seems to hold a personal detail replaced: a finding alone would
    come too late."""
    return replace(
        plan,
        grants={id_: replace(each, **_held_back(each)) for id_, each in plan.grants.items()},
        activities={
            id_: replace(each, **_held_back(each)) for id_, each in plan.activities.items()
        },
        lines={id_: replace(each, **_held_back(each)) for id_, each in plan.lines.items()},
        resources={id_: replace(each, **_held_back(each)) for id_, each in plan.resources.items()},
    )


_KEYS: Mapping[type, frozenset[str]] = {
    Grant: frozenset({"id"}),
    Activity: frozenset({"id"}),
    BudgetLine: frozenset({"id", "grant", "activity"}),
    Resource: frozenset({"id", "match_for", "activity"}),
}
"""What records are known and referred by; an activity's own text is called `activity` too."""


def _held_back(record: Grant | Activity | BudgetLine | Resource) -> dict[str, Any]:
    texts = {field.name: getattr(record, field.name) for field in fields(record)}
    return {
        name: HELD_BACK
        for name, text in texts.items()
        if isinstance(text, str) and name not in _KEYS[type(record)] and personal(text)
    }


def progress(each: Activity) -> Progress:
    return Progress(
        each.id,
        each.objective,
        each.activity,
        each.lead_role,
        month_of(each.start) if each.start else None,
        month_of(each.end) if each.end else None,
        each.milestone,
        each.indicator,
        each.target,
        each.achieved,
        each.done,
        each.status,
        each.progress_note,
    )


def worth(resource: Resource, until: date) -> int | None:
    """The value of a resource up to the end of a day, spread by days; without an end the whole from
    its start.

    Returns None if nobody has valued it."""
    if resource.value is None:
        return None
    start, end = resource.start, resource.until
    if start is not None and start > until:
        return 0
    if start is None or end is None or end < start:
        return resource.value
    return share(resource.value, *elapsed(start, end, until))


def given(resource: Resource, month: Month) -> bool:
    """Whether it was ours by the end of the month: offers that came to nothing are not."""
    return resource.state not in {"offered", "lapsed"} and (
        resource.start is None or resource.start <= last_day(month)
    )
