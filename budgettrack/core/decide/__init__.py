"""What one sync would do, as a value: decided from what was read, before anything is done.

The preview (`sync --dry-run`), the cells that are written, the versions that the register keeps and
the tests all come from this one object. Four acts lead to it, each a function of what the one
before it gave: read, merge, judge, compose."""

from __future__ import annotations

from budgettrack.core.base.grids import Book
from budgettrack.core.decide.compose import compose
from budgettrack.core.decide.judge import judge
from budgettrack.core.decide.merge import merge_tables
from budgettrack.core.decide.read import read_sides
from budgettrack.core.decide.sides import ChangeSet, RegisterState, Settings

__all__ = ["ChangeSet", "RegisterState", "Settings", "decide"]


def decide(book: Book, held: RegisterState, settings: Settings) -> ChangeSet:
    """All that workbook and register must do to agree, and what stands against it."""
    sides = read_sides(book, held, settings)
    merged = merge_tables(sides, held, settings)
    judgement = judge(sides, merged, held, settings)
    return compose(book, sides, merged, judgement, held, settings)
