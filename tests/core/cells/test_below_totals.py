"""The rows below the grand total of a mapped table."""

from __future__ import annotations

import pytest

from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import PLAN, found, grid, plan, sheet

LEDGER = {
    "expenses": Shape("L", headings={"date": "Date", "description": "What", "amount": "Amount"})
}


COSTS = "Rent | 1000\nFood | 500\nTotal | 1500\n"


@pytest.mark.parametrize(
    "payers",
    [
        "Own funds | 900\nHarbour Fund | 600",
        "Paid by the council | 1500",
        "Financed by: |\nCouncil | 900\nOwn money | 600\nTotal financing | 1500",
        "Exchange rate | 1.08\nOwn funds | 900\nHarbour Fund | 600",
        "Own funds | 900\nHarbour Fund | 600\nSigned by the board | 12",
    ],
)
def test_who_pays_below_the_total_is_not_counted_and_told(payers: str) -> None:
    amounts, told = plan(COSTS + payers)

    assert amounts == ["1000", "500"]
    assert [code for _, code in told] == ["below-total"]


@pytest.mark.parametrize("other", ["Exchange rate | 1.08\nMembers | 25", "A new line | 70"])
def test_other_rows_below_the_total_count_and_are_told(other: str) -> None:
    amounts, told = plan(COSTS + other)

    assert amounts[:2] == ["1000", "500"]
    assert len(amounts) == 2 + len(other.splitlines())
    assert told == [("'Plan'!B5", "counted-below-total")]


def test_the_findings_name_the_rows_and_say_what_to_do() -> None:
    doubled = sheet(grid(f"Item|Amount\n{COSTS}Own | 900\nFund | 600", "Plan"), shapes=PLAN)
    typed = sheet(grid(f"Item|Amount\n{COSTS}Van | 90\nBus | 60", "Plan"), shapes=PLAN)

    assert found(doubled) == [
        (
            "'Plan'!B5",
            "below-total: Rows 5 to 6 stand below the total, and some of them sum to the same"
            " figure. They seem to say where the money comes from, and are not counted. If they"
            " are lines, move them above the total and let it include them. If not, ask the"
            " operator to write in the config where the table ends (until or rows).",
        )
    ]
    assert found(typed) == [
        (
            "'Plan'!B5",
            "counted-below-total: Rows 5 to 6 stand below the total of all rows above them. They"
            " are counted. If they are lines, type a total of all rows below them. If not, ask the"
            " operator to write in the config where the table ends (until or rows).",
        )
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "A | 10\nB | 20\nTotal | 30\nC | 5\nD | 5\nTotal | 10\nGrand total | 40",
        "A | 10\nB | 20\nTotal | 30\nC | 5\nD | 5\nTotal | 40",
        "A | 10\nB | 20\nTotal staff | 30\nC | 5\nD | 5",
        "A | 10\nB | 20\nSubtotal | 30\nC | 5\nD | 5",
        "A | 10\nB | 20\nAll of it | 30 =SUM(B2:B3)\nC | 5\nD | 5\nThe rest | 10 =SUM(B5:B6)",
        "Total | 40\nA | 10\nB | 20\nC | 10",
    ],
)
def test_a_table_that_goes_on_is_left_alone(rows: str) -> None:
    amounts, told = plan(rows)

    assert sum(map(int, amounts)) == 40
    assert told == []


def test_a_sum_without_a_label_may_be_the_total_of_all() -> None:
    calculated = "A | 10\nB | 20\n | 30 =SUM(B2:B3)\n"

    assert plan(f"{calculated}C | 5") == (
        ["10", "20", "5"], [("'Plan'!B5", "counted-below-total")],
    )  # fmt: skip
    assert plan(f"{calculated}Own | 20\nFund | 10") == (
        ["10", "20"], [("'Plan'!B5", "below-total")],
    )  # fmt: skip


def test_a_row_with_a_date_goes_on_after_the_total_of_a_month() -> None:
    rows = "2026-01-03|Bus|10\n2026-01-04|Cab|5\n|Total|15\n2026-02-04|Pen|15"
    read = sheet(grid(f"Date|What|Amount\n{rows}", "L"), shapes=LEDGER)

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["10", "5", "15"]
    assert found(read) == []


def test_a_row_that_is_told_already_is_not_told_twice() -> None:
    amounts, told = plan(f"{COSTS}A | 4\nB | 5\nC | 9")

    assert amounts == ["1000", "500", "4", "5", "9"]
    assert told == [("'Plan'!B5", "counted-below-total"), ("'Plan'!B7", "may-be-total")]


GROUPS = "Staff\nCook | 300\nDriver | 100\nTotal | 400\nTravel\nBus | 50\nTotal | 50\n"


def test_groups_that_each_end_in_a_plain_total_are_no_alarm() -> None:
    amounts, told = plan(f"{GROUPS}Rooms\nHall | 70\nYard | 30\nTotal | 100")

    assert amounts == ["300", "100", "50", "70", "30"]
    assert told == []


def test_of_two_groups_the_second_may_be_income_and_is_told() -> None:
    assert [code for _, code in plan(GROUPS)[1]] == ["counted-below-total"]


def test_groups_of_which_one_sums_to_the_total_again_say_who_pays() -> None:
    amounts, told = plan(f"{GROUPS}Paid by\nCouncil | 400\nTotal | 400")

    assert amounts == ["300", "100"]
    assert [code for _, code in told] == ["below-total"]
