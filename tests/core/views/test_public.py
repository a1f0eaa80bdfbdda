"""The public view: its tables add up, and nothing published gives away a payment or a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.base.months import after
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Expense, Plan
from budgettrack.core.views.public_types import PublicView
from tests.world.report_plans import MONTH, harbour, public


def _public(plan: Plan, month: str = MONTH, left_out: int = 0) -> PublicView:
    return public(plan, month, left_out=left_out)


def test_the_tables_agree_with_the_positions_of_lines_that_pay_nobody() -> None:
    plan = harbour()
    plan = replace(plan, grants={key: each for key, each in plan.grants.items() if key != "G-2"})
    plan = replace(
        plan, lines={key: each for key, each in plan.lines.items() if each.grant != "G-2"}
    )
    plan = replace(
        plan, expenses={key: each for key, each in plan.expenses.items() if each.grant != "G-2"}
    )
    view = _public(plan)
    known = [each for each in positions(plan, totals(plan)[0], end=MONTH) if each.line != "B-1.3"]

    assert view.categories.total.spent == sum(each.spent for each in known)
    assert view.categories.total.budget == sum(each.budget for each in known)
    rent = next(row for row in view.categories.rows if row.name == "Rent and utilities")
    line = next(each for each in known if each.line == "B-1.1")
    assert (rent.budget, rent.spent, rent.variance) == (line.budget, line.spent, line.variance)


def test_foreign_grants_are_counted_at_their_budget_rate() -> None:
    view = _public(harbour())
    training = next(row for row in view.categories.rows if row.name == "Training")

    # GBP 4,500.00 planned from July to March, at 0.85 in one sum
    assert training.budget == round(Fraction(450000) / Fraction("0.85"))


def test_rows_and_held_money_sum_to_the_total_in_both_tables() -> None:
    view = _public(harbour())

    for table in (view.categories, view.activities):
        rows = [*table.rows, *([table.held] if table.held else [])]
        assert sum(row.spent for row in rows) == table.total.spent
        assert sum(row.budget for row in rows) == table.total.budget
    assert view.categories.total == view.activities.total


@given(
    st.dictionaries(st.sampled_from([f"E-{n}" for n in range(1, 90)]), st.integers(1, 99_999)),
    st.integers(0, 8),
)
@settings(max_examples=25, deadline=None)
def test_tables_add_up_whatever_was_paid(amounts: dict[str, int], back: int) -> None:
    plan = harbour()
    kept = {
        key: replace(each, amount=amounts[key])
        for key, each in plan.expenses.items()
        if key in amounts
    }
    view = _public(replace(plan, expenses=kept), after(MONTH, -back))

    for table in (view.categories, view.activities):
        rows = [*table.rows, *([table.held] if table.held else [])]
        assert sum(row.spent for row in rows) == table.total.spent
    if view.people is not None and view.people.spent is not None:
        paid = [
            e for e in kept.values() if e.line == "B-1.3" and e.date.year == int(view.people.year)
        ]
        assert len(paid) == 0 or len(paid) >= 3
        assert view.people.spent == sum(each.amount for each in paid)


def test_a_change_of_this_years_pay_changes_nothing_that_is_published() -> None:
    """So nothing published can be used to work the pay out."""
    plan = harbour()
    other = {
        key: (
            replace(each, amount=each.amount * 7 + 1)
            if each.line == "B-1.3" and each.date.year == 2026
            else each
        )
        for key, each in plan.expenses.items()
    }

    assert _public(replace(plan, expenses=other)) == _public(plan)


def test_pay_is_one_total_for_the_last_complete_and_closed_year() -> None:
    plan = harbour()
    view = _public(plan)

    assert view.people is not None
    assert (view.people.year, view.people.spent) == ("2025", 6 * 150000)
    opened = _public(replace(plan, closed=plan.closed - {"2025-11"}))
    assert opened.people is not None
    assert opened.people.spent is None


def test_pay_of_fewer_than_three_payments_is_withheld() -> None:
    plan = harbour()
    paid = [
        key
        for key, each in plan.expenses.items()
        if each.line == "B-1.3" and each.date.year == 2025
    ]
    view = _public(
        replace(plan, expenses={key: e for key, e in plan.expenses.items() if key not in paid[2:]})
    )

    assert view.people is not None
    assert (view.people.budget, view.people.spent) == (None, None)


def test_only_published_grants_are_named_and_the_others_are_one_line() -> None:
    view = _public(harbour())

    assert [grant.id for grant in view.grants] == ["G-1", "G-2"]
    assert "Quiet" not in repr(view)
    assert [row.kind for row in view.categories.rows].count("withheld") == 1


def test_a_single_gift_waits_for_others() -> None:
    view = _public(harbour())
    gifts = next(row for row in view.money_in if row.kind == "gifts")

    assert (gifts.to_date, gifts.this_month) == (6000 + 1500 + 312, 0)
    assert view.too_few_gifts


def test_a_month_alone_is_not_shown_while_it_would_give_away_the_month_before() -> None:
    plan = harbour()
    few = [key for key, each in plan.expenses.items() if each.date < date(2026, 2, 1)]
    kept = {key: plan.expenses[key] for key in few}
    for number, day in enumerate((date(2026, 2, 3), *(date(2026, 3, d) for d in (1, 2, 3)))):
        kept[f"N-{number}"] = Expense(f"N-{number}", day, "B-1.1", "G-1", 1000, "EUR", "paid", day)
    plan = replace(plan, expenses=kept)

    assert _public(plan, "2026-02").through == "2026-01"
    march = _public(plan)
    assert march.through == "2026-03"
    assert march.spent_this_month is None


def test_a_month_is_provisional_until_closed() -> None:
    plan = harbour()

    assert _public(plan).provisional
    assert not _public(replace(plan, closed=plan.closed | {MONTH})).provisional
