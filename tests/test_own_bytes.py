"""The bytes of a register are read in pieces, and SQLite keeps its locks meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from budgettrack.core.base.errors import RegisterError
from budgettrack.register.own_bytes import PIECE
from budgettrack.register.seal import UNSEALED, seals
from budgettrack.register.sqlite import SQLiteConnection

LARGE = 16
"""How many times a piece the large register has."""
LOCKED = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
    print("free")
except sqlite3.OperationalError as error:
    print(error)
"""


def new(path: Path, size: int = 1) -> Path:
    """A sealed register, so many times as large as a piece."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE runs (n)")
        raw.execute("INSERT INTO runs VALUES (randomblob(?))", (size * PIECE,))
        raw.execute(f"PRAGMA user_version = {UNSEALED}")
        raw.commit()
    with opened(path) as connection:
        connection.seal()
    return path


@contextmanager
def opened(path: Path) -> Iterator[SQLiteConnection]:
    connection = SQLiteConnection(path, path.name)
    try:
        yield connection
    finally:
        connection.close()


def proven(connection: SQLiteConnection) -> None:
    connection.begin_reading()
    try:
        connection.prove()
    finally:
        connection.rollback()


def seen_by_others(path: Path) -> str:
    """What another process is told that wants to write."""
    asked = [sys.executable, "-c", LOCKED, str(path)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.slow
def test_a_lock_is_kept_while_another_connection_proves_the_register_and_is_closed(
    tmp_path: Path,
) -> None:
    path = new(tmp_path / "register.sqlite")

    with opened(path) as writer:
        assert writer.lock()
        with opened(path) as reader:
            proven(reader)
            assert seen_by_others(path) == "database is locked"
        assert seen_by_others(path) == "database is locked"
    assert seen_by_others(path) == "free"


@pytest.mark.slow
def test_a_lock_is_kept_by_a_register_that_took_the_name_of_another(tmp_path: Path) -> None:
    old, path = new(tmp_path / "old.sqlite"), tmp_path / "register.sqlite"
    other = new(tmp_path / "new.sqlite")
    old.rename(path)

    with opened(path) as first:
        other.rename(path)
        with opened(path) as second:
            assert second.lock()
            proven(first)
            assert seen_by_others(path) == "database is locked"
            second.unlock()
            proven(second)
        proven(first)


def test_a_register_that_lost_its_name_is_proven_by_its_own_bytes(tmp_path: Path) -> None:
    path, other = new(tmp_path / "register.sqlite"), new(tmp_path / "other.sqlite")

    with opened(path) as connection:
        content = bytearray(other.read_bytes())
        content[-PIECE // 2] ^= 1
        other.write_bytes(content)
        other.rename(path)
        proven(connection)
        path.unlink()
        proven(connection)


def test_the_register_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    path = new(tmp_path / "register.sqlite", LARGE)

    with opened(path) as connection:
        tracemalloc.start()
        try:
            proven(connection)
            proven(connection)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert path.stat().st_size > LARGE * PIECE
    assert peak < 4 * PIECE


@pytest.mark.parametrize("place", [49, PIECE - 1, PIECE, 3 * PIECE + 7, LARGE * PIECE])
def test_a_damaged_byte_is_seen_in_every_piece(place: int, tmp_path: Path) -> None:
    path = new(tmp_path / "register.sqlite", LARGE)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    with opened(path) as connection:
        for _ in range(2):
            with pytest.raises(RegisterError, match="damaged"):
                proven(connection)


def test_a_register_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    path = new(tmp_path / "register.sqlite", LARGE)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 2 * PIECE)

    with opened(path) as connection, pytest.raises((RegisterError, sqlite3.DatabaseError)):
        proven(connection)


def test_the_seals_do_not_depend_on_the_pieces(tmp_path: Path) -> None:
    content = new(tmp_path / "register.sqlite", 2).read_bytes()
    whole = seals([content])

    assert whole[0] == whole[1] != UNSEALED
    for length in (100, 4096, PIECE, len(content) - 1):
        pieces = [content[start : start + length] for start in range(0, len(content), length)]
        assert seals(pieces) == whole
    assert seals([content[:-1], b"x"])[1] != whole[1]


def test_a_connection_may_be_closed_twice(tmp_path: Path) -> None:
    path = new(tmp_path / "register.sqlite")

    with opened(path) as connection, opened(path) as other:
        connection.close()
        connection.close()
        proven(other)
