"""What every reader shares: numbers exactly as shown, and the text of a cell that is not text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Value
from budgettrack.core.cells.reading import exact, plain, usual
from budgettrack.core.cells.values import read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 3, 12), "2026-03-12"),
        (datetime(2026, 3, 12, 0, 1), "2026-03-12 00:01"),
        (datetime(2026, 3, 12, 9, 30, 59, tzinfo=UTC), "2026-03-12 09:30"),
        (date(2026, 3, 12), "2026-03-12"),
        (time(0, 0), "00:00"),
        (False, "FALSE"),
        (float("inf"), "inf"),
        (-0.5, "-0.5"),
    ],
)
def test_a_cell_that_is_not_text_is_read_as_its_spreadsheet_shows_it(
    value: Value, text: str
) -> None:
    assert read(value, "text", "en") == text


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False))
def test_a_number_of_a_spreadsheet_is_the_decimal_that_people_see(number: Decimal) -> None:
    """15 digits are kept, as every spreadsheet keeps them; the binary noise after them is none."""
    assert exact(float(number)) == number
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_has_no_digits(value: float) -> None:
    assert exact(value) is None


@pytest.mark.parametrize("kind", ["choice", "currency", "label", "text"])
def test_a_text_that_is_too_long_is_told_whatever_its_column_wants(kind: str) -> None:
    reading = read("x" * 10_001, kind, "en", ("paid",))  # type: ignore[arg-type]

    assert isinstance(reading, Finding)
    assert reading.code == "text-too-long"
    assert dict(reading.values)["length"] == "10001"


@given(
    st.floats()
    | st.decimals(-(10**16), 10**16, places=3, allow_nan=False, allow_infinity=False).map(float)
)
def test_a_usual_number_has_the_same_text_as_an_exact_one(value: float) -> None:
    text, number = usual(value), exact(value)

    assert text in ("", plain(number) if number is not None else "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-66.99000000000001, "-66.99"),
        (0.0001, "0.0001"),
        (999999999999999.0, "999999999999999"),
        (1200.0, "1200"),
        (-0.0, ""),
        (1e15, ""),
        (0.00001, ""),
        (float("nan"), ""),
        (float("-inf"), ""),
    ],
)
def test_only_a_number_that_needs_no_exponent_is_usual(value: float, text: str) -> None:
    assert usual(value) == text
