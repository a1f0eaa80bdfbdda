"""Makes the funding grid: a table that shows for each piece of work what it costs, and which grants
pay for it.

Amounts are in the base currency, at the planning rate of each grant."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from budgettrack.core.figures.conversion import Conversion, to_base
from budgettrack.core.figures.ours import is_ours, money_of
from budgettrack.core.records.model import Grant, Plan

GAP, DOUBLE = "gap", "double"
ROW_STATES = (GAP, DOUBLE)


class GridRow(Struct):
    """The sums of one activity and category, in minor units of the base currency.

    `total`: the sum of the grants that are ours. `may_come`: the sum of the grants that are applied
    for. `unknown`: the lines without a rate. `state`: "gap" if no active grant pays and no closed
    one has paid, "double" if several active grants pay, otherwise ""."""

    activity: str
    category: str
    by_grant: dict[str, int] = field(default_factory=dict)
    total: int = 0
    may_come: int = 0
    unknown: list[str] = field(default_factory=list)
    state: str = ""


def grid(plan: Plan) -> tuple[list[str], list[GridRow]]:
    """Returns the grants and the rows of the funding grid. Declined grants are left out.

    The columns are first the active grants, then the awarded and closed ones, then those that
    may come. An activity without a budget line has a row too. The
    rows have the order of the work-plan."""
    shown = [grant for grant in plan.grants.values() if money_of(grant) != "declined"]
    grants = {grant.id: grant for grant in sorted(shown, key=_rank)}
    rows = _rows(plan, {id_: to_base(plan, grant) for id_, grant in grants.items()})
    for id_ in _without_line(plan):
        rows.setdefault((id_, ""), GridRow(id_, ""))
    for row in rows.values():
        row.state = _state(row, grants)
    place = {id_: number for number, id_ in enumerate(plan.activities)}
    order = sorted(
        rows.values(),
        key=lambda row: (row.activity == "", place.get(row.activity, len(place)), row.category),
    )
    return list(grants), order


def _rank(grant: Grant) -> int:
    """Returns the key by which the columns of grants are sorted. Grants with the same key stay
    in their order."""
    if grant.is_running:
        return 0
    if not is_ours(grant):
        return 3
    return 2 if grant.state == "closed" else 1


def _without_line(plan: Plan) -> list[str]:
    """Returns the activities that are not finished and have no budget line."""
    paid = {line.activity for line in plan.lines.values()}
    return [
        activity.id
        for activity in plan.activities.values()
        if not activity.is_finished and activity.id not in paid
    ]


def _rows(
    plan: Plan, conversions: Mapping[str, Conversion | None]
) -> dict[tuple[str, str], GridRow]:
    """Returns the rows with their sums: one for each activity and category of the given grants."""
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


def _state(row: GridRow, grants: Mapping[str, Grant]) -> str:
    """Returns "gap" if no active grant pays and no closed one has paid, "double" if several active
    grants pay, otherwise ""."""
    funders = [grants[id_] for id_, units in row.by_grant.items() if units]
    paying = sum(grant.is_running for grant in funders)
    if paying > 1:
        return DOUBLE
    has_paid = any(grant.state == "closed" for grant in funders)
    return "" if paying or has_paid or row.unknown else GAP
