"""What the workbook says against a withdrawal is told in its cell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from budgettrack.core.checks.withdrawn import withdrawn_checks
from budgettrack.core.records.model import Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.sealing.withdrawn import Withdrawal
from tests.world.report_plans import harbour

PLAN = harbour()
SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)
GONE = Withdrawal("grant", "g-1", SINCE, "coordinator")


def look(
    *withdrawals: Withdrawal, plan: Plan = PLAN, records: Records | None = None
) -> list[tuple[str, ...]]:
    found = withdrawn_checks(plan, records or {}, withdrawals)
    return [
        (each.code, each.table, each.id, each.field, each.problem, each.remedy) for each in found
    ]


def test_a_withdrawn_grant_that_says_yes_is_told() -> None:
    assert PLAN.grants["G-1"].publish
    assert look(GONE) == [
        (
            "grant-withdrawn",
            "grants",
            "G-1",
            "publish",
            "This cell says yes, but G-1 was withdrawn on 2026-11-02. Nothing of it is public.",
            "Type no. If it may be public again, ask the operator for: budgettrack"
            " withdraw grant G-1 --undo",
        )
    ]


def test_a_withdrawn_story_that_says_yes_is_told() -> None:
    fields = {"month": "2026-10", "title": "The pier", "story": "We went.", "publish": "yes"}
    plan, _ = plan_of({"stories": {"ST-1": fields, "ST-2": fields}}, base="EUR")
    said_no, _ = plan_of({"stories": {"ST-1": {**fields, "publish": "no"}}}, base="EUR")
    story = replace(GONE, kind="story", name="st-1")

    assert look(story, plan=plan) == [
        (
            "story-withdrawn",
            "stories",
            "ST-1",
            "publish",
            "This cell says yes, but ST-1 was withdrawn on 2026-11-02. Nothing of it is public.",
            "Type no. If it may be public again, ask the operator for: budgettrack"
            " withdraw story ST-1 --undo",
        )
    ]
    assert look(story, plan=said_no) == []


def test_a_grant_that_says_no_and_a_grant_that_is_not_withdrawn_are_silent() -> None:
    agreed = replace(PLAN, grants={"G-1": replace(PLAN.grants["G-1"], publish=False)})
    assert look(GONE, plan=agreed) == []
    assert look(replace(GONE, name="G-77")) == []
    assert look(replace(GONE, kind="activity")) == []


@pytest.mark.parametrize(
    ("kind", "table", "field", "name"),
    [
        ("category", "budget", "category", "Warm food"),
        ("organisation", "grants", "funder", "Tide Trust"),
        ("activity", "work_plan", "id", "A-9"),
        ("grant", "grants", "id", "G-9"),
        ("story", "stories", "id", "ST-9"),
    ],
)
def test_a_new_name_is_told_at_its_first_row(kind: str, table: str, field: str, name: str) -> None:
    def row(id_: str, text: str) -> tuple[str, dict[str, str]]:
        return (text, {}) if field == "id" else (id_, {field: text})

    records = {table: dict([row("X-1", "Other"), row("X-2", name), row("X-3", name.upper())])}
    new = Withdrawal(kind, name, SINCE, "", before="Meals")  # type: ignore[arg-type]
    assert look(new, records=records) == [
        (
            "new-name-withdrawn",
            table,
            name if field == "id" else "X-2",
            field,
            "The name that stood here before is withdrawn from everything public, so this one is"
            " not public either.",
            f"If it may be public, ask the operator for: budgettrack withdraw {kind}"
            " NAME --undo, with this name.",
        )
    ]
    assert look(replace(new, before=""), records=records) == [], "a person withdrew this name"
    assert look(new, records={}) == [], "no row has it any more"
