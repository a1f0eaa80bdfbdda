"""A sum says which amounts it was made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auditor.marking import DIGITS, MOST_CENTS, SCALE, Marks


def marks(*cents: int) -> Marks:
    made = Marks()
    for n, amount in enumerate(cents):
        made.add(f"E-{n}", amount)
    return made


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, MOST_CENTS), st.integers(-1, 1)), max_size=3 * DIGITS))
def test_a_sum_is_read_as_what_it_was_made_of(rows: list[tuple[int, int]]) -> None:
    made = marks(*(cents for cents, _ in rows))
    parts = {f"E-{n}": times for n, (_, times) in enumerate(rows) if times}

    assert made.read([made.amount(world, parts) for world in range(made.worlds)]) == parts


def test_a_part_of_a_payment_is_no_sum() -> None:
    made = marks(30000, 20000)

    assert made.read([made.amount(0, {"E-0": 1}) // 2]) is None


def test_a_payment_counted_twice_is_no_sum() -> None:
    made = marks(30000, 20000, 10000)

    assert made.read([made.amount(0, {"E-0": 2})]) is None


def test_a_sum_that_is_another_in_another_world_is_no_sum() -> None:
    made = marks(*[30000] * (DIGITS + 1))

    assert made.read([made.amount(0, {"E-0": 1}), made.amount(1, {f"E-{DIGITS}": 1})]) is None


def test_an_amount_without_marks_is_no_sum() -> None:
    assert marks(30000).read([30000 * SCALE]) is None


def test_every_amount_fits_in_the_digits_of_a_cell() -> None:
    made = marks(*[MOST_CENTS] * DIGITS)

    assert all(len(str(made.amount(0, {f"E-{n}": 1}))) == 15 for n in range(DIGITS))
