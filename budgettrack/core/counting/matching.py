"""Finds out which payment of the giver is which receipt of the group."""

from __future__ import annotations

from collections.abc import Sequence

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

    One payment may arrive in several parts, and several payments may arrive as one. So the longest
    beginnings of both lists that have equal sums are taken first: these payments and receipts
    agree. Of the others, equal amounts agree. If some are still left on both sides, they are paired
    in their order, as differing."""
    many_paid, many_got = _same_beginning(paid, got)
    left_paid = list(range(many_paid, len(paid)))
    left_got = list(range(many_got, len(got)))
    agreed_paid, agreed_got = list(range(many_paid)), list(range(many_got))
    for one in [*left_paid]:
        other = next((other for other in left_got if got[other] == paid[one]), None)
        if other is not None:
            left_paid.remove(one)
            left_got.remove(other)
            agreed_paid.append(one)
            agreed_got.append(other)
    pairs = tuple(zip(left_paid, left_got, strict=False))
    return Matching(
        tuple(agreed_paid),
        tuple(agreed_got),
        pairs,
        tuple(left_paid[len(pairs) :]),
        tuple(left_got[len(pairs) :]),
    )


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
