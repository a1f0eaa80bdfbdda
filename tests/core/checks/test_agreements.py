"""Checks of agreements, each in its exact words, and what must not be found."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import CODES
from budgettrack.core.records.model import Fields
from tests.world.healthy_plan import look, told

ROOM: Fields = {
    "kind": "room",
    "other_party": "City library",
    "state": "in force",
    "from": "2026-01-01",
    "until": "2026-12-31",
}
"""An agreement without a finding on 10 April 2026."""


def found(*agreements: Fields) -> list[tuple[str, ...]]:
    changes = [
        ("agreements", f"AG-{number}", {**ROOM, **fields})
        for number, fields in enumerate(agreements, 1)
    ]
    findings = look(*changes)
    assert all(CODES[each.code].group in ("promises", "work") for each in findings)
    return [(code, id_, *rest) for code, _, id_, *rest in told(findings)]


@pytest.mark.parametrize(
    ("code", "fields", "field", "problem", "remedy"),
    [
        ("agreement-without-end", {"until": ""}, "until",
         "This agreement has no end, and does not say how it ends.",
         "Type the last day into the cell Until. Or type into the cell How it ends who can end it, and how."),
        ("agreement-review", {"review_on": "2026-05-10"}, "review_on",
         "The review of this agreement is due on 2026-05-10.", "Review it, and type the next date here."),
        ("agreement-review-overdue", {"review_on": "2026-04-09"}, "review_on",
         "The review of this agreement was due on 2026-04-09.", "Review it, and type the next date."),
        ("agreement-notice", {"until": "2026-08-08", "notice_days": "90"}, "notice_days",
         "This agreement ends on 2026-08-08. 2026-05-10 is the last day to give notice.",
         "Decide whether it goes on, and tell the other side. Then type the new end."),
        ("agreement-ends", {"until": "2026-05-10"}, "until", "This agreement ends on 2026-05-10.",
         "Renew it and type the new end, or set its state to ended."),
        ("agreement-over", {"until": "2026-04-09"}, "until",
         "This agreement ended on 2026-04-09, but its state does not say so.",
         "Set its state to ended, or type the new end."),
        ("agreement-review-after-end", {"review_on": "2027-01-01"}, "review_on",
         "The review is on 2027-01-01, after the end of the agreement on 2026-12-31.",
         "Correct one of the dates."),
        ("agreement-notice-too-long", {"notice_days": "365"}, "notice_days",
         "A notice of 365 days begins before the agreement itself.",
         "Correct the number of days, or the dates of the agreement."),
        ("agreement-notice-too-long", {"from": "", "notice_days": "9999999"}, "notice_days",
         "A notice of 9999999 days begins before the agreement itself.",
         "Correct the number of days, or the dates of the agreement."),
        ("end-before-start", {"from": "2027-01-01"}, "until",
         "It ends on 2026-12-31, before it starts on 2027-01-01.", "Correct one of the dates."),
        ("end-before-start", {"from": "2027-01-01", "notice_days": "30"}, "until",
         "It ends on 2026-12-31, before it starts on 2027-01-01.", "Correct one of the dates."),
    ],
)  # fmt: skip
def test_each_code_in_its_words(
    code: str, fields: Fields, field: str, problem: str, remedy: str
) -> None:
    assert found(fields) == [(code, "AG-1", field, problem, remedy)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"until": "", "ending": "Either side at the end of a term"},
        {"review_on": "2026-05-11"},
        {"until": "2026-08-09", "notice_days": "90"},
        {"until": "2026-05-11"},
        {"review_on": "2026-12-31"},
        {"until": "2026-04-09", "state": "ended"},
        {"until": "", "state": "planned"},
    ],
)
def test_what_is_in_order_is_not_told(fields: Fields) -> None:
    assert found(fields) == []


@pytest.mark.parametrize("fields", [{"notice_days": "364"}, {"from": "", "notice_days": "99999"}])
def test_a_notice_that_fits_into_the_agreement_is_due(fields: Fields) -> None:
    assert [line[0] for line in found(fields)] == ["agreement-notice"]


def test_a_blank_state_is_in_force() -> None:
    assert [line[0] for line in found({"state": "", "until": "2026-04-09"})] == ["agreement-over"]


def test_a_grant_with_two_agreements_is_told_at_the_second_one() -> None:
    assert found({"grant": "G-1"}, {"grant": "G-1", "state": "planned"}, {}) == [
        (
            "grant-agreed-twice",
            "AG-2",
            "grant",
            "AG-1 is the agreement of G-1 already.",
            "Set the older one to ended, or clear Grant in the one that is about something else.",
        )
    ]
    assert found({"grant": "G-1"}, {"grant": "G-1", "state": "ended"}) == []


def test_a_resource_with_an_agreement_is_reviewed_there_alone() -> None:
    late = ("resources", "R-1", {"review_on": "2026-04-01"})

    assert [each.code for each in look(late)] == ["agreement-review-overdue"]
    assert look(late, ("agreements", "AG-1", {**ROOM, "resource": "R-1"})) == []
