"""How a figure came to be: its parts sum to it, each with the rate by which it was counted."""

from __future__ import annotations

from typing import Any

from budgettrack.core.figures.explain import Explained, explained
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.plan import plan as plan_of

GRANT = {"funder": "F", "state": "active", "currency": "GBP", "start": "2026-01-01", "end": "2026-03-31"}  # fmt: skip
RECORDS: dict[str, dict[str, Any]] = {
    "grants": {"G": GRANT},
    "budget": {"B": {"grant": "G", "amount": "300"}},
    "expenses": {
        "E-1": {"date": "2026-01-05", "budget_line": "B", "amount": "10", "currency": "EUR", "state": "paid"},
        "E-2": {"date": "2026-02-05", "budget_line": "B", "amount": "4", "currency": "GBP", "state": "refunded"},
        "E-3": {"date": "2026-02-06", "budget_line": "B", "amount": "7", "currency": "GBP", "state": "committed"},
        "E-4": {"date": "2026-02-07", "budget_line": "B", "amount": "9", "currency": "JPY", "state": "paid"},
        "E-5": {"date": "2026-02-08", "grant": "G", "amount": "5", "currency": "GBP", "state": "paid"},
        "E-6": {"date": "2026-03-08", "budget_line": "B", "amount": "6", "currency": "GBP", "state": "paid"},
    },
    "rates": {"2026-01 GBP": {"month": "2026-01", "currency": "GBP", "rate": "0.85"}},
}  # fmt: skip


def explanation(line: str, start: str | None, end: str) -> Explained:
    plan, _ = plan_of(RECORDS, base="EUR")
    asked = positions(plan, totals(plan)[0], start=start, end=end)
    return explained(plan, next(position for position in asked if position.line == line))


def parts(line: str, start: str | None, end: str) -> list[tuple[str, str, int | None, str]]:
    how = explanation(line, start, end)

    assert how.adds_up
    return [(part.kind, part.id, part.counted, part.rate) for part in how.parts]


def test_every_payment_of_a_line_is_told_as_it_was_counted() -> None:
    assert parts("B", None, "2026-02") == [
        ("budget", "B", 10000, ""),
        ("budget", "B", 10000, ""),
        ("paid", "E-1", 850, "1 / 0.85"),
        ("refunded", "E-2", -400, ""),
        ("committed", "E-3", 700, ""),
        ("paid", "E-4", None, "none"),
    ]


def test_a_payment_without_a_rate_is_named_as_uncounted() -> None:
    assert [part.id for part in explanation("B", None, "2026-02").uncounted] == ["E-4"]
    assert explanation("B", "2026-03", "2026-03").uncounted == ()


def test_a_period_has_its_own_parts_alone() -> None:
    assert parts("B", "2026-03", "2026-03") == [
        ("budget", "B", 10000, ""),
        ("paid", "E-6", 600, ""),
    ]


def test_spending_on_no_line_has_no_budget_behind_it() -> None:
    assert parts("", None, "2026-03") == [("paid", "E-5", 500, "")]


def test_a_budget_without_dates_is_of_no_day() -> None:
    records = {**RECORDS, "grants": {"G": {**GRANT, "start": "", "end": ""}}, "expenses": {}}
    plan, _ = plan_of(records, base="EUR")
    (position,) = positions(plan, [], end="2026-03")

    (part,) = explained(plan, position).parts
    assert (part.day, part.counted) == (None, 30000)
