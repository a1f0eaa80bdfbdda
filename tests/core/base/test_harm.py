"""What hurts most stands first."""

from __future__ import annotations

import pytest

from budgettrack.core.base.catalogue import CODES
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import _WORST, HARMS, harm_of, rank


def test_the_ranking_names_codes_that_exist_and_each_once() -> None:
    named = [code for codes in _WORST.values() for code in codes]
    assert len(named) == len(set(named))
    assert set(named) <= set(CODES)
    assert list(_WORST) == [harm for harm in HARMS if harm != "order"]


@pytest.mark.parametrize(
    ("code", "harm"),
    [
        ("personal-detail-published", "people"),
        ("report-overdue", "money"),
        ("amount-not-a-number", "figures"),
        ("line-unknown", "figures"),
        ("report-due", "promises"),
        ("done-without-100", "order"),
        ("text-too-long", "figures"),
    ],
)
def test_every_code_has_its_harm(code: str, harm: str) -> None:
    assert harm_of(code) == harm


def test_the_worst_goes_first_and_an_error_before_the_doubts_of_its_harm() -> None:
    codes = [
        "done-without-100",
        "report-due",
        "line-unknown",
        "amount-not-a-number",
        "line-overspent",
        "report-overdue",
        "personal-detail-published",
    ]
    findings = [Finding(code, values=()) for code in codes]
    assert [each.code for each in sorted(findings, key=rank)] == [
        "personal-detail-published",
        "report-overdue",
        "line-overspent",
        "amount-not-a-number",
        "line-unknown",
        "report-due",
        "done-without-100",
    ]


def test_an_error_that_keeps_money_out_comes_before_an_error_in_a_text() -> None:
    findings = [
        Finding("text-too-long", values=(), table="work_plan"),
        Finding("amount-not-a-number", values=(), table="expenses"),
        Finding("narrative-missing", values=(), table="deadlines"),
    ]

    assert [each.code for each in sorted(findings, key=rank)] == [
        "amount-not-a-number",
        "text-too-long",
        "narrative-missing",
    ]
    assert harm_of("narrative-missing") == "promises"
