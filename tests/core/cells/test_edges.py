"""Cells at the edges of what a spreadsheet keeps."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.values import read


@pytest.mark.parametrize("sign", [1, -1])
def test_a_code_that_became_too_long_a_number_is_no_id(sign: int) -> None:
    assert read(sign * 999_999_999_999_999.0, "id", "en") == f"{sign * 999_999_999_999_999}"
    assert isinstance(read(sign * 1e15, "id", "en"), Finding)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 March 2026", "2026-03-12"),
        ("March 12, 2026", "2026-03-12"),
        ("2026 March 12", "2026-03-12"),
        ("0 March 2026", None),
        ("32 March 2026", None),
        ("March 2026", None),
        ("12 March April 2026", None),
        ("12 2026 March", None),
    ],
)
def test_a_day_with_the_name_of_its_month(text: str, day: str | None) -> None:
    found = read(text, "date", "en")

    if day is None:
        assert isinstance(found, Finding)
    else:
        assert found == day
