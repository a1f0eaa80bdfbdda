"""Whole processes measured from outside: wall seconds, work and peak memory, several runs in turn,
medians. Each is started by a process of its own that stays small (see `launcher`)."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")
PROGRAM = Path(__file__).parents[1] / "budgettrack"


@cache
def compiled() -> None:
    """Compiles the program once, as every installer does.

    Without this, a machine on which Python writes no compiled files (PYTHONDONTWRITEBYTECODE)
    would compile the program anew at each start, and the benchmark would measure that."""
    if not compileall.compile_dir(PROGRAM, quiet=1):
        raise RuntimeError(f"{PROGRAM} cannot be compiled")


@dataclass(frozen=True)
class Figure:
    """Medians of several runs: seconds of wall time, MiB of the largest process, and seconds of
    work of all processors.

    The work is what a machine shared with others disturbs least.
    """

    seconds: float
    mib: float
    work: float


def once(
    command: Sequence[str], out: Path | None = None, env: Mapping[str, str] | None = None
) -> Figure:
    """Run a command once; its output goes to `out`. Raises where it fails (exit 3 is ours for
    "look")."""
    compiled()
    with (
        tempfile.NamedTemporaryFile(prefix="measured-") as told,
        (out or Path(os.devnull)).open("wb") as sink,
    ):
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER), told.name]
        subprocess.run(
            [*launcher, *command],
            stdout=sink,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            check=True,
        )
        code, seconds, work, kib = told.read().split()
    if int(code) not in (0, 3):
        raise RuntimeError(f"{command} ended with {int(code)}")
    return Figure(float(seconds), int(kib) / 1024, float(work))


def in_turn(commands: Mapping[str, Sequence[str]], runs: int = 5) -> dict[str, Figure]:
    """Every command in turn, so many times after one warm-up: a slow moment of the machine hits all
    of them."""
    taken: dict[str, list[Figure]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            figure = once(command)
            if turn:
                taken[name].append(figure)
    return {
        name: Figure(
            *(
                statistics.median(getattr(f, what) for f in figures)
                for what in ("seconds", "mib", "work")
            )
        )
        for name, figures in taken.items()
    }


def table(figures: Mapping[str, Figure], ours: str) -> str:
    """Each figure, and how it stands to ours."""
    lines = [f"  {'':34s}{'seconds':>9s}{'work':>9s}{'MiB':>8s}{'time against ours':>20s}"]
    for name, figure in figures.items():
        ratio = figure.seconds / figures[ours].seconds
        lines.append(
            f"  {name:34s}{figure.seconds:9.3f}{figure.work:9.3f}{figure.mib:8.0f}{ratio:19.1f}x"
        )
    return "\n".join(lines)
