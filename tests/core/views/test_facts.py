"""Facts that are public as they are: the public columns that no contributor stands behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import Agreement, Grant, Income, Plan
from budgettrack.core.sealing.public import WITHHELD
from budgettrack.core.views.facts import facts_now, needed, public_facts
from budgettrack.core.views.public_types import Coming, Instalment, PublicAgreement, PublicFacts
from tests.world.report_plans import MONTH, harbour


def _facts(plan: Plan, month: str = MONTH, *, later: bool = False) -> PublicFacts:
    return public_facts(plan, month, first="2025-07", organisation="Harbour Peers", later=later)


def _with_grant(plan: Plan, id_: str, **changes: Any) -> Plan:
    grant = replace(plan.grants[id_], **changes)
    return replace(plan, grants={**plan.grants, id_: grant})


def _income(*rows: Income) -> Plan:
    return replace(harbour(), income={row.id: row for row in rows})


def test_only_published_grants_are_in_them() -> None:
    facts = _facts(harbour())

    assert [grant.id for grant in facts.grants] == ["G-1", "G-2"]
    assert "Quiet" not in repr(facts)


def test_a_grant_that_was_only_applied_for_is_not_in_them() -> None:
    plan = _with_grant(harbour(), "G-1", state="applied")

    assert [grant.id for grant in _facts(plan).grants] == ["G-2"]


def test_instalments_are_told_by_month_in_both_currencies_less_what_was_returned() -> None:
    plan = _income(
        Income("I-1", date(2025, 8, 5), "G-2", "instalment", "received", 85000, "GBP"),
        Income("I-2", date(2025, 8, 9), "G-2", "returned to funder", "received", 1700, "GBP"),
        Income("I-3", date(2026, 2, 1), "G-2", "instalment", "received", 8500, "GBP"),
        Income("I-4", date(2026, 2, 1), "G-2", "instalment", "expected", 9900, "GBP"),
        Income("I-5", date(2026, 4, 1), "G-2", "instalment", "received", 7700, "GBP"),
    )
    grant = _facts(plan).grants[1]

    # At the budget rate, GBP 0.85 for one euro.
    assert grant.instalments == (
        Instalment("2025-08", 83300, 98000),
        Instalment("2026-02", 8500, 10000),
    )
    assert grant.received == 91800


def test_a_donation_to_a_grant_is_a_gift_and_no_instalment() -> None:
    plan = _income(Income("I-1", date(2025, 8, 5), "G-1", "donation", "received", 777, "EUR"))

    assert _facts(plan).grants[0].instalments == ()


@pytest.mark.parametrize("kind", ["membership", "crowdfunding"])
def test_money_of_members_and_of_a_crowd_has_no_award_and_no_instalment(kind: str) -> None:
    facts = _facts(_with_grant(harbour(), "G-1", kind=kind))

    assert (facts.grants[0].amount, facts.grants[0].instalments) == (None, ())


def test_what_organisations_lend_is_in_them_and_what_people_give_is_not() -> None:
    plan = harbour()
    family = replace(plan.resources["R-2"], id="R-4", from_whom="friends and family")
    unknown = replace(plan.resources["R-2"], id="R-5", from_whom="")
    firm = replace(plan.resources["R-2"], id="R-6", from_whom="company")
    facts = _facts(
        replace(plan, resources={**plan.resources, "R-4": family, "R-5": unknown, "R-6": firm})
    )

    assert [(each.kind, each.from_whom, each.quantities) for each in facts.in_kind] == [
        ("equipment", "NGO network", ((Decimal(3), "laptops"),)),
        ("workspace", "host", ((Decimal(104), "evenings"),)),
    ]


def test_resources_that_are_not_given_yet_or_have_no_number_are_not_summed() -> None:
    plan = harbour()
    room = plan.resources["R-1"]
    resources = {
        "R-1": room,
        "R-4": replace(room, id="R-4", quantity=None),
        "R-5": replace(room, id="R-5", start=date(2026, 4, 1)),
        "R-6": replace(room, id="R-6", state="offered"),
        "R-7": replace(room, id="R-7", quantity=None, value=None),
    }
    (kind,) = _facts(replace(plan, resources=resources)).in_kind

    assert kind.quantities == ((Decimal(104), "evenings"),)
    assert kind.value == 2 * 259526  # 274 of 549 days of 5,200.00, twice


def test_milestones_of_the_next_three_months_and_late_ones_are_coming() -> None:
    plan = harbour()
    later = replace(plan.activities["A-1"], end=date(2026, 6, 30))
    after = replace(plan.activities["A-1"], id="A-5", end=date(2026, 7, 1))
    facts = _facts(replace(plan, activities={**plan.activities, "A-1": later, "A-5": after}))

    assert facts.coming == (
        Coming("2026-01", "Agree the rules of the house together", "Rules agreed by the members' meeting", True),
        Coming("2026-05", "Train twelve peer workers", "Twelve certificates given", False),
        Coming("2026-06", "Open the drop-in room three days a week", "Room open for a whole quarter", False),
    )  # fmt: skip


def test_a_page_that_is_made_later_tells_nothing_of_the_work() -> None:
    facts = _facts(harbour(), later=True)

    assert (facts.progress, facts.coming) == ((), ())
    assert facts.activity_names["A-1"] == "Open the drop-in room three days a week"


def test_a_month_is_provisional_until_it_is_closed() -> None:
    plan = harbour()

    assert _facts(plan).provisional
    assert not _facts(replace(plan, closed=plan.closed | {MONTH})).provisional


def test_grants_without_a_rate_are_named_only_if_they_are_published() -> None:
    plan = replace(harbour(), rates={})
    for id_ in ("G-2", "G-3"):
        plan = _with_grant(plan, id_, currency="CHF", budget_rate=None)

    assert _facts(plan).without_rate == ("G-2", WITHHELD)


@pytest.mark.parametrize(
    "detail", ["write to peer@example.org", "call +351 912 345 678", "passport AB 123456"]
)
def test_a_text_that_looks_like_a_personal_detail_is_held_back(detail: str) -> None:
    plan = _with_grant(harbour(), "G-1", title=detail)
    activity = replace(plan.activities["A-1"], progress_note=detail)
    facts = _facts(replace(plan, activities={**plan.activities, "A-1": activity}))

    assert detail not in repr(facts)
    assert "(withheld: it looked like a personal detail)" in repr(facts)


# ---- what an earlier page may tell now


def _taken_back(plan: Plan, *ids: str) -> Plan:
    for id_ in ids:
        plan = _with_grant(plan, id_, publish=False)
    return plan


def test_a_grant_that_was_withdrawn_is_on_no_earlier_page() -> None:
    plan = replace(harbour(), rates={})
    plan = _with_grant(plan, "G-2", budget_rate=None)
    then = _facts(plan)
    assert then.without_rate == ("G-2",)
    now = facts_now(then, then, _taken_back(plan, "G-2"))

    assert [grant.id for grant in now.grants] == ["G-1"]
    assert now.without_rate == (WITHHELD,)
    assert "Tide Trust" not in repr(now)


def test_a_grant_that_is_published_late_is_on_earlier_pages_too() -> None:
    plan = harbour()
    then = _facts(_taken_back(plan, "G-2"), "2025-08")

    (_, late) = facts_now(then, _facts(plan), plan).grants
    assert (late.id, late.received) == ("G-2", 1000000)
    assert [each.month for each in late.instalments] == ["2025-08"]


def test_an_earlier_page_keeps_its_texts_and_has_activities_under_their_new_names() -> None:
    plan = harbour()
    then = _facts(plan)
    renamed = replace(plan.activities["A-1"], activity="Keep the room", progress_note="New note.")
    later = replace(
        plan,
        activities={**plan.activities, "A-1": renamed},
        closed=plan.closed | {MONTH},
        grants={**plan.grants, "G-1": _state(plan.grants["G-1"])},
    )
    now = facts_now(then, _facts(later), later)

    assert now.progress == then.progress
    assert now.grants[0].state == "closing"
    assert now.activity_names["A-1"] == "Keep the room"
    assert not now.provisional


def test_an_earlier_page_has_the_money_of_the_newest() -> None:
    """An instalment that was typed under a wrong year is on no page of that year any more."""
    slip = _income(Income("I-1", date(2016, 1, 5), "G-1", "instalment", "received", 500, "EUR"))
    right = _income(Income("I-1", date(2026, 1, 5), "G-1", "instalment", "received", 500, "EUR"))
    old = _facts(slip, "2016-01", later=True)
    assert old.grants[0].received == 500

    assert facts_now(old, _facts(right), right).grants[0].received is None
    assert facts_now(_facts(slip), _facts(right), right).grants[0].received == 500


def test_a_grant_whose_money_turns_out_to_be_of_members_shows_no_sum_on_earlier_pages() -> None:
    then = _facts(harbour())
    now = facts_now(then, then, _with_grant(harbour(), "G-1", kind="membership")).grants[0]

    assert then.grants[0].amount is not None
    assert (now.amount, now.instalments) == (None, ())


def test_money_that_may_not_be_told_is_on_no_page() -> None:
    plan = harbour()
    told = _facts(plan)
    untold = public_facts(plan, MONTH, first=MONTH, organisation="H", untold={"G-1"})

    for facts in (untold, facts_now(told, untold, plan)):
        assert (facts.grants[0].amount, facts.grants[0].instalments) == (None, ())
        assert facts.grants[0].title == told.grants[0].title
        assert facts.grants[1].received == told.grants[1].received
    assert facts_now(untold, told, plan).grants[0] == told.grants[0]


def test_instalments_in_arrears_are_not_told() -> None:
    """They say what was spent in a month, also what is not told yet."""
    grant = _facts(_with_grant(harbour(), "G-2", paid="in arrears")).grants[1]

    assert (grant.amount, grant.instalments) == (2000000, ())


def test_an_instalment_that_is_exactly_what_was_spent_is_told_with_no_other() -> None:
    """1,991.12 were spent in July, and 1,991.12 came in July: *Paid* says nothing of arrears."""
    plan = harbour()
    some = {"I-1": replace(plan.income["I-1"], amount=199113)}
    same = {"I-1": replace(plan.income["I-1"], amount=199112)}

    assert _facts(replace(plan, income={**plan.income, **some})).grants[0].instalments
    assert not _facts(replace(plan, income={**plan.income, **same})).grants[0].instalments


def test_what_somebody_gave_and_was_typed_as_the_hosts_leaves_earlier_pages() -> None:
    plan = harbour()
    then = _facts(plan)
    corrected = replace(plan.resources["R-1"], from_whom="peers")
    now = facts_now(then, then, replace(plan, resources={**plan.resources, "R-1": corrected}))

    assert [each.from_whom for each in then.in_kind] == ["NGO network", "host"]
    assert [each.from_whom for each in now.in_kind] == ["NGO network"]


def test_pages_before_the_first_that_says_something_are_not_needed() -> None:
    empty = PublicFacts("2016-01", "2016-01", "EUR", later=True)
    own = PublicFacts("2016-03", "2016-01", "EUR")

    assert needed([empty, replace(empty, month="2016-02"), own], []) == [
        replace(own, first="2016-03")
    ]
    assert needed([empty], []) == []


def _state(grant: Grant) -> Grant:
    return replace(grant, state="closed")


def test_the_words_of_a_month_stay_on_its_page() -> None:
    then = _facts(replace(harbour(), reviews={MONTH: "The room was full.", "2026-02": "Quiet."}))
    now = replace(harbour(), reviews={MONTH: "The room was nearly full."})

    assert then.review == "The room was full."
    assert facts_now(then, _facts(now, "2026-04"), now).review == "The room was full."


def _agreement(id_: str, **changes: Any) -> Agreement:
    usual = Agreement(
        id_, "coach", "River network", "Visits", date(2026, 1, 1), date(2026, 12, 31), None, None,
        "", "", "", True, "in force",
    )  # fmt: skip
    return replace(usual, **changes)


@pytest.mark.parametrize(
    ("changes", "months"),
    [
        ({}, ["2026-01", "2026-12"]),
        ({"publish": False}, []),
        ({"state": "planned"}, []),
        ({"state": "ended"}, ["2026-01", "2026-12"]),
        ({"state": "ended", "until": None}, []),
        ({"until": None, "start": None}, ["2025-12", "2026-01", "2026-12", "2027-01"]),
        ({"other_party": ""}, []),
    ],
)
def test_an_agreement_is_told_in_the_months_in_which_it_was_in_force(
    changes: dict[str, object], months: list[str]
) -> None:
    plan = replace(harbour(), agreements={"AG-1": _agreement("AG-1", **changes)})
    told = [PublicAgreement("coach", "River network")]

    for month in ("2025-12", "2026-01", "2026-12", "2027-01"):
        assert list(_facts(plan, month).agreements) == (told if month in months else []), month


def test_an_agreement_that_is_no_longer_published_leaves_earlier_pages() -> None:
    plan = replace(harbour(), agreements={"AG-1": _agreement("AG-1")})
    then = _facts(plan, "2026-03")
    assert then.agreements

    assert facts_now(then, then, replace(plan, agreements={})).agreements == ()


def test_a_party_that_looks_like_a_personal_detail_is_held_back() -> None:
    party = "Call +351 912 345 678"
    plan = replace(harbour(), agreements={"AG-1": _agreement("AG-1", other_party=party)})

    assert party not in repr(_facts(plan, "2026-03"))
