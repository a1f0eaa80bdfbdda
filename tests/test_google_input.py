"""Odd sheets, as people make them: each is taken as far as it can be understood, said where not,
and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from budgettrack.config.load import load, spreadsheet_id, tab_in_link
from budgettrack.core.base.errors import ConfigError, Refused, WorkbookError
from budgettrack.core.records.tables import BY_NAME
from budgettrack.register import queries
from budgettrack.register.store import open_register
from budgettrack.sync import SyncOutcome
from budgettrack.workbook.google.cells import grid, spreadsheet
from tests.sheets_api import changes
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet
from tests.sheets_api.values import typed
from tests.world.fakes import Crash
from tests.world.opened import synced
from tests.world.places import GooglePlace
from tests.world.small_plan import AT, TODAY, by_hand, cell, small_plan

pytestmark = pytest.mark.google_http

ALL = frozenset({"missing", "removals", "changes"})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def place(server: Server, tmp_path: Path) -> GooglePlace:
    made = GooglePlace(tmp_path, server)
    small_plan(made)
    return made


def run(place: GooglePlace) -> SyncOutcome:
    return synced(place.config, TODAY, AT, allow=ALL, workbook=place.workbook())


def held(place: GooglePlace, table: str = "expenses") -> dict[str, dict[str, str]]:
    with open_register(place.config.register) as register:
        return {
            id_: dict(fields) for id_, fields in register.ask(queries.load).records[table].items()
        }


def codes(outcome: SyncOutcome) -> set[str]:
    return {each.code for each in outcome.changes.findings}


def sheet(book: Spreadsheet, title: str = "Expenses") -> Sheet:
    found = book.titled(title)
    assert found is not None
    return found


def type_in(place: GooglePlace, tab: str, at: str, text: str) -> None:
    """As a person types: by the sheet's locale."""
    with place.server.person(place.file) as book:
        row, column = place._at(at)
        found = sheet(book, tab)
        found.put(row, column, typed(found.cell(row, column), text, "USER_ENTERED", book.locale))


def untouched(place: GooglePlace) -> list[tuple[str, list[dict[int, Cell]]]]:
    assert place.file.book is not None
    return [
        (each.title, each.rows)
        for each in place.file.book.sheets
        if each.title not in ("Summary", "Checks")
    ]


def test_a_spreadsheet_of_quite_another_shape_is_left_alone(server: Server, tmp_path: Path) -> None:
    place = GooglePlace(tmp_path, server)
    place.make({"Shopping": [["Milk", 2], ["Bread", 3]], "Sheet2": []})
    before = untouched(place)

    outcome = run(place)

    assert untouched(place)[: len(before)] == before
    assert "missing-tab" in codes(outcome)
    assert not outcome.changes.to_register


def test_two_hundred_tabs_of_others(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        for number in range(200):
            book.sheets.append(Sheet(1_000 + number, f"Notes {number}", 10, 5, [{0: Cell("ours")}]))

    outcome = run(place)

    assert len(outcome.changes.to_register) == 6
    assert not run(place).changes.edits


def act_before_the_write(place: GooglePlace, deed: Callable[[Spreadsheet], None]) -> None:
    left = [1]

    def before(method: str, path: str) -> None:
        if method == "POST" and path.endswith("batchUpdate") and left[0]:
            left[0] = 0
            with place.server.person(place.file) as book:
                deed(book)

    place.server.before = before


def test_a_tab_renamed_during_a_run(place: GooglePlace) -> None:
    def rename(book: Spreadsheet) -> None:
        sheet(book).title = "Spending"

    act_before_the_write(place, rename)

    run(place)

    assert place.stands("Spending", "A4") == "E-3"
    with place.server.person(place.file) as book:
        sheet(book, "Spending").title = "Expenses"
    assert not run(place).changes.to_register


def test_a_heading_renamed_during_a_run(place: GooglePlace) -> None:
    def rename(book: Spreadsheet) -> None:
        sheet(book).put(0, 4, Cell("What for"))

    act_before_the_write(place, rename)

    outcome = run(place)

    assert place.stands("Expenses", "E1") == "What for"
    assert place.stands("Expenses", "A4") == "E-3"
    assert {"missing-heading", "missing-column"} & codes(outcome)


def test_a_first_run_that_died_after_its_write_goes_on(
    place: GooglePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("budgettrack.register.store.Writing.commit", _only_the_mark(die))
        with pytest.raises(Crash):
            run(place)
    assert place.stands("Expenses", "A4") == "E-3"

    run(place)

    assert set(held(place)) == {"E-1", "E-2", "E-3"}
    assert not run(place).changes.edits


def _only_the_mark(die: Callable[..., None]) -> Callable[..., object]:
    from budgettrack.register.store import Commit, Writing

    real = Writing.commit

    def commit(writing: Writing, what: Commit) -> object:
        if what.kind != "mark":
            die()
        return real(writing, what)

    return commit


def test_a_tab_deleted_during_a_run(place: GooglePlace) -> None:
    run(place)
    by_hand(place, "E-1", amount="99.00")

    def delete(book: Spreadsheet) -> None:
        book.sheets = [each for each in book.sheets if each.title != "Expenses"]

    act_before_the_write(place, delete)

    with pytest.raises(Refused, match="Expenses"):
        synced(place.config, TODAY, AT, workbook=place.workbook())

    assert held(place)["E-1"]["amount"] == "99.00"


def test_headings_in_another_language(server: Server, tmp_path: Path) -> None:
    place = GooglePlace(tmp_path, server)
    aliased = {
        column.name: column.aliases[0] for column in BY_NAME["expenses"].in_sheet if column.aliases
    }
    small_plan(place)
    with server.person(place.file) as book:
        names = [column for column in BY_NAME["expenses"].in_sheet if not column.optional]
        for at, column in enumerate(names):
            if column.name in aliased:
                sheet(book).put(0, at, Cell(aliased[column.name]))

    run(place)

    assert aliased
    assert held(place)["E-1"]["description"] == "one"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "text", "amount"),
    [
        ("de_DE", "1.234,50", "1234.5"),
        ("fr_FR", "1 234,50", "1234.5"),
        ("pt_PT", "1234,50", "1234.5"),
        ("en_GB", "1,234.50", "1234.5"),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_amounts_by_the_sheets_own_locale(
    place: GooglePlace, locale: str, text: str, amount: str, as_text: bool
) -> None:
    with place.server.person(place.file) as book:
        book.locale = locale
        if as_text:
            sheet(book).put(1, 5, Cell(text))
    if not as_text:
        type_in(place, "Expenses", "F2", text)

    outcome = run(place)

    assert held(place)["E-1"]["amount"] == amount
    assert not [each for each in outcome.changes.findings if each.place == "'Expenses'!F2"]


def test_an_amount_in_the_other_habit_is_found_not_guessed(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        book.locale = "de_DE"
        sheet(book).put(1, 5, Cell("1,234"))

    outcome = run(place)

    found = [each.code for each in outcome.changes.findings if each.place == "'Expenses'!F2"]
    # In German, 1,234 is a little more than one euro: more decimals than a euro has.
    assert found == ["amount-has-too-many-decimals"]


def test_dates_are_the_same_days_whatever_the_time_zones(
    place: GooglePlace, tmp_path: Path
) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_text(
        '[organisation]\ntime_zone = "America/Los_Angeles"\n' + path.read_text("utf-8"), "utf-8"
    )
    place.config = load(path)
    with place.server.person(place.file) as book:
        book.time_zone = "Pacific/Auckland"
    run(place)
    by_hand(place, "E-2", date="2026-02-28")

    run(place)

    assert held(place)["E-1"]["date"] == "2026-01-05"
    assert place.stands("Expenses", cell(3, "Date")) == date(2026, 2, 28)
    moment = datetime(2026, 6, 16, 6, 30, tzinfo=AT.tzinfo)
    assert not synced(
        place.config, date(2026, 6, 15), moment, workbook=place.workbook()
    ).changes.edits


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("=1/0", "cell-error"),
        ('=IMPORTRANGE("x", "Budget!A1")', "cell-error"),
        ("=TODAY()-46000", "volatile-formula"),
        ("=NO_SUCH(1)", "cell-error"),
    ],
)
def test_formulas_that_fail_or_change_are_found_and_kept(
    place: GooglePlace, formula: str, code: str
) -> None:
    type_in(place, "Expenses", "F2", formula)

    outcome = run(place)

    assert code in {each.code for each in outcome.changes.findings if each.place == "'Expenses'!F2"}
    assert place.stands("Expenses", "F2") == formula


def test_a_formula_keeps_its_place_and_its_value_is_read(place: GooglePlace) -> None:
    type_in(place, "Expenses", "F2", "=10+0.5")
    run(place)
    by_hand(place, "E-1", amount="99.00", description="by hand")

    outcome = run(place)

    assert [each.kind for each in outcome.changes.conflicts] == ["formula"]
    assert place.stands("Expenses", "F2") == "=10+0.5"
    assert place.stands("Expenses", "E2") == "by hand"


def test_cells_that_an_array_formula_fills_are_not_written(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        found = sheet(book)
        found.put(1, 4, Cell(formula='=ARRAYFORMULA("x"&ROW(A2:A4))'))
        found.put(2, 4, Cell("x3"))
        found.put(3, 4, Cell("x4"))
    run(place)
    by_hand(place, "E-2", description="by hand")

    outcome = run(place)

    assert [each.kind for each in outcome.changes.conflicts] == ["formula"]
    assert place.stands("Expenses", "E3") == "x3"


def test_an_array_formula_below_the_rows_whose_result_is_blank_fills_no_cell() -> None:
    formula = '=ARRAYFORMULA(IF(A2:A9="","",1))'
    cell = {"userEnteredValue": {"formulaValue": formula}, "effectiveValue": {"stringValue": ""}}
    rows = [{"values": [{"effectiveValue": {"stringValue": "Amount"}}]}, {"values": [cell]}]
    answer = {"spreadsheetId": "1", "sheets": [{"data": [{"rowData": rows}]}]}

    read = grid(spreadsheet(json.dumps(answer).encode()).sheets[0])

    assert read.rows == [["Amount"]]
    assert read.formulas == {(1, 0): formula}


@pytest.mark.parametrize("number", [-20_000.0, 3_000_000.0, 1e15])
def test_dates_far_away_are_found_and_stop_nothing(place: GooglePlace, number: float) -> None:
    with place.server.person(place.file) as book:
        found = sheet(book)
        found.put(
            1, 1, Cell(number, format={"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}})
        )

    outcome = run(place)

    found_codes = {each.code for each in outcome.changes.findings if each.place == "'Expenses'!B2"}
    assert found_codes & {"date-out-of-range", "date-not-readable", "date-unlikely"}, found_codes
    assert place.stands("Expenses", "A4") == "E-3"


def test_notes_merges_filters_and_hidden_rows_stay_as_they_are(place: GooglePlace) -> None:
    note = "n" * 10_000
    with place.server.person(place.file) as book:
        found = sheet(book)
        found.put(3, 0, Cell(note=note))
        found.put(1, 4, Cell("one", format={"textFormat": {"bold": True}}, note="ours"))
        found.row_meta[2] = {"hiddenByUser": True}
        found.column_meta[6] = {"hiddenByUser": True}
        found.basic_filter = {"range": {"sheetId": found.id, "startRowIndex": 0, "endRowIndex": 4}}
        changes.KINDS["mergeCells"](
            book,
            {
                "range": {
                    "sheetId": found.id,
                    "startRowIndex": 8,
                    "endRowIndex": 9,
                    "endColumnIndex": 3,
                }
            },
        )
    run(place)
    by_hand(place, "E-1", description="by hand")

    run(place)

    assert place.file.book is not None
    found = sheet(place.file.book)
    assert (found.cell(3, 0).value, found.cell(3, 0).note) == ("E-3", note)
    assert found.cell(1, 4) == Cell("by hand", format={"textFormat": {"bold": True}}, note="ours")
    assert found.row_meta == {2: {"hiddenByUser": True}}
    assert found.basic_filter is not None
    assert len(found.merges) == 1
    assert len(held(place)) == 3


PERSON = {"chipRuns": [{"chip": {"personProperties": {"email": "peer@example.org"}}}]}
FILE = {"chipRuns": [{"startIndex": 4, "chip": {"richLinkProperties": {"uri": "https://x.org"}}}]}
DAY: dict[str, Any] = {"chipRuns": [{"chip": {}}]}
"""What Google tells of a cell with a chip besides the text that the chip shows."""


def sheet_of_today(book: Spreadsheet) -> None:
    """People make of the expenses what Google's menus offer."""
    found = sheet(book)
    area = {"sheetId": found.id, "startRowIndex": 0, "endRowIndex": 4}
    # Chips: a person, a file within a text, a date.
    found.put(2, 4, Cell("Peer", kept=PERSON, note="who"))
    found.put(3, 4, Cell("See plan.pdf", kept=FILE))
    found.put(2, 1, found.cell(2, 1).but(kept=DAY))
    found.put(2, 5, found.cell(2, 5).but(rule={"condition": {"type": "NUMBER_GREATER"}}))
    for number in range(1, 4):
        # A checkbox, a dropdown, a picture by formula, and a picture in a cell, of which
        # Google tells the format alone.
        found.put(number, 20, Cell(number == 2, rule={"condition": {"type": "BOOLEAN"}}))
        values = [{"userEnteredValue": "bus"}, {"userEnteredValue": "tea"}]
        list_ = {"condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True}
        found.put(number, 21, Cell("tea", rule=list_))
        found.put(number, 22, Cell(None, formula='=IMAGE("https://example.org/a.png")'))
        found.put(number, 23, Cell(format={"horizontalAlignment": "CENTER"}))
    for request in (
        {"addFilterView": {"filter": {"title": "Paid", "range": area}}},
        {"addSlicer": {"slicer": {"spec": {"dataRange": area, "title": "State"}}}},
        {"addDimensionGroup": {"range": ROWS_TOGETHER | {"sheetId": found.id}}},
        {
            "updateDimensionGroup": {
                "dimensionGroup": {
                    "range": ROWS_TOGETHER | {"sheetId": found.id},
                    "depth": 1,
                    "collapsed": True,
                },
                "fields": "collapsed",
            }
        },
    ):
        ((kind, body),) = request.items()
        changes.KINDS[kind](book, body)
    # Nobody but the owner may change the third record.
    row = area | {"startRowIndex": 3}
    found.protected.append({"protectedRangeId": 7, "range": row, "requestingUserCanEdit": False})


ROWS_TOGETHER = {"dimension": "ROWS", "startIndex": 2, "endIndex": 3}


def test_a_sheet_of_today_is_read_and_a_write_keeps_all_of_it(place: GooglePlace) -> None:
    run(place)
    with place.server.person(place.file) as book:
        sheet_of_today(book)
    assert place.file.book is not None
    before = sheet(place.file.book.settled()).copied()
    by_hand(place, "E-1", description="by hand", amount="11.00")

    run(place)
    by_hand(place, "E-2", amount="21.00")
    by_hand(place, "E-3", amount="31.00")
    outcome = run(place)
    run(place)

    assert place.file.book is not None
    after = sheet(place.file.book)
    assert {id_: fields["description"] for id_, fields in held(place).items()} == {
        "E-1": "by hand",
        "E-2": "Peer",
        "E-3": "See plan.pdf",
    }
    changed = {(1, 4): "by hand", (1, 5): 11.0, (2, 5): 21.0}
    assert {
        (number, column): after.cell(number, column).value
        for number, row in enumerate(after.rows)
        for column in {*row, *before.rows[number]}
        if after.cell(number, column) != before.cell(number, column)
    } == changed
    assert after.cell(2, 5).rule == before.cell(2, 5).rule
    for name in ("filter_views", "slicers", "row_groups", "row_meta", "protected", "tables"):
        assert getattr(after, name) == getattr(before, name), name
    assert before.row_groups[0]["collapsed"]
    assert "cell-protected" in codes(outcome)


def test_a_protected_column_is_found_and_the_rest_goes_on(place: GooglePlace) -> None:
    run(place)
    with place.server.person(place.file) as book:
        found = sheet(book)
        area = {"sheetId": found.id, "startColumnIndex": 4, "endColumnIndex": 5}
        found.protected.append(
            {"protectedRangeId": 7, "range": area, "requestingUserCanEdit": False}
        )
    by_hand(place, "E-1", description="by hand", amount="11.00")

    outcome = run(place)

    assert "cell-protected" in codes(outcome)
    assert place.stands("Expenses", "E2") == "one"
    assert place.stands("Expenses", "F2") == 11.0


@pytest.mark.slow
@pytest.mark.parametrize("text", ["=1+1", "+1+1", "'quoted", "@here", '=HYPERLINK("x")'])
def test_text_from_the_register_never_becomes_a_formula(place: GooglePlace, text: str) -> None:
    run(place)
    by_hand(place, "E-1", description=text)

    run(place)

    assert place.file.book is not None
    stands = sheet(place.file.book).cell(1, 4)
    assert (stands.value, stands.formula) == (text, None)
    assert not run(place).changes.edits


def test_a_full_spreadsheet_says_so_and_the_register_stays(place: GooglePlace) -> None:
    assert place.file.book is not None
    place.file.book.max_cells = sum(each.n_rows * each.n_columns for each in place.file.book.sheets)

    with pytest.raises(
        WorkbookError, match="The spreadsheet is full: Google allows ten million cells"
    ):
        run(place)

    assert held(place) == {}


@pytest.mark.parametrize(
    "given",
    [
        "https://docs.google.com/spreadsheets/d/{id}/edit",
        "https://docs.google.com/spreadsheets/d/{id}/edit#gid=0",
        "https://docs.google.com/spreadsheets/u/1/d/{id}/edit?usp=sharing",
        "docs.google.com/spreadsheets/d/{id}",
        "{id}",
    ],
)
def test_a_link_does_as_well_as_an_id(given: str) -> None:
    id_ = "1Sle_EDNRq8PsQGzmskqQWIGnUT4epR-d9A-9gaJsrrQ"

    assert spreadsheet_id(given.format(id=id_)) == id_


@pytest.mark.parametrize(
    ("given", "tab"),
    [
        ("/edit", None),
        ("/edit#gid=0", 0),
        ("/edit?gid=12#gid=12", 12),
        ("/edit?usp=sharing&gid=7", 7),
        ("/edit#gid=12345678901", None),
        ("/edit#range=gid=5", None),
    ],
)
def test_a_link_may_name_a_tab(given: str, tab: int | None) -> None:
    assert tab_in_link(f"https://docs.google.com/spreadsheets/d/1Sle{given}") == tab


@pytest.mark.parametrize(
    "given", ["https://drive.google.com/drive/folders/1Sle_EDNRq8PsQGzmskqQWIGnUT4", "plan", "a b"]
)
def test_what_is_neither_is_said(given: str, tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_text(f'[workbook]\ngoogle = "{given}"\n', "utf-8")

    with pytest.raises(ConfigError, match="neither the link nor the ID of a Google spreadsheet"):
        load(path)


def test_a_blank_spreadsheet(server: Server, tmp_path: Path) -> None:
    place = GooglePlace(tmp_path, server)

    outcome = run(place)

    assert "missing-tab" in codes(outcome)
    assert place.stands("Sheet1", "A1") is None


def test_a_column_before_the_ids_and_a_title_above_the_headings(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        found = sheet(book)
        book.insert(found, "COLUMNS", 0, 1, before=False)
        book.insert(found, "ROWS", 0, 2, before=False)
        found.put(0, 0, Cell("What we spent"))

    run(place)

    assert place.stands("Expenses", "B6") == "E-3"
    assert place.stands("Expenses", "A1") == "What we spent"
    assert not run(place).changes.edits


def test_tabs_with_other_case_and_spaces(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        sheet(book).title = " expenses "

    run(place)

    assert place.stands(" expenses ", "A4") == "E-3"


def test_truth_values_in_columns_of_text(place: GooglePlace) -> None:
    with place.server.person(place.file) as book:
        sheet(book).put(1, 4, Cell(True))

    run(place)

    assert held(place)["E-1"]["description"]
    assert not run(place).changes.edits
