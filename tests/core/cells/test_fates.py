"""The fate of each filled row, and the doubts that are told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.cells.fates import Evidence, Fate, fates
from budgettrack.core.cells.row_sums import RowSum
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, ids, sheet

PLAN = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Amount"})}


def plan(rows: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The amounts that count in a mapped plan, and what is found."""
    read = sheet(grid(f"Item | Amount\n{rows}", "Plan"), shapes=PLAN)
    amounts = [row.fields["amount"] for row in read.tables["budget"].rows]
    return amounts, [(place, text.split(":")[0]) for place, text in found(read)]


def test_a_typed_sum_without_a_word_is_taken_for_a_total_and_told() -> None:
    read = sheet(grid("Item | Amount\nTea | 3\nRent | 40\n | 43", "Plan"), shapes=PLAN)

    assert [row.fields["amount"] for row in read.tables["budget"].rows] == ["3", "40"]
    assert found(read) == [
        (
            "'Plan'!B4",
            "taken-for-total: This figure is the sum of rows 2 to 3, so the row is taken for their"
            " total and is not counted. If it is a total, type Total in this row. If not, type what"
            " the money was for.",
        )
    ]


def test_a_typed_sum_with_other_words_counts_and_is_told() -> None:
    read = sheet(grid("Item | Amount\nTea | 3\nRent | 40\nAltogether | 43", "Plan"), shapes=PLAN)

    assert [row.fields["amount"] for row in read.tables["budget"].rows] == ["3", "40", "43"]
    assert found(read) == [
        (
            "'Plan'!B4",
            "may-be-total: This figure is the sum of rows 2 to 3: if the row is their total, it is"
            " counted twice. If it is a total, type Total in this row.",
        )
    ]


def test_a_sum_above_its_rows_is_noticed_too() -> None:
    assert plan("Everything | 43\nTea | 3\nRent | 40") == (
        ["43", "3", "40"], [("'Plan'!B2", "may-be-total")],
    )  # fmt: skip


def test_one_cent_off_is_no_sum_and_one_row_is_none() -> None:
    assert plan("Tea | 3\nRent | 40\nHall | 43.01") == (["3", "40", "43.01"], [])
    assert plan("Tea | 40\nRent | 40") == (["40", "40"], [])
    assert plan("Tea | 0\nRent | 0\nHall | 0") == (["0", "0", "0"], [])


def test_a_figure_that_is_nearly_a_sum_counts_and_is_told() -> None:
    """A total in a language that the program does not know, off by a cent."""
    read = sheet(grid("Item|Amount\nTea|1000\nRent|500\nÖsszesen|1500.01", "Plan"), shapes=PLAN)

    assert [row.fields["amount"] for row in read.tables["budget"].rows] == [
        "1000", "500", "1500.01",
    ]  # fmt: skip
    assert found(read) == [
        (
            "'Plan'!B4",
            "nearly-total: This figure is nearly the sum of rows 2 to 3: if the row is their total,"
            " it is counted twice, and it is not exact. If it is a total, type Total in this row"
            " and correct it.",
        )
    ]
    assert plan("Everything | 1499.99\nTea | 1000\nRent | 500")[1] == [
        ("'Plan'!B2", "nearly-total")
    ]
    assert plan("A | 1\nSubtotal | 1\nTea | 1000\nRent | 500\nAll | 1501.01")[1] == [
        ("'Plan'!B6", "nearly-total")
    ]
    assert plan("Tea | 1000\nRent | 500\nVan | 1500.01\nTotal | 3000.01")[1] == []


def test_a_last_figure_that_is_roughly_the_sum_of_all_others_is_told() -> None:
    """A typed total with a mistake, and a word that the program does not know."""
    costs = "Tea | 1000\nRent | 500\nVan | 250\n"
    assert plan(f"{costs}Összesen | 1760")[1] == [("'Plan'!B5", "nearly-total")]
    assert plan(f"{costs}Összesen | 1775")[1] == []
    assert plan(f"{costs}Hall | 1760\nTotal | 3510")[1] == [], "the total proves that it is a line"
    assert plan("Tea | 1000\nRent | 500\nHall | 1510")[1] == [], "two rows are too few"


def test_totals_of_totals_without_a_word() -> None:
    assert plan("A | 1\nB | 2\n | 3\nC | 4\nD | 6\n | 10\n | 13") == (
        ["1", "2", "4", "6"],
        [
            ("'Plan'!B4", "taken-for-total"),
            ("'Plan'!B7", "taken-for-total"),
            ("'Plan'!B8", "taken-for-total"),
        ],
    )


def test_formulas_say_it_without_a_doubt() -> None:
    assert plan("A | 1\nB | 2\nAltogether | 3 =SUM(B2:B3)\n | 3 =B4") == (["1", "2"], [])
    assert plan("Nurse | 100\nAll staff | 100 =SUM(B2)\nRice | 40") == (["100", "40"], [])
    assert plan("A | 1\nB | 2\nSubtotal | 3\nC | 5\nAll | 8 =SUM(B2:B5)/2") == (
        ["1", "2", "5"], [],
    )  # fmt: skip
    assert plan("A | 1\nB | 2\nTenth | 0.3 =(B2+B3)/10") == (["1", "2", "0.3"], [])
    assert plan("A | 1\nSame | 1 =B2") == (["1", "1"], [])


def test_a_date_beside_a_total_does_not_make_it_a_payment() -> None:
    read = sheet(
        grid(
            "ID|Date|Description|Amount\n|2026-01-05|Tea|3\n|2026-01-06|Rent|40\n"
            "|2026-01-31|Total|43\n|2026-02-01|Total station|9"
        )
    )

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["3", "40", "9"]
    assert found(read) == []


def test_a_row_with_an_id_is_a_record_and_its_formula_is_told() -> None:
    read = sheet(
        grid("ID|Date|Amount\nE-1|2026-01-05|3\nE-2|2026-01-06|40\nE-3|2026-01-07|43 =C2+C3")
    )

    assert ids(read.tables["expenses"]) == ["E-1", "E-2", "E-3"]
    assert [(place, text.split(":")[0]) for place, text in found(read)] == [
        ("'Expenses'!C4", "may-be-total")
    ]


def test_carried_sums_are_not_counted() -> None:
    assert plan("Brought forward | 500\nTea | 3\nCarried forward | 503") == (
        ["3"], [("'Plan'!B2", "carried-not-counted")],
    )  # fmt: skip


def evidence(number: int, amount: int, label: str = "", members: RowSum | None = None) -> Evidence:
    return Evidence(
        number=number,
        amount=Decimal(amount),
        label=total_label(label) if label else None,
        sum=members,
        words=frozenset() if label else frozenset({"text"}),
        has_figures=True,
        calculated=members is not None,
        named=False,
        section=False,
    )


@given(st.lists(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), min_size=2, max_size=5))
def test_labelled_or_calculated_totals_of_any_plan_leave_its_lines(groups: list[list[int]]) -> None:
    """The kinds are as the plan was made: a label, a formula or both for each total."""
    rows: list[Evidence] = []
    kinds: list[str] = []
    totals: list[int] = []
    for place, group in enumerate(groups):
        first = len(rows)
        rows += [evidence(first + index, amount) for index, amount in enumerate(group)]
        members = RowSum(((first, len(rows) - 1),)) if place % 2 else None
        label = "" if members and place % 3 == 1 else "Subtotal"
        totals.append(len(rows))
        rows.append(evidence(len(rows), sum(group), label, members))
        kinds += ["record"] * len(group) + ["total"]
    whole = RowSum(tuple((number, number) for number in totals))
    rows.append(evidence(len(rows), sum(map(sum, groups)), "", whole))

    decided = fates(rows, mapped=True)

    assert ["total" if fate.kind == "sub" else fate.kind for fate in decided] == [*kinds, "total"]


def test_nothing_is_decided_about_nothing() -> None:
    assert fates([], mapped=True) == []
    assert fates([evidence(1, 5)], mapped=True) == [Fate(1, "record")]


def test_a_total_in_the_column_of_dates_of_a_row_that_is_none_is_no_date() -> None:
    """The row has a line and a state too, and its amount sums nothing."""
    read = sheet(grid("ID|Date|Budget line|Amount|State\n|Total|B-1|7|paid"))

    (row,) = read.tables["expenses"].rows
    assert "date" in row.unreadable
    assert "date-not-readable" in {text.split(":")[0] for _, text in found(read)}


@pytest.mark.parametrize(
    "rows",
    [
        "Nurse | 10\nPen | \nBus | 20",
        "Staff | \nNurse | 10\nPen | \nCook | 5\nSubtotal | 15\nTravel | \nBus | 20",
        "Staff | \nNurse | 10\nPen | \nCook | 5\n | \nTravel | \nBus | 20",
    ],
)
def test_a_text_without_its_figure_between_lines_is_told(rows: str) -> None:
    told = [text for _, text in found(sheet(grid(f"Item|Amount\n{rows}", "Plan"), shapes=PLAN))]

    assert told == [
        "may-be-line: This row has no figure and stands between lines. It is taken for the heading"
        " of the rows below it. If it is a line, type its figure, 0 if there is none. If it is a"
        " heading, leave a blank row above it."
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "Staff | \nNurse | 10\nTravel | \nBus | 20",
        "Nurse | 10\nTravel: | \nBus | 20",
        "Nurse | 10\nB. Travel | \nBus | 20",
        "Nurse | 10\nTRAVEL | \nBus | 20",
        "Nurse | 10\n | \nTravel | \nBus | 20",
        "Nurse | 10\nSubtotal | 10\nTravel | \nBus | 20",
    ],
)
def test_a_heading_of_a_group_is_not_told(rows: str) -> None:
    assert plan(rows) == (["10", "20"], [])


LEDGER = {
    "expenses": Shape("L", headings={"date": "Date", "description": "What", "amount": "Amount"})
}


def ledger(rows: str, heads: str = "Date|What|Amount") -> tuple[list[str], list[tuple[str, str]]]:
    """The payments that count in a mapped ledger, and what is found."""
    read = sheet(grid(f"{heads}\n{rows}", "L"), shapes=LEDGER)
    amounts = [row.fields["amount"] for row in read.tables["expenses"].rows]
    return amounts, [(place, text.split(":")[0]) for place, text in found(read)]


def test_a_dated_total_of_one_row_is_a_total() -> None:
    assert ledger(
        "2026-01-03|Bus|30\n2026-01-31|Total|30\n2026-02-06|Pens|5\n2026-02-28|Total|35"
    ) == (["30", "5"], [])
    assert ledger("2026-01-03|Bus|30\n2026-01-31|January total|30") == (["30"], [])


def test_a_dated_total_that_fits_nothing_counts_and_is_told() -> None:
    assert ledger("2026-01-03|Bus|30\n2026-01-31|Total|31") == (
        ["30", "31"], [("'L'!C3", "total-counted")],
    )  # fmt: skip


def test_a_dated_sum_that_is_carried_is_not_counted() -> None:
    rows = "2026-01-01|Brought forward|500\n2026-01-03|Bus|20\n2026-02-01|Brought forward|480"

    assert ledger(rows) == (["20"], [("'L'!C2", "carried-not-counted")])


BOOK = {
    "expenses": Shape("L", headings={"date": "Date", "description": "What", "amount": "Out"}),
    "income": Shape("L", headings={"date": "Date", "reference": "What", "amount": "In"}),
}


def cash_book(rows: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """What a cash book spends and receives, and what is found."""
    read = sheet(grid(f"Date|What|In|Out\n{rows}", "L"), shapes=BOOK)
    spent, received = (
        [row.fields.get("amount", "") for row in read.tables[name].rows] for name in BOOK
    )
    return spent, received, found(read)


@pytest.mark.parametrize("word", ["Report", "Transporte", "Saldo", "Balance", "Saldo de janeiro"])
def test_a_word_with_two_meanings_is_a_carried_sum_in_income_and_without_a_date(word: str) -> None:
    """Report is French for carried forward, and English for what is printed."""
    rows = f"2026-01-01|Gift|500|\n2026-01-03|Bus||20\n|{word}|480|\n|{word}||20"
    assert cash_book(rows) == (["20"], ["500"], [])

    dated = f"2026-01-01|Gift|500|\n2026-02-01|{word}|480|\n2026-02-02|{word}||30"
    assert cash_book(dated) == (
        ["30"],
        ["500"],
        [
            (
                "'L'!C3",
                "taken-for-carried: This row is taken for a sum carried from another page, and is"
                " not counted. If the money was received here, type what it was for, such as Last"
                " part of the grant.",
            )
        ],
    )
    assert plan(f"{word} | 30\nRent | 40") == (["30", "40"], [])


def test_a_dash_or_a_zero_in_the_other_column_of_a_cash_book_is_nothing() -> None:
    rows = "2026-01-01|Gift|500|-\n2026-01-03|Bus|-|20\n2026-01-04|Cab|0|7\n2026-01-05|Dues|9|0"

    assert cash_book(rows) == (["20", "7"], ["500", "9"], [])


def test_a_remark_beside_a_row_with_words_makes_it_no_total() -> None:
    heads = "Date|What|Amount|Note"
    rows = "2026-01-03|Bus|30|\n2026-01-04|Pen|5|\n2026-01-05|Cab|35|Total of 7 rides"

    assert ledger(rows, heads) == (["30", "5", "35"], [("'L'!C4", "may-be-total")])


def test_a_payment_that_begins_with_total_is_told_when_it_is_a_sum_by_chance() -> None:
    rows = "2026-01-03|Bus|10\n2026-01-04|Taxi|20\n2026-01-05|Total fuel for both trips|30"

    assert ledger(rows) == (["10", "20"], [("'L'!C4", "taken-for-total")])


def test_a_payment_that_adds_others_by_formula_is_told() -> None:
    rows = "2026-01-03|Out|10\n2026-01-04|Back|20\n2026-01-05|Deposit|30 =C2+C3"

    assert ledger(rows) == (["10", "20"], [("'L'!C4", "taken-for-total")])
    assert plan("Bus | 10\nTaxi | 20\nReserve | 30 =B2+B3") == (
        ["10", "20"], [("'Plan'!B4", "taken-for-total")],
    )  # fmt: skip


def test_a_total_that_fits_settles_what_may_be_a_total() -> None:
    assert plan("A | 10\nB | 20\nC | 30\nTotal | 60") == (["10", "20", "30"], [])
    assert plan("X | 5\nSubtotal | 5\nA | 10\nB | 20\nC | 30\nSubtotal | 60")[1] == []
    assert plan("Total | 60\nA | 10\nB | 20\nC | 30") == (["10", "20", "30"], [])
    assert plan("A | 10\nB | 20\nC | 30\nTotal | 30")[1] == [
        ("'Plan'!B4", "may-be-total"),
        ("'Plan'!B5", "total-does-not-match"),
    ]


def test_the_last_line_without_its_figure_is_no_heading() -> None:
    read = sheet(grid("Item | Amount\nNurse | 100\nPen | \nTotal | 100", "Plan"), shapes=PLAN)

    lines = [dict(row.fields) for row in read.tables["budget"].rows]
    assert lines == [{"description": "Nurse", "amount": "100"}, {"description": "Pen"}]
    assert [(place, text.split(":")[0]) for place, text in found(read)] == [
        ("'Plan'!B3", "missing-value")
    ]
