"""Writes the answer of the host into the folder of each group: what the host paid to this group, by
its own books."""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.answers import keep_answer
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import after, month_of
from budgettrack.core.counting.answers import answer
from budgettrack.group import OpenedGroup
from budgettrack.host.directory import NO_FOLDER, HostedGroup


def answer_groups(host: OpenedGroup, groups: Sequence[HostedGroup], notes: list[str]) -> list[str]:
    """Writes the answer to each group that has a folder. Returns the codes of the groups whose
    answer changed: their sheets are synced, also if nobody changed them.

    Each answer is signed. If our key is damaged, no answer is written, and `notes` gets the words
    about it."""
    assert host.config.host is not None
    folder, month = host.config.host.groups, after(month_of(host.today), -1)
    changed = []
    plan = host.standing.plan
    for group in groups:
        beside = folder / group.code
        if not group.has_folder:
            # If the group is run, its own job says this.
            notes += [] if group.is_run else [NO_FOLDER.format(code=group.code, why=group.mistake)]
            continue
        if not beside.is_dir():
            continue
        try:
            key = group.text("public_key")
            told = answer(plan, group.code, month, host.config.organisation, key)
            if keep_answer(beside, told, host.config.path, host.now()):
                changed.append(group.code)
        except UsageError as error:
            notes += [words for words in error.problems if words not in notes]
        except OSError:
            # The folder of this group cannot be written. The group's job says so.
            continue
    return changed
