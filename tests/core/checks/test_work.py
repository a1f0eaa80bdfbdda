"""Checks of the work-plan, each in its exact words, and what must not be found."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import CODES
from tests.world.healthy_plan import Case, Change, look, told

OF_INDICATORS = {
    "indicator-in-work-plan",
    "indicator-without-unit",
    "milestone-not-reached",
    "achieved-does-not-add-up",
    "achieved-far-above-target",
    "achieved-fell",
}
"""Codes with their cases in test_indicators.py."""

CASES: list[Case] = [
    (
        "date-unlikely",
        [("income", "I-1", {"date": "2006-01-05"})],
        [
            (
                "income",
                "I-1",
                "date",
                "2006-01-05 is far from the dates of every grant.",
                "Correct the year.",
            )
        ],
    ),
    (
        "activity-overdue",
        [("work_plan", "A-2", {"status": "delayed"})],
        [
            (
                "work_plan",
                "A-2",
                "end",
                "It should have ended on 2026-03-31, but it is delayed.",
                "Set Status to done and % done to 100%, or move End.",
            )
        ],
    ),
    (
        "end-before-start",
        [("resources", "R-1", {"from": "2027-01-01"})],
        [
            (
                "resources",
                "R-1",
                "until",
                "It ends on 2026-12-31, before it starts on 2027-01-01.",
                "Correct one of the dates.",
            )
        ],
    ),
    (
        "done-without-100",
        [("work_plan", "A-2", {"done": "80"})],
        [
            (
                "work_plan",
                "A-2",
                "done",
                "Its status is done, but % done is 80 %.",
                "Set % done to 100%, or the status back.",
            )
        ],
    ),
    (
        "spending-before-start",
        [
            ("work_plan", "A-1", {"start": "2026-02-01"}),
            ("budget", "B-1", {"explanation": "We began early."}),
        ],
        [
            (
                "work_plan",
                "A-1",
                "start",
                "Money was spent on this from 2026-01-10, but it starts on 2026-02-01.",
                "Correct the start, or the expense's date or line.",
            )
        ],
    ),
    (
        "activity-without-money",
        [("work_plan", "A-3", {"activity": "Newsletter", "start": "2026-05-10"})],
        [
            (
                "work_plan",
                "A-3",
                "id",
                "It starts on 2026-05-10, but it has no budget line and no resource.",
                "Choose it in Activity of a budget line or of a resource, or move Start.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("code", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_code_in_its_words(
    code: str, changes: list[Change], expected: list[tuple[str, ...]]
) -> None:
    found = look(*changes)

    assert [each[1:] for each in told(found)] == expected
    assert found[0].code == code


SILENT: list[tuple[str, list[Change]]] = [
    (
        "an activity that is far off",
        [("work_plan", "A-3", {"activity": "Newsletter", "start": "2026-05-11"})],
    ),
    (
        "an activity whose budget line has no amount yet",
        [
            ("work_plan", "A-3", {"activity": "Newsletter", "start": "2026-05-10"}),
            ("budget", "B-9", {"activity": "Newsletter", "category": "Printing"}),
        ],
    ),
    (
        "an activity that was dropped",
        [("work_plan", "A-2", {"status": "dropped", "done": "", "milestone": "Map printed"})],
    ),
]


@pytest.mark.parametrize("changes", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_what_is_no_finding(changes: list[Change]) -> None:
    assert told(look(*changes)) == []


def test_a_far_date_is_not_found_a_second_time_as_outside_its_grant() -> None:
    assert [
        each.code
        for each in look(
            ("expenses", "E-2", {"date": "2062-01-20"}), ("budget", "B-2", {"explanation": "x"})
        )
    ] == ["date-unlikely"]


def test_every_code_about_work_has_its_reproducer() -> None:
    here = {case[0] for case in CASES}

    work = {name for name, code in CODES.items() if code.group == "work"}
    assert work - OF_INDICATORS <= here
