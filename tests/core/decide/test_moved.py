"""Indicators of older workbooks, which had them in the work-plan, are moved into their tab."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budgettrack.core.base.grids import Grid
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.records.model import Records
from tests.world.tabs_of_ours import book, tab

TODAY = date(2026, 11, 2)
WORK = "ID | Activity | Indicator | Target | Achieved"
INDICATORS = "ID | Activity | Indicator | Unit | Target | Achieved to date"


def decided(*grids: Grid, records: Records | None = None, writes: bool = True) -> ChangeSet:
    records = records or {}
    settings = Settings("EUR", "en", TODAY, writes=writes)
    return decide(book(*grids), RegisterState(records, records, {}), settings)


def held(changes: ChangeSet, table: str) -> dict[str, Any]:
    """The records of a table that get a new version."""
    return {id_: fields for name, id_, fields, _ in changes.written if name == table}


def cleared(changes: ChangeSet) -> list[tuple[str, str]]:
    """The cells of the work-plan that are cleared, with what stands in them."""
    return [
        (f"{edit.row + 1}:{edit.column + 1}", str(edit.was))
        for edit in changes.edits.cells
        if edit.tab == "Work-plan" and edit.value in (None, "")
    ]


def test_what_is_typed_in_the_work_plan_becomes_a_row_of_indicators_and_its_cells_are_cleared() -> (
    None
):
    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach | Nights out | 90 | 20\nA-2 | Map |  |  | "),
        tab("Indicators", INDICATORS),
    )

    assert held(changes, "indicators") == {
        "N-1": {"activity": "A-1", "indicator": "Nights out", "target": "90", "achieved": "20"}
    }
    assert held(changes, "work_plan") == {
        "A-1": {"activity": "Outreach"},
        "A-2": {"activity": "Map"},
    }
    assert cleared(changes) == [("2:3", "Nights out"), ("2:4", "90"), ("2:5", "20")]
    assert "N-1" in [change.id for change in changes.to_sheet if change.kind == "add"]
    assert "indicator-in-work-plan" not in {finding.code for finding in changes.findings}


def test_a_new_row_gets_an_id_that_no_row_has() -> None:
    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach | Nights | 90 | 20\nA-2 | Map | Maps | 1 | "),
        tab(
            "Indicators",
            f"{INDICATORS}\nN-4 | A-2 | Maps | maps | 1 | 1\n | A-2 | Pins | pins | 9 | 2",
        ),
    )

    assert {id_: fields["indicator"] for id_, fields in held(changes, "indicators").items()} == {
        "N-4": "Maps",
        "N-5": "Pins",
        "N-6": "Nights",
    }


def test_a_number_without_words_counts_what_the_activity_is_about() -> None:
    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach |  | 90 | "), tab("Indicators", INDICATORS)
    )

    assert held(changes, "indicators") == {
        "N-1": {"activity": "A-1", "indicator": "Outreach", "target": "90"}
    }


def test_a_crash_between_the_clearing_and_the_commit_loses_nothing() -> None:
    row = {"activity": "Outreach", "indicator": "Nights out", "target": "90", "achieved": "20"}

    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach |  |  | "),
        tab("Indicators", INDICATORS),
        records={"work_plan": {"A-1": row}},
    )

    assert held(changes, "indicators") == {
        "N-1": {"activity": "A-1", "indicator": "Nights out", "target": "90", "achieved": "20"}
    }
    assert held(changes, "work_plan") == {"A-1": {"activity": "Outreach"}}


def test_after_a_move_nothing_is_left_to_do_and_a_row_that_is_deleted_stays_deleted() -> None:
    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach |  |  | "),
        tab("Indicators", INDICATORS),
        records={
            "work_plan": {"A-1": {"activity": "Outreach"}},
            "indicators": {"N-1": {"activity": "A-1", "indicator": "Nights out"}},
        },
    )

    assert held(changes, "indicators") == {"N-1": None}


@pytest.mark.parametrize(
    ("why", "work", "indicators"),
    [
        ("no tab Indicators", "A-1 | Outreach | Nights | 90 | 20", None),
        ("not a number", "A-1 | Outreach | Nights | ninety | 20", INDICATORS),
        (
            "an indicator in the tab",
            "A-1 | Outreach | Nights | 90 | 20",
            f"{INDICATORS}\nN-1 | Outreach | Evenings | evenings | 9 | 2",
        ),
    ],
)
def test_what_cannot_be_moved_stays_and_is_asked_about(
    why: str, work: str, indicators: str | None
) -> None:
    grids = [tab("Work-plan", f"{WORK}\n{work}")]
    grids += [tab("Indicators", indicators)] if indicators else []

    changes = decided(*grids)

    assert cleared(changes) == []
    places = [str(each.place) for each in changes.findings if each.code == "indicator-in-work-plan"]
    assert len(places) == 1, why
    assert held(changes, "work_plan")["A-1"]["indicator"] == "Nights"


@pytest.mark.parametrize(
    ("kind", "cells"), [("formulas", {(1, 4): "=10+10"}), ("protected", {(1, 4)})]
)
def test_a_cell_that_belongs_to_people_is_left_to_them(kind: str, cells: object) -> None:
    work = tab("Work-plan", f"{WORK}\nA-1 | Outreach | Nights | 90 | 20", **{kind: cells})

    changes = decided(work, tab("Indicators", INDICATORS))

    assert (cleared(changes), held(changes, "indicators")) == ([], {})
    codes = [finding.code for finding in changes.findings]
    assert codes.count("indicator-in-work-plan") == 1


def test_a_workbook_that_is_only_read_keeps_its_cells() -> None:
    changes = decided(
        tab("Work-plan", f"{WORK}\nA-1 | Outreach | Nights | 90 | 20"),
        tab("Indicators", INDICATORS),
        writes=False,
    )

    assert (changes.edits.cells, held(changes, "indicators")) == ((), {})


def test_without_a_work_plan_nothing_is_moved() -> None:
    assert held(decided(tab("Indicators", INDICATORS)), "indicators") == {}


def test_a_cell_that_both_sides_changed_is_settled_first() -> None:
    grids = [
        tab("Work-plan", f"{WORK}\nA-1 | Outreach | Nights | 90 | 21"),
        tab("Indicators", INDICATORS),
    ]
    agreed = {"activity": "Outreach", "indicator": "Nights", "target": "90", "achieved": "20"}
    state = RegisterState(
        {"work_plan": {"A-1": {**agreed, "achieved": "22"}}}, {"work_plan": {"A-1": agreed}}, {}
    )

    changes = decide(book(*grids), state, Settings("EUR", "en", TODAY))

    assert [conflict.key for conflict in changes.conflicts] == ["work_plan/A-1.achieved"]
    assert held(changes, "indicators") == {}
