"""Checks of dates that come again, each in its exact words."""

from __future__ import annotations

import pytest

from budgettrack.core.records.model import Fields
from tests.world.healthy_plan import look, told

MEETING: Fields = {
    "what": "Meeting",
    "due": "2026-06-09",
    "repeats": "month",
    "repeats_until": "2026-12-31",
}


def found(**fields: str) -> list[tuple[str, ...]]:
    findings = look(("deadlines", "D-5", {**MEETING, **fields}))
    return [(code, id_, *rest) for code, _, id_, *rest in told(findings)]


@pytest.mark.parametrize(
    ("code", "fields", "problem", "remedy"),
    [
        ("repeat-not-readable", {"repeats": "now and then"}, "The program cannot read how this repeats.",
         "Type week, month, quarter, half-year, year, or second Tuesday."),
        ("repeat-without-end", {"repeats_until": ""}, "It repeats without an end.",
         "Type the last day into Repeats until, such as the end of the plan."),
        ("repeat-never-falls", {"repeats": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
         "It has no date between its first day and its end.",
         "Correct the rule, the first day or the cell Repeats until."),
        ("repeat-never-falls", {"repeats_until": "2026-06-08"},
         "It has no date between its first day and its end.",
         "Correct the rule, the first day or the cell Repeats until."),
    ],
)  # fmt: skip
def test_each_code_in_its_words(code: str, fields: Fields, problem: str, remedy: str) -> None:
    assert found(**fields) == [(code, "D-5", "repeats", problem, remedy)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"repeats_until": "2026-06-09"},
        {"repeats": "FREQ=WEEKLY;COUNT=3", "repeats_until": ""},
        {"repeats_until": "", "done_on": "2026-04-01"},
        {"repeats": "", "repeats_until": ""},
    ],
)
def test_what_is_in_order_is_not_told(fields: Fields) -> None:
    assert found(**fields) == []
