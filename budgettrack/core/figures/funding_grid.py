"""The funding grid: what each piece of the work costs, and which grants pay it; in the base
currency, at each grant's planning rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from budgettrack.core.figures.conversion import Conversion, to_base
from budgettrack.core.figures.ours import is_ours, money_of
from budgettrack.core.records.model import Plan

BEGUN = frozenset({"active", "closing"})
"""States of a grant whose money is being spent."""


@dataclass(slots=True)
class GridRow:
    """One activity and category; sums in minor units of the base currency, by grant. `unknown`:
    lines without a rate.

    `total` is of the grants that are ours, `may_come` of those that were only asked for. `state`:
    `gap` (no grant that has begun pays any of it), `double` (more than one does), or blank."""

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
    rows = _rows(plan, {grant.id: to_base(plan, grant) for grant in grants})
    for id_ in _without_line(plan):
        rows.setdefault((id_, ""), GridRow(id_, ""))
    begun = {grant.id for grant in grants if grant.state in BEGUN}
    for row in rows.values():
        row.state = _state(row, begun)
    return [each.id for each in grants], sorted(
        rows.values(), key=lambda row: (row.activity == "", row.activity, row.category)
    )


def _without_line(plan: Plan) -> list[str]:
    """The activities still to be done that no budget line pays."""
    paid = {line.activity for line in plan.lines.values()}
    return [
        activity.id
        for activity in plan.activities.values()
        if activity.status not in ("done", "dropped") and activity.id not in paid
    ]


def _rows(
    plan: Plan, conversions: Mapping[str, Conversion | None]
) -> dict[tuple[str, str], GridRow]:
    """A row for each activity and category of the grants that are shown, with their sums."""
    rows: dict[tuple[str, str], GridRow] = {}
    for line in plan.lines.values():
        if line.grant not in conversions:
            continue
        row = rows.setdefault((line.activity, line.category), GridRow(line.activity, line.category))
        conversion = conversions[line.grant]
        if conversion is None:
            row.unknown.append(line.id)
            continue
        units = conversion.units(line.amount)
        row.by_grant[line.grant] = row.by_grant.get(line.grant, 0) + units
        if is_ours(plan.grants[line.grant]):
            row.total += units
        else:
            row.may_come += units
    return rows


def _state(row: GridRow, begun: Collection[str]) -> str:
    """A gap where no grant that has begun pays, double where several do."""
    paying = [id_ for id_, units in row.by_grant.items() if units and id_ in begun]
    if not paying and not row.unknown:
        return "gap"
    return "double" if len(paying) > 1 else ""
