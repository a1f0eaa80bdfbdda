"""Calculates from an award and its instalments what the public may know: the money received, and
the money that is left to spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.conversion import income_in
from budgettrack.core.figures.totals import spent_by
from budgettrack.core.records.model import HOST_FEE, RETURNED, Grant, Income, Plan

PaidByGrant = Mapping[str, Mapping[Month, int]]

GIVERS = frozenset({"membership", "crowdfunding"})
"""The kinds of grants whose money comes from persons, and not from a funder."""


_LATELY = 5
"""The number of past months for which a funder may pay at a flat rate."""


def from_givers(grant: Grant | None) -> bool:
    """Whether the money of a grant comes from persons. Money that belongs to no grant may come
    from persons too."""
    return grant is None or grant.kind in GIVERS


def is_gift(row: Income, grant: Grant | None) -> bool:
    """Whether money received comes from persons and not from a funder."""
    is_from_persons = from_givers(grant) or row.kind == "donation"
    return row.state == "received" and is_from_persons and row.kind != HOST_FEE


def instalments(plan: Plan, grant: Grant, month: Month) -> dict[Month, int]:
    """Returns the money received from the funder by month, up to the end of `month`, in minor
    units of the grant's currency. Money that was given back is negative. Gifts are left out, and so
    are fees that we keep as a host: the award of which we keep them has come in already."""
    by_month: dict[Month, int] = {}
    for receipt in plan.income.values():
        if receipt.grant != grant.id or receipt.state != "received" or receipt.kind == HOST_FEE:
            continue
        when = month_of(receipt.date)
        if when > month:
            continue
        units = income_in(plan, receipt, grant.currency)
        if units is not None and not is_gift(receipt, grant):
            signed = -units if receipt.kind == RETURNED else units
            by_month[when] = by_month.get(when, 0) + signed
    return by_month


def paid_by_grant(plan: Plan) -> PaidByGrant:
    """Returns what was spent of each grant by the month of payment, in minor units of the grant's
    currency. It reads all expenses, so a caller with several grants or months calls it once."""
    paid: dict[str, dict[Month, int]] = {}
    for expense in plan.expenses.values():
        when_and_units = spent_by(plan, expense)
        if when_and_units is not None:
            when, units = when_and_units
            grant, _ = plan.place_of(expense)
            of_grant = paid.setdefault(grant, {})
            of_grant[when] = of_grant.get(when, 0) + units
    return paid


def pays_back(paid: PaidByGrant, grant: Grant, received: Mapping[Month, int]) -> bool:
    """Whether an instalment shows what was spent. `received` has the instalments by month.

    It does if it is exactly what was spent in one month, or in several months in a row, up to the
    month of the instalment. It also does if it is what was spent in the last months times a flat
    rate, such as 107 % with overheads or 80 % of the costs."""
    spent = paid.get(grant.id, {})
    for month, units in received.items():
        until = [spent[when] for when in sorted(spent) if when <= month]
        if units > 0 and (_is_sum_of_months(units, until) or _is_at_a_flat_rate(units, until)):
            return True
    return False


def _is_sum_of_months(units: int, spent: Sequence[int]) -> bool:
    """Whether a sum is exactly what was spent in one month, or in several months in a row."""
    totals: set[int] = {0}
    for total in accumulate(spent):
        if total - units in totals:
            return True
        totals.add(total)
    return False


def _is_at_a_flat_rate(units: int, spent: Sequence[int]) -> bool:
    """Whether a sum is what was spent in one to three of the last months, times a flat rate. It may
    differ by one cent, because funders round in different ways.

    A flat rate is a whole percentage of the costs from 50 % on, or the costs and up to 25 % more,
    in steps of half a per cent. Only a few sums are compared, because any instalment is near some
    rate of some sum."""
    lately = list(spent)[-_LATELY:]
    for first in range(len(lately)):
        for total in list(accumulate(lately[first:]))[:3]:
            halves = round(200 * units / total) if total > 0 else 0
            is_rate = 200 < halves <= 250 or (100 <= halves < 200 and halves % 2 == 0)
            if is_rate and abs(200 * units - halves * total) <= 200:
                return True
    return False


def to_spend(plan: Plan, grant: Grant, month: Month) -> int | None:
    """Returns the largest sum from which a reader can subtract spending, in minor units of the
    grant's currency. It is the award (or the money received, if that is more), less the money that
    was given back.

    Returns None if neither is known. Also returns None if the money comes from persons, because in
    that case neither is public."""
    by_month = instalments(plan, grant, month)
    if from_givers(grant) or (grant.amount is None and not by_month):
        return None
    back = -sum(units for units in by_month.values() if units < 0)
    received = sum(by_month.values()) + back
    return max(grant.amount or 0, received) - back
