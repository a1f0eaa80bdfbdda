"""What the benchmark measures is what the program took, and what it writes is what it measured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.aims import Measured, table
from benchmarks.measure import once
from benchmarks.page import PAGE, SECTIONS, written

NOTHING = [sys.executable, "-I", "-S", "-c", "pass"]
GROWN = 120
"""MiB by which this process grows."""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4 on Windows")
def test_the_memory_of_a_small_program_is_small_though_what_measures_it_has_grown() -> None:
    grown = bytearray(os.urandom(1)) * (GROWN << 20)

    assert once(NOTHING).mib < GROWN / 3
    # The way without a launcher tells the memory of whoever measures.
    child = subprocess.Popen(NOTHING)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    assert usage.ru_maxrss / 1024 > len(grown) >> 20


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4 on Windows")
def test_a_figure_is_that_of_the_command(tmp_path: Path) -> None:
    code = "x = bytearray(b'1') * (60 << 20); print(len(x)); import time; time.sleep(0.3)"

    figure = once([sys.executable, "-c", code], out=tmp_path / "out")

    assert 60 < figure.mib < 90
    assert figure.work < figure.seconds
    assert (tmp_path / "out").read_text() == f"{60 << 20}\n"
    once([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(RuntimeError, match="ended with 1"):
        once([sys.executable, "-c", "raise SystemExit(1)"])
    once(
        [sys.executable, "-c", "import os; assert os.environ['A'] == '1'"],
        env={"A": "1"},
    )


def test_an_aim_is_missed_by_more_than_a_tenth() -> None:
    near, far = (Measured("sync", each, 1.0, "s", "reading", 1.4) for each in (1.53, 1.55))

    assert (near.missed, far.missed) == (False, True)
    assert table([near, far])[2:] == [
        "| sync | 1.53 s | reading: 1.00 s | 1.53 | 1.4 | reached |",
        "| sync | 1.55 s | reading: 1.00 s | 1.55 | 1.4 | **missed** |",
    ]


def test_only_the_section_of_the_page_is_written() -> None:
    page = "Words.\n<!-- make bench: aims -->\nold\n<!-- end of aims -->\nMore.\n"

    made = written(page, "aims", ["| new |"])

    assert made == "Words.\n<!-- make bench: aims -->\n\n| new |\n\n<!-- end of aims -->\nMore.\n"
    assert written(made, "aims", ["| new |"]) == made
    with pytest.raises(ValueError, match="has 0 places for growth"):
        written(page, "growth", [])


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_has_a_place_for_each_section(section: str) -> None:
    assert "| measured |" in written(PAGE.read_text("utf-8"), section, ["| measured |"])
