"""Gives each batch the names that the public may read now.

A public figure is a sum of these batches and of nothing else. The single amounts of a batch do not
leave this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records.model import Grant, Plan
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.core.sealing.public import WITHHELD, PublicBatch
from budgettrack.core.sealing.withdrawn import NOTHING_WITHDRAWN, Withdrawn


def named(grant: Grant | None) -> bool:
    """Whether the public may read the name of this grant."""
    return grant is not None and grant.publish and is_ours(grant)


def public_batches(
    batches: Iterable[Batch],
    plan: Plan,
    withdrawn: Withdrawn = NOTHING_WITHDRAWN,
    headings: Mapping[str, str] | None = None,
) -> list[PublicBatch]:
    """Returns the batches with the names that the public may read now, in the same order.

    If all contributions of a batch have the same new name, the batch gets the new name. If a
    grant was withdrawn, each batch with money of this grant is withheld. If a category or an
    activity was withdrawn, each batch with its money gets the label `WITHHELD`; the sums stay
    the same. A budget is shown from the month on in which its grants have begun."""
    return [_public(batch, plan, withdrawn, headings or {}) for batch in batches]


def _public(
    batch: Batch, plan: Plan, withdrawn: Withdrawn, headings: Mapping[str, str]
) -> PublicBatch:
    labels = _labels_now(batch, plan, headings)
    grants = {part.labels.grant for part in batch.parts} - {"", None}
    if any(not named(plan.grants.get(grant or "")) for grant in grants):
        labels = Labels(WITHHELD)
    elif batch.what in ("spent", "budget"):
        labels = _without_withdrawn(labels, batch, plan, withdrawn)
    return PublicBatch(
        max(batch.page, *_begun(batch, plan)),
        batch.what,
        batch.correction,
        labels.grant,
        labels.category,
        labels.activity,
        batch.units,
    )


def _begun(batch: Batch, plan: Plan) -> Iterator[Month]:
    """Yields '' and the months in which the grants of a budget begin. Pages of earlier months do
    not show this budget."""
    yield ""
    if batch.what == "budget":
        for part in batch.parts:
            grant = plan.grants.get(part.labels.grant or "")
            if grant is not None and grant.start is not None:
                yield month_of(grant.start)


def _labels_now(batch: Batch, plan: Plan, headings: Mapping[str, str]) -> Labels:
    """Returns the labels of a batch. If all its lines were renamed to the same new name, the batch
    gets this name."""
    lines = [plan.lines.get(part.line) for part in batch.parts]
    category, activity = batch.labels.category, batch.labels.activity
    categories = {headings.get(line.category, line.category) for line in lines if line is not None}
    activities = {line.activity for line in lines if line is not None}
    if None not in lines and category is not None and len(categories) == 1:
        (category,) = categories
    if None not in lines and activity is not None and len(activities) == 1:
        (activity,) = activities
    return Labels(batch.labels.grant, category, activity)


def _without_withdrawn(labels: Labels, batch: Batch, plan: Plan, withdrawn: Withdrawn) -> Labels:
    """Returns the labels. A category or an activity is removed if it was withdrawn, under the name
    at the time of publication or under the present name of its line."""
    if withdrawn == NOTHING_WITHDRAWN:
        return labels
    lines = [plan.lines[part.line] for part in batch.parts if part.line in plan.lines]
    categories = {part.labels.category for part in batch.parts} | {line.category for line in lines}
    activities = {part.labels.activity for part in batch.parts} | {line.activity for line in lines}
    category, activity = labels.category, labels.activity
    if category is not None and any(map(withdrawn.category, categories)):
        category = WITHHELD
    if activity is not None and any(map(withdrawn.activity, activities)):
        activity = WITHHELD
    return Labels(labels.grant, category, activity)
