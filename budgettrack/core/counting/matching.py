"""Which payments of one side are which receipts of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matching:
    """The places of payments and receipts in their lists.

    `paid`, `got`: those that agree, together to the last unit. `differing`: a payment and a receipt
    that are probably one, with different amounts. `open_paid`: nobody has got it yet. `open_got`:
    nobody has paid it."""

    paid: tuple[int, ...] = ()
    got: tuple[int, ...] = ()
    differing: tuple[tuple[int, int], ...] = ()
    open_paid: tuple[int, ...] = ()
    open_got: tuple[int, ...] = ()


def match(paid: Sequence[int], got: Sequence[int]) -> Matching:
    """Matches payments with receipts. Both are in the order of their days.

    One payment may arrive in parts, and several as one: so the longest beginnings with the same sum
    agree. Of the others, equal amounts agree; what then is left on both sides differs."""
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
    """Returns how many payments and receipts from the first on have the same sum, at the most."""
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
