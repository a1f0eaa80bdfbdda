"""Where the money of a grant lies at the bank, and what must be there by the books."""

from __future__ import annotations

import pytest

from budgettrack.core.figures.at_bank import account_currencies, held_at_bank, received
from budgettrack.core.records.model import Fields, Plan
from tests.world.money_plans import GRANT, LINE, made, spent, summed

EUROS: Fields = {**GRANT, "currency": "EUR"}
POUNDS: Fields = {**GRANT, "currency": "GBP"}
RATES: dict[str, Fields] = {
    f"{month} GBP": {"month": month, "currency": "GBP", "rate": "0.8"}
    for month in ("2026-01", "2026-03")
}


def came(amount: str, **fields: str) -> Fields:
    kind = {"grant": "G-1", "kind": "instalment", "state": "received", "date": "2026-01-10"}
    return {**kind, "amount": amount, **fields}


def as_euros(amount: str, euros: str, **fields: str) -> Fields:
    return came(amount, received_amount=euros, received_currency="EUR", **fields)


def held(plan: Plan, end: str = "2026-12") -> dict[str, int]:
    return held_at_bank(plan, summed(plan), end, lambda: plan)


def never() -> Plan:
    raise AssertionError("sums are enough")


def test_money_that_came_in_the_currency_of_its_grant_needs_no_rows() -> None:
    plan = made(
        grants={"G-1": EUROS}, budget={"B-1": LINE}, rates=RATES, income={"I-1": came("1000")},
        expenses={"E-1": spent("2026-03-02", "80", currency="GBP"), "E-2": spent("2026-03-02", "1")},
    )  # fmt: skip

    assert held_at_bank(plan, summed(plan), "2026-12", never) == {"EUR": 89900}


def test_money_that_is_held_for_others_is_in_no_sum() -> None:
    plan = made(
        grants={"G-1": EUROS, "G-2": EUROS},
        income={"I-1": came("900"), "I-2": came("50", grant="G-2")},
    )
    left_out = held_at_bank(plan, summed(plan), "2026-12", never, frozenset(), {"G-1"})

    assert (held(plan), left_out) == ({"EUR": 95000}, {"EUR": 5000})


def test_a_purchase_leaves_the_account_that_has_the_money() -> None:
    first = dict(spent("2026-03-02", "100", currency="EUR"))
    of: dict[str, Fields] = {"E-1": first, "E-2": spent("2026-03-02", "8", currency="GBP")}

    def leaves(**tables: dict[str, Fields]) -> list[str]:
        plan = made(budget={"B-1": LINE}, rates=RATES, expenses=of, **tables)
        lies_in = account_currencies(plan)
        return [lies_in.of_expense(plan.expenses[id_]) for id_ in of]

    pounds = {"G-1": POUNDS}
    both = {"I-1": came("50"), "I-2": as_euros("80", "100")}
    back = {"I-1": came("5", kind="returned to funder"), "I-2": as_euros("80", "100")}
    assert leaves(grants=pounds) == ["GBP", "GBP"], "before the first receipt"
    assert leaves(grants=pounds, income={"I-1": came("50")}) == ["GBP", "GBP"]
    assert leaves(grants=pounds, income={"I-1": as_euros("80", "100")}) == ["EUR", "EUR"]
    assert leaves(grants=pounds, income=both) == ["EUR", "GBP"]
    assert leaves(grants=pounds, income=back) == ["EUR", "EUR"], "what goes back is no receipt"
    first["currency"] = "USD"
    assert leaves(grants=pounds, income=both) == ["GBP", "GBP"], "no account in dollars"


def test_an_imported_row_left_the_account_of_its_statement() -> None:
    plan = made(
        grants={"G-1": EUROS}, budget={"B-1": LINE}, rates=RATES, income={"I-1": came("1000")},
        expenses={"E-1": spent("2026-03-02", "80", currency="GBP"), "E-2": spent("2026-03-02", "1")},
    )  # fmt: skip

    assert held_at_bank(plan, summed(plan), "2026-12", lambda: plan, {"E-2", "E-9"}) == {
        "EUR": 89900
    }
    assert held_at_bank(plan, summed(plan), "2026-12", lambda: plan, {"E-1"}) == {
        "EUR": 99900,
        "GBP": -8000,
    }


def test_a_grant_in_pounds_that_came_as_euros_is_held_in_euros() -> None:
    plan = made(
        grants={"G-1": POUNDS}, budget={"B-1": LINE}, rates=RATES,
        income={
            "I-1": as_euros("800", "1010"),
            "I-2": as_euros("8", "10", date="2026-02-01", kind="returned to funder"),
            "I-3": as_euros("80", "100", date="2027-01-01"),
            "I-4": came("80", state="expected"),
            "I-5": came("7", grant="", kind="donation", currency="EUR"),
        },
        expenses={
            "E-1": spent("2026-03-02", "300", currency="EUR"),
            "E-2": spent("2026-03-02", "8", currency="GBP"),
            "E-3": spent("2026-03-05", "20", currency="EUR", state="refunded"),
            "E-4": spent("2026-03-05", "20", currency="EUR", state="committed"),
            "E-5": spent("2026-04-05", "20", currency="GBP"),
            "E-6": spent("2027-03-05", "1", currency="GBP"),
        },
    )  # fmt: skip

    # 1010 - 10 - 300 - 10 (8 GBP at 0.8) + 20, and 7 without a grant; 2026-04 has no rate.
    assert held(plan) == {"EUR": 71700}
    assert held(plan, "2026-01") == {"EUR": 101700}


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        (as_euros("800", "1000"), {"EUR": 90000}),
        (as_euros("800", "1000", date="2025-12-31"), {"EUR": 90000}),
    ],
)
def test_the_fee_of_the_host_is_not_at_the_bank(income: Fields, expected: dict[str, int]) -> None:
    grant = {**POUNDS, "host_fee": "10"}
    plan = made(grants={"G-1": grant}, budget={"B-1": LINE}, rates=RATES, income={"I-1": income})

    assert held(plan, "2026-03") == expected
    assert held(plan, "2026-04") == {"EUR": 100000}, "without a rate it is in no figure"


def test_a_grant_that_is_only_asked_for_has_nothing_at_the_bank() -> None:
    asked = {**POUNDS, "state": "applied"}
    plan = made(grants={"G-1": asked}, budget={"B-1": LINE}, income={"I-1": came("9")})

    assert held(plan) == {}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (came("12.5"), (1250, "EUR")),
        (came("12.5", currency="GBP"), (1250, "GBP")),
        (as_euros("12.5", "15", currency="GBP"), (1500, "EUR")),
        (came("12.5", received_amount="15"), (1500, "EUR")),
    ],
)
def test_what_arrived_of_a_row(row: Fields, expected: tuple[int, str]) -> None:
    assert received(made(grants={"G-1": EUROS}, income={"I-1": row}).income["I-1"]) == expected


def test_what_went_to_groups_has_left_the_account_and_a_noted_fee_never_came() -> None:
    """In the currency of the account: the payment itself, or its cost, or the rate of the month."""
    given: Fields = {"group": "GR-1", "grant": "G-1", "currency": "EUR", "fee": "5"}
    moved: Fields = {"given": "V-1", "direction": "to the group", "paid_on": "2026-03-02"}

    def after(*rows: Fields, end: str = "2026-12", **fields: str) -> dict[str, int]:
        plan = made(
            grants={"G-1": {**EUROS, **fields}}, budget={"B-1": LINE}, rates=RATES,
            income={"I-1": came("1000"), "I-2": came("7", kind="host fee")},
            groups={"GR-1": {"name": "One", "state": "ready"}},
            given={"V-1": given, "V-2": {**given, "currency": "GBP"}},
            instalments={f"P-{at}": row for at, row in enumerate(rows)},
        )  # fmt: skip
        return held(plan, end)

    paid = {**moved, "amount_paid": "400"}
    back = {
        **paid,
        "direction": "back from the group",
        "paid_on": "2026-04-01",
        "amount_paid": "30",
    }
    assert after() == {"EUR": 100000}
    assert after(paid, back) == {"EUR": 100000 - 40000 + 3000}
    assert after(paid, back, end="2026-03") == {"EUR": 60000}
    assert after(paid, end="2026-02") == {"EUR": 100000}
    pounds = {**moved, "given": "V-2", "amount_paid": "80"}
    assert after({**pounds, "cost": "101"}) == {"EUR": 89900}
    assert after(pounds) == {"EUR": 90000}  # 80 at 0.8
    # Without a cost and without a rate it is in no figure, and a finding names it.
    assert after({**pounds, "paid_on": "2026-02-02"}) == {"EUR": 100000}
    # What is only due is still there, and a grant that is not ours is in no account.
    due = {**moved, "paid_on": "", "due": "2026-03-02", "amount": "5"}
    assert after({name: text for name, text in due.items() if text}) == {"EUR": 100000}
    assert after(paid, state="applied") == {}
