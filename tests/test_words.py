"""The words of reports: every complete language has them all, with the same places to fill."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from budgettrack.reports.base.translations import CATALOGS, languages, words
from docs import words as catalogs


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.slow
@pytest.mark.parametrize("language", catalogs.COMPLETE)
def test_a_complete_language_lacks_no_word(language: str) -> None:
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    known = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in catalog if message.id}  # fmt: skip
    wanted = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in catalogs.template() if message.id}  # fmt: skip
    assert wanted - known == set(), "run: python docs/words.py, and translate what is new"
    assert known - wanted == set(), "run: python docs/words.py"
    lacking = [
        message.id
        for message in catalog
        if message.id and (message.fuzzy or not all(_forms(message)))
    ]
    assert lacking == []


@pytest.mark.parametrize("language", catalogs.COMPLETE)
def test_a_translation_fills_the_same_places(language: str) -> None:
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    for message in catalog:
        if not message.id:
            continue
        wanted = _fields(message.id if isinstance(message.id, str) else message.id[1])
        forms = _forms(message)
        for form in forms:
            # A form for one, two or none may say the number in a word.
            loose = {"number"} if len(forms) > 1 else set()
            assert _fields(form) - wanted == set(), message.id
            assert wanted - _fields(form) <= loose, message.id


@pytest.mark.slow
def test_the_catalogs_are_as_the_program_makes_them() -> None:
    for path in CATALOGS.glob("*.po"):
        assert path.read_bytes() == catalogs.updated(path.stem), "run: python docs/words.py"


def test_words_follow_the_language_its_numbers_and_its_direction() -> None:
    assert languages() == ["ar", "en", "es", "fr", "ru"]
    assert words("fr").say("Total received") != "Total received"
    assert words("fr-CA").say("Total received") == words("fr").say("Total received")
    assert words("pt").say("Total received") == "Total received"
    assert words("ar").right_to_left
    assert words("ru").many(
        "{number} row is beyond it.", "{number} rows are beyond it.", 3
    ) != words("ru").many("{number} row is beyond it.", "{number} rows are beyond it.", 5)
    assert words("es").term("under way") != "under way"
    assert words("es").term("our own word") == "our own word"


def test_templates_say_nothing_themselves() -> None:
    """Layout only: every word of a template comes as a value."""
    for path in Path("templates").glob("*.html"):
        bare = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>",
            " ",
            path.read_text("utf-8"),
            flags=re.DOTALL,
        )
        bare = re.sub(r"@media[^{]*\{|:root.*?\}|@page.*?\}", " ", bare, flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]{4,} [a-z]{2,}", bare), (path.name, bare)


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("octobre 2026", "jusqu'à la fin d'octobre 2026."),
        ("août 2026", "jusqu'à la fin d'août 2026."),
        ("mars 2026", "jusqu'à la fin de mars 2026."),
    ],
)
def test_french_shortens_de_before_a_vowel(month: str, said: str) -> None:
    text = words("fr").say("Grant {id}, to the end of {month}.", id="G-1", month=month)

    assert text.endswith(said)


def test_only_the_word_before_a_name_is_shortened_and_only_in_french() -> None:
    english = words("en").say("Grant {id}, to the end of {month}.", id="de A", month="April")

    assert english == "Grant de A, to the end of April."
    host = words("fr").say("Money that {host} holds for us", host="Église")
    assert host == "Argent qu'Église détient pour nous"


def test_no_word_is_said_inside_an_f_string_where_the_extractor_misses_it() -> None:
    missed = []
    for path in sorted((catalogs.ROOT / "budgettrack" / "reports").rglob("*.py")):
        for part in ast.walk(ast.parse(path.read_text("utf-8"))):
            for call in ast.walk(part) if isinstance(part, ast.JoinedStr) else ():
                func = call.func if isinstance(call, ast.Call) else None
                if isinstance(func, ast.Attribute) and func.attr in ("say", "many"):
                    missed.append(f"{path.name}:{func.lineno}")
    assert missed == []
