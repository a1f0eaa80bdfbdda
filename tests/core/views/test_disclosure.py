"""Which sums of a page may change: no row, and no line of rows that wait, has one or two payments
behind its change."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.views.disclosure import Sum, added, enough, moving


@pytest.mark.parametrize(
    ("number", "seen"), [(0, True), (1, False), (2, False), (3, True), (4, True)]
)
def test_none_or_at_least_the_fewest_payments_may_lie_behind_a_change(
    number: int, seen: bool
) -> None:
    assert enough(number, 3) == seen


@given(st.lists(st.tuples(*[st.integers(-(10**9), 10**9)] * 3)))
def test_sums_add_up_by_figure(rows: list[tuple[int, int, int]]) -> None:
    total = added(Sum(*row) for row in rows)

    wanted = tuple(sum(row[index] for row in rows) for index in range(3))
    assert (total.budget, total.spent, total.count) == wanted
    assert added([total, Sum()]) == total == Sum() + total


def test_rows_wait_together_until_enough_lie_behind_their_sum() -> None:
    # One payment went from a to b: both changed, their sum did not, and c is not needed.
    assert moving(
        {"a": 1, "b": 1, "c": 3}, 3, lambda keys: 0 if set(keys) == {"a", "b"} else 3, 3
    ) == frozenset({"c"})
    assert (
        moving({"a": 1, "b": 4}, 5, lambda keys: 1 if set(keys) == {"a"} else 5, 3) == frozenset()
    )
    assert moving({"a": 1}, 1, lambda _: 1, 3) is None
    assert moving({"a": 0, "b": 3}, 3, lambda _: 0, 3) == frozenset({"a", "b"})


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.integers(1, 9))), st.integers(1, 4))
def test_neither_a_row_that_moves_nor_the_rows_that_wait_give_away_a_few_payments(
    payments: dict[str, set[int]], fewest: int
) -> None:
    """Each payment is in one row or in several: there it went from one to the other, and their sum
    did not change."""

    def together(keys: Collection[str]) -> int:
        rows = [payments[key] for key in keys]
        return sum(sum(number in row for row in rows) % 2 for number in range(1, 10))

    behind = {key: len(numbers) for key, numbers in payments.items()}
    moved = moving(behind, together(behind), together, fewest)

    if moved is None:
        assert 0 < together(behind) < fewest
        return
    waiting = behind.keys() - moved
    assert all(behind[key] == 0 or behind[key] >= fewest for key in moved)
    held = together(waiting)
    # Where no further row is left that could wait, the whole page would have to.
    assert held == 0 or held >= fewest or not any(behind[key] for key in moved)


def test_no_more_rows_wait_than_must() -> None:
    """Of rows with enough behind them, the one with the fewest waits first."""
    payments = {"a": 1, "b": 5, "c": 3}

    assert moving(payments, 9, lambda keys: sum(payments[key] for key in keys), 3) == frozenset("b")
