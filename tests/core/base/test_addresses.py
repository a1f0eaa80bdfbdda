"""The addresses of cells as people see them."""

from __future__ import annotations

import pytest

from budgettrack.core.base.addresses import a1, letters


@pytest.mark.parametrize(
    ("column", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_has_letters(column: int, text: str) -> None:
    assert letters(column) == text


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        (11, 5, "'Group''s budget'!F12"),
        (11, None, "'Group''s budget'!12"),
        (None, 5, "'Group''s budget'!F"),
        (None, None, "'Group''s budget'"),
    ],
)
def test_a_place_is_written_as_people_see_it(
    row: int | None, column: int | None, place: str
) -> None:
    assert a1("Group's budget", row, column) == place
