"""The content of mails to coordinators, and to a host that holds money for the group: sums by
grant, and due dates.

A host sees only the grants that it holds. No mail names a person: personal columns are never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.deadlines import DueDate, is_owed_by_a_group, upcoming
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan
from budgettrack.core.views.audience import without_personal_details

AHEAD = 30
"""A mail lists due dates for this number of days in advance."""

LATE_FIRST = 3
"""How many late reports a mail names before what is still to come."""


class GrantStanding(Struct, frozen=True):
    """The money of a grant at the end of a month, in minor units of the grant's currency."""

    id: str
    title: str
    money: GrantPosition


class HostView(Struct, frozen=True):
    """The content of a mail to a host: the grants that the host holds."""

    organisation: str
    host: str
    month: Month
    provisional: bool
    grants: Sequence[GrantStanding]
    due: Sequence[DueDate]
    on: date


class InternalView(Struct, frozen=True):
    """The content of a mail to coordinators.

    `new`: the findings since the last reminder, except findings about dates. `due`: the findings
    about dates. `waiting`: the grants whose summaries wait until the months in `unfinished` are
    closed. `unfinished`: the active months that are not closed, oldest first."""

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
    """Returns the money of every grant that has money now or had money before, at the end of a
    month."""
    shown = []
    for money in grant_positions(plan, totals, month):
        grant = plan.grants.get(money.grant)
        if grant is None:
            shown.append(GrantStanding("", "", money))
        elif grant.is_running or money.received or money.spent or money.committed:
            shown.append(GrantStanding(grant.id, grant.title or grant.funder, money))
    return shown


def _soonest(plan: Plan, today: date, words: SheetWords) -> list[DueDate]:
    """Returns the few reports of ours that are late for the longest time, then what is still to
    come, the soonest first, and then what else is late, the newest first. A long mail is cut at the
    end. So what puts a grant at risk comes first, and does not hide what can still be met."""
    due = upcoming(plan, today, AHEAD, words)
    late = [item for item in due if item.due < today]
    ours = [item for item in late if not is_owed_by_a_group(plan, item.id)]
    reports = [item for item in ours if item.id.startswith("report:")][:LATE_FIRST]
    others = [item for item in reversed(late) if item not in reports]
    return [*reports, *due[len(late) :], *others]


def host_view(
    plan: Plan,
    totals: Sequence[Total],
    month: Month,
    *,
    organisation: str,
    host: str,
    today: date,
    words: SheetWords = ENGLISH,
) -> HostView:
    """Returns the view of the host with the name `host`, or of the only host if the name is ''.
    `words` is the language of the dates.

    Reports that groups owe to us are left out: our host may not know the groups.

    Raises UsageError if the host holds no grant, or if `host` is '' and there are several hosts."""
    plan = without_personal_details(plan)
    name = host or _only_host(plan)
    held = _held_by(plan, name)
    due = [item for item in upcoming(plan, today, AHEAD, words) if item.due >= today]
    return HostView(
        organisation=organisation,
        host=name,
        month=month,
        provisional=month not in plan.closed,
        grants=[grant for grant in standings(plan, totals, month) if grant.id in held],
        due=[item for item in due if item.grant in held and not is_owed_by_a_group(plan, item.id)],
        on=today,
    )


def _held_by(plan: Plan, host: str) -> set[str]:
    """Returns the grants that a host holds. Capitals in the name of the host make no difference.
    Raises UsageError if the host holds no grant."""
    name = host.casefold()
    held = {id_ for id_, grant in plan.grants.items() if name == grant.held_by.casefold()}
    if not host or not held:
        raise UsageError(
            f"No grant is held by {host or 'a host'}. Fill in Held by under Grants, or correct the"
            " recipient's audience."
        )
    return held


def _only_host(plan: Plan) -> str:
    """Returns the name of the only host, or '' if no grant is held by a host.

    Raises UsageError if there are several hosts."""
    names = [grant.held_by for grant in plan.grants.values() if grant.held_by]
    # `Harbour Host` and `harbour host` are one organisation.
    # If a name is spelt in several ways, the last one is shown.
    hosts = {name.casefold(): name for name in names}
    if len(hosts) > 1:
        listed = ", ".join(sorted(hosts.values()))
        raise UsageError(
            f"More than one organisation holds grants ({listed}). Say which one is meant: audience"
            ' = "host:NAME".'
        )
    return next(iter(hosts.values()), "")


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
    words: SheetWords = ENGLISH,
) -> InternalView:
    """Returns the view for coordinators. `since` is the day of the last reminder; if it is None,
    all findings are new. `words` is the language of the dates."""
    plan = without_personal_details(plan)
    new = [
        finding
        for finding in findings
        if CODES[finding.code].group != "promises" and _is_new(finding, since)
    ]
    mistakes = sum(finding.severity == "error" for finding in findings)
    return InternalView(
        organisation=organisation,
        month=month,
        provisional=month not in plan.closed,
        grants=standings(plan, totals, month),
        mistakes=mistakes,
        doubts=len(findings) - mistakes,
        new=new,
        due=_soonest(plan, today, words),
        on=today,
        waiting=waiting,
        unfinished=unfinished,
    )


def _is_new(finding: Finding, since: date | None) -> bool:
    return since is None or finding.first_seen > since.isoformat()
