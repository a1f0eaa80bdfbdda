"""Every rule of the design's §9, on figures that were worked out by hand, and the laws that hold
for any plan."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base import money, months
from budgettrack.core.base.findings import Finding
from budgettrack.core.figures.cash import GrantPosition, grant_positions, overall
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.positions import By, Position, each_month, forecast, positions
from budgettrack.core.figures.totals import Total, totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of

Tables = dict[str, dict[str, Fields]]

GRANT = {
    "funder": "Harbour Fund",
    "currency": "EUR",
    "amount": "1200",
    "start": "2026-01-01",
    "end": "2026-12-31",
    "state": "active",
}
LINE = {"grant": "G-1", "amount": "1200", "category": "Supplies"}


def made(**tables: Mapping[str, Fields]) -> Plan:
    """The plan of these records; nothing in them may be found."""
    records: Tables = {"grants": {"G-1": GRANT}, "budget": {"B-1": LINE}}
    records |= {name: dict(rows) for name, rows in tables.items()}
    plan, found = plan_of(records, base="EUR")
    assert found == []
    return plan


def summed(plan: Plan) -> list[Total]:
    sums, found = totals(plan)
    assert found == []
    return sums


def spent(on: str, amount: str, **fields: str) -> Fields:
    return {"date": on, "amount": amount, "budget_line": "B-1", "state": "paid"} | fields


def at(plan: Plan, end: str, *, start: str | None = None, line: str = "B-1") -> Position:
    return next(
        each for each in positions(plan, summed(plan), start=start, end=end) if each.line == line
    )


def cash(plan: Plan, end: str, grant: str = "G-1") -> GrantPosition:
    return next(each for each in grant_positions(plan, summed(plan), end) if each.grant == grant)


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


RATES = {
    "2026-01 USD": {"month": "2026-01", "currency": "USD", "rate": "1.25"},
    "2026-02 USD": {"month": "2026-02", "currency": "USD", "rate": "2"},
    "2026-01 GBP": {"month": "2026-01", "currency": "GBP", "rate": "0.8"},
}


def test_each_expense_is_converted_once_at_its_months_rate_half_to_even() -> None:
    plan = made(
        rates=RATES,
        expenses={
            "E-1": spent("2026-01-05", "10", currency="USD"),  # 8.00
            "E-2": spent("2026-02-05", "0.01", currency="USD"),  # half a cent: 0.00
            "E-3": spent("2026-02-06", "0.03", currency="USD"),  # a cent and a half: 0.02
            "E-4": spent("2026-02-07", "0.03", currency="USD", state="refunded"),
        },
    )

    assert [at(plan, "2026-01").spent, at(plan, "2026-02").spent] == [800, 800]


def test_a_payment_counts_where_only_the_rate_of_its_order_is_missing() -> None:
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2025-12-05", "10", currency="USD", paid_on="2026-01-05")},
    )

    sums, found = totals(plan)

    assert [(each.ordered, each.paid, each.spent, each.committed, each.count) for each in sums] == [
        ("2025-12", "2026-01", 800, 0, 1)
    ]
    assert [each.problem for each in found] == ["There is no rate for USD in 2025-12."]


def test_a_grant_of_another_currency_takes_expenses_of_a_third() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}},
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "8", currency="GBP")},
    )

    assert (at(plan, "2026-01").spent, at(plan, "2026-01").currency) == (1250, "USD")


def test_an_expense_without_a_currency_is_in_its_grants() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}}, expenses={"E-1": spent("2026-01-05", "8")}
    )

    assert at(plan, "2026-01").spent == 800


def test_a_commitment_is_held_at_the_rate_of_its_order_and_paid_at_the_rate_of_its_payment() -> (
    None
):
    plan = made(
        rates=RATES,
        expenses={"E-1": spent("2026-01-05", "10", currency="USD", paid_on="2026-02-05")},
    )

    assert (at(plan, "2026-01").committed, at(plan, "2026-02").spent) == (800, 500)


def test_without_a_rate_the_amount_is_left_out_and_found_once_for_each_currency_and_month() -> None:
    expenses = {f"E-{number}": spent("2026-03-05", "10", currency="USD") for number in range(3)}
    expenses["E-9"] = spent("2026-03-05", "10")
    plan = made(rates=RATES, expenses=expenses)

    sums, found = totals(plan)

    assert found == [
        Finding("no-rate", "expenses", "E-0", "date", (("currency", "USD"), ("month", "2026-03")))
    ]
    assert found[0].problem == "There is no rate for USD in 2026-03."
    assert sum(total.spent for total in sums) == 1000


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


# Grants


def income(on: str, amount: str, **fields: str) -> Fields:
    return {
        "date": on,
        "amount": amount,
        "grant": "G-1",
        "kind": "instalment",
        "state": "received",
    } | fields


def test_a_grants_cash() -> None:
    plan = made(
        income={
            "I-1": income("2026-01-10", "600"),
            "I-2": income("2026-02-10", "5", kind="interest"),
            "I-3": income("2026-03-01", "20", kind="returned to funder"),
            "I-4": income("2026-06-01", "600", state="expected"),
            "I-5": income("2026-09-01", "1"),
        },
        expenses={
            "E-1": spent("2026-01-05", "130"),
            "E-2": {"date": "2026-01-06", "amount": "7", "grant": "G-1"},
            "E-3": spent("2026-03-05", "40", state="committed"),
        },
    )

    found = cash(plan, "2026-03")

    assert (found.award, found.lines, found.budget) == (120000, 120000, 30000)
    assert (found.expected, found.received, found.returned) == (60000, 60500, 2000)
    assert (found.spent, found.unbudgeted, found.committed) == (13700, 700, 4000)
    assert found.balance == 60500 - 2000 - 13700
    assert found.still_to_receive == 60000  # interest is no part of the award
    assert found.variance == 30000 - 13700
    assert (found.elapsed_days, found.whole_days) == (90, 365)


@pytest.mark.parametrize(
    ("on", "fee", "balance"), [("income", 4200, 42800), ("", 4200, 42800), ("spending", 910, 46090)]
)
def test_the_hosts_fee_on_income_or_spending(on: str, fee: int, balance: int) -> None:
    plan = made(
        grants={"G-1": GRANT | {"host_fee": "7", "host_fee_on": on}},
        income={"I-1": income("2026-01-10", "600")},
        expenses={"E-1": spent("2026-01-05", "130")},
    )

    assert (cash(plan, "2026-01").host_fee, cash(plan, "2026-01").balance) == (fee, balance)


def test_the_hosts_fee_is_rounded_half_to_even() -> None:
    plan = made(
        grants={"G-1": GRANT | {"host_fee": "5"}}, income={"I-1": income("2026-01-10", "0.10")}
    )

    assert cash(plan, "2026-01").host_fee == 0


def test_an_opening_balance_is_held_and_the_host_took_its_fee_on_it_before() -> None:
    plan = made(
        grants={"G-1": GRANT | {"host_fee": "10"}},
        income={
            "I-1": income("2025-12-31", "200", kind="opening balance"),
            "I-2": income("2026-01-10", "600"),
        },
    )

    found = cash(plan, "2026-01")

    assert (found.received, found.host_fee, found.balance, found.still_to_receive) == (
        80000,
        6000,
        74000,
        40000,
    )


def test_income_counts_as_it_arrived_in_the_grants_currency_else_at_its_months_rate() -> None:
    plan = made(
        rates=RATES,
        income={
            "I-1": income(
                "2026-01-10",
                "100",
                currency="USD",
                received_amount="79.10",
                received_currency="EUR",
            ),
            "I-2": income("2026-01-11", "100", currency="USD"),
            "I-3": income("2026-01-12", "50", received_amount="48.50", received_currency="EUR"),
        },
    )

    assert cash(plan, "2026-01").received == 7910 + 8000 + 4850


def test_what_is_expected_in_months_to_come_stands_at_the_last_rate() -> None:
    plan = made(
        rates=RATES, income={"I-1": income("2026-09-10", "100", currency="USD", state="expected")}
    )

    assert cash(plan, "2026-01").expected == 5000


def test_what_was_agreed_in_the_grants_currency_stands_where_the_bank_keeps_another() -> None:
    plan = made(
        grants={"G-1": GRANT | {"currency": "USD"}},
        income={
            "I-1": income("2026-01-10", "100", received_amount="79.10", received_currency="EUR")
        },
    )

    assert cash(plan, "2026-01").received == 10000


def test_money_of_no_grant_is_apart() -> None:
    plan = made(
        income={
            "I-1": {"date": "2026-01-10", "amount": "25", "kind": "donation", "state": "received"}
        },
        expenses={"E-1": {"date": "2026-01-06", "amount": "7"}},
    )

    assert (cash(plan, "2026-01", "").balance, cash(plan, "2026-01").balance) == (1800, 0)


def test_all_grants_together_at_their_budget_rates_and_the_exchange_difference_apart() -> None:
    plan = made(
        grants={
            "G-1": GRANT | {"budget_rate": "9"},  # in the base currency: no rate is needed
            "G-2": GRANT | {"currency": "USD", "amount": "2000", "budget_rate": "1.6"},
        },
        budget={"B-1": LINE, "B-2": LINE | {"grant": "G-2", "amount": "1920"}},
        rates=RATES,
        expenses={
            "E-1": spent("2026-01-05", "100"),
            "E-2": spent("2026-01-05", "200", budget_line="B-2"),
            "E-3": spent("2026-02-05", "40", budget_line="B-2"),
        },
    )

    found = overall(plan, summed(plan), "2026-02")

    assert found.currency == "EUR"
    assert found.award == 120000 + 125000
    assert found.budget == 20000 + 20000  # 320 USD at 1.6
    assert found.spent == 10000 + 15000  # 240 USD at 1.6
    assert found.exchange_difference == 16000 + 2000 - 15000  # 200 at 1.25 and 40 at 2
    assert found.without_rate == ()


def test_a_grant_without_any_rate_is_named_and_left_out_of_all_grants_together() -> None:
    plan = made(grants={"G-1": GRANT, "G-2": GRANT | {"currency": "USD"}})

    found = overall(plan, [], "2026-02")

    assert (found.award, found.without_rate) == (120000, ("G-2",))


# Laws


AMOUNTS = st.integers(0, 10**9)
DAYS = st.dates(date(2025, 10, 1), date(2027, 3, 31)).map(date.isoformat)
SPAN = months.months("2025-10", "2027-03")
ALL_RATES: dict[str, Fields] = {
    f"{month} {code}": {"month": month, "currency": code, "rate": rate}
    for month in SPAN
    for code, rate in (("USD", "1.087"), ("JPY", "163.25"))
}


def _amount(draw: st.DrawFn, currency: str) -> str:
    return money.decimal(draw(AMOUNTS), currency)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Grants of three currencies, lines phased in every way, and spending on lines, grants and
    neither."""
    currencies = {
        f"G-{number}": draw(st.sampled_from(["EUR", "USD", "JPY"]))
        for number in range(draw(st.integers(1, 3)))
    }
    grants = {
        id_: GRANT | {"currency": code, "amount": _amount(draw, code)}
        for id_, code in currencies.items()
    }
    budget: dict[str, Fields] = {}
    for number in range(draw(st.integers(1, 5))):
        grant = draw(st.sampled_from(sorted(grants)))
        fields = {
            "grant": grant,
            "amount": _amount(draw, currencies[grant]),
            "category": draw(st.sampled_from("ab")),
        }
        if draw(st.booleans()):
            fields |= dict(zip(("start", "end"), sorted((draw(DAYS), draw(DAYS))), strict=True))
        elif draw(st.booleans()):
            fields |= {
                month: _amount(draw, currencies[grant])
                for month in draw(st.sets(st.sampled_from(SPAN), max_size=4))
            }
        budget[f"B-{number}"] = fields
    expenses: dict[str, Fields] = {}
    for number in range(draw(st.integers(0, 12))):
        code = draw(st.sampled_from(["EUR", "USD", "JPY"]))
        fields = {"date": draw(DAYS), "amount": _amount(draw, code), "currency": code}
        fields |= draw(
            st.one_of(
                st.sampled_from(sorted(budget)).map(lambda line: {"budget_line": line}),
                st.sampled_from(sorted(grants)).map(lambda grant: {"grant": grant}),
                st.just({}),
            )
        )
        fields |= draw(
            st.sampled_from([{}, {"state": "paid"}, {"state": "committed"}, {"state": "refunded"}])
        )
        if draw(st.booleans()):
            fields["paid_on"] = draw(DAYS)
        expenses[f"E-{number}"] = fields
    return made(grants=grants, budget=budget, expenses=expenses, rates=ALL_RATES)


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
        rates = [
            Decimal(1) if code == "EUR" else plan.rates["2026-01", code]
            for code in (expense.currency, to)
        ]
        units = money.convert(expense.amount, expense.currency, to, (rates[0], rates[1]))
        expected[to] = expected.get(to, 0) + (-units if expense.state == "refunded" else units)

    found: dict[str, int] = {}
    for each in positions(plan, summed(plan), end=SPAN[-1]):
        found[each.currency] = found.get(each.currency, 0) + each.spent

    assert {code: units for code, units in found.items() if units} == {
        code: units for code, units in expected.items() if units
    }


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


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_expenses_does_not_matter(plan: Plan, chance: random.Random) -> None:
    def key(total: Total) -> tuple[str, ...]:
        return total.line, total.grant, total.currency, total.ordered, total.paid

    ids = list(plan.expenses)
    chance.shuffle(ids)
    expenses: Mapping[str, Fields] = {
        id_: {
            "date": plan.expenses[id_].date.isoformat(),
            "amount": money.decimal(plan.expenses[id_].amount, plan.expenses[id_].currency),
            "currency": plan.expenses[id_].currency,
            "state": plan.expenses[id_].state,
            "budget_line": plan.expenses[id_].line,
            "grant": plan.expenses[id_].grant,
            "paid_on": (plan.expenses[id_].paid_on or "") and plan.expenses[id_].day.isoformat(),
        }
        for id_ in ids
    }
    records: Tables = {
        "grants": {id_: GRANT | {"currency": grant.currency} for id_, grant in plan.grants.items()},
        "budget": {
            id_: LINE | {"grant": line.grant, "amount": "1"} for id_, line in plan.lines.items()
        },
        "expenses": {
            id_: {name: text for name, text in fields.items() if text}
            for id_, fields in expenses.items()
        },
        "rates": ALL_RATES,
    }
    shuffled, found = plan_of(records, base="EUR")

    assert found == []
    assert sorted(summed(shuffled), key=key) == sorted(summed(plan), key=key)


def test_the_work_of_summing_grows_as_the_expenses_do() -> None:
    assert calls_to_sum(20_000) < 10.1 * calls_to_sum(2_000)


def calls_to_sum(expenses: int) -> int:
    """How many functions are called to sum so many expenses."""
    plan = made(
        budget={f"B-{number}": LINE for number in range(200)},
        expenses={
            f"E-{number}": spent(
                f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
                f"{number % 900}.50",
                budget_line=f"B-{number % 200}",
            )
            for number in range(expenses)
        },
    )
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        sums, _ = totals(plan)
    finally:
        sys.setprofile(None)

    assert sum(total.count for total in sums) == expenses
    return calls
