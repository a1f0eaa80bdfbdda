"""One rule for each conversion; nobody else reads a rate. Sums are worked out here in Fractions."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import budgettrack
from budgettrack.core import tabs
from budgettrack.core.figures.cash import overall
from budgettrack.core.figures.conversion import (
    Conversion,
    at_month,
    at_planning_rate,
    budget_conversion,
    funders_rule,
    lacking,
    to_base,
)
from budgettrack.core.figures.funding_grid import grid
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Expense, Fields, Income, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.views.facts import public_facts
from budgettrack.core.views.funder import funder_view
from tests.world.publishing import each_alone

GRANT: Fields = {
    "funder": "F", "title": "T", "state": "active", "currency": "GBP", "amount": "1000",
    "start": "2026-06-01", "end": "2026-06-30", "publish": "yes",
}  # fmt: skip
RATES: dict[str, Fields] = {
    "2026-01 GBP": {"month": "2026-01", "currency": "GBP", "rate": "0.80"},
    "2026-06 GBP": {"month": "2026-06", "currency": "GBP", "rate": "0.90"},
}


def abroad(rates: Mapping[str, Fields] = RATES, **grant: str) -> Plan:
    """One grant in GBP; its budget of 1,000 is spent in June; the base currency is EUR."""
    records: dict[str, dict[str, Fields]] = {
        "grants": {"G-1": {**GRANT, **grant}},
        "budget": {"B-1": {"grant": "G-1", "category": "Rent", "amount": "1000"}},
        "expenses": {
            f"E-{number}": {
                "date": "2026-06-05", "budget_line": "B-1", "amount": "250", "currency": "GBP", "state": "paid",
            }
            for number in range(4)
        },
        "income": {
            "I-1": {
                # Received before it is spent: an instalment of what was spent already is told nowhere.
                "date": "2026-05-29", "grant": "G-1", "kind": "instalment", "state": "received", "amount": "1000",
                "currency": "GBP",
            }
        },
        "rates": dict(rates),
    }  # fmt: skip
    return plan_of(records, base="EUR")[0]


def sums_in_base(plan: Plan) -> dict[str, tuple[int, int]]:
    """Budget and spending of the plan in the base currency, wherever it is told."""
    sums, _ = totals(plan)
    together = overall(plan, sums, "2026-06")
    _, rows = grid(plan)
    public = Counter[str]()
    for part in Contributions(plan, each_alone(plan)).at("2026-06"):
        public[part.what] += part.units
    (grant,) = public_facts(plan, "2026-06", first="2026-06", organisation="O").grants
    received = sum(each.base or 0 for each in grant.instalments)
    profile = Profile(title="t", source="s", currency="EUR")
    summary = funder_view(plan, sums, "G-1", profile, month="2026-06", organisation="O")
    return {
        "Summary": (together.budget, together.spent),
        "Summary, award and receipts": (together.award, together.received),
        "funding grid": (rows[0].total, together.spent),
        "public site": (public["budget"], received),
        "funder's summary": (summary.total.budget, summary.reconciled.planned),
    }


@pytest.mark.parametrize(
    ("grant", "rate"),
    [
        ({"budget_rate": "0.86"}, "0.86"),
        ({}, "0.90"),  # the month in which it starts
        ({"start": "2026-05-15"}, "0.80"),  # that month has none: the last one before it
        ({"start": "2025-11-01"}, "0.80"),  # there is none before it: the first one after it
    ],
)
def test_a_grant_has_one_sum_in_the_base_currency(grant: dict[str, str], rate: str) -> None:
    wanted = round(Fraction(100000) / Fraction(rate))

    plan = abroad(RATES, **grant)

    found = sums_in_base(plan)
    assert {units for pair in found.values() for units in pair} == {wanted}, found


def test_public_spending_is_converted_payment_by_payment_at_the_same_rate() -> None:
    """A batch keeps its sum for ever, so each payment in it has its own rounded amount."""
    plan = abroad(RATES)
    parts = Contributions(plan, each_alone(plan)).at("2026-06")
    spent = {part.id: part.units for part in parts if part.what == "spent"}

    assert spent == {
        id_: round(Fraction(expense.amount) / Fraction("0.90"))
        for id_, expense in plan.expenses.items()
    }


def test_without_any_rate_there_is_no_sum_and_it_is_said() -> None:
    plan = abroad(rates={})
    sums, _ = totals(plan)

    assert to_base(plan, plan.grants["G-1"]) is None
    assert overall(plan, sums, "2026-06").without_rate == ("G-1",)
    assert grid(plan)[1][0].unknown == ["B-1"]
    shown = [
        cell.value
        for row in tabs.summary(plan, sums, "2026-06", date(2026, 7, 1)).rows
        for cell in row
    ]
    assert "Without G-1: no rate" in shown
    profile = Profile(title="t", source="s", currency="EUR")
    view = funder_view(plan, sums, "G-1", profile, month="2026-06", organisation="O")
    assert view.currency == "GBP"
    assert ("draft-no-rate", "GBP → EUR") in [(each.code, each.id) for each in view.tell]


def test_a_later_rate_moves_no_figure_of_a_grant_that_has_begun() -> None:
    before, later = abroad(), abroad({**RATES, "2026-07 GBP": {**RATES["2026-06 GBP"], "month": "2026-07", "rate": "0.7"}})  # fmt: skip

    assert sums_in_base(before) == sums_in_base(later)


def test_a_profiles_own_budget_rate_counts_where_the_summary_is_not_in_the_base_currency() -> None:
    plan = abroad()
    grant, profile = plan.grants["G-1"], Profile(title="t", source="s", budget_rate=Decimal("1.3"))

    in_dollars = budget_conversion(plan, grant, _with(profile, "USD"))
    assert in_dollars is not None
    assert in_dollars.units(1000) == 1300
    in_base = budget_conversion(plan, grant, _with(profile, "EUR"))
    assert in_base == to_base(plan, grant)
    sums, _ = totals(plan)
    view = funder_view(plan, sums, "G-1", _with(profile, "EUR"), month="2026-06", organisation="O")
    assert "draft-budget-rate-not-used" in [each.code for each in view.tell]


def _with(profile: Profile, currency: str) -> Profile:
    return Profile(title="t", source="s", budget_rate=profile.budget_rate, currency=currency)


def test_a_third_currency_goes_by_way_of_the_base() -> None:
    plan = replace(abroad(budget_rate="0.8"), rates={("2026-06", "USD"): Decimal("1.1")})

    conversion = at_planning_rate(plan, plan.grants["G-1"], "USD", "GBP")

    assert conversion is not None
    assert conversion.units(1100) == 800


def test_a_payment_is_converted_at_its_months_rates_which_are_said() -> None:
    plan = replace(
        abroad(), rates={("2026-06", "USD"): Decimal("1.10"), ("2026-06", "GBP"): Decimal("0.9")}
    )

    conversion = at_month(plan, "USD", "GBP", "2026-06")
    assert conversion is not None
    assert (conversion.units(1100), conversion.words) == (900, "1.1 / 0.9")
    to_euro = at_month(plan, "GBP", "EUR", "2026-06")
    assert to_euro is not None
    assert to_euro.words == "0.9"
    assert at_month(plan, "USD", "GBP", "2026-07") is None
    assert lacking(plan, ("USD", "EUR", "GBP"), "2026-07") == ["USD", "GBP"]


@pytest.mark.parametrize(
    ("units", "currency", "to", "rates", "converted"),
    [
        (100, "EUR", "EUR", ("1", "1"), 100),
        (1000, "USD", "EUR", ("1.25", "1"), 800),
        (1000, "EUR", "USD", ("1", "1.25"), 1250),
        (1000, "USD", "GBP", ("1.25", "0.80"), 640),
        (10000, "JPY", "EUR", ("160", "1"), 6250),
        (6250, "EUR", "JPY", ("1", "160"), 10000),
        (1, "USD", "EUR", ("2", "1"), 0),  # half a cent goes to the even 0
        (3, "USD", "EUR", ("2", "1"), 2),  # a cent and a half goes to the even 2
        (-1, "USD", "EUR", ("2", "1"), 0),
        (-3, "USD", "EUR", ("2", "1"), -2),
    ],
)
def test_conversion_rounds_once_half_to_even(
    units: int, currency: str, to: str, rates: tuple[str, str], converted: int
) -> None:
    conversion = Conversion(currency, to, (Decimal(rates[0]), Decimal(rates[1])))

    assert conversion.units(units) == converted


@given(
    st.dictionaries(st.sampled_from([f"2026-{month:02d}" for month in range(1, 13)]), st.integers(-(10**6), 10**6)),
    st.decimals("0.01", "200", places=4),
)  # fmt: skip
def test_months_sum_to_the_conversion_of_their_sum(parts: dict[str, int], rate: Decimal) -> None:
    conversion = Conversion("GBP", "EUR", (rate, Decimal(1)))
    converted = conversion.by_month(parts)

    for until in sorted(parts):
        to_date = sum(units for month, units in parts.items() if month <= until)
        shown = sum(units for month, units in converted.items() if month <= until)
        assert shown == round(Fraction(to_date) / Fraction(rate))


# ---- one home


HOME = "budgettrack/core/figures/conversion.py"
DECLARED = {"budgettrack/core/records/plan.py", "budgettrack/core/figures/profile.py"}
"""Files that read a rate to keep or to check it, and convert nothing."""


ENDINGS = ("rate", "convert", "Conversion")
"""The last letters of what is called with a rate."""


def _last(called: ast.expr) -> str:
    """The last name of what is called, '' if it has none."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def readers_of_rates(source: str) -> Iterator[str]:
    """The names by which a module reads or builds a rate."""
    if not any(word in source for word in ENDINGS):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ("rates", "budget_rate"):
            yield node.attr
        if isinstance(node, ast.Call) and _last(node.func).endswith(ENDINGS):
            name = ast.unparse(node.func)
            if name.endswith((".rate", "money.convert", "Conversion")):
                yield name.rpartition(".")[2]


@pytest.mark.slow
def test_nobody_else_converts() -> None:
    root = Path(budgettrack.__file__).parent.parent
    others = {
        path.relative_to(root).as_posix(): sorted(set(readers_of_rates(path.read_text("utf-8"))))
        for path in (root / "budgettrack").rglob("*.py")
    }
    found = {
        path: names for path, names in others.items() if names and path not in {HOME, *DECLARED}
    }

    assert found == {}
    assert "Conversion" in others[HOME]


@pytest.mark.parametrize(
    "line",
    ["plan.rates[month, code]", "x = grant.budget_rate", "money.convert(1, a, b, c)", "plan.rate('EUR', month)", "Conversion('EUR', 'GBP', (a, b))"],
)  # fmt: skip
def test_a_conversion_elsewhere_would_be_seen(line: str) -> None:
    assert list(readers_of_rates(line))


def spent(day: str, currency: str = "GBP") -> Expense:
    on = date.fromisoformat(day)
    return Expense("E-1", on, "B-1", "G-1", 100_00, currency, "paid", on)


def test_days_that_were_asked_for_stand_in_place_of_the_profiles_period() -> None:
    plan = abroad()
    profile = Profile(title="t", source="s", currency="EUR", rate="period", period="month")
    asked = (date(2026, 1, 1), date(2026, 6, 30))

    def units(day: str, own: tuple[date, date] | None) -> int | None:
        rule = funders_rule(plan, plan.grants["G-1"], profile, "EUR", date(2026, 6, 30), own)
        return rule.units(spent(day))

    assert units("2026-06-05", None) == round(Fraction(100_00) / Fraction("0.90"))
    # January has 0.80 and June 0.90; the months between have no rate.
    assert units("2026-06-05", asked) == round(Fraction(100_00) / Fraction("0.85"))
    assert units("2026-03-05", None) is None  # March alone has no rate
    assert units("2026-07-05", asked) is None  # outside the days that were asked for


def test_only_this_grants_receipts_that_arrived_in_another_currency_make_its_rate() -> None:
    plan = abroad(currency="EUR")
    agreed = Income(
        "I-1", date(2026, 1, 5), "G-1", "instalment", "received", 100_00, "EUR", 90_00, "GBP"
    )
    others = (
        replace(agreed, id="I-2", grant="G-2", received_amount=1),
        replace(agreed, id="I-3", state="expected", received_amount=1),
        replace(agreed, id="I-4", date=date(2026, 7, 1), received_amount=1),
        replace(agreed, id="I-5", received_amount=None),
        replace(agreed, id="I-6", currency="GBP", received_amount=1),
    )  # fmt: skip
    profile = Profile(title="t", source="s", rate="receipts")

    def units(*rows: Income) -> int | None:
        paid = replace(plan, income={row.id: row for row in rows})
        rule = funders_rule(paid, plan.grants["G-1"], profile, "EUR", date(2026, 6, 30), None)
        return rule.units(spent("2026-06-05"))

    assert units(agreed, *others) == units(agreed) == round(Fraction(100_00) / Fraction("0.9"))
