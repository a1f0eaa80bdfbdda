"""From the file of a group to a first `status`, at a real terminal, with the keys that it takes."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world.adopting import kept

if sys.platform == "win32":
    pytest.skip("there are no such terminals on Windows", allow_module_level=True)

from benchmarks import stopwatch

COMMANDS = ["budgettrack adopt b.xlsx\r", "budgettrack sync\r", "budgettrack status\r"]
SPENT = ("80.5", "60.50", "0", "680.25", "0")
RECEIVED = ("1250", "200", "0", "0", "2050.5")
ANSWERS = (0, 0, 2, 1, 1)
"""How many questions each workbook leaves open: none with dates, and which grant of a plan."""


@pytest.mark.slow
def test_five_workbooks_come_to_a_first_status_without_typed_toml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walks = stopwatch.main(tmp_path, pause=0)

    printed = capsys.readouterr().out
    for place, (name, walked) in enumerate(walks.items()):
        folder = tmp_path / f"stopwatch-{place}"
        assert walked.codes[0] == 0, walked.shown
        assert set(walked.codes) <= {0, 3}, walked.shown
        assert [press.keys for press in walked.log if press.keys != "\r"] == COMMANDS
        assert walked.answers == ["Enter"] * ANSWERS[place], walked.shown
        assert walked.keys == len("".join(COMMANDS)) + ANSWERS[place]
        assert kept(folder, "expenses") == Decimal(SPENT[place])
        assert kept(folder, "income") == Decimal(RECEIVED[place])
        assert f"| {name} | {', '.join(walked.answers) or 'none'} | " in printed
    assert len(walks) == 5
    assert len("".join(COMMANDS)) == 61
