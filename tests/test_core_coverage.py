"""The measure of what the core's tests run: it notices a line, a branch, and a folder left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core_coverage import main, shortfalls


def file(branches: int, run: int, lines: tuple[int, ...] = ()) -> dict[str, Any]:
    return {
        "summary": {"num_branches": branches, "covered_branches": run},
        "missing_branches": [[number, -1] for number in range(10, 10 + branches - run)],
        "missing_lines": list(lines),
    }


def measured(core: dict[str, Any], decide: dict[str, Any]) -> dict[str, Any]:
    return {
        "files": {
            "budgettrack/core/tabs.py": core,
            "budgettrack\\core\\decide\\read.py": decide,  # as it is written on Windows
            "budgettrack/sync.py": file(10, 0, (1, 2)),
        },
        "totals": {
            "covered_branches": 1, "num_branches": 2, "covered_lines": 3, "num_statements": 4,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("core", "decide", "expected"),
    [
        (file(90, 88), file(10, 10), []),
        (
            file(90, 87),
            file(10, 10),
            [
                "budgettrack/core/: 97 of 100 branches are run; 98 % must be.",
                "budgettrack/core/tabs.py:10: the branch to line 1 is not run.",
                "budgettrack/core/tabs.py:11: the branch to line 1 is not run.",
                "budgettrack/core/tabs.py:12: the branch to line 1 is not run.",
            ],
        ),
        (
            file(90, 90),
            file(10, 9),
            [
                "budgettrack/core/decide/: 9 of 10 branches are run; 100 % must be.",
                "budgettrack/core/decide/read.py:10: the branch to line 1 is not run.",
            ],
        ),
        (
            file(90, 90, (7,)),
            file(10, 10),
            ["budgettrack/core/tabs.py:7: this line is not run."],
        ),
    ],
)
def test_a_line_or_too_many_branches_that_no_test_runs_are_named(
    core: dict[str, Any], decide: dict[str, Any], expected: list[str]
) -> None:
    assert list(shortfalls(measured(core, decide))) == expected


def test_what_was_not_measured_is_no_success() -> None:
    assert list(shortfalls({"files": {}})) == [
        "budgettrack/core/ was not measured.",
        "budgettrack/core/decide/ was not measured.",
    ]


@pytest.mark.parametrize(("lines", "code"), [((), 0), ((7,), 1)])
def test_it_ends_with_one_if_anything_falls_short(
    lines: tuple[int, ...], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps(measured(file(2, 2, lines), file(2, 2))), "utf-8")

    assert main(str(path)) == code
    assert capsys.readouterr().out.startswith("1 of 2 branches and 3 of 4 lines are run.\n")
