"""Budget revisions: what is frozen, when, and what may move without asking."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budgettrack.core.figures.profile import Limit, Profile
from budgettrack.core.figures.revisions import approvals, revision_checks, revisions
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan

GRANT: Fields = {
    "funder": "Fund",
    "currency": "EUR",
    "amount": "1000",
    "state": "active",
    "profile": "mine",
}


def line(amount: str, approved: str | None = None, **more: str) -> Fields:
    return {
        "grant": "G-1",
        "category": "Rent",
        "amount": amount,
        **({} if approved is None else {"approved": approved}),
        **more,
    }


def codes(budget: dict[str, Fields], limit: Limit | None = None) -> list[tuple[str, str, str]]:
    found, _ = plan({"grants": {"G-1": GRANT}, "budget": budget}, base="EUR")
    profile = Profile(id="mine", title="Mine", source="own", limit=(limit,) if limit else ())
    return [
        (each.code, each.id, dict(each.values).get("moved", ""))
        for each in revision_checks(found, lambda _: profile)
    ]


def test_the_lines_of_a_grant_are_frozen_when_it_becomes_active() -> None:
    budget = {"B-1": line("400"), "B-2": line("600.50")}
    for state in ("prospect", "applied", "awarded", "declined"):
        assert approvals(budget, {"G-1": {**GRANT, "state": state}}) == {}
    assert approvals(budget, {"G-1": GRANT}) == {"B-1": "400", "B-2": "600.50"}
    assert approvals(budget, {}) == {}


def test_what_is_frozen_stays_and_a_line_added_later_was_approved_with_nothing() -> None:
    budget = {"B-1": line("500", "400"), "B-2": line("100")}
    assert approvals(budget, {"G-1": GRANT}) == {"B-2": "0"}
    assert approvals({"B-1": line("500", "400"), "B-2": line("100", "0")}, {"G-1": GRANT}) == {}
    assert approvals({"B-1": {"grant": "G-1"}}, {"G-1": GRANT}) == {}, (
        "an amount that cannot be read is not frozen"
    )


def test_revisions_are_exact() -> None:
    found, _ = plan(
        {"grants": {"G-1": GRANT}, "budget": {"B-1": line("400.10", "400.30", revision="Cheaper")}},
        base="EUR",
    )
    (one,) = revisions(found)
    assert (one.approved, one.revised, one.moved, one.reason) == (40030, 40010, -20, "Cheaper")
    assert revisions(found, "G-2") == []


def test_what_moved_asks_for_its_reason() -> None:
    assert codes({"B-1": line("400", "400")}) == []
    assert codes({"B-1": line("410", "400")}) == [("revision-without-reason", "B-1", "")]
    assert codes({"B-1": line("410", "400", revision="Rent went up")}) == []


@pytest.mark.parametrize(
    ("revised", "found"), [("440", False), ("440.01", True), ("360", False), ("359.99", True)]
)
def test_a_funders_limit_holds_at_its_edge(revised: str, found: bool) -> None:
    limit = Limit(measure="budget change", percent=Decimal(10), source="own", verified=True)
    told = codes({"B-1": line(revised, "400", revision="So"), "B-2": line("600", "600")}, limit)
    assert [code for code, _, _ in told] == (["revision-beyond-limit"] if found else [])


def test_a_limit_by_category_counts_its_lines_together() -> None:
    limit = Limit(
        scope="category", measure="budget change", percent=Decimal(10), source="own", verified=True
    )
    within = {"B-1": line("500", "400", revision="So"), "B-2": line("500", "600", revision="So")}
    assert codes(within, limit) == []
    beyond = {"B-1": line("500", "400", revision="So"), "B-2": line("620", "600", revision="So")}
    assert codes(beyond, limit) == [("revision-beyond-limit", "B-1", "120.00 EUR")]


def test_a_limit_of_a_sum_in_another_currency_is_left_to_the_summary() -> None:
    limit = Limit(
        measure="budget change", amount=Decimal(1), currency="USD", source="own", verified=True
    )
    assert codes({"B-1": line("900", "400", revision="So")}, limit) == []
    own = Limit(
        measure="budget change", amount=Decimal(500), currency="EUR", source="own", verified=True
    )
    assert codes({"B-1": line("900", "400", revision="So")}, own) == []
    assert codes({"B-1": line("900.01", "400", revision="So")}, own) != []


def test_a_limit_on_spending_is_none_on_revisions() -> None:
    limit = Limit(measure="to date", percent=Decimal(0), source="own", verified=True)
    assert codes({"B-1": line("900", "400", revision="So")}, limit) == []


def test_a_grant_without_a_known_profile_has_no_limits_and_still_needs_reasons() -> None:
    budget = {"B-1": line("900", "400")}
    found, _ = plan({"grants": {"G-1": GRANT}, "budget": budget}, base="EUR")

    told = revision_checks(found, lambda _: None)
    assert [each.code for each in told] == ["revision-without-reason"]
