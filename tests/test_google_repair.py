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


COLUMNS: list[Entered | None] = [ID, text("What"), text("Line"), text("Receipt")]
X_7, WORKSHOP, FLYERS, LINE = text("X-7"), text("workshop"), text("flyers"), text("B-1")
R_5, R_9 = text("R-5"), text("R-9")


def _faults(
    image: dict[int, list[Entered | None]], now: dict[int, list[Entered | None]]
) -> set[tuple[object, ...]]:
    """What a repair still owes that gave its ID and a text back to a row without them, which has
    the line B-1 and the receipt R-5."""
    row = RowWrite(1, None, [Put(0, None, X_7), Put(1, None, WORKSHOP)], {2: LINE, 3: R_5})
    texts = dict(enumerate(COLUMNS))
    tab = TabWrite(SHEET, COPY, 0, texts, 0, [0, 1, 2, 3], [row], ID, texts, whole=True)
    state = Spreadsheet(
        sheets=[tab_of(SHEET, {0: COLUMNS, **now}), tab_of(COPY, {0: COLUMNS, **image})]
    )
    faults = still_owed(Write(1, [tab], repairs=True), state)
    assert faults.lost == []
    return {(owed.row, *owed.cells) for owed in faults.cells}


def test_another_row_without_an_id_that_moved_to_the_place_gets_all_its_cells_back() -> None:
    """The rows have half of their other cells alike: the line, and not the receipt."""
    other: list[Entered | None] = [None, FLYERS, LINE, R_9]
    ours: list[Entered | None] = [None, None, LINE, R_5]

    assert _faults({1: other, 2: ours}, {1: [X_7, WORKSHOP, LINE, R_9], 2: ours}) == {
        (1, Put(0, X_7, None), Put(1, WORKSHOP, FLYERS)),
        (2, Put(0, None, X_7), Put(1, None, WORKSHOP)),
    }


def test_a_newer_text_in_the_right_row_stays_and_its_id_too() -> None:
    other: list[Entered | None] = [None, FLYERS, LINE, R_9]

    assert _faults(
        {1: [None, text("newer"), LINE, R_5], 2: other},
        {1: [X_7, WORKSHOP, LINE, R_5], 2: other},
    ) == {(1, Put(1, WORKSHOP, text("newer")))}
