"""A workbook of the version before takes what is new: tabs, columns, and its indicators in their tab."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from budgettrack.core.records.model import Fields
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.group import ROWS, Group, Rows

WORK: list[Fields] = [
    {"id": "A-1", "activity": "Outreach", "start": "2026-01-01", "end": "2026-12-31"}
    | {"indicator": "Nights out", "target": "90", "achieved": "20"},
    {"id": "A-2", "activity": "Map", "start": "2026-01-01", "end": "2026-12-31"},
    {"id": "A-3", "activity": "Train", "start": "2026-01-01", "end": "2026-12-31"}
    | {"target": "12"},
]
DEADLINE: Fields = {"id": "D-1", "what": "Visit", "due": "2026-12-01"}
NEW_TABS = ("Indicators", "Agreements", "Narrative", "About us")
NEW_COLUMNS = {
    "Grants": ["Next step due", "Apply by", "Decision expected"],
    "Deadlines": ["Repeats", "Repeats until"],
}


def _headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1] if cell.value]


def _as_before(book: openpyxl.Workbook) -> None:
    """Make a workbook of the version before: without what came with this one."""
    for title in NEW_TABS:
        book.remove(book[title])
    for title, columns in NEW_COLUMNS.items():
        for heading in columns:
            book[title].delete_cols(_headings(book[title]).index(heading) + 1)


@pytest.fixture
def older(tmp_path: Path) -> Group:
    """A group whose workbook is of the version before."""
    folder = tmp_path
    rows: Rows = {**ROWS, "work_plan": WORK, "deadlines": [DEADLINE]}
    new_workbook(
        folder / "rows.xlsx",
        with_optional=frozenset({"indicator", "target", "achieved"}),
        rows=rows,
    )
    group = Group(folder, ROWS)
    (folder / "rows.xlsx").replace(group.path)
    group.edit(_as_before)
    return group


@pytest.fixture
def taken(older: Group) -> Group:
    """The same group, after its workbook has taken what is new."""
    for words in (("sync", "--yes"), ("init", "--add-tabs"), ("sync",)):
        assert older.run(*words).exit_code in (0, 3), words
    return older


def test_an_older_workbook_takes_tabs_and_columns_and_loses_nothing(older: Group) -> None:
    first = older.sync("--yes")
    said = " ".join(first.stderr.split())
    assert (
        "New in this version: Indicators, Agreements, Narrative, About us, Next step due (Grants),"
        " Apply by (Grants), Decision expected (Grants), Repeats (Deadlines), Repeats until"
        " (Deadlines)."
    ) in said
    places = [place for place, code in older.codes() if code == "indicator-in-work-plan"]
    assert places == ["'Work-plan'!L2", "'Work-plan'!M4"]
    before = older.held().records

    done = older.run("init", "--add-tabs")

    assert done.exit_code == 0, done.output
    assert "Added the tab Indicators." in done.stdout
    assert "Added the column Apply by to the tab Grants." in done.stdout
    second = older.sync()
    assert "New in this version" not in second.stderr
    assert (
        "Moved 2 indicators from Work-plan into the tab Indicators. Their columns in Work-plan are"
        " blank now: delete them if you like."
    ) in " ".join(second.stderr.split())
    held = older.held().records
    assert held["indicators"] == {
        "N-1": {"activity": "A-1", "indicator": "Nights out", "target": "90", "achieved": "20"},
        "N-2": {"activity": "A-3", "indicator": "Train", "target": "12"},
    }
    assert {
        name: rows
        for name, rows in held.items()
        if name not in ("indicators", "work_plan", "about")
    } == {
        name: rows
        for name, rows in before.items()
        if name not in ("indicators", "work_plan", "about")
    }
    book = openpyxl.load_workbook(older.path)
    rows = [row[:8] for row in book["Indicators"].iter_rows(2, 3, values_only=True)]
    assert rows == [
        ("N-1", "A-1", "Nights out", None, None, None, 90, 20),
        ("N-2", "A-3", "Train", None, None, None, 12, None),
    ]
    assert {cell.value for row in book["Work-plan"].iter_rows(2, 4, 12, 14) for cell in row} == {
        None
    }
    assert all(set(NEW_COLUMNS[title]) <= set(_headings(book[title])) for title in NEW_COLUMNS)
    assert "indicator-in-work-plan" not in {code for _, code in older.codes()}


def test_a_second_time_nothing_is_new(taken: Group) -> None:
    done = taken.run("init", "--add-tabs")
    assert done.stdout == "The workbook has every tab and column already.\n"
    assert taken.sync("--dry-run").stdout == "Nothing to do: workbook and register agree.\n"


def test_a_new_column_is_read_from_then_on(taken: Group) -> None:
    headings = _headings(openpyxl.load_workbook(taken.path)["Deadlines"])
    cells = {name: get_column_letter(headings.index(name) + 1) for name in headings}
    taken.set("Deadlines", f"{cells['Repeats']}2", "month")

    taken.sync()

    assert taken.held().records["deadlines"]["D-1"]["repeats"] == "month"


def test_the_columns_are_blank_and_may_be_deleted(taken: Group) -> None:
    taken.edit(lambda book: book["Work-plan"].delete_cols(12, 3))

    taken.sync()

    assert taken.held().records["work_plan"]["A-1"]["activity"] == "Outreach"
    assert len(taken.held().records["indicators"]) == 2
