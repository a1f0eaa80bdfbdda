"""The law over groups made at random: a few in every test run, many in `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditor import in_memory
from tests.auditor.groups import AUDITS, MANY, YEAR, Size, record, script

pytestmark = pytest.mark.slow

EVERY_DAY = 8
FOUND = [
    *(10_018, 10_054, 10_060, 11_030, 11_046, 12_018, 12_034, 12_038, 12_054, 12_062, 12_066),
    *(12_090, 12_108, 12_146, 12_149, 12_154, 12_158, 12_171, 12_178, 12_193),
    *(14_254, 14_299, 20_072, 60_014, 60_054, 60_206, 60_254, 60_270, 60_409, 81_054, 82_069),
]
"""Groups that once gave somebody away."""
FOUND_LATER = [31_003, 31_005, 43_054]
"""The same, of groups in which people join and leave, rows are typed again, and lines are merged."""
SIX = Size(months=6, lines=20, payments=15)
FOUND_NEAR = [90_011]
"""Groups of this size in which three figures gave an amount within ten per cent."""
FOUND_PLANNED = [91_067]
"""The same, in which a funder knew the plan of a line that had paid one person so far."""
FOUND_WIDE = [1_020, 1_025, 1_035, 1_043, 1_099]
"""Groups with many odd events, in which a line with unpublished payments went to another grant. The
funder of the first grant had seen these payments. In the fourth one, two people gave to several
grants, and counted as four. In the last one, the budget of such a line was the first award less all
budgets that were published."""
FEW = Size(months=2, lines=6, payments=10)

WIDE = Size(months=4, grants=3, lines=12, payments=16, long=True, odd=14, wide=True)


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


@pytest.mark.parametrize("place", range(4))
def test_nothing_can_be_computed_from_the_views_of_many_groups(place: int) -> None:
    """In memory a group takes half a second, so there are many. Groups of earlier
    searches that gave somebody away are in `FOUND`."""
    seeds = range(12_000 + place, 12_000 + place + EVERY_DAY + 20 * AUDITS, 4)
    for seed in [*seeds, *FOUND[place::4]]:
        report = in_memory.audited(record(script(seed, MANY[seed % len(MANY)])))
        assert not report.breaches, f"seed {seed}: {report}"


@pytest.mark.parametrize("seed", FOUND_LATER)
def test_nothing_can_be_computed_from_the_views_of_long_groups(seed: int) -> None:
    report = in_memory.audited(record(script(seed, YEAR[-1])))

    assert not report.breaches, report


@pytest.mark.parametrize("seed", [*FOUND_NEAR, *FOUND_PLANNED, *range(91_000, 91_000 + AUDITS)])
def test_nothing_can_be_computed_from_the_views_of_half_a_year(seed: int) -> None:
    report = in_memory.audited(record(script(seed, SIX)))

    assert not report.breaches, report


@pytest.mark.parametrize("seed", sorted({*FOUND_WIDE, *range(1_000, 1_003 + AUDITS)}))
def test_nothing_can_be_computed_where_plans_are_turned_over(seed: int) -> None:
    report = in_memory.audited(record(script(seed, WIDE)))

    assert not report.breaches, report


def test_a_group_without_the_search_for_what_is_known_nearly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "budgettrack.core.sealing.nearness.Nearness.without_near", lambda _, drafts: list(drafts)
    )

    assert "near" in in_memory.audited(record(script(FOUND_NEAR[0], SIX))).kinds()


@pytest.mark.skipif(not AUDITS, reason="a long search: AUDITS says how many groups")
@pytest.mark.parametrize("seed", range(AUDITS // 20))
def test_nothing_can_be_computed_from_the_files_of_a_year(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two grants, 20 lines and 15 payments a month over up to fifteen months, in files."""
    report = record(script(50_000 + seed, YEAR[seed % len(YEAR)])).audited(tmp_path)

    with capsys.disabled():
        print(f"\nseed {50_000 + seed}: {str(report).splitlines()[0]}")  # noqa: T201
    assert not report.breaches, report
