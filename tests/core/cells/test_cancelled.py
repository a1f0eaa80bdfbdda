"""Rows that a word says are cancelled are told, because they are counted."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.cancelled import says_cancelled
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import grid, sheet

SHAPE = Shape(
    "Cash",
    headings={"date": "Date", "description": "Item", "amount": "Amount", "payee": "Who"},
    constant={"state": "paid", "currency": "EUR"},
)


def _told(rows: str) -> list[str]:
    read = sheet(grid(rows, "Cash"), shapes={"expenses": SHAPE})
    return [
        f"{finding.place} {finding.problem} {finding.remedy}"
        for finding in read.findings
        if finding.code == "cancelled-counted"
    ]


def test_a_word_in_a_column_that_is_not_read_is_told_without_its_text() -> None:
    told = _told(
        "Date | Item | Amount | Who | Remarks\n"
        "2026-01-05 | Rent | 200 | |\n"
        "2026-01-07 | Bus | 75 | | Cancelled, see mail\n"
        "2026-01-09 | Paint | 100 | | urgent"
    )

    assert told == [
        "'Cash'!E3 A word in this row says that it is cancelled, and it is counted. If it no longer"
        " counts, delete the row or its amount. If it does, take out the word."
    ]


def test_a_row_without_an_amount_and_the_column_of_a_person_are_passed_over() -> None:
    assert not _told(
        "Date | Item | Amount | Who | Remarks\n"
        "2026-01-05 | Rent | | | cancelled\n"
        "2026-01-07 | Bus | 75 | Void |"
    )


def test_only_money_is_looked_at() -> None:
    read = sheet(grid("ID | Activity | Internal note\nA-1 | Event | cancelled", "Work-plan"))

    assert not [finding for finding in read.findings if finding.code == "cancelled-counted"]


@pytest.mark.parametrize(
    "text",
    [
        "cancelled",
        "CANCELED!",
        "ANNULÉ",
        "annulée (train)",
        "Vol annulé",
        "storniert",
        "anulado",
        "cancelada",
        "отменено",
        "Скасовано",
        "ملغى",
        "لغو شد",
        "geannuleerd",
        "iptal",
        "annullato",
    ],
)
def test_a_remark_says_so_in_many_languages(text: str) -> None:
    assert says_cancelled(text, is_about=False)


@pytest.mark.parametrize("text", ["Train (annulé)", "CANCELLED: train", "Bus - cancelled", "void"])
def test_the_text_of_a_payment_says_so_if_the_word_stands_apart(text: str) -> None:
    assert says_cancelled(text, is_about=True)


@pytest.mark.parametrize(
    "text",
    ["Cancelled event, hall fee", "Avoid", "Devoid", "Cancellation fee", "Fee of storno desk"],
)
def test_what_was_paid_may_have_such_a_word(text: str) -> None:
    assert not says_cancelled(text, is_about=True)


@pytest.mark.parametrize("text", ["not cancelled", "nicht storniert", "avoided", "x" * 61, ""])
def test_other_remarks_do_not_say_so(text: str) -> None:
    assert not says_cancelled(text, is_about=False)


def test_a_long_story_is_not_searched() -> None:
    story = "It was planned for spring and in the end, after many talks, it was cancelled"

    assert not _told(f"Date | Item | Amount | Who | Remarks\n2026-01-05 | Rent | 200 | | {story}")
