"""What the config can say of a tab beside its headings."""

from __future__ import annotations

import pytest

from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

LINE = {"description": "Item", "amount": "Sum"}
SPENT = {"date": "Date", "amount": "Sum"}


def lines(shape: Shape, table: str) -> list[tuple[str, str]]:
    """Description and amount of each budget line of a tab `S`."""
    read = sheet(grid(table, "S"), shapes={"budget": shape})
    rows = read.tables["budget"].rows
    return [(row.fields.get("description", ""), row.fields["amount"]) for row in rows]


def days(shape: Shape, *cells: str, locale: str = "en_GB") -> list[str]:
    table = "Date|Sum\n" + "\n".join(f"{cell}|1" for cell in cells)
    read = sheet(grid(table, "S"), shapes={"expenses": shape}, locale=locale)
    return [row.fields.get("date", "") for row in read.tables["expenses"].rows]


def test_columns_are_known_by_their_letter() -> None:
    shape = Shape("S", headings={"description": "Item"}, columns={"amount": "c"})

    assert lines(shape, "Item|Sum|Sum\nPens|1|2\nCups|3|4") == [("Pens", "2"), ("Cups", "4")]


def test_without_headings_the_rows_begin_where_the_config_says() -> None:
    columns = {"description": "A", "amount": "B"}

    assert lines(Shape("S", columns=columns, rows=(1, 2)), "Pens|1\nCups|2\nInk|3") == [
        ("Pens", "1"),
        ("Cups", "2"),
    ]
    assert lines(Shape("S", columns=columns), "Any|thing\nPens|1") == [("Pens", "1")]
    assert lines(Shape("S", columns=columns, heading_row=2), "x|y\nAny|thing\nInk|1") == [
        ("Ink", "1")
    ]


def test_only_the_rows_of_the_range_are_read() -> None:
    assert lines(Shape("S", headings=LINE, rows=(3, 4)), "Item|Sum\nA|1\nB|2\nC|3\nD|4") == [
        ("B", "2"),
        ("C", "3"),
    ]


def test_nothing_is_read_from_the_text_on_with_which_something_else_begins() -> None:
    shape = Shape("S", headings=LINE, until="notes ")

    assert lines(shape, "Item|Sum\nA|1\nNotes|\nB|2") == [("A", "1")]


def test_a_text_that_is_nowhere_is_told_and_ends_nothing() -> None:
    shape = Shape("S", headings=LINE, until="Notes")
    read = sheet(grid("Item|Sum\nA|1\nB|2", "S"), shapes={"budget": shape})

    assert [row.fields["amount"] for row in read.tables["budget"].rows] == ["1", "2"]
    assert ("'S'!1", "Notes") in [
        (finding.place, dict(finding.values).get("heading")) for finding in read.findings
    ]


def test_what_is_typed_once_holds_for_the_rows_below_that_have_figures() -> None:
    shape = Shape("S", headings={"category": "Group", **LINE}, fill_down=("category", "unit"))
    table = "Group|Item|Sum\n|A|1\nStaff|B|2\n|C|3\n|only words|\nTravel|D|4\n|E|5\nTotal||15\n|F|6"
    read = sheet(grid(table, "S"), shapes={"budget": shape})
    rows = read.tables["budget"]

    assert [(row.fields["amount"], row.fields.get("category")) for row in rows.rows] == [
        ("1", None),
        ("2", "Staff"),
        ("3", "Staff"),
        ("4", "Travel"),
        ("5", "Travel"),
        ("6", None),
    ]
    # Nobody typed these cells, so nothing is written there.
    assert rows.protected == {(3, "category"), (6, "category")}


def test_dates_without_a_year_get_that_of_the_config() -> None:
    shape = Shape("S", headings=SPENT, year=2026)

    assert days(shape, "5 March", "06/03", "7.3.", "8-3") == [
        "2026-03-05",
        "2026-03-06",
        "2026-03-07",
        "2026-03-08",
    ]
    assert days(shape, "2025-01-02", "3 May 2024", "soon") == ["2025-01-02", "2024-05-03", ""]


@pytest.mark.parametrize(
    ("form", "typed", "day"),
    [
        ("DDMMYY", "50126", "2026-01-05"),
        ("MMDDYY", "10526", "2026-01-05"),
        ("YYYYMMDD", "20260105", "2026-01-05"),
        ("DDMMYYYY", "5012026", "2026-01-05"),
        ("DDMMYY", "991326", ""),
        ("DDMMYY", "1234567", ""),
        ("DDMMYY", "often", ""),
    ],
)
def test_dates_may_be_typed_as_numbers(form: str, typed: str, day: str) -> None:
    assert days(Shape("S", headings=SPENT, dates=form), typed) == [day]


def test_a_date_may_stand_in_several_columns() -> None:
    parts = {"year": "Y", "month": "M", "day": "D"}
    shape = Shape("S", headings={"amount": "Sum"}, date_parts=parts)
    table = "Y|M|D|Sum\n2026|March|5|1\n2026|3|6|2\n2026|2026-03-01|7|3\n2026|13|1|4\n2.5|3|1|5\n2026|3|1.5|6"
    read = sheet(grid(table, "S"), shapes={"expenses": shape})

    assert [row.fields.get("date") for row in read.tables["expenses"].rows] == [
        "2026-03-05",
        "2026-03-06",
        "2026-03-07",
        None,
        None,
        None,
    ]


def test_a_date_without_a_day_is_the_first_of_its_month() -> None:
    shape = Shape("S", headings={"amount": "Sum"}, date_parts={"month": "M"}, year=2026)
    read = sheet(grid("M|Sum\nMars|1\nx|2", "S"), shapes={"expenses": shape})

    assert [row.fields.get("date") for row in read.tables["expenses"].rows] == ["2026-03-01", None]


def test_a_part_of_a_date_without_its_column_is_told() -> None:
    shape = Shape("S", headings={"amount": "Sum"}, date_parts={"year": "Y", "month": "M"})
    read = sheet(grid("M|Sum\n3|1", "S"), shapes={"expenses": shape})

    assert "date" in read.tables["expenses"].missing
    assert ("'S'!1", "Y") in [
        (finding.place, dict(finding.values).get("heading")) for finding in read.findings
    ]


def test_one_column_with_both_signs_is_two_tables_and_its_total_that_of_both() -> None:
    out = Shape("S", headings=SPENT, amounts="negative", turned=("amount",))
    came = Shape("S", headings=SPENT, amounts="positive")
    table = "Date|Sum\n2026-01-05|100\n2026-01-06|-30\n2026-01-07|0\n2026-01-08|EUR -20\nTotal|50"
    read = sheet(grid(table, "S"), shapes={"expenses": out, "income": came})

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["30", "20"]
    assert [row.fields["amount"] for row in read.tables["income"].rows] == ["100", "0"]
    assert found(read, "total-does-not-match") == []

    wrong = sheet(
        grid(table.replace("Total|50", "Total|60"), "S"),
        shapes={"expenses": out, "income": came},
    )
    assert [place for place, _ in found(wrong, "total-does-not-match")] == ["'S'!B6"]


def test_the_result_below_both_signs_is_not_counted_in_silence() -> None:
    headings = {"date": "Date", "description": "What", "amount": "Sum"}
    out = Shape("S", headings=headings, amounts="negative", turned=("amount",))
    in_income = {"date": "Date", "reference": "What", "amount": "Sum"}
    came = Shape("S", headings=in_income, amounts="positive")
    table = "Date|What|Sum\n2026-01-05|Gift|100\n2026-01-06|Rent|-30\n2026-01-07|Pens|-20\n"

    surplus = sheet(
        grid(f"{table}2026-01-31|Net|50", "S"), shapes={"expenses": out, "income": came}
    )
    assert [place for place, _ in found(surplus, "may-be-total")] == ["'S'!C5"]
    deficit = sheet(
        grid(f"{table}2026-01-08|Van|-60\n2026-01-31|Net|-10", "S"),
        shapes={"expenses": out, "income": came},
    )
    assert [place for place, _ in found(deficit, "may-be-total")] == ["'S'!C6"]


def test_what_stands_below_a_total_has_no_day_of_the_payments_above() -> None:
    headings = {"date": "When", "description": "What", "amount": "Sum"}
    table = "When|What|Sum\n2026-01-03|Bus|1\n|Tea|2\n|Total|3\n|Advance|5\n2026-02-01|Pen|4"
    shape = Shape("S", headings=headings, fill_down=("date",))
    read = sheet(grid(table, "S"), shapes={"expenses": shape})

    assert [row.fields.get("date") for row in read.tables["expenses"].rows] == [
        "2026-01-03",
        "2026-01-03",
        None,
        "2026-02-01",
    ]
    assert [place for place, _ in found(read, "missing-value")] == ["'S'!A5"]


def test_blocks_of_a_tab_are_one_table() -> None:
    staff = Shape("S", headings={"description": "Who", "amount": "Pay"}, heading_row=1)
    travel = Shape("S", headings={"description": "Trip", "amount": "Fare"}, heading_row=5)
    table = "Who|Pay\nCook|100\nTotal|100\nTravel|\nTrip|Fare\nBus|20\nTotal|20"
    whole = Shape("S", headings=staff.headings, heading_row=1, more=(travel,))
    read = sheet(grid(table, "S"), shapes={"budget": whole})

    rows = read.tables["budget"]
    assert [row.fields["description"] for row in rows.rows] == ["Cook", "Bus"]
    assert rows.missing.isdisjoint({"description", "amount"})
    assert not rows.writable


def test_a_row_of_headings_that_moved_is_found_again() -> None:
    travel = Shape("S", headings={"description": "Trip", "amount": "Fare"}, heading_row=3)

    assert lines(travel, "x|y\nx|y\nx|y\nTrip|Fare\nBus|20") == [("Bus", "20")]


def test_a_star_is_every_tab_with_the_headings_and_a_number_is_a_place() -> None:
    grids = [
        grid("Item|Sum\nA|1", "One"),
        grid("Other|Sum\nB|2", "Two"),
        grid("Item|Sum\nC|3", "X"),
    ]

    def read(shape: Shape) -> list[str]:
        tables = sheet(*grids, shapes={"budget": shape}).tables
        return [row.fields["amount"] for row in tables["budget"].rows] if tables else []

    assert read(Shape("*", headings=LINE, tabs=("*",))) == ["1", "3"]
    assert read(Shape("#3", headings=LINE)) == ["3"]
    assert read(Shape("#9", headings=LINE)) == []


def test_blocks_in_tabs_of_months_are_read_once() -> None:
    feb = Shape("Feb", headings=LINE)
    whole = Shape("Jan", headings=LINE, more=(feb,))
    tabs = [grid("Item|Sum\nA|1", "Jan"), grid("Item|Sum\nA|2", "Feb")]
    rows = sheet(*tabs, shapes={"budget": whole}).tables["budget"].rows

    assert [row.fields["amount"] for row in rows] == ["1", "2"]


def test_a_day_that_is_typed_once_does_not_make_a_line_of_a_total() -> None:
    headings = {"date": "When", "description": "What", "amount": "Sum"}
    table = (
        "When|What|Sum\n2026-01-03|Bus|1\n|Tea|2\n||3\n|Total|3\n|Saldo|9\n2026-02-01|Pen|4\n|Ink|5"
    )
    shape = Shape("S", headings=headings, fill_down=("date",))
    rows = sheet(grid(table, "S"), shapes={"expenses": shape}).tables["expenses"].rows

    assert [(row.fields["amount"], row.fields.get("date")) for row in rows] == [
        ("1", "2026-01-03"),
        ("2", "2026-01-03"),
        ("4", "2026-02-01"),
        ("5", "2026-02-01"),
    ]
