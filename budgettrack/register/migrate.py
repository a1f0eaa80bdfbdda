"""Bringing a register's tables to the newest step, whichever program made it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from budgettrack.core.base.errors import RegisterError
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.migrations import MIGRATIONS, Migration

PATIENCE = 10.0
"""Seconds to wait for another run that is making or migrating the same register."""


def migrate(database: Database, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the register to the last of `steps`; nothing is written where it is there already.

    Raises `RegisterError` where it is newer than this program, or the database belongs to another
    one."""
    with database.reading() as connection:
        if _done(database, connection, steps) == len(steps):
            return
    with database.writer(PATIENCE) as connection:
        while True:
            connection.begin_writing()
            done = _done(database, connection, steps)
            if done == len(steps):
                return
            step = steps[done]
            for statement in step.statements:
                connection.rows(statement)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            connection.insert("migrations (number, name, at)", [(step.number, step.name, at)])
            connection.commit()


def _done(database: Database, connection: RegisterConnection, steps: Sequence[Migration]) -> int:
    """The number of the last step done in this database; 0 where it is empty."""
    if not connection.has_steps():
        if connection.tables():
            raise _foreign(database.place)
        return 0
    try:
        ((number,),) = connection.rows("SELECT max(number) FROM migrations")
    except database.driver.troubles as error:
        if "number" in str(error):
            raise _foreign(database.place) from None
        raise
    if (number or 0) > len(steps):
        raise RegisterError(
            f"The register {database.place} was written by a newer budgettrack (its step {number},"
            f" this program knows {len(steps)}). Upgrade budgettrack on this machine, then try"
            " again."
        )
    return int(number or 0)


def _foreign(place: str) -> RegisterError:
    return RegisterError(
        f"{place} holds the tables of another program. Give the register a file or a schema of its"
        " own in [register] url."
    )
