"""A name typed at the prompt is the one that was meant, or the nearest is offered."""

from __future__ import annotations

import pytest

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.ids import known_id, nearest

GRANTS = ("G-1", "G-12", "Harbour", "Quay")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("G-1", "G-1"), (" g-12 ", "G-12"), ("harb", "Harbour"), ("q", "Quay")],
)
def test_an_id_is_known_in_any_case_and_by_a_beginning_of_its_own(typed: str, meant: str) -> None:
    assert known_id(typed, GRANTS, "grant") == meant


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("g", "g can be G-1, G-12. Type more of it."),
        ("Harbuor", "There is no grant Harbuor. Did you mean Harbour?"),
        ("", "There is no grant . There are: G-1, G-12, Harbour, Quay."),
    ],
)
def test_what_is_not_one_id_is_refused_with_the_nearest(typed: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        known_id(typed, GRANTS, "grant")

    assert str(refused.value) == words


def test_a_beginning_of_many_names_eight_of_them() -> None:
    with pytest.raises(UsageError) as refused:
        known_id("b", [f"B-{number}" for number in range(9)], "budget line")

    assert str(refused.value).startswith("b can be B-0, B-1,")
    assert str(refused.value).endswith("B-7 or more. Type more of it.")


def test_where_nothing_is_near_a_dozen_are_named() -> None:
    assert nearest("zzz", []) == "There is none yet."
    assert nearest("zzz", [f"B-{number}" for number in range(12)]).endswith("B-11.")
    assert nearest("zzz", [f"B-{number}" for number in range(13)]).endswith("B-11 and more.")
