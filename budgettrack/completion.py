"""The IDs that the shell completes after the Tab key. Every sync writes them into a small file
beside the config, so that completion opens no database."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

NAME = ".budgettrack.ids"

TABLES = (
    "grants",
    "work_plan",
    "indicators",
    "budget",
    "resources",
    "agreements",
    "lots",
    "deadlines",
)
"""The tables whose IDs are completed. Expenses are left out, because there are too many to
choose from."""


def remember(config: Path, ids: Mapping[str, Collection[str]]) -> None:
    """Write the IDs of each table for completion.

    If the file cannot be written, nothing is completed."""
    lines = [f"{table}/{id_}" for table in TABLES for id_ in ids.get(table, ())]
    content = ("\n".join(lines) + "\n").encode()
    path = config.with_name(NAME)
    with contextlib.suppress(OSError):
        if path.is_file() and path.read_bytes() == content:
            return
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)


def completions(config: Path, tables: Collection[str], begun: str) -> Iterator[str]:
    """Return the IDs of these tables that start with `begun`, in upper or lower case."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in config.with_name(NAME).read_text("utf-8").splitlines():
            table, _, id_ = line.partition("/")
            if table in tables and id_.casefold().startswith(begun.casefold()):
                yield id_
