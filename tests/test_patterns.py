"""No text is so made that it takes a pattern the square of its length: four times the text may not
take ten times the time."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from budgettrack.core.base.personal_details import personal
from budgettrack.core.cells.reading import LONGEST_TEXT
from budgettrack.core.cells.total_labels import LONGEST_LABEL
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import ColumnKind
from budgettrack.setup.adopt import vocabulary
from tests.world.patterns import Use, hostile, steep, uses

BOUNDED = dict.fromkeys(("_WHOLE", "_BEGINS", "_ENDS", "_BRACKETS"), LONGEST_LABEL)
"""Patterns that are asked only of short texts."""
OF_PEOPLE = [
    "core/figures/profile: re.search(category.pattern, text, re.IGNORECASE)",
    "core/figures/profile: re.compile(category.pattern)",
]
"""Calls with a pattern that people write: `profile-pattern-slow` refuses one that could take long."""
OF_WORDS = [
    "setup/adopt/vocabulary: re.compile('|'.join((('' if word.startswith('*') else '\\\\b') +"
    " re.escape(word.strip('*')) + ('' if word.endswith('*') else '\\\\b') for listed in"
    " words.values() for word in map(str.strip, listed.split(',')))))",
]
"""The call that makes a pattern of a list of words. Its patterns have a test of their own."""


@pytest.fixture(scope="module")
def found() -> tuple[list[Use], list[str]]:
    return uses()


@pytest.mark.slow
def test_every_pattern_is_known_but_those_of_profiles(found: tuple[list[Use], list[str]]) -> None:
    known, unknown = found
    assert unknown == OF_PEOPLE + OF_WORDS
    assert len(known) > 90
    assert {use.name for use in known} >= set(BOUNDED)


def _steep(use: Use) -> str:
    """The first text that makes a pattern's time grow faster than its length, '' if there is
    none."""
    longest = BOUNDED.get(use.name, 1 << 20)
    return next(filter(None, (steep(use.run, make, longest) for make in hostile(use.pattern))), "")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_no_pattern_takes_the_square_of_a_text(
    part: int, found: tuple[list[Use], list[str]]
) -> None:
    known, _ = found
    assert [
        f"{use.place} ({use.method}): {text}" for use in known[part::8] if (text := _steep(use))
    ] == []


@pytest.mark.slow
def test_no_pattern_of_words_takes_the_square_of_a_text() -> None:
    made = {name: one for name, one in vars(vocabulary).items() if isinstance(one, re.Pattern)}
    assert {"TO_DATE", "_IN_KIND", "_THOUSANDS"} <= made.keys()
    assert [
        f"{name}: {text}"
        for name, one in made.items()
        if (text := _steep(Use("setup/adopt/vocabulary", name, one, "finditer")))
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        r"[\w.+-]+@[\w-]+\.[\w.-]*\w",
        r"(a+)+b",
        r"\s*[%]$",
        r"<!--.*?-->",
        r"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c>)",
        r"x.*y.*z",
    ],
)
def test_the_search_notices_a_pattern_that_does(pattern: str) -> None:
    assert _steep(Use("here", "", re.compile(pattern, re.DOTALL), "finditer"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", get_args(ColumnKind))
def test_no_cell_takes_the_square_of_its_length_to_read(kind: ColumnKind) -> None:
    pieces = re.compile(r"a1@.,%' -/()=:TJan")
    assert LONGEST_TEXT < 16384
    assert [
        found
        for make in hostile(pieces)
        if (found := steep(lambda text: read(text, kind, "en_GB"), make, LONGEST_TEXT))
    ] == []


def test_no_text_takes_the_square_of_its_length_to_look_for_personal_details() -> None:
    pieces = re.compile(r"call +0 00 @ passport nif 1 - . ( ) /")
    assert [
        found for make in hostile(pieces) if (found := steep(personal, make, LONGEST_TEXT))
    ] == []
