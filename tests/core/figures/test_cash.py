"""Money of each grant: received, returned, the host's fee, what is held; and all grants together."""

from __future__ import annotations

import pytest

from budgettrack.core.figures.cash import GrantPosition, grant_positions, overall
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from tests.world.money_plans import (
    GRANT,
    LINE,
    RATES,
    made,
    spent,
    summed,
)


def cash(plan: Plan, end: str, grant: str = "G-1") -> GrantPosition:
    return next(each for each in grant_positions(plan, summed(plan), end) if each.grant == grant)


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


def test_without_a_rate_money_that_may_come_is_named_apart_and_counts_nowhere() -> None:
    plan, _ = plan_of(
        {
            "grants": {
                "G-1": {"funder": "F", "currency": "USD", "amount": "500", "state": "applied"},
                "G-2": {"funder": "F", "currency": "USD", "amount": "500", "state": "active"},
                "G-3": {"funder": "F", "currency": "EUR", "amount": "7", "state": "applied"},
            }
        },
        base="EUR",
    )
    together = overall(plan, summed(plan), "2026-03")

    assert (together.may_come_without_rate, together.without_rate) == (("G-1",), ("G-2",))
    assert (together.award, together.may_come) == (0, 700)


def test_where_the_rate_of_a_month_is_missing_no_exchange_difference_is_said() -> None:
    """The grant has a budget rate; the payment was in March, which has no rate of its own."""
    grant = {
        "funder": "F", "currency": "USD", "amount": "500", "state": "active", "budget_rate": "1.25",
    }  # fmt: skip
    for rates, difference in (
        ({}, 0),
        ({"r": {"month": "2026-03", "currency": "USD", "rate": "1"}}, 200),
    ):
        plan, _ = plan_of(
            {
                "grants": {"G-1": grant},
                "budget": {"B-1": {"grant": "G-1", "amount": "500"}},
                "expenses": {
                    "E-1": {"date": "2026-03-05", "budget_line": "B-1", "amount": "10", "state": "paid"}
                },
                "rates": rates,
            },
            base="EUR",
        )  # fmt: skip
        together = overall(plan, summed(plan), "2026-03")
        # 10 USD are 8.00 EUR at 1.25, and 10.00 EUR at the rate of March.
        assert (together.spent, together.exchange_difference) == (800, difference)


def test_an_award_of_fees_alone_is_received_when_the_fees_are() -> None:
    fees = {"I-1": income("2026-01-10", "300", kind="host fee")}
    # One fee is not the award: nobody typed the funder's instalments yet.
    assert cash(made(income=fees), "2026-03").still_to_receive == 120000
    for more, left in (
        (income("2026-02-10", "900", kind="host fee"), 0),
        # What comes later, or is expected, says that the award is one of fees.
        (income("2026-06-10", "900", kind="host fee"), 90000),
        (income("2026-02-10", "900", kind="host fee", state="expected"), 90000),
        (income("2026-02-10", "899.99", kind="host fee"), 120000),
    ):
        of_fees = {**fees, "I-2": more}
        assert cash(made(income=of_fees), "2026-03").still_to_receive == left
    # An instalment, come or expected, says that the award is of a funder.
    for state in ("received", "expected"):
        both = {**fees, "I-2": income("2026-02-10", "200", state=state)}
        left = 120000 - (20000 if state == "received" else 0)
        assert cash(made(income=both), "2026-03").still_to_receive == left
    all_fees = {**fees, "I-3": income("2026-02-10", "900", kind="host fee")}
    gift = {**all_fees, "I-2": income("2026-02-10", "200", kind="gift")}
    assert cash(made(income=gift), "2026-03").still_to_receive == 0
    funder = {**all_fees, "I-2": income("2026-02-10", "200")}
    assert cash(made(income=funder), "2026-03").still_to_receive == 100000
