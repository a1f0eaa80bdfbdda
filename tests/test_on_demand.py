"""A command is loaded when it is asked for, and no other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from budgettrack.cli import main
from budgettrack.cli.listed import LISTED

LOADED = """
import sys
from click.testing import CliRunner
from budgettrack.cli import main
done = CliRunner().invoke(main, sys.argv[1:])
assert done.exit_code == 0, done.output
print(*sorted(name for name in sys.modules if name.startswith("budgettrack.cli.")))
"""
ALWAYS = {"program", "context", "listed", "on_demand", "options", "output"}
TABLES = {"listings", "plain_table"}


def loaded(*words: str) -> set[str]:
    command = [sys.executable, "-c", LOADED, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name.rpartition(".")[2] for name in done.stdout.split()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "files"),
    [
        (("--help",), set()),
        (("status", "--help"), TABLES | {"outcomes", "queries", "records"}),
        (
            ("import", "360giving", "--help"),
            TABLES | {"asking", "bank", "open_data", "outcomes", "records", "reports"},
        ),
    ],
)
def test_a_command_loads_its_own_file_and_what_that_needs(
    words: tuple[str, ...], files: set[str]
) -> None:
    assert loaded(*words) == ALWAYS | files


def test_a_command_that_is_not_there_is_none() -> None:
    assert "no-such" not in main.commands
    assert main.commands.get("no-such") is None


def test_all_commands_are_there_when_they_are_counted() -> None:
    assert sorted(main.commands) == sorted(name for name in LISTED if " " not in name)
    assert len(main.commands) == len(list(main.commands))
