"""The consolidated summary of an award: its figures are the terms of the law of counting once, for
any network of groups."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.statements import HostStatement, books_of
from budgettrack.core.counting.terms import Terms
from budgettrack.core.counting.together import HandedOn, is_handed_on
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.sums import Sums, added
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.funder import funder_view
from budgettrack.core.views.funder_types import FunderView
from tests.world.host_plan import told_grant, with_rows
from tests.world.networks import SPENT_IN, Network, networks, tables, told_at

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
QUARTERLY = Profile(title="Ours", source="a test", on=True, period="quarter")


def handed_on(network: Network, plan: Plan) -> HandedOn:
    return HandedOn(plan, totals(plan)[0], "G-1", lambda month: told_at(network, month))


def view_of(network: Network, month: str, rows: Mapping[str, Mapping[str, Fields]]) -> FunderView:
    plan = plan_of(rows, base="EUR")[0]
    return funder_view(
        plan,
        totals(plan)[0],
        "G-1",
        QUARTERLY,
        month=month,
        organisation="Delta Partners",
        handed_on=handed_on(network, plan),
    )


def terms_at(network: Network, month: str) -> Terms:
    """The law's own answer for the award, found without the summary."""
    plan = plan_of(tables(network), base="EUR")[0]
    books = {code: books_of(told) for code, told in told_at(network, month).items()}
    rolled = counted(plan, totals(plan)[0], month, books)
    (award,) = (one for one in rolled.awards if one.grant == "G-1" and not one.holder)
    return award.terms


@given(networks(foreign=True), st.sampled_from(MONTHS))
@settings(max_examples=200)
def test_the_totals_of_a_summary_are_the_terms_of_the_law(network: Network, month: str) -> None:
    view = view_of(network, month, tables(network))
    if not network.links:
        return
    terms, together = terms_at(network, month), view.together
    assert together is not None
    assert view.total.spent == terms.spent == added(line.sums for line in view.lines).spent
    shares = together.groups
    assert together.own.spent + sum(share.sums.spent for share in shares) == terms.spent
    assert sum(share.held for share in shares) == terms.held_below
    assert sum(share.on_the_way for share in shares) == terms.on_the_way
    assert together.terms == terms
    assert together.fees == terms.fees
    out = (terms.returned, terms.spent, together.fees, terms.held_here, terms.held_below,
           terms.on_the_way, terms.exchange, terms.differs)  # fmt: skip
    assert terms.received + terms.unmatched == sum(out)


@given(networks(foreign=False), st.sampled_from(MONTHS))
@settings(max_examples=200)
def test_what_was_spent_in_a_period_is_what_happened_in_it(network: Network, month: str) -> None:
    """By the events themselves: what was told of money that we know, in the months of a quarter."""
    view = view_of(network, month, tables(network))
    first = MONTHS[(int(month[5:]) - 1) // 3 * 3]
    events = [(SPENT_IN[name], units) for name, units in network.spending.items()]
    for link in network.links:
        if link.told:
            events += [(SPENT_IN[name], units) for name, units in link.spending.items()]
    assert view.total.period_spent == sum(units for at, units in events if first <= at <= month)
    assert view.total.year_spent == sum(units for at, units in events if at <= month)
    assert view.total.spent == view.total.year_spent
    if network.links:
        before = sum(units for at, units in events if at < first)
        assert before + view.total.period_spent == terms_at(network, month).spent


@given(networks(foreign=True), st.sampled_from(MONTHS), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_order_of_groups_changes_nothing(
    network: Network, month: str, chance: random.Random
) -> None:
    rows = tables(network)
    shuffled = {
        name: dict(chance.sample(list(each.items()), len(each)))
        if name in ("groups", "given", "instalments")
        else each
        for name, each in rows.items()
    }
    assert view_of(network, month, rows) == view_of(network, month, shuffled)


@given(networks(foreign=True), st.sampled_from(MONTHS))
@settings(max_examples=100)
def test_lines_that_groups_are_paid_from_have_what_they_spent(network: Network, month: str) -> None:
    one = view_of(network, month, tables(network, lines=1))
    two = view_of(network, month, tables(network, lines=2))
    assert (len(one.lines), len(two.lines)) == (1, 2)
    for name in ("spent", "period_spent", "year_spent", "committed"):
        assert getattr(one.total, name) == getattr(two.total, name)


def host(*changes: tuple[str, str, Fields]) -> Plan:
    return plan_of(with_rows(*changes), base="EUR")[0]


def told(month: str = "2026-03", *, closed: bool = True) -> dict[str, HostStatement]:
    return {"GR-1": HostStatement(1, month, closed, (told_grant(),))}


def test_two_sub_grants_of_a_group_are_one_share() -> None:
    plan = host(("given", "V-2", {"group": "GR-1", "grant": "G-1", "state": "active",
                                  "currency": "EUR", "amount": "50",
                                  "agreement_reference": "SG-2"}))  # fmt: skip
    handed = HandedOn(plan, totals(plan)[0], "G-1", lambda _: told())
    span = ("2026-01", "2026-01", "2026-03")
    (share,) = handed.together(span, added([])).groups
    assert (share.group, share.agreed, share.paid) == ("GR-1", 105_000, 100_000)
    assert (share.sums.spent, share.held, share.month, share.closed) == (
        40_000, 60_000, "2026-03", True,
    )  # fmt: skip
    unknown = host(("given", "V-2", {"group": "GR-1", "grant": "G-1", "state": "active",
                                     "currency": "EUR"}))  # fmt: skip
    handed = HandedOn(unknown, totals(unknown)[0], "G-1", lambda _: told())
    assert handed.together(span, added([])).groups[0].agreed is None


def test_a_group_without_a_statement_has_its_money_on_the_way() -> None:
    plan = host()
    handed = HandedOn(plan, totals(plan)[0], "G-1", lambda _: {})
    (share,) = handed.together(("2026-01", "2026-01", "2026-03"), added([])).groups
    assert (share.on_the_way, share.held, share.month, share.closed) == (100_000, 0, "", False)
    assert is_handed_on(plan, "G-1")
    assert not is_handed_on(plan, "G-2")


def test_a_fee_that_came_to_the_grant_does_not_hide_what_is_kept_of_it() -> None:
    """We keep 5 % of 1,000.00 of this grant. A fee of another one is an income of it."""
    fee = {"date": "2026-02-05", "grant": "G-1", "kind": "host fee", "amount": "30",
           "state": "received"}  # fmt: skip
    rows = with_rows(("given", "V-1", {"fee": "5"}), ("income", "I-20", fee))
    plan, _ = plan_of(rows, base="EUR")
    handed_on = HandedOn(plan, totals(plan)[0], "G-1", lambda _: {})
    together = handed_on.together(("2026-01", "2026-01", "2026-03"), Sums())
    assert (together.fees, together.terms.fees) == (5_000, 2_000)


def test_a_period_begins_where_the_month_before_it_ends() -> None:
    """What was spent up to the end of the month before is in no figure of the period."""
    plan = host()

    def at(month: str) -> dict[str, HostStatement]:
        return told() if month >= "2026-02" else {}

    handed = HandedOn(plan, totals(plan)[0], "G-1", at)
    (share,) = handed.together(("2026-03", "2026-02", "2026-03"), added([])).groups
    assert (share.sums.period_spent, share.sums.year_spent, share.sums.spent) == (0, 40_000, 40_000)


def test_the_award_is_that_of_the_grant_that_was_asked_for() -> None:
    other = {"funder": "Fund", "title": "Other", "state": "active", "currency": "EUR"}
    plan = host(
        ("grants", "G-2", other),
        ("income", "I-2", {"date": "2026-02-01", "grant": "G-2", "kind": "instalment",
                           "state": "received", "amount": "77"}),
    )  # fmt: skip
    for grant in ("G-1", "G-2"):
        assert HandedOn(plan, totals(plan)[0], grant, lambda _: {}).award("2026-03").grant == grant
