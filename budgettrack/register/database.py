"""An open register database. It has at most one connection that reads and one that writes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from budgettrack.core.base.errors import Kept, RegisterError
from budgettrack.core.base.progress import of_the_register
from budgettrack.interrupts import unbroken
from budgettrack.register.connection import Driver, Lock, RegisterConnection
from budgettrack.register.sqlite import open_file
from budgettrack.register.troubles import in_words, unusable_url
from budgettrack.register.turn import TOLD_AFTER, Turn, gave_up, waiting


class Database:
    """An open database. It connects when a connection is needed for the first time."""

    def __init__(self, driver: Driver, turn: Turn | None = None, *, proven: bool = True) -> None:
        self.driver = driver
        self.turn = turn or Turn()
        self.place = driver.place
        """The name of the register in messages."""
        self._reader: RegisterConnection | None = None
        self._writer: RegisterConnection | None = None
        self._readings = 0
        self._is_proven = not proven

    def close(self) -> None:
        if self._writer is not None and self._writer.commits:
            # If the seal cannot be written, the next run checks the file itself.
            with unbroken(), contextlib.suppress(self.driver.troubles):
                self._writer.seal()
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Context manager: turns a database error in the block into a `RegisterError` that says
        what to do."""
        try:
            yield
        except self.driver.troubles as error:
            raise RegisterError(self._words(error)) from None

    def _words(self, error: Exception) -> str:
        return in_words(self.place, self.driver.code(error), str(error))

    def _kept(self) -> Kept:
        """Returns how much of a change is stored after a transaction of this run has failed:
        nothing, only what earlier transactions wrote, or it is not known."""
        if self._writer is None:
            return Kept.NOTHING
        if self._writer.is_committing:
            return Kept.UNKNOWN
        return Kept.EARLIER if self._writer.commits else Kept.NOTHING

    @contextmanager
    def reading(self) -> Iterator[RegisterConnection]:
        """Yields a connection that reads the state of the last commit before the block.

        A nested block reads the same state as the outer block. Other runs cannot commit before
        the block ends, so the block must be short."""
        with self.told():
            reader = self._connected()
            if not self._readings:
                reader.begin_reading()
            self._readings += 1
            try:
                if not self._is_proven:
                    reader.prove()
                    self._is_proven = True
                yield reader
            finally:
                self._readings -= 1
                if not self._readings:
                    reader.rollback()

    def rows_alone(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """Runs one statement that only reads, and returns its rows. No transaction is opened for
        it. Within `reading`, it reads the same state as the block."""
        with self.told():
            reader = self._connected()
            return list((reader.rows if self._readings else reader.rows_alone)(statement, values))

    def evidence(self) -> Mapping[str, str]:
        """Returns facts that are different for this register and for its copies (see
        `RegisterConnection`)."""
        with self.told():
            return self._connected().evidence()

    def _connected(self) -> RegisterConnection:
        """Returns the connection for reading."""
        if self._reader is None:
            self._reader = self.driver.connect()
        return self._reader

    @contextmanager
    def writer(self) -> Iterator[RegisterConnection]:
        """Yields a connection that holds the writer's lock. At the end, changes without a commit
        are undone.

        Raises `RegisterError` if another run holds the lock for longer than this one waits, or
        if the database reports an error."""
        with self._writing() as writer:
            self._patiently(writer.lock)
            try:
                yield writer
            finally:
                writer.unlock()

    @contextmanager
    def short(self) -> Iterator[RegisterConnection]:
        """Yields a connection for one transaction that writes. The transaction is already open,
        and the writer's lock is released when it ends."""
        with self._writing() as writer:
            self._patiently(writer.begin_locked)
            yield writer

    @contextmanager
    def own(self) -> Iterator[RegisterConnection]:
        """Yields a transaction on tables that only the monthly run writes (see `alone`).

        On PostgreSQL, no writer's lock is needed for it."""
        with self._writing() as writer:
            self._patiently(writer.begin_own)
            yield writer

    def do_own(self, statement: str, values: Sequence[Any]) -> None:
        """Runs and commits one statement on tables that only the monthly run writes. The
        statement must be harmless if it runs twice."""
        with self._writing() as writer:
            self._patiently(lambda: writer.do_own(statement, values))

    @contextmanager
    def _writing(self) -> Iterator[RegisterConnection]:
        """Yields the connection for writing. At the end, changes without a commit are undone."""
        try:
            if self._writer is None:
                self._writer = self.driver.connect()
                self._writer.command = self.turn.command
            self._writer.is_committing = False
            try:
                yield self._writer
            finally:
                with contextlib.suppress(self.driver.troubles):
                    self._writer.rollback()
        except self.driver.troubles as error:
            raise of_the_register(self._words(error), self._kept()) from None

    def _patiently(self, begin: Callable[[], bool]) -> None:
        """Calls `begin` until no other run writes, and tells the user which run it waits for.

        Raises `RegisterError` if it has waited too long."""
        began = time.monotonic()
        patience, told = self.turn.patience, False
        while not begin():
            waited = time.monotonic() - began
            if waited >= patience:
                raise of_the_register(gave_up(self._holder(), patience), self._kept())
            if waited >= TOLD_AFTER and not told:
                told = True
                self.turn.tell(waiting(self._holder(), patience))
            time.sleep(0.05)

    def _holder(self) -> str:
        """Returns the name of the run that writes now, or '' if it is not known."""
        return "" if self._writer is None else self._writer.holder()

    @contextmanager
    def alone(self) -> Iterator[Lock | None]:
        """Holds the lock of the monthly run until the end of the block. Yields None if another run
        holds it.

        This is another lock than the writer's: commands of people can still write during the
        run."""
        with self.told(), self.driver.alone() as lock:
            yield lock

    def vacuum(self) -> None:
        """Rewrites the database, so that no deleted data stays in its free space."""
        with self.told(), contextlib.closing(self.driver.connect()) as connection:
            connection.vacuum()


def reach(
    url: str,
    prepare: Callable[[Database], None],
    turn: Turn | None = None,
    *,
    proven: bool = True,
) -> Database:
    """Opens the database at `url` and calls `prepare`, which migrates its tables to the newest
    version.

    Creates an SQLite file if it does not exist. Raises `RegisterError` if the database cannot be
    opened."""
    return _prepared(_driver(url, prepare), prepare, turn, proven=proven)


def _driver(url: str, prepare: Callable[[Database], None]) -> Driver:
    kind = url.partition("://")[0].partition("+")[0]
    if kind == "sqlite":
        name = url.partition(":///")[2].partition("?")[0]
        if name and name != ":memory:":
            return open_file(name, lambda made: _prepared(made, prepare).close())
    elif kind in ("postgresql", "postgres") and _is_clear(url):
        from budgettrack.register.postgresql import PostgreSQLServer

        return PostgreSQLServer(url)
    raise unusable_url()


def _is_clear(url: str) -> bool:
    """Whether the URL can be split without doubt. An unescaped "@" or "/" in the password makes
    it ambiguous."""
    from urllib.parse import urlsplit  # This import is slow, and SQLite does not need it.

    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises
    except ValueError:
        return False
    return parts.netloc.count("@") <= 1 and "@" not in parts.path


def _prepared(
    driver: Driver,
    prepare: Callable[[Database], None],
    turn: Turn | None = None,
    *,
    proven: bool = True,
) -> Database:
    database = Database(driver, turn, proven=proven)
    with contextlib.ExitStack() as unless_ready:
        unless_ready.callback(database.close)
        prepare(database)
        unless_ready.pop_all()
    return database
