"""Each of the ways to take a page apart, made with the program: nothing can be computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditor.scenarios import SCENARIOS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_can_be_computed(name: str, tmp_path: Path) -> None:
    report = SCENARIOS[name]().audited(tmp_path)

    assert not report.breaches, report
    assert report.figures
