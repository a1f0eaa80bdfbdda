"""A grant that changes its currency: no amount is told a second time, at another rate."""

from __future__ import annotations

import pytest

from budgettrack.core.sealing import batches, contributions
from tests.auditor import in_memory
from tests.auditor.driving import Recorder

RATES = {"USD": 2}


def in_dollars_since_february(*, payees: bool = True) -> Recorder:
    """In January the grant is in euros, and seven are paid. Then it is in dollars, with its award
    and its lines. What was paid stays in euros."""
    group = Recorder(payees=payees, rates=RATES)
    award = group.grant(unplanned=50_000)
    for n, category in enumerate(("Food", "Rent"), 1):
        group.line(f"B-{n}", category, 230_000 + n * 7000)
    for n, who in enumerate("abcd"):
        group.pay("B-1", "2026-01", 30_000 + 700 * n, who=who, what=who, Currency="EUR")
    for n, who in enumerate("efg"):
        group.pay("B-2", "2026-01", 40_000 + 700 * n, who=who, what=who, Currency="EUR")
    group.month("2026-01")
    group.edit("Grants", "G-1", Currency="USD", Amount=award)
    for id_, line in group.lines.items():
        group.edit("Budget", id_, Currency="USD", Amount=line["budget"])
    for n, who in enumerate("hijk"):
        group.pay("B-1", "2026-02", 20_000 + 700 * n, who=who, what=who, Currency="USD")
    group.month("2026-02")
    return group


@pytest.mark.parametrize("payees", [True, False])
def test_what_was_told_in_one_currency_is_not_corrected_in_another(*, payees: bool) -> None:
    report = in_memory.audited(in_dollars_since_february(payees=payees))

    assert not report.breaches, report
    assert report.figures > 2, report


def test_a_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If nobody keeps the currency, all that was told is a correction at another rate."""
    contribution = batches.Contribution
    monkeypatch.setattr(contributions, "Contribution", lambda *words: contribution(*words[:9]))

    report = in_memory.audited(in_dollars_since_february())

    assert "unexplained" in report.kinds(), report
