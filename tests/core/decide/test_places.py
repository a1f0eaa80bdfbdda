"""Where each record stands in the sheet, also those that the sync adds."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.grids import Book, Grid, Room
from budgettrack.core.decide import RegisterState, Settings
from budgettrack.core.decide.merge import merge_tables
from budgettrack.core.decide.places import Places, places_of
from budgettrack.core.decide.read import read_sides
from budgettrack.core.records.model import Fields
from tests.world.tabs_of_ours import book, tab

SETTINGS = Settings("EUR", "en", date(2026, 11, 2))


def places(*grids: Grid, budget: dict[str, Fields] | None = None) -> Places:
    """The places after a sync with a register that holds these lines."""
    return places_in(book(*grids), budget or {})


def places_in(there: Book, budget: dict[str, Fields]) -> Places:
    held = RegisterState({"budget": budget}, {}, {})
    tables = merge_tables(read_sides(there, held, SETTINGS), held, SETTINGS)
    return places_of(tables.tables, there)


def line(amount: str) -> Fields:
    return {"grant": "G-1", "category": "Rent", "amount": amount}


def test_rows_that_are_added_go_into_the_blank_rows_and_then_below_all_content() -> None:
    budget = tab("Budget", "ID | Grant | Category | Amount\nB-1 | G-1 | Rent | 1")
    # Rows 3 and 4 are blank; somebody wrote a note into row 5.
    rows = [*budget.rows, [None, ""], [], [None, None, None, None, "A note of ours"], []]
    found = places(Grid("Budget", rows), budget={f"B-{n}": line(str(n)) for n in (2, 3, 4, 5)})

    assert found.row("budget", "B-1") == 1
    assert [found.row("budget", f"B-{n}") for n in (2, 3, 4, 5)] == [2, 3, 6, 7]
    assert found.row("budget", "B-9") is None
    assert found.row("expenses", "E-1") is None


def totalled(*lines: str, inserted: int = 0) -> Grid:
    """A budget with a total directly below its last line. Before that line, rows were inserted."""
    budget = tab("Budget", "\n".join(["ID | Grant | Category | Amount", *lines]))
    rows = [*budget.rows[:-1], *([[None, ""]] * inserted), budget.rows[-1]]
    return Grid("Budget", [*rows, [None, None, "Total", float(len(lines))]])


def test_rows_are_asked_for_where_a_total_leaves_no_room() -> None:
    new = {f"B-{n}": line("1") for n in (3, 4)}
    grid = totalled("B-1 | G-1 | Rent | 1", "B-2 | G-1 | Rent | 1")

    found = places(grid, budget=new)
    with_one = places(totalled("B-1 | G-1 | Rent | 1"), budget=new)

    assert found.room == (Room("Budget", 2, 2),)
    assert [found.row("budget", id_) for id_ in new] == [4, 5]
    assert with_one.room == ()  # the sum of one line alone would not grow
    assert places(grid).room == ()


def test_rows_that_were_inserted_are_filled_before_all_others() -> None:
    new = {f"B-{n}": line("1") for n in (3, 4, 5)}
    grid = totalled("B-1 | G-1 | Rent | 1", "B-2 | G-1 | Rent | 1", inserted=2)
    # The first row of all, the last line and a row that is filled are no room.
    there = replace(book(grid), room={"Budget": (0, 1, 2, 3, 4)})

    found = places_in(there, new)

    assert [found.row("budget", id_) for id_ in new] == [2, 3, 6]
    assert found.room == (Room("Budget", 4, 1),)


def test_a_finding_gets_the_cell_of_its_record_and_field() -> None:
    found = places(tab("Budget", "Amount | ID | Grant\n1 | B-1 | G-1\n2 | B-2 | G-1"))

    def cell(table: str, record: str, field: str) -> str:
        return found.locate(finding("missing-value", table, record, field)).place

    assert cell("budget", "B-2", "amount") == "'Budget'!A3"
    assert cell("budget", "B-2", "explanation") == "'Budget'!3"  # there is no such column
    assert cell("budget", "B-9", "amount") == "'Budget'!A"  # there is no such row
    assert cell("expenses", "E-1", "amount") == "E-1"  # there is no such tab


def test_a_finding_that_has_its_cell_keeps_it() -> None:
    found = places(tab("Budget", "ID | Amount\nB-1 | 1"))
    there = Finding("missing-value", "budget", "B-1", "amount", tab="Budget", row=7, column=7)

    assert found.locate(there) is there


def test_another_row_is_named_by_its_place_where_nobody_sees_its_id() -> None:
    heads, row = "Date | Budget line | Amount", "2026-01-05 | B-1 | 5"

    def other(headings: str, first: str) -> str:
        found = places(tab("Expenses", f"{headings}\n{first}"))
        (id_,) = found.rows["expenses"]
        located = found.locate(finding("possible-duplicate", "expenses", id_, "date", other=id_))
        return dict(located.values)["other"]

    assert other(f"ID | {heads}", f"E-1 | {row}") == "E-1"
    assert other(heads, row) == "'Expenses'!2"


def test_expenses_are_named_by_their_places_where_nobody_sees_their_ids() -> None:
    heads, row = "Date | Budget line | Amount", "2026-01-05 | B-1 | 5"
    budget = tab("Budget", "ID | Amount\nB-1 | 1")

    def named(headings: str, first: str) -> str:
        found = places(budget, tab("Expenses", f"{headings}\n{first}"))
        (id_,) = found.rows["expenses"]
        about = finding("nothing-available", "budget", "B-1", "amount", expenses=f"{id_}, …")
        return dict(found.locate(about).values)["expenses"]

    assert named(f"ID | {heads}", f"E-1 | {row}") == "E-1, …"
    assert named(heads, row) == "'Expenses'!2, …"


def test_findings_are_sorted_as_people_go_through_the_workbook() -> None:
    found = places(tab("Grants", "ID | Funder"), tab("Budget", "ID | Amount\nB-1 | 1"))
    cells = [
        ("Budget", 1, 1),
        ("Budget", 1, 0),
        ("Budget", None, 1),
        ("Grants", 9, 9),
        ("", None, None),
    ]

    located = [
        Finding("missing-value", tab=name, row=row, column=column) for name, row, column in cells
    ]
    assert sorted(located, key=found.order) == located[::-1]
