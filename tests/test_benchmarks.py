"""What the benchmark measures is what the program took, and what it writes is what it measured."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import (
    __main__,
    bank,
    fleet,
    google,
    growth,
    mapped,
    opendata,
    page,
    postgresql,
    prompt,
    reports,
    roll_up,
    sealing,
    site,
    syncs,
    usefulness,
    workers,
)
from benchmarks.aims import Measured, table
from benchmarks.ledger import write_all
from benchmarks.measure import Figure, once
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


# ---- each benchmark, small: one that nobody runs would rot


def rows(measured: list[Measured]) -> str:
    """What `make bench` would print."""
    return "\n".join(table(measured))


def told(*lines: str) -> None:
    sys.stdout.write("\n".join(lines))


SMALL: dict[str, tuple[Callable[[Path], object], str]] = {
    "bank": (lambda data: bank.main(20, data, 1), r"40 entries: CAMT"),
    "google": (
        lambda _: google.main((100,), 1),
        r"a first sync that gives each row its ID\n  first",
    ),
    "growth": (lambda data: told(*growth.growth(data, (20, 40))), r"roll-up \| \d"),
    "mapped": (lambda data: mapped.main(60, data), r"sync, unchanged +\d"),
    "opendata": (lambda data: opendata.compare(data, 1, 60), r"iati +\d"),
    "prompt": (
        lambda data: told(*prompt.lines((60,), data, 1), rows(prompt.measured(60, data, 1))),
        r"`checks`, memory",
    ),
    "reports": (lambda data: reports.compare(data, 1, 60), r"again, nothing changed +\d"),
    "roll_up": (lambda data: told(roll_up.growth(data, (2, 4))), r"exponent"),
    "sealing": (
        lambda _: told(sealing.growth((20, 40), (8,)), sealing.pages([(2, 60)])),
        r"8 .*% +-?\d.*\n +2 grants, +60 expenses",
    ),
    "site": (
        lambda data: told(rows(site.measured(data, Figure(1, 1, 1), 1, 60, 1))),
        r"1 expenses of a published month changed",
    ),
    "syncs": (
        lambda data: told(rows(syncs.measured(data, 60, 5, 1)[1])),
        r"sync of 5 changed rows",
    ),
    "usefulness": (lambda _: usefulness.main(1, with_sample=False), r"1 small groups, by payee"),
}
"""How each benchmark is run with little, and what it prints then."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4 on Windows")
@pytest.mark.parametrize("name", SMALL)
def test_each_benchmark_runs_with_little(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, said = SMALL[name]
    # Seconds are judged where nothing else runs, and not here.
    monkeypatch.setattr(opendata, "LIMIT_SECONDS", 600)

    run(tmp_path / "data")

    assert re.search(said, capsys.readouterr().out)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4 on Windows")
def test_our_figures_agree_with_the_ledger_and_its_rivals_before_they_are_timed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = write_all(60, tmp_path)
    once([*__main__._own(tmp_path), "sync", "--on", "2026-12-31"])

    __main__.agreement(made, tmp_path)
    lines = __main__.rivals(tmp_path, 60, 1)

    assert "with the ledger itself: 4,800 cells of line by month compared, 0 different" in (
        capsys.readouterr().out
    )
    assert lines[2].startswith("| budgettrack variance |")
    (day, grant, line, vendor, cents), *others = made.rows
    made.rows[:] = [(day, grant, line, vendor, cents + 1), *others]
    with pytest.raises(SystemExit, match="Figures differ"):
        __main__.agreement(made, tmp_path)


@pytest.mark.slow
@pytest.mark.postgres
def test_the_benchmark_of_a_host_with_workers_runs_with_little(
    capsys: pytest.CaptureFixture[str],
) -> None:
    workers.main(3, 3, 6_000, 3, 3)

    said = capsys.readouterr().out
    for line in (
        r"^3 jobs that do nothing, one worker: planned \d+/s",
        r"^3 jobs of ten accounts with places in a quota of 1200 and 6000 a minute: \d+%",
        r"^A login for a job: \d+ ms",
        r"^3 registers migrated by steps: 1, beside 2 others: \d",
        r"^3 registers migrated by steps: \d\d, beside 5 others: \d",
        r"^Opening a register: \d+ ms alone, \d+ ms among 3",
    ):
        assert re.search(line, said, re.M), line


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.google_http
def test_the_benchmark_of_a_fleet_runs_with_little(capsys: pytest.CaptureFixture[str]) -> None:
    fleet.main(3, 6.0, 0.5, 1)

    said = capsys.readouterr().out
    for line in (
        r"^3 new groups laid out and run",
        r"^3 of 3 groups done in .* 0 refusals",
        r"^CPU time for a group: \d",
        r"^1 of 3 sheets stalled: the others done in",
    ):
        assert re.search(line, said, re.M), line


@pytest.mark.slow
@pytest.mark.postgres
def test_the_benchmark_of_a_register_on_a_server_runs_with_little(
    capsys: pytest.CaptureFixture[str],
) -> None:
    postgresql.main(2, 1)

    assert re.search(r"^opening: \d.* beside 2 registers", capsys.readouterr().out, re.M)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4 on Windows")
def test_no_benchmark_is_left_out() -> None:
    here = {path.stem for path in Path(page.__file__).parent.glob("*.py")}
    helpers = {"__init__", "aims", "beancount_sums", "launcher", "ledger", "measure", "page"}

    assert here == helpers | SMALL.keys() | {
        *("__main__", "workers", "fleet", "postgresql"),
        "stopwatch",  # tests/test_stopwatch.py runs it
    }
