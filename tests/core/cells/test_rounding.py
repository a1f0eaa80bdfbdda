"""Amounts that a formula calculates are rounded to their currency, and it is said."""

from __future__ import annotations

from budgettrack.core.base.grids import Book
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid

PLAN = {"budget": Shape("Plan", headings={"description": "Item", "amount": "Amount"})}


def read(rows: str, base: str = "EUR") -> tuple[list[str], list[tuple[str, str]]]:
    sheet = read_rows(Book((grid(f"Item | Amount\n{rows}", "Plan"),)), PLAN, "en", base=base)
    return [row.fields["amount"] for row in sheet.tables["budget"].rows], found(sheet)


def test_a_calculated_amount_is_rounded_half_up_and_told() -> None:
    amounts, findings = read("Ninth | 7333.385 =B9/9\nPlain | 10.25 =41/4")

    assert amounts == ["7333.39", "10.25"]
    assert findings == [
        (
            "'Plan'!B2",
            "amount-rounded: This formula gives 7333.385; it is counted as 7333.39."
            " Put ROUND around the formula, so that everybody sees the same amount.",
        )
    ]


def test_a_typed_amount_is_not_rounded() -> None:
    assert read("Typed | 10.255") == (["10.255"], [])


def test_the_decimals_are_those_of_the_currency() -> None:
    assert read("Yen | 10.5 =21/2", base="JPY")[0] == ["11"]
    assert read("Dinar | 10.1255 =A1", base="TND")[0] == ["10.126"]
    assert read("Unknown | 10.255 =A1", base="")[0] == ["10.26"]


def test_the_currency_of_a_row_counts_before_the_base_currency() -> None:
    headings = {"description": "What", "amount": "Sum", "currency": "In"}
    tab = grid("What | Sum | In\nRoom | 10.5 =21/2 | JPY\nTea | 10.5 =21/2 | EUR", "Paid")
    sheet = read_rows(
        Book((tab,)), {"expenses": Shape("Paid", headings=headings)}, "en", base="EUR"
    )

    assert [row.fields["amount"] for row in sheet.tables["expenses"].rows] == ["11", "10.5"]
