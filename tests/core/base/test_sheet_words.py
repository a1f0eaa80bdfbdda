"""The words of a workbook: English stays where a language has none."""

from __future__ import annotations

import pytest

from budgettrack.core.base.names_in_languages import NAMES
from budgettrack.core.base.sheet_words import (
    ENGLISH,
    SheetWords,
    choice_in_language_of,
    in_every_language,
)

FRENCH = SheetWords(
    "fr",
    texts={
        ("", "{heading} is empty."): "{heading} est vide.",
        ("", "amount"): "montant",
        ("tab", "Income"): "Recettes",
        ("heading", "Amount"): "Montant",
        ("choice", "paid"): "payé",
    },
)


def test_each_kind_of_word_is_translated_by_itself() -> None:
    assert FRENCH.tab("Income") == "Recettes"
    assert FRENCH.tab("Our tab") == "Our tab"
    assert FRENCH.heading("Amount") == "Montant"
    assert FRENCH.heading("Income") == "Income"
    assert FRENCH.choice("paid") == "payé"
    assert FRENCH.choice("Amount") == "Amount"
    assert ENGLISH.heading("Amount") == "Amount"


def test_a_sentence_is_filled_and_one_without_places_keeps_its_braces() -> None:
    assert FRENCH.say("{heading} is empty.", heading="Date") == "Date est vide."
    assert ENGLISH.say("{heading} is empty.", heading="Date") == "Date is empty."
    assert ENGLISH.say("Type {this}.") == "Type {this}."


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("heading", "Amount", "Montant"),
        ("heading", "Typed by people", "Typed by people"),
        ("tab", "Income", "Recettes"),
        ("headings", "Amount, Typed by people", "Montant, Typed by people"),
        ("choices", "committed, paid", "committed, payé"),
        ("state", "paid", "payé"),
        ("status", "paid", "payé"),
        ("why", "amount", "montant"),
        ("what", "names, amount", "names, montant"),
        ("value", "1200", "1200"),
    ],
)
def test_a_value_of_a_finding_is_translated_by_what_it_is(name: str, value: str, told: str) -> None:
    assert FRENCH.value(name, value) == told


def test_a_name_is_known_in_every_language_and_once() -> None:
    known = in_every_language("tab", "Budget")
    assert known[0] == "Budget"
    assert known.count("Budget") == 1  # French writes it so too
    assert {"Presupuesto", "Бюджет", "الميزانية", "بودجه"} <= set(known)
    assert in_every_language("tab", "Our tab") == ("Our tab",)
    assert set(NAMES) == {"ar", "es", "fa", "fr", "ru", "uk"}


def test_a_choice_is_in_the_language_of_its_heading() -> None:
    assert choice_in_language_of("État", "State", "paid") == "payé"
    assert choice_in_language_of("Состояние", "State", "paid") == "оплачено"
    assert choice_in_language_of("State", "State", "paid") == "paid"
    assert choice_in_language_of("Our state", "State", "paid") == "paid"
    assert choice_in_language_of("État", "State", "a new word") == "a new word"


def test_what_fills_a_sentence_from_the_right_is_isolated() -> None:
    arabic = SheetWords("ar", True, {("", "There is no tab {tab}."): "لا توجد ورقة {tab}."})
    assert arabic.say("There is no tab {tab}.", tab="Grants") == (
        "لا توجد ورقة \u2068Grants\u2069."
    )
    assert arabic.say("Nothing.") == "Nothing."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Report to Fund for January to March 2026", "Rapport à Fund (janvier – mars 2026)"),
        ("Final report to Fund for May 2026", "Rapport final à Fund (mai 2026)"),
        ("Report of GR-1 for May 2026", "Rapport de GR-1 (mai 2026)"),
        ("Report to the fund, in May", "Report to the fund, in May"),
    ],
)
def test_a_report_that_was_derived_is_named_in_the_language(name: str, told: str) -> None:
    french = SheetWords(
        "fr",
        texts={
            ("", "Report to {funder} for {period}"): "Rapport à {funder} ({period})",
            ("", "Final report to {funder} for {period}"): "Rapport final à {funder} ({period})",
            ("", "Report of {funder} for {period}"): "Rapport de {funder} ({period})",
        },
    )

    assert french.report(name) == told
    assert french.value("what", name) == told
    assert ENGLISH.report(name) == name
