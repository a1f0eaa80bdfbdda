"""The funding grid: what each piece of the work costs, and which grants pay it; in the base
currency, at each grant's planning rate."""

from __future__ import annotations

from dataclasses import dataclass, field

from budgettrack.core.figures.conversion import to_base
from budgettrack.core.figures.ours import is_ours, money_of
from budgettrack.core.records.model import Plan

BEGUN = frozenset({"active", "closing"})
"""States of a grant whose money is being spent."""


@dataclass(slots=True)
class GridRow:
    """One activity and category; sums in minor units of the base currency, by grant. `unknown`:
    lines without a rate.

    `total` is of the grants that are ours, `may_come` of those that were only asked for. `state`: `gap` (no grant that has begun pays any of it), `double` (more than one does), or
    blank."""

    activity: str
    category: str
    by_grant: dict[str, int] = field(default_factory=dict)
    total: int = 0
    may_come: int = 0
    unknown: list[str] = field(default_factory=list)
    state: str = ""


def grid(plan: Plan) -> tuple[list[str], list[GridRow]]:
    """The grants (begun ones first, then the awarded ones, then what may come) and the rows,
    activities without any line among them. Grants that are closed or declined are none of it."""
    open_ = [each for each in plan.grants.values() if each.state != "closed"]
    grants = [each for each in open_ if each.state in BEGUN]
    grants += [each for each in open_ if is_ours(each) and each.state not in BEGUN]
    grants += [each for each in open_ if money_of(each) == "may come"]
    shown = {each.id: to_base(plan, each) for each in grants}
    begun = {each.id for each in grants if each.state in BEGUN}
    rows: dict[tuple[str, str], GridRow] = {}
    for activity in plan.activities.values():
        if activity.status not in ("done", "dropped") and not any(
            line.activity == activity.id for line in plan.lines.values()
        ):
            rows[activity.id, ""] = GridRow(activity.id, "")
    for line in plan.lines.values():
        grant = plan.grants.get(line.grant)
        if grant is None or grant.id not in shown:
            continue
        row = rows.setdefault((line.activity, line.category), GridRow(line.activity, line.category))
        conversion = shown[grant.id]
        if conversion is None:
            row.unknown.append(line.id)
            continue
        units = conversion.units(line.amount)
        row.by_grant[grant.id] = row.by_grant.get(grant.id, 0) + units
        if is_ours(grant):
            row.total += units
        else:
            row.may_come += units
    for row in rows.values():
        paying = [id_ for id_, units in row.by_grant.items() if units and id_ in begun]
        row.state = "gap" if not paying and not row.unknown else "double" if len(paying) > 1 else ""
    return [each.id for each in grants], sorted(
        rows.values(), key=lambda row: (row.activity == "", row.activity, row.category)
    )
