"""The presets are plans that one can begin with: complete, dated from their start, and healthy when
written and read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import add_months
from budgettrack.core.decide import RegisterState, Settings, decide
from budgettrack.setup import presets
from budgettrack.setup.presets import preset
from budgettrack.workbook.xlsx.layout import new_workbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

START = date(2026, 1, 1)

STAGES = (
    "Enabling visit or community meeting",
    "Country partner",
    "Leadership development",
    "Community consultation",
    "Situation assessment",
    "Capacity building",
    "Communications strategy",
    "Resource mobilisation",
    "Work-plan and budget",
    "Evaluation",
)
PARTS = (
    "Information",
    "Aims",
    "Target group",
    "Approach",
    "Workers",
    "Training",
    "Internal evaluation",
    "Positioning",
    "Public relations",
    "Cooperation",
    "External evaluation",
)


@pytest.mark.parametrize(
    ("name", "stages", "rows"),
    [("startup", STAGES, 60), ("peer-support", PARTS, 25)],
    ids=["startup", "peer-support"],
)
def test_every_stage_is_there_in_order(name: str, stages: tuple[str, ...], rows: int) -> None:
    plan = preset(name, START)["work_plan"]

    assert len(plan) == rows
    assert list(dict.fromkeys(row["objective"] for row in plan)) == [
        f"{number}. {stage}" for number, stage in enumerate(stages, 1)
    ]


@pytest.mark.parametrize("name", ["startup", "peer-support"])
def test_every_activity_is_whole(name: str) -> None:
    rows = preset(name, START)["work_plan"]
    wanted = {
        "id",
        "objective",
        "activity",
        "lead_role",
        "start",
        "end",
        "milestone",
        "indicator",
        "target",
        "status",
    }

    assert all(wanted <= {key for key, text in row.items() if text} for row in rows)
    assert [row["id"] for row in rows] == [f"A-{number}" for number in range(1, len(rows) + 1)]
    assert len({row["activity"] for row in rows}) == len(rows)


def test_dates_follow_the_start_given() -> None:
    first, later = (preset("startup", day)["work_plan"] for day in (START, date(2026, 4, 1)))

    assert (first[0]["start"], first[0]["end"]) == ("2026-01-01", "2026-01-31")
    assert (first[3]["start"], first[3]["end"]) == ("2026-01-01", "2026-02-28")
    assert [row["start"] for row in later] == [
        add_months(date.fromisoformat(row["start"]), 3).isoformat() for row in first
    ]
    assert all(row["start"] < row["end"] for row in first)


def test_a_start_on_the_last_of_a_month_keeps_every_activity_within_its_months() -> None:
    rows = preset("startup", date(2026, 1, 31))["work_plan"]

    assert all(row["start"] < row["end"] for row in rows)
    assert (rows[0]["start"], rows[0]["end"]) == ("2026-01-31", "2026-02-27")


def test_the_blank_preset_has_nothing() -> None:
    assert preset("blank", START) == {}


def test_an_unknown_preset_names_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="blank, startup, peer-support"):
        preset("../startup", START)


@pytest.mark.parametrize("name", presets.NAMES)
def test_a_new_workbook_with_a_preset_has_no_findings(name: str, tmp_path: Path) -> None:
    new_workbook(tmp_path / "plan.xlsx", rows=preset(name, START))

    changes = decide(
        ExcelWorkbook(tmp_path / "plan.xlsx").read(),
        RegisterState({}, {}, {}),
        Settings("EUR", "en", date(2026, 1, 2)),
    )

    assert [finding.problem for finding in changes.findings] == []
    assert len(changes.plan.activities) == len(preset(name, START).get("work_plan", ()))


STIGMA = (
    r"addict|abuse|junkie|drug[- ]users?\b|substance"
    r" misuse|\bclean\b|\bdirty\b|offender|\bIDUs?\b|\bPWUD\b|\bvictims?\b"
)


def test_the_words_are_person_first() -> None:
    """Language guides of networks of people who use drugs: person first, no words that
    stigmatise."""
    texts = [
        text
        for name in presets.NAMES
        for row in preset(name, START).get("work_plan", ())
        for text in row.values()
    ]

    assert any("people who use drugs" in text for text in texts)
    assert [text for text in texts if re.search(STIGMA, text, re.IGNORECASE)] == []
