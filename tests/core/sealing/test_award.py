"""An award and its instalments, as far as a reader can subtract spending from them."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import HOST_FEE, RETURNED, Income, Plan
from budgettrack.core.sealing.award import (
    from_givers,
    instalments,
    is_gift,
    paid_by_grant,
    pays_back,
    to_spend,
)
from tests.world.contributions import expense, grant, line, plan


def received(id_: str, amount: int, month: int, kind: str = "instalment", **more: object) -> Income:
    plain = Income(id_, date(2026, month, 5), "G-1", kind, "received", amount, "EUR", None, "", "")
    return replace(plain, **more)


def with_income(award: int | None, *income: Income, kind: str = "grant") -> Plan:
    of = plan([grant(amount=award, kind=kind)], [])
    return replace(of, income={row.id: row for row in income})


@pytest.mark.parametrize(
    ("kind", "expected"), [("membership", True), ("crowdfunding", True), ("grant", False)]
)
def test_money_of_persons_is_known_by_the_kind_of_its_grant(kind: str, expected: bool) -> None:
    assert from_givers(grant(kind=kind)) is expected


def test_a_fee_that_a_host_keeps_has_come_in_with_its_award_already() -> None:
    fee = received("I-1", 50, 3, HOST_FEE)
    assert not is_gift(fee, None)
    assert not is_gift(fee, grant(kind="membership"))
    both = with_income(None, fee, received("I-2", 900, 4))
    assert instalments(both, both.grants["G-1"], "2026-12") == {"2026-04": 900}


def test_money_without_a_grant_and_a_donation_are_gifts() -> None:
    assert from_givers(None)
    assert is_gift(received("I-1", 5, 1), None)
    assert is_gift(received("I-1", 5, 1, "donation"), grant())
    assert not is_gift(received("I-1", 5, 1), grant())
    assert not is_gift(received("I-1", 5, 1, "donation", state="expected"), grant())


def test_instalments_are_by_month_up_to_the_page_less_what_went_back() -> None:
    of = with_income(
        900,
        received("I-1", 300, 1),
        received("I-2", 100, 1),
        received("I-3", 50, 2, RETURNED),
        received("I-4", 70, 2, "donation"),
        received("I-5", 200, 2, state="expected"),
        received("I-6", 500, 3),
    )

    assert instalments(of, of.grants["G-1"], "2026-02") == {"2026-01": 400, "2026-02": -50}


def test_what_can_be_spent_is_the_award_or_what_was_received_if_it_is_more() -> None:
    of = with_income(900, received("I-1", 300, 1), received("I-2", 50, 2, RETURNED))
    more = with_income(900, received("I-1", 1_000, 1), received("I-2", 50, 2, RETURNED))
    unknown = with_income(None)

    assert to_spend(of, of.grants["G-1"], "2026-02") == 850
    assert to_spend(more, more.grants["G-1"], "2026-02") == 950
    assert to_spend(unknown, unknown.grants["G-1"], "2026-02") is None


def test_the_money_of_persons_has_no_public_award() -> None:
    of = with_income(900, received("I-1", 300, 1), kind="membership")

    assert to_spend(of, of.grants["G-1"], "2026-02") is None


@pytest.mark.parametrize(
    ("amount", "month", "expected"),
    [
        pytest.param(500, 2, True, id="what January cost"),
        pytest.param(300, 3, True, id="what February cost"),
        pytest.param(800, 3, True, id="both together"),
        pytest.param(800, 1, False, id="in advance"),
        pytest.param(801, 3, False, id="another sum"),
    ],
)
def test_an_instalment_that_is_exactly_what_was_spent_is_paid_back(
    amount: int, month: int, expected: bool
) -> None:
    of = plan(
        [grant(), grant("G-2")],
        [line(), line("B-2", "G-2")],
        [
            expense("E-1", 400), expense("E-2", 100), expense("E-3", 300, month=2),
            expense("E-4", 301, "B-2", month=2), expense("E-5", 7, month=2, state="committed"),
        ],
    )  # fmt: skip
    of = replace(of, income={"I-1": received("I-1", amount, month)})

    paid = paid_by_grant(of)

    assert paid == {"G-1": {"2026-01": 500, "2026-02": 300}, "G-2": {"2026-02": 301}}
    for id_, told in (("G-1", expected), ("G-2", False)):
        grant_ = of.grants[id_]
        assert pays_back(paid, grant_, instalments(of, grant_, "2026-04")) is told


@pytest.mark.parametrize(
    ("amount", "month", "expected"),
    [
        pytest.param(107_107, 2, True, id="January, and 7 % for overheads"),
        pytest.param(107_106, 2, True, id="the same, a cent less"),
        pytest.param(107_109, 2, False, id="two cents more are no rate"),
        pytest.param(160_320, 3, True, id="80 % of two months"),
        pytest.param(160_822, 3, False, id="80.25 % are no whole share"),
        pytest.param(125_625, 2, False, id="25.5 % on top are too much"),
        pytest.param(125_125, 2, True, id="25 % on top are not"),
        pytest.param(49_049, 2, False, id="49 % of January is too little"),
        pytest.param(50_050, 2, True, id="50 % is not"),
        pytest.param(107_107, 5, True, id="January, five months later"),
        pytest.param(107_107, 6, False, id="January is too long ago"),
    ],
)
def test_an_instalment_that_is_spending_at_a_flat_rate_is_paid_back(
    amount: int, month: int, expected: bool
) -> None:
    spent = [expense("E-1", 100_100), expense("E-2", 100_300, month=2)]
    later = [expense(f"E-{n}", 1_000_000 * n, month=n) for n in range(3, 7)]
    of = plan([grant()], [line()], [*spent, *later])
    of = replace(of, income={"I-1": received("I-1", amount, month)})

    instalment = instalments(of, of.grants["G-1"], "2026-06")
    assert pays_back(paid_by_grant(of), of.grants["G-1"], instalment) is expected


def test_a_month_in_which_more_came_back_than_was_paid_has_no_rate() -> None:
    of = plan([grant()], [line()], [expense("E-1", 500)])
    of = replace(of, income={"I-1": received("I-1", 535, 1)})

    assert not pays_back({"G-1": {"2026-01": -500}}, of.grants["G-1"], {"2026-01": 535})
    assert pays_back({"G-1": {"2026-01": 500}}, of.grants["G-1"], {"2026-01": 535})
