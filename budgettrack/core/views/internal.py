"""What mail may say to the group's own coordinators, and to the host that holds its money: sums by
grant, and dates.

A host sees the grants that it holds and no other. Nobody is named in either: personal columns were
never read."""

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
"""Days that a mail looks ahead for what is due."""


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """A grant's money to the end of a month; `money` is in minor units of the grant's currency."""

    id: str
    title: str
    money: GrantPosition


@dataclass(frozen=True, slots=True)
class HostView:
    """What the holder of the money reads: the grants that it holds."""

    organisation: str
    host: str
    month: Month
    provisional: bool
    grants: Sequence[GrantStanding]
    due: Sequence[DueDate]
    on: date


@dataclass(frozen=True, slots=True)
class InternalView:
    """What coordinators read. `new` are the findings first seen since the last reminder, but for
    those about dates, which `due` has; `unfinished` the active months that are not closed, oldest
    first, and `waiting` the grants whose summaries wait for them."""

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
    """Every grant that has or had money, to the end of a month."""
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
    """What is due, soonest first, and then what is late, newest first: a mail that is cut short
    keeps what can be done."""
    due = upcoming(plan, today, AHEAD)
    late = [each for each in due if each.due < today]
    return [each for each in due if each.due >= today] + late[::-1]


def host_view(
    plan: Plan, totals: Sequence[Total], month: Month, *, organisation: str, host: str, today: date
) -> HostView:
    """The view of the holder `host`, or of the only one there is.

    Raises `UsageError` where no grant is held by it, or where there are several and it is not said
    which one is meant."""
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
    """The coordinators' view; `since` is the day of the last reminder (None: all findings are
    new)."""
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
