"""The funding grid: what each piece of the work costs, and which grants pay it; in one currency, at
the budget rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from budgettrack.core.base import money
from budgettrack.core.records.model import Grant, Plan

BEGUN = frozenset({"active", "closing"})
HOPED = frozenset({"prospect", "applied", "awarded"})


@dataclass(slots=True)
class GridRow:
    """One activity and category; sums in minor units of the base currency, by grant. `unknown`:
    lines without a rate.

    `state`: `gap` (no grant that has begun pays any of it), `double` (more than one does), or
    blank."""

    activity: str
    category: str
    by_grant: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    state: str = ""

    @property
    def total(self) -> int:
        return sum(self.by_grant.values())


def grid(plan: Plan) -> tuple[list[str], list[GridRow]]:
    """The grants (begun ones first, then those hoped for) and the rows, activities without any line
    among them."""
    grants = [each for each in plan.grants.values() if each.state in BEGUN]
    grants += [each for each in plan.grants.values() if each.state in HOPED]
    begun = {each.id for each in grants if each.state in BEGUN}
    rows: dict[tuple[str, str], GridRow] = {}
    for activity in plan.activities.values():
        if activity.status not in ("done", "dropped") and not any(
            line.activity == activity.id for line in plan.lines.values()
        ):
            rows[activity.id, ""] = GridRow(activity.id, "")
    for line in plan.lines.values():
        grant = plan.grants.get(line.grant)
        if grant is None or grant.state not in BEGUN | HOPED:
            continue
        row = rows.setdefault((line.activity, line.category), GridRow(line.activity, line.category))
        units = in_base(plan, grant, line.amount)
        if units is None:
            row.unknown.append(line.id)
        else:
            row.by_grant[grant.id] = row.by_grant.get(grant.id, 0) + units
    for row in rows.values():
        paying = [id_ for id_, units in row.by_grant.items() if units and id_ in begun]
        row.state = "gap" if not paying and not row.unknown else "double" if len(paying) > 1 else ""
    return [each.id for each in grants], sorted(
        rows.values(), key=lambda row: (row.activity == "", row.activity, row.category)
    )


def in_base(plan: Plan, grant: Grant, units: int) -> int | None:
    """An amount of a grant in the base currency, at its budget rate; None where it has none and
    needs one."""
    if grant.currency == plan.base:
        return units
    if not grant.budget_rate:
        return None
    return money.convert(units, grant.currency, plan.base, (grant.budget_rate, Decimal(1)))
