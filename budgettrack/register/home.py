"""Notices that a register is a copy on another computer. If the original and the copy were both
used, each report would be sent twice.

A register in a file stores three facts about its place: the computer, the path and the number of
the file. As long as two of the three are the same, it is the same register. A register on a
server is the same register for every computer. The place is stored at the first sync, so every
copy of a register that is not empty contains the place of the original."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import datetime

from budgettrack.core.base.holds import Hold
from budgettrack.register import queries, writes
from budgettrack.register.store import Register

ENOUGH = 2
"""How many facts about the place of a register must be the same."""


def watch_home(register: Register, at: datetime) -> None:
    """Places a hold if the register was used in another place before.

    A register that has not stored a place yet stores it at the next sync."""
    stored = register.glance(queries.meta, queries.HOME)
    if stored is None:
        return
    known: Mapping[str, str] = json.loads(stored)
    here = register.evidence()
    if here.items() <= known.items():
        return
    if sum(known.get(fact) == value for fact, value in here.items()) >= ENOUGH:
        stay_home(register)
        return
    register.hold(Hold("other-machine", at, {"known": known.get("name", "")}))


def stay_home(register: Register) -> None:
    """Stores that the register is used here from now on."""
    home = home_text(register)
    with register.keeping() as connection:
        writes.save_meta(connection, queries.HOME, home)
        connection.commit()


def home_text(register: Register) -> str:
    """Returns the text that the register stores about its place."""
    return json.dumps({**register.evidence(), "name": platform.node() or "a computer"})
