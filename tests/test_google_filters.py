"""Filters, hidden rows, and a service that copies less than it is asked to: a before-image that is
not whole is seen, and nothing is put back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, Edits, Frame
from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook
from tests.sheets_api import changes, filters
from tests.sheets_api.ranges import Area
from tests.sheets_api.server import Server, Trouble
from tests.sheets_api.spreadsheet import (
    ALTERED_AFTER,
    HIDDEN_DATA_MISSING,
    PASTE_LEAVES_OUT,
    PASTE_MOVES_UP,
    PASTE_TAKES_NEXT,
    RANGES_IGNORED,
    Sheet,
    Spreadsheet,
)
from tests.world.places import GooglePlace, Typed

pytestmark = pytest.mark.google_http

PASTES = (PASTE_LEAVES_OUT, PASTE_MOVES_UP, PASTE_TAKES_NEXT)
ROWS: list[list[Typed]] = [
    ["ID", "Amount", "Note", "Payee"],
    ["B-1", 1, "one", "somebody"],
    ["B-2", 2, "two", "somebody"],
    ["B-3", 3, "three", "somebody"],
    ["B-4", 4, "four", "somebody"],
    ["B-5", 5, "five", "somebody"],
    [None, 6, "six", "somebody"],
]
CHANGED = (
    CellEdit("Budget", 2, 1, Decimal("22.5"), 2.0, "money"),
    CellEdit("Budget", 4, 1, Decimal("44.5"), 4.0, "money"),
    CellEdit("Budget", 6, 0, "B-6", None, "id"),
)
EDITS = Edits(CHANGED, (), None, {"Budget": Frame(0, 0, (0, 1, 2))})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> GooglePlace:
    made = GooglePlace(tmp_path, server)
    made.make({"Budget": ROWS})
    return made


def budget(book: Spreadsheet) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.title == "Budget")


def amounts(place: GooglePlace) -> dict[Typed, Typed]:
    """The amount of every row, by what stands in its note."""
    assert place.file.book is not None
    rows = budget(place.file.book).rows[1:]
    return {str(row[2].value): row[1].value for row in rows if 2 in row}


def hide(book: Spreadsheet, *notes: str) -> None:
    """Somebody sets a filter that hides the rows with these notes."""
    sheet = budget(book)
    sheet.basic_filter = {
        "range": {"sheetId": sheet.id, "startRowIndex": 0},
        "criteria": {"2": {"hiddenValues": list(notes)}},
    }
    filters.apply(book.settled(), sheet)


def sort_downwards(book: Spreadsheet) -> None:
    area = Area(budget(book), 1, 0, 7, 4)
    changes.sort_area(book, area, [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}])


def with_fault(place: GooglePlace, *faults: str) -> None:
    assert place.file.book is not None
    place.file.book.faults = frozenset(faults)


def meanwhile(place: GooglePlace, *deeds: Callable[[Spreadsheet], None]) -> None:
    """Somebody acts between our reading and our first write."""
    left = [*deeds]

    def before(method: str, _path: str) -> None:
        if method == "POST":
            while left:
                with place.server.person(place.file) as book:
                    left.pop(0)(book)

    place.server.before = before


def written_until_done(workbook: GoogleWorkbook) -> None:
    """What a sync does: it decides again whenever people were in the way."""
    book = workbook.read()
    for _ in range(4):
        # Where the rows stand now, as a new decision would find them.
        at = {str(cells[2]): row for row, cells in enumerate(book.grids[0].rows) if len(cells) > 2}
        places = {2: at["two"], 4: at["four"], 6: at["six"]}
        cells = tuple(
            CellEdit(
                cell.tab,
                places[cell.row],
                cell.column,
                cell.value,
                book.grids[0].at(places[cell.row], cell.column),
                cell.kind,
            )
            for cell in CHANGED
        )
        again = workbook.write(book, Edits(cells, (), None, EDITS.frames))
        if again is None:
            return
        book = again
    raise AssertionError("no end")


class Dying:
    """A connection whose run ends before the answer of its write is looked at."""

    def __init__(self, connection: Connection, post: Callable[..., bytes]) -> None:
        self.address, self.persist, self.post = connection.address, connection.persist, post


RIGHT = {"one": 1, "two": 22.5, "three": 3, "four": 44.5, "five": 5, "six": 6}


@pytest.mark.parametrize("fault", PASTES)
def test_a_tab_with_a_filter_is_written_although_google_copies_its_rows_wrongly(
    fault: str, place: GooglePlace
) -> None:
    with_fault(place, fault)
    with place.server.person(place.file) as book:
        hide(book, "two", "four")
    workbook = place.workbook()

    assert workbook.write(workbook.read(), EDITS) is None

    assert amounts(place) == RIGHT
    assert place.stands("Budget", "A7") == "B-6"
    assert workbook.changed == workbook.incomplete == 0
    assert place.file.book is not None
    assert not place.file.book.met, "no cells of a filtered tab are copied"
    assert budget(place.file.book).is_filtered_out(2), "the filter stays"


@pytest.mark.parametrize("fault", PASTES)
@pytest.mark.parametrize("also", ["nothing", "sorts", "types in another row", "types there"])
def test_a_filter_that_is_set_in_the_very_second_of_a_write_loses_nothing(
    fault: str, also: str, place: GooglePlace
) -> None:
    """The write removes it before it copies cells."""
    with_fault(place, fault)
    deeds: dict[str, list[Callable[[Spreadsheet], None]]] = {
        "nothing": [],
        "sorts": [sort_downwards],
        "types in another row": [lambda _: place.type("Budget", "B4", 33.25)],
        "types there": [lambda _: place.type("Budget", "B3", 77.25)],
    }
    typed = {"types in another row": {"three": 33.25}, "types there": {"two": 77.25}}
    meanwhile(place, *deeds[also], lambda book: hide(book, "two", "three"))
    workbook = place.workbook()

    if also == "types there":
        assert workbook.write(workbook.read(), EDITS) is not None
    else:
        written_until_done(workbook)

    assert amounts(place) == RIGHT | typed.get(also, {})
    assert place.file.book is not None
    assert not place.file.book.met


@pytest.mark.usefixtures("rows_stay_hidden")
@pytest.mark.parametrize("also", ["nothing", "sorts", "types in another row"])
def test_rows_that_something_else_than_a_filter_of_the_tab_hides_lose_nothing(
    also: str, place: GooglePlace
) -> None:
    with_fault(place, PASTE_LEAVES_OUT)
    deeds: dict[str, list[Callable[[Spreadsheet], None]]] = {
        "nothing": [],
        "sorts": [sort_downwards],
        "types in another row": [lambda _: place.type("Budget", "B4", 33.25)],
    }
    meanwhile(place, *deeds[also], lambda book: hide(book, "two", "three"))

    written_until_done(place.workbook())

    right = RIGHT | ({"three": 33.25} if also == "types in another row" else {})
    assert amounts(place) == right
    assert place.file.book is not None
    assert place.file.book.met[PASTE_LEAVES_OUT]


def test_what_was_typed_is_put_back_though_google_shows_no_row_of_a_later_filter(
    place: GooglePlace,
) -> None:
    """Somebody types into a cell that is written, and somebody else sets a filter before the
    answer."""
    with_fault(place, HIDDEN_DATA_MISSING, ALTERED_AFTER)
    workbook = place.workbook()
    book_read = workbook.read()
    meanwhile(place, lambda _: place.type("Budget", "B3", 77.25))
    left = [lambda book: hide(book, "two")]
    place.server.meanwhile = lambda book: left.pop()(book) if left else None

    with pytest.raises(WorkbookError, match="Google does not show this program the rows Budget!A3"):
        workbook.write(book_read, Edits(CHANGED[:2], (), None, EDITS.frames))

    assert not left
    assert amounts(place)["two"] == 77.25


@pytest.mark.parametrize("fault", PASTES)
def test_what_somebody_types_in_a_filtered_tab_meanwhile_is_put_back(
    fault: str, place: GooglePlace
) -> None:
    with_fault(place, fault)
    with place.server.person(place.file) as book:
        hide(book, "two")
    workbook = place.workbook()
    book_read = workbook.read()
    meanwhile(place, lambda _: place.type("Budget", "B3", 77.25))

    assert workbook.write(book_read, EDITS) is not None

    assert amounts(place) == RIGHT | {"two": 77.25, "four": 44.5}
    assert workbook.changed == 1


def test_the_duplicate_of_a_filtered_tab_holds_no_column_that_the_write_does_not_need(
    place: GooglePlace,
) -> None:
    with place.server.person(place.file) as book:
        hide(book, "two")
        budget(book).put(3, 3, budget(book).cell(3, 3).__class__("somebody", note="a name"))
    workbook = place.workbook()

    workbook.write(workbook.read(), EDITS)

    assert place.file.book is not None
    image = next(sheet for sheet in place.file.book.sheets if sheet.title == "~budgettrack 0")
    assert image.properties["hidden"]
    assert [cell.value for cell in image.rows[2].values()] == ["B-2", 2, "two"]
    assert not any(row.get(3) for row in image.rows[1:]), "neither payees nor their notes"
    assert not image.basic_filter
    assert place.file.book.sheets[0].title == "Budget", "the first tab stays the first"


def test_the_answer_to_a_filtered_write_has_the_needed_rows_alone(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        hide(book, "two")
        budget(book).put(600, 2, budget(book).cell(1, 2))
    workbook = place.workbook()

    workbook.write(workbook.read(), EDITS)

    assert place.server.calls[-1].body["responseRanges"] == ["'~budgettrack 0'!1:7"]


def test_rows_that_google_does_not_show_stop_the_sync_and_name_the_filter(
    place: GooglePlace,
) -> None:
    with_fault(place, HIDDEN_DATA_MISSING)
    with place.server.person(place.file) as book:
        hide(book, "two", "three")

    with pytest.raises(WorkbookError) as raised:
        place.workbook().read()

    assert str(raised.value) == (
        "Google does not show this program the rows Budget!A3:T4, which a filter or somebody hides."
        " So nothing was read and nothing was written. In that tab, choose Data > Remove filter, or"
        " show the hidden rows, then run this again."
    )


def test_hidden_rows_cost_no_second_request_where_google_shows_what_they_hold(
    place: GooglePlace,
) -> None:
    with place.server.person(place.file) as book:
        hide(book, "two", "")
    place.workbook().read()

    assert [call.path for call in place.server.calls if call.method == "GET"] == [
        f"/v4/spreadsheets/{place.file.id}"
    ]


def test_hidden_rows_that_are_blank_are_asked_for_once_more_and_pass(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        budget(book).row_meta[20] = {"hiddenByUser": True}

    assert len(place.workbook().read().grids[0].rows) == 7

    asked = [call for call in place.server.calls if call.path.endswith("values:batchGet")]
    assert [call.query for call in asked] == [
        [("ranges", "'Budget'!21:21"), ("fields", "valueRanges(range,values)")]
    ]


def test_an_answer_with_every_tab_in_it_is_understood(place: GooglePlace) -> None:
    with_fault(place, RANGES_IGNORED)
    workbook = place.workbook()
    book_read = workbook.read()
    meanwhile(place, lambda _: place.type("Budget", "B3", 77.25))

    assert workbook.write(book_read, EDITS) is not None

    assert amounts(place) == RIGHT | {"two": 77.25}
    assert place.file.book is not None
    assert place.file.book.met[RANGES_IGNORED]


@pytest.mark.usefixtures("rows_stay_hidden")
def test_a_run_that_died_is_not_put_right_from_an_image_that_is_not_whole(
    place: GooglePlace,
) -> None:
    with_fault(place, PASTE_LEAVES_OUT)
    workbook = place.workbook()
    book_read = workbook.read()
    meanwhile(place, lambda book: hide(book, "two"))
    post = workbook.connection.post

    def died(*details: Any) -> bytes:
        post(*details)
        raise KeyboardInterrupt

    workbook.connection = Dying(workbook.connection, died)  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        workbook.write(book_read, EDITS)

    later = place.workbook()
    later.read()

    assert amounts(place) == RIGHT
    assert (later.changed, later.incomplete) == (0, 1)


@pytest.mark.parametrize("fault", [PASTE_LEAVES_OUT, PASTE_MOVES_UP, PASTE_TAKES_NEXT])
def test_rows_that_move_while_an_answer_is_lost_are_not_written_twice(
    place: GooglePlace, fault: str
) -> None:
    """The filter is set before the write, the answer of the write is lost, and somebody inserts a
    row before it is looked what became of it. Two rows are new: one gets an ID, one comes without a sum."""
    with_fault(place, fault)
    whole = [
        CellEdit("Budget", 7, 0, "B-7", None, "id"),
        CellEdit("Budget", 7, 2, "seven", None, "text"),
    ]
    given = Edits((CHANGED[-1], *whole), (), None, {"Budget": Frame(0, 0, (0, 1, 2))})
    posts: list[str] = []

    def before(method: str, _path: str) -> None:
        with place.server.person(place.file) as book:
            if method == "POST":
                posts.append(method)
                if len(posts) == 1:
                    hide(book, "six")
            elif len(posts) == 1:
                posts.append("moved")
                book.insert(budget(book), "ROWS", 1, 1, before=True)

    workbook = place.workbook()
    book = workbook.read()
    place.server.before = before
    place.server.troubles.append(Trouble(status=502, after=True, writes=True))

    workbook.write(book, given)

    assert place.file.book is not None
    notes = [row[2].value for row in budget(place.file.book).rows if 2 in row]
    assert notes[:7] == ["Note", "one", "two", "three", "four", "five", "six"]
    assert notes.count("six") == 1
    ids = [row[0].value for row in budget(place.file.book).rows if 0 in row]
    assert ids[:6] == ["ID", "B-1", "B-2", "B-3", "B-4", "B-5"]
