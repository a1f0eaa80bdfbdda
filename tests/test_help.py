"""The help: whole sentences, and commands in sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.cli.program import SECTIONS

ROOT = Path(__file__).parents[1]


def _commands(command: click.Command = main, *names: str) -> Iterator[tuple[str, ...]]:
    """The words of every command, the program itself first."""
    yield names
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, *names, name)


def _help(words: tuple[str, ...], columns: int) -> str:
    done = CliRunner().invoke(main, [*words, "--help"], terminal_width=columns)
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("words", [*_commands()], ids=" ".join)
def test_help_is_never_cut_and_fits_the_terminal(words: tuple[str, ...], columns: int) -> None:
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    said = " ".join(_help(words, columns).split())
    for inner in getattr(command, "commands", {}).values():
        first, *_ = re.split(r"(?<=[.:]) ", " ".join((inner.help or "").split()))
        assert first in said
    lists = _help(words, columns).partition("Options:")[2]
    assert "..." not in lists.replace("MESSAGE...", "")
    assert max(map(len, lists.splitlines()), default=0) <= columns


def test_every_command_stands_once_in_a_section_and_in_the_file_of_it() -> None:
    sections = main.sections()

    assert list(sections) == [
        "Work with the sheet",
        "Ask",
        "Grants, resources and agreements",
        "Supplies",
        "What is counted and told",
        "Reports",
        "Bank",
        "Open data",
        "Take back what is public",
        "Run every month",
        "Host groups",
        "Set up",
        "Keep safe",
    ]
    names = [name for commands in sections.values() for name in commands]
    assert sorted(name for name in names if " " not in name) == sorted(main.commands)
    assert len(names) == len(set(names))
    for title, commands in sections.items():
        for command in commands.values():
            assert command.callback is not None
            assert command.callback.__module__.rpartition(".")[2] in SECTIONS[title]
    assert list(sections["Open data"]) == ["report iati", "report 360giving", "import 360giving"]


def test_no_file_with_commands_is_left_out_of_the_sections() -> None:
    """`docs/make.py` finds the commands of every file; it could put these nowhere."""
    folder = ROOT / "budgettrack" / "cli"
    with_commands = {
        path.stem
        for path in folder.glob("*.py")
        if re.search(r"^@(?!click\.)\w+\.(command|group)\(", path.read_text("utf-8"), re.M)
    }
    assert with_commands == {file for files in SECTIONS.values() for file in files}


def test_help_and_documentation_and_completion_have_the_same_order() -> None:
    sections = main.sections()
    flat = [name for commands in sections.values() for name in commands]
    top = [name for name in flat if name in main.commands]

    told = re.findall(r"^  (\S+(?: \S+)?)  ", _help((), 120).partition("Work with")[2], re.M)
    assert told == flat
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [title for title in re.findall(r"^## (.*)", page, re.M) if title in SECTIONS] == list(
        SECTIONS
    )
    headings = re.findall(r"^### (.*)", page, re.M)
    assert [name for name in headings if name in flat] == flat
    assert set(headings) == {" ".join(words) for words in _commands() if words}
    offered = ShellComplete(main, {}, "budgettrack", "_B").get_completions([], "")
    assert [item.value for item in offered] == top
    assert all(item.help and not item.help.endswith("...") for item in offered)


def test_the_program_says_where_its_docs_are() -> None:
    said = CliRunner().invoke(main, ["--docs"])

    assert said.exit_code == 0
    assert Path(said.stdout.strip()) == ROOT / "docs"
    assert (Path(said.stdout.strip()) / "troubleshoot.md").is_file()
