"""Lists the amounts that are in no batch yet: new amounts, and changes of amounts that were
published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec.structs import replace

from budgettrack.core.sealing.batches import Batch, Contribution


def in_no_batch(
    now: Iterable[Contribution], batches: Iterable[Batch]
) -> Iterator[tuple[Contribution, bool]]:
    """Yields pairs: a contribution that is in no batch yet, and True if it corrects a published
    batch.

    A published amount keeps its exchange rate, so only a change in its own currency is a
    correction. If the currency of its grant changed, nothing is corrected: readers could compare
    the sums at both rates and find single amounts."""
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
        # The record was removed, or it is no longer paid.
        own, units = sum(part.own for part in parts), sum(part.units for part in parts)
        if own:
            yield replace(parts[-1], own=-own, units=-units), True
