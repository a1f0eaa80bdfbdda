"""The interface of a database connection, the same for SQLite and PostgreSQL.

Statements use only SQL that both support, with a question mark for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

WAIT = 10.0
"""Seconds to wait: a reader for a commit, a commit for readers, and a client for a PostgreSQL
connection."""


class RegisterConnection(Protocol):
    """A database connection. No transaction is open before `begin_reading` or `begin_writing`."""

    place: str
    """The name of the register in messages."""
    commits: int
    """The number of transactions that were committed."""
    command: str
    """The command that writes, as others see it who wait for it."""
    is_committing: bool
    """Whether a commit was sent to the database and no answer came back."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs one statement and returns its rows. They must be read before the next statement."""

    def run_all(self, statements: Sequence[str]) -> None:
        """Runs several statements without values, in order. A server is asked once."""

    def insert(self, into: str, rows: Sequence[Sequence[Any]]) -> None:
        """Adds rows to a table. `into` names the table and its columns, such as `runs (n, kind,
        at)`."""

    def rows_alone(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs one statement that only reads, outside a transaction, and returns its rows. They
        must be read before the next statement."""

    def begin_reading(self) -> None:
        """Opens a transaction that reads. Until `rollback`, all answers come from the same
        state."""

    def begin_writing(self) -> None:
        """Opens a transaction that writes. The caller must hold the writer's lock."""

    def commit(self) -> None: ...

    def commit_and_keep_lock(self) -> bool:
        """Commits. This run still holds the writer's lock afterwards.

        Returns False if another run wrote in between: on SQLite the lock is free for an
        instant."""

    def pause(self) -> None:
        """Ends a transaction that only read. This run still holds the writer's lock afterwards."""

    def rollback(self) -> None:
        """Undoes all changes since the last commit. Does nothing if no transaction is open."""

    def lock(self) -> bool:
        """Takes the writer's lock. The lock ends if its process ends.

        Returns False if another run holds it."""

    def begin_locked(self) -> bool:
        """Takes the writer's lock and opens a transaction that writes. Both end together.

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
        """Returns who holds the writer's lock (see `turn.signature`). Returns '' if that is not
        known."""

    def evidence(self) -> Mapping[str, str]:
        """Returns facts about the place of this register that its copy elsewhere does not have.

        A copy has at most one of them in common. A register that was only moved, or whose
        computer got another name, keeps at least two."""

    def tables(self) -> set[str]:
        """Returns the tables that prevent a new register here. In an SQLite file that is any table.
        In a PostgreSQL schema it is a table with the name of one of the register's tables."""

    def prove(self) -> None:
        """Checks, in a transaction that reads, that the register is as the last run left it.

        Raises `RegisterError` if it is damaged. A server has checksums of its own."""

    def seal(self) -> None:
        """Seals what this run committed, so that the next run can prove it."""

    def tables_without_steps(self) -> set[str] | None:
        """Returns the tables if `migrations` is not among them. Returns None if it is."""

    def erase_what_is_deleted(self) -> None:
        """Makes the database overwrite deleted data with zeros from now on."""

    def vacuum(self) -> None:
        """Rewrites the database, so that no deleted data stays in its free space."""

    def close(self) -> None: ...


class Lock:
    """The lock that a monthly run holds from start to end. It ends if its process ends."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        self.holds = holds
        """Returns whether the lock is still held. A server may have closed the connection."""


class Driver(Protocol):
    """The database that the URL names."""

    place: str
    troubles: type[Exception]
    """The type of exception that its connections raise if a statement fails."""

    def connect(self) -> RegisterConnection: ...

    def alone(self) -> AbstractContextManager[Lock | None]:
        """Yields the lock of a monthly run, which is not the writer's lock. Yields None if
        another run holds it."""

    def code(self, error: Exception) -> str:
        """Returns SQLite's name of the error, PostgreSQL's five-character code, or ''."""
