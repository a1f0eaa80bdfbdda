"""What is missing before a funder's summary may be sent, as the treasurer reads it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import CODES
from budgettrack.core.records.tables import HOST_TABLES
from budgettrack.core.views.missing import lacking, missing_facts
from tests.world.report_plans import harbour, summary

UNTIL = date(2026, 3, 31)


def test_the_treasurer_is_told_what_is_missing() -> None:
    view = summary(harbour(), left_out=2)

    assert [(each.code, each.id, dict(each.values)) for each in view.tell] == [
        ("draft-unexplained", "B-1.1", {"about": "B-1.1", "heading": "Explanation"}),
        ("draft-unclassified", "B-1.1", {"about": "B-1.1"}),
        ("draft-unexplained", "B-1.4", {"about": "B-1.4", "heading": "Explanation"}),
        ("draft-unclassified", "B-1.4", {"about": "B-1.4"}),
        ("draft-unbudgeted", "", {"amount": "99.00 EUR"}),
        ("draft-rows-left-out", "", {"number": "2", "tab": "Checks"}),
        ("draft-month-not-closed", "", {"month": "2026-03", "tab": "Months"}),
    ]


@pytest.mark.parametrize("code", sorted(code for code in CODES if code.startswith("draft-")))
def test_every_place_that_a_gap_names_is_a_tab_or_a_heading_of_the_workbook(code: str) -> None:
    gap = lacking(code, "B-1", amount="1 EUR", number="1", month="2026-03")
    where = dict(gap.values)

    assert "{" not in gap.problem + gap.remedy
    assert where.get("tab", "Checks") in {*(table.tab for table in HOST_TABLES), "Checks"}
    headings = {column.heading for table in HOST_TABLES for column in table.columns}
    assert where.get("heading", "Amount") in headings


def test_late_work_without_a_note_and_missing_figures_of_the_grant_are_told() -> None:
    plan = harbour()
    plan = replace(
        plan,
        activities={
            **plan.activities,
            "A-2": replace(plan.activities["A-2"], progress_note="", done=None),
        },
        grants={**plan.grants, "G-1": replace(plan.grants["G-1"], amount=None, end=None)},
    )
    kinds = [(each.code, each.id) for each in summary(plan).tell]

    assert ("draft-late-without-note", "A-2") in kinds
    assert ("draft-not-reported", "A-2") in kinds
    assert ("draft-award-missing", "") in kinds
    assert ("draft-dates-missing", "") in kinds


def test_a_finding_about_a_draft_names_its_line_or_the_summary() -> None:
    assert lacking("draft-unexplained", "B-1").place == "B-1"
    assert lacking("draft-award-missing").place == "the summary"
    assert dict(lacking("draft-unexplained", "B-1").values)["about"] == "B-1"


@pytest.mark.parametrize(
    ("ends", "status", "note", "late"),
    [
        ("2026-02", "under way", "", True),
        ("2026-02", "under way", "The heating failed.", False),
        ("2026-02", "done", "", False),
        ("2026-03", "under way", "", False),  # it ends in the month of the summary
        (None, "under way", "", False),
    ],
)
def test_work_is_late_without_a_note_once_its_month_is_over(
    ends: str | None, status: str, note: str, late: bool
) -> None:
    view = summary(harbour())
    each = replace(view.progress[0], end=ends, status=status, note=note)
    grant = harbour().grants["G-1"]

    codes = [found.code for found in missing_facts(grant, (), (each,), UNTIL, "EUR")]
    assert ("draft-late-without-note" in codes) == late
