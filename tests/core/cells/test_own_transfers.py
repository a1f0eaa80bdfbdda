"""Rows that words say are money which a group only moved are told, because they are counted."""

from __future__ import annotations

import pytest

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
    " counted. If so, type its amount into a column that is not read, such as Moved. If not, take"
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
