"""Hides from a published page the grants that may no longer be named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import (
    Correction,
    MoneyIn,
    PublicStanding,
    PublicView,
    Standings,
)
from budgettrack.core.views.published import (
    GIFTS,
    WITHHELD,
    named,
)


def withdrawn(view: PublicView, plan: Plan) -> PublicView:
    """Replaces, in a view published earlier, the names of grants that may no longer be named.

    Their money is added to the one line *withheld*. With two such lines, a reader could see which
    grant each amount belongs to."""
    gone = {f"={each.id}" for each in view.grants if not named(plan.grants.get(each.id))}
    if not gone:
        return view
    return replace(
        view,
        grants=[each for each in view.grants if f"={each.id}" not in gone],
        money_in=_money_withheld(view.money_in, gone),
        by_grant=_standings_withheld(view.by_grant, gone),
        corrections=_corrections_withheld(view.corrections, gone),
    )


def _money_withheld(rows: Sequence[MoneyIn], gone: Collection[str]) -> tuple[MoneyIn, ...]:
    those = [row for row in rows if row.kind == WITHHELD or f"={row.grant}" in gone]
    if not those:
        return tuple(rows)
    one = MoneyIn(
        "", WITHHELD, sum(row.this_month for row in those), sum(row.to_date for row in those)
    )
    gifts = [row for row in rows if row.kind == GIFTS]
    return (*(row for row in rows if row not in those and row not in gifts), one, *gifts)


def _standings_withheld(table: Standings, gone: Collection[str]) -> Standings:
    """Adds the rows of withheld grants up in one row. It goes up to the latest month among them."""
    those = [row for row in table.rows if row.key == WITHHELD or row.key in gone]
    if not those:
        return table
    through = max((row.through for row in those if row.through), default=None)
    budget, spent = sum(row.budget for row in those), sum(row.spent for row in those)
    waiting = dict.fromkeys(WITHHELD if key in gone else key for key in table.waiting)
    rows = [row for row in table.rows if row not in those]
    return replace(
        table,
        rows=(*rows, PublicStanding(WITHHELD, "", WITHHELD, through, budget, spent)),
        waiting=tuple(waiting),
    )


def _corrections_withheld(
    corrections: Sequence[Correction], gone: Collection[str]
) -> tuple[Correction, ...]:
    those = [
        each
        for each in corrections
        if each.what == "received" and (each.kind == WITHHELD or each.key in gone)
    ]
    if not those:
        return tuple(corrections)
    since, until = min(each.since for each in those), max(each.until for each in those)
    was, now = sum(each.was for each in those), sum(each.now for each in those)
    one = Correction(WITHHELD, "", WITHHELD, "received", since, until, was, now)
    return (*(each for each in corrections if each not in those), one)
