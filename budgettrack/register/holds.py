"""Stores holds. A hold is a reason why nothing is sent until a person decides.

Holds are in the register, so every run on every computer that uses this register sees them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from budgettrack.core.base.errors import Refused
from budgettrack.core.base.holds import Hold, HoldKind
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.queries import Ask


def holds(ask: Ask, period: str | None = None) -> list[Hold]:
    """Returns the present holds, the oldest first.

    If `period` is given, leaves out the holds of other periods."""
    query = "SELECT kind, period, at, facts FROM holds ORDER BY at, kind, period"
    return [
        Hold(kind, datetime.fromisoformat(at), json.loads(facts), of)
        for kind, of, at, facts in ask.rows(query)
        if period is None or of in ("", period)
    ]


def place(connection: RegisterConnection, placed: Iterable[Hold]) -> None:
    """Stores holds in an open transaction. If there is already a hold of the same kind and period,
    it keeps its date and gets the new facts."""
    for hold in placed:
        facts = json.dumps(dict(hold.facts), ensure_ascii=False)
        connection.rows(
            "INSERT INTO holds (kind, period, at, facts) VALUES (?, ?, ?, ?) ON CONFLICT (kind,"
            " period) DO UPDATE SET facts = excluded.facts",
            (hold.kind, hold.period, hold.at.astimezone(UTC).isoformat(), facts),
        )


def lift(
    connection: RegisterConnection, kind: HoldKind, at: datetime, *, with_key: bool
) -> list[Hold]:
    """Removes the holds of one kind in an open transaction, and returns them.

    For `unknown-deliveries`, a person has checked who already has the deliveries of a period. So
    a delivery without a recipient's hash is now recognised by the recipient's name in the config.
    Without the group's key, all deliveries of the period are recognised by name."""
    # Commands that only read import this module, too. So the module that writes is imported here.
    from budgettrack.register import writes

    lifted = [hold for hold in holds(connection) if hold.kind == kind]
    if lifted:
        writes.save_run(connection, "release", at)
        connection.rows("DELETE FROM holds WHERE kind = ?", (kind,))
    if kind == "unknown-deliveries":
        unknown = "reader IS NULL" if with_key else "1 = 1"
        for hold in lifted:
            connection.rows(
                f"UPDATE deliveries SET reader = '' WHERE {unknown} AND cycle IN (SELECT n FROM"
                " cycles WHERE period = ?)",
                (hold.period,),
            )
    return lifted


class SendingHeld(Refused):
    """Nothing may be sent because there is a hold. A person must decide."""


def refuse_if_held(ask: Ask, period: str) -> None:
    """Raises `SendingHeld` if there is a hold on sending anything of this period."""
    standing = holds(ask, period)
    if standing:
        raise SendingHeld(*(hold.words for hold in standing))
