"""The contents of cells besides their values: formulas, merged areas, formats."""

from __future__ import annotations

from msgspec import Struct, field

from budgettrack.core.base.grids import CellError, NoValue

CellPlace = tuple[int, int]

LARGEST_AREA = 30_000_000
"""How many cells of one file are read at most."""


class OdsCells(Struct):
    """What an OpenDocument file has in one tab besides values: formulas, merged areas, formats,
    the templates of codes with zeros, and the cells whose text is struck through. The library that
    reads the values does not return these."""

    formulas: dict[CellPlace, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    percents: set[CellPlace] = field(default_factory=set)
    signs: dict[CellPlace, str] = field(default_factory=dict)
    struck: set[CellPlace] = field(default_factory=set)
    codes: dict[CellPlace, str] = field(default_factory=dict)
    values: dict[CellPlace, CellError | NoValue] = field(default_factory=dict)
