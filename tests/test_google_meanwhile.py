"""People at work between the requests of one write: scripts of two deeds.

The same deeds are done to a twin of the sheet that no program writes to. Each row of the sheet must
then be as in the twin, or with our edit where the row was still what we had read."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, Edits, Frame, PageCell, ToolTab
from budgettrack.core.records.tables import CHECKS, KEPT_EDITS
from budgettrack.workbook.google import write as google_write
from tests.sheets_api import changes, filters
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import (
    ALTERED_AFTER,
    HIDDEN_DATA_MISSING,
    PASTE_LEAVES_OUT,
    Cell,
    Spreadsheet,
)
from tests.world.places import GooglePlace, Typed

pytestmark = pytest.mark.google_http

HEADINGS = ("ID", "Amount", "Note")
ROWS: list[list[Typed]] = [
    list(HEADINGS),
    ["B-1", 1, "one"],
    ["B-2", 2, "two"],
    ["B-3", 3, "three"],
    [None, 4, "four"],
]
OURS = Edits(
    (
        CellEdit("Budget", 1, 1, Decimal("11.5"), 1.0, "money"),
        CellEdit("Budget", 2, 1, Decimal("22.5"), 2.0, "money"),
        CellEdit("Budget", 4, 0, "B-4", None, "id"),
        CellEdit("Budget", 5, 0, "B-5", None, "id"),
        CellEdit("Budget", 5, 1, Decimal("5.5"), None, "money"),
        CellEdit("Budget", 5, 2, "five", None, "text"),
    ),
    (),
    None,
    {"Budget": Frame(0, 0, (0, 1, 2))},
)
"""Two sums, an ID for a row that has none, and a new row."""
NEW = ("B-5", 5.5, "five")
SUMS = {"B-1": (1, 11.5), "B-2": (2, 22.5)}
"""By ID: the sum that we read, and the one that we write."""
Row = tuple[Any, ...]


def edited(row: Row) -> Row:
    """A row as our edits make it, where its cells are what we read."""
    id_, amount, note = row
    if row == (None, 4, "four"):
        return ("B-4", 4, "four")
    if row == (None, None, "mine"):
        return ("B-5", 5.5, "mine")  # typed into our new row, once it was there
    was, becomes = SUMS.get(id_, (None, None))
    return (id_, becomes, note) if was is not None and amount == was else row


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        running.keep_bodies = False
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Iterator[GooglePlace]:
    made = made_place(server, tmp_path)
    yield made
    server.before = None


def made_place(server: Server, folder: Path) -> GooglePlace:
    folder.mkdir(exist_ok=True)
    made = GooglePlace(folder, server)
    made.make({"Budget": ROWS})
    return made


# ---- what people do


def sort_by_note(book: Spreadsheet) -> None:
    sheet = book.sheets[0]
    top = heading_row(book)
    column = next((c for c, cell in sheet.rows[top].items() if cell.value == "Note"), 2)
    specs = [{"dimensionIndex": column, "sortOrder": "DESCENDING"}]
    changes.KINDS["sortRange"](
        book, {"range": {"sheetId": sheet.id, "startRowIndex": top + 1}, "sortSpecs": specs}
    )


def heading_row(book: Spreadsheet) -> int:
    filled = [
        number
        for number, row in enumerate(book.sheets[0].rows)
        if sum(cell.filled for cell in row.values()) > 1
    ]
    return filled[0]


def insert(dimension: str, at: int) -> Callable[[Spreadsheet], None]:
    return lambda book: book.insert(book.sheets[0], dimension, at, 1, before=False)


def move_column(start: int, target: int) -> Callable[[Spreadsheet], None]:
    def deed(book: Spreadsheet) -> None:
        source = {"sheetId": book.sheets[0].id, "dimension": "COLUMNS"}
        area = source | {"startIndex": start, "endIndex": start + 1}
        changes.KINDS["moveDimension"](book, {"source": area, "destinationIndex": target})

    return deed


def move_note_first(book: Spreadsheet) -> None:
    move_column(2, 0)(book)


def delete_row(book: Spreadsheet) -> None:
    book.delete(book.sheets[0], "ROWS", heading_row(book) + 1, 1)


def typed(row: int, column: int, value: Typed) -> Callable[[Spreadsheet], None]:
    def deed(book: Spreadsheet) -> None:
        from tests.sheets_api.values import put

        put(book, book.sheets[0], row, column, [[value]], "RAW")

    return deed


def type_a_twin(book: Spreadsheet) -> None:
    """A row above the one without an ID, that looks like it."""
    from tests.sheets_api.values import put

    sheet = book.sheets[0]
    book.insert(sheet, "ROWS", 4, 1, before=False)
    put(book, sheet, 4, 0, [[None, 4, "four"]], "RAW")


def filter_by_note(book: Spreadsheet) -> None:
    sheet, top = book.sheets[0], heading_row(book)
    column = next((c for c, cell in sheet.rows[top].items() if cell.value == "Note"), 2)
    condition = {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "t"}]}
    sheet.basic_filter = {
        "range": {"sheetId": sheet.id, "startRowIndex": top},
        "criteria": {str(column): {"condition": condition}},
    }
    filters.apply(book.settled(), sheet)


def rename_the_tab(book: Spreadsheet) -> None:
    book.sheets[0].title = "Costs"


def delete_the_hidden_tabs(book: Spreadsheet) -> None:
    book.sheets = [each for each in book.sheets if not each.title.startswith(google_write.HIDDEN)]


DEEDS: dict[str, Callable[[Spreadsheet], None]] = {
    "sort": sort_by_note,
    "a row": insert("ROWS", 1),
    "a row above all": insert("ROWS", 0),
    "a column": insert("COLUMNS", 0),
    "a column of sums": insert("COLUMNS", 1),
    "move a column": move_note_first,
    "move the IDs away": move_column(0, 5),
    "move a blank column": move_column(2, 5),
    "delete a row": delete_row,
    "type over our cell": typed(2, 1, 77.25),
    "type where our row goes": typed(5, 2, "mine"),
    "a twin": type_a_twin,
    "a filter": filter_by_note,
    "rename the tab": rename_the_tab,
    "hidden tabs": delete_the_hidden_tabs,
}
PAIRS = [
    *itertools.product(DEEDS, ["sort", "a row", "a column", "type over our cell", "hidden tabs"]),
    ("move the IDs away", "move a blank column"),
]


def rows_of(place: GooglePlace) -> tuple[dict[str, int], list[Row]]:
    """The columns of our headings, and every filled row below them: ID, Amount, Note."""
    assert place.file.book is not None
    sheet = place.file.book.sheets[0]
    top = heading_row(place.file.book)
    columns = {str(cell.value): at for at, cell in sheet.rows[top].items() if cell.filled}
    rows = [
        tuple(row[columns[name]].value if columns[name] in row else None for name in HEADINGS)
        for row in sheet.rows[top + 1 :]
    ]
    return columns, [row for row in rows if any(value is not None for value in row)]


def cells_of(place: GooglePlace) -> Counter[Any]:
    """Every filled cell."""
    assert place.file.book is not None
    rows = place.file.book.sheets[0].rows
    return Counter(cell.value for row in rows for cell in row.values() if cell.filled)


AFTER = [
    *itertools.product(
        ["sort", "a column of sums"],
        ["a row", "a row above all", "hidden tabs"],
        ["a column of sums", "move a column", "delete a row", "a filter"],
    ),
    ("rename the tab", "type over our cell"),
    ("a row above all", "a filter"),
    ("a twin", "a filter"),
    ("move the IDs away", "move a blank column", "sort"),
]
"""Before the write, before its repair, and between the last of these and its answer."""


@pytest.mark.parametrize("script", PAIRS, ids=", ".join)
def test_every_row_is_as_people_left_it_or_with_our_edit(
    script: tuple[str, ...], server: Server, place: GooglePlace, tmp_path: Path
) -> None:
    stand_as_in_a_twin(script, "", server, place, made_place(server, tmp_path / "twin"))


@pytest.mark.parametrize("script", AFTER, ids=", ".join)
def test_what_moves_before_the_answer_to_a_repair_is_put_right_where_it_stands(
    script: tuple[str, ...], server: Server, place: GooglePlace, tmp_path: Path
) -> None:
    twin = made_place(server, tmp_path / "twin")
    stand_as_in_a_twin(script[:-1], script[-1], server, place, twin)


@pytest.mark.usefixtures("rows_stay_hidden")
@pytest.mark.parametrize("read", ["a column of sums", "move a column", "a row"])
def test_what_moves_before_a_write_is_judged_by_reading_is_put_right_where_it_stands(
    read: str, server: Server, place: GooglePlace, tmp_path: Path
) -> None:
    """The copy leaves out the rows that somebody's filter hides: it proves nothing."""
    twin = made_place(server, tmp_path / "twin")
    stand_as_in_a_twin(("a filter",), "", server, place, twin, read)


def stand_as_in_a_twin(
    script: tuple[str, ...],
    after: str,
    server: Server,
    place: GooglePlace,
    twin: GooglePlace,
    read: str = "",
) -> None:
    """Writes while people do the deeds of `script`, one before each write, and `after` once the last
    of these writes is done and not yet answered. `read` is done before the reading by which a write
    is judged whose copy left out hidden rows."""
    reading = [read] if read else []
    workbook = place.workbook()
    book = workbook.read()
    left = list(script)

    def meanwhile(held: Spreadsheet) -> None:
        if not left:
            server.meanwhile = None
            for one in (held, twin.file.book):
                assert one is not None
                DEEDS[after](one)

    def before(method: str, path: str) -> None:
        is_write = method == "POST" and path.endswith("batchUpdate")
        deeds = left if is_write else reading
        if deeds and (is_write or method == "GET"):
            deed = DEEDS[deeds.pop(0)]
            for each in (place, twin):
                with server.person(each.file) as held:
                    deed(held)

    assert place.file.book is not None
    faults = {ALTERED_AFTER: after, PASTE_LEAVES_OUT: read}
    place.file.book.faults = frozenset(fault for fault, deed in faults.items() if deed)
    server.before, server.meanwhile = before, meanwhile
    again = workbook.write(book, OURS)
    server.before = server.meanwhile = None
    assert not reading

    kept = [grid for grid in place.workbook().read().grids if grid.tab == KEPT_EDITS]
    if kept:
        # The very cells moved again and again: what belonged to no row any more is set down.
        set_down = [row[2] for row in kept[0].rows[1:]]
        assert cells_of(twin) - Counter([*cells_of(place).elements(), *set_down]) == Counter()
        return
    columns, ours = rows_of(place)
    twins_columns, wanted = rows_of(twin)
    assert columns == twins_columns
    ours = [row for row in ours if row != NEW or row in wanted]
    assert len(ours) == len(wanted), (ours, wanted)
    for untouched in wanted:
        # In any order: somebody may have sorted while our edit stood in a row that was not ours.
        row = untouched if untouched in ours else edited(untouched)
        assert row in ours, (untouched, ours)
        ours.remove(row)
    if again is None:
        assert {("B-4", 4, "four"), NEW} <= {*rows_of(place)[1]}


def test_a_row_that_a_repair_hit_is_found_although_somebody_types_in_it_before_the_answer(
    server: Server, place: GooglePlace
) -> None:
    """Our ID lands on X-9, and the repair one row above it: it blanks the ID there. Only the cells
    that it left alone then tell which row that was, and somebody changes one of them."""
    rows: list[list[Typed]] = [
        ["ID", "Amount", "Note", "Receipt"],
        ["B-1", 1, "one", "r-1"],
        ["B-2", 2, "two", "r-2"],
        ["X-9", 3, "three", "r-3"],
        [None, 4, "four", "r-4"],
        [None, 5, "five", "r-5"],
    ]
    place.make({"Costs": rows})
    assert place.file.book is not None
    place.file.book.faults = frozenset({ALTERED_AFTER})
    workbook = place.workbook()
    book = workbook.read()
    left = 2

    def before(method: str, path: str) -> None:
        nonlocal left
        if method == "POST" and path.endswith("batchUpdate") and left:
            left -= 1
            with server.person(place.file) as held:
                sheet = held.titled("Costs")
                assert sheet is not None
                held.insert(sheet, "ROWS", 1, 1, before=False)

    def meanwhile(held: Spreadsheet) -> None:
        if not left:
            server.meanwhile = None
            sheet = held.titled("Costs")
            assert sheet is not None
            sheet.put(5, 3, Cell("typed"))

    server.before, server.meanwhile = before, meanwhile
    ids = [CellEdit("Costs", row, 0, f"B-{row}", None, "id") for row in (4, 5)]
    again = workbook.write(book, Edits((*ids,), (), None, {"Costs": Frame(0, 0, (0, 1, 2, 3))}))
    server.before = server.meanwhile = None

    assert again is not None
    costs = next(grid for grid in again.grids if grid.tab == "Costs")
    filled = [list(row) for row in costs.rows if any(value is not None for value in row)]
    rows[3][3] = "typed"
    assert filled == rows


def test_a_copy_of_a_row_gets_its_id_although_it_changes_places_with_the_other(
    server: Server, place: GooglePlace
) -> None:
    rows: list[list[Typed]] = [list(HEADINGS), ["B-1", 1, "one"], ["B-1", 1, "copy"]]
    place.make({"Costs": rows})
    workbook = place.workbook()
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            server.before = None
            with server.person(place.file) as held:
                sheet = held.titled("Costs")
                assert sheet is not None
                sheet.rows[1], sheet.rows[2] = sheet.rows[2], sheet.rows[1]

    server.before = before
    ours = CellEdit("Costs", 2, 0, "B-2", "B-1", "id")
    again = workbook.write(book, Edits((ours,), (), None, {"Costs": OURS.frames["Budget"]}))

    assert again is not None
    costs = next(grid for grid in again.grids if grid.tab == "Costs")
    assert [row[0] for row in costs.rows[1:3]] == ["B-1", "B-1"]


def test_an_id_that_a_write_put_into_a_second_row_does_not_tell_which_row_is_meant(
    server: Server, place: GooglePlace
) -> None:
    """Rows move down, up and down again under a write and its repairs: B-3 then stands in the row
    of B-2 too, and in the row without an ID. These two change places before the next repair."""

    def change_places(held: Spreadsheet) -> None:
        source = {"sheetId": held.sheets[0].id, "dimension": "ROWS", "startIndex": 5, "endIndex": 6}
        changes.KINDS["moveDimension"](held, {"source": source, "destinationIndex": 3})

    deeds = [insert("ROWS", 1), delete_row, insert("ROWS", 1), change_places]
    workbook = place.workbook()
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate") and deeds:
            with server.person(place.file) as held:
                deeds.pop(0)(held)

    server.before = before
    ours = Edits((CellEdit("Budget", 4, 0, "B-4", None, "id"),), (), None, OURS.frames)
    again = workbook.write(book, ours)
    server.before = None

    assert again is not None
    assert not deeds
    assert rows_of(place)[1] == [
        ("B-1", 1, "one"),
        (None, 4, "four"),
        ("B-2", 2, "two"),
        ("B-3", 3, "three"),
    ]


@pytest.mark.parametrize("deed", ["a row", "a row above all"])
def test_a_repair_that_people_never_let_finish_is_finished_by_the_next_reading(
    deed: str, server: Server, place: GooglePlace, tmp_path: Path
) -> None:
    """Somebody inserts a row before every request: nothing of ours is left in a row of its own."""
    twin = made_place(server, tmp_path / "twin")
    workbook = place.workbook()
    book = workbook.read()

    def before(_: str, path: str) -> None:
        if path != "/token":
            for each in (place, twin):
                with server.person(each.file) as held:
                    DEEDS[deed](held)

    server.before = before
    with pytest.raises(WorkbookError) as error:
        workbook.write(book, OURS)
    server.before = None
    assert str(error.value) == (
        "People kept changing the same cells that this sync writes. Some of their entries are not"
        " back in their cells yet. They stand in the hidden tabs named ~budgettrack: leave these"
        " tabs there. Run this again in a few minutes, and it puts them back."
    )
    assert rows_of(place)[1] != rows_of(twin)[1]

    again = place.workbook().read()

    assert rows_of(place)[1] == rows_of(twin)[1]
    assert KEPT_EDITS not in again.titles


@pytest.mark.usefixtures("rows_stay_hidden")
def test_a_write_into_rows_that_are_neither_copied_nor_shown_is_put_right(
    server: Server, place: GooglePlace
) -> None:
    """A row is inserted and a filter set before the write. The copy leaves out the hidden rows, and
    the reading does not show them: what stands there is asked for as values."""
    workbook = place.workbook()
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            server.before = None
            with server.person(place.file) as held:
                insert("ROWS", 1)(held)
                filter_by_note(held)

    assert place.file.book is not None
    place.file.book.faults = frozenset({HIDDEN_DATA_MISSING, PASTE_LEAVES_OUT})
    server.before = before
    with pytest.raises(WorkbookError, match="it is not known whether all that was written is"):
        workbook.write(book, Edits(OURS.cells[1:2], (), None, OURS.frames))
    with server.person(place.file) as held:
        held.sheets[0].basic_filter = None
        filters.apply(held, held.sheets[0])

    place.workbook().read()

    assert workbook.incomplete
    assert rows_of(place)[1] == [tuple(row) for row in ROWS[1:]]


def test_a_repair_in_rows_that_are_not_shown_is_judged_once_they_are(
    server: Server, place: GooglePlace
) -> None:
    """Rows move up under a repair, and Google does not show what hidden rows hold."""
    workbook = place.workbook()
    book = workbook.read()

    def hide_below(held: Spreadsheet) -> None:
        delete_row(held)
        sheet = held.sheets[0]
        for row in range(2, sheet.n_rows):
            sheet.row_meta[row] = {"hiddenByUser": True}

    deeds = [insert("ROWS", 1), hide_below]

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate") and deeds:
            with server.person(place.file) as held:
                deeds.pop(0)(held)

    assert place.file.book is not None
    place.file.book.faults = frozenset({HIDDEN_DATA_MISSING})
    server.before = before
    with pytest.raises(WorkbookError) as error:
        workbook.write(book, OURS)
    assert (
        "which a filter or somebody hides. So it is not known whether all that was written is"
        in (str(error.value))
    )
    assert "then run this again: it looks, and puts it right." in str(error.value)
    assert not deeds
    with server.person(place.file) as held:
        held.sheets[0].row_meta.clear()

    place.workbook().read()

    _, rows = rows_of(place)
    assert sorted(rows, key=str) == sorted(map(tuple, ROWS[1:]), key=str)


def test_a_heading_typed_over_meanwhile_stands_and_every_row_too(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            server.before = None
            place.type("Budget", "B1", "Sum")

    server.before = before

    assert workbook.write(book, OURS) is not None

    columns = [[place.stands("Budget", f"{at}{row}") for row in range(1, 7)] for at in "AB"]
    assert columns == [["ID", "B-1", "B-2", "B-3", None, None], ["Sum", 1, 2, 3, 4, None]]


# ---- the tabs that are written whole

HEAD = tuple(PageCell(text, "heading") for text in ("Where", "Key", "Keep"))
CHOICE = PageCell(None, "input", choices=("sheet", "register"))
ONE, TWO = (
    (PageCell("here"), PageCell("k-1"), CHOICE),
    (PageCell("beside"), PageCell("k-2"), CHOICE),
)
FIRST = ToolTab(CHECKS, (HEAD, ONE, TWO), kind="checks")
SECOND = ToolTab(CHECKS, (HEAD, (PageCell("there"),), ONE, TWO), kind="checks", over=True)


def written_with(
    server: Server, place: GooglePlace, deeds: list[Callable[[], None]]
) -> Callable[[str], Any]:
    """Writes the first tab, then the second, with a deed of somebody before each request of it."""
    workbook = place.workbook()
    workbook.write(workbook.read(), Edits((), (FIRST,), None, {}))
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate") and deeds:
            deeds.pop(0)()

    server.before = before
    workbook.write(book, Edits((), (SECOND,), None, {}))
    server.before = None
    assert not deeds
    return lambda cell: place.stands(CHECKS, cell)


def test_a_choice_and_one_made_while_it_is_put_back_both_stand(
    server: Server, place: GooglePlace
) -> None:
    cell = written_with(
        server,
        place,
        [
            lambda: place.type(CHECKS, "C2", "register"),  # of the first tab: k-1
            lambda: place.type(CHECKS, "C4", "sheet"),  # of the second, which stands by then: k-2
        ],
    )

    assert [cell("B3"), cell("C3")] == ["k-1", "register"]
    assert [cell("B4"), cell("C4")] == ["k-2", "sheet"]
    assert cell("A2") == "there"


def test_the_newer_choice_for_the_same_row_stands(server: Server, place: GooglePlace) -> None:
    cell = written_with(
        server,
        place,
        [
            lambda: place.type(CHECKS, "C2", "register"),
            lambda: place.type(CHECKS, "C3", "sheet"),
        ],
    )

    assert [cell("B3"), cell("C3")] == ["k-1", "sheet"]
    assert cell("C4") is None


def test_a_row_that_is_otherwise_another_takes_no_choice(
    server: Server, place: GooglePlace
) -> None:
    def type_twice() -> None:
        place.type(CHECKS, "A3", "elsewhere")

    cell = written_with(server, place, [lambda: place.type(CHECKS, "C2", "register"), type_twice])

    assert [cell("A3"), cell("B3"), cell("C3")] == ["elsewhere", "k-1", None]


def test_a_choice_is_put_back_although_the_first_try_is_refused(
    server: Server, place: GooglePlace
) -> None:
    def refuse() -> None:
        with server.person(place.file) as book:
            delete_the_hidden_tabs(book)

    cell = written_with(server, place, [lambda: place.type(CHECKS, "C2", "register"), refuse])

    assert [cell("A2"), cell("B2"), cell("C2")] == ["here", "k-1", "register"]
    assert cell("A4") is None


@pytest.mark.parametrize("at", ["D1", "E3", "A9"])
def test_a_note_typed_beside_or_below_the_tab_stands(
    server: Server, place: GooglePlace, at: str
) -> None:
    cell = written_with(server, place, [lambda: place.type(CHECKS, at, "ask the host")])

    assert cell(at) == "ask the host"


# ---- headings that stand twice


def test_headings_that_are_repeated_below_are_not_taken_for_the_upper_ones(
    place: GooglePlace,
) -> None:
    for at, text in zip(("A", "B", "C"), HEADINGS, strict=True):
        place.type("Budget", f"{at}8", text)
    workbook = place.workbook()
    book = workbook.read()

    assert workbook.write(book, OURS) is None

    assert place.stands("Budget", "B3") == 22.5
    assert place.stands("Budget", "A6") == "B-5"


@pytest.mark.parametrize("above", [1, 2, 3])
def test_an_upper_row_of_the_same_headings_moves_nothing(
    server: Server, place: GooglePlace, above: int
) -> None:
    """Somebody inserts rows and copies the headings into the first of them."""
    workbook = place.workbook()
    book = workbook.read()

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            server.before = None
            with server.person(place.file) as held:
                for _ in range(above):
                    insert("ROWS", 0)(held)
            for at, text in zip(("A", "B", "C"), HEADINGS, strict=True):
                place.type("Budget", f"{at}1", text)

    server.before = before

    assert workbook.write(book, OURS) is not None

    row = 3 + above
    assert [place.stands("Budget", f"{at}{row}") for at in "ABC"] == ["B-2", 2, "two"]
    assert place.stands("Budget", f"A{5 + above}") is None
    assert KEPT_EDITS not in {grid.tab for grid in place.workbook().read().grids}


# ---- a write as requests


def test_a_tab_of_kept_edits_has_room_for_all(place: GooglePlace) -> None:
    """More was typed into rows that are gone than a new tab has rows by itself."""
    from budgettrack.workbook.google.cells import Entered
    from budgettrack.workbook.google.write import Lost, Write, new_number, requests

    workbook = place.workbook()
    workbook.read()
    state = workbook.state()
    lost = [Lost("Budget", "Amount", Entered(numberValue=float(n))) for n in range(1100)]

    made = requests(Write(new_number(state)), state, (), lost)

    properties = next(
        each["addSheet"]["properties"]
        for each in made
        if each.get("addSheet", {}).get("properties", {}).get("title") == KEPT_EDITS
    )
    assert properties["gridProperties"] == {"rowCount": 1120, "columnCount": 3}
