"""The rows of `variance`: months without a first month asked for begin where the first money is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.group import Standing
from budgettrack.queries.figures import variance

TODAY = date(2026, 6, 15)
GRANT: Fields = {
    "funder": "F", "currency": "EUR", "state": "active", "start": "2026-04-01", "end": "2026-12-31",
}  # fmt: skip
LINE: Fields = {"grant": "G-1", "amount": "1200"}
PAID: Fields = {"budget_line": "B-1", "amount": "7", "state": "paid"}


@pytest.mark.parametrize(
    ("line", "paid", "first"),
    [
        ({}, "2026-05-02", "2026-04"),  # the grant's start
        ({"start": "2026-02-01"}, "2026-05-02", "2026-02"),  # a line that begins before its grant
        ({"2026-01": "1200"}, "2026-05-02", "2026-01"),  # a month that somebody planned by hand
        ({"start": "2026-02-01"}, "2025-11-30", "2025-11"),  # spending before both
    ],
)
def test_each_month_begins_with_the_first_month_of_grant_line_or_spending(
    line: Fields, paid: str, first: str
) -> None:
    plan, _ = plan_of(
        {
            "grants": {"G-1": GRANT},
            "budget": {"B-1": {**LINE, **line}},
            "expenses": {"E-1": {**PAID, "date": paid}},
        },
        base="EUR",
    )
    now = Standing(plan, totals(plan)[0], [], {}, datetime(2026, 6, 15, tzinfo=UTC))

    def rows(each_month: bool) -> list[dict[str, object]]:
        return [
            dict(row)
            for row in variance(
                now, TODAY, grant=None, by="line", start=None, end="2026-05", each_month=each_month
            )
        ]

    each, (whole,) = rows(each_month=True), rows(each_month=False)
    assert min(str(row["from"]) for row in each if row["line"] == "B-1") == first
    for figure in ("budget", "spent"):
        assert sum(Decimal(str(row[figure])) for row in each) == Decimal(str(whole[figure]))
