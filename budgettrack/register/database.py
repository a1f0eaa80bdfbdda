"""Reaching the database: the URL, the register's file, the writer's lock, and its troubles in words
for people.

A password is in the URL alone: no message quotes the URL or what the driver says about a failed
connection."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from budgettrack.core.base.errors import RegisterError
from budgettrack.interrupts import unbroken
from budgettrack.register.queries import Ask

BUSY = "Another run is writing to this register; wait until it ends, then try again."

WAIT = 10.0
"""Seconds that a reader waits for a commit to end, a commit for the readers, and PostgreSQL for a
connection."""

LOCK = "hashtextextended('budgettrack ' || current_schema(), 0)"
"""PostgreSQL's advisory locks belong to a database; the key tells apart the registers in its
schemas."""

RUN_LOCK = "hashtextextended('budgettrack run ' || current_schema(), 0)"


@dataclass(frozen=True, slots=True)
class Database:
    """A database as two engines: `readers` never wait for the writer's lock. `place` is its name
    for people."""

    place: str
    readers: Engine
    writers: Engine

    def close(self) -> None:
        self.readers.dispose()
        self.writers.dispose()


def reach(url: str, prepare: Callable[[Database], None]) -> Database:
    """The database at `url`, made where it is a SQLite file that does not exist; `prepare` brings
    its tables up.

    Raises `RegisterError` where it cannot be reached, with what to do.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _unusable_url() from None
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return _file(parsed.database, prepare)
    if kind in ("postgresql", "postgres") and "@" not in (parsed.host or ""):
        return _prepared(_server(parsed), prepare)
    raise _unusable_url()


def _prepared(database: Database, prepare: Callable[[Database], None]) -> Database:
    with contextlib.ExitStack() as unless_ready:
        unless_ready.callback(database.close)
        prepare(database)
        unless_ready.pop_all()
    return database


def _unusable_url() -> RegisterError:
    return RegisterError(
        "[register] url is not one that can be used. Write sqlite:///register.sqlite, or"
        " postgresql://user:password@host/database with special characters of the password as %40"
        " for @, %2F for /, %3A for :, %25 for %."
    )


# SQLite


def _file(name: str, prepare: Callable[[Database], None]) -> Database:
    path = Path(name).absolute()
    try:
        if not path.parent.is_dir():
            raise RegisterError(
                f"There is no folder for the register {name}. Make it, or change [register] url."
            )
        if path.is_dir():
            raise RegisterError(
                f"{name} is a folder, not a register. Name a file in it in [register] url."
            )
        if not os.path.lexists(path):
            with unbroken():
                _make(path, name, prepare)
        found = path.stat()
    except OSError as error:
        raise RegisterError(
            f"The register {name} cannot be made or opened: {error.strerror}. Make its folder"
            " writable for the user who runs budgettrack, with room on the disk, or change"
            " [register] url."
        ) from None
    if found.st_size == 0:
        raise RegisterError(
            f"The register {name} is an empty file: what it held is lost, or it was never a"
            " register. Put back the last copy of it; or remove the file, and a new register is"
            " made."
        )
    if (
        os.name == "posix"
        and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        and found.st_uid == os.geteuid()
    ):
        path.chmod(stat.S_IMODE(found.st_mode) & ~(stat.S_IRWXG | stat.S_IRWXO))
    return _prepared(_sqlite(path, name), prepare)


def _make(path: Path, name: str, prepare: Callable[[Database], None]) -> None:
    """A new register appears whole or not at all, and only its owner can ever read it; another run
    may be faster."""
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    try:
        _prepared(_sqlite(Path(made), name), prepare).close()
        try:
            os.link(made, path)
        except FileExistsError:
            return
        except OSError:  # a disk that knows no links
            if not path.exists():
                os.rename(made, path)
    finally:
        for rest in (made, f"{made}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(rest)


def _sqlite(path: Path, name: str) -> Database:
    # `mode=rw`: SQLite would make a missing file itself, readable by others.
    where = f"{path.as_uri()}?mode=rw"

    def engine(begin: str, timeout: float) -> Engine:
        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                where, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
            )
            # Pages written out before the commit would keep the readers away; it cannot be asked
            # for later.
            raw.execute("PRAGMA cache_spill = OFF")
            return raw

        made = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

        @event.listens_for(made, "begin")
        def _(connection: Connection) -> None:
            # The driver would begin before the first write only, and reads would not see one
            # moment.
            connection.exec_driver_sql(begin)

        return made

    return Database(name, engine("BEGIN", WAIT), engine("BEGIN IMMEDIATE", 0.2))


# PostgreSQL


def _server(url: URL) -> Database:
    place = (
        f"on {url.host or 'this machine'}, database {url.database or url.username or ''}".rstrip()
    )
    arguments: dict[str, Any] = (
        {} if "connect_timeout" in url.query else {"connect_timeout": int(WAIT)}
    )
    url = url.set(drivername="postgresql+psycopg")
    try:
        readers = create_engine(
            url,
            connect_args=arguments,
            pool_size=1,
            pool_pre_ping=True,
            hide_parameters=True,
            isolation_level="REPEATABLE READ",
        )
        # A connection that is closed cannot keep the lock: this engine holds none back.
        writers = create_engine(
            url, connect_args=arguments, poolclass=NullPool, hide_parameters=True
        )
    except ModuleNotFoundError:
        raise RegisterError(
            "A register on PostgreSQL needs the package psycopg. Install it: pip install"
            " 'psycopg[binary]'"
        ) from None
    return Database(place, readers, writers)


# The writer's lock


@contextmanager
def writer(database: Database, patience: float = 0.0) -> Iterator[Connection]:
    """A connection that holds the writer's lock until the end of the block; what is not committed
    by then is undone.

    SQLite: the lock is the database transaction itself, so that a commit gives it up. PostgreSQL:
    an advisory lock of the session. Both end when their owner's process does. `patience` is how
    many seconds to wait for another run. Raises `RegisterError` where another run holds it, and for
    what goes wrong with the database inside the block."""
    with told(database.place), contextlib.ExitStack() as open_:
        until = time.monotonic() + patience
        while (connection := _locked(database)) is None:
            if time.monotonic() >= until:
                raise RegisterError(BUSY)
            time.sleep(0.05)
        open_.callback(connection.close)
        if database.writers.dialect.name != "sqlite":
            open_.callback(_unlock, connection)
        yield connection


def _unlock(connection: Connection) -> None:
    # The server ends a closed session in its own time; until then the next run, even our own, would
    # find the lock held.
    with contextlib.suppress(SQLAlchemyError):
        connection.rollback()
        connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")


def _locked(database: Database) -> Connection | None:
    """A connection with the lock, or None where another run has it."""
    with contextlib.ExitStack() as unless_locked:
        connection = database.writers.connect()
        unless_locked.callback(connection.close)
        lock = _lock_file if database.writers.dialect.name == "sqlite" else _lock_schema
        if not lock(connection):
            return None
        unless_locked.pop_all()
    return connection


def _lock_file(connection: Connection) -> bool:
    # The first statement begins the transaction and so takes the lock; this one lets a commit wait
    # for readers.
    try:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
    except DBAPIError as error:
        if _code(error).startswith("SQLITE_BUSY"):
            return False
        raise
    return True


def _lock_schema(connection: Connection) -> bool:
    # A machine that vanished without a word is noticed within two minutes.
    for setting in (
        "tcp_keepalives_idle = 60",
        "tcp_keepalives_interval = 15",
        "tcp_keepalives_count = 4",
    ):
        connection.exec_driver_sql(f"SET {setting}")
    got: bool | None = connection.exec_driver_sql(
        f"SELECT pg_try_advisory_lock({LOCK})"
    ).scalar_one()
    connection.commit()
    if got is None:
        raise RegisterError(
            "The user of [register] url has no schema of its own. Make one, or name it in the URL."
        )
    return got


def vacuum(database: Database) -> None:
    """Write the database anew, so that nothing of what was deleted is left between its rows."""
    with told(database.place):
        raw = database.writers.raw_connection()
        try:
            connection: Any = raw.driver_connection
            if database.writers.dialect.name != "sqlite":
                connection.autocommit = True
            connection.execute("VACUUM")
        finally:
            raw.close()


# The lock of a whole run


class Lock:
    """A lock that a run holds from its first step to its last; it ends with its owner's process."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        self.holds = holds
        """Whether it is still held: a server may have gone away."""


@contextmanager
def alone(database: Database) -> Iterator[Lock | None]:
    """Hold the lock of a whole run until the end of the block; None where another run has it.

    It is apart from the writer's lock: in its midst, this run and people's own commands write one
    after the other. SQLite: the lock of a file beside the register. PostgreSQL: an advisory lock on
    a connection of its own."""
    with told(database.place), contextlib.ExitStack() as held:
        if database.writers.dialect.name == "sqlite":
            yield _locked_beside(Path(database.place), held)
        else:
            yield _locked_session(database, held)


def _locked_beside(register: Path, held: contextlib.ExitStack) -> Lock | None:
    register = register.resolve()
    path = register.with_name(f"{register.name}.run")
    try:
        path.touch(0o600)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise RegisterError(
            f"The file {path.name} beside the register cannot be written: {error}. Make the"
            " register's folder writable for the user who runs budgettrack."
        ) from None
    held.callback(connection.close)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            return None
        raise RegisterError(
            f"The file {path.name} beside the register cannot be written: {error}. Make the"
            " register's folder writable for the user who runs budgettrack."
        ) from None
    return Lock(lambda: True)


def _locked_session(database: Database, held: contextlib.ExitStack) -> Lock | None:
    connection = database.writers.connect()
    held.callback(connection.close)
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    for setting in (
        "tcp_keepalives_idle = 60",
        "tcp_keepalives_interval = 15",
        "tcp_keepalives_count = 4",
    ):
        connection.exec_driver_sql(f"SET {setting}")
    got = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({RUN_LOCK})").scalar_one()
    if not got:
        return None
    held.callback(_unlock, connection)

    def holds() -> bool:
        try:
            return bool(connection.exec_driver_sql("SELECT 1").scalar_one())
        except SQLAlchemyError:
            return False

    return Lock(holds)


# Statements


def marks(connection: Connection, statement: str) -> str:
    """The statement with its question marks as this driver writes them."""
    return statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")


def asked(connection: Connection, place: str) -> Ask:
    """The questions of `reading`, put on this connection."""

    def rows(statement: str, values: Sequence[Any]) -> Iterable[Sequence[Any]]:
        return connection.exec_driver_sql(marks(connection, statement), tuple(values))

    return Ask(place, rows)


# Words


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turns what the database says into a `RegisterError` with what to do. It quotes no value and
    no password."""
    try:
        yield
    except DBAPIError as error:
        raise RegisterError(_words(place, error)) from None


def _code(error: DBAPIError) -> str:
    """SQLite's name of the error, PostgreSQL's five letters, or nothing."""
    return str(
        getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    )


_CODES = {
    "SQLITE_BUSY": (
        "{place} is being written to or kept open by another program. Wait a moment, then try"
        " again."
    ),
    "SQLITE_LOCKED": (
        "{place} is being written to or kept open by another program. Wait a moment, then try"
        " again."
    ),
    "SQLITE_FULL": (
        "The disk is full; nothing was changed in {place}. Make room on it, then try again."
    ),
    "SQLITE_IOERR": (
        "The disk could not be read or written; nothing was changed in {place}. Make sure that it"
        " has room and is well, then try again."
    ),
    "SQLITE_READONLY": (
        "{place} may not be written to; nothing was changed. Make the file and its folder writable"
        " for the user who runs budgettrack."
    ),
    "SQLITE_CANTOPEN": (
        "{place} cannot be opened. Make the file and its folder readable and writable for the user"
        " who runs budgettrack."
    ),
    "SQLITE_PERM": (
        "{place} cannot be opened. Make the file and its folder readable and writable for the user"
        " who runs budgettrack."
    ),
    "SQLITE_NOTADB": (
        "{place} is not a register, or is damaged. Put back the last copy of it, or change"
        " [register] url."
    ),
    "SQLITE_CORRUPT": "{place} is damaged. Put back the last copy of it.",
    "SQLITE_SCHEMA": "{place} is damaged. Put back the last copy of it.",
    "SQLITE_ERROR": (
        "{place} is damaged or was altered by another program. Put back the last copy of it."
    ),
    "53100": (
        "The disk of the server is full; nothing was changed in {place}. Make room on it, then try"
        " again."
    ),
    "42501": (
        "{place}: this user may not read or write there; nothing was changed. Grant it all rights"
        " on a schema of its own."
    ),
    "25006": (
        "{place} may not be written to; nothing was changed. Connect to the main server, not to a"
        " copy."
    ),
    "42P01": "{place} is damaged or was altered by another program. Put back the last copy of it.",
    "42703": "{place} is damaged or was altered by another program. Put back the last copy of it.",
}


def _words(place: str, error: DBAPIError) -> str:
    code = _code(error)
    place = f"The register {place}"
    for start, words in _CODES.items():
        if code.startswith(start):
            return words.format(place=place)
    said = str(error.orig)
    if not code and "password" in said:
        return (
            f"{place}: the server does not accept this user and password. Correct them in"
            " [register] url."
        )
    if not code and "does not exist" in said:
        return (
            f"{place}: the server knows no such database or user. Make it, or correct [register]"
            " url."
        )
    if not code or code.startswith(("08", "57P")):
        return (
            f"{place} cannot be reached; nothing was changed. See that the server runs and that"
            " [register] url has its host, port, user and password, then try again."
        )
    return (
        f"{place} could not be read or written ({code}); nothing was changed. Put back the last"
        " copy of it, or ask whoever keeps the database."
    )
