"""Every rule of the design's §9, on figures that were worked out by hand, and the laws that hold
for any plan."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base import months
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.positions import (
    By,
    Forecast,
    Position,
    each_month,
    forecast,
    forecast_of_grant,
    forecast_without_line,
    positions,
)
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from tests.world.money_plans import (
    GRANT,
    LINE,
    SPAN,
    Tables,
    at,
    made,
    plans,
    spent,
    summed,
)

DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0}
"""Decimals of the currencies of random plans."""

# Budget by month


def test_a_line_without_dates_has_its_activitys_else_its_grants() -> None:
    work = {"A-1": {"activity": "Training", "start": "2026-05-01", "end": "2026-06-30"}}
    plan = made(work_plan=work, budget={"B-1": LINE | {"activity": "A-1"}, "B-2": LINE})

    assert phasing(plan.lines["B-1"]) == {"2026-05": 60000, "2026-06": 60000}
    assert phasing(plan.lines["B-2"]) == dict.fromkeys(months.months("2026-01", "2026-12"), 10000)


def test_month_columns_rule_and_their_blanks_are_zero() -> None:
    plan = made(budget={"B-1": LINE | {"2026-02": "700", "2026-06": "500", "start": "2026-01-01"}})

    assert at(plan, "2026-01").budget == 0
    assert at(plan, "2026-05").budget == 70000
    assert at(plan, "2026-12").budget == 120000


def test_a_budget_without_any_date_counts_from_the_beginning() -> None:
    plan = made(grants={"G-1": {key: GRANT[key] for key in ("funder", "currency")}})

    assert phasing(plan.lines["B-1"]) == {ANY_TIME: 120000}
    assert at(plan, "2026-01").budget == 120000


def test_a_month_already_reported_is_not_rephased_by_a_later_change_of_dates() -> None:
    records: Tables = {
        "grants": {"G-1": GRANT},
        "budget": {"B-1": LINE | {"start": "2026-01-01", "end": "2026-06-30"}},
    }
    reported = {"B-1": {"2026-01": 10000, "2026-02": 10000}}

    plan, _ = plan_of(records, base="EUR", reported=reported)

    assert phasing(plan.lines["B-1"]) == dict.fromkeys(
        ["2026-01", "2026-02"], 10000
    ) | dict.fromkeys(months.months("2026-03", "2026-06"), 25000)


def test_a_line_cut_short_after_its_reports_still_sums_to_its_amount() -> None:
    records: Tables = {
        "grants": {"G-1": GRANT},
        "budget": {"B-1": LINE | {"amount": "150", "start": "2026-01-01", "end": "2026-02-28"}},
    }
    reported = {"B-1": {"2026-01": 10000, "2026-02": 10000}}

    plan, _ = plan_of(records, base="EUR", reported=reported)

    assert phasing(plan.lines["B-1"]) == {"2026-01": 10000, "2026-02": 10000, "2026-03": -5000}


def test_dates_that_come_after_the_first_report_phase_a_budget_that_had_none() -> None:
    records: Tables = {"grants": {"G-1": GRANT}, "budget": {"B-1": LINE}}

    plan, _ = plan_of(records, base="EUR", reported={"B-1": {ANY_TIME: 120000}})

    assert phasing(plan.lines["B-1"]) == dict.fromkeys(months.months("2026-01", "2026-12"), 10000)


# Spent, committed, available


def test_spending_counts_when_it_is_paid_and_refunds_take_away() -> None:
    plan = made(
        expenses={
            "E-1": spent("2026-01-31", "100"),
            "E-2": spent("2026-01-20", "50", paid_on="2026-02-03"),
            "E-3": spent("2026-03-01", "30.50", state="refunded", refund_of="E-1"),
            "E-4": {"date": "2026-03-02", "amount": "1", "budget_line": "B-1"},
        }
    )

    assert [at(plan, month).spent for month in ("2026-01", "2026-02", "2026-03")] == [
        10000,
        15000,
        12050,
    ]
    assert [at(plan, month).count for month in ("2026-01", "2026-02", "2026-03")] == [1, 2, 4]


def test_a_commitment_paid_later_keeps_the_past_months_figures() -> None:
    plan = made(expenses={"E-1": spent("2026-01-20", "50", paid_on="2026-03-03")})

    january, february, march = (at(plan, month) for month in ("2026-01", "2026-02", "2026-03"))

    assert [(each.spent, each.committed) for each in (january, february, march)] == [
        (0, 5000),
        (0, 5000),
        (5000, 0),
    ]
    assert january.available == march.available == 115000


def test_a_commitment_with_a_day_of_payment_counts_as_paid_from_that_day() -> None:
    plan = made(
        expenses={
            "E-1": spent("2026-01-20", "50", state="committed", paid_on="2026-02-03"),
            "E-2": spent("2026-01-21", "70", state="committed"),
        }
    )

    assert (at(plan, "2026-01").spent, at(plan, "2026-01").committed) == (0, 12000)
    assert (at(plan, "2026-02").spent, at(plan, "2026-02").committed) == (5000, 7000)


def test_variance_is_budget_less_spent_for_a_month_and_to_date() -> None:
    plan = made(expenses={"E-1": spent("2026-01-05", "130"), "E-2": spent("2026-02-05", "40")})

    february, to_date = at(plan, "2026-02", start="2026-02"), at(plan, "2026-02")

    assert (february.budget, february.spent, february.variance, february.variance_percent) == (
        10000,
        4000,
        6000,
        "60.0",
    )
    assert (to_date.budget, to_date.spent, to_date.variance, to_date.variance_percent) == (
        20000,
        17000,
        3000,
        "15.0",
    )
    assert (february.start, february.end) == ("2026-02", "2026-02")
    assert (to_date.start, to_date.end) == ("2026-01", "2026-02")
    assert february.available == to_date.available == 103000


def test_there_is_no_percentage_of_no_budget() -> None:
    plan = made(
        budget={"B-1": LINE | {"2026-03": "1200"}}, expenses={"E-1": spent("2026-01-05", "130")}
    )

    assert at(plan, "2026-01").variance_percent is None
    assert at(plan, "2026-01").variance == -13000


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        ("110.00", "within plan"),  # exactly at the limit of 10 %
        ("110.01", "over plan"),
        ("90.00", "within plan"),
        ("89.99", "under plan"),
        ("1200.01", "over budget"),
    ],
)
def test_states_against_the_limit(amount: str, state: str) -> None:
    assert at(made(expenses={"E-1": spent("2026-01-05", amount)}), "2026-01").state == state


def test_a_line_spent_beyond_its_amount_is_over_budget_in_every_later_period() -> None:
    plan = made(expenses={"E-1": spent("2026-01-05", "1300"), "E-2": spent("2026-02-05", "100")})

    assert at(plan, "2026-02", start="2026-02").state == "over budget"


def test_a_grants_own_limit_wins() -> None:
    plan = made(
        grants={"G-1": GRANT | {"variance_limit": "25"}},
        expenses={"E-1": spent("2026-01-05", "125")},
    )

    assert at(plan, "2026-01").state == "within plan"


@pytest.mark.parametrize(
    ("spent_", "ordered", "state"),
    [
        ("1200", "0", "within plan"),
        ("1199", "1", "within plan"),
        ("1199", "2", "over committed"),
        ("1201", "500", "over budget"),
    ],
)
def test_a_state_sees_what_is_ordered(spent_: str, ordered: str, state: str) -> None:
    plan = made(
        expenses={
            "E-1": spent("2026-12-01", spent_),
            "E-2": spent("2026-12-02", ordered, state="committed"),
        }
    )
    position = at(plan, "2026-12")

    assert position.state == state
    assert (position.available < 0) == position.state.startswith("over")


def test_more_ordered_than_there_is_shows_before_anything_is_spent() -> None:
    plan = made(
        budget={"B-1": LINE | {"start": "2026-06-01", "end": "2026-12-31"}},
        expenses={"E-1": spent("2026-01-05", "1200.01", state="committed")},
    )

    assert at(plan, "2026-01").state == "over committed"


# What a period sums


def test_a_position_to_date_begins_where_its_money_begins_and_says_so() -> None:
    before = {"E-1": spent("2025-11-20", "50"), "E-2": spent("2026-02-03", "10")}
    plan = made(expenses=before)

    to_date = at(plan, "2026-06")
    assert (to_date.start, to_date.spent) == ("2025-11", 6000)
    assert at(plan, "2026-06", start="2025-11") == to_date
    within = at(plan, "2026-06", start="2026-01")
    assert (within.start, within.spent) == ("2026-01", 1000)


def test_a_budget_without_dates_has_no_first_month() -> None:
    plan = made(
        grants={"G-1": {key: GRANT[key] for key in ("funder", "currency")}},
        expenses={"E-1": spent("2026-02-03", "10")},
    )

    assert (at(plan, "2026-06").start, at(plan, "2026-06").budget) == ("", 120000)
    assert at(plan, "2026-06", start="2026-02").budget == 0


def test_a_line_that_has_not_begun() -> None:
    plan = made(budget={"B-1": LINE | {"start": "2026-06-01", "end": "2026-07-01"}})

    assert at(plan, "2026-01").state == "not started"


# Currencies


# Spending on no line


def test_spending_on_no_line_is_its_grants_and_on_no_grant_is_unrestricted() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}},
        expenses={
            "E-1": {"date": "2026-01-05", "amount": "10", "grant": "G-1"},
            "E-2": {"date": "2026-01-06", "amount": "7"},
        },
    )

    found = positions(plan, summed(plan), end="2026-01")

    assert [(each.grant, each.line, each.currency, each.spent, each.state) for each in found] == [
        ("G-1", "B-1", "USD", 0, "under plan"),
        ("G-1", "", "USD", 1000, "unbudgeted"),
        ("", "", "EUR", 700, "unbudgeted"),
    ]
    assert [each.spent for each in positions(plan, summed(plan), end="2026-01", grant="G-1")] == [
        0,
        1000,
    ]


def test_an_expense_before_the_first_month_is_an_opening_balance_of_its_line() -> None:
    plan = made(expenses={"E-1": spent("2025-11-30", "300")})

    assert (at(plan, "2026-01").spent, at(plan, "2026-01").available) == (30000, 90000)


# Groups


def test_categories_of_different_currencies_are_never_summed() -> None:
    plan = made(
        grants={"G-1": GRANT, "G-2": GRANT | {"currency": "USD"}, "G-3": GRANT},
        budget={f"B-{number}": LINE | {"grant": f"G-{number}"} for number in (1, 2, 3)},
    )

    found = positions(plan, [], end="2026-01", by="category")

    assert [(each.category, each.currency, each.budget, each.grant) for each in found] == [
        ("Supplies", "EUR", 20000, ""),
        ("Supplies", "USD", 10000, "G-2"),
    ]


def test_unbudgeted_spending_never_hides_among_lines_without_a_category() -> None:
    plan = made(
        budget={"B-1": {"grant": "G-1", "amount": "1200"}},
        expenses={"E-1": {"date": "2026-01-05", "amount": "10", "grant": "G-1"}},
    )

    found = positions(plan, summed(plan), end="2026-01", by="category")

    assert [(each.category, each.budget, each.spent, each.state) for each in found] == [
        ("", 10000, 0, "under plan"),
        ("", 0, 1000, "unbudgeted"),
    ]


# Forecast


def test_the_forecast_as_planned_and_at_this_pace() -> None:
    plan = made(
        expenses={
            "E-1": spent("2026-01-05", "10"),
            "E-2": spent("2026-02-05", "90"),
            "E-3": spent("2026-03-05", "100"),
            "E-4": spent("2026-04-05", "120"),
            "E-5": spent("2026-04-06", "500", state="committed"),
        }
    )

    found = forecast(plan, summed(plan), "B-1", "2026-04")

    assert (
        found.as_planned == 32000 + 80000
    )  # eight months of 100 left, more than the 500 committed
    assert found.at_this_pace == 32000 + 82667  # a third of 310.00, eight times: 826.666… rounded


def test_a_large_commitment_is_the_forecast() -> None:
    plan = made(expenses={"E-1": spent("2026-11-06", "500", state="committed")})

    assert forecast(plan, summed(plan), "B-1", "2026-11").as_planned == 50000
    assert forecast(plan, summed(plan), "B-1", "2026-12").at_this_pace == 0


def test_the_forecast_of_a_grant_has_what_is_spent_on_no_line() -> None:
    loose = {"budget_line": "", "grant": "G-1"}
    plan = made(
        expenses={
            "E-1": spent("2026-03-05", "300", **loose),
            "E-2": spent("2026-04-06", "50", state="committed", **loose),
            "E-3": spent("2026-06-06", "70", **loose),
        }
    )
    totals = summed(plan)
    of_line = forecast(plan, totals, "B-1", "2026-04")

    assert forecast_without_line(totals, "G-1", "2026-04") == Forecast(35000, 30000)
    assert forecast_without_line(totals, "", "2026-04") == Forecast(0, 0)
    assert forecast_of_grant(plan, totals, "G-1", "2026-04") == Forecast(
        of_line.as_planned + 35000, of_line.at_this_pace + 30000
    )


# Grants


# Laws


@pytest.mark.slow
@given(plans())
def test_a_phased_budget_sums_to_its_amount(plan: Plan) -> None:
    for line in plan.lines.values():
        by_month = phasing(line)
        assert sum(by_month.values()) == (sum(line.months.values()) if line.months else line.amount)
        assert len(by_month) == len(line.months) or by_month


@pytest.mark.slow
@given(plans())
def test_nothing_that_was_spent_is_dropped(plan: Plan) -> None:
    expected: dict[str, int] = {}
    for expense in plan.expenses.values():
        if expense.state == "committed" and not expense.paid_on:
            continue
        grant = plan.lines[expense.line].grant if expense.line else expense.grant
        to = plan.grants[grant].currency if grant else plan.base
        own, other = (
            Fraction(1) if code == "EUR" else Fraction(plan.rates["2026-01", code])
            for code in (expense.currency, to)
        )
        scale = Fraction(10) ** (DECIMALS[to] - DECIMALS[expense.currency])
        units = round(expense.amount * scale * other / own)  # a Fraction rounds half to even
        expected[to] = expected.get(to, 0) + (-units if expense.state == "refunded" else units)

    found: dict[str, int] = {}
    for each in positions(plan, summed(plan), end=SPAN[-1]):
        found[each.currency] = found.get(each.currency, 0) + each.spent

    assert {code: units for code, units in found.items() if units} == {
        code: units for code, units in expected.items() if units
    }


@pytest.mark.slow
@given(plans(), st.sampled_from(SPAN), st.sampled_from(["line", "category", "activity", "grant"]))
def test_the_same_months_are_the_same_sums(plan: Plan, end: str, by: By) -> None:
    sums = summed(plan)
    for to_date in positions(plan, sums, end=end, by=by):
        if to_date.start:
            asked = positions(plan, sums, start=to_date.start, end=end, by=by)
            same = [
                each
                for each in asked
                if (each.grant, each.line, each.category, each.activity, each.currency)
                == (
                    to_date.grant,
                    to_date.line,
                    to_date.category,
                    to_date.activity,
                    to_date.currency,
                )
                and (each.state == "unbudgeted") == (to_date.state == "unbudgeted")
            ]
            assert [(each.budget, each.spent, each.count) for each in same] == [
                (to_date.budget, to_date.spent, to_date.count)
            ]


@pytest.mark.slow
@given(plans(), st.sampled_from(SPAN))
def test_to_date_is_the_sum_of_its_months(plan: Plan, end: str) -> None:
    sums = summed(plan)
    by_month: dict[tuple[str, str], list[int]] = {}
    for each in each_month(plan, sums, start=SPAN[0], end=end):
        held = by_month.setdefault((each.grant, each.line), [0, 0, 0, 0])
        for index, units in enumerate((each.budget, each.spent, each.variance, each.count)):
            held[index] += units

    for each in positions(plan, sums, end=end):
        whole = [each.budget, each.spent, each.variance, each.count]
        assert by_month.pop((each.grant, each.line), [0, 0, 0, 0]) == whole
    assert by_month == {}


@pytest.mark.slow
@given(
    plans(),
    st.sampled_from(SPAN),
    st.one_of(st.none(), st.sampled_from(SPAN)),
    st.sampled_from(["category", "activity", "grant"]),
)
def test_groups_sum_to_their_lines(plan: Plan, end: str, start: str | None, by: By) -> None:
    def summed_by_currency(found: list[Position]) -> dict[str, list[int]]:
        sums: dict[str, list[int]] = {}
        for each in found:
            held = sums.setdefault(each.currency, [0] * 7)
            figures = (
                each.amount,
                each.budget,
                each.spent,
                each.committed,
                each.available,
                each.variance,
                each.count,
            )
            for index, units in enumerate(figures):
                held[index] += units
        return sums

    sums = summed(plan)

    groups = positions(plan, sums, start=start, end=end, by=by)

    assert summed_by_currency(groups) == summed_by_currency(
        positions(plan, sums, start=start, end=end)
    )


def test_month_by_month_spending_without_a_line_has_no_amount_of_its_own() -> None:
    """What is available is below zero by what was spent so far, and by what is ordered."""
    plan = made(
        expenses={
            "E-1": {"date": "2026-02-01", "grant": "G-1", "amount": "5", "state": "paid"},
            "E-2": {"date": "2026-03-01", "grant": "G-1", "amount": "7", "state": "paid"},
            "E-3": {"date": "2026-03-02", "grant": "G-1", "amount": "2", "state": "committed"},
        }
    )

    found = {
        position.end: (position.amount, position.spent, position.available)
        for position in each_month(plan, summed(plan), start="2026-01", end="2026-03")
        if not position.line and position.spent
    }

    assert found == {"2026-02": (0, 500, -500), "2026-03": (0, 700, -1400)}
