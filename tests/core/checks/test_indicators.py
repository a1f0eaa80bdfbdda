"""Checks of indicators, each in its exact words, and what must not be found."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budgettrack.core.checks.checks import checks
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import HEALTHY, TODAY, Case, Change, Tables, look, told

KITS = {"activity": "A-1", "indicator": "Kits handed out", "unit": "kits", "target": "60"}

CASES: list[Case] = [
    (
        "indicator-without-unit",
        [("indicators", "N-1", {**KITS, "unit": ""})],
        [
            (
                "indicators",
                "N-1",
                "unit",
                "This indicator has no unit.",
                "Type in what it is counted, such as people, kits or %.",
            )
        ],
    ),
    (
        "indicator-in-work-plan",
        [("work_plan", "A-2", {"target": "3", "achieved": "2"})],
        [
            (
                "work_plan",
                "A-2",
                "target",
                "This is typed in Work-plan, but indicators are counted in the tab Indicators.",
                "Type it there and clear it here. budgettrack init --add-tabs adds the tab; then the next sync moves what is here.",
            )
        ],
    ),
    (
        "achieved-does-not-add-up",
        [
            (
                "indicators",
                "N-1",
                {**KITS, "2026-01": "12", "2026-01/2026-03": "9", "achieved": "20"},
            )
        ],
        [
            (
                "indicators",
                "N-1",
                "achieved",
                "The months add up to 21, but Achieved to date is 20.",
                "Clear Achieved to date, or correct the months. The months count.",
            )
        ],
    ),
    (
        "achieved-far-above-target",
        [("indicators", "N-1", {**KITS, "2026-01": "6000", "2026-03": "0.5"})],
        [
            (
                "indicators",
                "N-1",
                "2026-03",
                "6000.5 is achieved, which is more than 100 times the target of 60.",
                "Correct the number, or the target.",
            )
        ],
    ),
    (
        "milestone-not-reached",
        [
            ("work_plan", "A-2", {"milestone": "Map printed"}),
            ("indicators", "N-1", {**KITS, "activity": "A-2", "achieved": "59"}),
            ("indicators", "N-2", {**KITS, "activity": "A-2", "indicator": "Maps"}),
            ("indicators", "N-3", {**KITS, "activity": "A-2", "achieved": "60"}),
            ("indicators", "N-4", {**KITS, "activity": "A-2", "target": ""}),
        ],
        [
            (
                "indicators",
                id_,
                "achieved",
                f"The milestone was due on 2026-03-31; {number} of 60 is achieved.",
                "Type into Achieved to date what is reached. If the rest comes later, move End; if it does not come, lower Target.",
            )
            for id_, number in (("N-1", 59), ("N-2", 0))
        ],
    ),
]


@pytest.mark.parametrize(("code", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_code_in_its_words(
    code: str, changes: list[Change], expected: list[tuple[str, ...]]
) -> None:
    found = look(*changes)

    assert [each[1:] for each in told(found)] == expected
    assert {each.code for each in found} == {code}


SILENT: list[tuple[str, list[Change]]] = [
    ("a hundred times the target", [("indicators", "N-1", {**KITS, "achieved": "6000"})]),
    ("no target", [("indicators", "N-1", {**KITS, "target": "", "achieved": "6001"})]),
    ("a target of 0", [("indicators", "N-1", {**KITS, "target": "0", "achieved": "7"})]),
    ("months that add up", [("indicators", "N-1", {**KITS, "2026-01": "7", "achieved": "7"})]),
    ("nothing counted yet", [("indicators", "N-1", KITS)]),
    (
        "percentages by month, beside a running one that is as typed",
        [
            (
                "indicators",
                "N-1",
                {**KITS, "unit": "%", "2026-01": "85", "2026-03": "70", "achieved": "78"},
            )
        ],
    ),
]


@pytest.mark.parametrize("changes", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_what_is_no_finding(changes: list[Change]) -> None:
    assert told(look(*changes)) == []


def _fell(**fields: str) -> list[tuple[str, ...]]:
    records: Tables = {**HEALTHY, "indicators": {"N-1": {**KITS, **fields}}}
    closed = {"N-1": {"2026-02": Decimal("96")}}
    plan, _ = plan_of(records, base="EUR", closed=closed)
    found = checks(plan, totals(plan)[0], today=TODAY, records=records)
    return [(each.code, each.field, *each.words("en")) for each in found]


def test_a_number_that_fell_since_a_month_was_closed_is_asked_about() -> None:
    assert _fell(achieved="95") == [
        (
            "achieved-fell",
            "achieved",
            "The number to date was 96 when 2026-02 was closed, and is 95 now.",
            "Correct it, or say in Explanation why it fell.",
        )
    ]
    assert _fell(achieved="96") == []
    assert _fell(achieved="95", explanation="Counted twice in January.") == []


def test_who_corrects_a_slip_that_was_far_above_the_target_explains_nothing() -> None:
    assert _fell(achieved="0.5", target="0.4") == []
    assert [code for code, *_ in _fell(achieved="0.99", target="0.97")] == ["achieved-fell"]


def test_a_month_that_was_lowered_is_asked_about_though_later_ones_make_up_for_it() -> None:
    told = _fell(**{"2026-01": "90", "2026-03": "50"})

    assert [(code, field) for code, field, *_ in told] == [("achieved-fell", "2026-03")]
    assert "was 96 when 2026-02 was closed, and is 90 now" in told[0][2]
