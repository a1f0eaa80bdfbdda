"""The law over groups made at random: a few in every test run, many in `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditor.groups import AUDITS, MANY, Size, record, script

pytestmark = pytest.mark.slow

FEW = Size(months=2, lines=6, payments=10)


@pytest.mark.parametrize("seed", [101, 102, 103])
def test_nothing_can_be_computed(seed: int, tmp_path: Path) -> None:
    report = record(script(seed, FEW)).audited(tmp_path)

    assert not report.breaches, report


@pytest.mark.skipif(not AUDITS, reason="a long search: AUDITS says how many groups")
@pytest.mark.parametrize("seed", range(AUDITS))
def test_nothing_can_be_computed_in_a_long_search(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = record(script(10_000 + seed, MANY[seed % len(MANY)])).audited(tmp_path)

    with capsys.disabled():
        print(f"\nseed {10_000 + seed}: {str(report).splitlines()[0]}")  # noqa: T201
    assert not report.breaches, report
