"""Each of the ways to take a page apart, made with the program: nothing can be computed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.auditor.scenarios import SCENARIOS

SEALED = importlib.util.find_spec("budgettrack.core.views.published") is None
"""Whether pages are made of sealed batches. The pages of before judge each row alone."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xfail(not SEALED, reason="pages are not made of sealed batches yet", strict=True),
]


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_can_be_computed(name: str, tmp_path: Path) -> None:
    report = SCENARIOS[name]().audited(tmp_path)

    assert not report.breaches, report
    assert report.figures
