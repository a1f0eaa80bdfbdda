"""Remembers which names the site on this computer shows. So the next run sees whether one of them
was withdrawn in the meantime, by a command on another computer or in the sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from budgettrack import files, structured
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.sealing.withdrawn import folded
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.stories import told_stories
from budgettrack.group import OpenedGroup

NAME = ".told.json"
"""The file in the private folder with these names. It has only hashes, so no withdrawn name can
be read in it."""


class ToldNames(Struct, frozen=True):
    """The names with which a site was made, and the state of that site.

    `grants`: the grants that the site may name. `withdrawn`: the names that were withdrawn at that
    time. `stories`: the stories that the site may show, with their texts. `empty`: whether
    publishing was stopped. `unfinished`: whether a part could not be made, so that the next run
    tries again."""

    grants: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    empty: bool = False
    unfinished: bool = False
    stories: frozenset[str] = frozenset()


def told_now(group: OpenedGroup) -> ToldNames:
    """Returns the names and the state with which a site would be made now."""
    stopped, gone = group.taken_back
    if stopped is not None:
        # An empty site shows no name.
        # Publishing can be stopped even if the register cannot be read completely.
        return ToldNames(empty=True)
    plan = gone.plan(group.standing.plan)
    stories = told_stories(without_personal_details(plan), group.today)
    names = (
        *(gone.grants, gone.activities, gone.categories, gone.stories),
        map(folded, gone.organisations),
    )
    return ToldNames(
        _digests(id_ for id_, grant in plan.grants.items() if named(grant)),
        _digests(chain.from_iterable(names)),
        stories=_digests(map(repr, stories)),
    )


def told_then(out: Path) -> ToldNames:
    """Returns the names and the state with which the site in a folder was made. Returns an empty
    record if they are not known."""
    try:
        return structured.json_as((out / "private" / NAME).read_bytes(), ToldNames)
    except (OSError, ValueError):
        return ToldNames()


def remember(told: ToldNames, out: Path) -> None:
    """Stores the names and the state with which the site in a folder was made.

    Raises `OSError` if the folder cannot be written."""
    files.write(out / "private" / NAME, msgspec.json.encode(told) + b"\n", private=True)


def is_outdated(then: ToldNames, now: ToldNames) -> bool:
    """Whether a site must be made again. This is so if it shows a withdrawn name, if it shows a
    story that was withdrawn or changed, if publishing was stopped or began again after the site was
    made, or if a part of it could not be made."""
    return (
        then.unfinished
        or then.empty != now.empty
        or not then.grants <= now.grants
        or not now.withdrawn <= then.withdrawn
        or not then.stories <= now.stories
    )


def _digests(names: Iterable[str]) -> frozenset[str]:
    return frozenset(hashlib.sha256(name.encode()).hexdigest()[:16] for name in names)
