"""Lists the amounts that are in no batch yet: amounts that were never sealed, and changes of sealed
amounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from budgettrack.core.sealing.batches import Batch, Contribution


def in_no_batch(
    now: Iterable[Contribution], batches: Iterable[Batch]
) -> Iterator[tuple[Contribution, bool]]:
    """Yields the amounts that are in no batch yet: (contribution, whether it corrects a batch).

    An amount that was sealed keeps its rate: only a change in its own currency is a correction. If
    its grant has another currency since, nothing is: the same money at two rates, in sums of other
    people, would tell single amounts."""
    sealed: dict[tuple[str, str], list[Contribution]] = {}
    for batch in batches:
        for part in batch.parts:
            sealed.setdefault((part.table, part.id), []).append(part)
    for contribution in now:
        parts = sealed.pop((contribution.table, contribution.id), None)
        if parts is None:
            yield contribution, False
            continue
        if any(part.currency not in ("", contribution.currency) for part in parts):
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
