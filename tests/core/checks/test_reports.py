"""What does not tie out between plan, profiles and what was reported as final."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.reports import report_checks
from budgettrack.core.figures.profile import Category, Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.views.funder import months_before, spent_by_line
from budgettrack.core.views.funder_types import Reported
from tests.world.report_plans import harbour

PROFILE = Profile(title="Rules", source="a test", id="rules", category=(Category(name="All", lines=("B-1.1",)),))  # fmt: skip

BARE = Profile(title="Bare", source="a test", id="bare")


def with_profile(name: str, state: str = "active") -> Plan:
    plan = harbour()
    return replace(plan, grants={**plan.grants, "G-1": replace(plan.grants["G-1"], profile=name, state=state)})  # fmt: skip


def look(plan: Plan, *finals: Reported) -> list[Finding]:
    known = {"rules": PROFILE, "bare": BARE}
    return report_checks(plan, totals(plan)[0], known.get, {"G-1": finals} if finals else {})


def final(**changed: int) -> Reported:
    plan = harbour()
    lines = spent_by_line(totals(plan)[0], "G-1", "2026-01", "2026-03")
    return Reported(date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 2), {}, {**lines, **changed})


def test_a_profile_that_is_not_there_is_told() -> None:
    (found,) = look(with_profile("rulez"))

    assert (found.code, found.table, found.id, found.field) == ("profile-unknown", "grants", "G-1", "profile")  # fmt: skip


def test_lines_that_a_profile_leaves_out_are_told_one_by_one() -> None:
    plan = with_profile("rules")
    own = [line.id for line in plan.lines.values() if line.grant == "G-1" and line.id != "B-1.1"]

    assert [(each.code, each.id) for each in look(plan)] == [("not-mapped", id_) for id_ in own]


def test_a_closed_grant_and_a_profile_without_categories_are_silent() -> None:
    assert look(with_profile("rulez", "closed")) == []
    assert look(with_profile("bare")) == []


def test_what_was_reported_and_is_the_same_is_silent() -> None:
    assert look(harbour(), final()) == []


def test_what_was_reported_and_is_another_now_is_told_with_both_sums() -> None:
    now = final().lines["B-1.1"]
    (found,) = look(harbour(), final(**{"B-1.1": now - 100}))

    assert (found.code, found.table, found.id) == ("reported-changed", "budget", "B-1.1")
    assert dict(found.values)["period"] == "2026-01 to 2026-03"
    assert dict(found.values)["was"] == f"{(now - 100) / 100:.2f} EUR"


def test_a_line_that_is_gone_is_told_at_its_grant_and_the_newest_final_counts() -> None:
    (found,) = look(harbour(), final(**{"B-1.1": 0}), final(**{"B-gone": 100}))

    assert (found.table, found.id, found.field) == ("grants", "G-1", "id")


def test_a_grant_that_is_gone_is_passed_over() -> None:
    plan = harbour()

    assert report_checks(plan, totals(plan)[0], lambda _: None, {"G-gone": [final()]}) == []


def test_what_changed_before_a_reported_period_is_told_too() -> None:
    """The figures to date of the summary of the second quarter had the first one."""
    plan = harbour()
    first = spent_by_line(totals(plan)[0], "G-1", "", "2026-03")
    second = Reported(
        date(2026, 4, 1),
        date(2026, 6, 30),
        date(2026, 7, 2),
        {},
        spent_by_line(totals(plan)[0], "G-1", "2026-04", "2026-06"),
        earlier_lines=first,
    )
    assert look(plan, second) == []
    changed = {**first, "B-1.1": first["B-1.1"] - 100}
    (found,) = look(plan, replace(second, earlier_lines=changed))
    assert (found.code, found.id) == ("reported-changed", "B-1.1")
    assert dict(found.values)["period"] == "2025-07 to 2026-03"
    # A summary of the first quarter tells it by itself, and once.
    assert look(plan, replace(second, earlier_lines=changed), final()) == []


def test_after_a_summary_to_the_middle_of_a_month_the_next_whole_month_counts() -> None:
    assert months_before(date(2026, 7, 1), None) == ("", "2026-06")
    assert months_before(date(2026, 7, 1), date(2026, 4, 1)) == ("2026-04", "2026-06")
    assert months_before(date(2026, 7, 1), date(2026, 4, 11)) == ("2026-05", "2026-06")
