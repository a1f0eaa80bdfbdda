"""Checks the limits of a funder: how far spending may differ from the budget before the group must
explain it or ask.

One function judges every scope: a line, a category, an activity and the whole grant. Figures are
exact here. They may be rounded later, when they are shown."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.base.money import digits
from budgettrack.core.figures.conversion import at_planning_rate
from budgettrack.core.figures.sums import Sums
from budgettrack.core.records.model import BudgetLine, Grant, Plan

if TYPE_CHECKING:  # msgspec loads slowly, and most commands use no profile.
    from budgettrack.core.figures.profile import Limit, Profile, Scope

USUAL_LIMIT = Decimal(10)
"""The variance in percent that needs no explanation, if the grant gives no limit of its own.
Humentum, a network for NGO finance, recommends this percentage."""

Compared = tuple[int, int]
"""The two figures that a limit compares: (budget, spent) or (approved, revised), in minor units."""


class GrantLimit(Struct, frozen=True):
    """A limit as it applies to one grant.

    `amount`: the sum of the limit in minor units of the figures' currency, or None.
    `lacks_rate`: no rate is known for this sum, so it counts as 0. A needless explanation is
    better than a missing one."""

    limit: Limit
    amount: int | None
    lacks_rate: bool = False

    def is_beyond(self, compared: Compared | None, names: Collection[str] = ()) -> bool:
        """Whether a row is beyond the limit. `names` are the names of the row's category.

        Returns False if `compared` is None."""
        if compared is None:
            return False
        grown = compared[1] > compared[0]
        never = {name.strip().casefold() for name in self.limit.never}
        # The funder does not allow a category such as Personnel to grow at all.
        if grown and never & {name.strip().casefold() for name in names}:
            return True
        return is_beyond(self.limit, *compared, self.amount)


def is_beyond(limit: Limit, budget: int, spent: int, amount: int | None) -> bool:
    """Whether a difference is beyond a limit. Nothing is rounded.

    `amount` is the sum of the limit in the same minor units, or None. The difference is positive
    if `spent` (or the revised sum) is above `budget` (or the approved sum). A percentage of 0
    allows no difference. If the budget is 0, any difference is beyond any percentage."""
    over = spent - budget
    if not over or not _counts(limit, over):
        return False
    tests = []
    percent = _percent(limit, over)
    if percent is not None:
        tests.append(_is_beyond_percent(percent, budget, over, limit.comparator))
    if amount is not None:
        reached = limit.amount_comparator == ">=" and abs(over) == amount
        tests.append(abs(over) > amount or reached)
    return bool(tests) and (all(tests) if limit.combine == "and" else any(tests))


def _counts(limit: Limit, over: int) -> bool:
    """Whether the limit is for this direction: `over` is true for sums above the budget, and false
    for sums below it."""
    return limit.direction == "both" or (limit.direction == "over") == (over > 0)


def _percent(limit: Limit, over: int) -> Decimal | None:
    """Returns the percentage of the limit for one direction: `over` is true for sums above the
    budget, and false for sums below it. Returns None if the limit has no percentage."""
    own = limit.percent_up if over > 0 else limit.percent_down
    return limit.percent if own is None else own


def _is_beyond_percent(percent: Decimal, budget: int, over: int, comparator: str = ">") -> bool:
    share, whole = abs(over) * 100, percent * abs(budget)
    # If nothing was planned, a percentage of the plan allows nothing.
    return budget == 0 or share > whole or (comparator == ">=" and share == whole)


def agreed_percent(grant: Grant | None) -> Decimal:
    """Returns the variance limit in percent from the grant's agreement, or the usual limit."""
    return USUAL_LIMIT if grant is None or grant.variance_limit is None else grant.variance_limit


def is_beyond_agreed(grant: Grant | None, budget: int, spent: int) -> bool:
    """Whether spending differs from the budget by more than the grant's own limit.

    A difference equal to the limit is not beyond it."""
    over = spent - budget
    return over != 0 and _is_beyond_percent(agreed_percent(grant), budget, over)


def grant_limits(plan: Plan, grant: Grant, profile: Profile, currency: str) -> list[GrantLimit]:
    """Returns a profile's limits for one grant, with their sums in the currency of its figures."""
    return [_of_grant(plan, grant, limit, currency) for limit in profile.limit]


def _of_grant(plan: Plan, grant: Grant, limit: Limit, currency: str) -> GrantLimit:
    own = _agreed(limit, grant)
    if own.amount is None:
        return GrantLimit(own, None)
    conversion = at_planning_rate(plan, grant, own.currency, currency)
    if conversion is None:
        return GrantLimit(own, 0, lacks_rate=True)
    return GrantLimit(own, conversion.units(int(own.amount.scaleb(digits(own.currency)))))


def _agreed(limit: Limit, grant: Grant) -> Limit:
    """Returns the limit with the percentage of the grant's agreement, if the agreement has one."""
    if grant.variance_limit is None or limit.percent is None or limit.measure == "budget change":
        return limit
    return limit.with_percent(grant.variance_limit)


def measured(limit: Limit, sums: Sums) -> Compared | None:
    """Returns the two figures that a limit compares, from the sums of a row. Example: the budget
    and the spending. Returns None if the limit compares approved sums and none is known."""
    if limit.measure == "period":
        return sums.period_budget, sums.period_spent
    if limit.measure == "year":
        return sums.year_budget, sums.year_spent
    if limit.measure == "whole":
        return sums.whole, sums.spent
    if limit.measure == "budget change":
        return None if sums.approved is None else (sums.approved, sums.whole)
    return sums.budget, sums.spent


def judged_row(scope: Scope, profile: Profile, line: BudgetLine) -> str:
    """Returns the name of the row that is judged when a limit of this scope is checked on a line.
    By scope, this is the line's ID, its category (the funder's category if the profile maps it),
    its activity, or '' for the whole grant."""
    if scope == "line":
        return line.id
    if scope == "activity":
        return line.activity
    if scope == "grant":
        return ""
    category = profile.category_of(line)
    return category.name if category else line.category


def names_of(profile: Profile, line: BudgetLine, scope: Scope) -> set[str]:
    """Returns the names by which a limit may name the category of a row: our name, the funder's
    name and the funder's code.

    Returns an empty set for the scopes activity and grant."""
    if scope not in ("line", "category"):
        return set()
    category = profile.category_of(line)
    return {line.category, *((category.name, category.code) if category else ())} - {""}
