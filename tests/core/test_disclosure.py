"""What may be shown: sums add up, and neither a figure nor its change since any page before is of too few payments."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.disclosure import NOTHING, Shown, Sum, added, shown
from budgettrack.core.periods import months

KEYS = ["a", "b", "c", "d"]
SPAN = months("2026-01", "2026-06")
FEWEST = 3

cells = st.dictionaries(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(SPAN)),
    st.builds(lambda count, each, budget: Sum(budget, each * count, count), st.integers(1, 5), st.integers(1, 99), st.integers(0, 99)),
    max_size=24,
)  # fmt: skip


def _pages(found: dict[tuple[str, str], Sum]) -> list[Shown]:
    return [shown(found, KEYS, SPAN[: number + 1], FEWEST) for number in range(len(SPAN))]


@given(cells)
@settings(max_examples=300, deadline=None)
def test_rows_and_the_held_line_sum_to_all_money_up_to_the_page(found: dict[tuple[str, str], Sum]) -> None:
    for page in _pages(found):
        upto = added(what for (_, month), what in found.items() if page.through and month <= page.through)
        assert page.total == upto
        for key, (through, what) in page.rows.items():
            assert what == added(v for (k, month), v in found.items() if k == key and through and month <= through)


@given(cells)
@settings(max_examples=300, deadline=None)
def test_no_figure_and_no_change_from_any_earlier_page_has_one_or_two_payments(
    found: dict[tuple[str, str], Sum],
) -> None:
    def fit(count: int) -> bool:
        return count == 0 or count >= FEWEST

    pages = _pages(found)
    for number, page in enumerate(pages):
        assert fit(page.held.count)
        for before in (None, *pages[:number]):
            assert fit(page.total.count - (before.total.count if before else 0))
            for key in KEYS:
                assert fit(page.rows[key][1].count - (before.rows[key][1].count if before else 0))


def test_new_money_of_a_small_row_joins_its_neighbour_and_both_are_named() -> None:
    page = shown({("a", "2026-01"): Sum(10, 5, 1), ("b", "2026-01"): Sum(20, 9, 4)}, ["a", "b"], SPAN[:1], FEWEST)

    assert page.waiting == ("a", "b")
    assert page.held == Sum(30, 14, 5)


def test_a_page_with_too_few_payments_in_all_stays_where_it_was() -> None:
    found = {("a", "2026-01"): Sum(0, 9, 4), ("a", "2026-02"): Sum(0, 5, 2)}

    assert shown(found, ["a"], SPAN[:2], FEWEST).through == "2026-01"
    assert shown(found, ["a"], SPAN[:2], FEWEST).total == Sum(0, 9, 4)


def test_a_budget_without_spending_is_shown_at_once() -> None:
    page = shown({("a", "2026-01"): Sum(10, 0, 0)}, ["a"], SPAN[:1], FEWEST)

    assert page.rows["a"] == ("2026-01", Sum(10, 0, 0))
    assert page.held == NOTHING
