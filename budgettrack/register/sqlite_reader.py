"""A question to a register that is only read, answered at once.

Loading SQLAlchemy takes longer than a question at the prompt, so an ordinary SQLite file is asked
without it. Whatever is out of the ordinary is put to the register proper (`store`), which makes,
migrates or mends it, or says what is wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from budgettrack.register import queries
from budgettrack.register.queries import Ask

T = TypeVar("T")

SQLITE = "sqlite:///"

PATIENCE = 1.0
"""Seconds to wait for a commit to end, before the register proper is asked, which waits longer."""


class _UnusualError(Exception):
    """This register is not asked here."""


def answer(url: str, question: Callable[[Ask], T]) -> T:
    """The answer to a question, all parts of it at one moment; it may be put twice.

    Raises `RegisterError` where the register cannot be opened or read.
    """
    try:
        return _at_once(url, question)
    except (_UnusualError, sqlite3.Error, OSError):
        from budgettrack.register.store import open_register

        with open_register(url) as register:
            return register.answer(question)


def _at_once(url: str, question: Callable[[Ask], T]) -> T:
    name = url.removeprefix(SQLITE)
    path = Path(name).absolute()
    if not url.startswith(SQLITE) or "?" in name or not path.is_file():
        raise _UnusualError
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise _UnusualError  # others may read it: the register proper closes it to them
    with closing(
        sqlite3.connect(f"{path.as_uri()}?mode=rw", PATIENCE, isolation_level=None, uri=True)
    ) as connection:
        ask = Ask(name, connection.execute)
        connection.execute("BEGIN")
        if queries.step(ask) != queries.STEP:
            raise _UnusualError
        return question(ask)
