"""What waits is not in the bytes: two groups that differ only in an amount that waits publish the same
files, byte by byte. So neither the size of a file nor the order of its rows, a day, an address, the
length of a bar or an empty cell tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.auditor.driving import Recorder, World

pytestmark = pytest.mark.slow


def _published(
    folder: Path, *, one: int, plan: int, gift: int, told: int = 0
) -> Mapping[str, bytes]:
    """The files of a group in which one payment, the plan of the one whom it pays, and one gift
    wait."""
    group = Recorder(payees=True)
    group.grant(Amount=f"{25 * 10**12}")
    for n in range(1, 4):
        group.line(f"B-{n}", "Food", 120000 + n * 1000)
    group.line("B-4", "Pay", plan, people=1)
    for n in range(11):
        group.pay(f"B-{1 + n % 3}", "2026-01", 30000 + 700 * n + told, who=f"shop {n}")
    group.pay("B-4", "2026-01", one, who="the one")
    group.income("I-1", "", "2026-01", gift, Kind="donation")
    group.month("2026-01")
    world = World(folder, 0, group.marks, group.rates)
    group.truths()
    group._world(world, folder)
    shown = folder / "shown-0"
    return {
        path.relative_to(shown).as_posix(): path.read_bytes()
        for path in sorted(shown.rglob("*"))
        if path.is_file()
    }


def test_what_waits_is_not_in_the_bytes(tmp_path: Path) -> None:
    small = _published(tmp_path / "small", one=20000, plan=60000, gift=1000)
    large = _published(tmp_path / "large", one=27000, plan=90000, gift=9900)

    assert b"Food" in small["data/standings.csv"], "other money is told"
    assert small.keys() == large.keys()
    assert [name for name in small if small[name] != large[name]] == []

    told = _published(tmp_path / "told", one=20000, plan=60000, gift=1000, told=10)
    assert [name for name in small if small[name] != told[name]], "what is told is in the bytes"
