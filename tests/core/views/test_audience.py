"""Views by audience: what is in them, what never is, and that they add up."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.views.audience import worth
from tests.world.report_plans import MONTH, harbour, public


@pytest.mark.parametrize(
    "detail", ["write to peer@example.org", "call +351 912 345 678", "passport AB 123456"]
)
def test_a_text_that_looks_like_a_personal_detail_is_held_back_from_the_public(detail: str) -> None:
    plan = harbour()
    marked = replace(
        plan,
        activities={
            id_: replace(each, progress_note=detail, milestone=detail)
            for id_, each in plan.activities.items()
        },
        grants={
            id_: replace(each, title=detail, publish=True) for id_, each in plan.grants.items()
        },
        lines={id_: replace(each, category=detail) for id_, each in plan.lines.items()},
        resources={id_: replace(each, unit=detail) for id_, each in plan.resources.items()},
        reviews={MONTH: detail},
    )
    view = public(marked)

    assert view.facts.progress
    assert detail not in repr(view)
    assert "(withheld: it looked like a personal detail)" in repr(view)


@pytest.mark.parametrize(
    ("value", "start", "end", "worth_"),
    [
        (None, date(2026, 1, 1), date(2026, 12, 31), None),
        (365, date(2026, 1, 1), date(2026, 12, 31), 90),  # 90 of 365 days
        (365, date(2026, 4, 1), date(2026, 12, 31), 0),
        (365, date(2026, 3, 31), None, 365),
        (365, None, date(2026, 12, 31), 365),
        (365, date(2026, 3, 1), date(2026, 2, 1), 365),  # the end is before the start
        (365, date(2025, 1, 1), date(2025, 12, 31), 365),
    ],
)
def test_a_resource_is_worth_its_days_up_to_the_end_of_a_month(
    value: int | None, start: date | None, end: date | None, worth_: int | None
) -> None:
    resource = replace(harbour().resources["R-1"], value=value, start=start, until=end)

    assert worth(resource, date(2026, 3, 31)) == worth_
