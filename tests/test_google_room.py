"""New records come above a total and join it, and join the Table that people made of a tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.register.store import Commit, RecordVersion, open_register
from tests.sheets_api import changes
from tests.sheets_api.discovery import faults
from tests.sheets_api.ranges import Area
from tests.sheets_api.server import Call, Server
from tests.sheets_api.spreadsheet import Sheet, Spreadsheet
from tests.world.opened import synced
from tests.world.places import GooglePlace, Typed
from tests.world.small_plan import AT, TODAY

pytestmark = pytest.mark.google_http

HEADINGS: list[Typed] = ["ID", "Date", "Budget line", "Description", "Amount", "Currency", "State"]
TABS: dict[str, list[list[Typed]]] = {
    "Grants": [
        ["ID", "Funder", "Title", "State", "Currency"],
        ["G-1", "Fund", "Work", "active", "EUR"],
    ],
    "Budget": [
        ["ID", "Grant", "Category", "Description", "Amount"],
        ["B-1", "G-1", "Costs", "Tea", 1000],
    ],
    "Expenses": [
        HEADINGS,
        ["E-1", "2026-03-01", "B-1", "one", 10, "EUR", "paid"],
        ["E-2", "2026-03-02", "B-1", "two", 20, "EUR", "paid"],
        ["E-3", "2026-03-03", "B-1", "three", 30, "EUR", "paid"],
    ],
}
TOTAL: list[Typed] = [None, None, None, "Total", "=SUM(E2:E4)"]


@pytest.fixture
def server() -> Iterator[Server]:
    def valid(call: Call) -> None:
        found = faults(call.method, call.path, call.query, call.body, call.status, call.answer)
        assert not found, found

    with Server() as running:
        running.check = valid
        yield running


def started(server: Server, folder: Path, *below: list[Typed]) -> GooglePlace:
    """A group with three expenses, and with what people put below them, after its first sync."""
    place = GooglePlace(folder, server)
    place.make(TABS | {"Expenses": [*TABS["Expenses"], *below]})
    sync(place)
    return place


def sync(place: GooglePlace) -> None:
    synced(place.config, TODAY, AT, workbook=place.workbook())


def added(place: GooglePlace, *ids: str) -> None:
    """Somebody records expenses at a command line."""
    fields = {"date": "2026-03-04", "budget_line": "B-1", "currency": "EUR", "state": "paid"}
    versions = [
        RecordVersion("expenses", id_, {**fields, "description": id_, "amount": "5"}, "register")
        for id_ in ids
    ]
    with open_register(place.config.register) as register, register.writing() as writing:
        writing.commit(Commit(kind="by hand", at=AT, written=versions))


def expenses(place: GooglePlace) -> Sheet:
    assert place.file.book is not None
    return next(sheet for sheet in place.file.book.settled().sheets if sheet.title == "Expenses")


def column(place: GooglePlace, number: int) -> list[Any]:
    return [row[number].value if number in row else None for row in expenses(place).rows[1:]]


def requests_of(server: Server, kind: str) -> int:
    return sum(
        kind in request
        for call in server.calls
        if isinstance(call.body, dict)
        for request in call.body.get("requests", [])
    )


def test_new_records_come_above_a_total_and_into_its_sum(server: Server, tmp_path: Path) -> None:
    place = started(server, tmp_path, TOTAL)
    added(place, "E-8", "E-9")

    sync(place)

    sync(place)

    assert column(place, 0) == ["E-1", "E-2", "E-8", "E-9", "E-3", None]
    assert expenses(place).cell(6, 3).value == "Total"
    assert expenses(place).cell(6, 4).formula == "=SUM(E2:E6)"
    assert expenses(place).cell(6, 4).value == 70
    assert requests_of(server, "insertDimension") == 1


def test_without_a_total_new_records_come_below_and_no_row_is_inserted(
    server: Server, tmp_path: Path
) -> None:
    place = started(server, tmp_path)
    added(place, "E-8")

    sync(place)

    assert column(place, 0) == ["E-1", "E-2", "E-3", "E-8"]
    assert requests_of(server, "insertDimension") == 0


def table(place: GooglePlace, rows: int) -> None:
    """Somebody makes a Table of the expenses, with a dropdown for the state."""
    with place.server.person(place.file) as book:
        sheet = expenses(place)
        choices = [{"userEnteredValue": "paid"}, {"userEnteredValue": "committed"}]
        made = {
            "range": {
                "sheetId": sheet.id,
                "startRowIndex": 0,
                "endRowIndex": rows,
                "startColumnIndex": 0,
                "endColumnIndex": 7,
            },
            "columnProperties": [
                {"columnIndex": 4, "columnType": "DOUBLE"},
                {
                    "columnIndex": 6,
                    "columnType": "DROPDOWN",
                    "dataValidationRule": {"condition": {"type": "ONE_OF_LIST", "values": choices}},
                },
            ],
        }
        changes.KINDS["addTable"](book, {"table": made})


@pytest.mark.parametrize("rows", [4, 6])
def test_new_records_join_the_table_of_people(server: Server, tmp_path: Path, rows: int) -> None:
    place = started(server, tmp_path)
    table(place, rows)
    added(place, "E-8", "E-9")

    sync(place)
    sync(place)

    (held,) = expenses(place).tables
    assert sorted(filter(None, column(place, 0))) == ["E-1", "E-2", "E-3", "E-8", "E-9"]
    last = max(i for i, id_ in enumerate(column(place, 0), 1) if id_)
    assert held["range"]["endRowIndex"] == last + 1
    assert requests_of(server, "insertDimension") == (1 if rows == 4 else 0)


def test_a_typed_column_that_refuses_a_write_is_named(server: Server, tmp_path: Path) -> None:
    place = started(server, tmp_path)
    table(place, 6)
    with server.person(place.file):
        (held,) = expenses(place).tables
        held["columnProperties"][3] |= {"columnType": "DOUBLE", "columnName": "What"}
    added(place, "E-8")

    with pytest.raises(WorkbookError) as told:
        sync(place)

    assert (
        "A Table of Google Sheets does not take what is to be written into C5:G5 in the tab Expenses"
        " (Table Table1, columns " in str(told.value)
    )
    assert "What" in str(told.value)
    assert column(place, 0) == ["E-1", "E-2", "E-3"]


def sort(book: Spreadsheet) -> None:
    sheet = next(sheet for sheet in book.sheets if sheet.title == "Expenses")
    area = Area(sheet, 1, 0, 4, 7)
    changes.sort_area(book, area, [{"dimensionIndex": 4, "sortOrder": "DESCENDING"}])


def insert_above(book: Spreadsheet) -> None:
    sheet = next(sheet for sheet in book.sheets if sheet.title == "Expenses")
    book.insert(sheet, "ROWS", 1, 2, before=True)


@pytest.mark.parametrize("deed", [sort, insert_above])
@pytest.mark.parametrize("nth", [1, 2])
def test_people_who_move_rows_meanwhile_lose_nothing(
    server: Server, tmp_path: Path, deed: Callable[[Spreadsheet], None], nth: int
) -> None:
    """Before the rows are inserted (the first write), and before they are filled (the second)."""
    place = started(server, tmp_path, TOTAL)
    added(place, "E-8")
    posts = [0]

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate"):
            posts[0] += 1
            if posts[0] == nth:
                with server.person(place.file) as book:
                    deed(book)

    server.before = before
    sync(place)
    sync(place)

    assert sorted(filter(None, column(place, 0))) == ["E-1", "E-2", "E-3", "E-8"]
    by_id = dict(zip(column(place, 0), column(place, 3), strict=True))
    assert {by_id[f"E-{n}"] for n in (1, 2, 3)} == {"one", "two", "three"}
    assert [text for text in column(place, 3) if text == "Total"] == ["Total"]
