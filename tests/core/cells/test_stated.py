"""Every row of a workbook that is not blank has a stated fate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.cells.stated import StatedRow, StatedTab, stated_tabs
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import grid

PLAN = Shape("Plan", 2, {"description": "Item", "amount": "Amount"})


def tabs(*grids: Grid, own: frozenset[str] = frozenset(), **shapes: Shape) -> list[StatedTab]:
    stated, _ = stated_tabs(Book(grids), shapes, "en", "EUR", own)
    return stated


def fates(rows: tuple[StatedRow, ...]) -> list[str]:
    return [f"{row.number + 1} {row.fate} {row.reason}".strip() for row in rows]


def test_each_row_of_a_mapped_tab_has_its_fate() -> None:
    table = """
        Budget of the year |       |
        Item               | Amount | Note
        A. Staff           |        |
        Nurse              | 100    |
        Cook               | soon   |
        Total              | 100    | all paid
                           |        | prices of May
                           |        |
        Bus                | 7      |
    """
    (tab,) = tabs(grid(table, "Plan"), budget=PLAN)

    assert tab.tables == ("budget",)
    assert fates(tab.rows) == [
        "1 ignored above",
        "2 heading",
        "3 group heading",
        "4 record",
        "5 finding",
        "6 total",
        "7 ignored other-columns",
        "9 record",
    ]
    assert tab.rows[4].codes == ("amount-not-a-number",)


def test_a_row_with_a_warning_is_a_record() -> None:
    table = "Plan 2026\nItem|Amount\nNurse|100 =RAND()\nCook|50"
    (tab,) = tabs(grid(table, "Plan"), budget=PLAN)

    assert fates(tab.rows)[2:] == ["3 record", "4 record"]
    assert tab.rows[2].codes == ("volatile-formula",)


def test_a_total_stands_beside_our_sum_of_its_lines() -> None:
    table = "Plan 2026\nItem|Amount\nNurse|100.50\nCook|50\nTotal|150.50 =SUM(B3:B4)"
    (tab,) = tabs(grid(table, "Plan"), budget=PLAN)

    row = tab.rows[-1]
    (total,) = row.totals
    assert row.members == ((2, 3),)
    assert (total.says, total.ours, total.lines) == (Decimal("150.5"), Decimal("150.5"), 2)
    assert (total.first, total.last, total.verdict) == (2, 3, "ties")


@pytest.mark.parametrize(
    ("rows", "verdict", "ours"),
    [
        ("Nurse|100\nCook|50\nTotal|160", "differs", "150"),
        ("Nurse|100\nCook|5O0\nTotal|160", "unreadable", "100"),
        ("Nurse|100\nBus|soon\nCook|50\nTotal|150", "left-out", "150"),
        ("Bus|soon\nNurse|100\nCook|50\nTotal|150", "left-out", "150"),
        ("Nurse|100\nCook|50\nBus|soon\nTotal|150", "left-out", "150"),
        ("Total|150\nBus|soon\nNurse|100\nCook|50", "left-out", "150"),
        ("Total|150\nNurse|100\nCook|50\nBus|soon", "left-out", "150"),
        ("Nurse|100\nCook|50\nTotal|150\nBus|soon", "ties", "150"),
        ("Total|150\nNurse|100\nCook|50", "ties", "150"),
        ("Total|160\nNurse|100\nCook|50", "differs", "150"),
    ],
)
def test_a_total_that_does_not_tie_says_why(rows: str, verdict: str, ours: str) -> None:
    (tab,) = tabs(grid(f"Plan 2026\nItem|Amount\n{rows}", "Plan"), budget=PLAN)

    (total,) = (total for row in tab.rows for total in row.totals)
    assert (total.verdict, total.ours) == (verdict, Decimal(ours))


def test_a_total_that_differs_as_accepted_says_so() -> None:
    rows = "Nurse|100\nTotal|90\nCook|50\nTotal|160"
    (tab,) = tabs(
        grid(f"Plan 2026\nItem|Amount\n{rows}", "Plan"),
        budget=replace(PLAN, accepted={"amount": ("-10",)}),
    )

    totals = [total for row in tab.rows for total in row.totals]
    assert [total.verdict for total in totals] == ["accepted", "differs"]


def test_a_subtotal_sums_the_nearest_group_and_the_total_all_of_them() -> None:
    rows = "A|\nNurse|100\nSubtotal|100\nB|\nCook|30\nDriver|20\nSubtotal|50\nTotal|150"
    (tab,) = tabs(grid(f"Plan 2026\nItem|Amount\n{rows}", "Plan"), budget=PLAN)

    sums = [(row.number + 1, total.lines) for row in tab.rows for total in row.totals]
    assert sums == [(5, 1), (9, 2), (10, 3)]


def test_a_row_of_two_tables_has_one_fate() -> None:
    table = """
        Date       | What            | In  | Out
        2026-01-01 | Gift            | 500 |
        2026-01-03 | Bus             |     | 20
        2026-01-04 | Exchange        | 5   | 4
        2026-01-31 | Brought forward | 9   |
        Total      |                 | 505 | 24
    """
    shape = {"date": "Date", "description": "What", "amount": "Out"}
    income = {"date": "Date", "reference": "What", "amount": "In"}
    (tab,) = tabs(
        grid(table, "Cash"), expenses=Shape("Cash", 1, shape), income=Shape("Cash", 1, income)
    )

    assert fates(tab.rows) == [
        "1 heading",
        "2 record",
        "3 record",
        "4 record",
        "5 carried note",
        "6 total",
    ]
    assert [row.tables for row in tab.rows[1:4]] == [
        ("income",),
        ("expenses",),
        ("expenses", "income"),
    ]
    assert [total.ours for total in tab.rows[-1].totals] == [Decimal(24), Decimal(505)]


def test_rows_that_where_leaves_out_and_prepared_rows_are_ignored_for_a_reason() -> None:
    table = """
        Date       | What | Amount | Way
        2026-01-03 | Bus  | 20     | Out
        2026-01-04 | Gift | 500    | In
                   |      | 0 =E4  | Out
    """
    shape = Shape(
        "Cash", 1, {"date": "Date", "description": "What", "amount": "Amount"}, {"Way": "Out"}
    )
    (tab,) = tabs(grid(table, "Cash"), expenses=shape)

    assert fates(tab.rows) == ["1 heading", "2 record", "3 ignored where", "4 ignored prepared"]


def test_figures_in_the_columns_of_another_table_are_not_ours() -> None:
    below = "Item|Amount\nNurse|100\n|\nItem|Amount\nGift|50"
    (tab,) = tabs(
        grid(below, "Two"),
        budget=Shape("Two", 1, {"description": "Item", "amount": "Amount"}),
        resources=Shape("Two", 4, {"description": "Item", "value": "Amount"}),
    )
    assert fates(tab.rows)[:2] == ["1 heading", "2 record"]
    assert tab.rows[-1].tables == ("resources",)


def test_rows_that_the_config_does_not_name_are_ignored_for_a_reason() -> None:
    shape = Shape("Plan", 1, {"description": "Item", "amount": "Amount"}, rows=(2, 2))
    (tab,) = tabs(grid("Item|Amount\nNurse|100\nSigned by|7\nItem|Amount", "Plan"), budget=shape)
    assert fates(tab.rows) == ["1 heading", "2 record", "3 ignored rows", "4 ignored rows"]

    again = Shape("Plan", 1, {"description": "Item", "amount": "Amount"})
    (tab,) = tabs(grid("Item|Amount\nNurse|100\nItem|Amount\nCook|1", "Plan"), budget=again)
    assert fates(tab.rows) == ["1 heading", "2 record", "3 heading", "4 record"]


def test_tabs_of_the_tool_and_tabs_that_nobody_maps_are_not_read() -> None:
    notes, checks = grid("a\nb", "Notes"), grid("x|y", "Checks")
    own, unmapped = tabs(checks, notes, own=frozenset({"Checks"}))

    assert (own.reason, fates(own.rows)) == ("ours", ["1 not read ours"])
    assert unmapped.reason == "unmapped"
    assert fates(unmapped.rows) == ["1 not read unmapped", "2 not read unmapped"]


def test_the_tabs_of_several_months_have_their_own_row_numbers() -> None:
    jan = grid("Date|Item|Amount\n2026-01-05|rent|100\nTotal||100", "Jan")
    feb = grid("Date|Item|Amount\n2026-02-05|rent|200\nTotal||999", "Feb")
    headings = {"date": "Date", "description": "Item", "amount": "Amount"}
    first, second = tabs(jan, feb, expenses=Shape("Jan", headings=headings, tabs=("Jan", "Feb")))

    assert fates(first.rows) == fates(second.rows) == ["1 heading", "2 record", "3 total"]
    assert [total.verdict for total in (*first.rows[2].totals, *second.rows[2].totals)] == [
        "ties",
        "differs",
    ]


def test_who_pays_below_the_total_is_a_finding_and_no_record() -> None:
    table = "Item | Amount\nRent | 1000\nTotal | 1000\nOwn | 900\nFund | 100\nTotal | 1000"
    (tab,) = tabs(grid(table, "Plan"), budget=PLAN)

    assert [row.fate for row in tab.rows] == [
        "heading", "record", "total", "finding", "finding", "finding",
    ]  # fmt: skip
