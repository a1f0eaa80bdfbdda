"""Every option that takes a day, a month or a number answers its extremes in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from budgettrack.cli import main
from budgettrack.cli.options import Day, MonthName, Seconds
from tests.world.group import Commands, Group

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "deadlines done": ("D-1",),
    "deliveries retry": ("x",),
    "diff": ("--from", "2026-01-01"),
    "grants add": ("funder=Fund", "title=t", "currency=EUR"),
    "grants close": ("G-1",),
    "grants set": ("G-1", "title=x"),
    "history": ("G-1",),
    "reconcile": ("no-such-file",),
    "bank layout": ("no-such-file",),
    "import 360giving": ("no-such-file",),
    "import statement": ("no-such-file",),
    "resources close": ("R-1",),
    "redact": ("G-1.title", "--yes"),
    "report funder": ("G-1",),
    "resolve": ("x", "--take", "sheet"),
    "resources add": ("kind=equipment",),
    "resources set": ("R-1", "state=in use"),
    "restore": ("G-1", "--at", "2026-11-02"),
    "split": ("E-1", "office"),
}
"""What a command needs beside the option."""

WAITS = {"schedule"}
"""Commands that do not end by themselves."""

BEYOND = {
    "DATE": ("0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"),
    "MONTH": ("1900-01", "1989-12", "2101-01", "2199-12"),
    "integer range": ("99999999999", "9" * 40, "-1"),
    "SECONDS": ("86400.1", "9" * 40, "-0.1", "inf"),
}
EXTREME = {
    "DATE": ("1990-01-01", "2100-12-31"),
    "MONTH": ("1990-01", "2100-12"),
    "integer range": ("0", "36500"),
    "SECONDS": ("0", "86400"),
}


def _options(command: click.Command = main, *words: str) -> Iterator[tuple[str, str, str]]:
    """Every option of every command that takes a day, a month or a number, with its kind."""
    for option in command.params:
        if isinstance(option, click.Option) and not WAITS & {*words}:
            kinds = Day | MonthName | click.IntRange | Seconds
            if isinstance(option.type, kinds) and not option.count:
                yield " ".join(words), option.opts[0], option.type.name
            else:
                assert not isinstance(option.type, click.types.FloatParamType)
    for name, under in getattr(command, "commands", {}).items():
        yield from _options(under, *words, name)


OPTIONS = sorted(_options())


def typed(command: str, option: str, value: str) -> tuple[str, ...]:
    """The words of a command with an option. An option of all commands stands before theirs."""
    if not command:
        return option, value, "status"
    return *command.split(), *ARGUMENTS.get(command, ()), option, value


@pytest.fixture
def before() -> Commands:
    return (("sync", "--on", "2026-11-02"),)


def test_the_list_is_that_of_the_program() -> None:
    assert len(OPTIONS) >= 40
    assert {kind for *_, kind in OPTIONS} == {"DATE", "MONTH", "integer range", "SECONDS"}
    assert {command for command, *_ in OPTIONS} >= ARGUMENTS.keys() - {"history"}


@pytest.mark.slow
def test_what_is_beyond_all_years_is_refused_in_words(group: Group) -> None:
    for command, option, kind in OPTIONS:
        for value in BEYOND[kind]:
            done = group.run(*typed(command, option, value))
            words = f"{command} {option} {value}: {done.output}"
            assert done.exit_code == 2, words
            assert isinstance(done.exception, SystemExit), words
            assert (
                "is not in the years 1990 to 2100. Check the year." in done.output
                or f"is not in the range 0<=x<={EXTREME[kind][1]}" in done.output
                or f"is no number of seconds from 0 to {EXTREME[kind][1]}" in done.output
            ), words


@pytest.mark.slow
@pytest.mark.parametrize(("command", "option", "kind"), OPTIONS)
def test_the_extremes_end_in_no_traceback(
    group: Group, command: str, option: str, kind: str
) -> None:
    for value in EXTREME[kind]:
        done = group.run(*typed(command, option, value))
        assert done.exception is None or isinstance(done.exception, SystemExit), (value, done)
        assert done.exit_code in (0, 1, 2, 3)
        assert "Traceback" not in done.output
    public = list((group.folder / "reports/public").glob("2*.html"))
    assert len(public) <= 12, "no page of a slip"


def test_a_slip_in_the_day_of_a_report_publishes_nothing(group: Group, tmp_path: Path) -> None:
    ahead = group.run("report", "transparency", "--on", "2062-11-02")
    behind = group.run("report", "transparency", "--month", "2016-11", "--on", "2026-11-02")

    assert ahead.exit_code == behind.exit_code == 2
    assert "2062-10 is more than a year ahead of the clock of this machine (" in ahead.output
    assert behind.output == (
        "2016-11 is more than a year before the first money (2026-01). Check the year; nothing was"
        " published.\n"
    )
    assert not (tmp_path / "reports/public").exists()
