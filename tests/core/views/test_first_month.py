"""The first public month: a slip in a year waits, and what a slip left behind goes."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.core.views.first_month import begun, first_needed_month, first_public_month
from budgettrack.core.views.public_types import Instalment, PublicFacts, PublicGrant
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


def _page(month: str, *, later: bool = True, received: int = 0) -> PublicFacts:
    instalments = (Instalment(month, received, received),) if received else ()
    grant = PublicGrant("G-1", "Fund", "", "active", "EUR", None, None, None, instalments)
    return PublicFacts(month, month, "EUR", later=later, grants=(grant,))


def _batch(page: str) -> PublicBatch:
    return PublicBatch(page, "spent", False, None, None, None, 1)


def test_a_page_is_needed_from_the_first_that_says_something() -> None:
    empty, own = _page("2016-03"), _page("2026-02", later=False)

    assert first_needed_month([empty, own], []) == "2026-02"
    assert first_needed_month([empty, own], [_batch("2016-03")]) == "2016-03"
    assert first_needed_month([empty, own], [_batch("2016-04")]) == "2026-02"
    assert first_needed_month([empty, _page("2025-07", received=9), own], []) == "2025-07"
    assert first_needed_month([empty], []) is None
