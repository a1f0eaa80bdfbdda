"""A withheld name is in no public text, however somebody typed it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.config.open_data import Organisation
from budgettrack.reports.site.withheld_names import Discretion


def withheld(*names: str) -> Discretion:
    return Discretion({name: replace(Organisation(name), withheld=True) for name in names})


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Tide Trust", "We met TIDE  trust, twice.", "We met …, twice."),
        ("Tide Trust", "Tide\nTrust and Tide\u00a0Trust", "… and …"),
        ("Tide Trust", "the Tide-Trust, Tide\u2011Trust, Tide – Trust", "the …, …, …"),
        ("Tide Trust", "TideTrust and Tide\u200bTrust", "… and …"),
        ("Tide Trust", "T\u00adide Trust", "…"),
        ("Tide Trust", "\uff34\uff49\uff44\uff45 Trust", "…"),
        ("Tide Trust", "Tide Trusts came", "…s came"),
        ("Fundação Maré", unicodedata.normalize("NFD", "A Fundação Maré veio"), "A … veio"),
        (unicodedata.normalize("NFD", "Fundação Maré"), "A Fundação Maré veio", "A … veio"),
        ("Fundação Maré", "a FUNDACAO MARE veio", "a … veio"),
        ("Straße", "in der STRASSE", "in der …"),
        ("L'Aube", "avec L’Aube", "avec …"),
        ("İstanbul Fonu", "istanbul fonu, ISTANBUL FONU", "…, …"),
        ("صندوق المد", "من صنـدوق  المَدّ، هنا", "من …، هنا"),
        ("Tide", "Riptide, Tidewater", "Rip…, …water"),
        ("Tide Trust", "The tide. Trusted friends", "The …ed friends"),
        ("Tide Trust", "A trust at high tide", "A trust at high tide"),
        ("Tide Trust", "", ""),
        ("Tidewater", "TIDE-WATER, Tide water, tide\u2011water, T.I.D.E.water", "…, …, …, …"),
        ("Quay", "a quay, qu ay", "a …, qu ay"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name: str, text: str, told: str) -> None:
    assert withheld(name).told(text) == told


def test_the_longest_of_two_names_goes_first_and_a_neutral_name_stands_in() -> None:
    both = Discretion(
        {
            "Harbour": Organisation("A partner"),
            "Harbour Trust": replace(Organisation("Harbour Trust"), withheld=True),
            "Quay": Organisation("Quay"),
        }
    )
    assert both.told("Harbour trust, HARBOUR, Quay") == "…, A partner, Quay"


WORDS = st.lists(st.text("abcdeé", min_size=2, max_size=5), min_size=1, max_size=3)
GAPS = st.sampled_from(["", " ", "  ", "-", "\n", "\u00a0", " & ", "’", "_"])
AROUND = st.text("xyz .ñ\u0303,–ß\n", max_size=8)


@given(WORDS, st.lists(GAPS, min_size=3, max_size=3), AROUND, AROUND, st.sampled_from("clud"))
def test_whatever_stands_around_and_between_the_rest_of_the_text_stays(
    words: list[str], gaps: list[str], before: str, after: str, form: str
) -> None:
    typed = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=False))
    changed = {"c": typed, "l": typed.lower(), "u": typed.upper()}.get(
        form, unicodedata.normalize("NFD", typed)
    )
    told = withheld(" ".join(words)).told(f"{before} {changed} {after}")
    assert told == f"{before} … {after}"
    plain = unicodedata.normalize("NFKD", told.casefold()).encode("ascii", "ignore").decode()
    asked = unicodedata.normalize("NFKD", "".join(words)).encode("ascii", "ignore").decode()
    assert asked not in re.sub(r"\W", "", plain)
