"""Seals the sums of the network's page: what the groups of a host spent, from their statements.
Here the contributor of an amount is a group.

A sum is published only if it reveals no group's amount, by the same rules that protect persons on a
group's own page. A batch that was sealed never changes. So nobody can subtract two pages to find a
group that joined or left. If the page ever named a group, readers may know all figures of this
group from its own public page. So the rest of a sum without these groups must follow the rules,
too. And a group is named only if readers who know its figures can find no other group's amount in
earlier sums."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from budgettrack.core.base import months
from budgettrack.core.base.money import minor
from budgettrack.core.base.months import Month
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.figures.conversion import Conversion
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.combinations import Equation, gives_away
from budgettrack.core.sealing.differences import Figures
from budgettrack.core.sealing.drafts import Draft, Drafts
from budgettrack.core.sealing.nearness import Nearness
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.sealing.safety import FEWEST, combined, is_safe_or_nothing
from budgettrack.core.sealing.seal import Number

TABLE = "statements"

_MOST_PARTS = 60
"""If a group reports several months at once, an amount is divided into at most this many months."""

_NO_PLAN = Plan("", {}, {}, {}, {}, {}, {}, {}, {}, frozenset())
"""A plan without records. With it, grants and categories keep the names that they have in the
batches."""

RateOfMonth = Callable[[str, Month], Conversion | None]
"""A function that returns the conversion of a currency in a month, or None if no rate is known."""


class NetworkSums(Struct, frozen=True):
    """The published sums of the groups' spending, and what waits. `batches`: in the order in which
    they were sealed. `waiting`: amounts that groups reported and that are in no batch. `pages`: the
    months for which sums were made. `named`: the codes of all groups that the page ever named."""

    batches: Sequence[Batch] = ()
    waiting: Sequence[Contribution] = ()
    pages: Sequence[Month] = ()
    named: frozenset[str] = frozenset()


def told_now(
    known: NetworkSums,
    told: Mapping[str, HostStatement],
    page: Month,
    rate: RateOfMonth,
    headings: Mapping[str, str],
) -> list[Contribution]:
    """Returns the spending that groups report now and did not report before, as contributions of
    the groups.

    `told`: the newest statement of each group. `headings`: a mapping from a category to the wider
    heading that the public pages show in its place. A group that sends no statement any more adds
    nothing and takes nothing away. Money in a currency without a rate is left out until there is a
    rate."""
    before: dict[str, int] = {}
    for part in (*known.waiting, *(part for batch in known.batches for part in batch.parts)):
        before[part.line] = before.get(part.line, 0) + part.own
    last = max(known.pages, default="")
    found: list[Contribution] = []
    for code in sorted(told):
        for key, category, currency, own, since in _spent(code, told[code]):
            conversion = rate(currency, page)
            change = own - before.get(key, 0)
            if not change or conversion is None:
                continue
            begin = months.after(last, 1) if key in before else since
            many = _months_between(begin or page, page)
            labels = Labels("", headings.get(category, category), "")
            for number, units in enumerate(_divided(change, many)):
                found.append(
                    Contribution(
                        TABLE, f"{key} {page} {number}", code, key, "spent", page, units,
                        conversion.units(units), labels, currency,
                    )
                )  # fmt: skip
    return found


def _spent(code: str, told: HostStatement) -> Iterator[tuple[str, str, str, int, Month]]:
    """Yields the spending in a group's statement. Each has the name of the sum, the category, the
    currency, the amount and the first month."""
    for grant in told.grants:
        since = min((one.day[:7] for one in grant.receipts), default="")
        for one in grant.categories:
            key = f"{code} {grant.grant} {grant.currency} {one.category}"
            yield key, one.category, grant.currency, minor(one.spent, grant.currency), since


def _months_between(first: Month, last: Month) -> int:
    return min(max(months.count(first, last), 1), _MOST_PARTS)


def _divided(units: int, many: int) -> list[int]:
    """Divides an amount into equal parts, one for each month.

    A reader may guess that a group spends the same each month, and subtract multiples of figures.
    With the parts, the checks of combinations see the same sums as this reader."""
    each = int(Fraction(units, many))
    if not each:
        return [units]
    return [each + units - each * many, *[each] * (many - 1)]


def sealed(
    known: NetworkSums,
    new: Iterable[Contribution],
    page: Month,
    *,
    asking: Collection[str],
    left: Mapping[str, int],
    free: int,
    number: Number,
) -> NetworkSums:
    """Returns the sums with the new batches of a month.

    `asking`: the groups that agreed to be named, also those that are not named yet. `left`: the
    money of each group that it did not spend, in the base currency. `free`: money of the awards
    that no group has and that readers do not know."""
    pool = [*known.waiting, *new]
    seen = _readers(known.named, named_now(known, asking))
    drafts = Drafts(known.batches, pool, page, seen)
    figures = Figures(known.batches, _NO_PLAN, page, seen, drafts.less)
    nearness = Nearness(drafts.known_sums, seen)
    for is_negative in (False, True):
        # A batch has either money, or corrections that take money away, but never both.
        those = [part for part in pool if (part.units < 0) == is_negative]
        drafts.form(those, correction=is_negative)
    kept: Sequence[Draft] = drafts.drafts
    while True:
        with_rest = _with_safe_rest(kept, pool, left, free, seen)
        kept = nearness.without_near(figures.without_unsafe_differences(with_rest))
        if kept != with_rest:
            continue
        batches = [
            Batch(number(), page, draft.what, draft.correction, draft.labels, draft.parts)
            for draft in kept
        ]
        together = [*known.batches, *batches]
        # The drafts were judged one after the other.
        # Now all sums are judged together, in the order in which readers got them.
        if not kept or all(_stay_safe(together, reader) for reader in ((), *seen)):
            break
        kept.remove(min(kept, key=lambda draft: draft.size))
    in_batches = {part.id for draft in kept for part in draft.parts}
    return NetworkSums(
        (*known.batches, *batches),
        tuple(part for part in pool if part.id not in in_batches),
        (*known.pages, page),
        known.named,
    )


def _readers(named: Collection[str], soon: Collection[str]) -> list[Collection[str]]:
    """Returns the sets of groups whose figures readers may know: those that were named, and those
    that will be named soon."""
    readers = [frozenset(named), frozenset(named) | frozenset(soon)]
    return [
        reader for place, reader in enumerate(readers) if reader and reader not in readers[:place]
    ]


def _with_safe_rest(
    drafts: Sequence[Draft],
    pool: Sequence[Contribution],
    left: Mapping[str, int],
    free: int,
    seen: Sequence[Collection[str]],
) -> list[Draft]:
    """Returns the drafts that may be sealed, so that the rest of the awards reveals no group's
    amount. Awards are public, and a reader subtracts all sums from them.

    If the rest is not safe, the smallest draft waits. If no draft may be sealed, readers learn
    nothing new."""
    kept = list(drafts)
    while kept:
        in_batches = {part.id for draft in kept for part in draft.parts}
        waits: dict[str, int] = {}
        for part in pool:
            if part.id not in in_batches:
                waits[part.contributor] = waits.get(part.contributor, 0) + part.units
        rest = combined(waits, {who: units for who, units in left.items() if units > 0}, 1)
        # Money that nobody knows about protects like the money of several groups.
        rest |= {f"free {place}": free // FEWEST for place in range(FEWEST) if free >= FEWEST}
        if is_safe_or_nothing(rest, seen):
            break
        kept.remove(min(kept, key=lambda draft: draft.size))
    return kept


def named_now(known: NetworkSums, asking: Collection[str]) -> frozenset[str]:
    """Returns the groups that the page may name, among those that agreed twice. A group waits if
    readers who know its figures could calculate from earlier sums what another group spent."""
    new = {code for code in asking if code not in known.named}
    while new and not _stay_safe(known.batches, known.named | new):
        hurt = {code for one in known.batches for code in _hurt_by(one, known.named, new)}
        new -= hurt or new
    return frozenset(new | (known.named & set(asking)))


def _hurt_by(batch: Batch, named: Collection[str], new: Collection[str]) -> set[str]:
    """Returns the new groups in a batch, if readers who know their figures could find another
    group's amount in the batch."""
    if _stay_safe([batch], {*named, *new}):
        return set()
    return {part.contributor for part in batch.parts} & set(new)


def _stay_safe(batches: Sequence[Batch], visible: Collection[str]) -> bool:
    """Whether the published sums reveal no other group's amount to readers who know the figures of
    these groups."""
    if not batches:
        return True
    page = batches[-1].page
    seen = [frozenset(visible)]
    drafts = Drafts(batches, (), page, seen)
    hidden: list[Equation] = [
        {unknown: times for unknown, times in draft.row.items() if unknown[0] not in visible}
        for draft in drafts.sealed
    ]
    if not drafts.all_stand() or gives_away(hidden):
        return False
    if not Figures(batches, _NO_PLAN, page, seen).are_safe():
        return False
    whole = list(drafts.sealed)
    return Nearness((), seen).without_near(whole) == whole


def public_sums(known: NetworkSums) -> list[PublicBatch]:
    """Returns the batches in the form that the public may know."""
    return public_batches(known.batches, _NO_PLAN)
