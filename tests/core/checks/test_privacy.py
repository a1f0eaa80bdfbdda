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
    (
        "award-not-told",
        [
            ("grants", "G-1", {"publish": "yes"}),
            ("budget", "B-1", {"people_paid": "1"}),
            ("budget", "B-2", {"people_paid": "1"}),
        ],
        [
            (
                "grants",
                "G-1",
                "publish",
                (
                    "Nearly all of this grant is to be paid to one or two people, so the public pages do not tell its award and its instalments: they would be these people's pay."
                ),
                (
                    "Leave Publish blank if nobody may know of the grant. If it is right that the pages name its funder and title without an amount, nothing is to be done."
                ),
            )
        ],
    ),
    (
        "people-paid-missing",
        [("budget", "B-1", {"people_paid": ""})],
        [
            (
                "budget",
                "B-1",
                "people_paid",
                "This line does not say how many people it pays.",
                (
                    "Type the number into People paid, 0 for none. Until then the line counts as paying one person, and the public pages show less."
                ),
            )
        ],
    ),
    (
        "people-paid-missing-often",
        [
            ("budget", "B-1", {"people_paid": ""}),
            ("budget", "B-2", {"people_paid": ""}),
            *(("budget", f"B-{n}", {"grant": "G-1", "amount": "0"}) for n in range(3, 13)),
        ],
        [
            (
                "budget",
                "B-1",
                "people_paid",
                "12 lines do not say how many people they pay: B-1, B-2, B-3, B-4, B-5, B-6, B-7, B-8, B-9, B-10 and 2 more.",
                (
                    "Type the number into People paid of each, 0 for none. Until then each counts as paying one person, and the public pages show less."
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
    # Lists of people are about a workbook, not a plan: tests/core/checks/test_lists_of_people.py.
    # Narratives are checked with the profiles: tests/core/checks/test_narratives.py.
    # Stories are checked with their pictures: tests/core/checks/test_stories.py.
    here = {case[0] for case in CASES} | {
        "list-of-people",
        "personal-column",
        "personal-detail-in-narrative",
        "story-without-consent",
        # Told as a cell is read: tests/core/cells/test_values.py.
        "to-is-no-code",
    }

    assert {name for name, code in CODES.items() if code.group == "privacy"} <= here


@pytest.mark.parametrize(
    ("blank", "findings"),
    [(5, ["people-paid-missing"] * 5), (6, ["people-paid-missing-often"])],
)
def test_up_to_five_lines_without_an_answer_are_named_one_by_one(
    blank: int, findings: list[str]
) -> None:
    lines: list[Change] = [
        ("budget", f"B-{n}", {"grant": "G-1", "amount": "0", "people_paid": ""})
        for n in range(1, blank + 1)
    ]
    codes = [finding.code for finding in look(*lines)]
    assert [code for code in codes if code.startswith("people-paid-missing")] == findings


def test_an_address_is_meant_in_how_to_reach_us_alone() -> None:
    mail = {"words": "desk@peers.example"}

    assert look(("about", "how to reach us", {"topic": "how to reach us", **mail})) == []
    found = look(("about", "aims", {"topic": "aims", **mail}))
    assert [(each.code, each.id, each.field) for each in found] == [
        ("personal-detail-published", "aims", "words")
    ]
