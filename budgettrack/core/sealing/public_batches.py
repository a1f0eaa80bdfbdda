"""Gives each batch the names that the public may read now.

A public figure is a sum of these batches and of nothing else. The parts of a batch stay behind."""

from __future__ import annotations

from collections.abc import Iterable

from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records.model import Grant, Plan
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.core.sealing.public import WITHHELD, PublicBatch


def named(grant: Grant | None) -> bool:
    """Whether the public may read the name of this grant."""
    return grant is not None and grant.publish and is_ours(grant)


def public_batches(batches: Iterable[Batch], plan: Plan) -> list[PublicBatch]:
    """Returns the batches with the names that the public may read now, in the same order.

    If all contributions of a batch have the same new name, the batch has the new name. If a grant
    is withdrawn, each batch with money of this grant is withheld."""
    return [_public(batch, plan) for batch in batches]


def _public(batch: Batch, plan: Plan) -> PublicBatch:
    labels = _labels_now(batch, plan)
    grants = {part.labels.grant for part in batch.parts} - {"", None}
    if any(not named(plan.grants.get(grant or "")) for grant in grants):
        labels = Labels(WITHHELD)
    return PublicBatch(
        batch.page,
        batch.what,
        batch.correction,
        labels.grant,
        labels.category,
        labels.activity,
        batch.units,
    )


def _labels_now(batch: Batch, plan: Plan) -> Labels:
    """Returns the labels of a batch, with the new name if all its lines were renamed alike."""
    lines = [plan.lines.get(part.line) for part in batch.parts]
    category, activity = batch.labels.category, batch.labels.activity
    categories = {line.category for line in lines if line is not None}
    activities = {line.activity for line in lines if line is not None}
    if None not in lines and category is not None and len(categories) == 1:
        (category,) = categories
    if None not in lines and activity is not None and len(activities) == 1:
        (activity,) = activities
    return Labels(batch.labels.grant, category, activity)
