"""Rules that all views share: which texts the public may read, and which resources count.

A text that seems to contain a personal detail (see `personal`) is withheld from the public until
somebody corrects the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from msgspec.structs import replace

from budgettrack.core.base.money import share
from budgettrack.core.base.months import Month, elapsed, last_day, month_of
from budgettrack.core.base.personal_details import personal
from budgettrack.core.records.model import (
    Activity,
    Agreement,
    BudgetLine,
    Grant,
    Indicator,
    Lot,
    Plan,
    Resource,
)
from budgettrack.core.records.tables import REACH
from budgettrack.core.views.public_types import Progress

HELD_BACK = "(withheld: it looked like a personal detail)"

VALUED_BY = ("market price", "agreed rate", "invoice", "estimate")
VOLUNTEER = "volunteer time"
REACHED, UNDER_WAY = ("done", "dropped"), ("under way", "delayed")


def without_personal_details(plan: Plan) -> Plan:
    """Returns the plan. Each text that seems to contain a personal detail is replaced. A finding
    alone would come too late, because the page would be public already."""
    return replace(
        plan,
        grants={id_: _told(grant) for id_, grant in plan.grants.items()},
        activities={id_: _told(activity) for id_, activity in plan.activities.items()},
        indicators={id_: _told(indicator) for id_, indicator in plan.indicators.items()},
        lines={id_: _told(line) for id_, line in plan.lines.items()},
        resources={id_: _told(resource) for id_, resource in plan.resources.items()},
        agreements={id_: _told(agreement) for id_, agreement in plan.agreements.items()},
        lots={id_: _told(lot) for id_, lot in plan.lots.items()},
        reviews=told_reviews(plan),
        about={
            topic: HELD_BACK if topic != REACH and personal(words) else words
            for topic, words in plan.about.items()
        },
        stories={
            id_: story
            for id_, story in plan.stories.items()
            # If only a part of a story were replaced, the story could be misunderstood.
            # So a story with a personal detail is left out completely.
            if not any(map(personal, (story.title, story.words, story.shows)))
        },
    )


def told_reviews(plan: Plan) -> dict[Month, str]:
    """Returns what the group wrote about its months, by month. A text that seems to contain a
    personal detail is replaced."""
    return {
        month: HELD_BACK if personal(review) else review for month, review in plan.reviews.items()
    }


_Record = TypeVar("_Record", Grant, Activity, Indicator, BudgetLine, Resource, Agreement, Lot)

_KEYS: Mapping[type, frozenset[str]] = {
    Grant: frozenset({"id"}),
    Activity: frozenset({"id"}),
    Indicator: frozenset({"id", "activity"}),
    BudgetLine: frozenset({"id", "grant", "activity"}),
    Resource: frozenset({"id", "match_for", "activity"}),
    Agreement: frozenset({"id", "grant", "resource"}),
    Lot: frozenset({"id"}),
}
"""The fields that hold IDs. They are never replaced, because other records refer to them."""


def _told(record: _Record) -> _Record:
    """Returns a record with its personal details replaced. Most records have none, and are returned
    unchanged."""
    keys = _KEYS[type(record)]
    held_back: dict[str, Any] = {}
    for name in record.__struct_fields__:
        text = getattr(record, name)
        if isinstance(text, str) and name not in keys and personal(text):
            held_back[name] = HELD_BACK
    return replace(record, **held_back) if held_back else record


def progress_told(activity: Activity) -> Progress:
    """Returns the progress of an activity in the form for readers outside the group: each text that
    seems to contain a personal detail is replaced."""
    return progress(_told(activity))


def progress(each: Activity) -> Progress:
    return Progress(
        each.id,
        each.objective,
        each.activity,
        each.lead_role,
        month_of(each.start) if each.start else None,
        month_of(each.end) if each.end else None,
        each.milestone,
        each.done,
        each.status,
        each.progress_note,
    )


def worth(resource: Resource, until: date) -> int | None:
    """Returns the value of a resource up to the end of a day, in minor units of its currency.

    The value is spread evenly over the days of the resource. Without an end date, the whole
    value counts from the start date. Returns None if the resource has no value."""
    if resource.value is None:
        return None
    start, end = resource.start, resource.until
    if start is not None and start > until:
        return 0
    if start is None or end is None or end < start:
        return resource.value
    return share(resource.value, *elapsed(start, end, until))


def given(resource: Resource, month: Month) -> bool:
    """Whether the group had the resource by the end of the month. A resource that was only
    promised does not count."""
    return resource.state not in {"offered", "lapsed"} and (
        resource.start is None or resource.start <= last_day(month)
    )
