"""The figures of a row add up field by field; what follows from them is worked out anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from budgettrack.core.figures.sums import SUMMED, Sums, added

UNITS = st.integers(-(10**9), 10**9)
ROWS = st.lists(st.builds(Sums, approved=st.none() | UNITS, **dict.fromkeys(SUMMED, UNITS)))


def test_every_figure_but_the_approved_sum_is_summed() -> None:
    assert set(Sums.__struct_fields__) == {*SUMMED, "approved"}


@given(ROWS)
def test_each_column_is_the_sum_of_its_rows(rows: list[Sums]) -> None:
    total = added(rows)

    for name in SUMMED:
        assert getattr(total, name) == sum(getattr(row, name) for row in rows)
    known = [row.approved for row in rows if row.approved is not None]
    assert total.approved == (sum(known) if known else None)


@given(ROWS)
def test_the_order_of_rows_does_not_matter(rows: list[Sums]) -> None:
    assert astuple(added(rows)) == astuple(added(reversed(rows)))


def test_variances_are_budget_less_spending_and_available_sees_commitments() -> None:
    row = Sums(whole=1000, period_budget=50, period_spent=70, budget=300, spent=280, committed=800)

    assert (row.period_variance, row.variance, row.available) == (-20, 20, -80)
