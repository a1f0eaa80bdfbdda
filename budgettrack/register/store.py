"""The interface of the register for the rest of the program: open, read, write. Only one run can
write at a time.

`Register.ask(queries.totals)` runs one query; within `Register.reading()`, several queries read
the same state. `Register.writing()` holds the writer's lock, and `Writing.commit` writes
everything or nothing. Readers see the state of the last commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from budgettrack.core.base.holds import Hold, HoldKind
from budgettrack.core.merge.lineage import WorkbookWrite
from budgettrack.interrupts import unbroken
from budgettrack.register import queries
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.database import Database, reach
from budgettrack.register.migrate import migrate
from budgettrack.register.queries import Ask
from budgettrack.register.records import (
    AtRest,
    BankAccount,
    BankChange,
    Banked,
    BankStatement,
    Commit,
    Held,
    RecordVersion,
    Run,
    Version,
)
from budgettrack.register.turn import Turn

if TYPE_CHECKING:
    from budgettrack.register.cycles import Cycles
    from budgettrack.register.redact import Wiped
    from budgettrack.register.rotate import Rekeyed

__all__ = [
    "AtRest",
    "BankAccount",
    "BankChange",
    "BankStatement",
    "Banked",
    "Commit",
    "Held",
    "RecordVersion",
    "Register",
    "Run",
    "Turn",
    "Version",
    "Writing",
    "open_register",
]

T = TypeVar("T")
More = ParamSpec("More")


class Register:
    """An open register. Every method raises `RegisterError` if the database reports an error."""

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
        """Yields access to the state of the last commit before the block.

        A nested block reads the same state as the outer block. Other runs cannot commit before
        the block ends, so the block must be short."""
        with self._database.reading() as connection:
            yield connection

    def ask(
        self,
        question: Callable[Concatenate[Ask, More], T],
        *more: More.args,
        **named: More.kwargs,
    ) -> T:
        """Runs one query and returns its result. All its parts read the same state."""
        with self.reading() as ask:
            return question(ask, *more, **named)

    def glance(
        self,
        question: Callable[Concatenate[Ask, More], T],
        *more: More.args,
        **named: More.kwargs,
    ) -> T:
        """Runs a query that has only one statement. A server then gets one statement; `ask` would
        send three.

        Raises `ValueError` if the query has a second statement."""
        return question(_Glance(self._database), *more, **named)

    def evidence(self) -> Mapping[str, str]:
        """Returns facts that are different for this register and for its copies (see
        `RegisterConnection`)."""
        return self._database.evidence()

    @property
    def cycles(self) -> Cycles:
        """Returns the object that stores the monthly and weekly runs."""
        from budgettrack.register.cycles import Cycles

        return Cycles(self._database)

    def try_writing(self) -> None:
        """Checks that this run could write. To check this, it writes something and undoes it.

        Raises `RegisterError` as a commit would."""
        with self.keeping() as connection:
            connection.insert("meta (key, value)", [("doctor", "")])

    def wipe(self, table: str, id: str, field: str) -> Wiped:  # noqa: A002 - the field's name everywhere
        """Wipes all values that a field ever had from the whole register (see the module
        `redact`)."""
        from budgettrack.register.redact import wipe

        return wipe(self._database, table, id, field)

    def wipe_typed(self, text: str) -> int:
        """Wipes a text that was typed behind a command, such as a role (see the module `typed`).
        Returns in how many places it was."""
        from budgettrack.register.typed import wipe_typed

        return wipe_typed(self._database, text)

    def rekey(
        self, key: bytes, fingerprint: str, readers: Mapping[str, str], at: datetime
    ) -> Rekeyed:
        """Stores that the group has another key (see the module `rotate`)."""
        from budgettrack.register.rotate import rekey

        return rekey(self._database, key, fingerprint, readers, at)

    def hold(self, *placed: Hold) -> None:
        """Places holds, so that nothing is sent until a person decides. (A sync places its holds
        by `Commit.holds`.)"""
        from budgettrack.register import holds

        with self.keeping() as connection:
            holds.place(connection, placed)
            connection.commit()

    def release(self, kind: HoldKind, at: datetime, *, with_key: bool = True) -> list[Hold]:
        """Removes the holds of one kind, because a person decided so. Returns them.

        `with_key`: whether this computer has the group's key."""
        from budgettrack.register import holds

        with self.keeping() as connection:
            lifted = holds.lift(connection, kind, at, with_key=with_key)
            connection.commit()
            return lifted

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Yields an object that can write records. The writer's lock is held until the end of the
        block.

        If another run holds the lock, waits for it. Without a commit nothing changes. Raises
        `RegisterError` if it has waited too long."""
        with self._database.writer() as connection:
            yield Writing(connection)

    @contextmanager
    def keeping(self) -> Iterator[RegisterConnection]:
        """Yields a connection with the writer's lock and an open transaction, for the module
        `published`.

        Changes without a commit are undone. Ctrl-C takes effect only at the end of the block."""
        with self._database.short() as connection, unbroken():
            yield connection


class _Glance:
    """Runs a single statement. It implements the protocol `Ask`."""

    def __init__(self, database: Database) -> None:
        self.place = database.place
        self._database = database
        self._asked = False

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        if self._asked:
            raise ValueError("a query of several statements needs `ask`")
        self._asked = True
        return self._database.rows_alone(statement, values)


class Writing:
    """Access to the register while this run is the only writer."""

    def __init__(self, connection: RegisterConnection) -> None:
        self._connection = connection
        self._done = False

    def ask(
        self,
        question: Callable[Concatenate[Ask, More], T],
        *more: More.args,
        **named: More.kwargs,
    ) -> T:
        """Runs a query, as `Register.ask` does. No other run can change the data before this
        run's commit."""
        self._connection.begin_writing()
        answer = question(self._connection, *more, **named)
        self._connection.pause()
        return answer

    def announce(self, write: WorkbookWrite, placed: Sequence[Hold] = ()) -> bool:
        """Records that the workbook is about to be written, and places holds.

        If the run is killed after it wrote the workbook, the next run finds the new mark in the
        workbook and knows it from this record. Without the record, the register would seem to be
        an older copy. Returns False if another run wrote to the register at the same moment;
        then everything that was read before is out of date."""
        from budgettrack.register import holds

        connection = self._connection
        with unbroken():
            connection.begin_writing()
            connection.rows(
                "INSERT INTO workbook_writes (number, token, run, ended) VALUES (?, ?, ?, 0)",
                (write.number, write.token, write.run),
            )
            holds.place(connection, placed)
            return connection.commit_and_keep_lock()

    def commit(self, commit: Commit) -> Run:
        """Writes everything in one transaction. It may be called once. If there is an error, the
        register stays unchanged."""
        if self._done:
            raise ValueError("commit() may be called only once")
        self._done = True
        with unbroken():
            return self._commit(commit)

    def _commit(self, commit: Commit) -> Run:
        from budgettrack.register import holds, writes

        connection = self._connection
        connection.begin_writing()
        run = writes.save_commit(connection, commit)
        if commit.payees is not None:
            writes.save_payees(connection, commit.payees)
        writes.forget_payees(connection, [v for v in commit.written if v.table == "expenses"])
        if commit.withdrawn:
            known = queries.withdrawals(connection)
            writes.save_withdrawals(connection, [*known, *commit.withdrawn])
        if commit.findings is not None:
            writes.save_findings(connection, commit.findings, commit.at)
        if commit.totals is not None:
            writes.save_totals(connection, commit.totals)
        holds.place(connection, commit.holds)
        if commit.wrote is not None:
            connection.rows(
                "UPDATE workbook_writes SET run = ?, ended = 1 WHERE number = ?",
                (run, commit.wrote),
            )
        for key, value in (
            ("mark", commit.mark),
            ("time_zone", commit.time_zone),
            ("key", commit.key),
            (queries.HOME, commit.home),
        ):
            if value is not None:
                writes.save_meta(connection, key, value)
        if commit.at_rest is not None:
            writes.save_rest(connection, commit.at_rest, run)
        connection.commit()
        return Run(run, commit.kind, commit.at)


def open_register(url: str, turn: Turn | None = None, *, proven: bool = True) -> Register:
    """Opens the register at `url`, such as `sqlite:///register.sqlite` or `postgresql://...`.

    Creates the register or migrates its tables if needed. `turn` says how this run waits for
    other runs that write. If `proven` is false, a file is opened even if it is not as the last
    run left it. Raises `RegisterError` if the register cannot be opened, belongs to another
    program, or is newer than this program."""
    return Register(reach(url, migrate, turn, proven=proven))
