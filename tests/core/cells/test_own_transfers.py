"""Rows that words say are money which a group only moved are told, because they are counted."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.cells.own_transfers import says_moved
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

SHAPES = {
    "expenses": Shape(
        "Cash",
        headings={"date": "Date", "description": "Item", "amount": "Out"},
        constant={"state": "paid", "currency": "EUR"},
    ),
    "income": Shape(
        "Cash",
        headings={"date": "Date", "reference": "Item", "amount": "In"},
        constant={"state": "received", "kind": "donation", "currency": "EUR"},
    ),
}
SAID = (
    "transfer-counted: A word in this row says that the group only moved its own money, and it is"
    " counted. If so, type its amount into a column with the heading Moved instead. If not, take"
    " out the word."
)


def test_a_payment_and_an_income_that_say_so_are_told_without_their_text() -> None:
    read = sheet(
        grid(
            "Date | Item | In | Out\n"
            "2026-01-05 | Cash withdrawal | | 200\n"
            "2026-01-06 | Deposit to bank | 50 | \n"
            "2026-01-07 | Rent | | 100",
            "Cash",
        ),
        shapes=SHAPES,
    )

    assert found(read, "transfer-counted") == [("'Cash'!B2", SAID), ("'Cash'!B3", SAID)]


@pytest.mark.parametrize("heading", ["Moved", "Déplacé", "Перемещено", "جابه‌جا", "Umbuchung"])
def test_a_row_whose_amount_stands_in_a_column_for_moved_money_is_neither_spent_nor_received(
    heading: str,
) -> None:
    read = sheet(
        grid(
            f"Date | Item | In | Out | {heading}\n"
            "2026-01-05 | Cash withdrawal | | | 200\n"
            "2026-01-06 | Petty cash to office | | | 50\n"
            "2026-01-07 | Rent | | 100 | \n"
            "2026-01-08 | A row without any amount | | | -\n"
            "2026-01-09 | A row with a word | | | no",
            "Cash",
        ),
        shapes=SHAPES,
    )

    assert [row.number for row in read.tables["expenses"].rows] == [3, 4, 5]
    assert {(told.code, told.place) for told in read.findings} >= {
        ("missing-value", "'Cash'!C5"),
        ("missing-value", "'Cash'!D5"),
        ("missing-value", "'Cash'!D6"),
    }
    assert not [told for told in read.findings if told.row in (2, 3)]


def test_an_amount_beside_moved_money_is_counted_and_a_way_to_pay_is_not_moved_money() -> None:
    read = sheet(
        grid(
            "Date | Item | In | Out | Moved | Transfer\n"
            "2026-01-05 | Fee of the transfer | | 2 | 200 | \n"
            "2026-01-06 | Rent, paid by bank | | | | 100",
            "Cash",
        ),
        shapes=SHAPES,
    )

    assert [row.number for row in read.tables["expenses"].rows] == [1, 2]
    assert ("missing-value", "'Cash'!D3") in {(told.code, told.place) for told in read.findings}


def test_moved_money_in_a_tab_with_ids_is_a_record_that_needs_no_amount() -> None:
    """If the row were no record, its ID would be free, and a restored record a second row."""
    own = grid(
        "ID | Date | Budget line | Amount | Currency | State | Moved\n"
        "E-1 | 2026-01-05 | B-1 | | EUR | paid | 200\nE-2 | 2026-01-06 | B-1 | | EUR | paid | ",
        "Expenses",
    )
    read = sheet(own)

    first, second = read.tables["expenses"].rows
    assert (first.id, first.fields.get("amount")) == ("E-1", None)
    assert [told.place for told in read.findings if told.code == "missing-value"] == [
        "'Expenses'!D3"
    ]
    assert second.id == "E-2"


def test_a_mapped_column_moved_is_read_and_a_budget_has_no_moved_money() -> None:
    """A group may call its column of spending so, and say it in the config."""
    shapes = {"expenses": replace(SHAPES["expenses"], headings={"date": "Date", "amount": "Moved"})}
    spent = sheet(grid("Date | Moved\n2026-01-05 | 200", "Cash"), shapes=shapes)
    plan = sheet(
        grid("ID | Grant | Description | Amount | Moved\nB-1 | G | Rent | | 200", "Budget")
    )

    assert [row.fields["amount"] for row in spent.tables["expenses"].rows] == ["200"]
    assert [row.id for row in plan.tables["budget"].rows] == ["B-1"]


def test_a_plan_and_a_row_without_an_amount_are_passed_over() -> None:
    blank = grid("Date | Item | In | Out\n2026-01-05 | Cash withdrawal | | ", "Cash")
    plan = grid("ID | Grant | Description | Amount\nB-1 | G | Cash withdrawal | 5", "Budget")

    assert not found(sheet(blank, shapes=SHAPES), "transfer-counted")
    assert not found(sheet(plan), "transfer-counted")


@pytest.mark.parametrize(
    "text",
    [
        "Cash withdrawal",
        "Transfer to savings account",
        "ATM: cash withdrawal",
        "Internal transfer",
        "Top-up from bank",
        "Virement interne",
        "Retrait d'espèces",
        "Traspaso a caja",
        "Transferência entre contas",
        "Umbuchung",
        "Bareinzahlung",
        "Übertrag auf Sparkonto",
        "Перевод между своими счетами",
        "Снятие наличных в банке",
        "Переказ між рахунками",
        "Зняття готівки",
        "سحب نقدي",
        "تحويل بين الحسابات",
        "برداشت نقدی",
        "شارژ تنخواه",
        "Giroconto",
        "Prelievo contanti",
        "Kasopname",
        "Overboeking naar spaarrekening",
    ],
)
def test_a_text_says_so_in_many_languages(text: str) -> None:
    assert says_moved(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cash withdrawal fee",
        "Bank transfer to the landlord",
        "Airport transfer",
        "Frais de virement interne",
        "Комиссия: снятие наличных",
        "Prelievo sangue",
        "Levantamento de dados",
        "Contract",
        "Cash withdrawal " + "x" * 50,
        "",
    ],
)
def test_what_was_bought_does_not_say_so(text: str) -> None:
    assert not says_moved(text)
