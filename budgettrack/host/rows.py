"""Finds problems with rows of *Groups*: a cell cannot be read, the currency differs from that of
the group's books, or a row was deleted although the host still has the register of the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from budgettrack import structured
from budgettrack.config.place import NAME
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup
from budgettrack.host.jobs import JobOutcome
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion

DELETED = (
    "The row of this group was deleted, but its books are here. They are paused now. If the group"
    " left, set State to left, and then delete the row; otherwise set State to ready."
)
OTHER_CURRENCY = (
    "Currency: the books of this group are kept in {old}. Type {old} again. Sums of past months"
    " would otherwise be read as {new}."
)


def put_back(host: OpenedGroup, there: Iterable[str]) -> bool:
    """Puts back deleted rows of groups of which the host still has the register. These groups
    are then paused. `there`: the codes of the groups that have a register. Returns whether any
    row was put back."""
    known = host.register.ask(queries.load, (GROUPS.name,)).records[GROUPS.name]
    versions = []
    for code in there:
        if code in known:
            continue
        past = host.register.ask(queries.history, GROUPS.name, code)
        fields = next((one.fields for one in reversed(past) if one.fields is not None), None)
        if fields is None or fields.get("state") == "left":
            continue
        now = {**fields, "state": "paused", "what_to_do": DELETED}
        versions.append(RecordVersion(GROUPS.name, code, now, "register"))
    if versions:
        with host.register.writing() as writing:
            writing.commit(Commit("by hand", host.now(), versions))
        host.changed()
    return bool(versions)


def other_currency(folder: Path, content: Mapping[str, Any]) -> str:
    """Returns an instruction if the row has another currency than the group's books, otherwise ''.
    The currency of the books is read from the config that was written for the group's last job."""
    try:
        kept = structured.toml((folder / NAME).read_text("utf-8-sig"))
    except (OSError, ValueError):
        return ""
    organisation = kept.get("organisation")
    old = organisation.get("currency") if isinstance(organisation, dict) else None
    new = content["organisation"].get("currency")
    if not old or old == new:
        return ""
    return OTHER_CURRENCY.format(old=old, new=new)


def unreadable(host: OpenedGroup) -> dict[str, list[str]]:
    """Returns which cells of the groups' rows cannot be read, in words, by the code of the
    group."""
    told: dict[str, list[str]] = {}
    for finding in host.register.ask(queries.findings):
        # Empty cells are left out, because `HostedGroup.mistake` says what to type into them.
        is_unreadable = (
            finding.table == GROUPS.name and finding.field and finding.severity == "error"
        )
        if is_unreadable and finding.code != "missing-value":
            heading = GROUPS.column(finding.field).heading
            told.setdefault(finding.id, []).append(f"{heading}: {finding.problem} {finding.remedy}")
    return told


def with_unreadable(
    told: Mapping[str, Sequence[str]], outcomes: Mapping[str, JobOutcome]
) -> dict[str, JobOutcome]:
    """Returns the outcomes, each with what else is to be done for its group. `told`: words such as
    those that `unreadable` returns."""
    return {
        code: replace(outcome, words=(*told.get(code, ()), *outcome.words))
        for code, outcome in outcomes.items()
    }
