"""Limits of funders: one rule at every scope."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.figures.limits import (
    agreed_percent,
    grant_limits,
    is_beyond,
    is_beyond_agreed,
    judged_row,
)
from budgettrack.core.figures.profile import Category, Limit, Profile, problems
from budgettrack.core.figures.revisions import revision_checks
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.funder import funder_view
from budgettrack.reports.base.translations import words
from budgettrack.reports.funder.limits import limit_words

SCOPES = ("line", "category", "activity", "grant")


def limit(**values: Any) -> Limit:
    return Limit(**{"source": "a test", "verified": True, "currency": "EUR", **values})


def overspent(spent: int = 12000, **line: str) -> Plan:
    """A grant of 10,000 for one line, of which so much was spent, without an explanation."""
    records = {
        "grants": {
            "G-1": {
                "funder": "F", "title": "T", "state": "active", "currency": "EUR", "amount": "10000",
                "start": "2026-01-01", "end": "2026-12-31",
            }
        },
        "work_plan": {"A-1": {"activity": "Meet", "status": "done", "done": "100"}},
        "budget": {"B-1": {"grant": "G-1", "category": "Rent", "activity": "A-1", "amount": "10000", **line}},
        "expenses": {
            "E-1": {
                "date": "2026-06-01", "budget_line": "B-1", "amount": str(spent), "currency": "EUR", "state": "paid",
            }
        },
    }  # fmt: skip
    return plan_of(records, base="EUR")[0]


def told(plan: Plan, by: str = "category", **values: Any) -> list[str]:
    """The rows of which an explanation is asked for."""
    profile = Profile(title="t", source="s", by=by, limit=(limit(**values),))  # type: ignore[arg-type]
    view = funder_view(plan, totals(plan)[0], "G-1", profile, month="2026-12", organisation="O")
    return [each.id for each in view.tell if each.code == "draft-unexplained"]


ABOUT = {"line": "B-1", "category": "Rent", "activity": "A-1", "grant": "G-1"}


@pytest.mark.parametrize("by", ["category", "activity"])
@pytest.mark.parametrize("scope", SCOPES)
def test_a_limit_is_judged_alike_at_every_scope(scope: str, by: str) -> None:
    about = ["Meet" if scope == by == "activity" else ABOUT[scope]]
    plan = overspent()

    assert told(plan, by, scope=scope, amount=Decimal(100)) == about
    assert told(plan, by, scope=scope, amount=Decimal(2000)) == []
    both = {"percent": Decimal(10), "combine": "and"}
    assert told(plan, by, scope=scope, amount=Decimal(1000), **both) == about
    assert told(plan, by, scope=scope, amount=Decimal(1_000_000), **both) == []
    assert told(plan, by, scope=scope, percent_up=Decimal(0), percent_down=Decimal(10)) == about
    assert told(overspent(10000), by, scope=scope, percent_up=Decimal(0)) == []
    assert told(overspent(5000), by, scope=scope, percent_up=Decimal(0)) == []
    assert told(overspent(explanation="A flood."), by, scope=scope, amount=Decimal(100)) == []


def test_the_whole_grant_is_judged_on_exact_figures_whatever_is_shown() -> None:
    plan = overspent(10400)
    rule = limit(scope="grant", amount=Decimal(300))
    profile = Profile(title="t", source="s", round_to=Decimal(1000), limit=(rule,))

    view = funder_view(plan, totals(plan)[0], "G-1", profile, month="2026-12", organisation="O")

    assert (view.total.spent, view.total.budget) == (1000000, 1000000)
    assert [each.id for each in view.tell if each.code == "draft-unexplained"] == ["G-1"]
    assert [(row.scope, row.limits) for row in view.judged] == [("grant", (0,))]


def test_no_overspending_at_all_is_a_limit_that_a_profile_may_have() -> None:
    for values in ({"percent_up": 0}, {"percent_down": 0}, {"percent": 0}, {"amount": 0}):
        rule = limit(**{name: Decimal(size) for name, size in values.items()})
        assert problems(Profile(title="t", source="s", limit=(rule,))) == []
    nothing = Profile(title="t", source="s", limit=(limit(),))
    assert [(mistake.field, mistake.problem) for mistake in problems(nothing)] == [
        ("limit[0].percent", "The limit has neither a percentage nor an amount.")
    ]


@pytest.mark.parametrize(
    ("rule", "budget", "spent", "beyond"),
    [
        (limit(percent_up=0, percent_down=10), 1000, 1001, True),
        (limit(percent_up=0, percent_down=10), 1000, 900, False),
        (limit(percent=10, percent_up=0), 1000, 1050, True),  # its own percentage wins, also 0
        (limit(percent=10, percent_up=0), 1000, 950, False),
        (limit(percent=10, percent_down=0), 1000, 999, True),
        (limit(percent_up=0), 1000, 0, False),  # nothing is said of spending less
        (limit(percent_up=0), 0, 1, True),
    ],
)
def test_a_percentage_of_nothing_allows_nothing(
    rule: Limit, budget: int, spent: int, beyond: bool
) -> None:
    assert is_beyond(rule, budget, spent, None) is beyond


@given(
    st.builds(
        limit,
        percent=st.none() | st.integers(0, 60).map(Decimal),
        percent_up=st.none() | st.integers(0, 60).map(Decimal),
        direction=st.sampled_from(["both", "over", "under"]),
        combine=st.sampled_from(["and", "or"]),
        comparator=st.sampled_from([">", ">="]),
        amount_comparator=st.sampled_from([">", ">="]),
    ),
    st.integers(0, 400),
    st.integers(0, 400),
    st.none() | st.integers(0, 80),
)
def test_a_limit_by_its_definition(
    rule: Limit, budget: int, spent: int, amount: int | None
) -> None:
    """Oracle: the words of the profile, one by one, in fractions."""
    off = abs(spent - budget)
    over = spent > budget
    looked_at = off and {"both": True, "over": over, "under": not over}[rule.direction]
    percent = rule.percent_up if over and rule.percent_up is not None else rule.percent
    sizes = []
    if percent is not None:
        share = Fraction(off, budget) * 100 if budget else Fraction(10**9)
        sizes.append(share > percent or (rule.comparator == ">=" and share == percent))
    if amount is not None:
        sizes.append(off > amount or (rule.amount_comparator == ">=" and off == amount))
    expected = bool(looked_at and sizes and (all if rule.combine == "and" else any)(sizes))

    assert is_beyond(rule, budget, spent, amount) is expected


def test_the_grants_own_limit_is_ten_percent_where_it_says_nothing() -> None:
    plan = overspent()
    own = replace(plan.grants["G-1"], variance_limit=Decimal(0))

    assert [agreed_percent(None), agreed_percent(own)] == [Decimal(10), Decimal(0)]
    assert [is_beyond_agreed(None, 1000, spent) for spent in (900, 899, 1100, 1101)] == [
        False, True, False, True,
    ]  # fmt: skip
    assert is_beyond_agreed(own, 1000, 1001)


def test_a_limits_sum_is_converted_at_the_grants_rate_and_a_missing_one_is_told() -> None:
    plan = overspent()
    rule = limit(scope="line", amount=Decimal(1000), currency="USD")
    profile = Profile(title="t", source="s", limit=(rule,))
    known = replace(
        plan, rates={("2026-01", "USD"): Decimal("1.25"), ("2026-12", "USD"): Decimal(2)}
    )

    (one,) = grant_limits(known, known.grants["G-1"], profile, "EUR")
    assert (one.amount, one.lacks_rate) == (80000, False)
    (lacking,) = grant_limits(plan, plan.grants["G-1"], profile, "EUR")
    assert (lacking.amount, lacking.lacks_rate) == (0, True)
    view = funder_view(plan, totals(plan)[0], "G-1", profile, month="2026-12", organisation="O")
    assert ("draft-no-rate", "USD → EUR") in [(each.code, each.id) for each in view.tell]


def test_a_category_that_may_not_grow_may_not_grow_in_a_revision_either() -> None:
    plan = overspent()
    line = replace(plan.lines["B-1"], approved=999900, revision="Agreed")
    grant = replace(plan.grants["G-1"], profile="p")
    revised = replace(plan, lines={"B-1": line}, grants={"G-1": grant})
    rule = limit(scope="category", measure="budget change", percent=Decimal(20), never=("Office",))
    funders = Category(name="Office", of=("Rent",))

    def codes(*categories: Category) -> list[str]:
        profile = Profile(id="p", title="t", source="s", limit=(rule,), category=categories)
        return [each.code for each in revision_checks(revised, lambda _: profile)]

    assert codes(funders) == ["revision-beyond-limit"]
    assert codes() == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"percent": 10}, "by more than 10%,"),
        ({"percent_up": 20, "percent_down": 10}, "by more than 20% up or 10% down,"),
        ({"percent": 10, "percent_up": 0}, "by more than 0% up or 10% down,"),
        ({"percent_up": 0}, "by more than 0% up,"),
        ({"percent_down": 15}, "by more than 15% down,"),
    ],
)
def test_a_limit_is_said_as_it_is_judged(values: dict[str, int], said: str) -> None:
    rule = limit(**{name: Decimal(size) for name, size in values.items()})

    assert said in limit_words(rule, words("en")).replace("\N{NO-BREAK SPACE}", " ")


def test_a_line_is_judged_in_a_row_of_its_scope() -> None:
    grant = {"funder": "F", "currency": "EUR", "state": "active"}
    line = {"grant": "G-1", "category": "Rent", "activity": "A-1", "amount": "1"}
    plan, _ = plan_of(
        {
            "grants": {"G-1": grant},
            "work_plan": {"A-1": {"activity": "Open the room"}},
            "budget": {"B-1": line},
        },
        base="EUR",
    )
    plain = Profile(title="t", source="s")
    mapped = Profile(title="t", source="s", category=(Category(name="Premises", of=("Rent",)),))

    def row(scope: Any, profile: Profile = plain) -> str:
        return judged_row(scope, profile, plan.lines["B-1"])

    assert [row(scope) for scope in ("line", "category", "activity", "grant")] == [
        "B-1", "Rent", "A-1", "",
    ]  # fmt: skip
    assert row("category", mapped) == "Premises"
