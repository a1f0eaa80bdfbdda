"""The online workbook: what it costs in requests, what it does when people or the network are in
the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, CellEdit, Edits, Frame, PageCell, ToolTab
from budgettrack.core.records.tables import CHECKS, KEPT_EDITS
from budgettrack.workbook.google import verify
from budgettrack.workbook.google import workbook as google
from budgettrack.workbook.google.credentials import READING, credentials_of
from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook
from tests.sheets_api import changes
from tests.sheets_api.discovery import faults
from tests.sheets_api.drive import File
from tests.sheets_api.server import Call, Server, Trouble
from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet
from tests.world.fakes import Crash
from tests.world.opened import synced
from tests.world.outside import LONG
from tests.world.places import GooglePlace, Typed
from tests.world.small_plan import AT, TODAY, by_hand, cell, small_plan

pytestmark = pytest.mark.google_http

FRAME = Frame(0, 0, (0, 1, 2))
ROWS: list[list[Typed]] = [
    ["ID", "Amount", "Note"],
    ["B-1", 1, "one"],
    ["B-2", 2, "two"],
    ["B-3", 3, "three"],
    [None, 4, "four"],
]


@pytest.fixture
def server() -> Iterator[Server]:
    def valid(call: Call) -> None:
        found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
        assert not found, found

    with Server() as running:
        running.check = valid
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> GooglePlace:
    made = GooglePlace(tmp_path, server)
    made.make({"Budget": ROWS})
    return made


def edit(
    row: int, column: int, value: str | Decimal | None, was: Any, kind: str = "money"
) -> CellEdit:
    return CellEdit("Budget", row, column, value, was, kind)


def edits(*cells: CellEdit, pages: tuple[ToolTab, ...] = ()) -> Edits:
    return Edits(cells, pages, None, {"Budget": FRAME})


TWO = edits(edit(2, 1, Decimal("22.5"), 2.0), edit(4, 0, "B-4", None, "id"))
"""A sum in the third row, and an ID for the row that has none."""


def requests_made(server: Server) -> list[str]:
    return [call.method for call in server.calls if call.path != "/token"]


def column(place: GooglePlace, letter: str, rows: int = 6) -> list[Any]:
    return [place.stands("Budget", f"{letter}{row}") for row in range(2, rows + 1)]


def meanwhile(server: Server, deed: Callable[[], None], times: int = 1) -> None:
    """Somebody acts between our reading and our writing, so many times."""
    left = [times]

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate") and left[0]:
            left[0] -= 1
            deed()

    server.before = before


# ---- what it costs


def test_a_sync_costs_one_read_and_one_write_and_an_unchanged_one_a_read(
    server: Server, place: GooglePlace
) -> None:
    small_plan(place)

    synced(place.config, TODAY, AT, workbook=place.workbook())
    first = requests_made(server)
    synced(place.config, TODAY, AT, workbook=place.workbook())
    second = requests_made(server)[2:]
    synced(place.config, TODAY, AT, workbook=place.workbook())

    assert first == ["GET", "POST"]
    assert second == ["GET", "POST"], "the hidden tabs of the first write are deleted"
    assert requests_made(server)[4:] == ["GET"]


def test_nothing_of_a_write_is_left_in_the_sheet_after_the_next_sync(place: GooglePlace) -> None:
    small_plan(place)
    synced(place.config, TODAY, AT, workbook=place.workbook())
    by_hand(place, "E-1", description="a name was here")
    synced(place.config, TODAY, AT, workbook=place.workbook())
    by_hand(place, "E-1", description="by hand")
    synced(place.config, TODAY, AT, workbook=place.workbook())
    assert "a name was here" in everywhere(place), "the before-image of the last write"

    synced(place.config, TODAY, AT, workbook=place.workbook())

    assert "a name was here" not in everywhere(place)
    assert place.file.book is not None
    assert not [each.title for each in place.file.book.sheets if each.properties.get("hidden")]


def test_hidden_tabs_that_cannot_be_deleted_wait_for_the_next_sync(
    server: Server, place: GooglePlace
) -> None:
    small_plan(place)
    synced(place.config, TODAY, AT, workbook=place.workbook())
    server.troubles.append(Trouble(status=503, writes=True))

    synced(place.config, TODAY, AT, workbook=place.workbook())
    synced(place.config, TODAY, AT, workbook=place.workbook())

    assert place.file.book is not None
    assert not [each.title for each in place.file.book.sheets if each.properties.get("hidden")]


def everywhere(place: GooglePlace) -> str:
    """All that stands in any tab, the hidden ones too."""
    assert place.file.book is not None
    return " ".join(str(cell.value) for _, _, _, cell in place.file.book.all_cells())


def test_the_number_of_edits_does_not_matter(server: Server, place: GooglePlace) -> None:
    rows: list[list[str | float]] = [["ID", "Amount", "Note"]]
    rows += [[f"B-{n}", float(n), "x"] for n in range(1, 401)]
    place.make({"Budget": []})
    with server.person(place.file) as book:
        book.sheets[0].n_rows = 500
        for number, row in enumerate(rows):
            book.sheets[0].put_row(number, {c: Cell(value) for c, value in enumerate(row)})
    workbook = place.workbook()
    book_read = workbook.read()
    many = [edit(n, 1, Decimal(n) + Decimal("0.5"), float(n)) for n in range(1, 401, 2)]

    assert workbook.write(book_read, edits(*many)) is None

    assert requests_made(server) == ["GET", "POST"]
    assert column(place, "B", 5) == [1.5, 2.0, 3.5, 4.0]


def test_the_write_first_copies_then_writes_and_brings_the_copies_back(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()

    workbook.write(workbook.read(), TWO)

    body = server.calls[-1].body
    kinds = [next(iter(each)) for each in body["requests"]]
    hidden = [each["addSheet"]["properties"] for each in body["requests"] if "addSheet" in each]
    written = [
        each["updateCells"]["range"]["sheetId"]
        for each in body["requests"]
        if "updateCells" in each
    ]
    assert kinds == [
        "addSheet",
        "createDeveloperMetadata",
        "updateCells",
        "clearBasicFilter",
        "addSheet",
        "createDeveloperMetadata",
        "repeatCell",
        "copyPaste",
        "repeatCell",
        "copyPaste",
        "updateCells",
        "updateCells",
    ]
    assert [(each["title"], each["hidden"]) for each in hidden] == [
        ("~budgettrack", True),
        ("~budgettrack 0", True),
    ]
    assert written == [hidden[0]["sheetId"], 0, 0]
    assert body["responseRanges"] == ["'~budgettrack 0'"]
    assert all(
        each["copyPaste"]["pasteType"] == "PASTE_FORMULA"
        for each in body["requests"]
        if "copyPaste" in each
    )
    answered = server.calls[-1].answer["updatedSpreadsheet"]["sheets"]
    copied = next(each for each in answered if each["properties"]["sheetId"])["data"][0]["rowData"]
    assert copied[2]["values"][1] == {"effectiveValue": {"numberValue": 2}}
    assert "properties" not in server.calls[-1].answer["updatedSpreadsheet"]


def test_the_read_asks_for_no_texts_of_numbers_and_no_looks(
    server: Server, place: GooglePlace
) -> None:
    place.workbook().read()

    query = dict(server.calls[-1].query)
    assert "formattedValue" not in query["fields"]
    looks = query["fields"].replace("userEnteredFormat/textFormat/strikethrough", "")
    assert "userEnteredFormat" not in looks
    assert "textFormat" not in looks
    assert "includeGridData" not in query


def test_a_large_write_goes_in_parts_each_within_what_google_recommends(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from budgettrack.workbook.google import write

    monkeypatch.setattr(write, "BYTES", 20_000)
    workbook = place.workbook()
    book = workbook.read()
    text = "y" * 3_000
    many = [CellEdit("Budget", row, 2, f"{row}{text}", None, "text") for row in range(10, 40)]

    assert workbook.write(book, edits(*many)) is None

    writes = [call for call in server.calls if call.method == "POST" and call.path != "/token"]
    assert len(writes) == 5
    assert max(call.sent for call in writes) < 40_000
    assert place.stands("Budget", "C40") == f"39{text}"


# ---- people at work meanwhile


def test_an_edit_of_the_very_cell_stands_and_the_write_is_decided_anew(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", 77.25))

    again = workbook.write(book, TWO)

    assert again is not None
    assert column(place, "B") == [1.0, 77.25, 3.0, 4.0, None]
    assert place.stands("Budget", "A5") == "B-4"
    assert requests_made(server) == ["GET", "POST", "POST"]
    assert next(each for each in again.grids if each.tab == "Budget").at(2, 1) == 77.25


def test_a_formula_typed_meanwhile_keeps_its_text(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", "=B2+B4"))

    workbook.write(book, TWO)

    assert place.stands("Budget", "B3") == "=B2+B4"


def sort_down(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        sheet = book.sheets[0]
        specs = [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
        changes.KINDS["sortRange"](
            book, {"range": {"sheetId": sheet.id, "startRowIndex": 1}, "sortSpecs": specs}
        )


def insert(place: GooglePlace, dimension: str, at: int) -> None:
    with place.server.person(place.file) as book:
        book.insert(book.sheets[0], dimension, at, 1, before=False)


@pytest.mark.parametrize("deed", ["sort", "row", "column", "delete"])
def test_rows_that_moved_meanwhile_are_as_they_were(
    server: Server, place: GooglePlace, deed: str
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    deeds: dict[str, Callable[[], None]] = {
        "sort": lambda: sort_down(place),
        "row": lambda: insert(place, "ROWS", 1),
        "column": lambda: insert(place, "COLUMNS", 0),
        "delete": lambda: delete_row(place, 1),
    }
    seen: list[list[list[Any]]] = []

    def act() -> None:
        deeds[deed]()
        seen.append(values(place))

    meanwhile(server, act)

    again = workbook.write(book, TWO)

    assert again is not None
    assert values(place) == seen[0]


def test_a_heading_that_was_struck_is_put_back_even_where_columns_move_meanwhile(
    server: Server, place: GooglePlace
) -> None:
    """Found by the soak: a row above all, so that the write hits the headings, and then a column
    moves too."""
    workbook = place.workbook()
    book = workbook.read()
    done: list[str] = []

    def act() -> None:
        insert(place, "ROWS", 0) if not done else move_column(place, 2, 0)
        done.append("")

    meanwhile(server, act, 2)

    assert workbook.write(book, edits(edit(1, 1, Decimal("9.5"), 1.0))) is not None

    assert place.stands("Budget", "B2") == "ID"
    assert {place.stands("Budget", cell) for cell in ("A2", "B2", "C2")} >= {"ID", "Amount"}
    assert "Kept edits" not in {grid.tab for grid in place.workbook().read().grids}


def move_column(place: GooglePlace, start: int, to: int) -> None:
    with place.server.person(place.file) as book:
        source = {
            "sheetId": book.sheets[0].id,
            "dimension": "COLUMNS",
            "startIndex": start,
            "endIndex": start + 1,
        }
        changes.KINDS["moveDimension"](book, {"source": source, "destinationIndex": to})


def values(place: GooglePlace) -> list[list[Any]]:
    assert place.file.book is not None
    rows = place.file.book.sheets[0].rows
    return [
        [(c, each.formula or each.value) for c, each in sorted(row.items()) if each.filled]
        for row in rows
        if row
    ]


def delete_row(place: GooglePlace, row: int) -> None:
    with place.server.person(place.file) as book:
        book.delete(book.sheets[0], "ROWS", row, 1)


def test_an_id_goes_only_to_a_row_that_is_still_what_was_read(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "C5", "another thing"))

    assert workbook.write(book, TWO) is not None

    assert place.stands("Budget", "A5") is None
    assert place.stands("Budget", "C5") == "another thing"


def test_a_row_typed_where_ours_was_to_go_stands(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    book = workbook.read()

    def type_a_row() -> None:
        place.type("Budget", "A6", "B-9")
        place.type("Budget", "B6", 9)

    meanwhile(server, type_a_row)
    new = edits(
        edit(5, 0, "B-5", None, "id"),
        edit(5, 1, Decimal(5), None),
        edit(5, 2, "five", None, "text"),
    )

    assert workbook.write(book, new) is not None

    assert [place.stands("Budget", each) for each in ("A6", "B6", "C6")] == ["B-9", 9.0, None]


def test_a_choice_made_while_checks_is_written_anew_stands(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()
    head = tuple(PageCell(text, "heading") for text in ("Where", "Keep", "Key"))
    choice = PageCell(None, "input", choices=("sheet", "register"))
    here = (PageCell("here"), choice, PageCell("k-1"))
    page = ToolTab(CHECKS, (head, here), kind="checks")
    other = ToolTab(CHECKS, (head, (PageCell("there"),), here), kind="checks", over=True)
    workbook.write(workbook.read(), edits(pages=(page,)))
    book = workbook.read()
    meanwhile(server, lambda: place.type(CHECKS, "B2", "register"))

    again = workbook.write(book, edits(pages=(other,)))

    assert again is not None
    assert place.stands(CHECKS, "A2") == "here"
    assert place.stands(CHECKS, "B2") == "register"


def test_a_whole_sync_takes_what_was_typed_meanwhile_as_the_edit_that_it_is(
    server: Server, place: GooglePlace
) -> None:
    small_plan(place)
    synced(place.config, TODAY, AT, workbook=place.workbook())
    by_hand(place, "E-1", amount="12.00")
    meanwhile(server, lambda: place.type("Expenses", cell(2, "Amount"), 11))
    made = len(requests_made(server))

    outcome = synced(place.config, TODAY, AT, workbook=place.workbook())

    assert [each.key for each in outcome.changes.conflicts] == ["expenses/E-1.amount"]
    assert place.stands("Expenses", cell(2, "Amount")) == 11
    assert requests_made(server)[made:] == ["GET", "POST", "POST", "POST"]


@pytest.mark.slow
def test_people_who_never_pause_are_left_in_peace(server: Server, place: GooglePlace) -> None:
    small_plan(place)
    synced(place.config, TODAY, AT, workbook=place.workbook())
    by_hand(place, "E-1", amount="12.00", description="by hand")
    numbers = iter(range(100, 200))
    meanwhile(
        server, lambda: place.type("Expenses", cell(2, "Receipt"), f"r-{next(numbers)}"), times=0
    )

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            with server.person(place.file) as book:
                expenses = book.titled("Expenses")
                assert expenses is not None
                book.insert(expenses, "ROWS", 1, 1, before=False)

    server.before = before
    with pytest.raises(WorkbookError, match="People kept changing the same cells"):
        synced(place.config, TODAY, AT, workbook=place.workbook())

    server.before = None
    outcome = synced(place.config, TODAY, AT, workbook=place.workbook())
    assert not outcome.changes.conflicts
    assert not synced(place.config, TODAY, AT, workbook=place.workbook()).changes.edits


def test_two_machines_at_once_the_second_begins_anew(place: GooglePlace) -> None:
    one, other = place.workbook(), place.workbook()
    read_by_one, read_by_other = one.read(), other.read()

    first = one.write(read_by_one, TWO)
    second = other.write(read_by_other, edits(edit(2, 1, Decimal(99), 2.0)))

    assert first is None
    assert second is not None
    assert place.stands("Budget", "B3") == 22.5


def test_what_belongs_to_no_row_any_more_is_set_down(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    book = workbook.read()
    deeds: list[Callable[[], None]] = [
        lambda: delete_row(place, 2),
        lambda: place.type("Budget", "B3", 77.25),
    ]
    meanwhile(server, lambda: deeds.pop()(), times=2)  # noqa: PLW0108 - another one each time

    again = workbook.write(book, TWO)

    assert again is not None
    kept = next(each for each in again.grids if each.tab == KEPT_EDITS)
    assert [list(row) for row in kept.rows] == [
        ["Tab", "Column", "What was typed"],
        ["Budget", "Amount", 77.25],
    ]


def test_what_was_set_down_is_a_finding_until_its_row_is_deleted(place: GooglePlace) -> None:
    small_plan(place)
    with place.server.person(place.file) as book:
        sheet = Sheet(77, KEPT_EDITS)
        book.sheets.append(sheet)
        for number, row in enumerate(
            (["Tab", "Column", "What was typed"], ["Expenses", "Amount", "77.25"])
        ):
            sheet.put_row(number, {at: Cell(text) for at, text in enumerate(row)})

    outcome = synced(place.config, TODAY, AT, workbook=place.workbook())

    found = next(each for each in outcome.changes.findings if each.code == "edit-set-down")
    assert found.place == "'Kept edits'!C2"
    assert (
        found.problem
        == "Somebody typed this into Amount of Expenses while the sheet was being written, and its"
        " row is gone."
    )
    assert found.remedy == (
        "If it is still needed, type it into the right row of Expenses. Then delete this row here."
    )


# ---- a run that dies


def dies_before_its_proof(
    workbook: GoogleWorkbook, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write arrives, and the power goes off before its answer is looked at."""

    def die(*_: object) -> None:
        raise Crash

    monkeypatch.setattr(verify, "proven", die)
    with pytest.raises(Crash):
        workbook.write(book, TWO)
    monkeypatch.undo()


def test_a_run_that_dies_before_its_proof_is_mended_by_the_next(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", 77.25))
    dies_before_its_proof(workbook, book, monkeypatch)
    overwritten = place.stands("Budget", "B3")

    again = place.workbook().read()

    assert overwritten == 22.5
    assert place.stands("Budget", "B3") == 77.25
    assert next(each for each in again.grids if each.tab == "Budget").at(2, 1) == 77.25


def test_what_was_typed_after_a_dead_run_stands(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", 77.25))
    dies_before_its_proof(workbook, book, monkeypatch)
    place.type("Budget", "B3", 88)

    place.workbook().read()

    assert place.stands("Budget", "B3") == 88


def test_a_preview_writes_nothing_not_even_a_repair(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", 77.25))
    dies_before_its_proof(workbook, book, monkeypatch)
    made = len(requests_made(server))
    credentials = credentials_of(place.key, READING)

    GoogleWorkbook(place.file.id, Connection(credentials, server.url), reads_only=True).read()

    assert requests_made(server)[made:] == ["GET"]


# ---- the same with a service that is not what it should be: the tests above must notice


def kept_by(server: Server, place: GooglePlace) -> bool:
    """Whether an edit of the very cell, made meanwhile, is still there after a write."""
    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, lambda: place.type("Budget", "B3", 77.25))
    try:
        workbook.write(book, TWO)
    except WorkbookError:
        return place.stands("Budget", "B3") == 77.25
    return place.stands("Budget", "B3") == 77.25


def test_the_proof_rests_on_the_copies(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept_by(server, place)
    place.type("Budget", "B3", 2)
    monkeypatch.setitem(changes.KINDS, "copyPaste", lambda _book, _body: None)

    assert not kept_by(server, place)


def test_the_proof_rests_on_the_order(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = changes.batch_update

    def late_copies(book: Spreadsheet, body: dict[str, Any], *rest: Any) -> Any:
        last = {"clearBasicFilter", "copyPaste"}
        ordered = sorted(body["requests"], key=lambda each: bool(each.keys() & last))
        return real(book, {**body, "requests": ordered}, *rest)

    monkeypatch.setattr(changes, "batch_update", late_copies)

    assert not kept_by(server, place)


def refused_half_way(server: Server, place: GooglePlace) -> list[list[Any]]:
    """A write that is refused because the tab of its page was deleted meanwhile; what stands in
    Budget then."""
    workbook = place.workbook()
    page = ToolTab(CHECKS, ((PageCell("All well", "title"),),), kind="checks")
    workbook.write(workbook.read(), edits(pages=(page,)))
    book = workbook.read()

    def delete_checks() -> None:
        with server.person(place.file) as held:
            held.sheets = [each for each in held.sheets if each.title != CHECKS]

    meanwhile(server, delete_checks)
    other = ToolTab(CHECKS, ((PageCell("Something", "title"),),), kind="checks", over=True)
    workbook.write(book, edits(*TWO.cells, pages=(other,)))
    return values(place)


def test_a_refused_write_changes_nothing(server: Server, place: GooglePlace) -> None:
    before = values(place)

    assert refused_half_way(server, place) == before


def test_the_proof_rests_on_all_or_nothing(
    server: Server, place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = values(place)
    monkeypatch.setattr(Spreadsheet, "copied", lambda self: self)
    # Its own pages come last, so that a batch that stops there has written all cells.
    real = changes.batch_update

    def late_refusal(book: Spreadsheet, body: dict[str, Any], *rest: Any) -> Any:
        last = {"clearBasicFilter", "copyPaste"}
        ordered = sorted(body["requests"], key=lambda each: bool(each.keys() & last))
        return real(book, {**body, "requests": ordered}, *rest)

    monkeypatch.setattr(changes, "batch_update", late_refusal)

    assert refused_half_way(server, place) != before


# ---- the network and the service


def busy(count: int, **what: Any) -> list[Trouble]:
    return [Trouble(**what) for _ in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "troubles",
    [
        busy(3, status=429),
        busy(2, status=503),
        busy(2, status=502, html=True),
        busy(2, status=500),
        busy(1, cut=True),
        busy(1, cut=True, after=True),
        busy(1, stall=1.5),
        busy(1, status=503, after=True),
        busy(1, status=429, writes=True),
        busy(2, status=503, writes=True),
        busy(1, status=503, html=True, after=True, writes=True),
        busy(1, cut=True, writes=True),
        busy(1, cut=True, after=True, writes=True),
        busy(1, stall=1.5, after=True, writes=True),
        busy(1, stall=1.5, writes=True),
        [*busy(1, cut=True, after=True, writes=True), *busy(2, status=503, writes=False)],
        busy(1, instead="{}", writes=True),
        busy(1, instead="{}", after=True, writes=True),
        busy(1, instead='{"spreadsheetId": "x"}', after=True, writes=True),
        busy(1, instead="<html>", writes=True),
    ],
    ids=str,
)
def test_trouble_on_the_way_is_overcome_and_nothing_is_written_twice(
    server: Server, place: GooglePlace, troubles: list[Trouble]
) -> None:
    workbook = place.workbook(answer=1.0)
    server.troubles.extend(troubles)

    book = workbook.read()
    again = workbook.write(
        book, edits(*TWO.cells, edit(5, 0, "B-5", None, "id"), edit(5, 1, Decimal(5), None))
    )

    assert again is None
    assert column(place, "A") == ["B-1", "B-2", "B-3", "B-4", "B-5"]
    assert column(place, "B") == [1.0, 22.5, 3.0, 4.0, 5.0]
    done = [
        call for call in server.calls if call.path.endswith("batchUpdate") and call.status == 200
    ]
    assert len(done) == 1
    assert not server.troubles


def test_a_write_that_arrives_late_a_second_time_is_refused_whole(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook(answer=1.0)
    workbook.write(workbook.read(), edits(edit(1, 1, Decimal(10), 1.0)))
    book = workbook.read()
    # The first attempt sleeps on its way until the second one is through.
    server.troubles.append(Trouble(stall=1.6, writes=True))

    assert workbook.write(book, TWO) is None

    place.type("Budget", "B3", 55)
    wait_for(
        server,
        lambda: (
            [call.status for call in server.calls if call.path.endswith("Update")]
            == [200, 200, 400]
        ),
    )
    assert place.stands("Budget", "B3") == 55


def test_a_write_of_a_run_that_gave_up_is_verified_when_it_arrives_late(
    server: Server, place: GooglePlace
) -> None:
    """It goes into a row that moved, after another run has read and before that run writes."""
    first, second = place.workbook(answer=1.0), place.workbook()
    first.connection.tries = 1
    book = first.read()
    server.troubles.append(Trouble(stall=2.0, writes=True))
    with pytest.raises(WorkbookError, match="Nothing is lost"):
        first.write(book, edits(edit(2, 1, Decimal("22.5"), 2.0)))
    insert(place, "ROWS", 1)  # B-1 stands now where B-2 stood
    again = second.read()
    wait_for(server, lambda: [call.status for call in updates(server)] == [200])
    assert place.stands("Budget", "B3") == 22.5

    decided = second.write(again, edits(edit(4, 1, Decimal("3.5"), 3.0)))

    assert decided is not None
    assert place.stands("Budget", "B3") == 1
    assert place.stands("Budget", "B5") == 3


def test_an_id_of_a_run_that_gave_up_leaves_the_blank_row_into_which_it_came_late(
    server: Server, place: GooglePlace
) -> None:
    """Its row has no other ID: the later run knows from the journal what else stood in it."""
    first, second = place.workbook(answer=1.0), place.workbook()
    first.connection.tries = 1
    book = first.read()
    server.troubles.append(Trouble(stall=2.0, writes=True))
    with pytest.raises(WorkbookError, match="Nothing is lost"):
        first.write(book, edits(edit(4, 0, "B-4", None, "id")))
    with server.person(place.file) as sheet:
        sheet.delete(sheet.sheets[0], "ROWS", 1, 1)  # the row without an ID moves up
    wait_for(server, lambda: [call.status for call in updates(server)] == [200])
    assert column(place, "A") == ["B-2", "B-3", None, "B-4", None]

    again = second.read()

    assert [row[0] for row in again.grids[0].rows[1:]] == ["B-2", "B-3", None]
    assert column(place, "A") == ["B-2", "B-3", None, None, None]
    assert column(place, "B") == [2.0, 3.0, 4.0, None, None]


def updates(server: Server) -> list[Any]:
    return [call for call in server.calls if call.path.endswith("Update")]


def wait_for(server: Server, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not done():
        assert time.monotonic() < end, [
            (call.method, call.path, call.status) for call in server.calls
        ]
        time.sleep(0.05)


def test_what_never_works_is_given_up_in_bounds(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    server.troubles.extend(busy(100, status=503))

    with pytest.raises(
        WorkbookError, match=r"Google cannot do this just now \(error 503\)\. Nothing is lost"
    ):
        workbook.read()

    assert len(server.troubles) == 100 - google.TRIES


def test_a_write_that_never_works_is_given_up_too(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    book = workbook.read()
    server.troubles.extend(busy(100, status=503, writes=True))

    with pytest.raises(WorkbookError, match="Google cannot do this just now"):
        workbook.write(book, TWO)

    assert len(server.troubles) == 100 - google.TRIES
    assert column(place, "B") == [1.0, 2.0, 3.0, 4.0, None]


@pytest.mark.slow
def test_the_pauses_outlast_the_minute_in_which_google_counts(
    place: GooglePlace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        pauses: list[float] = []
        monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
        workbook = place.workbook()
        workbook.connection.pause = 1.0
        server.troubles.extend(busy(google.TRIES, status=429))
        with pytest.raises(WorkbookError, match="Google takes no more requests"):
            workbook.read()
        assert 120 <= sum(pauses) <= google.TOTAL


def test_time_in_all_is_bounded_too(server: Server, place: GooglePlace) -> None:
    workbook = place.workbook()
    workbook.connection.tries, workbook.connection.total, workbook.connection.pause = (
        10_000,
        0.5,
        0.05,
    )
    server.troubles.extend(busy(10_000, status=429))

    with pytest.raises(
        WorkbookError, match="Google takes no more requests from this account this minute"
    ):
        workbook.read()

    assert 1 < 10_000 - len(server.troubles) < 200


@pytest.mark.slow
def test_many_workbooks_sync_within_a_quota_of_sixty_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server's time stands still but for the pauses that the program makes; nobody has to wait
    # for them.
    now = [time.time()]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("tenacity.nap.time.sleep", pause)
    with Server(quota=60, clock=lambda: now[0]) as server:
        server.keep_bodies = False
        key = server.service_account()
        places = []
        for number in range(50 if LONG else 22):
            folder = tmp_path / str(number)
            folder.mkdir()
            made = GooglePlace(folder, server, key)
            small_plan(made)
            places.append(made)
        for _ in range(3):
            for each in places:
                workbook = each.workbook()
                workbook.connection.pause = 1.0
                synced(each.config, TODAY, AT, workbook=workbook)

        assert [call for call in server.calls if call.status == 429]
        assert all(each.stands("Expenses", "A4") == "E-3" for each in places)
    assert sum(pauses) < google.TOTAL
    assert len(set(pauses)) == len(pauses), "the pauses are jittered"


def test_a_token_that_expired_or_was_revoked_is_replaced(
    server: Server, place: GooglePlace
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    server.tokens.issued.clear()

    assert workbook.write(book, TWO) is None

    assert [call.status for call in server.calls if call.path != "/token"] == [200, 401, 200]


def failing(deed: str, server: Server, file: File) -> None:
    email = next(iter(server.tokens.accounts))
    if deed == "withdrawn":
        file.permissions = [each for each in file.permissions if each.get("emailAddress") != email]
    elif deed == "viewer":
        file.permissions = [{**each, "role": "reader"} for each in file.permissions]
    elif deed == "deleted":
        del server.drive.files[file.id]
    elif deed == "disabled account":
        server.tokens.accounts[email].disabled = True
        server.tokens.issued.clear()
    elif deed == "api off":
        server.disabled.add("sheets.googleapis.com")


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            "withdrawn",
            "add this address as Editor: service-account@example.iam.gserviceaccount.com",
        ),
        ("viewer", "only to be viewed"),
        ("deleted", "There is no such spreadsheet"),
        ("disabled account", "Google knows no such service account any more"),
        ("api off", "The Google Sheets API is not switched on"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    server: Server, place: GooglePlace, deed: str, said: str
) -> None:
    workbook = place.workbook()
    book = workbook.read()
    failing(deed, server, place.file)

    with pytest.raises(WorkbookError, match=said):
        workbook.write(book, TWO)

    assert len([call for call in server.calls if call.path.endswith("batchUpdate")]) <= 2


def test_a_full_spreadsheet_is_said_and_nothing_is_written(place: GooglePlace) -> None:
    assert place.file.book is not None
    place.file.book.max_cells = 2_001
    workbook = place.workbook()

    book = workbook.write(workbook.read(), TWO)
    assert book is not None
    with pytest.raises(
        WorkbookError, match="The spreadsheet is full: Google allows ten million cells"
    ):
        workbook.write(book, TWO)

    assert column(place, "B") == [1.0, 2.0, 3.0, 4.0, None]


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "{}", "[]"])
def test_a_sign_in_page_in_place_of_google_is_said(
    server: Server, place: GooglePlace, body: str
) -> None:
    workbook = place.workbook()
    server.troubles.append(Trouble(instead=body))

    with pytest.raises(WorkbookError, match="perhaps a sign-in page of the network"):
        workbook.read()


def test_a_protected_range_is_said_with_the_address(server: Server, place: GooglePlace) -> None:
    def protect() -> None:
        with server.person(place.file) as book:
            rule = {"protectedRangeId": 5, "range": {"sheetId": 0}, "requestingUserCanEdit": False}
            book.sheets[0].protected.append(rule)

    workbook = place.workbook()
    book = workbook.read()
    meanwhile(server, protect)
    again = workbook.write(book, TWO)
    assert again is not None
    with pytest.raises(
        WorkbookError, match="A protected range in the sheet does not let this program write"
    ):
        workbook.write(again, TWO)


def test_dates_and_moments_are_the_services_numbers() -> None:
    from datetime import datetime, time, timedelta

    from budgettrack.workbook.google.cells import moment, serial

    assert serial(date(2020, 1, 1)) == 43831
    assert serial(date(1899, 12, 31)) == 1
    assert serial(datetime(2020, 1, 1, 12)) == 43831.5
    assert serial(time(6)) == 0.25
    assert serial(timedelta(hours=36)) == 1.5
    assert moment(43831.0, "DATE") == date(2020, 1, 1)
    assert moment(-1.0, "DATE") == date(1899, 12, 29)
    assert moment(43831.5, "DATE_TIME") == datetime(2020, 1, 1, 12)
    assert moment(0.25, "TIME") == time(6)
    assert moment(1.5, "TIME") == timedelta(hours=36)
    assert moment(1e12, "DATE") == 1e12


def test_the_journal_is_small(server: Server, place: GooglePlace) -> None:
    """The before-image costs bytes; how many is measured in benchmarks/google.py."""
    workbook = place.workbook()

    workbook.write(workbook.read(), TWO)

    journal = next(each for each in server.calls[-1].body["requests"] if "updateCells" in each)
    assert len(json.dumps(journal)) < 1_000
