"""Finds out which payment of the giver is which receipt of the group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct


class Matching(Struct, frozen=True):
    """Payments and receipts by their positions in the two lists.

    `paid`, `got`: the payments and receipts that agree; both sums are equal. `differing`: pairs
    of a payment and a receipt that are probably the same money, with different amounts.
    `open_paid`: payments that the other side has not received yet. `open_got`: receipts that the
    giver has not paid."""

    paid: tuple[int, ...] = ()
    got: tuple[int, ...] = ()
    differing: tuple[tuple[int, int], ...] = ()
    open_paid: tuple[int, ...] = ()
    open_got: tuple[int, ...] = ()


def match(paid: Sequence[int], got: Sequence[int]) -> Matching:
    """Matches payments with receipts. Both are in the order of their days.

    One payment may arrive in several parts, and several payments may arrive as one. A day may be
    typed wrongly, so the order of the days says less than the amounts. Several ways are tried: the
    longest beginnings of both lists that have equal sums, equal amounts, and a payment with
    receipts side by side that have its sum. If some are still left on both sides, they are paired
    as differing, so that the amounts differ as little as possible. The way is taken by which the
    two sides differ least. Of equal ways, it is the one that pairs the fewest, and then the first.
    """
    first = _matched(paid, got, _WAYS[0])
    if not first.differing:
        # The sides differ by exactly what is open, and no way has less.
        return first
    ways = [first, *(_matched(paid, got, steps) for steps in _WAYS[1:])]
    return min(ways, key=lambda one: (_trouble(one, paid, got), len(one.differing)))


def _trouble(matching: Matching, paid: Sequence[int], got: Sequence[int]) -> int:
    """Returns the sum of all on which the two sides do not agree."""
    return (
        sum(abs(paid[one] - got[other]) for one, other in matching.differing)
        + sum(paid[one] for one in matching.open_paid)
        + sum(got[one] for one in matching.open_got)
    )


@dataclass
class _Open:
    """The payments and receipts that were not matched yet, by their positions, and those that
    agree."""

    paid: list[int]
    got: list[int]
    agreed_paid: list[int] = field(default_factory=list)
    agreed_got: list[int] = field(default_factory=list)

    def agree(self, paid: Sequence[int], got: Sequence[int]) -> None:
        for here, agreed, ones in (
            (self.paid, self.agreed_paid, paid),
            (self.got, self.agreed_got, got),
        ):
            for one in [*ones]:
                here.remove(one)
                agreed.append(one)


_Step = Callable[[_Open, Sequence[int], Sequence[int]], None]


def _matched(paid: Sequence[int], got: Sequence[int], steps: Sequence[_Step]) -> Matching:
    left = _Open(list(range(len(paid))), list(range(len(got))))
    for step in steps:
        step(left, paid, got)
    pairs = _nearest(left, paid, got)
    ones, others = {one for one, _ in pairs}, {other for _, other in pairs}
    return Matching(
        tuple(sorted(left.agreed_paid)),
        tuple(sorted(left.agreed_got)),
        pairs,
        tuple(one for one in left.paid if one not in ones),
        tuple(other for other in left.got if other not in others),
    )


def _beginnings(left: _Open, paid: Sequence[int], got: Sequence[int]) -> None:
    """Takes the longest beginnings of both lists that have the same sum."""
    here, there = _same_beginning([paid[one] for one in left.paid], [got[one] for one in left.got])
    left.agree(left.paid[:here], left.got[:there])


def _equal(left: _Open, paid: Sequence[int], got: Sequence[int]) -> None:
    """Takes a payment and a receipt with the same amount, as often as there are any."""
    for one in [*left.paid]:
        other = next((other for other in left.got if got[other] == paid[one]), None)
        if other is not None:
            left.agree([one], [other])


def _side_by_side(left: _Open, paid: Sequence[int], got: Sequence[int]) -> None:
    """Takes a payment that arrived in parts side by side, and payments that arrived as one."""
    for one in [*left.paid]:
        if parts := _run(left.got, got, paid[one]):
            left.agree([one], parts)
    for one in [*left.got]:
        if parts := _run(left.paid, paid, got[one]):
            left.agree(parts, [one])


def _run(places: Sequence[int], units: Sequence[int], whole: int) -> list[int]:
    """Returns the first of the places side by side that sum to `whole`, or none."""
    for start in range(len(places)):
        sum_ = 0
        for end in range(start, len(places)):
            sum_ += units[places[end]]
            if sum_ == whole:
                return [*places[start : end + 1]]
    return []


def _nearest(left: _Open, paid: Sequence[int], got: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Pairs what is left on both sides, so that the amounts differ as little as possible. Of two
    such ways, the earlier payments and receipts are paired."""
    is_turned = len(left.paid) > len(left.got)
    few, many = (left.got, left.paid) if is_turned else (left.paid, left.got)
    here, there = (got, paid) if is_turned else (paid, got)
    fewer = sorted(few, key=lambda one: (here[one], one))
    more = sorted(many, key=lambda one: (there[one], one))
    # Pairs of two lists in the order of their amounts never have to cross.
    # best[n] is the best way to pair the first n of `fewer` with some of `more` so far.
    best: list[tuple[int, int, tuple[tuple[int, int], ...]] | None] = [(0, 0, ())]
    best += [None] * len(fewer)
    for other in more:
        for at in range(len(fewer), 0, -1):
            before, one = best[at - 1], fewer[at - 1]
            if before is None:
                continue
            differs, late, pairs = before
            way = differs + abs(here[one] - there[other]), late + other, (*pairs, (one, other))
            kept = best[at]
            if kept is None or way[:2] < kept[:2]:
                best[at] = way
    found = best[len(fewer)]
    assert found is not None
    return tuple(sorted((other, one) if is_turned else (one, other) for one, other in found[2]))


_WAYS: Sequence[Sequence[_Step]] = (
    (_beginnings, _equal, _side_by_side),
    (_equal, _beginnings, _side_by_side),
    (_equal,),
)
"""The ways to find payments and receipts that agree, step by step."""


def _same_beginning(paid: Sequence[int], got: Sequence[int]) -> tuple[int, int]:
    """Returns two numbers: how many payments and how many receipts, from the beginning of each
    list, have the same sum. They are the largest such numbers."""
    here = there = sum_paid = sum_got = 0
    best = (0, 0)
    while here < len(paid) or there < len(got):
        if there == len(got) or (here < len(paid) and sum_paid <= sum_got):
            sum_paid += paid[here]
            here += 1
        else:
            sum_got += got[there]
            there += 1
        if sum_paid == sum_got:
            best = (here, there)
    return best
