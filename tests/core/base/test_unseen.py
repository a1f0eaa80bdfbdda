"""What nobody sees changes nothing that is read, and what writing needs stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.unseen import legible, without_unseen


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: the joiner within a word
        "خانه\u200cی",
        "۱۴۰۰ه\u200d.",  # Persian: the first form of a letter at the end of a word
        "क्\u200dष",  # Hindi
        "ന്\u200d",  # Malayalam
        "\u200fعربي 12\u200e",  # marks of direction
        "a \u2068עברית\u2069 b",  # a balanced isolate
        "\u2067a \u2068b\u2069\u2069",
        "ภาษา\u200bไทย",  # Thai: where a line may break
        "សួស្តី\u200bពិភពលោក",  # Khmer
        "👨\u200d👩\u200d👧",  # a family
        "🏳\ufe0f\u200d🌈",
        "👩🏽\u200d⚕\ufe0f",
        "❤\ufe0f 1\ufe0f\u20e3 🇵🇹",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",  # Wales
        "葛\U000e0100城",  # a form of an ideograph
        "ᠮᠣᠩ\u180bᠭᠣᠯ",  # Mongolian
        "Đà Nẵng, Ελληνικά, Ёлка, café",
        "two\nlines\tand a tab",
    ],
)
def test_what_writing_needs_stays(text: str) -> None:
    assert legible(text) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("EUR \u202e00.1\u202c", "EUR 00.1"),  # an override
        ("\u202aa\u202bb\u202cc\u202dd", "abcd"),
        ("x\u2067y", "xy"),  # an isolate that does not end
        ("x\u2069y\u2066", "xy"),
        ("\u2066a\nb\u2069", "a\nb"),  # or ends on another line
        ("Me\u200bals", "Meals"),
        ("06\u200b12345678", "0612345678"),
        ("B-1\u200c", "B-1"),
        ("a\u200db", "ab"),
        ("👨\u200d", "👨"),
        ("so\u00adft\ufeff\u2060", "soft"),
        ("\u3164\u115f", ""),
        ("a\ufe0f\ufe0e", "a"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f"),
        ("a\U000e0061\U000e0062", "a"),  # unseen letters
        ("🏴\U000e0067\U000e0062", "🏴"),
        ("a\U000e0100\U000e0101", "a"),
        ("\x9b31mred\x1b[0m", "\ufffd31mred\ufffd[0m"),  # orders to a terminal
        ("a\x7f\x00", "a\ufffd\ufffd"),
        ("a\u2028b\x85c\rd", "a\nb\nc\nd"),
        ("\ud800", "\ufffd"),
    ],
)
def test_what_changes_unseen_what_is_read_goes(text: str, read: str) -> None:
    assert legible(text) == read


@given(st.text())
def test_no_order_to_a_terminal_and_no_override_is_left(text: str) -> None:
    made = legible(text)

    assert legible(made) == made
    assert all(
        unicodedata.category(letter) not in ("Cc", "Cs") or letter in "\n\t" for letter in made
    )
    assert not set(made) & set(map(chr, range(0x202A, 0x202F)))
    assert sum(made.count(sign) for sign in "\u2066\u2067\u2068") == made.count("\u2069")


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0xFFFF)))
def test_what_is_seen_stays(text: str) -> None:
    seen = "".join(letter for letter in text if letter not in "\u115f\u1160\u3164\uffa0")

    assert legible(text) == seen


@given(st.lists(st.sampled_from("a06@\u200b\u200c\u200d\ufe0f\u2067\u2069\u00ad\U000e0061"), max_size=30))  # fmt: skip
def test_what_is_searched_has_nothing_unseen(letters: list[str]) -> None:
    assert without_unseen("".join(letters)) == "".join(
        letter for letter in letters if letter in "a06@"
    )
