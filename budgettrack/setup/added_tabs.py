"""Adds the tabs and columns that this version has and an older workbook lacks, filled with what
the group already has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from budgettrack.config.load import default_locale
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import CellEdit, Edits, Frame, PageCell, ToolTab
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.cells.headings import TabWithoutColumns, lacking, lacking_columns
from budgettrack.core.cells.table_rows import Headings
from budgettrack.core.records.model import Fields, Records
from budgettrack.core.records.tables import AGREEMENTS, Table
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.setup.create import TABS_ASKED, about_rows
from budgettrack.workbook.layout import WHOLE_ORDER, TabLayout, tables

ROOM = 50
"""How many blank rows with dropdowns are added below the last row."""


def add_tabs(group: OpenedGroup, asked: frozenset[str] = frozenset()) -> list[str]:
    """Adds the tabs and columns that the workbook lacks. References to agreements on grants and
    resources become rows of *Agreements*. Returns sentences that say what was done.

    `asked`: the words for tabs that no workbook gets by itself, such as `supplies`.
    Raises UsageError for another word, or if tables are mapped: such a workbook has another layout
    than ours. Raises `WorkbookError` if the workbook cannot be written."""
    if unknown := sorted(asked - TABS_ASKED):
        raise UsageError(
            f"There are no tabs {', '.join(unknown)}. There are: {', '.join(sorted(TABS_ASKED))}."
        )
    if group.config.shapes:
        raise UsageError(
            "The tables of this workbook are mapped in the config, so no tab is added. Add a tab"
            " with our headings yourself if you want one: see docs/workbook.md."
        )
    book = group.workbook.read()
    wanted = lacking(book, asked)
    partial = list(lacking_columns(book, default_locale(group.config, book.locale)))
    if not wanted and not partial:
        return ["The workbook has every tab and column already."]
    held = group.register.ask(queries.load).records
    rows = {table.name: rows_of(table, held) for table in wanted}
    carried = len(rows.get(AGREEMENTS.name, ()))
    words = sheet_words(group.config.language)
    whole = tables(frozenset(), rows, words, WHOLE_ORDER)
    layouts = {layout.title: layout for layout in whole}
    pages = tuple(_page(layouts[words.tab(table.tab)], words.right_to_left) for table in wanted)
    cells = tuple(cell for tab in partial for cell in _headings(tab, words))
    frames = {tab.grid.tab: _frame(tab.headings) for tab in partial}
    if group.workbook.write(book, Edits(cells, pages, frames=frames)) is not None:
        raise UsageError("Somebody worked in the sheet meanwhile. Nothing was added. Run it again.")
    told = [f"Added the tab {page.tab}." for page in pages]
    told += [f"Added the column {cell.value} to the tab {cell.tab}." for cell in cells]
    if carried:
        told.append(f"Carried over from Grants and Resources: {carried}. Look at each row.")
    return [*told, "Then run: budgettrack sync"]


def _headings(tab: TabWithoutColumns, words: SheetWords) -> Iterator[CellEdit]:
    """Yields the headings of the new columns, to the right of everything in the tab."""
    grid = tab.grid
    filled = [
        index for row in grid.rows for index, value in enumerate(row) if value not in (None, "")
    ]
    for index, column in enumerate(tab.columns, max(filled) + 1):
        yield CellEdit(grid.tab, tab.headings.row, index, words.heading(column.heading))


def _frame(headings: Headings) -> Frame:
    return Frame(headings.row, headings.columns.get("id"), tuple(sorted(headings.columns.values())))


def _page(layout: TabLayout, right_to_left: bool) -> ToolTab:
    """Returns a tab with its headings, its rows, and blank rows with dropdowns."""
    headings = tuple(PageCell(column.heading, "heading") for column in layout.columns)
    blank = (None,) * len(layout.columns)
    rows = tuple(
        tuple(
            PageCell(
                value, _look(column.column.kind if column.column else ""), choices=column.choices
            )
            for value, column in zip(row, layout.columns, strict=True)
        )
        for row in (*layout.rows, *[blank] * ROOM)
    )
    widths = tuple(column.width for column in layout.columns)
    return ToolTab(layout.title, (headings, *rows), widths, 1, right_to_left=right_to_left)


def _look(kind: str) -> str:
    return "date" if kind == "date" else "text"


def rows_of(table: Table, held: Records) -> Sequence[Fields]:
    """Returns the first rows of a new tab. For *Agreements*, these are the agreements to which
    grants and resources refer; for *About us*, its topics."""
    if table is not AGREEMENTS:
        return about_rows().get(table.name, ())
    return [*_of_grants(held.get("grants", {})), *_of_resources(held.get("resources", {}))]


_ENDED = ("closed", "declined", "returned", "lapsed")


def _state(fields: Fields) -> str:
    return "ended" if fields.get("state") in _ENDED else "in force"


def _of_grants(grants: Mapping[str, Fields]) -> Iterator[Fields]:
    for id_, fields in grants.items():
        if fields.get("agreement_reference"):
            row = {
                "kind": "other",
                "other_party": fields.get("funder", ""),
                "purpose": fields["agreement_reference"],
                "from": fields.get("start", ""),
                "until": fields.get("end", ""),
                "grant": id_,
                "state": _state(fields),
            }
            yield {name: text for name, text in row.items() if text}


def _of_resources(resources: Mapping[str, Fields]) -> Iterator[Fields]:
    for id_, fields in resources.items():
        if fields.get("agreement_reference") or fields.get("review_on"):
            what = (fields.get("agreement_reference", ""), fields.get("description", ""))
            row = {
                "kind": "room" if fields.get("kind") == "workspace" else "other",
                "other_party": fields.get("from_whom") or fields.get("kind", ""),
                "purpose": ": ".join(filter(None, what)),
                "from": fields.get("from", ""),
                "until": fields.get("until", ""),
                "review_on": fields.get("review_on", ""),
                "resource": id_,
                "state": _state(fields),
            }
            yield {name: text for name, text in row.items() if text}
