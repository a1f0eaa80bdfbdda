"""Migrates the tables of a register to the newest version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from budgettrack.core.base.errors import RegisterError
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.migrations import MIGRATIONS, Migration


def migrate(database: Database, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Does the missing migration steps, all or none. Writes nothing if no step is missing.

    Raises `RegisterError` if the register is newer than this program, or if the database belongs
    to another program."""
    with database.reading() as connection:
        if _done(database, connection, steps) == len(steps):
            return
    with database.writer() as connection:
        connection.begin_writing()
        missing = steps[_done(database, connection, steps) :]
        if not missing:
            return
        for step in missing:
            connection.run_all(step.statements)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        done = [(step.number, step.name, at) for step in missing]
        connection.insert("migrations (number, name, at)", done)
        connection.commit()


def _done(database: Database, connection: RegisterConnection, steps: Sequence[Migration]) -> int:
    """Returns the number of the last migration step that was done in this database, or 0 if it
    is empty."""
    there = connection.tables_without_steps()
    if there is not None:
        if there:
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
