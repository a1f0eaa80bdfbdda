"""Answers how the groups of a host are doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from budgettrack import statements
from budgettrack.answers import files_of
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import month_of
from budgettrack.core.base.plurals import count
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup
from budgettrack.host.directory import group_named
from budgettrack.host.job import DETAILS, FINE
from budgettrack.host.patience import failures_in
from budgettrack.host.run import STUCK, groups_of
from budgettrack.queries.figures import ListingRow

ON_A_SCREEN = 15
"""At most this many groups that a person must look at are shown, so that everything is on one
screen."""

STUCK_SINCE = STUCK.partition("{")[0]


def status(host: OpenedGroup) -> list[ListingRow]:
    """Returns a row for each group. `waits_until` says when a group that failed is tried again,
    or is ''. `own_server`: whether the group is on a server of its own, and is never run here."""
    groups = groups_of(host)
    assert host.config.host is not None
    folder = host.config.host.groups
    return [
        {
            "code": group.code,
            "name": group.text("name"),
            "state": group.text("state"),
            "last_sync": group.text("last_sync"),
            "last_month": group.text("last_month"),
            "waits_until": "" if group.mistake else failures_in(folder / group.code).until,
            "what_to_do": group.text("what_to_do"),
            "own_server": group.is_elsewhere,
        }
        for group in groups
    ]


def in_need(rows: Sequence[ListingRow]) -> list[ListingRow]:
    """Returns the rows of the groups that a person must look at. Groups that are stuck stand
    first."""
    needy = [row for row in rows if row["what_to_do"]]
    return sorted(needy, key=lambda row: not str(row["what_to_do"]).startswith(STUCK_SINCE))


def told(rows: Sequence[ListingRow]) -> str:
    """Returns sentences that say how many groups are in each state, and which of them are on a
    server of their own."""
    states = Counter(row["state"] for row in rows)
    parts = [
        f"{states[state]} {state}" for state in GROUPS.column("state").choices if states[state]
    ]
    without = sum(row["state"] not in GROUPS.column("state").choices for row in rows)
    parts += [f"{without} without a State"] if without else []
    if not rows:
        return "No group yet."
    elsewhere = [str(row["code"]) for row in rows if row["own_server"]]
    own = f" On a server of its own, and never synced here: {', '.join(elsewhere)}."
    return f"{count(len(rows), 'group')}: {', '.join(parts)}.{own if elsewhere else ''}"


def _elsewhere(host: OpenedGroup, code: str) -> list[str]:
    """Returns what is here of a group on a server of its own."""
    assert host.config.host is not None
    folder = host.config.host.groups / code
    told = statements.newest(folder, month_of(host.today))
    newest = (
        f"Its newest statement here is that of {told.month}." if told else "No statement is here."
    )
    said = [
        f"{code} is on a server of its own, so it is not synced here. {newest}"
        f" Take a newer one: budgettrack host take {code} FILE"
    ]
    for answer in files_of(folder, host.config.organisation):
        said.append(f"Our answer to it, to be sent to the group: {answer}")
    return said


def why(host: OpenedGroup, code: str) -> list[str]:
    """Returns what must be done for a group, and the messages of its last job.

    Raises `UsageError` if there is no such group, or if it was never run."""
    group = group_named(groups_of(host), code)
    assert host.config.host is not None
    path = host.config.host.groups / group.code / DETAILS
    asked = group.text("what_to_do")
    if group.is_elsewhere and not asked:
        return _elsewhere(host, code)
    if not path.is_file() and not asked:
        raise UsageError(f"{code} was not run yet. Run it: budgettrack host run --group {code}")
    said = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    return [asked, *(line for line in said if line not in (asked, FINE))] if asked else said
