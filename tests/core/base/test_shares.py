"""Which units are percentages."""

from __future__ import annotations

import pytest

from budgettrack.core.base.shares import WORDS, is_share


@pytest.mark.parametrize(
    "unit", ["%", "٪", "％", "% of members", "in %", " Per  cent ", *sorted(WORDS)]
)
def test_a_percent_sign_and_the_word_for_it_are_a_share(unit: str) -> None:
    assert is_share(unit)


@pytest.mark.parametrize("unit", ["", "people", "kits", "percentage points", "percent kits", "‰"])
def test_all_other_units_are_amounts(unit: str) -> None:
    assert not is_share(unit)
