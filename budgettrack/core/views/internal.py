"""The content of mails to coordinators, and to a host that holds money for the group: sums by
grant, and due dates.

A host sees only the grants that it holds. No mail names a person: personal columns are never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.months import Month
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.deadlines import OWING, DueDate, upcoming
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.views.audience import without_personal_details

AHEAD = 30
"""The number of days for which a mail lists due dates in advance."""


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """A grant's money to the end of a month, in minor units of the grant's currency."""

    id: str
    title: str
    money: GrantPosition


@dataclass(frozen=True, slots=True)
class HostView:
    """The content of a mail to a host: the grants that the host holds."""

    organisation: str
    host: str
    month: Month
    provisional: bool
    grants: Sequence[GrantStanding]
    due: Sequence[DueDate]
    on: date


@dataclass(frozen=True, slots=True)
class InternalView:
    """The content of a mail to coordinators.

    `new`: the findings since the last reminder, except findings about dates.
    `due`: the findings about dates.
    `waiting`: the grants whose summaries wait until the `unfinished` months are closed.
    `unfinished`: the active months that are not closed, oldest first.
    """

    organisation: str
    month: Month
    provisional: bool
    grants: Sequence[GrantStanding]
    mistakes: int
    doubts: int
    new: Sequence[Finding]
    due: Sequence[DueDate]
    on: date
    waiting: Sequence[str] = ()
    unfinished: Sequence[Month] = ()


def standings(plan: Plan, totals: Sequence[Total], month: Month) -> list[GrantStanding]:
    """Returns the position of every grant that has money now or had money before, to the end of a
    month."""
    found = []
    for money in grant_positions(plan, totals, month):
        grant = plan.grants.get(money.grant)
        if (
            grant is not None
            and grant.state not in OWING
            and not (money.received or money.spent or money.committed)
        ):
            continue
        found.append(
            GrantStanding(money.grant, grant.title or grant.funder if grant else "", money)
        )
    return found


def _soonest(plan: Plan, today: date) -> list[DueDate]:
    """Deadlines to come, the soonest first; then late deadlines, the newest first.

    A long mail is cut at the end, so the deadlines that can still be met come first."""
    due = upcoming(plan, today, AHEAD)
    late = [each for each in due if each.due < today]
    return [each for each in due if each.due >= today] + late[::-1]


def host_view(
    plan: Plan, totals: Sequence[Total], month: Month, *, organisation: str, host: str, today: date
) -> HostView:
    """Returns the view of the host `host`. If `host` is empty, the view of the only host.

    Raises UsageError if the host holds no grant, or if `host` is empty and there are several hosts.
    """
    plan = without_personal_details(plan)
    holders = {
        each.held_by.casefold(): each.held_by for each in plan.grants.values() if each.held_by
    }
    if not host and len(holders) > 1:
        names = ", ".join(sorted(holders.values()))
        raise UsageError(
            f"More than one organisation holds grants ({names}). Say which one is meant: audience ="
            ' "host:NAME".'
        )
    name = host or next(iter(holders.values()), "")
    held = {
        each.id
        for each in plan.grants.values()
        if name and each.held_by.casefold() == name.casefold()
    }
    if not held:
        raise UsageError(
            f"No grant is held by {name or 'a host'}. Fill in Held by under Grants, or correct the"
            " recipient's audience."
        )
    return HostView(
        organisation=organisation,
        host=name,
        month=month,
        provisional=month not in plan.closed,
        grants=[each for each in standings(plan, totals, month) if each.id in held],
        due=[
            each
            for each in upcoming(plan, today, AHEAD)
            if each.grant in held and each.due >= today
        ],
        on=today,
    )


def internal_view(
    plan: Plan,
    totals: Sequence[Total],
    month: Month,
    *,
    organisation: str,
    findings: Sequence[Finding],
    since: date | None,
    today: date,
    waiting: Sequence[str] = (),
    unfinished: Sequence[Month] = (),
) -> InternalView:
    """Returns the view for coordinators. `since` is the day of the last reminder; None: all
    findings are new."""
    plan = without_personal_details(plan)
    new = [
        each
        for each in findings
        if (since is None or each.first_seen > since.isoformat())
        and CODES[each.code].group != "promises"
    ]
    mistakes = sum(each.severity == "error" for each in findings)
    return InternalView(
        organisation=organisation,
        month=month,
        provisional=month not in plan.closed,
        grants=standings(plan, totals, month),
        mistakes=mistakes,
        doubts=len(findings) - mistakes,
        new=new,
        due=_soonest(plan, today),
        on=today,
        waiting=waiting,
        unfinished=unfinished,
    )
