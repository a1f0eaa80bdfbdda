"""What every kind of workbook does alike: the local file and the online sheet pass the same
tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, Edits, Frame, Grid, PageCell, ToolTab
from budgettrack.core.records.tables import CHECKS
from budgettrack.core.tabs import kept
from budgettrack.register import queries
from budgettrack.register.store import open_register
from budgettrack.sync import SyncOutcome
from budgettrack.workbook import Workbook
from tests.sheets_api.discovery import faults
from tests.sheets_api.server import Call, Server
from tests.world.opened import synced
from tests.world.places import GooglePlace, Place, Typed, XlsxPlace
from tests.world.small_plan import AT, TODAY, by_hand, cell, small_plan

FRAME = Frame(0, 0, (0, 1, 2, 3, 4))
ROWS: list[list[Typed]] = [
    ["ID", "Amount", "Twice", "Start", "% done"],
    ["B-1", 100.25, "=B2*2", date(2026, 1, 5), 0.5],
    ["B-2", 7, None, None, None],
    [None, 8, None, "soon", None],
]


def valid(call: Call) -> None:
    """Our own traffic, both ways, is what Google's description of its services allows."""
    found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
    assert not found, found


@pytest.fixture(params=["xlsx", pytest.param("google", marks=pytest.mark.google_http)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "xlsx":
        yield XlsxPlace(tmp_path)
    else:
        with Server() as server:
            server.check = valid
            yield GooglePlace(tmp_path, server)


def grid(workbook: Workbook, tab: str) -> Grid:
    return next(each for each in workbook.read().grids if each.tab == tab)


def test_values_arrive_with_their_kinds(place: Place) -> None:
    place.make({"Budget": ROWS, "Empty": []}, percents=["Budget!E2"])

    found = grid(place.workbook(), "Budget")

    assert found.at(1, 0) == "B-1"
    assert found.at(1, 1) == 100.25
    assert found.at(1, 2) == 200.5
    assert found.formulas == {(1, 2): "=B2*2"}
    start = found.at(1, 3)
    assert (start.date() if isinstance(start, datetime) else start) == date(2026, 1, 5)
    assert found.at(1, 4) == 0.5
    assert (1, 4) in found.percents
    assert (1, 1) not in found.percents
    assert found.at(2, 3) is None
    assert found.at(3, 3) == "soon"
    assert found.at(50, 50) is None
    assert grid(place.workbook(), "Empty").rows in ([], [[]])


@pytest.mark.parametrize("share", ["percent", "count"])
def test_only_the_cells_that_are_written_change(place: Place, share: str) -> None:
    place.make({"Budget": ROWS}, percents=["Budget!E2"])
    workbook = place.workbook()
    book = workbook.read()
    edits = [
        CellEdit("Budget", 1, 1, Decimal("99.5"), 100.25, "money"),
        CellEdit("Budget", 1, 3, date(2026, 2, 1), date(2026, 1, 5), "date"),
        CellEdit("Budget", 1, 4, Decimal("75"), 0.5, share),
        CellEdit("Budget", 2, 1, None, 7.0, "money"),
        CellEdit("Budget", 3, 0, "B-3", None, "id"),
        CellEdit("Budget", 6, 0, "=1+1", None, "id"),
        CellEdit("Budget", 6, 3, date(2026, 3, 1), None, "date"),
    ]

    assert workbook.write(book, Edits(tuple(edits), (), None, {"Budget": FRAME})) is None

    wanted = {
        "A2": "B-1",
        "B2": 99.5,
        "C2": "=B2*2",
        "D2": date(2026, 2, 1),
        "E2": 0.75,
        "B3": None,
        "A4": "B-3",
        "D4": "soon",
        "D7": date(2026, 3, 1),
    }
    assert {cell: place.stands("Budget", cell) for cell in wanted} == wanted
    again = grid(place.workbook(), "Budget")
    assert again.at(6, 0) == "=1+1"
    assert (6, 0) not in again.formulas


def test_a_page_is_made_and_made_anew(place: Place) -> None:
    place.make({"Budget": ROWS})
    workbook = place.workbook()
    choice = PageCell(None, "input", choices=("sheet", "register"))
    headings = tuple(PageCell(text, "heading") for text in ("Where", "Keep", "Key"))
    first = ToolTab(
        CHECKS,
        (headings, (PageCell("'Budget'!B2", link="'Budget'!B2"), choice, PageCell("k-1 #0a"))),
        (20, 10, 10),
        1,
        "checks",
    )
    second = ToolTab(CHECKS, ((PageCell("All well", "title"),),), kind="checks", over=True)

    workbook.write(workbook.read(), Edits((), (first,)))
    place.type(CHECKS, "B2", "register")
    chosen = kept(workbook.read())
    workbook.write(workbook.read(), Edits((), (second,)))

    assert chosen == {"k-1 #0a": "register"}
    found = grid(workbook, CHECKS)
    assert [[each for each in row if each is not None] for row in found.rows] == [["All well"]]


def test_the_mark_comes_back(place: Place) -> None:
    place.make({"Budget": ROWS})
    workbook = place.workbook()
    before = workbook.read()

    workbook.write(before, Edits(mark="a-mark"))

    assert before.mark is None
    assert workbook.read().mark == "a-mark"
    workbook.write(workbook.read(), Edits(mark="another"))
    assert place.workbook().read().mark == "another"


def test_what_somebody_typed_meanwhile_stands(place: Place) -> None:
    place.make({"Budget": ROWS})
    workbook = place.workbook()
    book = workbook.read()
    place.type("Budget", "B2", 55.5)
    edits = Edits(
        (CellEdit("Budget", 1, 1, Decimal("99.5"), 100.25, "money"),), (), None, {"Budget": FRAME}
    )

    if isinstance(place, XlsxPlace):
        with pytest.raises(WorkbookError, match="was changed since it was read"):
            workbook.write(book, edits)
    else:
        again = workbook.write(book, edits)
        assert again is not None
        assert next(each for each in again.grids if each.tab == "Budget").at(1, 1) == 55.5
    assert place.stands("Budget", "B2") == 55.5


# ---- whole syncs


def run(place: Place) -> SyncOutcome:
    return synced(place.config, TODAY, AT, workbook=place.workbook())


def test_a_second_sync_does_nothing(place: Place) -> None:
    small_plan(place)

    first = run(place)
    second = run(place)

    assert len(first.changes.to_register) == 6
    assert place.stands("Expenses", "A4") == "E-3"
    assert not second.changes.to_register
    assert not second.changes.to_sheet
    assert not second.changes.edits


def test_both_sides_edits_arrive(place: Place) -> None:
    small_plan(place)
    run(place)
    place.type("Expenses", cell(2, "Description"), "typed anew")
    by_hand(place, "E-2", amount="21.50")

    run(place)

    assert place.stands("Expenses", cell(3, "Amount")) == 21.5
    with open_register(place.config.register) as register:
        records = register.ask(queries.load).records["expenses"]
    assert records["E-1"]["description"] == "typed anew"
    assert records["E-2"]["amount"] == "21.50"


@pytest.mark.slow
def test_a_conflict_stays_until_keep_settles_it(place: Place) -> None:
    small_plan(place)
    run(place)
    place.type("Expenses", cell(2, "Description"), "theirs")
    by_hand(place, "E-1", description="ours")

    conflict = run(place)
    standing = place.stands("Expenses", cell(2, "Description"))
    page = grid(place.workbook(), CHECKS)
    row = next(
        number
        for number, cells in enumerate(page.rows)
        if conflict.changes.conflicts[0].seal in cells
    )
    place.type(CHECKS, f"G{row + 1}", "register")
    settled = run(place)

    assert [each.key for each in conflict.changes.conflicts] == ["expenses/E-1.description"]
    assert standing == "theirs"
    assert not settled.changes.conflicts
    assert place.stands("Expenses", cell(2, "Description")) == "ours"
    assert not run(place).changes.edits


def test_a_hidden_journal_is_written_beside_the_mark_and_changes_no_cell(place: Place) -> None:
    place.make({"Budget": ROWS})
    workbook = place.workbook()
    workbook.write(workbook.read(), Edits(mark="the mark"))
    before = grid(workbook, "Budget")
    for journal in ("2026-10.1:0123456789ab1? 00ff", "2026-10.1:0123456789ab1+ " + "0" * 15_000):
        workbook.write(workbook.read(), Edits(journal=journal))
        book = place.workbook().read()
        assert (book.mark, book.journal) == ("the mark", journal)
        assert grid(workbook, "Budget") == before
