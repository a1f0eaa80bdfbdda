"""The register as the rest of the program knows it: open it, ask it, and write to it, one run at a
time.

`Register.ask(queries.totals)` puts one question, `Register.reading()` several at one moment.
`Register.writing()` holds the writer's lock, `Writing.commit` does everything or nothing. Readers
see the last commit meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from budgettrack.interrupts import unbroken
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database, reach
from budgettrack.register.migrate import migrate
from budgettrack.register.queries import Ask
from budgettrack.register.records import Banked, Commit, Held, RecordVersion, Run, Version

if TYPE_CHECKING:
    from budgettrack.register.cycles import Cycles
    from budgettrack.register.redact import Wiped

__all__ = [
    "Banked",
    "Commit",
    "Held",
    "RecordVersion",
    "Register",
    "Run",
    "Version",
    "Writing",
    "open_register",
]

T = TypeVar("T")
More = ParamSpec("More")


class Register:
    """An open register. Every method raises `RegisterError` where the database cannot do what is
    asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def reading(self) -> Iterator[Ask]:
        """Every question put in the block is answered as of one moment, the last commit before it.

        A block within another is of the other's moment. A commit waits for the end of the block, so
        nothing slow belongs into it."""
        with self._database.reading() as connection:
            yield connection

    def ask(
        self,
        question: Callable[Concatenate[Ask, More], T],
        *more: More.args,
        **named: More.kwargs,
    ) -> T:
        """The answer to one question, all parts of it at one moment."""
        with self.reading() as ask:
            return question(ask, *more, **named)

    @property
    def cycles(self) -> Cycles:
        """The one way to keep what the monthly and weekly runs do."""
        from budgettrack.register.cycles import Cycles

        return Cycles(self._database)

    def wipe(self, table: str, id: str, field: str) -> Wiped:  # noqa: A002 - the field's name everywhere
        """Wipe every value that a field ever had, from all that the register holds (see
        `redact`)."""
        from budgettrack.register.redact import wipe

        return wipe(self._database, table, id, field)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The way to write records: holds the writer's lock until the end of the block.

        Raises `RegisterError` at once where another run holds it. Leaving without a commit changes
        nothing."""
        with self._database.writer() as connection:
            yield Writing(connection)

    @contextmanager
    def keeping(self) -> Iterator[RegisterConnection]:
        """A connection that holds the writer's lock and has begun to write, for `published`; what
        is not committed is undone. It cannot be interrupted."""
        with unbroken(), self._database.short() as connection:
            yield connection


class Writing:
    """The register while this run alone may write to it."""

    def __init__(self, connection: RegisterConnection) -> None:
        self._connection = connection
        self._done = False

    def ask(
        self,
        question: Callable[Concatenate[Ask, More], T],
        *more: More.args,
        **named: More.kwargs,
    ) -> T:
        """As `Register.ask`; nobody else can change the answer before this run's commit."""
        self._connection.begin_writing()
        answer = question(self._connection, *more, **named)
        self._connection.pause()
        return answer

    def commit(self, commit: Commit) -> Run:
        """Write all of it in one database transaction, once; on any error nothing is changed."""
        if self._done:
            raise ValueError("a run commits once")
        self._done = True
        with unbroken():
            return self._commit(commit)

    def _commit(self, commit: Commit) -> Run:
        from budgettrack.register import writes

        connection = self._connection
        connection.begin_writing()
        run = writes.save_run(connection, commit.kind, commit.at)
        writes.save_records(connection, commit, run)
        if commit.findings is not None:
            writes.save_findings(connection, commit.findings, commit.at)
        if commit.totals is not None:
            writes.save_totals(connection, commit.totals)
        connection.insert(
            "bank (mark, day, units, currency, tbl, id, run)",
            [
                (e.mark, e.day.isoformat(), e.units, e.currency, e.table, e.id, run)
                for e in commit.bank
            ],
        )
        for key, value in (
            ("mark", commit.mark),
            ("time_zone", commit.time_zone),
            ("bank_key", commit.bank_key),
        ):
            if value is not None:
                writes.save_meta(connection, key, value)
        connection.commit()
        return Run(run, commit.kind, commit.at)


def open_register(url: str) -> Register:
    """The register at `url` (`sqlite:///register.sqlite` or `postgresql://...`), made and migrated
    as needed.

    Raises `RegisterError` where it cannot be opened, is another program's, or is newer than this
    program."""
    return Register(reach(url, migrate))
