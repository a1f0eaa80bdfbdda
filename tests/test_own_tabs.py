"""Tabs of the tool are known by a mark, never by a name: a tab of people is never written."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from budgettrack.core.own_tabs import mark_of
from budgettrack.core.records.tables import CHECKS, KEPT_EDITS, SUMMARY
from budgettrack.workbook.google import write
from budgettrack.workbook.google.cells import Entered, Spreadsheet, blank_tab
from budgettrack.workbook.xlsx.layout import new_workbook
from budgettrack.workbook.xlsx.package import TAB_MARK
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell, Sheet
from tests.world.group import Group
from tests.world.needs import needed
from tests.world.opened import synced
from tests.world.places import GooglePlace, Place, Typed, XlsxPlace
from tests.world.small_plan import AT, TODAY, by_hand, small_plan

CHEQUES: list[list[Typed]] = [
    ["No.", "Paid to", "Sum"],
    [101, "the landlord", 450],
    [102, "the printer", 80],
]


@pytest.fixture(params=["xlsx", pytest.param("google", marks=pytest.mark.google_http)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with contextlib.ExitStack() as opened:
        if request.param == "xlsx":
            yield XlsxPlace(tmp_path)
        else:
            yield GooglePlace(tmp_path, opened.enter_context(Server()))


def sync(place: Place) -> None:
    synced(place.config, TODAY, AT, workbook=place.workbook())


def add_tab(place: Place, title: str, rows: list[list[Typed]]) -> None:
    """Somebody adds a tab."""
    if isinstance(place, GooglePlace):
        with place.server.person(place.file) as online:
            sheet = Sheet(900 + len(online.sheets), title, 50, 20)
            online.sheets.append(sheet)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    sheet.put(row, column, Cell(value))  # type: ignore[arg-type]
        return
    assert isinstance(place, XlsxPlace)
    book = openpyxl.load_workbook(place.path)
    made = book.create_sheet(title)
    for values in rows:
        made.append(values)
    book.save(place.path)


def rename(place: Place, old: str, new: str) -> None:
    """Somebody gives a tab another name."""
    if isinstance(place, GooglePlace):
        with place.server.person(place.file) as online:
            sheet = online.titled(old)
            assert sheet is not None
            sheet.title = new
        return
    assert isinstance(place, XlsxPlace)
    book = openpyxl.load_workbook(place.path)
    book[old].title = new
    book.move_sheet(new, -2)
    book.save(place.path)


def take_marks_away(place: Place) -> None:
    """The workbook as the version before left it: it has a mark, its tabs have none."""
    if isinstance(place, GooglePlace):
        with place.server.person(place.file) as online:
            for sheet in online.sheets:
                sheet.metadata.clear()
        return
    assert isinstance(place, XlsxPlace)
    book = openpyxl.load_workbook(place.path)
    for tab in book.worksheets:
        tab.defined_names.pop(TAB_MARK, None)
    book.save(place.path)


def tabs(place: Place) -> dict[str, list[list[object]]]:
    return {
        grid.tab: [[value for value in cells if value is not None] for cells in grid.rows]
        for grid in place.workbook().read().grids
    }


@pytest.mark.slow
@pytest.mark.parametrize("title", [SUMMARY, CHECKS, "checks"])
def test_a_tab_of_people_is_never_written_whatever_its_name(place: Place, title: str) -> None:
    small_plan(place)
    add_tab(place, title, CHEQUES)

    sync(place)
    by_hand(place, "E-1", amount="12.00")
    sync(place)

    now = tabs(place)
    ours = SUMMARY if title == SUMMARY else CHECKS
    assert now[title] == CHEQUES
    assert f"{ours} (budgettrack)" in now
    assert now[f"{ours} (budgettrack)"][0][0] != "No."


def test_our_tabs_are_found_again_whatever_people_call_them(place: Place) -> None:
    small_plan(place)
    sync(place)
    rename(place, CHECKS, "What is wrong")
    rename(place, SUMMARY, "Where we stand")
    add_tab(place, CHECKS, CHEQUES)

    by_hand(place, "E-1", amount="5000.00")
    sync(place)
    before = tabs(place)
    sync(place)

    assert before == tabs(place)
    assert before[CHECKS] == CHEQUES
    assert [title for title in before if title not in ("Grants", "Budget", "Expenses")] == [
        title for title in before if title in ("What is wrong", "Where we stand", CHECKS)
    ]
    assert any("overspent" in str(row) for row in before["What is wrong"])


def test_tabs_of_the_version_before_are_known_by_what_stands_in_them(place: Place) -> None:
    small_plan(place)
    sync(place)
    take_marks_away(place)

    by_hand(place, "E-1", amount="12.00")
    sync(place)

    assert {*tabs(place)} == {"Grants", "Budget", "Expenses", SUMMARY, CHECKS}
    book = place.workbook().read()
    assert {grid.mark for grid in book.grids} == {
        "",
        mark_of("summary", SUMMARY),
        mark_of("checks", CHECKS),
    }


def test_a_tab_of_the_version_before_with_something_typed_beside_it_is_left_alone(
    place: Place,
) -> None:
    small_plan(place)
    sync(place)
    take_marks_away(place)
    place.type(CHECKS, "D2", "ask the bank")

    by_hand(place, "E-1", amount="5000.00")
    sync(place)

    assert place.stands(CHECKS, "D2") == "ask the bank"
    assert f"{CHECKS} (budgettrack)" in tabs(place)


def test_the_tabs_of_a_new_workbook_bear_the_mark(tmp_path: Path) -> None:
    new_workbook(tmp_path / "plan.xlsx")

    grids = ExcelWorkbook(tmp_path / "plan.xlsx").read().grids

    marked = {grid.tab: grid.mark for grid in grids if grid.mark}
    assert marked == {SUMMARY: "summary Summary", CHECKS: "checks Checks"}


def test_a_chart_with_our_name_is_left_alone(tmp_path: Path) -> None:
    place = XlsxPlace(tmp_path)
    small_plan(place)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(place.path)["Grants"]]
    with xlsxwriter.Workbook(str(place.path)) as book:
        for number, row in enumerate(rows):
            if number == 0:
                grants = book.add_worksheet("Grants")
            grants.write_row(number, 0, row)
        book.add_chartsheet(CHECKS).set_chart(bars := book.add_chart({"type": "column"}))
        bars.add_series({"values": "=Grants!$A$1:$A$2"})

    sync(place)

    with zipfile.ZipFile(place.path) as archive:
        listed = re.findall(r'<sheet [^>]*name="([^"]*)"', archive.read("xl/workbook.xml").decode())
    assert listed == ["Grants", CHECKS, SUMMARY, f"{CHECKS} (budgettrack)"]


@pytest.mark.office
def test_the_mark_survives_libreoffice(tmp_path: Path) -> None:
    place = XlsxPlace(tmp_path)
    small_plan(place)
    sync(place)
    needed("office")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    form = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved"]
    command = ["soffice", profile, "--headless", *form, "plan.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(tmp_path / "saved" / "plan.xlsx", place.path)

    grids = place.workbook().read().grids

    assert {grid.tab: grid.mark for grid in grids if grid.mark} == {
        SUMMARY: "summary Summary",
        CHECKS: "checks Checks",
    }


@pytest.mark.google_http
@pytest.mark.parametrize("title", [write.HIDDEN, f"{write.HIDDEN} 2", KEPT_EDITS])
def test_a_tab_of_people_with_the_name_of_a_hidden_one_stays(tmp_path: Path, title: str) -> None:
    with Server() as server:
        place = GooglePlace(tmp_path, server)
        small_plan(place)
        add_tab(place, title, CHEQUES)

        sync(place)
        by_hand(place, "E-1", amount="12.00")
        sync(place)
        place.workbook().forget()

        assert tabs(place)[title] == CHEQUES
        assert place.file.book is not None
        hidden = [sheet.title for sheet in place.file.book.sheets if sheet.properties.get("hidden")]
        assert hidden == []


def test_a_tab_named_kept_edits_takes_no_edit_of_ours() -> None:
    lost = [write.Lost("Expenses", "Amount", Entered(numberValue=5.0))]
    theirs = Spreadsheet(sheets=[blank_tab(3, KEPT_EDITS)])
    ours = Spreadsheet(sheets=[blank_tab(3, KEPT_EDITS), blank_tab(4, "Put aside", "kept")])

    made = write.requests(write.Write(9), theirs, (), lost)
    again = write.requests(write.Write(9), ours, (), lost)

    added = [each["addSheet"]["properties"]["title"] for each in made if "addSheet" in each]
    assert added == [write.HIDDEN, f"{KEPT_EDITS} (budgettrack)"]
    assert [each["appendCells"]["sheetId"] for each in again if "appendCells" in each] == [4]


def test_a_row_of_checks_is_as_high_as_its_words(tmp_path: Path) -> None:
    """The address of a cell and the date on which it was first seen fit into one line."""
    expense = {
        "id": "E-1",
        "date": "2026-03-05",
        "amount": "3",
        "currency": "coins",
        "state": "paid",
    }
    group = Group(tmp_path, {"expenses": [expense]})
    said = group.run("sync", "--on", "2026-11-02").output
    sheet = openpyxl.load_workbook(group.path)["Checks"]
    found = [row for row in sheet.iter_rows(5) if row[5].value]

    assert "Type its three letters, such as EUR, GBP or USD." in [row[3].value for row in found], (
        said
    )
    for row in found:
        lines = max(
            -(-len(str(cell.value or "")) // width)
            for cell, width in zip(row[1:4], (32, 48, 48), strict=True)
        )
        assert (sheet.row_dimensions[row[0].row or 0].height or 15) == 15 * lines
