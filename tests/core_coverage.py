"""Judges how much of the core its own tests run: `python -m tests.core_coverage coverage.json`.

The file is what `coverage json` writes. No line of the core may stay unrun, 98 % of its branches
must be run, and every branch of `decide`. `coverage report --fail-under` cannot say this: its
percentage counts lines and branches together, so many lines can hide a missed branch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FLOORS = {"budgettrack/core/": 98.0, "budgettrack/core/decide/": 100.0}
"""The smallest percentage of branches that must be run, by folder."""


def shortfalls(measured: Mapping[str, Any]) -> Iterator[str]:
    """Lists what the tests of the core do not run, though they should."""
    files = {name.replace("\\", "/"): file for name, file in measured["files"].items()}
    for folder, floor in FLOORS.items():
        inside = {name: file for name, file in files.items() if name.startswith(folder)}
        if not inside:
            yield f"{folder} was not measured."
            continue
        there = sum(file["summary"]["num_branches"] for file in inside.values())
        run = sum(file["summary"]["covered_branches"] for file in inside.values())
        if run * 100 < floor * there:
            yield f"{folder}: {run} of {there} branches are run; {floor:g} % must be."
            for name, file in sorted(inside.items()):
                for start, end in file["missing_branches"]:
                    yield f"{name}:{start}: the branch to line {abs(end)} is not run."
    for name, file in sorted(files.items()):
        if name.startswith(tuple(FLOORS)):
            for line in file["missing_lines"]:
                yield f"{name}:{line}: this line is not run."


def main(path: str) -> int:
    """Prints the figures and what falls short. Returns 1 if anything does."""
    measured = json.loads(Path(path).read_text("utf-8"))
    total = measured["totals"]
    sys.stdout.write(
        f"{total['covered_branches']} of {total['num_branches']} branches and"
        f" {total['covered_lines']} of {total['num_statements']} lines are run.\n"
    )
    short = list(shortfalls(measured))
    sys.stdout.writelines(f"{each}\n" for each in short)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
