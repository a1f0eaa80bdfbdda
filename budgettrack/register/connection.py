"""The interface of a database connection, the same for SQLite and PostgreSQL.

Statements use only SQL that both support, with a question mark for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

WAIT = 10.0
"""How many seconds a reader waits until a commit ends, a commit waits until readers end, and a
client waits for a PostgreSQL connection."""


class RegisterConnection(Protocol):
    """A database connection. No transaction is open before `begin_reading` or `begin_writing`."""

    place: str
    """The name of the register in messages."""
    commits: int
    """The number of transactions that were committed."""
    command: str
    """The name of the command that writes. Commands that wait for it show this name."""
    is_committing: bool
    """Whether a commit was sent to the database and no answer has come yet."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs one statement and returns its rows. The rows must be read before the next
        statement."""

    def run_all(self, statements: Sequence[str]) -> None:
        """Runs several statements without values, in order. A server gets them in one request."""

    def insert(self, into: str, rows: Sequence[Sequence[Any]]) -> None:
        """Adds rows to a table. `into` names the table and its columns, such as `runs (n, kind,
        at)`."""

    def rows_alone(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs one statement that only reads, outside a transaction, and returns its rows. The
        rows must be read before the next statement."""

    def begin_reading(self) -> None:
        """Opens a transaction that reads. Until `rollback`, all answers come from the same
        state."""

    def begin_writing(self) -> None:
        """Opens a transaction that writes. The caller must hold the writer's lock."""

    def commit(self) -> None: ...

    def commit_and_keep_lock(self) -> bool:
        """Commits. This run still holds the writer's lock afterwards.

        Returns False if another run wrote in between. On SQLite this is possible, because the
        lock is free for a moment."""

    def pause(self) -> None:
        """Ends a transaction that has only read. This run still holds the writer's lock
        afterwards."""

    def rollback(self) -> None:
        """Undoes all changes since the last commit. Does nothing if no transaction is open."""

    def lock(self) -> bool:
        """Takes the writer's lock. The lock is released if its process ends.

        Returns False if another run holds it."""

    def begin_locked(self) -> bool:
        """Takes the writer's lock and opens a transaction that writes. The lock is released when
        the transaction ends.

        Returns False if another run holds the lock."""

    def begin_own(self) -> bool:
        """Opens a transaction on tables that only the monthly run writes.

        Returns False if the database must wait for another run."""

    def do_own(self, statement: str, values: Sequence[Any]) -> bool:
        """Runs and commits one statement on tables that only the monthly run writes.

        The statement must be harmless if it runs twice. Returns False if the database must wait
        for another run."""

    def unlock(self) -> None:
        """Releases the writer's lock."""

    def holder(self) -> str:
        """Returns the name of the run that holds the writer's lock (see `turn.signature`).
        Returns '' if it is not known."""

    def evidence(self) -> Mapping[str, str]:
        """Returns facts about the place of this register, such as the computer and the path.

        A copy in another place has at most one fact in common with the original. If a register
        was only moved, or if its computer got another name, at least two of the facts are still
        the same."""

    def tables(self) -> set[str]:
        """Returns the tables that are in the way of a new register. In an SQLite file these are all
        tables. In a PostgreSQL schema these are the tables with a name that the register uses."""

    def prove(self) -> None:
        """Checks, within a transaction that reads, that the register is as the last run left it.

        Raises `RegisterError` if it is damaged. On a server this does nothing, because a server
        has checksums of its own."""

    def seal(self) -> None:
        """Stores the seal: a checksum of the register as this run leaves it. The next run checks
        the register with it."""

    def tables_without_steps(self) -> set[str] | None:
        """Returns the tables of the database. Returns None if the table `migrations` is one of
        them."""

    def erase_what_is_deleted(self) -> None:
        """Makes the database overwrite deleted data with zeros from now on."""

    def vacuum(self) -> None:
        """Rewrites the database, so that no deleted data stays in its free space."""

    def close(self) -> None: ...


class Lock:
    """The lock that a monthly run holds from start to end. It is released if its process ends."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        self.holds = holds
        """A function that returns whether the lock is still held. A server may have closed the
        connection."""


class Driver(Protocol):
    """The kind of database that the URL names. Two classes implement it: one for SQLite, one for
    PostgreSQL."""

    place: str
    troubles: type[Exception]
    """The type of exception that is raised if a statement fails."""

    def connect(self) -> RegisterConnection: ...

    def alone(self) -> AbstractContextManager[Lock | None]:
        """Yields the lock of a monthly run, which is another lock than the writer's. Yields None
        if another run holds it."""

    def code(self, error: Exception) -> str:
        """Returns SQLite's name of the error, PostgreSQL's five-character code, or ''."""
