"""Seals the batches of a page: what waits, and which batches may be published.

`drafts` forms batches that are safe. `rest` holds some of them back, so that what is left of each
award is safe too. A batch that is sealed is never opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.contributions import contributions
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.drafts import Drafts, visible_to_funders
from budgettrack.core.sealing.rest import Rest

Number = Callable[[], int]
"""Draws a random number that no batch has."""


def seal(
    plan: Plan,
    who: Contributors,
    before: Sequence[Batch],
    page: Month,
    *,
    number: Number,
    headings: Mapping[str, str] | None = None,
) -> list[Batch]:
    """Returns the new batches of the page of a month. `before` are all batches of earlier calls, in
    their order.

    `headings` are coarser public names of categories.
    Returns [] if a later page has batches already: nothing is added to the past."""
    if any(batch.page > page for batch in before):
        return []
    now = contributions(plan, who, page, headings or {})
    known = _as_known_now(before, now)
    seen = visible_to_funders(plan, now)
    rest = Rest(plan, now, known, page, seen)
    drafts = Drafts(known, now, page, seen)
    pools: dict[tuple[str, bool, bool], list[Contribution]] = {}
    for part, corrects in _waiting(now, before):
        kept = part.line in rest.held or (part.what == "spent" and part.id in rest.kept)
        if corrects or not kept:
            # Payments and refunds are never in one batch: one could hide in the other.
            pools.setdefault((part.what, corrects, part.units < 0), []).append(part)
    for (_, corrects, _), pool in sorted(pools.items()):
        drafts.form(pool, correction=corrects)
    return [
        Batch(number(), page, draft.what, draft.correction, draft.labels, draft.parts)
        for draft in rest.without_unsafe_rest(drafts.drafts)
    ]


def waits_since(
    plan: Plan,
    who: Contributors,
    batches: Sequence[Batch],
    page: Month,
    *,
    headings: Mapping[str, str] | None = None,
) -> Month | None:
    """Returns the first month with money that is in no batch yet. Returns None if nothing waits."""
    waiting = _waiting(contributions(plan, who, page, headings or {}), batches)
    return min((part.month for part, _ in waiting if part.month), default=None)


def _waiting(
    now: Iterable[Contribution], batches: Iterable[Batch]
) -> Iterator[tuple[Contribution, bool]]:
    """Yields what is in no batch yet: (contribution, whether it corrects a batch).

    An amount that was sealed keeps its rate: only a change in its own currency is a correction."""
    sealed: dict[tuple[str, str], list[Contribution]] = {}
    for batch in batches:
        for part in batch.parts:
            sealed.setdefault((part.table, part.id), []).append(part)
    for contribution in now:
        parts = sealed.pop((contribution.table, contribution.id), None)
        if parts is None:
            yield contribution, False
            continue
        own = contribution.own - sum(part.own for part in parts)
        if own and contribution.own:
            units = round(Fraction(contribution.units * own, contribution.own))
            yield replace(contribution, own=own, units=units), True
        elif own:
            yield replace(contribution, own=own, units=-sum(part.units for part in parts)), True
    for parts in sealed.values():
        # The record is gone, or is not paid any more.
        own, units = sum(part.own for part in parts), sum(part.units for part in parts)
        if own:
            yield replace(parts[-1], own=-own, units=-units), True


def _as_known_now(batches: Iterable[Batch], now: Iterable[Contribution]) -> list[Batch]:
    """Returns the batches with the contributors that are known now. A line may have been marked
    late as paying people."""
    known = {(part.table, part.id): part.contributor for part in now}

    def as_known(part: Contribution) -> Contribution:
        contributor = known.get((part.table, part.id), part.contributor)
        return part if contributor == part.contributor else replace(part, contributor=contributor)

    return [replace(batch, parts=tuple(map(as_known, batch.parts))) for batch in batches]
