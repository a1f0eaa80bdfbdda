"""A register in an SQLite file that only its owner can read.

The transaction itself is the writer's lock, so a commit releases the lock."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from budgettrack import lasting
from budgettrack.core.base.errors import RegisterError
from budgettrack.files import try_folder
from budgettrack.interrupts import unbroken
from budgettrack.register import connection
from budgettrack.register.connection import Lock
from budgettrack.register.machine import machine_hash
from budgettrack.register.own_bytes import OwnBytes
from budgettrack.register.seal import UNSEALED, seals
from budgettrack.register.troubles import damaged
from budgettrack.register.turn import signature

LOCKED_WITHIN = 0.2
"""How many seconds a run waits for the lock before it decides that another run is active."""


class SQLiteConnection:
    """A connection to the file. It implements the protocol `RegisterConnection`."""

    def __init__(self, path: Path, place: str) -> None:
        self.place, self._path = place, path
        self.commits = 0
        self.command = ""
        self._writing = path.resolve().with_name(f"{path.resolve().name}.writer")
        # If a commit fails, it is undone. With SQLite this is always certain.
        self.is_committing = False
        # `mode=rw`: without it, SQLite would create a missing file, which other users could read.
        self.raw = sqlite3.connect(
            database=f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=connection.WAIT,
            isolation_level=None,
            check_same_thread=False,
        )
        self._bytes = OwnBytes(path)
        # Nothing is written before the commit.
        # If SQLite wrote pages early, readers would be locked out.
        self.raw.execute("PRAGMA cache_spill = OFF")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        return self.raw.execute(statement, values)

    def rows_alone(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        return self.rows(statement, values)

    def run_all(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self.rows(statement)

    def insert(self, into: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            places = ", ".join("?" for _ in rows[0])
            self.raw.executemany(f"INSERT INTO {into} VALUES ({places})", rows)

    def begin_reading(self) -> None:
        # Without BEGIN, the driver opens no transaction, and two reads may see different states.
        self.raw.execute("BEGIN")

    def begin_writing(self) -> None:
        if not self.raw.in_transaction:
            self.raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        # The journal is created only now. The lock is held while a workbook is read and written.
        # As long as nothing is written here, a stopped run leaves no journal beside the file.
        self.raw.execute(f"PRAGMA user_version = {UNSEALED}")
        self.raw.execute("COMMIT")
        self.commits += 1
        lasting.note("register")

    def commit_and_keep_lock(self) -> bool:
        before = self._version()
        self.commit()
        self.begin_writing()
        return self._version() == before

    def _version(self) -> int:
        """Returns a number that changes when another connection commits."""
        ((version,),) = self.rows("PRAGMA data_version")
        return int(version)

    def pause(self) -> None:
        """Does nothing: the transaction is the lock, so it must stay open."""

    def rollback(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def lock(self) -> bool:
        self._wait(LOCKED_WITHIN)
        try:
            self.raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if _name_of(error).startswith("SQLITE_BUSY"):
                return False
            raise
        # A commit waits until readers end, and readers may need longer than the usual time.
        self._wait(connection.WAIT)
        self._sign()
        return True

    def _sign(self) -> None:
        """Writes the name of this run into a file beside the register, for other commands that
        wait for it."""
        # If the file cannot be written, other commands wait without knowing for which run.
        with contextlib.suppress(OSError):
            handle = os.open(self._writing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(handle, "w", encoding="ascii") as file:
                file.write(signature(self.command))

    def holder(self) -> str:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return self._writing.read_text("ascii")
        return ""

    def begin_locked(self) -> bool:
        return self.lock()

    def begin_own(self) -> bool:
        return self.lock()

    def do_own(self, statement: str, values: Sequence[Any]) -> bool:
        if not self.lock():
            return False
        with unbroken():
            self.rows(statement, values)
            self.commit()
        return True

    def _wait(self, seconds: float) -> None:
        self.raw.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def unlock(self) -> None:
        # The rollback ends the transaction and with it the lock.
        self.rollback()

    def evidence(self) -> Mapping[str, str]:
        # Each of the three facts about the place may change alone.
        # A container gets a new computer name, and a folder may be moved.
        # Some file systems give their files new numbers.
        path = self._path.resolve()
        return {
            "machine": machine_hash(),
            "path": hashlib.sha256(os.fsencode(path)).hexdigest()[:16],
            "file": str(path.stat().st_ino),
        }

    def tables(self) -> set[str]:
        return {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type='table'")}

    def prove(self) -> None:
        try:
            self._prove()
        except UnicodeDecodeError:  # SQLite's own message would quote the damaged text.
            raise damaged(self.place) from None

    def _prove(self) -> None:
        if list(self.raw.execute("PRAGMA page_count")) == [(0,)]:
            return  # The file is new and has no tables yet.
        stored, fitting = self._seals()
        if stored == UNSEALED:
            # The last run was killed before it wrote the checksum, or it is still running.
            if list(self.raw.execute("PRAGMA quick_check(1)")) != [("ok",)]:
                raise damaged(self.place)
        elif stored != fitting:
            raise damaged(self.place)

    def seal(self) -> None:
        self._wait(LOCKED_WITHIN)
        # If another run is writing now, it seals the file at its end.
        self.raw.execute("BEGIN IMMEDIATE")
        stored, fitting = self._seals()
        if stored == UNSEALED:
            self.raw.execute(f"PRAGMA user_version = {fitting}")
            self.raw.execute("COMMIT")
        self.rollback()

    def _seals(self) -> tuple[int, int]:
        """Returns the seal in the file, and the seal that the file should have. A transaction must
        be open."""
        ((pages,),) = self.raw.execute("PRAGMA page_count")
        ((page,),) = self.raw.execute("PRAGMA page_size")
        pieces = self._bytes.pieces(pages * page)
        return seals([self.raw.serialize()] if pieces is None else pieces)

    def tables_without_steps(self) -> set[str] | None:
        there = self.tables()
        return None if "migrations" in there else there

    def erase_what_is_deleted(self) -> None:
        self.raw.execute("PRAGMA secure_delete = ON")

    def vacuum(self) -> None:
        self.raw.execute("VACUUM")

    def close(self) -> None:
        self.raw.close()
        self._bytes.close()


class SQLiteFile:
    """The SQLite file that the URL names. It implements the protocol `Driver`."""

    troubles: type[Exception] = sqlite3.Error

    def __init__(self, path: Path, place: str) -> None:
        self.path, self.place = path, place

    def connect(self) -> SQLiteConnection:
        return SQLiteConnection(self.path, self.place)

    def code(self, error: Exception) -> str:
        # The driver's own errors, such as a text that is not UTF-8, have no name.
        return _name_of(error) or "SQLITE"

    @contextmanager
    def alone(self) -> Iterator[Lock | None]:
        """Yields the lock on a file beside the register, or None if another run holds it."""
        register = self.path.resolve()
        path = register.with_name(f"{register.name}.run")
        with contextlib.ExitStack() as held:
            try:
                path.touch(0o600)
                raw = sqlite3.connect(database=path, timeout=0, isolation_level=None)
                held.callback(raw.close)
                raw.execute("BEGIN EXCLUSIVE")
            except (OSError, sqlite3.Error) as error:
                if not _name_of(error).startswith("SQLITE_BUSY"):
                    raise RegisterError(
                        f"The file {path.name} beside the register cannot be written: {error}. Make"
                        " the register's folder writable for the user who runs budgettrack."
                    ) from None
                lock = None
            else:
                lock = Lock(lambda: True)
            yield lock


def _name_of(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", None) or "")


def open_file(name: str, prepare: Callable[[SQLiteFile], None]) -> SQLiteFile:
    """Opens the file of the register, or creates it. `prepare` creates the tables of a new file.

    Raises `RegisterError` if the file cannot be created or opened."""
    path = Path(name).absolute()
    try:
        _refuse_no_place(path, name)
        if not os.path.lexists(path):
            with unbroken():
                _make(path, name, prepare)
        there = path.stat()
    except OSError as error:
        raise _not_made(name, error) from None
    if there.st_size == 0:
        raise RegisterError(
            f"The register {name} is an empty file: its content was lost, or it was never a"
            " register. Put back its last copy. Or delete the file, and a new register is made."
        )
    if (
        os.name == "posix"
        and there.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        and there.st_uid == os.geteuid()
    ):
        path.chmod(stat.S_IMODE(there.st_mode) & ~(stat.S_IRWXG | stat.S_IRWXO))
    return SQLiteFile(path, name)


def may_be_made(name: str) -> None:
    """Checks that a new register can be created at this path. Creates nothing.

    Raises `RegisterError` as `open_file` does."""
    path = Path(name).absolute()
    _refuse_no_place(path, name)
    try:
        try_folder(path.parent)
    except OSError as error:
        raise _not_made(name, error) from None


def unfinished_files(name: str) -> Iterator[Path]:
    """Returns the files that remain beside a register if a run is killed while it creates the
    register."""
    path = Path(name).absolute()
    return path.parent.glob(f".{glob.escape(path.name)}.*.new*")


def _refuse_no_place(path: Path, name: str) -> None:
    if not path.parent.is_dir():
        raise RegisterError(
            f"The folder of the register {name} does not exist. Make it, or change [register] url."
        )
    if path.is_dir():
        raise RegisterError(
            f"{name} is a folder, not a register. Write the path of a file as [register] url."
        )


def _not_made(name: str, error: OSError) -> RegisterError:
    return RegisterError(
        f"The register {name} cannot be made or opened: {error.strerror}. Make its folder"
        " writable for the user who runs budgettrack, with room on the disk, or change"
        " [register] url."
    )


def _make(path: Path, name: str, prepare: Callable[[SQLiteFile], None]) -> None:
    """Creates a new register in a temporary file and then gives the file its name.

    So the register appears complete or not at all, and only its owner can ever read it. If
    another run was faster, that run's register is used."""
    import tempfile  # This import is slow, and only a new register needs it.

    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    try:
        prepare(SQLiteFile(Path(made), name))
        try:
            os.link(made, path)
        except FileExistsError:
            return
        except OSError:  # Some file systems have no hard links.
            if not path.exists():
                os.rename(made, path)
    finally:
        for rest in (made, f"{made}-journal", f"{made}.writer"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(rest)
