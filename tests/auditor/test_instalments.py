"""A funder who pays back what was spent each month: the instalment says what was spent, whatever
*Paid* says. Less the batches of the month, it would be what waits."""

from __future__ import annotations

import pytest

from budgettrack.core.views import facts
from tests.auditor import in_memory
from tests.auditor.driving import Parts, Recorder
from tests.auditor.scenarios import ELSE


def paid_back(paid: str | None) -> Recorder:
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE, Paid=paid)
    group.line("B-1", "Food", 500_000)
    for n in range(2, 5):
        group.line(f"B-{n}", "Rent", 70_000 + n * 7000)
    for month, people in (("2026-01", 5), ("2026-02", 5), ("2026-03", 1)):
        spent = Parts()
        for n in range(people):
            cents = 41_000 + n * 3100 + int(month[-2:])
            spent[group.pay("B-1", month, cents, who=f"shop {n} of {month}")] = 1
        group.income(f"I-{month}", "G-1", month, spent)
        group.month(month)
    return group


@pytest.mark.parametrize("paid", [None, "in advance", "in arrears"])
def test_instalments_less_what_is_told_are_nobodys_money(paid: str | None) -> None:
    report = in_memory.audited(paid_back(paid))

    assert not report.breaches, report
    assert report.figures > 2, report


def test_a_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If only *Paid* counts, one payment is computed."""
    monkeypatch.setattr(facts, "pays_back", lambda *_: False)

    report = in_memory.audited(paid_back(None))

    assert "exact" in report.kinds(), report
