"""Groups that the auditor found: sealed batches gave somebody away. Each stays as a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditor.found import FOUND

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", FOUND)
def test_nothing_can_be_computed(name: str, tmp_path: Path) -> None:
    report = FOUND[name]().audited(tmp_path)

    assert not report.breaches, report
