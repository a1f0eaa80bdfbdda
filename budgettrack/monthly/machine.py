"""Notices that a register is a copy on another computer: two of them would send each report twice.

A register of a file keeps by what its place is known: the computer, the path and the file's number.
As long as two of the three are the same, it is the same register. One on a server is the same
register on every computer."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping

from budgettrack.core.base.holds import Hold
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.register.cycles import MACHINE

ENOUGH = 2
"""The number of facts about a place that must be the same."""


def watch_machine(group: OpenedGroup) -> None:
    """Places a hold if the register was used elsewhere before. The first run only stores where it
    is used."""
    stored = group.register.glance(queries.meta, MACHINE)
    known: Mapping[str, str] = {} if stored is None else json.loads(stored)
    here = group.register.evidence()
    if here.items() <= known.items():
        return
    same = sum(known.get(fact) == value for fact, value in here.items())
    if stored is None or same >= ENOUGH:
        _stay(group, here)
        return
    group.register.hold(Hold("other-machine", group.now(), {"known": known.get("name", "")}))


def stay_here(group: OpenedGroup) -> None:
    """Stores that the register is used here from now on."""
    _stay(group, group.register.evidence())


def _stay(group: OpenedGroup, here: Mapping[str, str]) -> None:
    name = platform.node() or "a computer"
    group.register.cycles.stay(json.dumps({**here, "name": name}))
