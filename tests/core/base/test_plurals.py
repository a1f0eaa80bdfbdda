"""Counted nouns in messages."""

from __future__ import annotations

from budgettrack.core.base.plurals import count


def test_one_is_singular_and_every_other_number_plural() -> None:
    assert [count(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert count(1, "entry", "entries") == "1 entry"
    assert count(3, "entry", "entries") == "3 entries"
