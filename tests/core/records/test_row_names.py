"""A row in words."""

from __future__ import annotations

import pytest

from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.records.row_names import LONGEST, row_name


@pytest.mark.parametrize(
    ("table", "id_", "fields", "name"),
    [
        ("work_plan", "A-1", {"activity": "Meet\n the  city"}, "A-1: Meet the city"),
        ("budget", "B-2", {"description": "Rent", "category": "Office"}, "B-2: Rent"),
        ("budget", "B-2", {"category": "Office"}, "B-2: Office"),
        ("budget", "", {"description": "Rent"}, "Rent"),
        ("expenses", "E-7", {"description": "Rent", "date": "2026-03-01"}, "E-7: Rent, 2026-03-01"),
        ("expenses", "E-7", {}, "E-7"),
        ("grants", "G-1", {"title": "Start", "funder": "Fund"}, "G-1: Start"),
        ("deadlines", "report:G-1:2026-Q1", {"what": "Report to Fund"}, "Report to Fund"),
        ("deadlines", "report:G-1:2026-Q1", {}, "report:G-1:2026-Q1"),
        ("rates", "", {"month": "2026-03", "currency": "USD"}, "2026-03, USD"),
        ("no_such_table", "X-1", {}, "X-1"),
    ],
)
def test_a_row_is_named_by_what_people_typed(
    table: str, id_: str, fields: dict[str, str], name: str
) -> None:
    assert row_name(table, id_, fields) == name


def test_a_text_with_a_personal_detail_is_not_repeated() -> None:
    fields = {"description": "Ask peer@harbour.example", "date": "2026-03-01"}

    assert row_name("expenses", "E-7", fields) == "E-7: 2026-03-01"


def test_a_long_text_is_cut_between_two_words() -> None:
    cut = row_name("work_plan", "", {"activity": "One activity " * 9})

    assert len(cut) <= LONGEST + 1
    assert cut.endswith(("One…", "activity…"))
    assert row_name("work_plan", "", {"activity": "x" * 99}) == "x" * LONGEST + "…"


def test_a_choice_is_said_in_the_language_of_the_sheet() -> None:
    french = SheetWords("fr", texts={("choice", "instalment"): "versement"})

    assert row_name("income", "I-1", {"kind": "instalment"}, french) == "I-1: versement"
