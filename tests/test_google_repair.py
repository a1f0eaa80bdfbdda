"""A repair that went astray: what it overwrote is found again in its answer."""

from __future__ import annotations

from budgettrack.workbook.google.cells import Entered, Spreadsheet, tab_of
from budgettrack.workbook.google.repair import still_owed
from budgettrack.workbook.google.write import Put, RowWrite, TabWrite, Write

SHEET, COPY = 2, 9


def text(words: str) -> Entered:
    return Entered(stringValue=words)


ID, SEVEN, NINE = text("ID"), text("B-7"), text("B-9")
HEADINGS = [ID, text("What")]
FOOD, RENT = [text("food"), text("rent")]


def test_a_heading_that_a_repair_overwrote_is_put_back() -> None:
    """The repair writes in the column of IDs alone: B-7 over B-9. Somebody inserted a row above all
    just before, so it wrote over the heading. The other headings tell which row that is."""
    row = RowWrite(1, NINE, [Put(0, NINE, SEVEN)], {1: FOOD})
    tab = TabWrite(SHEET, COPY, 0, {0: ID}, 0, [0, 1], [row], ID, {1: HEADINGS[1]}, whole=True)
    copy = tab_of(COPY, {1: HEADINGS, 2: [NINE, FOOD], 3: [text("B-8"), RENT]})
    now = tab_of(SHEET, {1: [SEVEN, HEADINGS[1]], 2: [NINE, FOOD], 3: [text("B-8"), RENT]})

    faults = still_owed(Write(1, [tab], repairs=True), Spreadsheet(sheets=[now, copy]))

    assert faults.lost == []
    assert {(owed.row, *owed.cells) for owed in faults.cells} == {
        (1, Put(0, SEVEN, ID)),
        (2, Put(0, NINE, SEVEN)),
    }
