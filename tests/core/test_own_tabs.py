"""Which tabs are the tool's own: by their mark, or by all that stands in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.core import tabs
from budgettrack.core.base.grids import Book, Grid, PageCell, ToolTab
from budgettrack.core.checks_tab import checks
from budgettrack.core.own_tabs import NAMES, UNWRITTEN, free_title, mark_of, own_tab, placed
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import CHECKS_HEADINGS, KEPT_HEADINGS


def test_a_copy_that_somebody_made_of_our_tab_is_left_alone() -> None:
    """A spreadsheet program copies the mark too."""
    marked = [
        Grid("Checks (2)", (), mark="checks Checks"),
        Grid("Checks", (), mark="checks Checks"),
    ]
    elsewhere = [Grid("Mine", (), mark="checks Checks"), Grid("Mine (2)", (), mark="checks Checks")]

    assert own_tab(Book(tuple(marked)), "checks") == marked[1]
    assert own_tab(Book(tuple(elsewhere)), "checks") is None
    assert own_tab(Book((elsewhere[0],)), "checks") == elsewhere[0]


@pytest.mark.parametrize(
    ("titles", "free"),
    [
        ([], "Checks"),
        (["CHECKS"], "Checks (budgettrack)"),
        (["Checks", "checks (BudgetTrack)"], "Checks (budgettrack 2)"),
    ],
)
def test_a_free_title_differs_from_every_tab(titles: list[str], free: str) -> None:
    assert free_title("Checks", Book((), titles=tuple(titles))) == free
    assert len(free_title(max(NAMES.values(), key=len), Book((), titles=tuple(titles)))) <= 31


def as_read(page: ToolTab, mark: str = "") -> Grid:
    rows: Any = [[cell.value for cell in row] for row in page.rows]
    return Grid(page.tab, rows, mark=mark)


SUMMARY = as_read(tabs.summary(plan_of({}, base="EUR")[0], [], "2026-03", date(2026, 4, 10)))
CHECKS = as_read(checks([], {}, "en"))


@pytest.mark.parametrize(("grid", "kind"), [(SUMMARY, "summary"), (CHECKS, "checks")])
def test_a_written_tab_without_a_mark_is_ours_only_in_a_workbook_of_ours(
    grid: Grid, kind: str
) -> None:
    assert own_tab(Book((grid,), mark="a-mark"), kind) == grid
    assert own_tab(Book((grid,)), kind) is None


@pytest.mark.parametrize(("grid", "kind"), [(SUMMARY, "summary"), (CHECKS, "checks")])
@pytest.mark.parametrize("row", [0, 1, 3])
def test_a_tab_whose_title_note_or_headings_are_not_ours_is_left_alone(
    grid: Grid, kind: str, row: int
) -> None:
    rows: Any = [list(cells) for cells in grid.rows]
    rows[row][0] = "something of mine"

    assert own_tab(Book((replace(grid, rows=rows),), mark="a-mark"), kind) is None
    assert own_tab(Book((replace(grid, rows=grid.rows[:2]),), mark="a-mark"), kind) is None
    assert own_tab(Book((replace(grid, tab="Mine"),), mark="a-mark"), kind) is None
    beside: Any = [[*cells, *[None] * 20, "mine"] for cells in grid.rows]
    assert own_tab(Book((replace(grid, rows=beside),), mark="a-mark"), kind) is None


OLD_CHECKS = [
    ["What to look at"],
    [
        "Written by the tool at each sync. For a conflict, choose in Keep which side stands: sheet or"
        " register."
    ],
    [],
    ["Where", "What is wrong", "What to do", "Severity", "Code", "First seen", "Keep", "Key"],
]
"""The first rows of the tab Checks, as version 0.1.0 wrote them."""


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("summary", [[UNWRITTEN]]),
        ("checks", [[*CHECKS_HEADINGS]]),
        ("checks", [OLD_CHECKS[3]]),
        ("kept", [[*KEPT_HEADINGS], ["Expenses", "Amount", 5]]),
    ],
)
def test_a_tab_that_a_new_workbook_has_and_nobody_touched_is_ours(kind: str, rows: Any) -> None:
    grid = Grid(NAMES[kind], rows)

    assert own_tab(Book((grid,)), kind) == grid
    assert own_tab(Book((replace(grid, rows=[["mine"]]),)), kind) is None


def test_the_tab_checks_of_an_older_version_is_ours_with_its_note_and_headings_of_then() -> None:
    """Otherwise it would stay beside a new one, with old findings, and choices in Keep be lost."""
    seal = "budget/B-3.amount #abc123"
    row = [
        "Budget!F4",
        "Both sides",
        "Choose",
        "warning",
        "conflict",
        "2026-11-01",
        "register",
        seal,
    ]
    book = Book((Grid("Checks", [*OLD_CHECKS, row]),), mark="a-mark")

    assert own_tab(book, "checks") == book.grids[0]
    assert tabs.kept(book) == {seal: "register"}
    mixed: Any = [*OLD_CHECKS[:3], [*CHECKS_HEADINGS], row]
    assert own_tab(Book((Grid("Checks", mixed),), mark="a-mark"), "checks") is None


def test_a_page_goes_over_our_tab_and_only_if_it_says_something_else() -> None:
    page = ToolTab("Checks", ((PageCell("now"),),), kind="checks")
    theirs = Grid("Checks", [["cheques"]])
    ours = Grid("Mine", [["before"]], mark="checks Mine")

    assert placed(page, Book((theirs,))) == replace(page, tab="Checks (budgettrack)")
    assert placed(page, Book((theirs, ours))) == replace(page, tab="Mine", over=True)
    shown = replace(ours, rows=[["now"]])
    assert placed(page, Book((theirs, shown))) is None
    renamed = replace(shown, mark=mark_of("checks", "Checks"))
    assert placed(page, Book((theirs, renamed))) == replace(page, tab="Mine", over=True)
