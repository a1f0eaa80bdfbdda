"""Checks of money that may come, each in its exact words and at its boundary."""

from __future__ import annotations

import pytest

from budgettrack.core.records.model import Fields
from tests.world.healthy_plan import Change, look, told

FUND: Fields = {"funder": "Tide", "currency": "EUR", "state": "prospect", "budget_rate": "1"}
LINE: Change = (
    "budget",
    "B-9",
    {"grant": "G-9", "amount": "1", "category": "Rent", "people_paid": "0"},
)


def found(fields: Fields, *more: Change) -> list[tuple[str, ...]]:
    findings = look(("grants", "G-9", {**FUND, **fields}), *more)
    return [(code, id_, *rest) for code, _, id_, *rest in told(findings)]


@pytest.mark.parametrize(
    ("code", "fields", "field", "problem", "remedy"),
    [
        ("application-due", {"apply_by": "2026-05-10"}, "apply_by", "The application is due on 2026-05-10.",
         "Send it, and set the grant's state to applied."),
        ("application-late", {"apply_by": "2026-04-09"}, "apply_by",
         "The application was due on 2026-04-09, and the grant's state does not say that it was sent.",
         "Set the state to applied, or to declined if you let it go."),
        ("decision-late", {"decision_on": "2026-04-09", "state": "applied"}, "decision_on",
         "The decision was expected on 2026-04-09.",
         "Ask the funder, and type the new date or set the grant's state."),
        ("next-step-due", {"next_step_due": "2026-05-10"}, "next_step_due", "The next step is due on 2026-05-10.",
         "Take it, and type the step after it with its day."),
    ],
)  # fmt: skip
def test_each_code_in_its_words(
    code: str, fields: Fields, field: str, problem: str, remedy: str
) -> None:
    assert found(fields) == [(code, "G-9", field, problem, remedy)]


@pytest.mark.parametrize(
    "fields",
    [
        {"apply_by": "2026-05-11"},
        {"apply_by": "2026-04-09", "state": "applied"},
        {"decision_on": "2026-04-10", "state": "applied"},
        {"decision_on": "2026-04-09"},
        {"next_step_due": "2026-05-11"},
        {"next_step_due": "2026-04-01", "state": "declined"},
    ],
)
def test_what_is_in_order_is_not_told(fields: Fields) -> None:
    assert found(fields) == []


def test_an_application_due_in_ten_days_has_budget_lines() -> None:
    words = "The application is due on 2026-04-20, and it has no budget line."
    remedy = "Add its lines to Budget, with this grant."
    due = {"apply_by": "2026-04-20"}

    assert ("application-without-budget", "G-9", "apply_by", words, remedy) in found(due)
    for lines in (found(due, LINE), found({"apply_by": "2026-04-21"}), found({"apply_by": "2026-04-09"})):  # fmt: skip
        assert "application-without-budget" not in [line[0] for line in lines]


def test_an_expected_instalment_whose_day_is_past_is_late() -> None:
    def of(day: str) -> list[tuple[str, ...]]:
        money = {"grant": "G-1", "kind": "instalment", "state": "expected", "amount": "100"}
        findings = look(("income", "I-9", {**money, "date": day}))
        return [line[2:] for line in told(findings) if line[0] == "instalment-late"]

    assert of("2026-04-10") == []
    assert of("2026-04-09") == [
        (
            "I-9",
            "date",
            "100.00 EUR was expected on 2026-04-09 and has not come.",
            "Ask the funder. When it has come, set its state to received.",
        )
    ]


def test_money_that_was_to_go_back_and_has_not_is_told_as_that() -> None:
    row = {"grant": "G-1", "kind": "returned to funder", "state": "expected", "amount": "100"}
    findings = told(look(("income", "I-9", {**row, "date": "2026-04-09"})))

    assert "instalment-late" not in [line[0] for line in findings]
    assert [line[2:] for line in findings if line[0] == "return-late"] == [
        (
            "I-9",
            "date",
            "100.00 EUR should have gone back to the funder on 2026-04-09, and is not marked as"
            " returned.",
            "When it has gone back, set its state to received and type the day.",
        )
    ]
