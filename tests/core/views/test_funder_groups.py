"""The groups of a funder's summary, and the rows beyond a limit. The expected figures are worked out
by hand from the plan in `tests/world/funded_year.py`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.figures.profile import Category, Limit, Profile
from budgettrack.core.records.model import Plan
from budgettrack.core.views.funder_groups import grouped, judged_rows, rounded_lines
from budgettrack.core.views.funder_lines import exact_lines
from budgettrack.core.views.funder_types import Group, JudgedRow
from tests.world.funded_year import basis, limit, profile, year

RENT = Category(name="Running costs", code="R", of=("Rent",))
TRAVEL = Category(name="Travel")
UNUSED = Category(name="Equipment", code="E")


def groups_of(wanted: Profile, plan: Plan | None = None) -> list[Group]:
    figures = basis(plan, wanted)
    return grouped(figures, exact_lines(figures))


def shown(groups: Sequence[Group]) -> list[tuple[str, str, str, list[str], int]]:
    """Kind, code, name, lines and spending of each group."""
    return [
        (group.kind, group.code, group.name, [line.id for line in group.lines], group.sums.spent)
        for group in groups
    ]


def test_our_own_categories_are_the_groups_and_spending_on_no_line_comes_last() -> None:
    assert shown(groups_of(profile())) == [
        ("", "", "Rent", ["B-1"], 29000),
        ("", "", "Travel", ["B-2"], 7500),
        ("", "", "Food", ["B-3"], 0),
        ("unbudgeted", "", "", [""], 1200),
    ]


def test_by_activity_a_group_has_the_lines_of_its_activity() -> None:
    assert shown(groups_of(profile(by="activity"))) == [
        ("", "A-1", "Outreach evenings", ["B-1", "B-3"], 29000),
        ("", "A-2", "Visits", ["B-2"], 7500),
        ("unbudgeted", "", "", [""], 1200),
    ]


def test_a_line_of_no_funders_category_has_a_group_of_its_own() -> None:
    assert shown(groups_of(profile(category=(UNUSED, TRAVEL, RENT)))) == [
        ("", "E", "Equipment", [], 0),
        ("", "", "Travel", ["B-2"], 7500),
        ("", "R", "Running costs", ["B-1"], 29000),
        ("unmapped", "", "", ["B-3"], 0),
        ("unbudgeted", "", "", [""], 1200),
    ]


def test_an_unused_category_can_be_left_out() -> None:
    used = groups_of(profile(category=(UNUSED, TRAVEL, RENT), every_category=False))

    assert "Equipment" not in [group.name for group in used]


def test_a_category_can_be_the_sum_of_others_and_of_sums() -> None:
    direct = Category(name="Direct costs", code="D", sum=("R", "Travel"))
    everything = Category(name="All costs", code="A", sum=("D", "E"))

    assert shown(groups_of(profile(category=(everything, RENT, TRAVEL, direct, UNUSED)))) == [
        ("sum", "A", "All costs", [], 36500),
        ("", "R", "Running costs", ["B-1"], 29000),
        ("", "", "Travel", ["B-2"], 7500),
        ("sum", "D", "Direct costs", [], 36500),
        ("", "E", "Equipment", [], 0),
        ("unmapped", "", "", ["B-3"], 0),
        ("unbudgeted", "", "", [""], 1200),
    ]


@given(st.lists(st.integers(1, 99999), min_size=3, max_size=3))
def test_rounded_columns_still_add_up(cents: list[int]) -> None:
    amounts = {
        f"B-{number}": {"amount": f"{units // 100}.{units % 100:02d}"}
        for number, units in enumerate(cents, 1)
    }
    figures = basis(year(budget=amounts), profile(round_to=Decimal(10)))

    rounded = rounded_lines(figures, exact_lines(figures))

    assert all(line.sums.whole % 1000 == 0 for line in rounded)
    assert sum(line.sums.whole for line in rounded) == 1000 * round(Fraction(sum(cents), 1000))


def test_without_rounding_the_lines_stay_as_they_are() -> None:
    figures = basis()

    assert rounded_lines(figures, exact_lines(figures)) == exact_lines(figures)


def test_a_line_and_its_group_are_marked_by_limits_of_their_own_scope() -> None:
    # Below their budgets: B-1 and Rent by 52 %, B-2 and Travel by 75 %, B-3 and Food by 100 %.
    limits = (limit(scope="line", percent=90), limit(scope="category", percent=60))

    groups = groups_of(profile(limit=limits))

    assert [(group.name, group.limits) for group in groups] == [
        ("Rent", ()), ("Travel", (1,)), ("Food", (1,)), ("", ()),
    ]  # fmt: skip
    assert [line.limits for group in groups for line in group.lines] == [(), (), (0,), ()]


def test_a_limit_is_judged_before_figures_are_rounded() -> None:
    # 75.00 of 300.00 are exactly 75 % below. Rounded to hundreds, 100 of 300 would be 67 %.
    of_line = limit(scope="line", percent=75, comparator=">=")
    of_category = limit(scope="category", percent=75, comparator=">=")

    groups = groups_of(profile(limit=(of_line, of_category), round_to=Decimal(100)))

    assert [line.id for group in groups for line in group.lines if line.limits] == ["B-2", "B-3"]
    assert [group.name for group in groups if group.limits] == ["Travel", "Food"]


def judged(wanted: Limit, *, by: str = "category") -> tuple[JudgedRow, ...]:
    figures = basis(wanted=profile(limit=(wanted,), by=by))
    return judged_rows(figures, exact_lines(figures))


def test_activities_are_judged_beside_a_summary_by_category() -> None:
    # A-1 has spent 290 of 900 (68 % below), A-2 has spent 75 of 300 (75 % below).
    assert judged(limit(scope="activity", percent=70)) == (
        JudgedRow("activity", "A-2", ("B-2",), (0,)),
    )
    assert judged(limit(scope="activity", percent=70), by="activity") == ()


def test_categories_are_judged_beside_a_summary_by_activity() -> None:
    assert judged(limit(scope="category", percent=90), by="activity") == (
        JudgedRow("category", "Food", ("B-3",), (0,)),
    )
    assert judged(limit(scope="category", percent=90)) == ()


def test_the_whole_grant_is_judged_with_its_spending_on_no_line() -> None:
    # 377 of 1,200 are 68.6 % below.
    whole = JudgedRow("grant", "G-1", ("B-1", "B-2", "B-3", ""), (0,))

    assert judged(limit(scope="grant", percent=68)) == (whole,)
    assert judged(limit(scope="grant", percent=69)) == ()
