"""Hides the names of tabs that may be names of people from everything that is shown or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.grids import Book
from budgettrack.setup.adopt.questions import Question, people_question
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.vocabulary import may_name_people


class HiddenTabs(Struct, frozen=True):
    """The tabs whose names may be names of people.

    `doubtful`: the numbers of these tabs, from 0. `hidden`: the numbers of the tabs that the
    config does not name. `asked`: the question whether the names are names of people, if one of
    these tabs is read."""

    doubtful: frozenset[int]
    hidden: frozenset[int]
    asked: tuple[Question, ...] = ()


def hidden_tabs(book: Book, blocks: Iterable[SheetBlock], answers: Mapping[str, str]) -> HiddenTabs:
    """Returns the tabs whose names may be names of people. `blocks` has the blocks that are
    read."""
    doubtful = frozenset(
        place for place, grid in enumerate(book.grids) if may_name_people(grid.tab)
    )
    used = doubtful & {block.place for block in blocks}
    if not used:
        return HiddenTabs(doubtful, doubtful)
    question = people_question(used)
    is_harmless = question.answer(answers) == "no"
    return HiddenTabs(doubtful, frozenset() if is_harmless else doubtful, (question,))


def without_names(book: Book, hidden: Iterable[int]) -> Book:
    """Returns the book. If the name of a tab may be the name of a person, it is replaced by the
    number of the tab, such as `#3`."""
    places = set(hidden)
    grids = tuple(
        replace(grid, tab=name_of_tab(grid.tab, place, places))
        for place, grid in enumerate(book.grids)
    )
    return replace(book, grids=grids)


def name_of_tab(tab: str, place: int, hidden: Iterable[int]) -> str:
    """Returns the name of a tab for the config. `place` is its number, from 0."""
    return f"#{place + 1}" if place in hidden else tab
