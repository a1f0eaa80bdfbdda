"""Splits one receipt over several lines by a share key, and checks that the parts sum to the
receipt."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import Plan


def parts(key: str, units: int, currency: str) -> list[int]:
    """Splits an amount in minor units by a share key.

    `60/40` are weights; `120.50+79.50` are the amounts themselves. Raises UsageError if the key
    cannot be read, or if the amounts do not sum to the whole."""
    sign = "+" if "+" in key else "/"
    try:
        numbers = [Decimal(each.strip().rstrip("%")) for each in key.split(sign)]
    except InvalidOperation:
        raise UsageError(
            f'"{key}" is not a share key. Type weights as 60/40, or amounts as 120.50+79.50'
        ) from None
    if len(numbers) < 2 or any(each <= 0 for each in numbers):
        raise UsageError(
            f'"{key}" does not have two parts above 0. Type weights as 60/40, or amounts as'
            " 120.50+79.50"
        )
    if sign == "/":
        finest = min(each.as_tuple().exponent for each in numbers)
        scale = max(0, -finest) if isinstance(finest, int) else 0
        return money.allocate(units, [int(each.scaleb(scale)) for each in numbers])
    found = [each.scaleb(money.digits(currency)) for each in numbers]
    if any(each != int(each) for each in found) or sum(found) != units:
        text = money.decimal(units, currency)
        raise UsageError(
            f"{key} sums to {sum(numbers)}; the receipt is {text} {currency}. Correct the amounts."
        )
    return [int(each) for each in found]


def receipt_checks(plan: Plan) -> Iterator[Finding]:
    """Checks that the parts of each receipt sum to the total in its first row."""
    sums: dict[str, int] = {}
    for each in plan.expenses.values():
        head = each.split_of or each.id
        if head in plan.expenses and each.currency == plan.expenses[head].currency:
            sums[head] = sums.get(head, 0) + (
                -each.amount if each.state == "refunded" else each.amount
            )
    for each in plan.expenses.values():
        if each.receipt_total is not None and sums.get(each.id) != each.receipt_total:
            yield finding(
                "split-does-not-add-up",
                "expenses",
                each.id,
                "amount",
                sum=money.with_currency(sums.get(each.id, 0), each.currency),
                total=money.with_currency(each.receipt_total, each.currency),
            )
