"""Money for open data is a sum of whole batches, dated by pages and never by payments."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given
from msgspec.structs import replace

from budgettrack.core.base.months import last_day
from budgettrack.core.sealing.public import WITHHELD, PublicBatch
from budgettrack.core.views.public_types import PublicGrant
from budgettrack.opendata.flows import Budget, budgets, budgets_by_year, by_year, flows
from tests.world.public_views import BATCHES, GRANTS, batch, pages

ONE_AND_A_HALF_YEARS, WITHOUT_END, _ = GRANTS


@given(BATCHES)
def test_each_flow_is_a_sum_of_whole_batches_of_one_page_and_grant(
    those: list[PublicBatch],
) -> None:
    for what in ("spent", "gifts"):
        sums: Counter[tuple[object, ...]] = Counter()
        for each in those:
            if each.what == what:
                sums[each.grant, each.page, each.correction] += each.units
        made = {
            (each.grant, each.page, each.correction): each.units
            for each in flows(pages(those), what)
        }
        assert made == {key: units for key, units in sums.items() if units}


@given(BATCHES)
def test_no_flow_is_dated_after_its_month_or_its_publication(those: list[PublicBatch]) -> None:
    published = [(view, date(2026, 4, 20)) for view, _ in pages(those)]
    for flow in flows(published, "spent"):
        assert flow.day == min(last_day(flow.page), date(2026, 4, 20))


def test_a_page_that_is_gone_lends_its_money_the_day_of_the_newest_publication() -> None:
    newest = [(pages([batch("2026-02")])[-1][0], date(2026, 2, 10))]
    (flow,) = flows(newest, "spent")
    assert (flow.page, flow.day) == ("2026-02", date(2026, 2, 10))


@given(BATCHES)
def test_years_sum_to_all_that_was_spent(those: list[PublicBatch]) -> None:
    years = by_year(those)
    assert sum(sum(year.lines.values()) for year in years) == sum(
        each.units for each in those if each.what == "spent"
    )


def test_spending_stands_in_the_year_of_its_page_under_its_category() -> None:
    those = [
        batch("2027-02", units=5),
        batch("2026-11", units=70),
        batch("2026-12", units=30),
        batch("2026-12", units=9, category=None),
        batch("2026-12", units=8, category=""),
        batch("2026-12", units=7, grant=WITHHELD, category=None),
        batch("2026-12", units=6, what="budget"),
    ]
    assert [(year.first, year.last, year.lines) for year in by_year(those)] == [
        ("2026-01", "2026-12", {"Rent": 100, None: 9, "": 8, WITHHELD: 7}),
        ("2027-01", "2027-02", {"Rent": 5}),
    ]


def budget(units: int, **more: Any) -> PublicBatch:
    return batch(what="budget", units=units, **more)


def test_a_budget_is_one_sum_split_evenly_in_periods_of_a_year() -> None:
    those = [budget(1_000), budget(800), budget(5, grant="G-2"), budget(7, grant=None), batch()]
    assert budgets(ONE_AND_A_HALF_YEARS, those) == [
        Budget("2026-01", "2026-12", 1_200, 1_200),
        Budget("2027-01", "2027-06", 600, 600),
    ]


def test_a_correction_revises_the_budget_and_leaves_the_original() -> None:
    those = [budget(1_800), budget(-180, correction=True)]
    assert budgets(ONE_AND_A_HALF_YEARS, those) == [
        Budget("2026-01", "2026-12", 1_200, 1_080),
        Budget("2027-01", "2027-06", 600, 540),
    ]


def test_the_periods_depend_on_the_sum_and_the_dates_alone() -> None:
    """Which batches there are, and how large each is, cannot be seen in the periods."""
    one, many = [budget(9_999)], [budget(1_111, category=None), budget(8_888, page="2026-05")]
    assert budgets(ONE_AND_A_HALF_YEARS, one) == budgets(ONE_AND_A_HALF_YEARS, many)


@given(BATCHES)
def test_periods_and_years_sum_to_the_budget_to_the_cent(those: list[PublicBatch]) -> None:
    whole = 0
    for grant in GRANTS:
        planned = [each for each in those if each.what == "budget" and each.grant == grant.id]
        periods = budgets(grant, those)
        if not planned:
            assert periods == []
        assert sum(each.revised for each in periods) == sum(each.units for each in planned)
        assert sum(each.original for each in periods) == sum(
            each.units for each in planned if not each.correction
        )
        whole += sum(each.units for each in planned)
    assert sum(budgets_by_year(GRANTS, those).values()) == whole


def test_a_grant_without_an_end_is_planned_for_a_year_and_one_without_a_start_for_no_time() -> None:
    those = [budget(1_200, grant="G-2")]
    assert budgets(WITHOUT_END, those) == [Budget("2026-01", "2026-12", 1_200, 1_200)]
    nowhere: list[PublicGrant] = [
        replace(WITHOUT_END, start=None),
        replace(WITHOUT_END, start="2026-05", end="2026-04"),
    ]
    for grant in nowhere:
        assert budgets(grant, those) == []
        assert budgets_by_year([grant], those) == {}
