"""A published text with a personal detail is found, and nothing else is."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import CODES
from tests.world.healthy_plan import Case, Change, look, told

CASES: list[Case] = [
    (
        "personal-detail-published",
        [("work_plan", "A-1", {"progress_note": "Questions to someone@example.org"})],
        [
            (
                "work_plan",
                "A-1",
                "progress_note",
                "This cell is published, and it seems to contain an e-mail address.",
                (
                    "Remove it. Until then the public page does not show this text, but everybody who can open this workbook can read it."
                ),
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


def test_columns_that_are_not_published_may_hold_a_number() -> None:
    assert look(("work_plan", "A-1", {"internal_note": "+351 912 345 678"})) == []


def test_every_code_about_privacy_has_its_reproducer() -> None:
    here = {case[0] for case in CASES}

    assert {name for name, code in CODES.items() if code.group == "privacy"} <= here
