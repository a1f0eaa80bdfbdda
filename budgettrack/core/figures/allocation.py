"""Splits one receipt over several budget lines by a share key such as 60/40, and checks that the
parts sum to the receipt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import Plan

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
"""A weight or an amount in a share key. `Decimal` alone would also accept NaN, and numbers such as
1e999999, which need too much memory."""


def parts(key: str, units: int, currency: str) -> list[int]:
    """Splits an amount in minor units by a share key, into a list of parts that sum to it.

    `60/40` are weights; `120.50+79.50` are the amounts themselves. Raises UsageError if the key
    cannot be read, or if the amounts do not sum to the whole."""
    if "+" in key:
        return _by_amounts(key, units, currency)
    return money.allocate(units, _whole_numbers(_numbers(key, "/")))


def _numbers(key: str, sign: str) -> list[Decimal]:
    typed = [part.strip().rstrip("%") for part in key.split(sign)]
    if not all(map(_NUMBER.fullmatch, typed)):
        raise UsageError(
            f'"{key}" is not a share key. Type weights as 60/40, or amounts as 120.50+79.50'
        )
    numbers = list(map(Decimal, typed))
    if len(numbers) < 2 or min(numbers) <= 0:
        raise UsageError(
            f'"{key}" does not have two parts above 0. Type weights as 60/40, or amounts as'
            " 120.50+79.50"
        )
    return numbers


def _whole_numbers(weights: Sequence[Decimal]) -> list[int]:
    """Returns whole numbers in the same proportion as the given weights: 1.5 and 2 become 15 and
    20."""
    finest = min(weight.as_tuple().exponent for weight in weights)
    scale = max(0, -finest) if isinstance(finest, int) else 0
    return [int(weight.scaleb(scale)) for weight in weights]


def _by_amounts(key: str, units: int, currency: str) -> list[int]:
    numbers = _numbers(key, "+")
    amounts = [number.scaleb(money.digits(currency)) for number in numbers]
    if any(amount != int(amount) for amount in amounts) or sum(amounts) != units:
        text = money.decimal(units, currency)
        raise UsageError(
            f"{key} sums to {sum(numbers)}; the receipt is {text} {currency}. Correct the amounts."
        )
    return [int(amount) for amount in amounts]


def receipt_checks(plan: Plan) -> Iterator[Finding]:
    """Yields a finding for each receipt whose parts do not sum to the total in its first row."""
    heads = [each for each in plan.expenses.values() if each.receipt_total is not None]
    if not heads:
        return
    sums: dict[str, int] = defaultdict(int)
    for expense in plan.expenses.values():
        # One receipt may be paid in euros and in pounds. Parts in another currency are not summed.
        head = plan.expenses.get(expense.split_of or expense.id)
        if head is not None and expense.currency == head.currency:
            sums[head.id] += expense.signed(expense.amount)
    for head in heads:
        if head.receipt_total is not None and sums[head.id] != head.receipt_total:
            yield finding(
                "split-does-not-add-up",
                "expenses",
                head.id,
                "amount",
                sum=money.with_currency(sums[head.id], head.currency),
                total=money.with_currency(head.receipt_total, head.currency),
            )
