"""Random groups that were upgraded: old and new pages together say no more than the old ones alone."""

from __future__ import annotations

import pytest

from budgettrack.core.sealing import drafts
from tests.auditor import upgraded_in_memory
from tests.auditor.auditing import Report
from tests.auditor.groups import AUDITS, MANY, record, script

pytestmark = pytest.mark.slow

NOTICES = 1_015
"""A group that would give somebody away if old pages were not known."""
NEAR = 1_054
"""A group in which two people were known within ten per cent."""


def _audited(seed: int) -> Report:
    return upgraded_in_memory.audited(record(script(seed, MANY[seed % 3])), old=1 + seed % 2)


def test_new_pages_give_nothing_away_beside_copies_of_old_ones() -> None:
    seeds = (*range(1_000, 1_002 + AUDITS // 5), NOTICES, NEAR)
    reports = [_audited(seed) for seed in seeds]

    for place, report in enumerate(reports):
        assert not report.breaches, f"group {place}: {report}"
    assert sum(report.old for report in reports) > 10
    assert sum(report.figures for report in reports) > 10


def test_a_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old pages are not known to the sealing."""
    monkeypatch.setattr(
        "budgettrack.core.sealing.seal.Drafts", lambda *words: drafts.Drafts(*words[:5])
    )

    assert "exact" in _audited(NOTICES).kinds()
