"""The register's database, opened: at most one connection that reads and one that writes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from budgettrack.core.base.errors import RegisterError
from budgettrack.register.connection import Driver, Lock, RegisterConnection
from budgettrack.register.sqlite import open_file
from budgettrack.register.troubles import in_words, unusable_url

BUSY = "Another run is writing to this register; wait until it ends, then try again."


class Database:
    """An open database. Its connections are made when they are first needed."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.place = driver.place
        """The register's name for people."""
        self._reader: RegisterConnection | None = None
        self._writer: RegisterConnection | None = None
        self._readings = 0

    def close(self) -> None:
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turns what the database says into a `RegisterError` with what to do."""
        try:
            yield
        except self.driver.troubles as error:
            words = in_words(self.place, self.driver.code(error), str(error))
            raise RegisterError(words) from None

    @contextmanager
    def reading(self) -> Iterator[RegisterConnection]:
        """A connection whose answers are all of one moment, the last commit before the block.

        A block within another is of the other's moment. A commit waits for the end of the block, so
        nothing slow belongs into it."""
        with self.told():
            if self._reader is None:
                self._reader = self.driver.connect()
            reader = self._reader
            if not self._readings:
                reader.begin_reading()
            self._readings += 1
            try:
                yield reader
            finally:
                self._readings -= 1
                if not self._readings:
                    reader.rollback()

    @contextmanager
    def writer(self, patience: float = 0.0) -> Iterator[RegisterConnection]:
        """A connection that holds the writer's lock until the end of the block; what is not
        committed by then is undone.

        `patience` is how many seconds to wait for another run. Raises `RegisterError` where another
        run holds the lock, and for what goes wrong with the database inside the block."""
        with self._writing() as writer:
            _patiently(writer.lock, patience)
            try:
                yield writer
            finally:
                writer.unlock()

    @contextmanager
    def short(self, patience: float = 0.0) -> Iterator[RegisterConnection]:
        """As `writer`, for one transaction that is under way from the start: its end is the end of
        the lock."""
        with self._writing() as writer:
            _patiently(writer.begin_locked, patience)
            yield writer

    @contextmanager
    def own(self, patience: float) -> Iterator[RegisterConnection]:
        """One transaction of the run that is alone at work (see `alone`), on what nobody else
        writes: a server needs no other lock for it."""
        with self._writing() as writer:
            _patiently(writer.begin_own, patience)
            yield writer

    def do_own(self, statement: str, values: Sequence[Any], patience: float) -> None:
        """As `own`, for one statement that may be done twice."""
        with self._writing() as writer:
            _patiently(lambda: writer.do_own(statement, values), patience)

    @contextmanager
    def _writing(self) -> Iterator[RegisterConnection]:
        """The connection that writes; what is not committed at the end of the block is undone."""
        with self.told():
            if self._writer is None:
                self._writer = self.driver.connect()
            try:
                yield self._writer
            finally:
                with contextlib.suppress(self.driver.troubles):
                    self._writer.rollback()

    @contextmanager
    def alone(self) -> Iterator[Lock | None]:
        """Hold the lock of a whole run until the end of the block; None where another run has it.

        It is apart from the writer's lock: in its midst, this run and people's own commands write
        one after the other."""
        with self.told(), self.driver.alone() as lock:
            yield lock

    def vacuum(self) -> None:
        """Write the database anew, so that nothing of what was deleted is left between its rows."""
        with self.told(), contextlib.closing(self.driver.connect()) as connection:
            connection.vacuum()


def _patiently(begin: Callable[[], bool], patience: float) -> None:
    until = time.monotonic() + patience
    while not begin():
        if time.monotonic() >= until:
            raise RegisterError(BUSY)
        time.sleep(0.05)


def reach(url: str, prepare: Callable[[Database], None]) -> Database:
    """The database at `url`, made where it is a SQLite file that does not exist; `prepare` brings
    its tables up.

    Raises `RegisterError` where it cannot be reached, with what to do.
    """
    return _prepared(_driver(url, prepare), prepare)


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
    """Whether no sign in the URL's password would end it, or the host, early."""
    from urllib.parse import urlsplit  # takes long to load, and a file needs none of it

    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises
    except ValueError:
        return False
    return parts.netloc.count("@") <= 1 and "@" not in parts.path


def _prepared(driver: Driver, prepare: Callable[[Database], None]) -> Database:
    database = Database(driver)
    with contextlib.ExitStack() as unless_ready:
        unless_ready.callback(database.close)
        prepare(database)
        unless_ready.pop_all()
    return database
