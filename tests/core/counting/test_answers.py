from __future__ import annotations

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from budgettrack.core.counting.answers import (
    VERSION,
    AnsweredGrant,
    HostAnswer,
    answer,
    differences,
    require_answer,
)
from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.statements import ToldMovement, books_of, statement
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from tests.world.host_plan import hosted_tables, with_rows
from tests.world.networks import Network, networks, tables, taker_tables

PAID = (ToldMovement("2026-02-01", "1000.00"),)


def host(*changes: tuple[str, str, Fields]) -> Plan:
    return plan_of(with_rows(*changes), base="EUR")[0]


def group(*changes: tuple[str, str, Fields]) -> Plan:
    return plan_of(hosted_tables(*changes), base="EUR")[0]


def kinds(told: HostAnswer, plan: Plan) -> list[str]:
    return [trouble.kind for trouble in differences(told, plan, totals(plan)[0])]


def test_an_answer_has_the_payments_to_one_group_and_nothing_else() -> None:
    other = {"group": "GR-2", "grant": "G-1", "currency": "EUR", "agreement_reference": "SG-2"}
    paid = {"given": "V-2", "direction": "to the group", "paid_on": "2026-02-09",
            "amount_paid": "7"}  # fmt: skip
    plan = host(
        ("groups", "GR-2", {"name": "Another", "state": "ready"}),
        ("given", "V-1", {"fee": "5"}),
        ("given", "V-2", other),
        ("instalments", "P-2", paid),
    )
    assert answer(plan, "GR-1", "2026-03", "Delta Partners", "a key") == HostAnswer(
        VERSION, "2026-03", "Delta Partners", "GR-1", "a key",
        (AnsweredGrant("SG-1", "EUR", "5", PAID),),
    )  # fmt: skip
    assert answer(plan, "GR-3", "2026-03", "Delta Partners").grants == ()


def test_what_a_payment_cost_the_host_is_not_told() -> None:
    changes: list[tuple[str, str, Fields]] = [
        ("given", "V-1", {"currency": "KES", "fee": "5"}),
        ("instalments", "P-1", {"amount_paid": "140000", "cost": "987.65"}),
    ]
    told = answer(host(*changes), "GR-1", "2026-03", "Delta Partners")
    (grant,) = told.grants
    assert (grant.currency, grant.percent) == ("KES", "5")
    assert grant.paid == (ToldMovement("2026-02-01", "140000.00"),)
    assert "987" not in repr(told)


def test_what_cannot_be_read_is_no_answer() -> None:
    good = AnsweredGrant("SG-1", "EUR", "0", PAID)
    told = HostAnswer(VERSION, "2026-03", "Delta Partners", "GR-1", grants=(good,))
    require_answer(told)
    for bad in (
        replace(good, currency="???"),
        replace(good, paid=(ToldMovement("2026-13-01", "1.00"),)),
        replace(good, paid=(ToldMovement("2026-02-01", "much"),)),
        replace(good, percent="much"),
        replace(good, percent="NaN"),
    ):
        with pytest.raises((ValueError, ArithmeticError)):
            require_answer(replace(told, grants=(bad,)))


@pytest.mark.parametrize(
    "made",
    [
        "yesterday",
        "2026-03-31",
        "2026-03-31T08:00:00",
        "2026-03-31T10:00:00+02:00",
        "2026-03-31T08:00:00.5+00:00",
    ],
)
def test_times_of_another_form_cannot_be_compared_and_are_no_answer(made: str) -> None:
    told = HostAnswer(VERSION, "2026-03", "Delta Partners", "GR-1")
    require_answer(replace(told, made="2026-03-31T08:00:00+00:00"))

    with pytest.raises(ValueError, match=r"isoformat|time of an answer"):
        require_answer(replace(told, made=made))


def test_books_that_agree_do_not_differ() -> None:
    assert kinds(answer(host(), "GR-1", "2026-03", "Delta Partners"), group()) == []


def test_a_difference_is_seen_from_the_side_of_the_group() -> None:
    told = answer(host(), "GR-1", "2026-03", "Delta Partners")
    plan = group(("income", "I-1", {"amount": "900"}))
    (trouble,) = differences(told, plan, totals(plan)[0])
    assert (trouble.kind, trouble.ours, trouble.theirs) == ("amount-differs", 100_000, 90_000)
    # What the group corrects is right at once, before the host says anything new.
    assert kinds(told, group()) == []


def test_money_that_the_host_holds_is_not_money_that_it_paid() -> None:
    held = {"funder": "Meridian Fund", "held_by": "Delta Partners", "state": "active",
            "currency": "EUR", "agreement_reference": "TOP"}  # fmt: skip
    income = {"date": "2026-02-03", "grant": "G-9", "kind": "instalment", "amount": "5",
              "state": "received"}  # fmt: skip
    plan = group(("grants", "G-9", held), ("income", "I-9", income))
    assert kinds(answer(host(), "GR-1", "2026-03", "Delta Partners"), plan) == []


@given(networks(foreign=True))
@settings(max_examples=60, deadline=None)
def test_the_group_finds_what_the_host_finds(network: Network) -> None:
    """Both sides compare the same books by the same law, so each finds the same differences."""
    plan = plan_of(tables(network), base="EUR")[0]
    month, books = "2026-12", {}
    groups = {}
    for link in network.links:
        if link.told:
            of = plan_of(taker_tables(link), base=link.currency)[0]
            groups[link.taker] = of
            books[link.taker] = books_of(statement(of, totals(of)[0], month))
    here = [
        (one.kind, one.group, one.reference, one.ours, one.theirs, one.day)
        for one in counted(plan, totals(plan)[0], month, books).troubles
        if one.group in groups and one.kind != "no-rate"
    ]
    there = [
        (one.kind, code, one.reference, one.ours, one.theirs, one.day)
        for code, of in groups.items()
        for one in differences(answer(plan, code, month, "Delta Partners"), of, totals(of)[0])
    ]
    without_rate = {
        link.taker for link in network.links if link.currency != "EUR" and not link.payments
    }
    assert sorted(one for one in here if one[1] not in without_rate) == sorted(
        one for one in there if one[1] not in without_rate
    )
