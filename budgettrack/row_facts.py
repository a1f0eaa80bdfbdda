"""The file in which a sync remembers what it found out about rows (see `core.cells.known_rows`).

It stands beside the config. If it is lost, damaged or of another group, the next sync reads each
row and writes the file again: a fact that does not fit is never found."""

from __future__ import annotations

import contextlib
from collections.abc import Set
from pathlib import Path

from budgettrack import files
from budgettrack.core.cells.known_rows import SIZE, RowMemory
from budgettrack.unchanged import program_state

NAME = ".budgettrack.rows"


def remembered(config: Path, key: bytes) -> RowMemory:
    """Returns what the last sync remembered. `key`: the key of the group."""
    try:
        held = config.with_name(NAME).read_bytes()
    except OSError:
        held = b""
    facts = {held[start : start + SIZE] for start in range(0, len(held), SIZE)}
    return RowMemory(key, program_state(), facts)


def remember(config: Path, facts: Set[bytes]) -> None:
    """Remembers these facts in place of all earlier ones. If the file cannot be written, the next
    sync reads each row."""
    path = config.with_name(NAME)
    with contextlib.suppress(OSError):
        if facts or path.exists():
            files.write(path, b"".join(sorted(facts)), private=True)


def forget(config: Path) -> None:
    """Deletes the file. Raises OSError if it cannot be deleted."""
    config.with_name(NAME).unlink(missing_ok=True)
