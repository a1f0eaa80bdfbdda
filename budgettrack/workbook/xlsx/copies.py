"""The copies that are kept beside a local workbook: one from before the first write, and one from
before each of the last ten writes.

`plan.first.xlsx` is made once, and no later run replaces it. Even if a later run damages the
workbook, this copy has everything that people had filled in before. `plan.previous.xlsx` is the
newest of the other copies, and `plan.previous-10.xlsx` is the oldest."""

from __future__ import annotations

import os
from pathlib import Path

from budgettrack.core.base.grids import Book
from budgettrack.core.records.tables import START_HERE

LAST = 10
"""How many copies are kept besides the first one."""


def first_copy(path: Path) -> Path:
    """Returns the path of the copy from before the first write."""
    return path.with_name(f"{path.stem}.first{path.suffix}")


def previous_copy(path: Path, age: int = 1) -> Path:
    """Returns the path of the copy from before the last write. With `age`, returns the path of
    an older copy."""
    number = "" if age == 1 else f"-{age}"
    return path.with_name(f"{path.stem}.previous{number}{path.suffix}")


def all_copies(path: Path) -> list[Path]:
    """Returns the paths of all copies that may be kept of a workbook, newest first."""
    return [*(previous_copy(path, age) for age in range(1, LAST + 1)), first_copy(path)]


def make_room(path: Path) -> None:
    """Renames each copy to the next older name, so that a new copy can be made. The oldest one is
    deleted.

    If a run was killed here, there is a gap, and the copies after the gap stay where they are."""
    gap = next((age for age in range(1, LAST) if not previous_copy(path, age).exists()), LAST)
    for age in range(gap, 1, -1):
        os.replace(previous_copy(path, age - 1), previous_copy(path, age))


def is_filled(book: Book) -> bool:
    """Whether people filled anything into a workbook, besides the headings of a new one."""
    return any(
        value is not None
        for grid in book.grids
        if not grid.mark and grid.tab != START_HERE
        for cells in grid.rows[1:]
        for value in cells
    )
