"""One connection to the register's database, the same to its users on SQLite and PostgreSQL.

A statement is SQL that both have in common, with a question mark for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

WAIT = 10.0
"""Seconds that a reader waits for a commit to end, a commit for the readers, and PostgreSQL for a
connection."""


class RegisterConnection(Protocol):
    """A connection on which nothing is under way until `begin_reading` or `begin_writing`."""

    place: str
    """The register's name for people."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Run one statement; its rows, to be read before the next statement."""

    def insert(self, into: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table; `into` is its name and columns, `runs (n, kind, at)`."""

    def begin_reading(self) -> None:
        """From here to `rollback`, every answer is of one moment."""

    def begin_writing(self) -> None:
        """From here, all is kept by `commit` or nothing is. The lock must be held."""

    def commit(self) -> None: ...

    def pause(self) -> None:
        """End what `begin_writing` began, where nothing was written, and keep the lock."""

    def rollback(self) -> None:
        """Undo what was not committed; nothing where nothing is under way."""

    def lock(self) -> bool:
        """Take the writer's lock, which ends with its owner; False where another run has it."""

    def begin_locked(self) -> bool:
        """Take the writer's lock and begin to write; the end of the one is the end of the other.
        False where another run has it."""

    def begin_own(self) -> bool:
        """Begin to write what only the run that is alone at work writes; False where the database
        has to wait for another run all the same."""

    def do_own(self, statement: str, values: Sequence[Any]) -> bool:
        """As `begin_own`, for one statement, which is kept; it may be done twice."""

    def unlock(self) -> None:
        """Give the writer's lock back."""

    def tables(self) -> set[str]:
        """The tables in the way of a new register: any in a file, those of our names in a
        schema."""

    def has_steps(self) -> bool:
        """Whether the table `migrations` is there."""

    def erase_what_is_deleted(self) -> None:
        """From here on, what is deleted is overwritten."""

    def vacuum(self) -> None:
        """Write the database anew, so that nothing of what was deleted is left between its rows."""

    def close(self) -> None: ...


class Lock:
    """A lock that a run holds from its first step to its last; it ends with its owner's process."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        self.holds = holds
        """Whether it is still held: a server may have gone away."""


class Driver(Protocol):
    """A kind of database, and the one that the URL names."""

    place: str
    troubles: type[Exception]
    """What its connections raise where the database cannot do what is asked."""

    def connect(self) -> RegisterConnection: ...

    def alone(self) -> AbstractContextManager[Lock | None]:
        """The lock of a whole run, apart from the writer's; None where another run has it."""

    def code(self, error: Exception) -> str:
        """SQLite's name of the error, PostgreSQL's five letters, or ''."""
