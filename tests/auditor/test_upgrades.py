"""Old and new pages of an upgraded register together: copies of old pages, which others kept, and the
pages of now say no more than the old pages said alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from budgettrack.core.sealing import drafts
from budgettrack.reports.site import publish
from tests.auditor.upgrades import UPGRADES, upgraded

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", UPGRADES)
def test_new_pages_give_nothing_away_beside_copies_of_old_ones(name: str, tmp_path: Path) -> None:
    report = upgraded(name).audited(tmp_path)

    assert not report.breaches, report
    assert report.old > 3, "old pages are read"
    assert report.figures > 1, "new pages say something"


def _forgets_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old pages are not known to the sealing: the rule of before."""
    monkeypatch.setattr(
        "budgettrack.core.sealing.seal.Drafts", lambda *words: drafts.Drafts(*words[:5])
    )


def _seals_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood on old pages is sealed with what is new, in finer sums."""
    monkeypatch.setattr(publish, "first_batches", lambda *_: ([], []))


@pytest.mark.parametrize(
    ("fault", "name"),
    [(_forgets_copies, "one_more_is_paid"), (_seals_again, "paid_late_and_corrected")],
)
def test_a_fault_is_noticed(
    fault: Callable[[pytest.MonkeyPatch], None],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    fault(monkeypatch)

    report = upgraded(name).audited(tmp_path)

    assert report.kinds() & {"exact", "near", "dominated"}, report
