"""Stores which names are withdrawn from everything public, and whether publishing is stopped.

Every run on every computer reads this from the register, also a scheduled run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.sealing.withdrawn import (
    Withdrawal,
    WithdrawnKind,
    folded,
)
from budgettrack.register import queries
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.queries import Ask

if TYPE_CHECKING:
    from budgettrack.register.store import Register


class Stopped(Struct, frozen=True):
    """Says that publishing is stopped. `by` is the role that stopped it, and `command` the
    command."""

    since: datetime
    by: str
    command: str

    @property
    def words(self) -> str:
        """The sentences that tell since when publishing is stopped, and how it can go on."""
        return (
            f"Publishing is stopped since {self.since:%Y-%m-%d %H:%M} UTC ({self.command}, by"
            f" {self.by}). Run budgettrack republish to put the site back."
        )


def stopped(ask: Ask) -> Stopped | None:
    """Returns who stopped publishing, and when. Returns None if it is not stopped."""
    return _stop_in(queries.meta(ask, queries.STOPPED))


def taken_back(ask: Ask) -> tuple[Stopped | None, list[Withdrawal]]:
    """Returns two things: who stopped publishing and when, or None if it is not stopped; and the
    withdrawn names. The database runs only one statement for both."""
    values = queries.several(ask, queries.STOPPED, queries.WITHDRAWN)
    return _stop_in(values.get(queries.STOPPED)), queries.withdrawals_in(
        values.get(queries.WITHDRAWN)
    )


def _stop_in(text: str | None) -> Stopped | None:
    if text is None:
        return None
    known = json.loads(text)
    return Stopped(datetime.fromisoformat(known["since"]), known["by"], known["command"])


def stop(register: Register, by: str, command: str, at: datetime) -> Stopped:
    """Stores that publishing is stopped, and returns this stop. If publishing is stopped
    already, stores nothing and returns the earlier stop."""
    with register.keeping() as connection:
        known = stopped(connection)
        if known is not None:
            return known
        text = json.dumps({"since": at.isoformat(), "by": by, "command": command})
        _save(connection, "unpublish", queries.STOPPED, text, at)
        return Stopped(at, by, command)


def start(register: Register, at: datetime) -> Stopped | None:
    """Stores that publishing goes on. Returns the stop that has ended. Returns None if
    publishing was not stopped."""
    with register.keeping() as connection:
        known = stopped(connection)
        if known is not None:
            _save(connection, "republish", queries.STOPPED, None, at)
        return known


def withdraw(register: Register, withdrawal: Withdrawal, at: datetime) -> bool:
    """Stores that something is withdrawn. Returns False if it was withdrawn already."""
    with register.keeping() as connection:
        known = queries.withdrawals(connection)
        if _position(known, withdrawal.kind, withdrawal.name) is not None:
            return False
        _save_withdrawals(connection, "withdraw", [*known, withdrawal], at)
        return True


def give_back(
    register: Register, kind: WithdrawnKind, name: str, at: datetime
) -> Withdrawal | None:
    """Stores that a name is not withdrawn any more. Returns None if it was not withdrawn."""
    with register.keeping() as connection:
        known = queries.withdrawals(connection)
        position = _position(known, kind, name)
        if position is None:
            return None
        left = [*known[:position], *known[position + 1 :]]
        _save_withdrawals(connection, "give back", left, at)
        return known[position]


def _save(
    connection: RegisterConnection, kind: str, key: str, text: str | None, at: datetime
) -> None:
    # Commands that only read import this module, too. So the module that writes is imported here.
    from budgettrack.register import writes

    writes.save_run(connection, kind, at)
    writes.save_meta(connection, key, text)
    connection.commit()


def _save_withdrawals(
    connection: RegisterConnection, kind: str, those: Sequence[Withdrawal], at: datetime
) -> None:
    from budgettrack.register import writes

    writes.save_run(connection, kind, at)
    writes.save_withdrawals(connection, those)
    connection.commit()


def _position(known: Sequence[Withdrawal], kind: WithdrawnKind, name: str) -> int | None:
    for position, withdrawal in enumerate(known):
        if withdrawal.kind == kind and folded(withdrawal.name) == folded(name):
            return position
    return None
