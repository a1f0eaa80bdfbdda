"""Finds the grants in which a row stood before it was moved to another grant.

The funder of such a grant saw the row there, and so knows to whom the money went. Example: a
payment of B-1 waits for a page, and the line B-1 is moved from G-1 to G-2. The funder of G-1 has
seen the payment, although the payment was published only as one of G-2."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.sealing.batches import Contribution

MOVING = ("expenses", "budget")
"""The tables whose rows belong to a grant and may be moved to another."""


class Former(Struct, frozen=True):
    """Where rows stood before.

    `lines`: by the ID of an expense, the budget lines on which it once was. `grants`: by table and
    ID, the grants to which an expense or a budget line once belonged."""

    lines: Mapping[str, Collection[str]] = {}
    grants: Mapping[tuple[str, str], Collection[str]] = {}

    def lines_of(self, part: Contribution) -> Collection[str]:
        """Returns the budget lines on which a contribution once was, without the present one."""
        return self.lines.get(part.id, ()) if part.table == "expenses" else ()

    def grants_of(self, part: Contribution, plan: Plan) -> set[str]:
        """Returns the grants in which a contribution stands, or once stood.

        A payment counts as seen in each grant to which one of its lines ever belonged, also if the
        line had left the grant before the payment was made: in doubt a funder has seen it."""
        lines = {part.line, *self.lines_of(part)}
        now = {plan.lines[id_].grant for id_ in lines if id_ in plan.lines}
        before = {grant for id_ in lines for grant in self.grants.get(("budget", id_), ())}
        own = self.grants.get((part.table, part.id), ())
        return {part.labels.grant or "", *now, *before, *own}


NOWHERE = Former()
"""No row was ever moved."""


def former_of(older: Iterable[tuple[str, str, Fields]]) -> Former:
    """Returns where rows stood before, from their older versions: table, ID and fields of each."""
    lines: dict[str, set[str]] = {}
    grants: dict[tuple[str, str], set[str]] = {}
    for table, id_, fields in older:
        if table == "expenses" and (line := fields.get("budget_line")):
            lines.setdefault(id_, set()).add(line)
        if table in MOVING and (grant := fields.get("grant")):
            grants.setdefault((table, id_), set()).add(grant)
    return Former(lines, grants)
