"""The checks of a plan together: a healthy plan has no findings, and none quotes anybody."""

from __future__ import annotations

from budgettrack.core.checks.checks import checks
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import TODAY, look


def test_a_healthy_plan_has_no_findings() -> None:
    assert look() == []


def test_a_plan_of_nothing_has_no_findings() -> None:
    plan, found = plan_of({}, base="EUR")

    assert [*found, *checks(plan, [], today=TODAY, records={})] == []


def test_no_finding_quotes_what_people_wrote() -> None:
    secret = "Zebra Quagga"
    found = look(
        *(
            ("work_plan", "A-2", {name: secret})
            for name in ("activity", "progress_note", "internal_note", "lead_role")
        ),
        ("work_plan", "A-2", {"status": "delayed", "milestone": secret}),
        (
            "expenses",
            "E-3",
            {
                "date": "2026-05-01",
                "budget_line": secret,
                "grant": secret,
                "amount": "9",
                "receipt": secret,
            },
        ),
        (
            "expenses",
            "E-4",
            {
                "date": "2026-05-01",
                "budget_line": secret,
                "grant": secret,
                "amount": "9",
                "receipt": secret,
            },
        ),
        ("deadlines", "D-2", {"what": secret, "due": "2026-04-01"}),
        ("resources", "R-1", {"description": secret, "until": "2026-04-12"}),
    )

    assert len(found) > 8
    assert secret not in "".join(each.problem + each.remedy for each in found)
