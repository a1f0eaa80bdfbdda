"""Decides what one sync will do, from the workbook and the register as they were read. Nothing is
written here.

The result is one value, the ChangeSet. The preview (`sync --dry-run`), the writing of cells, the
new versions in the register and the tests all use it. There are four steps: read, merge, judge,
compose. Each step uses the result of the step before it."""

from __future__ import annotations

from budgettrack.core.base.grids import Book
from budgettrack.core.decide.compose import compose
from budgettrack.core.decide.judge import judge
from budgettrack.core.decide.merge import merge_tables
from budgettrack.core.decide.new_months import with_new_columns
from budgettrack.core.decide.read import read_sides
from budgettrack.core.decide.sides import ChangeSet, RegisterState, Settings, nothing_changed

__all__ = ["ChangeSet", "RegisterState", "Settings", "decide", "nothing_changed"]


def decide(book: Book, held: RegisterState, settings: Settings) -> ChangeSet:
    """Returns all changes that make workbook and register agree, with findings and conflicts.

    `held` is the content of the register."""
    sides = with_new_columns(read_sides(book, held, settings), book, settings)
    merged = merge_tables(sides, held, settings)
    judgement = judge(book, sides, merged, held, settings)
    return compose(book, sides, merged, judgement, held, settings)
