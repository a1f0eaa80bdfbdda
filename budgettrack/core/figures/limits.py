"""Every limit of a funder: what it compares, on which rows, and whether a row is beyond it.

One rule at every scope: a line, a category, an activity and the whole grant are judged by the same
function, with the limit's percentages and its sum. Figures are exact here; what is shown may be
rounded afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.base.money import digits
from budgettrack.core.figures.conversion import at_planning_rate
from budgettrack.core.figures.profile import Limit, Profile, Scope, mapped
from budgettrack.core.figures.sums import Sums
from budgettrack.core.records.model import BudgetLine, Grant, Plan

USUAL_LIMIT = Decimal(10)
"""Percent of variance that needs no explanation where the grant says nothing (Humentum's good
practice)."""

Compared = tuple[int, int]
"""(budget, spent), or (approved, revised), in minor units."""


@dataclass(frozen=True, slots=True)
class GrantLimit:
    """A limit as it holds for one grant. `amount` is its own sum in minor units of the figures'
    currency (None: it has none).

    Where `lacks_rate`, its sum could not be converted and counts as 0: better one explanation too
    many than one too few."""

    limit: Limit
    amount: int | None
    lacks_rate: bool = False

    def is_beyond(self, compared: Compared | None, names: Collection[str] = ()) -> bool:
        """Whether a row is beyond the limit; `names` are those that the row's category has.

        Returns False if there is nothing to compare."""
        if compared is None:
            return False
        grown = compared[1] > compared[0]
        never = {name.strip().casefold() for name in self.limit.never}
        if grown and never & {name.strip().casefold() for name in names}:
            return True
        return is_beyond(self.limit, *compared, self.amount)


def is_beyond(limit: Limit, budget: int, spent: int, amount: int | None) -> bool:
    """Whether a difference is beyond a limit; `amount` is the limit's own in the same minor units
    (None: no such).

    Over is what is spent (or revised) above the budget (or the approved sum). A percentage of 0
    allows no difference at all; any difference from a budget of nothing is beyond any percentage.
    Exact: no figure is rounded."""
    over = spent - budget
    if not over or (limit.direction == "over" and over < 0):
        return False
    if limit.direction == "under" and over > 0:
        return False
    own = limit.percent_up if over > 0 else limit.percent_down
    percent = limit.percent if own is None else own
    tests = []
    if percent is not None:
        share, whole = abs(over) * 100, percent * abs(budget)
        tests.append(budget == 0 or share > whole or (limit.comparator == ">=" and share == whole))
    if amount is not None:
        reached = limit.amount_comparator == ">=" and abs(over) == amount
        tests.append(abs(over) > amount or reached)
    return bool(tests) and (all(tests) if limit.combine == "and" else any(tests))


def agreed_percent(grant: Grant | None) -> Decimal:
    """The variance limit that a grant's own agreement says, in percent, else the usual one."""
    return USUAL_LIMIT if grant is None or grant.variance_limit is None else grant.variance_limit


def is_beyond_agreed(grant: Grant | None, budget: int, spent: int) -> bool:
    """Whether spending differs from the budget by more than the grant's own limit (exactly at it is
    within)."""
    limit = Limit(percent=agreed_percent(grant), source="the grant's agreement", verified=True)
    return is_beyond(limit, budget, spent, None)


def grant_limits(plan: Plan, grant: Grant, profile: Profile, currency: str) -> list[GrantLimit]:
    """A profile's limits for one grant, their sums in the currency of its figures."""
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
    """The limit with the percentage that the grant's own agreement says, which wins over the
    profile."""
    if grant.variance_limit is None or limit.percent is None or limit.measure == "budget change":
        return limit
    return replace(limit, percent=grant.variance_limit)


def measured(limit: Limit, sums: Sums) -> Compared | None:
    """What a limit compares of a row; None where no approved sum is known."""
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
    """The row of a scope that a line belongs to: its own ID, its category (the funder's where the
    profile maps it), its activity, or '' for the whole grant."""
    if scope == "line":
        return line.id
    if scope == "activity":
        return line.activity
    if scope == "grant":
        return ""
    category = mapped(profile, line)
    return category.name if category else line.category


def names_of(profile: Profile, line: BudgetLine, scope: Scope) -> set[str]:
    """The names by which a limit may mean the category of a row, the group's own and the funder's;
    none for a row that is no category's."""
    if scope not in ("line", "category"):
        return set()
    category = mapped(profile, line)
    return {line.category, *((category.name, category.code) if category else ())} - {""}
