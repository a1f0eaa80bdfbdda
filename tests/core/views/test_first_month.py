"""The first public month: a slip in a year waits, and what a slip left behind goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.views.disclosure import Sum
from budgettrack.core.views.first_month import begun, first_needed_month, first_public_month
from budgettrack.core.views.published import Publication
from tests.world.published_months import bare, typed


@pytest.mark.parametrize(
    ("begins", "confirmed", "first"),
    [
        (["2026-01", "2026-03"], None, "2026-01"),
        (["2016-03", "2026-01"], None, "2026-01"),
        (["2016-03", "2016-04", "2026-01"], None, "2026-01"),
        (["2006-01", "2016-03", "2026-01"], None, "2026-01"),
        (["2025-01", "2026-01"], None, "2025-01"),  # twelve months after: not far
        (["2024-12", "2026-01"], None, "2026-01"),
        (["2016-03"], None, "2026-05"),  # far from the newest page too
        ([], None, "2026-05"),
        (["2026-01", "2036-03"], None, "2026-01"),  # after the newest page
        (["2016-03", "2026-01"], "2016-03", "2016-03"),
        (["2016-03", "2026-01"], "2020-01", "2020-01"),
        (["2016-03", "2026-01"], "1016-03", "2016-03"),  # no page without a figure
        (["2026-01"], "2027-01", "2026-05"),
    ],
)
def test_the_first_month_is_not_far_before_the_next(
    begins: list[str], confirmed: str | None, first: str
) -> None:
    assert first_public_month(begins, "2026-05", confirmed) == first


def test_money_begins_where_it_is_paid_received_or_budgeted_and_only_if_it_is_ours() -> None:
    plan = typed(bare(), [("E-1", date(2016, 3, 2), "B-1.1", 100)])
    lines = {"B-1.1": replace(plan.lines["B-1.1"], start=date(2014, 5, 1), end=date(2026, 12, 31))}
    plan = replace(plan, lines=lines)

    assert begun(plan, totals(plan)[0]) == {"2014-05", "2016-03"}
    assert begun(_undated(plan), totals(plan)[0]) == {"2016-03"}
    assert begun(_applied(plan), totals(plan)[0]) == set()


def _undated(plan: Plan) -> Plan:
    return replace(
        plan, lines={id_: replace(line, start=None, end=None) for id_, line in plan.lines.items()}
    )


def _applied(plan: Plan) -> Plan:
    grants = {id_: replace(grant, state="applied") for id_, grant in plan.grants.items()}
    return replace(plan, grants=grants)


def test_a_page_is_needed_from_the_first_figure_that_stands() -> None:
    slip = Publication("2016-03", {("category", "=Rent", "2016-03"): Sum(0, 500)})
    right = Publication("2026-01", {("category", "=Rent", "2026-01"): Sum(0, 700)})
    mended = Publication("2026-02", {("category", "=Rent", "2016-03"): Sum(0, -500)})
    undated = Publication("2016-03", {("category", "=Rent", "1900-01"): Sum(900)})

    assert first_needed_month([slip, right]) == "2016-03"
    assert first_needed_month([slip, right, mended, undated]) == "2026-01"
    assert first_needed_month([undated]) is None
