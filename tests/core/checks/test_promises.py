"""Checks of obligations, each in its exact words, and what must not be found."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import CODES
from tests.world.healthy_plan import Case, Change, look, told

CASES: list[Case] = [
    (
        "report-due",
        [("deadlines", "D-1", {"due": "2026-05-10"})],
        [
            (
                "deadlines",
                "D-1",
                "due",
                "Report to Harbour Fund for January to June 2026 is due on 2026-05-10.",
                "Prepare it; type the date into Done on when it is sent.",
            )
        ],
    ),
    (
        "report-overdue",
        [
            (
                "deadlines",
                "D-2",
                {"what": "Letter to somebody's door", "due": "2026-04-09", "grant": "G-1"},
            )
        ],
        [
            (
                "deadlines",
                "D-2",
                "due",
                "This was due on 2026-04-09.",
                "Send it and type the day into Done on, or agree on another date and type it into Due.",
            )
        ],
    ),
    (
        "deadline-due",
        [("deadlines", "D-2", {"what": "Members' meeting", "due": "2026-05-10"})],
        [
            (
                "deadlines",
                "D-2",
                "due",
                "This is due on 2026-05-10.",
                "When it is done, type the day into Done on.",
            )
        ],
    ),
    (
        "deadline-overdue",
        [("deadlines", "D-2", {"what": "Bring the lease to somebody's door", "due": "2026-04-09"})],
        [
            (
                "deadlines",
                "D-2",
                "due",
                "This was due on 2026-04-09.",
                "If it is done, type the day into Done on. If not, type another day into Due.",
            )
        ],
    ),
    (
        "agreement-review",
        [("resources", "R-1", {"review_on": "2026-05-10"})],
        [
            (
                "resources",
                "R-1",
                "review_on",
                "The review of this agreement is due on 2026-05-10.",
                "Review it, and type the next date here.",
            )
        ],
    ),
    (
        "resource-lapses",
        [("resources", "R-1", {"until": "2026-03-31"})],
        [
            (
                "resources",
                "R-1",
                "until",
                "It is ours until 2026-03-31.",
                "Renew it and type the new date here, or set State to returned.",
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
    ("a report in 31 days", [("deadlines", "D-1", {"due": "2026-05-11"})]),
    (
        "a report that is done",
        [("deadlines", "D-1", {"due": "2026-04-01", "done_on": "2026-04-01"})],
    ),
    ("a resource given back", [("resources", "R-1", {"until": "2026-03-31", "state": "returned"})]),
]


@pytest.mark.parametrize("changes", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_what_is_no_finding(changes: list[Change]) -> None:
    assert told(look(*changes)) == []


def test_what_is_due_today_is_not_overdue() -> None:
    assert [each.code for each in look(("deadlines", "D-1", {"due": "2026-04-10"}))] == [
        "report-due"
    ]


def test_every_code_about_promises_has_its_reproducer() -> None:
    here = {case[0] for case in CASES} | {"grant-ends"}
    # The others: test_agreements.py, test_money_to_come.py, test_repeats.py, test_narratives.py.
    elsewhere = (
        "agree",
        "application",
        "decision",
        "next-step",
        "instalment",
        "return-late",
        "repeat",
        "narrative",
        "given",
        "group-report",
        "before-report",
        "needs-somebody",
    )
    promises = {name for name, code in CODES.items() if code.group == "promises"}

    assert {name for name in promises if not any(word in name for word in elsewhere)} <= here
