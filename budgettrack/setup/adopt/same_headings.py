"""Joins tabs with the same headings into one table, such as a tab for each month, year or grant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.cells.month_headings import YEAR
from budgettrack.core.records.tables import BY_NAME, Shape
from budgettrack.setup.adopt.candidate import BookOutline, TableCandidate
from budgettrack.setup.adopt.questions import Question, tabs_question


class JoinedTables(Struct, frozen=True):
    """One shape for each table, and the questions that were asked about them."""

    shapes: Mapping[str, Shape]
    asked: tuple[Question, ...]


def joined_tables(outline: BookOutline, candidates: Sequence[TableCandidate]) -> JoinedTables:
    """Returns one shape (layout) for each table: its tabs with the same headings together, and
    then its other blocks."""
    shapes: dict[str, Shape] = {}
    asked: list[Question] = []
    for name in BY_NAME:
        blocks: list[Shape] = []
        for alike in _alike(candidate for candidate in candidates if candidate.table == name):
            of_tabs, questions = _with_tabs(outline, alike)
            blocks += of_tabs
            asked += questions
        if blocks:
            shapes[name] = replace(blocks[0], more=tuple(blocks[1:]))
    return JoinedTables(shapes, tuple(asked))


def _alike(candidates: Iterable[TableCandidate]) -> list[list[TableCandidate]]:
    """Returns the candidates for one table in groups. A group has the tabs with the same layout."""
    groups: list[list[TableCandidate]] = []
    for candidate in candidates:
        for group in groups:
            places = {other.block.place for other in group}
            if candidate.block.place not in places and _layout(group[0]) == _layout(candidate):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    return groups


def _layout(candidate: TableCandidate) -> Shape:
    """Returns the whole shape (layout) without the name of the tab."""
    return replace(candidate.shape, tab="")


def _with_tabs(
    outline: BookOutline, alike: Sequence[TableCandidate]
) -> tuple[list[Shape], tuple[Question, ...]]:
    """Returns the shapes for tabs with the same layout, and the questions that were asked about
    them."""
    first = alike[0].shape
    if len(alike) == 1:
        return [first], ()
    is_budget = alike[0].table == "budget"
    # The name `Jan 2026` has a year, too, but the lines of this tab are only for one month.
    # So months in the names of tabs are tried before years.
    days = _days_of_months(outline, alike) or _days_of_years(outline, alike)
    if is_budget and days:
        return [*map(_within, alike, days)], ()
    together = replace(first, tabs=tuple(candidate.shape.tab for candidate in alike))
    if not is_budget or "grant" in {*first.headings, *first.columns}:
        return [together], ()
    question = tabs_question(len(alike))
    if question.answer(outline.answers) == "grant":
        constant = {name: text for name, text in first.constant.items() if name != "grant"}
        together = replace(together, from_tab="grant", constant=constant)
    return [together], (question,)


def _days_of_months(
    outline: BookOutline, alike: Sequence[TableCandidate]
) -> list[tuple[date, date]]:
    """Returns the first and last days of the months in the names of the tabs (`Jan 2026`). Empty
    if a tab has no month in its name."""
    days = [outline.days_of_tab(candidate.block) for candidate in alike]
    known = [of_tab for of_tab in days if of_tab is not None]
    return known if len(known) == len(days) else []


def _days_of_years(
    outline: BookOutline, alike: Sequence[TableCandidate]
) -> list[tuple[date, date]]:
    """Returns the first and last days of the years that tabs name. Empty if a tab names no year,
    or several."""
    years = [YEAR.findall(outline.seen.grid(candidate.block).tab) for candidate in alike]
    if any(len(of_tab) != 1 for of_tab in years):
        return []
    return [(date(int(year), 1, 1), date(int(year), 12, 31)) for (year,) in years]


def _within(candidate: TableCandidate, days: tuple[date, date]) -> Shape:
    """Returns the shape (layout) of a table, limited to rows between the first day and the last."""
    shape = candidate.shape
    start, end = days
    constant = {**shape.constant, "start": start.isoformat(), "end": end.isoformat()}
    return replace(shape, constant=constant)
