"""A funder's view: that grant alone, in the funder's categories, currency, period and limits,
adding up to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.months import last_day
from budgettrack.core.figures.limits import is_beyond
from budgettrack.core.figures.narratives import narrative_period
from budgettrack.core.figures.positions import forecast, positions
from budgettrack.core.figures.profile import Category, Limit, Profile, rounded
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Income, Narrative, Plan
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.core.views.funder import figures_reported
from budgettrack.core.views.funder_types import Reported
from tests.world.report_plans import MONTH, harbour, summary, with_reports_of_groups


def _profile(**values: Any) -> Profile:
    return Profile(**{"title": "Ours", "source": "a test", **values})


def _limit(**values: Any) -> Limit:
    return Limit(**{"source": "a test", "verified": True, **values})


def test_a_funder_sees_its_own_grant_as_the_positions_say() -> None:
    plan = harbour()
    sums = totals(plan)[0]
    view = summary(plan)
    known = {each.line: each for each in positions(plan, sums, end=MONTH, grant="G-1")}
    period = {
        each.line: each for each in positions(plan, sums, start="2026-01", end=MONTH, grant="G-1")
    }

    assert {
        line.id: (line.sums.budget, line.sums.spent, line.sums.committed, line.sums.available)
        for line in view.lines
    } == {
        key: (each.budget, each.spent, each.committed, each.available)
        for key, each in known.items()
    }
    assert {line.id: (line.sums.period_budget, line.sums.period_spent) for line in view.lines} == {
        key: (each.budget, each.spent) for key, each in period.items()
    }
    assert view.period == (date(2026, 1, 1), date(2026, 3, 31))
    assert view.total.period_budget == 900000
    assert view.lines[0].sums.forecast == forecast(plan, sums, "B-1.1", MONTH).as_planned
    for other in ("G-2", "G-3", "Tide", "Quiet", "Handbook"):
        assert other not in repr(view)
    assert [(each.what, each.late) for each in view.due] == [
        ("Audit letter", True), ("Report for January to March", False),
    ]  # fmt: skip


def test_a_funder_is_not_told_which_reports_groups_owe_to_us() -> None:
    plan = harbour()
    view = summary(with_reports_of_groups(plan, date(2026, 4, 20)))

    assert view.due == summary(plan).due
    assert "GR-1" not in repr(view)


# ---- limits, each at its edge


@pytest.mark.parametrize(
    ("limit", "budget", "spent", "amount", "beyond"),
    [
        (_limit(percent=10), 1000, 1100, None, False),
        (_limit(percent=10), 1000, 1101, None, True),
        (_limit(percent=10), 1000, 900, None, False),
        (_limit(percent=10), 1000, 899, None, True),
        (_limit(percent=10, comparator=">="), 1000, 1100, None, True),
        (_limit(percent=10, comparator=">="), 1000, 1099, None, False),
        (_limit(percent=10), 0, 1, None, True),
        (_limit(percent=10), 0, 0, None, False),
        (_limit(percent=10, direction="over"), 1000, 500, None, False),
        (_limit(percent=10, direction="under"), 1000, 1500, None, False),
        (
            _limit(percent=10, amount=1000, currency="USD", combine="and"),
            500000,
            600000,
            100000,
            False,
        ),
        (
            _limit(percent=10, amount=1000, currency="USD", combine="and"),
            500000,
            600001,
            100000,
            True,
        ),
        (_limit(percent=10, amount=1000, currency="USD", combine="and"), 5000, 6000, 100000, False),
        (
            _limit(percent=10, amount=1000, currency="USD", combine="or"),
            500000,
            549999,
            100000,
            False,
        ),
        (
            _limit(percent=10, amount=1000, currency="USD", combine="or"),
            5000000,
            5100001,
            100000,
            True,
        ),
        (_limit(percent_up=20, percent_down=10), 1000, 1200, None, False),
        (_limit(percent_up=20, percent_down=10), 1000, 1201, None, True),
        (_limit(percent_up=20, percent_down=10), 1000, 899, None, True),
        (_limit(percent=Decimal("33.3")), 1000, 1333, None, False),
        (_limit(percent=Decimal("33.3")), 1000, 1334, None, True),
        (_limit(percent=10), -1000, -1100, None, False),
        (_limit(percent=10), -1000, -1101, None, True),
    ],
)
def test_a_limit_is_exact_at_its_edge(
    limit: Limit, budget: int, spent: int, amount: int | None, beyond: bool
) -> None:
    assert is_beyond(limit, budget, spent, amount) is beyond


def _edge(
    profile: str | Profile, spent: int, *, currency: str = "EUR", **line: Any
) -> list[tuple[str, str]]:
    """What the treasurer is told of a line of 120,000.00 (or as given) with so much spent; only
    about limits."""
    start, end = date(2026, 1, 1), date(2026, 12, 31)
    grant = Grant("G", "F", "T", "active", currency, 12_000_000, start, end)
    values = {"amount": 12_000_000, **line}
    budget = BudgetLine("L", "G", "", "Travel", "Bus", currency, start=start, end=end, **values)
    day = date(2026, 12, 1)
    plan = replace(
        harbour(), base=currency, grants={"G": grant}, lines={"L": budget}, activities={}, income={}, resources={}, deadlines={},
        rates={}, expenses={"E": Expense("E", day, "L", "G", spent, currency, "paid", day)} if spent else {},
    )  # fmt: skip
    view = summary(plan, "G", profile, month="2026-12")
    return [(each.code, each.id) for each in view.tell if each.code == "draft-unexplained"]


@pytest.mark.parametrize(
    ("profile", "currency", "within", "beyond"),
    [
        ("bmr", "EUR", 13_200_000, 13_200_001),
        ("generic-10pct", "EUR", 10_800_000, 10_799_999),
        ("bfss", "EUR", 10_800_000, 10_799_999),
        # April to March: the financial year so far has nine months of the twelve.
        ("uk-aid-direct-2017", "GBP", 9_900_000, 9_900_001),
        ("dfid-gpaf", "GBP", 9_899_999, 9_900_000),
        ("mott", "USD", 13_200_000, 13_200_001),
        ("in-kind-match", "EUR", 13_200_000, 13_200_001),
    ],
)
def test_each_shipped_rule_asks_for_an_explanation_just_beyond_its_edge(
    profile: str, currency: str, within: int, beyond: int
) -> None:
    assert _edge(profile, within, currency=currency) == []
    assert _edge(profile, beyond, currency=currency) == [("draft-unexplained", "L")]
    assert _edge(profile, beyond, currency=currency, explanation="A flood.") == []


def test_mott_asks_only_where_both_the_share_and_the_sum_are_beyond() -> None:
    assert _edge("mott", 1_000_000 + 100_000, currency="USD", amount=1_000_000) == []
    assert _edge("mott", 1_000_000 + 100_001, currency="USD", amount=1_000_000) == [
        ("draft-unexplained", "L")
    ]
    assert _edge("mott", 100_000 + 90_000, currency="USD", amount=100_000) == []


def test_unicef_asks_by_activity_for_spending_over_what_was_authorised_for_the_period() -> None:
    # October to December: a quarter of the line, and a fifth more
    assert _edge("unicef-face", 3_600_000) == []
    assert _edge("unicef-face", 3_600_001) == [("draft-unexplained", "")]


@pytest.mark.parametrize(
    ("profile", "approved", "amount", "category", "beyond"),
    [
        ("ca-asym-10-20", 10_000_000, 12_000_000, "Travel", False),
        ("ca-asym-10-20", 10_000_000, 12_000_001, "Travel", True),
        ("ca-asym-10-20", 10_000_000, 9_000_000, "Travel", False),
        ("ca-asym-10-20", 10_000_000, 8_999_999, "Travel", True),
        ("ca-asym-10-20", 10_000_000, 10_000_001, "Administration", True),
        ("ca-asym-10-20", 10_000_000, 9_999_999, "Administration", False),
        ("ncfp-sample", 10_000_000, 12_000_000, "Travel", False),
        ("ncfp-sample", 10_000_000, 12_000_001, "Travel", True),
        ("ncfp-sample", 2_000_000, 2_999_999, "Travel", False),
        ("ncfp-sample", 2_000_000, 3_000_000, "Travel", True),
        ("ncfp-sample", 2_000_000, 2_000_001, "Indirect costs", True),
    ],
)
def test_a_revised_budget_is_held_against_the_approved_one(
    profile: str, approved: int, amount: int, category: str, beyond: bool
) -> None:
    start, end = date(2026, 1, 1), date(2026, 12, 31)
    grant = Grant("G", "F", "T", "active", "USD", amount, start, end)
    line = BudgetLine("L", "G", "", category, "", "USD", amount, start, end, approved=approved)
    plan = replace(
        harbour(), base="USD", grants={"G": grant}, lines={"L": line}, activities={}, expenses={}, income={}, resources={},
        deadlines={}, rates={},
    )  # fmt: skip
    told = [each.code for each in summary(plan, "G", profile, month="2026-12").tell]

    assert ("draft-unexplained" in told) is beyond


def test_the_grants_own_limit_wins_over_the_profile() -> None:
    plan = harbour()
    wide = replace(
        plan, grants={**plan.grants, "G-1": replace(plan.grants["G-1"], variance_limit=Decimal(50))}
    )

    assert [each.percent for each in summary(wide).limits] == [Decimal(50)]
    assert "draft-unexplained" not in [each.code for each in summary(wide).tell]


def test_a_profile_that_was_not_verified_says_so_and_is_never_final() -> None:
    assert ("draft-profile-not-verified", "eu-prag-25") in [
        (each.code, each.id) for each in summary(harbour(), profile="eu-prag-25").tell
    ]


# ---- categories


def test_what_maps_nowhere_has_a_row_of_its_own_and_is_told_and_nothing_is_dropped() -> None:
    profile = _profile(
        category=(
            Category(name="Place", code="1", of=("Rent and utilities",)),
            Category(name="None", code="2"),
        )
    )
    view = summary(harbour(), profile=profile)

    assert [(group.kind, group.name, [line.id for line in group.lines]) for group in view.groups] == [
        ("", "Place", ["B-1.1"]), ("", "None", []), ("unmapped", "", ["B-1.2", "B-1.3", "B-1.4"]), ("unbudgeted", "", [""]),
    ]  # fmt: skip
    assert view.total == summary(harbour()).total
    assert [each.id for each in view.tell if each.code == "draft-unmapped"] == [
        "B-1.2",
        "B-1.3",
        "B-1.4",
    ]


def test_a_line_maps_by_its_id_before_a_pattern_before_its_category() -> None:
    line = harbour().lines["B-1.1"]
    by_name, by_pattern, by_id = (
        Category(name="Rent and utilities"), Category(name="P", pattern="rent"), Category(name="I", lines=("B-1.1",)),
    )  # fmt: skip

    assert _profile(category=(by_name, by_pattern, by_id)).category_of(line) == by_id
    assert _profile(category=(by_name, by_pattern)).category_of(line) == by_pattern
    assert (
        _profile(category=(by_name,)).category_of(replace(line, category=" RENT and utilities "))
        == by_name
    )
    assert _profile(category=(Category(name="x"),)).category_of(line) is None


def test_categories_that_are_sums_of_others_count_once() -> None:
    view = summary(harbour(), profile="sf425", month=MONTH)
    sums = {group.code: group.sums.spent for group in view.groups if group.kind == "sum"}
    direct = sum(group.sums.spent for group in view.groups if group.code in tuple("abcdefgh"))

    assert sums == {"i": direct, "k": direct}
    assert view.total.spent == sum(group.sums.spent for group in view.groups if group.kind != "sum")
    assert [group.code for group in view.groups][:11] == list("abcdefghijk")


@pytest.mark.slow
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_mapped_total_is_the_unmapped_one_whatever_the_profile(data: st.DataObject) -> None:
    names = ["Rent and utilities", "Supplies", "Personnel", "Meetings", "Elsewhere"]
    categories = tuple(
        Category(
            name=f"C{index}", of=tuple(data.draw(st.lists(st.sampled_from(names), max_size=3)))
        )
        for index in range(data.draw(st.integers(0, 4)))
    )
    unit = data.draw(
        st.sampled_from([None, Decimal("0.01"), Decimal(1), Decimal(10), Decimal(1000)])
    )
    view = summary(harbour(), profile=_profile(category=categories, round_to=unit))
    plain = summary(harbour(), profile=_profile())

    for name in (
        "whole",
        "period_budget",
        "period_spent",
        "budget",
        "spent",
        "committed",
        "forecast",
    ):
        total = getattr(view.total, name)
        assert total == sum(getattr(line.sums, name) for line in view.lines)
        assert total == sum(
            getattr(group.sums, name) for group in view.groups if group.kind != "sum"
        )
        assert total % view.unit == 0
        assert abs(total - getattr(plain.total, name)) * 2 <= view.unit
        if view.unit == 1:
            assert total == getattr(plain.total, name)


@given(st.lists(st.integers(-(10**9), 10**9), max_size=30), st.sampled_from([1, 10, 100, 100_000]))
def test_rounded_parts_sum_to_the_rounded_sum_and_none_is_further_off_than_one_unit(
    units: list[int], unit: int
) -> None:
    parts = rounded(units, unit)

    assert (
        sum(parts) == int((Decimal(sum(units)) / unit).to_integral_value("ROUND_HALF_EVEN")) * unit
    )
    assert (
        all(abs(part - given_) < unit for part, given_ in zip(parts, units, strict=True))
        or unit == 1
    )


def test_what_is_rounded_up_is_what_is_nearest_to_it() -> None:
    assert rounded([110, 190, 100], 100) == [100, 200, 100]
    assert rounded([-110, -190, -100], 100) == [-100, -200, -100]


# ---- currency and rates


def _abroad() -> Plan:
    """A grant in GBP, spent in EUR and TND, with rates that move, and two instalments that arrived
    in EUR."""
    start, end = date(2026, 1, 1), date(2026, 6, 30)
    grant = Grant(
        "G",
        "F",
        "T",
        "active",
        "GBP",
        1_000_000,
        start,
        end,
        budget_rate=Decimal("0.80"),
        report_every="quarter",
    )
    line = BudgetLine("L", "G", "", "Travel", "", "GBP", 600_000, start, end)
    rows = [
        ("E-1", date(2026, 1, 10), 10_000, "EUR"), ("E-2", date(2026, 2, 10), 20_000, "EUR"),
        ("E-3", date(2026, 4, 20), 30_000, "EUR"), ("E-4", date(2026, 4, 21), 1_000_000, "TND"),
        ("E-5", date(2026, 5, 1), 5_000, "GBP"),
    ]  # fmt: skip
    expenses = {
        id_: Expense(id_, day, "L", "G", units, code, "paid", day) for id_, day, units, code in rows
    }
    rates = {(f"2026-0{m}", "GBP"): Decimal("0.80") + Decimal(m) / 100 for m in range(1, 7)}
    rates |= {(f"2026-0{m}", "TND"): Decimal(3) + Decimal(m) / 10 for m in range(1, 7)}
    income = {
        "I-1": Income(
            "I-1", date(2026, 1, 5), "G", "instalment", "received", 100_000, "GBP", 120_000, "EUR"
        ),
        "I-2": Income(
            "I-2", date(2026, 4, 5), "G", "instalment", "received", 300_000, "GBP", 390_000, "EUR"
        ),
    }
    return replace(
        harbour(), grants={"G": grant}, lines={"L": line}, activities={}, expenses=expenses, income=income, resources={},
        deadlines={}, rates=rates, closed=frozenset(),
    )  # fmt: skip


def _spent(view: Any) -> int:
    return view.total.spent  # type: ignore[no-any-return]


def test_the_rate_of_the_month_is_the_figure_of_variance() -> None:
    plan = _abroad()
    view = summary(plan, "G", _profile(), month="2026-05")

    known = sum(each.spent for each in positions(plan, totals(plan)[0], end="2026-05", grant="G"))
    assert _spent(view) == known
    assert (view.reconciled.own, view.reconciled.exchange, view.reconciled.rounding) == (
        known,
        0,
        0,
    )


def test_each_rule_for_rates_converts_each_expense_once_from_its_own_currency() -> None:
    plan = _abroad()
    fixed = _profile(rate="fixed", rates={"EUR": Decimal("1.25"), "TND": Decimal("4")})
    assert (
        _spent(summary(plan, "G", fixed, month="2026-05"))
        == 8_000 + 16_000 + 24_000 + 25_000 + 5_000
    )

    # (120,000 + 390,000) EUR for 400,000 pence: 1.275; TND by its month: 4.4/0.84 → 1000.000 × 0.84
    # / 3.4
    receipts = _spent(summary(plan, "G", _profile(rate="receipts"), month="2026-05"))
    assert receipts == 7_843 + 15_686 + 23_529 + 24_706 + 5_000

    # January to March: mean 0.82; April to June: mean 0.85, and 3.5 TND
    period = _spent(summary(plan, "G", _profile(rate="period"), month="2026-05"))
    assert period == 8_200 + 16_400 + 25_500 + 24_286 + 5_000


def test_another_currency_than_the_grants_takes_the_budget_at_its_rate_and_reconciles() -> None:
    plan = _abroad()
    view = summary(plan, "G", _profile(currency="EUR"), month="2026-05")

    assert view.currency == "EUR"
    assert view.total.whole == 750_000
    # EUR as they are; TND 1,000 at 3.4; GBP 50 at 0.85
    assert _spent(view) == 10_000 + 20_000 + 30_000 + 29_412 + 5_882
    those = view.reconciled
    assert (
        those.planned + those.outside + those.exchange + those.rounding
        == those.spent
        == _spent(view)
    )
    assert those.planned == round(those.own / Decimal("0.80"))


def test_what_has_no_rate_is_told_with_its_amount_and_never_dropped_in_silence() -> None:
    plan = _abroad()
    view = summary(
        plan, "G", _profile(rate="fixed", rates={"EUR": Decimal("1.25")}), month="2026-05"
    )

    assert [each.values for each in view.tell if each.code == "draft-not-converted"] == [
        (("amount", "1000.000 TND"),)
    ]
    none = summary(replace(plan, rates={}), "G", _profile(currency="USD"), month="2026-05")
    assert {each.code for each in none.tell} >= {"draft-no-rate", "draft-not-converted"}
    # A summary of noughts would look right: it stays in the grant's own currency.
    assert none.currency == "GBP"
    assert none.total.whole == 600_000


def test_amounts_of_a_limit_in_another_currency_are_converted() -> None:
    limit = _limit(measure="whole", direction="over", amount=Decimal(100), currency="EUR")
    plan = _abroad()
    over = {"E-9": Expense("E-9", date(2026, 5, 2), "L", "G", 700_000, "GBP", "paid", None)}
    view = summary(replace(plan, expenses=over), "G", _profile(limit=(limit,)), month="2026-05")

    assert view.lines[0].limits == (0,)


# ---- periods


def test_a_period_of_own_days_takes_spending_by_day_and_budgets_by_days() -> None:
    plan = _abroad()
    view = summary(
        plan, "G", _profile(), month="2026-04", own=(date(2026, 1, 16), date(2026, 4, 20))
    )

    assert (view.period, view.until) == ((date(2026, 1, 16), date(2026, 4, 20)), date(2026, 4, 20))
    # 100,000 a month: 16 of 31 days of January, February and March whole, 20 of 30 days of April
    assert view.total.period_budget == 51_613 + 200_000 + 66_667
    line = view.lines[0].sums
    assert line.budget == 300_000 + 66_667
    before = summary(
        plan, "G", _profile(), month="2026-01", own=(date(2026, 1, 1), date(2026, 1, 15))
    )
    assert before.total.period_budget + view.total.period_budget == line.budget
    assert before.total.period_spent + view.total.period_spent == line.spent
    # What was paid on 21 April lies outside, and is told apart.
    assert view.reconciled.outside == -round(100_000 * Decimal("0.84") / Decimal("3.4"))
    assert view.reconciled.spent == view.total.spent


@pytest.mark.parametrize(
    ("span", "starts", "month", "period"),
    [
        ("month", 1, "2026-05", (date(2026, 5, 1), date(2026, 5, 31))),
        ("quarter", 1, "2026-05", (date(2026, 4, 1), date(2026, 6, 30))),
        ("half-year", 1, "2026-05", (date(2026, 1, 1), date(2026, 6, 30))),
        ("year", 4, "2026-02", (date(2025, 4, 1), date(2026, 3, 31))),
        ("to date", 1, "2026-05", (date(2026, 1, 1), date(2026, 5, 31))),
        ("grant", 1, "2026-05", (date(2026, 4, 1), date(2026, 6, 30))),
    ],
)
def test_a_profile_cuts_its_own_periods(
    span: Any, starts: int, month: str, period: tuple[date, date]
) -> None:
    view = summary(_abroad(), "G", _profile(period=span, year_starts=starts), month=month)

    assert view.period == period


# ---- what was reported


def test_a_changed_figure_of_a_reported_period_is_an_adjustment_in_the_next_summary() -> None:
    plan = harbour()
    view = summary(plan)
    kept = figures_reported(view, totals(plan)[0], date(2026, 4, 5))
    later = replace(
        plan,
        expenses={
            **plan.expenses,
            "E-c": replace(plan.expenses["E-c"], state="paid", paid_on=date(2026, 3, 30)),
        },
    )

    assert summary(plan, month="2026-06", reported=[kept]).adjustments == ()
    (one,) = summary(later, month="2026-06", reported=[kept]).adjustments
    assert (one.name, one.first, one.on, one.now - one.was) == (
        "B-1.2",
        date(2026, 1, 1),
        date(2026, 4, 5),
        31000,
    )


def paid_of(plan: Plan, id_: str, **changed: Any) -> Plan:
    """The plan with another expense in the place of this one."""
    return replace(plan, expenses={**plan.expenses, id_: replace(plan.expenses[id_], **changed)})


def test_what_changed_before_a_reported_period_is_an_adjustment_of_its_own() -> None:
    """The figures to date of the summary had it too. The differences sum to what moved to date."""
    plan = harbour()
    view = summary(plan, month="2026-06")
    kept = figures_reported(view, totals(plan)[0], date(2026, 7, 5))
    old = plan.expenses["E-10"]
    assert old.day < date(2026, 4, 1)
    later = paid_of(plan, "E-10", amount=old.amount + 90_000)
    slipped = paid_of(plan, "E-10", date=date(2026, 8, 3), paid_on=date(2026, 8, 3))

    assert summary(plan, month="2026-09", reported=[kept]).adjustments == ()
    for changed in (later, slipped, paid_of(plan, "E-10", state="cancelled")):
        moved = summary(changed, month="2026-06").total.spent - view.total.spent
        now = summary(changed, month="2026-09", reported=[kept]).adjustments
        assert sum(each.now - each.was for each in now) == moved
    (one,) = summary(later, month="2026-09", reported=[kept]).adjustments
    assert (one.first, one.last, one.now - one.was) == (None, date(2026, 3, 31), 90_000)
    # A summary that an older version of the program stored has no such figures.
    without = replace(kept, earlier={}, earlier_lines=None)
    assert summary(later, month="2026-09", reported=[without]).adjustments == ()


def test_a_progress_note_with_a_personal_detail_is_withheld_from_the_funder_too() -> None:
    plan = harbour()
    paid_for = {line.activity for line in plan.lines.values() if line.grant == "G-1"}
    told = next(each for each in plan.activities.values() if each.id in paid_for)
    noted = replace(told, progress_note="Write to somebody@example.org.")
    changed = replace(plan, activities={**plan.activities, told.id: noted})
    notes = {each.id: each.note for each in summary(changed).progress}

    assert notes[told.id] == HELD_BACK
    assert HELD_BACK not in {each.note for each in summary(plan).progress}


def test_each_change_is_told_once_if_several_summaries_are_final() -> None:
    plan = harbour()
    first = figures_reported(summary(plan), totals(plan)[0], date(2026, 4, 5))
    second_view = summary(plan, month="2026-06", reported=[first])
    second = figures_reported(second_view, totals(plan)[0], date(2026, 7, 5))
    assert (second.since, second.earlier) == (date(2026, 4, 1), {})
    out_of_order = figures_reported(
        summary(plan, month="2026-06"), totals(plan)[0], date(2026, 4, 1)
    )
    later = paid_of(plan, "E-10", amount=plan.expenses["E-10"].amount + 90_000)
    for reported in ([first, second], [out_of_order, first]):
        (one,) = summary(later, month="2026-09", reported=reported).adjustments
        assert (one.first, one.last, one.now - one.was) == (None, date(2025, 12, 31), 90_000)


def test_figures_before_the_period_are_part_of_what_a_summary_says() -> None:
    plan = harbour()
    kept = figures_reported(summary(plan, month="2026-06"), totals(plan)[0], date(2026, 7, 5))
    later = paid_of(plan, "E-10", amount=plan.expenses["E-10"].amount + 1)
    other = figures_reported(summary(later, month="2026-06"), totals(later)[0], kept.on)

    assert kept.says_the_same_as(kept)
    assert not kept.says_the_same_as(other)
    assert replace(kept, earlier_lines=None).says_the_same_as(other)
    assert not kept.says_the_same_as(replace(kept, rows={}))


def test_a_line_that_is_gone_is_an_adjustment_too() -> None:
    kept = Reported(date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 5), {"B-9": ("B-9", 500)})
    found = summary(harbour(), month="2026-06", reported=[kept]).adjustments

    assert ("B-9", 500, 0) in [(each.name, each.was, each.now) for each in found]


def test_expenses_are_listed_where_the_profile_asks_and_add_up() -> None:
    view = summary(harbour(), profile=_profile(detail="expenses"))

    assert sum(each.units or 0 for each in view.expenses) == view.total.period_spent
    assert all(date(2026, 1, 1) <= each.day <= date(2026, 3, 31) for each in view.expenses)
    assert summary(harbour()).expenses == ()


def test_a_match_is_a_share_of_what_was_spent_to_the_cent_half_to_even() -> None:
    spent = summary(harbour(), "G-1", _profile()).total.spent

    for percent in ("20", "12.5", "0"):
        view = summary(harbour(), "G-1", _profile(match_percent=Decimal(percent)))
        assert view.match_wanted == round(Fraction(spent) * Fraction(percent) / 100)
    assert summary(harbour(), "G-1", _profile()).match_wanted is None


def test_a_category_without_lines_is_shown_only_where_the_funder_wants_every_category() -> None:
    categories = (
        Category(name="Premises", code="P", of=("Rent and utilities",)),
        Category(name="Vehicles", code="V", of=("Cars",)),
        Category(name="Costs", code="C", sum=("P", "V")),
    )

    def names(every: bool) -> list[str]:
        profile = _profile(category=categories, every_category=every)
        return [group.name for group in summary(harbour(), "G-1", profile).groups if group.name]

    assert names(every=True)[:3] == ["Premises", "Vehicles", "Costs"]
    assert names(every=False)[:2] == ["Premises", "Costs"]
    assert "Vehicles" not in names(every=False)


def test_a_funder_reads_what_the_group_wrote_about_the_months_of_the_period() -> None:
    reviews = {"2025-12": "Before.", "2026-01": "We began.", MONTH: "call +351 912 345 678"}

    assert summary(replace(harbour(), reviews=reviews)).reviews == (
        "We began.",
        "(withheld: it looked like a personal detail)",
    )


def _narrated(**texts: str) -> Plan:
    plan = harbour()
    period = narrative_period(plan.grants["G-1"], last_day(MONTH))
    assert period is not None
    narrative = Narrative("NR-1", "G-1", period.name, texts)
    return replace(plan, narratives={"NR-1": narrative})


def test_a_summary_has_what_the_group_wrote_about_the_period() -> None:
    assert summary(_narrated(done="We met.")).narrative == {"done": "We met."}
    assert summary(_narrated()).narrative == {}
    undated = replace(harbour().grants["G-1"], start=None)
    view = summary(replace(_narrated(done="We met."), grants={"G-1": undated}))
    assert view.narrative == {}


def test_a_text_that_is_not_written_blocks_where_the_profile_says_so() -> None:
    plan = _narrated(done="We met.", wrong="Rain.")
    wanting = _profile(narrative=True)
    told = [each for each in summary(plan, profile=wanting).tell if "narrative" in each.code]

    assert [(each.code, dict(each.values)) for each in told] == [
        ("draft-narrative-missing", {"about": about, "tab": "Narrative"})
        for about in ("What was reached", "What changes now")
    ]
    assert not [each for each in summary(plan).tell if "narrative" in each.code]


def test_a_narrative_with_a_personal_detail_is_withheld_and_blocks_everywhere() -> None:
    view = summary(_narrated(done="Ring 020 7946 0018 after six.", wrong="Rain."))

    assert view.narrative == {"done": HELD_BACK, "wrong": "Rain."}
    assert [dict(each.values) for each in view.tell if each.code == "draft-narrative-personal"] == [
        {"about": "What was done", "tab": "Narrative"}
    ]
