"""Rows of totals are no records, and are held against what they sum."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import expenses, found, grid, ids, sheet


def test_blank_total_and_title_rows_are_passed_over() -> None:
    read = sheet(
        grid(
            """
        ID      | Date       | Budget line | Description   | Amount | Currency | State
        Staff   |            |             |               |        |          |
        E-1     | 2026-01-05 | B-1         | Total station | 100    | EUR      | paid
                |            |             |               |        |          |
                |            |             | Sub-total     | 100    | EUR      |
        E-2     | 2026-01-05 | B-1         | Total         | 50     | EUR      | paid
                |            |             |               | 150 =SUM(E3:E6) | |
                |            |             | Total Staff:  | 150    |          |
        TOTAL   |            |             |               | 150    |          |
    """,
            merged=((1, 0, 1, 4),),
        )
    )
    assert ids(read.tables["expenses"]) == ["E-1", "E-2"]
    assert found(read) == []


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTALS", "Sub-total", "subtotal:", "Sub total", "Grand total", "Sum", "total project", "Total 2026", "_Total",
     "Project total", "Total général", "Sous-total", "Suma", "Soma", "Total geral", "Summe", "Gesamtsumme", "Zwischensumme",
     "Insgesamt", "المجموع", "الإجمالي", "المجموع الكلي", "المجموع الفرعي"],
)  # fmt: skip
def test_labels_of_totals(label: str) -> None:
    for place in ("{} |  |  | 10 | ", " |  | {} | 10 | ", " |  |  | 10 | {}"):
        read = expenses(
            "ID | Date | Description | Amount | Their notes\nE-1 | 2026-01-05 | x |"
            f" 10\n{place.format(label)}"
        )
        assert ids(read) == ["E-1"], place


@pytest.mark.parametrize(
    "label",
    ["Summer camp", "Totally new chairs", "Sum up workshop", "Some paint", "Resume printing"],
)
def test_words_that_only_look_like_totals(label: str) -> None:
    assert ids(expenses(f"ID | Date | Description | Amount\n | | {label} | 10")) == [""]


def test_something_bought_that_is_called_total_is_a_record_until_a_formula_says_otherwise() -> None:
    heads = "ID | Date | Description | Amount"
    assert ids(expenses(f"{heads}\n | | Total station hire | 10")) == [""]
    assert ids(expenses(f"{heads}\n | | Total station hire | 10 =D9+D8")) == []
    assert ids(expenses(f"{heads}\n | | Total staff costs | ")) == [""]
    assert ids(expenses(f"{heads}\n | | Total staff costs | 10")) == []


def budget_totals(rows: str) -> list[tuple[str, str]]:
    return found(
        sheet(grid(f"ID | Grant | Category | Amount | 2026-01\n{rows}", "Budget")),
        "total-does-not-match",
    )


def test_totals_that_tie_out() -> None:
    assert (
        budget_totals("""
        B-1       | G-1 | Staff  | 100 | 10
        B-2       | G-1 | Staff  | 50.10 | 20
        Sub-total |     |        | 150.1 =SUM(D2:D3) | 30
        B-3       | G-1 | Travel | 25  | 5
        Sub-total |     |        | 25  | 5
        Total     |     |        | 175.10000000000002 | 35
        B-4       | G-1 | Fee    | 17.51 | 1
        Grand total |   |        | 192.61 | 36
    """)
        == []
    )


def test_totals_that_do_not_tie_out() -> None:
    words = "or a formula that adds them up."
    assert budget_totals("""
        B-1       | G-1 | Staff  | 100 | 10
        B-2       | G-1 | Staff  | 50  | 20
        Sub-total |     |        | 150 | 31
        B-3       | G-1 | Travel | 25  | 5
        Sub-total |     |        | 24  | 5
        Total     |     |        | 150.01 | 35
    """) == [
        ("'Budget'!E4", f"total-does-not-match: This total is 31, but its rows sum to 30. If the rows are right, type 30, {words}"),
        ("'Budget'!D6", f"total-does-not-match: This total is 24, but its rows sum to 25. If the rows are right, type 25, {words}"),
        ("'Budget'!D7", f"total-does-not-match: This total is 150.01, but its rows sum to 175. If the rows are right, type 175, {words}"),
    ]  # fmt: skip


def test_a_grand_total_on_a_wrong_total_is_not_reported_again() -> None:
    assert [
        place
        for place, _ in budget_totals("""
        B-1   | G-1 | Staff | 100 |
        Total |     |       | 90  |
        B-2   | G-1 | Fee   | 9   |
        TOTAL |     |       | 99  |
    """)
    ] == ["'Budget'!D3"]


def test_a_total_over_what_cannot_be_read_or_added_is_not_judged() -> None:
    assert budget_totals("B-1 | G-1 | Staff | 1O0 | 1\nTotal | | | 100 | 1") == []
    read = sheet(
        grid("ID|Date|Amount|Currency\nE-1|2026-01-05|10|EUR\nE-2|2026-01-05|10|USD\nTotal||19|")
    )
    assert found(read) == []


def test_a_total_that_adds_several_currencies_is_told() -> None:
    rows = "E-1|2026-01-05|10|EUR\nE-2|2026-01-05|10|USD\nTotal||20|"

    assert found(sheet(grid(f"ID|Date|Amount|Currency\n{rows}"))) == [
        (
            "'Expenses'!C4",
            "total-of-currencies: This total adds amounts in several currencies as if they were"
            " one. Type a total for each currency, or convert the amounts first.",
        )
    ]


def test_a_sum_with_an_id_and_no_label_is_a_line_of_our_own_tab() -> None:
    budget = sheet(
        grid(
            "ID | Grant | Category | Amount\nB-1 | G-1 | Staff | 100\nB-2 | G-1 | Staff | 50\n"
            "B-3 | G-1 | Fee | 150 =SUM(D2:D3)",
            "Budget",
        )
    ).tables["budget"]

    assert ids(budget) == ["B-1", "B-2", "B-3"]


@pytest.mark.parametrize(("total", "places"), [(70, []), (130, []), (100, ["'Expenses'!C4"])])
def test_a_total_may_subtract_refunds_or_not(total: int, places: list[str]) -> None:
    spent = sheet(
        grid(
            "ID | Date | Amount | State\nE-1 | 2026-01-05 | 100 | paid\n"
            f"E-2 | 2026-01-06 | 30 | refunded\nTotal | | {total} |"
        )
    )

    assert [place for place, _ in found(spent, "total-does-not-match")] == places


def test_where_a_mapped_table_has_no_figures_one_filled_cell_is_a_row() -> None:
    shape = {"deadlines": Shape("Dates", headings={"what": "What", "due": "When"})}
    dates = sheet(grid("What | When\nReport | 2026-04-30\nAudit |", "Dates"), shapes=shape).tables[
        "deadlines"
    ]

    assert [dict(row.fields) for row in dates.rows] == [
        {"what": "Report", "due": "2026-04-30"},
        {"what": "Audit"},
    ]


def test_a_formula_whose_figure_is_not_the_sum_of_its_own_rows_is_told() -> None:
    table = """
        ID  | Date       | Description | Amount
        E-1 | 2026-01-05 | Tea         | 10
        E-2 | 2026-01-06 | Rent        | 20
            |            | Total       | 99 =SUM(D2:D3)
    """
    ((place, _),) = found(sheet(grid(table)), "total-does-not-match")
    assert place == "'Expenses'!D4"


def test_a_step_of_an_outline_is_held_against_the_rows_below_it() -> None:
    table = """
        Item           | Budget
        A Programme    | 350
        A.1 Outreach   | 300
        A.1.1 Kits     | 200
        A.1.2 Tea      | 100
        A.2 Press      | 50
        B Office       | 20
        Total          | 370
    """
    headings = {"description": "Item", "amount": "Budget"}
    shape = Shape("Plan", headings=headings, constant={"grant": "G-1"})
    read = sheet(grid(table, "Plan"), shapes={"budget": shape})

    assert found(read, "total-does-not-match", "may-be-total") == []
    assert [row.fields["amount"] for row in read.tables["budget"].rows] == [
        "200",
        "100",
        "50",
        "20",
    ]


BOOK = {
    "expenses": Shape("B", headings={"date": "Date", "description": "Text", "amount": "Out"}),
    "income": Shape("B", headings={"date": "Date", "reference": "Text", "amount": "In"}),
}


def book(rows: str) -> list[str]:
    """The codes of the findings about a cash book."""
    return [text.split(":")[0] for _, text in found(sheet(grid(rows, "B"), shapes=BOOK))]


@pytest.mark.parametrize(
    ("totals", "codes"),
    [
        ("|Total|560|12", ["carried-not-counted"]),
        ("|Total|60|12", ["carried-not-counted"]),
        ("|Total|561|12", ["carried-not-counted", "total-does-not-match"]),
        ("|Total January|560|12\n2026-02-01|Dues|7|\n|Total|567|12", ["carried-not-counted"]),
    ],
)
def test_a_total_may_include_the_money_with_which_a_cash_book_begins(
    totals: str, codes: list[str]
) -> None:
    rows = f"Date|Text|In|Out\n|b/f|500|\n2026-01-03|Dues|60|\n2026-01-09|Bus||12\n{totals}"

    assert book(rows) == codes


def test_a_sum_that_is_carried_later_is_no_opening_balance() -> None:
    rows = "Date|Text|In|Out\n2026-01-03|Dues|60|\n|b/f|500|\n|Total|560|"

    assert book(rows) == ["total-does-not-match"]


PLAN = {"budget": Shape("P", headings={"description": "Item", "amount": "Sum"})}


@pytest.mark.parametrize(
    ("formula", "says", "codes"),
    [
        # Somebody struck out the band, and left it out of the total.
        ("=B2+B4", 850, ["total-does-not-match"]),
        ("=B2+B3+B4", 1650, []),
    ],
)
def test_a_total_that_leaves_out_a_line_between_its_own_does_not_match(
    formula: str, says: int, codes: list[str]
) -> None:
    rows = f"Item|Sum\nHall|500\nBand|800\nFood|350\nTotal|{says} {formula}"
    read = sheet(grid(rows, "P"), shapes=PLAN)

    assert [text.split(":")[0] for _, text in found(read)] == codes


def test_lines_may_belong_to_two_totals_in_turn() -> None:
    rows = "Item|Sum\nHall|1\nBand|2\nFood|4\nBus|8\nTotal A|5 =B2+B4\nTotal B|10 =B3+B5"

    assert found(sheet(grid(rows, "P"), shapes=PLAN)) == []


@pytest.mark.parametrize("total", [14, 134])
def test_a_total_may_have_what_does_not_count_because_its_state_is_not_known(total: int) -> None:
    headings = {"date": "Date", "description": "Text", "amount": "Sum", "state": "State"}
    rows = (
        f"Date|Text|Sum|State\n2026-01-03|Bus|4|paid\n2026-01-04|Inn|120|cancelled\n"
        f"2026-01-05|Pen|10|paid\n|Total|{total}|"
    )
    read = sheet(grid(rows, "B"), shapes={"expenses": Shape("B", headings=headings)})

    assert [text.split(":")[0] for _, text in found(read)] == ["choice-unknown"]


ITEMS = Shape("Plan", 1, {"description": "Item", "amount": "Amount"})


def differing(rows: str, *accepted: str, tabs: int = 1) -> list[str]:
    """The totals that do not match, in as many tabs with these rows."""
    names = [f"Plan {number}" for number in range(1, tabs + 1)]
    shape = replace(ITEMS, tabs=tuple(names), accepted={"amount": accepted} if accepted else {})
    grids = [grid(f"Item|Amount\n{rows}", name) for name in names]
    return [
        f"{place} {words.partition(': ')[2].partition(' If')[0]}"
        for place, words in found(sheet(*grids, shapes={"budget": shape}), "total-does-not-match")
    ]


@pytest.mark.parametrize(
    ("rows", "accepted", "told"),
    [
        ("Pens|10\nCups|20\nTotal|27.5", ["-2.5"], []),
        # Rows that came since then change nothing while the difference is the same.
        ("Pens|10\nCups|20\nInk|5\nTotal|32.5", ["-2.5"], []),
        ("Pens|10\nCups|20\nTotal|27.4", ["-2.5"], ["'Plan 1'!B4 This total is 27.4, but its rows sum to 30."]),
        ("Pens|10\nCups|20\nTotal|32.5", ["-2.5"], ["'Plan 1'!B4 This total is 32.5, but its rows sum to 30."]),
        ("Pens|10\nCups|20\nTotal|30", ["-2.5"], []),
        ("A|\nPens|10\nSubtotal|11\nB|\nCups|20\nSubtotal|21", ["1"], ["'Plan 1'!B7 This total is 21, but its rows sum to 20."]),
        ("A|\nPens|10\nSubtotal|11\nB|\nCups|20\nSubtotal|21", ["1", "1.00"], []),
    ],
)  # fmt: skip
def test_a_total_that_differs_as_accepted_is_no_finding(
    rows: str, accepted: list[str], told: list[str]
) -> None:
    assert differing(rows, *accepted) == told


def test_a_difference_of_one_month_is_not_accepted_in_another() -> None:
    rows = "Item|2026-01|2026-02\nPens|10|10\nTotal|12|12"
    shape = Shape("Plan", 1, {"description": "Item"}, accepted={"2026-02": ("2",)})

    told = found(sheet(grid(rows, "Plan"), shapes={"budget": shape}), "total-does-not-match")
    assert [place for place, _ in told] == ["'Plan'!B3"]


def test_a_copy_of_a_tab_with_an_accepted_total_is_a_finding() -> None:
    rows = "Pens|10\nTotal|12"

    assert differing(rows, "2", tabs=2) == ["'Plan 2'!B3 This total is 12, but its rows sum to 10."]
