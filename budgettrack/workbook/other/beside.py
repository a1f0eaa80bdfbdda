"""What stands in the cells of a tab besides their values."""

from __future__ import annotations

from dataclasses import dataclass, field

from budgettrack.core.base.grids import CellError, NoValue

Place = tuple[int, int]

LARGEST_AREA = 30_000_000
"""The most cells that are read of one file."""


@dataclass(slots=True)
class Beside:
    """What the reader of values leaves out of one tab (see `Grid`)."""

    formulas: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    percents: set[Place] = field(default_factory=set)
    signs: dict[Place, str] = field(default_factory=dict)
    values: dict[Place, CellError | NoValue] = field(default_factory=dict)
